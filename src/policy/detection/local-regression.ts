/**
 * Local regression: a line through the newest loads, extended to the end of a migration; overloaded when the host would be full.
 *
 * Formula: overloaded when safety x (a + b (k + m)) >= 1, where a + b x fits the k = 10 newest loads at x = 1..k and m is the
 * number of intervals a migration takes. Two ways to weigh the samples:
 * - `tricube` (the paper): w_i = (1 - ((k - x_i) / (k - 1))^3)^3, so the newest counts most and the oldest not at all;
 * - `none`: ordinary least squares, which is what CloudSim 3.0.3 really does (its weights are computed and never applied).
 * Fewer than 10 samples: a fixed threshold of 0.7.
 * Source: Beloglazov and Buyya, CCPE 24(13), 2012 (LR), after Cleveland, JASA 74(368), 1979. Proof: test/policy/detection.test.ts.
 */

import type { DetectorPolicy } from "./detector.ts";
import { aboveLimit, fallbackThreshold, forecastFull } from "./detector.ts";
import { numberOption, refuseUnknown, wordOption } from "./options.ts";

/** Samples the line is fitted to; CloudSim's choice, "responsive enough to the latest values". */
export const regressionSamples = 10;

/**
 * Ordinary least squares through the `count` newest values (`history[0]` the newest, at x = count), read off at x = count + ahead.
 *
 * Sums are kept by updating formulas about the running means, oldest value first: stable, and the order in which CloudSim's
 * library works, so that a comparison with 1 falls the same way.
 */
export function forecastLeastSquares(history: Float64Array, count: number, ahead: number): number {
  let xMean = 1;
  let yMean = history[count - 1];
  let sumY = yMean;
  let sxx = 0;
  let sxy = 0;
  for (let n = 1; n < count; n++) {
    const y = history[count - 1 - n];
    const dx = n + 1 - xMean;
    const dy = y - yMean;
    const share = n / (1 + n);
    sxx += dx * dx * share;
    sxy += dx * dy * share;
    xMean += dx / (1 + n);
    yMean += dy / (1 + n);
    sumY += y;
  }
  const slope = sxy / sxx;
  const sumX = (count * (count + 1)) / 2;
  const intercept = (sumY - slope * sumX) / count;
  return intercept + slope * (count + ahead);
}

/** Tricube weights of samples by age, 0 the newest: 1 for the newest, 0 for the oldest. */
export function tricubeWeights(count: number): Float64Array {
  return Float64Array.from({ length: count }, (_, age) => (1 - (age / (count - 1)) ** 3) ** 3);
}

/** A fitted line: load at the newest sample and change a step; reused between calls. */
export interface Line {
  level: number;
  slope: number;
}

/** Weighted least squares through the `count` newest values; weights by age. Needs two samples of weight above 0. */
export function fitWeighted(history: Float64Array, weights: Float64Array, count: number, line: Line): void {
  let sumW = 0;
  let sumX = 0;
  let sumY = 0;
  for (let age = 0; age < count; age++) {
    const w = weights[age];
    sumW += w;
    sumX -= w * age;
    sumY += w * history[age];
  }
  const xMean = sumX / sumW;
  const yMean = sumY / sumW;
  let sxx = 0;
  let sxy = 0;
  for (let age = 0; age < count; age++) {
    const dx = -age - xMean;
    sxx += weights[age] * dx * dx;
    sxy += weights[age] * dx * (history[age] - yMean);
  }
  line.slope = sxx > 0 ? sxy / sxx : 0;
  line.level = yMean - line.slope * xMean;
}

export const localRegression: DetectorPolicy = {
  name: "local-regression",
  about: "overloaded when safety x the load forecast by a line through the newest loads reaches the host's capacity",
  source: "Beloglazov and Buyya, CCPE 24(13), 2012; Cleveland, JASA 74(368), 1979; default 1.2 as in CloudSim's PlanetLab example",
  statistic: "forecast load at the end of a migration",
  create(options) {
    refuseUnknown("local-regression", options, ["safety", "weights"]);
    const safety = numberOption("local-regression", options, "safety", 1.2, 0, 100);
    // As in the paper, or as in CloudSim.
    const kind = wordOption("local-regression", options, "weights", "tricube", ["tricube", "none"]);
    const weights = tricubeWeights(regressionSamples);
    const line: Line = { level: 0, slope: 0 };
    return (host, finding) => {
      if (host.samples < regressionSamples) return aboveLimit(host, finding, fallbackThreshold, Number.NaN, true);
      if (kind === "none") return forecastFull(finding, forecastLeastSquares(host.history, regressionSamples, host.stepsAhead), safety);
      fitWeighted(host.history, weights, regressionSamples, line);
      return forecastFull(finding, line.level + line.slope * host.stepsAhead, safety);
    };
  },
};
