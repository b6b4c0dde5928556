/**
 * Promises that are kept or broken each time something happens to a VM, and not over its time: how long it was down (`restart`),
 * how long until it ran again after a disaster (`rto`), how much work it lost in one (`rpo`).
 *
 * An episode belongs to the window it ends in; one that is not over ends with the run. A VM that is lost never runs again: its
 * RTO is broken whatever time is left, and counts until the VM should have ended. What a VM loses is known when its copy is
 * chosen; before that it counts for no RPO. Moves that were planned, and tests, are no disasters. Proof: test/metrics/service.test.ts.
 */
import type { Incident } from "../../model/recovery/incidents.ts";
import type { Window } from "./windows.ts";

export interface Span {
  readonly fromSeconds: number;
  readonly toSeconds: number;
  readonly cause: string;
}

/** A VM that should have been in service, with what befell it. */
export interface Member {
  readonly v: number;
  readonly due: Span;
  readonly outages: readonly Span[];
  readonly incidents: readonly Incident[];
}

export interface Episode {
  /** What is said of it where it broke the promise. */
  readonly span: Span;
  readonly measured: number;
  readonly endSeconds: number;
  readonly brokenAnyway: boolean;
}

export type EpisodeTarget = "restart" | "rto" | "rpo";

export const isEpisodic = (target: string): target is EpisodeTarget => target === "restart" || target === "rto" || target === "rpo";

/** Episodes of the VM that end in the window, of a run of `seconds`. */
export function episodes(target: EpisodeTarget, { due, outages, incidents }: Member, window: Window, seconds: number): Episode[] {
  const all =
    target === "restart"
      ? outages.map((span): Episode => ({ span, measured: span.toSeconds - span.fromSeconds, endSeconds: span.toSeconds, brokenAnyway: false }))
      : incidents.flatMap((incident) => disaster(target, incident, due, seconds) ?? []);
  return all.filter(({ endSeconds }) => endSeconds > window.fromSeconds && endSeconds <= window.toSeconds);
}

function disaster(target: "rto" | "rpo", incident: Incident, due: Span, seconds: number): Episode | undefined {
  const { stoppedSeconds, runningSeconds, pointSeconds, lostSeconds, source, copy, end } = incident;
  const lost = end === "lost";
  if (end === "stopped") return undefined;
  const endSeconds = end === "running" ? runningSeconds : Math.min(seconds, due.toSeconds);
  const from = source === "none" ? (lost ? "no copy" : "not back yet") : [source, copy].filter(Boolean).join(" ");
  const cause = `${incident.cause}: ${from}`;
  if (target === "rto")
    return {
      span: { fromSeconds: stoppedSeconds, toSeconds: endSeconds, cause },
      measured: Math.max(0, endSeconds - stoppedSeconds),
      endSeconds,
      brokenAnyway: lost,
    };
  if (source === "none" && !lost) return undefined;
  const fromSeconds = Number.isFinite(pointSeconds) ? pointSeconds : stoppedSeconds - lostSeconds;
  return { span: { fromSeconds, toSeconds: stoppedSeconds, cause }, measured: lostSeconds, endSeconds, brokenAnyway: false };
}

/** Disasters by VM. One that was overtaken by another before the VM ran again is part of that one. */
export function disastersOf(log: readonly Incident[]): Map<number, Incident[]> {
  const found = new Map<number, Incident[]>();
  for (const incident of log) {
    if (incident.planned || incident.end === "overtaken") continue;
    const own = found.get(incident.vm);
    if (own === undefined) found.set(incident.vm, [incident]);
    else own.push(incident);
  }
  return found;
}
