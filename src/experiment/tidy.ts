/**
 * Replications as a tidy table: one row a (scenario, policy, option, replication, metric), one value a row. What pandas, R and
 * DuckDB read without being told anything.
 */
import type { Table } from "../results/table.ts";
import type { ResolvedScenario } from "../scenario/resolved.ts";
import type { LedgerDifference } from "./causes.ts";

/** The policies of a scenario in one word: "best-fit", "best-fit + consolidate". */
export function policyName(scenario: Pick<ResolvedScenario, "placement" | "rebalance">): string {
  const { placement, rebalance = null } = scenario;
  return `${placement.policy}${rebalance === null ? "" : ` + ${rebalance.policy}`}`;
}

export interface TidyOption {
  readonly scenario: string;
  readonly policy: string;
  readonly runs: { readonly name: string; readonly metrics: ReadonlyMap<string, { readonly unit: string; readonly values: ArrayLike<number> }> };
}

/** All figures of all options and replications, in their order. */
export function tidyTable(options: readonly TidyOption[], seeds: readonly string[]): Table {
  const rows = options.flatMap(({ scenario, policy, runs }) =>
    seeds.flatMap((seed, r) =>
      [...runs.metrics].map(([metric, { unit, values }]) => ({ scenario, policy, option: runs.name, r, seed, metric, unit, value: values[r] ?? Number.NaN })),
    ),
  );
  return {
    name: "metrics",
    about: "One row a figure of a replication.",
    rows: rows.length,
    columns: [
      { name: "scenario", unit: "", about: "Name of the scenario", values: rows.map((row) => row.scenario) },
      { name: "policy", unit: "", about: "Placement policy, and the one that rebalances where there is one", values: rows.map((row) => row.policy) },
      { name: "option", unit: "", about: "Name of the option in the comparison", values: rows.map((row) => row.option) },
      { name: "replication", unit: "", about: "Number of the replication, from 1", values: Float64Array.from(rows, (row) => row.r + 1) },
      { name: "seed", unit: "", about: "Seed of the replication, the same for all options", values: rows.map((row) => row.seed) },
      { name: "metric", unit: "", about: "Name of the figure, as in summary.csv", values: rows.map((row) => row.metric) },
      { name: "unit", unit: "", about: "Unit of the value", values: rows.map((row) => row.unit) },
      { name: "value", unit: "", about: "Value; empty where it does not apply", values: Float64Array.from(rows, (row) => row.value) },
    ],
  };
}

/** Differences of all accounts of all ledgers from the baseline, one row an account of an option. */
export function differencesTable(differences: readonly { readonly option: string; readonly ledgers: readonly LedgerDifference[] }[]): Table {
  const rows = differences.flatMap(({ option, ledgers }) =>
    ledgers.flatMap(({ ledger, unit, causes, total }) => [
      ...causes.map(({ account, difference }) => ({ option, ledger, account, unit, ...difference })),
      { option, ledger, account: "total", unit, ...total },
    ]),
  );
  return {
    name: "differences",
    about: "One row an account of a ledger of an option: the paired difference from the baseline. The accounts of a ledger add up to its row total.",
    rows: rows.length,
    columns: [
      { name: "option", unit: "", about: "Name of the option", values: rows.map((row) => row.option) },
      { name: "ledger", unit: "", about: "energy, cpu, vm or another account that is kept", values: rows.map((row) => row.ledger) },
      { name: "account", unit: "", about: "Account of the ledger, or total", values: rows.map((row) => row.account) },
      { name: "unit", unit: "", about: "Unit of the difference", values: rows.map((row) => row.unit) },
      { name: "difference", unit: "", about: "Mean of option less baseline over the replications", values: Float64Array.from(rows, (row) => row.mean) },
      { name: "low", unit: "", about: "Lower end of its 95 % interval; empty for one run", values: Float64Array.from(rows, (row) => row.low) },
      { name: "high", unit: "", about: "Upper end of its 95 % interval; empty for one run", values: Float64Array.from(rows, (row) => row.high) },
      { name: "verdict", unit: "", about: "more, less, cannot tell, same, one run or not measured", values: rows.map((row) => row.verdict) },
    ],
  };
}
