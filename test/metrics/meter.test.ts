/** Meters by hand: PUE, tariffs, demand charges, months, power supplies, market-based carbon; and series laid over a run. */
import { describe, expect, it } from "vitest";
import { powerSupplies } from "../../src/catalog/data/power-supplies.ts";
import { pueOf, SiteMeter } from "../../src/metrics/accounts/meter.ts";
import { supplyLoss } from "../../src/metrics/accounts/power-supply.ts";
import { stepsOf } from "../../src/metrics/accounts/steps.ts";
import { priceSteps } from "../../src/metrics/accounts/tariff.ts";
import type { SiteSpec, TariffSpec } from "../../src/model/accounts-spec.ts";
import { siteOf } from "../support/build.ts";

const KWH = 3.6e6;
const HOUR = 3600;
// A Monday.
const MONDAY = Date.parse("2026-01-05T00:00:00Z");

/** Reads a meter that sees a constant power until `seconds`. */
function metered(site: Partial<SiteSpec>, watts: number | ((t: number) => number), seconds: number, startMs = MONDAY, meterSeconds = 900): SiteMeter {
  const meter = new SiteMeter(siteOf(site), new Map(), { startMs, plannedSeconds: seconds, meterSeconds });
  for (let t = 0; t < seconds; ) {
    const next = Math.min(seconds, (Math.floor(t / meterSeconds + 1e-9) + 1) * meterSeconds, meter.nextChange(t));
    meter.read(t, next, (typeof watts === "number" ? watts : watts(t)) * (next - t));
    t = next;
  }
  meter.closeDemand();
  return meter;
}
const tariff = (over: Partial<TariffSpec>): TariffSpec => ({ currency: "EUR", perKwh: 0.2, ...over });

describe("PUE", () => {
  it.each([
    ["below the first point", 0, 2],
    ["between two", 30_000, 1.75],
    ["at a point", 50_000, 1.5],
    ["beyond the last", 200_000, 1.2],
  ])("by load: %s", (_what, watts, expected) => {
    const points = [
      { x: 10_000, y: 2 },
      { x: 50_000, y: 1.5 },
      { x: 100_000, y: 1.2 },
    ];
    expect(pueOf({ by: "load", points }, watts, Number.NaN)).toBeCloseTo(expected, 12);
  });
  it("by temperature follows the months", () => {
    // January 0 °C: 1.1, July 20 °C: 1.3 (half way from 10 to 30 °C).
    const monthly = [0, 5, 5, 10, 15, 18, 20, 20, 15, 10, 5, 0];
    const points = [
      { x: 10, y: 1.1 },
      { x: 30, y: 1.5 },
    ];
    const pue = { by: "temperature" as const, points, temperature: { monthly } };
    expect(metered({ pue }, 1000, HOUR).total().facilityJoules).toBeCloseTo(1.1 * KWH, 6);
    expect(metered({ pue }, 1000, HOUR, Date.parse("2026-07-01T00:00:00Z")).total().facilityJoules).toBeCloseTo(1.3 * KWH, 6);
  });
});

describe("tariffs", () => {
  const day = { days: [1, 2, 3, 4, 5], fromSeconds: 7 * HOUR, toSeconds: 20 * HOUR, perKwh: 0.3 };
  // 1 kW all the time.
  it.each([
    ["flat: 24 kWh at 0.20", tariff({}), 24, 4.8],
    ["by time of use on a Monday: 13 h at 0.30, 11 h at 0.20", tariff({ windows: [day] }), 24, 13 * 0.3 + 11 * 0.2],
    ["one hour east the window comes an hour earlier, and is whole all the same", tariff({ windows: [day], utcOffsetSeconds: HOUR }), 24, 13 * 0.3 + 11 * 0.2],
    ["until 07:00 the window has not begun; with the offset it began at 06:00", tariff({ windows: [day], utcOffsetSeconds: HOUR }), 7, 6 * 0.2 + 0.3],
    ["a week: five working days in the window", tariff({ windows: [day] }), 168, 65 * 0.3 + 103 * 0.2],
    ["the first of two windows counts", tariff({ windows: [{ ...day, perKwh: 1, toSeconds: 8 * HOUR }, day] }), 24, 1 + 12 * 0.3 + 11 * 0.2],
  ])("%s", (_what, electricity, hours, expected) => {
    expect(metered({ electricity }, 1000, hours * HOUR).total().energyMoney).toBeCloseTo(expected, 9);
  });
  it("demand charge: the highest quarter hour of each month, its part of the month", () => {
    // 2 kW in one quarter hour, else 1 kW; January has 31 days, of which the run sees one.
    const meter = metered({ electricity: tariff({ demandPerKwMonth: 10 }) }, (t) => (t === 9000 ? 2000 : 1000), 86_400);
    expect(meter.months).toMatchObject([{ month: "2026-01", peakWatts: 2000 }]);
    expect(meter.months[0]?.demandMoney).toBeCloseTo((2 * 10) / 31, 9);
  });
  it("months are told apart, and a whole one bears its whole charge", () => {
    const start = Date.parse("2026-01-31T00:00:00Z");
    const meter = metered({ electricity: tariff({ demandPerKwMonth: 10 }) }, 1000, 29 * 86_400, start);
    expect(meter.months.map(({ month, toSeconds, demandMoney }) => [month, toSeconds, Number(demandMoney.toFixed(9))])).toEqual([
      ["2026-01", 86_400, Number((10 / 31).toFixed(9))],
      ["2026-02", 29 * 86_400, 10],
    ]);
  });
  it("feeds in what is generated beyond the load", () => {
    // 3 kW generated, 1 kW used: 2 kWh at 0.05.
    const meter = metered({ electricity: tariff({ feedInPerKwh: 0.05 }), generation: { watts: 3000, gramsPerKwh: 40 }, carbonGramsPerKwh: 400 }, 1000, HOUR);
    expect(meter.total()).toMatchObject({ importJoules: 0, generationGrams: 40, gridGrams: 0 });
    expect(meter.total().exportJoules).toBeCloseTo(2 * KWH, 6);
    expect(meter.total().energyMoney).toBeCloseTo(-0.1, 12);
  });
});

describe("carbon", () => {
  it("market-based: what is covered at its intensity, the rest at the residual mix", () => {
    const market = { coveredShare: 0.6, coveredGramsPerKwh: 10, residualGramsPerKwh: 500 };
    const total = metered({ carbonGramsPerKwh: 300, market }, 1000, HOUR).total();
    expect(total.gridGrams).toBeCloseTo(300, 9);
    // 0.6 x 10 + 0.4 x 500.
    expect(total.marketGrams).toBeCloseTo(206, 9);
  });
});

describe("power supplies", () => {
  const spec = { ratedWatts: 1000, efficiency: powerSupplies.titanium };
  it.each([
    // 100 W out at 90 %: 111.1 W in. 500 W out at 96 %: 520.8 W in. 1000 W out at 91 %: 1098.9 W in.
    ["a tenth of its output", 100 / 0.9, 100 / 0.9 - 100],
    ["half of it", 500 / 0.96, 500 / 0.96 - 500],
    ["all of it", 1000 / 0.91, 1000 / 0.91 - 1000],
    ["nothing", 0, 0],
    ["between 20 and 50 %: output is a straight line of input", (200 / 0.94 + 500 / 0.96) / 2, (200 / 0.94 + 500 / 0.96) / 2 - 350],
    ["beyond: the last efficiency holds", 2000, 180],
  ])("%s", (_what, wall, loss) => {
    expect(supplyLoss(spec, wall)).toBeCloseTo(loss, 9);
  });
});

describe("a series over a run", () => {
  const series = { atMs: Float64Array.of(0, 1, 2, 3).map((h) => MONDAY + h * HOUR * 1000), values: Float64Array.of(10, 20, 30, 40) };
  const file = (after: "error" | "wrap" | "hold", from: string | null = null) => ({ file: "f.csv", column: null, from, after });
  it("holds each value to the next instant", () => {
    const steps = stepsOf(series, file("error"), MONDAY, 4 * HOUR);
    expect([0, 3599, 3600, 4 * HOUR - 1].map((t) => steps.valueAt(t))).toEqual([10, 10, 20, 40]);
    expect([0, 1800, 3600].map((t) => steps.nextChange(t))).toEqual([3600, 3600, 7200]);
  });
  it("covers the run, or says so", () => {
    expect(() => stepsOf(series, file("error"), MONDAY, 4 * HOUR + 1)).toThrow(/f.csv goes from 2026-01-05T00:00:00Z to 2026-01-05T04:00:00Z, the run needs/);
    expect(() => stepsOf(series, file("error"), MONDAY - 1000, HOUR)).toThrow(/after: wrap/);
    const open = stepsOf(series, file("error"), MONDAY, Number.POSITIVE_INFINITY);
    expect(() => open.valueAt(4 * HOUR)).toThrow(/ends at/);
  });
  it("begins again, or keeps its last value, as told", () => {
    const wrapped = stepsOf(series, file("wrap"), MONDAY, 10 * HOUR);
    expect([4, 5, 9].map((h) => wrapped.valueAt(h * HOUR))).toEqual([10, 20, 20]);
    expect(wrapped.nextChange(4.5 * HOUR)).toBe(5 * HOUR);
    const held = stepsOf(series, file("hold"), MONDAY, 10 * HOUR);
    expect(held.valueAt(9 * HOUR)).toBe(40);
    expect(held.nextChange(9 * HOUR)).toBe(Number.POSITIVE_INFINITY);
  });
  it("starts at the instant it is told to", () => {
    expect(stepsOf(series, file("error", "2026-01-05T02:00:00Z"), 0, HOUR).valueAt(0)).toBe(30);
  });
  it("is found by windows of the day too, where the file leaves off", () => {
    const steps = priceSteps(
      tariff({ windows: [{ days: [1], fromSeconds: HOUR, toSeconds: 2 * HOUR, perKwh: 9 }] }),
      stepsOf(series, file("error"), MONDAY, 4 * HOUR),
      MONDAY,
    );
    expect([0, 1, 2, 3].map((h) => steps.valueAt(h * HOUR))).toEqual([10, 9, 30, 40]);
  });
});
