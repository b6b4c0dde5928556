/**
 * Writes what the papers show of the product out of the product itself: the column tables of docs/results.md and the pictures
 * of docs/pictures. `npm run docs` writes them; test/project/docs.test.ts fails when they are no longer true.
 */
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { priceKeys, priceOf } from "../src/catalog/data/prices.ts";
import { evidenceRows } from "../src/catalog/evidence.ts";
import { hypervisorProfile, sources } from "../src/catalog/index.ts";
import { compareReport } from "../src/cli/compare-report.ts";
import { modelledSpeed } from "../src/cli/modelled-speed.ts";
import { compareOptions, usualMetrics } from "../src/experiment/comparison.ts";
import { replicate, seedsOf } from "../src/experiment/replicate.ts";
import { withSensitivity } from "../src/experiment/sensitivity-table.ts";
import { loadFailureTraces } from "../src/node/failure-traces.ts";
import { tablesOf } from "../src/node/results.ts";
import { loadSeries } from "../src/node/series.ts";
import { traceFormats } from "../src/node/traces.ts";
import { placementPolicies } from "../src/policy/placement/index.ts";
import { type EvidenceRow, evidenceFigure } from "../src/report/charts/evidence.ts";
import { ladderFigure } from "../src/report/charts/ladder.ts";
import { latencyFigure } from "../src/report/charts/latency.ts";
import { readyCurveFigure } from "../src/report/charts/ready-curve.ts";
import { compareDocument } from "../src/report/compare-document.ts";
import { figuresOf } from "../src/report/document.ts";
import { exportSvg } from "../src/report/figure.ts";
import { runFigures } from "../src/report/figures.ts";
import type { Results } from "../src/results/results.ts";
import { type Column, texts } from "../src/results/table.ts";
import { loadScenario } from "../src/scenario/load.ts";
import type { ResolvedScenario } from "../src/scenario/resolved.ts";
import { standardCatalogue } from "../src/scenario/standard.ts";
import { simulate } from "../src/simulation.ts";
import { type Ladder, ladderFromJson } from "../src/validation/ladder-data.ts";
import { latencyCurve } from "./latency-curve.ts";
import { withPart } from "./part.ts";
import { productPages } from "./product-pages.ts";
import { readyCurves, readyCurveText } from "./ready-curve.ts";

const root = fileURLToPath(new URL("..", import.meta.url));

/** A hard disk of 7,200 rpm, and the two datastores that docs/storage.md begins with. */
const DEVICES = [
  { name: "hard disk", iops: 150, mibPerSecond: 150, latencySeconds: 1 / 150 },
  { name: "array", iops: 20_000, mibPerSecond: 1024, latencySeconds: 0.5e-3 },
  { name: "flash", iops: 200_000, mibPerSecond: 3072, latencySeconds: 100e-6 },
];

/** A scenario of the gallery. */
async function scenarioOf(name: string): Promise<ResolvedScenario> {
  const path = `scenarios/${name}.yaml`;
  const catalogue = standardCatalogue(
    placementPolicies.map((policy) => policy.name),
    traceFormats,
  );
  const loaded = loadScenario(await readFile(resolve(root, path), "utf8"), path, catalogue);
  if (!loaded.ok) throw new Error(`${path} has ${loaded.problems.length} problems: ${loaded.problems[0]?.message}`);
  return loaded.scenario;
}

/** The results of a scenario of the gallery. */
export async function gallery(name: string): Promise<Results> {
  const scenario = await scenarioOf(name);
  const folder = resolve(root, "scenarios");
  return withSensitivity(simulate(scenario, { series: await loadSeries(scenario, folder), failureTraces: await loadFailureTraces(scenario, folder) }));
}

/** What spare hosts are worth, as the report of a comparison draws it. */
async function availabilityChart(): Promise<string> {
  const names = ["n-plus-0", "n-plus-1", "n-plus-2"];
  const options = await Promise.all(names.map(async (name) => ({ name, scenario: await scenarioOf(name), inputs: {} })));
  const seeds = seedsOf(options[0]?.scenario.seed ?? "", 10);
  const runs = options.map((option) => replicate(option, seeds));
  const report = compareReport({ options, runs, seeds, shown: compareOptions(runs, seeds, usualMetrics(runs)), named: false, checked: [], command: "" });
  const found = figuresOf(compareDocument(report)).find(({ id }) => id === "availability");
  if (!found) throw new Error("the comparison has no chart of availability");
  return exportSvg(found);
}

/** Scenarios whose results have tables, columns or metrics that the quickstart has not; test/golden asks that none is missing. */
export const FURTHER_TABLES = [
  "memory-overcommit",
  "noisy-neighbour",
  "storage-migration",
  "resource-pools",
  "daily-wave",
  "governors",
  "migration-storm",
  "one-host-dies",
  "isolation-type1",
  "disaster-recovery",
  "bad-patch",
  "sla-credits",
  "three-regions",
  "wait-for-wind",
];

/** The files and columns of a run, and those only other runs have, as the middle of docs/results.md. */
export function columnsText(results: Results, further: readonly Results[] = []): string {
  const tables = new Map<string, { about: string; columns: Map<string, Column> }>();
  for (const table of [results, ...further].flatMap((one) => [...tablesOf(one)])) {
    const { columns } = tables.get(table.name) ?? { columns: new Map<string, Column>() };
    for (const column of table.columns) if (!columns.has(column.name)) columns.set(column.name, column);
    tables.set(table.name, { about: tables.get(table.name)?.about ?? table.about, columns });
  }
  const sections = [...tables].map(([name, { about, columns }]) => {
    const rows = [...columns.values()].map((column) => `| \`${column.name}\` | ${column.unit || "-"} | ${column.about} |`);
    const extra = name === "summary" ? ["", "The metrics, those of some scenarios only last:", "", ...metricsTable([results, ...further])] : [];
    return [`## ${name}.csv`, "", about, "", "| column | unit | meaning |", "|---|---|---|", ...rows, ...extra].join("\n");
  });
  return sections.join("\n\n");
}

function metricsTable(all: readonly Results[]): string[] {
  const rows = new Map<string, string>();
  for (const { summary } of all) {
    const [metric = [], unit, about] = ["metric", "unit", "about"].map((name) => texts(summary, name));
    metric.forEach((name, i) => {
      if (!rows.has(name)) rows.set(name, `| \`${name}\` | ${unit?.[i] || "-"} | ${about?.[i]} |`);
    });
  }
  return ["| metric | unit | definition |", "|---|---|---|", ...rows.values()];
}

/** What was measured of each product, in percent of native, with what runs of the model give beside it. */
function modelBesideEvidence(): EvidenceRow[] {
  const percent = (value: number | null): number => (value === null ? Number.NaN : 100 * value);
  return evidenceRows()
    .filter(({ kind }) => kind === "cpu" || kind === "memory" || kind === "mixed-oltp")
    .map(({ product, kind, low, high, medianOfSources, sources }) => ({
      product: hypervisorProfile(product)?.name ?? product,
      kind,
      model: percent(modelledSpeed(product, kind)),
      low: percent(low),
      high: percent(high),
      medianOfSources: percent(medianOfSources),
      sources,
    }));
}

/** The stored ladder as a table, and as a chart. Traces are no part of the project, so it is not climbed anew here. */
function ladderTable({ asPublished, unbound }: Ladder): string {
  const small = (value: number): string => (value === 0 ? "0" : value.toExponential(1));
  const rows = asPublished.flatMap((rung, i) => {
    const other = unbound[i];
    if (other === undefined) throw new Error("the two ladders have different rungs");
    const cells = [rung, other].flatMap((r) => [r.energyKwh.toFixed(1), r.hostsOn.toFixed(1), String(r.migrations), small(r.slav), small(r.esvKwh)]);
    const begins = rung.where === "engine" && asPublished[i - 1]?.where === "profile" ? [`| | **in the main engine** |${" |".repeat(10)}`] : [];
    return [...begins, `| ${i} | ${rung.title} | ${cells.join(" | ")} |`];
  });
  return [
    "| | rung | kWh | hosts | moves | SLAV | ESV | kWh | hosts | moves | SLAV | ESV |",
    "|---|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|",
    `| | | **4 GiB** |${" |".repeat(4)} **never binds** |${" |".repeat(4)}`,
    ...rows,
  ].join("\n");
}

function ladderChart({ day, vms, asPublished, unbound }: Ladder): string {
  const rows = asPublished.map((rung, i) => ({
    title: rung.title,
    first: rung,
    second: unbound[i] ?? rung,
    begins: rung.where === "engine" && asPublished[i - 1]?.where === "profile" ? "main engine" : null,
  }));
  const counts = asPublished.findIndex(({ title }) => title === "Memory counts");
  const [before, after] = [asPublished[counts - 1], asPublished[counts]];
  const times = ((after?.energyKwh ?? Number.NaN) / (before?.energyKwh ?? Number.NaN)).toFixed(1);
  return exportSvg(
    ladderFigure({
      rows,
      first: "hosts of 4 GiB, as published",
      second: "memory never binds",
      title: `Counting memory multiplies the energy of the field's best-known experiment by ${times}`,
      subtitle: `PlanetLab day ${day}, ${vms} VMs, local regression and minimum migration time; each rung changes one thing more`,
    }),
  );
}

/** The price list of the catalogue. */
function pricesTable(): string {
  const rows = priceKeys.map((key) => {
    const { label, amount, low, high, currency, per, year, source, confidence, note } = priceOf(key);
    const range = low === undefined ? "" : ` (${low} to ${high})`;
    return `| \`${key}\` | ${label} | ${amount}${range} | ${currency}${per === "host" ? " a host" : `/${per}`} | ${year} | ${confidence} | ${sources[source]?.cite ?? source}${note ? `; ${note}` : ""} |`;
  });
  return ["| key | what | price | for | year | confidence | source and notes |", "|---|---|--:|---|---|---|---|", ...rows].join("\n");
}

/** The files this script writes, by path, with what belongs in them. */
export async function documents(): Promise<Map<string, string>> {
  const quickstart = await gallery("quickstart");
  const curves = await readyCurves();
  const paper = await readFile(resolve(root, "docs/results.md"), "utf8");
  const ladder = ladderFromJson(await readFile(resolve(root, "docs/ladder.json"), "utf8"));
  const ladderPaper = await readFile(resolve(root, "docs/ladder.md"), "utf8");
  return new Map([
    ["docs/money.md", withPart(await readFile(resolve(root, "docs/money.md"), "utf8"), "prices", pricesTable())],
    ["docs/results.md", withPart(paper, "columns", columnsText(quickstart, await Promise.all(FURTHER_TABLES.map(gallery))))],
    ["docs/ladder.md", withPart(ladderPaper, "ladder", ladderTable(ladder))],
    ["docs/pictures/ladder.svg", ladderChart(ladder)],
    ["docs/pictures/spare-hosts.svg", await availabilityChart()],
    ["docs/pictures/quickstart.svg", exportSvg(runFigures(quickstart).timeline)],
    ["docs/pictures/evidence.svg", exportSvg(evidenceFigure(modelBesideEvidence()))],
    ["docs/cpu.md", withPart(await readFile(resolve(root, "docs/cpu.md"), "utf8"), "ready-curve", readyCurveText(curves))],
    ["docs/pictures/ready-curve.svg", exportSvg(readyCurveFigure(curves))],
    ["docs/pictures/disk-latency.svg", exportSvg(latencyFigure(DEVICES.map(latencyCurve)))],
    ...productPages(),
  ]);
}

if (process.argv[1] && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  for (const folder of ["docs/pictures", "docs/products"]) await mkdir(resolve(root, folder), { recursive: true });
  for (const [path, text] of await documents()) await writeFile(resolve(root, path), text);
}
