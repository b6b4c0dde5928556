/** `host-energy.csv`: where each host's energy went, by cause; the rows add up to the IT energy of their sites. */
import type { Datacenter } from "../../model/datacenter.ts";
import * as H from "../../model/hosts.ts";
import type { Table } from "../../results/table.ts";
import { number, table, text } from "../columns.ts";
import type { Accounting } from "./accounting.ts";

const KWH = 3.6e6;

export function hostEnergyTable(dc: Datacenter, { supplyLoss, sites, siteOf }: Accounting): Table {
  const { hosts } = dc;
  const n = hosts.count;
  const all = (h: number): number => hosts.row[h * H.HOST_ROW + H.ALL_JOULES];
  // What the power supply loses it loses of everything alike.
  const delivered = (h: number): number => (all(h) > 0 ? 1 - supplyLoss[h] / all(h) : 1);
  const kwh = (name: string, about: string, joules: (h: number) => number) => number(name, "kWh", about, n, (h) => joules(h) / KWH);
  const part = (name: string, about: string, column: number) => kwh(name, about, (h) => hosts.row[h * H.HOST_ROW + column] * delivered(h));
  return table("host-energy", "One row a host; energy by cause adds up to energy_kwh.", n, [
    text("host", "Name", n, (h) => hosts.name(h)),
    text("group", "Host group of the scenario", n, (h) => hosts.classes[hosts.classOf[h]].name),
    text("site", "Site it stands at", n, (h) => sites[siteOf[h]].name),
    kwh("energy_kwh", "IT energy at the wall", all),
    part("idle_kwh", "Taken at zero load while on", H.IDLE_JOULES),
    ...H.CAUSES.map((cause, i) => part(`${cause.toLowerCase().replace(/[^a-z]+/g, "_")}_kwh`, `Above idle, for: ${cause}`, H.joulesColumn(i))),
    part("transitions_kwh", "Booting, shutting down, falling asleep, waking", H.TRANSITION_JOULES),
    part("off_kwh", "While off or asleep", H.OFF_JOULES),
    kwh("failed_kwh", "While failed", (h) => hosts.failedJoules[h] * delivered(h)),
    kwh("power_supply_kwh", "Lost in its power supply, where that is told apart", (h) => supplyLoss[h]),
  ]);
}
