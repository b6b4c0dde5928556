/**
 * Robust local regression: the line is fitted again with less weight on samples that lie far off, so that a spike misleads it less.
 *
 * Formula: fit with tricube weights w_i; residuals e_i; s = median |e_i|; fit again with w_i x B(e_i / 6s), B(u) = (1 - u^2)^2
 * inside |u| < 1 and 0 outside; then as local regression. One such iteration, as in the paper. When s = 0 at least half the samples lie
 * on the line already and the first fit stands. (CloudSim's `lrr` computes these weights but never applies them: it equals its `lr`.)
 * Source: Beloglazov and Buyya, CCPE 24(13), 2012 (LRR), after Cleveland, JASA 74(368), 1979. Proof: test/policy/detection.test.ts.
 */

import type { DetectorPolicy } from "./detector.ts";
import { aboveLimit, fallbackThreshold, forecastFull } from "./detector.ts";
import type { Line } from "./local-regression.ts";
import { fitWeighted, regressionSamples, tricubeWeights } from "./local-regression.ts";
import { numberOption, refuseUnknown } from "./options.ts";
import { medianInPlace } from "./order-statistics.ts";

export const robustLocalRegression: DetectorPolicy = {
  name: "robust-local-regression",
  about: "as local regression, fitted a second time with little weight on outliers",
  source: "Beloglazov and Buyya, CCPE 24(13), 2012; Cleveland, JASA 74(368), 1979; default 1.2 as in CloudSim's PlanetLab example",
  statistic: "forecast load at the end of a migration",
  create(options) {
    refuseUnknown("robust-local-regression", options, ["safety"]);
    const safety = numberOption("robust-local-regression", options, "safety", 1.2, 0, 100);
    const tricube = tricubeWeights(regressionSamples);
    const weights = new Float64Array(regressionSamples);
    const deviations = new Float64Array(regressionSamples);
    const line: Line = { level: 0, slope: 0 };
    return (host, finding) => {
      if (host.samples < regressionSamples) return aboveLimit(host, finding, fallbackThreshold, Number.NaN, true);
      fitWeighted(host.history, tricube, regressionSamples, line);
      for (let age = 0; age < regressionSamples; age++) deviations[age] = Math.abs(host.history[age] - (line.level - line.slope * age));
      const scale = 6 * medianInPlace(deviations, regressionSamples);
      // Residuals at the level of rounding are no outliers.
      if (scale > 1e-12) {
        for (let age = 0; age < regressionSamples; age++) {
          const u = (host.history[age] - (line.level - line.slope * age)) / scale;
          weights[age] = Math.abs(u) < 1 ? tricube[age] * (1 - u * u) ** 2 : 0;
        }
        fitWeighted(host.history, weights, regressionSamples, line);
      }
      return forecastFull(finding, line.level + line.slope * host.stepsAhead, safety);
    };
  },
};
