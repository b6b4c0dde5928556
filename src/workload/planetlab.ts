/**
 * PlanetLab CPU traces (CoMon 2006; the ten days CloudSim ships): CPU use of a VM in whole percent of its own capacity,
 * one sample every 5 minutes.
 *
 * Two forms: the original folder of one file a VM, one integer a line (VMs ordered by file name, byte by byte), and one
 * packed table with a line `name,v0,v1,...` a VM, in the file's order. The trace knows no sizes: each VM gets one from
 * the options, and 100 % is its vCPUs times their speed. Becomes a grid: all VMs change together.
 * A missing sample, and one below 0, is counted and taken as 0; one above 100 is kept and counted.
 */
import type { GridDemand, Population } from "../model/demand.ts";
import type { ImportLog } from "./import-log.ts";
import { grown, Keys } from "./keys.ts";
import { sizeOfVm, type TraceOptions } from "./options.ts";
import { everyVm, wholeRun } from "./population.ts";
import { type ColumnSpec, scan, TableScanner } from "./table-scanner.ts";
import { TraceError } from "./trace-error.ts";
import type { TraceFile } from "./trace-file.ts";

const DEFAULT_STEP_SECONDS = 300;

/** Rows of percentages, VM by VM. */
interface Percentages {
  readonly names: string[];
  readonly steps: number;
  /** `values[vm * steps + step]`. */
  readonly values: Float32Array;
}

/** Reads a packed table (one file) or a folder of one file a VM (several files, or one whose lines are single numbers). */
export async function readPlanetLab(files: readonly TraceFile[], options: TraceOptions, log: ImportLog): Promise<Population> {
  const first = files[0];
  if (first === undefined) throw new TraceError({ file: "PlanetLab trace" }, "no files", "a packed table, or a folder with one file a VM");
  const read = files.length === 1 && (await isPacked(first)) ? await packed(first, options, log) : await folder(files, options, log);
  return { ...onGrid(read, options), report: log.finish("PlanetLab", []) };
}

async function isPacked(file: TraceFile): Promise<boolean> {
  for await (const chunk of file.chunks()) {
    const end = chunk.indexOf(10);
    return chunk.subarray(0, end < 0 ? chunk.length : end).some((b) => b === 44 || b === 59);
  }
  return false;
}

async function packed(file: TraceFile, options: TraceOptions, log: ImportLog): Promise<Percentages> {
  const keys = new Keys();
  const vms: number[] = [];
  const limit = options.limit ?? Number.POSITIVE_INFINITY;
  let values = new Float32Array(1 << 16);
  let steps = 0;
  const scanner = new TableScanner(
    file.path,
    [keys],
    (first) => {
      steps = first.length - 1;
      if (steps < 1) throw new TraceError({ file: file.path, line: 1 }, "a single column", "name,v0,v1,... with a CPU percentage a column");
      const specs: ColumnSpec[] = first.map((_, i) => ({ names: [i === 0 ? "name" : `v${i - 1}`], kind: i === 0 ? "key" : "number", expected: "CPU percent" }));
      return { header: first[0]?.toLowerCase() === "name", spec: Int32Array.from(first, (_, i) => i), specs };
    },
    () => {
      if (vms.length >= limit) return;
      const base = vms.length * steps;
      if (base + steps > values.length) values = grown(values, base + steps);
      const row = scanner.numbers;
      for (let k = 0; k < steps; k++) values[base + k] = percent(row[k + 1]!, log, scanner);
      vms.push(scanner.keys[0]!);
    },
  );
  await scan(scanner, file.chunks());
  log.rowsRead += scanner.rows;
  if (vms.length === 0) throw new TraceError({ file: file.path }, "no rows", "one row a VM");
  return {
    names: uniqueNames(
      vms.map((k) => (k < 0 ? "" : keys.text(k))),
      file.path,
      log,
    ),
    steps,
    values,
  };
}

async function folder(files: readonly TraceFile[], options: TraceOptions, log: ImportLog): Promise<Percentages> {
  const sorted = files.filter((f) => !/^(readme|license|\.)/i.test(f.name)).sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
  const chosen = sorted.slice(0, options.limit ?? sorted.length);
  const series: Float32Array[] = [];
  for (const file of chosen) {
    let values = new Float32Array(288);
    let n = 0;
    const scanner = new TableScanner(
      file.path,
      [],
      () => ({ header: false, spec: Int32Array.of(0), specs: [{ names: ["CPU percent"], kind: "number", expected: "CPU percent" }] }),
      () => {
        if (n === values.length) values = grown(values, n + 1);
        values[n++] = percent(scanner.numbers[0]!, log, scanner);
      },
    );
    await scan(scanner, file.chunks());
    log.rowsRead += scanner.rows;
    series.push(values.subarray(0, n));
  }
  const steps = Math.max(0, ...series.map((s) => s.length));
  if (steps === 0) throw new TraceError({ file: files[0]!.path }, "no samples", "one CPU percentage a line");
  const values = new Float32Array(steps * series.length).fill(Number.NaN);
  series.forEach((s, vm) => {
    values.set(s, vm * steps);
    if (s.length < steps) log.note(`VM with fewer samples than the longest (${steps}); none after its last`, chosen[vm]!.path);
  });
  return { names: chosen.map((f) => f.name), steps, values };
}

function percent(value: number, log: ImportLog, scanner: TableScanner): number {
  if (value >= 0 && value <= 100) return value;
  if (value > 100) {
    log.note("sample above 100 %, kept", scanner);
    return value;
  }
  log.note(Number.isNaN(value) ? "missing sample, taken as 0 %" : "negative sample, taken as 0 %", scanner);
  return 0;
}

function uniqueNames(names: string[], path: string, log: ImportLog): string[] {
  const seen = new Map<string, number>();
  return names.map((name, i) => {
    const times = (seen.get(name) ?? 0) + 1;
    seen.set(name, times);
    if (times > 1) log.note("VM name that came before, numbered", `${path}:${i + 1}`);
    return times === 1 ? name : `${name}#${times}`;
  });
}

function onGrid(read: Percentages, options: TraceOptions): Omit<Population, "report"> {
  const { names, steps, values } = read;
  const count = names.length;
  const sizes = Array.from({ length: count }, (_, vm) => sizeOfVm(options, vm, count));
  const mhz = new Float32Array(steps * count);
  for (let vm = 0; vm < count; vm++) {
    const mhzPerPercent = (sizes[vm]!.vcpus * sizes[vm]!.speedMHz) / 100;
    for (let k = 0, from = vm * steps, to = vm; k < steps; k++, from++, to += count) mhz[to] = values[from]! * mhzPerPercent;
  }
  const demand: GridDemand = { kind: "grid", firstSeconds: 0, stepSeconds: options.stepSeconds ?? DEFAULT_STEP_SECONDS, steps, mhz };
  return {
    count,
    names,
    vcpus: everyVm(count, (vm) => sizes[vm]!.vcpus),
    memoryMiB: everyVm(count, (vm) => sizes[vm]!.memoryMiB),
    ...wholeRun(count),
    demand,
  };
}
