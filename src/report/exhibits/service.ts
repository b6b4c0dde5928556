/** Promises to classes of service: which were kept, and what broke the others. */

import { formatCount } from "../../units/format.ts";
import { tableOf } from "../document.ts";
import { counted } from "../format.ts";
import type { Exhibit } from "./exhibit.ts";
import { pick, sumOf } from "./pick.ts";

export const service: Exhibit = {
  table: "service",
  section: "guests",
  show: (table) => {
    const broken = sumOf(table, "broken");
    return [
      tableOf(
        pick(table, {
          title: broken === 0 ? "Every promise is kept" : `${counted(broken, "promise")} to VMs ${broken === 1 ? "is" : "are"} broken`,
          subtitle: "Targets of the classes, by window; the error budget is what may go wrong before a promise is broken",
          columns: [
            ["class", "Class", "text"],
            ["window", "Window", "text"],
            ["target", "Target", "text"],
            ["promised", "Promised", "number"],
            ["unit", "Unit", "text"],
            ["mean", "Mean", "number"],
            ["worst", "Worst VM", "number"],
            ["vms", "VMs", "count"],
            ["broken", "Broken", "count"],
            ["burn_pct", "Budget used, %", "number"],
          ],
          most: 16,
        }),
      ),
    ];
  },
};

export const violations: Exhibit = {
  table: "violations",
  section: "guests",
  show: (table) => [
    tableOf(
      pick(table, {
        title: `What broke ${table.rows === 1 ? "the promise" : `${formatCount(table.rows)} promises`}`,
        subtitle: "Each violation with its cause",
        columns: [
          ["vm", "VM", "text"],
          ["class", "Class", "text"],
          ["target", "Target", "text"],
          ["promised", "Promised", "number"],
          ["measured", "Measured", "number"],
          ["unit", "Unit", "text"],
          ["cause", "Cause", "text"],
        ],
        most: 10,
      }),
    ),
  ],
};
