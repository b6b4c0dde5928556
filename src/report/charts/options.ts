/**
 * Options side by side: which one, and is the difference real? A row an option, a panel a figure, a dot with its 95 %
 * interval, the number beside it. The baseline is hollow with a dashed line down; the chosen option stands on a band.
 */

import { scaleLinear } from "d3";
import { formatNumber } from "../../units/format.ts";
import { type Drawing, type Figure, FULL_WIDTHS } from "../figure.ts";
import { counted, NBSP } from "../format.ts";
import { plusMinus } from "../interval.ts";
import { element, label, line, rect } from "../svg.ts";
import { fitText, SPARE, textWidth } from "../textwidths.ts";

export interface OptionValue {
  readonly mean: number;
  /** Half-width of its 95 % interval; NaN for one run. */
  readonly half: number;
  /** Ends of an interval that is not symmetric, in place of the half-width; an infinite one has no end. */
  readonly ends?: readonly [low: number, high: number];
  /** In place of mean and half-width in words. */
  readonly text?: string;
  /** Whether the paired difference from the baseline can be told; "" for the baseline and for one run. */
  readonly sign: "" | "?" | "=";
}

export interface OptionPanel {
  readonly name: string;
  readonly unit: string;
  /** One an option, in their order. */
  readonly values: readonly OptionValue[];
}

/** A value with its interval, as it stands beside its dot. */
export const optionText = (value: OptionValue | undefined): string => value?.text ?? plusMinus(value?.mean ?? Number.NaN, value?.half ?? Number.NaN);

export interface OptionsData {
  readonly title: string;
  /** The first is the baseline. */
  readonly names: readonly string[];
  /** Place of the chosen option, or -1. */
  readonly chosen: number;
  readonly panels: readonly OptionPanel[];
  readonly runs: number;
}

/** More rows are left to the table. */
const MOST_ROWS = 16;

export function optionsFigure(data: OptionsData): Figure {
  const shown = data.names.slice(0, MOST_ROWS);
  const runs = data.runs > 1 ? `${counted(data.runs, "paired run")} each, mean and 95${NBSP}% interval` : "one run each, no intervals";
  return {
    id: "options",
    title: data.title,
    subtitle: `${counted(data.names.length, "option")}, ${runs}. Hollow: the baseline`,
    note: `A ? stands where the difference from the baseline cannot be told, a = where it is none.${data.names.length > MOST_ROWS ? ` The first ${MOST_ROWS} options are drawn.` : ""}`,
    description: `${data.title}. ${shown.map((name, i) => `${name}: ${data.panels.map((panel) => `${panel.name} ${optionText(panel.values[i])}${panel.unit === "" ? "" : NBSP + panel.unit}`).join(", ")}`).join("; ")}.`,
    widths: FULL_WIDTHS,
    draw: (width) => draw(data, width),
    numbers: {
      head: ["option", ...data.panels.map(({ name, unit }) => (unit === "" ? name : `${name}, ${unit}`))],
      rows: data.names.slice(0, 60).map((name, i) => [name, ...data.panels.map(({ values }) => optionText(values[i]))]),
      note: "",
    },
    data: () => ({
      columns: ["option", "figure", "unit", "mean", "half_width"],
      rows: data.names.flatMap((name, i) =>
        data.panels.map((panel) => [name, panel.name, panel.unit, panel.values[i]?.mean ?? Number.NaN, panel.values[i]?.half ?? Number.NaN]),
      ),
      note: "",
    }),
  };
}

const ROW = 38;
const HEAD = 34;

function draw(data: OptionsData, width: number): Drawing {
  const rows = Math.min(data.names.length, MOST_ROWS);
  if (rows === 0 || data.panels.length === 0) return { height: 24, body: label(0, 16, "k", "nothing to compare") };
  return width < 500 ? drawStacked(data, rows, width) : drawSideBySide(data, rows, width);
}

/** Panels beside each other: as many as have room, in the order in which they are given. */
function drawSideBySide(data: OptionsData, rows: number, width: number): Drawing {
  const left = Math.min(200, Math.max(60, ...data.names.slice(0, rows).map((name) => SPARE * textWidth(name, 12.5, 600)))) + 14;
  const panels = data.panels.slice(0, Math.max(1, Math.min(3, Math.floor((width - left) / 210))));
  const gap = 18;
  const each = (width - left - gap * (panels.length - 1)) / panels.length;
  const bottom = HEAD + rows * ROW;
  let body = band(data, rows, width, HEAD);
  for (let i = 0; i < rows; i++) {
    const middle = HEAD + i * ROW + ROW / 2;
    const name = fitText(data.names[i] ?? "", (left - 14) / SPARE + 0.01, 12.5, 600);
    body +=
      i === 0 && data.names.length > 1
        ? label(left - 14, middle - 2, "l e", name) + label(left - 14, middle + 12, "k e", "baseline")
        : label(left - 14, middle + 4, i === data.chosen ? "l b e" : "l e", name);
  }
  panels.forEach((panel, p) => {
    body += drawPanel(data, panel, rows, { x: left + p * (each + gap), width: each, top: HEAD, bottom, heading: 14 });
  });
  return { height: bottom + 26, body };
}

/** A phone: a panel under the other, names above their dots. */
function drawStacked(data: OptionsData, rows: number, width: number): Drawing {
  let body = "";
  let y = 0;
  const nameRoom = Math.min(124, Math.max(50, ...data.names.slice(0, rows).map((name) => SPARE * textWidth(name, 12.5, 600)))) + 10;
  for (const panel of data.panels.slice(0, 3)) {
    const top = y + 30;
    const bottom = top + rows * 26;
    body += band(data, rows, width, top, 26);
    for (let i = 0; i < rows; i++)
      body += label(0, top + i * 26 + 17, i === data.chosen ? "l b" : "l", fitText(data.names[i] ?? "", (nameRoom - 8) / SPARE, 12.5, 600));
    body += drawPanel(data, panel, rows, { x: nameRoom, width: width - nameRoom, top, bottom, heading: y + 16 }, 26);
    y = bottom + 34;
  }
  return { height: y - 6, body };
}

function band({ chosen }: OptionsData, rows: number, width: number, top: number, row = ROW): string {
  return chosen >= 0 && chosen < rows ? rect(0, top + chosen * row, width, row, "zm") : "";
}

interface Box {
  readonly x: number;
  readonly width: number;
  readonly top: number;
  readonly bottom: number;
  /** Baseline of the heading. */
  readonly heading: number;
}

function drawPanel(data: OptionsData, panel: OptionPanel, rows: number, box: Box, row = ROW): string {
  const values = panel.values.slice(0, rows);
  const endsOf = ({ mean, half, ends }: OptionValue): readonly [number, number] => ends ?? (Number.isFinite(half) ? [mean - half, mean + half] : [mean, mean]);
  const finite = values.filter(({ mean }) => Number.isFinite(mean));
  const texts = values.map((value) => `${optionText(value)}${value.sign === "" ? "" : ` ${value.sign}`}`);
  const textRoom = Math.max(...texts.map((text) => textWidth(text, 12.5, 600))) * 1.1 + 10;
  const plot = Math.max(40, box.width - textRoom - 8);
  const lows = finite.map((v) => endsOf(v)[0]);
  const highs = finite.map((v) => (Number.isFinite(endsOf(v)[1]) ? endsOf(v)[1] : v.mean));
  // What has no negative value has no negative axis either, however wide an interval is.
  const least = finite.every(({ mean }) => mean >= 0) ? Math.max(0, Math.min(...lows)) : Math.min(...lows);
  const most = Math.max(...highs);
  // From zero where that still tells them apart; otherwise the foot says where the axis starts.
  const fromZero = finite.length === 0 || (least >= 0 && (most - least > 0.15 * most || most <= 0));
  const spread = most > least ? most - least : Math.max(1, Math.abs(most));
  const start = fromZero ? 0 : least - 0.25 * spread;
  const x = scaleLinear([Math.min(start, least), most > start ? most + 0.08 * (most - start) : start + 1], [box.x + 4, box.x + plot]).nice(3);
  const unit = panel.unit === "" ? "" : ` ${panel.unit}`;
  let body = label(box.x, box.heading, "l", [
    { text: fitText(panel.name, Math.max(30, box.width - textWidth(unit, 12.5) - 8), 12.5, 600), bold: true },
    { text: unit },
  ]);
  const ticks = x.ticks(3);
  const widest = Math.max(...ticks.map((tick) => textWidth(formatNumber(tick), 12))) * SPARE;
  const apart = ticks.length > 1 ? Math.abs(x(ticks[1] as number) - x(ticks[0] as number)) : plot;
  // Every so many as have room beside each other; the first may have to move inwards.
  const every = Math.max(1, Math.ceil((widest * (ticks.length > 1 && x(ticks[0] as number) - widest / 2 < box.x ? 1.5 : 1) + 6) / apart));
  ticks.forEach((tick, i) => {
    body += line(x(tick), box.top, x(tick), box.bottom, tick === 0 ? "ax" : "gr");
    if (i % every === 0) body += label(Math.max(box.x + (textWidth(formatNumber(tick), 12) * SPARE) / 2, x(tick)), box.bottom + 17, "k m", formatNumber(tick));
  });
  const base = values[0];
  if (base && Number.isFinite(base.mean) && values.length > 1) body += line(x(base.mean), box.top, x(base.mean), box.bottom, "cutk");
  values.forEach((value, i) => {
    const middle = box.top + i * row + row / 2;
    if (Number.isFinite(value.mean)) {
      const [low, high] = endsOf(value);
      const [from, to] = [Math.max(box.x, x(low)), Number.isFinite(high) ? x(high) : box.x + plot];
      if (to - from > 1) body += line(from, middle, to, middle, "s-ink ln");
      body += element("circle", { class: i === 0 ? "dot" : "f-ink", cx: x(value.mean), cy: middle, r: i === data.chosen ? 5 : 4 });
    }
    body += label(box.x + box.width - 6, middle + 4, i === data.chosen ? "l b e" : "l e", texts[i] ?? "");
  });
  return body;
}
