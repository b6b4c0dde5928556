/**
 * Evidence: what the model says beside what others have measured, product by product. A bar is the range of published
 * measurements, a tick the median of the sources, a dot the model.
 */

import { scaleLinear } from "d3";
import { formatCount, formatNumber } from "../../units/format.ts";
import { type Drawing, type Figure, FULL_WIDTHS } from "../figure.ts";
import { counted, NBSP, shorten } from "../format.ts";
import { element, label, line, rect } from "../svg.ts";
import { fitText, textWidth } from "../textwidths.ts";

/** One product and kind of work. Figures are performance relative to native, percent; NaN where nothing was measured. */
export interface EvidenceRow {
  readonly product: string;
  readonly kind: string;
  readonly model: number;
  readonly low: number;
  readonly high: number;
  readonly medianOfSources: number;
  readonly sources: number;
}

export function evidenceFigure(rows: readonly EvidenceRow[]): Figure {
  const measured = rows.filter((row) => Number.isFinite(row.low) && Number.isFinite(row.high) && Number.isFinite(row.model));
  const inside = measured.filter((row) => row.model >= row.low && row.model <= row.high).length;
  const all = inside === measured.length;
  const title =
    measured.length === 0
      ? "Nothing here has been measured by anybody"
      : `The model is inside the measured range in ${all ? "all " : `${formatCount(inside)} of `}${counted(measured.length, "case")}`;
  return {
    id: "evidence",
    title,
    subtitle: "Performance of a guest, % of native, by product and kind of work. Dot: model; bar: published range; tick: median of sources",
    note: "Estimates stand without a bar. The number at the right is the number of independent sources.",
    description: `${title}. ${counted(rows.length, "row")}, ${counted(new Set(rows.map((row) => row.product)).size, "product")}.`,
    widths: FULL_WIDTHS,
    draw: (width) => draw(rows, width),
    numbers: {
      head: ["product", "kind of work", "model, %", "low, %", "median, %", "high, %", "sources"],
      rows: rows.map((row) => [
        row.product,
        row.kind,
        ...[row.model, row.low, row.medianOfSources, row.high].map((value) => formatNumber(value)),
        formatCount(row.sources),
      ]),
      note: "",
    },
    data: () => ({
      columns: ["product", "kind", "model_pct", "low_pct", "median_pct", "high_pct", "sources"],
      rows: rows.map((row) => [row.product, row.kind, row.model, row.low, row.medianOfSources, row.high, row.sources]),
      note: "",
    }),
  };
}

const PITCH = 22;
const HEAD = 30;

function draw(rows: readonly EvidenceRow[], width: number): Drawing {
  if (rows.length === 0) return { height: 24, body: label(0, 16, "k", "no evidence") };
  const narrow = width < 500;
  const products = [...new Set(rows.map((row) => row.product))];
  const left = Math.min(narrow ? 110 : 220, Math.max(...rows.map((row) => textWidth(row.kind, 12.5))) + 14);
  const values = (row: EvidenceRow): string =>
    narrow ? formatNumber(row.model) : `${formatNumber(row.model)}${NBSP}% · ${row.sources > 0 ? counted(row.sources, "source") : "estimate"}`;
  const right = Math.max(...rows.map((row) => textWidth(values(row), 12.5))) + 14;
  const plot = width - left - right;
  const numbers = rows.flatMap((row) => [row.model, row.low, row.high]).filter(Number.isFinite);
  const scale = scaleLinear([Math.min(100, ...numbers), Math.max(100, ...numbers)], [left, left + plot]).nice(5);
  const ticks = scale.ticks(narrow ? 3 : 6);
  const bottom = products.length * HEAD + rows.length * PITCH + 4;
  let body = ticks
    .map(
      (tick, i) =>
        line(scale(tick), 4, scale(tick), bottom, tick === 100 ? "ax" : "gr") +
        label(scale(tick), bottom + 17, "k m", i === ticks.length - 1 ? `${formatNumber(tick)}${NBSP}%` : formatNumber(tick)),
    )
    .join("");
  let y = 0;
  for (const product of products) {
    body += label(0, y + 22, "l b h", fitText(product, width, 12.5, 600));
    y += HEAD;
    for (const row of rows.filter((candidate) => candidate.product === product)) {
      const middle = y + PITCH / 2;
      body += label(0, middle + 4, "l", fitText(shorten(row.kind, 60), left - 10, 12.5));
      if (Number.isFinite(row.low) && Number.isFinite(row.high))
        body += rect(scale(row.low), middle - 4, Math.max(1.5, scale(row.high) - scale(row.low)), 8, "f-idle");
      if (Number.isFinite(row.medianOfSources)) body += line(scale(row.medianOfSources), middle - 6, scale(row.medianOfSources), middle + 6, "md");
      if (Number.isFinite(row.model)) body += element("circle", { class: row.sources > 0 ? "f-ink" : "dot", cx: scale(row.model), cy: middle, r: 4 });
      body += label(width, middle + 4, "l e", values(row));
      y += PITCH;
    }
  }
  const from = scale.domain()[0] as number;
  if (from > 0) body += label(left, bottom + 34, "k", `axis starts at ${formatNumber(from)}${NBSP}%`);
  return { height: bottom + 40, body };
}
