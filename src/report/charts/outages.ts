/**
 * Outages: what happened to each VM? A line a VM, sorted by its return inside its class: down until it was restarted, then
 * booting. Of several failures the one that hit most VMs is drawn; many VMs are drawn thinner, never averaged.
 */

import { scaleLinear } from "d3";
import type { Results } from "../../results/results.ts";
import type { Table } from "../../results/table.ts";
import { formatCount, formatDuration } from "../../units/format.ts";
import { timeTicks } from "../axis.ts";
import { classRank } from "../classes.ts";
import { clockFrom, instant } from "../clock.ts";
import { type Drawing, type Figure, HALF_WIDTHS, MOST_DATA_ROWS } from "../figure.ts";
import { counted, shorten } from "../format.ts";
import { numbersIn, textsIn } from "../read.ts";
import { label, line, rect } from "../svg.ts";
import { fitText, SPARE, textWidth } from "../textwidths.ts";

interface Outage {
  readonly vm: string;
  readonly serviceClass: string;
  /** Seconds from the failure to the restart and to the return; Infinity = never in this run. */
  readonly restarted: number;
  readonly ended: number;
}

interface Data {
  readonly name: string;
  readonly at: number;
  /** By class, in the order of first return. */
  readonly classes: readonly (readonly [name: string, outages: readonly Outage[]])[];
  readonly count: number;
}

export function outagesFigure(table: Table, results: Results): Figure {
  const data = read(table, results);
  const all = data.classes.flatMap(([, outages]) => outages);
  const back = all.filter(({ ended }) => Number.isFinite(ended));
  const last = Math.max(0, ...back.map(({ ended }) => ended));
  const away = all.length - back.length;
  const when = instant(clockFrom(results.run.start), data.at);
  const title =
    all.length === 0
      ? "No VM was down"
      : away === 0
        ? `${shorten(data.name, 24)}: the last of ${counted(all.length, "VM")} is back after ${formatDuration(last)}`
        : `${shorten(data.name, 24)}: ${formatCount(away)} of ${counted(all.length, "VM")} ${away === 1 ? "does" : "do"} not come back`;
  return {
    id: "outages",
    title,
    subtitle: `The failure that hit most VMs, ${when}; one line a VM, from the failure until it runs again`,
    note: "Cross-hatched: down. Striped: booting. A line that ends at the right edge does not come back in this run.",
    description: `${title}. ${data.classes.map(([name, outages]) => `${name}: ${counted(outages.length, "VM")}, ${backText(outages)}`).join("; ")}.`,
    widths: HALF_WIDTHS,
    draw: (width) => draw(data, last, width),
    numbers: {
      head: ["class", "VMs", "first back", "all back"],
      rows:
        data.classes.length > 0
          ? data.classes
              .slice(0, 40)
              .map(([name, outages]) => [name, formatCount(outages.length), formatDuration(outages[0]?.ended ?? Number.NaN), backText(outages)])
          : [["none", "0", "–", "–"]],
      note: "Every outage is in outages.csv.",
    },
    data: () => ({
      columns: ["vm", "class", "restarted_after_s", "back_after_s"],
      rows: all
        .slice(0, MOST_DATA_ROWS)
        .map((one) => [one.vm, one.serviceClass, one.restarted, one.ended].map((v) => (v === Number.POSITIVE_INFINITY ? Number.NaN : v))),
      note: all.length > MOST_DATA_ROWS ? "The first ones; every outage is in outages.csv." : "",
    }),
  };
}

const backText = (outages: readonly Outage[]): string => {
  const last = outages.at(-1)?.ended ?? Number.NaN;
  const away = outages.filter(({ ended }) => !Number.isFinite(ended)).length;
  return away > 0 ? `${formatCount(away)} stay down` : `all back ${formatDuration(last)}`;
};

/** What a failure is called in failures.csv: the rack, the site; "" when the run has no such table. */
function failureName(results: Results, failure: number): string {
  const table = results.extra.find(({ name }) => name === "failures");
  if (!table) return "";
  const row = Array.from(numbersIn(table, "failure")).indexOf(failure);
  const [name = "", component = "", cause = ""] = ["name", "component", "cause"].map((column) => textsIn(table, column)[row] ?? "");
  if (name.includes(", ")) return cause;
  return component === "site" ? `Site ${name}` : name;
}

function read(table: Table, results: Results): Data {
  const failure = numbersIn(table, "failure");
  const vms = textsIn(table, "vm");
  const classes = textsIn(table, "class");
  const from = textsIn(table, "from");
  const endings = textsIn(table, "ended_by");
  const [started, restarted, ended] = ["started_s", "restarted_s", "ended_s"].map((name) => numbersIn(table, name)) as [
    ArrayLike<number>,
    ArrayLike<number>,
    ArrayLike<number>,
  ];
  const counts = new Map<number, number>();
  for (let row = 0; row < failure.length; row++) counts.set(failure[row] as number, (counts.get(failure[row] as number) ?? 0) + 1);
  const [most = Number.NaN] = [...counts].sort((a, b) => b[1] - a[1] || a[0] - b[0])[0] ?? [];
  const byClass = new Map<string, Outage[]>();
  let at = Number.POSITIVE_INFINITY;
  let name = "";
  const called = failureName(results, most);
  for (let row = 0; row < failure.length; row++) {
    if (failure[row] !== most) continue;
    if ((started[row] as number) < at) [at, name] = [started[row] as number, from[row] ?? ""];
  }
  for (let row = 0; row < failure.length; row++) {
    if (failure[row] !== most) continue;
    const never = endings[row] === "lost" || !Number.isFinite(ended[row]);
    const serviceClass = classes[row] || "all VMs";
    const one = {
      vm: vms[row] ?? "",
      serviceClass,
      restarted: never || !Number.isFinite(restarted[row]) ? Number.POSITIVE_INFINITY : (restarted[row] as number) - at,
      ended: never ? Number.POSITIVE_INFINITY : (ended[row] as number) - at,
    };
    byClass.set(serviceClass, [...(byClass.get(serviceClass) ?? []), one]);
  }
  const sorted = [...byClass].sort((a, b) => classRank(a[0]) - classRank(b[0]) || (a[0] < b[0] ? -1 : 1));
  for (const [, outages] of sorted) outages.sort((a, b) => a.ended - b.ended || (a.vm < b.vm ? -1 : 1));
  return { name: called || name, at: Number.isFinite(at) ? at : 0, classes: sorted.slice(0, 8), count: failure.length };
}

function draw({ classes }: Data, last: number, width: number): Drawing {
  const rows = classes.reduce((sum, [, outages]) => sum + outages.length, 0);
  if (rows === 0) return { height: 24, body: label(0, 16, "k", "no VM was down") };
  const pitch = rows > 200 ? 300 / rows : rows > 60 ? 3 : 6;
  const bar = Math.max(0.8, pitch - (pitch > 3 ? 1.5 : 0.6));
  const names = classes.map(([name]) => name);
  const counts = classes.map(([, outages]) => counted(outages.length, "VM"));
  const left = Math.min(110, SPARE * Math.max(...names.map((name) => textWidth(name, 12.5, 600)), ...counts.map((text) => textWidth(text, 12)))) + 14;
  const right = SPARE * Math.max(...classes.map(([, outages]) => textWidth(backText(outages), 12.5))) + 10;
  const x = scaleLinear([0, last > 0 ? last : 1], [left, width - right]);
  const end = Math.max(x.range()[1] as number, x(last));
  const top = 8;
  let body = "";
  let y = top;
  for (const [name, outages] of classes) {
    const height = Math.max(34, outages.length * pitch);
    body += label(left - 10, y + 12, "l b e", fitText(name, (left - 12) / SPARE, 12.5, 600)) + label(left - 10, y + 27, "k e", counted(outages.length, "VM"));
    outages.forEach((outage, i) => {
      const down = Math.min(end, x(Math.min(outage.restarted, last)));
      const back = Math.min(end, x(Math.min(outage.ended, last)));
      const never = !Number.isFinite(outage.ended);
      body += rect(left, y + i * pitch, Math.max(1, (never ? end : down) - left), bar, "f-failed");
      if (!never && back - down > 0.5) body += rect(down, y + i * pitch, back - down, bar, "f-boot");
    });
    const all = outages.at(-1)?.ended ?? Number.POSITIVE_INFINITY;
    body += label(
      (Number.isFinite(all) ? Math.min(end, x(all)) : end) + 8,
      y + Math.min(height - 4, Math.max(12, outages.length * pitch)),
      "l",
      backText(outages),
    );
    y += height + 12;
  }
  const bottom = y;
  body += line(left, top - 4, left, bottom, "ax");
  let floor = Number.NEGATIVE_INFINITY;
  for (const { second: tick } of timeTicks({ startMs: null }, last, width - right - left)) {
    const text = tick === 0 ? "0" : `+${formatDuration(tick)}`;
    const half = (SPARE * textWidth(text, 12)) / 2;
    if (x(tick) - half < floor + 6 || x(tick) + half > width) continue;
    floor = x(tick) + half;
    body += label(x(tick), bottom + 16, "k m", text);
  }
  return { height: bottom + 24, body };
}
