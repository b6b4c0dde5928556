/**
 * Median absolute deviation: as the interquartile range, with a spread that outliers move less.
 *
 * Formula: load > 1 - safety x median(|x - median(x)|) over the history. Fewer than 12 samples: a fixed threshold of 0.7.
 * Source: Beloglazov and Buyya, CCPE 24(13), 2012 (MAD); 12 samples, 0.7 and safety 2.5 are CloudSim's.
 */

import type { DetectorPolicy } from "./detector.ts";
import { aboveLimit, fallbackThreshold, numberOption, refuseUnknown } from "./detector.ts";
import { leastSamplesForSpread } from "./iqr.ts";
import { medianAbsoluteDeviation, sortAscending } from "./order-statistics.ts";

export const mad: DetectorPolicy = {
  name: "mad",
  about: "overloaded when the load is above 1 - safety x the median absolute deviation of its history",
  source: "Beloglazov and Buyya, CCPE 24(13), 2012; default 2.5 as in CloudSim's PlanetLab example",
  statistic: "median absolute deviation of the history",
  create(options) {
    refuseUnknown("mad", options, ["safety"]);
    const safety = numberOption("mad", options, "safety", 2.5, 0, 100);
    let sorted = new Float64Array(32);
    return (host, finding) => {
      const n = host.samples;
      if (n < leastSamplesForSpread) return aboveLimit(host, finding, fallbackThreshold, Number.NaN, true);
      if (sorted.length < n) sorted = new Float64Array(n * 2);
      for (let i = 0; i < n; i++) sorted[i] = host.history[i];
      sortAscending(sorted, n);
      const spread = medianAbsoluteDeviation(sorted, n);
      return aboveLimit(host, finding, 1 - safety * spread, spread, false);
    };
  },
};
