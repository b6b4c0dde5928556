/** The first rows of any table, for those that nothing else shows. */

import type { Table } from "../../results/table.ts";
import { formatCount, formatNumber } from "../../units/format.ts";
import { type Block, tableOf } from "../document.ts";
import { counted, MISSING, shorten } from "../format.ts";

const MOST_ROWS = 10;
const MOST_COLUMNS = 8;

/** A cell as people read it; text is shortened, a missing number is "–". */
export function cellText(value: number | string | undefined): string {
  return typeof value === "number" ? formatNumber(value) : shorten(value || MISSING, 40);
}

export function firstRows(table: Table): Block {
  const columns = table.columns.slice(0, MOST_COLUMNS);
  const rows = Math.min(table.rows, MOST_ROWS);
  const left: string[] = [];
  if (table.rows > rows) left.push(counted(table.rows - rows, "more row"));
  if (table.columns.length > columns.length) left.push(counted(table.columns.length - columns.length, "more column"));
  return tableOf({
    title: table.name.replaceAll(/[-_]/g, " "),
    subtitle: table.about,
    head: columns.map(({ name, unit }) => `${name.replace(/_(?:s|pct|kwh|gib|core_s|w)$/, "").replaceAll("_", " ")}${unit === "" ? "" : `, ${unit}`}`),
    numeric: columns.flatMap(({ values }, i) => (typeof values[0] === "number" && i > 0 ? [i] : [])),
    rows: Array.from({ length: rows }, (_, row) => columns.map(({ values }) => cellText(values[row]))),
    note: left.length > 0 ? `${left.join(" and ")} in ${table.name}.csv, which has ${formatCount(table.rows)} rows.` : `As in ${table.name}.csv.`,
  });
}
