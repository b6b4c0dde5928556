/** The index of power rises finds what looking at all hosts in order finds: least rise, then lowest number. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createHosts } from "../../src/model/hosts.ts";
import { RiseIndex } from "../../src/model/rise-index.ts";
import type { PowerSpec } from "../../src/model/spec.ts";
import { microwatts } from "../../src/policy/placement.ts";
import { host } from "../support/build.ts";

const CPU_MHZ = 8000;
const powers: PowerSpec[] = [
  { model: "spec", watts: [46, 62.1, 71.9, 81.6, 91.4, 102, 114, 129, 145, 163, 183], offWatts: 5 },
  { model: "spec", watts: [58, 103, 122, 143, 164, 182, 199, 216, 231, 247, 272], offWatts: 5 },
  { model: "linear", idleWatts: 80, fullWatts: 200, offWatts: 0 },
  { model: "cubic", idleWatts: 50, fullWatts: 200, offWatts: 0 },
  { model: "square-root", idleWatts: 50, fullWatts: 200, offWatts: 0 },
  { model: "constant", watts: 100, offWatts: 0 },
  { model: "idle-epsilon", idleWatts: 100, epsilonWatts: 120, fullWatts: 200, offWatts: 0 },
];
const load = fc.oneof(fc.constantFrom(0, 0.1, 0.2, 0.5, 0.99), fc.double({ min: 0, max: 1.1, noNaN: true }));

describe("the index of power rises", () => {
  it("answers as a walk over all hosts does, also after changes", () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ kind: fc.nat(powers.length - 1), load, open: fc.boolean() }), { minLength: 1, maxLength: 30 }),
        fc.array(fc.record({ of: fc.nat(29), load, open: fc.boolean() }), { maxLength: 10 }),
        fc.array(fc.record({ share: fc.double({ min: 0, max: 0.5, noNaN: true }), refused: fc.nat(29) }), { minLength: 1, maxLength: 5 }),
        (drawn, changes, questions) => {
          // Hosts of one group are neighbours, so the drawn kinds are sorted.
          const list = [...drawn].sort((a, b) => a.kind - b.kind);
          const hosts = createHosts(list.map(({ kind }, i) => host({ name: `h${i}`, cores: 8, power: powers[kind] })));
          const loads = list.map((h) => h.load);
          const open = list.map((h) => h.open);
          const index = new RiseIndex(hosts, (h) => loads[h] * CPU_MHZ);
          index.reload((h) => open[h]);
          for (const { of, load: next, open: takes } of changes) {
            if (of >= list.length) continue;
            loads[of] = next;
            open[of] = takes;
            index.changed(of, takes);
          }
          for (const { share, refused } of questions) {
            const demand = share * CPU_MHZ;
            const watts = (h: number, mhz: number): number => hosts.curves.watts(hosts.curveOf[h], Math.min(1, mhz / CPU_MHZ));
            const rise = (h: number): number => {
              const asked = loads[h] * CPU_MHZ;
              return asked + demand > CPU_MHZ ? Number.POSITIVE_INFINITY : watts(h, asked + demand) - watts(h, asked);
            };
            let best = -1;
            let least = Number.POSITIVE_INFINITY;
            for (let h = 0; h < list.length; h++) {
              if (!open[h] || h === refused || microwatts(rise(h)) >= least) continue;
              best = h;
              least = microwatts(rise(h));
            }
            const nextWithRoom = (from: number): number => {
              for (let h = from; h < list.length; h++) if (open[h]) return h;
              return -1;
            };
            const fits = (h: number): boolean => h !== refused;
            expect(index.search(demand, rise, fits, nextWithRoom).host).toBe(best);
          }
        },
      ),
      { numRuns: 2000 },
    );
  });
});
