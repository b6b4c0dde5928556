/** Promises to classes of service: which were kept, and what broke the others. */

import type { Table } from "../../results/table.ts";
import { formatCount, formatDuration } from "../../units/format.ts";
import { type TableBlock, tableOf } from "../document.ts";
import { shareUp } from "../findings.ts";
import { aligned, counted, MISSING, shorten, withUnit } from "../format.ts";
import { numbersIn, textsIn } from "../read.ts";
import type { Exhibit } from "./exhibit.ts";
import { byClass, pick, sumOf } from "./pick.ts";

/** Targets as people call them. */
const TARGETS: Readonly<Record<string, string>> = { rto: "RTO", rpo: "RPO", ready: "ready time", restart: "restart time" };

/** A value with its unit: seconds as a span of time, an availability with all its nines. */
function valued(value: number, unit: string, target: string): string {
  if (Number.isNaN(value)) return MISSING;
  if (unit === "s") return formatDuration(value);
  if (unit === "%" && target === "availability") return `${shareUp(value)}\u00A0%`;
  return unit === "%" ? `${aligned([value])[0]}\u00A0%` : withUnit(value, unit);
}

/** Puts targets in words and values with their units into a picked table whose columns of these names it has. */
function inUnits(table: Table, block: TableBlock, columns: Readonly<Record<string, string>>): TableBlock {
  const [targets, units] = [textsIn(table, "target"), textsIn(table, "unit")];
  const target = block.head.indexOf("Target");
  const at = Object.entries(columns).map(([name, head]) => [numbersIn(table, name), block.head.indexOf(head)] as const);
  const rows = block.rows.map((cells, row) =>
    cells.map((cell, i) => {
      if (i === target) return shorten(TARGETS[targets[row] ?? ""] ?? targets[row] ?? MISSING, 40);
      const values = at.find(([, column]) => column === i)?.[0];
      return values ? valued(values[row] ?? Number.NaN, units[row] ?? "", targets[row] ?? "") : cell;
    }),
  );
  return { ...block, rows };
}

export const service: Exhibit = {
  table: "service",
  section: "guests",
  show: (table) => {
    const broken = sumOf(table, "broken");
    const picked = pick(table, {
      title: broken === 0 ? "Every promise is kept" : `${counted(broken, "promise")} to VMs ${broken === 1 ? "is" : "are"} broken`,
      subtitle: "Targets of the classes, by window; the error budget is what may go wrong before a promise is broken",
      columns: [
        ["class", "Class", "text"],
        ["window", "Window", "text"],
        ["target", "Target", "text"],
        ["promised", "Promised", "own"],
        ["mean", "Mean", "own"],
        ["worst", "Worst VM", "own"],
        ["vms", "VMs", "count"],
        ["broken", "Broken", "count"],
        ["burn_pct", "Budget used, %", "number"],
      ],
      most: 16,
    });
    return [tableOf(byClass(inUnits(table, picked, { promised: "Promised", mean: "Mean", worst: "Worst VM" })))];
  },
};

export const violations: Exhibit = {
  table: "violations",
  section: "guests",
  show: (table) => {
    const picked = pick(table, {
      title: `What broke ${table.rows === 1 ? "the promise" : `${formatCount(table.rows)} promises`}`,
      subtitle: "Each violation with its cause",
      columns: [
        ["vm", "VM", "text"],
        ["class", "Class", "text"],
        ["target", "Target", "text"],
        ["promised", "Promised", "own"],
        ["measured", "Measured", "own"],
        ["cause", "Cause", "reason"],
      ],
      most: 10,
    });
    return [tableOf(inUnits(table, picked, { promised: "Promised", measured: "Measured" }))];
  },
};
