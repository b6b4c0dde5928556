/**
 * Random choice: any VM, each with the same chance.
 *
 * Source: Beloglazov and Buyya, CCPE 24(13), 2012 (RS / RC), the yardstick for the others.
 */
import type { SelectionPolicy } from "./selector.ts";

export const randomSelection: SelectionPolicy = {
  name: "random",
  about: "any VM, each with the same chance",
  source: "Beloglazov and Buyya, CCPE 24(13), 2012",
  score: "",
  create: (luck) => (vms, scores) => {
    for (let i = 0; i < vms.count; i++) scores[i] = Number.NaN;
    return vms.count > 0 ? Math.floor(luck() * vms.count) : -1;
  },
};
