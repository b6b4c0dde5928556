/**
 * Host x time heat map: what did each host do? Up to 300 hosts have a row each, in their groups; above that the hosts
 * are sorted at each moment into bands by load, so that the picture stays the same size for 20 000 hosts.
 */

import type { Heatmap, Results } from "../../results/results.ts";
import { formatCount, formatDuration, formatNumber } from "../../units/format.ts";
import { drawTimeTexts, tickTexts, timeTicks, valueAxis } from "../axis.ts";
import { type Clock, clockFrom } from "../clock.ts";
import { counted, NBSP, share, shorten } from "../format.ts";
import { type Drawing, FULL_WIDTHS, type Figure } from "../figure.ts";
import { element, label, line, rect } from "../svg.ts";
import { fitText, textWidth } from "../textwidths.ts";

const STEPS = 7;
/** Class of a cell in which the host is off; cells of a host that was on less than all of it are drawn shorter. */
const OFF = 7;
const MOST_ROWS = 300;
const NAMED_ROWS = 40;
/** Cells of one drawing, so that a page of three stays below 500 kB. */
const MOST_CELLS = 10_000;

interface Data {
  readonly map: Heatmap;
  readonly clock: Clock;
  readonly duration: number;
  /** Edges of the load classes are multiples of this, percent. */
  readonly stepPercent: number;
  /** Hosts in drawing order, by group. */
  readonly groups: readonly { readonly name: string; readonly hosts: readonly number[] }[];
  readonly means: Float64Array;
  /** Names as they are drawn. */
  readonly names: readonly string[];
}

export function heatmapFigure(results: Results): Figure {
  const data = read(results);
  const bands = data.map.hostNames.length > MOST_ROWS;
  const title = finding(data);
  const hosts = data.map.hostNames.length;
  return {
    id: "heatmap",
    title,
    subtitle: bands
      ? `${formatCount(hosts)} hosts sorted by load at each moment; a band is as high as its number of hosts`
      : `Each of ${counted(hosts, "host")} over time. Colour is the share of CPU in use; dots mean off`,
    note: `Cells are ${formatDuration(data.map.bucketSeconds)}${bands ? "" : "; narrow drawings join them"}. A host that was on for part of a cell counts with its load while on.`,
    description: describe(data, title),
    widths: FULL_WIDTHS,
    draw: (width) => (bands ? drawBands(data, width) : drawRows(data, width)),
    numbers: numbersOf(data),
  };
}

function read(results: Results): Data {
  const map = results.heatmap;
  const hosts = map.hostNames.length;
  const means = new Float64Array(hosts);
  let above = 0;
  let cells = 0;
  for (let host = 0; host < hosts; host++) {
    let sum = 0;
    let on = 0;
    for (let i = host * map.buckets; i < (host + 1) * map.buckets; i++) {
      const use = map.utilisation[i] as number;
      const weight = map.onShare[i] as number;
      if (Number.isNaN(use) || !(weight > 0)) continue;
      sum += use * weight;
      on += weight;
      cells++;
      if (use >= 0.7) above++;
    }
    means[host] = on > 0 ? sum / on : Number.NaN;
  }
  const byGroup = new Map<string, number[]>();
  for (let host = 0; host < hosts; host++) {
    const name = map.groups[host] ?? "";
    const members = byGroup.get(name);
    if (members) members.push(host);
    else byGroup.set(name, [host]);
  }
  return {
    map,
    clock: clockFrom(results.run.start),
    duration: Math.max(map.buckets * map.bucketSeconds, 1e-9),
    // Tens up to 60 %, unless more than one cell in fifty is above 70 %: then fifteens up to 90 %.
    stepPercent: above > cells / 50 ? 15 : 10,
    groups: [...byGroup].map(([name, members]) => ({ name, hosts: members })),
    means,
    names: shortNames(map.hostNames),
  };
}

/** Leaves out what all names begin with, up to the last character before a number. */
function shortNames(names: readonly string[]): string[] {
  const [first = ""] = names;
  let common = first.length;
  for (const name of names) {
    let i = 0;
    while (i < common && name[i] === first[i]) i++;
    common = i;
  }
  while (common > 0 && /[\p{L}\p{N}]/u.test(first[common - 1] ?? "") && /\d/.test(first[common - 1] ?? "")) common--;
  return names.length > 1 && names.every((name) => name.length > common) ? names.map((name) => name.slice(common)) : [...names];
}

function neverOn(data: Data): number {
  return data.means.reduce((sum, mean) => sum + Number(Number.isNaN(mean)), 0);
}

function overallMean({ map }: Data): number {
  let sum = 0;
  let on = 0;
  for (let i = 0; i < map.utilisation.length; i++) {
    const use = map.utilisation[i] as number;
    if (Number.isNaN(use)) continue;
    sum += use * (map.onShare[i] as number);
    on += map.onShare[i] as number;
  }
  return on > 0 ? (100 * sum) / on : Number.NaN;
}

function extremes({ means }: Data): { readonly most: number; readonly least: number } {
  let most = -1;
  let least = -1;
  for (let host = 0; host < means.length; host++) {
    const mean = means[host] as number;
    if (Number.isNaN(mean)) continue;
    if (most < 0 || mean > (means[most] as number)) most = host;
    if (least < 0 || mean < (means[least] as number)) least = host;
  }
  return { most, least };
}

function finding(data: Data): string {
  const hosts = data.map.hostNames.length;
  const off = neverOn(data);
  const mean = share(overallMean(data));
  const { most, least } = extremes(data);
  if (hosts === 0 || most < 0) return "No host was on in this run";
  if (off > 0) return `${counted(off, "host")} of ${formatCount(hosts)} ${off === 1 ? "is" : "are"} never on; the others use ${mean} of their CPU`;
  if (hosts === 1) return `The host uses ${mean} of its CPU on average`;
  const spread = 100 * ((data.means[most] as number) - (data.means[least] as number));
  if (spread < 5) return `All ${formatCount(hosts)} hosts work alike, at ${mean} of their CPU`;
  const name = (host: number): string => shorten(data.map.hostNames[host] ?? "", 16);
  return `${name(most)} works hardest, at ${share(100 * (data.means[most] as number))} of its CPU; ${name(least)} does least, at ${share(100 * (data.means[least] as number))}`;
}

function describe(data: Data, title: string): string {
  return `${title}. ${counted(data.map.hostNames.length, "host")} in ${counted(data.groups.length, "group")}, ${formatCount(data.map.buckets)} cells of ${formatDuration(data.map.bucketSeconds)} each; mean use ${share(overallMean(data))} of CPU while on.`;
}

/** Class of a cell: 0..6 by load, 7 = off. */
function classOf(data: Data, host: number, bucket: number): number {
  const i = host * data.map.buckets + bucket;
  const use = data.map.utilisation[i] as number;
  if (Number.isNaN(use) || !((data.map.onShare[i] as number) > 0)) return OFF;
  return Math.max(0, Math.min(STEPS - 1, Math.floor((100 * use) / data.stepPercent + 1e-6)));
}

/** The key: steps with their edges as ticks, and "off". Right-aligned. */
function drawKey(data: Data, width: number): string {
  const cell = width < 500 ? 18 : 22;
  const from = width - STEPS * cell - 22;
  let body = "";
  for (let step = 0; step < STEPS; step++) {
    body += rect(from + step * cell, 2, cell, 11, `q${step}`);
    if (step % 2 === 0) body += label(from + step * cell, 27, "k m", step === STEPS - 1 ? `${step * data.stepPercent}${NBSP}%` : String(step * data.stepPercent));
  }
  const caption = "CPU used";
  body += label(from - 10, 12, "l e", caption);
  const offAt = from - 10 - textWidth(caption, 12.5) - 60;
  return `${body}${rect(offAt, 2, 16, 11, "f-off")}${label(offAt + 22, 12, "l", "off")}`;
}

const KEY = 40;

function drawRows(data: Data, width: number): Drawing {
  const { map, groups } = data;
  const hosts = map.hostNames.length;
  if (hosts === 0 || map.buckets === 0) return { height: 24, body: label(0, 16, "k", "no host") };
  const narrow = width < 500;
  const named = hosts <= NAMED_ROWS;
  const pitch = named ? (narrow ? 15 : 19) : narrow ? 4 : 6;
  const bar = named ? pitch - 2 : pitch - 1;
  const grouped = groups.length > 1;
  const groupGap = named ? 26 : 8;
  const nameWidth = named ? Math.max(...data.names.map((name) => textWidth(name, 12))) : grouped ? Math.max(...groups.map((group) => textWidth(group.name, 12))) : 0;
  const left = Math.min(narrow ? 72 : 150, Math.max(14, nameWidth + 10));
  const plot = width - left - 6;
  // Cells at least two pixels wide, and no more of them than a page can carry: narrow drawings join neighbours.
  const columns = Math.min(plot / 2, Math.max(40, MOST_CELLS / hosts));
  const join = Math.max(1, Math.ceil(map.buckets / columns));
  let labels = drawKey(data, width);
  let y = KEY;
  const strokes = new Array<string>(STEPS).fill("");
  let off = "";
  let groupLabelFloor = 0;
  groups.forEach((group, g) => {
    if (grouped && g > 0) y += named ? 0 : groupGap;
    if (grouped && named) {
      labels += label(left, y + 14, "k", fitText(group.name, plot, 12));
      y += 22;
    } else if (grouped && y >= groupLabelFloor && group.hosts.length * pitch >= 5) {
      labels += label(left - 8, y + 10, "k e", fitText(group.name, left - 8, 12));
      groupLabelFloor = y + 15;
    }
    for (const host of group.hosts) {
      const traced = traceRow(data, host, left, plot, join, y, bar);
      traced.strokes.forEach((d, step) => {
        strokes[step] += d;
      });
      off += traced.off;
      if (named) labels += label(left - 8, y + pitch / 2 + 3, "k e", fitText(data.names[host] as string, left - 8, 12));
      y += pitch;
    }
    if (grouped && named) y += 6;
  });
  const bottom = y;
  let cells = off === "" ? "" : element("path", { class: "f-off", d: off });
  strokes.forEach((d, step) => {
    if (d) cells += element("path", { class: `s${step}`, "stroke-width": bar, d });
  });
  const box: PlotBox = { left, plot, bottom, width };
  // Days are cut before the labels are written: no cut goes through a name.
  return { height: bottom + 24, body: cells + cutDays(data, box) + labels + timeTexts(data, box) };
}

interface Traced {
  /** Path data of the runs of each load class, drawn as strokes along the middle of the row. */
  readonly strokes: readonly string[];
  readonly off: string;
}

/** One row: neighbours of the same class are one stroke; a cell in which the host came or went is drawn for its share only. */
function traceRow(data: Data, host: number, left: number, plot: number, join: number, y: number, bar: number): Traced {
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
    const cell = join === 1 ? { kind: classOf(data, host, first), on: map.onShare[host * map.buckets + first] as number } : joinCells(data, host, first, Math.min(map.buckets, first + join));
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

function joinCells(data: Data, host: number, from: number, to: number): { readonly kind: number; readonly on: number } {
  const { map } = data;
  let sum = 0;
  let on = 0;
  for (let bucket = from; bucket < to; bucket++) {
    const i = host * map.buckets + bucket;
    const use = map.utilisation[i] as number;
    if (Number.isNaN(use)) continue;
    sum += use * (map.onShare[i] as number);
    on += map.onShare[i] as number;
  }
  if (on <= 0) return { kind: OFF, on: 0 };
  return { kind: Math.max(0, Math.min(STEPS - 1, Math.floor((100 * sum) / on / data.stepPercent + 1e-6))), on: on / (to - from) };
}

interface PlotBox {
  readonly left: number;
  readonly plot: number;
  readonly bottom: number;
  /** Width of the whole drawing. */
  readonly width: number;
}

/** Days (or the units of the axis) are cut by a paper line. */
function cutDays(data: Data, { left, plot, bottom }: PlotBox): string {
  const ticks = timeTicks(data.clock, data.duration, plot).filter((tick) => tick.second > 0 && tick.second < data.duration);
  if (ticks.length > 40) return "";
  return ticks.map((tick) => line(Math.round(left + (tick.second / data.duration) * plot), KEY, Math.round(left + (tick.second / data.duration) * plot), bottom, "cut")).join("");
}

function timeTexts(data: Data, { left, plot, bottom, width }: PlotBox): string {
  return drawTimeTexts(timeTicks(data.clock, data.duration, plot), data.duration, { left, width: plot, top: KEY, bottom, drawing: width });
}

/** Bands: the most loaded hosts at the bottom, those that are off on top. */
function drawBands(data: Data, width: number): Drawing {
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
  let body = drawKey(data, width);
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
  const box: PlotBox = { left, plot, bottom, width };
  body += cutDays(data, box) + line(left, bottom, left + plot, bottom, "ax");
  return { height: bottom + 24, body: body + timeTexts(data, box) };
}

/** A row a host up to 40 hosts, else a row a group up to 60 groups. */
function numbersOf(data: Data): { readonly head: readonly string[]; readonly rows: readonly (readonly string[])[]; readonly note: string } {
  const { map } = data;
  const onPercent = (members: readonly number[]): number => {
    let on = 0;
    for (const host of members) for (let bucket = 0; bucket < map.buckets; bucket++) on += map.onShare[host * map.buckets + bucket] as number;
    return (100 * on) / Math.max(1, members.length * map.buckets);
  };
  const meanPercent = (members: readonly number[]): number => {
    const on = members.map((host) => data.means[host] as number).filter((mean) => !Number.isNaN(mean));
    return on.length > 0 ? (100 * on.reduce((a, b) => a + b, 0)) / on.length : Number.NaN;
  };
  if (map.hostNames.length <= NAMED_ROWS) {
    const rows = data.groups.flatMap((group) => group.hosts.map((host) => [shorten(map.hostNames[host] as string, 40), shorten(group.name, 40), formatNumber(meanPercent([host])), formatNumber(onPercent([host]))]));
    return { head: ["host", "group", "CPU used while on, %", "time on, %"], rows, note: "" };
  }
  const most = 60;
  const rows = data.groups.slice(0, most).map((group) => [shorten(group.name, 40), formatCount(group.hosts.length), formatNumber(meanPercent(group.hosts)), formatNumber(onPercent(group.hosts))]);
  const rest = data.groups.length - rows.length;
  return { head: ["group", "hosts", "CPU used while on, %", "time on, %"], rows, note: `Each host is in hosts.csv${rest > 0 ? `, also the hosts of ${formatCount(rest)} more groups` : ""}.` };
}
