/**
 * OpenDC traces (tasks + fragments, its format v2): HPC jobs and VMs with their CPU use as a sequence of fragments.
 *
 * tasks: id, submission_time (ms since 1970), duration (ms), cpu_count, cpu_capacity (MHz of all cores),
 * mem_capacity. fragments: id, duration (ms), cpu_usage (MHz over all cores); a task's fragments follow each other
 * from its start, without time stamps. As CSV (also gzipped) or Parquet.
 *
 * A task is a VM, in the order of the tasks file. It arrives at its submission, counted from the earliest one of the
 * trace, and ends with its last fragment, so its own `duration` is not used. Becomes pieces: every task has its own
 * clock. Trap: `mem_capacity` is called MB but holds kB in the Bitbrains files (see `memoryUnit`).
 * Without a fragments table each task is one piece at its full capacity for its duration.
 */
import type { PiecesDemand, Population } from "../model/demand.ts";
import { planColumns } from "./columns.ts";
import type { ImportLog } from "./import-log.ts";
import { grown, Keys } from "./keys.ts";
import type { TraceOptions } from "./options.ts";
import { PiecesBuilder } from "./pieces-builder.ts";
import { everyVm } from "./population.ts";
import { type ColumnSpec, scan, TableScanner } from "./table-scanner.ts";
import { quoted, TraceError } from "./trace-error.ts";
import type { TraceFile } from "./trace-file.ts";

const taskColumns: readonly ColumnSpec[] = [
  { names: ["id"], kind: "key", expected: "an id" },
  { names: ["submission_time", "start_time"], kind: "number", expected: "ms since 1970" },
  { names: ["duration"], kind: "number", optional: true, expected: "ms" },
  { names: ["cpu_count", "max_cores"], kind: "number", expected: "cores" },
  { names: ["cpu_capacity"], kind: "number", optional: true, expected: "MHz" },
  { names: ["mem_capacity", "required_memory"], kind: "number", expected: "MB" },
];
const fragmentColumns: readonly ColumnSpec[] = [
  { names: ["id"], kind: "key", expected: "an id" },
  { names: ["duration"], kind: "number", expected: "ms" },
  { names: ["cpu_usage"], kind: "number", expected: "MHz" },
];

interface Tasks {
  /** Ids of the tasks, in the order of the file, which is the order of the VMs. */
  readonly keys: Keys;
  /** submission, duration, cores, MHz, memory: five values a task. */
  readonly values: Float64Array;
  readonly count: number;
}
const WIDTH = 5;

/** Gives rows (in slot order of `specs`) to `row`: the same for CSV and Parquet. */
type RowSource = (file: TraceFile, specs: readonly ColumnSpec[], keys: Keys, row: OnRow, log: ImportLog) => Promise<void>;
/** `fail(slot, found, expected)` makes the error for the present row; `place()` says where it is. */
type OnRow = (key: number, numbers: Float64Array, at: RowPlace) => void;
interface RowPlace {
  place(): string;
  error(slot: number, found: string, expected: string): TraceError;
}

const sourceOf = (file: TraceFile): RowSource => (file.name.toLowerCase().endsWith(".parquet") ? parquetRows : csvRows);

/** Reads a tasks file and, where there is one, a fragments file; told apart by their names. */
export async function readOpenDc(files: readonly TraceFile[], options: TraceOptions, log: ImportLog): Promise<Population> {
  const tasksFile = only(files, /(tasks?|jobs|meta)\.(csv|parquet)$/i, "tasks.csv or tasks.parquet");
  if (tasksFile === undefined)
    throw new TraceError(
      { file: files[0]?.path ?? "OpenDC trace" },
      "no tasks file",
      "a file named ...tasks.csv(.gz) or tasks.parquet, with ...fragments.csv(.gz) or fragments.parquet beside it",
    );
  const fragmentsFile = only(files, /(fragments?|^trace)\.(csv|parquet)$/i, "fragments.csv or fragments.parquet");

  const tasks = await readTasks(tasksFile, options, log);
  const { count, values } = tasks;
  const column = (at: number): Float64Array => everyVm(count, (vm) => values[vm * WIDTH + at]!);
  const submission = column(0);
  const start = submission.reduce((least, t) => Math.min(least, t), Number.POSITIVE_INFINITY);
  const cores = column(2);
  const demand = fragmentsFile === undefined ? fullSpeed(tasks, options, tasksFile, log) : await readFragments(fragmentsFile, tasks, options, log);
  return {
    count,
    names: tasks.keys.texts().slice(0, count),
    vcpus: cores,
    memoryMiB: memoryMiB(column(4), cores, options, tasksFile, log),
    arrivalSeconds: everyVm(count, (vm) => (submission[vm]! - start) / 1000),
    lifetimeSeconds: new Float64Array(count).fill(Number.POSITIVE_INFINITY),
    demand,
    report: log.finish("OpenDC", []),
  };
}

function only(files: readonly TraceFile[], pattern: RegExp, what: string): TraceFile | undefined {
  const found = files.filter((f) => pattern.test(f.name));
  if (found.length > 1)
    throw new TraceError(
      { file: found[0]!.path },
      `${found.length} files that could be it (${found.map((f) => f.name).join(", ")})`,
      `one ${what}: give the path of a tasks file, or a folder with one trace`,
    );
  return found[0];
}

async function readTasks(file: TraceFile, options: TraceOptions, log: ImportLog): Promise<Tasks> {
  const keys = new Keys();
  const limit = options.limit ?? Number.POSITIVE_INFINITY;
  let values = new Float64Array(WIDTH * 256);
  let count = 0;
  let rows = 0;
  await sourceOf(file)(
    file,
    taskColumns,
    keys,
    (key, numbers, at) => {
      rows++;
      if (count >= limit) return;
      if (key < 0) throw at.error(0, "nothing", "an id");
      if (key < count) {
        log.note("task whose id came before, left out", at);
        return;
      }
      if (!(numbers[3]! > 0)) throw at.error(3, String(numbers[3]), "at least one core");
      if (Number.isNaN(numbers[1])) throw at.error(1, "nothing", "a time in ms since 1970");
      if (numbers[5]! < 0) throw at.error(5, String(numbers[5]), "0 or more");
      const base = count * WIDTH;
      if (base + WIDTH > values.length) values = grown(values, base + WIDTH);
      for (let i = 0; i < WIDTH; i++) values[base + i] = numbers[i + 1]!;
      count++;
    },
    log,
  );
  log.rowsRead += rows;
  if (count === 0) throw new TraceError({ file: file.path }, "no tasks", "one row a task");
  return { keys, values, count };
}

async function readFragments(file: TraceFile, tasks: Tasks, options: TraceOptions, log: ImportLog): Promise<PiecesDemand> {
  const { keys, count } = tasks;
  const builder = new PiecesBuilder();
  const beyondLimit = options.limit !== undefined;
  let rows = 0;
  await sourceOf(file)(
    file,
    fragmentColumns,
    keys,
    (vm, numbers, at) => {
      rows++;
      if (vm < 0 || vm >= count) {
        if (!beyondLimit) log.note("fragment of a task that is not in the tasks file, left out", at);
        return;
      }
      const milliseconds = numbers[1]!;
      let mhz = numbers[2]!;
      if (!(milliseconds >= 0)) throw at.error(1, Number.isNaN(milliseconds) ? "nothing" : String(milliseconds), "a duration of 0 ms or more");
      if (!(mhz >= 0)) {
        log.note(Number.isNaN(mhz) ? "fragment without CPU use, taken as 0 MHz" : "fragment with negative CPU use, taken as 0 MHz", at);
        mhz = 0;
      }
      if (milliseconds === 0) log.note("fragment of 0 ms, left out", at);
      else builder.add(vm, milliseconds, mhz);
    },
    log,
  );
  log.rowsRead += rows;
  const demand = builder.finish(count, 1000);
  for (let vm = 0; vm < count; vm++) {
    if (demand.offset[vm] === demand.offset[vm + 1]) log.note("task without fragments, ends as soon as it runs", `${file.path}: ${keys.text(vm)}`);
  }
  return demand;
}

/** Jobs without fragments: busy at full capacity for their duration. */
function fullSpeed(tasks: Tasks, options: TraceOptions, file: TraceFile, log: ImportLog): PiecesDemand {
  const { count, values } = tasks;
  log.note("no fragments file: each task asks for its full capacity for its duration", file.path, 0);
  const builder = new PiecesBuilder();
  for (let vm = 0; vm < count; vm++) {
    const duration = values[vm * WIDTH + 1]!;
    const capacity = values[vm * WIDTH + 3]!;
    if (duration > 0) builder.add(vm, duration, capacity > 0 ? capacity : values[vm * WIDTH + 2]! * (options.speedMHz ?? 2500));
    else log.note("task without a duration, ends as soon as it runs", `${file.path}: ${tasks.keys.text(vm)}`);
  }
  return builder.finish(count, 1000);
}

const LARGEST_MB_PER_CORE = 65_536;
/** OpenDC's MB is read as MiB; a kB is 1/1024 of it. */
function memoryMiB(given: Float64Array, cores: Float64Array, options: TraceOptions, file: TraceFile, log: ImportLog): Float64Array {
  const missing = given.findIndex((m) => Number.isNaN(m));
  if (missing >= 0) log.note("task without memory, taken as 0 MiB", `${file.path}: task ${missing + 1}`, given.filter((m) => Number.isNaN(m)).length);
  const known = given.map((m) => (Number.isNaN(m) ? 0 : m));
  const perCore = known.map((m, vm) => m / cores[vm]!).sort();
  const guessKb = (options.memoryUnit ?? "auto") === "auto" && perCore[perCore.length >> 1]! > LARGEST_MB_PER_CORE;
  if (guessKb)
    log.note(
      `mem_capacity taken as kB: in MB the median task would have ${Math.round(perCore[perCore.length >> 1]! / 1024)} GiB a core (option memoryUnit)`,
      file.path,
      0,
    );
  return guessKb || options.memoryUnit === "kB" ? known.map((m) => m / 1024) : known;
}

async function csvRows(file: TraceFile, specs: readonly ColumnSpec[], keys: Keys, row: OnRow): Promise<void> {
  const scanner: TableScanner = new TableScanner(
    file.path,
    [keys],
    (first, line) => planColumns(file.path, line, first, specs),
    () => row(scanner.keys[0]!, scanner.numbers, scanner),
  );
  await scan(scanner, file.chunks());
}

/** hyparquet is loaded only here: it would double the start-up of everything else. */
async function parquetRows(file: TraceFile, specs: readonly ColumnSpec[], keys: Keys, row: OnRow): Promise<void> {
  const { readParquetColumns } = await import("./parquet.ts");
  let at = 0;
  const where: RowPlace = {
    place: () => `${file.path}: row ${at + 1}`,
    error: (slot, found, expected) => new TraceError({ file: file.path, column: `"${specs[slot]!.names[0]}", row ${at + 1}` }, found, expected),
  };
  const numbers = new Float64Array(specs.length);
  for await (const columns of readParquetColumns(file, specs)) {
    const ids = columns[0]!;
    for (let i = 0; i < ids.length; i++, at++) {
      for (let slot = 1; slot < specs.length; slot++) {
        const value = columns[slot]?.[i];
        numbers[slot] = value === null || value === undefined ? Number.NaN : Number(value);
        if (Number.isNaN(numbers[slot]) && typeof value === "string") throw where.error(slot, quoted(value), `a number (${specs[slot]!.expected})`);
      }
      const id = ids[i];
      row(typeof id === "string" || typeof id === "number" || typeof id === "bigint" ? keys.addText(`${id}`) : -1, numbers, where);
    }
  }
}
