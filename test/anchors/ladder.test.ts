/**
 * The ladder from CloudSim's experiment to the default model: its ends are what they claim to be, and what the docs show is what
 * a climb gives. The whole climb takes a minute and is repeated in test/long/ladder.test.ts.
 */
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { publishedRows } from "../../src/compat/cloudsim/published.ts";
import { runCloudSim } from "../../src/compat/cloudsim/run.ts";
import { loadPopulations } from "../../src/node/populations.ts";
import { traceFormats } from "../../src/node/traces.ts";
import { placementPolicies } from "../../src/policy/placement/index.ts";
import { loadScenario } from "../../src/scenario/load.ts";
import type { ResolvedScenario } from "../../src/scenario/resolved.ts";
import { standardCatalogue } from "../../src/scenario/standard.ts";
import { simulate } from "../../src/simulation.ts";
import { rungCount } from "../../src/validation/ladder.ts";
import { ladderFromJson, ladderJson } from "../../src/validation/ladder-data.ts";
import { metric } from "../support/read.ts";
import { planetLabDay, planetLabFile, tracesPresent, whereTraces } from "./cloudsim-traces.ts";

const folder = new URL("../../scenarios/cloudsim-ladder/", import.meta.url);
const names = readdirSync(folder)
  .filter((name) => name.endsWith(".yaml"))
  .sort();
const stored = ladderFromJson(readFileSync(new URL("../../docs/ladder.json", import.meta.url), "utf8"));

function load(name: string, path?: string): ResolvedScenario {
  const catalogue = standardCatalogue(
    placementPolicies.map((p) => p.name),
    traceFormats,
  );
  const set = path === undefined ? [] : [{ path: "vms.vm.load.trace.path", value: JSON.stringify(path) }];
  const loaded = loadScenario(readFileSync(new URL(name, folder), "utf8"), name, catalogue, set);
  if (!loaded.ok) throw new Error(`${name} is not a scenario: ${JSON.stringify(loaded.problems)}`);
  return loaded.scenario;
}

describe("the stored ladder", () => {
  it("begins with what CloudSim 3.0.3 printed for that day and policy", () => {
    const row = publishedRows.find(({ day, detector, selection, keepIdle }) => day === stored.day && detector === "lr" && selection === "mmt" && !keepIdle);
    for (const [rung] of [stored.asPublished, stored.unbound]) {
      expect(rung?.energyKwh.toFixed(5)).toBe(row?.energyKwh.toFixed(5));
      expect(rung?.migrations).toBe(row?.migrations);
      expect(rung?.slatahPercent.toFixed(8)).toBe(row?.slatahPercent.toFixed(8));
      expect(rung?.pdmPercent.toFixed(8)).toBe(row?.pdmPercent.toFixed(8));
    }
  });

  it("has one rung for each quirk and scenario, named as the scenarios are", () => {
    const scenarios = names.map((name) => load(name));
    for (const rungs of [stored.asPublished, stored.unbound]) {
      expect(rungs).toHaveLength(rungCount(scenarios.length));
      const engine = rungs.filter(({ where, sameRun }) => where === "engine" && !sameRun);
      expect(engine.map(({ title, about }) => [title, about])).toEqual(scenarios.map(({ name, about }) => [name, about]));
    }
  });

  it("is read back as it was written", () => {
    expect(ladderFromJson(JSON.stringify(ladderJson(stored)))).toEqual(stored);
  });
});

describe("neighbouring scenarios", () => {
  it("differ in hosts or policies only, never in load or time", () => {
    const [first, ...rest] = names.map((name) => load(name));
    for (const { vms, durationSeconds, seed, admission } of rest) {
      expect({ durationSeconds, seed, admission }).toEqual({ durationSeconds: first?.durationSeconds, seed: first?.seed, admission: first?.admission });
      expect(vms.map(({ workload }) => workload)).toEqual(first?.vms.map(({ workload }) => workload));
    }
  });

  it("of 2021 have as many cores and as much memory as those of 2011", () => {
    const totals = names.map((name) =>
      load(name).hosts.reduce((t, h) => ({ cores: t.cores + h.count * h.cores, mib: t.mib + h.count * h.memoryMiB }), { cores: 0, mib: 0 }),
    );
    for (const total of totals) expect(total).toEqual({ cores: 1600, mib: 3200 * 1024 });
  });
});

describe.skipIf(!tracesPresent)(`the ends of the ladder${whereTraces}`, () => {
  it("the first rung is the profile", () => {
    const run = runCloudSim(planetLabDay(stored.day), { detector: "lr", selection: "mmt" });
    expect(stored.asPublished[0]).toMatchObject({ energyKwh: run.energyKwh, migrations: run.migrations, slatahPercent: run.slatahPercent });
  });

  it("the last is a plain run of its scenario", async () => {
    const scenario = load(names.at(-1) ?? "", fileURLToPath(planetLabFile(stored.day)));
    const results = simulate(scenario, { populations: await loadPopulations(scenario, "") });
    const last = stored.asPublished.at(-1);
    expect(last?.energyKwh).toBeCloseTo(metric(results, "energy_it_kwh"), 9);
    expect(last?.migrations).toBe(metric(results, "migrations"));
    expect(last?.pdmPercent).toBeCloseTo(metric(results, "pdm_pct"), 9);
    expect(last?.slav).toBeCloseTo(metric(results, "slav"), 12);
  });
});
