/** A comparison as the report and the files of `compare --out` want it: plain data from the replications. */

import { breakEvens, causesOf, type LedgerDifference } from "../experiment/causes.ts";
import { type Comparison, compareOptions } from "../experiment/comparison.ts";
import type { Option, Replicated } from "../experiment/replicate.ts";
import { measuresOf, type Sensitivity, sensitivityOf } from "../experiment/sensitivity.ts";
import { estimate, pairedDifference } from "../experiment/statistics.ts";
import { policyName } from "../experiment/tidy.ts";
import type { BreakEvenData } from "../report/charts/breakeven.ts";
import { chosenOf } from "../report/compare-answer.ts";
import type { BreakEvenRow, ComparedMetric, CompareReport } from "../report/compare-data.ts";
import { NBSP, shorten } from "../report/format.ts";
import type { WhatWouldChange } from "../report/would-change.ts";
import { formatNumber } from "../units/format.ts";
import { VERSION } from "../version.ts";
import { checkRow, type Outcome } from "./checks.ts";
import { shortMetric } from "./compare.ts";

/** Ledgers in the order in which their causes are shown. */
const LEDGERS = ["energy", "vm", "money", "carbon", "cpu"];

/** The ledger differences of every option but the baseline. */
export function differencesOf(runs: readonly Replicated[]): { readonly option: string; readonly ledgers: readonly LedgerDifference[] }[] {
  const [baseline, ...others] = runs;
  if (!baseline) return [];
  return others.map((option) => {
    const kept = [...new Set([...baseline.ledgers.keys(), ...option.ledgers.keys()])];
    const order = [...LEDGERS.filter((name) => kept.includes(name)), ...kept.filter((name) => !LEDGERS.includes(name))];
    return { option: option.name, ledgers: order.flatMap((name) => causesOf(option, baseline, name) ?? []) };
  });
}

export interface ComparedRuns {
  readonly options: readonly Option[];
  readonly runs: readonly Replicated[];
  readonly seeds: readonly string[];
  /** The figures to draw. */
  readonly shown: Comparison;
  /** Somebody named them. */
  readonly named: boolean;
  readonly checked: readonly Outcome[];
  readonly command: string;
}

export function compareReport({ options, runs, seeds, shown, named, checked, command }: ComparedRuns): CompareReport {
  const all = compareOptions(runs, seeds, [...(runs[0]?.metrics.keys() ?? [])]);
  const metrics = [...metricsOf(all), ...outagesOf(runs, seeds)];
  const shownMetrics = metricsOf(shown);
  const described = options.map(({ name, scenario }, i) => ({
    name,
    scenario: scenario.name,
    policy: policyName(scenario),
    about: scenario.about,
    fingerprint: runs[i]?.fingerprints[0] ?? "",
  }));
  const chosen = chosenOf({ shown: shownMetrics, metrics, options: described, named });
  const turns = turnsOf(runs[0], runs[chosen]);
  return {
    version: VERSION,
    command,
    seeds,
    luckless: shown.luckless,
    named,
    options: described,
    shown: shownMetrics,
    metrics,
    causes: differencesOf(runs).map(({ ledgers }) =>
      ledgers.map(({ ledger, unit, causes, total }) => ({
        ledger,
        unit,
        steps: causes.map(({ account, difference: { mean, low, high } }) => ({ name: account, value: mean, low, high })),
        total: { name: "total", value: total.mean, low: total.low, high: total.high },
      })),
    ),
    breakEvens: turns.rows,
    breakEven: turns.drawn,
    checks: checked.map(checkRow),
    wouldChange: wouldChange(sensitivities(runs), runs),
  };
}

/** How the answers of a comparison move with prices and assumptions: of every measure all options have and differ in. */
export function sensitivities(runs: readonly Replicated[]): Sensitivity[] {
  const options = runs.map(({ name, reckoning }) => ({ name, basis: reckoning }));
  return measuresOf(options.map(({ basis }) => basis)).flatMap((measure) => sensitivityOf(options, measure) ?? []);
}

/** Those worth showing: energy follows the PUE alone. */
export function wouldChange(all: readonly Sensitivity[], runs: readonly Replicated[]): WhatWouldChange[] {
  return all
    .filter(({ measure, swings }) => measure.name !== "energy" && swings.length > 0)
    .map(({ measure, options, values, winner, lead, swings }) => {
      const nameOf = (i: number): string => options[i] ?? "";
      const next = values.reduce((best, value, i) => (i !== winner && (best < 0 || value < (values[best] ?? Number.NaN)) ? i : best), -1);
      const { low: leadLow, high: leadHigh } = pairedDifference(perRun(runs[next], measure.name), perRun(runs[winner], measure.name));
      return {
        measure: MEASURES[measure.name] ?? measure.name,
        name: measure.name,
        unit: measure.unit,
        winner: nameOf(winner),
        next: nameOf(next),
        lead,
        leadLow,
        leadHigh,
        inputs: swings.map(({ driver: { name, unit, low, today, high, range }, leadAtLow, leadAtHigh, winnerAtLow, winnerAtHigh, turn }) => ({
          name,
          unit,
          low,
          today,
          high,
          range,
          atLow: leadAtLow,
          atHigh: leadAtHigh,
          winnerAtLow: nameOf(winnerAtLow),
          winnerAtHigh: nameOf(winnerAtHigh),
          turn: turn && { value: turn.value, winner: nameOf(turn.winner), above: turn.above },
        })),
      };
    });
}

/** The measure in each replication, from the figures of the summary that make it up. */
function perRun(run: Replicated | undefined, measure: string): Float64Array {
  const parts = (FIGURES[measure] ?? []).flatMap((name) => run?.metrics.get(name)?.values ?? []);
  return Float64Array.from(parts[0] ?? [], (_, r) => parts.reduce((sum, values) => sum + (values[r] ?? Number.NaN), 0));
}

const FIGURES: Readonly<Record<string, readonly string[]>> = {
  present_cost: ["present_cost"],
  energy_cost: ["cost_energy"],
  carbon: ["carbon_kg", "carbon_embodied_kg"],
};
const MEASURES: Readonly<Record<string, string>> = { present_cost: "present cost", energy_cost: "cost of energy", carbon: "carbon" };

function metricsOf({ metrics, options }: Comparison): ComparedMetric[] {
  return metrics.map(({ name, unit, about }, m) => ({
    metric: name,
    name: NAMES[name] ?? shortMetric(name),
    unit,
    about,
    values: options.map(({ figures }) => {
      const { mean = Number.NaN, half = Number.NaN, difference = null } = figures[m] ?? {};
      return { mean, half, difference };
    }),
  }));
}

/** Where an option has outages and the baseline has nothing that fails: availability all the same, with nobody down in the baseline. */
function outagesOf(runs: readonly Replicated[], seeds: readonly string[]): ComparedMetric[] {
  const missing = [
    ["availability_pct", 100],
    ["down_vm_h", 0],
  ] as const;
  const names = missing.map(([name]) => name);
  if (runs[0]?.metrics.has("availability_pct") || !runs.some(({ metrics }) => metrics.has("availability_pct"))) return [];
  const filled = runs.map((run): Replicated => {
    if (run.metrics.has("availability_pct")) return run;
    const model = runs.find(({ metrics }) => metrics.has("availability_pct"))?.metrics;
    const metrics = new Map(run.metrics);
    for (const [name, value] of missing) {
      const like = model?.get(name);
      if (like) metrics.set(name, { ...like, values: new Float64Array(seeds.length).fill(value) });
    }
    return { ...run, metrics };
  });
  return metricsOf(compareOptions(filled, seeds, names));
}

/** Names that read well in a sentence, where the short one of the terminal does not. */
const NAMES: Readonly<Record<string, string>> = {
  energy_facility_kwh: "energy",
  ready_pct_p95: "ready time p95",
  vms_rejected: "rejected VMs",
  vms_lost: "lost VMs",
  availability_pct: "availability",
  down_vm_h: "time out of service",
  cost_total: "cost",
  cost_energy: "energy cost",
  hosts_on_mean: "hosts on",
};

const meanOf = (run: Replicated | undefined, metric: string): number => {
  const values = run?.metrics.get(metric)?.values;
  return values ? estimate(values).mean : Number.NaN;
};

/** VM-hours in which a VM got less than full speed. */
function slowHours(run: Replicated | undefined): number {
  let seconds = 0;
  for (const [account, values] of run?.ledgers.get("vm")?.accounts ?? []) if (account !== "full speed") seconds += estimate(values).mean;
  return seconds / 3600;
}

/**
 * At which prices the answer between two options turns: the price of each line of the bill, and what an hour of a VM below full
 * speed may be worth. Without a ledger of money the bill is the energy.
 */
export function turnsOf(
  baseline: Replicated | undefined,
  option: Replicated | undefined,
): { readonly rows: BreakEvenRow[]; readonly drawn: BreakEvenData | null } {
  const none = { rows: [], drawn: null };
  if (!baseline || !option || baseline === option) return none;
  const money = option.ledgers.get("money") ?? baseline.ledgers.get("money");
  const currency = money?.unit ?? baseline.metrics.get("cost_energy")?.unit ?? "";
  const names = money
    ? [...new Set([...(option.ledgers.get("money")?.accounts.keys() ?? []), ...(baseline.ledgers.get("money")?.accounts.keys() ?? [])])]
    : ["energy"];
  const amount = (run: Replicated, account: string): number => {
    const values = money ? run.ledgers.get("money")?.accounts.get(account) : run.metrics.get("cost_energy")?.values;
    return values ? estimate(values).mean : 0;
  };
  const lines = names.map((name) => ({ name, baseline: amount(baseline, name), option: amount(option, name) }));
  if (currency === "" || lines.some((line) => !Number.isFinite(line.baseline) || !Number.isFinite(line.option))) return none;
  const [own, base] = [shorten(option.name, 20), shorten(baseline.name, 20)];
  const rows: BreakEvenRow[] = [];
  let drawn: BreakEvenData | null = null;
  for (const { name, factor, aboveIt } of breakEvens(lines)) {
    const winner = aboveIt === "option" ? own : base;
    const isEnergy = name === "energy";
    const today = isEnergy ? meanOf(baseline, "cost_energy") / meanOf(baseline, "energy_facility_kwh") : Number.NaN;
    const priced = isEnergy && Number.isFinite(today) && today > 0;
    rows.push({
      driver: isEnergy ? "price of electricity" : name,
      today: priced ? `${formatNumber(today)}${NBSP}${currency}/kWh` : "as it is",
      turnsAt: priced ? `${formatNumber(today * factor)}${NBSP}${currency}/kWh` : `${formatNumber(factor)} times that`,
      meaning: `above that ${winner} costs less`,
    });
    if (!priced) continue;
    const bill = (run: Replicated): { name: string; fixed: number; perUnit: number } => {
      const energy = amount(run, name);
      return { name: run.name, fixed: names.reduce((sum, account) => sum + amount(run, account), 0) - energy, perUnit: energy / today };
    };
    drawn = {
      title: `${winner} pays above ${formatNumber(today * factor)}${NBSP}${currency}/kWh`,
      driver: "price of electricity",
      driverUnit: `${currency}/kWh`,
      today,
      turnsAt: today * factor,
      currency,
      options: [bill(baseline), bill(option)],
    };
  }
  const saved = lines.reduce((sum, line) => sum + line.baseline - line.option, 0);
  const lost = slowHours(option) - slowHours(baseline);
  // Cheaper and slower, or dearer and faster: there is a price of VM time at which that is even.
  if (saved * lost > 0) {
    const worth = saved / lost;
    rows.push({
      driver: "an hour of a VM below full speed",
      today: "not priced",
      turnsAt: `${formatNumber(worth)}${NBSP}${currency}`,
      meaning: `if it is worth more, ${saved > 0 ? base : own} is the better choice`,
    });
  }
  return { rows, drawn };
}
