/**
 * Money with nothing left open: prices of the catalogue or the scenario's own, in one currency, with where they come from.
 */
import { assumed, coreRules, dollarsPerEuro, embodied, hardwareDefaults, type PriceKey, priceKeys, priceOf, usualLicences } from "../catalog/data/prices.ts";
import { server } from "../catalog/index.ts";
import type { HostCosts, LicenceSpec, MoneySpec, Price } from "../model/accounts-spec.ts";
import { parseMoney } from "../units/parse.ts";
import type { Finding } from "./problems.ts";
import type { ResolvedHostGroup, ResolvedSite } from "./resolved.ts";
import { type Resolving, unknownName } from "./resolving.ts";
import type { UserScenario } from "./schema.ts";
import type { UserHostCosts, UserMoney } from "./schema-money.ts";

const YEAR_SECONDS = 365 * 86_400;
const YEARS = 3;

type Path = Finding["path"];

/** Prices as the scenario's accounts have them. */
export interface PriceList {
  readonly currency: string;
  price(key: PriceKey, path: Path): Price;
  licence(key: string, path: Path): LicenceSpec | undefined;
  convert(amount: number, currency: string, path: Path): number;
}

/** What is known of a price that the scenario gives. */
export const givenPrice = (amount: number, currency: string) =>
  ({ amount, low: null, high: null, listed: currency, origin: "given", year: null, source: "scenario", confidence: "given" }) as const;

/** The price list of a scenario that reckons money. */
export function priceList(given: UserMoney, sites: readonly ResolvedSite[], to: Resolving): PriceList {
  const energy = sites.find(({ electricity }) => electricity !== null)?.electricity?.currency;
  const currency = given.currency ?? energy ?? "EUR";
  if (energy !== undefined && energy !== currency)
    to.findings.push({ path: ["money", "currency"], message: `is ${currency}, the price of electricity in ${energy}`, write: "one currency for both" });
  const own = new Map<string, { amount: number; currency: string }>();
  for (const [key, text] of Object.entries(given.prices ?? {})) {
    const path = ["money", "prices", key];
    if (!(priceKeys as readonly string[]).includes(key)) {
      to.findings.push({ ...unknownName(path, "price", key, priceKeys, "docs/money.md"), at: "key" });
      continue;
    }
    const unit = priceOf(key as PriceKey).per;
    const read = parseMoney(text, unit === "host" || unit === "device" ? "" : unit);
    if (read.ok) own.set(key, read.value);
    else to.findings.push({ path, message: read.reason, ...(read.write === undefined ? {} : { write: read.write }) });
  }
  const rates: Record<string, number> = { EUR: 1, USD: 1, ...given.exchange };
  if (given.exchange?.USD === undefined && currency === "EUR") rates.USD = 1 / dollarsPerEuro.value;
  if (given.exchange?.EUR === undefined && currency === "USD") rates.EUR = dollarsPerEuro.value;
  const said = new Set<string>();
  const convert = (amount: number, from: string, path: Path): number => {
    if (from === currency) return amount;
    const known = given.exchange?.[from] ?? (currency === "EUR" || currency === "USD" ? rates[from] : undefined);
    if (known === undefined && !said.has(from)) {
      said.add(from);
      to.findings.push({ path, at: "key", message: `needs what a ${from} is worth in ${currency}`, write: `money: {exchange: {${from}: 1.00}}` });
    }
    return amount * (known ?? 1);
  };
  const price = (key: PriceKey, path: Path): Price => {
    const entry = priceOf(key);
    const mine = own.get(key);
    const common = { key, label: entry.label, per: entry.per };
    return mine
      ? { ...common, ...givenPrice(convert(mine.amount, mine.currency, path), currency) }
      : {
          ...common,
          amount: convert(entry.amount, entry.currency, path),
          low: entry.low === undefined ? null : convert(entry.low, entry.currency, path),
          high: entry.high === undefined ? null : convert(entry.high, entry.currency, path),
          listed: entry.currency,
          origin: "default",
          year: entry.year,
          source: entry.source,
          confidence: entry.confidence,
        };
  };
  const licence = (key: string, path: Path): LicenceSpec | undefined => {
    const licences = priceKeys.filter((known) => /year$|^16 cores$/.test(priceOf(known).per) && !/^admin/.test(known));
    if (!(licences as readonly string[]).includes(key)) {
      to.findings.push(unknownName(path, "licence", key, licences, "docs/money.md"));
      return undefined;
    }
    const found = price(key as PriceKey, path);
    return {
      ...found,
      cores: coreRules[key as PriceKey] ?? null,
      perpetual: found.per === "16 cores",
      windowsGuests: key === "windows-datacenter" ? "all" : key === "windows-standard" ? "two" : "none",
    };
  };
  return { currency, price, licence, convert };
}

export function resolveMoney(given: UserMoney, list: PriceList, to: Resolving): MoneySpec {
  const guests = given.windowsGuests ?? ["windows-standard", "windows-datacenter"];
  const names = guests === "none" ? [] : typeof guests === "string" ? [guests] : guests;
  for (const key of ["currency", "years", "discount", "rise", "prices", "windowsGuests"] as const)
    to.marks.set(`money.${key}`, given[key] === undefined ? "default" : "given");
  return {
    currency: list.currency,
    exchange: given.exchange ?? {},
    years: given.years ?? YEARS,
    discountShare: given.discount ?? assumed.discountShare.value,
    riseShare: given.rise ?? assumed.riseShare.value,
    adminHost: list.price("admin-host", ["money"]),
    adminVm: list.price("admin-vm", ["money"]),
    rackUnit: list.price("rack-unit", ["money"]),
    windowsGuests: names.flatMap((name) => list.licence(name, ["money", "windowsGuests"]) ?? []),
  };
}

/** What one host of the group costs. */
export function resolveHostCosts(given: UserHostCosts, group: ResolvedHostGroup, path: Path, list: PriceList): HostCosts {
  const hosted = group.hypervisor.type === 2;
  const sockets = given.sockets ?? (group.server === null ? undefined : server(group.server)?.chips) ?? (hosted ? 1 : 2);
  const kind: PriceKey = hosted ? "desktop" : sockets === 1 && group.cores <= 16 ? "server-entry" : group.cores > 80 ? "server-high" : "server-mid";
  const price: Price =
    given.price === undefined
      ? list.price(kind, path)
      : {
          ...list.price(kind, path),
          key: "server",
          label: "server",
          ...givenPrice(list.convert(given.price.amount, given.price.currency, path), list.currency),
        };
  const licences = given.licences ?? usualLicences[group.hypervisor.product] ?? [];
  const names = licences === "none" ? [] : typeof licences === "string" ? [licences] : licences;
  return {
    price,
    lifeYears: (given.life ?? hardwareDefaults.lifeYears * YEAR_SECONDS) / YEAR_SECONDS,
    residualShare: given.residual ?? hardwareDefaults.residualShare,
    supportShare: given.support ?? hardwareDefaults.supportShare,
    sockets,
    rackUnits: given.rackUnits ?? (hosted ? 0 : hardwareDefaults.rackUnits),
    users: given.users ?? 1,
    licences: names.flatMap((name) => list.licence(name, [...path, "licences"]) ?? []),
    embodiedKg: given.embodied ?? embodied.kg,
  };
}

/** Embodied carbon where no money is reckoned. */
export const embodiedOf = (given: UserHostCosts): { kg: number; lifeYears: number } => ({
  kg: given.embodied ?? embodied.kg,
  lifeYears: (given.life ?? hardwareDefaults.lifeYears * YEAR_SECONDS) / YEAR_SECONDS,
});

/** Adds costs to the groups of hosts, where money or carbon is metered. */
export function withCosts(groups: readonly ResolvedHostGroup[], user: UserScenario, list: PriceList | null, carbon: boolean): ResolvedHostGroup[] {
  return groups.map((group) => {
    const at = user.hosts.findIndex(({ name }) => name === group.name);
    const given = user.hosts[at]?.costs ?? {};
    return {
      ...group,
      ...(list === null ? {} : { costs: resolveHostCosts(given, group, ["hosts", at, "costs"], list) }),
      ...(carbon ? { embodied: embodiedOf(given) } : {}),
    };
  });
}
