/** What a scenario says about failures, in seconds: models of components, recorded failures, and who repairs. */
import type { Law } from "../../kernel/laws.ts";

/** What a model may be about. */
export const FAILING = ["host", "hypervisor", "host-os", "vm", "disk", "nic", "switch", "rack", "feed", "cooling", "room", "site", "operator"] as const;
export type FailingKind = (typeof FAILING)[number];

export interface FailureModel {
  /** Names its streams and stands in reports; unique. */
  readonly name: string;
  readonly of: FailingKind;
  /** Groups or members of hosts or VMs, or names of domains; null = all there are. */
  readonly which: readonly string[] | null;
  /** Time from being whole to the next failure; null = only at the set times. */
  readonly between: Law | null;
  readonly repair: Law;
  /** new: every component begins whole and new. stationary: the run begins in the middle of things. */
  readonly start: "new" | "stationary";
  /** After a repair: as good as new, or as bad as old (its age goes on). */
  readonly renewal: "as-good-as-new" | "as-bad-as-old";
  /** Age of the components at the start, for those that stay as bad as old. */
  readonly ageSeconds: number;
  /** Set times at which all of `which` fail. */
  readonly atSeconds: readonly number[];
  /** Whether the hosts boot when they are back, or are on at once (the repair time holds the boot). */
  readonly boots: boolean;
  /** Share of the failures that is of common cause, and with whom it is shared. */
  readonly beta: number;
  readonly within: "all" | "group" | "site" | "room" | "rack" | "feed";
  /** Spare units that replace a failed one, and how long that takes; null = each is repaired itself. */
  readonly spares: { readonly count: number; readonly swapSeconds: number } | null;
  /** disk, nic: how many each host has, and how many may be down without harm. */
  readonly perHost: number;
  readonly tolerates: number;
  /** cooling: how long hosts go on without. */
  readonly graceSeconds: number;
  /** operator: share of the hosts that is hit, one every so many seconds. */
  readonly share: number;
  readonly everySeconds: number;
}

/** Recorded failures of unnamed hosts: so long after the end of the one before, so long, this share of the hosts. */
export interface Pulse {
  readonly afterSeconds: number;
  readonly forSeconds: number;
  readonly share: number;
}

/** Recorded times in which each of several nodes was down: node by node, in order, without overlap. */
export interface NodeDowntimes {
  readonly node: string;
  readonly downtimes: readonly { readonly startSeconds: number; readonly endSeconds: number }[];
}

export interface FailureTrace {
  readonly name: string;
  readonly which: readonly string[] | null;
  readonly boots: boolean;
  /** Where it is read from; null where it stands in the scenario. */
  readonly source: { readonly format: string; readonly path: string } | null;
  readonly pulses: readonly Pulse[];
  readonly repeat: boolean;
  readonly nodes: readonly NodeDowntimes[];
}

export interface FailuresSpec {
  readonly models: readonly FailureModel[];
  readonly traces: readonly FailureTrace[];
  /** Repair crews; null = as many as needed. */
  readonly crews: number | null;
}
