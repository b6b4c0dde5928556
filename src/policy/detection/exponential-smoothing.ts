/**
 * Exponential smoothing with a trend (Holt): the forecast follows level and slope, old samples fade geometrically.
 *
 * Formula, oldest sample first: level' = alpha x + (1 - alpha) (level + trend); trend' = beta (level' - level) + (1 - beta) trend;
 * forecast = level + m trend for a migration of m intervals; overloaded when safety x forecast >= 1. Starts with level = the oldest
 * sample and trend = 0; beta = 0 is simple exponential smoothing. Fewer than 3 samples: a fixed threshold of 0.7.
 * Source: Holt, Int. J. Forecasting 20(1), 2004 (reprint of 1957). Defaults alpha 0.5, beta 0.1, safety 1.2 are our choice: nobody
 * has published values for this use. Proof: test/policy/detection.test.ts.
 */

import type { DetectorPolicy } from "./detector.ts";
import { aboveLimit, fallbackThreshold, forecastFull } from "./detector.ts";
import { numberOption, refuseUnknown } from "./options.ts";

const leastSamples = 3;

export const exponentialSmoothing: DetectorPolicy = {
  name: "exponential-smoothing",
  about: "overloaded when safety x the load forecast by Holt's exponential smoothing reaches the host's capacity",
  source: "Holt, International Journal of Forecasting 20(1), 2004 (reprint of 1957)",
  statistic: "forecast load at the end of a migration",
  create(options) {
    refuseUnknown("exponential-smoothing", options, ["alpha", "beta", "safety"]);
    const alpha = numberOption("exponential-smoothing", options, "alpha", 0.5, 0, 1);
    const beta = numberOption("exponential-smoothing", options, "beta", 0.1, 0, 1);
    const safety = numberOption("exponential-smoothing", options, "safety", 1.2, 0, 100);
    return (host, finding) => {
      const n = host.samples;
      if (n < leastSamples) return aboveLimit(host, finding, fallbackThreshold, Number.NaN, true);
      let level = host.history[n - 1];
      let trend = 0;
      for (let age = n - 2; age >= 0; age--) {
        const smoothed = alpha * host.history[age] + (1 - alpha) * (level + trend);
        trend = beta * (smoothed - level) + (1 - beta) * trend;
        level = smoothed;
      }
      return forecastFull(finding, level + trend * host.stepsAhead, safety);
    };
  },
};
