/**
 * Failure models against the closed forms of reliability theory.
 *
 * Exponential times of failure (rate l) and repair (rate m), everything whole at second 0. Expected values are those of the
 * finite run, not of the steady state: one unit is up at t with chance A + (1 - A) e^(-(l+m) t), A = m / (l + m), and over
 * [0, T] for the share A + (1 - A) (1 - e^(-(l+m) T)) / ((l + m) T). Crews and spares have the steady state of a birth-death
 * chain (machine-repairman, M/M/c//N); the run's transient is below 1 % of the interval there, because it lasts thousands
 * of repair times.
 */
import type { FailureModel, FailuresSpec } from "../model/failures/spec.ts";
import type { ResolvedScenario } from "../scenario/resolved.ts";
import { host, scenario, vm } from "./build.ts";

const HOUR = 3600;

export function failureModel(over: Partial<FailureModel> = {}): FailureModel {
  return {
    name: over.of ?? "host",
    of: "host",
    which: null,
    between: { law: "exponential", mean: 100 * HOUR },
    repair: { law: "exponential", mean: 10 * HOUR },
    start: "new",
    renewal: "as-good-as-new",
    ageSeconds: 0,
    atSeconds: [],
    boots: false,
    beta: 0,
    within: "all",
    spares: null,
    perHost: 1,
    tolerates: 0,
    graceSeconds: 0,
    share: 1,
    everySeconds: 0,
    ...over,
  };
}

export const failuresOf = (...models: Partial<FailureModel>[]): FailuresSpec => ({ models: models.map(failureModel), traces: [], crews: null });

/** A fleet whose hosts fail, one VM on each that waits for its host; observed seldom, because only outages matter here. */
export function fallible(count: number, hours: number, failures: FailuresSpec, over: Partial<ResolvedScenario> = {}): ResolvedScenario {
  return scenario({
    durationSeconds: hours * HOUR,
    observeSeconds: hours * HOUR,
    hosts: [host({ count, memoryMiB: 2048 })],
    vms: [vm({ name: "v", count, memoryMiB: 1536, onHostDown: "wait" })],
    failures,
    ...over,
  });
}

/** Share of [0, T] in which one repairable unit is up that is whole at 0. */
export function upShare(mtbf: number, mttr: number, T: number): number {
  const a = mtbf / (mtbf + mttr);
  const rate = 1 / mtbf + 1 / mttr;
  return a + ((1 - a) * (1 - Math.exp(-rate * T))) / (rate * T);
}

/** Machine-repairman with spares: N machines in use, S cold spares, c crews. Mean machines in use. */
export function machinesUp(N: number, S: number, crews: number, mtbf: number, mttr: number): number {
  // State: broken units k = 0 .. N + S; up = min(N, N + S - k).
  const up = (k: number): number => Math.min(N, N + S - k);
  let weight = 1;
  let sum = 0;
  let total = 0;
  for (let k = 0; k <= N + S; k++) {
    if (k > 0) weight *= up(k - 1) / mtbf / (Math.min(k, crews) / mttr);
    sum += weight * up(k);
    total += weight;
  }
  return sum / total;
}
