/**
 * Two figures of several options against each other, less of both being better: which options are worth their price? Each
 * has its 95 % interval in both directions; the stair joins those that no other option beats in both.
 */
import { scaleLinear } from "d3";
import { formatNumber } from "../../units/format.ts";
import { type Drawing, type Figure, HALF_WIDTHS } from "../figure.ts";
import { counted, NBSP, shorten } from "../format.ts";
import { plusMinus } from "../interval.ts";
import { coordinate, element, label, line } from "../svg.ts";
import { textWidth } from "../textwidths.ts";

export interface ParetoValue {
  readonly mean: number;
  /** Half-width of its 95 % interval; NaN for one run. */
  readonly half: number;
}

export interface ParetoPoint {
  readonly name: string;
  readonly x: ParetoValue;
  readonly y: ParetoValue;
}

export interface ParetoAxis {
  /** "energy", "ready time p95". */
  readonly name: string;
  readonly unit: string;
}

export interface ParetoData {
  /** The first one is the baseline. */
  readonly points: readonly ParetoPoint[];
  readonly x: ParetoAxis;
  readonly y: ParetoAxis;
  /** Replications of each option. */
  readonly runs: number;
}

/** Options above this many are drawn pale and without a name, unless they are on the stair. */
const MOST_NAMED = 12;

/** Places of the points that no other beats: none has less of one and no more of the other. In order of x. */
export function frontierOf(points: readonly ParetoPoint[]): number[] {
  const beaten = (p: ParetoPoint): boolean => points.some((q) => q.x.mean <= p.x.mean && q.y.mean <= p.y.mean && (q.x.mean < p.x.mean || q.y.mean < p.y.mean));
  return points
    .map((_, i) => i)
    .filter((i) => !beaten(points[i] as ParetoPoint))
    .sort((a, b) => (points[a] as ParetoPoint).x.mean - (points[b] as ParetoPoint).x.mean || a - b);
}

/** Draws the options; those without a number in either direction are left out. */
export function paretoFigure(data: ParetoData): Figure {
  const points = data.points.filter(({ x, y }) => Number.isFinite(x.mean) && Number.isFinite(y.mean));
  const frontier = frontierOf(points);
  const title = finding(points, frontier, data);
  const unit = ({ unit: u }: ParetoAxis): string => (u === "" ? "" : ` in ${u}`);
  const runs = data.runs > 1 ? `${counted(data.runs, "paired run")} each, mean and 95${NBSP}% interval` : "one run each";
  return {
    id: "pareto",
    title,
    subtitle: `${capital(data.y.name)}${unit(data.y)} against ${data.x.name}${unit(data.x)}; ${runs}`,
    note: "The stair joins options that no other beats in both. Nothing lies on it between them. Hollow: the baseline.",
    description: `${title}. ${points
      .slice(0, MOST_NAMED)
      .map((p) => `${shorten(p.name, 24)}: ${data.x.name} ${plusMinus(p.x.mean, p.x.half)}, ${data.y.name} ${plusMinus(p.y.mean, p.y.half)}`)
      .join("; ")}.`,
    widths: HALF_WIDTHS,
    draw: (width) => draw(points, frontier, data, width),
    numbers: {
      head: ["option", `${data.x.name}${unit(data.x)}`, `${data.y.name}${unit(data.y)}`, "beaten by another"],
      rows: points
        .slice(0, 60)
        .map((p, i) => [shorten(p.name, 40), plusMinus(p.x.mean, p.x.half), plusMinus(p.y.mean, p.y.half), frontier.includes(i) ? "no" : "yes"]),
      note: points.length > 60 ? `${formatNumber(points.length - 60)} more options are not listed.` : "",
    },
    data: () => ({
      columns: ["option", "x", "x_half_width", "y", "y_half_width"],
      rows: points.map((p) => [p.name, p.x.mean, p.x.half, p.y.mean, p.y.half]),
      note: "",
    }),
  };
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

function finding(points: readonly ParetoPoint[], frontier: readonly number[], { x, y }: ParetoData): string {
  const name = (i: number | undefined): string => shorten(points[i ?? -1]?.name ?? "", 18);
  if (points.length === 0) return "No option has both figures";
  const [first] = frontier;
  const last = frontier.at(-1);
  if (frontier.length === 1)
    return points.length === 1 ? `${name(first)} stands alone` : `${name(first)} is best in both, ${shorten(x.name, 20)} and ${shorten(y.name, 20)}`;
  if (frontier.every((i) => same(points[i], points[first ?? 0]))) return "All options on the stair are equal";
  return `${name(first)} has least ${shorten(x.name, 16)}, ${name(last)} least ${shorten(y.name, 16)}`;
}

const same = (a: ParetoPoint | undefined, b: ParetoPoint | undefined): boolean => a?.x.mean === b?.x.mean && a?.y.mean === b?.y.mean;

interface Box {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

const meets = (a: Box, b: Box): boolean => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;

const half = ({ half: h }: ParetoValue): number => (Number.isFinite(h) ? h : 0);

function draw(points: readonly ParetoPoint[], frontier: readonly number[], data: ParetoData, width: number): Drawing {
  if (points.length === 0) return { height: 24, body: label(0, 16, "k", "nothing to draw") };
  const narrow = width < 500;
  const lows = points.map((p) => p.x.mean - half(p.x));
  const highs = points.map((p) => p.x.mean + half(p.x));
  const least = Math.min(...lows);
  const most = Math.max(...highs);
  // Starting at zero would press close options together: the axis says where it starts.
  const spread = most - least;
  const margin = spread > 1e-9 * Math.max(1, Math.abs(most)) ? 0.12 * spread : Math.max(Math.abs(most) * 0.1, 1);
  const near = least - margin < 0.5 * Math.max(0, least) ? 0 : least - margin;
  const xScale = scaleLinear([Math.min(near, least), most + margin], [0, 1]).nice(narrow ? 3 : 5);
  const yTop = Math.max(...points.map((p) => p.y.mean + half(p.y)), 0);
  const yScale = scaleLinear([Math.min(0, ...points.map((p) => p.y.mean - half(p.y))), yTop > 1e-9 ? 1.1 * yTop : 1], [0, 1]).nice(4);
  const xTicks = xScale.ticks(narrow ? 3 : 5);
  const yTicks = yScale.ticks(4);
  const tickText = (ticks: readonly number[], i: number, unit: string): string =>
    formatNumber(ticks[i] as number) + (i === ticks.length - 1 && unit !== "" ? NBSP + unit : "");
  const yTexts = yTicks.map((_, i) => tickText(yTicks, i, data.y.unit));
  const left = Math.max(...yTexts.map((text) => textWidth(text, 12))) + 10;
  const right = width - 30;
  const top = 30;
  const bottom = top + (narrow ? 200 : 240);
  const height = bottom + 46;
  xScale.range([left, right]);
  yScale.range([bottom, top]);

  let body = label(0, 12, "k", data.y.name);
  yTicks.forEach((tick, i) => {
    body += line(left, yScale(tick), right, yScale(tick), tick === 0 ? "ax" : "gr") + label(left - 8, yScale(tick) + 4, "k e", yTexts[i] ?? "");
  });
  const taken: Box[] = [];
  xTicks.forEach((tick, i) => {
    const text = tickText(xTicks, i, data.x.unit);
    const half = textWidth(text, 12) / 2;
    const at = Math.min(width - half, Math.max(half, xScale(tick)));
    const box = { left: at - half - 4, right: at + half + 4, top: bottom, bottom: bottom + 20 };
    body += line(xScale(tick), bottom, xScale(tick), bottom + 4, "ax");
    if (taken.some((other) => meets(box, other))) return;
    taken.push(box);
    body += label(at, bottom + 18, "k m", text);
  });
  const [start] = xScale.domain();
  const foot = (start as number) > 0 ? `axis starts at ${formatNumber(start as number)}` : "";
  if (foot !== "") body += label(left, bottom + 38, "k", foot);
  if (textWidth(data.x.name, 12) + textWidth(foot, 12) + left + 20 < right) body += label(right, bottom + 38, "k e", data.x.name);

  const stair = frontier.map((i) => points[i] as ParetoPoint);
  const path = stair.map((p, i) =>
    i === 0 ? `M${coordinate(xScale(p.x.mean))} ${coordinate(yScale(p.y.mean))}` : `H${coordinate(xScale(p.x.mean))}V${coordinate(yScale(p.y.mean))}`,
  );
  if (stair.length > 1) body += element("path", { class: "ax", d: path.join("") });

  const named = points.map((_, i) => points.length <= MOST_NAMED || i === 0 || frontier.includes(i));
  const marks: Box[] = points.map((p) => ({
    left: xScale(p.x.mean) - 5,
    right: xScale(p.x.mean) + 5,
    top: yScale(p.y.mean) - 5,
    bottom: yScale(p.y.mean) + 5,
  }));
  const frame: Box = { left, right: width, top: 16, bottom };
  const texts: Box[] = [];
  let labels = "";
  const better = "better: less of both";
  const corner = { left: left + 4, right: left + 40 + textWidth(better, 12), top: bottom - 22, bottom: bottom - 2 };
  if (!marks.some((mark) => meets(corner, mark))) {
    texts.push(corner);
    const [tipX, tipY] = [coordinate(left + 6), coordinate(bottom - 5)];
    body += element("path", { class: "ax", d: `M${coordinate(left + 28)} ${coordinate(bottom - 14)}L${tipX} ${tipY}m6 -5.5L${tipX} ${tipY}l8 0` });
    labels += label(left + 34, bottom - 10, "k h", better);
  }
  points.forEach((p, i) => {
    const [cx, cy] = [xScale(p.x.mean), yScale(p.y.mean)];
    if (!named[i]) {
      body += element("circle", { cx, cy, r: 2.5, class: "bar" });
      return;
    }
    const bars = [xScale(p.x.mean - half(p.x)), xScale(p.x.mean + half(p.x)), yScale(p.y.mean - half(p.y)), yScale(p.y.mean + half(p.y))] as const;
    if (bars[1] - bars[0] > 1) body += line(bars[0], cy, bars[1], cy, "s-ink ln");
    if (bars[2] - bars[3] > 1) body += line(cx, bars[2], cx, bars[3], "s-ink ln");
    body += element("circle", { cx, cy, r: i === 0 ? 5 : 4, class: i === 0 ? "dot" : "f-ink" });
    const text = shorten(p.name, narrow ? 16 : 24);
    const length = textWidth(text, 12.5, 400);
    const places = [
      { x: cx + 9, y: cy - 7, end: false },
      { x: cx + 9, y: cy + 16, end: false },
      { x: cx - 9, y: cy - 7, end: true },
      { x: cx - 9, y: cy + 16, end: true },
      { x: cx + 9, y: cy - 22, end: false },
      { x: cx + 9, y: cy + 31, end: false },
    ];
    for (const place of places) {
      const box = {
        left: (place.end ? place.x - length : place.x) - 3,
        right: (place.end ? place.x : place.x + length) + 3,
        top: place.y - 11,
        bottom: place.y + 4,
      };
      if (box.left < frame.left || box.right > frame.right || box.top < frame.top || box.bottom > frame.bottom) continue;
      if (texts.some((other) => meets(box, other)) || marks.some((other, j) => j !== i && meets(box, other))) continue;
      texts.push(box);
      labels += label(place.x, place.y, `l h${place.end ? " e" : ""}`, text);
      break;
    }
  });
  return { height, body: body + labels };
}
