/**
 * Google cluster data 2011 (clusterdata-2011-2): tasks of a 12,500-machine cell, as events and as usage.
 *
 * task_events and task_usage (one file or many parts each, gzipped, without header). Times are microseconds, counted
 * from 600 s before the trace; 0 is "before". CPU and memory are normalised: 1.0 is the largest machine of the cell,
 * whose real size was never published. `machineCores`, `speedMHz` and `machineMemoryMiB` say what to take for it.
 *
 * A VM is a task (job id / task index): a container with its own request, the nearest thing to a VM in the trace. It
 * arrives when first scheduled (or first measured) and ends with its last FINISH, KILL, FAIL, EVICT or LOST; while it
 * waits to be scheduled again it asks for nothing. Size: its largest request, CPU rounded up to whole vCPUs. Owner: its
 * user. Demand: mean CPU rate of each measurement period. Becomes pieces: periods differ by task and lives are short.
 */
import type { Population } from "../model/demand.ts";
import { planColumns } from "./columns.ts";
import type { ImportLog } from "./import-log.ts";
import { Keys } from "./keys.ts";
import { defaultSize, type TraceOptions } from "./options.ts";
import { everyVm } from "./population.ts";
import { piecesFrom, Samples } from "./samples.ts";
import { type ColumnSpec, scan, TableScanner } from "./table-scanner.ts";
import { TraceError } from "./trace-error.ts";
import type { TraceFile } from "./trace-file.ts";

const eventColumns: readonly ColumnSpec[] = [
  { names: ["time"], kind: "number", position: 0, expected: "microseconds" },
  { names: ["job ID"], kind: "key", position: 2, expected: "an id" },
  { names: ["task index"], kind: "number", position: 3, expected: "a whole number" },
  { names: ["event type"], kind: "number", position: 5, expected: "0 to 8" },
  { names: ["user"], kind: "key", position: 6, expected: "a name" },
  { names: ["CPU request"], kind: "number", position: 9, optional: true, expected: "share of the largest machine" },
  { names: ["memory request"], kind: "number", position: 10, optional: true, expected: "share of the largest machine" },
];
const usageColumns: readonly ColumnSpec[] = [
  { names: ["start time"], kind: "number", position: 0, expected: "microseconds" },
  { names: ["end time"], kind: "number", position: 1, expected: "microseconds" },
  { names: ["job ID"], kind: "key", position: 2, expected: "an id" },
  { names: ["task index"], kind: "number", position: 3, expected: "a whole number" },
  { names: ["CPU rate"], kind: "number", position: 5, expected: "share of the largest machine" },
];

const SCHEDULE = 1;
/** EVICT, FAIL, FINISH, KILL and LOST. */
const isEnd = (event: number): boolean => event >= 2 && event <= 6;
const LEAD_SECONDS = 600;
const AFTER_TRACE = 2 ** 62;
const MOST_INDEX = 2 ** 24;

/** Tasks as numbers, in the order in which they come up, and what is known of each. */
class Tasks {
  readonly jobs = new Keys();
  readonly users = new Keys();
  readonly list: { job: number; index: number; user: number; cpu: number; memory: number; start: number; end: number }[] = [];
  readonly #byJobAndIndex = new Map<number, number>();
  readonly #limit: number;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Number of the task, or -1 when it is beyond the limit. */
  at(job: number, index: number): number {
    const code = job * MOST_INDEX + index;
    const known = this.#byJobAndIndex.get(code);
    if (known !== undefined) return known;
    if (this.list.length >= this.#limit) return -1;
    this.#byJobAndIndex.set(code, this.list.length);
    this.list.push({ job, index, user: -1, cpu: 0, memory: 0, start: Number.POSITIVE_INFINITY, end: Number.NEGATIVE_INFINITY });
    return this.list.length - 1;
  }
}

export async function readGoogle2011(files: readonly TraceFile[], options: TraceOptions, log: ImportLog): Promise<Population> {
  const events = files.filter((f) => /task_events/i.test(f.path));
  const usage = files.filter((f) => /task_usage/i.test(f.path));
  if (usage.length === 0) throw new TraceError({ file: files[0]?.path ?? "Google trace" }, "no task_usage files", "a folder with task_events and task_usage");
  const machineCores = options.machineCores ?? 32;
  const machineMemoryMiB = options.machineMemoryMiB ?? 131_072;
  const mhzPerUnit = machineCores * (options.speedMHz ?? defaultSize.speedMHz);
  log.note(
    `sizes are shares of the largest machine, taken as ${machineCores} cores of ${options.speedMHz ?? defaultSize.speedMHz} MHz and ${machineMemoryMiB} MiB (options machineCores, speedMHz, machineMemoryMiB)`,
    "",
    0,
  );

  const tasks = new Tasks(options.limit ?? Number.POSITIVE_INFINITY);
  const samples = new Samples();
  for (const file of events) await readEvents(file, tasks, log);
  const lastUsage: number[] = [];
  for (const file of usage) await readUsage(file, tasks, mhzPerUnit, samples, lastUsage, log);

  const { list } = tasks;
  const count = list.length;
  const unmeasured = list.filter((_, vm) => lastUsage[vm] === undefined).length;
  if (unmeasured > 0) log.note("task without usage, asks for nothing", "", unmeasured);
  const unasked = list.filter((t) => !(t.cpu > 0)).length;
  if (unasked > 0) log.note("task without a CPU request, given 1 vCPU", "", unasked);
  const arrival = everyVm(count, (vm) => (Number.isFinite(list[vm]!.start) ? list[vm]!.start : 0));
  // The end event of a task that runs on lies beyond the files read: it ends with its last measurement.
  const end = everyVm(count, (vm) =>
    Math.max(arrival[vm]!, list[vm]!.end > arrival[vm]! && list[vm]!.end >= (lastUsage[vm] ?? 0) - 300 ? list[vm]!.end : (lastUsage[vm] ?? arrival[vm]!)),
  );
  const ordered = samples.ordered(count);
  if (ordered.repeated > 0) log.note("second measurement of a task at the same time, the later row counts", "", ordered.repeated);
  return {
    count,
    names: list.map((t) => `${tasks.jobs.text(t.job)}/${t.index}`),
    vcpus: everyVm(count, (vm) => Math.max(1, Math.ceil(list[vm]!.cpu * machineCores - 1e-9))),
    memoryMiB: everyVm(count, (vm) => list[vm]!.memory * machineMemoryMiB),
    arrivalSeconds: arrival,
    lifetimeSeconds: new Float64Array(count).fill(Number.POSITIVE_INFINITY),
    demand: piecesFrom(ordered, arrival, end),
    owners: list.map((t) => (t.user < 0 ? "" : tasks.users.text(t.user))),
    report: log.finish("Google 2011", []),
  };
}

const secondsOf = (microseconds: number): number => Math.max(0, microseconds / 1e6 - LEAD_SECONDS);

function taskOf(tasks: Tasks, scanner: TableScanner, jobSlot: number, indexSlot: number): number {
  const job = scanner.keys[jobSlot]!;
  const index = scanner.numbers[indexSlot]!;
  if (job < 0) throw scanner.error(jobSlot, "nothing", "a job id");
  if (!(Number.isInteger(index) && index >= 0 && index < MOST_INDEX)) throw scanner.error(indexSlot, String(index), "a whole number of 0 or more");
  return tasks.at(job, index);
}

async function readEvents(file: TraceFile, tasks: Tasks, log: ImportLog): Promise<void> {
  const scanner: TableScanner = new TableScanner(
    file.path,
    [null, tasks.jobs, null, null, tasks.users],
    (first, line) => planColumns(file.path, line, first, eventColumns),
    () => {
      const { numbers, keys } = scanner;
      const vm = taskOf(tasks, scanner, 1, 2);
      if (vm < 0) return;
      if (!(numbers[0]! >= 0)) throw scanner.error(0, String(numbers[0]), "a time of 0 or more microseconds");
      const task = tasks.list[vm]!;
      if (task.user < 0) task.user = keys[4]!;
      if (numbers[5]! > task.cpu) task.cpu = numbers[5]!;
      if (numbers[6]! > task.memory) task.memory = numbers[6]!;
      if (numbers[0]! > AFTER_TRACE) return;
      const seconds = secondsOf(numbers[0]!);
      if (numbers[3] === SCHEDULE) task.start = Math.min(task.start, seconds);
      else if (isEnd(numbers[3]!)) task.end = Math.max(task.end, seconds);
    },
  );
  await scan(scanner, file.chunks());
  log.rowsRead += scanner.rows;
}

async function readUsage(file: TraceFile, tasks: Tasks, mhzPerUnit: number, samples: Samples, last: number[], log: ImportLog): Promise<void> {
  const scanner: TableScanner = new TableScanner(
    file.path,
    [null, null, tasks.jobs],
    (first, line) => planColumns(file.path, line, first, usageColumns),
    () => {
      const vm = taskOf(tasks, scanner, 2, 3);
      if (vm < 0) return;
      const { numbers } = scanner;
      const from = secondsOf(numbers[0]!);
      const to = secondsOf(numbers[1]!);
      if (!(to > from)) {
        log.note("measurement that ends before it starts, left out", scanner);
        return;
      }
      let share = numbers[4]!;
      if (!(share >= 0)) {
        log.note(Number.isNaN(share) ? "measurement without a CPU rate, taken as 0" : "negative CPU rate, taken as 0", scanner);
        share = 0;
      }
      const task = tasks.list[vm]!;
      if (from < task.start) task.start = from;
      samples.add(vm, from, share * mhzPerUnit);
      samples.add(vm, to, Number.NaN);
      if (!(last[vm]! >= to)) last[vm] = to;
    },
  );
  await scan(scanner, file.chunks());
  log.rowsRead += scanner.rows;
}
