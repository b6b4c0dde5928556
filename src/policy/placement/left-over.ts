/**
 * What a host would have left of one resource with the VM on it: what best fit and worst fit compare.
 */
import type { Fleet, VmAsk } from "../placement.ts";

/** Resources by the name of the option `by`. */
export const resources = ["memory", "cpu", "vcpus"] as const;
export type Resource = (typeof resources)[number];

/** Unit of what is left, by resource; for the policies' `score`. */
export const leftOverScore = "left of the resource with the VM on the host: MiB (memory), MHz (cpu; below 0 when more is asked for than there is) or vCPUs";

/**
 * Memory: free MiB. CPU: guest capacity less what its VMs ask for, MHz. vCPUs: what the admission ratio still allows;
 * where there is no ratio, cores less placed vCPUs.
 */
export function leftOver(fleet: Fleet, host: number, vm: VmAsk, by: Resource): number {
  switch (by) {
    case "memory":
      return fleet.freeMemoryMiB(host) - vm.memoryMiB;
    case "cpu":
      return fleet.capacityMHz(host) - fleet.demandMHz(host) - vm.demandMHz;
    case "vcpus":
      return freeVcpus(fleet, host) - vm.vcpus;
  }
}

/** vCPUs the admission ratio still allows; where there is none, cores less placed vCPUs. */
export function freeVcpus(fleet: Fleet, host: number): number {
  const free = fleet.freeVcpus(host);
  return free < Infinity ? free : fleet.cores(host) - fleet.vcpus(host);
}
