/**
 * Exposure over time: whom could a guest that breaks out reach now, and whom could somebody patient have reached so far? Two lanes on
 * one clock: other owners on a VM's host, and the share of all other owners that an owner has ever shared a host with.
 */

import type { Results } from "../../results/results.ts";
import type { Table } from "../../results/table.ts";
import { formatCount, formatNumber } from "../../units/format.ts";
import { valueAxis } from "../axis.ts";
import { clockFrom, instant } from "../clock.ts";
import { type Figure, HALF_WIDTHS, MOST_DATA_ROWS } from "../figure.ts";
import { share } from "../format.ts";
import { maxOf, numbersIn } from "../read.ts";
import { drawLanes, every, type Lane } from "./lanes.ts";

export function exposureFigure(table: Table, results: Results): Figure {
  const times = numbersIn(table, "time_s");
  const reach = numbersIn(table, "reach_owners");
  const met = numbersIn(table, "met_pct");
  const last = (values: ArrayLike<number>): number => values[values.length - 1] ?? Number.NaN;
  const lanes: Lane[] = [
    {
      name: "Other owners on a VM's host",
      values: reach,
      axis: valueAxis(1.1 * (maxOf(reach) || 0)),
      unit: "",
      end: formatNumber(last(reach)),
    },
    { name: "Other owners met so far", values: met, axis: { max: 100, ticks: [0, 50, 100] }, unit: "%", end: share(last(met)) },
  ];
  const clock = clockFrom(results.run.start);
  const duration = Math.max(results.run.durationSeconds, last(times) || 0, 1);
  const title =
    last(met) > 0
      ? `A VM shares its host with ${counted(last(reach))}; an owner has met ${last(met) >= 100 - 1e-9 ? "all others" : `${share(last(met))} of the others`}`
      : "No owner shares a host with another";
  return {
    id: "exposure",
    title,
    subtitle: "Mean over VMs of the other owners on their host, and owners with whom an owner has ever shared one",
    note: "Whom one has met stays met: the lower lane only rises. It counts at each observation.",
    description: `${title}. Largest mean reach ${formatNumber(maxOf(reach))} owners. ${formatCount(times.length)} observations.`,
    widths: HALF_WIDTHS,
    draw: (width) => drawLanes(lanes, times, duration, clock, width),
    numbers: {
      head: ["at", "other owners on a VM's host", "other owners met, %"],
      rows: every(times.length, 24).map((i) => [instant(clock, times[i] as number), formatNumber(reach[i] as number), formatNumber(met[i] as number)]),
      note: times.length > 24 ? "Some of the observations; all are in exposure.csv." : "",
    },
    data: () => ({
      columns: ["time_s", "reach_owners", "met_pct"],
      rows: every(times.length, MOST_DATA_ROWS).map((i) => [times[i] as number, reach[i] as number, met[i] as number]),
      note: times.length > MOST_DATA_ROWS ? "Some of the observations; all are in exposure.csv." : "",
    }),
  };
}

/** "1 other owner", "2.4 other owners". */
const counted = (owners: number): string => `${formatNumber(owners)} other ${formatNumber(owners) === "1" ? "owner" : "owners"}`;
