/**
 * The oracle: it is told the load of the next interval, so it shows how much any forecast could be worth.
 *
 * Formula: next load > threshold, default 1 (the host would be short of CPU). No real system can do this; use it as a bound.
 */

import type { DetectorPolicy } from "./detector.ts";
import { numberOption, refuseUnknown } from "./options.ts";

export const oracle: DetectorPolicy = {
  name: "oracle",
  about: "overloaded when the load of the next interval, which it is told, is above the threshold",
  source: "a bound for comparison; no real system can know the next load",
  statistic: "load of the next interval",
  create(options) {
    refuseUnknown("oracle", options, ["threshold"]);
    const limit = numberOption("oracle", options, "threshold", 1, 0, 2);
    return (host, finding) => {
      if (Number.isNaN(host.nextLoad))
        throw new Error("detection oracle needs the load of the next interval, and nobody knows it here (demand that is not a trace)");
      finding.measured = host.nextLoad;
      finding.limit = limit;
      finding.statistic = host.nextLoad;
      finding.fallback = false;
      return host.nextLoad > limit;
    };
  },
};
