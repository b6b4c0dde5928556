/** What a run rests on: each value under its path, with where it comes from. */
import { describe, expect, it } from "vitest";
import { assumptionsOf } from "../../src/cli/assumptions.ts";
import { catalogue, loadScenario, simulate } from "../../src/index.ts";
import { renderPage } from "../../src/report/page.ts";
import { runDocument } from "../../src/report/run-document.ts";
import { sampleResults } from "./sample.ts";

const file = `
name: small
duration: 1 h
site: {pue: 1.4}
hosts:
  - {name: rack, count: 2, server: dell-r740-8280, hypervisor: kvm}
vms:
  - {name: web, count: 3, vcpus: 2, memory: 4 GiB, load: 30 %}
`;
const loaded = loadScenario(file, "small.yaml", catalogue);
if (!loaded.ok) throw new Error("refused");
const report = { source: "planetlab <day>", rowsRead: 1052, notes: [{ what: "x", rows: 1, first: "a:1" }], files: [] };
const found = assumptionsOf(loaded.scenario, loaded.marks, new Map([["web", report]]));
const of = (what: string) => found.find((one) => one.what === what);

describe("the assumptions of a run", () => {
  it("say what was imported, from the catalogue, filled in and given", () => {
    expect(found[0]).toEqual({ what: "vms.web", value: "1\u202F052 rows, 1 notes", origin: "imported", source: "planetlab <day>", confidence: "measured" });
    expect(of("dell-r740-8280")).toMatchObject({ origin: "catalogue", confidence: "verified" });
    expect(of("site.pue")).toMatchObject({ value: "1.4", origin: "yours", source: "scenario" });
    expect(of("hosts.rack.count")).toMatchObject({ value: "2", origin: "yours" });
    expect(of("hosts.rack.cores")).toMatchObject({ value: "56", origin: "catalogue" });
    expect(of("vms.web.memory")).toMatchObject({ value: "4 GiB", origin: "yours" });
    expect(of("admission.memoryRatio")).toMatchObject({ value: "1", origin: "default" });
    expect(of("observe")).toMatchObject({ value: "5 min", origin: "default" });
  });

  it("name each estimate of the products with its range and source", () => {
    const guessed = found.filter(({ what }) => what.startsWith("kvm."));
    expect(guessed.length).toBeGreaterThan(5);
    for (const one of guessed) expect(one).toMatchObject({ origin: "catalogue", confidence: "estimate" });
    expect(of("kvm.hostBootSeconds")?.value).toMatch(/^\d+ s \(\d+ to \d+\)$/);
  });

  it("warn of estimates of memory where hosts hold more than they have, and of migrations where VMs move", () => {
    const warned = (more: string) => {
      const changed = loadScenario(`${file}\n${more}`, "small.yaml", catalogue);
      if (!changed.ok) throw new Error(JSON.stringify(changed.problems));
      const [text = ""] = simulate(changed.scenario).warnings;
      return ["schedulingSlope", "memory.swapSeconds", "migration.setupSeconds"].filter((field) => text.includes(field));
    };
    expect(warned("")).toEqual(["schedulingSlope"]);
    expect(warned("admission: {memoryRatio: 1.5}")).toEqual(["schedulingSlope", "memory.swapSeconds"]);
    expect(warned("rebalance: {}")).toEqual(["schedulingSlope", "migration.setupSeconds"]);
    expect(warned("events: [{at: 10 min, host: rack-1, do: maintenance}]")).toEqual(["schedulingSlope", "migration.setupSeconds"]);
  });

  it("name nothing twice", () => {
    const names = found.map(({ what }) => what);
    expect(names.filter((name, i) => names.indexOf(name) !== i)).toEqual([]);
  });

  it("stand in the page as text, and a check that does not hold is its verdict", () => {
    const html = renderPage(
      runDocument(sampleResults(), { assumptions: found, checks: [{ option: "", text: "energy < 1 kWh", verdict: "fail", measured: "962 kWh" }] }),
    );
    expect(html).toContain("planetlab &lt;day&gt;");
    expect(html).toContain('<span class="mk">imported</span>');
    expect(html).toContain("A check does not hold");
    expect(html).toContain("energy &lt; 1 kWh: 962 kWh.");
  });
});
