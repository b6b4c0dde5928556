/** What ran short, and what datastores did. */

import { formatDuration, formatFrequency } from "../../units/format.ts";
import { fillFigure } from "../charts/fill.ts";
import { figure, tableOf } from "../document.ts";
import { counted, share, shorten } from "../format.ts";
import { maxOf, numbersIn, textsIn } from "../read.ts";
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
            ["kind", "Resource", "text"],
            ["host", "Host", "text"],
            ["resource", "Name", "text"],
            ["capacity", "Capacity", "own"],
            ["unit", "Unit", "text"],
            ["used_mean", "Used, mean", "own"],
            ["used_peak", "Peak", "own"],
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
          ["full_s", "Full for", "duration", { unlessZero: true }],
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

/** Cards, uplinks, ports and limits. */
export const links: Exhibit = {
  table: "links",
  section: "hosts",
  show: (table) => {
    const full = numbersIn(table, "full_s");
    const names = textsIn(table, "link");
    const peaks = numbersIn(table, "peak_pct");
    const worst = maxOf(full);
    const longest = Array.from(full).indexOf(worst);
    const busiest = Array.from(peaks).indexOf(maxOf(peaks));
    return [
      tableOf(
        pick(table, {
          title:
            worst > 0
              ? `${shorten(names[longest] ?? "", 40)} is full for ${formatDuration(worst)}`
              : `No link is ever full; ${shorten(names[busiest] ?? "", 40)} comes nearest, at ${share(maxOf(peaks))}`,
          subtitle: "Each direction of a card, an uplink, a port or a limit that something crossed, the longest full first",
          columns: [
            ["link", "Link", "text"],
            ["capacity_mib_s", "Capacity, MiB/s", "number"],
            ["vms_pct", "VMs, %", "percent"],
            ["copies_pct", "Copies, %", "percent", { unlessZero: true }],
            ["peak_pct", "Peak, %", "percent"],
            ["full_s", "Full for", "duration"],
            ["down_s", "Down for", "duration", { unlessZero: true }],
          ],
          by: "full_s",
          most: 10,
        }),
      ),
    ];
  },
};

export const pools: Exhibit = {
  table: "pools",
  section: "hosts",
  show: (table) => [
    tableOf(
      pick(table, {
        title: counted(table.rows, "resource pool"),
        subtitle: "What the VMs of each pool wanted of CPU and got, and how much of the time they waited; those of pools inside it count too",
        columns: [
          ["pool", "Pool", "text"],
          ["parent", "Inside", "text"],
          ["shares", "Shares", "count"],
          ["reservation_ghz", "Reserved, GHz", "number"],
          ["limit_ghz", "Limit, GHz", "number"],
          ["vms", "VMs", "count"],
          ["demanded_core_s", "Wanted, core-h", "number", { per: 3600 }],
          ["delivered_core_s", "Got, core-h", "number", { per: 3600 }],
          ["ready_pct", "Ready, %", "percent"],
        ],
        most: 20,
      }),
    ),
  ],
};

/** A row a group of hosts would hide those that differ; a row a host and state is too much: mean over the hosts, by state. */
export const pstates: Exhibit = {
  table: "pstates",
  section: "hosts",
  show: (table) => {
    const [governors, mhz] = [textsIn(table, "governor"), numbersIn(table, "core_mhz")];
    const on = numbersIn(table, "on_s");
    const found = new Map<string, { governor: string; mhz: number; seconds: number }>();
    const totals = new Map<string, number>();
    for (let row = 0; row < table.rows; row++) {
      const governor = governors[row] ?? "";
      const key = `${governor} ${mhz[row]}`;
      const of = found.get(key) ?? { governor, mhz: mhz[row] as number, seconds: 0 };
      of.seconds += on[row] as number;
      found.set(key, of);
      totals.set(governor, (totals.get(governor) ?? 0) + (on[row] as number));
    }
    const rows = [...found.values()].sort((a, b) => (a.governor < b.governor ? -1 : a.governor > b.governor ? 1 : b.mhz - a.mhz));
    const shareOf = ({ governor, seconds }: { governor: string; seconds: number }): number => (100 * seconds) / Math.max(1e-9, totals.get(governor) ?? 0);
    const [top] = [...rows].sort((a, b) => shareOf(b) - shareOf(a));
    return [
      tableOf({
        title: top ? `Cores run at ${formatFrequency(top.mhz)} for ${share(shareOf(top))} of the time` : "P-states",
        subtitle: "Time in each P-state while on, over all hosts of a governor",
        head: ["Governor", "Clock", "Time, %"],
        numeric: [1, 2],
        rows: rows.slice(0, 24).map((row) => [shorten(row.governor, 40), formatFrequency(row.mhz), share(shareOf(row)).replace(/\u00A0%$/, "")]),
        note: "Each host is in pstates.csv.",
      }),
    ];
  },
};
