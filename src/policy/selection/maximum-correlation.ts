/**
 * Maximum correlation: the VM whose load is best explained by that of its neighbours, for they peak together.
 *
 * Score: R^2 of the VM's history on those of the host's other VMs. The greatest above 0 goes; the first VM when there is none.
 * When there is no regression (one VM, more VMs than samples, an exactly singular matrix) the VM of least memory goes.
 * Source: Beloglazov and Buyya, CCPE 24(13), 2012 (MC), after Verma et al., USENIX ATC 2009; the cases without a regression as in CloudSim 3.0.3.
 */
import { minimumMigrationTime } from "./minimum-migration-time.ts";
import { correlationByQr, correlationsByCholesky, newCorrelationSpace } from "./multiple-correlation.ts";
import type { Candidates, SelectionPolicy } from "./selector.ts";

/** Scores closer than this are settled by the slower method, whose rounding is CloudSim's. */
const tooClose = 1e-6;

export const maximumCorrelation: SelectionPolicy = {
  name: "maximum-correlation",
  about: "the VM whose past load is best explained by that of the host's other VMs",
  source: "Beloglazov and Buyya, CCPE 24(13), 2012; Verma et al., USENIX ATC 2009",
  score: "R^2 on the other VMs (memory, MiB, where no regression is possible)",
  create(luck) {
    const leastMemory = minimumMigrationTime.create(luck);
    let vmsHeld = 32;
    let samplesHeld = 32;
    let space = newCorrelationSpace(vmsHeld, samplesHeld);
    return (vms: Candidates, scores: Float64Array): number => {
      const { count, samples, history, stride } = vms;
      if (count < 2 || count > samples) return leastMemory(vms, scores);
      if (count > vmsHeld || samples > samplesHeld) {
        vmsHeld = Math.max(count, vmsHeld);
        samplesHeld = Math.max(samples, samplesHeld);
        space = newCorrelationSpace(vmsHeld, samplesHeld);
      }
      if (correlationsByCholesky(space, history, stride, count, samples, scores)) {
        const best = greatest(scores, count);
        if (isClear(scores, count, best)) return best;
      }
      for (let i = 0; i < count; i++) {
        const score = correlationByQr(space, history, stride, count, samples, i);
        if (score === undefined) return leastMemory(vms, scores);
        scores[i] = score;
      }
      return greatest(scores, count);
    };
  },
};

/** Index of the greatest score above 0, the first on ties; 0 when there is none. */
function greatest(scores: Float64Array, count: number): number {
  let best = 0;
  let most = Number.MIN_VALUE;
  for (let i = 0; i < count; i++) {
    if (scores[i] > most) {
      most = scores[i];
      best = i;
    }
  }
  return best;
}

function isClear(scores: Float64Array, count: number, best: number): boolean {
  if (!(scores[best] > tooClose)) return false;
  for (let i = 0; i < count; i++) if (i !== best && scores[i] > scores[best] - tooClose) return false;
  return true;
}
