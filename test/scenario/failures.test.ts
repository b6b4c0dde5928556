/** What the loader refuses about failures and high availability, and where it says so. */
import { describe, expect, it } from "vitest";
import { loadScenario } from "../../src/scenario/load.ts";
import type { ResolvedScenario } from "../../src/scenario/resolved.ts";
import { catalogue } from "./catalogue.ts";

const head = `duration: 1 day
hosts:
  - {name: h, count: 4, cores: 8, speed: 2 GHz, memory: 64 GiB, power: {model: constant, draw: 100 W}, hypervisor: esxi, location: {rack: r, hostsPerRack: 2, feed: [A, B]}}
`;
const vms = `vms:
  - {name: v, count: 2, vcpus: 1, memory: 1 GiB, load: 10 %}
`;
/** Each problem as line:column path: message. */
const problems = (text: string): string[] => {
  const loaded = loadScenario(text, "s.yaml", catalogue);
  return loaded.ok ? [] : loaded.problems.map(({ line, column, path, message }) => `${line}:${column} ${path}: ${message}`);
};
const scenario = (text: string): ResolvedScenario => {
  const loaded = loadScenario(text, "s.yaml", catalogue);
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
  return loaded.scenario;
};
const withModel = (model: string): string => `${head}${vms}failures:\n  models:\n    - ${model}\n`;
const HOUR = 3600;

describe("laws", () => {
  const between = (text: string): unknown => scenario(withModel(`{of: host, between: ${text}}`)).failures?.models[0]?.between;
  it("a time alone is the mean of an exponential law; a trace's name is its Weibull fit", () => {
    expect(between("90 days")).toEqual({ law: "exponential", mean: 90 * 24 * HOUR });
    expect(between("lanl-05")).toEqual({ law: "weibull", shape: 0.48, scale: 816.6 * HOUR });
    expect(between("{like: grid5000-06, fit: log-normal}")).toEqual({ law: "log-normal", mu: 1.51 + Math.log(HOUR), sigma: 2.42 });
  });
  it("a mean stretches whatever has a scale of its own", () => {
    const law = between("{like: lanl-05, mean: 1000 h}") as { scale: number };
    // The fit's mean is 816.6 h x G(1 + 1/0.48) = 1765 h.
    expect(law.scale / HOUR).toBeCloseTo((816.6 * 1000) / 1765.4, 0);
    expect(between("{law: log-normal, sigma: 0, mean: 2 h}")).toEqual({ law: "log-normal", mu: Math.log(2 * HOUR), sigma: 0 });
  });
  it.each([
    ["{law: weibull, shape: 0.7}", "weibull"],
    ["{law: weibull, shape: 0.7, scale: 1 h, mean: 1 h}", "stands beside scale"],
    ["{law: exponential, mean: 1 h, shape: 2}", "means nothing for the law exponential"],
    ["{law: normal, mean: 1 h}", "is not one of exponential, weibull"],
    ["{law: weibull, shape: -1, scale: 1 h}", "too small"],
    ["lanl", "there is no trace with fitted laws"],
    ["5 parsecs", "parsecs"],
    ["{law: exactly, value: 0 s}", "would fail for ever"],
    ["{mean: 1 h}", "does not say which law"],
  ])("refuses %s", (law, message) => {
    const found = problems(withModel(`{of: host, between: ${law}}`));
    expect(found.join("\n")).toContain(message);
    expect(found[0]).toMatch(/^8:\d+ failures/);
  });
});

describe("models", () => {
  it("take rates of the catalogue, for software by product", () => {
    const models = scenario(withModel("{of: hypervisor}")).failures?.models ?? [];
    expect(models.map(({ name, between }) => [name, between])).toEqual([["hypervisor of h", { law: "exponential", mean: (365 * 24 * HOUR) / 0.05 }]]);
  });
  it("know the switches of the network, of hosts whose location names none", () => {
    const model = "{of: switch, which: tor, between: 1 day, repair: 1 h}";
    const switches = "switches:\n  - {name: tor, hosts: [h-1], uplink: 10 Gbit/s}\n";
    expect(scenario(`${withModel(model)}${switches}`).failures?.models[0]?.which).toEqual(["tor"]);
    expect(problems(withModel(model))).toEqual([expect.stringContaining("no host has a switch")]);
  });
  it.each([
    ["{of: nic, repair: 1 h}", "8:8 failures.models[0].between: is required for nic: the catalogue has no rate"],
    ["{of: vm, between: 1 day}", "8:8 failures.models[0].repair: is required for vm: the catalogue has no usual time"],
    ["{of: room, between: 1 day, repair: 1 h}", "8:12 failures.models[0].of: no host has a room"],
    ["{of: rack, which: r-3}", '8:25 failures.models[0].which: there is no rack "r-3"'],
    ["{of: host, which: x}", "8:25 failures.models[0].which"],
    ["{of: host, grace: 1 min}", "8:18 failures.models[0].grace: means nothing for host: only for cooling"],
    ["{of: disk, perHost: 2, tolerates: 2}", "8:41 failures.models[0].tolerates: all 2 of them may be down"],
    ["{of: host, for: 1 h, repair: 1 h}", "8:18 failures.models[0].for: stands beside repair"],
    ["{of: host, between: {law: gamma, shape: 1, scale: 1 h}, age: 1 year}", "8:18 failures.models[0].between: the law gamma cannot age"],
    ["{of: hots}", "is not one of host"],
  ])("refuse %s", (model, message) => {
    expect(problems(withModel(model)).join("\n")).toContain(message);
  });
  it("two of one name are refused; their order means nothing", () => {
    const two = (a: string, b: string): string => `${head}${vms}failures:\n  models:\n    - ${a}\n    - ${b}\n`;
    expect(problems(two("{of: host}", "{of: host}")).join("\n")).toContain('another one is named "host"');
    expect(scenario(two("{of: rack}", "{of: host}")).failures).toEqual(scenario(two("{of: host}", "{of: rack}")).failures);
  });
  it("VMs wait for their hosts where there are failures, and are restarted where there is high availability", () => {
    expect(scenario(withModel("{of: host}")).vms[0]?.onHostDown).toBe("wait");
    expect(scenario(`${head}${vms}ha: {}\n`).vms[0]?.onHostDown).toBe("restart");
    expect(scenario(head + vms).vms[0]?.onHostDown).toBe("lost");
  });
});

describe("high availability", () => {
  const groups = (text: string): string => `${head}ha: {}\nvms:\n${text}`;
  const group = (name: string, after: string): string => `  - {name: ${name}, vcpus: 1, memory: 1 GiB, load: idle, ha: {after: ${after}}}\n`;
  it("a circle of dependencies is refused where it begins, once", () => {
    expect(problems(groups(group("app", "db") + group("db", "web") + group("web", "app")))).toEqual([
      "6:59 vms[0].ha.after: goes round in a circle: app waits for db waits for web waits for app",
    ]);
    expect(problems(groups(group("db", "db")))).toEqual(["6:58 vms[0].ha.after: goes round in a circle: db waits for db"]);
  });
  it("an unknown group is refused with the nearest name", () => {
    expect(problems(groups(group("app", "dbs") + group("db", "[]"))).join("\n")).toContain('there is no group of VMs "dbs"');
  });
  it("desktop products have none", () => {
    const desktop = `${head.replace("esxi", "virtualbox")}${vms}ha: {}\n`;
    expect(problems(desktop)).toEqual(["6:1 ha: none of the products has it: Oracle VirtualBox"]);
  });
  it("its entries need it; a standby copy needs a product that keeps one; not all hosts may fail", () => {
    expect(problems(`${head}vms:\n${group("db", "[]")}`).join("\n")).toContain("there is no high availability in this scenario");
    const kvm = `${head.replace("esxi", "kvm")}ha: {}\nvms:\n  - {name: v, vcpus: 1, memory: 1 GiB, load: idle, ha: {faultTolerant: true}}\n`;
    expect(problems(kvm).join("\n")).toContain("none of the products keeps a standby copy");
    expect(problems(`${head}${vms}ha: {admission: {policy: slots, hosts: 4}}\n`).join("\n")).toContain("4 of 4 hosts may not fail");
    expect(problems(`${head}${vms}ha: {admission: {policy: percentage, hosts: 1}}\n`).join("\n")).toContain("means nothing for percentage");
  });
  it("each product has its own detection time", () => {
    expect(scenario(`${head}${vms}ha: {}\n`).ha?.watched).toEqual([{ group: "h", detectionSeconds: 15 }]);
    expect(scenario(`${head.replace("esxi", "kvm")}${vms}ha: {}\n`).ha?.watched).toEqual([{ group: "h", detectionSeconds: 90 }]);
  });
});
