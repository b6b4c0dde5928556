/**
 * What recovery did, as tables: `recovery` (each VM and event), `protection` (each VM with copies), `backups` (each run) and
 * `runbooks` (each step), and the figures of the first screen. Definitions: docs/recovery.md.
 */
import type { Incident } from "../model/recovery/incidents.ts";
import type { Recovery } from "../model/recovery/recovery.ts";
import type { Table } from "../results/table.ts";
import { number, table, text } from "./columns.ts";
import type { SummaryRow } from "./summary.ts";

const finite = (value: number): number => (Number.isFinite(value) ? value : Number.NaN);

/** RTO attained so far: until it ran, was lost, or the run ended. */
const downSeconds = (incident: Incident): number => incident.runningSeconds - incident.stoppedSeconds;

/** Whether a VM came back within its targets: a VM that is still down is late as soon as its target has passed. */
function verdict(recovery: Recovery, incident: Incident, seconds: number): string {
  const { rpoSeconds, rtoSeconds } = recovery.protection.targets(incident.vm);
  if (incident.end === "stopped" || incident.end === "overtaken") return "";
  const down = incident.end === "running" ? downSeconds(incident) : incident.end === "lost" ? Number.POSITIVE_INFINITY : seconds - incident.stoppedSeconds;
  const known = incident.source !== "none" || incident.end === "lost";
  const missed = [known && incident.lostSeconds > rpoSeconds ? "RPO missed" : "", down > rtoSeconds ? "RTO missed" : ""].filter(Boolean);
  if (missed.length > 0) return missed.join(", ");
  if (rpoSeconds === Number.POSITIVE_INFINITY && rtoSeconds === Number.POSITIVE_INFINITY) return "no target";
  return incident.end === "running" ? "met" : "open";
}

export function recoveryTables(recovery: Recovery, seconds: number): Table[] {
  return [recoveryTable(recovery, seconds), protectionTable(recovery, seconds), backupsTable(recovery), runbooksTable(recovery)];
}

function recoveryTable(recovery: Recovery, seconds: number): Table {
  const { log } = recovery.incidents;
  const { vms } = recovery.protection.dc;
  const n = log.length;
  const targets = (i: number) => recovery.protection.targets(log[i].vm);
  return table("recovery", "One row a VM and event that cost it service or data, in order of time.", n, [
    number("stopped_s", "s", "When the VM stopped", n, (i) => log[i].stoppedSeconds),
    text("vm", "Name of the VM", n, (i) => vms.names[log[i].vm]),
    text("class", "Service class", n, (i) => vms.classes[vms.classOf[log[i].vm]].serviceClass),
    text("event", "What befell it", n, (i) => log[i].cause),
    text("planned", "yes for a move home or a planned failover", n, (i) => (log[i].planned ? "yes" : "no")),
    text("source", "What it came back from: own disk, replica, backup or none", n, (i) => log[i].source),
    text("copy", "Name of the backup job or replication", n, (i) => log[i].copy),
    number("point_s", "s", "Instant whose data the copy held", n, (i) => log[i].pointSeconds),
    number("rpo_s", "s", "RPO attained: time the VM had run since that instant, whose work is gone", n, (i) => log[i].lostSeconds),
    number("rpo_target_s", "s", "RPO of its class", n, (i) => finite(targets(i).rpoSeconds)),
    number("lost_mib", "MiB", "Data lost: what changed in that time", n, (i) => log[i].lostMiB),
    number("begun_s", "s", "When its recovery began: after detection, decision and the steps before it", n, (i) => log[i].begunSeconds),
    number("data_s", "s", "When its data were where it was to run", n, (i) => log[i].dataSeconds),
    number("read_mib", "MiB", "Data read and sent for it", n, (i) => log[i].readMiB),
    number("running_s", "s", "When it ran again", n, (i) => log[i].runningSeconds),
    number("rto_s", "s", "RTO attained: from when it stopped to when it ran again", n, (i) => downSeconds(log[i])),
    number("rto_target_s", "s", "RTO of its class", n, (i) => finite(targets(i).rtoSeconds)),
    text("verdict", "met, RPO missed, RTO missed, open (still down, within its target) or no target; empty where it was stopped or overtaken", n, (i) =>
      verdict(recovery, log[i], seconds),
    ),
    text(
      "end",
      "running, lost, stopped, overtaken (by another event before it ran again, whose row counts for both); empty while it is down",
      n,
      (i) => log[i].end,
    ),
  ]);
}

function protectionTable({ protection, backups, replication }: Recovery, seconds: number): Table {
  const rows = [...protection.exposures.keys()].sort((a, b) => a - b);
  const n = rows.length;
  const { vms } = protection.dc;
  const of = (i: number) => protection.exposures.get(rows[i]);
  const chains = (v: number) => backups.jobs.flatMap(({ chains: all, spec }) => (all.has(v) ? [{ name: spec.name, chain: all.get(v) }] : []));
  const copies = (v: number): string =>
    [...backups.jobs.filter((job) => job.vms.includes(v)), ...replication.entries.filter(({ replicas }) => replicas.has(v))]
      .map(({ spec }) => spec.name)
      .join("; ");
  const target = (i: number): number => protection.targets(rows[i]).rpoSeconds;
  return table("protection", "One row a VM with copies: how old the newest one was. The clock is the time the VM ran.", n, [
    text("vm", "Name of the VM", n, (i) => vms.names[rows[i]]),
    text("class", "Service class", n, (i) => vms.classes[vms.classOf[rows[i]]].serviceClass),
    text("copies", "Backup jobs and replications it is in", n, (i) => copies(rows[i])),
    number("rpo_target_s", "s", "RPO of its class", n, (i) => finite(target(i))),
    number("age_mean_s", "s", "Age of the newest copy, mean over the time the VM ran", n, (i) => (of(i)?.area ?? 0) / (of(i)?.seconds ?? 0)),
    number("age_worst_s", "s", "The highest it was: the RPO attained at the worst moment", n, (i) => of(i)?.worst ?? Number.NaN),
    number("above_target_pct", "%", "Share of its running time during which a loss would have missed the RPO", n, (i) =>
      Number.isFinite(target(i)) ? (100 * (of(i)?.above ?? 0)) / (of(i)?.seconds ?? 0) : Number.NaN,
    ),
    number("age_end_s", "s", "Age at the end", n, (i) => protection.ran(rows[i], seconds) - (of(i)?.point ?? 0)),
    number("points", "points", "Restore points at the end", n, (i) => chains(rows[i]).reduce((sum, { chain }) => sum + (chain?.points.length ?? 0), 0)),
    number("stored_mib", "MiB", "Size of its backups at the end", n, (i) => chains(rows[i]).reduce((sum, { chain }) => sum + (chain?.storedMiB ?? 0), 0)),
  ]);
}

function backupsTable({ backups }: Recovery): Table {
  const { runs, jobs } = backups;
  const n = runs.length;
  return table("backups", "One row a run of a backup job.", n, [
    text("job", "Name of the job", n, (i) => jobs[runs[i].job].spec.name),
    number("started_s", "s", "When it began", n, (i) => runs[i].startSeconds),
    number("ended_s", "s", "When its last VM was done or given up; empty while some are open", n, (i) => runs[i].endSeconds),
    number("vms", "VMs", "VMs of the job", n, (i) => runs[i].vms),
    number("done", "VMs", "VMs copied", n, (i) => runs[i].done),
    number("fulls", "VMs", "of them as a full", n, (i) => runs[i].fulls),
    number("passed_over", "VMs", "Not on a host, or still being copied by the run before", n, (i) => runs[i].passedOver),
    number("broken_off", "VMs", "Not done when the window ended", n, (i) => runs[i].brokenOff),
    number("failed", "VMs", "Host, repository or space failed", n, (i) => runs[i].failed),
    number("sent_mib", "MiB", "Data sent to the repository, of finished copies", n, (i) => runs[i].sentMiB),
  ]);
}

function runbooksTable({ runbooks }: Recovery): Table {
  const rows = runbooks.executions.flatMap((execution) => execution.steps.map((step, i) => ({ execution, step, name: execution.runbook.steps[i].name })));
  const n = rows.length;
  return table("runbooks", "One row a step of a runbook that was carried out.", n, [
    text("runbook", "Name of the runbook", n, (i) => rows[i].execution.runbook.name),
    text("way", "fail over, fail back or test", n, (i) => rows[i].execution.way),
    text("step", "Name of the step", n, (i) => rows[i].name),
    number("begun_s", "s", "When the runbook was begun", n, (i) => rows[i].execution.startSeconds),
    number("started_s", "s", "When the step began, its preparation included", n, (i) => rows[i].step.startSeconds),
    number("ended_s", "s", "When it was over", n, (i) => rows[i].step.endSeconds),
    number("vms", "VMs", "VMs of the step", n, (i) => rows[i].step.vms.length),
  ]);
}

/** Figures of the first screen. */
export function recoverySummary(recovery: Recovery, seconds: number): SummaryRow[] {
  const unplanned = recovery.incidents.log.filter(({ planned, end }) => !planned && end !== "overtaken");
  const back = unplanned.filter(({ end }) => end === "running");
  const most = (values: readonly number[]): number => values.reduce((a, b) => Math.max(a, b), values.length === 0 ? Number.NaN : 0);
  const verdicts = unplanned.map((incident) => verdict(recovery, incident, seconds));
  const missed = (what: string): number => verdicts.filter((one) => one.includes(what)).length;
  const exposures = [...recovery.protection.exposures.values()];
  const ran = exposures.reduce((sum, e) => sum + e.seconds, 0);
  return [
    ["recoveries", back.length, "VMs", "VMs that came back after a loss, planned moves aside"],
    ["recovered_rto_worst_s", most(back.map(downSeconds)), "s", "RTO attained: longest time from when such a VM stopped to when it ran again"],
    ["recovered_rpo_worst_s", most(back.map(({ lostSeconds }) => lostSeconds)), "s", "RPO attained: most work lost by one of them"],
    ["data_lost_mib", unplanned.reduce((sum, { lostMiB }) => sum + lostMiB, 0), "MiB", "Data lost by all VMs in such events"],
    ["rpo_missed", missed("RPO"), "VMs", "Recoveries that lost more than the RPO of the VM's class"],
    ["rto_missed", missed("RTO"), "VMs", "Recoveries that took longer than the RTO of the VM's class"],
    [
      "copy_age_mean_s",
      ran > 0 ? exposures.reduce((sum, e) => sum + e.area, 0) / ran : Number.NaN,
      "s",
      "Age of the newest copy, mean over running time of VMs with copies",
    ],
    ["copy_age_worst_s", most(exposures.map(({ worst }) => worst)), "s", "The highest age of a newest copy"],
    ["backups_done", recovery.backups.runs.reduce((sum, { done }) => sum + done, 0), "backups", "VMs copied by backup runs"],
    [
      "backups_missed",
      recovery.backups.runs.reduce((sum, { failed, brokenOff, passedOver }) => sum + failed + brokenOff + passedOver, 0),
      "backups",
      "Passed over, broken off at the end of the window, or failed",
    ],
  ];
}
