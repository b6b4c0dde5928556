/**
 * Maintenance timeline: when was each host emptied, worked on and back? A line a host that was begun; those that were passed over
 * are hatched until they were given up. The axis runs from the first host to the last.
 */

import { scaleLinear } from "d3";
import type { Results } from "../../results/results.ts";
import type { Table } from "../../results/table.ts";
import { formatCount, formatDuration } from "../../units/format.ts";
import { drawTimeAxis } from "../axis.ts";
import { clockFrom, instant } from "../clock.ts";
import { type Drawing, type Figure, FULL_WIDTHS, MOST_DATA_ROWS } from "../figure.ts";
import { counted, share } from "../format.ts";
import { metric, numbersIn, textsIn } from "../read.ts";
import { label, rect } from "../svg.ts";
import { fitText, SPARE, textWidth } from "../textwidths.ts";

interface Entry {
  readonly host: string;
  readonly began: number;
  readonly empty: number;
  readonly ended: number;
  readonly outcome: string;
}

export function maintenanceFigure(table: Table, results: Results): Figure {
  const entries = read(table, results.run.durationSeconds);
  const done = entries.filter(({ outcome }) => outcome === "done").length;
  const over = textsIn(table, "outcome").filter((outcome) => outcome !== "done").length;
  const [from, to] = span(entries);
  const noticed = metric(results, "maintenance_vms_noticed");
  const who = noticed === 0 ? "nobody notices" : `${counted(noticed, "VM")} ${noticed === 1 ? "notices" : "notice"}`;
  const title =
    entries.length === 0
      ? "No host was worked on"
      : `${counted(done, "host")} done in ${formatDuration(to - from)}${over > 0 ? `, ${formatCount(over)} not done` : ""}; ${who}`;
  const [during, other] = [metric(results, "ready_in_maintenance_pct"), metric(results, "ready_else_pct")];
  const ready = Number.isFinite(during) && Number.isFinite(other) ? ` CPU ready ${share(during)} meanwhile, ${share(other)} else.` : "";
  return {
    id: "maintenance",
    title,
    subtitle: `One line a host, from ${instant(clockFrom(results.run.start), from)} on`,
    note: "Plain: being emptied. Hatched: being worked on. Cross-hatched: given up.",
    description: `${title}.${ready} ${reasons(table)}`.trim(),
    widths: FULL_WIDTHS,
    draw: (width) => draw(entries, from, to, results.run.start, width),
    numbers: {
      head: ["host", "emptied in", "worked on for", "outcome"],
      rows:
        entries.length > 0
          ? entries
              .slice(0, 40)
              .map(({ host, began, empty, ended, outcome }) => [host, formatDuration(empty - began), formatDuration(ended - empty), outcome || "under way"])
          : [["none", "–", "–", "–"]],
      note: "Every host and work, with its reason, is in maintenance.csv.",
    },
    data: () => ({
      columns: ["host", "began_s", "empty_s", "ended_s", "outcome"],
      rows: entries.slice(0, MOST_DATA_ROWS).map(({ host, began, empty, ended, outcome }) => [host, began, empty, ended, outcome]),
      note: entries.length > MOST_DATA_ROWS ? "The first ones; all are in maintenance.csv." : "",
    }),
  };
}

function reasons(table: Table): string {
  const [first] = textsIn(table, "reason").filter((reason) => reason !== "");
  return first === undefined ? "" : `Not done, for example: ${first}.`;
}

function span(entries: readonly Entry[]): [number, number] {
  if (entries.length === 0) return [0, 1];
  return [Math.min(...entries.map(({ began }) => began)), Math.max(...entries.map(({ ended }) => ended))];
}

/** Hosts whose work took time. */
function read(table: Table, end: number): Entry[] {
  const [hosts, outcomes] = [textsIn(table, "host"), textsIn(table, "outcome")];
  const [began, empty, ended] = [numbersIn(table, "began_s"), numbersIn(table, "empty_s"), numbersIn(table, "ended_s")];
  return Array.from({ length: table.rows }, (_, row) => ({
    host: hosts[row] ?? "",
    began: began[row] as number,
    empty: empty[row] as number,
    ended: Number.isFinite(ended[row]) ? (ended[row] as number) : end,
    outcome: outcomes[row] ?? "",
  })).filter((entry) => Number.isFinite(entry.began) && entry.ended > entry.began);
}

function draw(entries: readonly Entry[], from: number, to: number, start: string, width: number): Drawing {
  if (entries.length === 0) return { height: 24, body: label(0, 16, "k", "no host was worked on") };
  const shown = entries.slice(0, 200);
  const pitch = shown.length > 60 ? Math.max(2, 600 / shown.length) : 14;
  const named = pitch >= 12;
  const left = named ? Math.min(130, SPARE * Math.max(...shown.map(({ host }) => textWidth(host, 12)))) + 12 : 8;
  const plot = width - left - 16;
  const clock = clockFrom(start);
  // The axis begins with the first host.
  const shifted = { startMs: clock.startMs === null ? null : clock.startMs + from * 1000 };
  const top = 24;
  const bottom = top + shown.length * pitch;
  const x = scaleLinear([from, to], [left, left + plot]);
  let body = drawTimeAxis(shifted, Math.max(1, to - from), { left, width: plot, top, bottom, drawing: width });
  for (const [i, { host, began, empty, ended, outcome }] of shown.entries()) {
    const y = top + i * pitch + 1;
    const bar = Math.max(1, pitch - 3);
    const given = Number.isFinite(empty) ? empty : ended;
    if (named) body += label(left - 8, y + bar - 1, "k e", fitText(host, (left - 10) / SPARE, 12, 400));
    const failed = outcome === "passed over" || outcome === "failed";
    body += rect(x(began), y, Math.max(0.8, x(given) - x(began)), bar, failed && !Number.isFinite(empty) ? "f-failed" : "f-migration");
    if (Number.isFinite(empty)) body += rect(x(empty), y, Math.max(0.8, x(ended) - x(empty)), bar, failed ? "f-failed" : "f-maint");
  }
  return { height: bottom + 26, body };
}
