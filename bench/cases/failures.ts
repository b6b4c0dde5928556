/**
 * A year of 1,000 hosts and 10,000 VMs with hourly demand, with LANL's failures and high availability and without, each run in a
 * fresh process and in turn. The rate counts CPU time of the simulation alone; peak memory includes the demand of all VMs.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { buildSync } from "esbuild";
import { type BenchRow, median, root } from "../row.ts";

interface Measured {
  readonly seconds: number;
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
    const run = (how: string): Measured => {
      const done = spawnSync(process.execPath, [outfile, how], { encoding: "utf8", cwd: root });
      if (done.status !== 0) throw new Error(`failures-child ${how} ended with ${done.status}: ${done.stderr}`);
      return JSON.parse(done.stdout) as Measured;
    };
    const pairs = Array.from({ length: ROUNDS }, () => ({ calm: run("calm"), failing: run("failing") }));
    const ratio = median(pairs.map(({ calm, failing }) => calm.seconds / failing.seconds));
    const seconds = median(pairs.map(({ failing }) => failing.seconds));
    const peakMiB = Math.max(...pairs.map(({ failing }) => failing.peakMiB));
    const [first] = pairs;
    return [
      {
        name: "a year of 1,000 hosts x 10,000 VMs at 1 h, LANL failures and high availability",
        measured: `${seconds.toFixed(1)} s CPU, ${peakMiB.toFixed(0)} MiB`,
        bar: "<= 5 s, <= 500 MB",
        reached: seconds <= 5 && peakMiB * 1.048576 <= 500,
        note: `${first?.failing.failures} failures, ${first?.failing.outages} outages`,
      },
      {
        name: "its rate against the same year without failures",
        measured: `${(100 * ratio).toFixed(0)} %`,
        bar: ">= 80 %",
        reached: ratio >= 0.8,
        note: "CPU time, median of 5 pairs",
      },
    ];
  } finally {
    rmSync(folder, { recursive: true });
  }
}
