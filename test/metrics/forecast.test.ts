/** Forecasts of intensity and price, and what their errors cost: by hand. */
import { describe, expect, it } from "vitest";
import { meanOf, noisy, perfect, persistence } from "../../src/metrics/accounts/forecast.ts";
import { bestStart, type Shift, shiftArrivals } from "../../src/metrics/accounts/shifting.ts";
import type { Steps } from "../../src/metrics/accounts/steps.ts";
import { seriesKey } from "../../src/model/accounts-spec.ts";
import { loadScenario } from "../../src/scenario/load.ts";
import { catalogue } from "../scenario/catalogue.ts";
import { siteOf } from "../support/build.ts";

const HOUR = 3600;
/** Values of hours; before and after them the first and the last. */
const hours = (values: readonly number[]): Steps => ({
  valueAt: (t) => values[Math.max(0, Math.min(values.length - 1, Math.floor(t / HOUR)))] ?? Number.NaN,
  nextChange: (t) => (Math.floor(t / HOUR) + 1) * HOUR,
});
// Day 1 is clean at noon, day 2 in the evening, day 3 as day 2.
const day = (clean: number): number[] => Array.from({ length: 24 }, (_, hour) => (hour === clean ? 100 : 300 + hour));
const three = hours([...day(12), ...day(20), ...day(20)]);
const at = (forecast: Steps, h: number): number => forecast.valueAt(h * HOUR);

describe("persistence", () => {
  const asked = persistence(three)(33.5 * HOUR);
  it("knows the present until it changes, then the same hour of the day before", () => {
    // 33.5 h is 09:30 of day 2: 309 now; 12:00 of day 1 was clean.
    expect([33.5, 33.9, 34, 36, 44].map((h) => at(asked, h))).toEqual([309, 309, 310, 100, 320]);
  });
  it("beyond a day takes the newest day it knows: 09:00 of day 3 by day 2, 10:00 by day 1", () => {
    // Until 33.5 h day 2 is known; 57 h is 09:00 of day 3, 58 h is 10:00 of which only day 1 is known.
    expect([57, 58, 60].map((h) => at(asked, h))).toEqual([309, 310, 100]);
    expect(at(persistence(three)(45 * HOUR), 68)).toBe(100); // 20:00 of day 3, as on day 2
  });
  it("changes when what it remembers does, and when it must go further back", () => {
    expect(asked.nextChange(33.6 * HOUR)).toBe(34 * HOUR);
    expect(asked.nextChange(34 * HOUR)).toBe(35 * HOUR);
    expect(asked.nextChange(57 * HOUR)).toBe(57.5 * HOUR);
  });
  it("before there is a day before, the first value holds", () => expect(at(persistence(three)(0), 12)).toBe(300));
  it("is perfect where every day is alike", () => {
    const alike = hours([...day(5), ...day(5), ...day(5)]);
    for (const h of [24, 30.25, 40, 47.5]) expect(at(persistence(alike)(24 * HOUR), h)).toBe(at(alike, h));
  });
});

describe("a noisy forecast", () => {
  /** Draws 1, -1, 1, -1, ... */
  const flip = () => {
    let sign = -1;
    return () => (sign = -sign);
  };
  it("misses each step by its own draw, of a share of the mean", () => {
    // Mean of 100, 200, 300, 400 is 250; a tenth of it is 25.
    const forecast = noisy(hours([100, 200, 300, 400]), 0.1, 4 * HOUR, flip())(0);
    expect([0, 1, 2, 3].map((h) => at(forecast, h))).toEqual([125, 175, 325, 375]);
  });
  it("says the same whoever asks first", () => {
    const forecast = noisy(hours([100, 200, 300, 400]), 0.1, 4 * HOUR, flip());
    expect([3, 0, 2, 1].map((h) => at(forecast(h * HOUR), h))).toEqual([375, 125, 325, 175]);
  });
  it("is never below zero where the truth is not, and may be where it is", () => {
    expect(at(noisy(hours([10, 10, 1000]), 1, 3 * HOUR, () => -1)(0), 0)).toBe(0);
    expect(at(noisy(hours([-10, 10, 1000]), 1, 3 * HOUR, () => -1)(0), 0)).toBeLessThan(-300);
  });
  it("without error is perfect", () => expect(at(noisy(three, 0, 72 * HOUR, () => 5)(0), 12)).toBe(at(perfect(three)(0), 12)));
});

it("means are by time: half an hour of 100 and an hour and a half of 200", () => {
  expect(meanOf(hours([100, 200]), 2 * HOUR, 0.5 * HOUR)).toBe(175);
});

describe("what the error costs", () => {
  const file = { file: "f", column: null, from: null, after: "hold" } as const;
  const start = "2026-03-02T00:00:00Z";
  const values = [...day(12), ...day(20), ...day(20)];
  const series = new Map([
    [seriesKey(file, "carbon"), { atMs: Float64Array.from(values, (_, i) => Date.parse(start) + i * HOUR * 1000), values: Float64Array.from(values) }],
  ]);
  const site = siteOf({ carbonGramsPerKwh: file });
  const shifted = (forecast: Shift["forecast"]) => {
    const shift: Shift = { withinSeconds: 12 * HOUR, forSeconds: HOUR, by: "carbon", ...(forecast ? { forecast } : {}) };
    // Asked for at 10:00 of day 2; and once too late to wait at all.
    return shiftArrivals(
      Float64Array.of(34 * HOUR, 71.5 * HOUR),
      shift,
      [site],
      series,
      { startMs: Date.parse(start), plannedSeconds: 72 * HOUR },
      () => () => 0,
    );
  };
  it("a perfect forecast waits for the evening: 310 asked, 100 met", () => {
    expect(shifted(undefined)).toMatchObject({ vms: 1, waited: 1, waitSeconds: 10 * HOUR, asked: 310, foreseen: 100, met: 100, best: 100 });
    expect([...shifted(undefined).arrivals]).toEqual([44 * HOUR, 71.5 * HOUR]);
  });
  it("yesterday's hours promise noon: 100 foreseen, 312 met, 212 lost to the error", () => {
    expect(shifted("persistence")).toMatchObject({ waitSeconds: 2 * HOUR, foreseen: 100, met: 312, best: 100 });
  });
  it("the start is that of the perfect one where the forecast is right", () => {
    expect(bestStart(perfect(three)(34 * HOUR), 34 * HOUR, { withinSeconds: 12 * HOUR, forSeconds: HOUR })).toBe(44 * HOUR);
  });
});

describe("in a scenario", () => {
  const problems = (shift: string): string[] => {
    const loaded = loadScenario(
      `duration: 1 day
site: {carbon: 100 g/kWh}
hosts: [{name: h, cores: 4, speed: 2 GHz, memory: 64 GiB, power: {model: constant, draw: 100}, hypervisor: ideal}]
vms: [{name: a, vcpus: 1, memory: 1 GiB, load: 10 %, shift: {within: 3 h, for: 1 h, ${shift}}}]
`,
      "f.yaml",
      catalogue,
    );
    return loaded.ok ? [JSON.stringify(loaded.scenario.vms[0]?.shift)] : loaded.problems.map(({ path, message }) => `${path}: ${message}`);
  };
  it("an error belongs to a noisy forecast, 5 % unless told", () => {
    expect(problems("error: 10 %")).toEqual(["vms[0].shift.error: is that of a noisy forecast"]);
    expect(problems("forecast: noisy")).toEqual(['{"withinSeconds":10800,"forSeconds":3600,"by":"carbon","forecast":"noisy","errorShare":0.05}']);
    expect(problems("forecast: noisy, error: 20 %")[0]).toContain('"errorShare":0.2');
  });
});
