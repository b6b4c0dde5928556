/**
 * Runs a scenario several times with different luck and keeps its headline figures and its ledgers.
 *
 * Replication r = 1, 2, ... of seed S runs with the seed "S/r". Streams are named (kernel/streams.ts), so two scenarios run
 * with the same seeds share the luck of everything they have in common.
 */
import { meanReckoning, type Reckoning } from "../metrics/accounts/reckoning.ts";
import { numbers, type Table, texts } from "../results/table.ts";
import type { ResolvedScenario } from "../scenario/resolved.ts";
import { type SimulationInputs, simulate } from "../simulation.ts";

/** One of the things to compare. */
export interface Option {
  readonly name: string;
  readonly scenario: ResolvedScenario;
  readonly inputs: SimulationInputs;
}

/** Accounts of one ledger in their order: `values[r]` is replication r + 1; 0 where a run has no such account. */
export interface ReplicatedLedger {
  readonly unit: string;
  readonly accounts: ReadonlyMap<string, Float64Array>;
}

export interface Replicated {
  readonly name: string;
  /** Headline figures in the order of the summary: `values[r]` is replication r + 1; NaN where it does not apply. */
  readonly metrics: ReadonlyMap<string, { readonly unit: string; readonly about: string; readonly values: Float64Array }>;
  /** By name of the ledger: energy, cpu, vm and whatever else the run accounts for. */
  readonly ledgers: ReadonlyMap<string, ReplicatedLedger>;
  readonly fingerprints: readonly string[];
  /** What all runs used in the mean, to be reckoned anew at other prices. */
  readonly reckoning: Reckoning;
}

/** Seeds of `reps` replications. */
export const seedsOf = (seed: string, reps: number): string[] => Array.from({ length: reps }, (_, r) => `${seed}/${r + 1}`);

/** Runs the option once with each seed. `onRun` is told after each run. Throws what `simulate` throws. */
export function replicate(option: Option, seeds: readonly string[], onRun: () => void = () => undefined): Replicated {
  const metrics = new Map<string, { unit: string; about: string; values: Float64Array }>();
  const ledgers = new Map<string, { unit: string; accounts: Map<string, Float64Array> }>();
  const fingerprints: string[] = [];
  const reckonings: Reckoning[] = [];
  seeds.forEach((seed, r) => {
    const { summary, ledger, run, reckoning } = simulate({ ...option.scenario, seed }, option.inputs);
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
    addLedgers(ledgers, ledger, r, seeds.length);
    fingerprints.push(run.fingerprint);
    reckonings.push(reckoning);
    onRun();
  });
  return { name: option.name, metrics, ledgers, fingerprints, reckoning: meanReckoning(reckonings) };
}

function addLedgers(ledgers: Map<string, { unit: string; accounts: Map<string, Float64Array> }>, table: Table, r: number, runs: number): void {
  const amounts = numbers(table, "value");
  const units = texts(table, "unit");
  const accounts = texts(table, "account");
  texts(table, "ledger").forEach((name, i) => {
    const ledger = ledgers.get(name) ?? { unit: units[i] ?? "", accounts: new Map<string, Float64Array>() };
    ledgers.set(name, ledger);
    const account = ledger.accounts.get(accounts[i] ?? "") ?? new Float64Array(runs);
    ledger.accounts.set(accounts[i] ?? "", account);
    account[r] = (account[r] as number) + (amounts[i] as number);
  });
}
