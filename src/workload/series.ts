/**
 * Series of carbon intensity, price, temperature or power from CSV, as they are published:
 *
 *   Electricity Maps   `Datetime (UTC)`, `Carbon intensity gCO₂eq/kWh (direct | Life cycle)`, or the older `(LCA)`; life cycle
 *                      unless the column's name is asked for
 *   ENTSO-E            `MTU (UTC)` or `MTU (CET/CEST)`: `01.01.2024 00:00 - 01.01.2024 01:00`, with or without seconds, points
 *                      or slashes; `Day-ahead Price [EUR/MWh]`; becomes a price per kWh
 *   plain              `timestamp` (or time, date, datetime): ISO 8601, UTC unless it says otherwise; one more column, or
 *                      the one that is asked for
 *
 * Instants must rise. A missing value (empty, `-`, `n/e`, `N/A`) keeps the one before it, and is counted. CET/CEST is read by
 * the European rule: summer time from the last Sunday of March to that of October, changing at 01:00 UTC; of the hour that
 * comes twice the second is winter time. Of several `Sequence`s of a price only the first is read.
 * Proved by test/workload/series.test.ts.
 */

import type { SeriesQuantity, TimeSeries } from "../model/accounts-spec.ts";
import type { ImportReport } from "../model/demand.ts";
import { quoted, TraceError } from "./trace-error.ts";
import type { TraceFile } from "./trace-file.ts";

export interface SeriesRead extends TimeSeries {
  /** Name of the column that was read. */
  readonly column: string;
  readonly report: ImportReport;
}

const MISSING = new Set(["", "-", "n/e", "n/a", "nan", "null"]);

/** Reads a series. `column` is a part of the wanted column's name, or null. Throws a TraceError for what cannot be read. */
export async function readSeries(file: TraceFile, quantity: SeriesQuantity, column: string | null): Promise<SeriesRead> {
  const { CsvError, parse } = await import("csv-parse/browser/esm/sync");
  const text = await textOf(file);
  const separator = /^[^\n]*;/.test(text) && !/^[^\n]*,/.test(text) ? ";" : ",";
  let rows: string[][];
  try {
    rows = parse(text, { bom: true, delimiter: separator, skip_empty_lines: true, relax_column_count: false, trim: true });
  } catch (cause) {
    if (!(cause instanceof CsvError)) throw cause;
    throw new TraceError({ file: file.path, ...(typeof cause.lines === "number" ? { line: cause.lines } : {}) }, cause.message, "a table in CSV");
  }
  const [header, ...body] = rows;
  if (!header || body.length === 0) throw new TraceError({ file: file.path }, "no rows", "a header and one row an instant");
  const time = header.findIndex((name) => /^(mtu|datetime|timestamp|time|date)\b/i.test(name));
  if (time < 0) throw new TraceError({ file: file.path, line: 1 }, `the columns ${header.map(quoted).join(", ")}`, "one named timestamp, datetime or MTU");
  const value = valueColumn(header, time, quantity, column, file.path);
  const sequence = header.findIndex((name) => /^sequence$/i.test(name));
  const [timeName, valueName] = [header[time] ?? "", header[value] ?? ""];
  const zone = /cet/i.test(timeName) ? "cet" : "utc";
  const scale = quantity === "price" && /mwh/i.test(valueName) ? 1e-3 : quantity === "power" && /\bkW\b/.test(valueName) ? 1e3 : 1;

  const atMs: number[] = [];
  const values: number[] = [];
  let missing = 0;
  let firstMissing = "";
  for (const [i, row] of body.entries()) {
    if (sequence >= 0 && row[sequence] !== body[0]?.[sequence]) continue;
    const place = { file: file.path, line: i + 2 };
    const instant = instantOf(row[time] ?? "", zone, atMs.at(-1) ?? Number.NEGATIVE_INFINITY);
    if (instant === SKIPPED) continue;
    if (Number.isNaN(instant)) throw new TraceError({ ...place, column: timeName }, quoted(row[time] ?? ""), "an instant such as 2026-01-05T08:00:00Z");
    const last = atMs.at(-1);
    if (last !== undefined && instant <= last) throw new TraceError({ ...place, column: timeName }, quoted(row[time] ?? ""), "an instant after the row before");
    const cell = (row[value] ?? "").trim();
    let number = Number(cell);
    if (MISSING.has(cell.toLowerCase())) {
      const before = values.at(-1);
      if (before === undefined) throw new TraceError({ ...place, column: valueName }, quoted(cell), "a value in the first row");
      if (missing++ === 0) firstMissing = `${file.path}:${i + 2}`;
      atMs.push(instant);
      values.push(before);
      continue;
    }
    if (!Number.isFinite(number)) throw new TraceError({ ...place, column: valueName }, quoted(cell), "a number");
    number *= scale;
    if (number < 0 && quantity !== "price" && quantity !== "temperature")
      throw new TraceError({ ...place, column: valueName }, quoted(cell), "a number that is not negative");
    atMs.push(instant);
    values.push(number);
  }
  return {
    atMs: Float64Array.from(atMs),
    values: Float64Array.from(values),
    column: valueName,
    report: {
      source: file.name,
      rowsRead: body.length,
      notes: missing > 0 ? [{ what: "missing values that keep the one before them", rows: missing, first: firstMissing }] : [],
      files: [],
    },
  };
}

async function textOf(file: TraceFile): Promise<string> {
  const decoder = new TextDecoder("utf-8");
  let text = "";
  for await (const chunk of file.chunks()) text += decoder.decode(chunk, { stream: true });
  return text + decoder.decode();
}

function valueColumn(header: readonly string[], time: number, quantity: SeriesQuantity, wanted: string | null, path: string): number {
  const candidates = header.map((name, i) => ({ name, i })).filter(({ i }) => i !== time);
  const by = (test: (name: string) => boolean): number[] => candidates.filter(({ name }) => test(name.toLowerCase())).map(({ i }) => i);
  let found: number[];
  if (wanted !== null) {
    const exact = by((name) => name === wanted.toLowerCase());
    found = exact.length > 0 ? exact : by((name) => name.includes(wanted.toLowerCase()));
  } else if (quantity === "carbon" && by((name) => name.includes("carbon intensity")).length > 0)
    found = by((name) => name.includes("carbon intensity") && /life cycle|lca/.test(name));
  else if (quantity === "price" && by((name) => name.includes("price")).length > 0) found = by((name) => name.includes("price"));
  else found = candidates.map(({ i }) => i);
  // The only column there is, unless it says that it is not what would be read.
  const [only] = candidates;
  if (found.length === 0 && wanted === null && candidates.length === 1 && only && !only.name.toLowerCase().includes("direct")) return only.i;
  if (found.length === 1) return found[0] as number;
  const names = candidates.map(({ name }) => quoted(name)).join(", ");
  throw new TraceError(
    { file: path, line: 1 },
    wanted === null ? `the columns ${names}` : `no single column with ${quoted(wanted)} among ${names}`,
    wanted === null ? "`column` to say which of them to read" : "a part of one column's name",
  );
}

const SKIPPED = Number.NEGATIVE_INFINITY;

/** Milliseconds since 1970, NaN for what is no instant, SKIPPED for an hour that did not happen. `after` is the instant before, for the hour that comes twice. */
function instantOf(text: string, zone: "utc" | "cet", after: number): number {
  const from = (text.split(" - ")[0] ?? "").trim();
  const european = /^(\d{2})[./](\d{2})[./](\d{4})[ T](\d{2}):(\d{2})(?::(\d{2}))?$/.exec(from);
  const iso = /^(\d{4})-(\d{2})-(\d{2})(?:[ T](\d{2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?)?(Z|[+-]\d{2}:?\d{2})?$/.exec(from);
  const parts = european
    ? [european[3], european[2], european[1], european[4], european[5], european[6] ?? "0"]
    : iso
      ? [iso[1], iso[2], iso[3], iso[4] ?? "0", iso[5] ?? "0", iso[6] ?? "0"]
      : null;
  if (!parts) return Number.NaN;
  const [year, month, day, hour, minute, second] = parts.map(Number) as [number, number, number, number, number, number];
  const local = Date.UTC(year, month - 1, day, hour, minute, second);
  if (new Date(local).getUTCDate() !== day || hour > 23 || minute > 59 || second > 59) return Number.NaN;
  const suffix = iso?.[7];
  if (suffix !== undefined && suffix !== "Z") {
    const sign = suffix.startsWith("-") ? -1 : 1;
    const digits = suffix.replace(/[+:-]/g, "");
    return local - sign * (Number(digits.slice(0, 2)) * 60 + Number(digits.slice(2))) * 60_000;
  }
  if (zone === "utc" || suffix === "Z") return local;
  // The hour that summer time leaves out is in some files all the same; it is nothing.
  const winter = local - 3_600_000;
  if (winter >= changeover(year, 2) && winter < changeover(year, 2) + 3_600_000) return SKIPPED;
  const summer = local - 7_200_000;
  const isSummer = summer >= changeover(year, 2) && summer < changeover(year, 9);
  if (!isSummer) return winter;
  return summer > after ? summer : winter;
}

/** 01:00 UTC on the last Sunday of a month (0 = January). */
function changeover(year: number, month: number): number {
  const last = new Date(Date.UTC(year, month + 1, 0));
  return Date.UTC(year, month, last.getUTCDate() - last.getUTCDay(), 1);
}
