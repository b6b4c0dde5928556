/**
 * Memory as admission: what a host can hand out, and what a VM really takes.
 *
 *   usable(host)  = RAM - min(cap, base + fraction x RAM) - fixed - programs of the host's own user      MiB
 *   taken(vm)     = configured + base + perVcpu x vCPUs + perGiB x max(0, GiB - free)                    MiB
 *
 * Sources of the numbers: the catalogue (ESXi: overhead table of vSphere 6.5; Xen: dom0 = 1 GiB + 5 % of RAM, at most
 * 8 GiB; Hyper-V: 32 MiB for the first GiB and 8 MiB for each further one). What happens on hosts that hold more than that:
 * reclaim.ts. Proved by test/cases/memory.test.ts.
 */
import type { HostClass, HypervisorSpec } from "./spec.ts";

/** Memory a host of that kind can give to VMs and their overheads, MiB; never below 0. */
export function usableMemoryMiB(host: HostClass): number {
  const h = host.hypervisor;
  const reserve = Math.min(h.reserveCapMiB ?? Number.POSITIVE_INFINITY, h.reserveBaseMiB + h.reserveFraction * host.memoryMiB);
  return Math.max(0, host.memoryMiB - reserve - h.reserveFixedMiB - host.hostPrograms.memoryMiB);
}

/** Memory the hypervisor itself needs for a VM of that size, MiB. */
export function vmOverheadMiB(h: HypervisorSpec, vcpus: number, memoryMiB: number): number {
  return h.overheadBaseMiB + h.overheadPerVcpuMiB * vcpus + h.overheadPerGiBMiB * Math.max(0, memoryMiB / 1024 - h.overheadFreeGiB);
}
