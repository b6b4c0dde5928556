/** Lanes on one clock: a step line each, with its heading, its own axis from zero, and what it ends at. */

import { curveStepAfter, line as lineShape } from "d3";
import { drawTimeAxis, tickTexts, type ValueAxis } from "../axis.ts";
import type { Clock } from "../clock.ts";
import type { Drawing } from "../figure.ts";
import { relativePath } from "../relativepath.ts";
import { element, label, line } from "../svg.ts";
import { textWidth } from "../textwidths.ts";
import { thin } from "../thin.ts";

export interface Lane {
  readonly name: string;
  readonly values: ArrayLike<number>;
  readonly axis: ValueAxis;
  readonly unit: string;
  readonly end: string;
}

const HEADING = 30;
const HEIGHT = 92;

/** Row numbers, at most so many, the last one among them. */
export function every(rows: number, most: number): number[] {
  const step = Math.max(1, Math.ceil(rows / most));
  const chosen = Array.from({ length: Math.ceil(rows / step) }, (_, i) => i * step);
  if (rows > 0 && chosen.at(-1) !== rows - 1) chosen.push(rows - 1);
  return chosen;
}

/** @param times seconds at which the values of all lanes begin */
export function drawLanes(lanes: readonly Lane[], times: ArrayLike<number>, duration: number, clock: Clock, width: number): Drawing {
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
