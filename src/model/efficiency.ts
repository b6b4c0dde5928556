/**
 * What a unit of useful guest work costs on a hypervisor.
 *
 * Work is a mix of kinds with shares s_k; on a product each kind runs at a fraction e_k of native speed, so
 *
 *   efficiency = 1 / sum(s_k / e_k)          physical CPU for one unit of work = sum(s_k / e_k)
 *   overhead by cause = s_k (1 / e_k - 1)    cpu -> CPU trap, memory -> nested paging, oltp -> I/O path
 *   remote memory     = s_memory / e_memory x penalty of a VM wider than a NUMA node (numa.ts)
 *
 * Two kinds give the model's 1 / ((1-m)/cpuEff + m/memEff). I/O handling comes on top at a rate of its own:
 * iops x cpuPerIo + gbit x cpuPerGbit. Values and their evidence: the catalogue. Proved by test/cases/cpu.test.ts.
 */
import type { HypervisorSpec, WorkMix } from "./spec.ts";

export interface WorkCost {
  /** Physical CPU for one unit of guest work, >= 1. */
  readonly perWork: number;
  /** Its parts beyond the work itself. */
  readonly trap: number;
  readonly paging: number;
  readonly ioPath: number;
  /** Waiting for memory of other NUMA nodes. */
  readonly remote: number;
}

/** `remotePenalty`: how much longer memory-bound work takes because the VM spans NUMA nodes, as a share. */
export function workCost(h: HypervisorSpec, mix: WorkMix, remotePenalty = 0): WorkCost {
  const trap = mix.cpu * (1 / h.cpuEfficiency - 1);
  const paging = mix.memory * (1 / h.memoryEfficiency - 1);
  const ioPath = mix.oltp * (1 / h.oltpEfficiency - 1);
  const remote = (mix.memory / h.memoryEfficiency) * remotePenalty;
  return { perWork: 1 + trap + paging + ioPath + remote, trap, paging, ioPath, remote };
}

/** CPU for handling a VM's I/O on that product, in cores. */
export function ioCores(h: HypervisorSpec, io: { iops: number; gbitPerSecond: number }): number {
  return io.iops * h.cpuMicrosecondsPerIo * 1e-6 + io.gbitPerSecond * h.coresPerGbit;
}
