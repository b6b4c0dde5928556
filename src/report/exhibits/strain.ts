/** What hosts were short of, and who among the VMs paid: memory states, bottlenecks, slowdown by cause, neighbours. */

import { formatDuration } from "../../units/format.ts";
import { bottlenecksFigure } from "../charts/bottlenecks.ts";
import { memoryFigure } from "../charts/memory.ts";
import { slowdownFigure } from "../charts/slowdown.ts";
import { figure, pair, tableOf } from "../document.ts";
import { aligned, counted, shareNumber, shorten } from "../format.ts";
import { numbersIn, textsIn } from "../read.ts";
import type { Exhibit } from "./exhibit.ts";

const MOST_VMS = 10;
const HOUR_S = 3600;
/** Below this share of its time a VM's loss is not worth a chart. */
const WORTH_PERCENT = 0.1;

export const strainExhibits: readonly Exhibit[] = [
  { table: "bottlenecks", section: "hosts", show: (table, results) => [figure(bottlenecksFigure(table, results))] },
  { table: "memory", section: "hosts", show: (table, results) => [figure(memoryFigure(table, results))] },
  {
    table: "slowdown",
    section: "guests",
    show(table) {
      const lost = numbersIn(table, "lost_pct");
      const running = numbersIn(table, "running_s");
      const rows = Array.from({ length: table.rows }, (_, row) => row)
        .sort((a, b) => (lost[b] as number) - (lost[a] as number) || a - b)
        .slice(0, MOST_VMS);
      const most = lost[rows[0] as number] as number;
      if (!(most >= WORTH_PERCENT)) return [];
      const names = textsIn(table, "vm");
      const causes = table.columns.filter(({ name }) => name.startsWith("lost_") && name.endsWith("_s"));
      const top = (row: number): string => {
        const worst = causes.reduce((a, b) => ((b.values[row] as number) > (a.values[row] as number) ? b : a));
        return worst.about.replace("Time lost to: ", "");
      };
      return [
        pair(
          figure(slowdownFigure(table)),
          tableOf({
            title: "VMs that lost most of their time",
            subtitle: "Share of the time they ran, and what took most of it",
            head: ["VM", "Lost, %", "Lost", "Most to"],
            numeric: [1, 2],
            rows: rows.map((row) => [
              shorten(names[row] ?? "", 40),
              shareNumber(lost[row] as number),
              formatDuration(((lost[row] as number) / 100) * (running[row] as number)),
              top(row),
            ]),
            note: "Each VM and cause is in slowdown.csv.",
          }),
        ),
      ];
    },
  },
  {
    table: "neighbours",
    section: "guests",
    show(table) {
      const by = new Map<string, number>();
      const groups = textsIn(table, "neighbour_group");
      const lost = numbersIn(table, "lost_s");
      for (let row = 0; row < table.rows; row++) by.set(groups[row] ?? "", (by.get(groups[row] ?? "") ?? 0) + (lost[row] as number));
      const rows = [...by].sort(([, a], [, b]) => b - a).slice(0, MOST_VMS);
      const taken = aligned(rows.map(([, seconds]) => seconds / HOUR_S));
      return [
        tableOf({
          title: `${shorten(rows[0]?.[0] ?? "", 40)} is the loudest neighbour`,
          subtitle: "VM time that VMs of a group took from others by crowding caches and memory bandwidth",
          head: ["Group", "Taken, VM-h"],
          numeric: [1],
          rows: rows.map(([group], i) => [shorten(group, 40), taken[i] ?? ""]),
          note: "Who took what from whom is in neighbours.csv; hypervise why says it in a sentence.",
        }),
      ];
    },
  },
  {
    table: "holdups",
    section: "guests",
    show(table) {
      const [causes, by] = [textsIn(table, "cause"), textsIn(table, "by")];
      const lost = numbersIn(table, "lost_s");
      const found = new Map<string, { cause: string; by: string; vms: number; lost: number; worst: number }>();
      for (let row = 0; row < table.rows; row++) {
        const key = `${causes[row]} ${by[row]}`;
        const of = found.get(key) ?? { cause: causes[row] ?? "", by: by[row] ?? "", vms: 0, lost: 0, worst: 0 };
        of.vms++;
        of.lost += lost[row] as number;
        of.worst = Math.max(of.worst, lost[row] as number);
        found.set(key, of);
      }
      const rows = [...found.values()].sort((a, b) => b.lost - a.lost || (a.by < b.by ? -1 : 1)).slice(0, MOST_VMS);
      const hours = aligned(rows.map((of) => of.lost / HOUR_S));
      const [top] = rows;
      return [
        tableOf({
          title: `${shorten(top?.by ?? "", 48).replace(/^latency of/, "Latency of")} holds back ${counted(top?.vms ?? 0, "VM")}`,
          subtitle: "Devices, links, ports and limits that were full, or slow to answer, by the time they took from VMs",
          head: ["Held back by", "Cause", "VMs", "Taken, VM-h", "Worst VM"],
          numeric: [2, 3, 4],
          rows: rows.map((of, i) => [shorten(of.by, 60), of.cause, String(of.vms), hours[i] ?? "", formatDuration(of.worst)]),
          note: "Each VM and what held it back is in holdups.csv.",
        }),
      ];
    },
  },
];
