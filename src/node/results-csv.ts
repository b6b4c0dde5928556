/**
 * A table of results as CSV (RFC 4180: comma, quotes doubled, UTF-8, one `\n` a line), in batches that can be streamed.
 *
 * Numbers are written with the fewest digits that read back as the same double, so that ledgers still balance in the reader;
 * NaN (does not apply, not measured) is an empty cell. Text that a spreadsheet would take for a formula (it starts with `=`,
 * `+`, `-`, `@`, a tab or a carriage return, or their full-width forms) gets a `'` in front: names come from scenario and
 * trace files, and opening results must not run what a stranger put there.
 *
 * Most cells are numbers and plain words, which need none of that: they are joined here, four times as fast as the library
 * writes them. Every other text is quoted and escaped by the library, and a test compares whole files with it.
 */
import { type Options, stringify } from "csv-stringify/sync";
import type { Table } from "../results/table.ts";

/** Rows of a batch: large enough to cost little per row, small enough that a batch is no memory to speak of. */
const BATCH_ROWS = 4_096;

/** How the library is to write what is not plain. */
export const CSV_OPTIONS: Options = {
  record_delimiter: "\n",
  escape_formulas: true,
  // A lone carriage return ends a line in some readers; the library quotes only what holds its own delimiters.
  quoted_match: /[\r\n]/,
};

const PLAIN = /^[A-Za-z0-9_][^",\r\n]*$/;

function cell(value: string | number | undefined): string {
  // A NaN is the only value that differs from itself.
  if (typeof value === "number") return value === value ? String(value) : "";
  if (value === undefined || value === "" || PLAIN.test(value)) return value ?? "";
  return stringify([[value]], CSV_OPTIONS).slice(0, -1);
}

/** The table as CSV text, the header first, some thousand rows at a time. Throws when a column has not as many values as the table rows. */
export function* csvChunks(table: Table, batchRows: number = BATCH_ROWS): Generator<string> {
  for (const { name, values } of table.columns) {
    if (values.length !== table.rows) throw new Error(`column ${table.name}.${name} holds ${values.length} values for ${table.rows} rows`);
  }
  yield `${table.columns.map((column) => cell(column.name)).join(",")}\n`;
  const values = table.columns.map((column) => column.values);
  for (let from = 0; from < table.rows; from += batchRows) {
    let text = "";
    for (let row = from, to = Math.min(table.rows, from + batchRows); row < to; row++) {
      for (let c = 0; c < values.length; c++) text += (c === 0 ? "" : ",") + cell(values[c]?.[row]);
      text += "\n";
    }
    yield text;
  }
}
