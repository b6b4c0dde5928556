/** `sensitivity.csv`: what becomes of each option at both ends of each input's range, tidy: one row an input and option. */
import type { Reckoning } from "../metrics/accounts/reckoning.ts";
import type { Results } from "../results/results.ts";
import type { Table } from "../results/table.ts";
import { measuresOf, type Sensitivity, sensitivityOf } from "./sensitivity.ts";

/** Results of a run that reckons money with what moves its present cost and its carbon; others as they are. */
export function withSensitivity<T extends Results & { readonly reckoning: Reckoning }>(results: T): T {
  const { reckoning, run } = results;
  if (reckoning.money === null) return results;
  const found = measuresOf([reckoning]).flatMap((measure) =>
    measure.name === "energy" ? [] : (sensitivityOf([{ name: run.scenario, basis: reckoning }], measure) ?? []),
  );
  return { ...results, extra: [...results.extra, sensitivityTable(found)] };
}

export function sensitivityTable(all: readonly Sensitivity[]): Table {
  const rows = all.flatMap((one) => one.swings.flatMap((swing) => one.options.map((option, i) => ({ one, swing, option, i }))));
  type Row = (typeof rows)[number];
  const alone = (row: Row): boolean => row.one.options.length === 1;
  const text = (name: string, about: string, pick: (row: Row) => string) => ({ name, unit: "", about, values: rows.map(pick) });
  const number = (name: string, about: string, pick: (row: Row) => number) => ({ name, unit: "", about, values: Float64Array.from(rows, pick) });
  return {
    name: "sensitivity",
    about: "One row an input and option: what becomes of the option at both ends of the input's range, all others as they are.",
    rows: rows.length,
    columns: [
      text("measure", "What is asked: present_cost (energy_cost where no money is reckoned), energy or carbon", ({ one }) => one.measure.name),
      text("unit", "Unit of the measure", ({ one }) => one.measure.unit),
      text("input", "What is varied", ({ swing }) => swing.driver.name),
      text("key", "Its key; that of money.prices where it is a price", ({ swing }) => swing.driver.key),
      text("input_unit", "Unit of the input", ({ swing }) => swing.driver.unit),
      number("low", "Low end of its range", ({ swing }) => swing.driver.low),
      number("today", "Its value in the scenario of the winner", ({ swing }) => swing.driver.today),
      number("high", "High end of its range", ({ swing }) => swing.driver.high),
      text("range_from", "Where the range comes from", ({ swing }) => swing.driver.range),
      text("option", "Name of the option", ({ option }) => option),
      number("at_low", "The option at the low end", ({ swing, i }) => swing.atLow[i] ?? Number.NaN),
      number("now", "The option as it is", ({ one, i }) => one.values[i] ?? Number.NaN),
      number("at_high", "The option at the high end", ({ swing, i }) => swing.atHigh[i] ?? Number.NaN),
      text("winner_now", "The option with the least; empty where there is one option only", (row) =>
        alone(row) ? "" : (row.one.options[row.one.winner] ?? ""),
      ),
      text("winner_at_low", "The same at the low end", (row) => (alone(row) ? "" : (row.one.options[row.swing.winnerAtLow] ?? ""))),
      text("winner_at_high", "The same at the high end", (row) => (alone(row) ? "" : (row.one.options[row.swing.winnerAtHigh] ?? ""))),
      number(
        "turns_at",
        "The value nearest to today's beyond which another option wins; empty where none does",
        ({ swing }) => swing.turn?.value ?? Number.NaN,
      ),
      text("then", "Who wins beyond that", ({ one, swing }) => (swing.turn === null ? "" : (one.options[swing.turn.winner] ?? ""))),
    ],
  };
}
