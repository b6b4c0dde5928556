/**
 * Walks the hosts that fit and takes the one of highest score; among equals the lowest number.
 */
import type { Choice, Fleet } from "../placement.ts";
import { nowhere } from "../placement.ts";

/** The host of highest score, with that score. A host that scores NaN is taken only when no other is there. */
export function highest(fleet: Fleet, scoreOf: (host: number) => number): Choice {
  let best = -1;
  let bestScore = Number.NaN;
  for (let host = fleet.next(0); host >= 0; host = fleet.next(host + 1)) {
    const score = scoreOf(host);
    if (best < 0 || score > bestScore || (bestScore !== bestScore && score === score)) {
      best = host;
      bestScore = score;
    }
  }
  return best < 0 ? nowhere : { host: best, score: bestScore };
}

/** The host of lowest score, with that score. */
export function lowest(fleet: Fleet, scoreOf: (host: number) => number): Choice {
  const { host, score } = highest(fleet, (h) => -scoreOf(h));
  return host < 0 ? nowhere : { host, score: -score };
}
