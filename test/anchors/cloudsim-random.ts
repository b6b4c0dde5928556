/**
 * Random days and policies for the CloudSim profile, and the comparison of its fast version with the plain one.
 */
import fc from "fast-check";
import { expect } from "vitest";
import type { CloudSimOptions, CloudSimResult } from "../../src/compat/cloudsim/results.ts";
import { runCloudSim } from "../../src/compat/cloudsim/run.ts";
import type { PlanetLabDay } from "../../src/compat/cloudsim/trace.ts";
import { runPlain } from "./cloudsim-plain.ts";

/** Loads that stay for a while: many zeros and round numbers, so that sums meet capacities exactly and ties are common. */
export const population = fc
  .record({
    hosts: fc.integer({ min: 2, max: 24 }),
    perHost: fc.constantFrom(0.8, 1.3, 1.9),
    palette: fc.constantFrom([0, 0, 1, 2, 3, 5, 50], [0, 20, 40, 60, 80, 100], [0, 7, 14, 28, 29, 57, 58], [10, 25, 50, 75, 100]),
    seed: fc.nat(),
  })
  .map(({ hosts, perHost, palette, seed }) => {
    const count = Math.floor(hosts * perHost);
    const percent = new Uint8Array(count * 288);
    let state = seed >>> 0;
    const next = (below: number): number => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return Math.floor((state / 2 ** 32) * below);
    };
    for (let v = 0; v < count; v++) {
      let load = palette[next(palette.length)];
      for (let k = 0; k < 288; k++) {
        if (next(12) === 0) load = palette[next(palette.length)];
        percent[v * 288 + k] = load;
      }
    }
    return { day: { count, names: [], percent } satisfies PlanetLabDay, hosts };
  });

export const policies = fc.record({
  detector: fc.constantFrom("thr", "iqr", "mad", "lr", "lrr", "dvfs", "npa"),
  selection: fc.constantFrom("mmt", "mu", "mc"),
  keepIdle: fc.boolean(),
  parameter: fc.constantFrom(0.6, 0.8, 1, 1.2, 2.5),
} as const);

/** Quirks switched off. Energy is left out: the plain version has no meter. */
export const repairs = fc.subarray(["memory", "slatah", "steps", "power", "wake", "moves"] as const);

function attempt(run: () => CloudSimResult): CloudSimResult | string {
  try {
    return run();
  } catch (error) {
    return error instanceof Error ? error.message.replace(/ .*/, "") : String(error);
  }
}

/** Runs both and expects the same figures, or the same refusal. Returns the migrations. */
export function expectAgreement(day: PlanetLabDay, options: CloudSimOptions): number {
  const fast = attempt(() => runCloudSim(day, options));
  const plain = attempt(() => runPlain(day, options));
  if (typeof fast === "string" || typeof plain === "string") {
    expect(fast).toBe(plain);
    return 0;
  }
  expectSame(fast, plain);
  return fast.migrations;
}

/** Counts are equal; sums, which the two take in different order, to nine digits. */
function expectSame(fast: CloudSimResult, plain: CloudSimResult): void {
  const { migrations, shutdowns, destroyedVms } = plain;
  expect(fast).toMatchObject({ migrations, shutdowns, destroyedVms });
  const sums = ["energyKwh", "slatahPercent", "pdmPercent", "averageSlaPercent", "meanTimeBeforeShutdownSeconds", "meanMigrationSeconds"] as const;
  for (const figure of sums)
    if (!Number.isNaN(plain[figure])) expect(Math.abs(fast[figure] / plain[figure] - 1) < 1e-9 || fast[figure] === plain[figure], figure).toBe(true);
  // The plain version subtracts two large sums to get this one, as CloudSim does.
  if (plain.migrations > 0) expect(Math.abs(fast.overallSlaPercent - plain.overallSlaPercent)).toBeLessThan(1e-9);
}
