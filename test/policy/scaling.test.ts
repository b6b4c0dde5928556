/** Scaling policies, by hand: a view of given use, and what they want. */
import { describe, expect, it } from "vitest";
import { scalers } from "../../src/policy/scaling/index.ts";
import { forecastBusy } from "../../src/policy/scaling/predictive.ts";
import type { ScalingOptions, ScalingView } from "../../src/policy/scaling.ts";

const options: ScalingOptions = {
  target: 0.6,
  tolerance: 0.1,
  stabiliseSeconds: 300,
  high: 0.75,
  low: 0.3,
  forPeriods: 3,
  step: 2,
  plan: [],
  leadSeconds: 600,
};
/** `busy` from the newest period backwards; all of `inService` were in service all along. */
const view = (busy: readonly number[], inService: number, over: Partial<ScalingView> = {}): ScalingView => ({
  size: inService,
  inService,
  periods: busy.length,
  periodSeconds: 60,
  busy: (age) => busy[age] ?? 0,
  use: (age) => (busy[age] ?? 0) / inService,
  timeOfDay: 0,
  ...over,
});

describe("target tracking", () => {
  const size = (busy: readonly number[], n: number, over: Partial<ScalingView> = {}): number => scalers["target-tracking"](options)(view(busy, n, over)).size;
  it("3.6 units busy at a target of 60 % want 6, from whatever size", () => {
    expect(size([3.6], 4)).toBe(6);
    expect(size([3.6], 9)).toBe(6);
  });
  it("3.7 want 7: the next whole member", () => expect(size([3.7], 4)).toBe(7));
  it("within a tenth of the target nothing happens: 65 % is 1.083 of it", () => expect(size([6.5], 10)).toBe(10));
  it("shrinks to the most wanted in the last five minutes, five periods, and not six", () => {
    // 1.2 wants 2, but 3.0 four periods ago wanted 5; five periods ago does not count.
    expect(size([1.2, 1.2, 1.2, 1.2, 3], 8)).toBe(5);
    expect(size([1.2, 1.2, 1.2, 1.2, 1.2, 3], 8)).toBe(2);
  });
  it("members that start are not asked for again", () => expect(size([3.6], 4, { size: 6 })).toBe(6));
  it("knows nothing while nobody is in service", () => expect(size([0], 4, { use: () => Number.NaN })).toBe(4));
});

describe("threshold", () => {
  const size = (busy: readonly number[], n: number): number => scalers.threshold(options)(view(busy, n)).size;
  it("three periods above 75 %: two more", () => expect(size([8, 8, 8], 10)).toBe(12));
  it("two are not enough, nor is a pause among them", () => {
    expect(size([8, 8], 10)).toBe(10);
    expect(size([8, 7, 8, 8], 10)).toBe(10);
  });
  it("three below 30 %: two fewer", () => expect(size([2, 2, 2], 10)).toBe(8));
});

describe("schedule", () => {
  const plan = [
    { timeOfDay: 7 * 3600, size: 8 },
    { timeOfDay: 19 * 3600, size: 2 },
  ];
  const at = (hour: number): number => scalers.schedule({ ...options, plan })(view([1], 5, { timeOfDay: hour * 3600 })).size;
  it("holds from its time on, over midnight too", () => expect([6.99, 7, 18, 19, 0].map(at)).toEqual([2, 8, 8, 2, 2]));
});

describe("prediction", () => {
  it("on the first day goes on along a straight line: 5, 4, 3, 2, 1 busy become 15 in ten minutes", () => {
    const line = Array.from({ length: 10 }, (_, age) => 5 - age * 1 + 5);
    // Newest 10, one less each minute before: ten minutes on 20.
    expect(forecastBusy(view(line, 20), 600)).toBeCloseTo(20, 12);
  });
  it("does not guess from fewer than five periods", () => expect(forecastBusy(view([4, 3, 2], 20), 600)).toBe(4));
  it("after a day takes yesterday's next minutes, at today's level", () => {
    const day = 1440;
    // Yesterday 4 in the hour that is now, 10 five minutes later, 6 afterwards; today 6 in this hour: half as much again.
    const busy = Array.from({ length: day + 61 }, (_, age) => (age < 60 ? 6 : age >= day ? 4 : age === day - 5 ? 10 : 6));
    expect(forecastBusy(view(busy, 20), 600)).toBeCloseTo(15, 12);
  });
  it("never wants fewer than target tracking", () => {
    const falling = Array.from({ length: 10 }, (_, age) => 6 + age);
    expect(scalers.predictive(options)(view(falling, 10)).size).toBe(10);
  });
});
