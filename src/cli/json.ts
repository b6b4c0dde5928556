/**
 * What `--json` prints: the headline figures and the ledgers of a run, for programs. docs/cli.md describes it.
 */
import type { RunRecord } from "../node/results-manifest.ts";
import type { Results, RunInfo } from "../results/results.ts";
import { numbers, texts } from "../results/table.ts";

export interface RunJson {
  readonly run: RunInfo;
  /** By metric; null where a figure does not apply. */
  readonly summary: Readonly<Record<string, { readonly value: number | null; readonly unit: string }>>;
  /** Accounts of each ledger, in its order. */
  readonly ledgers: Readonly<
    Record<string, readonly { readonly account: string; readonly value: number | null; readonly unit: string; readonly sharePct: number | null }[]>
  >;
  readonly warnings: readonly string[];
  readonly wallSeconds: number;
  /** Folder written, and its files; null and none when nothing was written. */
  readonly out: string | null;
  readonly files: readonly string[];
}

const finite = (value: number | undefined): number | null => (value !== undefined && Number.isFinite(value) ? value : null);

/** The object; `JSON.stringify` writes it without loss. */
export function jsonOf(results: Results, record: RunRecord, out: string | null, files: readonly string[]): RunJson {
  const { summary, ledger } = results;
  const values = numbers(summary, "value");
  const units = texts(summary, "unit");
  const amounts = numbers(ledger, "value");
  const shares = numbers(ledger, "share_pct");
  const ledgerUnits = texts(ledger, "unit");
  const accounts = texts(ledger, "account");
  const ledgers: Record<string, RunJson["ledgers"][string][number][]> = {};
  texts(ledger, "ledger").forEach((name, i) => {
    ledgers[name] ??= [];
    ledgers[name].push({ account: accounts[i] ?? "", value: finite(amounts[i]), unit: ledgerUnits[i] ?? "", sharePct: finite(shares[i]) });
  });
  return {
    run: results.run,
    summary: Object.fromEntries(texts(summary, "metric").map((metric, i) => [metric, { value: finite(values[i]), unit: units[i] ?? "" }])),
    ledgers,
    warnings: [...record.warnings, ...results.warnings],
    wallSeconds: record.wallSeconds,
    out,
    files,
  };
}
