/**
 * What maintenance did, as a table (each host and work), and the figures that answer: does it fit, how long does it take, who
 * notices? Definitions: docs/maintenance.md.
 */

import type { Datacenter } from "../model/datacenter.ts";
import type { Maintenance } from "../model/maintenance/maintenance.ts";
import type { HostWork } from "../model/maintenance/work.ts";
import type { Table } from "../results/table.ts";
import { number, table, text } from "./columns.ts";
import { downtimeOf } from "./migrations-table.ts";
import type { SummaryRow } from "./summary.ts";
import type { TimelineRow } from "./watch.ts";

/** Pauses up to this go unnoticed: what live migrations take. */
const NOTICED_SECONDS = 1;

/** How long each VM stood still for the work on one host, by VM: longest pauses of its moves and of the reboot. */
function pauses(dc: Datacenter, entry: HostWork, seconds: number): Map<number, number> {
  const longest = new Map<number, number>();
  const note = (vm: number, pause: number): unknown => longest.set(vm, Math.max(pause, longest.get(vm) ?? 0));
  for (const { vm, at } of entry.moves) {
    const move = dc.movement.log.find((m) => m.vm === vm && m.from === entry.host && m.startedAt >= at);
    if (move !== undefined) note(vm, downtimeOf(move, seconds));
  }
  for (const { vm, at, until } of entry.stopped) note(vm, (until >= 0 ? until : seconds) - at);
  return longest;
}

export function maintenanceTable(maintenance: Maintenance, dc: Datacenter, seconds: number): Table {
  const { log, rollouts } = maintenance;
  const n = log.length;
  const all = log.map((entry) => [...pauses(dc, entry, seconds).values()]);
  return table("maintenance", "One row a host and work, in the order in which they were asked for.", n, [
    text("work", "Name of the work", n, (i) => rollouts[log[i].work].spec.name),
    text("host", "Host", n, (i) => dc.hosts.name(log[i].host)),
    text("action", "patch, replace, remove or roll back", n, (i) => log[i].action),
    number("asked_s", "s", "When it was due", n, (i) => log[i].askedSeconds),
    number("began_s", "s", "When the host was closed to new VMs", n, (i) => log[i].beganSeconds),
    number("empty_s", "s", "When it was empty, or its VMs stood still", n, (i) => log[i].emptySeconds),
    number("ended_s", "s", "When it was back in service, gone, or given up", n, (i) => log[i].endSeconds),
    number("moved", "VMs", "VMs sent away", n, (i) => log[i].moves.length),
    number("stopped", "VMs", "VMs that stood still for the reboot", n, (i) => log[i].stopped.length),
    number("noticed", "VMs", "VMs that stood still for more than 1 s", n, (i) => all[i].filter((pause) => pause > NOTICED_SECONDS).length),
    number("pause_worst_s", "s", "Longest time one of them stood still", n, (i) => all[i].reduce((a, b) => Math.max(a, b), 0)),
    text("outcome", "done, passed over or failed; empty while it waits or is under way", n, (i) => log[i].outcome),
    text("reason", "Why it was not done", n, (i) => log[i].reason),
  ]);
}

/** Figures of the first screen. */
export function maintenanceSummary(maintenance: Maintenance, dc: Datacenter, rows: readonly TimelineRow[], seconds: number): SummaryRow[] {
  const { log } = maintenance;
  const begun = log.filter(({ beganSeconds }) => beganSeconds >= 0);
  const longest = new Map<number, number>();
  for (const entry of begun) for (const [vm, pause] of pauses(dc, entry, seconds)) longest.set(vm, Math.max(pause, longest.get(vm) ?? 0));
  const waits = { during: [0, 0], outside: [0, 0] };
  const spans = begun.map(({ beganSeconds, endSeconds }) => [beganSeconds, endSeconds >= 0 ? endSeconds : seconds] as const).sort((a, b) => a[0] - b[0]);
  let next = 0;
  let until = Number.NEGATIVE_INFINITY;
  for (const row of rows) {
    while (next < spans.length && spans[next][0] < row.time + row.seconds) until = Math.max(until, spans[next++][1]);
    const sum = waits[until > row.time ? "during" : "outside"];
    sum[0] += row.waitCoreS;
    sum[1] += row.needCoreS;
  }
  const ready = ([waited, needed]: readonly number[]): number => (needed > 0 ? (100 * waited) / needed : Number.NaN);
  const first = Math.min(...begun.map(({ askedSeconds }) => askedSeconds));
  const last = Math.max(...begun.map(({ endSeconds }) => (endSeconds >= 0 ? endSeconds : seconds)));
  const back = log.filter(({ action }) => action === "roll back");
  const planned = log.filter(({ action }) => action !== "roll back");
  const count = (works: typeof log, outcome: string): number => works.filter((work) => work.outcome === outcome).length;
  return [
    ["maintenance_hosts_done", count(planned, "done"), "hosts", "Hosts patched, replaced or removed, those taken back later included"],
    ["maintenance_hosts_not_done", planned.length - count(planned, "done"), "hosts", "Passed over, failed, or not reached by the end"],
    ...(back.length > 0 ? ([["maintenance_hosts_taken_back", count(back, "done"), "hosts", "Hosts on which the change was undone"]] as const) : []),
    ["maintenance_duration_s", begun.length > 0 ? last - first : Number.NaN, "s", "From when the first was due to when the last was over"],
    [
      "maintenance_vms_noticed",
      [...longest.values()].filter((pause) => pause > NOTICED_SECONDS).length,
      "VMs",
      "VMs that stood still for it for more than 1 s at a time",
    ],
    ["maintenance_pause_worst_s", [...longest.values()].reduce((a, b) => Math.max(a, b), 0), "s", "The longest time one of them stood still"],
    ["ready_in_maintenance_pct", ready(waits.during), "%", "CPU waited for / wanted while a host was being worked on"],
    ["ready_else_pct", ready(waits.outside), "%", "The same at all other times"],
  ];
}
