/** Intervals and paired differences by hand. */
import { describe, expect, it } from "vitest";
import { compareOptions, usualMetrics } from "../../src/experiment/comparison.ts";
import { type Option, replicate, seedsOf } from "../../src/experiment/replicate.ts";
import { estimate, pairedDifference } from "../../src/experiment/statistics.ts";
import { host, scenario, vm } from "../support/build.ts";

describe("a mean and its interval", () => {
  it("of 4, 6, 8: s = 2, 4.303 x 2 / sqrt(3)", () => {
    expect(estimate([4, 6, 8]).mean).toBe(6);
    expect(estimate([4, 6, 8]).half).toBeCloseTo((4.30265273 * 2) / Math.sqrt(3), 7);
  });
  it("has no width for one value, and none is measured where one is missing", () => {
    expect(estimate([5])).toEqual({ mean: 5, half: Number.NaN });
    expect(estimate([5, Number.NaN]).mean).toBeNaN();
  });
});

describe("a paired difference", () => {
  it("takes out what both share: 101 - 100, 202 - 200, 303 - 300 is 2 +- 4.303 x 1 / sqrt(3) although the values spread by 100", () => {
    const { mean, low, high, base, verdict } = pairedDifference([101, 202, 303], [100, 200, 300]);
    const half = 4.30265273 / Math.sqrt(3);
    expect([mean, base]).toEqual([2, 200]);
    expect(low).toBeCloseTo(2 - half, 7);
    expect(high).toBeCloseTo(2 + half, 7);
    expect(verdict).toBe("cannot tell");
  });
  it.each([
    ["more", [102, 202, 302.1], [100, 200, 300]],
    ["less", [98, 198, 297.9], [100, 200, 300]],
    ["cannot tell", [101, 199, 300], [100, 200, 300]],
    ["same", [100, 200, 300], [100, 200, 300]],
    ["same", [100 + 1e-9, 200, 300 - 1e-9], [100, 200, 300]],
    ["one run", [101], [100]],
    ["not measured", [Number.NaN, 1], [1, 1]],
  ] as const)("says %s", (verdict, values, baseline) => {
    expect(pairedDifference(values, baseline).verdict).toBe(verdict);
  });
  it("is exact where there is no luck: three times 5 more than 7", () => {
    expect(pairedDifference([12, 12, 12], [7, 7, 7])).toEqual({ mean: 5, low: 5, high: 5, base: 7, verdict: "more" });
  });
  it("pairs only what belongs together", () => {
    expect(() => pairedDifference([1, 2], [1])).toThrow("2 replications cannot be paired with 1");
  });
});

/** Cloud VMs of a generator on hosts of 8 cores that draw `idle` to 200 W. */
const option = (name: string, idleWatts: number): Option => ({
  name,
  scenario: scenario({
    durationSeconds: 7200,
    hosts: [host({ count: 3, cores: 8, coreMHz: 2000, power: { model: "linear", idleWatts, fullWatts: 200, offWatts: 0 } })],
    vms: [vm({ name: "web", count: 20, vcpus: 1, memoryMiB: 1024, arrival: null, workload: { kind: "generator", profile: "enterprise", options: {} } })],
  }),
  inputs: {},
});

describe("replications", () => {
  const seeds = seedsOf("7", 4);
  it("have the seeds 7/1 to 7/4, and each its own luck", () => {
    expect(seeds).toEqual(["7/1", "7/2", "7/3", "7/4"]);
    expect(new Set(replicate(option("a", 100), seeds).fingerprints).size).toBe(4);
  });

  it("share their luck between options: hosts that idle at 50 W less save exactly 3 x 50 W x (1 - u) x 2 h each time", () => {
    const runs = [option("a", 100), option("b", 50)].map((o) => replicate(o, seeds));
    const { options, luckless } = compareOptions(runs, seeds, ["energy_it_kwh", "utilisation_pct"]);
    const [energy, load] = options[1]?.figures ?? [];
    expect(load?.difference?.verdict).toBe("same");
    expect(energy?.difference?.verdict).toBe("less");
    expect(luckless).toBe(false);
    // P = idle + (200 - idle) u, so the saving is 50 (1 - u) a host.
    const saved = Array.from(load?.values ?? [], (percent) => (3 * 50 * (1 - percent / 100) * 2) / 1000);
    expect(energy?.difference?.mean).toBeCloseTo(-saved.reduce((a, b) => a + b, 0) / 4, 9);
    // The options' own intervals are far wider than that of the difference.
    expect((energy?.difference?.high ?? 0) - (energy?.difference?.low ?? 0)).toBeLessThan(0.6 * 2 * (energy?.half ?? 0));
  });

  it("are the same again", () => {
    expect(replicate(option("a", 100), seeds)).toEqual(replicate(option("a", 100), seeds));
  });

  it("tell a scenario without luck", () => {
    const fixed: Option = { name: "fixed", scenario: scenario({ durationSeconds: 60 }), inputs: {} };
    expect(compareOptions([replicate(fixed, seeds)], seeds, ["energy_it_kwh"]).luckless).toBe(true);
  });

  it("tell figures that only some options have from differences: failures on one side only", () => {
    const [first, second] = [option("a", 100), option("b", 100)].map((o) => replicate(o, seeds));
    if (!first || !second) throw new Error("no runs");
    const failing = { ...second, metrics: new Map([...second.metrics, ["failures", { unit: "", about: "", values: Float64Array.of(1, 2, 3, 4) }]]) };
    for (const runs of [
      [first, failing],
      [failing, first],
    ]) {
      const { options } = compareOptions(runs, seeds, ["failures"]);
      expect(options[1]?.figures[0]?.difference?.verdict).toBe("not measured");
    }
    expect(() => compareOptions([first, second], seeds, ["failures"])).toThrow('there is no figure "failures" in the summary');
  });

  it("show the figures in which options differ, and energy and waiting always", () => {
    const runs = [option("a", 100), option("b", 50)].map((o) => replicate(o, seeds));
    expect(usualMetrics(runs)).toEqual(["energy_facility_kwh", "ready_pct_p95"]);
    expect(() => compareOptions(runs, seeds, ["energy"])).toThrow('there is no figure "energy" in the summary');
  });
});
