/** What hosts were short of, and who among the VMs paid: memory states, bottlenecks, slowdown by cause, neighbours. */

import { formatNumber } from "../../units/format.ts";
import { bottlenecksFigure } from "../charts/bottlenecks.ts";
import { memoryFigure } from "../charts/memory.ts";
import { slowdownFigure } from "../charts/slowdown.ts";
import { figure, pair, tableOf } from "../document.ts";
import { shareNumber, shorten } from "../format.ts";
import { numbersIn, textsIn } from "../read.ts";
import type { Exhibit } from "./exhibit.ts";

const MOST_VMS = 10;
const HOUR_S = 3600;

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
            head: ["VM", "lost, %", "lost, h", "most to"],
            numeric: [1, 2],
            rows: rows.map((row) => [
              shorten(names[row] ?? "", 40),
              shareNumber(lost[row] as number),
              formatNumber(Number(((((lost[row] as number) / 100) * (running[row] as number)) / HOUR_S).toPrecision(3))),
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
      return [
        tableOf({
          title: `${shorten(rows[0]?.[0] ?? "", 40)} is the loudest neighbour`,
          subtitle: "VM time that VMs of a group took from others by crowding caches and memory bandwidth",
          head: ["Group", "taken, VM-h"],
          numeric: [1],
          rows: rows.map(([group, seconds]) => [shorten(group, 40), formatNumber(Number((seconds / HOUR_S).toPrecision(3)))]),
          note: "Who took what from whom is in neighbours.csv; hypervise why says it in a sentence.",
        }),
      ];
    },
  },
];
