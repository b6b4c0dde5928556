/**
 * Host x time heat map: what did each host do? Up to 300 hosts have a row each, in their groups; above that the hosts
 * are sorted at each moment into bands by load, so that the picture stays the same size for 20 000 hosts.
 */

import type { Results } from "../../results/results.ts";
import { formatCount, formatDuration } from "../../units/format.ts";
import { drawTimeTexts, tickTexts, timeTicks, valueAxis } from "../axis.ts";
import { type Drawing, type Figure, type FigureData, FULL_WIDTHS } from "../figure.ts";
import { counted, NBSP } from "../format.ts";
import { coordinate, element, label, line, rect } from "../svg.ts";
import { fitText, SPARE, textWidth } from "../textwidths.ts";
import { classOf, describe, finding, type HeatData, NAMED_ROWS, numbersOf, OFF, readHeatmap, STEPS, type State } from "./heatmapdata.ts";

const MOST_ROWS = 300;
/** Cells of one drawing, so that a page of three stays below 500 kB. */
const MOST_CELLS = 10_000;

export function heatmapFigure(results: Results): Figure {
  const data = readHeatmap(results);
  const bands = data.map.hostNames.length > MOST_ROWS;
  const title = finding(data);
  const hosts = data.map.hostNames.length;
  return {
    id: "heatmap",
    title,
    subtitle: bands
      ? `${formatCount(hosts)} hosts sorted by load at each moment; a band is as high as its number of hosts`
      : `Each of ${counted(hosts, "host")} over time. Colour is the share of CPU in use; ${data.states.failed.length + data.states.maint.length > 0 ? "patterns are states" : "dots mean off"}`,
    note: `Cells are ${formatDuration(data.map.bucketSeconds)}${bands ? "" : "; narrow drawings join them"}. A host that was on for part of a cell counts with its load while on.`,
    description: describe(data, title),
    widths: FULL_WIDTHS,
    draw: (width) => (bands ? drawBands(data, width) : drawRows(data, width)),
    numbers: numbersOf(data),
    data: () => cells(data),
  };
}

/** A row a host (the first ones where there are many) and a column a cell: percent of CPU in use, empty while off. */
function cells({ map }: HeatData): FigureData {
  const most = Math.max(1, Math.floor(MOST_CELLS / 2 / Math.max(1, map.buckets)));
  return {
    columns: ["host", "group", ...Array.from({ length: map.buckets }, (_, bucket) => `used_pct_from_${bucket * map.bucketSeconds}_s`)],
    rows: map.hostNames
      .slice(0, most)
      .map((name, host) => [
        name,
        map.groups[host] ?? "",
        ...Array.from(map.utilisation.subarray(host * map.buckets, (host + 1) * map.buckets), (use) => Math.round(1000 * use) / 10),
      ]),
    note: map.hostNames.length > most ? `The first ${formatCount(most)} of ${formatCount(map.hostNames.length)} hosts.` : "",
  };
}

/** The key: steps with their edges as ticks, and "off". Right-aligned. */
function drawKey(data: HeatData, width: number, states: boolean): { readonly body: string; readonly height: number } {
  const cell = width < 500 ? 18 : 22;
  const from = width - STEPS * cell - 22;
  let body = "";
  for (let step = 0; step < STEPS; step++) {
    body += rect(from + step * cell, 2, cell, 11, `q${step}`);
    if (step % 2 === 0)
      body += label(from + step * cell, 27, "k m", step === STEPS - 1 ? `${step * data.stepPercent}${NBSP}%` : String(step * data.stepPercent));
  }
  const caption = "CPU used";
  body += label(from - 10, 12, "l e", caption);
  // States at the left of it; where they do not fit, in a row of their own.
  const keys = [
    ["off", "off"],
    ...(states ? (["maint", "failed"] as const).filter((state) => data.states[state].length > 0).map((state) => [state, STATE_NAMES[state]]) : []),
  ] as const; // prettier-ignore
  const widths = keys.map(([, name]) => 22 + SPARE * textWidth(name, 12.5) + 16);
  const needed = widths.reduce((sum, wide) => sum + wide, 0);
  const beside = from - 10 - SPARE * textWidth(caption, 12.5) - needed;
  let at = beside >= 0 ? beside : 0;
  const row = beside >= 0 ? 0 : KEY_ROW;
  keys.forEach(([state, name], i) => {
    body += rect(at, row + 2, 16, 11, `f-${state}`) + label(at + 22, row + 12, "l", name);
    at += widths[i] as number;
  });
  return { body, height: row + KEY };
}

const STATE_NAMES: Readonly<Record<State, string>> = { maint: "maintenance", failed: "failed" };
const KEY_ROW = 30;

const KEY = 40;

function drawRows(data: HeatData, width: number): Drawing {
  const { map, groups } = data;
  const hosts = map.hostNames.length;
  if (hosts === 0 || map.buckets === 0) return { height: 24, body: label(0, 16, "k", "no host") };
  const narrow = width < 500;
  const named = hosts <= NAMED_ROWS;
  const pitch = named ? (narrow ? 15 : 19) : narrow ? 4 : 6;
  const bar = named ? pitch - 2 : pitch - 1;
  // Groups of one host each need no heading.
  const grouped = groups.length > 1 && groups.length < hosts;
  const fullNames = map.hostNames.every((name) => textWidth(name, 12) <= (narrow ? 56 : 130));
  const names = fullNames ? map.hostNames : data.names;
  const groupGap = named ? 26 : 8;
  const nameWidth = named ? Math.max(...names.map((name) => textWidth(name, 12))) : grouped ? Math.max(...groups.map((group) => textWidth(group.name, 12))) : 0;
  const left = Math.min(narrow ? 72 : 150, Math.max(14, nameWidth + 10));
  const plot = width - left - 6;
  // Cells at least two pixels wide, and no more of them than a page can carry: narrow drawings join neighbours.
  const columns = Math.min(plot / 2, Math.max(20, 0.037 * width, ((width / 1072) * MOST_CELLS) / hosts));
  const join = Math.max(1, Math.ceil(map.buckets / columns));
  const key = drawKey(data, width, true);
  let labels = key.body;
  let y = key.height;
  const rowAt = new Map<number, number>();
  const strokes = new Array<string>(STEPS).fill("");
  let off = "";
  let groupLabelFloor = 0;
  groups.forEach((members, g) => {
    if (grouped && g > 0) y += named ? 0 : groupGap;
    if (grouped && named) {
      labels += label(left, y + 14, "k", fitText(members.name, plot, 12));
      y += 22;
    } else if (grouped && y >= groupLabelFloor && members.hosts.length * pitch >= 5) {
      labels += label(left - 8, y + 10, "k e", fitText(members.name, left - 8, 12));
      groupLabelFloor = y + 15;
    }
    for (const host of members.hosts) {
      const traced = traceRow(data, host, left, plot, join, y, bar);
      traced.strokes.forEach((d, step) => {
        strokes[step] += d;
      });
      off += traced.off;
      rowAt.set(host, y);
      if (named) labels += label(left - 8, y + pitch / 2 + 3, "k e", fitText(names[host] as string, left - 8, 12));
      y += pitch;
    }
    if (grouped && named) y += 6;
  });
  const bottom = y;
  let cells = off === "" ? "" : element("path", { class: "f-off", d: off });
  strokes.forEach((d, step) => {
    if (d) cells += element("path", { class: `s${step}`, "stroke-width": bar, d });
  });
  for (const state of ["maint", "failed"] as const) {
    const d = data.states[state]
      .map(({ host, from, to }) =>
        spanPath(rowAt.get(host), bar, left + (from / data.duration) * plot, left + (Math.min(to, data.duration) / data.duration) * plot),
      )
      .join(""); // prettier-ignore
    if (d) cells += element("path", { class: `f-${state}`, d });
  }
  const box: PlotBox = { left, plot, top: key.height, bottom, width };
  // Days are cut before the labels are written: no cut goes through a name.
  return { height: bottom + 24, body: cells + cutDays(data, box) + labels + timeTexts(data, box) };
}

/** A stretch of a row; the shortest is still to be seen. */
function spanPath(y: number | undefined, bar: number, from: number, to: number): string {
  const start = Math.round(from);
  const wide = coordinate(Math.max(2, Math.round(to) - start));
  return y === undefined ? "" : `M${start} ${y}h${wide}v${bar}h-${wide}z`;
}

interface Traced {
  /** Path data of the runs of each load class, drawn as strokes along the middle of the row. */
  readonly strokes: readonly string[];
  readonly off: string;
}

/** One row: neighbours of the same class are one stroke; a cell in which the host came or went is drawn for its share only. */
function traceRow(data: HeatData, host: number, left: number, plot: number, join: number, y: number, bar: number): Traced {
  const { map } = data;
  const columns = Math.ceil(map.buckets / join);
  const edge = (column: number): number => Math.round(left + (Math.min(map.buckets, column * join) / map.buckets) * plot);
  const strokes = new Array<string>(STEPS).fill("");
  let off = "";
  const runTo = (kind: number, from: number, to: number): void => {
    if (to <= from) return;
    if (kind === OFF) off += `M${from} ${y}h${to - from}v${bar}h${from - to}z`;
    else strokes[kind] += `M${from} ${y + bar / 2}h${to - from}`;
  };
  let kind = -1;
  let from = left;
  const begin = (next: number, at: number): void => {
    if (next === kind) return;
    if (kind >= 0) runTo(kind, from, at);
    kind = next;
    from = at;
  };
  for (let column = 0; column < columns; column++) {
    const first = column * join;
    const cell =
      join === 1
        ? { kind: classOf(data, host, first), on: data.drawnOn[host * map.buckets + first] as number }
        : joinCells(data, host, first, Math.min(map.buckets, first + join));
    const start = edge(column);
    const width = edge(column + 1) - start;
    if (cell.kind === OFF || cell.on >= 0.999) begin(cell.kind, start);
    else {
      // It came up in this cell when it was off before, otherwise it went down.
      const part = Math.round(width * cell.on);
      if (kind === OFF || kind < 0) {
        begin(OFF, start);
        begin(cell.kind, start + width - part);
      } else {
        begin(cell.kind, start);
        begin(OFF, start + part);
      }
    }
  }
  if (kind >= 0) runTo(kind, from, edge(columns));
  return { strokes, off };
}

function joinCells(data: HeatData, host: number, from: number, to: number): { readonly kind: number; readonly on: number } {
  const { map } = data;
  let sum = 0;
  let on = 0;
  let drawn = 0;
  for (let bucket = from; bucket < to; bucket++) {
    const i = host * map.buckets + bucket;
    drawn += data.drawnOn[i] as number;
    const use = map.utilisation[i] as number;
    if (Number.isNaN(use)) continue;
    sum += use * (map.onShare[i] as number);
    on += map.onShare[i] as number;
  }
  if (on <= 0) return { kind: OFF, on: 0 };
  return { kind: Math.max(0, Math.min(STEPS - 1, Math.floor((100 * sum) / on / data.stepPercent + 1e-6))), on: drawn / (to - from) };
}

interface PlotBox {
  readonly left: number;
  readonly plot: number;
  readonly top: number;
  readonly bottom: number;
  /** Width of the whole drawing. */
  readonly width: number;
}

/** Days are cut by a paper line; finer steps have a tick below. */
function cutDays(data: HeatData, { left, plot, top, bottom }: PlotBox): string {
  const ticks = timeTicks(data.clock, data.duration, plot).filter((tick) => tick.second > 0 && tick.second < data.duration);
  return ticks
    .map((tick) => {
      const x = Math.round(left + (tick.second / data.duration) * plot);
      return tick.major && ticks.length <= 40 ? line(x, top, x, bottom, "cut") : line(x, bottom, x, bottom + 4, "ax");
    })
    .join("");
}

function timeTexts(data: HeatData, { left, plot, top, bottom, width }: PlotBox): string {
  return drawTimeTexts(timeTicks(data.clock, data.duration, plot), data.duration, { left, width: plot, top, bottom, drawing: width });
}

/** Bands: the most loaded hosts at the bottom, those that are off on top. */
function drawBands(data: HeatData, width: number): Drawing {
  const { map } = data;
  const hosts = map.hostNames.length;
  const axis = valueAxis(hosts, 4, true);
  const left = Math.max(...tickTexts(axis, "hosts").map((text) => textWidth(text, 12))) + 8;
  const plot = width - left - 6;
  const height = width < 500 ? 200 : 280;
  const bottom = KEY + height;
  const join = Math.max(1, Math.ceil(map.buckets / plot));
  const columns = Math.ceil(map.buckets / join);
  // Mean number of hosts of each class in each column.
  const counts = new Float64Array(columns * (STEPS + 1));
  for (let bucket = 0; bucket < map.buckets; bucket++) {
    const column = Math.floor(bucket / join);
    const size = Math.min(join, map.buckets - column * join);
    for (let host = 0; host < hosts; host++) {
      const cell = column * (STEPS + 1) + classOf(data, host, bucket);
      counts[cell] = (counts[cell] as number) + 1 / size;
    }
  }
  const x = (column: number): number => Math.round(left + (Math.min(map.buckets, column * join) / map.buckets) * plot);
  const y = (count: number): string => (bottom - (count / axis.max) * height).toFixed(1);
  let body = drawKey(data, width, false).body;
  const floor = new Float64Array(columns);
  for (const kind of [6, 5, 4, 3, 2, 1, 0, OFF]) {
    let upper = "";
    let lower = "";
    let any = false;
    for (let column = 0; column < columns; column++) {
      const count = counts[column * (STEPS + 1) + kind] as number;
      const from = floor[column] as number;
      any ||= count > 0;
      upper += `${column === 0 ? "M" : "L"}${x(column)} ${y(from + count)}H${x(column + 1)}`;
      lower = `L${x(column + 1)} ${y(from)}H${x(column)}${lower}`;
      floor[column] = from + count;
    }
    if (any) body += element("path", { class: kind === OFF ? "f-off" : `q${kind}`, d: `${upper}${lower}Z` });
  }
  const texts = tickTexts(axis, "hosts");
  body += axis.ticks.map((tick, i) => label(left - 6, Number(y(tick)) + 4, "k e", texts[i] as string)).join("");
  const box: PlotBox = { left, plot, top: KEY, bottom, width };
  body += cutDays(data, box) + line(left, bottom, left + plot, bottom, "ax");
  return { height: bottom + 24, body: body + timeTexts(data, box) };
}
