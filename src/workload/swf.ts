/**
 * Standard Workload Format 2.2 (Parallel Workloads Archive): logs of batch jobs on parallel machines.
 *
 * Lines of 18 numbers between blanks, -1 = unknown; `;` starts a comment. Used: 1 job number, 2 submit time (s),
 * 4 run time (s), 5 allocated processors (else 8 requested), 6 average CPU time per processor (s), 7 used memory per
 * processor (KB; else 10 requested), 12 user.
 *
 * A job is a VM with one finite task: it arrives at its submit time, has a vCPU a processor, and stops when its work is
 * done. Work = processors x run time x `speedMHz`, times the share of the run time in which the CPU was busy where the log
 * has it; then the task's rate is limited to that share, so that on a core of that speed it takes its run time again.
 * Jobs that never ran (no run time or no processors, as cancelled ones) are left out and counted. The wait (field 3)
 * is not replayed: waiting is what the simulation is to find out.
 */
import type { Population, TaskDemand } from "../model/demand.ts";
import type { ImportLog } from "./import-log.ts";
import { grown, Keys } from "./keys.ts";
import { defaultSize, type TraceOptions } from "./options.ts";
import { everyVm } from "./population.ts";
import { type ColumnSpec, scan, TableScanner } from "./table-scanner.ts";
import { TraceError } from "./trace-error.ts";
import type { TraceFile } from "./trace-file.ts";

const fields: readonly [number, string, string][] = [
  [0, "job number", "a whole number"],
  [1, "submit time", "seconds"],
  [3, "run time", "seconds"],
  [4, "allocated processors", "processors"],
  [5, "CPU time", "seconds"],
  [6, "used memory", "KB"],
  [7, "requested processors", "processors"],
  [9, "requested memory", "KB"],
  [11, "user", "a number"],
];
const specs: readonly ColumnSpec[] = fields.map(([, name, expected], i) => ({ names: [name], kind: i === 0 || i === 8 ? "key" : "number", expected }));
const spec = new Int32Array(12).fill(-1);
fields.forEach(([position], slot) => {
  spec[position] = slot;
});

const WIDTH = 5;
const known = (value: number): boolean => value > 0;

export async function readSwf(files: readonly TraceFile[], options: TraceOptions, log: ImportLog): Promise<Population> {
  if (files.length !== 1) throw new TraceError({ file: files[0]?.path ?? "SWF trace" }, `${files.length} files`, "one .swf or .swf.gz file");
  const file = files[0]!;
  const speed = options.speedMHz ?? defaultSize.speedMHz;
  const perVcpu = options.memoryPerVcpuMiB ?? 2048;
  const limit = options.limit ?? Number.POSITIVE_INFINITY;
  const withoutMemory = `job without memory, given ${perVcpu} MiB a processor (option memoryPerVcpuMiB)`;
  const ids = new Keys();
  const users = new Keys();
  const names: string[] = [];
  const owners: string[] = [];
  // submit, processors, memory, work, limit of each job
  let jobs = new Float64Array(WIDTH * 256);
  let unsorted = Number.NEGATIVE_INFINITY;

  const scanner: TableScanner = new TableScanner(
    file.path,
    [ids, null, null, null, null, null, null, null, users],
    (first, line) => {
      if (first.length < 12) throw new TraceError({ file: file.path, line }, `${first.length} fields`, "the 18 fields of SWF between blanks");
      return { header: false, spec, specs };
    },
    () => {
      const count = names.length;
      if (count >= limit) return;
      const { numbers } = scanner;
      const submit = numbers[1]!;
      const runTime = numbers[2]!;
      const allocated = numbers[3]!;
      const cpuTime = numbers[4]!;
      const usedKb = numbers[5]!;
      const processors = known(allocated) ? allocated : numbers[6]!;
      if (!(submit >= 0)) {
        log.note("job without a submit time, left out", scanner);
        return;
      }
      if (!known(runTime) || !known(processors)) {
        log.note("job that never ran (no run time or no processors), left out", scanner);
        return;
      }
      if (submit < unsorted) log.note("job submitted before the one above it, kept", scanner);
      unsorted = Math.max(unsorted, submit);
      const kb = known(usedKb) ? usedKb : numbers[7]!;
      if (!known(kb)) log.note(withoutMemory, scanner);
      const busy = known(cpuTime) && cpuTime < runTime ? cpuTime / runTime : 1;
      const base = WIDTH * count;
      if (base + WIDTH > jobs.length) jobs = grown(jobs, base + WIDTH);
      jobs[base] = submit;
      jobs[base + 1] = processors;
      jobs[base + 2] = processors * (known(kb) ? kb / 1024 : perVcpu);
      jobs[base + 3] = processors * runTime * speed * busy;
      jobs[base + 4] = busy < 1 ? processors * speed * busy : Number.POSITIVE_INFINITY;
      names.push(`job-${scanner.keys[0]! < 0 ? count + 1 : ids.text(scanner.keys[0]!)}`);
      owners.push(scanner.keys[8]! < 0 || users.text(scanner.keys[8]!) === "-1" ? "" : `user-${users.text(scanner.keys[8]!)}`);
    },
    { comment: ";", blanks: true },
  );
  await scan(scanner, file.chunks());
  log.rowsRead += scanner.rows;

  const count = names.length;
  if (count === 0) throw new TraceError({ file: file.path }, "no job that ran", "at least one");
  const column = (i: number): Float64Array => everyVm(count, (vm) => jobs[WIDTH * vm + i]!);
  const submit = column(0);
  const start = submit.reduce((least, t) => Math.min(least, t), Number.POSITIVE_INFINITY);
  const demand: TaskDemand = {
    kind: "tasks",
    sequence: false,
    offset: Uint32Array.from({ length: count + 1 }, (_, i) => i),
    workMHzSeconds: column(3),
    threads: column(1),
    weight: new Float64Array(count).fill(1),
    limitMHz: column(4),
    startSeconds: new Float64Array(count),
  };
  return {
    count,
    names,
    vcpus: column(1),
    memoryMiB: column(2),
    arrivalSeconds: submit.map((t) => t - start),
    lifetimeSeconds: new Float64Array(count).fill(Number.POSITIVE_INFINITY),
    demand,
    owners,
    report: log.finish("SWF", []),
  };
}
