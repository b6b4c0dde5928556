/** `owners.csv`, `showback.csv`, `money.csv`, `years.csv`: who bears what, what it is made of, and over years. */
import type { Datacenter } from "../../model/datacenter.ts";
import type { Table } from "../../results/table.ts";
import { number, table, text } from "../columns.ts";
import type { BillLine } from "./bill.ts";
import type { CashYear } from "./npv.ts";
import { costOf, type Share } from "./showback.ts";

const KWH = 3.6e6;
/** A twelfth of 365 days. */
const MONTH_SECONDS = 730 * 3600;
/** In place of a name where nobody bears it. */
export const NOBODY = "(unused)";

/** Columns that rows of VMs and of owners share. */
function shareColumns(rows: readonly Share[], currency: string) {
  const n = rows.length;
  const kwh = (name: string, about: string, pick: (s: Share) => number) => number(name, "kWh", about, n, (i) => pick(rows[i]) / KWH);
  const kg = (name: string, about: string, pick: (s: Share) => number) => number(name, "kg CO2e", about, n, (i) => pick(rows[i]) / 1000);
  const money = (name: string, about: string, pick: (s: Share) => number) => number(name, currency, about, n, (i) => pick(rows[i]));
  return [
    number("host_h", "h", "VM-hours on a host", n, (i) => rows[i].hostSeconds / 3600),
    kwh("own_kwh", "IT energy above idle that its CPU caused", (s) => s.ownJoules),
    kwh("shared_kwh", "Its share of the rest that hosts drew", (s) => s.sharedJoules),
    kwh("facility_kwh", "Facility energy that goes with both", (s) => s.facilityJoules),
    kg("carbon_kg", "Carbon of that energy, location-based", (s) => s.grams),
    kg("embodied_kg", "Its share of the carbon of making the hosts", (s) => s.embodiedGrams),
    money("energy_cost", "Price of that energy", (s) => s.energyMoney),
    money("demand_cost", "Its part of the demand charge", (s) => s.demandMoney),
    money("host_cost", "Its share of what hosts cost whatever they do", (s) => s.fixedMoney),
    money("guest_licence_cost", "Its part of licences for Windows guests", (s) => s.guestMoney),
    money("admin_cost", "Administration of VMs", (s) => s.adminMoney),
    money("cost", "All of that money", costOf),
    money("credit", "Given back because it was up less than promised", (s) => s.creditMoney),
  ];
}

export function showbackTable({ vms }: Datacenter, shares: readonly Share[], currency: string): Table {
  const n = shares.length;
  const of = (i: number, value: (v: number) => string): string => (shares[i].vm < 0 ? "" : value(shares[i].vm));
  return table("showback", "One row a VM and calendar month (UTC), and one a month for what nobody bears; all rows add up to the meters and to money.csv.", n, [
    text("month", "Calendar month", n, (i) => shares[i].month),
    text("vm", "the VM, or (unused)", n, (i) => (shares[i].vm < 0 ? NOBODY : vms.names[shares[i].vm])),
    text("owner", "Owner", n, (i) => of(i, (v) => vms.owners[v])),
    text("class", "Service class", n, (i) => of(i, (v) => vms.classes[vms.classOf[v]].serviceClass)),
    ...shareColumns(shares, currency),
  ]);
}

/** The same by owner and class, over the whole run. */
export function ownersTable({ vms }: Datacenter, shares: readonly Share[], currency: string): Table {
  const sums = new Map<string, { owner: string; serviceClass: string; vms: Set<number>; sum: Record<string, number> }>();
  for (const share of shares) {
    const owner = share.vm < 0 ? NOBODY : vms.owners[share.vm];
    const serviceClass = share.vm < 0 ? "" : vms.classes[vms.classOf[share.vm]].serviceClass;
    const key = JSON.stringify([share.vm < 0 ? 1 : 0, owner, serviceClass]);
    const found = sums.get(key) ?? { owner, serviceClass, vms: new Set<number>(), sum: {} };
    for (const [name, value] of Object.entries(share)) if (typeof value === "number" && name !== "vm") found.sum[name] = (found.sum[name] ?? 0) + value;
    if (share.vm >= 0) found.vms.add(share.vm);
    sums.set(key, found);
  }
  const rows = [...sums.entries()].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row);
  const n = rows.length;
  return table("owners", "One row an owner and class, and one for what nobody bears; all rows add up to the meters and to money.csv.", n, [
    text("owner", "Owner", n, (i) => rows[i].owner),
    text("class", "Service class", n, (i) => rows[i].serviceClass),
    number("vms", "VMs", "VMs that were on a host", n, (i) => rows[i].vms.size),
    ...shareColumns(
      rows.map(({ sum }) => sum as unknown as Share),
      currency,
    ),
    number("cost_per_vm_month", currency, "Cost, less credits, of a VM that is there for a month of 730 h; empty for what nobody bears", n, (i) => {
      const { hostSeconds, creditMoney } = rows[i].sum;
      return hostSeconds > 0 ? ((costOf(rows[i].sum as unknown as Share) - creditMoney) * MONTH_SECONDS) / hostSeconds : Number.NaN;
    }),
  ]);
}

export function billTable(lines: readonly BillLine[], currency: string): Table {
  const n = lines.length;
  const price = (i: number) => lines[i].price;
  return table("money", "One row a line of the bill.", n, [
    text("category", "Account of the money ledger", n, (i) => lines[i].category),
    text("item", "What is paid for", n, (i) => lines[i].item),
    text("for", "Group of hosts, site or class it is for", n, (i) => lines[i].of),
    number("quantity", "", "How many, in the row's unit", n, (i) => lines[i].quantity),
    text("unit", "Unit of the quantity", n, (i) => lines[i].unit),
    number("unit_price", currency, "Price of one, as the price list has it", n, (i) => lines[i].unitPrice),
    number("per_year", currency, "Cost of a year like the run", n, (i) => lines[i].perYear),
    number("in_run", currency, "Cost of the time of the run", n, (i) => lines[i].inRun),
    text("price_key", "Key of the price in money.prices", n, (i) => price(i)?.key ?? ""),
    text("price_from", "given: the scenario's; default: the catalogue's; metered", n, (i) => price(i)?.origin ?? "metered"),
    text("price_year", "Year of a default", n, (i) => String(price(i)?.year ?? "")),
    text("source", "Source of a default", n, (i) => price(i)?.source ?? ""),
    text("confidence", "verified, remembered or estimate", n, (i) => price(i)?.confidence ?? ""),
  ]);
}

export function yearsTable(years: readonly CashYear[], currency: string): Table {
  const n = years.length;
  const money = (name: string, about: string, pick: (year: CashYear) => number) => number(name, currency, about, n, (i) => pick(years[i]));
  return table("years", "One row a year: purchases at its end (year 0: the start), running costs of it.", n, [
    number("year", "", "Year", n, (i) => years[i].year),
    money("purchases", "Hosts and perpetual licences bought", (y) => y.purchases),
    money("running", "Energy, subscriptions, support, staff, space, credits", (y) => y.running),
    money("residual", "Got back for hosts that are replaced, or left at the end", (y) => y.residual),
    money("cash", "Purchases + running - residual", (y) => y.cash),
    money("present", "Its present value", (y) => y.present),
    money("cumulative", "Present cost up to that year", (y) => y.cumulative),
  ]);
}
