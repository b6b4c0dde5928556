/**
 * The VMs in columns.
 *
 * What every step touches lies in one row of 8 doubles a VM: exactly one cache line, so that a VM costs one fetch in
 * whatever order hosts hold their VMs.
 */
import type { VmClass } from "./spec.ts";

/** Doubles in a VM's row. */
export const VM_ROW = 8;
/** Guest work asked for, MHz; Infinity = all it can get. 0 while it does not run. */
export const DEMAND = 0;
/** Physical CPU for one unit of guest work on its present host. */
export const PER_WORK = 1;
/** CPU for its own I/O that its threads pay, MHz. 0 while it does not run. */
export const IO_MHZ = 2;
/** The most physical CPU it can use: threads that can run x core speed, or its limit, MHz. */
export const CAP_MHZ = 3;
/** Guest work done now, MHz. */
export const DONE = 4;
/** Physical CPU it has now, MHz. */
export const USE = 5;
/** Guest work done so far, core-seconds of the hosts it ran on. */
export const DONE_CORE_S = 6;
/** Energy above idle caused by its CPU, J. */
export const VM_JOULES = 7;

export const REQUESTED = 0;
export const QUEUED = 1;
export const PROVISIONING = 2;
export const BOOTING = 3;
export const RUNNING_VM = 4;
export const SUSPENDED = 5;
/** Waiting for its failed host's successor. */
export const DOWN = 6;
/** Stopped for the last part of a migration. */
export const MOVING = 7;
/** Stopped because a datastore of its disks is full. */
export const OUT_OF_SPACE = 8;
/** Ended: asked to stop or reached its time. */
export const STOPPED = 9;
/** Ended: its work is done. */
export const COMPLETED = 10;
export const LOST = 11;
export const REJECTED = 12;
export const VM_STATES = [
  "requested",
  "queued",
  "provisioning",
  "booting",
  "running",
  "suspended",
  "down",
  "moving",
  "out of space",
  "stopped",
  "completed",
  "lost",
  "rejected",
] as const;
/** States in which a VM no longer exists. */
export const isOver = (state: number): boolean => state >= STOPPED;

/** What holds a VM back beside the CPU (drag.ts). `DRAGS[i]` is SLOW_CAUSES[i] too. */
export const DRAGS = ["memory", "disk", "network", "interference"] as const;
export const BY_MEMORY = 0;
export const BY_DISK = 1;
export const BY_NETWORK = 2;
export const BY_INTERFERENCE = 3;

/** Where the time of a running VM goes that is not at full speed, in the order in which it is booked; each has its rate and its integral, VM-seconds. */
export const SLOW_CAUSES = [...DRAGS, "CPU wait", "overhead", "co-stop", "I/O", "migration", "shared core"] as const;
export const SLOW_WAIT = 4;
export const SLOW_OVERHEAD = 5;
export const SLOW_CO_STOP = 6;
export const SLOW_IO = 7;
export const SLOW_MIGRATION = 8;
/** Other threads are busy on the cores its threads run on (smt.ts). */
export const SLOW_SHARED_CORE = 9;

export interface Vms {
  readonly count: number;
  readonly classes: readonly VmClass[];
  readonly names: readonly string[];
  readonly row: Float64Array;
  readonly state: Uint8Array;
  /** When it came into its present state, s. */
  readonly since: Float64Array;
  readonly classOf: Int32Array;
  readonly owners: readonly string[];
  /** Its host and place in the host's list, or -1. `lastHost` stays after it ended. */
  readonly host: Int32Array;
  readonly slot: Int32Array;
  readonly lastHost: Int32Array;
  readonly vcpus: Float64Array;
  readonly memoryMiB: Float64Array;
  /** Memory its hypervisor needs for it, MiB. */
  readonly overheadMiB: Float64Array;
  /** Threads that want to run: its vCPUs, or fewer while its tasks are fewer. */
  readonly threads: Float64Array;
  readonly weight: Float64Array;
  /** Kind of its work (kinds.ts). */
  readonly mix: Int32Array;
  readonly requestedAt: Float64Array;
  /** Seconds from request to end of its earlier lives, for VMs that were asked for again. */
  readonly earlierSeconds: Float64Array;
  /** What vCPUs x seconds running misses because its vCPUs were others before. */
  readonly vcpuAdjust: Float64Array;
  readonly startedAt: Float64Array;
  readonly endedAt: Float64Array;
  /** Seconds of life once it runs. */
  readonly lifetime: Float64Array;
  /** I/O done for it outside its own threads, MHz on its present host. */
  readonly outsideIoMHz: Float64Array;
  /** Share of its CPU lost to being copied, and share of its vCPUs kept back meanwhile. */
  readonly copyLoss: Float64Array;
  readonly throttle: Float64Array;
  /** Slow columns, used only while the host is slow: CPU waited for (MHz), work missed (MHz of guest work). */
  readonly waitMHz: Float64Array;
  readonly shortMHz: Float64Array;
  /** Their integrals, core-seconds. */
  readonly waitCoreS: Float64Array;
  readonly shortCoreS: Float64Array;
  /** Work missed because it is being copied (MHz of guest work, a slow column too), and its integral, core-seconds. */
  readonly copyShortMHz: Float64Array;
  readonly copyShortCoreS: Float64Array;
  /** Work it would have asked for while it stood still for migrations, core-seconds, at what it asked for when it stopped. */
  readonly stoppedCoreS: Float64Array;
  /**
   * VM-seconds lost by cause: `slowSeconds[v * SLOW_CAUSES.length + cause]`, and their rates now. Empty until the first
   * host of the run is slow.
   */
  slowRate: Float64Array;
  slowSeconds: Float64Array;
  /** Drag factors, `drag[v * DRAGS.length + cause]`, true only where `dragged` (a bit a cause) is not 0; empty until one is below 1. */
  drag: Float64Array;
  readonly dragged: Uint8Array;
  /** 1 for VMs counted in `hosts.special` of their host; 1 for those whose vCPUs own cores. */
  readonly special: Uint8Array;
  readonly ownsCores: Uint8Array;
  readonly runningSeconds: Float64Array;
  /** Index of the reason in the world's list of reasons, or -1. */
  readonly reason: Int32Array;
}

export function createVms(count: number, classes: readonly VmClass[], names: readonly string[], owners: readonly string[]): Vms {
  const zeros = (): Float64Array => new Float64Array(count);
  const missing = (): Float64Array => new Float64Array(count).fill(Number.NaN);
  return {
    count,
    classes,
    names,
    owners,
    row: new Float64Array(count * VM_ROW),
    state: new Uint8Array(count),
    since: zeros(),
    classOf: new Int32Array(count),
    host: new Int32Array(count).fill(-1),
    slot: new Int32Array(count).fill(-1),
    lastHost: new Int32Array(count).fill(-1),
    vcpus: zeros(),
    memoryMiB: zeros(),
    overheadMiB: zeros(),
    threads: zeros(),
    weight: zeros(),
    mix: new Int32Array(count),
    requestedAt: missing(),
    earlierSeconds: zeros(),
    vcpuAdjust: zeros(),
    startedAt: missing(),
    endedAt: missing(),
    lifetime: zeros(),
    outsideIoMHz: zeros(),
    copyLoss: zeros(),
    throttle: zeros(),
    waitMHz: zeros(),
    shortMHz: zeros(),
    waitCoreS: zeros(),
    shortCoreS: zeros(),
    copyShortMHz: zeros(),
    copyShortCoreS: zeros(),
    stoppedCoreS: zeros(),
    slowRate: new Float64Array(0),
    slowSeconds: new Float64Array(0),
    drag: new Float64Array(0),
    dragged: new Uint8Array(count),
    special: new Uint8Array(count),
    ownsCores: new Uint8Array(count),
    runningSeconds: zeros(),
    reason: new Int32Array(count).fill(-1),
  };
}

/** Makes the slow columns of causes, when the first host of the run is slow. */
export function needSlowColumns(vms: Vms): void {
  if (vms.slowRate.length > 0) return;
  vms.slowRate = new Float64Array(vms.count * SLOW_CAUSES.length);
  vms.slowSeconds = new Float64Array(vms.count * SLOW_CAUSES.length);
}

/** VM-seconds that VM `v` lost to a cause so far; its host must be settled. */
export function lostSeconds(vms: Vms, v: number, cause: number): number {
  return vms.slowSeconds.length === 0 ? 0 : vms.slowSeconds[v * SLOW_CAUSES.length + cause];
}

/** vCPU-seconds that VM `v` has run; its time in the present state must be accounted for. */
export const vcpuSeconds = (vms: Vms, v: number): number => vms.vcpus[v] * vms.runningSeconds[v] + vms.vcpuAdjust[v];
