/**
 * Static threshold: overloaded when the load is above a fixed share of the host.
 *
 * Formula: load > threshold. Source: Beloglazov and Buyya, CCPE 24(13), 2012 (THR); 0.8 is the value of CloudSim's example.
 */

import type { DetectorPolicy } from "./detector.ts";
import { aboveLimit } from "./detector.ts";
import { numberOption, refuseUnknown } from "./options.ts";

export const threshold: DetectorPolicy = {
  name: "threshold",
  about: "overloaded when the load is above a fixed share of the host",
  source: "Beloglazov and Buyya, CCPE 24(13), 2012; default 0.8 as in CloudSim's PlanetLab example",
  statistic: "",
  create(options) {
    refuseUnknown("threshold", options, ["threshold"]);
    const limit = numberOption("threshold", options, "threshold", 0.8, 0, 2);
    return (host, finding) => aboveLimit(host, finding, limit, Number.NaN, false);
  },
};
