/**
 * Power and utilisation over time: three lanes on one clock. When is energy used, how near to full are the hosts that
 * are on, and how many are needed?
 */

import { area, curveLinear, curveStepAfter, line as lineShape } from "d3";
import type { Results } from "../../results/results.ts";
import { formatCount, formatNumber, formatPower, powerScale } from "../../units/format.ts";
import { drawTimeAxis, tickTexts, type ValueAxis, valueAxis } from "../axis.ts";
import { type Clock, clockFrom, dateAt, instant } from "../clock.ts";
import { type Drawing, type Figure, FULL_WIDTHS, MOST_DATA_ROWS, type NumbersTable } from "../figure.ts";
import { share } from "../format.ts";
import { firstFinite, intervalEnd, maxOf, metric, numbersIn, timeMean } from "../read.ts";
import { relativePath } from "../relativepath.ts";
import { element, label, line, rect } from "../svg.ts";
import { SPARE, textWidth } from "../textwidths.ts";
import { type Point, thin } from "../thin.ts";
import { drawMarks, type Mark, markLabels, marksOf } from "./marks.ts";

interface Lane {
  readonly name: string;
  readonly values: ArrayLike<number>;
  /** Value in the unit of the axis for a value of the column. */
  readonly per: number;
  readonly unit: string;
  readonly axis: ValueAxis;
  readonly height: number;
  readonly style: "area" | "line" | "step";
  /** Said at the right end of the lane, or in its heading where it is narrow. */
  readonly end: string;
  readonly peak: string;
}

interface Data {
  readonly clock: Clock;
  readonly duration: number;
  readonly starts: ArrayLike<number>;
  readonly endOf: (row: number) => number;
  readonly lanes: readonly Lane[];
  readonly marks: readonly Mark[];
}

export function timelineFigure(results: Results): Figure {
  const data = read(results);
  const nights = shadesNights(data);
  const title = finding(results, data);
  return {
    id: "timeline",
    title,
    subtitle: `IT power, CPU used of the hosts that are on, and number of hosts on${nights ? ". Shaded: 20:00 to 06:00" : ""}`,
    note: "Power is measured at the plugs of the servers. Each point is the mean of its interval, not a sample.",
    description: describe(results, data, title),
    widths: FULL_WIDTHS,
    draw: (width) => draw(data, width, nights),
    numbers: numbersOf(results, data),
    data: () => ({
      columns: ["time_s", "power_w", "utilisation_pct", "hosts_on"],
      rows: grouped(data, MOST_DATA_ROWS).map(({ from, means }) => [data.starts[from] as number, ...means]),
      note: data.starts.length > MOST_DATA_ROWS ? "Means of several intervals each; all are in timeline.csv." : "",
    }),
  };
}

function read(results: Results): Data {
  const { timeline, run } = results;
  const starts = numbersIn(timeline, "time_s");
  const watts = numbersIn(timeline, "power_w");
  const used = numbersIn(timeline, "utilisation_pct");
  const on = numbersIn(timeline, "hosts_on");
  const scale = powerScale(firstFinite(maxOf(watts), 0));
  const peakUsed = firstFinite(maxOf(used), 0);
  const hosts = Math.max(1, run.hosts, firstFinite(maxOf(on), 0));
  const meanOn = firstFinite(metric(results, "hosts_on_mean"), timeMean(results, "hosts_on"));
  return {
    clock: clockFrom(run.start),
    duration: starts.length > 0 ? intervalEnd(results, starts, starts.length - 1) : run.durationSeconds,
    starts,
    endOf: (row) => intervalEnd(results, starts, row),
    marks: marksOf(results),
    lanes: [
      {
        name: "IT power",
        values: watts,
        per: scale.size,
        unit: scale.unit,
        // A tenth of headroom for the label of the peak.
        axis: valueAxis((1.1 * firstFinite(maxOf(watts), 0)) / scale.size),
        height: 132,
        style: "area",
        end: `mean ${formatPower(firstFinite(metric(results, "power_mean_w"), timeMean(results, "power_w")))}`,
        peak: `peak ${formatPower(maxOf(watts))}`,
      },
      {
        name: "CPU used of hosts that are on",
        values: used,
        per: 1,
        unit: "%",
        axis: peakUsed > 70 ? { max: 100, ticks: [0, 25, 50, 75, 100] } : valueAxis(Math.max(4, 1.1 * peakUsed), 3),
        height: 92,
        style: "line",
        end: `mean ${share(firstFinite(metric(results, "utilisation_pct"), timeMean(results, "utilisation_pct")))}`,
        peak: `peak ${share(peakUsed)}`,
      },
      {
        name: "Hosts on",
        values: on,
        per: 1,
        unit: "",
        axis: { max: hosts, ticks: hosts > 1 ? [0, ...(hosts % 2 === 0 ? [hosts / 2] : []), hosts] : [0, 1] },
        height: 68,
        style: "step",
        end: `mean ${formatNumber(meanOn)} of ${formatCount(run.hosts)}`,
        peak: "",
      },
    ],
  };
}

function shadesNights({ clock, duration }: Data): boolean {
  return clock.startMs !== null && duration > 1.5 * 86400 && duration <= 15 * 86400;
}

function finding(results: Results, { lanes }: Data): string {
  const [, cpu] = lanes as readonly [Lane, Lane, Lane];
  const peak = maxOf(cpu.values);
  const mean = firstFinite(metric(results, "utilisation_pct"), timeMean(results, "utilisation_pct"));
  const hosts = firstFinite(metric(results, "hosts"), results.run.hosts);
  const on = firstFinite(metric(results, "hosts_on_mean"), timeMean(results, "hosts_on"));
  if (!Number.isFinite(peak)) return "No host was on in this run";
  if (peak >= 95) return `CPU is full at the peak: the hosts that are on reach ${share(peak)}`;
  if (on < 0.98 * hosts) return `On average ${formatNumber(on)} of ${formatCount(hosts)} hosts are on; they never pass ${share(Math.ceil(peak))} of CPU`;
  return `The hosts use ${share(mean)} of their CPU on average and never pass ${share(Math.ceil(peak))}`;
}

/** Where the largest value is: the first that `suits`, where one of them does. */
function argmax(values: ArrayLike<number>, suits: (i: number) => boolean = () => true): number {
  let best = -1;
  for (let i = 0; i < values.length; i++)
    if (Number.isFinite(values[i]) && !((values[i] as number) <= (best < 0 ? Number.NaN : (values[best] as number)))) best = i;
  for (let i = best; i >= 0 && i < values.length; i++) if (values[i] === values[best] && suits(i)) return i;
  return best;
}

function describe(results: Results, { clock, lanes, starts, marks }: Data, title: string): string {
  const [watts, cpu, on] = lanes as readonly [Lane, Lane, Lane];
  const at = argmax(watts.values);
  const peak = at < 0 ? "" : ` Power peaks at ${formatPower(watts.values[at] as number)} on ${instant(clock, starts[at] as number)}; its ${watts.end}.`;
  const failures = marks.filter((mark) => mark.failure).length;
  return `${title}.${peak} CPU used: ${cpu.end}, ${cpu.peak}. Hosts on: ${on.end}.${failures > 0 ? ` ${formatCount(failures)} host failures.` : ""} ${formatCount(results.timeline.rows)} intervals.`;
}

const HEADING = 30;

function draw(data: Data, width: number, nights: boolean): Drawing {
  const narrow = width < 500;
  const left = Math.max(28, ...data.lanes.flatMap((lane) => tickTexts(lane.axis, lane.unit).map((text) => textWidth(text, 12) + 8)));
  const right = narrow ? 8 : Math.max(...data.lanes.map((lane) => textWidth(lane.end, 12.5))) + 14;
  const plot = width - left - right;
  const x = (second: number): number => left + (second / data.duration) * plot;
  const labels = markLabels(data.marks, x, left, left + plot);
  const top = labels.length > 0 ? 34 : 0;
  const bottom = top + data.lanes.reduce((sum, lane) => sum + HEADING + lane.height, 0);
  let body = nights ? nightShades(data, x, top + HEADING, bottom) : "";
  body += drawTimeAxis(data.clock, data.duration, { left, width: plot, top: top + HEADING, bottom, drawing: width });
  body += drawMarks(data.marks, labels, x, top + HEADING, bottom);
  let y = top + HEADING;
  for (const lane of data.lanes) {
    body += drawLane(lane, data, { left, plot, top: y, narrow, x });
    y += lane.height + HEADING;
  }
  return { height: bottom + 24, body };
}

function nightShades({ clock, duration }: Data, x: (second: number) => number, top: number, bottom: number): string {
  const start = dateAt(clock, 0) as Date;
  const sinceMidnight = (start.getTime() / 1000) % 86400;
  let shades = "";
  for (let evening = 20 * 3600 - sinceMidnight - 86400; evening < duration; evening += 86400) {
    const from = Math.max(0, evening);
    const to = Math.min(duration, evening + 10 * 3600);
    if (to > from) shades += rect(x(from), top, x(to) - x(from), bottom - top, "nt");
  }
  return shades;
}

/** A line that stays within 3 % of its peak has no peak worth naming. */
function isFlat(values: ArrayLike<number>): boolean {
  const max = maxOf(values);
  for (let i = 0; i < values.length; i++) if ((values[i] as number) < 0.97 * max) return false;
  return true;
}

interface LaneBox {
  readonly left: number;
  readonly plot: number;
  readonly top: number;
  readonly narrow: boolean;
  readonly x: (second: number) => number;
}

function drawLane(lane: Lane, data: Data, { left, plot, top, narrow, x }: LaneBox): string {
  const base = top + lane.height;
  const y = (value: number): number => base - (value / lane.per / lane.axis.max) * lane.height;
  const texts = tickTexts(lane.axis, lane.unit);
  let body = lane.axis.ticks
    .map(
      (tick, i) =>
        line(left, y(tick * lane.per), left + plot, y(tick * lane.per), tick === 0 ? "ax" : "gr") +
        label(left - 6, y(tick * lane.per) + 4, "k e", texts[i] as string),
    )
    .join("");
  const heading = narrow
    ? [
        { text: lane.name === "IT power" ? lane.name : (lane.name.split(" of ")[0] as string), bold: true },
        { text: `  ${[lane.end, lane.peak].filter(Boolean).join(", ")}` },
      ]
    : [{ text: lane.name, bold: true }];
  body += label(left, top - 9, "l h", heading);

  // Few intervals are drawn as the steps they are; many look the same as a line through their middles.
  const stepped = lane.style === "step" || lane.values.length < 60;
  const points: Point[] = [];
  for (let i = 0; i < lane.values.length; i++) {
    const from = data.starts[i] as number;
    points.push({ x: x(stepped ? from : (from + data.endOf(i)) / 2), y: y(lane.values[i] as number) });
  }
  const last = points.at(-1);
  const first = points[0];
  if (last && first) {
    points.push({ x: left + plot, y: last.y });
    if (!stepped) points.unshift({ x: left, y: first.y });
  }
  const drawn = lane.style === "step" ? points.filter((p, i) => p.y !== points[i - 1]?.y || i === points.length - 1) : thin(points, plot);
  const curve = stepped ? curveStepAfter : curveLinear;
  const defined = (p: Point): boolean => !Number.isNaN(p.y);
  const colour = lane.style === "area" ? "guest" : "ink";
  if (lane.style !== "line") {
    const filled = relativePath();
    area<Point>(
      (p) => p.x,
      base,
      (p) => p.y,
    )
      .defined(defined)
      .curve(curve)
      .context(filled as unknown as CanvasRenderingContext2D)(drawn);
    body += element("path", { class: `f-${colour} ar`, d: filled.data() });
  }
  const traced = relativePath();
  lineShape<Point>(
    (p) => p.x,
    (p) => p.y,
  )
    .defined(defined)
    .curve(curve)
    .context(traced as unknown as CanvasRenderingContext2D)(drawn);
  body += element("path", { class: `ln s-${colour}`, d: traced.data() });

  const middleOf = (i: number): number => x(stepped ? (data.starts[i] as number) : ((data.starts[i] as number) + data.endOf(i)) / 2);
  // Of equal peaks the first that the heading leaves room for.
  const clear = left + 10 + SPARE * (textWidth(lane.name, 12.5, 600) + textWidth(lane.peak, 12.5) / 2);
  const at = argmax(lane.values, (i) => narrow || middleOf(i) > clear);
  if (lane.peak !== "" && at >= 0 && !isFlat(lane.values)) {
    const px = middleOf(at);
    const py = y(lane.values[at] as number);
    body += element("circle", { class: "dot", cx: px, cy: py, r: 3 });
    // Above the peak nothing else is drawn but, at the left, the heading; where there is no room above, beside it.
    const half = textWidth(lane.peak, 12.5) / 2;
    const above = py - 20 > top - 6 || px - half > left + SPARE * textWidth(lane.name, 12.5, 600) + 10;
    const middle = Math.max(left + half, Math.min(left + plot - half, px));
    const onLeft = px + 2 * half + 10 > left + plot;
    if (!narrow)
      body += above
        ? label(middle, py - 8, "l h m", lane.peak)
        : label(onLeft ? px - 8 : px + 8, Math.max(top + 5, py + 2), onLeft ? "l h e" : "l h", lane.peak);
  }
  // The end label stands at the height of the last value.
  if (!narrow)
    body += label(
      left + plot + 10,
      Math.max(top + 10, Math.min(base, (last && !Number.isNaN(last.y) ? last.y : base) + 4)),
      lane.style === "area" ? "l t-guest" : "l",
      lane.end,
    );
  return body;
}

/** The intervals, or as many equal groups of them as `most`, with the time-weighted mean of each lane. */
function grouped(data: Data, most: number): { readonly from: number; readonly means: readonly number[] }[] {
  const groups: { from: number; means: number[] }[] = [];
  const group = Math.max(1, Math.ceil(data.starts.length / most));
  for (let from = 0; from < data.starts.length; from += group) {
    const means = data.lanes.map((lane) => {
      let sum = 0;
      let seconds = 0;
      for (let i = from; i < Math.min(from + group, lane.values.length); i++) {
        const length = data.endOf(i) - (data.starts[i] as number);
        if (!Number.isFinite(lane.values[i])) continue;
        sum += (lane.values[i] as number) * length;
        seconds += length;
      }
      return seconds > 0 ? sum / seconds : Number.NaN;
    });
    groups.push({ from, means });
  }
  return groups;
}

/** At most 48 rows: the intervals themselves, or equal parts of the run. */
function numbersOf(results: Results, data: Data): NumbersTable {
  const most = 48;
  const group = Math.max(1, Math.ceil(data.starts.length / most));
  const [watts] = data.lanes as readonly [Lane, Lane, Lane];
  const rows = grouped(data, most).map(({ from, means: [power = Number.NaN, cpu = Number.NaN, on = Number.NaN] }) => [
    instant(data.clock, data.starts[from] as number),
    formatNumber(power / watts.per),
    formatNumber(cpu),
    formatNumber(on),
  ]);
  return {
    head: ["from", `IT power, ${watts.unit}`, "CPU used, %", "hosts on"],
    rows,
    note: group > 1 ? `Means of ${formatCount(group)} intervals each; all ${formatCount(results.timeline.rows)} are in timeline.csv.` : "",
  };
}
