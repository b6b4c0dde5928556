/**
 * Dot product: the host whose free resources point most in the direction of what the VM needs.
 *
 * Score: cpuWeight x (VM's MHz / capacity) x (free MHz / capacity) + memoryWeight x (VM's MiB / capacity) x (free MiB / capacity),
 * free before the VM is there, capacity that of the host. A VM that needs much memory thus goes where memory is what is left
 * over, and the resources of a host run out together. On its own it spreads: empty hosts score highest.
 * Options `cpuWeight`, `memoryWeight`: 0 or more, default 1.
 * Source: DotProduct of Panigrahy, Talwar, Uyeda and Wieder, Heuristics for Vector Bin Packing, Microsoft Research 2011; the
 * normalised form is Tetris of Grandl et al., SIGCOMM 2014. Proof: test/policy/placement.test.ts.
 */
import type { PlacementPolicy } from "../placement.ts";
import { numberOption, refuseUnknown } from "./options.ts";
import { highest } from "./scan.ts";

export const dotProduct: PlacementPolicy = {
  name: "dot-product",
  about: "the host whose free CPU and memory match the VM's needs best in proportion",
  source: "Panigrahy, Talwar, Uyeda and Wieder, Heuristics for Vector Bin Packing, 2011; Grandl et al., SIGCOMM 2014 (Tetris)",
  score: "dot product of the VM's needs and what is free, both as shares of the host",
  create(options) {
    refuseUnknown("dot-product", options, ["cpuWeight", "memoryWeight"]);
    const cpuWeight = numberOption("dot-product", options, "cpuWeight", 1, 0, Infinity);
    const memoryWeight = numberOption("dot-product", options, "memoryWeight", 1, 0, Infinity);
    return (vm, fleet) =>
      highest(fleet, (h) => {
        const mhz = fleet.capacityMHz(h);
        const mib = fleet.memoryMiB(h);
        const cpu = (vm.demandMHz / mhz) * ((mhz - fleet.demandMHz(h)) / mhz);
        const memory = (vm.memoryMiB / mib) * (fleet.freeMemoryMiB(h) / mib);
        return cpuWeight * cpu + memoryWeight * memory;
      });
  },
};
