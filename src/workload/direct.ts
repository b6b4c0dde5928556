/** Populations written by hand in a scenario: VMs of one size that idle, work steadily, follow pieces or do tasks. */
import { type Demand, emptyReport, type Population } from "../model/demand.ts";

/** What `directPopulation` needs of a VM group. */
export interface DirectGroup {
  name: string;
  count: number | null;
  vcpus: number | null;
  memoryMiB: number | null;
  arrival: { atSeconds: number; everySeconds: number } | null;
  lifetimeSeconds: number | null;
}

interface Piece {
  seconds: number;
  mhz: number;
  activeMiB?: number;
}

export type DirectWorkload =
  | { kind: "idle" }
  /** What its members ask for is the service's business. */
  | { kind: "service" }
  | { kind: "constant"; utilisation: number; referenceMHz: number }
  | { kind: "pieces"; pieces: Piece[]; repeat: number }
  | { kind: "tasks"; sequence: boolean; tasks: { workMHzSeconds: number; threads: number; weight: number; limitMHz: number | null; startSeconds: number }[] };

/** Names of the VMs of a group: its own for a single VM, else numbered from 1 with leading zeros. */
export function vmNames(group: string, count: number): string[] {
  if (count === 1) return [group];
  const width = String(count).length;
  return Array.from({ length: count }, (_, i) => `${group}-${String(i + 1).padStart(width, "0")}`);
}

export function directPopulation(group: DirectGroup, workload: DirectWorkload): Population {
  const { count, vcpus, memoryMiB } = group;
  if (count === null || vcpus === null || memoryMiB === null) throw new Error(`VM group ${group.name} needs a count and a size: its load brings none`);
  const arrival = group.arrival ?? { atSeconds: 0, everySeconds: 0 };
  return {
    count,
    names: vmNames(group.name, count),
    vcpus: new Float64Array(count).fill(vcpus),
    memoryMiB: new Float64Array(count).fill(memoryMiB),
    arrivalSeconds: Float64Array.from({ length: count }, (_, i) => arrival.atSeconds + i * arrival.everySeconds),
    lifetimeSeconds: new Float64Array(count).fill(group.lifetimeSeconds ?? Number.POSITIVE_INFINITY),
    demand: directDemand(workload, count, vcpus),
    report: emptyReport("scenario"),
  };
}

function directDemand(workload: DirectWorkload, count: number, vcpus: number): Demand {
  switch (workload.kind) {
    case "idle":
    case "service":
      return pieces(count, [{ seconds: Number.POSITIVE_INFINITY, mhz: 0 }]);
    case "constant":
      return pieces(count, [{ seconds: Number.POSITIVE_INFINITY, mhz: workload.utilisation * vcpus * workload.referenceMHz }]);
    case "pieces":
      return pieces(count, Array.from({ length: workload.repeat }, () => workload.pieces).flat());
    case "tasks": {
      const { tasks, sequence } = workload;
      const column = (pick: (task: (typeof tasks)[number]) => number): Float64Array => repeated(tasks.map(pick), count);
      return {
        kind: "tasks",
        sequence,
        offset: offsets(count, tasks.length),
        workMHzSeconds: column((t) => t.workMHzSeconds),
        threads: column((t) => t.threads),
        weight: column((t) => t.weight),
        limitMHz: column((t) => t.limitMHz ?? Number.POSITIVE_INFINITY),
        startSeconds: column((t) => t.startSeconds),
      };
    }
  }
}

function pieces(count: number, of: readonly Piece[]): Demand {
  const column = (pick: (piece: Piece) => number): Float64Array => repeated(of.map(pick), count);
  return {
    kind: "pieces",
    offset: offsets(count, of.length),
    seconds: column((p) => p.seconds),
    mhz: column((p) => p.mhz),
    ...(of.some((p) => p.activeMiB !== undefined) ? { activeMiB: column((p) => p.activeMiB ?? Number.NaN) } : {}),
  };
}

const offsets = (count: number, each: number): Uint32Array => Uint32Array.from({ length: count + 1 }, (_, i) => i * each);

function repeated(values: readonly number[], times: number): Float64Array {
  const all = new Float64Array(values.length * times);
  for (let i = 0; i < times; i++) all.set(values, i * values.length);
  return all;
}
