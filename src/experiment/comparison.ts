/**
 * Options side by side: each figure with its interval, and its difference from the first option under the same luck.
 */
import type { Replicated } from "./replicate.ts";
import { type Difference, type Estimate, estimate, pairedDifference } from "./statistics.ts";

export interface ComparedFigure extends Estimate {
  readonly values: ArrayLike<number>;
  /** From the baseline; null for the baseline itself. */
  readonly difference: Difference | null;
}

export interface ComparedOption {
  readonly name: string;
  readonly fingerprints: readonly string[];
  /** By metric, in the order of `Comparison.metrics`. */
  readonly figures: readonly ComparedFigure[];
}

export interface ComparedMetric {
  readonly name: string;
  readonly unit: string;
  readonly about: string;
}

export interface Comparison {
  readonly seeds: readonly string[];
  readonly metrics: readonly ComparedMetric[];
  /** The first one is the baseline. */
  readonly options: readonly ComparedOption[];
  /** No option's runs differ from replication to replication: there is no luck in it, and differences are exact. */
  readonly luckless: boolean;
}

/** Figures looked at when none are named: the first two always, the others only where options differ in them. */
const USUAL = ["energy_facility_kwh", "ready_pct_p95", "cost_total", "down_vm_h", "hosts_on_mean", "migrations", "slav", "vms_rejected", "vms_lost"];
const ALWAYS = 2;

/** The usual figures that tell these options apart. */
export function usualMetrics(options: readonly Replicated[]): string[] {
  const differs = (name: string): boolean => new Set(options.flatMap((o) => Array.from(o.metrics.get(name)?.values ?? [], String))).size > 1;
  return USUAL.filter((name, i) => i < ALWAYS || differs(name));
}

/**
 * Puts replicated options side by side; an option without one of the figures (it has no failures, say) has NaN there.
 * Throws an Error for a figure that no summary has.
 */
export function compareOptions(options: readonly Replicated[], seeds: readonly string[], names: readonly string[]): Comparison {
  const [baseline] = options;
  if (!baseline) throw new Error("there is nothing to compare");
  const none = new Float64Array(seeds.length).fill(Number.NaN);
  const valuesOf = (option: Replicated, name: string): Float64Array => option.metrics.get(name)?.values ?? none;
  return {
    seeds,
    metrics: names.map((name) => {
      const found = options.find(({ metrics }) => metrics.has(name))?.metrics.get(name);
      if (!found) throw new Error(`there is no figure "${name}" in the summary`);
      return { name, unit: found.unit, about: found.about };
    }),
    options: options.map((option) => ({
      name: option.name,
      fingerprints: option.fingerprints,
      figures: names.map((name) => {
        const values = valuesOf(option, name);
        return { ...estimate(values), values, difference: option === baseline ? null : pairedDifference(values, valuesOf(baseline, name)) };
      }),
    })),
    luckless: seeds.length > 1 && options.every(({ fingerprints }) => new Set(fingerprints).size === 1),
  };
}
