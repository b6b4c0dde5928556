/**
 * What a benchmark reports, and how processes are measured. Times of one machine say little about another; where a bar is a
 * ratio, both sides are measured in turn in the same run, and the median of the ratios counts.
 */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("..", import.meta.url));
/** The bundled command; `npm run bench` bundles it first. */
export const command = fileURLToPath(new URL("../bin/hypervise.js", import.meta.url));

/** One line of the table. */
export interface BenchRow {
  readonly name: string;
  /** What was measured, with its unit. */
  readonly measured: string;
  /** What it must reach, as text. */
  readonly bar: string;
  /** Whether it does; null when it could not be measured here. */
  readonly reached: boolean | null;
  /** What it is compared with, and other remarks. */
  readonly note: string;
}

/** A case: what `bench/cases/*.ts` export as `rows`. */
export type BenchCase = () => BenchRow[] | Promise<BenchRow[]>;

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? (sorted[middle] ?? Number.NaN) : ((sorted[middle - 1] ?? Number.NaN) + (sorted[middle] ?? Number.NaN)) / 2;
}

export interface ProcessRun {
  readonly wallSeconds: number;
  /** User and system CPU time. */
  readonly cpuSeconds: number;
  readonly peakMiB: number;
}

/**
 * Reports the use of resources of a process to file descriptor 3 when it ends. Peak memory from /proc where there is one: what
 * getrusage gives there includes what the parent held when it forked.
 */
const METER = `data:text/javascript,${encodeURIComponent(
  'import { readFileSync, writeSync } from "node:fs"; process.on("exit", () => { const used = process.resourceUsage(); try { used.maxRSS = Number(/VmHWM:\\s*(\\d+)/.exec(readFileSync("/proc/self/status", "utf8"))[1]); } catch {} writeSync(3, JSON.stringify(used)); });',
)}`;

/** Runs Node on the words in a fresh process. Throws when it fails. */
export function freshProcess(words: readonly string[], metered = true): ProcessRun {
  const started = performance.now();
  const run = spawnSync(process.execPath, metered ? ["--import", METER, ...words] : [...words], {
    cwd: root,
    stdio: ["ignore", "ignore", "pipe", "pipe"],
    encoding: "utf8",
  });
  const wallSeconds = (performance.now() - started) / 1000;
  if (run.status !== 0) throw new Error(`node ${words.join(" ")} ended with ${run.status}: ${run.stderr}`);
  if (!metered) return { wallSeconds, cpuSeconds: Number.NaN, peakMiB: Number.NaN };
  const used = JSON.parse(run.output[3] ?? "{}") as { userCPUTime: number; systemCPUTime: number; maxRSS: number };
  return { wallSeconds, cpuSeconds: (used.userCPUTime + used.systemCPUTime) / 1e6, peakMiB: used.maxRSS / 1024 };
}

/** Seconds a step takes. */
export function secondsOf(step: () => unknown): number {
  const started = performance.now();
  step();
  return (performance.now() - started) / 1000;
}
