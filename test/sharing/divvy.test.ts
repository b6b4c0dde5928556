import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { divvy, divvyInto, type Entry } from "../../src/sharing/divvy.ts";

// ---------------------------------------------------------------------------------------------------------------------
// Hand cases. Each says the claim, the numbers, and why.

describe("without contention", () => {
  it("each gets what it asks for, bit for bit, and the rest of the capacity stays unused", () => {
    expect(divvy(1, [{ demand: 0.1 }, { demand: 0.2 }, { demand: 0.3, weight: 100 }])).toEqual([0.1, 0.2, 0.3]);
    expect(divvy(Infinity, [{ demand: 3 }, { demand: 1e300 }])).toEqual([3, 1e300]);
  });

  it("a ceiling holds although there is capacity", () => {
    expect(divvy(10, [{ demand: 5, ceiling: 2 }, { demand: 1 }])).toEqual([2, 1]);
  });

  it("a floor gives nobody more than it asks for", () => {
    expect(divvy(10, [{ demand: 1, floor: 5 }, { demand: 2 }])).toEqual([1, 2]);
  });

  it("nobody there, nothing given; no capacity, nothing given", () => {
    expect(divvy(4, [])).toEqual([]);
    expect(divvy(0, [{ demand: 1, floor: 1 }, { demand: 2 }])).toEqual([0, 0]);
  });
});

describe("weighted max-min", () => {
  it("six equal tasks on four cores get 4/6 of a core each, to the last bit", () => {
    // SimGrid case C04: rates 4/6, so 1e9 units of work at 1e9 a core-second end at 1.5 s.
    expect(
      divvy(
        4,
        Array.from({ length: 6 }, () => ({ demand: 1 })),
      ),
    ).toEqual(new Array(6).fill(4 / 6));
  });

  it("weights 1 and 2 share one core 1/3 to 2/3", () => {
    // SimGrid case C05: B ends at 1 / (2/3) = 1.5 s, A then runs alone and ends at 2 s.
    expect(divvy(1, [{ demand: 1 }, { demand: 1, weight: 2 }])).toEqual([1 / 3, 2 / 3]);
  });

  it("what a bounded one cannot use goes to the other", () => {
    // SimGrid case C06: A at most 0.25, B takes the remaining 0.75 and ends at 1.333 s.
    expect(divvy(1, [{ demand: 1, ceiling: 0.25 }, { demand: 1 }])).toEqual([0.25, 0.75]);
  });

  it("a task of three threads counts three times: five threads on four cores, 0.8 each", () => {
    // SimGrid case C08: weights 3, 1, 1; level 4/5; A gets 2.4, B and C 0.8, so all end at 1 / 0.8 = 1.25 s.
    expect(divvy(4, [{ demand: 3, weight: 3 }, { demand: 1 }, { demand: 1 }])).toEqual([12 / 5, 4 / 5, 4 / 5]);
  });

  it("a VM with two busy vCPUs weighs two against a VM with one", () => {
    // SimGrid case V04: two cores, weights 2 and 1, wants 2 and 1: 4/3 and 2/3, so each of the three tasks runs at 2/3.
    expect(divvy(2, [{ demand: 2, weight: 2 }, { demand: 1 }])).toEqual([4 / 3, 2 / 3]);
  });

  it("capacity released by small demands is shared again, step by step", () => {
    // 10 among 1, 3, 9, 9: level first 2.5, so 1 is full; 9 among three: level 3, so 3 is just full; 6 among two: 3 each.
    expect(divvy(10, [{ demand: 9 }, { demand: 1 }, { demand: 3 }, { demand: 9 }])).toEqual([3, 1, 3, 3]);
    // 10 among 1, 2, 9, 9: 1 and 2 are full, 7 among two.
    expect(divvy(10, [{ demand: 1 }, { demand: 2 }, { demand: 9 }, { demand: 9 }])).toEqual([1, 2, 3.5, 3.5]);
  });

  it("endless demands share a finite capacity", () => {
    expect(divvy(3, [{ demand: Infinity }, { demand: Infinity, weight: 2 }])).toEqual([1, 2]);
    expect(divvy(3, [{ demand: Infinity }, { demand: 0.5 }])).toEqual([2.5, 0.5]);
  });

  it("alone, one gets the whole capacity exactly, whatever its weight", () => {
    expect(divvy(0.7, [{ demand: 1, weight: 0.1 }])).toEqual([0.7]);
  });
});

describe("shares, reservation and limit as ESXi counts them (MHz)", () => {
  it("8 GHz: two VMs of normal shares get 4 each; with a third of high shares 2, 2 and 4", () => {
    // VMware, vSphere Resource Management, "Resource Allocation Shares": normal 1000 a vCPU, high 2000.
    const normal: Entry = { demand: 8000, weight: 1000 };
    expect(divvy(8000, [normal, normal])).toEqual([4000, 4000]);
    expect(divvy(8000, [normal, normal, { demand: 8000, weight: 2000 }])).toEqual([2000, 2000, 4000]);
  });

  it("a reservation above the fair share is kept, and the others share the rest", () => {
    // Fair shares of 6000 among three: 2000. The first is sure of 3000; 3000 remain for two.
    const other: Entry = { demand: 6000, weight: 1000 };
    expect(divvy(6000, [{ ...other, floor: 3000 }, other, other])).toEqual([3000, 1500, 1500]);
  });

  it("a reservation below the fair share changes nothing", () => {
    const other: Entry = { demand: 6000, weight: 1000 };
    expect(divvy(6000, [{ ...other, floor: 1900 }, other, other])).toEqual([2000, 2000, 2000]);
  });

  it("reservation, shares and limit together", () => {
    // 9000. A: shares 2000, limit 2500. B: shares 1000, reserved 3000. C: shares 1000. All want 9000.
    // Level without bounds 2.25 a share: A 4500 > 2500, B 2250 < 3000. A at 2500 and B at 3000 leave 3500 for C, which is
    // 3.5 a share: above A's 1.25 (A is full) and above B's 3 (so B rises too): B and C share 6500, 3250 each.
    const all = [
      { demand: 9000, weight: 2000, ceiling: 2500 },
      { demand: 9000, weight: 1000, floor: 3000 },
      { demand: 9000, weight: 1000 },
    ];
    expect(divvy(9000, all)).toEqual([2500, 3250, 3250]);
  });

  it("reservations that do not fit together are scaled down by one factor", () => {
    // 12 reserved of 8: factor 2/3. A reservation counts only as far as it is wanted: the third wants 3 of its 6.
    const shares = divvy(8, [{ demand: 9, floor: 6, weight: 5 }, { demand: 9, floor: 3 }, { demand: 3, floor: 6 }, { demand: 9 }]);
    for (const [i, expected] of [4, 2, 2, 0].entries()) expect(shares[i]).toBeCloseTo(expected, 12);
  });

  it("reservations that just fit are given exactly, and nothing is left for shares", () => {
    expect(
      divvy(9, [
        { demand: 9, floor: 6 },
        { demand: 9, floor: 3 },
        { demand: 9, weight: 1e6 },
      ]),
    ).toEqual([6, 3, 0]);
  });
});

describe("weight 0", () => {
  it("gets its floor and no more while others want", () => {
    expect(divvy(10, [{ demand: 9 }, { demand: 9 }, { demand: 5, weight: 0, floor: 2 }, { demand: 5, weight: 0 }])).toEqual([4, 4, 2, 0]);
  });

  it("gets what the others leave, in proportion to want", () => {
    // 10 - 4 = 6 among wants of 8 and 4: 4 and 2.
    expect(divvy(10, [{ demand: 4 }, { demand: 8, weight: 0 }, { demand: 4, weight: 0 }])).toEqual([4, 4, 2]);
    expect(divvy(10, [{ demand: 20, weight: 0 }])).toEqual([10]);
  });
});

describe("the column form", () => {
  it("returns the sum given, touches only the first entries, and may write over the demands", () => {
    const demand = Float64Array.of(3, 3, 99);
    const weight = Float64Array.of(1, 1, 1);
    expect(divvyInto(4, 2, demand, weight, null, null, demand)).toBe(4);
    expect([...demand]).toEqual([2, 2, 99]);
    expect(divvyInto(10, 2, demand, weight, null, null, demand)).toBe(4);
    expect([...demand]).toEqual([2, 2, 99]);
  });

  it("takes more entries than its scratch had room for", () => {
    const n = 10_000;
    // Demands 1 .. n of capacity n^2 / 4.
    const demand = Float64Array.from({ length: n }, (_, i) => ((i * 7919) % n) + 1);
    const out = new Float64Array(n);
    expect(divvyInto((n * n) / 4, n, demand, new Float64Array(n).fill(1), null, null, out)).toBe((n * n) / 4);
    // At a whole level k: k (k + 1) / 2 + (n - k) k = n^2 / 4, so k = n + 1/2 - sqrt((n + 1/2)^2 - n^2 / 2); rounded down,
    // those up to k are full and the others share the rest.
    const k = Math.floor(n + 0.5 - Math.sqrt((n + 0.5) ** 2 - (n * n) / 2));
    const level = ((n * n) / 4 - (k * (k + 1)) / 2) / (n - k);
    for (let i = 0; i < n; i++) expect(out[i]).toBeCloseTo(Math.min(demand[i], level), 8);
  });
});

describe("errors", () => {
  it("name entry and field", () => {
    expect(() => divvy(-1, [])).toThrow("divvy: capacity is -1; it must be a number of 0 or more");
    expect(() => divvy(1, [{ demand: 1 }, { demand: NaN }])).toThrow("demand of entry 1 is NaN");
    expect(() => divvy(1, [{ demand: 1, weight: -2 }])).toThrow("weight of entry 0 is -2; it must be a finite number of 0 or more");
    expect(() => divvy(1, [{ demand: 1, weight: Infinity }])).toThrow("weight of entry 0 is Infinity");
    expect(() => divvy(1, [{ demand: 1, floor: Infinity }])).toThrow("floor of entry 0 is Infinity");
    expect(() => divvy(1, [{ demand: 1, ceiling: -0.5 }])).toThrow("ceiling of entry 0 is -0.5");
    const one = Float64Array.of(1);
    const none = Float64Array.of(NaN);
    expect(() => divvyInto(0.5, 1, none, one, null, null, one.slice())).toThrow("cannot share 0.5 among demands that sum to NaN");
    expect(() => divvyInto(0.5, 1, one, one, none, null, one.slice())).toThrow("a floor is not a number");
  });
});

// ---------------------------------------------------------------------------------------------------------------------
// Laws, over random entries with many ties, zeros and both tight and loose capacities.

const amount = fc.oneof(fc.integer({ min: 0, max: 8 }), fc.double({ min: 1e-6, max: 1000, noNaN: true }));
const weightArbitrary = fc.oneof(
  { weight: 4, arbitrary: fc.integer({ min: 1, max: 4 }) },
  { weight: 2, arbitrary: fc.double({ min: 0.001, max: 1000, noNaN: true }) },
  { weight: 1, arbitrary: fc.constant(0) },
);
const entryArbitrary: fc.Arbitrary<Required<Entry>> = fc.record({
  demand: amount,
  weight: weightArbitrary,
  floor: fc.oneof(fc.constant(0), amount),
  ceiling: fc.oneof(fc.constant(Infinity), amount),
});
const entriesArbitrary = fc.oneof(
  { weight: 4, arbitrary: fc.array(entryArbitrary, { minLength: 1, maxLength: 12 }) },
  { weight: 1, arbitrary: fc.array(entryArbitrary, { minLength: 40, maxLength: 90 }) },
);
/** Entries and a capacity between nothing and more than all want. */
const caseArbitrary = fc.tuple(entriesArbitrary, fc.oneof(fc.constant(0), fc.double({ min: 1e-6, max: 1.2, noNaN: true }))).map(([entries, part]) => ({
  entries,
  capacity: part * sum(entries.map(wantOf)),
}));

const wantOf = (e: Required<Entry>): number => Math.min(e.demand, e.ceiling);
const baseOf = (e: Required<Entry>): number => Math.min(e.floor, wantOf(e));
const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
/** Rounding: a few hundred additions and divisions of doubles err by less than 1e-12 of the largest amount around. */
const slack = (capacity: number): number => 1e-12 * Math.max(capacity, 1e-300) * 4;
const runs = { numRuns: 3000, seed: 77 };

describe("laws", () => {
  it("feasible and work-conserving: the sum is the capacity, or all wants where they fit", () => {
    fc.assert(
      fc.property(caseArbitrary, ({ entries, capacity }) => {
        const wanted = sum(entries.map(wantOf));
        const shares = divvy(capacity, entries);
        if (wanted <= capacity) expect(shares).toEqual(entries.map(wantOf));
        else expect(Math.abs(sum(shares) - capacity)).toBeLessThanOrEqual(slack(capacity));
      }),
      runs,
    );
  });

  it("nobody gets more than it wants, nor less than its floor where all floors fit", () => {
    fc.assert(
      fc.property(caseArbitrary, ({ entries, capacity }) => {
        const shares = divvy(capacity, entries);
        const floorsFit = sum(entries.map(baseOf)) <= capacity;
        const broken = entries.filter((e, i) => !(shares[i] >= 0 && shares[i] <= wantOf(e) && (!floorsFit || shares[i] >= baseOf(e))));
        expect(broken).toEqual([]);
      }),
      runs,
    );
  });

  it("weighted max-min: whoever has less than it wants has no less per weight than anybody above its floor", () => {
    fc.assert(
      fc.property(caseArbitrary, ({ entries, capacity }) => {
        fc.pre(sum(entries.map(baseOf)) <= capacity);
        const shares = divvy(capacity, entries);
        const weighted = entries.map((e, i) => ({ e, share: shares[i] })).filter(({ e }) => e.weight > 0);
        const hungry = weighted.filter(({ e, share }) => share < wantOf(e)).map(({ e, share }) => share / e.weight);
        const givers = weighted.filter(({ e, share }) => share > baseOf(e)).map(({ e, share }) => share / e.weight);
        if (hungry.length > 0 && givers.length > 0) expect(Math.min(...hungry)).toBeGreaterThanOrEqual(Math.max(...givers) * (1 - 1e-9));
        // Those without weight are above their floors only when nobody with weight is hungry.
        const extra = entries.some((e, i) => e.weight === 0 && shares[i] > baseOf(e));
        if (hungry.length > 0) expect(extra).toBe(false);
      }),
      runs,
    );
  });

  it("agrees with the definition solved another way: bisection of the level", () => {
    const level = (capacity: number, entries: readonly Required<Entry>[]): number[] => {
      const at = (x: number): number[] => entries.map((e) => Math.min(Math.max(e.weight * x, baseOf(e)), wantOf(e)));
      let low = 0;
      let high = 1e7;
      for (let i = 0; i < 200; i++) {
        const middle = (low + high) / 2;
        if (sum(at(middle)) > capacity) high = middle;
        else low = middle;
      }
      return at(low);
    };
    fc.assert(
      fc.property(caseArbitrary, ({ entries, capacity }) => {
        fc.pre(entries.every((e) => e.weight > 0) && sum(entries.map(baseOf)) <= capacity && sum(entries.map(wantOf)) > capacity);
        const shares = divvy(capacity, entries);
        const expected = level(capacity, entries);
        const worst = Math.max(...shares.map((share, i) => Math.abs(share - expected[i])));
        expect(worst).toBeLessThanOrEqual(1e-9 * capacity);
      }),
      runs,
    );
  });

  it("does not depend on the order of the entries", () => {
    fc.assert(
      fc.property(caseArbitrary, fc.infiniteStream(fc.nat()), ({ entries, capacity }, random) => {
        const order = entries
          .map((_, i) => ({ i, key: random.next().value as number }))
          .sort((x, y) => x.key - y.key || y.i - x.i)
          .map(({ i }) => i);
        const shares = divvy(capacity, entries);
        const shuffled = divvy(
          capacity,
          order.map((i) => entries[i]),
        );
        const worst = Math.max(...order.map((i, k) => Math.abs(shuffled[k] - shares[i])));
        expect(worst).toBeLessThanOrEqual(slack(capacity));
      }),
      runs,
    );
  });

  it("scales with the unit (exactly for powers of two), and knows only ratios of weights", () => {
    fc.assert(
      fc.property(caseArbitrary, fc.integer({ min: -20, max: 20 }), ({ entries, capacity }, exponent) => {
        const factor = 2 ** exponent;
        const shares = divvy(capacity, entries);
        const scaled = entries.map((e) => ({ ...e, demand: e.demand * factor, floor: e.floor * factor, ceiling: e.ceiling * factor }));
        const heavier = entries.map((e) => ({ ...e, weight: e.weight * factor }));
        expect(divvy(capacity * factor, scaled)).toEqual(shares.map((share) => share * factor));
        expect(divvy(capacity, heavier)).toEqual(shares);
      }),
      runs,
    );
  });

  it("gives nobody less when there is more to share, where all floors fit", () => {
    fc.assert(
      fc.property(caseArbitrary, fc.double({ min: 1e-6, max: 1, noNaN: true }), ({ entries, capacity }, part) => {
        fc.pre(sum(entries.map(baseOf)) <= capacity * part);
        const less = divvy(capacity * part, entries);
        const more = divvy(capacity, entries);
        expect(Math.max(...less.map((share, i) => share - more[i]))).toBeLessThanOrEqual(slack(capacity));
      }),
      runs,
    );
  });
});
