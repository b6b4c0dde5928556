/**
 * The report of a comparison as a document: which option, is the difference real, where does it come from, and at which price
 * would the answer turn.
 */

import { formatCount, formatNumber } from "../units/format.ts";
import { availabilityFigure } from "./charts/availability.ts";
import { breakEvenFigure } from "./charts/breakeven.ts";
import { optionsFigure } from "./charts/options.ts";
import { paretoFigure } from "./charts/pareto.ts";
import { type Step, waterfallFigure } from "./charts/waterfall.ts";
import { checksTable } from "./checks-table.ts";
import { answerOf, capital, chosenOf, percentOf, percentOrUnit, written } from "./compare-answer.ts";
import type { ComparedDifference, ComparedValue, CompareReport } from "./compare-data.ts";
import { type Block, type Cell, type Document, figure, pair, type SectionId, sectionsOf, type TableBlock, type Tile, tableOf } from "./document.ts";
import { counted, NBSP, shorten } from "./format.ts";
import { differenceText } from "./interval.ts";
import { wouldChangeBlocks } from "./would-change.ts";

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

/** Figures for tiles that the chosen ones leave free. */
const FURTHER = ["hosts_on_mean", "cost_energy", "utilisation_pct", "carbon_kg"];

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
function panelsTitle({ options, shown }: CompareReport): string {
  const [first, second] = shown;
  if (!first) return "There is nothing to compare";
  const base = shorten(options[0]?.name ?? "", 18);
  const told = (values: readonly ComparedValue[]): number =>
    values.filter(({ difference }) => difference?.verdict === "more" || difference?.verdict === "less").length;
  if (options.length === 2) {
    const differs = shown.filter(({ values }) => told(values) > 0 || values[1]?.difference?.verdict === "one run");
    if (differs.length === 0) return `${capital(first.name)}${second ? ` and ${second.name}` : ""} do not differ beyond doubt`;
    const parts = differs.map(
      ({ name, values, unit }) => `${name} ${percentOrUnit(values[1]?.difference as ComparedDifference, unit).replace(/ ?\[.*\]/, "")}`,
    );
    const titles = parts.map((_, i) => `${capital(parts.slice(0, i + 1).join(", "))} against ${base}`);
    return titles.findLast((title) => title.length <= 90) ?? (titles[0] as string);
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
    // Time out of service has a chart of its own below, with availability.
    panels: (availabilityOf(report) ? shown.filter(({ metric }) => metric !== "down_vm_h") : shown).map(({ name, unit, values }) => ({
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

function availabilityOf({
  metrics,
}: Pick<CompareReport, "metrics">): { readonly availability: readonly ComparedValue[]; readonly down: readonly ComparedValue[] } | null {
  const [availability, down] = ["availability_pct", "down_vm_h"].map((name) => metrics.find(({ metric }) => metric === name)?.values);
  return availability && down && availability.some(({ mean }) => mean < 100) ? { availability, down } : null;
}

/** Availability of the options, where runs measure it and any VM was out of service. */
function availabilityBlocks({ metrics, options, seeds }: CompareReport): Block[] {
  const found = availabilityOf({ metrics });
  if (!found) return [];
  const { availability, down } = found;
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
  return [...report.wouldChange.flatMap(wouldChangeBlocks), ...breakEvenBlocks(report)];
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
  return [...(breakEven ? [figure(breakEvenFigure(breakEven))] : []), tableOf(table)];
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
