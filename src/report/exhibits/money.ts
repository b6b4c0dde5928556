/** What it costs, by which price and from where that price is, who pays for it, and what the meters say. */

import type { Results } from "../../results/results.ts";
import type { Table } from "../../results/table.ts";
import { formatMoney } from "../../units/format.ts";
import { balances, moneyFlowFigure } from "../charts/moneyflow.ts";
import { type TornadoBar, tornadoFigure } from "../charts/tornado.ts";
import { figure, type TableBlock, tableOf } from "../document.ts";
import { share, shorten } from "../format.ts";
import { maxOf, numbersIn, textsIn } from "../read.ts";
import type { Exhibit } from "./exhibit.ts";
import { type Picked, pick, sumOf } from "./pick.ts";

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** The currency of a table: the unit of its column of money. */
const currencyOf = (table: Parameters<Exhibit["show"]>[0], name: string): string => table.columns.find((column) => column.name === name)?.unit ?? "";

export const money: Exhibit = {
  table: "money",
  section: "money",
  show: (table) => {
    const currency = currencyOf(table, "per_year");
    const total = sumOf(table, "per_year");
    const years = numbersIn(table, "per_year");
    let largest = 0;
    for (let row = 0; row < years.length; row++) if ((years[row] as number) > (years[largest] as number)) largest = row;
    const block = pick(table, {
      title: `${formatMoney(total, currency)} a year; ${shorten(textsIn(table, "item")[largest] ?? "", 28)} takes ${share((100 * (years[largest] ?? 0)) / Math.max(total, 1e-9))}`,
      subtitle: `Each line of the bill in ${currency}, with the price it rests on: given, or a dated default with its source and confidence`,
      columns: [
        ["item", "Line", "text"],
        ["for", "For", "text"],
        ["quantity", "Quantity", "own"],
        ["unit", "Unit", "text"],
        ["unit_price", "Price", "own"],
        ["per_year", "A year", "number"],
        ["in_run", "In this run", "number"],
        ["price_from", "Price is", "text"],
        ["price_year", "Year", "text"],
        ["source", "Source", "text"],
        ["confidence", "Confidence", "text"],
      ],
      by: "per_year",
      most: 24,
    });
    return [tableOf({ ...block, quiet: [3, 9, 10] })];
  },
};

export const owners: Exhibit = {
  table: "owners",
  section: "money",
  show: (table, results) => {
    const bill = results.extra.find(({ name }) => name === "money");
    return [...(bill && balances(bill, table) ? [figure(moneyFlowFigure(bill, table, currencyOf(table, "cost")))] : []), tableOf(ownersTable(table, results))];
  },
};

function ownersTable(table: Table, results: Results): TableBlock {
  return pick(table, {
    title: "What each owner causes",
    subtitle: `Energy and cost by owner and class, shared out so that they add up to the meter and the bill of ${shorten(results.run.scenario, 40)}`,
    columns: [
      ["owner", "Owner", "text"],
      ["class", "Class", "text"],
      ["vms", "VMs", "count"],
      ["facility_kwh", "Energy, kWh", "number"],
      ["carbon_kg", "CO₂e, kg", "number", { unlessZero: true }],
      ["energy_cost", "Energy", "number"],
      ["host_cost", "Hosts", "number", { unlessZero: true }],
      ["guest_licence_cost", "Guest licences", "number", { unlessZero: true }],
      ["cost", `Cost, ${currencyOf(table, "cost")}`, "number"],
      ["credit", "Credits", "number", { unlessZero: true }],
      ["cost_per_vm_month", "Per VM-month", "number"],
    ],
    by: "cost",
    most: 20,
  });
}

const yearsTable = (table: Table): TableBlock =>
  pick(table, {
    title: "The bill over the years",
    subtitle: `In ${currencyOf(table, "cash")}; the present value discounts each year, the last one takes back what is left`,
    columns: [
      ["year", "Year", "count"],
      ["purchases", "Purchases", "number"],
      ["running", "Running", "number"],
      ["residual", "Residual", "number"],
      ["cash", "Cash", "number"],
      ["present", "Present value", "number"],
      ["cumulative", "So far", "number"],
    ],
    most: 12,
  });

export const years: Exhibit = {
  table: "years",
  section: "money",
  show: (table) => [tableOf(yearsTable(table))],
};

export const sensitivity: Exhibit = {
  table: "sensitivity",
  section: "money",
  show: (table) => {
    const [measures, units, names, inputUnits] = ["measure", "unit", "input", "input_unit"].map((column) => textsIn(table, column));
    const [low, today, high, atLow, now, atHigh] = ["low", "today", "high", "at_low", "now", "at_high"].map((column) => numbersIn(table, column));
    const at = (of: ArrayLike<number> | undefined, row: number): number => of?.[row] ?? Number.NaN;
    const bars: TornadoBar[] = [];
    (names ?? []).forEach((name, row) => {
      if (measures?.[row] !== "present_cost") return;
      bars.push({
        ...{ name, unit: inputUnits?.[row] ?? "", low: at(low, row), today: at(today, row), high: at(high, row) },
        ...{ atLow: at(atLow, row), atHigh: at(atHigh, row) },
      });
    });
    const [widest] = bars;
    if (!widest) return [];
    const unit = units?.[measures?.indexOf("present_cost") ?? 0] ?? "";
    const ends = [widest.atLow, widest.atHigh].toSorted((a, b) => a - b).map((end) => formatMoney(end, unit));
    const figureOf = tornadoFigure({
      id: "tornado",
      title: `${capital(shorten(widest.name, 32))} moves the present cost most: ${ends.join(" to ")}`,
      subtitle: `Present cost in ${unit} with each input at both ends of its range, all others as they are`,
      note: "Orange: more, blue: less. Ranges are the catalogue's for its defaults, 20 % down and up for what the scenario gives.",
      unit,
      now: at(now, measures?.indexOf("present_cost") ?? 0),
      zero: null,
      bars,
    });
    return [figure(figureOf)];
  },
};

export const meters: Exhibit = {
  table: "meters",
  section: "money",
  show: (table) => [
    tableOf(
      pick(table, {
        title: "What the meters say",
        subtitle: "By site and month",
        columns: [
          ["site", "Site", "text"],
          ["month", "Month", "text"],
          ["it_kwh", "IT, kWh", "number"],
          ["facility_kwh", "Facility, kWh", "number"],
          ["pue", "PUE", "number"],
          ["generated_kwh", "Generated, kWh", "number", { unlessZero: true }],
          ["import_kwh", "From the grid, kWh", "number"],
          ["peak_kw", "Peak, kW", "number"],
          ["energy_cost", `Energy, ${currencyOf(table, "energy_cost")}`, "number"],
          ["demand_cost", "Demand", "number", { unlessZero: true }],
          ["carbon_kg", "CO₂e, kg", "number", { unlessZero: true }],
        ],
        most: 24,
      }),
    ),
  ],
};

export const hostEnergy: Exhibit = {
  table: "host-energy",
  section: "ledgers",
  show: (table) => {
    const energy = numbersIn(table, "energy_kwh");
    const total = sumOf(table, "energy_kwh");
    const largest = Array.from(energy).indexOf(maxOf(energy));
    const causes = table.columns.filter(({ name }) => name.endsWith("_kwh") && name !== "energy_kwh");
    const heading = (name: string): string =>
      name.replace(/_kwh$/, "").replaceAll("_", " ").replace("i o path", "I/O path").replace("cpu", "CPU").replace("host os", "host OS");
    return [
      tableOf(
        pick(table, {
          title: `${shorten(textsIn(table, "host")[largest] ?? "", 32)} takes ${share((100 * maxOf(energy)) / Math.max(total, 1e-9))} of the IT energy`,
          subtitle: "Energy of each host by cause, kWh, the largest first; causes that took nothing are left out",
          by: "energy_kwh",
          columns: [
            ["host", "Host", "text"],
            ["site", "Site", "text"],
            ["energy_kwh", "IT energy", "number"],
            ...causes.map(({ name }): Picked => [name, heading(name), "number", { unlessZero: true }]),
          ],
          most: 10,
        }),
      ),
    ];
  },
};

/** A row a VM and month: too many for a page, and the owners' table says it shorter. */
export const showback: Exhibit = { table: "showback", section: "money", show: () => [] };
