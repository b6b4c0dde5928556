/**
 * Sums reckoned anew at other prices: without a change those of the run itself, with one those of a run with that change.
 * Also, for each price of the catalogue: doubling it doubles its lines and nothing else.
 */
import { describe, expect, it } from "vitest";
import { gallery } from "../../scripts/docs.ts";
import { coreRules, type PriceKey, priceKeys, priceOf } from "../../src/catalog/data/prices.ts";
import { driversOf } from "../../src/experiment/sensitivity.ts";
import { type Change, meanReckoning, reckon } from "../../src/metrics/accounts/reckoning.ts";
import { numbers, texts } from "../../src/results/table.ts";
import { loadScenario } from "../../src/scenario/load.ts";
import { type Simulated, simulate } from "../../src/simulation.ts";
import { catalogue } from "../scenario/catalogue.ts";
import { metric } from "../support/read.ts";

const run = (text: string): Simulated => {
  const loaded = loadScenario(text, "f.yaml", catalogue);
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
  return simulate(loaded.scenario);
};
const figure = (results: Simulated, name: string): number => (texts(results.summary, "metric").includes(name) ? metric(results, name) : Number.NaN);
const near = (value: number): unknown =>
  Number.isNaN(value) ? Number.NaN : expect.closeTo(value, 9 - Math.max(0, Math.ceil(Math.log10(Math.abs(value) + 1))));
const expectSums = (results: Simulated, sums: ReturnType<typeof reckon>): void =>
  expect(sums).toMatchObject({
    costPerYear: near(figure(results, "cost_per_year")),
    presentCost: near(figure(results, "present_cost")),
    energyCost: near(figure(results, "cost_energy")),
    facilityKwh: near(figure(results, "energy_facility_kwh")),
    carbonKg: near(figure(results, "carbon_kg") + (figure(results, "carbon_embodied_kg") || 0)),
  });

describe("without a change", () => {
  it.each(["leave-esxi", "refresh-2009", "time-of-use", "three-regions", "showback", "sla-credits", "array-or-local"])(
    "%s has the sums of its run",
    async (name) => {
      const results = (await gallery(name)) as Simulated;
      if (results.reckoning.money === null) {
        const { costPerYear, presentCost, ...others } = reckon(results.reckoning);
        expect(others.facilityKwh).toBeCloseTo(figure(results, "energy_facility_kwh"), 6);
        expect(others.energyCost).toEqual(near(figure(results, "cost_energy")));
        expect(others.carbonKg).toEqual(near(figure(results, "carbon_kg") + figure(results, "carbon_embodied_kg")));
      } else expectSums(results, reckon(results.reckoning));
    },
  );
});

const FILE = `duration: 2 days
start: 2026-01-31
site: {pue: 1.4, electricity: {price: 0.20 EUR/kWh, demand: 10 EUR/kW/month, timeOfUse: [{days: all, from: "08:00", to: "20:00", price: 0.30 EUR/kWh}]}, carbon: 400 g/kWh}
money: {currency: EUR, exchange: {USD: 0.9}, years: 5}
hosts:
  - {name: a, count: 2, cores: 16, speed: 2 GHz, memory: 64 GiB, power: {model: linear, idle: 100, full: 200}, hypervisor: esxi, costs: {price: 10000 EUR, residual: 10 %, life: 4 years, sockets: 2, rackUnits: 1}}
  - {name: b, cores: 16, speed: 2 GHz, memory: 64 GiB, power: {model: linear, idle: 100, full: 200}, hypervisor: kvm, costs: {life: 4 years, sockets: 1}}
vms:
  - {name: web, count: 5, vcpus: 2, memory: 4 GiB, load: 40 %}
  - {name: office, count: 3, vcpus: 4, memory: 8 GiB, os: windows, load: 10 %}
`;

describe("with a change", () => {
  const before = run(FILE);
  const cases: [what: string, from: string | RegExp, to: string, change: Change][] = [
    ["PUE of 1.4 to 1.75", "pue: 1.4", "pue: 1.75", { pue: 1.25 }],
    ["dearer peaks", "demand: 10 EUR", "demand: 25 EUR", { demand: 2.5 }],
    ["cleaner grid", "carbon: 400 g", "carbon: 100 g", { carbon: 0.25 }],
    ["all lives of 6 years", /life: 4 years/g, "life: 6 years", { life: 1.5 }],
    ["no discount", "years: 5", "years: 5, discount: 0 %", { discountShare: 0 }],
    ["rising costs", "years: 5", "years: 5, rise: 3 %", { riseShare: 0.03 }],
    ["more residual", "residual: 10 %", "residual: 30 %", { residual: 3 }],
    ["support of 20 %", /costs: \{/g, "costs: {support: 20 %, ", { support: 2 }],
    ["heavier making", /costs: \{/g, "costs: {embodied: 2430 kg, ", { embodied: 2 }],
    ["dearer servers", "price: 10000 EUR", "price: 15000 EUR", { price: (p, of) => (p.key === "server" && of === "a" ? 1.5 * p.amount : p.amount) }],
    // So dear that Windows Server Datacenter covers the guests of the first host instead: the choice follows the price.
    ["the other Windows licence", "years: 5", "years: 5, prices: {windows-standard: 9000 EUR/16 cores}", { price: (p) => (p.key === "windows-standard" ? 9000 : p.amount) }],
  ]; // biome-ignore format: a table
  it.each(cases)("%s: as if run again", (_what, from, to, change) => expectSums(run(FILE.replace(from, to)), reckon(before.reckoning, change)));
  it("electricity at double its price, in all its windows: as if run again", () => {
    const twice = FILE.replace("price: 0.20", "price: 0.40").replace("price: 0.30", "price: 0.60");
    expectSums(run(twice), reckon(before.reckoning, { electricity: 2 }));
  });
  it("drivers do what they say: each at double its value is the same as its change", () => {
    for (const driver of driversOf(before.reckoning)) {
      expect(reckon(before.reckoning, driver.change(driver.today)).presentCost, driver.key).toBeCloseTo(reckon(before.reckoning).presentCost, 6);
      expect(driver.low, driver.key).toBeLessThanOrEqual(driver.today);
      expect(driver.high, driver.key).toBeGreaterThanOrEqual(driver.today);
    }
  });
  it("the mean of two runs has the mean of their sums", () => {
    const other = run(FILE.replace("load: 40 %", "load: 80 %").replace("count: 3, vcpus: 4", "count: 5, vcpus: 4"));
    const [one, two, both] = [before, other].map(({ reckoning }) => reckon(reckoning, { pue: 1.1, electricity: 3 })).concat(reckon(meanReckoning([before.reckoning, other.reckoning]), { pue: 1.1, electricity: 3 })); // biome-ignore format: one
    for (const key of ["presentCost", "costPerYear", "facilityKwh", "carbonKg"] as const)
      expect(both?.[key]).toBeCloseTo(((one?.[key] ?? 0) + (two?.[key] ?? 0)) / 2, 6);
  });
});

/** A scenario whose bill has the price of that key: hosts that are licensed with it, or cost it by their kind. */
function withPrice(key: PriceKey, own = ""): string {
  const { per } = priceOf(key);
  const hosts: Partial<Record<PriceKey, string>> = {
    "server-entry": "cores: 8, hypervisor: kvm, costs: {sockets: 1, licences: none}",
    "server-high": "cores: 96, hypervisor: kvm, costs: {licences: none}",
    desktop: "cores: 8, hypervisor: virtualbox, costs: {}",
  };
  const licence = coreRules[key] !== undefined || (per.endsWith("/year") && !key.startsWith("admin"));
  const host = hosts[key] ?? `cores: 32, hypervisor: kvm, costs: {sockets: 2, licences: ${licence ? `[${key}]` : "none"}}`;
  const devices = key.startsWith("array")
    ? `\nequipment: [{name: e, kind: ${key}, capacity: 10 TiB}]`
    : key.startsWith("switch")
      ? `\nequipment: [{name: e, kind: ${key}}]`
      : "";
  return `duration: 1 day${devices}
site: {pue: 1.2, electricity: 0.20 EUR/kWh}
money: {currency: EUR, exchange: {USD: 0.9}${own === "" ? "" : `, prices: {"${key}": ${own}}`}}
hosts:
  - {name: a, count: 3, speed: 2 GHz, memory: 64 GiB, power: {model: linear, idle: 100, full: 200}, ${host}}
vms:
  - {name: web, count: 5, vcpus: 1, memory: 1 GiB, load: 10 %, os: ${key.startsWith("windows") ? "windows" : "linux"}}
`;
}

/** Lines of the bill by price, item and group: cost of a year. */
function linesOf(results: Simulated): Map<string, number> {
  const money = results.extra.find(({ name }) => name === "money");
  if (!money) throw new Error("no bill");
  const years = numbers(money, "per_year");
  return new Map(texts(money, "item").map((item, i) => [`${texts(money, "price_key")[i]} ${item}`, years[i] ?? Number.NaN]));
}

describe("doubling a price doubles its lines and nothing else", () => {
  it.each(priceKeys)("%s", (key) => {
    const { amount, currency, per } = priceOf(key);
    const own = (times: number): string => `${times * (amount || 100)} ${currency}${per === "host" || per === "device" ? "" : `/${per}`}`;
    const [before, after] = [linesOf(run(withPrice(key, amount === 0 ? own(1) : ""))), linesOf(run(withPrice(key, own(2))))];
    expect([...after.keys()]).toEqual([...before.keys()]);
    const lines = [...before].filter(([line]) => line.startsWith(`${key} `));
    expect(lines.length, "a bill without the price proves nothing").toBeGreaterThan(0);
    for (const [line, value] of before) expect(after.get(line), line).toBeCloseTo(line.startsWith(`${key} `) ? 2 * value : value, 9);
  });
  it.each(priceKeys)("%s in another currency or unit of account changes no line", (key) => {
    const { amount, currency, per } = priceOf(key);
    const own = `${((amount || 100) * (currency === "USD" ? 0.9 : 1)).toPrecision(15)} EUR${per === "host" || per === "device" ? "" : `/${per}`}`;
    const own2 = `${amount || 100} ${currency}${per === "host" || per === "device" ? "" : `/${per}`}`;
    const [here, there] = [linesOf(run(withPrice(key, own2))), linesOf(run(withPrice(key, own)))];
    for (const [line, value] of here) expect(there.get(line), line).toBeCloseTo(value, 9);
  });
});
