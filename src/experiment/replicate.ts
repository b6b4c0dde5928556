/**
 * Runs a scenario several times with different luck and keeps its headline figures.
 *
 * Replication r = 1, 2, ... of seed S runs with the seed "S/r". Streams are named (kernel/streams.ts), so two scenarios run
 * with the same seeds share the luck of everything they have in common.
 */
import { numbers, texts } from "../results/table.ts";
import type { ResolvedScenario } from "../scenario/resolved.ts";
import { type SimulationInputs, simulate } from "../simulation.ts";

/** One of the things to compare. */
export interface Option {
  readonly name: string;
  readonly scenario: ResolvedScenario;
  readonly inputs: SimulationInputs;
}

export interface Replicated {
  readonly name: string;
  /** Headline figures in the order of the summary: `values[r]` is replication r + 1; NaN where it does not apply. */
  readonly metrics: ReadonlyMap<string, { readonly unit: string; readonly about: string; readonly values: Float64Array }>;
  readonly fingerprints: readonly string[];
}

/** Seeds of `reps` replications. */
export const seedsOf = (seed: string, reps: number): string[] => Array.from({ length: reps }, (_, r) => `${seed}/${r + 1}`);

/** Runs the option once with each seed. `onRun` is told after each run. Throws what `simulate` throws. */
export function replicate(option: Option, seeds: readonly string[], onRun: () => void = () => undefined): Replicated {
  const metrics = new Map<string, { unit: string; about: string; values: Float64Array }>();
  const fingerprints: string[] = [];
  seeds.forEach((seed, r) => {
    const { summary, run } = simulate({ ...option.scenario, seed }, option.inputs);
    const values = numbers(summary, "value");
    const units = texts(summary, "unit");
    const abouts = texts(summary, "about");
    texts(summary, "metric").forEach((metric, i) => {
      let found = metrics.get(metric);
      if (!found) {
        found = { unit: units[i] ?? "", about: abouts[i] ?? "", values: new Float64Array(seeds.length).fill(Number.NaN) };
        metrics.set(metric, found);
      }
      found.values[r] = values[i] as number;
    });
    fingerprints.push(run.fingerprint);
    onRun();
  });
  return { name: option.name, metrics, fingerprints };
}
