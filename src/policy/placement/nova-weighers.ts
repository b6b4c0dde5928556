/**
 * Weighers of the Nova policy: each gives a host a raw value; normalised and multiplied they sum to the host's weight.
 *
 * Over the candidates of one VM: n_h = (r_h - lo) / (hi - lo), where lo is the weigher's fixed minimum if it has one, else the
 * smallest r, and hi the largest r; all n_h = 0 when lo = hi.
 * Source: OpenStack Nova documentation, "Compute schedulers", section Weights; defaults of nova.conf, group filter_scheduler.
 */
import type { Fleet } from "../placement.ts";
import { freeVcpus } from "./left-over.ts";

export interface Weigher {
  /** One sentence: the raw value and its unit. */
  readonly about: string;
  /** Multiplier when the scenario gives none. Negative reverses the order (ram: -1 packs). */
  readonly multiplier: number;
  /** Fixed lower end of the scale; absent: the smallest value among the candidates. */
  readonly minimum?: number;
  raw(fleet: Fleet, host: number): number;
}

export const novaWeighers = {
  ram: { about: "free memory, MiB", multiplier: 1, minimum: 0, raw: (fleet, h) => fleet.freeMemoryMiB(h) },
  cpu: {
    about: "vCPUs the admission ratio still allows (cores less placed vCPUs where there is no ratio)",
    multiplier: 1,
    minimum: 0,
    raw: freeVcpus,
  },
  "num-instances": { about: "number of VMs on the host", multiplier: 0, raw: (fleet, h) => fleet.vms(h) },
  // Nova's metrics weigher with the setting cpu.percent=-1.0; off unless asked for, as there.
  "cpu-idle": { about: "share of the guests' CPU not in use now, 0 to 1", multiplier: 0, raw: (fleet, h) => 1 - fleet.usedMHz(h) / fleet.capacityMHz(h) },
} satisfies Record<string, Weigher>;

/** Adds `multiplier x normalised raw value` to each weight. */
export function addWeights(weights: Float64Array, raw: Float64Array, count: number, multiplier: number, minimum: number | undefined): void {
  let low = minimum ?? Infinity;
  let high = -Infinity;
  for (let i = 0; i < count; i++) {
    // Nova clamps a value below the fixed minimum to it (a host that is overcommitted has less than nothing free).
    if (minimum !== undefined && raw[i] < minimum) raw[i] = minimum;
    if (minimum === undefined && raw[i] < low) low = raw[i];
    if (raw[i] > high) high = raw[i];
  }
  if (!(high > low)) return;
  for (let i = 0; i < count; i++) weights[i] += (multiplier * (raw[i] - low)) / (high - low);
}
