/**
 * Slowdown by cause: what would have to improve? A bar for each service class: the VM-hours its VMs lost, by cause.
 * Causes do not overlap: each lost second is in one of them.
 */

import type { Table } from "../../results/table.ts";
import { formatDuration, formatNumber } from "../../units/format.ts";
import type { Concept } from "../accounts.ts";
import { type Drawing, type Figure, HALF_WIDTHS } from "../figure.ts";
import { brief, counted, share, shareNumber, shorten } from "../format.ts";
import { PATTERNED } from "../paint.ts";
import { numbersIn, textsIn } from "../read.ts";
import { label, rect } from "../svg.ts";
import { fitText, SPARE, textWidth } from "../textwidths.ts";

/** Columns of the table by what they are told as. */
const CAUSES: readonly { readonly name: string; readonly concept: Concept; readonly columns: readonly string[] }[] = [
  { name: "memory", concept: "paging", columns: ["lost_memory_s"] },
  { name: "disk and I/O", concept: "io", columns: ["lost_disk_s", "lost_i_o_s"] },
  { name: "network", concept: "control", columns: ["lost_network_s"] },
  { name: "interference", concept: "loss", columns: ["lost_interference_s"] },
  { name: "waiting for CPU", concept: "sched", columns: ["lost_cpu_wait_s", "lost_co_stop_s", "lost_shared_core_s"] },
  { name: "overhead", concept: "trap", columns: ["lost_overhead_s"] },
  { name: "migration", concept: "migration", columns: ["lost_migration_s"] },
];
const MOST_CLASSES = 12;
const HOUR_S = 3600;

interface ClassLoss {
  readonly name: string;
  readonly running: number;
  /** Seconds by cause. */
  readonly lost: readonly number[];
  readonly total: number;
  readonly vms: number;
}

function classesOf(table: Table): ClassLoss[] {
  const classes = textsIn(table, "class");
  const running = numbersIn(table, "running_s");
  const columns = CAUSES.map(({ columns: names }) => names.map((name) => numbersIn(table, name)));
  const found = new Map<string, { running: number; lost: number[]; vms: number }>();
  for (let row = 0; row < table.rows; row++) {
    const name = classes[row] ?? "";
    const of = found.get(name) ?? { running: 0, lost: CAUSES.map(() => 0), vms: 0 };
    of.running += running[row] as number;
    of.vms++;
    columns.forEach((of_, cause) => {
      of.lost[cause] = (of.lost[cause] as number) + of_.reduce((sum, values) => sum + (values[row] ?? 0), 0);
    });
    found.set(name, of);
  }
  return [...found]
    .map(([name, of]) => ({ name, ...of, total: of.lost.reduce((a, b) => a + b, 0) }))
    .sort((a, b) => b.total - a.total || (a.name < b.name ? -1 : 1));
}

export function slowdownFigure(table: Table): Figure {
  const classes = classesOf(table);
  const shown = classes.slice(0, MOST_CLASSES);
  const sums = CAUSES.map((_, cause) => classes.reduce((sum, of) => sum + (of.lost[cause] as number), 0));
  const all = sums.reduce((a, b) => a + b, 0);
  const top = sums.indexOf(Math.max(...sums));
  const part = (100 * (sums[top] ?? 0)) / all;
  const cause = capital(CAUSES[top]?.name ?? "");
  const title =
    part > 99.95 ? `${cause} alone slows VMs: it costs them ${withHours(all)}` : `${cause} costs VMs most: ${share(part)} of the ${withHours(all)} they lost`;
  const left = classes.length - shown.length;
  return {
    id: "slowdown",
    title,
    subtitle: "VM-hours lost by service class and cause; behind each total its share of the time those VMs ran",
    note: `${left > 0 ? `${counted(left, "class", "classes")} that lost less ${left === 1 ? "is" : "are"} left out. ` : ""}Only VMs that ever ran slower than full speed; each VM is in slowdown.csv.`,
    description: `${title}. ${shown.map((of) => `${of.name}: ${withHours(of.total)}, ${share((100 * of.total) / of.running)} of running`).join("; ")}.`,
    widths: HALF_WIDTHS,
    draw: (width) => draw(shown, width),
    numbers: {
      head: ["class", "VMs", ...CAUSES.map(({ name }) => `${name}, VM-h`), "sum, VM-h", "% of running"],
      rows: shown.map((of) => [
        shorten(of.name, 40),
        String(of.vms),
        ...of.lost.map((seconds) => brief(seconds / HOUR_S)),
        brief(of.total / HOUR_S),
        shareNumber((100 * of.total) / of.running),
      ]),
      note: left > 0 ? `${counted(left, "more class", "more classes")} in slowdown.csv.` : "",
    },
    data: () => ({
      columns: ["class", "vms", "running_s", ...CAUSES.map(({ name }) => `${name.replaceAll(/[^a-zA-Z]+/g, "_").toLowerCase()}_s`)],
      rows: classes.map((of) => [of.name, of.vms, of.running, ...of.lost]),
      note: "",
    }),
  };
}

const withHours = (seconds: number): string =>
  seconds < HOUR_S ? `${formatDuration(seconds)} of VM time` : `${formatNumber(Number((seconds / HOUR_S).toPrecision(3)))}\u00A0VM-hours`;
const capital = (text: string): string => text.slice(0, 1).toUpperCase() + text.slice(1);

const PITCH = 30;
const BAR = 18;

function draw(classes: readonly ClassLoss[], width: number): Drawing {
  if (classes.length === 0) return { height: 24, body: label(0, 16, "k", "no VM was slowed") };
  const used = CAUSES.map((_, cause) => classes.some((of) => (of.lost[cause] as number) > 0));
  let at = 0;
  let row = 0;
  let body = "";
  // The key stands above the plot: its colours recur in each bar.
  CAUSES.forEach(({ name, concept }, cause) => {
    if (!used[cause]) return;
    const need = 16 + textWidth(name, 12.5) + 14;
    if (at > 0 && at + need > width) {
      at = 0;
      row++;
    }
    body += rect(at, row * 20 + 2, 11, 11, `f-${concept}`) + label(at + 16, row * 20 + 12, "l", name);
    at += need;
  });
  const top = (row + 1) * 20 + 8;
  const left = Math.min(width < 400 ? 96 : 130, SPARE * Math.max(...classes.map((of) => textWidth(of.name, 12.5))) + 12);
  const ends = classes.map(
    (of) => `${of.total < HOUR_S ? formatDuration(of.total) : `${brief(of.total / HOUR_S)} h`} · ${share((100 * of.total) / of.running)}`,
  );
  const right = 1.1 * Math.max(...ends.map((text) => textWidth(text, 12.5))) + 8;
  const scale = (width - left - right) / Math.max(...classes.map((of) => of.total));
  classes.forEach((of, i) => {
    const y = top + i * PITCH;
    body += label(left - 8, y + 13, "l e", fitText(of.name, (left - 10) / SPARE, 12.5));
    let x = left;
    of.lost.forEach((seconds, cause) => {
      if (!(seconds > 0)) return;
      const concept = CAUSES[cause]?.concept ?? "loss";
      const length = seconds * scale;
      const drawn = Math.max(0.5, length - Math.min(1, length / 3));
      body += rect(x, y, drawn, BAR, `f-${concept}`);
      if ((PATTERNED as readonly string[]).includes(concept)) body += rect(x, y, drawn, BAR, `pt pt-${concept}`);
      x += length;
    });
    body += label(x + 6, y + 13, "l", ends[i] ?? "");
  });
  return { height: top + classes.length * PITCH, body };
}
