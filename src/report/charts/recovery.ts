/**
 * Recovery curve: how many VMs of each class were back how long after a disaster. One lane a class, its share that runs again as
 * steps; a dashed line where its RTO ends. Of several events the one that hit most VMs is drawn.
 */

import { scaleLinear } from "d3";
import type { Results } from "../../results/results.ts";
import type { Table } from "../../results/table.ts";
import { formatCount, formatDuration } from "../../units/format.ts";
import { timeTicks } from "../axis.ts";
import { clockFrom, instant } from "../clock.ts";
import { type Drawing, type Figure, HALF_WIDTHS, MOST_DATA_ROWS } from "../figure.ts";
import { counted, shorten } from "../format.ts";
import { numbersIn, textsIn } from "../read.ts";
import { element, label, line } from "../svg.ts";
import { fitText, SPARE, textWidth } from "../textwidths.ts";

interface Lane {
  readonly name: string;
  /** Seconds after the loss at which VMs ran again, rising; those that did not are left out. */
  readonly back: readonly number[];
  readonly vms: number;
  readonly target: number;
  /** Most work that one of them lost, s. */
  readonly lost: number;
}

interface Data {
  readonly event: string;
  readonly at: number;
  readonly lanes: readonly Lane[];
}

export function recoveryFigure(table: Table, results: Results): Figure {
  const data = read(table);
  const vms = data.lanes.reduce((sum, { vms: n }) => sum + n, 0);
  const back = data.lanes.reduce((sum, lane) => sum + lane.back.length, 0);
  const last = Math.max(0, ...data.lanes.flatMap((lane) => lane.back.slice(-1)));
  const event = shorten(occasion(data.event), 36);
  const title =
    vms === 0
      ? "Nothing was lost in this run"
      : back === vms
        ? `After ${event}, all ${counted(vms, "VM")} are back in ${formatDuration(last)}`
        : `After ${event}, ${formatCount(vms - back)} of ${counted(vms, "VM")} ${vms - back === 1 ? "does" : "do"} not come back`;
  return {
    id: "recovery",
    title,
    subtitle: `VMs that run again, by class, from ${instant(clockFrom(results.run.start), data.at)} on`,
    note: "Each lane rises to all VMs of its class. Dashed: where its RTO ends.",
    description: `${title}. ${data.lanes.map((lane) => `${lane.name}: ${endText(lane)}, at most ${formatDuration(lane.lost)} of work lost`).join("; ")}.`,
    widths: HALF_WIDTHS,
    draw: (width) => draw(data, last, width),
    numbers: {
      head: ["class", "VMs", "first back", "last back", "RTO", "most work lost"],
      rows:
        data.lanes.length > 0
          ? data.lanes
              .slice(0, 40)
              .map((lane) => [
                lane.name,
                formatCount(lane.vms),
                formatDuration(lane.back[0] ?? Number.NaN),
                endText(lane),
                Number.isFinite(lane.target) ? formatDuration(lane.target) : "–",
                formatDuration(lane.lost),
              ])
          : [["none", "0", "–", "–", "–", "–"]],
      note: "Every VM and event is in recovery.csv.",
    },
    data: () => {
      const rows = data.lanes.flatMap((lane) => lane.back.map((seconds, i) => [lane.name, seconds, i + 1, lane.vms]));
      return {
        columns: ["class", "after_s", "vms_back", "vms"],
        rows: rows.slice(0, MOST_DATA_ROWS),
        note: rows.length > MOST_DATA_ROWS ? "The first ones; every VM is in recovery.csv." : "",
      };
    },
  };
}

/** The event as what comes after "after". */
const occasion = (event: string): string =>
  event.endsWith(" lost")
    ? `the loss of ${event.slice(0, -" lost".length)}`
    : event.endsWith(" down")
      ? `the outage of ${event.slice(0, -" down".length)}`
      : event;

const endText = (lane: Lane): string => {
  const away = lane.vms - lane.back.length;
  return away > 0 ? `${formatCount(away)} not back` : `all back ${formatDuration(lane.back.at(-1) ?? Number.NaN)}`;
};

function read(table: Table): Data {
  const [events, classes, planned] = [textsIn(table, "event"), textsIn(table, "class"), textsIn(table, "planned")];
  const [stopped, running, rpo, target] = [
    numbersIn(table, "stopped_s"),
    numbersIn(table, "running_s"),
    numbersIn(table, "rpo_s"),
    numbersIn(table, "rto_target_s"),
  ];
  const rows = Array.from({ length: table.rows }, (_, row) => row).filter((row) => planned[row] !== "yes");
  const sizes = new Map<string, number>();
  for (const row of rows) sizes.set(events[row] ?? "", (sizes.get(events[row] ?? "") ?? 0) + 1);
  const [event = ""] = [...sizes].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))[0] ?? [];
  const own = rows.filter((row) => events[row] === event);
  const at = own.reduce((first, row) => Math.min(first, stopped[row] as number), Number.POSITIVE_INFINITY);
  const lanes = new Map<string, { back: number[]; vms: number; target: number; lost: number }>();
  for (const row of own) {
    const name = classes[row] || "all VMs";
    const lane = lanes.get(name) ?? { back: [], vms: 0, target: Number.isFinite(target[row]) ? (target[row] as number) : Number.POSITIVE_INFINITY, lost: 0 };
    lanes.set(name, lane);
    lane.vms++;
    lane.lost = Math.max(lane.lost, rpo[row] as number);
    if (Number.isFinite(running[row])) lane.back.push((running[row] as number) - at);
  }
  const sorted = [...lanes].map(([name, lane]): Lane => ({ name, ...lane, back: lane.back.sort((a, b) => a - b) }));
  sorted.sort((a, b) => (a.back[0] ?? Number.POSITIVE_INFINITY) - (b.back[0] ?? Number.POSITIVE_INFINITY) || (a.name < b.name ? -1 : 1));
  return { event, at: Number.isFinite(at) ? at : 0, lanes: sorted.slice(0, 8) };
}

const LANE = 56;
const GAP = 20;

function draw({ lanes }: Data, last: number, width: number): Drawing {
  if (lanes.length === 0) return { height: 24, body: label(0, 16, "k", "nothing was lost") };
  const left = Math.min(110, SPARE * Math.max(...lanes.flatMap((lane) => [textWidth(lane.name, 12.5, 600), textWidth(counted(lane.vms, "VM"), 12)]))) + 14;
  const right = SPARE * Math.max(...lanes.map((lane) => textWidth(endText(lane), 12.5))) + 12;
  const targets = lanes.map(({ target }) => target).filter((target) => target <= 3 * last);
  const most = Math.max(1, last, ...targets);
  const x = scaleLinear([0, most], [left, width - right]);
  const end = x(most);
  let body = "";
  for (const [i, lane] of lanes.entries()) {
    const base = 12 + (i + 1) * LANE + i * GAP;
    const y = (share: number): number => base - share * LANE;
    body += line(left, y(0), end, y(0), "ax") + line(left, y(1), end, y(1), "gr");
    body +=
      label(left - 10, y(0.5), "l b e", fitText(lane.name, (left - 12) / SPARE, 12.5, 600)) + label(left - 10, y(0.5) + 15, "k e", counted(lane.vms, "VM"));
    let path = `M${left} ${y(0)}`;
    for (const [k, seconds] of lane.back.entries()) path += `H${x(seconds).toFixed(1)}V${y((k + 1) / lane.vms).toFixed(1)}`;
    body += element("path", { class: "ln s-guest", d: `${path}H${end.toFixed(1)}` });
    if (lane.target <= most) body += line(x(lane.target), y(1) - 4, x(lane.target), y(0), "lim");
    body += label(end + 8, y(lane.back.length / lane.vms) + 4, "l", endText(lane));
  }
  const bottom = 12 + lanes.length * LANE + (lanes.length - 1) * GAP;
  let floor = Number.NEGATIVE_INFINITY;
  for (const { second } of timeTicks({ startMs: null }, most, width - right - left)) {
    const text = second === 0 ? "0" : `+${formatDuration(second)}`;
    const half = (SPARE * textWidth(text, 12)) / 2;
    if (x(second) - half < floor + 6 || x(second) + half > width) continue;
    floor = x(second) + half;
    body += label(x(second), bottom + 16, "k m", text);
  }
  return { height: bottom + 24, body };
}
