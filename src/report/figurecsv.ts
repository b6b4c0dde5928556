/**
 * The data of a figure as CSV, as the page gives it away: RFC 4180, numbers with all their digits, an empty cell for NaN.
 * Text that a spreadsheet would take for a formula gets a `'` in front, as in the files of a run.
 */

import type { FigureData } from "./figure.ts";

const FORMULA = /^[=+\-@\t\r\uFF1D\uFF0B\uFF0D\uFF20]/;

function cell(value: string | number): string {
  if (typeof value === "number") return Number.isNaN(value) ? "" : String(value);
  const text = FORMULA.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

export function figureCsv({ columns, rows }: FigureData): string {
  return [columns, ...rows].map((row) => `${row.map(cell).join(",")}\n`).join("");
}
