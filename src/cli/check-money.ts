/**
 * Money and the costs of hosts as `hypervise check --resolved` prints them. Prices of the catalogue are not written down:
 * whoever reads the file back gets them with their year and source.
 */
import type { EquipmentCosts, EquipmentSpec, HostCosts, LicenceSpec, MoneySpec, Price } from "../model/accounts-spec.ts";
import type { ResolvedHostGroup, ResolvedScenario } from "../scenario/resolved.ts";
import { exactQuantity } from "../units/exact.ts";
import { type Sheet, text } from "./sheet.ts";

const YEAR_SECONDS = 365 * 86_400;

const licenceList = (licences: readonly LicenceSpec[]): string => (licences.length === 0 ? "none" : `[${licences.map(({ key }) => key).join(", ")}]`);

/** Prices in the bill that the scenario gives. */
function ownPrices(
  { adminHost, adminVm, rackUnit, windowsGuests }: MoneySpec,
  hosts: readonly ResolvedHostGroup[],
  equipment: readonly EquipmentSpec[],
): Map<string, Price> {
  const all: Price[] = [adminHost, adminVm, rackUnit, ...windowsGuests];
  for (const { costs } of hosts) if (costs) all.push(...costs.licences, ...(costs.price.key === "server" ? [] : [costs.price]));
  for (const { costs } of equipment) if (costs && costs.price.key !== "equipment") all.push(costs.price);
  return new Map(all.filter(({ origin }) => origin === "given").map((price) => [price.key, price]));
}

export function moneyLines({ money = null, hosts, equipment = [] }: ResolvedScenario, sheet: Sheet): void {
  if (money === null) return sheet.open("", "money: only that of energy");
  const { currency, exchange } = money;
  sheet.head("money:");
  sheet.entry("  ", "currency", currency, "money.currency");
  const rates = Object.entries(exchange);
  if (rates.length > 0) sheet.head(`  exchange: {${rates.map(([other, rate]) => `${other}: ${rate}`).join(", ")}}`);
  sheet.entry("  ", "years", String(money.years), "money.years");
  sheet.entry("  ", "discount", exactQuantity(money.discountShare, "share"), "money.discount");
  sheet.entry("  ", "rise", exactQuantity(money.riseShare, "share"), "money.rise");
  sheet.entry("  ", "windowsGuests", licenceList(money.windowsGuests), "money.windowsGuests");
  const own = [...ownPrices(money, hosts, equipment).values()].map(
    ({ key, amount, per }) => `${JSON.stringify(key)}: ${amount} ${currency}${per === "host" || per === "device" ? "" : `/${per}`}`,
  );
  if (own.length > 0) sheet.entry("  ", "prices", `{${own.join(", ")}}`, "money.prices");
}

/** Storage and network hardware. */
export function equipmentLines({ equipment = [], money = null }: ResolvedScenario, named: boolean, sheet: Sheet): void {
  if (equipment.length === 0) return;
  sheet.head("equipment:");
  for (const { name, count, site, watts, costs, embodiedKg, lifeYears } of equipment) {
    const parts = [
      `name: ${text(name)}`,
      `count: ${count}`,
      ...(named ? [`site: ${text(site)}`] : []),
      `power: ${exactQuantity(watts, "power")}`,
      `life: ${exactQuantity(lifeYears * YEAR_SECONDS, "time")}`,
      `embodied: ${exactQuantity(embodiedKg, "mass")}`,
      ...(costs && money ? equipmentCostParts(costs, money.currency) : []),
    ];
    sheet.head(`  - {${parts.join(", ")}}`);
  }
}

function equipmentCostParts({ price, units, residualShare, supportShare, rackUnits }: EquipmentCosts, currency: string): string[] {
  const array = price.per === "TiB" ? [`capacity: ${exactQuantity(units * 1024 * 1024, "memory")}`] : [];
  return [
    ...(price.key === "equipment" ? [`price: ${price.amount} ${text(currency)}`] : [`kind: ${price.key}`, ...array]),
    `residual: ${exactQuantity(residualShare, "share")}`,
    `support: ${exactQuantity(supportShare, "share")}`,
    `rackUnits: ${rackUnits}`,
  ];
}

/** Costs of a group of hosts, and the carbon of making them. */
export function costLines({ costs, embodied }: Pick<ResolvedHostGroup, "costs" | "embodied">, currency: string, sheet: Sheet): void {
  const parts: string[] = [];
  if (costs) parts.push(...costParts(costs, currency));
  const life = costs?.lifeYears ?? embodied?.lifeYears;
  if (life !== undefined) parts.push(`life: ${exactQuantity(life * YEAR_SECONDS, "time")}`);
  const kg = costs?.embodiedKg ?? embodied?.kg;
  if (kg !== undefined) parts.push(`embodied: ${exactQuantity(kg, "mass")}`);
  if (parts.length > 0) sheet.head(`    costs: {${parts.join(", ")}}`);
}

function costParts({ price, residualShare, supportShare, sockets, rackUnits, users, licences }: HostCosts, currency: string): string[] {
  return [
    ...(price.key === "server" ? [`price: ${price.amount} ${text(currency)}`] : []),
    `residual: ${exactQuantity(residualShare, "share")}`,
    `support: ${exactQuantity(supportShare, "share")}`,
    `sockets: ${sockets}`,
    `rackUnits: ${rackUnits}`,
    `users: ${users}`,
    `licences: ${licenceList(licences)}`,
  ];
}
