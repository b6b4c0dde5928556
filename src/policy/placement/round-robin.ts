/**
 * Round robin: the next host after the last one chosen that can take the VM, starting again from the front.
 *
 * Spreads by number of VMs, whatever their size. Remembers one number for the run.
 * Source: textbook; the ROUNDROBIN scheduler of Eucalyptus. Proof: test/policy/placement.test.ts.
 */
import type { PlacementPolicy } from "../placement.ts";
import { refuseUnknown } from "./options.ts";

export const roundRobin: PlacementPolicy = {
  name: "round-robin",
  about: "the next host, after the one chosen last, that can take the VM",
  source: "textbook; the ROUNDROBIN scheduler of Eucalyptus",
  score: "",
  create(options) {
    refuseUnknown("round-robin", options, []);
    let last = -1;
    return (_vm, fleet) => {
      let host = fleet.next(last + 1);
      if (host < 0) host = fleet.next(0);
      if (host >= 0) last = host;
      return { host, score: Number.NaN };
    };
  },
};
