/** What failed, for how long, and whom it hit: failures, outages of VMs, availability by class. */

import { formatCount, formatDuration } from "../../units/format.ts";
import { exposureFigure } from "../charts/exposure.ts";
import { outagesFigure } from "../charts/outages.ts";
import { clockFrom, instant } from "../clock.ts";
import { type Block, type Cell, figure, pair, tableOf } from "../document.ts";
import { shareUp } from "../findings.ts";
import { counted } from "../format.ts";
import { maxOf, numbersIn, textsIn } from "../read.ts";
import type { Exhibit } from "./exhibit.ts";
import { byClass, pick, sumOf } from "./pick.ts";

export const availability: Exhibit = {
  table: "availability",
  section: "failures",
  show: (table) => {
    const down = sumOf(table, "down_h", (row) => textsIn(table, "class")[row] !== "all");
    const service = sumOf(table, "service_h", (row) => textsIn(table, "class")[row] !== "all");
    return [
      tableOf(
        byClass(
          pick(table, {
            title: down > 0 ? `VMs are up ${shareUp(100 - (100 * down) / Math.max(service, 1e-9))}\u00A0% of the time they should be` : "No VM was down",
            subtitle: "Time up of the time each class should have been up",
            columns: [
              ["class", "Class", "text"],
              ["vms", "VMs", "count"],
              ["availability_pct", "Up, %", "up"],
              ["nines", "Nines", "number"],
              ["down_h", "Down, VM-h", "number"],
              ["outages", "Outages", "count"],
              ["mean_outage_s", "Mean", "duration"],
              ["longest_outage_s", "Longest", "duration"],
              ["vms_lost", "Lost", "count", { unlessZero: true }],
            ],
          }),
        ),
      ),
    ];
  },
};

const cellText = (cell: Cell | undefined): string => (typeof cell === "string" ? cell : (cell?.text ?? ""));

export const failures: Exhibit = {
  table: "failures",
  section: "failures",
  show: (table, results) => {
    const clock = clockFrom(results.run.start);
    const times = numbersIn(table, "time_s");
    const ended = numbersIn(table, "ended_s");
    const worst = counted(maxOf(numbersIn(table, "vms")) || 0, "VM");
    const planned = textsIn(table, "component").every((component) => component === "maintenance");
    const block = pick(table, {
      title: planned
        ? `Maintenance takes VMs down ${table.rows === 1 ? "once" : `${formatCount(table.rows)} times`}, at most ${worst} at once`
        : table.rows === 1
          ? `1 failure, which hits ${worst}`
          : `${counted(table.rows, "failure")}, of which the worst hits ${worst}`,
      subtitle: "The largest by the VMs they hit; those that follow from another are counted by themselves",
      columns: [
        ["name", "What fails", "text"],
        ["component", "Kind", "text"],
        ["cause", "Why", "text"],
        ["hosts", "Hosts", "count"],
        ["vms", "VMs hit", "count"],
        ["vms_lost", "Lost", "count", { unlessZero: true }],
        ["owners", "Owners", "count", { unlessZero: true }],
        ["failure", "When", "count"],
      ],
      by: "vms",
      most: 10,
    });
    // The number of the failure becomes its instant and how long it took.
    const numbers = numbersIn(table, "failure");
    const rowOf = new Map(Array.from(numbers, (number, row) => [formatCount(number), row]));
    const rows = block.rows.map((cells) => {
      const row = rowOf.get(cellText(cells.at(-1))) ?? 0;
      const [from, to] = [times[row] as number, ended[row] as number];
      return [...cells.slice(0, -1), instant(clock, from), Number.isFinite(to) ? formatDuration(to - from) : "not yet"];
    });
    return [
      tableOf({ ...block, head: [...block.head, "Over after"], rows, numeric: [...block.numeric.filter((i) => i < block.head.length - 1), block.head.length] }),
    ];
  },
};

export const exposure: Exhibit = {
  table: "exposure",
  section: "failures",
  show: (table, results): Block[] => [figure(exposureFigure(table, results))],
};

export const outages: Exhibit = {
  table: "outages",
  section: "failures",
  show: (table, results): Block[] => {
    const longest = pick(table, {
      title: "The longest outages",
      subtitle: `Of ${counted(table.rows, "outage")}`,
      columns: [
        ["vm", "VM", "text"],
        ["duration_s", "Down", "duration"],
        ["from", "From", "text"],
        ["to", "To", "text"],
      ],
      by: "duration_s",
      most: 10,
    });
    return [pair(figure(outagesFigure(table, results)), tableOf(longest))];
  },
};
