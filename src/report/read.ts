/**
 * Reading results for show: a column or a headline figure that a run did not make is empty or NaN here, so that a page
 * shows "–" for it and never 0.
 */

import type { Results } from "../results/results.ts";
import type { Table } from "../results/table.ts";

/** The numbers of a column, or an empty list when the table has no such column. */
export function numbersIn(table: Table, name: string): ArrayLike<number> {
  const values = table.columns.find((column) => column.name === name)?.values ?? [];
  return values.length > 0 && typeof values[0] === "string" ? [] : (values as ArrayLike<number>);
}

/** The texts of a column, or an empty list when the table has no such column. */
export function textsIn(table: Table, name: string): readonly string[] {
  const values = table.columns.find((column) => column.name === name)?.values ?? [];
  return values.length > 0 && typeof values[0] !== "string" ? [] : (values as readonly string[]);
}

/** A headline figure by name, in the unit the summary gives it; NaN when the run has none. */
export function metric(results: Results, name: string): number {
  const row = textsIn(results.summary, "metric").indexOf(name);
  return row < 0 ? Number.NaN : (numbersIn(results.summary, "value")[row] ?? Number.NaN);
}

/** The unit of a headline figure, or "" when the run has none. */
export function metricUnit(results: Results, name: string): string {
  const row = textsIn(results.summary, "metric").indexOf(name);
  return row < 0 ? "" : (textsIn(results.summary, "unit")[row] ?? "");
}

/** The first finite value, or NaN. */
export function firstFinite(...values: readonly number[]): number {
  return values.find((value) => Number.isFinite(value)) ?? Number.NaN;
}

/** The largest finite value of a column, or NaN. */
export function maxOf(values: ArrayLike<number>): number {
  let max = Number.NaN;
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number;
    if (Number.isFinite(value) && !(value <= max)) max = value;
  }
  return max;
}

/** Time-weighted mean of a column of the timeline over its rows; rows without a number are left out. */
export function timeMean(results: Results, name: string): number {
  const values = numbersIn(results.timeline, name);
  const starts = numbersIn(results.timeline, "time_s");
  let sum = 0;
  let seconds = 0;
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number;
    const length = intervalEnd(results, starts, i) - (starts[i] as number);
    if (!Number.isFinite(value) || !(length > 0)) continue;
    sum += value * length;
    seconds += length;
  }
  return seconds > 0 ? sum / seconds : Number.NaN;
}

/** End of row `i` of the timeline: the start of the next, or the end of the run. */
export function intervalEnd(results: Results, starts: ArrayLike<number>, i: number): number {
  return starts[i + 1] ?? Math.max(results.run.durationSeconds, (starts[i] ?? 0) + ((starts[i] ?? 0) - (starts[i - 1] ?? 0)));
}
