/** Reading figures out of results, for agreement cases and tests. A misspelt name is an error; a missing figure is NaN. */
import type { Results } from "../results/results.ts";
import { numbers, type Table, texts } from "../results/table.ts";

export function metric(results: Results, name: string): number {
  const i = texts(results.summary, "metric").indexOf(name);
  if (i < 0) throw new Error(`no figure ${name} in the summary`);
  return numbers(results.summary, "value")[i] ?? Number.NaN;
}

export function account(results: Results, ledger: "cpu" | "energy" | "vm" | "money" | "carbon", name: string): number {
  const ledgers = texts(results.ledger, "ledger");
  const names = texts(results.ledger, "account");
  for (let i = 0; i < results.ledger.rows; i++) if (ledgers[i] === ledger && names[i] === name) return numbers(results.ledger, "value")[i] ?? Number.NaN;
  throw new Error(`no account ${ledger} / ${name}`);
}

/** A cell of the row whose `key` column holds `value`. */
export function cell(table: Table, key: string, value: string, name: string): number {
  const i = texts(table, key).indexOf(value);
  if (i < 0) throw new Error(`table ${table.name} has no ${key} "${value}"`);
  return numbers(table, name)[i] ?? Number.NaN;
}

/** Times of an event for one VM or host, with its detail. */
export function eventTimes(results: Results, event: string, name: string, detail?: string): number[] {
  const { events } = results;
  const out: number[] = [];
  for (let i = 0; i < events.rows; i++) {
    if (texts(events, "event")[i] !== event || texts(events, "name")[i] !== name) continue;
    if (detail !== undefined && texts(events, "detail")[i] !== detail) continue;
    out.push(numbers(events, "time_s")[i] ?? Number.NaN);
  }
  return out;
}

/** The same for a column of words. */
export function word(table: Table, key: string, value: string, name: string): string {
  const i = texts(table, key).indexOf(value);
  if (i < 0) throw new Error(`table ${table.name} has no ${key} "${value}"`);
  return texts(table, name)[i] ?? "";
}
