/**
 * Interquartile range: the more the load varies, the lower the limit.
 *
 * Formula: load > 1 - safety x IQR(history), as in spread.ts.
 * Source: Beloglazov and Buyya, CCPE 24(13), 2012 (IQR); safety 1.5 is CloudSim's.
 */
import { interquartileRange } from "./order-statistics.ts";
import { spreadDetector } from "./spread.ts";

export const iqr = spreadDetector(
  { name: "iqr", statistic: "interquartile range", source: "Beloglazov and Buyya, CCPE 24(13), 2012; default 1.5 as in CloudSim's PlanetLab example" },
  1.5,
  interquartileRange,
);
