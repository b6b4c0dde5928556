/**
 * NUMA: what it costs a VM to be wider than one node of its host.
 *
 * A host of N nodes (as a rule its sockets) has cores / N and RAM / N in each. A VM spans
 *
 *   k = min(N, max(ceil(vCPUs / cores of a node), ceil(memory / RAM of a node)))        1 = it fits, and all memory is near
 *   remote = (1 - 1/k) x remoteShare       share of its memory references that go to another node
 *
 * (1 - 1/k) is what memory spread evenly gives; `remoteShare` is the product's: 1 where the guest does not know about the
 * nodes, less where it is shown them (virtual NUMA) and places memory itself. A remote reference takes `remoteLatency` times
 * as long as a near one, so memory-bound work, which is waiting for references, takes
 *
 *   1 + remote (remoteLatency - 1)         as long: 1.35 at k = 2, remoteShare 1, remoteLatency 1.7
 *
 * Only the memory-bound part of a mix pays. VMs that fit in a node are taken to be in one, as the schedulers of all seven
 * products try. Physical cores count, not threads, as ESXi counts them. Proved by test/cases/numa.test.ts.
 */
import type { HostClass } from "./spec.ts";

/** Nodes that a VM of that size spans on a host of that kind. */
export function nodesSpanned(host: Pick<HostClass, "cores" | "memoryMiB" | "numaNodes">, vcpus: number, memoryMiB: number): number {
  const { cores, numaNodes } = host;
  if (numaNodes <= 1) return 1;
  const byCores = Math.ceil((vcpus * numaNodes) / cores);
  const byMemory = Math.ceil((memoryMiB * numaNodes) / host.memoryMiB);
  return Math.max(1, Math.min(numaNodes, Math.max(byCores, byMemory)));
}

/** How much longer memory-bound work takes, as a share: 0 for a VM that fits in a node. */
export function remotePenalty(
  host: Pick<HostClass, "cores" | "memoryMiB" | "numaNodes" | "remoteLatency" | "hypervisor">,
  vcpus: number,
  memoryMiB: number,
): number {
  const k = nodesSpanned(host, vcpus, memoryMiB);
  return k === 1 ? 0 : (1 - 1 / k) * host.hypervisor.remoteShare * (host.remoteLatency - 1);
}
