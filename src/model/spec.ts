/**
 * What the model is built from: kinds of hosts and VMs, in base units. Plain data; where a number comes from is the
 * catalogue's and the scenario's business.
 */
import type { HostCosts, PowerSupplySpec } from "./accounts-spec.ts";
import type { VmAvailability } from "./ha/spec.ts";
import type { MemoryActivity, MigrationSpec } from "./migration.ts";
import type { NicSpec } from "./network-spec.ts";
import type { ReclaimSpec, VmMemory } from "./reclaim.ts";
import type { DataSpec } from "./recovery/changed.ts";
import type { DiskSpec, IoSpec } from "./storage-spec.ts";

export type { VmMemory };

/** Watts at the wall as a function of load u in 0..1, and while off. */
export type PowerSpec =
  | { model: "spec" /** Watts at 0, 10, ... 100 % load; straight lines between. */; watts: number[]; offWatts: number }
  | { model: "linear" | "square" | "cubic" | "square-root"; idleWatts: number; fullWatts: number; offWatts: number }
  | { model: "constant"; watts: number; offWatts: number }
  /** Idle at u = 0, else epsilon + u (full - epsilon): the two-regime model of SimGrid's energy plugin. */
  | { model: "idle-epsilon"; idleWatts: number; epsilonWatts: number; fullWatts: number; offWatts: number };

/** Guest systems that something works with. */
export type Guests = "none" | "linux" | "windows" | "any";

/** A virtualization layer as numbers. */
export interface HypervisorSpec {
  /** Catalogue key: esxi, hyperv, xen, kvm, virtualbox, workstation, parallels, none, ideal. */
  product: string;
  /** Name as people know it. */
  name: string;
  /** 1 bare metal, 2 hosted, 0 no hypervisor. */
  type: 0 | 1 | 2;
  /** Fraction of native speed by kind of work. */
  cpuEfficiency: number;
  memoryEfficiency: number;
  oltpEfficiency: number;
  /** Disk and network throughput as a fraction of what the device or card could do. */
  diskIopsEfficiency: number;
  diskThroughputEfficiency: number;
  networkEfficiency: number;
  /** CPU microseconds for each disk I/O, and cores for each Gbit/s. */
  cpuMicrosecondsPerIo: number;
  coresPerGbit: number;
  /** Who does the I/O work. */
  ioChargedTo: "vm" | "control-domain" | "host-os";
  /** Share of capacity lost for each unit of (runnable vCPUs / cores) above 1. */
  schedulingSlope: number;
  /** Share lost for each vCPU of a VM above 4 when the ratio exceeds 2. */
  coStopPerVcpu: number;
  /** Of the memory references that a VM wider than a NUMA node would make to other nodes if its memory were spread evenly: the share it makes. */
  remoteShare: number;
  /** What its resource pools have; "none" = VMs of a pool share as if there were none. */
  pools: "full" | "shares-and-limits" | "limits" | "none";
  /** Whether vCPUs can own cores. */
  pinning: "yes" | "no";
  /** Guests whose vCPUs and memory can be changed while they run. */
  hotAddCpu: Guests;
  hotAddMemory: Guests;
  hotRemoveCpu: Guests;
  hotRemoveMemory: Guests;
  /** Cores kept back from guests. */
  reservedCores: number;
  /** Share of the host's CPU that the system below a Type 2 product uses by itself. */
  hostOsBackground: number;
  /** Memory kept back: min(cap, base + fraction x RAM) + fixed. */
  reserveBaseMiB: number;
  reserveFraction: number;
  reserveCapMiB: number | null;
  reserveFixedMiB: number;
  /** Memory overhead of each VM: base + perVcpu x vCPUs + perGiB x GiB above `overheadFreeGiB`. */
  overheadBaseMiB: number;
  overheadPerVcpuMiB: number;
  overheadPerGiBMiB: number;
  overheadFreeGiB: number;
  maxVcpusPerVm: number;
  maxMemoryPerVmMiB: number;
  maxVmsPerHost: number;
  /** Longest chain of snapshots of a disk; absent or null = no limit known. */
  maxSnapshots?: number | null;
  /** What a VM's CPU weight counts when shares are equal: each vCPU, each VM, or each vCPU that wants to run. */
  weightBy: "vcpu" | "vm" | "runnable";
  bootSeconds: { linux: number; windows: number };
  cloneSeconds: number;
  deleteSeconds: number;
  /** What it does when its hosts are short of memory. */
  memory: ReclaimSpec;
  /** How it moves running VMs. */
  migration: MigrationSpec;
  /** Names of values that rest on an estimate, for whoever shows the figures. */
  estimates: string[];
}

/** What switching a host costs. Watts null = those of full load. */
export interface PowerTransitions {
  bootSeconds: number;
  bootWatts: number | null;
  shutdownSeconds: number;
  shutdownWatts: number | null;
  /** Chance that a boot ends with the host off again. */
  bootFailureChance: number;
  /** Suspended to memory: power while asleep, time to fall asleep and to wake. */
  sleepWatts: number;
  suspendSeconds: number;
  wakeSeconds: number;
  /** Power of a failed host; null = that of an idle one (as OpenDC reckons); absent = none. */
  failedWatts?: number | null;
}

/**
 * Where hosts stand and what they depend on: their failure domains. A name may hold `{rack}`, the name of the host's rack.
 * Of several feeds, cooling units or switches any one is enough.
 */
export interface HostLocation {
  room: string | null;
  rack: string | null;
  /** Hosts in each rack; null = all of the group in one. Racks of a group that fills several are numbered. */
  hostsPerRack: number | null;
  feeds: readonly string[];
  cooling: readonly string[];
  switches: readonly string[];
}

/** Who chooses a host's P-state (governor.ts). */
export const GOVERNORS = ["performance", "powersave", "ondemand", "conservative"] as const;
export type Governor = (typeof GOVERNORS)[number];
/** Whether it changes the state while the host runs. */
export const isDynamic = (governor: Governor | undefined): boolean => governor === "ondemand" || governor === "conservative";

/** A kind of host: all hosts of a group are alike. */
export interface HostClass {
  name: string;
  count: number;
  /** Name of the site it stands at. */
  site: string;
  server: string | null;
  cores: number;
  threadsPerCore: number;
  /** Capacity of two busy threads on one core, in cores; applies when threadsPerCore is 2 or more. */
  smtGain: number;
  /** NUMA nodes, as a rule the sockets: each has cores / nodes and memory / nodes. */
  numaNodes: number;
  /** Latency of memory at another node / at the own one. */
  remoteLatency: number;
  coreMHz: number;
  memoryMiB: number;
  power: PowerSpec;
  powerSupply?: PowerSupplySpec | null;
  costs?: HostCosts | null;
  embodied?: { kg: number; lifeYears: number } | null;
  pstates: { coreMHz: number; power: PowerSpec }[];
  /** Absent = performance: the fastest state, until somebody says otherwise. */
  governor?: Governor;
  transitions: PowerTransitions;
  hypervisor: HypervisorSpec;
  /** Network card that migrations use, in each direction. */
  networkGbitPerSecond: number;
  /** Its cards where the scenario describes them; else one of the speed above that carries everything. */
  nics?: NicSpec[];
  state: "on" | "off";
  hostPrograms: { cores: number; memoryMiB: number };
  /** Absent: nobody knows. */
  location?: HostLocation;
}

/** Kinds of work by share, summing to 1. */
export interface WorkMix {
  cpu: number;
  memory: number;
  oltp: number;
}

/** How much a kind of work disturbs its neighbours on a host, and is disturbed by them (interference.ts). */
export interface KindPressure {
  /** Pressure of a host's cores all busy with it, 0..1. */
  pressure: number;
  /** Time lost at pressure 1, per time it would take alone. */
  sensitivity: number;
}

/** By kind of work, as in `WorkMix`. */
export type InterferenceSpec = Record<keyof WorkMix, KindPressure>;

/** A kind of VM: what all VMs of a group have in common. Sizes and demand are per VM. */
export interface VmClass {
  name: string;
  guestOs: "linux" | "windows";
  shares: number;
  reservationMHz: number;
  limitMHz: number | null;
  /** dedicated: each vCPU owns a core, with all its threads. */
  cpus: "shared" | "dedicated";
  /** Resource pool, or null. */
  pool: string | null;
  owner: string;
  serviceClass: string;
  mix: WorkMix;
  io: IoSpec;
  /** Its virtual disks; absent = none that anybody cares about. */
  disks?: DiskSpec[];
  progress: "replay" | "work";
  /** How fast its guests write memory, for migrations. */
  memoryActivity: MemoryActivity;
  /** Memory it uses, is sure of and competes with; absent = `usualMemory`. */
  memory?: VmMemory;
  startup: "instant" | "boot" | "clone-and-boot";
  host: string | null;
  /** Lost for good; started again elsewhere as soon as there is room; when its host is back; or from its newest copy. */
  onHostDown: "lost" | "restart" | "wait" | "restore";
  /** What high availability does for them; absent = medium priority. */
  ha?: VmAvailability;
  /** Finite work in sequence is saved so often, which takes so long, and a restart goes on from there; null or absent = never. */
  checkpoint?: { everySeconds: number; costSeconds: number } | null;
  /** How often that may happen before the VM is given up; null or absent = without end. */
  maxFailures?: number | null;
  /** What it keeps on disk, for copies; absent = what is usual. */
  data?: DataSpec;
}

export interface Admission {
  vcpusPerCore: number | null;
  memoryRatio: number;
  whenFull: "reject" | "queue";
  queueOrder: "fifo" | "skip";
  maxWaitSeconds: number | null;
}

/** Memory of a VM whose group says nothing: all of it touched, estimates for the rest (see docs/memory.md). */
export const usualMemory: VmMemory = {
  activeShare: 0.3,
  touchedShare: 1,
  reservationMiB: 0,
  limitMiB: null,
  shares: 1,
  equalWithin: 0.05,
  equalAcross: 0.15,
  balloon: true,
};
