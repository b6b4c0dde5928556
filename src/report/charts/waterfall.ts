/**
 * Waterfall: what causes a difference? From the baseline (0) step by step to the whole difference, the largest step first.
 * Steps up are worse, steps down better: the amounts drawn are such that less is better.
 */

import { scaleLinear } from "d3";
import { formatNumber } from "../../units/format.ts";
import { type Drawing, type Figure, HALF_WIDTHS } from "../figure.ts";
import { brief, NBSP } from "../format.ts";
import { differenceText } from "../interval.ts";
import { label, line, rect } from "../svg.ts";
import { fitText, SPARE, textWidth } from "../textwidths.ts";

export interface Step {
  readonly name: string;
  /** Change in the unit of the waterfall; above zero is more. */
  readonly value: number;
  /** Ends of its 95 % interval; NaN where there is none. */
  readonly low: number;
  readonly high: number;
}

export interface WaterfallData {
  readonly id: string;
  readonly title: string;
  readonly subtitle: string;
  readonly note: string;
  readonly unit: string;
  /** Names of what is compared. */
  readonly baseline: string;
  readonly option: string;
  /** In the order in which they are drawn; they add up to the total. */
  readonly steps: readonly Step[];
  readonly total: Step;
}

/** Steps beside these are taken together, as are those below this share of the largest. */
const MOST_STEPS = 9;
const SMALL = 0.005;

/** The largest steps first; those that are small beside the others become one. Steps of nothing are left out. */
export function orderSteps(steps: readonly Step[], most = MOST_STEPS): Step[] {
  const moved = steps.filter(({ value }) => value !== 0).sort((a, b) => Math.abs(b.value) - Math.abs(a.value) || (a.name < b.name ? -1 : 1));
  const large = moved.filter(({ value }) => Math.abs(value) >= SMALL * Math.abs(moved[0]?.value ?? 0)).length;
  const kept = Math.min(large, moved.length > most ? most - 1 : most);
  const rest = moved.slice(kept);
  if (rest.length < 2) return moved;
  const value = rest.reduce((sum, step) => sum + step.value, 0);
  return [...moved.slice(0, kept), { name: `${rest.length} others`, value, low: Number.NaN, high: Number.NaN }];
}

export function waterfallFigure(data: WaterfallData): Figure {
  const steps = orderSteps(data.steps);
  const change = (step: Step): string => differenceText(step.value, step.low, step.high);
  return {
    id: data.id,
    title: data.title,
    subtitle: data.subtitle,
    note: data.note,
    description: `${data.title}. ${steps.map((step) => `${step.name} ${change(step)}`).join(", ")}; in all ${differenceText(data.total.value, data.total.low, data.total.high, data.unit)}.`,
    widths: HALF_WIDTHS,
    draw: (width) => draw(data, steps, width),
    numbers: {
      head: ["cause", `change, ${data.unit}`, "from", "to"],
      rows: [...data.steps.filter(({ value }) => value !== 0), data.total].map((step) => [
        step.name,
        differenceText(step.value, Number.NaN, Number.NaN),
        formatNumber(step.low),
        formatNumber(step.high),
      ]),
      note: "From and to are the ends of the 95 % interval.",
    },
    data: () => ({
      columns: ["cause", "change", "low", "high", "unit"],
      rows: [...data.steps, data.total].map((step) => [step.name, step.value, step.low, step.high, data.unit]),
      note: "",
    }),
  };
}

const signed = (value: number): string => `${value > 0 ? "+" : ""}${brief(value)}`;

const PITCH = 30;
const BAR = 17;

function draw({ baseline, option, total, unit }: WaterfallData, steps: readonly Step[], width: number): Drawing {
  const narrow = width < 500;
  const names = [...steps.map(({ name }) => name), option];
  const left = Math.min(narrow ? 118 : 170, Math.max(60, ...names.map((name) => SPARE * textWidth(name, 12.5, 600)))) + 18;
  let at = 0;
  const bars = steps.map((step) => {
    const from = at;
    at += step.value;
    return { step, from, to: at };
  });
  const ends = [0, total.value, ...bars.map(({ to }) => to)];
  const texts = [...steps, total].map((step) => signed(step.value));
  const textRoom = Math.max(...texts.map((text) => textWidth(text, 12.5, 600))) * 1.13 + 12;
  const [low, high] = [Math.min(...ends), Math.max(...ends)];
  // The label of a bar stands on the side to which it points, so both sides may need room.
  const x = scaleLinear([low, high === low ? low + 1 : high], [left + (low < 0 ? textRoom : 0), width - textRoom]);
  const top = 24;
  const bottom = top + (steps.length + 1) * PITCH;
  const ticks = x.ticks(narrow ? 2 : 4).filter((tick) => tick !== 0);
  let body = "";
  for (const tick of ticks) body += line(x(tick), top - 4, x(tick), bottom, "gr");
  body += line(x(0), top - 8, x(0), bottom, "ax");
  // "Baseline" at zero; the outermost tick carries the unit where it has room.
  const zeroText = fitText(baseline, 120, 12.5, 600);
  const zeroHalf = (SPARE * textWidth(zeroText, 12.5, 600)) / 2 + 4;
  const zeroAt = Math.max(zeroHalf, Math.min(width - zeroHalf, x(0)));
  body += label(zeroAt, 11, "l b m", zeroText);
  const outer = ticks.reduce((a, b) => (Math.abs(b) > Math.abs(a) ? b : a), 0);
  for (const tick of ticks) {
    const text = `${tick > 0 ? "+" : ""}${formatNumber(tick)}${tick === outer ? NBSP + unit : ""}`;
    const half = (SPARE * textWidth(text, 12)) / 2 + 4;
    if (Math.abs(x(tick) - zeroAt) < zeroHalf + half || x(tick) + half > width) continue;
    if (tick !== outer && Math.abs(x(tick) - x(outer)) < 2 * half + 30) continue;
    body += label(x(tick), 11, "k m", text);
  }
  bars.forEach(({ step, from, to }, i) => {
    const y = top + i * PITCH;
    const [a, b] = [x(Math.min(from, to)), x(Math.max(from, to))];
    body += label(left - 14, y + BAR / 2 + 10, "l e", fitText(step.name, (left - 15) / SPARE, 12.5));
    body += rect(a, y + 6, Math.max(1.5, b - a), BAR, step.value > 0 ? "f-worse" : "f-better");
    body += line(x(to), y + 6 + BAR, x(to), y + PITCH + 6, "ld");
    body += label(step.value > 0 ? b + 6 : a - 6, y + BAR / 2 + 10, `l h${step.value > 0 ? "" : " e"}`, texts[i] ?? "");
  });
  const y = top + steps.length * PITCH;
  const [a, b] = [x(Math.min(0, total.value)), x(Math.max(0, total.value))];
  body += label(left - 14, y + BAR / 2 + 10, "l b e", fitText(option, (left - 15) / SPARE, 12.5, 600));
  body += rect(a, y + 6, Math.max(1.5, b - a), BAR, "f-ink");
  if (Number.isFinite(total.low) && total.high > total.low) {
    // An interval that leaves the drawing has no end there.
    const [from, to] = [Math.max(left, x(total.low)), Math.min(width, x(total.high))];
    const level = y + 6 + BAR + 5;
    body += line(from, level, to, level, "md");
    if (from === x(total.low)) body += line(from, level - 3, from, level + 3, "md");
    if (to === x(total.high)) body += line(to, level - 3, to, level + 3, "md");
  }
  const text = texts.at(-1) ?? "";
  body += label(total.value > 0 ? b + 6 : a - 6, y + BAR / 2 + 10, `l b h${total.value > 0 ? "" : " e"}`, text);
  return { height: bottom + 10, body };
}
