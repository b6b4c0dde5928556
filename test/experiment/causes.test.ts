/** What causes a difference and where it turns, by hand. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type BillLine, breakEvens, causesOf } from "../../src/experiment/causes.ts";
import type { Replicated } from "../../src/experiment/replicate.ts";
import type { Reckoning } from "../../src/metrics/accounts/reckoning.ts";

const nothingUsed: Reckoning = { currency: "", seconds: 1, classes: [], money: null, sites: [], use: [], vms: 0, windows: [], equipment: [], creditMoney: 0 };

const replicated = (accounts: Readonly<Record<string, number[]>>): Replicated => ({
  name: "x",
  metrics: new Map(),
  ledgers: new Map([["energy", { unit: "J", accounts: new Map(Object.entries(accounts).map(([name, values]) => [name, Float64Array.from(values)])) }]]),
  fingerprints: Object.values(accounts)[0]?.map(String) ?? [],
  reckoning: nothingUsed,
});

describe("causes of a difference", () => {
  it("are the differences of the accounts, paired, and add up to the whole", () => {
    const baseline = replicated({ idle: [100, 110, 120], "guest work": [50, 50, 50] });
    const option = replicated({ idle: [60, 72, 78], "guest work": [50, 50, 50], migration: [1, 2, 3] });
    const found = causesOf(option, baseline, "energy");
    const of = (account: string) => found?.causes.find((cause) => cause.account === account)?.difference;
    // -40, -38, -42: mean -40, s = 2, half = 4.303 x 2 / sqrt 3 = 4.968.
    expect(of("idle")?.mean).toBeCloseTo(-40, 9);
    expect(of("idle")?.high).toBeCloseTo(-35.03, 2);
    expect(of("guest work")).toMatchObject({ mean: 0, verdict: "same" });
    // The baseline has no such account: 0 there. Mean of 1, 2, 3.
    expect(of("migration")?.mean).toBeCloseTo(2, 9);
    expect(found?.total.mean).toBeCloseTo(-38, 9);
  });

  it("are null for a ledger nobody keeps", () => expect(causesOf(replicated({ a: [1] }), replicated({ a: [1] }), "money")).toBeNull());

  it("add up for any amounts", () => {
    const runs = fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 3, maxLength: 3 });
    fc.assert(
      fc.property(
        fc.dictionary(fc.string({ maxLength: 4 }), runs, { minKeys: 1, maxKeys: 6 }),
        fc.dictionary(fc.string({ maxLength: 4 }), runs, { minKeys: 1, maxKeys: 6 }),
        (a, b) => {
          const found = causesOf(replicated(a), replicated(b), "energy");
          const sum = found?.causes.reduce((all, { difference }) => all + difference.mean, 0) ?? Number.NaN;
          expect(Math.abs(sum - (found?.total.mean ?? 0))).toBeLessThan(1e-2);
        },
      ),
    );
  });
});

describe("break-even", () => {
  it("is the price at which both cost the same", () => {
    // The option saves 60 of energy and costs 27 more of licences: 33 cheaper. Energy: 27 = m x 60, m = 0.45.
    // Licences: m x 27 = 60, m = 2.222.
    const lines: BillLine[] = [
      { name: "energy", baseline: 200, option: 140 },
      { name: "licences", baseline: 100, option: 127 },
      { name: "staff", baseline: 50, option: 50 },
    ];
    const found = breakEvens(lines);
    expect(found.map(({ name, aboveIt }) => [name, aboveIt])).toEqual([
      ["energy", "option"],
      ["licences", "baseline"],
    ]);
    expect(found[0]?.factor).toBeCloseTo(0.45, 12);
    expect(found[1]?.factor).toBeCloseTo(60 / 27, 12);
  });

  it("does not exist where one is cheaper at any price", () => {
    expect(breakEvens([{ name: "energy", baseline: 200, option: 140 }])).toEqual([]);
    expect(
      breakEvens([
        { name: "energy", baseline: 200, option: 140 },
        { name: "licences", baseline: 100, option: 90 },
      ]),
    ).toEqual([]);
  });

  it("makes the bills equal when it is put in", () => {
    const amount = fc.double({ min: 0, max: 1e6, noNaN: true });
    fc.assert(
      fc.property(fc.array(fc.record({ baseline: amount, option: amount }), { minLength: 2, maxLength: 6 }), (bill) => {
        const lines = bill.map((line, i) => ({ name: String(i), ...line }));
        for (const { name, factor } of breakEvens(lines)) {
          const cost = (side: "baseline" | "option"): number => lines.reduce((sum, line) => sum + line[side] * (line.name === name ? factor : 1), 0);
          expect(Math.abs(cost("option") - cost("baseline"))).toBeLessThanOrEqual(1e-6 * (1 + Math.abs(cost("baseline"))));
        }
      }),
    );
  });
});
