/**
 * What causes a difference, and where it turns: accounts of a ledger add up to its total, so the differences of the accounts
 * add up to the difference of the totals, exactly and in every replication.
 *
 *   cause of account a        d_a = mean of x_a(r) - b_a(r), with its paired 95 % interval; sum of d_a = d
 *   break-even of a line l    a bill is the sum of its lines, each proportional to its own price. With the price of l times m
 *                             the options cost the same when  sum of d_i (i <> l) + m d_l = 0,  m = 1 - d / d_l
 *
 * A break-even below zero does not exist: whatever that price, the same option is cheaper. Proved by test/experiment/causes.test.ts.
 */
import type { Replicated } from "./replicate.ts";
import { type Difference, pairedDifference } from "./statistics.ts";

export interface Cause {
  readonly account: string;
  /** Option minus baseline, in the unit of the ledger. */
  readonly difference: Difference;
}

export interface LedgerDifference {
  readonly ledger: string;
  readonly unit: string;
  /** In the order of the ledger; accounts that only one of the two has count as 0 in the other. */
  readonly causes: readonly Cause[];
  readonly total: Difference;
}

/** The differences of all accounts of a ledger, or null when neither has such a ledger. */
export function causesOf(option: Replicated, baseline: Replicated, name: string): LedgerDifference | null {
  const [own, other] = [option.ledgers.get(name), baseline.ledgers.get(name)];
  if (!own && !other) return null;
  const runs = Math.max(option.fingerprints.length, baseline.fingerprints.length);
  const none = new Float64Array(runs);
  const accounts = [...new Set([...(own?.accounts.keys() ?? []), ...(other?.accounts.keys() ?? [])])];
  const valuesOf = (ledger: typeof own, account: string): Float64Array => ledger?.accounts.get(account) ?? none;
  const sumOf = (ledger: typeof own): Float64Array => {
    const sum = new Float64Array(runs);
    for (const values of ledger?.accounts.values() ?? []) for (let r = 0; r < runs; r++) sum[r] = (sum[r] as number) + (values[r] as number);
    return sum;
  };
  return {
    ledger: name,
    unit: own?.unit ?? other?.unit ?? "",
    causes: accounts.map((account) => ({ account, difference: pairedDifference(valuesOf(own, account), valuesOf(other, account)) })),
    total: pairedDifference(sumOf(own), sumOf(other)),
  };
}

/** A line of a bill for both options, each proportional to one price. */
export interface BillLine {
  readonly name: string;
  readonly baseline: number;
  readonly option: number;
}

export interface BreakEven {
  readonly name: string;
  /** Times the present price at which both cost the same. */
  readonly factor: number;
  /** Which is cheaper when the price is above that. */
  readonly aboveIt: "option" | "baseline";
}

/** For each line on which the options differ: how its price must change for both to cost the same; only where there is such a price. */
export function breakEvens(lines: readonly BillLine[]): BreakEven[] {
  const total = lines.reduce((sum, { baseline, option }) => sum + option - baseline, 0);
  const size = lines.reduce((sum, { baseline, option }) => sum + Math.abs(option) + Math.abs(baseline), 0);
  return lines.flatMap(({ name, baseline, option }): BreakEven[] => {
    const own = option - baseline;
    if (Math.abs(own) <= 1e-12 * size) return [];
    const factor = 1 - total / own;
    return factor > 0 && Number.isFinite(factor) ? [{ name, factor, aboveIt: own < 0 ? "option" : "baseline" }] : [];
  });
}
