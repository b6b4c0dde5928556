/**
 * Hypervise's own plain format: two tables that anyone can write from a spreadsheet or a script.
 *
 * vms.csv: name, vcpus, memory_mib and, where they apply, arrival_s (0), lifetime_s (empty = to the end), owner.
 * demand.csv, in one of three forms, told apart by its columns; rows of one VM in order, VMs in any order:
 * - samples: vm, time_s, mhz. From this time of the scenario on the VM asks for this much, until its next row; an empty
 *   mhz means nothing from then on. Times on a common step become a grid, others pieces. A grid may also say active_mib
 *   (memory in active use), iops, disk_mib_s and gbit_s; empty = as the VM group says.
 * - pieces: vm, seconds, mhz. So long at this level, counted from when the VM runs; it stops after its last piece.
 * - tasks: vm, work_mhz_s and, where they apply, threads (its vCPUs), weight (1), limit_mhz (none), start_s. Finite
 *   work; without start_s, or with the option `sequence`, the tasks of a VM run one after the other.
 * Columns by name, in any order; `,` `;` or TAB; either file may be gzipped.
 *
 * vms.csv goes through csv-parse, because names may hold anything; demand.csv through the scanner, because it is long.
 */
import type { Demand, Further, FurtherDemand, PiecesDemand, Population, TaskDemand } from "../model/demand.ts";
import { plainName, planColumns } from "./columns.ts";
import type { ImportLog } from "./import-log.ts";
import { Keys } from "./keys.ts";
import type { TraceOptions } from "./options.ts";
import { PiecesBuilder } from "./pieces-builder.ts";
import { gridFrom, type OrderedSamples, piecesFrom, Samples } from "./samples.ts";
import { type ColumnSpec, LARGEST_NUMBER, scan, TableScanner } from "./table-scanner.ts";
import { quoted, TraceError } from "./trace-error.ts";
import type { TraceFile } from "./trace-file.ts";

const vm: ColumnSpec = { names: ["vm"], kind: "key", expected: "a name from vms.csv" };
const number = (name: string, expected: string, optional = false): ColumnSpec => ({ names: [name], kind: "number", expected, optional });
/** Further columns of samples. */
const furtherColumns: readonly (readonly [string, Further])[] = [
  ["active_mib", "activeMiB"],
  ["iops", "iops"],
  ["disk_mib_s", "diskMiBPerSecond"],
  ["gbit_s", "gbitPerSecond"],
];
const forms = {
  samples: [vm, number("time_s", "seconds"), number("mhz", "MHz"), ...furtherColumns.map(([name]) => number(name, "a number, 0 or more", true))],
  pieces: [vm, number("seconds", "seconds"), number("mhz", "MHz")],
  tasks: [
    vm,
    number("work_mhz_s", "MHz seconds"),
    number("threads", "threads", true),
    number("weight", "a weight", true),
    number("limit_mhz", "MHz", true),
    number("start_s", "seconds", true),
  ],
} as const;
type Form = keyof typeof forms;

interface VmTable {
  readonly names: readonly string[];
  readonly vcpus: Float64Array;
  readonly memoryMiB: Float64Array;
  readonly arrivalSeconds: Float64Array;
  readonly lifetimeSeconds: Float64Array;
  readonly owners: readonly string[] | null;
}

export async function readPlain(files: readonly TraceFile[], options: TraceOptions, log: ImportLog): Promise<Population> {
  const vmsFile = files.find((f) => /vms\.csv$/i.test(f.name));
  const demandFile = files.find((f) => /demand\.csv$/i.test(f.name));
  if (vmsFile === undefined || demandFile === undefined) {
    throw new TraceError(
      { file: files[0]?.path ?? "plain trace" },
      `no ${vmsFile === undefined ? "vms.csv" : "demand.csv"}`,
      "a folder with vms.csv and demand.csv (either may end in .gz)",
    );
  }
  const table = await readVms(vmsFile, options, log);
  const demand = await readDemand(demandFile, vmsFile, table, options, log);
  const { names, owners, ...columns } = table;
  return { count: names.length, names, ...columns, demand, ...(owners === null ? {} : { owners }), report: log.finish("Plain", []) };
}

async function readVms(file: TraceFile, options: TraceOptions, log: ImportLog): Promise<VmTable> {
  const { CsvError, parse } = await import("csv-parse/browser/esm/sync");
  let text = "";
  const decoder = new TextDecoder();
  for await (const chunk of file.chunks()) text += decoder.decode(chunk, { stream: true });
  const head = text.slice(0, Math.max(0, text.indexOf("\n")));
  const delimiter = [",", ";", "\t"].reduce((best, d) => (head.split(d).length > head.split(best).length ? d : best));
  let rows: { record: Record<string, string>; info: { lines: number } }[];
  try {
    rows = parse(text, {
      columns: (header: string[]) => header.map(plainName),
      bom: true,
      delimiter,
      trim: true,
      skip_empty_lines: true,
      info: true,
    }) as unknown as typeof rows;
  } catch (cause) {
    if (!(cause instanceof CsvError)) throw cause;
    const line = Number((cause as { lines?: number }).lines);
    throw new TraceError(
      { file: file.path, ...(line > 0 ? { line } : {}) },
      `text that is not CSV (${cause.message})`,
      "rows with as many fields as the header",
    );
  }
  if (rows.length === 0) throw new TraceError({ file: file.path }, "no VMs", "a header and one row a VM");
  for (const needed of ["name", "vcpus", "memory_mib"]) {
    if (!(plainName(needed) in rows[0]!.record))
      throw new TraceError(
        { file: file.path, line: 1, column: `"${needed}"` },
        `no such column in the header (${Object.keys(rows[0]!.record).join(", ")})`,
        "columns name, vcpus, memory_mib and perhaps arrival_s, lifetime_s, owner",
      );
  }
  log.rowsRead += rows.length;
  const chosen = rows.slice(0, options.limit ?? rows.length);
  const seen = new Set<string>();
  const names = chosen.map(({ record, info }) => {
    const name = record.name ?? "";
    if (name === "" || seen.has(name))
      throw new TraceError(
        { file: file.path, line: info.lines, column: '"name"' },
        name === "" ? "nothing" : `${quoted(name)} for the second time`,
        "a name of its own for each VM",
      );
    seen.add(name);
    return name;
  });
  const column = (name: string, fallback: number, fine: (value: number) => boolean, expected: string): Float64Array =>
    Float64Array.from(chosen, ({ record, info }) => {
      const field = record[plainName(name)] ?? "";
      if (field === "" && !Number.isNaN(fallback)) return fallback;
      const value = field === "" ? Number.NaN : Number(field);
      if (!fine(value)) throw new TraceError({ file: file.path, line: info.lines, column: `"${name}"` }, field === "" ? "nothing" : quoted(field), expected);
      return value;
    });
  return {
    names,
    vcpus: column("vcpus", Number.NaN, (v) => v > 0 && v < LARGEST_NUMBER, "a number above 0"),
    memoryMiB: column("memory_mib", Number.NaN, (v) => v >= 0 && v < LARGEST_NUMBER, "MiB, 0 or more"),
    arrivalSeconds: column("arrival_s", 0, (v) => Math.abs(v) < LARGEST_NUMBER, "seconds"),
    lifetimeSeconds: column("lifetime_s", Number.POSITIVE_INFINITY, (v) => v >= 0, "seconds, 0 or more; empty = to the end"),
    owners: "owner" in rows[0]!.record ? chosen.map(({ record }) => record.owner ?? "") : null,
  };
}

async function readDemand(file: TraceFile, vmsFile: TraceFile, table: VmTable, options: TraceOptions, log: ImportLog): Promise<Demand> {
  const keys = new Keys();
  for (const name of table.names) keys.addText(name);
  const count = table.names.length;
  let collect: Collector | null = null;
  const scanner: TableScanner = new TableScanner(
    file.path,
    [keys],
    (first, line) => {
      const form = formOf(file.path, line, first);
      collect = collectors[form](table, options, log, first);
      const plan = planColumns(file.path, line, first, forms[form]);
      return plan;
    },
    () => {
      const key = scanner.keys[0]!;
      if (key >= 0 && key < count) collect!.row(key, scanner);
      else if (options.limit === undefined) throw scanner.error(0, key < 0 ? "nothing" : quoted(keys.text(key)), `a name from ${vmsFile.name}`);
    },
  );
  await scan(scanner, file.chunks());
  log.rowsRead += scanner.rows;
  if (collect === null) throw new TraceError({ file: file.path }, "an empty file", "a header: vm,time_s,mhz or vm,seconds,mhz or vm,work_mhz_s");
  return (collect as Collector).finish(file.path);
}

function formOf(file: string, line: number, first: readonly string[]): Form {
  const has = (name: string): boolean => first.some((f) => plainName(f) === plainName(name));
  if (has("work_mhz_s")) return "tasks";
  if (has("seconds")) return "pieces";
  if (has("time_s")) return "samples";
  throw new TraceError({ file, line }, quoted(first.join(",")), "a header: vm,time_s,mhz or vm,seconds,mhz or vm,work_mhz_s");
}

interface Collector {
  row(vm: number, scanner: TableScanner): void;
  finish(path: string): Demand;
}
type MakeCollector = (table: VmTable, options: TraceOptions, log: ImportLog, header: readonly string[]) => Collector;

const collectors: Readonly<Record<Form, MakeCollector>> = { samples: collectSamples, pieces: collectPieces, tasks: collectTasks };

function collectPieces(table: VmTable, _options: TraceOptions, log: ImportLog): Collector {
  const builder = new PiecesBuilder();
  return {
    row(vm, scanner) {
      const seconds = scanner.numbers[1]!;
      const mhz = scanner.numbers[2]!;
      if (!(seconds >= 0)) throw scanner.error(1, Number.isNaN(seconds) ? "nothing" : String(seconds), "seconds, 0 or more");
      if (!(mhz >= 0)) throw scanner.error(2, Number.isNaN(mhz) ? "nothing" : String(mhz), "MHz, 0 or more");
      if (seconds === 0) log.note("piece of 0 s, left out", scanner);
      else builder.add(vm, seconds, mhz);
    },
    finish: (): PiecesDemand => builder.finish(table.names.length, 1),
  };
}

function collectTasks(table: VmTable, options: TraceOptions, _log: ImportLog, header: readonly string[]): Collector {
  const count = table.names.length;
  const rows: { vm: number; values: Float64Array }[] = [];
  const sequence = options.sequence ?? !header.some((f) => plainName(f) === plainName("start_s"));
  const or = (value: number, fallback: number): number => (Number.isNaN(value) ? fallback : value);
  return {
    row(vm, scanner) {
      const [, work, threads, weight, limit, start] = scanner.numbers as unknown as [number, number, number, number, number, number];
      if (!(work >= 0)) throw scanner.error(1, Number.isNaN(work) ? "nothing" : String(work), "MHz seconds, 0 or more");
      if (threads <= 0) throw scanner.error(2, String(threads), "more than 0 threads");
      if (weight <= 0) throw scanner.error(3, String(weight), "a weight above 0");
      if (limit <= 0) throw scanner.error(4, String(limit), "MHz above 0, or nothing for no limit");
      if (start < 0) throw scanner.error(5, String(start), "seconds, 0 or more");
      rows.push({ vm, values: Float64Array.of(work, or(threads, table.vcpus[vm]!), or(weight, 1), or(limit, Number.POSITIVE_INFINITY), or(start, 0)) });
    },
    finish(): TaskDemand {
      const offset = new Uint32Array(count + 1);
      for (const { vm } of rows) offset[vm + 1]!++;
      for (let i = 0; i < count; i++) offset[i + 1]! += offset[i]!;
      const cursor = offset.slice(0, count);
      const columns = Array.from({ length: 5 }, () => new Float64Array(rows.length));
      for (const { vm, values } of rows) {
        const at = cursor[vm]!++;
        values.forEach((value, c) => {
          columns[c]![at] = value;
        });
      }
      const [workMHzSeconds, threads, weight, limitMHz, startSeconds] = columns as [Float64Array, Float64Array, Float64Array, Float64Array, Float64Array];
      return { kind: "tasks", sequence, offset, workMHzSeconds, threads, weight, limitMHz, startSeconds };
    },
  };
}

function collectSamples(table: VmTable, options: TraceOptions, log: ImportLog, header: readonly string[]): Collector {
  const samples = new Samples();
  const further = furtherColumns.flatMap(([name, demand], i) =>
    header.some((f) => plainName(f) === plainName(name)) ? [{ name, demand, slot: 3 + i, samples: new Samples() }] : [],
  );
  return {
    row(vm, scanner) {
      const seconds = scanner.numbers[1]!;
      const mhz = scanner.numbers[2]!;
      if (Number.isNaN(seconds)) throw scanner.error(1, "nothing", "seconds");
      if (mhz < 0) throw scanner.error(2, String(mhz), "MHz, 0 or more; empty = nothing from then on");
      samples.add(vm, seconds, mhz);
      for (const { slot, samples: column } of further) {
        const value = scanner.numbers[slot]!;
        if (value < 0) throw scanner.error(slot, String(value), "0 or more; empty = as the VM group says");
        column.add(vm, seconds, value);
      }
    },
    finish(path): Demand {
      const ordered = samples.ordered(table.names.length);
      if (ordered.unordered > 0) log.note("VM whose samples were not in order of time, sorted", path, ordered.unordered);
      if (ordered.repeated > 0) log.note("second sample of a VM at the same time, the later row counts", path, ordered.repeated);
      const demand = gridOrPieces(ordered, table, options);
      if (demand.kind === "grid") {
        const { firstSeconds, stepSeconds, steps } = demand;
        const columns = further.map(({ demand: name, samples: of }) => [name, gridFrom(of.ordered(table.names.length), firstSeconds, stepSeconds, steps).mhz]);
        return { ...demand, ...(Object.fromEntries(columns) as FurtherDemand<Float32Array>) };
      }
      for (const { name } of further) log.note(`column ${name}, left out: samples are not on a common step`, path);
      return demand;
    },
  };
}

/** A grid may be this many times as big as its samples before pieces are better. */
const SPARSEST = 16;
const SMALL_GRID = 1 << 22;

function gridOrPieces(samples: OrderedSamples, table: VmTable, options: TraceOptions): Demand {
  const { seconds } = samples;
  const first = seconds.reduce((least, t) => Math.min(least, t), Number.POSITIVE_INFINITY);
  const last = seconds.reduce((most, t) => Math.max(most, t), Number.NEGATIVE_INFINITY);
  const count = table.names.length;
  if (seconds.length === 0) return { kind: "grid", firstSeconds: 0, stepSeconds: options.stepSeconds ?? 300, steps: 0, mhz: new Float32Array(0) };
  const step = commonStep(seconds, first) ?? options.stepSeconds ?? 300;
  // A last instant at which everybody stops only marks the end.
  const stops = samples.seconds.every((t, i) => t !== last || Number.isNaN(samples.mhz[i]!));
  const steps = Math.round((last - first) / step) + (stops ? 0 : 1);
  if (steps * count <= Math.max(SMALL_GRID, SPARSEST * seconds.length)) return gridFrom(samples, first, step, steps);
  const end = table.lifetimeSeconds.map((life, i) => Math.min(last, table.arrivalSeconds[i]! + life));
  return piecesFrom(samples, table.arrivalSeconds, end);
}

/** The longest step that all times lie on, counted from `first`, to the millisecond; null when there is one time only. */
function commonStep(seconds: Float64Array, first: number): number | null {
  let step = 0;
  for (const t of seconds) {
    let a = Math.round((t - first) * 1000);
    while (a !== 0) [step, a] = [a, step % a];
  }
  return step === 0 ? null : step / 1000;
}
