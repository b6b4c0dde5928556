/**
 * Dynamic consolidation in the default model (local regression, minimum migration time, power-aware best fit, every step),
 * each in fresh processes, the simulation alone: a large fleet for a week, and the PlanetLab day against the compatibility
 * profile of the same detector and selection. CPU time of the process; peak memory includes the demand of all VMs.
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { buildSync } from "esbuild";
import { type BenchRow, median, root } from "../row.ts";

const trace = resolve(root, process.env.HYPERVISE_TRACES ?? "../shared/traces", "planetlab/20110303.csv");

const CONSOLIDATE = `
rebalance: { every: 5 min, policy: consolidate, detector: { policy: local-regression, safety: 1.2 }, selection: minimum-migration-time, placement: power-aware-best-fit }
power: on-demand
`;

const WEEK = `
duration: 7 days
hosts: [{ name: node, count: 10000, server: lenovo-sr650-8176-1s, hypervisor: kvm }]
vms: [{ name: vm, count: 100000, memory: 4 GiB, load: { generator: { profile: enterprise } } }]
admission: { vcpusPerCore: none, whenFull: queue }
${CONSOLIDATE}`;

const DAY = `
duration: 1 day
hosts:
  - { name: g4, count: 400, server: hp-ml110-g4, hypervisor: ideal }
  - { name: g5, count: 400, server: hp-ml110-g5, hypervisor: ideal }
admission: { vcpusPerCore: none, whenFull: queue }
placement: power-aware-best-fit
vms:
  - name: vm
    startup: instant
    load:
      trace:
        format: planetlab
        path: ${JSON.stringify(trace)}
        sizes: [{ vcpus: 1, speed: 2500 MHz, memory: 870 MiB }, { vcpus: 1, speed: 2000 MHz, memory: 1740 MiB }, { vcpus: 1, speed: 1000 MHz, memory: 1740 MiB }, { vcpus: 1, speed: 500 MHz, memory: 613 MiB }]
${CONSOLIDATE}`;

interface Measured {
  readonly cpuSeconds: readonly number[];
  readonly peakMiB: number;
  readonly figures: Readonly<Record<string, number>>;
}

/** Bundles a child of the benchmark, so that reading its modules is no part of what is measured. */
function bundle(folder: string, name: string): string {
  const outfile = join(folder, `${name}.mjs`);
  buildSync({
    entryPoints: [fileURLToPath(new URL(`../${name}.ts`, import.meta.url))],
    bundle: true,
    platform: "node",
    format: "esm",
    outfile,
    logLevel: "error",
    banner: { js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);' },
  });
  return outfile;
}

function child(words: readonly string[]): Measured {
  const pinned = existsSync("/usr/bin/taskset") ? ["/usr/bin/taskset", "-c", "0", process.execPath] : [process.execPath];
  const [program = "", ...rest] = [...pinned, ...words];
  const done = spawnSync(program, rest, { encoding: "utf8", cwd: root });
  if (done.status !== 0) throw new Error(`${words.join(" ")} ended with ${done.status}: ${done.stderr}`);
  return JSON.parse(done.stdout) as Measured;
}

export function rows(): BenchRow[] {
  const folder = mkdtempSync(join(tmpdir(), "hypervise-bench-"));
  try {
    const ours = bundle(folder, "consolidation-child");
    const file = (name: string, text: string): string => {
      const path = join(folder, name);
      writeFileSync(path, text);
      return path;
    };
    const week = child([ours, file("week.yaml", WEEK)]);
    const seconds = week.cpuSeconds[0] ?? Number.NaN;
    const table: BenchRow[] = [
      {
        name: "consolidation, default model, 10,000 hosts x 100,000 VMs, a week at 5 min",
        measured: `${seconds.toFixed(1)} s CPU, ${week.peakMiB.toFixed(0)} MiB`,
        bar: "<= 120 s, <= 2 GB",
        reached: seconds <= 120 && week.peakMiB * 1.048576 <= 2000,
        note: `${week.figures.migrations?.toFixed(0)} migrations, ${week.figures.events?.toFixed(0)} events`,
      },
    ];
    if (!existsSync(trace)) return table;
    const theirs = bundle(folder, "cloudsim-child");
    const day = file("day.yaml", DAY);
    const pairs = Array.from({ length: 5 }, () => {
      const own = child([ours, day]).cpuSeconds[0] ?? Number.NaN;
      const profile = child([theirs, trace, "lr", "mmt", "1", "1"]).cpuSeconds[0] ?? Number.NaN;
      return { own, profile, ratio: own / profile };
    });
    const ratio = median(pairs.map((pair) => pair.ratio));
    table.push({
      name: "PlanetLab day lr/mmt, default model against the profile",
      measured: `${ratio.toFixed(2)} x (${median(pairs.map((pair) => pair.own)).toFixed(2)} s CPU)`,
      bar: "<= 2 x",
      reached: ratio <= 2,
      note: `profile ${median(pairs.map((pair) => pair.profile)).toFixed(2)} s`,
    });
    return table;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
