/**
 * Migrations of a run: the table behind `migrations.csv`, and their totals.
 *
 * Downtime runs from when the VM stopped at its source to when it ran on at the target, or at the source again when the
 * move was broken off. Proved by test/metrics/migrations.test.ts: the sum is the ledger's account "down (migration)".
 */
import type { Datacenter } from "../model/datacenter.ts";
import type { Migration } from "../model/migrations.ts";
import type { Table } from "../results/table.ts";
import { number, table, text } from "./columns.ts";

/** Seconds the VM stood still for the migration so far; 0 while it has not stopped. `seconds` is when the run ended. */
export function downtimeOf({ stoppedAt, resumedAt, endedAt }: Migration, seconds: number): number {
  if (!(stoppedAt >= 0)) return 0;
  const until = resumedAt >= 0 ? resumedAt : endedAt >= 0 ? endedAt : seconds;
  return until - stoppedAt;
}

export interface MigrationTotals {
  readonly started: number;
  readonly brokenOff: number;
  readonly sentGib: number;
  readonly downtimeSeconds: number;
  readonly worstDowntimeSeconds: number;
}

export function migrationTotals(dc: Datacenter, seconds: number): MigrationTotals {
  const { log } = dc.movement;
  let brokenOff = 0;
  let sentMiB = 0;
  let downtimeSeconds = 0;
  let worstDowntimeSeconds = 0;
  for (const migration of log) {
    if (migration.end !== null && migration.end !== "done") brokenOff++;
    sentMiB += migration.sentMiB;
    const downtime = downtimeOf(migration, seconds);
    downtimeSeconds += downtime;
    worstDowntimeSeconds = Math.max(worstDowntimeSeconds, downtime);
  }
  return { started: log.length, brokenOff, sentGib: sentMiB / 1024, downtimeSeconds, worstDowntimeSeconds };
}

export function migrationsTable(dc: Datacenter, seconds: number): Table {
  const { hosts, vms } = dc;
  const { log } = dc.movement;
  const n = log.length;
  return table("migrations", "One row a migration, in order of start; without migrations only the header.", n, [
    text("vm", "Name of the VM", n, (i) => vms.names[log[i].vm]),
    text("from", "Host it was on", n, (i) => hosts.name(log[i].from)),
    text("to", "Host it was to go to", n, (i) => hosts.name(log[i].to)),
    text("scheme", "pre-copy, post-copy, hybrid or cold", n, (i) => log[i].scheme),
    number("started_s", "s", "When it began", n, (i) => log[i].startedAt),
    number("stopped_s", "s", "When the VM stopped at its source", n, (i) => log[i].stoppedAt),
    number("resumed_s", "s", "When the VM ran on at its target", n, (i) => log[i].resumedAt),
    number("ended_s", "s", "When all was over, what follows the switch included; empty while under way", n, (i) => log[i].endedAt),
    number("rounds", "rounds", "Rounds of copying while the VM ran", n, (i) => log[i].rounds),
    number("sent_mib", "MiB", "Memory sent, of finished transfers", n, (i) => log[i].sentMiB),
    number("downtime_s", "s", "Time the VM stood still for it", n, (i) => downtimeOf(log[i], seconds)),
    text("stop_reason", "Which rule ended the rounds of copying", n, (i) => log[i].stopReason),
    text("end", "done, target failed, source failed, network failed, VM ended; empty while under way", n, (i) => log[i].end ?? ""),
  ]);
}
