/**
 * Power-aware best fit: the host whose power rises least when it takes the VM.
 *
 * Score: watts(asked + VM) - watts(asked), where asked is what the host's VMs ask for, MHz; only hosts with that much CPU left.
 * Rises are compared in whole microwatts, and among equals the lowest number wins.
 * On a host that is full the power would not rise at all, and the rule would pile VMs there; so when the VM's demand fits
 * nowhere, the host that is least short of CPU takes it (the paper, which allows no overcommitment, would refuse it).
 * In a plan of moves no host is ever filled beyond its CPU.
 * The paper also sorts the VMs by demand, highest first; here they come in the order of arrival.
 * Source: PABFD in Beloglazov and Buyya, Concurrency and Computation 24(13), 2012, algorithm 2.
 * Proof: test/policy/placement.test.ts.
 */
import type { PlacementPolicy } from "../placement.ts";
import { leftOver } from "./left-over.ts";
import { refuseUnknown } from "./options.ts";
import { highest } from "./scan.ts";

export const powerAwareBestFit: PlacementPolicy = {
  name: "power-aware-best-fit",
  about: "the host with enough CPU left whose power rises least when it takes the VM",
  source: "PABFD in Beloglazov and Buyya, Concurrency and Computation: Practice and Experience 24(13), 2012",
  score: "rise of the host's power, W; NaN when no host has the CPU left and the one least short of it was taken",
  create(options) {
    refuseUnknown("power-aware-best-fit", options, []);
    return (vm, fleet) => {
      const least = fleet.leastRise(vm);
      if (least.host >= 0 || !fleet.overcommits) return least;
      return { host: highest(fleet, (h) => leftOver(fleet, h, vm, "cpu")).host, score: Number.NaN };
    };
  },
};
