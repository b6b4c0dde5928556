/**
 * What makes two runs differ: their ledgers account by account, as a waterfall takes it: from the first total, step by step,
 * to the second. The steps add up to the difference of the totals, because the accounts add up to theirs.
 */
import type { Results } from "../results/results.ts";
import { numbers, texts } from "../results/table.ts";

export interface Step {
  readonly account: string;
  readonly first: number;
  readonly second: number;
  /** Second - first. */
  readonly difference: number;
}

export interface LedgerDifference {
  readonly ledger: string;
  readonly unit: string;
  readonly first: number;
  readonly second: number;
  /** Accounts of either run, in the order of the ledger, the second's own ones after the first's. */
  readonly steps: readonly Step[];
}

function accountsOf({ ledger }: Pick<Results, "ledger">, name: string): { accounts: Map<string, number>; unit: string } {
  const [ledgers, accounts, units, values] = [texts(ledger, "ledger"), texts(ledger, "account"), texts(ledger, "unit"), numbers(ledger, "value")];
  const found = new Map<string, number>();
  let unit = "";
  for (let i = 0; i < ledger.rows; i++) {
    if (ledgers[i] !== name) continue;
    found.set(accounts[i] ?? "", values[i] ?? 0);
    unit = units[i] ?? "";
  }
  return { accounts: found, unit };
}

/** The difference of one ledger of two runs; undefined when neither has it. Throws when their units differ. */
export function ledgerDifference(first: Pick<Results, "ledger">, second: Pick<Results, "ledger">, ledger: string): LedgerDifference | undefined {
  const [a, b] = [accountsOf(first, ledger), accountsOf(second, ledger)];
  if (a.accounts.size === 0 && b.accounts.size === 0) return undefined;
  if (a.accounts.size > 0 && b.accounts.size > 0 && a.unit !== b.unit) throw new Error(`the ${ledger} ledgers are in ${a.unit} and in ${b.unit}`);
  const names = [...new Set([...a.accounts.keys(), ...b.accounts.keys()])];
  const steps = names.map((account) => {
    const [x, y] = [a.accounts.get(account) ?? 0, b.accounts.get(account) ?? 0];
    return { account, first: x, second: y, difference: y - x };
  });
  const total = (pick: (step: Step) => number): number => steps.reduce((sum, step) => sum + pick(step), 0);
  return { ledger, unit: a.unit || b.unit, first: total((s) => s.first), second: total((s) => s.second), steps };
}
