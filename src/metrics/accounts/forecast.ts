/**
 * What is thought of an intensity or a price ahead, at the moment at which a decision is taken.
 *
 *   perfect       what will be
 *   persistence   what is now until it changes, then what was at the same time of the day before, the newest that is known:
 *                 f(t) = x(t - k days) with the least k for which that lies before the decision. Before a series begins
 *                 its first value holds
 *   noisy         x(t) + e z, one z from the normal distribution for each step of the series, the same for all who ask,
 *                 never below zero where x is not; e is a share of the mean over the run (at most a year of it). So do Wiesner
 *                 et al., Let's Wait Awhile, Middleware 2021, with 5 % of the year's mean
 *
 * Proved by test/metrics/forecast.test.ts.
 */
import type { Steps } from "./steps.ts";

export type Forecast = (askedAt: number) => Steps;

const DAY = 86_400;
const YEAR = 365 * DAY;

export const perfect =
  (actual: Steps): Forecast =>
  () =>
    actual;

export const persistence =
  (actual: Steps): Forecast =>
  (askedAt) => {
    const known = actual.nextChange(askedAt);
    const days = (t: number): number => Math.floor((t - askedAt) / DAY + 1e-12) + 1;
    return {
      valueAt: (t) => (t < known ? actual.valueAt(askedAt) : actual.valueAt(t - days(t) * DAY)),
      nextChange(t) {
        if (t < known) return known;
        const back = days(t) * DAY;
        return Math.min(actual.nextChange(t - back) + back, askedAt + back);
      },
    };
  };

/** `normal` draws from the standard normal distribution, in the order of the steps. */
export function noisy(actual: Steps, errorShare: number, plannedSeconds: number, normal: () => number): Forecast {
  const deviation = errorShare * Math.abs(meanOf(actual, Math.min(plannedSeconds, YEAR)));
  const ends: number[] = [];
  const errors: number[] = [];
  /** Index of the step at t; steps are drawn one after the other as far as somebody asks. */
  const stepAt = (t: number): number => {
    while (ends.length === 0 || ends[ends.length - 1] <= t) {
      ends.push(actual.nextChange(ends[ends.length - 1] ?? 0));
      errors.push(deviation * normal());
    }
    let [low, high] = [0, ends.length - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (ends[middle] > t) high = middle;
      else low = middle + 1;
    }
    return low;
  };
  const steps: Steps = {
    valueAt(t) {
      const value = actual.valueAt(t);
      const thought = value + errors[stepAt(t)];
      return value >= 0 ? Math.max(0, thought) : thought;
    },
    nextChange: (t) => actual.nextChange(t),
  };
  return () => steps;
}

/** Mean from an instant on. */
export const meanOf = (steps: Steps, seconds: number, from = 0): number => integral(steps, from, seconds) / seconds;

export function integral(steps: Steps, from: number, seconds: number): number {
  let sum = 0;
  const end = from + seconds;
  for (let t = from; t < end; ) {
    const next = Math.min(end, steps.nextChange(t));
    sum += steps.valueAt(t) * (next - t);
    t = next;
  }
  return sum;
}
