/** Making a table for people from a table of results: chosen columns, sorted, the first rows. */

import type { Table } from "../../results/table.ts";
import { formatCount, formatDuration } from "../../units/format.ts";
import { classRank } from "../classes.ts";
import { type Clock, instant } from "../clock.ts";
import type { TableBlock } from "../document.ts";
import { shareUp } from "../findings.ts";
import { aligned, counted, MISSING, share, shorten } from "../format.ts";
import { numbersIn, textsIn } from "../read.ts";

/** `reason`: text that may be a sentence. `up`: a share of time up, with as many nines as it has. `instant`: seconds of the run on its clock. `own`: numbers of several units, each by itself. */
export type Format = "text" | "reason" | "count" | "number" | "own" | "percent" | "up" | "duration" | "instant";

/** A column to show: its name in the results, its heading here, and how its values are written. */
export type Picked = readonly [
  column: string,
  head: string,
  format: Format,
  more?: {
    /** Left out where every row is zero. */
    readonly unlessZero?: true;
    /** Values are divided by this before they are written: seconds to hours. */
    readonly per?: number;
  },
];

export interface Pick {
  readonly title: string;
  readonly subtitle: string;
  readonly columns: readonly Picked[];
  /** Largest of this column first; without it the order of the table. */
  readonly by?: string;
  /** Rows to leave out. */
  readonly keep?: (row: number) => boolean;
  readonly most?: number;
  /** For instants. */
  readonly clock?: Clock;
}

/** How the values of a column are written; what does not apply is "–". */
function written(table: Table, [name, , format, { per = 1 } = {}]: Picked, rows: readonly number[], clock: Clock): string[] {
  if (format === "text" || format === "reason") {
    const texts = textsIn(table, name);
    return rows.map((row) => shorten(texts[row] || MISSING, format === "text" ? 40 : 120));
  }
  const numbers = numbersIn(table, name);
  const values = rows.map((row) => (numbers[row] ?? Number.NaN) / per);
  if (format === "number") return aligned(values);
  return values.map((value) => writers[format](value, clock));
}

const writers: Readonly<Record<Exclude<Format, "text" | "reason" | "number">, (value: number, clock: Clock) => string>> = {
  count: formatCount,
  own: (value) => aligned([value])[0] ?? MISSING,
  percent: (value) => share(value).replace(/\u00A0%$/, ""),
  up: (value) => (Number.isNaN(value) ? MISSING : shareUp(value)),
  duration: formatDuration,
  instant: (value, clock) => (Number.isNaN(value) ? MISSING : instant(clock, value)),
};

/** Columns in which no shown row has anything are left out, and those of zeros alone where they say so. */
export function pick(table: Table, { title, subtitle, columns, by, keep, most = 12, clock = { startMs: null } }: Pick): TableBlock {
  let rows = Array.from({ length: table.rows }, (_, row) => row);
  if (keep) rows = rows.filter(keep);
  if (by !== undefined) {
    const values = numbersIn(table, by);
    const of = (row: number): number => (Number.isFinite(values[row]) ? (values[row] as number) : Number.NEGATIVE_INFINITY);
    rows.sort((a, b) => of(b) - of(a) || a - b);
  }
  const shown = rows.slice(0, most);
  const empty = (cell: string, hide: boolean): boolean => cell === MISSING || (hide && /^0(\u00A0s)?$/.test(cell));
  const present = columns
    .filter(([name]) => table.columns.some((column) => column.name === name))
    .map((picked) => ({ head: picked[1], format: picked[2], hide: picked[3]?.unlessZero === true, cells: written(table, picked, shown, clock) }))
    .filter(({ cells, hide }, i) => i === 0 || !cells.every((cell) => empty(cell, hide)));
  const left = rows.length - most;
  return {
    title,
    subtitle,
    head: present.map(({ head }) => head),
    numeric: present.flatMap(({ format }, i) => (!["text", "reason", "instant"].includes(format) && i > 0 ? [i] : [])),
    rows: shown.map((_, i) => present.map(({ cells }) => cells[i] ?? MISSING)),
    note: left > 0 ? `${counted(left, "more row")} in ${table.name}.csv.` : `As in ${table.name}.csv.`,
  };
}

/** Sum of a column over the rows that are kept. */
export function sumOf(table: Table, name: string, keep: (row: number) => boolean = () => true): number {
  const values = numbersIn(table, name);
  let sum = 0;
  for (let row = 0; row < values.length; row++) if (keep(row) && Number.isFinite(values[row])) sum += values[row] as number;
  return sum;
}

/** The same rows, best class of service first, "all" last. */
export function byClass(block: TableBlock): TableBlock {
  const rank = (cell: unknown): number => (cell === "all" ? Number.POSITIVE_INFINITY : classRank(String(cell)));
  return { ...block, rows: block.rows.toSorted((a, b) => Math.sign(rank(a[0]) - rank(b[0]) || 0)) };
}
