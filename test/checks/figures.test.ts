/** Which figures a run can have is known before it: held against every scenario of the gallery, and by hand. */
import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { evaluateCheck, type Measured } from "../../src/checks/evaluate.ts";
import { impossibleFigure, possibleFigures } from "../../src/checks/figures.ts";
import { parseCheck } from "../../src/checks/parse.ts";
import { outcomes } from "../../src/cli/checks.ts";
import { loadScenario } from "../../src/scenario/load.ts";
import { figuresOfScenario } from "../../src/scenario/resolve-checks.ts";
import { catalogue } from "../scenario/catalogue.ts";

const GOLDEN = "test/golden";
const checkOf = (text: string) => {
  const parsed = parseCheck(text);
  if (!parsed.ok) throw new Error(parsed.fault.message);
  return parsed.check;
};

describe("figures of a run, known before it", () => {
  const files = readdirSync(GOLDEN).filter((file) => file.endsWith(".json") && !file.startsWith("charts"));
  it.each(files)("%s has no other", (file) => {
    const scenarioFile = `scenarios/${file.replace(/\.json$/, ".yaml")}`;
    const loaded = loadScenario(readFileSync(scenarioFile, "utf8"), scenarioFile, catalogue);
    if (!loaded.ok) throw new Error("not loaded");
    const { summary } = JSON.parse(readFileSync(`${GOLDEN}/${file}`, "utf8")) as { summary: Record<string, unknown> };
    const possible = figuresOfScenario(loaded.scenario);
    expect(Object.keys(summary).filter((name) => !possible.has(name))).toEqual([]);
    // Those that every run has, it has.
    expect([...possibleFigures(new Set())].filter((name) => !(name in summary) && !/^hosts_short|^memory_|^slowed_by_memory|^pdm_vm/.test(name))).toEqual([]);
  });
});

describe("a check that names a figure that cannot be there", () => {
  const scenario = (checks: string, more = ""): string[] => {
    const text = `duration: 1 day\nhosts: [{name: h, server: dell-r740-8280, hypervisor: kvm}]\nvms: [{name: v, size: small, load: idle}]\n${more}checks:\n  - ${checks}\n`;
    const loaded = loadScenario(text, "f.yaml", catalogue);
    return loaded.ok
      ? []
      : loaded.problems.map((p) => `${p.line}:${p.column} ${p.path}: ${p.message}${p.suggestion === undefined ? "" : ` | ${p.suggestion}?`}`);
  };
  it("is refused at its place, before anything runs, with the nearest name", () => {
    expect(scenario("energy < 3 kWh + enery.it")).toEqual(['5:22 checks[0]: there is no figure "enery.it" (character 18) | energy.it?']);
    expect(scenario('"vms_rejcted = 0"')).toEqual(['5:6 checks[0]: there is no figure "vms_rejcted" (character 1) | vms_rejected?']);
  });
  it("says what a scenario must have to have it", () => {
    const message = '"rto_missed" is a figure of scenarios with recovery, and this one has none (character 1)';
    expect(scenario("rto_missed = 0")).toEqual([`5:5 checks[0]: ${message}`]);
    expect(scenario("rto_missed = 0", "recovery: {}\n")).toEqual([]);
    expect(scenario("outages = 0")).toEqual(['5:5 checks[0]: "outages" is a figure of scenarios with failures, and this one has none (character 1)']);
    expect(scenario("outages = 0", "ha: {}\n")).toEqual([]);
  });
  it("is not blamed for the mistake that took the capability away", () => {
    expect(scenario("rto_missed = 0", "recovery: 17\n")).toEqual(["4:11 recovery: 17 is not a block of entries"]);
  });
  it("may name one of the baseline alone", () => {
    expect(impossibleFigure(checkOf("energy < base.enregy"), possibleFigures(new Set()))).toEqual({
      message: 'there is no figure "enregy"',
      at: 9,
      length: 11,
      suggestion: "energy",
    });
  });
});

describe("a figure of something that did not happen", () => {
  const one = new Map<string, Measured>([["duration_s", { unit: "s", values: [3600] }]]);
  it("is what it is without it: no host was short of memory, all VMs were there", () => {
    for (const text of ["memory.short.s < 60 s", "availability_pct >= 100 %", "disk_migrations = 0"])
      expect(outcomes([checkOf(text)], "", one, null).map(({ checked }) => checked?.verdict)).toEqual(["pass"]);
    expect(evaluateCheck(checkOf("memory_short_s < 60 s"), one, null, () => ({ mean: 0, half: 0 })).ok).toBe(false);
  });
  it("in some of the replications counts as that in them", () => {
    const three = new Map<string, Measured>([["memory_short_s", { unit: "s", values: [Number.NaN, 30, Number.NaN] }]]);
    expect(outcomes([checkOf("memory_short_s < 600 s")], "", three, null)[0]?.checked?.measured.mean).toBeCloseTo(10, 12);
  });
});
