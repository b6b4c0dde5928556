/**
 * Whole runs on real traces, each in fresh processes from the file to the written results. The project ships no trace of
 * others: these look for them in ../shared/traces, or where HYPERVISE_TRACES says.
 */
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { type BenchRow, command, freshProcess, median, root } from "../row.ts";

const traces = resolve(root, process.env.HYPERVISE_TRACES ?? "../shared/traces");

interface TraceCase {
  readonly name: string;
  readonly trace: string;
  readonly scenario: (path: string) => string;
  readonly seconds: number;
  readonly peakMiB: number;
  readonly note: string;
}

const cases: readonly TraceCase[] = [
  {
    name: "SURF week, gzipped CSV to results",
    trace: "opendc/workloads/surf-week.tasks.csv",
    scenario: (path) => `
duration: 7 days
hosts: [{ name: node, count: 279, cores: 16, speed: 2.1 GHz, memory: 128 GiB, hypervisor: ideal, power: { model: linear, idle: 32 W, full: 180 W, off: 0 W } }]
vms: [{ name: job, memory: 1 MiB, startup: instant, load: { trace: { format: opendc, path: ${JSON.stringify(path)} } } }]
admission: { vcpusPerCore: 1, whenFull: queue, queueOrder: fifo }
`,
    seconds: 1,
    peakMiB: 250,
    note: "OpenDC, warmed up: 2.02 s, 596 MB",
  },
  {
    name: "PlanetLab day without policy, CSV to results",
    trace: "planetlab/20110303.csv",
    scenario: (path) => `
duration: 1 day
hosts:
  - { name: g4, count: 400, server: hp-ml110-g4, hypervisor: ideal }
  - { name: g5, count: 400, server: hp-ml110-g5, hypervisor: ideal }
admission: { vcpusPerCore: 2 }
vms:
  - name: vm
    startup: instant
    load:
      trace:
        format: planetlab
        path: ${JSON.stringify(path)}
        sizes: [{ vcpus: 1, speed: 2500 MHz, memory: 870 MiB }, { vcpus: 1, speed: 2000 MHz, memory: 1740 MiB }, { vcpus: 1, speed: 1000 MHz, memory: 1740 MiB }, { vcpus: 1, speed: 500 MHz, memory: 613 MiB }]
`,
    seconds: 0.3,
    peakMiB: 120,
    note: "CloudSim: 2.1 CPU s, 210 MB",
  },
];

export function rows(): BenchRow[] {
  return cases.map(({ name, trace, scenario, seconds, peakMiB, note }) => {
    const bar = `<= ${seconds} s, <= ${peakMiB} MiB`;
    const path = join(traces, trace);
    if (!existsSync(path))
      return { name, measured: "", bar, reached: null, note: `no trace at ${process.env.HYPERVISE_TRACES ?? "../shared/traces"}/${trace}` };
    const folder = mkdtempSync(join(tmpdir(), "hypervise-bench-"));
    try {
      const file = join(folder, "case.yaml");
      writeFileSync(file, scenario(path));
      const runs = Array.from({ length: 5 }, () => freshProcess([command, "run", file, "--quiet", "--no-report", "--out", join(folder, "out")]));
      const wall = median(runs.map((run) => run.wallSeconds));
      const cpu = median(runs.map((run) => run.cpuSeconds));
      const peak = Math.max(...runs.map((run) => run.peakMiB));
      return {
        name,
        measured: `${wall.toFixed(2)} s (${cpu.toFixed(2)} CPU s), ${Math.round(peak)} MiB`,
        bar,
        reached: wall <= seconds && peak <= peakMiB,
        note,
      };
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
}
