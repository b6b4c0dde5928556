/** The blocks rebalance, power and rules: defaults, what belongs together, what is refused, and the printed form. */
import { describe, expect, it } from "vitest";
import { renderResolved } from "../../src/cli/check.ts";
import { rebalancer } from "../../src/policy/rebalancing/index.ts";
import { loadScenario } from "../../src/scenario/load.ts";
import { catalogue } from "./catalogue.ts";

const HEAD = `duration: 1 day
hosts:
  - {name: a, count: 3, cores: 4, speed: 2 GHz, memory: 64 GiB, power: {model: constant, draw: 100}, hypervisor: kvm}
  - {name: b, cores: 4, speed: 2 GHz, memory: 64 GiB, power: {model: constant, draw: 100}, hypervisor: kvm}
vms:
  - {name: web, count: 4, vcpus: 1, memory: 1 GiB, load: 10 %}
  - {name: db, vcpus: 1, memory: 1 GiB, load: 10 %}
`;
const load = (more: string) => loadScenario(HEAD + more, "f.yaml", catalogue);
const scenarioOf = (more: string) => {
  const loaded = load(more);
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
  return loaded;
};
const problemsOf = (more: string): string[] => {
  const loaded = load(more);
  return loaded.ok ? [] : loaded.problems.map((p) => p.message);
};

describe("the rebalancing loop of a scenario", () => {
  it("is not there unless it is asked for", () => {
    expect(scenarioOf("").scenario).toMatchObject({ rebalance: null, rules: [] });
  });
  it("has a default for everything", () => {
    expect(scenarioOf("rebalance: {}\n").scenario.rebalance).toEqual({
      everySeconds: 300,
      policy: "consolidate",
      options: { detector: { policy: "local-regression" }, underload: { policy: "least-loaded" }, selection: { policy: "minimum-migration-time" } },
      placement: { policy: "power-aware-best-fit" },
      maxMigrationsPerRound: null,
      maxMigrationsAtOnce: null,
      coldMigrations: false,
      power: { policy: "always-on", options: {} },
    });
  });
  it("comes with a power policy alone, and then moves nothing", () => {
    expect(scenarioOf("power: reserve\n").scenario.rebalance).toMatchObject({
      policy: "none",
      options: {},
      power: { policy: "reserve", options: { hosts: 1, mode: "off", after: 300, headroom: 0.8 } },
    });
  });
  it("takes shares as per cent within a part", () => {
    expect(scenarioOf("rebalance: {detector: {policy: threshold, threshold: 75 %}}\n").scenario.rebalance?.options.detector).toEqual({
      policy: "threshold",
      threshold: 0.75,
    });
  });
  it("warns that nobody waits where VMs are rejected at once", () => {
    expect(
      scenarioOf("power: on-demand\n")
        .warnings.map((w) => w.message)
        .join(),
    ).toMatch(/whenFull: queue/);
    expect(scenarioOf("power: on-demand\nadmission: {whenFull: queue}\n").warnings).toEqual([]);
  });
  it("takes words as words and names of parts as blocks", () => {
    expect(scenarioOf("rebalance: {policy: dpm, standby: off}\n").scenario.rebalance?.options.standby).toBe("off");
    expect(scenarioOf("rebalance: {detector: iqr}\n").scenario.rebalance?.options.detector).toEqual({ policy: "iqr" });
  });
  it("refuses what means nothing", () => {
    expect(problemsOf("rebalance: {policy: dpm, detector: iqr}\n")).toEqual(["means nothing for the policy dpm"]);
    expect(problemsOf("power: {policy: on-demand, hosts: 2}\n")).toEqual(["means nothing for the policy on-demand"]);
    expect(problemsOf("rebalance: {policy: dpm}\npower: on-demand\n")).toEqual(["dpm switches hosts itself"]);
    expect(problemsOf("rebalance: {policy: consolidat}\n")).toHaveLength(1);
  });
  it("is what its policies can be set up with", () => {
    for (const text of ["{}", "{policy: watcher-basic}", "{policy: dpm}", "{policy: none}"]) {
      const { rebalance } = scenarioOf(`rebalance: ${text}\n`).scenario;
      expect(rebalance && rebalancer(rebalance, () => 0.5).windowSeconds).toBeGreaterThanOrEqual(0);
    }
  });
});

describe("the rules of a scenario", () => {
  it("come in the order of their names, whatever their order in the file", () => {
    const rules = [
      "{name: z, vms: [web-2, db], keep: together}",
      "{vms: web, keep: apart, perHost: 2}",
      "{vms: db, run: should not, on: [b, a-1]}",
      "{reserve: {memory: 10 %}}",
    ];
    const resolved = (list: string[]) => scenarioOf(`rules:\n${list.map((rule) => `  - ${rule}\n`).join("")}`).scenario.rules;
    expect(resolved(rules)).toEqual([
      { name: "db should not run on a-1, b", kind: "hosts", vms: ["db"], hosts: ["a-1", "b"], strength: "should not" },
      { name: "reserve", kind: "reserve", memoryShare: 0.1, vcpuShare: 0 },
      { name: "web apart", kind: "apart", vms: ["web"], perHost: 2 },
      { name: "z", kind: "together", vms: ["db", "web-2"] },
    ]);
    expect(resolved(rules.toReversed())).toEqual(resolved(rules));
  });
  it("name what exists and ask for one thing", () => {
    expect(problemsOf("rules: [{vms: wep, keep: apart}]\n")).toEqual(['there is no VM "wep"']);
    expect(problemsOf("rules: [{vms: web, run: must, on: a-4}]\n")).toEqual(['there is no host "a-4"']);
    expect(problemsOf("rules: [{vms: web}]\n")).toEqual(["asks for nothing"]);
    expect(problemsOf("rules: [{vms: web, keep: apart, run: must, on: a}]\n")).toEqual(["asks for keep and run at once"]);
    expect(problemsOf("rules: [{vms: web, run: must}]\n")).toEqual(["is required here"]);
  });
});

describe("the resolved view of all this", () => {
  it("is a file that means the same", () => {
    const { scenario, marks } = scenarioOf(`rebalance: {every: 10 min, detector: {policy: iqr, safety: 2}, maxMigrationsAtOnce: 4, coldMigrations: true}
power: {policy: reserve, hosts: 2, mode: sleep, after: 90 s}
admission: {whenFull: queue}
rules: [{name: "a: b", vms: [web-1, db], keep: together}, {vms: web, keep: apart}, {vms: db, run: must not, on: b}, {reserve: {vcpus: 5 %}}]
events: [{at: 1 h, host: b, do: maintenance}, {at: 2 h, host: b, do: end maintenance}]
`);
    const again = loadScenario(renderResolved(scenario, marks), "f.yaml", catalogue);
    expect(again.ok && { rebalance: again.scenario.rebalance, rules: again.scenario.rules, events: again.scenario.events }).toEqual({
      rebalance: scenario.rebalance,
      rules: scenario.rules,
      events: scenario.events,
    });
  });
});
