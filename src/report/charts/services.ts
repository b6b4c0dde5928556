/**
 * Services over time: how many members does the load need, and how busy are those in service? Two lanes a service on one clock;
 * of many services the two with most members.
 */

import type { Results } from "../../results/results.ts";
import type { Table } from "../../results/table.ts";
import { formatCount, formatNumber } from "../../units/format.ts";
import { valueAxis } from "../axis.ts";
import { clockFrom, instant } from "../clock.ts";
import { type Figure, FULL_WIDTHS, MOST_DATA_ROWS } from "../figure.ts";
import { counted, share, shorten } from "../format.ts";
import { maxOf, numbersIn, textsIn } from "../read.ts";
import { drawLanes, every, type Lane } from "./lanes.ts";

interface Service {
  readonly name: string;
  readonly times: readonly number[];
  readonly members: readonly number[];
  readonly inService: readonly number[];
  readonly use: readonly number[];
}

const MOST_SERVICES = 2;

function read(table: Table): Service[] {
  const groups = textsIn(table, "group");
  const [times, members, inService, use] = ["time_s", "members", "in_service", "use_pct"].map((name) => numbersIn(table, name)) as [
    ArrayLike<number>,
    ArrayLike<number>,
    ArrayLike<number>,
    ArrayLike<number>,
  ];
  const rows = new Map<string, number[]>();
  groups.forEach((name, row) => {
    const own = rows.get(name);
    if (own) own.push(row);
    else rows.set(name, [row]);
  });
  const of = (values: ArrayLike<number>, own: readonly number[]): number[] => own.map((row) => values[row] as number);
  return [...rows]
    .map(([name, own]) => ({ name, times: of(times, own), members: of(members, own), inService: of(inService, own), use: of(use, own) }))
    .sort((a, b) => maxOf(b.members) - maxOf(a.members) || (a.name < b.name ? -1 : 1));
}

export function servicesFigure(table: Table, results: Results): Figure {
  const services = read(table);
  const shown = services.slice(0, MOST_SERVICES);
  const clock = clockFrom(results.run.start);
  const [first] = shown;
  const span = ({ members }: Service): string => `${formatCount(Math.min(...members))} to ${formatCount(maxOf(members))}`;
  const title = first ? `${shorten(first.name, 24)} runs on ${span(first)} members, at most ${share(maxOf(first.use))} busy` : "No service was scaled";
  const lanes = shown.flatMap((service): Lane[] => {
    const name = shown.length > 1 ? `${shorten(service.name, 20)}: ` : "";
    const busiest = maxOf(service.use);
    return [
      {
        name: `${name}members`,
        values: service.members,
        axis: valueAxis(1.1 * (maxOf(service.members) || 0), 3, true),
        unit: "",
        end: formatCount(service.members.at(-1) ?? Number.NaN),
      },
      {
        name: `${name}use of members in service`,
        values: service.use,
        axis: busiest <= 100 ? { max: 100, ticks: [0, 50, 100] } : valueAxis(busiest),
        unit: "%",
        end: share(service.use.at(-1) ?? Number.NaN),
      },
    ];
  });
  const left = services.length - shown.length;
  const rows = shown.flatMap((service) => every(service.times.length, Math.floor(24 / shown.length)).map((i) => ({ service, i })));
  const data = shown.flatMap((service) => every(service.times.length, Math.floor(MOST_DATA_ROWS / shown.length)).map((i) => ({ service, i })));
  return {
    id: "services",
    title,
    subtitle: "Members a service has, those still booting included, and how busy those in service are, by period",
    note: left > 0 ? `${counted(left, "more service")} in services.csv.` : "",
    description: `${title}. ${shown.map((service) => `${service.name}: ${span(service)} members, use at most ${share(maxOf(service.use))}`).join("; ")}.`,
    widths: FULL_WIDTHS,
    draw: (width) => drawLanes(lanes, first?.times ?? [], Math.max(1, results.run.durationSeconds), clock, width),
    numbers: {
      head: ["at", "service", "members", "in service", "use, %"],
      rows: rows.map(({ service, i }) => [
        instant(clock, service.times[i] as number),
        shorten(service.name, 40),
        formatCount(service.members[i] as number),
        formatCount(service.inService[i] as number),
        formatNumber(service.use[i] as number),
      ]),
      note: "Some of the periods; all are in services.csv.",
    },
    data: () => ({
      columns: ["time_s", "service", "members", "in_service", "use_pct"],
      rows: data.map(({ service, i }) => [service.times[i], service.name, service.members[i], service.inService[i], service.use[i]] as (string | number)[]),
      note: data.length < table.rows ? "Some of the periods; all are in services.csv." : "",
    }),
  };
}
