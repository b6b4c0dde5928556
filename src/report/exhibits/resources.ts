/** What ran short, and what datastores did. */

import { fillFigure } from "../charts/fill.ts";
import { figure, tableOf } from "../document.ts";
import { counted } from "../format.ts";
import { numbersIn } from "../read.ts";
import type { Exhibit } from "./exhibit.ts";
import { pick } from "./pick.ts";

export const resources: Exhibit = {
  table: "resources",
  section: "hosts",
  show: (table) => {
    const short = numbersIn(table, "short_s");
    const keep = (row: number): boolean => (short[row] as number) > 1;
    const count = Array.from(short, (_, row) => row).filter(keep).length;
    if (count === 0) return [];
    return [
      tableOf(
        pick(table, {
          title: `${counted(count, "resource")} ran short`,
          subtitle: "Resources that somebody wanted more of than there was, the longest first",
          columns: [
            ["host", "Host", "text"],
            ["kind", "Resource", "text"],
            ["resource", "Name", "text"],
            ["capacity", "Capacity", "number"],
            ["unit", "Unit", "text"],
            ["used_mean", "Used, mean", "number"],
            ["used_peak", "Peak", "number"],
            ["utilisation_pct", "Used, %", "percent"],
            ["short_s", "Short for", "duration"],
          ],
          by: "short_s",
          keep,
          most: 10,
        }),
      ),
    ];
  },
};

export const datastores: Exhibit = {
  table: "datastores",
  section: "hosts",
  show: (table) => [
    tableOf(
      pick(table, {
        title: counted(table.rows, "datastore"),
        subtitle: "Space as promised to disks and as used, and how the I/O fared",
        columns: [
          ["datastore", "Datastore", "text"],
          ["hosts", "Hosts", "text"],
          ["capacity_gib", "GiB", "number"],
          ["peak_gib", "Used at most", "number"],
          ["promised_gib", "Promised", "number"],
          ["disks", "Disks", "count"],
          ["utilisation_pct", "Busy, %", "percent"],
          ["latency_mean_ms", "Latency, ms", "number"],
          ["latency_peak_ms", "Worst, ms", "number"],
          ["full_s", "Full for", "duration"],
        ],
        by: "utilisation_pct",
      }),
    ),
  ],
};

/** Over time only what changes over time: how full they were. */
export const datastoresTimeline: Exhibit = {
  table: "datastores-timeline",
  section: "hosts",
  show: (table, results) => {
    const fill = fillFigure(table, results);
    return fill === null ? [] : [figure(fill)];
  },
};
