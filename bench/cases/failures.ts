/**
 * LANL's failures and high availability: a year of 1,000 hosts and 10,000 VMs with hourly demand; and playback of a week of four times
 * as many at 5 minutes, with and without, each run in a fresh process and in turn. Times are CPU times of the simulation; playback is what goes on after all VMs have been placed; peak memory includes the demand of all VMs.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { buildSync } from "esbuild";
import { type BenchRow, median, root } from "../row.ts";

interface Measured {
  /** CPU time of the whole simulation; of the time between its first hundredth and its last, in the first run of the process and in the third. */
  readonly seconds: number;
  readonly firstPlaybackSeconds: number;
  readonly playbackSeconds: number;
  readonly peakMiB: number;
  readonly failures?: number;
  readonly outages?: number;
}

const ROUNDS = 5;

export function rows(): BenchRow[] {
  const folder = mkdtempSync(join(tmpdir(), "hypervise-bench-"));
  try {
    const outfile = join(folder, "failures-child.mjs");
    buildSync({
      entryPoints: [fileURLToPath(new URL("../failures-child.ts", import.meta.url))],
      bundle: true,
      platform: "node",
      format: "esm",
      outfile,
      logLevel: "error",
      banner: { js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);' },
    });
    const run = (...how: string[]): Measured => {
      const done = spawnSync(process.execPath, [outfile, ...how], { encoding: "utf8", cwd: root });
      if (done.status !== 0) throw new Error(`failures-child ${how.join(" ")} ended with ${done.status}: ${done.stderr}`);
      return JSON.parse(done.stdout) as Measured;
    };
    const years = Array.from({ length: 3 }, () => run("year", "failing"));
    const seconds = median(years.map((year) => year.seconds));
    const peakMiB = Math.max(...years.map((year) => year.peakMiB));
    const [first] = years;
    const pairs = Array.from({ length: ROUNDS }, () => ({ calm: run("week", "calm"), failing: run("week", "failing") }));
    const ratio = median(pairs.map(({ calm, failing }) => calm.playbackSeconds / failing.playbackSeconds));
    const cold = median(pairs.map(({ calm, failing }) => calm.firstPlaybackSeconds / failing.firstPlaybackSeconds));
    return [
      {
        name: "a year of 1,000 hosts x 10,000 VMs at 1 h, LANL failures and high availability",
        measured: `${seconds.toFixed(1)} s CPU, ${peakMiB.toFixed(0)} MiB`,
        bar: "<= 5 s, <= 500 MB",
        reached: seconds <= 5 && peakMiB * 1.048576 <= 500,
        note: `${first?.failures} failures, ${first?.outages} outages`,
      },
      {
        name: "playback of a week, 4,000 hosts x 40,000 VMs at 5 min, with them against without",
        measured: `${(100 * ratio).toFixed(0)} %`,
        bar: ">= 80 %",
        reached: ratio >= 0.8,
        note: `CPU time of the third run in a process, median of ${ROUNDS} pairs (first run, code still being compiled: ${(100 * cold).toFixed(0)} %); ${pairs[0]?.failing.failures} failures, ${pairs[0]?.failing.outages} outages`,
      },
    ];
  } finally {
    rmSync(folder, { recursive: true });
  }
}
