/** What was kept safe and how VMs came back; what was done to hosts, and who noticed. */

import { formatDuration } from "../../units/format.ts";
import { maintenanceFigure } from "../charts/maintenance.ts";
import { recoveryFigure } from "../charts/recovery.ts";
import { figure, tableOf } from "../document.ts";
import { counted } from "../format.ts";
import { maxOf, numbersIn, textsIn } from "../read.ts";
import type { Exhibit } from "./exhibit.ts";
import { pick } from "./pick.ts";

export const recovery: Exhibit = {
  table: "recovery",
  section: "recovery",
  show: (table, results) => {
    const unplanned = textsIn(table, "planned").some((planned) => planned !== "yes");
    const missed = textsIn(table, "verdict").filter((verdict) => verdict.includes("missed")).length;
    return [
      ...(unplanned ? [figure(recoveryFigure(table, results))] : []),
      tableOf(
        pick(table, {
          title: missed > 0 ? `${counted(missed, "recovery", "recoveries")} missed an RPO or RTO` : "No recovery missed an RPO or RTO",
          subtitle: "RPO and RTO attained, the longest first; moves home and drills included",
          by: "rto_s",
          columns: [
            ["vm", "VM", "text"],
            ["class", "Class", "text"],
            ["event", "Event", "text"],
            ["source", "Came from", "text"],
            ["rpo_s", "Work lost", "duration"],
            ["lost_mib", "Lost, MiB", "number"],
            ["rto_s", "Down for", "duration"],
            ["verdict", "Verdict", "text"],
          ],
        }),
      ),
    ];
  },
};

export const protection: Exhibit = {
  table: "protection",
  section: "recovery",
  show: (table) => [
    tableOf(
      pick(table, {
        title: `The newest copy of a VM was at most ${formatDuration(maxOf(numbersIn(table, "age_worst_s")))} old`,
        subtitle: "Age of the newest copy of each VM while it ran, the oldest first",
        by: "age_worst_s",
        columns: [
          ["vm", "VM", "text"],
          ["class", "Class", "text"],
          ["copies", "Copies", "text"],
          ["age_mean_s", "Mean age", "duration"],
          ["age_worst_s", "Worst", "duration"],
          ["rpo_target_s", "RPO", "duration"],
          ["above_target_pct", "Above, %", "number"],
        ],
      }),
    ),
  ],
};

export const maintenance: Exhibit = {
  table: "maintenance",
  section: "recovery",
  show: (table, results) => [figure(maintenanceFigure(table, results))],
};
