/** Storage and network hardware in the accounts, by hand. */
import { describe, expect, it } from "vitest";
import { renderResolved } from "../../src/cli/check.ts";
import type { Results } from "../../src/results/results.ts";
import { numbers, texts } from "../../src/results/table.ts";
import { loadScenario } from "../../src/scenario/load.ts";
import { simulate } from "../../src/simulation.ts";
import { catalogue } from "../scenario/catalogue.ts";
import { metric } from "../support/read.ts";

// Ten hours; a host of 100 W idle with a VM that does nothing, one of 100 W without; 60 W of equipment at a, 40 W at b.
const FILE = `duration: 10 h
sites:
  - {name: a, pue: 1.5, electricity: 0.20 EUR/kWh, carbon: 400 g/kWh}
  - {name: b, pue: 1.2, electricity: 0.10 EUR/kWh, carbon: 100 g/kWh}
money: {currency: EUR, exchange: {USD: 0.9}, years: 5, discount: 0 %, prices: {rack-unit: 10 EUR/U/month}}
equipment:
  - {name: san, site: a, kind: array-flash, capacity: 20 TiB, power: 40 W, support: 20 %, residual: 10 %, embodied: 876 kg}
  - {name: tor, site: a, count: 2, price: 5000 EUR, power: 10 W, life: 4 years}
  - {name: ups, site: b, price: 3650 EUR, power: 40 W, support: 0 %}
hosts:
  - {name: one, site: a, cores: 4, speed: 2 GHz, memory: 64 GiB, power: {model: linear, idle: 100, full: 200}, hypervisor: none, costs: {price: 0 EUR, licences: none, rackUnits: 0, embodied: 0 kg}}
  - {name: two, site: b, cores: 4, speed: 2 GHz, memory: 64 GiB, power: {model: linear, idle: 100, full: 200}, hypervisor: none, costs: {price: 0 EUR, licences: none, rackUnits: 0, embodied: 0 kg}}
vms:
  - {name: x, vcpus: 1, memory: 1 GiB, owner: red, load: 0 %, startup: instant, host: one}
  - {name: y, vcpus: 3, memory: 1 GiB, owner: blue, load: 0 %, startup: instant, host: one}
`;
const load = (text: string) => loadScenario(text, "f.yaml", catalogue);
const run = (text: string): Results => {
  const loaded = load(text);
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
  return simulate(loaded.scenario);
};
const table = (results: Results, name: string) => {
  const found = results.extra.find((one) => one.name === name);
  if (!found) throw new Error(`no table ${name}`);
  return found;
};

describe("storage and network hardware", () => {
  const results = run(FILE);
  const money = table(results, "money");
  const lines = new Map(
    texts(money, "item").map((item, i) => [`${texts(money, "category")[i]}/${texts(money, "for")[i]}/${item}`, numbers(money, "per_year")[i]]),
  );
  const owners = table(results, "owners");
  const of = (owner: string, column: string): number => numbers(owners, column)[texts(owners, "owner").indexOf(owner)] ?? Number.NaN;

  it("is bought, supported and housed: 20 TiB at USD 600, two switches, a UPS", () => {
    // 20 x 600 x 0.9 = 10,800 EUR; 10 % is left after the usual 5 years.
    expect(lines.get("hardware/san/all-flash array, usable capacity")).toBeCloseTo((10_800 * 0.9) / 5, 9);
    expect(lines.get("support/san/support of all-flash array, usable capacity")).toBeCloseTo(2160, 9);
    expect(lines.get("space/san/rack space without power")).toBeCloseTo(2 * 12 * 10, 9);
    expect(lines.get("hardware/tor/tor")).toBeCloseTo(10_000 / 4, 9);
    expect(lines.get("support/tor/support of tor")).toBeCloseTo(1000, 9);
    // Neither support nor rack units of something else.
    expect([...lines.keys()].filter((key) => key.includes("/ups/"))).toEqual(["hardware/ups/ups"]);
    expect(lines.get("hardware/ups/ups")).toBeCloseTo(730, 9);
  });
  it("draws 1 kWh in ten hours beside the 2 of the hosts, each site at its own PUE, price and grid", () => {
    expect(metric(results, "energy_it_kwh")).toBeCloseTo(3, 9);
    // a: (1 + 0.6) x 1.5 = 2.4; b: (1 + 0.4) x 1.2 = 1.68.
    expect(metric(results, "energy_facility_kwh")).toBeCloseTo(4.08, 9);
    expect(metric(results, "cost_energy")).toBeCloseTo(2.4 * 0.2 + 1.68 * 0.1, 9);
    expect(metric(results, "carbon_kg")).toBeCloseTo(2.4 * 0.4 + 1.68 * 0.1, 9);
    const { ledger } = results;
    const row = texts(ledger, "account").findIndex((account, i) => account === "storage and network" && texts(ledger, "ledger")[i] === "energy");
    expect(numbers(ledger, "value")[row]).toBeCloseTo(3.6e6, 3);
    expect(numbers(results.timeline, "power_w")[0]).toBeCloseTo(300, 9);
  });
  it("serves all VMs of its site by vCPUs, and nobody where there are none", () => {
    // 0.6 kWh at a: a quarter to red. At b nobody is there.
    expect(of("red", "shared_kwh")).toBeCloseTo((1 + 0.6) / 4, 9);
    expect(of("blue", "shared_kwh")).toBeCloseTo((3 * 1.6) / 4, 9);
    expect(of("(unused)", "shared_kwh")).toBeCloseTo(1.4, 9);
    const tenHours = 10 / 8760;
    // At a: array 1,944 + 2,160 + 240, switches 2,500 + 1,000, and the administration of a host: USD 600.
    expect(of("red", "host_cost")).toBeCloseTo(((1944 + 2160 + 240 + 3500 + 540) / 4) * tenHours, 9);
    expect(of("(unused)", "host_cost")).toBeCloseTo((730 + 540) * tenHours, 9);
  });
  it("has a price of each VM-month: red is there ten hours, of 730", () => {
    expect(of("red", "cost_per_vm_month")).toBeCloseTo(of("red", "cost") * 73, 9);
    expect(of("(unused)", "cost_per_vm_month")).toBeNaN();
  });
  it("has the carbon of its making: 876 kg over 5 years of 8,760 h are 20 g an hour", () => {
    expect(metric(results, "carbon_embodied_kg")).toBeCloseTo(0.2, 9);
    expect(of("blue", "embodied_kg")).toBeCloseTo(0.15, 9);
  });
  it("is bought again when its life is over: switches in year 4 of 5, half... a year used of the second", () => {
    const years = table(results, "years");
    const purchases = Array.from(numbers(years, "purchases"));
    expect(purchases.map(Math.round)).toEqual([10_800 + 10_000 + 3650, 0, 0, 0, 10_000, 0]);
    // 1,080 of the array, three quarters of new switches.
    expect(numbers(years, "residual")[5]).toBeCloseTo(1080 + 7500, 6);
  });
  it("counts without money as well: energy and carbon alone", () => {
    const plain = run(
      FILE.replace(/^money:.*$/m, "")
        .replaceAll(/, costs: \{[^}]*\}/g, "")
        .replaceAll(/price: \d+ EUR, /g, ""),
    );
    expect(metric(plain, "energy_facility_kwh")).toBeCloseTo(4.08, 9);
    expect(plain.extra.some(({ name }) => name === "years")).toBe(false);
  });
  it("is printed so that it reads back the same", () => {
    const loaded = load(FILE);
    if (!loaded.ok) throw new Error("a problem");
    const again = load(renderResolved(loaded.scenario, loaded.marks));
    if (!again.ok) throw new Error(JSON.stringify(again.problems));
    expect(again.scenario.equipment).toEqual(loaded.scenario.equipment);
  });
  it.each([
    ["no price", "price: 3650 EUR, ", "", "equipment[2].price: is required where there is no kind"],
    ["no capacity", "capacity: 20 TiB, ", "", "equipment[0].capacity: is required: arrays are priced by the TiB"],
    ["a switch with a capacity", "kind: array-flash", "kind: switch-25g", "equipment[0].capacity: switches have none"],
    [
      "an unknown kind",
      "kind: array-flash",
      "kind: array-flsh",
      'equipment[0].kind: "array-flsh" is not one of array-flash, array-hybrid, switch-10g, switch-25g',
    ],
    ["an unknown site", "name: ups, site: b", "name: ups, site: c", 'equipment[2].site: there is no site "c"'],
    ["a name twice", "name: tor", "name: san", 'equipment[1].name: another entry is named "san"'],
  ])("refuses %s", (_what, from, to, expected) => {
    const loaded = load(FILE.replace(from, to));
    expect(loaded.ok ? [] : loaded.problems.map(({ path, message }) => `${path}: ${message}`)).toEqual([
      expect.stringContaining(expected.split(": ")[0] ?? ""),
    ]);
    expect(loaded.ok ? "" : `${loaded.problems[0]?.path}: ${loaded.problems[0]?.message}`).toBe(expected);
  });
});
