/**
 * Interquartile range: the more the load varies, the lower the limit.
 *
 * Formula: load > 1 - safety x IQR(history). Fewer than 12 samples: a fixed threshold of 0.7.
 * Source: Beloglazov and Buyya, CCPE 24(13), 2012 (IQR); 12 samples, 0.7 and safety 1.5 are CloudSim's.
 */

import type { DetectorPolicy } from "./detector.ts";
import { aboveLimit, fallbackThreshold, numberOption, refuseUnknown } from "./detector.ts";
import { interquartileRange, sortAscending } from "./order-statistics.ts";

/** Samples below which a spread says nothing. */
export const leastSamplesForSpread = 12;

export const iqr: DetectorPolicy = {
  name: "iqr",
  about: "overloaded when the load is above 1 - safety x the interquartile range of its history",
  source: "Beloglazov and Buyya, CCPE 24(13), 2012; default 1.5 as in CloudSim's PlanetLab example",
  statistic: "interquartile range of the history",
  create(options) {
    refuseUnknown("iqr", options, ["safety"]);
    const safety = numberOption("iqr", options, "safety", 1.5, 0, 100);
    let sorted = new Float64Array(32);
    return (host, finding) => {
      const n = host.samples;
      if (n < leastSamplesForSpread) return aboveLimit(host, finding, fallbackThreshold, Number.NaN, true);
      if (sorted.length < n) sorted = new Float64Array(n * 2);
      for (let i = 0; i < n; i++) sorted[i] = host.history[i];
      sortAscending(sorted, n);
      const spread = interquartileRange(sorted, n);
      return aboveLimit(host, finding, 1 - safety * spread, spread, false);
    };
  },
};
