/** Latency of a storage device against its load, a line a device: flat as long as I/Os find a free channel, then a wall. */
import { line as lineShape, scaleLinear, scaleLog } from "d3";
import { formatNumber } from "../../units/format.ts";
import { type Drawing, type Figure, FULL_WIDTHS } from "../figure.ts";
import { NBSP } from "../format.ts";
import { coordinate, element, label, line } from "../svg.ts";
import { textWidth } from "../textwidths.ts";

/** One device: latency of a small I/O at loads of 0, 1, 2 .. %. */
export interface LatencyCurve {
  readonly name: string;
  /** I/Os that it does at a time. */
  readonly channels: number;
  readonly points: readonly { readonly load: number; readonly ms: number }[];
}

const SHOWN = [0, 0.5, 0.7, 0.8, 0.9, 0.95, 0.98];

const msAt = ({ points }: LatencyCurve, load: number): number => points[Math.round(100 * load)]?.ms ?? Number.NaN;
const short = (ms: number): string => formatNumber(Number(ms.toPrecision(2)));

export function latencyFigure(devices: readonly LatencyCurve[]): Figure {
  const curves = devices.toSorted((a, b) => a.channels - b.channels);
  const times = (curve: LatencyCurve): string => formatNumber(Number((msAt(curve, 0.8) / msAt(curve, 0)).toPrecision(2)));
  const [first, last] = [curves[0] as LatencyCurve, curves.at(-1) as LatencyCurve];
  const title = `At 80${NBSP}% load an I/O takes ${times(first)} times as long on a ${first.name}, ${times(last)} times on ${last.name}`;
  return {
    id: "disk-latency",
    title,
    subtitle: "Mean latency of a small I/O by the part of the device's time in use; logarithmic",
    note: `I/Os at a time: ${curves.map(({ name, channels }) => `${name} ${channels}`).join(", ")}. From the formula, without the bound by I/Os under way.`,
    description: `${title}.`,
    widths: FULL_WIDTHS,
    draw: (width) => draw(curves, width),
    numbers: {
      head: ["load, %", ...curves.map(({ name }) => `${name}, ms`)],
      rows: SHOWN.map((load) => [formatNumber(100 * load), ...curves.map((curve) => short(msAt(curve, load)))]),
      note: "",
    },
    data: () => ({
      columns: ["device", "load_pct", "latency_ms"],
      rows: curves.flatMap(({ name, points }) => points.map(({ load, ms }) => [name, 100 * load, ms])),
      note: "",
    }),
  };
}

function draw(curves: readonly LatencyCurve[], width: number): Drawing {
  const all = curves.flatMap(({ points }) => points.map(({ ms }) => ms));
  const [low, high] = [Math.floor(Math.log10(Math.min(...all) / 1.5)), Math.ceil(Math.log10(Math.max(...all)))];
  const right = width - Math.max(...curves.map(({ name }) => textWidth(name, 12.5))) - 16;
  const top = 12;
  const bottom = top + (width < 500 ? 200 : 260);
  const x = scaleLinear([0, 1], [52, right]);
  const y = scaleLog([10 ** low, 10 ** high], [bottom, top]);
  let body = "";
  for (let power = low; power <= high; power++) {
    const at = y(10 ** power);
    const text = power >= 3 ? `${formatNumber(10 ** (power - 3))}${NBSP}s` : `${formatNumber(10 ** power)}${NBSP}ms`;
    body += line(52, at, right, at, power === low ? "ax" : "gr") + label(44, at + 4, "k e", text);
  }
  for (const load of [0, 0.25, 0.5, 0.75, 1]) {
    const text = `${formatNumber(100 * load)}${load === 1 ? `${NBSP}%` : ""}`;
    body += line(x(load), bottom, x(load), bottom + 4, "ax") + label(x(load), bottom + 18, "k m", text);
  }
  body += label(right, bottom + 38, "k e", "load of the device");
  const shape = lineShape<LatencyCurve["points"][number]>()
    .x((p) => x(p.load))
    .y((p) => y(p.ms));
  for (const { name, points } of curves) {
    const d = (shape([...points]) ?? "").replace(/\d+\.\d+/g, (n) => coordinate(Number(n)));
    body += element("path", { class: "s-ink ln", d }) + label(right + 8, y(points.at(-1)?.ms ?? 1) + 4, "l h", name);
  }
  return { height: bottom + 44, body };
}
