import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Flow, maxMinRates } from "../../src/sharing/network.ts";

const flow = (links: number[], cap = Number.POSITIVE_INFINITY): Flow => ({ links, cap });

describe("max-min rates over links", () => {
  // Links of SimGrid's cases, MB/s: l1 = 100 (a-b), l2 = 200 (b-d), l3 = 50 (d-f).
  const l1 = 0;
  const l2 = 1;
  const links = [100, 200, 50];

  it("two flows on one link share it (X01)", () => {
    expect([...maxMinRates(links, [flow([l1]), flow([l1])])]).toEqual([50, 50]);
  });
  it("a flow over two links gets its share of the tighter one, the others take what is left (X02)", () => {
    expect([...maxMinRates(links, [flow([l1]), flow([l2]), flow([l1, l2])])]).toEqual([50, 150, 50]);
  });
  it("a capped flow leaves the rest to the others (X04: 10, then 45 each)", () => {
    expect([...maxMinRates(links, [flow([l1], 10), flow([l1]), flow([l1])])]).toEqual([10, 45, 45]);
  });
  it("three flows on l1, one going on over l2: a third each (X05)", () => {
    const rates = maxMinRates(links, [flow([l1]), flow([l1]), flow([l1, l2])]);
    for (const rate of rates) expect(rate).toBeCloseTo(100 / 3, 12);
  });
  it("a flow without bound is an error", () => {
    expect(() => maxMinRates([1], [flow([])])).toThrow(/flow 0 crosses no link/);
  });

  it("is feasible, and nobody can gain without somebody no richer losing", () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 100 }), { minLength: 1, maxLength: 6 }).chain((capacities) =>
          fc.tuple(
            fc.constant(capacities),
            fc.array(
              fc.record({
                links: fc.uniqueArray(fc.integer({ min: 0, max: capacities.length - 1 }), { minLength: 1, maxLength: 3 }),
                cap: fc.oneof(fc.constant(Number.POSITIVE_INFINITY), fc.integer({ min: 1, max: 60 })),
              }),
              { minLength: 1, maxLength: 8 },
            ),
          ),
        ),
        ([capacities, flows]) => {
          const rates = maxMinRates(capacities, flows);
          const used = capacities.map((_, link) => flows.reduce((sum, f, i) => sum + (f.links.includes(link) ? rates[i] : 0), 0));
          for (const [link, capacity] of capacities.entries()) expect(used[link]).toBeLessThanOrEqual(capacity * (1 + 1e-12));
          for (const [i, f] of flows.entries()) {
            if (rates[i] >= f.cap * (1 - 1e-12)) continue;
            // Held back by a full link on which nobody has more.
            const bottleneck = f.links.some(
              (link) => used[link] >= capacities[link] * (1 - 1e-9) && flows.every((g, j) => !g.links.includes(link) || rates[j] <= rates[i] * (1 + 1e-9)),
            );
            expect(bottleneck).toBe(true);
          }
        },
      ),
      { numRuns: 1000 },
    );
  });
});
