/** Transfers that are shared anew only where they meet end when they would if all of them were shared anew at every change. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Kernel } from "../../src/kernel/kernel.ts";
import { Flows } from "../../src/model/flows.ts";
import { maxMinRates } from "../../src/sharing/network.ts";

interface Plan {
  readonly at: number;
  readonly from: number;
  readonly to: number;
  readonly mib: number;
  readonly cap: number;
  /** Broken off so long after its start; Infinity = never. */
  readonly until: number;
}

/** The plain way: at every start and end all rates are solved anew. Ends by plan; NaN for those broken off. */
function plainEnds(plans: readonly Plan[], capacity: Float64Array): number[] {
  const left = plans.map((p) => p.mib);
  const ends = plans.map(() => Number.NaN);
  const toCome = new Set(plans.keys());
  const open = new Set<number>();
  let now = 0;
  while (toCome.size + open.size > 0) {
    const list = [...open];
    const rates = maxMinRates(
      [...capacity, ...capacity],
      list.map((i) => ({ links: [plans[i].from, capacity.length + plans[i].to], cap: plans[i].cap })),
    );
    const end = list.map((i, k) => now + left[i] / rates[k]);
    const broken = (i: number): number => plans[i].at + plans[i].until;
    const next = Math.min(...end, ...list.map(broken), ...Array.from(toCome, (i) => plans[i].at));
    for (const [k, i] of list.entries()) {
      left[i] -= rates[k] * (next - now);
      if (end[k] === next) ends[i] = next;
      if (end[k] === next || broken(i) === next) open.delete(i);
    }
    for (const i of toCome) {
      if (plans[i].at !== next) continue;
      toCome.delete(i);
      open.add(i);
    }
    now = next;
  }
  return ends;
}

const HOSTS = 6;
const plan = fc.record({
  at: fc.integer({ min: 1, max: 40 }),
  from: fc.integer({ min: 0, max: HOSTS - 1 }),
  to: fc.integer({ min: 0, max: HOSTS - 1 }),
  mib: fc.double({ min: 1, max: 5000, noNaN: true }),
  cap: fc.constantFrom(Number.POSITIVE_INFINITY, 30, 64, 128),
  until: fc.constantFrom(Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY, 7.25),
});

describe("transfers", () => {
  it("end as in the plain way, for any starts, caps, cards and breaks", () => {
    fc.assert(
      fc.property(fc.array(plan, { maxLength: 25 }), fc.array(fc.constantFrom(60, 119, 596), { minLength: HOSTS, maxLength: HOSTS }), (drawn, cards) => {
        const plans = drawn.filter((p) => p.from !== p.to);
        const capacity = Float64Array.from(cards);
        const kernel = new Kernel();
        const flows = new Flows(kernel, capacity, 2, 1);
        const ends = plans.map(() => Number.NaN);
        const ids: number[] = [];
        kernel.on(2, (i) => {
          const { from, to, mib, cap } = plans[i];
          ids[i] = flows.start(from, to, mib, cap, () => {
            ends[i] = kernel.now;
          });
        });
        kernel.on(3, (i) => flows.cancel(ids[i]));
        for (const [i, p] of plans.entries()) {
          kernel.schedule(p.at, 2, 2, i);
          if (p.until < Number.POSITIVE_INFINITY) kernel.schedule(p.at + p.until, 2, 3, i);
        }
        kernel.run();
        const plain = plainEnds(plans, capacity);
        for (const [i, end] of ends.entries()) {
          if (Number.isNaN(plain[i])) expect(end).toBeNaN();
          else expect(Math.abs(end - plain[i])).toBeLessThan(1e-6 * plain[i]);
        }
      }),
      { numRuns: 500 },
    );
  });
});
