/** What policies decided: scaling of services, sizes they would give VMs, disks they moved. */

import type { Table } from "../../results/table.ts";
import { formatCount, formatDuration } from "../../units/format.ts";
import { servicesFigure } from "../charts/services.ts";
import { clockFrom } from "../clock.ts";
import { figure, type TableBlock, tableOf } from "../document.ts";
import { counted, shorten } from "../format.ts";
import { maxOf, numbersIn, textsIn } from "../read.ts";
import type { Exhibit } from "./exhibit.ts";
import { pick } from "./pick.ts";

export const services: Exhibit = { table: "services", section: "decisions", show: (table, results) => [figure(servicesFigure(table, results))] };

export const scaling: Exhibit = {
  table: "scaling",
  section: "decisions",
  show: (table, results) => {
    const actions = new Map<string, number>();
    for (const action of textsIn(table, "action")) actions.set(action, (actions.get(action) ?? 0) + 1);
    const most = [...actions].sort(([, a], [, b]) => b - a);
    return [
      tableOf(
        pick(table, {
          title: `${counted(table.rows, "decision")}: ${most
            .slice(0, 3)
            .map(([action, times]) => `${formatCount(times)} ${shorten(action, 20)}`)
            .join(", ")}`,
          subtitle: "Decisions of autoscaling that changed something, or were refused; the first ones",
          clock: clockFrom(results.run.start),
          columns: [
            ["time_s", "When", "instant"],
            ["group", "Service", "text"],
            ["vm", "VM", "text"],
            ["action", "Action", "text"],
            ["from", "From", "count"],
            ["to", "To", "count"],
            ["use_pct", "Use, %", "number"],
            ["why", "Why", "reason"],
          ],
          most: 10,
        }),
      ),
    ];
  },
};

export const rightsizing: Exhibit = {
  table: "rightsizing",
  section: "decisions",
  show: (table) => {
    const change = numbersIn(table, "change_vcpus");
    const verdicts = textsIn(table, "verdict");
    const wrong = verdicts.filter((verdict) => verdict !== "right").length;
    return [
      tableOf({
        ...pick(table, {
          title:
            wrong === 0
              ? `All ${counted(table.rows, "VM")} have the right size`
              : `${formatCount(wrong)} of ${counted(table.rows, "VM")} would need another size`,
          subtitle: table.about,
          columns: [
            ["vm", "VM", "text"],
            ["group", "Group", "text"],
            ["vcpus", "vCPUs", "count"],
            ["recommended_vcpus", "Right", "count"],
            ["use_mean_pct", "Mean use, %", "percent"],
            ["use_p95_pct", "p95, %", "percent"],
            ["use_peak_pct", "Peak, %", "percent"],
            ["verdict", "Verdict", "text"],
          ],
          keep: wrong === 0 ? () => true : (row) => (change[row] as number) !== 0,
          most: 10,
        }),
      }),
    ];
  },
};

export const diskMigrations: Exhibit = {
  table: "disk_migrations",
  section: "decisions",
  show: (table, results) => [tableOf(moves(table, results.run.start))],
};

function moves(table: Table, start: string): TableBlock {
  const [began, ended] = [numbersIn(table, "started_s"), numbersIn(table, "ended_s")];
  const times = Array.from(began, (from, row) => (ended[row] as number) - from);
  const block = pick(table, {
    title: `${counted(table.rows, "disk move")}, the longest ${formatDuration(maxOf(times))}; VMs stop for at most ${formatDuration(maxOf(numbersIn(table, "downtime_s")) || 0)}`,
    subtitle: "Disks moved from one datastore to another while their VMs ran, or not",
    clock: clockFrom(start),
    columns: [
      ["vm", "VM", "text"],
      ["from", "From", "text"],
      ["to", "To", "text"],
      ["started_s", "Started", "instant"],
      ["ended_s", "Ended", "instant"],
      ["rounds", "Rounds", "count"],
      ["sent_mib", "Sent, GiB", "number", { per: 1024 }],
      ["downtime_s", "VM stopped", "duration"],
      ["end", "End", "text"],
    ],
  });
  return block;
}
