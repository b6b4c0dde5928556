/**
 * Azure Public Dataset V1 (2017) and V2 (2019): real public-cloud VMs with sizes, lives and 5-minute CPU readings.
 *
 * vmtable.csv(.gz), without header: vmid, subscription, deployment, created (s), deleted (s), max CPU, average CPU,
 * p95 of max CPU (%), category, cores, memory (GB). V2 gives the last two as buckets (2, 4, 8, 24, >24 cores; 2 .. 64,
 * >64 GB): the bucket's upper end is taken, and 30 cores and 70 GB for the open ones, as the dataset's own notebook does.
 * vm_cpu_readings-file-N-of-M.csv(.gz): timestamp (s), vmid, min, max, average CPU (%); the average is used.
 *
 * A VM is a row of the table. 100 % is its cores times `speedMHz`. Its owner is its subscription. It arrives when
 * created and ends when deleted, or not at all when that is the end of the trace. Without reading files, a VM asks for
 * its average all its life. Becomes pieces: most VMs live minutes, so a grid over 30 days would be 93 % empty
 * (104.4 M VM-hours of 2.01 M VMs x 720 h in V1) and take four times the memory.
 */
import type { Population } from "../model/demand.ts";
import { planColumns } from "./columns.ts";
import type { ImportLog } from "./import-log.ts";
import { grown, Keys } from "./keys.ts";
import { defaultSize, type TraceOptions } from "./options.ts";
import { everyVm } from "./population.ts";
import { piecesFrom, Samples } from "./samples.ts";
import { type ColumnSpec, scan, TableScanner } from "./table-scanner.ts";
import { quoted, TraceError } from "./trace-error.ts";
import type { TraceFile } from "./trace-file.ts";

const vmColumns: readonly ColumnSpec[] = [
  { names: ["vmid"], kind: "key", position: 0, expected: "an id" },
  { names: ["subscriptionid"], kind: "key", position: 1, expected: "an id" },
  { names: ["vmcreated"], kind: "number", position: 3, expected: "seconds" },
  { names: ["vmdeleted"], kind: "number", position: 4, expected: "seconds" },
  { names: ["avgcpu"], kind: "number", position: 6, expected: "percent" },
  { names: ["vmcorecount", "vmcorecountbucket"], kind: "key", position: 9, expected: "cores" },
  { names: ["vmmemory", "vmmemorybucket"], kind: "key", position: 10, expected: "GB" },
];
const readingColumns: readonly ColumnSpec[] = [
  { names: ["timestamp"], kind: "number", position: 0, expected: "seconds" },
  { names: ["vmid"], kind: "key", position: 1, expected: "an id" },
  { names: ["avgcpu"], kind: "number", position: 4, expected: "percent" },
];

const READING_SECONDS = 300;
const OPEN_BUCKETS: Readonly<Record<string, number>> = { ">24": 30, ">64": 70 };

interface VmTable {
  readonly ids: Keys;
  readonly owners: string[];
  readonly created: Float64Array;
  readonly deleted: Float64Array;
  readonly average: Float64Array;
  readonly cores: Float64Array;
  readonly memoryMiB: Float64Array;
  readonly count: number;
}

export async function readAzure(files: readonly TraceFile[], options: TraceOptions, log: ImportLog): Promise<Population> {
  const tableFile = files.find((f) => /vmtable/i.test(f.name));
  if (tableFile === undefined)
    throw new TraceError({ file: files[0]?.path ?? "Azure trace" }, "no vmtable.csv", "a folder with vmtable.csv(.gz) and vm_cpu_readings files");
  const table = await readVmTable(tableFile, options, log);
  const { count, created, deleted, cores } = table;
  const capacity = cores.map((c) => c * (options.speedMHz ?? defaultSize.speedMHz));
  const samples = new Samples();
  const readingFiles = files.filter((f) => /cpu_readings/i.test(f.name));
  for (const file of readingFiles) await readReadings(file, table, capacity, samples, options, log);
  if (readingFiles.length === 0) {
    log.note("no vm_cpu_readings files: each VM asks for its average all its life", tableFile.path, 0);
    for (let vm = 0; vm < count; vm++) samples.add(vm, created[vm]!, (capacity[vm]! * table.average[vm]!) / 100);
  }
  const ordered = samples.ordered(count);
  if (ordered.unordered > 0) log.note("VM whose readings were not in order of time, sorted", tableFile.path, ordered.unordered);
  if (ordered.repeated > 0) log.note("second reading of a VM at the same time, the later row counts", tableFile.path, ordered.repeated);
  const traceEnd = deleted.reduce((most, t) => Math.max(most, t), 0);
  return {
    count,
    names: table.ids.texts().slice(0, count),
    vcpus: cores,
    memoryMiB: table.memoryMiB,
    arrivalSeconds: created,
    lifetimeSeconds: everyVm(count, (vm) => (deleted[vm]! >= traceEnd - READING_SECONDS ? Number.POSITIVE_INFINITY : deleted[vm]! - created[vm]!)),
    demand: piecesFrom(ordered, created, deleted),
    owners: table.owners,
    report: log.finish("Azure", []),
  };
}

async function readVmTable(file: TraceFile, options: TraceOptions, log: ImportLog): Promise<VmTable> {
  const ids = new Keys();
  const subscriptions = new Keys();
  const sizes = new Keys();
  const owner: number[] = [];
  const limit = options.limit ?? Number.POSITIVE_INFINITY;
  let values = new Float64Array(5 * 256);
  let count = 0;
  const scanner: TableScanner = new TableScanner(
    file.path,
    [ids, subscriptions, null, null, null, sizes, sizes],
    (first, line) => planColumns(file.path, line, first, vmColumns),
    () => {
      if (count >= limit) return;
      const { numbers, keys } = scanner;
      const id = keys[0]!;
      if (id < 0) throw scanner.error(0, "nothing", "an id");
      if (id < count) {
        log.note("VM whose id came before, left out", scanner);
        return;
      }
      const created = numbers[2]!;
      let deleted = numbers[3]!;
      if (!(created >= 0)) throw scanner.error(2, String(created), "seconds since the start of the trace");
      if (Number.isNaN(deleted)) throw scanner.error(3, "nothing", "seconds since the start of the trace");
      if (deleted <= created) {
        // Created and deleted between two readings: it lived some part of one.
        log.note(
          deleted < created ? "VM deleted before it was created, given one reading of life" : "VM of no length, given one reading of life (300 s)",
          scanner,
        );
        deleted = created + READING_SECONDS;
      }
      const base = 5 * count;
      if (base + 5 > values.length) values = grown(values, base + 5);
      values[base] = created;
      values[base + 1] = deleted;
      values[base + 2] = percentOf(numbers[4]!, scanner, log);
      values[base + 3] = bucket(sizes, 5, scanner, log);
      values[base + 4] = bucket(sizes, 6, scanner, log) * 1024;
      owner.push(keys[1]!);
      count++;
    },
  );
  await scan(scanner, file.chunks());
  log.rowsRead += scanner.rows;
  if (count === 0) throw new TraceError({ file: file.path }, "no VMs", "one row a VM");
  const column = (i: number): Float64Array => everyVm(count, (vm) => values[5 * vm + i]!);
  return {
    ids,
    owners: owner.map((o) => (o < 0 ? "" : subscriptions.text(o))),
    created: column(0),
    deleted: column(1),
    average: column(2),
    cores: column(3),
    memoryMiB: column(4),
    count,
  };
}

function bucket(sizes: Keys, slot: number, scanner: TableScanner, log: ImportLog): number {
  const key = scanner.keys[slot]!;
  const text = key < 0 ? "" : sizes.text(key);
  const open = OPEN_BUCKETS[text];
  if (open !== undefined) log.note(`bucket ${text} ${slot === 5 ? "cores" : "GB"}, taken as ${open}`, scanner);
  const value = open ?? Number(text);
  if (text === "" || !(value > 0)) throw scanner.error(slot, quoted(text), slot === 5 ? "cores above 0" : "GB above 0");
  return value;
}

async function readReadings(file: TraceFile, table: VmTable, capacity: Float64Array, samples: Samples, options: TraceOptions, log: ImportLog): Promise<void> {
  const { ids, count } = table;
  const until = options.toSeconds ?? Number.POSITIVE_INFINITY;
  const scanner: TableScanner = new TableScanner(
    file.path,
    [null, ids],
    (first, line) => planColumns(file.path, line, first, readingColumns),
    () => {
      const vm = scanner.keys[1]!;
      const seconds = scanner.numbers[0]!;
      if (!(seconds >= 0)) throw scanner.error(0, String(seconds), "seconds since the start of the trace");
      if (vm < 0 || vm >= count) {
        if (options.limit === undefined) log.note("reading of a VM that is not in the table, left out", scanner);
        return;
      }
      if (seconds < until) samples.add(vm, seconds, (capacity[vm]! * percentOf(scanner.numbers[2]!, scanner, log)) / 100);
    },
  );
  await scan(scanner, file.chunks());
  log.rowsRead += scanner.rows;
}

function percentOf(value: number, scanner: TableScanner, log: ImportLog): number {
  if (value >= 0) return value;
  log.note(Number.isNaN(value) ? "missing CPU %, taken as 0" : "negative CPU %, taken as 0", scanner);
  return 0;
}
