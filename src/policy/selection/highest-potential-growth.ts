/**
 * Highest potential growth: the VM that uses least of what it could ask for, before it grows into it.
 *
 * Score: demand / size, as minimum utilisation; but VMs without any demand stay (taking them off relieves nothing), and
 * among equals the larger VM goes, whose growth would hurt most. When no VM has demand the largest goes.
 * Source: Beloglazov, Abawajy and Buyya, FGCS 28(5), 2012 (HPG): the set of VMs that minimises the sum of demand / size among
 * the sets that relieve the host; taken greedily, one VM at a time.
 */
import type { SelectionPolicy } from "./selector.ts";

export const highestPotentialGrowth: SelectionPolicy = {
  name: "highest-potential-growth",
  about: "the VM with demand that uses the least of its size, the larger one among equals",
  source: "Beloglazov, Abawajy and Buyya, Future Generation Computer Systems 28(5), 2012",
  score: "demand / size",
  create: () => (vms, scores) => {
    let best = -1;
    for (let i = 0; i < vms.count; i++) {
      scores[i] = vms.demandMHz[i] / vms.sizeMHz[i];
      if (best < 0 || goesBefore(i, best, vms.sizeMHz, scores)) best = i;
    }
    return best;
  },
};

function goesBefore(candidate: number, best: number, sizeMHz: Float64Array, scores: Float64Array): boolean {
  const relieves = scores[candidate] > 0;
  if (relieves !== scores[best] > 0) return relieves;
  if (scores[candidate] !== scores[best]) return scores[candidate] < scores[best];
  return sizeMHz[candidate] > sizeMHz[best];
}
