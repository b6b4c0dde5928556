/** Where two options cost the same, and what makes two runs differ. */
import { describe, expect, it } from "vitest";
import { breakEven } from "../../src/experiment/break-even.ts";
import { ledgerDifference } from "../../src/experiment/difference.ts";
import { simulate } from "../../src/simulation.ts";
import { host, scenario, siteOf, vm } from "../support/build.ts";
import { metric } from "../support/read.ts";

describe("break-even", () => {
  it.each([
    // Option two saves 100 kWh and costs 9 more: 9 - 100 p.
    ["pays above 0.09", (p: number) => 9 - 100 * p, 0, 1, { kind: "at", paysAbove: true, value: 0.09 }],
    ["pays below 2", (p: number) => 3 * p - 6, 0.1, 0.2, { kind: "at", paysAbove: false, value: 2 }],
    ["beyond the two values it was solved from", (p: number) => 50 - p, 1, 2, { kind: "at", value: 50 }],
    ["costs the same more whatever the price", () => 7, 0, 1, { kind: "never", difference: 7 }],
    ["costs the same", () => 0, 0, 1, { kind: "never", difference: 0 }],
  ] as const)("%s", (_what, difference, low, high, expected) => {
    const found = breakEven(difference, low, high);
    expect(found).toMatchObject({ ...expected, ...("value" in expected ? { value: expect.closeTo(expected.value, 12) as number } : {}) });
  });
  it("says where the difference is no straight line", () => {
    expect(breakEven((p) => p * p - 1, 0, 2)).toMatchObject({ kind: "not linear" });
    expect(() => breakEven((p) => p, 1, 1)).toThrow(/the first must be less/);
  });
  it("of two runs, in the price of electricity", () => {
    // One host of 200 W fewer, whose work costs 12 EUR in the 10 hours: 2 kWh x p = 12 EUR at 6 EUR/kWh.
    const cost = (hosts: number, perKwh: number): number =>
      metric(
        simulate(
          scenario({
            durationSeconds: 36_000,
            sites: [siteOf({ electricity: { perKwh, currency: "EUR" } })],
            hosts: [host({ count: hosts, power: { model: "constant", watts: 200, offWatts: 0 } })],
          }),
        ),
        "cost_energy",
      );
    const found = breakEven((p) => cost(1, p) + 12 - cost(2, p), 0.1, 0.5);
    expect(found).toMatchObject({ kind: "at", paysAbove: true, value: expect.closeTo(6, 9) as number });
  });
});

describe("the difference of two ledgers", () => {
  const run = (count: number, pue: number) => simulate(scenario({ durationSeconds: 3600, sites: [siteOf({ pue })], hosts: [host({ count })], vms: [vm()] }));
  it("goes from the first total to the second account by account", () => {
    // Idle 100 W an hour each: 360 kJ. Cooling half of it, then a fifth.
    const found = ledgerDifference(run(2, 1.5), run(1, 1.2), "energy");
    expect(found).toMatchObject({ ledger: "energy", unit: "J", first: expect.closeTo(1_080_000, 6) as number, second: expect.closeTo(432_000, 6) as number });
    const of = (account: string) => found?.steps.find((step) => step.account === account)?.difference;
    expect(of("idle")).toBeCloseTo(-360_000, 6);
    expect(of("cooling")).toBeCloseTo(72_000 - 360_000, 6);
    expect(found?.steps.reduce((sum, { difference }) => sum + difference, 0)).toBeCloseTo(432_000 - 1_080_000, 6);
  });
  it("is nothing where neither has the ledger", () => {
    expect(ledgerDifference(run(1, 1), run(1, 1), "money")).toBeUndefined();
  });
});
