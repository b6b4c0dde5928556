/**
 * Quirks of the CloudSim profile switched off one by one, on days whose figures are known by hand. That each of them changes
 * only what it should, with any other policy, is checked against the plain version in cloudsim-small.test.ts.
 */
import { describe, expect, it } from "vitest";
import { hostKinds } from "../../src/compat/cloudsim/machines.ts";
import { meanWatts } from "../../src/compat/cloudsim/meter.ts";
import { wattsAt } from "../../src/compat/cloudsim/power-curve.ts";
import { runCloudSim } from "../../src/compat/cloudsim/run.ts";
import type { PlanetLabDay } from "../../src/compat/cloudsim/trace.ts";

/** Every VM at one load all day. */
const steady = (percents: readonly number[]): PlanetLabDay => ({
  count: percents.length,
  names: percents.map((_, i) => `vm${i}`),
  percent: Uint8Array.from(percents.flatMap((p) => new Array<number>(288).fill(p))),
});
const g4 = (load: number): number => 86 + 34 * load; // 0..10 %

describe("energy", () => {
  // As in cloudsim-small.test.ts: host 0 holds 750 of 3720 MIPS, host 1 2250 of 5320, all day; 204.03 W.
  const watts = 92.6 + (96 - 92.6) * ((750 / 3720 - 0.2) / 0.1) + 110 + (116 - 110) * ((2250 / 5320 - 0.4) / 0.1);

  it("is that of the whole day: 204.03 W x 86,400 s", () => {
    expect(runCloudSim(steady([50, 50, 50, 50]), { detector: "dvfs", hosts: 4, repairs: ["energy"] }).energyKwh).toBeCloseTo((watts * 86400) / 3.6e6, 10);
  });

  it("counts a host whose VMs are idle: 86 + 93.7 W x 86,400 s, where CloudSim counts nothing", () => {
    const idle = steady([0, 0, 0, 0]);
    expect(runCloudSim(idle, { detector: "dvfs", hosts: 4, keepIdle: true }).energyKwh).toBe(0);
    expect(runCloudSim(idle, { detector: "dvfs", hosts: 4, keepIdle: true, repairs: ["energy"] }).energyKwh).toBeCloseTo((179.7 * 86400) / 3.6e6, 10);
  });

  it("counts the first five minutes, while loads go from one sample to the next, and what a move costs", () => {
    // One host is emptied at 300.1 s, as in cloudsim-small.test.ts; before that both draw power, and the last 270 s too.
    const g5low = (load: number): number => 97 + 40 * (load - 0.1); // 10..20 %
    const g5high = (load: number): number => 101 + 40 * (load - 0.2); // 20..30 %
    const before = 300.1 * (g4(300 / 3720) + g5low(900 / 5320));
    const source = 9.808 * g4(300 / 3720) + (27.84 - 9.808) * g4(200 / 3720);
    const target = 9.808 * g5low(930 / 5320) + (27.84 - 9.808) * g5low(1020 / 5320) + (86400 - 300.1 - 27.84) * g5high(1200 / 5320);
    const run = runCloudSim(steady([20, 20, 20, 20]), { detector: "thr", hosts: 2, repairs: ["energy"] });
    expect(run.energyKwh).toBeCloseTo((before + source + target) / 3.6e6, 9);
  });

  it("is the mean of the curve along a line of load, over any of its corners", () => {
    for (const [kind, a, b] of [
      [0, 0.03, 0.98],
      [1, 0.41, 0.12],
      [0, 0.2, 0.2],
      [1, 0, 1],
      [0, 0.5, 0.55],
    ] as const) {
      // The middle of 100,000 strips.
      let sum = 0;
      for (let i = 0; i < 1e5; i++) sum += wattsAt(kind, a + ((b - a) * (i + 0.5)) / 1e5);
      expect(meanWatts(kind, a, b)).toBeCloseTo(sum / 1e5, 6);
    }
  });
});

describe("memory", () => {
  // All four VMs (870 + 1740 + 1740 + 613 = 4963 MB) at 1 % fit the CPU of one host, and the RAM of two (4096 MB each).
  const day = steady([1, 1, 1, 1]);
  it("keeps two hosts on where CloudSim packs all on one", () => {
    const packed = runCloudSim(day, { detector: "thr", hosts: 4, repairs: ["energy"] });
    const real = runCloudSim(day, { detector: "thr", hosts: 4, repairs: ["energy", "memory"] });
    const least = (hosts: number): number => (hosts * hostKinds[0].watts[0] * 86400) / 3.6e6;
    expect(packed.energyKwh).toBeLessThan(least(1) * 1.15);
    expect(real.energyKwh).toBeGreaterThan(least(2));
  });
});

describe("slatah", () => {
  // The day on which one host is emptied: nobody is ever short but for the 10 % of a move.
  it("is nothing where only a move stands behind it, and 27.84 s in CloudSim", () => {
    const day = steady([20, 20, 20, 20]);
    expect(runCloudSim(day, { detector: "thr", hosts: 2, repairs: ["slatah"] }).slatahPercent).toBe(0);
    expect(runCloudSim(day, { detector: "thr", hosts: 2 }).slatahPercent).toBeGreaterThan(0.03);
  });
});

it("an unknown repair is refused with those there are", () => {
  expect(() => runCloudSim(steady([1, 1, 1, 1]), { detector: "thr", repairs: ["memori" as "memory"] })).toThrow(/repair "memori" is not one of memory, energy/);
});
