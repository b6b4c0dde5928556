/**
 * CloudSim 3.0.3's PlanetLab experiment: every figure it prints, equal to the last digit.
 */
import { describe, expect, it } from "vitest";
import { publishedRows } from "../../src/compat/cloudsim/published.ts";
import { differences } from "../../src/compat/cloudsim/report.ts";
import { runCloudSim } from "../../src/compat/cloudsim/run.ts";
import { repeatDay } from "../../src/compat/cloudsim/trace.ts";
import { planetLabDay, tracesPresent, whereTraces } from "./cloudsim-traces.ts";

const exact = publishedRows.filter((row) => row.selection !== "rs");
const samples = publishedRows.filter((row) => row.selection === "rs");

describe.skipIf(!tracesPresent)(`CloudSim 3.0.3 on PlanetLab days${whereTraces}`, () => {
  it.each(exact)("$day $detector $selection (idle kept: $keepIdle) is equal in every printed digit", (row) => {
    const { detector, parameter, keepIdle } = row;
    const selection = row.selection === "none" ? "mmt" : row.selection;
    const result = runCloudSim(planetLabDay(row.day), { detector, selection, keepIdle, ...(Number.isNaN(parameter) ? {} : { parameter }) });
    expect(differences(result, row)).toEqual([]);
  });

  it.each(samples)("$day $detector rs: CloudSim's one sample lies within the range of 20 seeds, or one range width of it", (row) => {
    const runs = Array.from({ length: 20 }, (_, seed) => runCloudSim(planetLabDay(row.day), { detector: row.detector, selection: "rs", seed: `${seed}` }));
    for (const figure of ["energyKwh", "migrations", "slatahPercent", "pdmPercent"] as const) {
      const values = runs.map((run) => run[figure]);
      const least = Math.min(...values);
      const most = Math.max(...values);
      expect(row[figure]).toBeGreaterThan(least - (most - least));
      expect(row[figure]).toBeLessThan(most + (most - least));
    }
  });

  // The published traces' notes count VMs with two zero samples in a row after sample 0: those CloudSim destroys.
  it.each([
    ["20110303", 532],
    ["20110306", 523],
    ["20110309", 782],
    ["20110420", 634],
  ])("%s loses %i VMs to the rule that destroys idle ones", (day, count) => {
    expect(runCloudSim(planetLabDay(day), { detector: "dvfs" }).destroyedVms).toBe(count);
  });

  it("is the same run after run in one process", () => {
    const first = runCloudSim(planetLabDay("20110306"), { detector: "lr" });
    expect(runCloudSim(planetLabDay("20110306"), { detector: "lr" })).toEqual(first);
  });

  it("runs three copies of a day on 2,400 hosts with every VM accounted for", () => {
    const single = runCloudSim(planetLabDay("20110303"), { detector: "thr" });
    const triple = runCloudSim(repeatDay(planetLabDay("20110303"), 3), { detector: "thr", hosts: 2400 });
    expect(triple.vms).toBe(3 * single.vms);
    // Which VMs are destroyed depends on their traces alone.
    expect(triple.destroyedVms).toBe(3 * single.destroyedVms);
  });
});
