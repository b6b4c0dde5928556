/**
 * Best fit: the host with the least left over once the VM is on it, of one resource.
 *
 * Option `by`: `memory` (default, the resource that admission never overcommits by itself), `cpu` or `vcpus`. Packs.
 * With `cpu`, hosts whose VMs would ask for more than they have come last, the least short of them first.
 * Source: Johnson et al., SIAM J. Computing 3(4), 1974. Proof: test/policy/placement.test.ts.
 */
import type { PlacementPolicy } from "../placement.ts";
import { leftOver, leftOverScore, resources } from "./left-over.ts";
import { refuseUnknown, wordOption } from "./options.ts";
import { highest } from "./scan.ts";

export const bestFit: PlacementPolicy = {
  name: "best-fit",
  about: "the host with the least left over of one resource (memory, cpu or vcpus) once the VM is on it",
  source: "Johnson, Demers, Ullman, Garey and Graham, SIAM Journal on Computing 3(4), 1974",
  score: leftOverScore,
  create(options) {
    refuseUnknown("best-fit", options, ["by"]);
    const by = wordOption("best-fit", options, "by", "memory", resources);
    return (vm, fleet) => {
      // A shortage ranks below every surplus: 1 / left falls as more is left, and left itself is negative when short.
      const { host } = highest(fleet, (h) => {
        const left = leftOver(fleet, h, vm, by);
        return left >= 0 ? 1 / left : left;
      });
      return { host, score: host < 0 ? Number.NaN : leftOver(fleet, host, vm, by) };
    };
  },
};
