/**
 * Minimum utilisation: the VM that is least busy for its size.
 *
 * Score: demand / size. Divided, not taken from the trace: the last bit decides between VMs of equal load and different size.
 * Source: PowerVmSelectionPolicyMinimumUtilization of CloudSim 3.0.3 (MU).
 */

import type { SelectionPolicy } from "./selector.ts";
import { firstLeast } from "./selector.ts";

export const minimumUtilisation: SelectionPolicy = {
  name: "minimum-utilisation",
  about: "the VM with the lowest CPU demand relative to its size",
  source: "CloudSim 3.0.3, minimum utilisation selection",
  score: "demand / size",
  create: () => (vms, scores) => {
    for (let i = 0; i < vms.count; i++) scores[i] = vms.demandMHz[i] / vms.sizeMHz[i];
    return firstLeast(scores, vms.count);
  },
};
