/**
 * The ladder: energy and service level of one experiment while its assumptions change one by one, from the top down. Each row
 * is a rung; a full dot is the first series, a hollow one the second; the line between them is what tells them apart.
 */
import { scaleLinear, scaleLog } from "d3";
import { formatCount, formatNumber } from "../../units/format.ts";
import { type Drawing, type Figure, FULL_WIDTHS } from "../figure.ts";
import { NBSP } from "../format.ts";
import { element, label, line } from "../svg.ts";
import { fitText, textWidth } from "../textwidths.ts";

export interface LadderValues {
  readonly energyKwh: number;
  readonly slav: number;
  readonly esvKwh: number;
}

export interface LadderRow {
  readonly title: string;
  readonly first: LadderValues;
  readonly second: LadderValues;
  /** A line is drawn above it: something else begins here. */
  readonly begins: string | null;
}

export interface LadderData {
  readonly rows: readonly LadderRow[];
  readonly first: string;
  readonly second: string;
  /** The finding. */
  readonly title: string;
  readonly subtitle: string;
}

type Key = keyof LadderValues;
const PANELS: readonly { readonly key: Key; readonly name: string; readonly log: boolean }[] = [
  { key: "energyKwh", name: `energy, kWh`, log: false },
  { key: "slav", name: "SLAV", log: true },
  { key: "esvKwh", name: `ESV, kWh`, log: true },
];

export function ladderFigure(data: LadderData): Figure {
  const { title } = data;
  const values = (row: LadderValues): string[] => PANELS.map(({ key }) => formatSmall(row[key]));
  return {
    id: "ladder",
    title,
    subtitle: data.subtitle,
    note: `Full dot: ${data.first}; hollow: ${data.second}. SLAV and ESV on logarithmic axes, 0 at their left edge.`,
    description: `${title}. ${data.rows.map(({ title: name, first, second }) => `${name}: ${formatNumber(first.energyKwh)} and ${formatNumber(second.energyKwh)}${NBSP}kWh`).join("; ")}.`,
    widths: FULL_WIDTHS,
    draw: (width) => draw(data, width),
    numbers: {
      head: ["rung", ...PANELS.map(({ name }) => `${name}: ${data.first}`), ...PANELS.map(({ name }) => `${name}: ${data.second}`)],
      rows: data.rows.map((row) => [row.title, ...values(row.first), ...values(row.second)]),
      note: "",
    },
    data: () => ({
      columns: ["rung", "series", "energy_kwh", "slav", "esv_kwh"],
      rows: data.rows.flatMap(({ title: name, first, second }) => [
        [name, data.first, first.energyKwh, first.slav, first.esvKwh],
        [name, data.second, second.energyKwh, second.slav, second.esvKwh],
      ]),
      note: "",
    }),
  };
}

/** Three digits; powers of ten for what is very small. */
const formatSmall = (value: number): string => (value === 0 ? "0" : Math.abs(value) < 1e-3 ? value.toExponential(1) : formatNumber(value));

const PITCH = 26;
const HEAD = 24;
const GUTTER = 30;
const GAP = 36;

function draw({ rows, first, second }: LadderData, width: number): Drawing {
  if (rows.length === 0) return { height: 24, body: label(0, 16, "k", "no rungs") };
  const narrow = width < 500;
  // On a phone the names stand above their rows.
  const pitch = narrow ? 42 : PITCH;
  const names = narrow ? 0 : Math.min(width * 0.36, Math.max(...rows.map((row, i) => textWidth(numbered(row, i), 12.5))) + 16);
  const room = (width - names - 2 * GAP) / 3;
  const bottom = HEAD + rows.length * pitch + 6;
  let body = "";
  for (const [p, { key, name, log }] of PANELS.entries()) {
    const left = names + p * (room + GAP);
    const all = rows.flatMap((row) => [row.first[key], row.second[key]]);
    const positive = all.filter((value) => value > 0);
    const most = Math.max(...positive, 1e-12);
    const from = left + (log ? GUTTER : 0);
    // Half of the last tick's text stands beyond its line.
    const right = left + room - 20;
    const scale = log
      ? scaleLog([10 ** Math.floor(Math.log10(Math.min(...positive, most))), 10 ** Math.ceil(Math.log10(most))], [from, right])
      : scaleLinear([0, most], [from, right]).nice(3);
    const at = (value: number): number => (log && !(value > 0) ? left : scale(value));
    body += label(left, 12, "l b h", name);
    const texts: [x: number, text: string][] = log
      ? [[left, "0"], ...logTicks(scale.domain(), right - from).map((t): [number, string] => [scale(t), power(t)])]
      : [];
    if (!log) for (const t of scale.ticks(narrow ? 2 : 3)) texts.push([scale(t), formatCount(t)]);
    // From the right, as the largest says most: a text that would touch the one after it is left out.
    let floor = Number.POSITIVE_INFINITY;
    for (const [x, text] of texts.sort(([a], [b]) => b - a)) {
      // The first text begins at the edge of the drawing where there is nothing at its left.
      const first = x < 8;
      const wide = textWidth(text, 12);
      const end = first ? wide : x + wide / 2;
      const fits = end + 6 <= floor;
      body += line(x, HEAD - 4, x, bottom, "gr") + (fits ? label(first ? 0 : x, bottom + 15, first ? "k" : "k m", text) : "");
      if (fits) floor = end - wide;
    }
    for (const [i, row] of rows.entries()) {
      const y = HEAD + i * pitch + (narrow ? 30 : pitch / 2);
      const [a, b] = [at(row.first[key]), at(row.second[key])];
      if (Math.abs(a - b) > 8) body += line(Math.min(a, b) + 4, y, Math.max(a, b) - 4, y, "ld");
      body += element("circle", { class: "dot", cx: b, cy: y, r: 4.5 }) + element("circle", { class: "f-ink", cx: a, cy: y, r: 3.5 });
    }
  }
  for (const [i, row] of rows.entries()) {
    const top = HEAD + i * pitch;
    if (row.begins !== null) body += line(0, top, width, top, "ax");
    body += label(0, top + (narrow ? 16 : pitch / 2 + 4), "l h", fitText(numbered(row, i), (narrow ? width : names) - 8, 12.5));
  }
  const y = bottom + 38;
  body += element("circle", { class: "f-ink", cx: 5, cy: y - 4, r: 3.5 }) + label(14, y, "k", first);
  const next = narrow ? { x: 5, y: y + 18 } : { x: 14 + textWidth(first, 12) + 24, y };
  body += element("circle", { class: "dot", cx: next.x, cy: next.y - 4, r: 4.5 }) + label(next.x + 9, next.y, "k", second);
  return { height: next.y + 8, body };
}

const numbered = (row: LadderRow, i: number): string => `${i}${NBSP}${NBSP}${row.title}`;
const power = (value: number): string => {
  const exponent = Math.round(Math.log10(value));
  return exponent === 0 ? "1" : `1e${exponent < 0 ? "\u2212" : ""}${Math.abs(exponent)}`;
};

/** Powers of ten, as many as there is room for. */
function logTicks([low = 1, high = 1]: readonly number[], room: number): number[] {
  const [from, to] = [Math.round(Math.log10(low)), Math.round(Math.log10(high))];
  const step = Math.max(1, Math.ceil((to - from) / Math.max(1, Math.floor(room / 52))));
  const ticks: number[] = [];
  for (let e = to; e >= from; e -= step) ticks.push(10 ** e);
  return ticks;
}
