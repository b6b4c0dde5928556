/**
 * A scenario with nothing left open: base units, all defaults filled in, catalogue names looked up.
 * It is plain data (JSON), stored in every run's manifest, and enough to repeat the run with its trace files.
 */

import type { AccountsSpec, EquipmentSpec, MoneySpec, SiteSpec } from "../model/accounts-spec.ts";
import type { FailuresSpec } from "../model/failures/spec.ts";
import type { HaSpec, VmAvailability } from "../model/ha/spec.ts";
import type { MaintenanceSpec } from "../model/maintenance/spec.ts";
import type { NetworkSpec, SwitchSpec } from "../model/network-spec.ts";
import type { DataSpec } from "../model/recovery/changed.ts";
import type { RecoverySpec } from "../model/recovery/spec.ts";
import type { ScriptedAction } from "../model/script-spec.ts";
import type { HostClass, HypervisorSpec, InterferenceSpec, PowerSpec, VmMemory } from "../model/spec.ts";
import type { DatastoreSpec, DiskSpec, IoSpec } from "../model/storage-spec.ts";

export type { PowerSpec };
/** The hypervisor of a host group: the model's own numbers. */
export type ResolvedHypervisor = HypervisorSpec;

export interface ResolvedScenario {
  name: string;
  /** What the scenario shows, as prose. */
  about: string;
  /** Decimal text of the seed, or any word. */
  seed: string;
  /** ISO 8601 instant of second 0. */
  start: string;
  /** Simulated seconds; null = until nothing is left to happen. */
  durationSeconds: number | null;
  /** Interval of the timeline, seconds. */
  observeSeconds: number;
  /** Where hosts stand, in the natural order of their names; at least one. */
  sites: ResolvedSite[];
  /** Classes of service with targets, in the natural order of their names; absent or empty = classes are mere labels. */
  classes?: ResolvedServiceClass[];
  /** How energy, carbon and money are metered and shared out; null or absent = only as totals at constant rates. */
  accounts?: AccountsSpec | null;
  /** What work, space and guests' licences cost; null or absent = no money but that of energy is reckoned. */
  money?: MoneySpec | null;
  /** Storage and network hardware that is paid for and draws power; absent = nobody counts it. */
  equipment?: EquipmentSpec[];
  hosts: ResolvedHostGroup[];
  vms: ResolvedVmGroup[];
  /** Where disks lie, networks apart from each other, switches with uplinks: in the order of their names; absent = none. */
  datastores?: DatastoreSpec[];
  networks?: NetworkSpec[];
  switches?: SwitchSpec[];
  placement: { policy: string; options: Record<string, unknown> /** Path of a user's module, or null for a built-in policy. */; module: string | null };
  admission: ResolvedAdmission;
  /** The loop that moves VMs and switches hosts; null or absent = there is none. */
  rebalance?: ResolvedRebalance | null;
  /** Resource pools, in the order of their names; absent = none. */
  pools?: ResolvedPool[];
  /** How much VMs on one host slow each other; null or absent = not at all. */
  interference?: InterferenceSpec | null;
  /** Copies of VMs and what is done with them; null or absent = there are none. */
  recovery?: RecoverySpec | null;
  /** Planned work on hosts, in the order of its names; absent = none. */
  maintenance?: MaintenanceSpec[];
  /** Recommend sizes from use; null or absent = do not. */
  rightSizing?: ResolvedRightSizing | null;
  /** Rules between VMs and hosts, in the order of their names; absent = none. */
  rules?: ResolvedRule[];
  /** What fails and who repairs it; null or absent = nothing fails. */
  failures?: FailuresSpec | null;
  /** What the figures must hold, as written; absent = nothing. They change no run. */
  checks?: string[];
  /** Who shares hosts with whom is counted so often, and which flaw became known when; null or absent = it is not. */
  exposure?: { everySeconds: number; disclosedSeconds: number | null } | null;
  /** High availability; null or absent = there is none. */
  ha?: HaSpec | null;
  /** Things that happen at set times, in order of time. */
  events: ResolvedEvent[];
}

/** A place with its energy supply. */
export type ResolvedSite = SiteSpec;

/** What VMs of a class are promised; null = no such target. Shares are 0..1. */
export interface ResolvedServiceClass {
  name: string;
  /** Time up / time it should have been up, of each VM in each window. */
  availability: number | null;
  /** The most of its vCPUs' running time a VM may wait for CPU over a window. */
  readyShare: number | null;
  /** The most of the work it asked for that a VM may miss over a window. */
  slowdownShare: number | null;
  /** The longest a VM may be down at one time. */
  restartSeconds: number | null;
  rpoSeconds: number | null;
  rtoSeconds: number | null;
  window: "month" | "week" | "day" | "run";
  /** What a VM is charged a month, or null = what it costs. */
  price?: { amount: number; currency: string } | null;
  /** Name of the public cloud's terms that `credits` are, or null. */
  creditTerms: string | null;
  /** By falling availability: below it, that share of the charge is given back. */
  credits: { below: number; credit: number }[];
}

/** A group of hosts is the model's class of hosts, with everything filled in. */
export type ResolvedHostGroup = HostClass;

export interface ResolvedVmGroup {
  name: string;
  /** VMs in the group; null = as many as the trace or generator brings. */
  count: number | null;
  /** Size; null = as the trace or generator says. */
  vcpus: number | null;
  memoryMiB: number | null;
  guestOs: "linux" | "windows";
  /** CPU weight of one unit of `weightBy` relative to 1 (high 2, normal 1, low 0.5). */
  shares: number;
  reservationMHz: number;
  limitMHz: number | null;
  /** dedicated: each vCPU owns a core, with all its threads. */
  cpus: "shared" | "dedicated";
  /** Resource pool, or null. */
  pool: string | null;
  owner: string;
  serviceClass: string;
  /** Kinds of work by share, summing to 1. */
  mix: { cpu: number; memory: number; oltp: number };
  io: IoSpec;
  /** Virtual disks of each VM; absent = none that anybody cares about. */
  disks?: DiskSpec[];
  /** replay: starved work is lost, the clock of the trace runs on; work: it is done later. */
  progress: "replay" | "work";
  /** How fast its guests write memory: MiB dirtied a second while all vCPUs are busy, and the share of memory that can be dirty. */
  memoryActivity: { dirtyMiBPerSecond: number; workingSetShare: number };
  /** Memory it uses, is sure of and competes with when its host is short of it. */
  memory: VmMemory;
  /** When the VMs are asked for; null = as the trace or generator says. `everySeconds` spreads them. */
  arrival: { atSeconds: number; everySeconds: number } | null;
  /** How much later they may begin, for clean or cheap hours; absent = not at all. */
  shift?: {
    withinSeconds: number;
    forSeconds: number;
    by: "carbon" | "price";
    /** Absent = perfect. */
    forecast?: "perfect" | "persistence" | "noisy";
    /** Standard deviation of a noisy one, of the mean. */
    errorShare?: number;
  } | null;
  /** null = as the trace says, or to the end. */
  lifetimeSeconds: number | null;
  /** Whether a VM that arrives is cloned and booted first, or runs at once. */
  startup: "instant" | "boot" | "clone-and-boot";
  /** Host it must start on, or null. */
  host: string | null;
  /** What becomes of it when its host goes down. */
  onHostDown: "lost" | "restart" | "wait" | "restore";
  /** What high availability does for them; absent = as for all. */
  ha?: VmAvailability;
  /** Finite work in sequence is saved so often, which takes so long, and a restart goes on from there; null or absent = never. */
  checkpoint?: { everySeconds: number; costSeconds: number } | null;
  /** How often that may happen before it is given up; null or absent = without end. */
  maxFailures?: number | null;
  /** What it keeps on disk, for copies; absent = 40 GiB, of which 5 % are rewritten at 1 MiB/s. */
  data?: DataSpec;
  workload: ResolvedWorkload;
  /** null or absent = its VMs stay as many and as large as they are. */
  scaling?: ResolvedScaling | null;
}

export type ResolvedWorkload =
  | { kind: "idle" }
  /** A share of the VM's vCPUs at the reference speed, for ever. */
  | { kind: "constant"; utilisation: number; referenceMHz: number }
  | { kind: "pieces"; pieces: { seconds: number; mhz: number /** Memory in active use; absent = as the group says. */; activeMiB?: number }[]; repeat: number }
  | { kind: "tasks"; sequence: boolean; tasks: { workMHzSeconds: number; threads: number; weight: number; limitMHz: number | null; startSeconds: number }[] }
  /** A load of the group as a whole, divided among its members in service. */
  | {
      kind: "service";
      warmUpSeconds: number;
      wave?: { lowMHz: number; highMHz: number; peakSeconds: number; noise: number; stepSeconds: number };
      pieces?: { seconds: number; mhz: number }[];
      repeat?: number;
    }
  | { kind: "generator"; profile: "enterprise" | "cloud"; options: Record<string, number | string> }
  | { kind: "trace"; format: string; path: string; options: Record<string, number | string | boolean> };

export interface ResolvedAdmission {
  /** vCPUs a host may hold per core; null = no limit. */
  vcpusPerCore: number | null;
  /** Configured guest memory / usable memory a host may hold. */
  memoryRatio: number;
  whenFull: "reject" | "queue";
  /** Queue: waiting VMs are tried in order; "fifo" lets nobody pass the first, "skip" does. */
  queueOrder: "fifo" | "skip";
  /** Seconds a VM waits before it is rejected; null = as long as it takes. */
  maxWaitSeconds: number | null;
}

export interface ResolvedRebalance {
  everySeconds: number;
  /** none, consolidate, watcher-basic or dpm. */
  policy: string;
  options: Record<string, unknown>;
  /** Placement rule for the targets of moves. */
  placement: { policy: string } & Record<string, unknown>;
  /** Migrations that may begin in a round, and be under way at a time; null = no limit. */
  maxMigrationsPerRound: number | null;
  maxMigrationsAtOnce: number | null;
  /** Whether VMs may be stopped to be moved where they cannot move running. */
  coldMigrations: boolean;
  /** When hosts rest and come back: always-on, on-demand or reserve. */
  power: { policy: string; options: Record<string, unknown> };
}

/** VMs and hosts by the name of a group or of one member. */
export type ResolvedRule =
  | { name: string; kind: "together"; vms: string[] }
  | { name: string; kind: "apart"; vms: string[]; perHost: number }
  | { name: string; kind: "hosts"; vms: string[]; hosts: string[]; strength: "must" | "should" | "must not" | "should not" }
  | { name: string; kind: "reserve"; memoryShare: number; vcpuShare: number }
  /** These hosts are for VMs of that owner, and its VMs run nowhere else. */
  | { name: string; kind: "dedicated"; owner: string; hosts: string[] };

/** How a group follows its load; which option which policy reads: docs/elasticity.md. */
export interface ResolvedScaling {
  policy: "target-tracking" | "threshold" | "schedule" | "predictive";
  direction: "horizontal" | "vertical";
  min: number;
  max: number;
  start: number;
  everySeconds: number;
  target: number;
  tolerance: number;
  stabiliseSeconds: number;
  high: number;
  low: number;
  forPeriods: number;
  step: number;
  plan: { timeOfDay: number; size: number }[];
  leadSeconds: number;
  growCooldownSeconds: number;
  shrinkCooldownSeconds: number;
  restart: boolean;
  memoryPerVcpuMiB: number;
}

export interface ResolvedRightSizing {
  percentile: number;
  headroom: number;
  everySeconds: number;
}

export interface ResolvedPool {
  name: string;
  parent: string | null;
  /** In the weight of a VM of one vCPU with normal shares. */
  shares: number;
  reservationMHz: number;
  limitMHz: number | null;
  expandable: boolean;
}

/** An event is what the model's script carries out. */
export type ResolvedEvent = ScriptedAction;
