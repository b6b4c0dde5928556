/**
 * What would change the conclusion: each price and assumption by itself from the low to the high end of its range, all others
 * as they are, and what becomes of the answer.
 *
 *   lead      the best of the other options less the winner: what the winner saves; below zero it is no longer the winner
 *   range     of a default: the catalogue's; of what the scenario gives: 20 % down and up
 *   turn      the value nearest to today's at which the lead is zero, by bisection; none: it wins at every value
 *
 * Nothing is simulated again: the bill is reckoned anew from what the runs used (metrics/accounts/reckoning.ts). With linear
 * prices the lead is a minimum of straight lines, so there is one turn on each side at most; lives and rates of interest,
 * which are not linear, are looked at in steps. Of one option alone the lead is its value. Proved by
 * test/experiment/sensitivity.test.ts.
 */
import { assumed, dollarsPerEuro, embodied, type PriceKey, priceKeys, priceOf } from "../catalog/data/prices.ts";
import { sources } from "../catalog/index.ts";
import { type Change, type Reckoning, reckon, type Sums } from "../metrics/accounts/reckoning.ts";
import type { Price } from "../model/accounts-spec.ts";

/** Range of what the scenario gives: a fifth down and up. */
export const GIVEN_SHARE = 0.2;

/** A price or an assumption that can be something else. */
export interface Driver {
  readonly key: string;
  readonly name: string;
  readonly unit: string;
  readonly today: number;
  readonly low: number;
  readonly high: number;
  /** Where the range comes from. */
  readonly range: string;
  /** Values between which a turn is looked for. */
  readonly least: number;
  readonly most: number;
  readonly change: (value: number) => Change;
}

interface Known {
  readonly low: number;
  readonly high: number;
  readonly source: string;
  readonly confidence: string;
}

const FAR = 10;
/** A quotient of sums as the number it stands for: 1.5, not 1.5000000000000002. */
const clear = (value: number): number => Number(value.toPrecision(12));
const words = ({ source, confidence }: { readonly source: string; readonly confidence: string }): string => `${confidence}: ${sources[source]?.cite ?? source}`;
const fifth = (today: number): Pick<Driver, "low" | "high" | "range"> => ({
  low: today * (1 - GIVEN_SHARE),
  high: today * (1 + GIVEN_SHARE),
  range: `${100 * GIVEN_SHARE} % down and up`,
});
const ranged = (today: number, known: Known | null): Pick<Driver, "low" | "high" | "range"> =>
  known === null ? fifth(today) : { low: known.low, high: known.high, range: words(known) };

/** What can be varied in a run, in the order of the accounts. */
export function driversOf(basis: Reckoning): Driver[] {
  return [...energyDrivers(basis), ...(basis.money === null ? [] : [...priceDrivers(basis), ...shareDrivers(basis)]), ...makingDrivers(basis)];
}

function energyDrivers({ sites, use, currency }: Reckoning): Driver[] {
  const sum = (pick: (site: Reckoning["use"][number]) => number): number => use.reduce((total, site) => total + pick(site), 0);
  const drivers: Driver[] = [];
  const times = (key: keyof Change, name: string, unit: string, today: number, known: Known | null = null, least = 0): void => {
    if (!(today > 0)) return;
    drivers.push({ key, name, unit, today, ...ranged(today, known), least, most: FAR * today, change: (value) => ({ [key]: value / today }) });
  };
  const bought = sum((s) => s.importKwh);
  times("electricity", "price of electricity", `${currency}/kWh`, clear(sum((s) => s.energyMoney) / bought));
  const demand = Math.max(0, ...sites.map(({ electricity }) => electricity?.demandPerKwMonth ?? 0));
  times("demand", "demand charge", `${currency}/kW/month`, demand);
  // With a battery or generation of its own what a site takes from the grid is no multiple of what it uses.
  if (sites.every(({ battery, generation }) => !battery && !generation)) {
    const pue = clear(sum((s) => s.facilityKwh) / sum((s) => s.itKwh));
    const driver = { key: "pue", name: "PUE", unit: "", today: pue, least: 1, most: FAR, change: (value: number) => ({ pue: value / pue }) };
    const { low, high, range } = ranged(pue, pue === assumed.pue.value ? assumed.pue : null);
    if (pue >= 1) drivers.push({ ...driver, low: Math.max(1, low), high, range });
  }
  if (sites.every(({ carbonGramsPerKwh }) => carbonGramsPerKwh !== null))
    times("carbon", "carbon of the grid", "g/kWh", clear(sum((s) => s.gridGrams) / bought));
  return drivers;
}

/** Quotes for the hosts of a group are a price of their own. */
const idOf = (price: Price, of: string): string => (price.key === "server" || price.key === "equipment" ? `${price.key}/${of}` : price.key);

function priceDrivers({ classes, equipment, money, windows, currency }: Reckoning): Driver[] {
  if (money === null) return [];
  const found = new Map<string, { price: Price; of: string }>();
  const add = (price: Price, of: string): void => {
    if (!found.has(idOf(price, of))) found.set(idOf(price, of), { price, of });
  };
  for (const { name, costs } of classes) {
    if (!costs) continue;
    add(costs.price, name);
    for (const licence of costs.licences) add(licence, name);
  }
  for (const { name, costs } of equipment) if (costs) add(costs.price, name);
  for (const price of [money.adminHost, money.adminVm, money.rackUnit, ...(windows.length > 0 ? money.windowsGuests : [])]) add(price, "");
  const drivers = [...found].map(([id, { price, of }]): Driver => {
    const { amount: today, low, high, per, label, origin, source, confidence } = price;
    const known = origin === "default" && low !== null && high !== null ? { low, high, source, confidence } : null;
    return {
      key: id,
      name: price.key === "server" ? `server ${of}` : label,
      unit: per === "host" || per === "device" ? currency : `${currency}/${per}`,
      today,
      ...ranged(today, known),
      least: 0,
      most: FAR * Math.max(today, high ?? 0),
      change: (value) => ({ price: (one, whose) => (idOf(one, whose) !== id ? one.amount : today > 0 ? (one.amount * value) / today : value) }),
    };
  });
  const foreign = [...found.values()].filter(({ price: { listed, amount } }) => listed !== currency && amount > 0);
  for (const listed of [...new Set(foreign.map(({ price }) => price.listed))].sort()) {
    const { price } = foreign.find((one) => one.price.listed === listed) as { price: Price };
    const rate = clear(price.amount / priceOf(price.key as PriceKey).amount);
    drivers.push({
      key: `exchange/${listed}`,
      name: `exchange rate of ${listed}`,
      unit: `${currency}/${listed}`,
      today: rate,
      ...ranged(rate, usualRate(listed, currency, rate)),
      least: 0,
      most: FAR * rate,
      change: (value) => ({ price: (one) => (one.listed === listed ? (one.amount * value) / rate : one.amount) }),
    });
  }
  return drivers;
}

const near = (a: number, b: number): boolean => Math.abs(a - b) <= 1e-9 * Math.abs(b);

/** The range of the catalogue's exchange rate, where that is the one used. */
function usualRate(from: string, to: string, rate: number): Known | null {
  const { value, low, high, source, confidence } = dollarsPerEuro;
  if (from === "USD" && to === "EUR" && near(rate, 1 / value)) return { low: 1 / high, high: 1 / low, source, confidence };
  if (from === "EUR" && to === "USD" && near(rate, value)) return { low, high, source, confidence };
  return null;
}

function shareDrivers({ classes, money }: Reckoning): Driver[] {
  if (money === null) return [];
  const owned = classes.flatMap(({ costs, count }) => (costs ? [{ costs, value: count * costs.price.amount }] : []));
  const worth = owned.reduce((sum, { value }) => sum + value, 0);
  const mean = (pick: (costs: (typeof owned)[number]["costs"]) => number): number =>
    worth > 0 ? owned.reduce((sum, { costs, value }) => sum + value * pick(costs), 0) / worth : 0;
  const drivers: Driver[] = [];
  const support = mean(({ supportShare }) => supportShare);
  const usual = owned.every(({ costs }) => costs.supportShare === assumed.supportShare.value);
  const percent = (driver: Omit<Driver, "unit" | "today" | "low" | "high" | "least" | "most">, today: number, known: Known | null, most: number): void => {
    const { low, high } = ranged(today, known);
    const change = (value: number): Change => driver.change(value / 100);
    drivers.push({ ...driver, unit: "%", today: 100 * today, low: 100 * low, high: 100 * high, least: 0, most, change });
  };
  const words = (known: Known | null): string => ranged(1, known).range;
  const supportRange = usual ? assumed.supportShare : null;
  if (support > 0)
    percent(
      { key: "support", name: "support of hosts, of the price a year", range: words(supportRange), change: (v) => ({ support: v / support }) },
      support,
      supportRange,
      100,
    );
  const residual = mean(({ residualShare }) => residualShare);
  if (residual > 0)
    percent(
      { key: "residual", name: "residual value of hosts, of the price", range: words(null), change: (v) => ({ residual: v / residual }) },
      residual,
      null,
      100,
    );
  const discount = money.discountShare === assumed.discountShare.value ? assumed.discountShare : null;
  percent({ key: "discount", name: "discount rate a year", range: words(discount), change: (v) => ({ discountShare: v }) }, money.discountShare, discount, 50);
  const rise = money.riseShare === assumed.riseShare.value ? assumed.riseShare : null;
  percent({ key: "rise", name: "rise of running costs a year", range: words(rise), change: (v) => ({ riseShare: v }) }, money.riseShare, rise, 50);
  return drivers;
}

/** What the making of hosts costs and emits, by the years they last. */
function makingDrivers({ classes, sites }: Reckoning): Driver[] {
  const clean = sites.every(({ carbonGramsPerKwh }) => carbonGramsPerKwh !== null);
  const made = classes.flatMap(({ count, embodied: making, costs }) => {
    const lifeYears = costs?.lifeYears ?? making?.lifeYears;
    return lifeYears === undefined ? [] : [{ count, lifeYears, kg: clean ? making?.kg : undefined }];
  });
  const hosts = made.reduce((sum, { count }) => sum + count, 0);
  if (hosts === 0) return [];
  const life = made.reduce((sum, { count, lifeYears }) => sum + count * lifeYears, 0) / hosts;
  const usual = made.every(({ lifeYears }) => lifeYears === assumed.lifeYears.value) ? assumed.lifeYears : null;
  const change = (value: number): Change => ({ life: value / life });
  const drivers: Driver[] = [
    { key: "life", name: "life of hosts", unit: "years", today: life, ...ranged(life, usual), least: life / 4, most: 4 * life, change },
  ];
  const kg = made.reduce((sum, one) => sum + one.count * (one.kg ?? 0), 0) / hosts;
  if (kg > 0) {
    const known = made.every((one) => one.kg === embodied.kg) ? embodied : null;
    const making = (value: number): Change => ({ embodied: value / kg });
    drivers.push({ key: "embodied", name: "carbon of making a host", unit: "kg", today: kg, ...ranged(kg, known), least: 0, most: FAR * kg, change: making });
  }
  return drivers;
}

/** Keys of all prices that a bill of this run rests on: for tests that no price is forgotten. */
export const pricesIn = (basis: Reckoning): string[] => priceDrivers(basis).flatMap(({ key }) => ((priceKeys as readonly string[]).includes(key) ? [key] : []));

/** What is asked: the least of it wins. */
export interface Measure {
  readonly name: string;
  readonly unit: string;
  readonly pick: (sums: Sums) => number;
  /** Keys of the drivers it follows; absent = all. */
  readonly by?: readonly string[];
}

export interface Swing {
  readonly driver: Driver;
  /** By option. */
  readonly atLow: readonly number[];
  readonly atHigh: readonly number[];
  readonly leadAtLow: number;
  readonly leadAtHigh: number;
  /** Numbers of the options that win there. */
  readonly winnerAtLow: number;
  readonly winnerAtHigh: number;
  /** The nearest value at which another option wins, and which; null where none does. */
  readonly turn: { readonly value: number; readonly winner: number; readonly above: boolean } | null;
}

export interface Sensitivity {
  readonly measure: Measure;
  readonly options: readonly string[];
  readonly values: readonly number[];
  readonly winner: number;
  readonly lead: number;
  /** Those that move the lead, the widest first. */
  readonly swings: readonly Swing[];
}

/** Money over the years where it is reckoned, else the price of the energy; energy; carbon: those that all options have. */
export function measuresOf(bases: readonly Reckoning[]): Measure[] {
  const [first] = bases;
  if (!first) return [];
  const { currency, money } = first;
  const same = bases.every((basis) => basis.currency === currency && basis.money?.years === money?.years);
  const over = money === null ? "energy_cost" : "present_cost";
  return [
    ...(same ? [{ name: over, unit: currency, pick: (s: Sums) => (money === null ? s.energyCost : s.presentCost) }] : []),
    { name: "energy", unit: "kWh", pick: (s: Sums) => s.facilityKwh, by: ["pue"] },
    { name: "carbon", unit: "kg CO2e", pick: (s: Sums) => s.carbonKg, by: ["carbon", "pue", "life", "embodied"] },
  ].filter(({ pick }) => bases.every((basis) => Number.isFinite(pick(reckon(basis)))));
}

const argmin = (values: readonly number[]): number => values.reduce((best, value, i) => (value < (values[best] as number) ? i : best), 0);

/** Steps in which curved drivers are looked at on each side, and halvings of a step. */
const STEPS = 8;
const HALVINGS = 50;
/** Below this share of the values two options cost the same. */
const EVEN = 1e-9;

/** How the answer moves; null where the options do not differ (there is no answer to change) or the measure is not reckoned. */
export function sensitivityOf(options: readonly { readonly name: string; readonly basis: Reckoning }[], measure: Measure): Sensitivity | null {
  const bases = options.map(({ basis }) => basis);
  const valuesWith = (change: Change): number[] => bases.map((basis) => measure.pick(reckon(basis, change)));
  const values = valuesWith({});
  if (values.some((value) => !Number.isFinite(value))) return null;
  const winner = argmin(values);
  const leadOf = (of: readonly number[]): number =>
    of.length === 1 ? (of[0] as number) : Math.min(...of.filter((_, i) => i !== winner)) - (of[winner] as number);
  const lead = leadOf(values);
  const size = Math.max(...values.map(Math.abs));
  if (options.length > 1 && lead <= EVEN * size) return null;
  const drivers = new Map<string, Driver>();
  // The winner's own values are shown where options differ in them.
  for (const i of [winner, ...bases.keys()])
    for (const driver of driversOf(bases[i] as Reckoning)) if (!drivers.has(driver.key)) drivers.set(driver.key, driver);
  const followed = [...drivers.values()].filter(({ key }) => measure.by?.includes(key) ?? true);
  const swings = followed.flatMap((driver): Swing[] => {
    const [atLow, atHigh] = [valuesWith(driver.change(driver.low)), valuesWith(driver.change(driver.high))];
    const [leadAtLow, leadAtHigh] = [leadOf(atLow), leadOf(atHigh)];
    const leadAt = (value: number): number => leadOf(valuesWith(driver.change(value)));
    const turn = options.length === 1 ? null : turnOf(driver, leadAt, (value) => argmin(valuesWith(driver.change(value))));
    if (turn === null && Math.max(Math.abs(leadAtLow - lead), Math.abs(leadAtHigh - lead)) <= EVEN * size) return [];
    return [{ driver, atLow, atHigh, leadAtLow, leadAtHigh, winnerAtLow: argmin(atLow), winnerAtHigh: argmin(atHigh), turn }];
  });
  const width = ({ leadAtLow, leadAtHigh }: Swing): number => Math.max(leadAtLow, leadAtHigh, lead) - Math.min(leadAtLow, leadAtHigh, lead);
  return {
    measure,
    options: options.map(({ name }) => name),
    values,
    winner,
    lead,
    swings: swings.toSorted((a, b) => width(b) - width(a) || (a.driver.key < b.driver.key ? -1 : 1)),
  };
}

function turnOf({ today, least, most }: Driver, leadAt: (value: number) => number, winnerAt: (value: number) => number): Swing["turn"] {
  const sides = [least, most].flatMap((end) => {
    let near = today;
    for (let step = 1; step <= STEPS; step++) {
      const far = today + ((end - today) * step) / STEPS;
      if (leadAt(far) < 0) {
        let [holds, fails] = [near, far];
        for (let i = 0; i < HALVINGS; i++) {
          const middle = (holds + fails) / 2;
          if (leadAt(middle) >= 0) holds = middle;
          else fails = middle;
        }
        return [{ value: holds, winner: winnerAt(fails + (fails - today) * 1e-9), above: end > today }];
      }
      near = far;
    }
    return [];
  });
  return sides.toSorted((a, b) => Math.abs(a.value - today) - Math.abs(b.value - today))[0] ?? null;
}
