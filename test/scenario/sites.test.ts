/** Sites and service classes of a scenario: the old block, the list, what is refused, and the printed form. */
import { describe, expect, it } from "vitest";
import { renderResolved } from "../../src/cli/check.ts";
import { numbers, texts } from "../../src/results/table.ts";
import { loadScenario } from "../../src/scenario/load.ts";
import { simulate } from "../../src/simulation.ts";
import { host, scenario, siteOf, vm } from "../support/build.ts";
import { catalogue } from "./catalogue.ts";

const file = (hosts: string, more: string, vm = "") => `duration: 1 day
hosts:
  - {name: a, cores: 4, speed: 2 GHz, memory: 64 GiB, power: {model: constant, draw: 100}, hypervisor: kvm${hosts}}
vms:
  - {name: web, vcpus: 1, memory: 1 GiB, load: 10 %${vm}}
${more}`;
const load = (text: string) => loadScenario(text, "f.yaml", catalogue);
const resolved = (text: string) => {
  const loaded = load(text);
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
  return loaded;
};
const problems = (text: string): string[] => {
  const loaded = load(text);
  return loaded.ok ? [] : loaded.problems.map(({ path, message, suggestion }) => `${path}: ${message}${suggestion === undefined ? "" : ` -> ${suggestion}`}`);
};

describe("sites", () => {
  it("a single block is the only site, and every host stands there", () => {
    const { scenario } = resolved(file("", "site: {pue: 1.3}\n"));
    expect(scenario.sites).toMatchObject([{ name: "site", region: null, pue: 1.3 }]);
    expect(scenario.hosts[0]?.site).toBe("site");
  });
  it("come in the order of their names, whatever the file's", () => {
    const two = (list: string) => resolved(file(", site: kiel", `sites: [${list}]\n`)).scenario;
    const [a, b] = ["{name: kiel, pue: 1.2, region: DE}", "{name: bonn, electricity: 0.2 EUR/kWh}"];
    expect(two(`${a}, ${b}`)).toEqual(two(`${b}, ${a}`));
    expect(two(`${a}, ${b}`).sites.map(({ name }) => name)).toEqual(["bonn", "kiel"]);
  });
  it("refuses what cannot be meant", () => {
    const two = "sites: [{name: kiel}, {name: bonn}]\n";
    expect(problems(file(", site: keil", two))).toEqual(['hosts[0].site: there is no site "keil" -> kiel']);
    expect(problems(file("", two))).toEqual(["hosts[0].site: is required where there are several sites"]);
    expect(problems(file("", "site: {pue: 1.1}\nsites: [{name: kiel}]\n"))).toEqual(["site: stands beside sites"]);
    expect(problems(file(", site: kiel", "sites: [{name: kiel}, {name: kiel}]\n"))).toEqual(['sites[1].name: another site is named "kiel"']);
    expect(problems(file(", site: a", "sites: [{name: a, electricity: 1 EUR/kWh}, {name: b, electricity: 1 USD/kWh}]\n"))).toEqual([
      "sites[1].electricity: is in USD, that of another site in EUR",
    ]);
  });
  it("is printed so that it reads back the same", () => {
    for (const more of [
      "site: {pue: 1.2}\n",
      "sites: [{name: a b, region: DE, carbon: 30 g/kWh}]\n",
      "classes: [{name: gold, availability: 99.95 %, restart: 5 min, credits: azure-zones}]\n",
    ]) {
      const { scenario, marks } = resolved(file("", more));
      const { sites, classes, hosts } = resolved(renderResolved(scenario, marks)).scenario;
      expect({ sites, classes, site: hosts[0]?.site }).toEqual({ sites: scenario.sites, classes: scenario.classes, site: scenario.hosts[0]?.site });
    }
  });
  it("each site's hosts pay that site's rates", () => {
    // 100 W for an hour at each: 0.1 kWh. Facility 0.15 + 0.2; money 0.15 x 0.10 + 0.2 x 0.30; grams 0.15 x 100 + 0.2 x 400.
    const price = (perKwh: number) => ({ perKwh, currency: "EUR" });
    const results = simulate(
      scenario({
        durationSeconds: 3600,
        sites: [
          siteOf({ name: "x", pue: 1.5, electricity: price(0.1), carbonGramsPerKwh: 100 }),
          siteOf({ name: "y", pue: 2, electricity: price(0.3), carbonGramsPerKwh: 400 }),
        ],
        hosts: [host({ name: "a", site: "x" }), host({ name: "b", site: "y" })],
        vms: [vm()],
      }),
    );
    const figure = (metric: string) => numbers(results.summary, "value")[texts(results.summary, "metric").indexOf(metric)];
    expect(figure("energy_facility_kwh")).toBeCloseTo(0.35, 12);
    expect(figure("cost_energy")).toBeCloseTo(0.075, 12);
    expect(figure("carbon_kg")).toBeCloseTo(0.095, 12);
    expect(results.run.pue).toBeCloseTo(1.75, 12);
  });
});

describe("service classes", () => {
  it("are mere labels where none is listed", () => {
    expect(resolved(file("", "", ", class: gold")).scenario).toMatchObject({ classes: [], vms: [{ serviceClass: "gold" }] });
  });
  it("hold targets in base units, and credits by falling availability", () => {
    const text =
      "classes: [{name: gold, availability: 99.95 %, ready: 5 %, restart: 5 min, rpo: 15 min, rto: 1 h, credits: [{below: 99 %, credit: 30 %}, {below: 99.95 %, credit: 10 %}]}]\n";
    expect(resolved(file("", text, ", class: gold")).scenario.classes).toEqual([
      {
        name: "gold",
        availability: 0.9995,
        readyShare: 0.05,
        slowdownShare: null,
        restartSeconds: 300,
        rpoSeconds: 900,
        rtoSeconds: 3600,
        window: "month",
        price: null,
        creditTerms: null,
        credits: [
          { below: 0.9995, credit: 0.1 },
          { below: 0.99, credit: 0.3 },
        ],
      },
    ]);
  });
  it("refuses unknown classes and credits that fall", () => {
    expect(problems(file("", "classes: [{name: gold}, {name: silver}]\n", ", class: golf"))).toEqual([
      'vms[0].class: there is no service class "golf" -> gold',
    ]);
    expect(problems(file("", "classes: [{name: g, credits: [{below: 99 %, credit: 10 %}, {below: 95 %, credit: 5 %}]}]\n"))).toEqual([
      "classes[0].credits: a lower availability must give a higher credit",
    ]);
  });
});
