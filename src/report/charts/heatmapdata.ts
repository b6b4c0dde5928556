/**
 * What the host x time heat map shows, before it is drawn: groups, names, classes of load, the finding and the numbers.
 */

import type { Heatmap, Results } from "../../results/results.ts";
import { formatCount, formatDuration, formatNumber } from "../../units/format.ts";
import { type Clock, clockFrom } from "../clock.ts";
import type { NumbersTable } from "../figure.ts";
import { counted, share, shorten } from "../format.ts";
import { numbersIn, textsIn } from "../read.ts";

/** Classes of load. */
export const STEPS = 7;
/** Class of a cell in which the host is off; cells of a host that was on less than all of it are drawn shorter. */
export const OFF = 7;
/** Hosts up to here have their names written. */
export const NAMED_ROWS = 40;

export interface HeatData {
  readonly map: Heatmap;
  readonly clock: Clock;
  readonly duration: number;
  /** Edges of the load classes are multiples of this, percent. */
  readonly stepPercent: number;
  /** Hosts in drawing order, by group. */
  readonly groups: readonly { readonly name: string; readonly hosts: readonly number[] }[];
  readonly means: Float64Array;
  /** Names as they are drawn. */
  readonly names: readonly string[];
  /** As `onShare`, with the time in which the host had failed: that is drawn by itself, so the rest of a cell is when it was off. */
  readonly drawnOn: Float32Array;
  /** When hosts had failed, and when they were in maintenance: exact, whatever the cells are. */
  readonly states: Readonly<Record<State, readonly Span[]>>;
}

/** What a host can be besides on and off. */
export type State = "failed" | "maint";

export interface Span {
  readonly host: number;
  /** Seconds. */
  readonly from: number;
  readonly to: number;
}

/** Events of hosts between which a state lasts. */
const STATES: Readonly<Record<State, readonly [begin: string, end: string]>> = {
  failed: ["host failed", "host repaired"],
  maint: ["maintenance", "maintenance ended"],
};

function withFailed({ onShare, buckets, bucketSeconds }: Heatmap, failed: readonly Span[]): Float32Array {
  const drawn = Float32Array.from(onShare);
  for (const { host, from, to } of failed) {
    for (let bucket = Math.floor(from / bucketSeconds); bucket < buckets && bucket * bucketSeconds < to; bucket++) {
      const i = host * buckets + bucket;
      const seconds = Math.min(to, (bucket + 1) * bucketSeconds) - Math.max(from, bucket * bucketSeconds);
      drawn[i] = Math.min(1, (drawn[i] as number) + seconds / bucketSeconds);
    }
  }
  return drawn;
}

function spansOf(results: Results, state: State, duration: number): Span[] {
  const [begin, end] = STATES[state];
  const { events } = results;
  const [kinds, names, what] = [textsIn(events, "kind"), textsIn(events, "name"), textsIn(events, "event")];
  const times = numbersIn(events, "time_s");
  const hostOf = new Map(results.heatmap.hostNames.map((name, host) => [name, host]));
  const open = new Map<number, number>();
  const spans: Span[] = [];
  for (let row = 0; row < events.rows; row++) {
    if (kinds[row] !== "host" || (what[row] !== begin && what[row] !== end)) continue;
    const host = hostOf.get(names[row] ?? "");
    if (host === undefined) continue;
    const from = open.get(host);
    if (what[row] === begin) open.set(host, from ?? (times[row] as number));
    else if (from !== undefined) {
      spans.push({ host, from, to: times[row] as number });
      open.delete(host);
    }
  }
  for (const [host, from] of open) spans.push({ host, from, to: duration });
  return spans;
}

export function readHeatmap(results: Results): HeatData {
  const map = results.heatmap;
  const hosts = map.hostNames.length;
  const means = new Float64Array(hosts);
  let above = 0;
  let cells = 0;
  for (let host = 0; host < hosts; host++) {
    let sum = 0;
    let on = 0;
    for (let i = host * map.buckets; i < (host + 1) * map.buckets; i++) {
      const use = map.utilisation[i] as number;
      const weight = map.onShare[i] as number;
      if (Number.isNaN(use) || !(weight > 0)) continue;
      sum += use * weight;
      on += weight;
      cells++;
      if (use >= 0.7) above++;
    }
    means[host] = on > 0 ? sum / on : Number.NaN;
  }
  const byGroup = new Map<string, number[]>();
  for (let host = 0; host < hosts; host++) {
    const name = map.groups[host] ?? "";
    const members = byGroup.get(name);
    if (members) members.push(host);
    else byGroup.set(name, [host]);
  }
  const duration = Math.max(map.buckets * map.bucketSeconds, 1e-9);
  const failed = spansOf(results, "failed", duration);
  return {
    map,
    clock: clockFrom(results.run.start),
    duration,
    drawnOn: withFailed(map, failed),
    states: { failed, maint: spansOf(results, "maint", duration) },
    // Tens up to 60 %, unless more than one cell in fifty is above 70 %: then fifteens up to 90 %.
    stepPercent: above > cells / 50 ? 15 : 10,
    groups: [...byGroup].map(([name, members]) => ({ name, hosts: members })),
    means,
    names: shortNames(map.hostNames),
  };
}

/** Leaves out what all names begin with, up to the last character before a number. */
function shortNames(names: readonly string[]): string[] {
  const [first = ""] = names;
  let common = first.length;
  for (const name of names) {
    let i = 0;
    while (i < common && name[i] === first[i]) i++;
    common = i;
  }
  while (common > 0 && /[\p{L}\p{N}]/u.test(first[common - 1] ?? "") && /\d/.test(first[common - 1] ?? "")) common--;
  return names.length > 1 && names.every((name) => name.length > common) ? names.map((name) => name.slice(common)) : [...names];
}

function neverOn(data: HeatData): number {
  return data.means.reduce((sum, mean) => sum + Number(Number.isNaN(mean)), 0);
}

function overallMean({ map }: HeatData): number {
  let sum = 0;
  let on = 0;
  for (let i = 0; i < map.utilisation.length; i++) {
    const use = map.utilisation[i] as number;
    if (Number.isNaN(use)) continue;
    sum += use * (map.onShare[i] as number);
    on += map.onShare[i] as number;
  }
  return on > 0 ? (100 * sum) / on : Number.NaN;
}

function extremes({ means }: HeatData): { readonly most: number; readonly least: number } {
  let most = -1;
  let least = -1;
  for (let host = 0; host < means.length; host++) {
    const mean = means[host] as number;
    if (Number.isNaN(mean)) continue;
    if (most < 0 || mean > (means[most] as number)) most = host;
    if (least < 0 || mean < (means[least] as number)) least = host;
  }
  return { most, least };
}

/** A host that is on for less of the time than this was hardly needed. */
const MOSTLY_OFF = 0.1;

/** Share of the run that a host was on. */
function shareOn({ buckets, onShare }: HeatData["map"], host: number): number {
  let on = 0;
  for (let bucket = 0; bucket < buckets; bucket++) on += onShare[host * buckets + bucket] as number;
  return on / Math.max(1, buckets);
}

export function finding(data: HeatData): string {
  const hosts = data.map.hostNames.length;
  const off = neverOn(data);
  const mean = share(overallMean(data));
  const { most, least } = extremes(data);
  if (hosts === 0 || most < 0) return "No host was on in this run";
  if (off > 0) return `${counted(off, "host")} of ${formatCount(hosts)} ${off === 1 ? "is" : "are"} never on; the others use ${mean} of their CPU`;
  if (hosts === 1) return `The host uses ${mean} of its CPU on average`;
  const on = data.map.hostNames.map((_, host) => shareOn(data.map, host));
  const resting = on.filter((time) => time < MOSTLY_OFF).length;
  if (resting >= hosts / 10)
    return `${counted(resting, "host")} of ${formatCount(hosts)} ${resting === 1 ? "is" : "are"} off for nine tenths of the time or more; while on, all use ${mean} of their CPU`;
  // On all the time for nothing: the first thing a planner wants to know.
  const empty = data.means.reduce((sum, use, host) => sum + Number(use < 0.001 && (on[host] ?? 0) > 0.5), 0);
  if (empty === hosts) return `${hosts === 2 ? "Both" : `All ${formatCount(hosts)}`} hosts are on and carry nothing`;
  if (empty >= hosts / 10)
    return `${counted(empty, "host")} of ${formatCount(hosts)} ${empty === 1 ? "is" : "are"} on and ${empty === 1 ? "carries" : "carry"} nothing; all together use ${mean} of their CPU`;
  const spread = 100 * ((data.means[most] as number) - (data.means[least] as number));
  if (spread < 5) return `${hosts === 2 ? "Both" : `All ${formatCount(hosts)}`} hosts work alike, at ${mean} of their CPU`;
  const name = (host: number): string => shorten(data.map.hostNames[host] ?? "", 16);
  return `${name(most)} works hardest, at ${share(100 * (data.means[most] as number))} of its CPU; ${name(least)} does least, at ${share(100 * (data.means[least] as number))}`;
}

export function describe(data: HeatData, title: string): string {
  const failures =
    data.states.failed.length > 0 ? ` Hosts failed ${data.states.failed.length === 1 ? "once" : `${formatCount(data.states.failed.length)} times`}.` : "";
  return `${title}. ${counted(data.map.hostNames.length, "host")} in ${counted(data.groups.length, "group")}, ${formatCount(data.map.buckets)} cells of ${formatDuration(data.map.bucketSeconds)} each; mean use ${share(overallMean(data))} of CPU while on.${failures}`;
}

/** Class of a cell: 0..6 by load, 7 = off. */
export function classOf(data: HeatData, host: number, bucket: number): number {
  const i = host * data.map.buckets + bucket;
  const use = data.map.utilisation[i] as number;
  if (Number.isNaN(use) || !((data.map.onShare[i] as number) > 0)) return OFF;
  return Math.max(0, Math.min(STEPS - 1, Math.floor((100 * use) / data.stepPercent + 1e-6)));
}

/** A row a host up to 40 hosts, else a row a group up to 60 groups. */
export function numbersOf(data: HeatData): NumbersTable {
  const { map } = data;
  const onPercent = (members: readonly number[]): number => (100 * members.reduce((sum, host) => sum + shareOn(map, host), 0)) / Math.max(1, members.length);
  const meanPercent = (members: readonly number[]): number => {
    const on = members.map((host) => data.means[host] as number).filter((mean) => !Number.isNaN(mean));
    return on.length > 0 ? (100 * on.reduce((a, b) => a + b, 0)) / on.length : Number.NaN;
  };
  if (map.hostNames.length <= NAMED_ROWS) {
    const rows = data.groups.flatMap((group) =>
      group.hosts.map((host) => [
        shorten(map.hostNames[host] as string, 40),
        shorten(group.name, 40),
        formatNumber(meanPercent([host])),
        formatNumber(onPercent([host])),
      ]),
    );
    return { head: ["host", "group", "CPU used while on, %", "time on, %"], rows, note: "" };
  }
  const most = 60;
  const rows = data.groups
    .slice(0, most)
    .map((group) => [shorten(group.name, 40), formatCount(group.hosts.length), formatNumber(meanPercent(group.hosts)), formatNumber(onPercent(group.hosts))]);
  const rest = data.groups.length - rows.length;
  return {
    head: ["group", "hosts", "CPU used while on, %", "time on, %"],
    rows,
    note: `Each host is in hosts.csv${rest > 0 ? `, also the hosts of ${formatCount(rest)} more groups` : ""}.`,
  };
}
