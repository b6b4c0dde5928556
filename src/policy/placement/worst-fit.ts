/**
 * Worst fit: the host with the most left over once the VM is on it, of one resource.
 *
 * Option `by`: `memory` (default), `cpu` or `vcpus`. Spreads the load; the textbook opposite of best fit.
 * Source: Johnson et al., SIAM J. Computing 3(4), 1974. Proof: test/policy/placement.test.ts.
 */
import type { PlacementPolicy } from "../placement.ts";
import { leftOver, leftOverScore, resources } from "./left-over.ts";
import { refuseUnknown, wordOption } from "./options.ts";
import { highest } from "./scan.ts";

export const worstFit: PlacementPolicy = {
  name: "worst-fit",
  about: "the host with the most left over of one resource (memory, cpu or vcpus) once the VM is on it",
  source: "Johnson, Demers, Ullman, Garey and Graham, SIAM Journal on Computing 3(4), 1974",
  score: leftOverScore,
  create(options) {
    refuseUnknown("worst-fit", options, ["by"]);
    const by = wordOption("worst-fit", options, "by", "memory", resources);
    return (vm, fleet) => highest(fleet, (h) => leftOver(fleet, h, vm, by));
  },
};
