/**
 * Parts of the CloudSim profile: Java's hash order, the trace reader, power curves, sorting, the report.
 */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bucketsFor, javaSpreadHash, javaStringHash, vmKey } from "../../src/compat/cloudsim/java-hash.ts";
import { hostKinds, vmKindOf, watts } from "../../src/compat/cloudsim/machines.ts";
import { bandStride, leastSlope, loadClass, slopeRow, wattsAt } from "../../src/compat/cloudsim/power-curve.ts";
import { cloudSimJson, cloudSimTable } from "../../src/compat/cloudsim/report.ts";
import type { CloudSimResult } from "../../src/compat/cloudsim/results.ts";
import { sortByKey } from "../../src/compat/cloudsim/sort.ts";
import { parsePlanetLab, repeatDay } from "../../src/compat/cloudsim/trace.ts";

describe("Java's hash order", () => {
  it.each([
    ["", 0],
    ["a", 97],
    // s[0] x 31 + s[1] = 65 x 31 + 97, and 66 x 31 + 66: the textbook collision.
    ["Aa", 2112],
    ["BB", 2112],
    ["hello", 99162322],
    // Past 32 bits it wraps; this word is known for hashing to Integer.MIN_VALUE.
    ["polygenelubricants", -2147483648],
  ])('String.hashCode of "%s" is %i', (text, hash) => {
    expect(javaStringHash(text)).toBe(hash);
  });

  it("spreads the upper half into the lower: -2147483648 ^ (that >>> 16)", () => {
    expect(javaSpreadHash("polygenelubricants")).toBe((-2147483648 ^ 0x8000) | 0);
  });

  it("puts VM 0 into bucket 5 of 16: '2-0' hashes to (50 x 31 + 45) x 31 + 48 = 49493 = 0xC155, whose upper half is 0", () => {
    expect(javaStringHash(vmKey(0))).toBe(49493);
    expect(javaSpreadHash(vmKey(0)) & 15).toBe(5);
  });

  it("doubles its buckets past three quarters: the 13th entry of 16 buckets, the 25th of 32", () => {
    expect([bucketsFor(12, 16), bucketsFor(13, 16), bucketsFor(24, 32), bucketsFor(25, 32), bucketsFor(3, 64)]).toEqual([16, 32, 32, 64, 64]);
  });
});

describe("the trace reader", () => {
  const row = (name: string, value: number): string => `${name},${new Array<number>(288).fill(value).join(",")}`;
  it("reads names and samples, with LF, CRLF, empty lines and without a last line end", () => {
    const day = parsePlanetLab(`${row("a", 0)}\n\n${row("b", 100)}\r\n${row("c", 7)}`);
    expect(day.names).toEqual(["a", "b", "c"]);
    expect([day.percent[0], day.percent[288], day.percent[3 * 288 - 1], day.percent.length]).toEqual([0, 100, 7, 864]);
  });
  it("repeats a day copy after copy", () => {
    const day = repeatDay(parsePlanetLab(`${row("a", 1)}\n${row("b", 2)}`), 2);
    expect(day.names).toEqual(["a", "b", "a#1", "b#1"]);
    expect([0, 1, 2, 3].map((v) => day.percent[v * 288])).toEqual([1, 2, 1, 2]);
  });
  it.each([
    ["", /holds no VM/],
    ["just a name", /line 1: expected "name,v0/],
    [`${row("a", 1)}\n${row("b", 1)},5`, /line 2: more than 288 samples/],
    ["a,1,2,3", /line 1: 3 samples; expected 288/],
    [row("a", 101), /line 1: sample 0 is "101"; expected a whole number of 0..100/],
    [row("a", 1).replace(",1", ",x"), /line 1: sample 0 holds "x"/],
    [row("a", 1).replace(",1", ","), /line 1: sample 0 is ""/],
    [row("a", 1).replace(",1", ",-1"), /line 1: sample 0 holds "-"/],
  ])("refuses %#", (text, message) => {
    expect(() => parsePlanetLab(text)).toThrow(message);
  });
});

describe("machines", () => {
  it("gives quarters of the trace the four sizes: of 1052 VMs, 263 each; of 5, two, two, one", () => {
    expect([0, 262, 263, 1051].map((v) => vmKindOf(v, 1052))).toEqual([0, 0, 1, 3]);
    expect([0, 1, 2, 3, 4].map((v) => vmKindOf(v, 5))).toEqual([0, 0, 1, 1, 2]);
  });
  it("interpolates power between tenths: a G4 at 25 % draws (92.6 + 96) / 2", () => {
    expect(watts(hostKinds[0].watts, 0.25)).toBeCloseTo(94.3, 12);
    expect([0, 0.5, 1].map((u) => watts(hostKinds[1].watts, u))).toEqual([93.7, 116, 135]);
  });
  it("has flat tables with the very same arithmetic", () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1, noNaN: true }), fc.constantFrom(0, 1), (u, kind) => wattsAt(kind, u) === watts(hostKinds[kind].watts, u)),
    );
  });
  it("never bounds the rise in power from above: bound x request <= P(x + r) - P(x)", () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1, noNaN: true }), fc.double({ min: 0, max: 2500, noNaN: true }), fc.constantFrom(0, 1), (load, request, kind) => {
        const after = load + request / hostKinds[kind].totalMips;
        fc.pre(after <= 1);
        const bound = request * leastSlope[slopeRow(request) + loadClass(kind, load)];
        expect(bandStride).toBe(80);
        expect(bound).toBeLessThanOrEqual(wattsAt(kind, after) - wattsAt(kind, load) + 1e-9);
      }),
      { numRuns: 2000 },
    );
  });
});

describe("sorting by key", () => {
  it("is Array.prototype.sort: ascending and stable", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 20 }), { maxLength: 300 }), (values) => {
        const keys = Float64Array.from(values);
        const items = Int32Array.from(values.keys());
        sortByKey(keys, items, values.length);
        expect([...items]).toEqual([...values.keys()].sort((a, b) => values[a] - values[b]));
      }),
    );
  });
});

describe("the report", () => {
  const result: CloudSimResult = {
    detector: "thr",
    parameter: 0.8,
    selection: "mmt",
    keepIdle: false,
    hosts: 800,
    vms: 1052,
    destroyedVms: 532,
    meanHostsActive: 50,
    energyKwh: 192.62307,
    migrations: 26711,
    shutdowns: 5885,
    slatahPercent: 4.91328263,
    pdmPercent: 0.06463668,
    slaPercent: 0.00317578,
    overallSlaPercent: 0.07100112,
    averageSlaPercent: 10.15113878,
    meanTimeBeforeShutdownSeconds: 949.58,
    stdevTimeBeforeShutdownSeconds: 3248.17,
    meanMigrationSeconds: 13.88,
    stdevMigrationSeconds: 6.32,
  };
  it("says equal when every printed digit is", () => {
    expect(cloudSimTable(result, "20110303")).toContain("Equal to CloudSim 3.0.3 in every digit it prints.");
    expect(cloudSimJson(result, "20110303")).toMatchObject({ energy_kwh: 192.62307, equal: true });
  });
  it("names the figure that differs", () => {
    const other = { ...result, migrations: 26712 };
    expect(cloudSimTable(other, "20110303")).toContain("migrations started: 26712 here, 26711 in CloudSim 3.0.3");
    expect(cloudSimJson(other, "20110303")).toMatchObject({ equal: false });
  });
  it("compares with nothing where CloudSim was not run", () => {
    expect(cloudSimTable(result, "20110309")).toContain("was not run for this case");
    expect(cloudSimJson({ ...result, hosts: 801 }, "20110303")).toMatchObject({ published: null, equal: null });
  });
});
