/**
 * First fit: the first host, in the scenario's order, that can take the VM.
 *
 * Fills hosts from the front, so it packs; at most 1.7 times the optimal number of hosts when only one resource counts.
 * Source: Johnson, Demers, Ullman, Garey and Graham, SIAM J. Computing 3(4), 1974. Proof: test/policy/placement.test.ts.
 */
import type { PlacementPolicy } from "../placement.ts";
import { refuseUnknown } from "./options.ts";

export const firstFit: PlacementPolicy = {
  name: "first-fit",
  about: "the first host in the scenario's order that can take the VM",
  source: "Johnson, Demers, Ullman, Garey and Graham, SIAM Journal on Computing 3(4), 1974",
  score: "",
  create(options) {
    refuseUnknown("first-fit", options, []);
    return (_vm, fleet) => ({ host: fleet.next(0), score: Number.NaN });
  },
};
