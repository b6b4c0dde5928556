/**
 * The fast CloudSim profile against the plain version on whole PlanetLab days (15 to 40 s each in the plain one) and on 1,500 random days.
 */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { cloudSimSelections } from "../../src/compat/cloudsim/results.ts";
import { expectAgreement, policies, population } from "../anchors/cloudsim-random.ts";
import { allDays, planetLabDay, tracesPresent, whereTraces } from "../anchors/cloudsim-traces.ts";

const detectors = ["thr", "iqr", "mad", "lr", "lrr"] as const;
const selections = cloudSimSelections.filter((selection) => selection !== "rs");
// Every combination occurs, each on two days of the ten, once with idle VMs kept.
const matrix = detectors.flatMap((detector, d) =>
  selections.flatMap((selection, s) => {
    const first = (3 * d + s) % allDays.length;
    return [
      { day: allDays[first], detector, selection, keepIdle: false },
      { day: allDays[(first + 5) % allDays.length], detector, selection, keepIdle: true },
    ];
  }),
);

describe.skipIf(!tracesPresent)(`fast and plain on PlanetLab days${whereTraces}`, () => {
  it.each(matrix)("$day $detector $selection, idle kept: $keepIdle", ({ day, ...options }) => {
    expect(expectAgreement(planetLabDay(day), options)).toBeGreaterThan(10_000);
  });
});

describe("fast and plain on random days", () => {
  it("agree 1,500 times", () => {
    let migrations = 0;
    fc.assert(
      fc.property(population, policies, ({ day, hosts }, options) => {
        migrations += expectAgreement(day, { ...options, hosts });
      }),
      { numRuns: 1500 },
    );
    expect(migrations).toBeGreaterThan(100_000);
  });
});
