/** Making a table for people from a table of results: chosen columns, sorted, the first rows. */

import type { Table } from "../../results/table.ts";
import { formatCount, formatDuration, formatNumber } from "../../units/format.ts";
import type { TableBlock } from "../document.ts";
import { counted, MISSING, share, shorten } from "../format.ts";
import { numbersIn, textsIn } from "../read.ts";

export type Format = "text" | "count" | "number" | "percent" | "duration";

/** A column to show: its name in the results, its heading here, and how its values are written. */
export type Picked = readonly [column: string, head: string, format: Format];

export interface Pick {
  readonly title: string;
  readonly subtitle: string;
  readonly columns: readonly Picked[];
  /** Largest of this column first; without it the order of the table. */
  readonly by?: string;
  /** Rows to leave out. */
  readonly keep?: (row: number) => boolean;
  readonly most?: number;
}

/** How a value is written; what does not apply is "–". */
export function write(value: number | string | undefined, format: Format): string {
  if (typeof value === "string" || value === undefined) return shorten(value || MISSING, 40);
  if (format === "duration") return formatDuration(value);
  if (format === "percent") return share(value).replace(/\u00A0%$/, "");
  return format === "count" ? formatCount(value) : formatNumber(value);
}

export function pick(table: Table, { title, subtitle, columns, by, keep, most = 12 }: Pick): TableBlock {
  let rows = Array.from({ length: table.rows }, (_, row) => row);
  if (keep) rows = rows.filter(keep);
  if (by !== undefined) {
    const values = numbersIn(table, by);
    const of = (row: number): number => (Number.isFinite(values[row]) ? (values[row] as number) : Number.NEGATIVE_INFINITY);
    rows.sort((a, b) => of(b) - of(a) || a - b);
  }
  const present = columns.filter(([name]) => table.columns.some((column) => column.name === name));
  const cells = present.map(([name, , format]) => {
    const numeric = numbersIn(table, name);
    const text = textsIn(table, name);
    return (row: number): string => write(format === "text" ? text[row] : numeric[row], format);
  });
  const left = rows.length - most;
  return {
    title,
    subtitle,
    head: present.map(([, head]) => head),
    numeric: present.flatMap(([, , format], i) => (format !== "text" && i > 0 ? [i] : [])),
    rows: rows.slice(0, most).map((row) => cells.map((cell) => cell(row))),
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
