/**
 * The measured process of bench/cases/consolidation.ts: a scenario whose VMs' demand is ready before the clock starts, so that
 * the time is that of the simulation alone, headline figures included (tables are made when they are read).
 *
 * Words: scenario file, runs. Prints the times and headline figures as JSON.
 */
import { readFileSync } from "node:fs";
import { dirname } from "node:path";
import { streams } from "../src/kernel/streams.ts";
import type { Population } from "../src/model/demand.ts";
import { loadPopulations } from "../src/node/populations.ts";
import { traceFormats } from "../src/node/traces.ts";
import { placementPolicies } from "../src/policy/placement/index.ts";
import { numbers, texts } from "../src/results/table.ts";
import { loadScenario } from "../src/scenario/load.ts";
import { standardCatalogue } from "../src/scenario/standard.ts";
import { simulate } from "../src/simulation.ts";
import { generatePopulation } from "../src/workload/generate.ts";

const [file = "", runs = "1"] = process.argv.slice(2);
const catalogue = standardCatalogue(
  placementPolicies.map((policy) => policy.name),
  traceFormats,
);
const loaded = loadScenario(readFileSync(file, "utf8"), file, catalogue);
if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems, null, 2));
const { scenario } = loaded;
const stream = streams(scenario.seed);
const populations = new Map<string, Population>(await loadPopulations(scenario, dirname(file)));
for (const group of scenario.vms) {
  const { workload } = group;
  if (workload.kind !== "generator") continue;
  const options = { name: group.name, count: group.count, durationSeconds: scenario.durationSeconds, start: scenario.start, ...workload.options };
  populations.set(
    group.name,
    generatePopulation(workload.profile, options, (purpose) => stream(`${group.name}/${purpose}`)),
  );
  // From here on it is a trace that has been read.
  Object.assign(group, { workload: { kind: "trace", format: "plain", path: "in memory", options: {} } });
}
const cpuSeconds: number[] = [];
const wallSeconds: number[] = [];
const figures: Record<string, number> = {};
for (let run = 0; run < Number(runs); run++) {
  const cpu = process.cpuUsage();
  const started = performance.now();
  const { summary } = simulate(scenario, { populations });
  wallSeconds.push((performance.now() - started) / 1000);
  const used = process.cpuUsage(cpu);
  cpuSeconds.push((used.user + used.system) / 1e6);
  const values = numbers(summary, "value");
  for (const [i, metric] of texts(summary, "metric").entries()) figures[metric] = values[i] ?? Number.NaN;
}
const peakMiB = Number(/VmHWM:\s*(\d+)/.exec(readFileSync("/proc/self/status", "utf8"))?.[1] ?? Number.NaN) / 1024;
process.stdout.write(JSON.stringify({ cpuSeconds, wallSeconds, peakMiB, figures }));
