/**
 * Every scenario of the gallery, with its summary and fingerprint as stored. A change of any number shows as a difference of
 * text in review. After a change that is meant: UPDATE_GOLDEN=1 npx vitest run test/golden
 *
 * Also: the same twice in a row, and the same when the entries of the file stand in another order.
 */
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { parse, stringify } from "yaml";
import { tablesOf } from "../../src/node/results.ts";
import { loadSeries } from "../../src/node/series.ts";
import { traceFormats } from "../../src/node/traces.ts";
import { placementPolicies } from "../../src/policy/placement/index.ts";
import type { Results } from "../../src/results/results.ts";
import { numbers, texts } from "../../src/results/table.ts";
import { loadScenario } from "../../src/scenario/load.ts";
import type { ResolvedScenario } from "../../src/scenario/resolved.ts";
import { standardCatalogue } from "../../src/scenario/standard.ts";
import { simulate } from "../../src/simulation.ts";

const folder = new URL("../../scenarios/", import.meta.url);
const names = readdirSync(folder).filter((name) => name.endsWith(".yaml"));

function load(text: string, name: string): ResolvedScenario {
  const loaded = loadScenario(
    text,
    name,
    standardCatalogue(
      placementPolicies.map((p) => p.name),
      traceFormats,
    ),
  );
  if (!loaded.ok) throw new Error(`${name} is not a scenario: ${JSON.stringify(loaded.problems)}`);
  return loaded.scenario;
}

const paper = new Map(
  readFileSync(new URL("../../docs/results.md", import.meta.url), "utf8")
    .split(/^## /m)
    .map((section) => [section.split("\n", 1)[0] ?? "", section]),
);

/** Tables, columns and metrics of a run of which docs/results.md says nothing. */
function undocumented(results: Results): string[] {
  const said = (table: string, name: string): boolean => paper.get(`${table}.csv`)?.includes(`\n| \`${name}\` |`) ?? false;
  const columns = tablesOf(results).flatMap((table) => table.columns.filter(({ name }) => !said(table.name, name)).map(({ name }) => `${table.name}.${name}`));
  return [...columns, ...texts(results.summary, "metric").filter((name) => !said("summary", name))];
}

/** The summary to 9 digits: below that engines may differ in the last bits of a logarithm. */
async function digest(scenario: ResolvedScenario): Promise<Record<string, unknown>> {
  const results = simulate(scenario, { series: await loadSeries(scenario, fileURLToPath(folder)) });
  const metrics = texts(results.summary, "metric");
  expect(undocumented(results), "not in docs/results.md: add the scenario to FURTHER_TABLES of scripts/docs.ts, then npm run docs").toEqual([]);
  const values = numbers(results.summary, "value");
  return {
    fingerprint: results.run.fingerprint,
    summary: Object.fromEntries(metrics.map((metric, i) => [metric, Number.isNaN(values[i]) ? null : Number(values[i].toPrecision(9))])),
  };
}

/** The same file with hosts, VMs, events and keys in the opposite order. */
function reversed(text: string): string {
  const turn = (value: unknown): unknown =>
    Array.isArray(value)
      ? value.map(turn)
      : value !== null && typeof value === "object"
        ? Object.fromEntries(
            Object.entries(value)
              .reverse()
              .map(([k, v]) => [k, turn(v)]),
          )
        : value;
  const file = turn(parse(text)) as Record<string, unknown>;
  for (const list of ["hosts", "vms", "events"]) if (Array.isArray(file[list])) (file[list] as unknown[]).reverse();
  return stringify(file);
}

describe("the gallery", () => {
  it("has at least eight scenarios, each with a comment that says what it teaches", () => {
    expect(names.length).toBeGreaterThanOrEqual(8);
    for (const name of names) expect(readFileSync(new URL(name, folder), "utf8").trimStart().startsWith("#"), name).toBe(true);
  });

  it.each(names)("%s gives its stored summary and fingerprint, in any order of its entries, twice", { timeout: 180_000 }, async (name) => {
    const text = readFileSync(new URL(name, folder), "utf8");
    const now = await digest(load(text, name));
    const stored = new URL(name.replace(/\.yaml$/, ".json"), import.meta.url);
    if (process.env.UPDATE_GOLDEN === "1") writeFileSync(stored, `${JSON.stringify(now, null, 2)}\n`);
    expect(existsSync(stored), "no stored result; run with UPDATE_GOLDEN=1").toBe(true);
    expect(now).toEqual(JSON.parse(readFileSync(stored, "utf8")));
    expect(await digest(load(reversed(text), name))).toEqual(now);
  });
});
