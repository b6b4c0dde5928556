/**
 * A quantity over the seconds of a run as a step function: each value holds from its instant to the next.
 *
 * A series of a file is laid over the run from an instant of its own on. Its last value holds as long as the step before it
 * did; beyond, the run stops with an error, the series begins again, or its last value stays, as the scenario says.
 */
import type { SeriesFile, TimeSeries } from "../../model/accounts-spec.ts";

export interface Steps {
  valueAt(t: number): number;
  /** The next instant after `t` at which the value may change; Infinity when there is none. */
  nextChange(t: number): number;
}

export const constant = (value: number): Steps => ({ valueAt: () => value, nextChange: () => Number.POSITIVE_INFINITY });

/** A run that outlasts a series whose end is an error. */
export class SeriesEnded extends Error {
  override readonly name = "SeriesEnded";
}

const isoOf = (ms: number): string => new Date(ms).toISOString().replace(".000Z", "Z");

/**
 * Lays a series over a run that starts at `startMs` and lasts `plannedSeconds` (Infinity when nobody knows).
 * Throws a SeriesEnded when the series does not cover it and its end is an error.
 */
export function stepsOf(series: TimeSeries, { file, from, after }: SeriesFile, startMs: number, plannedSeconds: number): Steps {
  const { atMs, values } = series;
  const n = atMs.length;
  const zero = from === null ? startMs : Date.parse(from);
  const first = atMs[0];
  const endMs = n > 1 ? atMs[n - 1] + (atMs[n - 1] - atMs[n - 2]) : atMs[0] + 3_600_000;
  const length = (endMs - first) / 1000;
  if (after !== "wrap" && (zero < first || (after === "error" && zero + plannedSeconds * 1000 > endMs && plannedSeconds < Number.POSITIVE_INFINITY))) {
    const wanted = plannedSeconds < Number.POSITIVE_INFINITY ? `${isoOf(zero)} to ${isoOf(zero + plannedSeconds * 1000)}` : `from ${isoOf(zero)} on`;
    throw new SeriesEnded(
      `${file} goes from ${isoOf(first)} to ${isoOf(endMs)}, the run needs ${wanted}: set \`from\` to an instant in it, or \`after: wrap\` to begin it again`,
    );
  }
  const offset = (zero - first) / 1000;
  /** Seconds since the first instant, within one round. */
  const within = (t: number): number => {
    const x = t + offset;
    if (after === "wrap") return ((x % length) + length) % length;
    if (after === "error" && x >= length)
      throw new SeriesEnded(`${file} ends at ${isoOf(endMs)}, before the run does: \`after: wrap\` begins it again, \`after: hold\` keeps its last value`);
    return x;
  };
  const indexAt = (x: number): number => {
    // Binary search for the last instant at or before x; a millisecond of grace for rounding.
    const ms = first + x * 1000 + 1e-3;
    let low = 0;
    let high = n - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (atMs[middle] <= ms) low = middle;
      else high = middle - 1;
    }
    return low;
  };
  return {
    valueAt: (t) => values[indexAt(within(t))],
    nextChange(t) {
      // Beyond its end nothing changes; only asking for a value there is an error.
      if (after !== "wrap" && t + offset >= length) return Number.POSITIVE_INFINITY;
      const x = within(t);
      const i = indexAt(x);
      const next = i + 1 < n ? (atMs[i + 1] - first) / 1000 : after === "hold" ? Number.POSITIVE_INFINITY : length;
      return t + (next - x);
    },
  };
}

/** Straight lines between points of rising x; beyond the ends the end's value. */
export function interpolate(points: readonly { readonly x: number; readonly y: number }[], x: number): number {
  let low = points[0];
  if (x <= low.x) return low.y;
  for (const high of points) {
    if (x <= high.x) return high.x === low.x ? high.y : low.y + ((high.y - low.y) * (x - low.x)) / (high.x - low.x);
    low = high;
  }
  return low.y;
}
