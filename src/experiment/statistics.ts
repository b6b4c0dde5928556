/**
 * What replications say: a mean with its interval, and the difference of two options run with the same luck.
 *
 *   interval of a mean        m +- t s / sqrt(n)      t of n - 1 degrees, s with n - 1 in the denominator
 *   paired difference         the same of d_r = x_r - b_r, replication by replication
 *
 * Pairing takes out the luck both options share; how much that helps is Law's argument for common random numbers
 * (A. Law, Simulation Modeling and Analysis, chapter 11). Proved by test/experiment/statistics.test.ts.
 */
import { studentT } from "./student.ts";

export const CONFIDENCE = 0.95;

/** Differences below this share of the values are rounding, as in the ledgers. */
const ROUNDING = 1e-9;

export interface Estimate {
  readonly mean: number;
  /** Half the width of the interval; NaN for a single value. */
  readonly half: number;
}

/** Mean and half-width of its t interval. NaN among the values gives NaN. */
export function estimate(values: ArrayLike<number>, confidence: number = CONFIDENCE): Estimate {
  const n = values.length;
  let sum = 0;
  for (let i = 0; i < n; i++) sum += values[i] as number;
  const mean = sum / n;
  if (n < 2) return { mean, half: Number.NaN };
  let squares = 0;
  for (let i = 0; i < n; i++) squares += ((values[i] as number) - mean) ** 2;
  return { mean, half: studentT(confidence, n - 1) * Math.sqrt(squares / (n - 1) / n) };
}

/**
 * `more`, `less`: the interval leaves out zero. `cannot tell`: it holds zero. `same`: equal in every replication, to
 * rounding. `one run`: there is no interval. `not measured`: a value is missing.
 */
export type Verdict = "more" | "less" | "cannot tell" | "same" | "one run" | "not measured";

export interface Difference {
  /** Mean of option minus baseline, and the ends of its interval (NaN for one run). */
  readonly mean: number;
  readonly low: number;
  readonly high: number;
  /** Mean of the baseline: what percentages of a difference are of. */
  readonly base: number;
  readonly verdict: Verdict;
}

/** Difference of an option from the baseline, replication by replication. Throws an Error when their numbers differ. */
export function pairedDifference(values: ArrayLike<number>, baseline: ArrayLike<number>, confidence: number = CONFIDENCE): Difference {
  if (values.length !== baseline.length) throw new Error(`${values.length} replications cannot be paired with ${baseline.length}`);
  const differences = Float64Array.from(baseline, (b, r) => (values[r] as number) - b);
  const base = estimate(baseline).mean;
  const size = ROUNDING * Math.max(Math.abs(base), Math.abs(estimate(values).mean));
  if (differences.every((d) => Math.abs(d) <= size)) return { mean: 0, low: 0, high: 0, base, verdict: "same" };
  const { mean, half } = estimate(differences, confidence);
  const [low, high] = [mean - half, mean + half];
  const verdict = Number.isNaN(mean) ? "not measured" : Number.isNaN(half) ? "one run" : low > 0 ? "more" : high < 0 ? "less" : "cannot tell";
  return { mean, low, high, base, verdict };
}
