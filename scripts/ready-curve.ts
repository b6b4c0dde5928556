/**
 * The ready-time curve of every product, from runs of scenarios/ready-curve.yaml: `npm run docs` puts the table and the chart into
 * docs/cpu.md.
 */
import { readFile } from "node:fs/promises";
import { hypervisors } from "../src/catalog/index.ts";
import { traceFormats } from "../src/node/traces.ts";
import { placementPolicies } from "../src/policy/placement/index.ts";
import type { ReadyCurve } from "../src/report/charts/ready-curve.ts";
import type { Results } from "../src/results/results.ts";
import { numbers, texts } from "../src/results/table.ts";
import { loadScenario } from "../src/scenario/load.ts";
import { standardCatalogue } from "../src/scenario/standard.ts";
import { simulate } from "../src/simulation.ts";

const FILE = "scenarios/ready-curve.yaml";

export interface Curve extends ReadyCurve {
  readonly points: readonly { readonly ratio: number; readonly readyPercent: number; readonly deliveredPercent: number }[];
}

/** Runs the scenario once for each of the seven products. */
export async function readyCurves(): Promise<Curve[]> {
  const source = await readFile(new URL(`../${FILE}`, import.meta.url), "utf8");
  const catalogue = standardCatalogue(
    placementPolicies.map((policy) => policy.name),
    traceFormats,
  );
  return hypervisors
    .filter(({ type }) => type !== 0)
    .filter(({ key }) => key !== "ideal")
    .map(({ key, name, type }) => {
      const loaded = loadScenario(source, FILE, catalogue, [{ path: "hosts[*].hypervisor", value: key }]);
      if (!loaded.ok) throw new Error(`${FILE}: ${loaded.problems[0]?.message}`);
      return { product: name, hosted: type === 2, points: byClass(simulate(loaded.scenario)) };
    });
}

/** Mean ready time and delivered work of each service class "r:1". */
function byClass({ vms }: Results): Curve["points"] {
  const classes = texts(vms, "class");
  return [...new Set(classes)].map((name) => {
    const sum = (column: string): number => Array.from(numbers(vms, column)).reduce((total, value, v) => (classes[v] === name ? total + value : total), 0);
    const vcpuSeconds = Array.from(numbers(vms, "running_s")).reduce(
      (total, s, v) => (classes[v] === name ? total + s * (numbers(vms, "vcpus")[v] ?? 0) : total),
      0,
    );
    return {
      ratio: Number.parseInt(name, 10),
      readyPercent: (100 * sum("ready_core_s")) / vcpuSeconds,
      deliveredPercent: (100 * sum("delivered_core_s")) / sum("demanded_core_s"),
    };
  });
}

/** The same as a table in Markdown: ready time, and the share of the work asked for that was done. */
export function readyCurveText(curves: readonly Curve[]): string {
  const ratios = curves[0]?.points.map(({ ratio }) => `${ratio}:1`) ?? [];
  const rows = (value: (point: Curve["points"][number]) => number): string[] =>
    curves.map(({ product, points }) => `| ${product} | ${points.map((point) => value(point).toFixed(1)).join(" | ")} |`);
  const head = [`| | ${ratios.join(" | ")} |`, `|---|${ratios.map(() => "---:").join("|")}|`];
  return [
    "CPU ready, % of vCPU time:",
    "",
    ...head,
    ...rows(({ readyPercent }) => readyPercent),
    "",
    "Work done, % of what was asked for:",
    "",
    ...head,
    ...rows(({ deliveredPercent }) => deliveredPercent),
  ].join("\n");
}
