/**
 * Energy as a meter would show it: every host that holds a VM, or is about to receive one, draws P(load) from t = 0 to the
 * end of the day, at no load too. Hosts without VMs are off and draw nothing, as in CloudSim.
 *
 * Between two updates the load of a host is a straight line (its VMs' requests are), so energy is the integral of the power
 * curve, itself made of straight lines, along that line: each piece is a trapezoid. Proof: test/anchors/cloudsim-repairs.test.ts.
 */
import type { Fleet } from "./fleet.ts";
import { hostKinds } from "./machines.ts";
import { wattsAt } from "./power-curve.ts";
import { shareHost } from "./share.ts";

/** Segments of a curve. */
const segments = 10;

export class Meter {
  joules = 0;
  /** Load of each host right after the last update and what it changed. */
  readonly #from: Float64Array;

  constructor({ hosts }: Fleet) {
    this.#from = new Float64Array(hosts);
  }

  /** At t = 0: the VMs are placed and their requests set. */
  begin(fleet: Fleet): void {
    for (let h = 0; h < fleet.hosts; h++) if (fleet.count[h] > 0) this.#from[h] = Math.min(1, shareHost(fleet, h) / hostKinds[h & 1].totalMips);
  }

  /** An update begins: the loads are those that the last one left. */
  open(fleet: Fleet): void {
    this.#from.set(fleet.load);
  }

  /** The update has recorded the loads of now, `seconds` after the last. */
  close({ hosts, count, load }: Fleet, seconds: number): void {
    for (let h = 0; h < hosts; h++) if (count[h] > 0) this.joules += meanWatts(h & 1, Math.min(1, this.#from[h]), Math.min(1, load[h])) * seconds;
  }

  /** Adds the time after the last update, in which the loads stay as they are. Returns the joules of the day. */
  end({ hosts, count, load }: Fleet, seconds: number): number {
    for (let h = 0; h < hosts; h++) if (count[h] > 0) this.joules += wattsAt(h & 1, Math.min(1, load[h])) * seconds;
    return this.joules;
  }
}

/** Mean of P(u) while u goes evenly from a to b. */
export function meanWatts(kind: number, a: number, b: number): number {
  const low = Math.min(a, b);
  const high = Math.max(a, b);
  const first = Math.min(segments - 1, Math.floor(low * segments));
  const last = Math.min(segments - 1, Math.floor(high * segments));
  if (first === last) return (wattsAt(kind, a) + wattsAt(kind, b)) / 2;
  let area = 0;
  for (let s = first; s <= last; s++) {
    const from = Math.max(low, s / segments);
    const to = Math.min(high, (s + 1) / segments);
    area += ((wattsAt(kind, from) + wattsAt(kind, to)) / 2) * (to - from);
  }
  return area / (high - low);
}
