/** What would change the conclusion, by hand. */
import { describe, expect, it } from "vitest";
import { driversOf, measuresOf, sensitivityOf } from "../../src/experiment/sensitivity.ts";
import { sensitivityTable } from "../../src/experiment/sensitivity-table.ts";
import type { Reckoning } from "../../src/metrics/accounts/reckoning.ts";
import type { HostCosts, MoneySpec, Price } from "../../src/model/accounts-spec.ts";
import { numbers, texts } from "../../src/results/table.ts";
import { host, siteOf } from "../support/build.ts";

const YEAR = 365 * 86_400;
const given = (key: string, label: string, amount: number, per: string): Price => ({
  ...{ key, label, amount, per, low: null, high: null, listed: "EUR" },
  ...{ origin: "given" as const, year: null, source: "scenario", confidence: "given" },
});
const free = (key: string, per: string): Price => given(key, key, 0, per);
const money: MoneySpec = {
  ...{ currency: "EUR", exchange: {}, years: 3, discountShare: 0, riseShare: 0 },
  ...{ adminHost: free("admin-host", "host/year"), adminVm: free("admin-vm", "VM/year"), rackUnit: free("rack-unit", "U/month"), windowsGuests: [] },
};
const costs = (price: number): HostCosts => ({
  ...{ price: given("server", "server", price, "host"), lifeYears: 4, residualShare: 0, supportShare: 0, sockets: 1, rackUnits: 0, users: 1 },
  ...{ licences: [], embodiedKg: 0 },
});

/** A year of `kwh` at 0.20 EUR/kWh and 100 g/kWh, on one host of that price; the host's making emits `kg`, over 4 years. */
const option = (name: string, kwh: number, price: number, kg: number): { name: string; basis: Reckoning } => ({
  name,
  basis: {
    ...{ currency: "EUR", seconds: YEAR, money, vms: 1, windows: [], equipment: [], creditMoney: 0 },
    classes: [{ ...host({ count: 1, name }), costs: costs(price), embodied: { kg, lifeYears: 4 } }],
    sites: [siteOf({ pue: 1, electricity: { perKwh: 0.2, currency: "EUR" }, carbonGramsPerKwh: 100 })],
    use: [{ name: "s", itKwh: kwh, facilityKwh: kwh, importKwh: kwh, energyMoney: 0.2 * kwh, demandMoney: 0, gridGrams: 100 * kwh, generationGrams: 0 }],
  },
});

// Old hardware takes 20,000 kWh and is paid for; new takes 10,000 and costs 6,000, of which 3 of 4 years are used up: 4,500.
const both = [option("old", 20_000, 0, 0), option("new", 10_000, 6000, 2000)];
const measure = (name: string) => {
  const found = measuresOf(both.map(({ basis }) => basis)).find((one) => one.name === name);
  if (!found) throw new Error(`no measure ${name}`);
  return found;
};

describe("which price would change the answer", () => {
  const found = sensitivityOf(both, measure("present_cost"));
  const swing = (key: string) => found?.swings.find(({ driver }) => driver.key === key);
  it("old costs 3 x 4,000; new 4,500 + 3 x 2,000: it saves 1,500", () => {
    expect(found?.values.map((value) => Math.round(value))).toEqual([12_000, 10_500]);
    expect(found).toMatchObject({ winner: 1, lead: expect.closeTo(1500, 6) as number });
  });
  it("electricity: 30,000 kWh less x price - 4,500: 300 at 0.16, 2,700 at 0.24, nothing at 0.15", () => {
    expect(swing("electricity")?.driver).toMatchObject({ today: 0.2, low: expect.closeTo(0.16, 12) as number, high: expect.closeTo(0.24, 12) as number });
    expect(swing("electricity")).toMatchObject({ leadAtLow: expect.closeTo(300, 6) as number, leadAtHigh: expect.closeTo(2700, 6) as number });
    expect(swing("electricity")).toMatchObject({
      winnerAtLow: 1,
      winnerAtHigh: 1,
      turn: { value: expect.closeTo(0.15, 9) as number, winner: 0, above: false },
    });
  });
  it("the server: 6,000 - 3/4 of its price: 2,400 at 4,800, 600 at 7,200, nothing at 8,000", () => {
    expect(swing("server/new")).toMatchObject({ leadAtLow: expect.closeTo(2400, 6) as number, leadAtHigh: expect.closeTo(600, 6) as number });
    expect(swing("server/new")?.turn).toMatchObject({ value: expect.closeTo(8000, 6) as number, winner: 0, above: true });
  });
  it("discount: 0 % is given, so a fifth of it is nothing; the turn is where the saved 2,000 a year are worth 6,000 less the 1,500 left", () => {
    // 2000 (v + v^2 + v^3) + 1500 v^3 = 6000 with v = 1 / (1 + r).
    const turn = swing("discount")?.turn;
    const v = 1 / (1 + (turn?.value ?? 0) / 100);
    expect(2000 * (v + v ** 2 + v ** 3) + 1500 * v ** 3).toBeCloseTo(6000, 6);
    expect(turn).toMatchObject({ winner: 0, above: true });
  });
  it("the widest come first: PUE from 1 to 1.58 by 3,480, life from 3 to 6 years by 3,000, electricity by 2,400, the server by 1,800", () => {
    // PUE of 1 is nobody's: its range is that of surveys. 6000 x 1.58 - 4500 - 1500 = 3480. Three years of a life of L use up 18,000 / L: 6,000 to 3,000.
    expect(found?.swings.map(({ driver }) => driver.key).slice(0, 4)).toEqual(["pue", "life", "electricity", "server/new"]);
    expect((swing("pue")?.leadAtHigh ?? 0) - (found?.lead ?? 0)).toBeCloseTo(3480, 6);
  });
  it("a third option that nothing beats is the winner, and a tie has no answer to change", () => {
    expect(sensitivityOf([...both, option("tiny", 100, 0, 0)], measure("present_cost"))).toMatchObject({
      winner: 2,
      lead: expect.closeTo(10_500 - 60, 6) as number,
    });
    expect(sensitivityOf([both[0], option("twin", 20_000, 0, 0)], measure("present_cost"))).toBeNull();
  });
  it("turns to whichever of the others is best there: a third that costs 11,000 whatever electricity costs", () => {
    // A host of 44,000 / 3 EUR, of which 3/4 are used up, and no energy: 11,000. new costs as much at 4,500 + 30,000 p = 11,000.
    const three = sensitivityOf([...both, option("solar", 0, 44_000 / 3, 0)], measure("present_cost"));
    const turn = three?.swings.find(({ driver }) => driver.key === "electricity")?.turn;
    // Above 0.2167 the third; below 0.15 the first; the third is nearer.
    expect(turn).toMatchObject({ value: expect.closeTo(6500 / 30_000, 9) as number, winner: 2, above: true });
  });
});

describe("which assumption would change the carbon", () => {
  const found = sensitivityOf(both, measure("carbon"));
  it("old emits 2,000 kg, new 1,000 and 2,000 / 4 of its making: 500 less, until the grid has 50 g/kWh the host lasts 2 years, or its making emits 4,000", () => {
    expect(found).toMatchObject({ winner: 1, lead: expect.closeTo(500, 6) as number });
    const turn = (key: string) => found?.swings.find(({ driver }) => driver.key === key)?.turn;
    expect(turn("carbon")).toMatchObject({ value: expect.closeTo(50, 6) as number, above: false });
    expect(turn("life")).toMatchObject({ value: expect.closeTo(2, 6) as number, above: false });
    expect(turn("embodied")?.value).toBeCloseTo(4000, 6);
  });
});

describe("of one option alone", () => {
  it("its value moves, and nothing turns", () => {
    const found = sensitivityOf([both[1]], measure("present_cost"));
    expect(found?.swings.every(({ turn }) => turn === null)).toBe(true);
    // 6,000 kWh-euros of energy, a fifth up and down.
    expect(found?.swings.find(({ driver }) => driver.key === "electricity")).toMatchObject({
      leadAtLow: expect.closeTo(9300, 6) as number,
      leadAtHigh: expect.closeTo(11_700, 6) as number,
    });
  });
});

describe("sensitivity.csv", () => {
  it("has a row an input and option, with who wins where", () => {
    const found = sensitivityOf(both, measure("present_cost"));
    const table = sensitivityTable(found ? [found] : []);
    const rows = texts(table, "key").flatMap((key, i) => (key === "electricity" ? [i] : []));
    expect(
      rows.map((i) =>
        [texts(table, "option")[i], numbers(table, "at_low")[i], numbers(table, "now")[i], numbers(table, "at_high")[i]].map((x) =>
          typeof x === "number" ? Math.round(x) : x,
        ),
      ),
    ).toEqual([
      ["old", 9600, 12_000, 14_400],
      ["new", 9300, 10_500, 11_700],
    ]);
    expect(texts(table, "winner_at_low")[rows[0]]).toBe("new");
    expect(texts(table, "then")[rows[0]]).toBe("old");
  });
});

it("currency changes no conclusion: all amounts twice as many, the same winner and turns in the new unit", () => {
  const twice = both.map(({ name, basis }) => ({
    name,
    basis: {
      ...basis,
      classes: basis.classes.map((kind) => ({ ...kind, costs: costs(2 * (kind.costs?.price.amount ?? 0)) })),
      sites: [siteOf({ pue: 1, electricity: { perKwh: 0.4, currency: "EUR" }, carbonGramsPerKwh: 100 })],
      use: basis.use.map((site) => ({ ...site, energyMoney: 2 * site.energyMoney })),
    },
  }));
  const [here, there] = [both, twice].map((options) => sensitivityOf(options, measure("present_cost")));
  expect(there?.winner).toBe(here?.winner);
  expect(there?.lead).toBeCloseTo(2 * (here?.lead ?? 0), 6);
  const turns = (of: typeof here) => of?.swings.map(({ driver, turn }) => [driver.key, turn?.winner, (turn?.value ?? 0) / (driver.today || 1)]);
  expect(turns(there)).toEqual(turns(here)?.map(([key, winner, share]) => [key, winner, expect.closeTo(share as number, 6) as number]));
  expect(driversOf(both[1]?.basis).map(({ key }) => key)).toContain("life");
});
