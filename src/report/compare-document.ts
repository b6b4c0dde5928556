/**
 * The report of a comparison as a document: which option, is the difference real, where does it come from, and at which price
 * would the answer turn.
 */

import { formatCount, formatNumber } from "../units/format.ts";
import { availabilityFigure } from "./charts/availability.ts";
import { type BreakEvenData, breakEvenFigure } from "./charts/breakeven.ts";
import { optionsFigure } from "./charts/options.ts";
import { paretoFigure } from "./charts/pareto.ts";
import { type Step, waterfallFigure } from "./charts/waterfall.ts";
import { type CheckRow, checksTable } from "./checks-table.ts";
import { type Block, type Cell, type Document, figure, pair, type SectionId, sectionsOf, type TableBlock, type Tile, tableOf } from "./document.ts";
import { counted, NBSP, shorten } from "./format.ts";
import { differenceText, plusMinus } from "./interval.ts";
import type { Answer } from "./words.ts";
import { type WhatWouldChange, wouldChangeBlock } from "./would-change.ts";

export interface ComparedDifference {
  readonly mean: number;
  readonly low: number;
  readonly high: number;
  /** Mean of the baseline. */
  readonly base: number;
  readonly verdict: "more" | "less" | "cannot tell" | "same" | "one run" | "not measured";
}

export interface ComparedValue {
  readonly mean: number;
  readonly half: number;
  /** From the baseline; null for the baseline itself. */
  readonly difference: ComparedDifference | null;
}

export interface ComparedMetric {
  /** As in summary.csv. */
  readonly metric: string;
  /** As people say it. */
  readonly name: string;
  readonly unit: string;
  readonly about: string;
  /** One an option. */
  readonly values: readonly ComparedValue[];
}

export interface LedgerCauses {
  readonly ledger: string;
  readonly unit: string;
  readonly steps: readonly Step[];
  readonly total: Step;
}

export interface BreakEvenRow {
  readonly driver: string;
  readonly today: string;
  readonly turnsAt: string;
  readonly meaning: string;
}

export interface CompareReport {
  readonly version: string;
  readonly command: string;
  readonly seeds: readonly string[];
  readonly luckless: boolean;
  /** The first is the baseline. */
  readonly options: readonly {
    readonly name: string;
    readonly scenario: string;
    readonly policy: string;
    readonly about: string;
    readonly fingerprint: string;
  }[];
  /** Those shown in charts, the first two being energy and waiting, before all others. */
  readonly shown: readonly ComparedMetric[];
  readonly metrics: readonly ComparedMetric[];
  /** For each option but the baseline, in their order; an option's ledgers in the order in which they are shown. */
  readonly causes: readonly (readonly LedgerCauses[])[];
  readonly breakEvens: readonly BreakEvenRow[];
  readonly breakEven: BreakEvenData | null;
  readonly checks: readonly CheckRow[];
  readonly wouldChange: readonly WhatWouldChange[];
}

/** Above this p95 of ready time guests tend to notice: the same rule of thumb as in the report of a run. */
const READY_GUIDE_PERCENT = 5;
const READY = "ready_pct_p95";

/** Puts the report together. The same comparison gives the same document. */
export function compareDocument(report: CompareReport): Document {
  const { options, seeds } = report;
  const chosen = chosenOf(report);
  const answer = answerOf(report, chosen);
  const blocks: Partial<Record<SectionId, readonly Block[]>> = {
    options: optionBlocks(report, chosen),
    causes: causeBlocks(report, chosen),
    money: moneyBlocks(report),
    basis: basis(report),
  };
  return {
    kind: "comparison",
    title: answer.sentence,
    eyebrow: `${options
      .map(({ name }) => shorten(name, 24))
      .slice(0, 6)
      .join(
        " · ",
      )}${options.length > 6 ? ` and ${formatCount(options.length - 6)} more` : ""} · ${seeds.length > 1 ? counted(seeds.length, "paired run") : "one run each"}`,
    answer,
    tiles: tiles(report, chosen),
    sections: sectionsOf(blocks, { money: "What the difference is worth, and what would turn the answer." }),
    foot: `hypervise ${report.version} · seeds ${seeds[0] ?? ""}${seeds.length > 1 ? ` to ${seeds.at(-1)}` : ""}`,
  };
}

/** The option with the least of the first figure whose difference is no matter of luck; the first option where none is better. */
export function chosenOf({ shown: [first], options }: Pick<CompareReport, "shown" | "options">): number {
  let best = -1;
  first?.values.forEach(({ mean, difference }, i) => {
    if (difference === null || !(difference.verdict === "less" || (difference.verdict === "one run" && difference.mean < 0))) return;
    if (best < 0 || mean < (first.values[best]?.mean ?? Number.NaN)) best = i;
  });
  return best < 0 ? Math.min(1, options.length - 1) : best;
}

function percentOf({ mean, low, high, base }: ComparedDifference): string {
  const scale = 100 / Math.abs(base);
  return differenceText(mean * scale, low * scale, high * scale, "%");
}

/** "28 % less", "12 kWh more": how much, and which way. */
function howMuch({ mean, base }: ComparedDifference, unit: string): string {
  const way = mean < 0 ? "less" : "more";
  if (base === 0) return `${formatNumber(Math.abs(mean))}${unit === "" ? "" : NBSP + unit} ${way}`;
  const percent = Math.abs((100 * mean) / base);
  return percent > 900
    ? `${formatNumber(1 + percent / 100)} times as much`
    : `${formatNumber(Number(percent.toPrecision(percent < 10 ? 1 : 2)))}${NBSP}% ${way}`;
}

function answerOf({ shown, options }: CompareReport, chosen: number): Answer {
  const [first, second] = shown;
  const name = shorten(options[chosen]?.name ?? "", 24);
  const base = shorten(options[0]?.name ?? "", 24);
  const value = first?.values[chosen];
  const difference = value?.difference;
  const ready = shown.find(({ metric }) => metric === READY)?.values[chosen];
  const lead = [
    difference && difference.base !== 0 && difference.verdict !== "same" ? `${capital(first?.name ?? "")} ${percentOf(difference)} against ${base}.` : "",
    second?.values[chosen] ? beforeAfter(second, chosen, name) : "",
  ]
    .filter(Boolean)
    .join(" ");
  if (!first || !difference || !value)
    return { sentence: "There is nothing to compare", lead, verdict: verdict("doubt", "?", "Cannot tell", "No figure has values for two options.") };
  if (difference.verdict === "same")
    return {
      sentence: `No option differs from ${base} in ${first.name}`,
      lead,
      verdict: verdict("doubt", "=", "The same", `${capital(first.name)} is equal in every replication.`),
    };
  if (difference.verdict === "cannot tell" || difference.verdict === "not measured")
    return {
      sentence: `Nobody can tell whether ${name} differs from ${base} in ${first.name}`,
      lead,
      verdict: verdict("doubt", "?", "Cannot tell", "The interval of the difference holds zero. More replications may tell."),
    };
  if (difference.mean >= 0)
    return {
      sentence: `No option beats ${base} in ${first.name}; ${name} takes ${howMuch(difference, first.unit)}`,
      lead,
      verdict: verdict("fails", "✗", "Not better", `${capital(first.name)} ${percentOrUnit(difference, first.unit)}.`),
    };
  const waits = ready && ready.mean > READY_GUIDE_PERCENT && (ready.difference?.mean ?? 0) > 0;
  const worse = ready?.difference?.verdict === "more";
  const sentence = `${name} takes ${howMuch(difference, first.unit)} ${first.name} than ${base}${first.metric.startsWith("energy") && ready ? `, at a ready time of ${formatNumber(ready.mean)}${NBSP}%` : ""}`;
  if (waits)
    return {
      sentence,
      lead,
      verdict: verdict(
        "doubt",
        "!",
        "Better, at a price",
        `Ready time at p95 is ${formatNumber(ready.mean)}${NBSP}%, above the rule of thumb of ${READY_GUIDE_PERCENT}${NBSP}%.`,
      ),
    };
  return {
    sentence,
    lead,
    verdict: verdict(
      "fits",
      "✓",
      difference.verdict === "one run" ? "Better in this run" : "Better",
      worse ? `Guests wait more, and stay below ${READY_GUIDE_PERCENT}${NBSP}% at p95.` : "Guests wait no more than before.",
    ),
  };
}

const verdict = (level: Answer["verdict"]["level"], sign: string, word: string, detail: string): Answer["verdict"] => ({ level, sign, word, detail });
const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

function percentOrUnit(difference: ComparedDifference, unit: string): string {
  return difference.base === 0 ? differenceText(difference.mean, difference.low, difference.high, unit) : percentOf(difference);
}

function written({ values, unit }: ComparedMetric, i: number): string {
  const { mean = Number.NaN, half = Number.NaN } = values[i] ?? {};
  return `${plusMinus(mean, half)}${unit === "" ? "" : NBSP + unit}`;
}

/** Figures for tiles that the chosen ones leave free. */
const FURTHER = ["hosts_on_mean", "cost_energy", "utilisation_pct", "carbon_kg"];

function beforeAfter(metric: ComparedMetric, chosen: number, name: string): string {
  const same = metric.values[chosen]?.difference?.verdict === "same";
  return same
    ? `${capital(metric.name)} stays at ${written(metric, 0)}.`
    : `${capital(metric.name)} ${written(metric, 0)} before, ${written(metric, chosen)} with ${name}.`;
}

/** Up to four figures of the chosen option, each with its change. */
function tiles({ shown, metrics, options }: CompareReport, chosen: number): Tile[] {
  const further = FURTHER.flatMap((name) => metrics.find(({ metric }) => metric === name && !shown.some((one) => one.metric === name)) ?? []);
  return [...shown, ...further.filter(({ values }) => Number.isFinite(values[chosen]?.mean))].slice(0, 4).map((metric): Tile => {
    const value = metric.values[chosen];
    const difference = value?.difference;
    const change = !difference || difference.verdict === "same" ? "the same as the baseline" : percentOrUnit(difference, metric.unit);
    return {
      label: `${capital(metric.name)}, ${shorten(options[chosen]?.name ?? "", 18)}`,
      value: formatNumber(value?.mean ?? Number.NaN),
      unit: metric.unit,
      notes: [difference?.verdict === "cannot tell" ? `cannot tell: ${change}` : change, `baseline ${written(metric, 0)}`],
    };
  });
}

/** What the panels say beyond the answer: how many options differ beyond doubt, or how two differ in the figures shown. */
function panelsTitle({ options, shown: [first, second] }: CompareReport): string {
  if (!first) return "There is nothing to compare";
  const base = shorten(options[0]?.name ?? "", 18);
  const told = (values: readonly ComparedValue[]): number =>
    values.filter(({ difference }) => difference?.verdict === "more" || difference?.verdict === "less").length;
  if (options.length === 2) {
    const differs = [first, ...(second ? [second] : [])].filter(({ values }) => told(values) > 0 || values[1]?.difference?.verdict === "one run");
    return differs.length === 0
      ? `${capital(first.name)}${second ? ` and ${second.name}` : ""} do not differ beyond doubt`
      : `${capital(differs.map(({ name, values, unit }) => `${name} ${percentOrUnit(values[1]?.difference as ComparedDifference, unit).replace(/ ?\[.*\]/, "")}`).join(", "))} against ${base}`;
  }
  const count = told(first.values);
  return `${count === 0 ? "None" : formatCount(count)} of ${counted(options.length - 1, "option")} ${count === 1 ? "differs" : "differ"} from ${base} in ${first.name} beyond doubt`;
}

/** Behind a value: can its difference from the baseline be told? */
const SIGNS = { "cannot tell": "?", same: "=", more: "", less: "", "one run": "", "not measured": "" } as const;

function optionBlocks(report: CompareReport, chosen: number): Block[] {
  const { options, shown, seeds } = report;
  const names = options.map(({ name }) => name);
  const panels = optionsFigure({
    title: shorten(panelsTitle(report), 90),
    names,
    chosen,
    panels: shown.map(({ name, unit, values }) => ({
      name,
      unit,
      values: values.map(({ mean, half, difference }) => ({ mean, half, sign: difference ? SIGNS[difference.verdict] : "" })),
    })),
    runs: seeds.length,
  });
  const blocks: Block[] = [figure(panels), ...availabilityBlocks(report)];
  if (report.checks.length > 0) blocks.push(tableOf(checksTable(report.checks)));
  const [x, y] = shown;
  const table = tableOf(differencesTable(report, chosen));
  if (x && y && options.length > 2 && y.values.some(({ mean }) => mean > 0)) {
    const pareto = paretoFigure({
      points: names.map((name, i) => ({
        name,
        x: x.values[i] ?? { mean: Number.NaN, half: Number.NaN },
        y: y.values[i] ?? { mean: Number.NaN, half: Number.NaN },
      })),
      x: { name: x.name, unit: x.unit },
      y: { name: y.name, unit: y.unit },
      runs: seeds.length,
    });
    return [...blocks, pair(figure(pareto), tableOf(optionsTable(report))), table];
  }
  return [...blocks, tableOf(optionsTable(report)), table];
}

/** Availability of the options, where runs measure it and any VM was out of service. */
function availabilityBlocks({ metrics, options, seeds }: CompareReport): Block[] {
  const [availability, down] = ["availability_pct", "down_vm_h"].map((name) => metrics.find(({ metric }) => metric === name)?.values);
  if (!availability || !down || !availability.some(({ mean }) => mean < 100)) return [];
  const rows = options.map(({ name }, i) => {
    const { mean, half, difference } = availability[i] ?? { mean: Number.NaN, half: Number.NaN, difference: null };
    const { mean: downMean = Number.NaN, half: downHalf = Number.NaN } = down[i] ?? {};
    return {
      name,
      availability: { mean, half },
      downVmHours: { mean: downMean, half: downHalf },
      sign: difference ? SIGNS[difference.verdict] : "",
      better: difference?.verdict === "more" || (difference?.verdict === "one run" && difference.mean > 0),
    };
  });
  return [figure(availabilityFigure(rows, seeds.length))];
}

function optionsTable({ options }: CompareReport): TableBlock {
  return {
    title: "What was compared",
    subtitle: "Scenario, policies and the fingerprint of the first run of each",
    head: ["Option", "Scenario", "Policies", "Fingerprint"],
    numeric: [],
    rows: options.slice(0, 40).map(({ name, scenario, policy, fingerprint }) => [shorten(name, 32), shorten(scenario, 40), shorten(policy, 40), fingerprint]),
    note: options.length > 40 ? `${formatCount(options.length - 40)} more options are in comparison.csv.` : "",
  };
}

/** Every figure in which the chosen option differs, with what it was before. */
function differencesTable({ metrics, options }: CompareReport, chosen: number): TableBlock {
  const most = 40;
  const moved = metrics.filter(({ values }) => {
    const difference = values[chosen]?.difference;
    return difference && difference.verdict !== "same" && difference.verdict !== "not measured";
  });
  const rows = moved.slice(0, most).map((metric): Cell[] => {
    const difference = metric.values[chosen]?.difference as ComparedDifference;
    return [
      metric.metric,
      written(metric, 0),
      written(metric, chosen),
      difference.base === 0 ? differenceText(difference.mean, difference.low, difference.high, metric.unit) : percentOf(difference),
      difference.verdict === "cannot tell" ? { text: "? cannot tell", tone: "mark" } : difference.verdict === "one run" ? "one run" : difference.verdict,
    ];
  });
  const same = metrics.length - moved.length;
  return {
    title: `${counted(moved.length, "figure")} ${moved.length === 1 ? "differs" : "differ"}, ${formatCount(same)} ${same === 1 ? "does" : "do"} not`,
    subtitle: `${shorten(options[chosen]?.name ?? "", 40)} against ${shorten(options[0]?.name ?? "", 40)}; differences are paired, with their 95${NBSP}% interval`,
    head: ["Figure", "Before", "After", "Difference", "Verdict"],
    numeric: [1, 2, 3],
    rows,
    note: `With many figures one interval in twenty is expected to miss.${moved.length > most ? ` ${formatCount(moved.length - most)} more are in comparison.csv.` : ""}`,
  };
}

const LEDGERS: Readonly<Record<string, { readonly name: string; readonly unit: string; readonly per: number; readonly without: readonly string[] }>> = {
  energy: { name: "energy", unit: "kWh", per: 3.6e6, without: [] },
  vm: { name: "VM time below full speed", unit: "VM-hours", per: 3600, without: ["full speed"] },
  money: { name: "cost", unit: "", per: 1, without: [] },
  carbon: { name: "emissions", unit: "kg CO₂e", per: 1000, without: [] },
};

function causeBlocks({ causes, options }: CompareReport, chosen: number): Block[] {
  const base = options[0]?.name ?? "";
  const option = options[chosen]?.name ?? "";
  const figures = (causes[chosen - 1] ?? []).flatMap(({ ledger, unit: own, steps, total }) => {
    const known = LEDGERS[ledger];
    if (!known) return [];
    const unit = known.unit || own;
    const scaled = (step: Step): Step => ({ name: step.name, value: step.value / known.per, low: step.low / known.per, high: step.high / known.per });
    const counted = steps.filter(({ name }) => !known.without.includes(name)).map(scaled);
    const left = steps.filter(({ name }) => known.without.includes(name)).map(scaled);
    // Where an account is no loss, the whole is that of the others; its interval is not theirs.
    const sum =
      left.length === 0 ? scaled(total) : { name: "total", value: counted.reduce((all, { value }) => all + value, 0), low: Number.NaN, high: Number.NaN };
    if (counted.every(({ value }) => value === 0)) return [];
    return [
      figure(
        waterfallFigure({
          id: `causes-${ledger}`,
          title: causesTitle(known.name, option, counted, sum, unit),
          subtitle: `${capital(known.name)} of ${shorten(option, 24)} against ${shorten(base, 24)}, ${unit}, by account of the ledger; orange is more, blue is less`,
          note: "Each unit of the difference is in exactly one account, so the steps add up to the whole.",
          unit,
          baseline: base,
          option,
          steps: counted,
          total: sum,
        }),
      ),
    ];
  });
  const blocks: Block[] = [];
  for (let i = 0; i < figures.length; i += 2) {
    const [left, right] = [figures[i] as Block, figures[i + 1]];
    blocks.push(right ? pair(left, right) : left);
  }
  return blocks;
}

function causesTitle(what: string, option: string, steps: readonly Step[], total: Step, unit: string): string {
  const less = total.value < 0;
  const driver = [...steps].sort((a, b) => (less ? a.value - b.value : b.value - a.value))[0];
  const amount = `${formatNumber(Math.abs(total.value))}${NBSP}${unit}`;
  const start = `${shorten(option, 18)}: ${amount} ${less ? "less" : "more"} ${what}`;
  const cause = driver ? `, most of it from ${shorten(driver.name, 24)}` : "";
  return start.length + cause.length <= 90 ? start + cause : shorten(start, 90);
}

function moneyBlocks(report: CompareReport): Block[] {
  return [...report.wouldChange.map(wouldChangeBlock), ...breakEvenBlocks(report)];
}

function breakEvenBlocks({ breakEvens, breakEven }: CompareReport): Block[] {
  if (breakEvens.length === 0) return [];
  const table: TableBlock = {
    title: "Where the answer turns",
    subtitle: "Each price by itself, all others as they are",
    head: ["What changes", "Today", "Turns at", "Then"],
    numeric: [1, 2],
    rows: breakEvens.map(({ driver, today, turnsAt, meaning }) => [driver, today, turnsAt, meaning]),
    note: "Prices that are not listed do not turn it: at any of their values the same option is cheaper.",
  };
  return [breakEven ? pair(figure(breakEvenFigure(breakEven)), tableOf(table)) : tableOf(table)];
}

function basis({ command, version, seeds, luckless, options, wouldChange }: CompareReport): Block[] {
  const luck = luckless ? " No option has any luck in it: all its runs are alike, and the differences are exact for this input." : "";
  const method: Block = {
    kind: "text",
    title: "Method",
    paragraphs: [
      `${seeds.length > 1 ? `Every option runs ${counted(seeds.length, "time")}, each time with the same seed as the others, so that the luck they share drops out of the differences. Intervals are 95${NBSP}% t intervals of the paired differences.` : "Every option runs once with the same seed; there are no intervals, and other seeds may say otherwise."}${luck}`,
      ...(wouldChange.length > 0
        ? [
            "What would change the conclusion is reckoned from what the runs used, at other prices: decisions that looked at a price or an intensity stay what they were.",
          ]
        : []),
      "Ledgers are exact and balance in every run, so the differences of their accounts add up to the difference of the whole.",
    ],
  };
  const about: Block = {
    kind: "text",
    title: "The options",
    paragraphs: [],
    items: options.slice(0, 20).map(({ name, about: words }) => `${shorten(name, 32)}: ${words === "" ? "no description" : shorten(words, 300)}`),
  };
  return [
    pair(about, method),
    {
      kind: "command",
      title: "To repeat this comparison",
      lines: [command, `version ${version}, seeds ${seeds[0] ?? ""}${seeds.length > 1 ? ` to ${seeds.at(-1)}` : ""}`],
      note: "The same version, scenarios and seeds give the same figures on any machine.",
    },
  ];
}
