/** How full datastores were over time: which will be full first, and when? A line each, of those that were fullest. */
import type { Results } from "../../results/results.ts";
import type { Table } from "../../results/table.ts";
import { formatNumber } from "../../units/format.ts";
import { drawTimeAxis, tickTexts, valueAxis } from "../axis.ts";
import { clockFrom, instant } from "../clock.ts";
import { type Drawing, type Figure, FULL_WIDTHS, MOST_DATA_ROWS } from "../figure.ts";
import { counted, NBSP, share, shorten } from "../format.ts";
import { numbersIn, textsIn } from "../read.ts";
import { coordinate, element, label, line } from "../svg.ts";
import { fitText, SPARE, textWidth } from "../textwidths.ts";

const MOST_LINES = 5;
/** A datastore whose use changes less than this, % of its capacity, stands still. */
const STILL_PERCENT = 1;
const FULL_PERCENT = 99.9;
const LABEL_PITCH = 15;

interface Fill {
  readonly name: string;
  /** Ends of the intervals, and the part of the capacity in use then, %. */
  readonly at: readonly number[];
  readonly percent: readonly number[];
  readonly most: number;
  readonly least: number;
}

function fillsOf(table: Table, duration: number): Fill[] {
  const time = numbersIn(table, "time_s");
  const used = numbersIn(table, "used_gib");
  const capacity = numbersIn(table, "capacity_gib");
  const rowsOf = new Map<string, number[]>();
  textsIn(table, "datastore").forEach((name, row) => {
    const rows = rowsOf.get(name) ?? [];
    rows.push(row);
    rowsOf.set(name, rows);
  });
  return [...rowsOf]
    .map(([name, rows]) => {
      const percent = rows.map((row) => (100 * (used[row] as number)) / (capacity[row] as number));
      const at = rows.map((_, i) => (i + 1 < rows.length ? (time[rows[i + 1] as number] as number) : duration));
      return { name, at, percent, most: Math.max(...percent), least: Math.min(...percent) };
    })
    .sort((a, b) => b.most - a.most || (a.name < b.name ? -1 : 1));
}

/** The figure, or null when no datastore's use changed. */
export function fillFigure(table: Table, results: Results): Figure | null {
  const all = fillsOf(table, results.run.durationSeconds);
  if (!all.some(({ most, least }) => most - least >= STILL_PERCENT)) return null;
  const fills = all.slice(0, MOST_LINES);
  const clock = clockFrom(results.run.start);
  const full = all.filter(({ most }) => most >= FULL_PERCENT);
  const worst = all[0] as Fill;
  const whole = (percent: number): string => `${formatNumber(Math.round(percent))}${NBSP}%`;
  const first = (fill: Fill): number => fill.at[fill.percent.findIndex((percent) => percent >= FULL_PERCENT)] as number;
  const soonest = [...full].sort((a, b) => first(a) - first(b))[0];
  const title = soonest
    ? `${shorten(soonest.name, 30)} is full by ${instant(clock, first(soonest))}${full.length > 1 ? `, ${counted(full.length, "datastore")} in all` : ""}`
    : `${shorten(worst.name, 30)} is the fullest datastore, ${whole(worst.most)} at most`;
  return {
    id: "datastore-fill",
    title,
    subtitle: "Space in use, % of the datastore's capacity at the time",
    note:
      all.length > fills.length
        ? `The ${fills.length} that were fullest; ${counted(all.length - fills.length, "more datastore")} in datastores-timeline.csv.`
        : "",
    description: `${title}. ${fills.map((fill) => `${fill.name}: ${whole(fill.percent[0] as number)} at first, ${whole(fill.percent.at(-1) as number)} at the end, ${whole(fill.most)} at most.`).join(" ")}`,
    widths: FULL_WIDTHS,
    draw: (width) => draw(fills, results, width),
    numbers: {
      head: ["datastore", "at first, %", "at the end, %", "at most, %"],
      rows: fills.map(({ name, percent, most }) => [
        shorten(name, 40),
        ...[percent[0] as number, percent.at(-1) as number, most].map((value) => formatNumber(Number(value.toFixed(1)))),
      ]),
      note: "All intervals are in datastores-timeline.csv.",
    },
    data: () => {
      const every = Math.max(1, Math.ceil(fills.reduce((n, { at }) => n + at.length, 0) / MOST_DATA_ROWS));
      return {
        columns: ["datastore", "time_s", "used_pct"],
        rows: fills.flatMap(({ name, at, percent }) => at.flatMap((second, i) => (i % every === 0 ? [[name, second, percent[i] as number]] : []))),
        note: every > 1 ? "Not every interval: all are in datastores-timeline.csv." : "",
      };
    },
  };
}

function draw(fills: readonly Fill[], results: Results, width: number): Drawing {
  const duration = results.run.durationSeconds;
  // Above 100 % only where a datastore was made smaller than what is on it.
  const most = Math.max(...fills.map((fill) => fill.most));
  const axis = valueAxis(most > 101 ? most : 100);
  const texts = tickTexts(axis, "%");
  const left = Math.max(28, ...texts.map((text) => textWidth(text, 12) + 8));
  const names = fills.map(({ name }) => fitText(name, width < 500 ? 84 : 200, 12.5, 600));
  const ends = fills.map(({ percent }) => ` ${share(percent.at(-1) as number)}`);
  const right = width - SPARE * Math.max(...names.map((name, i) => textWidth(name, 12.5, 600) + textWidth(ends[i] as string, 12.5))) - 10;
  const plot = right - left;
  const top = 12;
  const bottom = top + (width < 500 ? 160 : 200);
  const x = (second: number): number => left + (Math.min(second, duration) / duration) * plot;
  const y = (percent: number): number => bottom - (percent / axis.max) * (bottom - top);
  let body = drawTimeAxis(clockFrom(results.run.start), duration, { left, width: plot, top, bottom, drawing: width });
  axis.ticks.forEach((tick, t) => {
    body += line(left, y(tick), right, y(tick), tick === 0 ? "ax" : tick === 100 ? "lim" : "gr") + label(left - 6, y(tick) + 4, "k e", texts[t] ?? "");
  });
  const drawn = fills
    .map((fill, i) => ({ fill, name: names[i] ?? "", end: ends[i] ?? "", at: y(fill.percent.at(-1) as number) + 4 }))
    .sort((a, b) => a.at - b.at);
  // Names at the ends, pushed apart: downwards from the highest, but none below the axis.
  drawn.forEach((one, i) => {
    one.at = Math.max(one.at, i === 0 ? top + 4 : (drawn[i - 1] as typeof one).at + LABEL_PITCH);
  });
  drawn.forEach(({ fill, name, end, at }, i) => {
    const lowest = bottom - 2 - (drawn.length - 1 - i) * LABEL_PITCH;
    body += element("path", { class: `${fill === fills[0] ? "s-guest" : "s-ink"} ln`, d: pathOf(fill, x, y, plot) });
    body += label(right + 8, Math.min(at, lowest), "l h", [{ text: name, bold: true }, { text: end }]);
  });
  return { height: bottom + 24, body };
}

/** A line through the intervals' ends, no more than two points a pixel: the highest of those that fall together. */
function pathOf({ at, percent }: Fill, x: (s: number) => number, y: (p: number) => number, plot: number): string {
  const every = Math.max(1, Math.ceil(at.length / (2 * plot)));
  const points: string[] = [];
  for (let i = 0; i < at.length; i += every) {
    const part = percent.slice(i, i + every);
    points.push(`${coordinate(x(at[Math.min(at.length, i + every) - 1] as number))} ${coordinate(y(Math.max(...part)))}`);
  }
  return `M${points.join("L")}`;
}
