/** Ready time against vCPUs per core, a line a product: where each bends, and how steep it is then. */
import { line as lineShape, scaleLinear } from "d3";
import { formatNumber } from "../../units/format.ts";
import { valueAxis } from "../axis.ts";
import { type Drawing, type Figure, FULL_WIDTHS } from "../figure.ts";
import { NBSP } from "../format.ts";
import { coordinate, element, label, line } from "../svg.ts";
import { textWidth } from "../textwidths.ts";

/** One product: ready time, %, at each ratio of vCPUs to cores. */
export interface ReadyCurve {
  readonly product: string;
  /** A program of a host OS (type 2). */
  readonly hosted: boolean;
  readonly points: readonly { readonly ratio: number; readonly readyPercent: number }[];
}

export function readyCurveFigure(curves: readonly ReadyCurve[]): Figure {
  const ends = curves.map(({ product, points }) => ({ product, ready: points.at(-1)?.readyPercent ?? 0 })).toSorted((a, b) => a.ready - b.ready);
  const [least, most] = [ends[0], ends.at(-1)];
  const ratio = Math.max(...curves.flatMap(({ points }) => points.map((p) => p.ratio)));
  const title = `At ${ratio}:1 VMs wait ${formatNumber(Math.round(least?.ready ?? 0))} to ${formatNumber(Math.round(most?.ready ?? 0))}${NBSP}% of their time, from ${least?.product} to ${most?.product}`;
  return {
    id: "ready-curve",
    title,
    subtitle: "CPU ready, % of vCPU time over a working day, by vCPUs per core. Dark: type 1; coloured: type 2",
    note: "Every host has the same cores and load; only the number of VMs and the product differ.",
    description: `${title}. ${curves.length} products.`,
    widths: FULL_WIDTHS,
    draw: (width) => draw(curves, width),
    numbers: {
      head: ["product", ...(curves[0]?.points.map(({ ratio: r }) => `${r}:1`) ?? [])],
      rows: curves.map(({ product, points }) => [product, ...points.map((p) => formatNumber(p.readyPercent))]),
      note: "",
    },
    data: () => ({
      columns: ["product", "vcpus_per_core", "ready_pct"],
      rows: curves.flatMap(({ product, points }) => points.map((p) => [product, p.ratio, p.readyPercent])),
      note: "",
    }),
  };
}

const LABEL_PITCH = 15;

function draw(curves: readonly ReadyCurve[], width: number): Drawing {
  const points = curves.flatMap((curve) => curve.points);
  if (points.length === 0) return { height: 24, body: label(0, 16, "k", "no runs") };
  const axis = valueAxis(1.05 * Math.max(...points.map((p) => p.readyPercent)));
  const ratios = [...new Set(points.map((p) => p.ratio))].toSorted((a, b) => a - b);
  const right = width - Math.max(...curves.map(({ product }) => textWidth(product, 12.5))) - 16;
  const top = 12;
  const bottom = top + (width < 500 ? 200 : 260);
  const x = scaleLinear([ratios[0] ?? 0, ratios.at(-1) ?? 1], [44, right]);
  const y = scaleLinear([0, axis.max], [bottom, top]);
  let body = axis.ticks
    .map((tick, i) => {
      const text = formatNumber(tick) + (i === axis.ticks.length - 1 ? `${NBSP}%` : "");
      return line(44, y(tick), right, y(tick), tick === 0 ? "ax" : "gr") + label(36, y(tick) + 4, "k e", text);
    })
    .join("");
  for (const ratio of ratios) body += line(x(ratio), bottom, x(ratio), bottom + 4, "ax") + label(x(ratio), bottom + 18, "k m", `${ratio}:1`);
  body += label(right, bottom + 38, "k e", "vCPUs per core");
  const shape = lineShape<ReadyCurve["points"][number]>()
    .x((p) => x(p.ratio))
    .y((p) => y(p.readyPercent));
  // Names at the ends, pushed apart downwards from the highest.
  let free = top;
  const named = curves.map((curve) => ({ curve, end: y(curve.points.at(-1)?.readyPercent ?? 0) })).toSorted((a, b) => a.end - b.end);
  for (const { curve, end } of named) {
    const d = (shape([...curve.points]) ?? "").replace(/\d+\.\d+/g, (n) => coordinate(Number(n)));
    body += element("path", { class: `${curve.hosted ? "s-guest" : "s-ink"} ln`, d });
    const at = Math.max(end + 4, free);
    free = at + LABEL_PITCH;
    body += label(right + 8, at, "l h", curve.product);
  }
  return { height: Math.max(bottom + 44, free), body };
}
