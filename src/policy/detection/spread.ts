/**
 * Detectors that lower the limit by how much the load varies: load > 1 - safety x spread(history). Fewer than 12 samples say nothing
 * of a spread: a fixed threshold of 0.7 (both numbers CloudSim's).
 */
import { aboveLimit, type DetectorPolicy, fallbackThreshold } from "./detector.ts";
import { numberOption, refuseUnknown } from "./options.ts";
import { sortAscending } from "./order-statistics.ts";

/** Samples below which a spread says nothing. */
export const leastSamplesForSpread = 12;

/** `spread` of n ascending values; `safety` is the default of the option of that name. */
export function spreadDetector(
  { name, statistic, source }: Pick<DetectorPolicy, "name" | "source"> & { readonly statistic: string },
  safety: number,
  spread: (ascending: Float64Array, n: number) => number,
): DetectorPolicy {
  return {
    name,
    about: `overloaded when the load is above 1 - safety x the ${statistic} of its history`,
    source,
    statistic: `${statistic} of the history`,
    create(options) {
      refuseUnknown(name, options, ["safety"]);
      const factor = numberOption(name, options, "safety", safety, 0, 100);
      let sorted = new Float64Array(32);
      return (host, finding) => {
        const n = host.samples;
        if (n < leastSamplesForSpread) return aboveLimit(host, finding, fallbackThreshold, Number.NaN, true);
        if (sorted.length < n) sorted = new Float64Array(n * 2);
        for (let i = 0; i < n; i++) sorted[i] = host.history[i];
        sortAscending(sorted, n);
        const found = spread(sorted, n);
        return aboveLimit(host, finding, 1 - factor * found, found, false);
      };
    },
  };
}
