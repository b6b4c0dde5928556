import fc from "fast-check";
import { describe, expect, it } from "vitest";
import * as f from "../../src/units/format.ts";
import { parseQuantity } from "../../src/units/parse.ts";
import { editDistance, nearest } from "../../src/units/spelling.ts";

/** No-break spaces shown: "_" is U+00A0, "," is U+202F. */
const seen = (text: string): string => text.replaceAll("\u00a0", "_").replaceAll("\u202f", ",");

describe("numbers for people", () => {
  it.each([
    [0, "0"],
    [1463, "1,463"],
    [1234567.8, "1,234,568"],
    [999.6, "1,000"],
    [9.996, "10"],
    [0.8549, "0.855"],
    [5.6, "5.6"],
    [-212, "\u2212212"],
    [Number.NaN, "–"],
    [0.0001234, "0.000123"],
    [2.562464e-8, "2.56e-8"],
    [-0.000004, "\u22124e-6"],
    [Number.POSITIVE_INFINITY, "∞"],
  ])("%d is %s", (value, text) => {
    expect(seen(f.formatNumber(value))).toBe(text);
  });
  it("a terminal gets U+00A0 between digits", () => {
    expect(f.forTerminal(f.formatCount(1463))).toBe("1\u00a0463");
  });
  it("a plus stands only on differences", () => {
    expect(f.formatDifference(3)).toBe("+3");
    expect(f.formatDifference(-3)).toBe("\u22123");
    expect(f.formatDifference(0)).toBe("0");
  });
});

describe("quantities for people", () => {
  it.each([
    [f.formatEnergy(863 * 3.6e6), "863_kWh"],
    [f.formatEnergy(44.86 * 3.6e9), "44.9_MWh"],
    [f.formatEnergy(999.7 * 3600), "1_kWh"],
    [f.formatEnergy(1800), "1,800_J"],
    [f.formatEnergy(0), "0_kWh"],
    [f.formatPower(254), "254_W"],
    [f.formatPower(5600), "5.6_kW"],
    [f.formatMemory(525 * 1024), "525_GiB"],
    [f.formatMemory(3.4 * 1024 ** 2), "3.4_TiB"],
    [f.formatBytes(2 ** 31), "2_GiB"],
    [f.formatDisk(2e12), "2_TB"],
    [f.formatFrequency(2660), "2.66_GHz"],
    [f.formatBandwidth(0.2), "200_Mbit/s"],
    [f.formatCarbon(1.3e6), "1.3_t_CO₂e"],
    [f.formatDuration(0.3), "300_ms"],
    [f.formatDuration(42), "42_s"],
    [f.formatDuration(666), "11.1_min"],
    [f.formatDuration(16200), "4_h 30_min"],
    [f.formatDuration(3599.9), "1_h"],
    [f.formatDuration(604800), "7_days"],
    [f.formatDuration(86400), "1_day"],
    [f.formatDuration(3 * 86400 + 4 * 3600), "3_days 4_h"],
    [f.formatDuration(5 * 365 * 86400), "5_years"],
    [f.formatPercent(0.321), "32_%"],
    [f.formatPercent(0.0468), "4.7_%"],
    [f.formatPercent(0.0996), "10_%"],
    [f.formatPercent(0.0004), "< 0.1_%"],
    [f.formatPercent(0), "0_%"],
    [f.formatPoints(0.011), "+1.1_points"],
    [f.formatMoney(2.04e6, "EUR"), "€_2.04_M"],
    [f.formatMoney(192_000, "EUR"), "€_192_k"],
    [f.formatMoney(9140, "USD"), "$_9,140"],
    [f.formatMoney(91.4, "SEK"), "SEK_91.40"],
    [f.formatMoney(-3, "EUR"), "\u2212€_3.00"],
  ])("%s", (text, expected) => {
    expect(seen(text)).toBe(expected);
  });

  it("a column has one unit, from its largest value", () => {
    expect(f.energyScale(863 * 3.6e6)).toEqual({ unit: "kWh", size: 3.6e6 });
    expect(f.powerScale(0)).toEqual({ unit: "W", size: 1 });
  });
});

describe("what is written can be read again", () => {
  // Three significant digits: at most half a unit of the third place, 0.5 %. Spans of time drop to whole minutes from one
  // hour (30 s of 3600) and to whole hours from three days (30 min of 72 h): below 1 %.
  const cases: [string, (v: number) => string, Parameters<typeof parseQuantity>[1], number, number, number][] = [
    ["energy", f.formatEnergy, "energy", 1, 1e15, 0.0051],
    ["power", f.formatPower, "power", 0.01, 1e10, 0.0051],
    ["memory", f.formatMemory, "memory", 0.01, 1e12, 0.0051],
    ["frequency", f.formatFrequency, "frequency", 1, 1e6, 0.0051],
    ["bandwidth", f.formatBandwidth, "bandwidth", 1e-5, 1e4, 0.0051],
    ["time", f.formatDuration, "time", 1e-4, 1e10, 0.01],
  ];
  it.each(cases)("%s", (_, write, dimension, min, max, tolerance) => {
    fc.assert(
      fc.property(fc.double({ min: Math.log(min), max: Math.log(max), noNaN: true }), (exponent) => {
        const value = Math.exp(exponent);
        for (const text of [write(value), f.forTerminal(write(value))]) {
          const back = parseQuantity(text, dimension);
          if (!back.ok) throw new Error(`${text}: ${back.reason}`);
          expect(Math.abs(back.value - value) / value, text).toBeLessThan(tolerance);
        }
      }),
    );
  });
  it("shares, to the place shown", () => {
    fc.assert(
      fc.property(fc.double({ min: 0.001, max: 100, noNaN: true }), (share) => {
        const back = parseQuantity(f.formatPercent(share), "share");
        // One decimal below 10 % (0.0005 as a share), whole above (0.005).
        expect(back.ok && Math.abs(back.value - share)).toBeLessThanOrEqual(share < 0.0995 ? 0.000501 : 0.00501);
      }),
    );
  });
});

describe("spelling", () => {
  it("counts edits, a swap being one", () => {
    expect(editDistance("memry", "memory")).toBe(1);
    expect(editDistance("kmv", "kvm")).toBe(1);
    expect(editDistance("", "abc")).toBe(3);
    expect(editDistance("kitten", "sitting")).toBe(3);
  });
  it("offers what is near and nothing else", () => {
    const words = ["memory", "cores", "speed", "on-host-down", "vcpusPerCore"];
    expect(nearest("memry", words)).toBe("memory");
    expect(nearest("Memory", words)).toBe("memory");
    expect(nearest("vcpus_per_core", words)).toBe("vcpusPerCore");
    expect(nearest("onHostDown", words)).toBe("on-host-down");
    expect(nearest("disk", words)).toBeUndefined();
    expect(nearest("x".repeat(1000), words)).toBeUndefined();
  });
});
