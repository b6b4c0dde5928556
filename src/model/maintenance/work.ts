/** Work on hosts as it goes on: what was done to each host, how far a rollout has come, and when hosts may be begun. */
import type { MaintenanceSpec } from "./spec.ts";

/** What was done to one host. */
export interface HostWork {
  readonly number: number;
  readonly work: number;
  readonly host: number;
  readonly action: "patch" | "replace" | "remove" | "roll back";
  /** replace: the host that comes, or -1. */
  readonly partner: number;
  askedSeconds: number;
  /** When it was closed, when it was empty (or its VMs stood still), when it was back or gone. */
  beganSeconds: number;
  emptySeconds: number;
  endSeconds: number;
  /** VMs sent away, and VMs that stood still. */
  readonly moves: { readonly vm: number; readonly at: number }[];
  readonly stopped: { readonly vm: number; readonly at: number; until: number }[];
  step: "waiting" | "coming" | "emptying" | "installing" | "stopping" | "down" | "booting" | "resuming" | "over";
  boots: number;
  failure: number;
  outcome: "" | "done" | "passed over" | "failed";
  reason: string;
}

/** A work and how far it has come. */
export interface Rollout {
  readonly spec: MaintenanceSpec;
  readonly hosts: readonly number[];
  readonly partners: readonly number[];
  readonly queue: HostWork[];
  /** Hosts that have the patch; 1 = a bad one. */
  readonly patched: Map<number, 0 | 1>;
  active: number;
  crashes: number;
  halted: boolean;
  nextPlanned: boolean;
}

/** The first instant from `now` on at which hosts may be begun. */
export function opensAt({ window }: Pick<MaintenanceSpec, "window">, now: number): number {
  if (window === null) return now;
  const { fromSeconds, forSeconds, everySeconds } = window;
  if (now < fromSeconds) {
    // Windows before the first one do not exist.
    return fromSeconds;
  }
  const k = Math.floor((now - fromSeconds) / everySeconds);
  const opened = fromSeconds + k * everySeconds;
  return now < opened + forSeconds ? now : opened + everySeconds;
}
