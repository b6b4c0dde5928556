/**
 * Median absolute deviation: as the interquartile range, with a spread that outliers move less.
 *
 * Formula: load > 1 - safety x median(|x - median(x)|) over the history, as in spread.ts.
 * Source: Beloglazov and Buyya, CCPE 24(13), 2012 (MAD); safety 2.5 is CloudSim's.
 */
import { medianAbsoluteDeviation } from "./order-statistics.ts";
import { spreadDetector } from "./spread.ts";

export const mad = spreadDetector(
  { name: "mad", statistic: "median absolute deviation", source: "Beloglazov and Buyya, CCPE 24(13), 2012; default 2.5 as in CloudSim's PlanetLab example" },
  2.5,
  medianAbsoluteDeviation,
);
