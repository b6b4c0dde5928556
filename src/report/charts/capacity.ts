/**
 * Capacity over time: which of CPU and memory is nearest to full, and would what is there still do without the largest host?
 *
 *   CPU      used cores of the timeline            against cores of hosts on, of all hosts, and of all but the largest
 *   memory   configured GiB of the VMs that run    against usable GiB of all hosts, and of all but the largest
 *
 * Memory in use is summed from the start and stop of every VM in vms.csv, less what VMs that are down would take (resources.ts).
 */

import { curveStepAfter, line as lineShape } from "d3";
import type { Results } from "../../results/results.ts";
import { formatCount, formatNumber } from "../../units/format.ts";
import { drawTimeAxis, tickTexts, type ValueAxis, valueAxis } from "../axis.ts";
import { type Clock, clockFrom, instant } from "../clock.ts";
import { type Drawing, type Figure, FULL_WIDTHS, MOST_DATA_ROWS } from "../figure.ts";
import { share, withUnit } from "../format.ts";
import { firstFinite, intervalEnd, maxOf, numbersIn } from "../read.ts";
import { relativePath } from "../relativepath.ts";
import { nearestToFull, type Resource, resourcesOf } from "../resources.ts";
import { element, label, line, type Run } from "../svg.ts";
import { textWidth } from "../textwidths.ts";
import { type Point, thin } from "../thin.ts";

export function capacityFigure(results: Results): Figure {
  const resources = resourcesOf(results);
  const clock = clockFrom(results.run.start);
  const starts = numbersIn(results.timeline, "time_s");
  const duration = starts.length > 0 ? intervalEnd(results, starts, starts.length - 1) : results.run.durationSeconds;
  const title = finding(resources, results.run.hosts);
  return {
    id: "capacity",
    title,
    subtitle: "What is used against what there is: of the hosts that are on, of all, and of all without the largest",
    note: "CPU is the mean of each interval. Memory is the configured memory of VMs that run; what the hypervisor shares or takes back is not counted.",
    description: `${title}. ${resources.map((r) => `${r.name}: peak ${withUnit(r.peak, r.unit)} of ${withUnit(r.all, r.unit)}${Number.isFinite(r.peakAt) ? ` at ${instant(clock, r.peakAt)}` : ""}, ${withUnit(r.withoutLargest, r.unit)} without the largest host`).join("; ")}.`,
    widths: FULL_WIDTHS,
    draw: (width) => draw(resources, clock, duration, width),
    numbers: {
      head: ["resource", "unit", "peak use", "all hosts", "peak, %", "without the largest", "peak, %"],
      rows:
        resources.length > 0
          ? resources.map((r) => [
              r.name,
              r.unit,
              formatNumber(r.peak),
              formatNumber(r.all),
              percent(r.peak, r.all),
              formatNumber(r.withoutLargest),
              percent(r.peak, r.withoutLargest),
            ])
          : [["none", "", "–", "–", "–", "–", "–"]],
      note: "CPU over time is in timeline.csv, the start and stop of each VM in vms.csv.",
    },
    data: () => ({
      columns: ["resource", "unit", "time_s", "used"],
      rows: resources.flatMap((r) => {
        const every = Math.max(1, Math.ceil((resources.length * r.times.length) / MOST_DATA_ROWS));
        return Array.from({ length: Math.ceil(r.times.length / every) }, (_, i) => [r.name, r.unit, r.times[i * every] as number, r.used[i * every] as number]);
      }),
      note: resources.some((r) => resources.length * r.times.length > MOST_DATA_ROWS) ? "Not every moment: CPU is in timeline.csv, the VMs in vms.csv." : "",
    }),
  };
}

const percent = (part: number, whole: number): string => (whole > 0 ? share((100 * part) / whole).replace(/\u00A0%$/, "") : "–");

function finding(resources: readonly Resource[], hosts: number): string {
  const nearest = nearestToFull(resources);
  if (!nearest) return "Nothing was used in this run";
  const full = share((100 * nearest.peak) / nearest.all);
  if (nearest.name !== "CPU" && nearest.peak > nearest.all)
    return `Memory is overcommitted: at the peak running VMs are promised ${full} of what ${hosts < 2 ? "the host has" : "all hosts have"}`;
  const start = `${nearest.name === "CPU" ? "CPU" : "Memory"} is nearest to full, at ${full} of all hosts`;
  if (hosts < 2) return `${nearest.name === "CPU" ? "CPU" : "Memory"} is nearest to full, at ${full} of the host`;
  const short = resources.filter((r) => r.peak > r.withoutLargest);
  if (short.length === 0) return `${start}; the peak fits with a host less`;
  return `${start}; with a host less ${short.map(({ name }) => name).join(" and ")} would not do`;
}

const HEADING = 38;
const LANE = 120;

function draw(resources: readonly Resource[], clock: Clock, duration: number, width: number): Drawing {
  if (resources.length === 0) return { height: 24, body: label(0, 16, "k", "nothing was used") };
  const narrow = width < 500;
  const axes = resources.map((r): ValueAxis => valueAxis(1.06 * Math.max(r.all, r.peak)));
  const left = Math.max(28, ...resources.flatMap((r, i) => tickTexts(axes[i] as ValueAxis, r.unit).map((text) => textWidth(text, 12) + 8)));
  const endsOf = (r: Resource): { readonly value: number; readonly runs: Run[] }[] => [
    { value: r.all, runs: [{ text: "all hosts", bold: true }, { text: ` ${formatCount(Math.round(r.all))}` }] },
    ...(r.withoutLargest > 0 ? [{ value: r.withoutLargest, runs: [{ text: `less one: ${formatCount(Math.round(r.withoutLargest))}` }] }] : []),
    { value: r.used[r.used.length - 1] as number, runs: [{ text: "used", bold: true }, { text: `, peak ${share((100 * r.peak) / r.all)}` }] },
  ];
  const right = narrow
    ? 8
    : 1.1 *
        Math.max(
          ...resources.flatMap((r) => endsOf(r).map(({ runs }) => runs.reduce((sum, run) => sum + textWidth(run.text, 12.5, run.bold ? 600 : 400), 0))),
        ) +
      14;
  const plot = width - left - right;
  const x = (second: number): number => left + (Math.min(second, duration) / duration) * plot;
  const bottom = resources.length * (HEADING + LANE);
  let body = drawTimeAxis(clock, duration, { left, width: plot, top: HEADING, bottom, drawing: width });
  resources.forEach((r, i) => {
    const axis = axes[i] as ValueAxis;
    const base = (i + 1) * (HEADING + LANE);
    const y = (value: number): number => base - (value / axis.max) * LANE;
    const texts = tickTexts(axis, r.unit);
    axis.ticks.forEach((tick, t) => {
      body += line(left, y(tick), left + plot, y(tick), tick === 0 ? "ax" : "gr") + label(left - 6, y(tick) + 4, "k e", texts[t] ?? "");
    });
    body += label(left, base - LANE - 9, "l h", [
      { text: r.name === "CPU" ? "CPU" : "Memory", bold: true },
      {
        text: narrow ? `  peak ${share((100 * r.peak) / r.all)} of all hosts` : r.name === "CPU" ? "  cores in use" : "  configured for VMs that run",
      },
    ]);
    const trace = (values: ArrayLike<number>): string => {
      const points: Point[] = [];
      for (let k = 0; k < r.times.length; k++) if ((r.times[k] as number) <= duration) points.push({ x: x(r.times[k] as number), y: y(values[k] as number) });
      const last = points.at(-1);
      if (last) points.push({ x: left + plot, y: last.y });
      const path = relativePath();
      lineShape<Point>(
        (p) => p.x,
        (p) => p.y,
      )
        .curve(curveStepAfter)
        .context(path as unknown as CanvasRenderingContext2D)(thin(points, plot));
      return path.data();
    };
    body +=
      line(left, y(r.all), left + plot, y(r.all), "s-guest ln") +
      (r.withoutLargest > 0 ? line(left, y(r.withoutLargest), left + plot, y(r.withoutLargest), "cap") : "");
    if (r.on.length > 0 && maxOf(r.on) > 0 && leastOf(r.on) < 0.98 * r.all) body += element("path", { class: "ld", d: trace(r.on) });
    body += element("path", { class: "ln s-ink", d: trace(r.used) });
    if (!narrow) {
      // From the top, each at least a line below the one before.
      let floor = base - LANE - 12;
      const ends = endsOf(r).sort((a, b) => b.value - a.value);
      const tops = ends.map(({ value }) => {
        floor = Math.max(floor + 16, y(value) + 4);
        return floor;
      });
      let ceiling = base + 6;
      for (let k = tops.length - 1; k >= 0; k--) {
        tops[k] = Math.min(tops[k] as number, ceiling);
        ceiling = (tops[k] as number) - 16;
      }
      ends.forEach(({ runs }, k) => {
        body += label(left + plot + 10, tops[k] as number, "l", runs);
      });
    }
  });
  return { height: bottom + 24, body };
}

function leastOf(values: ArrayLike<number>): number {
  let least = Number.POSITIVE_INFINITY;
  for (let i = 0; i < values.length; i++) least = Math.min(least, firstFinite(values[i] as number, least));
  return least;
}
