/** The resolved view: complete, a scenario file itself, the same for any order of entries; and the published schema. */
import { readdirSync, readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parse, stringify } from "yaml";
import { renderResolved } from "../../src/cli/check.ts";
import { renderTemplates, template, templates } from "../../src/cli/init.ts";
import { scenarioJsonSchema } from "../../src/scenario/json-schema.ts";
import { type Loaded, loadScenario } from "../../src/scenario/load.ts";
import { renderProblems } from "../../src/scenario/problems.ts";
import { catalogue } from "./catalogue.ts";

const load = (text: string, file: string): Extract<Loaded, { ok: true }> => {
  const loaded = loadScenario(text, file, catalogue);
  if (!loaded.ok) throw new Error(renderProblems(loaded.problems));
  return loaded;
};
const folder = new URL("../../scenarios/", import.meta.url);
const gallery = readdirSync(folder).filter((file) => file.endsWith(".yaml"));
const files: [string, string][] = [
  ...gallery.map((file): [string, string] => [file, readFileSync(new URL(file, folder), "utf8")]),
  ...templates.map(({ name, text }): [string, string] => [`template ${name}`, text]),
];

/** Uses every kind of entry the files above do not. */
const ODD = `name: "yes: #1"
about: |
  two lines
  of "prose"
seed: 007
duration: 1e5 s
site: {electricity: 0.123456 SEK/kWh, carbon: 1.5 g/kWh}
hosts:
  - name: "0 h"
    cores: 3
    speed: 2333.333 MHz
    memory: 1.1 GB
    power: {model: idle-epsilon, idle: 1.1, epsilon: 2, full: 3.3}
    pstates: [{speed: 1 GHz, power: {model: cubic, idle: 1 W, full: 2 W, off: 0.5 W}}]
    governor: conservative
    hypervisor: {product: xen, cpuPerIo: 3.7 us, overheadFree: 0.3 GiB, reserveCap: none, bootWindows: 99 s, maxVcpusPerVm: 12, migration: {throttle: none, maxSentFactor: none, maxRate: none, maxRounds: 3}}
    network: 1 Gbit/s
    state: off
vms:
  - name: t
    load: {trace: {format: planetlab, path: "a b/ü", sizes: [{vcpus: 2, speed: 1 GHz, memory: 1 GiB}], scale: 1.5, sequence: true, assign: cycle, to: 2 h}}
  - {name: p, vcpus: 3, memory: 100 MB, work: {cpu: 33.3 %, memory: 33.3 %, oltp: 33.4 %}, load: {pieces: [{for: 7 s, cpu: 17 %}, {for: 0.1 s, cpu: 5 Hz}], repeat: forever}}
  - {name: k, count: 2, vcpus: 1, memory: 1 GiB, host: "0 h", lifetime: 3 h, load: {tasks: [{work: 1 Mcycles}, {work: 1.7 GHz h, limit: 3 MHz, start: 1 ms, weight: 0.1}]}}
placement: {policy: nova, "odd key": [1, {a: b}]}
admission: {vcpusPerCore: none, memoryRatio: 1.37}
events: [{at: 1 h, host: "0 h", do: speed, to: 33 %}, {at: 1 h, host: "0 h", do: pstate, to: 1}, {at: 2 h, vm: k, do: stop}, {at: 1 h, vm: p, do: move, to: "0 h"}]
`;

describe("the resolved view", () => {
  it.each([...files, ["odd.yaml", ODD]] as [string, string][])("of %s is a file that means the same", (file, text) => {
    const { scenario, marks } = load(text, file);
    const shown = renderResolved(scenario, marks);
    const again = load(shown, file);
    expect(again.scenario).toEqual({
      ...scenario,
      // Whoever writes a value down states it: nothing is left as the catalogue's estimate.
      hosts: scenario.hosts.map((group) => ({ ...group, hypervisor: { ...group.hypervisor, estimates: [] } })),
    });
    expect(renderResolved(again.scenario, again.marks).replaceAll(/ +#.*/g, "")).toBe(shown.replaceAll(/ +#.*/g, ""));
  });
  it("marks each value as yours, default or catalogue, and estimates as such", () => {
    const { scenario, marks } = load(
      "duration: 7 days\nhosts: [{name: h, server: dell-r740-8280, hypervisor: kvm}]\nvms: [{name: v, size: small, load: 30 %}]\n",
      "f.yaml",
    );
    const lines = renderResolved(scenario, marks)
      .split("\n")
      .map((line) => line.trim().replace(/ +#/, " #"));
    for (const line of [
      "duration: 7 days # yours",
      "observe: 5 min # default",
      "cores: 56 # catalogue",
      "cpuEfficiency: 98.5 % # catalogue",
      "schedulingSlope: 1 % # catalogue, estimate",
      "swapLatency: 0.2 ms # catalogue, estimate",
      "balloonKeeps: 20 % # catalogue",
      "setup: 2 s # catalogue, estimate",
      "reads: 70 % # default, estimate",
      "active: 30 % # default, estimate",
      "dirty: 40 MiB/s # default, estimate",
      "off: 5 W # catalogue, estimate",
      "constant: 30 % # yours",
      "speed: 2.4 GHz # default",
    ])
      expect(lines).toContain(line);
  });
  it("leaves no value without a mark, but those of lists", () => {
    const { scenario, marks } = load(files.find(([file]) => file === "developer-workstation.yaml")?.[1] ?? "", "f.yaml");
    const unmarked = renderResolved(scenario, marks)
      .split("\n")
      .filter((line) => /^ *[- ]*\w+: \S/.test(line) && !line.includes("#") && !/^ *- \{/.test(line));
    expect(unmarked).toEqual([]);
  });
});

describe("templates", () => {
  it("are at least six, with different names, and the gallery has at least eight scenarios that say what they teach", () => {
    expect(new Set(templates.map((t) => t.name)).size).toBeGreaterThanOrEqual(6);
    expect(gallery.length).toBeGreaterThanOrEqual(8);
    for (const [file, text] of files.slice(0, gallery.length)) expect(text, file).toContain("# What it teaches:");
  });
  it("load without a warning", () => {
    for (const [file, text] of files) expect(load(text, file).warnings, file).toEqual([]);
  });
  it("are found by name, with the nearest when misspelt", () => {
    expect(template("batch").text).toContain("until done");
    expect(() => template("quickstrat")).toThrow('there is no template "quickstrat"; did you mean quickstart?');
    const same = (text: string): string => text;
    expect(renderTemplates({ bold: same, dim: same })).toContain("overcommit      how many vCPUs per core");
  });
});

describe("order without meaning has no effect", () => {
  it("hosts, VMs, events and keys in any order give the same scenario", () => {
    const base = parse(ODD) as { hosts: object[]; vms: object[]; events: object[] };
    base.hosts.push({ name: "h-10", server: "dell-r740-8280", hypervisor: "kvm" }, { name: "h-9", server: "dell-r640-8180", hypervisor: "esxi" });
    base.vms.push({ name: "b", size: "small", load: "idle" }, { name: "a", size: "large", load: "5 %" });
    const expected = load(stringify(base), "f.yaml").scenario;
    const shuffledKeys = (entry: object): fc.Arbitrary<object> =>
      fc.shuffledSubarray(Object.entries(entry), { minLength: Object.keys(entry).length }).map((entries): object => Object.fromEntries(entries));
    const shuffled = (list: object[]): fc.Arbitrary<object[]> =>
      fc.shuffledSubarray(list, { minLength: list.length }).chain((some) => fc.tuple(...some.map(shuffledKeys)));
    fc.assert(
      fc.property(shuffled(base.hosts), shuffled(base.vms), shuffled(base.events), (hosts, vms, events) => {
        expect(load(stringify({ ...base, hosts, vms, events }), "f.yaml").scenario).toEqual(expected);
      }),
      { numRuns: 50 },
    );
  });
});

describe("the published JSON Schema", () => {
  it("is up to date (npx vitest run test/scenario/resolved.test.ts -u writes it anew)", async () => {
    await expect(`${JSON.stringify(scenarioJsonSchema(), null, 2)}\n`).toMatchFileSnapshot("../../schema/scenario.schema.json");
  });
  it("describes every entry", () => {
    const bare: string[] = [];
    const walk = (node: unknown, path: string): void => {
      if (node === null || typeof node !== "object") return;
      const { properties } = node as { properties?: Record<string, { description?: string }> };
      for (const [key, entry] of Object.entries(properties ?? {})) if (!entry.description) bare.push(`${path}.${key}`);
      for (const [key, value] of Object.entries(node)) walk(value, `${path}.${key}`);
    };
    walk(JSON.parse(JSON.stringify(scenarioJsonSchema())), "");
    expect(bare).toEqual([]);
  });
});
