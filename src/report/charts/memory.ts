/**
 * Memory states of hosts over time: by which means was memory found, and when did it hurt? For each of the hosts that
 * reclaimed most, the memory of its VMs stacked in order of cost: in RAM, then shared, ballooned, compressed, swapped; a
 * line tells what there is. What stands above the line had to be found somewhere.
 */

import type { Results } from "../../results/results.ts";
import type { Table } from "../../results/table.ts";
import { formatNumber } from "../../units/format.ts";
import { drawTimeAxis, tickTexts, type ValueAxis, valueAxis } from "../axis.ts";
import { clockFrom, instant } from "../clock.ts";
import { type Drawing, type Figure, FULL_WIDTHS, MOST_DATA_ROWS } from "../figure.ts";
import { counted, shorten, withUnit } from "../format.ts";
import { numbersIn, textsIn } from "../read.ts";
import { coordinate, element, label, line, rect } from "../svg.ts";
import { fitText, textWidth } from "../textwidths.ts";

/** Uses in order of cost, with the class of their fill. */
const LAYERS = [
  { column: "active_gib", name: "in RAM, active", fill: "f-loss" },
  { column: "idle_gib", name: "in RAM, idle", fill: "bar" },
  { column: "shared_gib", name: "shared", fill: "f-reclaim0" },
  { column: "ballooned_gib", name: "ballooned", fill: "f-reclaim1" },
  { column: "compressed_gib", name: "compressed", fill: "f-reclaim2" },
  { column: "swapped_gib", name: "swapped", fill: "f-reclaim3" },
] as const;
const FIRST_RECLAIMED = 2;
const MOST_HOSTS = 4;
const STATES = ["high", "clear", "soft", "hard", "low"] as const;

interface Panel {
  readonly host: string;
  readonly usable: number;
  readonly from: readonly number[];
  readonly to: readonly number[];
  /** GiB by layer and stretch. */
  readonly layers: readonly (readonly number[])[];
  readonly state: readonly string[];
  /** GiB-seconds reclaimed. */
  readonly reclaimed: number;
  readonly peakSwapped: number;
}

function panelsOf(table: Table): Panel[] {
  const hosts = textsIn(table, "host");
  const time = numbersIn(table, "time_s");
  const seconds = numbersIn(table, "seconds");
  const usable = numbersIn(table, "usable_gib");
  const states = textsIn(table, "state");
  const columns = LAYERS.map(({ column }) => numbersIn(table, column));
  const rowsOf = new Map<string, number[]>();
  hosts.forEach((host, row) => {
    const rows = rowsOf.get(host) ?? [];
    rows.push(row);
    rowsOf.set(host, rows);
  });
  return [...rowsOf].map(([host, rows]) => {
    const layers = columns.map((values) => rows.map((row) => values[row] as number));
    const lengths = rows.map((row) => seconds[row] as number);
    return {
      host,
      usable: usable[rows[0] as number] as number,
      from: rows.map((row) => time[row] as number),
      to: rows.map((row) => (time[row] as number) + (seconds[row] as number)),
      layers,
      state: rows.map((row) => states[row] ?? ""),
      reclaimed: layers.slice(FIRST_RECLAIMED).reduce((sum, layer) => sum + layer.reduce((s, gib, i) => s + gib * (lengths[i] as number), 0), 0),
      peakSwapped: Math.max(...(layers.at(-1) as readonly number[])),
    };
  });
}

export function memoryFigure(table: Table, results: Results): Figure {
  const all = panelsOf(table).sort((a, b) => b.reclaimed - a.reclaimed || (a.host < b.host ? -1 : 1));
  const panels = all.slice(0, MOST_HOSTS);
  const clock = clockFrom(results.run.start);
  const title = finding(all);
  const left = all.length - panels.length;
  return {
    id: "memory",
    title,
    subtitle: "Memory that VMs have touched, by where it is; GiB. The dashed line is what the host has for them and their overheads",
    note:
      left > 0
        ? `The ${panels.length} hosts that reclaimed most; ${counted(left, "more host")} in memory.csv.`
        : "What stands above the line had to be found somewhere. A host is looked at from when it first has to.",
    description: `${title}. ${panels.map((p) => describe(p, clock)).join(" ")}`,
    widths: FULL_WIDTHS,
    draw: (width) => draw(panels, results, width),
    numbers: {
      head: ["host", "usable, GiB", ...LAYERS.slice(FIRST_RECLAIMED).map(({ name }) => `${name} at most, GiB`), "states"],
      rows: panels.map((p) => [
        shorten(p.host, 40),
        formatNumber(p.usable),
        ...p.layers.slice(FIRST_RECLAIMED).map((layer) => formatNumber(Math.max(...layer))),
        STATES.filter((state) => p.state.includes(state)).join(", "),
      ]),
      note: "All stretches of time are in memory.csv.",
    },
    data: () => {
      const every = Math.max(1, Math.ceil(panels.reduce((n, p) => n + p.from.length, 0) / MOST_DATA_ROWS));
      return {
        columns: ["host", "time_s", "state", ...LAYERS.map(({ column }) => column)],
        rows: panels.flatMap((p) =>
          p.from.flatMap((second, i) => (i % every === 0 ? [[p.host, second, p.state[i] ?? "", ...p.layers.map((layer) => layer[i] as number)]] : [])),
        ),
        note: every > 1 ? "Not every stretch of time: all are in memory.csv." : "",
      };
    },
  };
}

function finding(panels: readonly Panel[]): string {
  const swapping = panels.filter((p) => p.peakSwapped > 1e-6);
  const worst = [...swapping].sort((a, b) => b.peakSwapped - a.peakSwapped)[0];
  if (worst)
    return `${shorten(worst.host, 30)} swaps up to ${withUnit(worst.peakSwapped, "GiB")}; ${counted(swapping.length, "host")} of ${panels.length} short of memory swap`;
  return `${panels.length === 1 ? "One host reclaims" : `${counted(panels.length, "host")} reclaim`} memory, and none has to swap`;
}

function describe(p: Panel, clock: ReturnType<typeof clockFrom>): string {
  const first = p.layers[0]?.findIndex((_, i) => p.layers.slice(FIRST_RECLAIMED).some((layer) => (layer[i] as number) > 0)) ?? -1;
  const parts = LAYERS.slice(FIRST_RECLAIMED).flatMap(({ name }, k) => {
    const most = Math.max(...(p.layers[FIRST_RECLAIMED + k] as readonly number[]));
    return most > 0 ? [`${name} up to ${withUnit(most, "GiB")}`] : [];
  });
  return `${p.host}: reclaims from ${first >= 0 ? instant(clock, p.from[first] as number) : "never"}, ${parts.join(", ")}.`;
}

const KEY = 30;
const HEADING = 30;
const LANE = 110;

function draw(panels: readonly Panel[], results: Results, width: number): Drawing {
  const narrow = width < 500;
  const duration = results.run.durationSeconds;
  const clock = clockFrom(results.run.start);
  const shown = LAYERS.map((_, k) => panels.some((p) => (p.layers[k] as readonly number[]).some((gib) => gib > 0)));
  const key = drawKey(shown, width);
  const axes = panels.map((p): ValueAxis => {
    const top = p.from.map((_, i) => p.layers.reduce((sum, layer) => sum + (layer[i] as number), 0));
    return valueAxis(1.05 * Math.max(p.usable, ...top));
  });
  const left = Math.max(28, ...axes.flatMap((axis) => tickTexts(axis, "GiB").map((text) => textWidth(text, 12) + 8)));
  const plot = width - left - 8;
  const x = (second: number): number => left + (Math.min(second, duration) / duration) * plot;
  const bottom = key.height + panels.length * (HEADING + LANE);
  let body = key.body + drawTimeAxis(clock, duration, { left, width: plot, top: key.height + HEADING, bottom, drawing: width });
  panels.forEach((p, n) => {
    const base = key.height + (n + 1) * (HEADING + LANE);
    const axis = axes[n] as ValueAxis;
    const y = (gib: number): number => base - (gib / axis.max) * LANE;
    const floor = new Float64Array(p.from.length);
    LAYERS.forEach(({ fill }, k) => {
      const layer = p.layers[k] as readonly number[];
      if (layer.some((gib) => gib > 0)) body += element("path", { class: fill, d: area(p, layer, floor, x, y, plot) });
      layer.forEach((gib, i) => {
        floor[i] = (floor[i] as number) + gib;
      });
    });
    const texts = tickTexts(axis, "GiB");
    axis.ticks.forEach((tick, t) => {
      body += (tick === 0 ? line(left, y(0), left + plot, y(0), "ax") : "") + label(left - 6, y(tick) + 4, "k e", texts[t] ?? "");
    });
    body += line(left, y(p.usable), left + plot, y(p.usable), "lim");
    const name = fitText(p.host, narrow ? 120 : 320, 12.5, 600);
    const states = STATES.filter((state) => p.state.includes(state)).join(", ");
    body += label(left, base - LANE - 10, "l h", [{ text: name, bold: true }, { text: `  ${states}` }]);
    const usable = `${formatNumber(p.usable)} usable`;
    body += label(left + 6, y(p.usable) - 5, "k h", usable);
  });
  return { height: bottom + 24, body };
}

/** A key above the plot: the same colours recur in each panel. */
function drawKey(shown: readonly boolean[], width: number): { readonly body: string; readonly height: number } {
  let at = 0;
  let row = 0;
  let body = "";
  LAYERS.forEach(({ name, fill }, k) => {
    if (!shown[k]) return;
    const need = 16 + textWidth(name, 12.5) + 16;
    if (at > 0 && at + need > width) {
      at = 0;
      row++;
    }
    body += rect(at, row * 20 + 2, 11, 11, fill) + label(at + 16, row * 20 + 12, "l", name);
    at += need;
  });
  return { body, height: KEY + row * 20 - 10 };
}

/** A stepped area of one layer on those below it; neighbours closer than a pixel are joined. */
function area(p: Panel, layer: readonly number[], floor: Float64Array, x: (s: number) => number, y: (gib: number) => number, plot: number): string {
  const every = Math.max(1, Math.ceil(layer.length / plot));
  let upper = "";
  let lower = "";
  for (let i = 0; i < layer.length; i += every) {
    const last = Math.min(layer.length - 1, i + every - 1);
    const [from, to] = [coordinate(x(p.from[i] as number)), coordinate(x(p.to[last] as number))];
    const below = floor[i] as number;
    upper += `${i === 0 ? "M" : "L"}${from} ${coordinate(y(below + (layer[i] as number)))}H${to}`;
    lower = `L${to} ${coordinate(y(below))}H${from}${lower}`;
  }
  return `${upper}${lower}Z`;
}
