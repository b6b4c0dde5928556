/**
 * The hosts in columns.
 *
 * What is touched at every step lies in one row of 96 doubles a host (twelve cache lines, the busiest first): present
 * rates, and the integrals they feed. `settle` (cpu.ts) is the only writer of the integrals.
 */
import { usableMemoryMiB } from "./memory.ts";
import { PowerCurves } from "./power.ts";
import type { HostClass } from "./spec.ts";
import { SLOW_CAUSES } from "./vms.ts";

/** Doubles in a host's row. */
export const HOST_ROW = 96;

/** Where the CPU goes, in the order of every ledger. `CAUSES[i]` has its rate at RATE + i, core-seconds at CORE_S + i, joules at JOULES + i. */
export const CAUSES = [
  "guest work",
  "CPU trap",
  "nested paging",
  "I/O path",
  "scheduling",
  "co-stop",
  "migration",
  "control domain",
  "host OS",
  "interference",
  "remote memory",
] as const;
export const GUEST = 0;
export const TRAP = 1;
export const PAGING = 2;
export const IO_PATH = 3;
export const SCHEDULING = 4;
export const CO_STOP = 5;
export const MIGRATION = 6;
export const CONTROL = 7;
export const HOST_OS = 8;
/** CPU that stalled on caches and memory buses that neighbours crowd. */
export const STALLED = 9;
/** CPU that waited for memory of another NUMA node. */
export const REMOTE = 10;
/** Causes below this one can be non-zero on a host that is short of nothing and has no I/O domain. */
export const QUIET_CAUSES = 4;

// Columns of a row. The first 32 are all that a host short of nothing touches.
/** Time up to which the integrals are settled, s. */
export const SETTLED = 0;
/** Present power, W. */
export const WATTS = 1;
/** Power at zero load, W. */
export const IDLE_WATTS = 2;
/** Present power above idle for each core in use, W. */
export const WATTS_PER_CORE = 3;
/** Present use by cause, cores: 4 quiet causes here, the others at RATE_MORE. */
export const RATE = 4;
/** Cores on and unused. */
export const IDLE_RATE = 8;
/** CPU the VMs would use if nothing held them back but their own size, cores. */
export const NEED_RATE = 9;
/** Guest work asked for, cores of native work (uncapped). */
export const DEMAND_RATE = 10;
/** VMs running. */
export const RUNNING = 11;
/** Integrals of the above: core-seconds by quiet cause, of idle, need and demand. */
export const CORE_S = 12;
export const IDLE_CORE_S = 16;
export const NEED_CORE_S = 17;
export const DEMAND_CORE_S = 18;
/** Energy, J: by quiet cause above idle, of idling while on, in all. */
export const JOULES = 19;
export const IDLE_JOULES = 23;
export const ALL_JOULES = 24;
/** Seconds on. */
export const ON_S = 25;
/** VM-seconds running. */
export const RUNNING_VM_S = 26;
/** Speed of a core now, MHz. */
export const CORE_MHZ = 27;
/** All cores, with what SMT adds. */
export const CORES = 28;
/** Highest use seen, cores. */
export const PEAK_CORES = 29;
/** Seconds on during which some VM got less CPU than it could use (written only while the host is slow). */
export const SHORT_S = 30;
// The second half: only hosts that are short of something, or off.
const FEW = CAUSES.length - QUIET_CAUSES;
export const RATE_MORE = 32;
export const CORE_S_MORE = RATE_MORE + FEW;
export const JOULES_MORE = CORE_S_MORE + FEW;
/** CPU waited for: rate in cores, and core-seconds. */
export const WAIT_RATE = JOULES_MORE + FEW;
export const WAIT_CORE_S = WAIT_RATE + 1;
/** VM-seconds a second lost by cause (SLOW_CAUSES of vms.ts); then their integrals. */
export const SLOW = WAIT_RATE + 2;
export const SLOW_VM_S = SLOW + SLOW_CAUSES.length;
/** Not on: core-seconds off and failed, seconds, joules. */
export const OFF_CORE_S = SLOW_VM_S + SLOW_CAUSES.length;
export const FAILED_CORE_S = OFF_CORE_S + 1;
export const OFF_S = OFF_CORE_S + 2;
export const OFF_JOULES = OFF_CORE_S + 3;
/** Energy of booting, shutting down, falling asleep and waking, J. */
export const TRANSITION_JOULES = OFF_CORE_S + 4;

if (TRANSITION_JOULES >= HOST_ROW) throw new Error("a host's row is too short for its columns");

/** Power states. */
export const OFF = 0;
export const ON = 1;
export const FAILED = 2;
export const BOOTING_HOST = 3;
export const STOPPING = 4;
export const ASLEEP = 5;
export const SUSPENDING = 6;
export const WAKING = 7;
export const HOST_STATES = ["off", "on", "failed", "booting", "shutting down", "asleep", "falling asleep", "waking"] as const;
/** Values of `slow`. Some VM is slowed or some rare cause is in use (second half of the row, and the slow columns of its VMs). */
export const SLOW_HOST = 1;
/** CPU is short and nothing else is the matter: of these columns, only those of scheduling, co-stop, CPU wait and overhead. */
export const CROWDED = 2;
/** Bits of `closed`. */
export const MAINTENANCE = 1;
export const FORCED_OFF = 2;
/** 4 is the plan's own. */
export const CUT_OFF = 8;
/** Kept free for restarts. */
export const FAILOVER = 16;
/** Between two states: takes time and energy, runs nothing. */
export const inTransition = (state: number): boolean => state === BOOTING_HOST || state === STOPPING || state === SUSPENDING || state === WAKING;

/** Column of the present rate / core-seconds / joules of a cause. */
export const rateColumn = (cause: number): number => (cause < QUIET_CAUSES ? RATE + cause : RATE_MORE + cause - QUIET_CAUSES);
export const coreSecondsColumn = (cause: number): number => (cause < QUIET_CAUSES ? CORE_S + cause : CORE_S_MORE + cause - QUIET_CAUSES);
export const joulesColumn = (cause: number): number => (cause < QUIET_CAUSES ? JOULES + cause : JOULES_MORE + cause - QUIET_CAUSES);

export interface Hosts {
  readonly count: number;
  readonly classes: readonly HostClass[];
  readonly row: Float64Array;
  readonly state: Uint8Array;
  readonly classOf: Int32Array;
  readonly curves: PowerCurves;
  readonly curveOf: Int32Array;
  /** First curve and speed of each P-state: `pstateCurve[class][index]`. */
  readonly pstates: readonly (readonly { coreMHz: number; curve: number }[])[];
  /** CPU the VMs may use, MHz, and what is kept back from them. */
  readonly guestMHz: Float64Array;
  /** Up to this much is done at a core's full speed: beyond it hyperthreads share cores, MHz. */
  readonly quietMHz: Float64Array;
  /** Speed of a core, CPU for VMs and power curve that policies reckon with: as now, or those of the fastest state its governor can choose. */
  readonly planMHz: Float64Array;
  readonly planGuestMHz: Float64Array;
  readonly planCurve: Int32Array;
  readonly reservedMHz: Float64Array;
  /** The system below a Type 2 product and its user's programs, MHz. */
  readonly hostOsMHz: Float64Array;
  /** I/O handled outside the VMs (control domain or host OS), MHz asked for. */
  readonly outsideIoMHz: Float64Array;
  /** Part of it that the I/O which gets through needs. */
  readonly ioServed: Float64Array;
  /** CPU that copying VMs to and from it takes, cores; and how many of its VMs are slowed by being copied. */
  readonly copyCores: Float64Array;
  readonly copiedVms: Int32Array;
  /** Its VMs that something but the CPU holds back (drag.ts). */
  readonly dragged: Int32Array;
  /** Its VMs that need more than the quiet path knows: they own cores, are in a pool, or are wider than a NUMA node. */
  readonly special: Int32Array;
  /** Cores that VMs on it, or on their way to it, own. */
  readonly ownedCores: Float64Array;
  /** CPU that VMs on it, or on their way to it, have been promised (reservations), MHz. */
  readonly promisedMHz: Float64Array;
  readonly usableMiB: Float64Array;
  readonly takenMiB: Float64Array;
  /** Part of it that cannot be reclaimed: reservations and overheads. */
  readonly guaranteedMiB: Float64Array;
  readonly vcpus: Float64Array;
  /** VMs on host h: `members[start[h] .. start[h] + vms[h] - 1]`; a block of `room[h]` is kept for it. */
  members: Int32Array;
  membersEnd: number;
  readonly start: Int32Array;
  readonly room: Int32Array;
  readonly vms: Int32Array;
  readonly peakVms: Int32Array;
  readonly peakVcpus: Float64Array;
  /** Not 0: takes no VMs. Bits: in maintenance; switched off by the scenario, so that no policy switches it on. */
  readonly closed: Uint8Array;
  /** Times the host was switched on (or woken). */
  readonly powerCycles: Int32Array;
  /** Highest overhead memory of the VMs placed at one time, MiB. */
  readonly overheadMiB: Float64Array;
  readonly peakOverheadMiB: Float64Array;
  /** CPU expected of VMs that were placed but have not been solved for yet, MHz. */
  readonly expectedMHz: Float64Array;
  /** The one work mix of all VMs on the host, or -1 when they differ. */
  readonly mix: Int32Array;
  /** What else than the quiet columns is in use: nothing (0), that of CROWDED, or of SLOW hosts. */
  readonly slow: Uint8Array;
  /** 1 when it slowed some VM since whoever reads that (metrics/strain.ts) last set it back. */
  readonly slowed: Uint8Array;
  /** Energy while failed, J. */
  readonly failedJoules: Float64Array;
  /** 1 when some VM there has a CPU reservation. */
  readonly reserved: Uint8Array;
  name(h: number): string;
}

/** VMs a host has room for before its block moves to the end, twice as large. */
const FIRST_ROOM = 16;

/** No more than this share of a host is kept back from guests, whatever the product's nominal reserve (small hosts). */
const HIGHEST_RESERVED_SHARE = 1 / 8;

/** All cores of a host of that kind with what SMT adds. */
export const coresOf = (c: HostClass): number => c.cores * (c.threadsPerCore >= 2 ? c.smtGain : 1);

export function createHosts(classes: readonly HostClass[]): Hosts {
  const count = classes.reduce((n, c) => n + c.count, 0);
  const curves = new PowerCurves();
  const pstates = classes.map((c) => [{ coreMHz: c.coreMHz, power: c.power }, ...c.pstates].map((p) => ({ coreMHz: p.coreMHz, curve: curves.add(p.power) })));
  const classOf = new Int32Array(count);
  const firstOf: number[] = [];
  let next = 0;
  for (const [k, c] of classes.entries()) {
    firstOf.push(next);
    classOf.fill(k, next, next + c.count);
    next += c.count;
  }
  const hosts: Hosts = {
    count,
    classes,
    row: new Float64Array(count * HOST_ROW),
    state: new Uint8Array(count),
    classOf,
    curves,
    curveOf: new Int32Array(count),
    pstates,
    guestMHz: new Float64Array(count),
    quietMHz: new Float64Array(count),
    planMHz: new Float64Array(count),
    planGuestMHz: new Float64Array(count),
    planCurve: new Int32Array(count),
    reservedMHz: new Float64Array(count),
    hostOsMHz: new Float64Array(count),
    outsideIoMHz: new Float64Array(count),
    ioServed: new Float64Array(count).fill(1),
    copyCores: new Float64Array(count),
    copiedVms: new Int32Array(count),
    dragged: new Int32Array(count),
    special: new Int32Array(count),
    ownedCores: new Float64Array(count),
    promisedMHz: new Float64Array(count),
    usableMiB: new Float64Array(count),
    takenMiB: new Float64Array(count),
    guaranteedMiB: new Float64Array(count),
    vcpus: new Float64Array(count),
    members: new Int32Array(count * FIRST_ROOM),
    membersEnd: count * FIRST_ROOM,
    start: Int32Array.from({ length: count }, (_, h) => h * FIRST_ROOM),
    room: new Int32Array(count).fill(FIRST_ROOM),
    vms: new Int32Array(count),
    peakVms: new Int32Array(count),
    peakVcpus: new Float64Array(count),
    closed: new Uint8Array(count),
    powerCycles: new Int32Array(count),
    overheadMiB: new Float64Array(count),
    peakOverheadMiB: new Float64Array(count),
    expectedMHz: new Float64Array(count),
    mix: new Int32Array(count).fill(-1),
    slow: new Uint8Array(count),
    slowed: new Uint8Array(count),
    failedJoules: new Float64Array(count),
    reserved: new Uint8Array(count),
    name(h) {
      const c = classes[classOf[h]];
      if (c.count === 1) return c.name;
      return `${c.name}-${String(h - firstOf[classOf[h]] + 1).padStart(String(c.count).length, "0")}`;
    },
  };
  for (let h = 0; h < count; h++) {
    const c = classes[classOf[h]];
    hosts.state[h] = c.state === "on" ? ON : OFF;
    hosts.usableMiB[h] = usableMemoryMiB(c);
    hosts.row[h * HOST_ROW + CORES] = coresOf(c);
    const states = pstates[classOf[h]];
    const { coreMHz, curve } = states[c.governor === "powersave" ? states.length - 1 : 0];
    setSpeed(hosts, h, coreMHz, curve);
  }
  return hosts;
}

/** Gives a host another core speed and power curve; what its governor does changes nothing for policies. The caller settles before and solves after. */
export function setSpeed(hosts: Hosts, h: number, coreMHz: number, curve: number, byGovernor = false): void {
  const c = hosts.classes[hosts.classOf[h]];
  const cores = hosts.row[h * HOST_ROW + CORES];
  const reserved = Math.min(c.hypervisor.reservedCores, cores * HIGHEST_RESERVED_SHARE);
  hosts.row[h * HOST_ROW + CORE_MHZ] = coreMHz;
  hosts.reservedMHz[h] = reserved * coreMHz;
  hosts.guestMHz[h] = (cores - reserved) * coreMHz;
  hosts.quietMHz[h] = (Math.min(cores, c.cores) - reserved) * coreMHz;
  hosts.hostOsMHz[h] = (c.hypervisor.hostOsBackground * cores + c.hostPrograms.cores) * coreMHz;
  hosts.curveOf[h] = curve;
  if (byGovernor) return;
  hosts.planMHz[h] = coreMHz;
  hosts.planGuestMHz[h] = hosts.guestMHz[h];
  hosts.planCurve[h] = curve;
}

/** Adds VM `v` to the list of host `h` and returns its place there. */
export function addMember(hosts: Hosts, h: number, v: number): number {
  const n = hosts.vms[h];
  if (n === hosts.room[h]) {
    // The block moves to the end, twice as large; what it leaves is lost, at most as much as is in use.
    const from = hosts.start[h];
    const to = hosts.membersEnd;
    const end = to + 2 * n;
    if (end > hosts.members.length) {
      const longer = new Int32Array(Math.max(end, hosts.members.length * 2));
      longer.set(hosts.members);
      hosts.members = longer;
    }
    hosts.members.copyWithin(to, from, from + n);
    hosts.start[h] = to;
    hosts.room[h] = 2 * n;
    hosts.membersEnd = end;
  }
  hosts.members[hosts.start[h] + n] = v;
  hosts.vms[h] = n + 1;
  return n;
}
