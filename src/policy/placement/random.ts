/**
 * Random: any host that can take the VM, all with the same chance.
 *
 * The base line that a policy should beat. One draw a placement from the run's own stream, whatever the number of hosts.
 * Source: base line of Beloglazov and Buyya, Concurrency and Computation 24(13), 2012. Proof: test/policy/placement.test.ts.
 */
import type { PlacementPolicy } from "../placement.ts";
import { nowhere } from "../placement.ts";
import { refuseUnknown } from "./options.ts";

export const random: PlacementPolicy = {
  name: "random",
  about: "any host that can take the VM, all with the same chance",
  source: "base line; the chance scheduler of OpenStack Nova",
  score: "",
  create(options, luck) {
    refuseUnknown("random", options, []);
    const hosts: number[] = [];
    return (_vm, fleet) => {
      hosts.length = 0;
      for (let host = fleet.next(0); host >= 0; host = fleet.next(host + 1)) hosts.push(host);
      const draw = luck();
      return hosts.length === 0 ? nowhere : { host: hosts[Math.floor(draw * hosts.length)], score: Number.NaN };
    };
  },
};
