/**
 * What VMs ask for over time, in columns: the one form in which every trace, generator and hand-written load reaches the model.
 *
 * A population is a set of VMs with sizes, arrivals and lifetimes, and one demand for all of them.
 * CPU demand is useful guest work in MHz (million cycles a second of a native core), summed over the VM's vCPUs.
 */

/** VMs in columns; index i is the i-th VM of the population. */
export interface Population {
  readonly count: number;
  readonly names: readonly string[];
  readonly vcpus: Float64Array;
  readonly memoryMiB: Float64Array;
  /** Seconds after the scenario's start; 0 or less = there from the start. */
  readonly arrivalSeconds: Float64Array;
  /** Seconds of life after the VM runs; Infinity = to the end of the run or of its work. */
  readonly lifetimeSeconds: Float64Array;
  readonly demand: Demand;
  /** Owner of each VM where the source names one. */
  readonly owners?: readonly string[];
  /** What was read, dropped and repaired on the way here. */
  readonly report: ImportReport;
}

export type Demand = GridDemand | PiecesDemand | TaskDemand;

/**
 * Further columns a demand over time may have, each in the layout of its `mhz`. A column that is absent, and a sample that
 * is NaN, leave the say to the VM's group.
 */
export interface FurtherDemand<A> {
  /** Memory in active use, MiB. */
  readonly activeMiB?: A;
  /** Disk I/Os a second; disk throughput, MiB/s; network traffic, Gbit/s: reads and writes, both directions. */
  readonly iops?: A;
  readonly diskMiBPerSecond?: A;
  readonly gbitPerSecond?: A;
}
export const FURTHER = ["activeMiB", "iops", "diskMiBPerSecond", "gbitPerSecond"] as const;
export type Further = (typeof FURTHER)[number];

/** The further columns of a demand, each gone through `change`. */
export function furtherOf<A>(demand: FurtherDemand<A>, change: (column: A) => A): FurtherDemand<A> {
  return Object.fromEntries(FURTHER.flatMap((name) => (demand[name] === undefined ? [] : [[name, change(demand[name])]])));
}

/**
 * Samples on a common clock: all VMs change at the same instants, which costs one event a step.
 * Layout: `mhz[step * count + vm]`, step k holds from `firstSeconds + k * stepSeconds`; NaN = no sample, counted as 0.
 * 32-bit floats: a relative error of at most 6e-8 a sample, half the memory traffic.
 */
export interface GridDemand extends FurtherDemand<Float32Array> {
  readonly kind: "grid";
  /** Scenario time of sample 0, seconds. */
  readonly firstSeconds: number;
  readonly stepSeconds: number;
  readonly steps: number;
  readonly mhz: Float32Array;
}

/**
 * Each VM's own sequence of (duration, level), counted from the moment it runs.
 * Pieces of VM i are `offset[i] .. offset[i + 1] - 1`. After its last piece the VM has done its work and stops.
 */
export interface PiecesDemand extends FurtherDemand<Float64Array> {
  readonly kind: "pieces";
  readonly offset: Uint32Array;
  readonly seconds: Float64Array;
  readonly mhz: Float64Array;
}

/**
 * Finite amounts of work. Tasks of VM i are `offset[i] .. offset[i + 1] - 1`; the VM stops after the last one.
 * With `sequence` they run one after the other, else all at once (from their start) sharing the VM by weight.
 */
export interface TaskDemand {
  readonly kind: "tasks";
  readonly sequence: boolean;
  readonly offset: Uint32Array;
  /** Work of each task in MHz seconds, summed over its threads. */
  readonly workMHzSeconds: Float64Array;
  /** Threads of each task: it can use at most this many cores. */
  readonly threads: Float64Array;
  readonly weight: Float64Array;
  /** Highest rate of each task in MHz; Infinity = its threads. */
  readonly limitMHz: Float64Array;
  /** Seconds after the VM runs at which the task may start (ignored with `sequence`). */
  readonly startSeconds: Float64Array;
}

/** What an import did with its rows; printed to people, stored in the manifest. */
export interface ImportReport {
  readonly source: string;
  readonly rowsRead: number;
  /** Rows left out or repaired, by reason, with how many and the first place (file:line). */
  readonly notes: readonly { readonly what: string; readonly rows: number; readonly first: string }[];
  readonly files: readonly { readonly path: string; readonly bytes: number; readonly sha256: string }[];
}

export const emptyReport = (source: string): ImportReport => ({ source, rowsRead: 0, notes: [], files: [] });
