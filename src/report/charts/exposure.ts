/**
 * Exposure over time: whom could a guest that breaks out reach now, and whom could somebody patient have reached so far? Two lanes on
 * one clock: other owners on a VM's host, and the share of all other owners that an owner has ever shared a host with.
 */

import { curveStepAfter, line as lineShape } from "d3";
import type { Results } from "../../results/results.ts";
import type { Table } from "../../results/table.ts";
import { formatCount, formatNumber } from "../../units/format.ts";
import { drawTimeAxis, tickTexts, type ValueAxis, valueAxis } from "../axis.ts";
import { clockFrom, instant } from "../clock.ts";
import { type Drawing, type Figure, HALF_WIDTHS, MOST_DATA_ROWS } from "../figure.ts";
import { share } from "../format.ts";
import { maxOf, numbersIn } from "../read.ts";
import { relativePath } from "../relativepath.ts";
import { element, label, line } from "../svg.ts";
import { textWidth } from "../textwidths.ts";
import { thin } from "../thin.ts";

interface Lane {
  readonly name: string;
  readonly values: ArrayLike<number>;
  readonly axis: ValueAxis;
  readonly unit: string;
  readonly end: string;
}

const HEADING = 30;
const HEIGHT = 92;

export function exposureFigure(table: Table, results: Results): Figure {
  const times = numbersIn(table, "time_s");
  const reach = numbersIn(table, "reach_owners");
  const met = numbersIn(table, "met_pct");
  const last = (values: ArrayLike<number>): number => values[values.length - 1] ?? Number.NaN;
  const lanes: Lane[] = [
    {
      name: "Other owners on a VM's host",
      values: reach,
      axis: valueAxis(1.1 * (maxOf(reach) || 0)),
      unit: "",
      end: formatNumber(last(reach)),
    },
    { name: "Other owners met so far", values: met, axis: { max: 100, ticks: [0, 50, 100] }, unit: "%", end: share(last(met)) },
  ];
  const clock = clockFrom(results.run.start);
  const duration = Math.max(results.run.durationSeconds, last(times) || 0, 1);
  const title =
    last(met) > 0
      ? `A VM shares its host with ${formatNumber(last(reach))} other owners; an owner has met ${share(last(met))} of all`
      : "No owner shares a host with another";
  return {
    id: "exposure",
    title,
    subtitle: "Mean over VMs of the other owners on their host, and owners with whom an owner has ever shared one",
    note: "Whom one has met stays met: the lower lane only rises. It counts at each observation.",
    description: `${title}. Largest mean reach ${formatNumber(maxOf(reach))} owners. ${formatCount(times.length)} observations.`,
    widths: HALF_WIDTHS,
    draw: (width) => draw(lanes, times, duration, clock, width),
    numbers: {
      head: ["at", "other owners on a VM's host", "other owners met, %"],
      rows: every(times.length, 24).map((i) => [instant(clock, times[i] as number), formatNumber(reach[i] as number), formatNumber(met[i] as number)]),
      note: times.length > 24 ? "Some of the observations; all are in exposure.csv." : "",
    },
    data: () => ({
      columns: ["time_s", "reach_owners", "met_pct"],
      rows: every(times.length, MOST_DATA_ROWS).map((i) => [times[i] as number, reach[i] as number, met[i] as number]),
      note: times.length > MOST_DATA_ROWS ? "Some of the observations; all are in exposure.csv." : "",
    }),
  };
}

/** Row numbers, at most so many, the last one among them. */
function every(rows: number, most: number): number[] {
  const step = Math.max(1, Math.ceil(rows / most));
  const chosen = Array.from({ length: Math.ceil(rows / step) }, (_, i) => i * step);
  if (rows > 0 && chosen.at(-1) !== rows - 1) chosen.push(rows - 1);
  return chosen;
}

function draw(lanes: readonly Lane[], times: ArrayLike<number>, duration: number, clock: ReturnType<typeof clockFrom>, width: number): Drawing {
  const left = Math.max(28, ...lanes.flatMap((lane) => tickTexts(lane.axis, lane.unit).map((text) => textWidth(text, 12) + 8)));
  const right = Math.max(...lanes.map((lane) => textWidth(lane.end, 12.5))) + 14;
  const plot = width - left - right;
  const x = (second: number): number => left + (second / duration) * plot;
  const bottom = lanes.length * (HEADING + HEIGHT);
  let body = drawTimeAxis(clock, duration, { left, width: plot, top: HEADING, bottom, drawing: width });
  for (const [k, lane] of lanes.entries()) {
    const top = HEADING + k * (HEADING + HEIGHT);
    const base = top + HEIGHT;
    const y = (value: number): number => base - (value / lane.axis.max) * HEIGHT;
    const texts = tickTexts(lane.axis, lane.unit);
    for (const [i, tick] of lane.axis.ticks.entries())
      body += line(left, y(tick), left + plot, y(tick), tick === 0 ? "ax" : "gr") + label(left - 6, y(tick) + 4, "k e", texts[i] ?? "");
    body += label(left, top - 9, "l h", [{ text: lane.name, bold: true }]);
    const points = Array.from({ length: times.length }, (_, i) => ({ x: x(times[i] as number), y: y(lane.values[i] as number) }));
    const traced = relativePath();
    lineShape<{ x: number; y: number }>(
      (p) => p.x,
      (p) => p.y,
    )
      .curve(curveStepAfter)
      .context(traced as unknown as CanvasRenderingContext2D)(thin(points, plot));
    body += element("path", { class: "ln s-ink", d: traced.data() });
    const end = points.at(-1);
    body += label(left + plot + 10, Math.max(top + 10, Math.min(base, (end?.y ?? base) + 4)), "l", lane.end);
  }
  return { height: bottom + 24, body };
}
