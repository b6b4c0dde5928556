/**
 * Alibaba cluster trace v2018: 4,000 machines over 8 days, sampled every 10 s or so, without header lines.
 *
 * Two readings of what a VM is (option `entity`):
 * - machines: a VM is a whole machine, as if the physical servers were to be virtualised. machine_usage: machine_id,
 *   time (s), CPU %, ...; machine_meta: machine_id, time, failure domains, CPUs, memory (0-100). Without the meta table
 *   each machine has the 96 CPUs that all machines of the full trace have.
 * - containers: a VM is a container. container_usage: container_id, machine_id, time, CPU % of its request, ...;
 *   container_meta: container_id, machine_id, time, app_du, status, cpu_request (100 = one core), limit, memory (0-100).
 *   Its owner is its application group (app_du).
 * Memory is normalised to a machine's (`machineMemoryMiB`). -1 and 101 % mark invalid samples, which are left out.
 * Becomes a grid of `stepSeconds` (default 300 s): the mean of the samples of each step.
 */
import type { Population } from "../model/demand.ts";
import { planColumns } from "./columns.ts";
import { GridBuilder } from "./grid-builder.ts";
import type { ImportLog } from "./import-log.ts";
import { Keys } from "./keys.ts";
import { defaultSize, type TraceOptions } from "./options.ts";
import { everyVm } from "./population.ts";
import { type ColumnSpec, scan, TableScanner } from "./table-scanner.ts";
import { TraceError } from "./trace-error.ts";
import type { TraceFile } from "./trace-file.ts";

interface Tables {
  readonly usage: RegExp;
  readonly meta: RegExp;
  readonly usageColumns: readonly ColumnSpec[];
  readonly metaColumns: readonly ColumnSpec[];
  /** vCPUs of one unit of the meta table's CPU column. */
  readonly vcpusPerUnit: number;
  readonly vcpusWithoutMeta: number;
}

const id = (name: string): ColumnSpec => ({ names: [name], kind: "key", position: 0, expected: "an id" });
const tables: Readonly<Record<"machines" | "containers", Tables>> = {
  machines: {
    usage: /machine_usage/i,
    meta: /machine_meta/i,
    usageColumns: [
      id("machine_id"),
      { names: ["time_stamp"], kind: "number", position: 1, expected: "seconds" },
      { names: ["cpu_util_percent"], kind: "number", position: 2, expected: "percent" },
    ],
    metaColumns: [
      id("machine_id"),
      { names: ["cpu_num"], kind: "number", position: 4, expected: "CPUs" },
      { names: ["mem_size"], kind: "number", position: 5, expected: "0 to 100" },
    ],
    vcpusPerUnit: 1,
    vcpusWithoutMeta: 96,
  },
  containers: {
    usage: /container_usage/i,
    meta: /container_meta/i,
    usageColumns: [
      id("container_id"),
      { names: ["time_stamp"], kind: "number", position: 2, expected: "seconds" },
      { names: ["cpu_util_percent"], kind: "number", position: 3, expected: "percent" },
    ],
    metaColumns: [
      id("container_id"),
      { names: ["cpu_request"], kind: "number", position: 5, expected: "hundredths of a core" },
      { names: ["mem_size"], kind: "number", position: 7, expected: "0 to 100" },
      { names: ["app_du"], kind: "key", position: 3, expected: "a name" },
    ],
    vcpusPerUnit: 0.01,
    vcpusWithoutMeta: 1,
  },
};

interface Meta {
  readonly cpu: number[];
  readonly memory: number[];
  readonly owner: number[];
}

export async function readAlibaba2018(files: readonly TraceFile[], options: TraceOptions, log: ImportLog): Promise<Population> {
  const entity = options.entity ?? (["container_usage", "container_meta"].every((n) => files.some((f) => f.name.includes(n))) ? "containers" : "machines");
  const kind = tables[entity];
  const usage = files.filter((f) => kind.usage.test(f.name));
  if (usage.length === 0)
    throw new TraceError(
      { file: files[0]?.path ?? "Alibaba trace" },
      `no ${kind.usage.source} file`,
      `a folder with ${kind.usage.source}.csv(.gz) and ${kind.meta.source}.csv(.gz)`,
    );

  const keys = new Keys();
  const groups = new Keys();
  const meta: Meta = { cpu: [], memory: [], owner: [] };
  const metaFiles = files.filter((f) => kind.meta.test(f.name));
  for (const file of metaFiles) await readMeta(file, kind, keys, groups, meta, log);
  if (metaFiles.length === 0) log.note(`no ${kind.meta.source} file: each VM has ${kind.vcpusWithoutMeta} vCPUs and no memory`, usage[0]!.path, 0);

  const capacityPercent: number[] = [];
  const vcpusOf = (vm: number): number =>
    meta.cpu[vm] === undefined ? kind.vcpusWithoutMeta : Math.max(1, Math.ceil(meta.cpu[vm] * kind.vcpusPerUnit - 1e-9));
  const coresOf = (vm: number): number => (meta.cpu[vm] === undefined ? kind.vcpusWithoutMeta : meta.cpu[vm] * kind.vcpusPerUnit);
  const grid = new GridBuilder(options.stepSeconds ?? 300);
  for (const file of usage) {
    const scanner: TableScanner = new TableScanner(
      file.path,
      [keys],
      (first, line) => planColumns(file.path, line, first, kind.usageColumns),
      () => {
        const vm = scanner.keys[0]!;
        if (vm < 0) throw scanner.error(0, "nothing", "an id");
        const seconds = scanner.numbers[1]!;
        const percent = scanner.numbers[2]!;
        if (!(seconds >= 0)) throw scanner.error(1, String(seconds), "seconds since the start of the trace");
        if (!(percent >= 0 && percent <= 100)) {
          log.note("sample that is missing, below 0 or above 100 % (the trace marks invalid ones with -1 and 101), left out", scanner);
          return;
        }
        capacityPercent[vm] ??= (coresOf(vm) * (options.speedMHz ?? defaultSize.speedMHz)) / 100;
        if (!grid.add(vm, seconds, percent * capacityPercent[vm])) throw scanner.error(1, String(seconds), "a time within 20 years of the other rows");
      },
    );
    await scan(scanner, file.chunks());
    log.rowsRead += scanner.rows;
  }

  const vms: number[] = [];
  for (let vm = 0; vm < keys.size && vms.length < (options.limit ?? Number.POSITIVE_INFINITY); vm++) if (grid.has(vm)) vms.push(vm);
  const idle = keys.size - capacityPercent.filter((c) => c !== undefined).length;
  if (idle > 0) log.note("VM without samples, left out", metaFiles[0]?.path ?? usage[0]!.path, idle);
  if (vms.length === 0) throw new TraceError({ file: usage[0]!.path }, "no valid samples", "at least one");
  const built = grid.finish(vms, options.holdSteps ?? 3, usage[0]!.path, log);
  const memoryPerUnit = (options.machineMemoryMiB ?? 131_072) / 100;
  return {
    count: vms.length,
    names: vms.map((vm) => keys.text(vm)),
    vcpus: everyVm(vms.length, (i) => vcpusOf(vms[i]!)),
    memoryMiB: everyVm(vms.length, (i) => (meta.memory[vms[i]!] ?? 0) * memoryPerUnit),
    ...built,
    ...(entity === "containers" ? { owners: vms.map((vm) => ((meta.owner[vm] ?? -1) < 0 ? "" : groups.text(meta.owner[vm]!))) } : {}),
    report: log.finish(`Alibaba 2018 (${entity})`, []),
  };
}

/** A machine has a row for every change; the largest size counts. */
async function readMeta(file: TraceFile, kind: Tables, keys: Keys, groups: Keys, meta: Meta, log: ImportLog): Promise<void> {
  const scanner: TableScanner = new TableScanner(
    file.path,
    [keys, null, null, groups],
    (first, line) => planColumns(file.path, line, first, kind.metaColumns),
    () => {
      const vm = scanner.keys[0]!;
      const { numbers } = scanner;
      if (vm < 0) throw scanner.error(0, "nothing", "an id");
      if (!(numbers[1]! > 0)) {
        log.note("meta row without CPUs, left out", scanner);
        return;
      }
      meta.cpu[vm] = Math.max(meta.cpu[vm] ?? 0, numbers[1]!);
      meta.memory[vm] = Math.max(meta.memory[vm] ?? 0, numbers[2]! || 0);
      if (kind.metaColumns.length > 3) meta.owner[vm] = scanner.keys[3]!;
    },
  );
  await scan(scanner, file.chunks());
  log.rowsRead += scanner.rows;
}
