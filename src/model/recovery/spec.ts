/** What recovery is built from, in base units. Plain data; VMs are named by group or by member. */
import type { Retention } from "./chain.ts";

/** A place that keeps backups. */
export interface RepositorySpec {
  name: string;
  /** Site it stands at; it is out of reach while that site is down. */
  site: string;
  /** What it takes in and gives out, all transfers together, MiB/s. */
  writeMiBPerSecond: number;
  readMiBPerSecond: number;
  /** Backups and restores under way at a time; others wait their turn. */
  streams: number;
  /** Space, MiB; null = as much as is needed. */
  capacityMiB: number | null;
  /** Backups cannot be changed or deleted before their time, not even by an intruder. */
  immutable: boolean;
}

export interface BackupSpec {
  name: string;
  vms: string[];
  /** Repository. */
  to: string;
  startSeconds: number;
  everySeconds: number;
  /** Every so many runs is a full; null = only the first. 1 = each. */
  fullEvery: number | null;
  /** copy: the VM's data are sent; synthetic: the repository makes it of what it has, once a first full is there. */
  fullBy: "copy" | "synthetic";
  /** How long a run may last; null = as long as it takes. What is not done by then is broken off. */
  windowSeconds: number | null;
  keep: Retention;
}

export interface ReplicationSpec {
  name: string;
  vms: string[];
  /** Site that holds the copy. */
  to: string;
  mode: "synchronous" | "asynchronous";
  /** asynchronous: time between shipments of one VM. */
  everySeconds: number;
  /** Line to the other site, for the VMs of this entry together, MiB/s. */
  lineMiBPerSecond: number;
  /** asynchronous: VMs shipped at a time. */
  streams: number;
  /** synchronous: what a write waits for the other site, there and back, s. */
  roundTripSeconds: number;
  /** synchronous: size of a write, MiB, and writes a guest has under way at a time. */
  writeMiB: number;
  outstanding: number;
  /** The copy is there at the start; otherwise the first shipment carries everything. */
  seeded: boolean;
}

export interface RunbookStepSpec {
  name: string;
  vms: string[];
  /** Steps that must be over first. */
  after: string[];
  /** Work before its first VM starts, s. */
  prepareSeconds: number;
  /** What it waits for before it is over: its VMs run, or they were only started. */
  wait: "running" | "started";
}

/** Who is brought back in which order when a site is lost. */
export interface RunbookSpec {
  name: string;
  site: string;
  to: string;
  /** From the loss to the decision to fail over, s. */
  declareSeconds: number;
  steps: RunbookStepSpec[];
}

export type RecoveryEvent =
  /** Everything at the site stops; after `forSeconds` it comes back, with or without its data. null = never. */
  | { atSeconds: number; do: "lose site"; site: string; forSeconds: number | null; data: "kept" | "destroyed" }
  /** From `atSeconds` on all copies made of these VMs are spoilt; it is noticed `unnoticedSeconds` later, and all of them are stopped and restored. */
  | { atSeconds: number; do: "ransomware"; vms: string[]; unnoticedSeconds: number }
  /** The data of these VMs are gone (disk array, mistake); replicas are whole. */
  | { atSeconds: number; do: "lose data"; vms: string[] }
  | { atSeconds: number; do: "fail over" | "fail back"; runbook: string }
  /** The VMs of the runbook are brought up beside the running ones, cut off from them, for a while. */
  | { atSeconds: number; do: "test"; runbook: string; forSeconds: number };

export interface RecoverySpec {
  repositories: RepositorySpec[];
  backups: BackupSpec[];
  replication: ReplicationSpec[];
  runbooks: RunbookSpec[];
  events: RecoveryEvent[];
}
