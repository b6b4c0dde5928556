/**
 * The CloudSim profile on small invented days: figures by hand, and agreement with the plain version on random ones.
 */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { CloudSimOptions } from "../../src/compat/cloudsim/results.ts";
import { runCloudSim } from "../../src/compat/cloudsim/run.ts";
import type { PlanetLabDay } from "../../src/compat/cloudsim/trace.ts";
import { expectAgreement, policies, population, repairs } from "./cloudsim-random.ts";

/** Every VM at one load all day. */
function steady(percents: readonly number[]): PlanetLabDay {
  return { count: percents.length, names: percents.map((_, i) => `vm${i}`), percent: Uint8Array.from(percents.flatMap((p) => new Array<number>(288).fill(p))) };
}

describe("a steady day of four VMs on four hosts without migrations", () => {
  // Four VMs are one of each size. First fit at full size: 2500 and 2000 MIPS need the cores of a G5 (2660), so both go to host 1
  // (2820 of 5320 MIPS left after the first); 1000 and 500 go to host 0. At 50 %: host 1 has (1250 + 1000) / 5320, host 0 has 750 / 3720.
  const host0 = 92.6 + (96 - 92.6) * ((750 / 3720 - 0.2) / 0.1);
  const host1 = 110 + (116 - 110) * ((2250 / 5320 - 0.4) / 0.1);
  const dvfs = runCloudSim(steady([50, 50, 50, 50]), { detector: "dvfs", hosts: 4 });

  it("draws the two hosts' power from the first tick to the last: 204.03 W x 85,800 s = 4.86273 kWh", () => {
    expect(dvfs.energyKwh).toBeCloseTo(((host0 + host1) * 85800) / 3.6e6, 10);
    expect(dvfs.energyKwh).toBeCloseTo(4.86273, 5);
  });

  it("counts a shutdown at the first tick for each host that was never used", () => {
    expect(dvfs.shutdowns).toBe(2);
    expect(dvfs.meanTimeBeforeShutdownSeconds).toBeCloseTo(300.1, 9);
  });

  it("draws full power of all hosts from 0 to the last tick when not power aware: (117 + 135) x 2 W x 86,100.1 s", () => {
    expect(runCloudSim(steady([50, 50, 50, 50]), { detector: "npa", hosts: 4 }).energyKwh).toBeCloseTo((504 * 86100.1) / 3.6e6, 8);
  });
});

describe("a steady day on which one host is emptied", () => {
  // At t = 0 the 2500 and 2000 MIPS VMs go to host 1 (cores), then 1000 to host 0 (host 1 has 820 left) and 500 to host 0
  // (13.6 W more there, 40.1 W on host 1). At 20 %: host 0 has 300 of 3720, host 1 has 900 of 5320. The first tick empties host 0:
  // 1000 MIPS / 1740 MB arrives after 27.84 s, 500 MIPS / 613 MB after 9.808 s. Then nothing is left to do.
  const run = runCloudSim(steady([20, 20, 20, 20]), { detector: "thr", hosts: 2 });
  const g4 = (load: number): number => 86 + 34 * load; // 0..10 %
  const g5low = (load: number): number => 97 + 40 * (load - 0.1); // 10..20 %
  const g5high = (load: number): number => 101 + 40 * (load - 0.2); // 20..30 %

  it("starts two migrations and ends them after RAM / 62.5 MB/s", () => {
    expect(run.migrations).toBe(2);
    expect(run.meanMigrationSeconds).toBeCloseTo((27.84 + 9.808) / 2, 6);
  });

  it("charges the source in full and the target 10 % while a VM moves", () => {
    const source = 9.808 * g4(300 / 3720) + (27.84 - 9.808) * g4(200 / 3720);
    const target = 9.808 * g5low(930 / 5320) + (27.84 - 9.808) * g5low(1020 / 5320) + (85800 - 27.84) * g5high(1200 / 5320);
    expect(run.energyKwh).toBeCloseTo((source + target) / 3.6e6, 9);
  });

  it("calls the target violated while it receives: 27.84 s of 85,800 + 27.84 s of activity", () => {
    expect(run.slatahPercent).toBeCloseTo((100 * 27.84) / (85800 + 27.84), 9);
  });

  it("takes 10 % from a moving VM: 10 MIPS for 9.808 s and 20 MIPS for 27.84 s of 1,200 MIPS asked for", () => {
    expect(run.pdmPercent).toBeCloseTo((100 * (10 * 9.808 + 20 * 27.84)) / (1200 * 85800), 12);
    expect(run.overallSlaPercent).toBeCloseTo(run.pdmPercent, 9);
    expect(run.averageSlaPercent).toBeCloseTo(10, 9);
  });

  it("counts the emptied host as shut down when the last VM has left", () => {
    expect(run.shutdowns).toBe(1);
    expect(run.meanTimeBeforeShutdownSeconds).toBeCloseTo(300.1 + 27.84, 6);
  });
});

describe("idle VMs", () => {
  const day = steady([0, 20, 20, 20]);
  it("are destroyed for good at the first tick", () => {
    expect(runCloudSim(day, { detector: "thr", hosts: 4 }).destroyedVms).toBe(1);
  });
  it("stay when asked to", () => {
    expect(runCloudSim(day, { detector: "thr", hosts: 4, keepIdle: true }).destroyedVms).toBe(0);
  });
});

describe("wrong options are refused with what would be right", () => {
  const day = steady([20, 20, 20, 20]);
  it.each([
    [{ detector: "thr", parameter: -1 }, /parameter of thr is -1; expected a number of 0 or more/],
    [{ detector: "thr", hosts: 0 }, /hosts is 0; expected a whole number/],
    [{ detector: "tht" }, /detector "tht" is not one of npa, dvfs, thr/],
    [{ detector: "thr", hosts: 1 }, /VM 0 \(2500 MIPS, 870 MB\) fits on none of the 1 hosts/],
  ])("%j", (options, message) => {
    expect(() => runCloudSim(day, options as CloudSimOptions)).toThrow(message);
  });
});

describe("the fast version against the plain one", () => {
  it("gives the same figures on random days with random policies", () => {
    let migrations = 0;
    fc.assert(
      fc.property(population, policies, ({ day, hosts }, options) => {
        migrations += expectAgreement(day, { ...options, hosts });
      }),
      { numRuns: 60, seed: 20110303 },
    );
    // The days are worth comparing: they move VMs.
    expect(migrations).toBeGreaterThan(10_000);
  }, 30_000);

  it("gives the same figures with any quirks switched off", () => {
    let migrations = 0;
    fc.assert(
      fc.property(population, policies, repairs, ({ day, hosts }, options, off) => {
        migrations += expectAgreement(day, { ...options, hosts, repairs: off });
      }),
      { numRuns: 60, seed: 20110306 },
    );
    expect(migrations).toBeGreaterThan(2_000);
  }, 30_000);
});
