/**
 * Minimum migration time: the VM that is copied soonest.
 *
 * Score: memory to copy, MiB. All VMs of a host leave through the same link, so the least memory is the shortest time.
 * Source: Beloglazov and Buyya, CCPE 24(13), 2012 (MMT).
 */

import type { SelectionPolicy } from "./selector.ts";
import { firstLeast } from "./selector.ts";

export const minimumMigrationTime: SelectionPolicy = {
  name: "minimum-migration-time",
  about: "the VM with the least memory to copy",
  source: "Beloglazov and Buyya, CCPE 24(13), 2012",
  score: "memory, MiB",
  create: () => (vms, scores) => {
    for (let i = 0; i < vms.count; i++) scores[i] = vms.memoryMiB[i];
    return firstLeast(scores, vms.count);
  },
};
