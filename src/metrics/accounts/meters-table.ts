/** `meters.csv`: what the meters of each site say, month by month. */
import type { Table } from "../../results/table.ts";
import { number, table, text } from "../columns.ts";
import type { Accounting } from "./accounting.ts";

const KWH = 3.6e6;

export function metersTable({ meters, sites }: Accounting): Table {
  const rows = meters.flatMap(({ site, months }) => months.map((month) => ({ site, month })));
  const n = rows.length;
  const currency = sites.find(({ electricity }) => electricity !== null)?.electricity?.currency ?? "";
  const kwh = (name: string, about: string, pick: (i: number) => number) => number(name, "kWh", about, n, (i) => pick(i) / KWH);
  const money = (name: string, about: string, pick: (i: number) => number) => number(name, currency, about, n, pick);
  const of = (i: number) => rows[i].month;
  return table("meters", "One row a site and calendar month (UTC) of the run.", n, [
    text("site", "Site", n, (i) => rows[i].site.name),
    text("region", "Region of its power grid", n, (i) => rows[i].site.region ?? ""),
    text("month", "Calendar month", n, (i) => of(i).month),
    number("from_s", "s", "First second of the run in it", n, (i) => of(i).fromSeconds),
    number("to_s", "s", "Last second of the run in it", n, (i) => of(i).toSeconds),
    kwh("it_kwh", "Energy of its hosts at the wall", (i) => of(i).itJoules),
    kwh("facility_kwh", "IT energy x PUE", (i) => of(i).facilityJoules),
    number("pue", "", "Facility / IT energy", n, (i) => of(i).facilityJoules / of(i).itJoules),
    kwh("generated_kwh", "Generated on the site", (i) => of(i).generatedJoules),
    kwh("import_kwh", "Taken from the grid", (i) => of(i).importJoules),
    kwh("export_kwh", "Fed into the grid", (i) => of(i).exportJoules),
    kwh("charged_kwh", "Put into the battery", (i) => of(i).chargedJoules),
    kwh("discharged_kwh", "Taken out of the battery", (i) => of(i).dischargedJoules),
    kwh("battery_loss_kwh", "Lost in the battery", (i) => of(i).batteryLossJoules),
    number("peak_kw", "kW", "Highest mean power from the grid over a metering interval", n, (i) => of(i).peakWatts / 1000),
    money("energy_cost", "Energy taken x price, less energy fed in x its price", (i) => (rows[i].site.electricity ? of(i).energyMoney : Number.NaN)),
    money("demand_cost", "Peak x demand charge, for the part of the month that was run", (i) => (rows[i].site.electricity ? of(i).demandMoney : Number.NaN)),
    number(
      "carbon_kg",
      "kg CO2e",
      "Location-based: energy taken x the grid's intensity then, and own generation",
      n,
      (i) => (of(i).gridGrams + of(i).generationGrams) / 1000,
    ),
    number("market_carbon_kg", "kg CO2e", "Market-based: by contracts and residual mix", n, (i) => of(i).marketGrams / 1000),
  ]);
}
