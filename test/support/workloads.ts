/** Populations made by rule: the speed cases of other simulators, whose answers are known exactly. */
import { emptyReport, type Population } from "../../src/model/demand.ts";

interface TaskPlan {
  vms: number;
  tasksPerVm: number;
  sequence: boolean;
  vcpus: number;
  memoryMiB: number;
  /** Work of task k of VM v, MHz s. */
  work: (v: number, k: number) => number;
}

export function taskPopulation({ vms, tasksPerVm, sequence, vcpus, memoryMiB, work }: TaskPlan): Population {
  const n = vms * tasksPerVm;
  const workMHzSeconds = new Float64Array(n);
  for (let v = 0; v < vms; v++) for (let k = 0; k < tasksPerVm; k++) workMHzSeconds[v * tasksPerVm + k] = work(v, k);
  return {
    count: vms,
    names: Array.from({ length: vms }, (_, v) => `v${v}`),
    vcpus: new Float64Array(vms).fill(vcpus),
    memoryMiB: new Float64Array(vms).fill(memoryMiB),
    arrivalSeconds: new Float64Array(vms),
    lifetimeSeconds: new Float64Array(vms).fill(Number.POSITIVE_INFINITY),
    demand: {
      kind: "tasks",
      sequence,
      offset: Uint32Array.from({ length: vms + 1 }, (_, v) => v * tasksPerVm),
      workMHzSeconds,
      threads: new Float64Array(n).fill(1),
      weight: new Float64Array(n).fill(1),
      limitMHz: new Float64Array(n).fill(Number.POSITIVE_INFINITY),
      startSeconds: new Float64Array(n),
    },
    report: emptyReport("made by rule"),
  };
}

/**
 * S(H, V, K) of the SimGrid speed anchor: sizes from x = x 1664525 + 1013904223 mod 2^32, x0 = 12345, flops =
 * 1e9 (1 + ((x >> 8) mod 1000) / 100), the K sizes of a VM before the next VM. K tasks one after the other in each VM.
 */
export function simgridScale(hosts: number, vmsPerHost: number, tasksPerVm: number): Population {
  let x = 12345;
  return taskPopulation({
    vms: hosts * vmsPerHost,
    tasksPerVm,
    sequence: true,
    vcpus: 1,
    memoryMiB: 1024,
    work: () => {
      x = (Math.imul(x, 1664525) + 1013904223) >>> 0;
      return 1000 * (1 + ((x >>> 8) % 1000) / 100);
    },
  });
}

/** The staggered scale benchmark: M = 10 H VMs, task i of 10000 + (7919 i mod 10007) MI on VM i mod M, all ten of a VM at once. */
export function staggered(hosts: number): Population {
  const vms = 10 * hosts;
  return taskPopulation({ vms, tasksPerVm: 10, sequence: false, vcpus: 1, memoryMiB: 1024, work: (v, k) => 10_000 + ((7919 * (v + k * vms)) % 10_007) });
}

/** The batch form: task i has 10000 + 1000 ((floor(i / M) + i) mod 10) MI. */
export function batch(hosts: number): Population {
  const vms = 10 * hosts;
  return taskPopulation({ vms, tasksPerVm: 10, sequence: false, vcpus: 1, memoryMiB: 1024, work: (v, k) => 10_000 + 1000 * ((k + v + k * vms) % 10) });
}
