/** Money by hand: each licence metric, amortisation, cash flow; and what must not change when units or prices do. */
import { describe, expect, it } from "vitest";
import { coreRules, type PriceKey, priceOf } from "../../src/catalog/data/prices.ts";
import { renderResolved } from "../../src/cli/check.ts";
import { billedCores, licenceUnits, orderUnits, windowsLicence } from "../../src/metrics/accounts/licences.ts";
import { bookValue, cashFlow } from "../../src/metrics/accounts/npv.ts";
import type { LicenceSpec } from "../../src/model/accounts-spec.ts";
import type { Results } from "../../src/results/results.ts";
import { numbers, texts } from "../../src/results/table.ts";
import { loadScenario } from "../../src/scenario/load.ts";
import { simulate } from "../../src/simulation.ts";
import { catalogue } from "../scenario/catalogue.ts";

const licence = (key: PriceKey): LicenceSpec => {
  const { label, amount, per, year, source, confidence } = priceOf(key);
  const windowsGuests = key === "windows-datacenter" ? "all" : key === "windows-standard" ? "two" : "none";
  return {
    key,
    label,
    amount,
    per,
    low: null,
    high: null,
    listed: "USD",
    origin: "default",
    year,
    source,
    confidence,
    cores: coreRules[key] ?? null,
    perpetual: per === "16 cores",
    windowsGuests,
  };
};
const host = (sockets: number, cores: number, users = 1) => ({ sockets, cores: sockets * cores, users });

describe("licence metrics", () => {
  // Prices by hand from the published rules: VMware 16 cores a CPU, 72 an order; Windows 8 a CPU, 16 a server, two VMs a licence.
  const cases: [what: string, key: PriceKey, host: ReturnType<typeof host>, windowsVms: number, cost: number][] = [
    ["VVF, 2 x 32 cores: 64 x 135", "vmware-vvf", host(2, 32), 0, 8640],
    ["VCF, 2 x 32 cores: 64 x 350", "vmware-vcf", host(2, 32), 0, 22_400],
    ["VVF, 2 x 8 cores bill 16 each: 32 x 135", "vmware-vvf", host(2, 8), 0, 4320],
    ["Windows Datacenter, 64 cores: 4 x 6155", "windows-datacenter", host(2, 32), 50, 24_620],
    ["Windows Standard, 64 cores, 2 VMs: 4 x 1069", "windows-standard", host(2, 32), 2, 4276],
    ["Windows Standard, 64 cores, 11 VMs: six times", "windows-standard", host(2, 32), 11, 25_656],
    ["Windows Standard, 1 x 4 cores: 16 at least", "windows-standard", host(1, 4), 1, 1069],
    ["Windows Standard, 4 x 4 cores: 8 a CPU, 32 in all", "windows-standard", host(4, 4), 1, 2138],
    ["Proxmox Standard, two sockets", "proxmox-standard", host(2, 32), 0, 1060],
    ["XCP-ng, a host", "xcp-ng", host(2, 32), 0, 1250],
    ["RHEL, three sockets are two pairs", "rhel", host(3, 16), 0, 2600],
    ["Parallels Business, three users", "parallels-business", host(1, 8, 3), 0, 450],
  ];
  it.each(cases)("%s", (_what, key, on, windowsVms, cost) => {
    expect(licenceUnits(licence(key), on, windowsVms) * licence(key).amount).toBeCloseTo(cost, 6);
  });
  it("a single host of 1 x 16 cores is billed an order of 72", () => {
    const vvf = licence("vmware-vvf");
    expect(billedCores(host(1, 16), vvf.cores ?? { perCpu: 0, perHost: 0, perOrder: 0 })).toBe(16);
    expect(orderUnits(vvf, 16)).toBe(72);
    expect(orderUnits(vvf, 80)).toBe(80);
    expect(orderUnits(vvf, 0)).toBe(0);
  });
  it("Datacenter is cheaper from the 11th Windows VM on 64 cores", () => {
    const choices = [licence("windows-standard"), licence("windows-datacenter")];
    const best = (vms: number) => windowsLicence(choices, host(2, 32), vms)?.licence.key;
    expect([1, 10, 11, 12].map(best)).toEqual(["windows-standard", "windows-standard", "windows-datacenter", "windows-datacenter"]);
    expect(best(0)).toBeUndefined();
  });
});

describe("over years", () => {
  it.each([
    ["new", 0, 1000],
    ["half its life: 1000 - 800 x 2 / 4", 2, 600],
    ["at the end", 4, 200],
    ["beyond", 9, 200],
  ])("book value %s", (_what, age, value) => {
    expect(bookValue({ price: 1000, residual: 200, lifeYears: 4 }, age)).toBe(value);
  });
  it("present cost by hand: 1000 now, 100 at the ends of two years, 600 left, at 10 %", () => {
    // 1000 + 100 / 1.1 + (100 - 600) / 1.21.
    const flow = cashFlow([{ price: 1000, residual: 200, lifeYears: 4 }], 100, { years: 2, discount: 0.1, rise: 0 });
    expect(flow.map(({ cash }) => cash)).toEqual([1000, 100, -500]);
    expect(flow.at(-1)?.cumulative).toBeCloseTo(1000 + 100 / 1.1 - 500 / 1.21, 9);
  });
  it("hardware is replaced when its life is over, and running costs rise", () => {
    const flow = cashFlow([{ price: 1000, residual: 100, lifeYears: 2 }], 100, { years: 5, discount: 0, rise: 0.1 });
    expect(flow.map(({ purchases }) => purchases)).toEqual([1000, 0, 1000, 0, 1000, 0]);
    // At the end the third is a year old: 1000 - 900 / 2.
    expect(flow.map(({ residual }) => residual)).toEqual([0, 0, 100, 0, 100, 550]);
    expect(flow.map(({ running }) => Number(running.toFixed(6)))).toEqual([0, 100, 110, 121, 133.1, 146.41]);
  });
  it("a life that ends with the horizon leaves its residual, and nothing is bought", () => {
    const flow = cashFlow([{ price: 1000, residual: 100, lifeYears: 4 }], 0, { years: 4, discount: 0, rise: 0 });
    expect(flow.at(-1)).toMatchObject({ purchases: 0, residual: 100, cumulative: 900 });
  });
});

const FILE = `duration: 2 days
start: 2026-01-31
site: {pue: 1.4, electricity: {price: 0.20 EUR/kWh, demand: 10 EUR/kW/month, timeOfUse: [{days: all, from: "08:00", to: "20:00", price: 0.30 EUR/kWh}]}, carbon: 400 g/kWh}
money: {currency: EUR, exchange: {USD: 0.9}}
hosts:
  - {name: a, count: 2, cores: 16, speed: 2 GHz, memory: 64 GiB, power: {model: linear, idle: 100, full: 200}, hypervisor: esxi, costs: {price: 10000 EUR, residual: 10 %, life: 5 years, sockets: 2, rackUnits: 1}}
  - {name: b, cores: 16, speed: 2 GHz, memory: 64 GiB, power: {model: linear, idle: 100, full: 200}, hypervisor: kvm, costs: {price: 8000 EUR, sockets: 1}}
vms:
  - {name: web, count: 5, vcpus: 2, memory: 4 GiB, owner: shop, load: 40 %}
  - {name: office, count: 3, vcpus: 4, memory: 8 GiB, os: windows, owner: staff, load: 10 %}
  - {name: late, vcpus: 8, memory: 8 GiB, owner: shop, load: 60 %, arrival: {at: 30 h}, lifetime: 5 h, startup: instant}
events:
  - {at: 7 h 7 min, vm: web-1, do: move, to: b}
  - {at: 31 h, vm: late, do: move, to: b}
`;
const run = (text: string): Results => {
  const loaded = loadScenario(text, "f.yaml", catalogue);
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
  return simulate(loaded.scenario);
};
const extra = (results: Results, name: string) => {
  const found = results.extra.find((table) => table.name === name);
  if (!found) throw new Error(`no table ${name}`);
  return found;
};
const bill = (results: Results): Map<string, number> => {
  const money = extra(results, "money");
  const perYear = numbers(money, "per_year");
  return new Map(texts(money, "item").map((item, i) => [`${item}/${texts(money, "for")[i]}`, perYear[i] ?? Number.NaN]));
};
const sum = (values: ArrayLike<number>): number => Array.from(values).reduce((a, b) => a + b, 0);

describe("the bill of a run", () => {
  const results = run(FILE);
  it("has a line for each price, by hand", () => {
    const lines = bill(results);
    // Two hosts, 10 % left after 5 years; one host over the 4 years of the catalogue.
    expect(lines.get("server/a")).toBeCloseTo((2 * 9000) / 5, 9);
    expect(lines.get("server/b")).toBeCloseTo(8000 / 4, 9);
    expect(lines.get("support of server/a")).toBeCloseTo(2000, 9);
    // Two sockets of 8 cores bill 32 a host: 64 in all, less than an order of 72. USD 135 at 0.9.
    expect(lines.get("VMware vSphere Foundation/a")).toBeCloseTo(72 * 135 * 0.9, 9);
    expect(lines.get("Proxmox VE Standard/b")).toBeCloseTo(530, 9);
    expect(lines.get("administration of a host/a")).toBeCloseTo(2 * 600 * 0.9, 9);
    expect(lines.get("rack space without power/a")).toBeCloseTo(2 * 12 * 25 * 0.9, 9);
    // Three Windows VMs on the first host need 2 x 16 cores of Standard, over 5 years.
    expect(lines.get("Windows Server Standard for guests/a")).toBeCloseTo((2 * 1069 * 0.9) / 5, 9);
  });
  it("is borne by VMs and nobody to the cent, in both months", () => {
    const table = extra(results, "showback");
    const borne = sum(numbers(table, "cost"));
    expect(borne).toBeCloseTo(sum(numbers(extra(results, "money"), "in_run")), 6);
    expect([...new Set(texts(table, "month"))]).toEqual(["2026-01", "2026-02"]);
    expect(sum(numbers(extra(results, "owners"), "cost"))).toBeCloseTo(borne, 6);
    const meters = extra(results, "meters");
    expect(sum(numbers(table, "facility_kwh"))).toBeCloseTo(sum(numbers(meters, "facility_kwh")), 9);
    expect(sum(numbers(table, "carbon_kg"))).toBeCloseTo(sum(numbers(meters, "carbon_kg")), 9);
  });
  it("doubling a price doubles its line and nothing else", () => {
    const before = bill(results);
    const after = bill(run(FILE.replace("exchange: {USD: 0.9}", 'exchange: {USD: 0.9}, prices: {"admin-host": 1200 USD/host/year}')));
    for (const [line, value] of before) expect(after.get(line)).toBeCloseTo(line.startsWith("administration") ? 2 * value : value, 9);
  });
  it("another currency changes every amount by its rate, and no conclusion", () => {
    // One EUR is worth 2 XTS: what is in EUR doubles, a USD is 0.9 x 2.
    const other = run(
      FILE.replaceAll(/(\d) EUR\/k/g, "$1 XTS/k")
        .replace("0.20 XTS", "0.40 XTS")
        .replace("0.30 XTS", "0.60 XTS")
        .replace("10 XTS/kW", "20 XTS/kW")
        .replace("currency: EUR, exchange: {USD: 0.9}", "currency: XTS, exchange: {USD: 1.8, EUR: 2}"),
    );
    const [here, there] = [bill(results), bill(other)];
    for (const [line, value] of here) expect(there.get(line)).toBeCloseTo(2 * value, 6);
    const owners = (r: Results) => Array.from(numbers(extra(r, "owners"), "cost"));
    expect(owners(other)).toEqual(owners(results).map((value) => expect.closeTo(2 * value, 6) as number));
  });
  it("units of the input change nothing", () => {
    const same = run(FILE.replace("0.20 EUR/kWh", "200 EUR/MWh").replace("carbon: 400 g/kWh", "carbon: 0.4 t/MWh").replace("life: 5 years", "life: 1825 days"));
    expect([...bill(same).values()]).toEqual([...bill(results).values()].map((value) => expect.closeTo(value, 9) as number));
  });
  it("is printed so that it reads back the same", () => {
    const loaded = loadScenario(FILE.replace("exchange: {USD: 0.9}", 'exchange: {USD: 0.9}, prices: {"admin-host": 1200 USD/host/year}'), "f.yaml", catalogue);
    if (!loaded.ok) throw new Error("a problem");
    const again = loadScenario(renderResolved(loaded.scenario, loaded.marks), "f.yaml", catalogue);
    if (!again.ok) throw new Error(JSON.stringify(again.problems));
    const parts = ({ money, accounts, sites, hosts }: typeof loaded.scenario) => ({
      money,
      accounts,
      sites,
      hosts: hosts.map(({ costs, embodied }) => ({ costs, embodied })),
    });
    expect(parts(again.scenario)).toEqual(parts(loaded.scenario));
  });
  it("refuses prices and licences it does not know, with the nearest", () => {
    const problems = (change: string, to: string) => {
      const loaded = loadScenario(FILE.replace(change, to), "f.yaml", catalogue);
      return loaded.ok ? [] : loaded.problems.map(({ path, message, suggestion, write }) => `${path}: ${message} -> ${suggestion ?? write}`);
    };
    expect(problems("currency: EUR,", "currency: EUR, prices: {vmware-vvff: 1 USD/core/year},")).toEqual([
      'money.prices.vmware-vvff: there is no price "vmware-vvff" -> vmware-vvf',
    ]);
    expect(problems("currency: EUR,", "currency: EUR, prices: {vmware-vvf: 1 USD/socket/year},")).toEqual([
      'money.prices.vmware-vvf: "1 USD/socket/year" is not an amount of money for each core and year -> 1 USD/core/year',
    ]);
    expect(problems("sockets: 1}", "sockets: 1, licences: proxmox-standart}")).toEqual([
      'hosts[1].costs.licences: there is no licence "proxmox-standart" -> proxmox-standard',
    ]);
    expect(problems("currency: EUR, exchange: {USD: 0.9}", "currency: USD")).toEqual([
      "money.currency: is USD, the price of electricity in EUR -> one currency for both",
    ]);
    expect(problems("8000 EUR", "8000 CHF")).toEqual(["hosts[1].costs: needs what a CHF is worth in EUR -> money: {exchange: {CHF: 1.00}}"]);
  });
});
