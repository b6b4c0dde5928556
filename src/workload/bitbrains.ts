/**
 * Bitbrains GWA-T-12 (fastStorage: 1,250 VMs, August 2013; Rnd: 500 VMs, July to September 2013): one file a VM, a row
 * every 5 minutes, `;` and TAB between the fields. Also the later GWA-T-13 (Materna), which has the same columns with
 * quotes, decimal commas and dates as `dd.MM.yyyy HH:mm:ss`.
 *
 * Columns are found by name: Timestamp, CPU cores, CPU usage [MHZ], Memory capacity provisioned [KB]; with the option
 * `resources: all` also Memory usage [KB], which is memory in active use, and disk and network throughput. Traps of the
 * files: the header says `Timestamp [ms]` but the values are Unix seconds (a value above 10^11 is taken as ms); CPU
 * usage may pass the provisioned capacity by a few percent and is kept; 12 of the 500 Rnd VMs have no cores and no
 * memory and are left out; samples are missing.
 *
 * A VM is a file, named without its ending, in the order of the numbers (then bytes) of the names. Size: the most cores
 * and memory it had. Becomes a grid (5-minute samples of all VMs). Arrival and end: its first and last sample.
 * Demand is the measured usage, so a VM that was short of CPU then is short of demand here.
 */
import type { Further, Population } from "../model/demand.ts";
import { plainName, planColumns } from "./columns.ts";
import { GridBuilder } from "./grid-builder.ts";
import type { ImportLog } from "./import-log.ts";
import { Keys } from "./keys.ts";
import type { TraceOptions } from "./options.ts";
import { everyVm } from "./population.ts";
import { type ColumnSpec, scan, TableScanner } from "./table-scanner.ts";
import { quoted, TraceError } from "./trace-error.ts";
import type { TraceFile } from "./trace-file.ts";

const columns = (timestamp: "number" | "key"): readonly ColumnSpec[] => [
  { names: ["Timestamp"], kind: timestamp, expected: "Unix seconds" },
  { names: ["CPU cores"], kind: "number", expected: "cores" },
  { names: ["CPU usage [MHZ]"], kind: "number", expected: "MHz" },
  { names: ["Memory capacity provisioned [KB]"], kind: "number", expected: "KB" },
];
const furtherColumns: readonly ColumnSpec[] = [
  { names: ["Memory usage [KB]"], kind: "number", expected: "KB" },
  { names: ["Disk read throughput [KB/s]"], kind: "number", expected: "KB/s" },
  { names: ["Disk write throughput [KB/s]"], kind: "number", expected: "KB/s" },
  { names: ["Network received throughput [KB/s]"], kind: "number", expected: "KB/s" },
  { names: ["Network transmitted throughput [KB/s]"], kind: "number", expected: "KB/s" },
];
const FURTHER: readonly Further[] = ["activeMiB", "diskMiBPerSecond", "gbitPerSecond"];
const KIB_PER_MIB = 1024;
const GBIT_PER_KIB = (1024 * 8) / 1e9;

interface VmTotals {
  cores: number;
  memoryKb: number;
}

export async function readBitbrains(files: readonly TraceFile[], options: TraceOptions, log: ImportLog): Promise<Population> {
  const stepSeconds = options.stepSeconds ?? 300;
  const all = options.resources === "all";
  const grid = new GridBuilder(stepSeconds, all ? FURTHER : []);
  const order = files.filter((f) => /\.(csv|txt)$/i.test(f.name)).sort(byNumberThenName);
  if (order.length === 0)
    throw new TraceError({ file: files[0]?.path ?? "Bitbrains trace" }, "no .csv files", "a folder with one file a VM (unpack the archive first)");
  const vms: number[] = [];
  const names: string[] = [];
  const totals: VmTotals[] = [];
  for (let i = 0; i < order.length && vms.length < (options.limit ?? Number.POSITIVE_INFINITY); i++) {
    const total = await readVm(order[i]!, i, grid, all, log);
    if (!grid.has(i)) log.note("file without samples, left out", order[i]!.path);
    else if (!(total.cores > 0)) log.note("VM without cores (unprovisioned), left out", order[i]!.path);
    else {
      vms.push(i);
      names.push(order[i]!.name.replace(/\.[^.]*$/, ""));
      totals.push(total);
    }
  }
  if (vms.length === 0) throw new TraceError({ file: order[0]!.path }, "no VM with cores and samples", "at least one");
  const built = grid.finish(vms, options.holdSteps ?? 3, order[0]!.path, log);
  return {
    count: vms.length,
    names,
    vcpus: everyVm(vms.length, (vm) => totals[vm]!.cores),
    memoryMiB: everyVm(vms.length, (vm) => totals[vm]!.memoryKb / 1024),
    ...built,
    report: log.finish("Bitbrains", []),
  };
}

async function readVm(file: TraceFile, vm: number, grid: GridBuilder, all: boolean, log: ImportLog): Promise<VmTotals> {
  const total: VmTotals = { cores: 0, memoryKb: 0 };
  const dates = new Keys();
  const german = await hasQuotedDates(file);
  let before = Number.NEGATIVE_INFINITY;
  const further = new Float64Array(FURTHER.length);
  const scanner: TableScanner = new TableScanner(
    file.path,
    [dates],
    (first, line) => {
      if (!first.some((f) => plainName(f) === "timestamp"))
        throw new TraceError({ file: file.path, line }, quoted(first.join(";")), 'a header with "Timestamp [ms]"');
      return planColumns(file.path, line, first, [...columns(german ? "key" : "number"), ...(all ? furtherColumns : [])]);
    },
    () => {
      const { numbers } = scanner;
      const seconds = german ? dateSeconds(dates.text(scanner.keys[0]!), scanner) : unixSeconds(numbers[0]!, scanner);
      let mhz = numbers[2]!;
      if (Number.isNaN(mhz)) {
        log.note("row without CPU usage, left out", scanner);
        return;
      }
      if (mhz < 0) {
        log.note("negative CPU usage, taken as 0", scanner);
        mhz = 0;
      }
      if (seconds < before) log.note("row earlier than the one before it, put where it belongs", scanner);
      before = seconds;
      if (all) {
        further[0] = numbers[4]! / KIB_PER_MIB;
        further[1] = (numbers[5]! + numbers[6]!) / KIB_PER_MIB;
        further[2] = (numbers[7]! + numbers[8]!) * GBIT_PER_KIB;
      }
      if (!grid.add(vm, seconds, mhz, further)) throw scanner.error(0, String(seconds), "a time within 20 years of the VM's other rows");
      total.cores = Math.max(total.cores, numbers[1]! || 0);
      total.memoryKb = Math.max(total.memoryKb, numbers[3]! || 0);
    },
    { decimalComma: german },
  );
  await scan(scanner, file.chunks());
  log.rowsRead += scanner.rows;
  return total;
}

/** Materna writes its dates as text. Told by the second line, before the columns are planned. */
async function hasQuotedDates(file: TraceFile): Promise<boolean> {
  for await (const chunk of file.chunks()) {
    const second = new TextDecoder().decode(chunk.subarray(0, 4096)).split("\n")[1] ?? "";
    return /^"?\d\d\.\d\d\.\d{4} /.test(second);
  }
  return false;
}

function unixSeconds(value: number, scanner: TableScanner): number {
  if (!(value >= 0)) throw scanner.error(0, Number.isNaN(value) ? "nothing" : String(value), "a time in Unix seconds");
  return value > 1e11 ? value / 1000 : value;
}

function dateSeconds(text: string, scanner: TableScanner): number {
  const m = /^(\d\d)\.(\d\d)\.(\d{4}) (\d\d):(\d\d):(\d\d)$/.exec(text);
  if (m === null) throw scanner.error(0, quoted(text), "a date as dd.MM.yyyy HH:mm:ss");
  const [day, month, year, hour, minute, second] = m.slice(1).map(Number) as [number, number, number, number, number, number];
  return Date.UTC(year, month - 1, day, hour, minute, second) / 1000;
}

function byNumberThenName(a: TraceFile, b: TraceFile): number {
  const difference = Number.parseInt(a.name, 10) - Number.parseInt(b.name, 10);
  if (difference !== 0 && !Number.isNaN(difference)) return difference;
  return a.name < b.name ? -1 : a.name > b.name ? 1 : 0;
}
