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

/**
 * Machine-repairman with spares: N machines in use, S cold spares, c crews, all whole at second 0. Mean machines in use over [0, T],
 * for a T of many repair times: of a birth-death chain with steady state p, the integral of what it gains over its steady mean
 * is the bias g(0) of its start, where l_k p_k (g(k+1) - g(k)) = -sum over j <= k of p_j (up_j - mean) and sum p g = 0
 * (Poisson's equation). What is left out is of the order of e^(-T / relaxation time).
 */
export function machinesUp(N: number, S: number, crews: number, mtbf: number, mttr: number, T = Number.POSITIVE_INFINITY): number {
  // State: broken units k = 0 .. N + S; up = min(N, N + S - k).
  const up = Array.from({ length: N + S + 1 }, (_, k) => Math.min(N, N + S - k));
  const fails = (k: number): number => (up[k] ?? 0) / mtbf;
  const weights = [1];
  for (let k = 1; k <= N + S; k++) weights.push(((weights[k - 1] ?? 0) * fails(k - 1)) / (Math.min(k, crews) / mttr));
  const total = weights.reduce((a, b) => a + b, 0);
  const p = weights.map((weight) => weight / total);
  const mean = p.reduce((sum, share, k) => sum + share * (up[k] ?? 0), 0);
  const g = [0];
  let above = 0;
  for (let k = 0; k < N + S; k++) {
    above += (p[k] ?? 0) * ((up[k] ?? 0) - mean);
    g.push((g[k] ?? 0) - above / (fails(k) * (p[k] ?? 0)));
  }
  const start = -p.reduce((sum, share, k) => sum + share * (g[k] ?? 0), 0);
  return mean + start / T;
}
