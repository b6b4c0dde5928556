/**
 * Bottleneck heat map: what was each host short of, and when? A row a host, those that cost their VMs most; colour is the
 * cause that cost most in the cell, faint where all causes together cost less than 1 % of VM time, strong above 10 %.
 */

import type { Results } from "../../results/results.ts";
import type { Table } from "../../results/table.ts";
import { formatDuration } from "../../units/format.ts";
import type { Concept } from "../accounts.ts";
import { drawTimeAxis } from "../axis.ts";
import { clockFrom } from "../clock.ts";
import { type Drawing, type Figure, FULL_WIDTHS, MOST_DATA_ROWS } from "../figure.ts";
import { brief, counted, share, shorten } from "../format.ts";
import { numbersIn, textsIn } from "../read.ts";
import { coordinate, element, label, line } from "../svg.ts";
import { fitText, textWidth } from "../textwidths.ts";

const KINDS: readonly { readonly kind: string; readonly name: string; readonly concept: Concept }[] = [
  { kind: "cpu", name: "CPU", concept: "sched" },
  { kind: "memory", name: "memory", concept: "paging" },
  { kind: "disk", name: "disk", concept: "io" },
  { kind: "network", name: "network", concept: "control" },
  { kind: "interference", name: "interference", concept: "loss" },
  { kind: "migration", name: "migration", concept: "migration" },
];
/** Upper ends of the strengths, % of VM time lost, and how opaque each is. */
const STRENGTHS = [
  { below: 1, opacity: 0.3, text: "< 1 %" },
  { below: 10, opacity: 0.6, text: "1 to 10 %" },
  { below: Number.POSITIVE_INFINITY, opacity: 1, text: "> 10 % of VM time" },
] as const;
const MOST_HOSTS = 30;

interface Cell {
  readonly from: number;
  readonly to: number;
  readonly kind: number;
  readonly lostPercent: number;
}
interface HostRow {
  readonly host: string;
  readonly cells: readonly Cell[];
  /** VM-seconds lost. */
  readonly lost: number;
  /** Seconds by kind of bottleneck. */
  readonly seconds: readonly number[];
}

function rowsOf(table: Table): HostRow[] {
  const hosts = textsIn(table, "host");
  const kinds = textsIn(table, "bottleneck");
  const time = numbersIn(table, "time_s");
  const seconds = numbersIn(table, "seconds");
  const percent = numbersIn(table, "lost_pct");
  const lost = KINDS.map(({ kind }) => numbersIn(table, `lost_${kind}_s`));
  const found = new Map<string, { cells: Cell[]; lost: number; seconds: number[] }>();
  for (let row = 0; row < table.rows; row++) {
    const host = hosts[row] ?? "";
    const of = found.get(host) ?? { cells: [], lost: 0, seconds: KINDS.map(() => 0) };
    const kind = KINDS.findIndex((one) => one.kind === kinds[row]);
    const from = time[row] as number;
    of.cells.push({ from, to: from + (seconds[row] as number), kind, lostPercent: percent[row] as number });
    of.lost += lost.reduce((sum, values) => sum + (values[row] as number), 0);
    if (kind >= 0) of.seconds[kind] = (of.seconds[kind] as number) + (seconds[row] as number);
    found.set(host, of);
  }
  return [...found].map(([host, of]) => ({ host, ...of })).sort((a, b) => b.lost - a.lost || (a.host < b.host ? -1 : 1));
}

export function bottlenecksFigure(table: Table, results: Results): Figure {
  const rows = rowsOf(table);
  const shown = rows.slice(0, MOST_HOSTS);
  const title = finding(rows, results.run.hosts);
  const left = rows.length - shown.length;
  return {
    id: "bottlenecks",
    title,
    subtitle: `What slowed the VMs of a host most, over time; ${counted(rows.length, "host")} of ${results.run.hosts} that slowed any, by VM time lost`,
    note: `Stronger colour, more of the VMs' time lost to all causes together.${left > 0 ? ` ${counted(left, "more host")} in bottlenecks.csv.` : ""}`,
    description: `${title}. ${shown
      .slice(0, 5)
      .map((row) => `${row.host}: ${inWords(row)}`)
      .join("; ")}.`,
    widths: FULL_WIDTHS,
    draw: (width) => draw(shown, results, width),
    numbers: {
      head: ["host", ...KINDS.map(({ name }) => `${name}, h`), "lost, VM-h"],
      rows: shown.map((row) => [shorten(row.host, 40), ...row.seconds.map((s) => brief(s / 3600)), brief(row.lost / 3600)]),
      note: left > 0 ? `${counted(left, "more host")} in bottlenecks.csv.` : "Hours in which that was what slowed VMs most.",
    },
    data: () => ({
      columns: ["host", "from_s", "to_s", "bottleneck", "lost_pct"],
      rows: shown
        .flatMap((row) => row.cells.map((cell) => [row.host, cell.from, cell.to, KINDS[cell.kind]?.kind ?? "", cell.lostPercent]))
        .slice(0, MOST_DATA_ROWS),
      note: "All stretches of time are in bottlenecks.csv.",
    }),
  };
}

const inWords = (row: HostRow): string =>
  row.seconds.flatMap((s, k) => (s > 0 ? [`${KINDS[k]?.name ?? ""} ${formatDuration(s)}`] : [])).join(", ") || "nothing";

function finding(rows: readonly HostRow[], hosts: number): string {
  const sums = KINDS.map((_, k) => rows.reduce((sum, row) => sum + (row.seconds[k] as number), 0));
  const all = sums.reduce((a, b) => a + b, 0);
  const top = sums.indexOf(Math.max(...sums));
  const name = KINDS[top]?.name ?? "";
  const cause = name === "CPU" ? name : name.slice(0, 1).toUpperCase() + name.slice(1);
  const part = (100 * (sums[top] ?? 0)) / all;
  const where = rows.length === hosts ? `all ${counted(hosts, "host")}` : `${rows.length} of ${counted(hosts, "host")}`;
  if (part > 99.95 && rows.length > 1) return `${cause} alone slows VMs, on ${where}`;
  const start = `${cause} is what slows VMs most`;
  if (rows.length === 1) return `${start} on ${shorten(rows[0]?.host ?? "", 30)}, the one host of ${hosts} that slows any`;
  return `${start}: in ${share(part)} of the slow time, on ${where}`;
}

function draw(rows: readonly HostRow[], results: Results, width: number): Drawing {
  const narrow = width < 500;
  const duration = results.run.durationSeconds;
  const pitch = rows.length > 16 ? 15 : 19;
  const bar = pitch - 3;
  const key = drawKey(rows, width);
  const left = Math.min(narrow ? 110 : 150, Math.max(14, ...rows.map((row) => textWidth(row.host, 12) + 10)));
  const plot = width - left - 6;
  const x = (second: number): number => left + (Math.min(second, duration) / duration) * plot;
  const bottom = key.height + rows.length * pitch;
  let body = drawTimeAxis(clockFrom(results.run.start), duration, { left, width: plot, top: key.height, bottom, drawing: width }) + key.body;
  const paths = new Map<string, string>();
  rows.forEach((row, i) => {
    const y = key.height + i * pitch + 1;
    body += label(left - 8, y + bar / 2 + 4, "k e", fitText(row.host, left - 8, 12)) + line(left, y + bar, left + plot, y + bar, "gr");
    for (const run of runsOf(row.cells)) {
      const from = x(run.from);
      const name = `${run.kind} ${run.strength}`;
      paths.set(
        name,
        `${paths.get(name) ?? ""}M${coordinate(from)} ${coordinate(y)}h${coordinate(Math.max(1, x(run.to) - from))}v${bar}h${coordinate(-Math.max(1, x(run.to) - from))}z`,
      );
    }
  });
  for (const [name, d] of paths) {
    const [kind = 0, strength = 0] = name.split(" ").map(Number);
    body += element("path", { class: `f-${KINDS[kind]?.concept ?? "loss"}`, "fill-opacity": STRENGTHS[strength]?.opacity, d });
  }
  return { height: bottom + 24, body };
}

/** Neighbouring cells of the same kind and strength are one. */
function runsOf(cells: readonly Cell[]): { from: number; to: number; kind: number; strength: number }[] {
  const runs: { from: number; to: number; kind: number; strength: number }[] = [];
  for (const { from, to, kind, lostPercent } of cells) {
    if (kind < 0) continue;
    const strength = STRENGTHS.findIndex(({ below }) => lostPercent < below);
    const last = runs.at(-1);
    if (last && last.to === from && last.kind === kind && last.strength === strength) last.to = to;
    else runs.push({ from, to, kind, strength });
  }
  return runs;
}

function drawKey(rows: readonly HostRow[], width: number): { readonly body: string; readonly height: number } {
  let at = 0;
  let row = 0;
  let body = "";
  const put = (fill: string, opacity: number, name: string): void => {
    const need = 16 + textWidth(name, 12.5) + 16;
    if (at > 0 && at + need > width) {
      at = 0;
      row++;
    }
    body += element("rect", { x: at, y: row * 20 + 2, width: 11, height: 11, class: fill, "fill-opacity": opacity }) + label(at + 16, row * 20 + 12, "l", name);
    at += need;
  };
  KINDS.forEach(({ name, concept }, k) => {
    if (rows.some((one) => (one.seconds[k] as number) > 0)) put(`f-${concept}`, 1, name);
  });
  at += 14;
  for (const { opacity, text } of STRENGTHS) put("f-ink", opacity, text);
  return { body, height: (row + 1) * 20 + 8 };
}
