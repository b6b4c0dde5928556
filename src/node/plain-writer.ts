/**
 * Writes a population in the plain format (see workload/plain.ts): vms.csv and demand.csv in a folder.
 *
 * Nothing half-written is ever under its final name: each file grows under a temporary name and is renamed when it is
 * complete. Reading the folder gives the same population: grid levels are 32-bit floats and are written with as many
 * digits as tell them apart, other numbers with all of theirs. Of a grid only changes are written.
 * The long table is put together by hand (4 times as fast as csv-stringify, which writes the names).
 */
import { createWriteStream } from "node:fs";
import { mkdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
import type { Further, Population } from "../model/demand.ts";

export interface PlainWriteOptions {
  /** Compress demand.csv (written as demand.csv.gz). */
  readonly gzip?: boolean;
}

/** Characters that are put together before they go to the file. */
const BATCH = 1 << 20;

/** Writes both files and returns their paths. */
export async function writePlain(population: Population, folder: string, options: PlainWriteOptions = {}): Promise<string[]> {
  const { stringify } = await import("csv-stringify/sync");
  await mkdir(folder, { recursive: true });
  const quotedNames = population.names.map((name) => stringify([[name]]).trimEnd());
  const vms = join(folder, "vms.csv");
  const demand = join(folder, options.gzip ? "demand.csv.gz" : "demand.csv");
  const stale = join(folder, options.gzip ? "demand.csv" : "demand.csv.gz");
  await writeWhole(vms, [stringify(vmRows(population), { header: false })], false);
  await writeWhole(demand, demandLines(population, quotedNames), options.gzip ?? false);
  // A demand table of an earlier run would stand beside the new one.
  await rm(stale, { force: true });
  return [vms, demand];
}

function vmRows({ count, names, vcpus, memoryMiB, arrivalSeconds, lifetimeSeconds, owners }: Population): string[][] {
  const rows = [["name", "vcpus", "memory_mib", "arrival_s", "lifetime_s", ...(owners ? ["owner"] : [])]];
  for (let vm = 0; vm < count; vm++) {
    const life = lifetimeSeconds[vm]!;
    rows.push([
      names[vm]!,
      String(vcpus[vm]),
      String(memoryMiB[vm]),
      String(arrivalSeconds[vm]),
      Number.isFinite(life) ? String(life) : "",
      ...(owners ? [owners[vm]!] : []),
    ]);
  }
  return rows;
}

function* demandLines(population: Population, names: readonly string[]): Generator<string> {
  const { demand } = population;
  if (demand.kind === "grid") yield* gridLines(population, names);
  else if (demand.kind === "pieces") {
    yield "vm,seconds,mhz\n";
    yield* rowsByVm(names, demand.offset, (i) => `${demand.seconds[i]},${demand.mhz[i]}`);
  } else {
    yield demand.sequence ? "vm,work_mhz_s,threads,weight,limit_mhz\n" : "vm,work_mhz_s,threads,weight,limit_mhz,start_s\n";
    const { workMHzSeconds, threads, weight, limitMHz, startSeconds } = demand;
    const finite = (value: number): string => (Number.isFinite(value) ? String(value) : "");
    yield* rowsByVm(
      names,
      demand.offset,
      (i) => `${workMHzSeconds[i]},${threads[i]},${weight[i]},${finite(limitMHz[i]!)}${demand.sequence ? "" : `,${startSeconds[i]}`}`,
    );
  }
}

function* rowsByVm(names: readonly string[], offset: Uint32Array, row: (i: number) => string): Generator<string> {
  let text = "";
  for (let vm = 0; vm < names.length; vm++) {
    for (let i = offset[vm]!; i < offset[vm + 1]!; i++) {
      text += `${names[vm]},${row(i)}\n`;
      if (text.length < BATCH) continue;
      yield text;
      text = "";
    }
  }
  yield text;
}

/** Further columns of samples, as the plain format names them (workload/plain.ts). */
const FURTHER_COLUMNS: readonly (readonly [string, Further])[] = [
  ["active_mib", "activeMiB"],
  ["iops", "iops"],
  ["disk_mib_s", "diskMiBPerSecond"],
  ["gbit_s", "gbitPerSecond"],
];

function* gridLines({ demand, count }: Population, names: readonly string[]): Generator<string> {
  if (demand.kind !== "grid") return;
  const { firstSeconds, stepSeconds, steps } = demand;
  const further = FURTHER_COLUMNS.filter(([, name]) => demand[name] !== undefined);
  const columns = [demand.mhz, ...further.map(([, name]) => demand[name]!)];
  const last = columns.map(() => new Float32Array(count).fill(Number.NaN));
  let text = `vm,time_s,mhz${further.map(([name]) => `,${name}`).join("")}\n`;
  for (let k = 0; k <= steps; k++) {
    const time = firstSeconds + k * stepSeconds;
    let written = 0;
    for (let vm = 0; vm < count; vm++) {
      const levels = columns.map((column) => (k < steps ? column[k * count + vm]! : Number.NaN));
      // The first and last instants are always written: they are the grid's span. So is the second: it is its step.
      const change = levels.some((level, c) => !Object.is(level, last[c]![vm]));
      if (!change && !(vm === 0 && (k <= 1 || k === steps))) continue;
      text += `${names[vm]},${time},${levels.map(shortest).join(",")}\n`;
      levels.forEach((level, c) => {
        last[c]![vm] = level;
      });
      written++;
      if (text.length < BATCH) continue;
      yield text;
      text = "";
    }
    if (written > 0 && text.length > BATCH / 2) {
      yield text;
      text = "";
    }
  }
  yield text;
}

/** The shortest decimal that is this 32-bit float again; empty for NaN. */
function shortest(value: number): string {
  if (Number.isNaN(value)) return "";
  if (Number.isInteger(value)) return String(value);
  for (let digits = 6; digits < 9; digits++) {
    const rounded = Number(value.toPrecision(digits));
    if (Math.fround(rounded) === value) return String(rounded);
  }
  return String(Number(value.toPrecision(9)));
}

async function writeWhole(path: string, chunks: Iterable<string>, gzip: boolean): Promise<void> {
  const temporary = `${path}.${process.pid}.part`;
  try {
    const target = createWriteStream(temporary);
    if (gzip) await pipeline(Readable.from(chunks), createGzip(), target);
    else await pipeline(Readable.from(chunks), target);
    await rename(temporary, path);
  } catch (cause) {
    await rm(temporary, { force: true });
    throw cause;
  }
}
