/**
 * Recorded failures from files.
 *
 *   opendc   failure_interval, failure_duration (ms), failure_intensity (share of the hosts, 0 to 1), as CSV or Parquet; the
 *            interval counts from the end of the failure before
 *   fta      event_trace.tab of the Failure Trace Archive: event id, component, node, platform, node name, event type (0
 *            unavailable, 1 available), start and stop (Unix seconds), reason; lines that begin with # are comments.
 *            Second 0 of the run is the earliest start of the trace.
 *
 * Times of a node that overlap are one; nodes come in the order of their ids. Proved by test/workload/failure-traces.test.ts and failure-files.test.ts.
 */
import type { ImportReport } from "../model/demand.ts";
import type { NodeDowntimes, Pulse } from "../model/failures/spec.ts";
import { ImportLog } from "./import-log.ts";
import { quoted, TraceError } from "./trace-error.ts";
import type { TraceFile } from "./trace-file.ts";

export interface FailuresRead {
  readonly pulses: readonly Pulse[];
  readonly nodes: readonly NodeDowntimes[];
  readonly report: ImportReport;
}

/** Reads a file of that format. Throws a TraceError for what cannot be read. */
export async function readFailures(file: TraceFile, format: string): Promise<FailuresRead> {
  const log = new ImportLog();
  if (format === "fta") return { pulses: [], nodes: await readArchive(file, log), report: log.finish("Failure Trace Archive", []) };
  const rows = file.name.toLowerCase().endsWith(".parquet") ? await parquetRows(file) : await csvRows(file);
  log.rowsRead = rows.length;
  if (rows.length === 0) throw new TraceError({ file: file.path }, "no failures", "one row a failure");
  return { pulses: rows, nodes: [], report: log.finish("OpenDC failures", []) };
}

const COLUMNS = ["failure_interval", "failure_duration", "failure_intensity"] as const;

/** A row in milliseconds as a pulse; throws for a value out of range. */
function pulseOf(values: readonly unknown[], place: { file: string; line: number }): Pulse {
  const number = (i: number, most: number): number => {
    const raw = values[i];
    const value = typeof raw === "number" || typeof raw === "bigint" || (typeof raw === "string" && raw !== "") ? Number(raw) : Number.NaN;
    const { file, line } = place;
    if (!(value >= 0 && value <= most))
      throw new TraceError(
        { file, line, column: COLUMNS[i] ?? "" },
        quoted(typeof raw === "string" ? raw : String(value)),
        i === 2 ? "a share from 0 to 1" : "milliseconds, 0 or more",
      );
    return value;
  };
  return { afterSeconds: number(0, 1e15) / 1000, forSeconds: number(1, 1e15) / 1000, share: number(2, 1) };
}

async function csvRows(file: TraceFile): Promise<Pulse[]> {
  const lines = (await textOf(file)).split(/\r?\n/);
  const header = (lines[0] ?? "")
    .replace(/^\uFEFF/, "")
    .split(",")
    .map((cell) => cell.trim());
  const at = COLUMNS.map((name) => header.indexOf(name));
  const missing = COLUMNS.find((_, i) => at[i] === -1);
  if (missing !== undefined) throw new TraceError({ file: file.path, line: 1 }, quoted(lines[0] ?? ""), `a column ${missing}`);
  return lines.flatMap((line, i) => {
    if (i === 0 || line.trim() === "") return [];
    const cells = line.split(",").map((cell) => cell.trim());
    return [
      pulseOf(
        at.map((column) => cells[column]),
        { file: file.path, line: i + 1 },
      ),
    ];
  });
}

async function parquetRows(file: TraceFile): Promise<Pulse[]> {
  const { readParquetColumns } = await import("./parquet.ts");
  const rows: Pulse[] = [];
  for await (const columns of readParquetColumns(
    file,
    COLUMNS.map((name) => ({ names: [name], kind: "number", expected: "a number" })),
  ))
    for (let i = 0; i < (columns[0]?.length ?? 0); i++)
      rows.push(
        pulseOf(
          columns.map((column) => column?.[i]),
          { file: file.path, line: rows.length + 1 },
        ),
      );
  return rows;
}

/** Positions in a row of event_trace.tab. */
const NODE = 2;
const NAME = 4;
const TYPE = 5;
const START = 6;
const STOP = 7;

async function readArchive(file: TraceFile, log: ImportLog): Promise<NodeDowntimes[]> {
  const down = new Map<string, { name: string; times: { startSeconds: number; endSeconds: number }[] }>();
  let first = Number.POSITIVE_INFINITY;
  for (const [i, line] of (await textOf(file)).split(/\r?\n/).entries()) {
    if (line.trim() === "" || line.startsWith("#")) continue;
    const cells = line.split("\t");
    const place = { file: file.path, line: i + 1 };
    if (cells.length <= STOP) throw new TraceError(place, `${cells.length} columns`, "at least 8, separated by tabs");
    // Names of columns, where there are any.
    if (log.rowsRead === 0 && Number.isNaN(Number(cells[TYPE]))) continue;
    log.rowsRead++;
    const number = (column: number, name: string): number => {
      const value = Number(cells[column]);
      if (!Number.isFinite(value) || cells[column]?.trim() === "") throw new TraceError({ ...place, column: name }, quoted(cells[column] ?? ""), "a number");
      return value;
    };
    const startSeconds = number(START, "event_start_time");
    const endSeconds = number(STOP, "event_stop_time");
    first = Math.min(first, startSeconds);
    const id = cells[NODE] ?? "";
    let node = down.get(id);
    if (node === undefined) {
      node = { name: (cells[NAME] ?? "").trim() || id, times: [] };
      down.set(id, node);
    }
    if (number(TYPE, "event_type") !== 0) continue;
    if (endSeconds <= startSeconds) log.note("downtime that takes no time, left out", `${file.path}:${i + 1}`);
    else node.times.push({ startSeconds, endSeconds });
  }
  if (down.size === 0) throw new TraceError({ file: file.path }, "no events", "one row an event");
  return [...down]
    .sort(([a], [b]) => a.localeCompare(b, "en", { numeric: true }))
    .map(([, { name, times }]) => ({ node: name, downtimes: joined(times, first, log, file.path) }));
}

/** In order, from second 0, those that overlap or touch as one. */
function joined(times: { startSeconds: number; endSeconds: number }[], zero: number, log: ImportLog, path: string): NodeDowntimes["downtimes"] {
  const out: { startSeconds: number; endSeconds: number }[] = [];
  for (const { startSeconds, endSeconds } of times.sort((a, b) => a.startSeconds - b.startSeconds)) {
    const last = out.at(-1);
    if (last !== undefined && startSeconds - zero <= last.endSeconds) {
      log.note("downtimes of a node that overlap, taken as one", path);
      last.endSeconds = Math.max(last.endSeconds, endSeconds - zero);
    } else out.push({ startSeconds: startSeconds - zero, endSeconds: endSeconds - zero });
  }
  return out;
}

async function textOf(file: TraceFile): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  for await (const chunk of file.chunks()) text += decoder.decode(chunk, { stream: true });
  return text + decoder.decode();
}
