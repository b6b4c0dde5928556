/**
 * The meters of one site: what its hosts drew, what that took from the grid, what it cost and emitted, interval by interval.
 *
 *   facility = IT x PUE                                     PUE by the interval's mean IT power or its temperature
 *   grid in + own generation = facility + battery loss + what the battery gained + grid out
 *   money    = grid in x price - grid out x feed-in price;  demand charge = highest metering interval of a month x its price
 *   grams    = grid in x intensity + own generation used x its own;  market-based likewise with the contract's intensities
 *
 * Price, intensity and temperature are constant within an interval: it ends where one of them changes, at the metering
 * interval, and with the month. Energy is exact; power, where something follows it (PUE by load, battery, peak), is the
 * interval's mean, as a meter has it. Proved by test/metrics/meter.test.ts.
 */
import { type PueSpec, type SeriesQuantity, type SiteSpec, seriesKey, type TimeSeries, type Varying } from "../../model/accounts-spec.ts";
import { batteryFlow } from "./battery.ts";
import { constant, interpolate, type Steps, stepsOf } from "./steps.ts";
import { monthName, monthSeconds, nextMonth, priceSteps } from "./tariff.ts";

const KWH = 3.6e6;

/** Sums of a meter; J, money, grams. */
export interface Reading {
  itJoules: number;
  facilityJoules: number;
  generatedJoules: number;
  importJoules: number;
  exportJoules: number;
  chargedJoules: number;
  dischargedJoules: number;
  batteryLossJoules: number;
  energyMoney: number;
  gridGrams: number;
  generationGrams: number;
  marketGrams: number;
}
const nothing = (): Reading => ({
  itJoules: 0,
  facilityJoules: 0,
  generatedJoules: 0,
  importJoules: 0,
  exportJoules: 0,
  chargedJoules: 0,
  dischargedJoules: 0,
  batteryLossJoules: 0,
  energyMoney: 0,
  gridGrams: 0,
  generationGrams: 0,
  marketGrams: 0,
});
const READINGS = Object.keys(nothing()) as (keyof Reading)[];

export interface MonthReading extends Reading {
  readonly month: string;
  readonly fromSeconds: number;
  toSeconds: number;
  /** Highest mean power from the grid over a metering interval, W. */
  peakWatts: number;
  demandMoney: number;
}

/** What one interval came to for each joule of IT energy, and in all. */
export interface Interval extends Reading {
  readonly month: number;
}

export class SiteMeter {
  readonly site: SiteSpec;
  readonly months: MonthReading[] = [];
  /** Energy in the battery at the start and now, J. */
  readonly batteryAtStart: number;
  batteryLevel: number;
  readonly price: Steps;
  readonly carbon: Steps;
  readonly #temperature: Steps;
  readonly #generation: Steps;
  readonly #startMs: number;
  readonly #meterSeconds: number;
  #demandImport = 0;
  #demandSeconds = 0;

  /** Throws a SeriesEnded when a series does not cover the run, an Error when it was not read. */
  constructor(site: SiteSpec, series: ReadonlyMap<string, TimeSeries>, run: { startMs: number; plannedSeconds: number; meterSeconds: number }) {
    const { startMs, plannedSeconds, meterSeconds } = run;
    const steps = (quantity: SeriesQuantity, value: Varying | null | undefined): Steps => {
      // Without a price or an intensity there is nothing to pay or to count; whoever shows sums says so.
      if (value === null || value === undefined) return constant(0);
      if (typeof value === "number") return constant(value);
      const read = series.get(seriesKey(value, quantity));
      if (!read) throw new Error(`site ${site.name} follows ${value.file}, which was not read`);
      return stepsOf(read, value, startMs, plannedSeconds);
    };
    this.site = site;
    this.#startMs = startMs;
    this.#meterSeconds = meterSeconds;
    this.carbon = steps("carbon", site.carbonGramsPerKwh);
    this.price = site.electricity === null ? constant(0) : priceSteps(site.electricity, steps("price", site.electricity.perKwh), startMs);
    this.#temperature = temperatureSteps(site.pue, startMs, (value) => steps("temperature", value));
    this.#generation = site.generation ? steps("power", site.generation.watts) : constant(0);
    this.batteryAtStart = site.battery ? site.battery.capacityJoules * site.battery.initialShare : 0;
    this.batteryLevel = this.batteryAtStart;
  }

  /** The next instant after `t` at which something that this meter follows changes. */
  nextChange(t: number): number {
    return Math.min(
      this.price.nextChange(t),
      this.carbon.nextChange(t),
      this.#temperature.nextChange(t),
      this.#generation.nextChange(t),
      nextMonth(this.#startMs, t),
    );
  }

  /** Grams, and money, for each kWh of IT energy now; PUE at no load where it follows the load. NaN where unknown. */
  gramsNow(t: number): number {
    return this.site.carbonGramsPerKwh === null ? Number.NaN : this.carbon.valueAt(t) * pueOf(this.site.pue, 0, this.#temperature.valueAt(t));
  }
  priceNow(t: number): number {
    return this.site.electricity === null ? Number.NaN : this.price.valueAt(t) * pueOf(this.site.pue, 0, this.#temperature.valueAt(t));
  }

  /** Books what the hosts drew from `from` to `to`; nothing that is followed may change in between. */
  read(from: number, to: number, itJoules: number): Interval {
    const { site } = this;
    const seconds = to - from;
    const facilityJoules = itJoules * pueOf(site.pue, itJoules / seconds, this.#temperature.valueAt(from));
    const generatedJoules = this.#generation.valueAt(from) * seconds;
    const price = this.price.valueAt(from);
    const grams = this.carbon.valueAt(from);
    const watts = (facilityJoules - generatedJoules) / seconds;
    const flow = site.battery
      ? batteryFlow(site.battery, this.batteryLevel, watts, seconds, this.#charges(price, grams))
      : {
          importJoules: Math.max(0, watts) * seconds,
          exportJoules: Math.max(0, -watts) * seconds,
          chargedJoules: 0,
          dischargedJoules: 0,
          lossJoules: 0,
          level: 0,
        };
    this.batteryLevel = flow.level;
    const importKwh = flow.importJoules / KWH;
    const market = site.market;
    const usedGeneration = (generatedJoules - flow.exportJoules) / KWH;
    const generationGrams = usedGeneration * (site.generation?.gramsPerKwh ?? 0);
    const month = this.#month(from, to);
    const interval: Interval = {
      month,
      itJoules,
      facilityJoules,
      generatedJoules,
      importJoules: flow.importJoules,
      exportJoules: flow.exportJoules,
      chargedJoules: flow.chargedJoules,
      dischargedJoules: flow.dischargedJoules,
      batteryLossJoules: flow.lossJoules,
      energyMoney: importKwh * price - (flow.exportJoules / KWH) * (site.electricity?.feedInPerKwh ?? 0),
      gridGrams: importKwh * grams,
      generationGrams,
      marketGrams: market
        ? importKwh * (market.coveredShare * market.coveredGramsPerKwh + (1 - market.coveredShare) * market.residualGramsPerKwh) + generationGrams
        : Number.NaN,
    };
    const sums = this.months[month];
    for (const key of READINGS) sums[key] += interval[key];
    this.#demandImport += flow.importJoules;
    this.#demandSeconds += seconds;
    if (isMultiple(to, this.#meterSeconds)) this.closeDemand();
    return interval;
  }

  /** Ends the metering interval: its mean may be the month's highest. */
  closeDemand(): void {
    if (this.#demandSeconds > 0) {
      const month = this.months[this.months.length - 1];
      month.peakWatts = Math.max(month.peakWatts, this.#demandImport / this.#demandSeconds);
      const { demandPerKwMonth = 0 } = this.site.electricity ?? {};
      // A month of which the run saw a part bears that part of its charge.
      month.demandMoney =
        (month.peakWatts / 1000) * demandPerKwMonth * ((month.toSeconds - month.fromSeconds) / monthSeconds(this.#startMs, month.fromSeconds));
    }
    this.#demandImport = 0;
    this.#demandSeconds = 0;
  }

  total(): Reading {
    const sum = nothing();
    for (const month of this.months) for (const key of READINGS) sum[key] += month[key];
    return sum;
  }

  #charges(price: number, grams: number): boolean {
    const { battery } = this.site;
    if (!battery || battery.follows === "surplus") return false;
    return (battery.follows === "carbon" ? grams : price) < battery.threshold;
  }

  #month(from: number, to: number): number {
    const name = monthName(this.#startMs, from);
    const last = this.months[this.months.length - 1];
    if (last?.month === name) last.toSeconds = to;
    else {
      this.closeDemand();
      this.months.push({ ...nothing(), month: name, fromSeconds: from, toSeconds: to, peakWatts: 0, demandMoney: 0 });
    }
    return this.months.length - 1;
  }
}

const isMultiple = (t: number, period: number): boolean => Math.abs(t / period - Math.round(t / period)) < 1e-9;

export function pueOf(pue: PueSpec, itWatts: number, temperature: number): number {
  if (typeof pue === "number") return pue;
  return interpolate(pue.points, pue.by === "load" ? itWatts : temperature);
}

function temperatureSteps(pue: PueSpec, startMs: number, steps: (value: Varying) => Steps): Steps {
  if (typeof pue === "number" || pue.by === "load") return constant(Number.NaN);
  const { temperature } = pue;
  if (typeof temperature === "number" || "file" in temperature) return steps(temperature);
  return {
    valueAt: (t) => temperature.monthly[new Date(startMs + t * 1000 + 0.5).getUTCMonth()],
    nextChange: (t) => nextMonth(startMs, t),
  };
}
