/** Storage migrations of a run: the table behind `disk_migrations.csv`, and their totals. Only where disks moved. */
import type { Datacenter } from "../model/datacenter.ts";
import type { DiskMove } from "../model/disk-moves.ts";
import type { Table } from "../results/table.ts";
import { number, table, text } from "./columns.ts";
import type { SummaryRow } from "./summary.ts";

export interface DiskMoveResults {
  readonly rows: readonly SummaryRow[];
  readonly tables: readonly Table[];
}

/** Table and headline figures after a run of `seconds`; empty where no disks moved. */
export function diskMoveResults(dc: Datacenter, seconds: number): DiskMoveResults {
  const { log } = dc.diskMoves;
  const n = log.length;
  if (n === 0) return { rows: [], tables: [] };
  const name = (d: number): string => dc.datastores.list[d].name;
  const downtime = ({ stoppedAt, resumedAt }: DiskMove): number => (stoppedAt >= 0 ? (resumedAt >= 0 ? resumedAt : seconds) - stoppedAt : 0);
  return {
    rows: [
      ["disk_migrations", n, "migrations", "Storage migrations begun"],
      ["disk_migrations_done", log.filter(({ end }) => end === "done").length, "migrations", "Those that reached their end"],
      ["disks_moved_gib", log.reduce((sum, { sentMiB }) => sum + sentMiB, 0) / 1024, "GiB", "Data copied for them"],
    ],
    tables: [
      table("disk_migrations", "One row a storage migration, in order of start; without any there is no such file.", n, [
        text("vm", "Name of the VM", n, (i) => dc.vms.names[log[i].vm]),
        text("from", "Datastores its disks were on", n, (i) => log[i].from.map(name).join("; ")),
        text("to", "Datastore they were to go to", n, (i) => name(log[i].to)),
        text("host", "Host that its memory was to go to as well, if any", n, (i) => (log[i].host < 0 ? "" : dc.hosts.name(log[i].host))),
        number("started_s", "s", "When it began", n, (i) => log[i].startedAt),
        number("ended_s", "s", "When all was over; empty while under way", n, (i) => log[i].endedAt),
        number("rounds", "rounds", "Rounds of copying while the VM ran", n, (i) => log[i].rounds),
        number("sent_mib", "MiB", "Data copied, of finished transfers", n, (i) => log[i].sentMiB),
        number("downtime_s", "s", "Time the VM stood still for the switch of its disks; with memory that of the migration", n, (i) => downtime(log[i])),
        text("end", "done, VM ended, way broken, no room, memory did not move; empty while under way", n, (i) => log[i].end ?? ""),
      ]),
    ],
  };
}
