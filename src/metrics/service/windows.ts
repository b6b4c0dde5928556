/** Windows of time over which promises are measured: calendar months, weeks from Monday, days (UTC), or the run. */

export type WindowKind = "month" | "week" | "day" | "run";

export interface Window {
  /** "2026-01", "2026-W02" by its Monday's date, "2026-01-05", "run". */
  readonly name: string;
  readonly fromSeconds: number;
  readonly toSeconds: number;
}

const DAY = 86_400;

/** The next instant after `t` at which a window of that kind ends. */
export function nextEdge(kind: WindowKind, startMs: number, t: number): number {
  const at = new Date(startMs + t * 1000 + 0.5);
  const [year, month, date] = [at.getUTCFullYear(), at.getUTCMonth(), at.getUTCDate()];
  switch (kind) {
    case "run":
      return Number.POSITIVE_INFINITY;
    case "month":
      return (Date.UTC(year, month + 1, 1) - startMs) / 1000;
    case "week":
      // getUTCDay: 0 = Sunday; Mondays begin weeks.
      return (Date.UTC(year, month, date) - startMs) / 1000 + (7 - ((at.getUTCDay() + 6) % 7)) * DAY;
    case "day":
      return (Date.UTC(year, month, date + 1) - startMs) / 1000;
  }
}

/** All windows of a run of `seconds`, the first and last cut by it. */
export function windowsOf(kind: WindowKind, startMs: number, seconds: number): Window[] {
  const windows: Window[] = [];
  for (let from = 0; from < seconds; ) {
    const to = Math.min(seconds, nextEdge(kind, startMs, from));
    const day = new Date(startMs + from * 1000 + 0.5).toISOString();
    const name = kind === "run" ? "run" : kind === "month" ? day.slice(0, 7) : kind === "day" ? day.slice(0, 10) : `week of ${mondayOf(startMs + from * 1000)}`;
    windows.push({ name, fromSeconds: from, toSeconds: to });
    from = to;
  }
  return windows;
}

function mondayOf(ms: number): string {
  const at = new Date(ms + 0.5);
  return new Date(Date.UTC(at.getUTCFullYear(), at.getUTCMonth(), at.getUTCDate() - ((at.getUTCDay() + 6) % 7))).toISOString().slice(0, 10);
}

/** Seconds that two spans have in common. */
export const overlap = (a: { fromSeconds: number; toSeconds: number }, b: { fromSeconds: number; toSeconds: number }): number =>
  Math.max(0, Math.min(a.toSeconds, b.toSeconds) - Math.max(a.fromSeconds, b.fromSeconds));
