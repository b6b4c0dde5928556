/**
 * A comparison for people (a table, and the first figure as dots with their intervals) and for programs.
 */
import { ticks } from "d3";
import type { ComparedFigure, ComparedMetric, Comparison } from "../experiment/comparison.ts";
import { CONFIDENCE, type Difference } from "../experiment/statistics.ts";
import { brief, counted, shorten } from "../report/format.ts";
import { differenceText, plusMinus } from "../report/interval.ts";
import { inDoubt, turnsWithin, type WhatWouldChange } from "../report/would-change.ts";
import { formatDuration, formatNumber } from "../units/format.ts";
import { VERSION } from "../version.ts";
import { printable, type Style, terminalText, wrap } from "./style.ts";

export interface CompareView {
  /** What the comparison says, in one sentence. */
  readonly answer: string;
  readonly style: Style;
  readonly width: number;
  readonly ascii: boolean;
  readonly seconds: number;
  /** File the chart was drawn into, or null. */
  readonly drawn: string | null;
  /** What would change the answers. */
  readonly wouldChange: readonly WhatWouldChange[];
  /** Folder the report and the figures were written to, or null. */
  readonly folder: string | null;
}

/** Names of figures short enough to head a column; others are named as in summary.csv, in words. */
const SHORT: Readonly<Record<string, string>> = {
  energy_facility_kwh: "energy",
  energy_it_kwh: "IT energy",
  ready_pct_p95: "ready p95",
  ready_pct_mean: "ready mean",
  ready_pct_worst_vm: "ready worst",
  hosts_on_mean: "hosts on",
  utilisation_pct: "CPU used",
  slatah_pct: "SLATAH",
  pdm_pct: "PDM",
  slav: "SLAV",
  esv_kwh: "ESV",
  vms_rejected: "rejected",
  vms_lost: "lost",
  migrated_gib: "moved",
  migration_downtime_s: "downtime",
  power_cycles: "power cycles",
  cost_energy: "energy cost",
  cost_total: "cost",
  cost_per_year: "cost a year",
  down_vm_h: "out of service",
  carbon_kg: "carbon",
};

/** A unit at the end of a figure's name; it is shown beside it. */
const UNIT = /_(pct|kwh|gib|mib|kg|w|s|h)$/;

export const shortMetric = (name: string): string => SHORT[name] ?? name.replace(UNIT, "").replaceAll("_", " ");

/** Counted things need no unit beside their name. */
const COUNTS = new Set(["hosts", "VMs", "migrations", "events"]);
const headOf = ({ name, unit }: ComparedMetric): string => `${shortMetric(name)}${unit === "" || COUNTS.has(unit) ? "" : ` ${unit}`}`;

const INDENT = "  ";
const MOST_NAME = 22;
/** Narrower than this nothing is drawn; lines may then be longer than the terminal. */
const NARROWEST = 44;

/** Draws the comparison. Ends with a newline; holds no line longer than the width but those of long names. */
export function renderComparison(comparison: Comparison, view: CompareView): string {
  const style: Style = { ...view.style, ascii: view.ascii };
  const width = Math.max(NARROWEST, Math.min(100, Math.floor(view.width) || 80));
  const { options, seeds, luckless } = comparison;
  const baseline = shorten(printable(options[0]?.name ?? ""), MOST_NAME);
  const runs = seeds.length === 1 ? "one run each, no intervals" : `${counted(seeds.length, "paired run")}, 95 % intervals`;
  const within = (text: string): string => INDENT + wrap(text, width - INDENT.length, INDENT);
  const lines = [
    "",
    ...wrap(`${printable(view.answer)}.`, width - INDENT.length, "")
      .split("\n")
      .map((text) => `${INDENT}${style.bold(text)}`),
    "",
    within(`${runs}, baseline ${baseline}, ${formatDuration(view.seconds)}`),
    "",
    ...tables(comparison, style, width),
    ...plot(comparison, style, width),
    ...view.wouldChange.flatMap((one) => changers(one, style, width)),
  ];
  const unclear = options.some(({ figures }) => figures.some(({ difference }) => difference?.verdict === "cannot tell"));
  if (unclear) lines.push(style.dim(within(`? the interval of the difference from ${baseline} holds zero: cannot tell`)));
  if (options.some(({ figures }) => figures.some(({ difference }) => difference?.verdict === "same")))
    lines.push(style.dim(within(`= the same as ${baseline} in every run`)));
  if (luckless) lines.push(style.dim(within("all runs of an option are alike: there is no luck in it, and differences are exact")));
  const last = seeds.length === 1 ? "" : ` to ${seeds.at(-1)}`;
  lines.push(style.dim(`${INDENT}seeds ${printable(seeds[0] ?? "")}${printable(last)}${view.drawn === null ? "" : `; drawn into ${printable(view.drawn)}`}`));
  if (view.folder !== null) {
    const folder = `${printable(view.folder).replace(/\/+$/, "")}/`;
    lines.push(
      within(`written to ${folder}: report.html, report.md, metrics.csv, differences.csv, sensitivity.csv`),
      within(`next: open ${folder}report.html in a browser`),
    );
  }
  return `${lines.map((line) => terminalText(line.trimEnd(), style)).join("\n")}\n`;
}

/** Sign behind a value: can the difference be told? */
const sign = (difference: Difference | null): string => (difference?.verdict === "cannot tell" ? " ?" : difference?.verdict === "same" ? " =" : "  ");

/** The difference in percent of the baseline, or in the figure's own unit where the baseline is zero. */
function against(difference: Difference | null): string {
  if (difference === null) return "-  ";
  const { mean, low, high, base, verdict } = difference;
  if (verdict === "not measured") return "–  ";
  if (verdict === "same") return "0 =";
  const scale = base === 0 ? 1 : 100 / Math.abs(base);
  const text = differenceText(mean * scale, low * scale, high * scale, base === 0 ? "" : "%");
  return verdict === "cannot tell" ? `cannot tell ${text.slice(text.indexOf("["))}${base === 0 ? "" : " %"} ?` : `${text}  `;
}

interface Block {
  readonly head: string;
  readonly cells: readonly string[];
  readonly strong: boolean;
}

/** Columns side by side as long as they fit; what does not goes into a table below. */
function tables({ metrics, options }: Comparison, style: Style, width: number): string[] {
  const names = options.map(({ name }) => shorten(printable(name), MOST_NAME));
  const nameWidth = Math.max(6, ...names.map((name) => name.length));
  const blocks = metrics.flatMap((metric, m): Block[] => {
    const figures = options.map(({ figures: all }) => all[m] as ComparedFigure);
    const values = figures.map(({ mean, half }) => plusMinus(mean, half));
    if (m > 0) return [{ head: `${headOf(metric)}  `, cells: figures.map(({ difference }, i) => `${values[i]}${sign(difference)}`), strong: false }];
    return [
      { head: headOf(metric), cells: values, strong: true },
      { head: "against baseline  ", cells: figures.map(({ difference }) => against(difference)), strong: false },
    ];
  });
  const lines: string[] = [];
  let rest = blocks;
  while (rest.length > 0) {
    let room = width - INDENT.length - nameWidth;
    const row: (Block & { width: number })[] = [];
    for (const block of rest) {
      const wide = 2 + Math.max(block.head.length, ...block.cells.map((cell) => cell.length));
      if (wide > room && row.length > 0) break;
      row.push({ ...block, width: wide });
      room -= wide;
    }
    rest = rest.slice(row.length);
    lines.push(style.dim(`${INDENT}${"option".padEnd(nameWidth)}${row.map((block) => block.head.padStart(block.width)).join("")}`));
    names.forEach((name, i) => {
      const cells = row.map((block) =>
        block.strong ? style.bold((block.cells[i] ?? "").padStart(block.width)) : (block.cells[i] ?? "").padStart(block.width),
      );
      lines.push(`${INDENT}${name.padEnd(nameWidth)}${cells.join("")}`);
    });
    lines.push("");
  }
  return lines;
}

/** The first figure of all options on one scale. */
function plot({ metrics: [metric], options }: Comparison, style: Style, width: number): string[] {
  const values = options.map(({ figures }) => figures[0]).filter((figure): figure is ComparedFigure => figure !== undefined && Number.isFinite(figure.mean));
  if (!metric || values.length < 2) return [];
  const half = ({ half: h }: ComparedFigure): number => (Number.isFinite(h) ? h : 0);
  const low = Math.min(...values.map((v) => v.mean - half(v)));
  const high = Math.max(...values.map((v) => v.mean + half(v)));
  if (!(high - low > 1e-9 * Math.abs(high))) return [];
  const names = options.map(({ name }) => shorten(printable(name), MOST_NAME));
  const nameWidth = Math.max(shortMetric(metric.name).length, 6, ...names.map((name) => name.length)) + 2;
  const cells = width - INDENT.length - nameWidth - 12;
  if (cells < 10) return [];
  const margin = 0.06 * (high - low);
  const start = low >= 0 ? Math.max(0, low - margin) : low - margin;
  const at = (value: number): number => Math.round(((value - start) / (high + margin - start)) * (cells - 1));
  const marks = ticks(start, high + margin, 5);
  const put = (line: string[], from: number, text: string): void => {
    Array.from(text).forEach((character, i) => {
      if (from + i >= 0 && from + i < line.length) line[from + i] = character;
    });
  };
  const axis = new Array<string>(cells + 12).fill(" ");
  const longest = Math.max(...marks.map((mark) => formatNumber(mark).length));
  const apart = marks.length > 1 ? at(marks[1] as number) - at(marks[0] as number) : cells;
  // The last mark always has its number, with the unit; of the others every so many as there is room for.
  const every = Math.max(1, Math.ceil((longest + 2) / Math.max(1, apart)));
  marks.forEach((mark, i) => {
    const last = i === marks.length - 1;
    if ((marks.length - 1 - i) % every === 0) put(axis, at(mark), formatNumber(mark) + (last && metric.unit !== "" ? ` ${metric.unit}` : ""));
  });
  const rows = options.map(({ figures: [figure] }, i) => {
    const line = new Array<string>(cells).fill(" ");
    for (const mark of marks) put(line, at(mark), "┊");
    if (figure && Number.isFinite(figure.mean)) {
      const [from, middle, to] = [at(figure.mean - half(figure)), at(figure.mean), at(figure.mean + half(figure))];
      for (let c = from; c <= to; c++) put(line, c, c === from ? "╶" : c === to ? "╴" : "─");
      put(line, middle, "●");
    }
    return `${INDENT}${(names[i] ?? "").padEnd(nameWidth)}${line.join("")}`;
  });
  const note = start > 0 ? [style.dim(`${INDENT}${" ".repeat(nameWidth)}the axis starts at ${formatNumber(start)}`)] : [];
  return [style.dim(`${INDENT}${shortMetric(metric.name).padEnd(nameWidth)}${axis.join("")}`.trimEnd()), ...rows, ...note, ""];
}

/** Inputs shown on the terminal. */
const MOST_CHANGERS = 5;

/** What would change an answer: where something turns it within its range, a table of what moves it most; else a line. */
function changers(one: WhatWouldChange, style: Style, width: number): string[] {
  const { measure, unit, winner, next, lead, inputs } = one;
  const [own, other] = [winner, next].map((name) => shorten(printable(name), MOST_NAME));
  const turned = inputs.filter((input) => turnsWithin(input, winner));
  const answer = `${INDENT}${measure}: ${style.bold(own ?? "")} saves ${formatNumber(lead)} ${unit} against ${other}`;
  if (turned.length === 0)
    return [inDoubt(one) ? `${answer}, or luck does` : answer, style.dim(`${INDENT}no price or assumption turns that within its range`), ""];
  const rows = [...turned, ...inputs.filter((input) => !turnsWithin(input, winner))]
    .slice(0, Math.max(MOST_CHANGERS, turned.length))
    .map((input) => [
      `${turned.includes(input) ? "!" : " "} ${shorten(printable(input.name), 24)}`,
      formatNumber(input.today),
      input.turn === null ? "never" : `${input.turn.above ? "above" : "below"} ${formatNumber(input.turn.value)}: ${shorten(printable(input.turn.winner), 16)}`,
      `${formatNumber(input.low)} to ${formatNumber(input.high)}`,
      `${brief(input.atLow)} to ${brief(input.atHigh)}`,
    ]);
  const head = ["  input", "now", "turns", "range", `saves, ${unit}`];
  const widths = head.map((text, i) => Math.max(text.length, ...rows.map((row) => (row[i] ?? "").length)));
  // What does not fit is in sensitivity.csv.
  const fits = widths.map((_, i) => widths.slice(0, i + 1).reduce((sum, w) => sum + w + 2, INDENT.length - 2) <= width);
  const write = (cells: readonly string[]): string =>
    `${INDENT}${cells.flatMap((cell, i) => (fits[i] ? [i === 1 ? cell.padStart(widths[i] ?? 0) : cell.padEnd(widths[i] ?? 0)] : [])).join("  ")}`.trimEnd();
  const doubt = inDoubt(one) ? "which may be luck, and turns with" : "which turns with";
  return [`${answer}, ${doubt}`, style.dim(write(head)), ...rows.map(write), ""];
}

const finite = (value: number): number | null => (Number.isFinite(value) ? value : null);

/** The comparison as data; values that do not apply are null. docs/compare.md describes it. */
export function comparisonJson({ metrics, options, seeds, luckless }: Comparison): Record<string, unknown> {
  return {
    version: VERSION,
    baseline: options[0]?.name ?? null,
    confidence: CONFIDENCE,
    seeds,
    luckless,
    options: options.map(({ name, fingerprints, figures }) => ({
      name,
      fingerprints,
      metrics: Object.fromEntries(
        metrics.map(({ name: metric, unit }, m) => {
          const { mean, half, values, difference } = figures[m] as ComparedFigure;
          return [
            metric,
            {
              unit,
              mean: finite(mean),
              halfWidth: finite(half),
              values: Array.from(values, finite),
              difference: difference && {
                mean: finite(difference.mean),
                low: finite(difference.low),
                high: finite(difference.high),
                percentOfBaseline: difference.base === 0 ? null : finite((100 * difference.mean) / Math.abs(difference.base)),
                verdict: difference.verdict,
              },
            },
          ];
        }),
      ),
    })),
  };
}
