/**
 * Which hosts to empty, so that they can rest.
 *
 * - least-loaded: every host, the least loaded first, as CloudSim's consolidation does; a host is emptied when all its VMs
 *   find another.
 * - threshold: the same, but only hosts below a fixed load (default 0.3, our choice).
 * Hosts that cannot be emptied are given up after `attempts` of them in a round (default 10): the next ones hold more.
 * Source: Beloglazov and Buyya, CCPE 24(13), 2012, section 5; CloudSim 3.0.3. Proof: test/policy/rebalancing.test.ts.
 */
import { numberOption, type Options, refuseUnknown } from "./options.ts";

export interface Underload {
  /** Hosts of this load or more are left alone. */
  readonly below: number;
  /** Hosts that may fail to empty in a round. */
  readonly attempts: number;
}

export interface UnderloadPolicy {
  readonly name: string;
  readonly about: string;
  create(options: Options): Underload;
}

const attemptsOf = (name: string, options: Options): number => numberOption(name, options, "attempts", 10, 0, 1e6);

export const leastLoaded: UnderloadPolicy = {
  name: "least-loaded",
  about: "hosts are emptied one by one, the least loaded first, while all VMs of the next one find another host",
  create(options) {
    refuseUnknown("least-loaded", options, ["attempts"]);
    return { below: Number.POSITIVE_INFINITY, attempts: attemptsOf("least-loaded", options) };
  },
};

export const belowThreshold: UnderloadPolicy = {
  name: "threshold",
  about: "the same for hosts whose load is below a fixed share",
  create(options) {
    refuseUnknown("threshold", options, ["threshold", "attempts"]);
    return { below: numberOption("threshold", options, "threshold", 0.3, 0, 1), attempts: attemptsOf("threshold", options) };
  },
};

export const never: UnderloadPolicy = {
  name: "none",
  about: "no host is emptied",
  create(options) {
    refuseUnknown("none", options, []);
    return { below: 0, attempts: 0 };
  },
};

export const underloads: readonly UnderloadPolicy[] = [leastLoaded, belowThreshold, never];
