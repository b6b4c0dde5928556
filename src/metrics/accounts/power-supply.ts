/**
 * What power supplies lose: hosts' power is at the wall, of which the supply delivers efficiency(load) x wall.
 *
 * Efficiencies are given at shares of the rated output; between these points output is a straight line of input, from
 * nothing at nothing; beyond the last point its efficiency holds. A host's power is its mean over a metering interval.
 * Source of the standard curves: the 80 PLUS programme's requirements for 230 V internal supplies (10, 20, 50, 100 % load).
 */
import type { PowerSupplySpec } from "../../model/accounts-spec.ts";
import { interpolate } from "./steps.ts";

/** Watts lost by a supply that takes `wallWatts`. */
export function supplyLoss({ ratedWatts, efficiency }: PowerSupplySpec, wallWatts: number): number {
  const points = [{ x: 0, y: 0 }, ...efficiency.map(({ x: share, y }) => ({ x: (share * ratedWatts) / y, y: share * ratedWatts }))];
  const last = efficiency[efficiency.length - 1];
  const end = points[points.length - 1];
  return wallWatts > end.x ? wallWatts * (1 - last.y) : wallWatts - interpolate(points, wallWatts);
}
