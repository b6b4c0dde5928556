/**
 * A site's energy supply with nothing left open: PUE, tariff, carbon, battery, generation; and power supplies of hosts.
 */
import { type PowerSupplyName, powerSupplies } from "../catalog/data/power-supplies.ts";
import type {
  BatterySpec,
  GenerationSpec,
  MarketSpec,
  Point,
  PowerSupplySpec,
  PueSpec,
  SeriesFile,
  SiteSpec,
  TariffSpec,
  TariffWindow,
  Varying,
} from "../model/accounts-spec.ts";
import type { Finding } from "./problems.ts";
import type { Resolving } from "./resolving.ts";
import type { UserPowerSupply } from "./schema-hosts.ts";
import { DAYS, type UserSite } from "./schema-sites.ts";
import { instantText } from "./start.ts";

type Path = Finding["path"];
type Given<Key extends keyof UserSite> = NonNullable<UserSite[Key]>;
interface UserSeries {
  file?: string | undefined;
  column?: string | undefined;
  from?: string | undefined;
  after?: "error" | "wrap" | "hold" | undefined;
}

function seriesFile(given: UserSeries & { file: string }, path: Path, to: Resolving): SeriesFile {
  const from = given.from === undefined ? null : (instantText(given.from) ?? null);
  if (given.from !== undefined && from === null)
    to.findings.push({ path: [...path, "from"], message: `${JSON.stringify(given.from)} is not an instant`, write: "a day or a day with a time: 2022-01-01" });
  return { file: given.file, column: given.column ?? null, from, after: given.after ?? "error" };
}

const inOrder = (points: readonly Point[], path: Path, what: string, to: Resolving): Point[] => {
  const sorted = points.toSorted((a, b) => a.x - b.x);
  if (sorted.some((point, i) => i > 0 && point.x === sorted[i - 1]?.x)) to.findings.push({ path, at: "key", message: `names the same ${what} twice` });
  return sorted;
};

export function resolvePue(given: UserSite["pue"], path: Path, to: Resolving): PueSpec | undefined {
  if (given === undefined || typeof given === "number") return given;
  if ("byLoad" in given) {
    const points = given.byLoad.map(({ it, pue }) => ({ x: it, y: pue }));
    return { by: "load", points: inOrder(points, [...path, "byLoad"], "power", to) };
  }
  const points = given.byTemperature.map(({ celsius, pue }) => ({ x: celsius, y: pue }));
  const { temperature } = given;
  return {
    by: "temperature",
    points: inOrder(points, [...path, "byTemperature"], "temperature", to),
    temperature:
      typeof temperature === "number"
        ? temperature
        : Array.isArray(temperature)
          ? { monthly: temperature }
          : seriesFile(temperature, [...path, "temperature"], to),
  };
}

const minutes = (clock: string): number => {
  const [hour = 0, minute = 0] = clock.split(":").map(Number);
  return hour * 3600 + minute * 60;
};
const DAY_SECONDS = 86_400;

export function resolveTariff(given: UserSite["electricity"], path: Path, to: Resolving): TariffSpec | null | undefined {
  if (given === undefined || given === null) return given;
  if ("perKwh" in given) return given;
  const { price, file, currency, timeOfUse = [], utcOffset = "+00:00", demand, feedIn } = given;
  if ((price === undefined || price === null) && file === undefined)
    to.findings.push({ path, absence: true, at: "key", message: "has no price", write: "price: 0.20 EUR/kWh, or file: prices.csv" });
  const own = price?.currency ?? (file === undefined ? timeOfUse[0]?.price?.currency : currency) ?? currency ?? "EUR";
  const same = (other: string | undefined, key: (string | number)[]): void => {
    if (other !== undefined && other !== own)
      to.findings.push({ path: [...path, ...key], message: `is in ${other}, the tariff in ${own}`, write: "one currency throughout" });
  };
  same(feedIn?.currency, ["feedIn"]);
  same(demand?.currency, ["demand"]);
  const windows = timeOfUse.flatMap((window, i): TariffWindow[] => {
    same(window.price?.currency, ["timeOfUse", i, "price"]);
    if (window.price === null) to.findings.push({ path: [...path, "timeOfUse", i, "price"], message: "none is not a price" });
    const days = daysOf(window.days ?? "all");
    const [from, end] = [minutes(window.from), minutes(window.to)];
    const perKwh = window.price?.perKwh ?? 0;
    if (end > from) return [{ days, fromSeconds: from, toSeconds: end, perKwh }];
    const late = { days, fromSeconds: from, toSeconds: DAY_SECONDS, perKwh };
    return end === 0 ? [late] : [late, { days: days.map((day) => (day + 1) % 7).toSorted((a, b) => a - b), fromSeconds: 0, toSeconds: end, perKwh }];
  });
  const sign = utcOffset.startsWith("-") ? -1 : 1;
  const base: Varying = file === undefined ? (price?.perKwh ?? 0) : seriesFile({ ...given, file }, path, to);
  return {
    currency: own,
    perKwh: base,
    ...(windows.length > 0 ? { windows, utcOffsetSeconds: sign * minutes(utcOffset.slice(1)) } : {}),
    ...(demand === undefined ? {} : { demandPerKwMonth: demand.amount }),
    ...(feedIn === undefined || feedIn === null ? {} : { feedInPerKwh: feedIn.perKwh }),
  };
}

function daysOf(given: string | readonly string[]): number[] {
  if (given === "all") return [0, 1, 2, 3, 4, 5, 6];
  if (given === "weekdays") return [1, 2, 3, 4, 5];
  if (given === "weekend") return [0, 6];
  return [...new Set((given as readonly string[]).map((day) => (DAYS as readonly string[]).indexOf(day)))].toSorted((a, b) => a - b);
}

export function resolveCarbon(given: UserSite["carbon"], path: Path, to: Resolving): Varying | null | undefined {
  return typeof given === "object" && given !== null ? seriesFile(given, path, to) : given;
}

export const resolveMarket = ({ covered = 0, intensity = 0, residual }: Given<"market">): MarketSpec => ({
  coveredShare: covered,
  coveredGramsPerKwh: intensity,
  residualGramsPerKwh: residual,
});

export function resolveBattery(given: Given<"battery">, site: Pick<SiteSpec, "electricity" | "carbonGramsPerKwh">, path: Path, to: Resolving): BatterySpec {
  const { below = null } = given;
  const follows = below === null ? "surplus" : typeof below === "number" ? "carbon" : "price";
  if (follows === "carbon" && site.carbonGramsPerKwh === null)
    to.findings.push({ path: [...path, "below"], message: "the site has no carbon intensity to follow", write: "carbon: 380 g/kWh for the site" });
  if (follows === "price" && site.electricity === null)
    to.findings.push({ path: [...path, "below"], message: "the site has no price to follow", write: "electricity: 0.20 EUR/kWh for the site" });
  if (typeof below === "object" && below !== null && site.electricity !== null && below.currency !== site.electricity.currency)
    to.findings.push({ path: [...path, "below"], message: `is in ${below.currency}, the site's price in ${site.electricity.currency}` });
  return {
    capacityJoules: given.capacity,
    chargeWatts: given.charge,
    dischargeWatts: given.discharge ?? Number.MAX_VALUE,
    efficiency: given.efficiency ?? 1,
    initialShare: given.initial ?? 0,
    follows,
    threshold: below === null ? 0 : typeof below === "number" ? below : below.perKwh,
  };
}

export function resolveGeneration(given: Given<"generation">, path: Path, to: Resolving): GenerationSpec {
  const { power, file, carbon = 0 } = given;
  if ((power === undefined) === (file === undefined))
    to.findings.push({
      path,
      at: "key",
      absence: power === undefined,
      message: power === undefined ? "has neither power nor file" : "has power and file",
      write: "one of power and file",
    });
  return { watts: file === undefined ? (power ?? 0) : seriesFile({ ...given, file }, path, to), gramsPerKwh: carbon };
}

export function resolvePowerSupply(given: UserPowerSupply, path: Path, to: Resolving): PowerSupplySpec {
  const points =
    typeof given.efficiency === "string"
      ? powerSupplies[given.efficiency as PowerSupplyName].map((point) => ({ ...point }))
      : inOrder(
          given.efficiency.map(({ load, efficiency }) => ({ x: load, y: efficiency })),
          [...path, "efficiency"],
          "load",
          to,
        );
  return { ratedWatts: given.rated, efficiency: points };
}
