/** Text from anywhere: nothing crashes the loader, nothing exhausts it, nothing drives a terminal. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { stringify } from "yaml";
import { loadScenario } from "../../src/scenario/load.ts";
import { renderProblems } from "../../src/scenario/problems.ts";
import { catalogue } from "./catalogue.ts";

const messages = (text: string): string[] => {
  const loaded = loadScenario(text, "f.yaml", catalogue);
  return loaded.ok ? ["loaded"] : loaded.problems.map((p) => p.message);
};
const REST = "hosts: [{name: h, server: dell-r740-8280, hypervisor: kvm}]\nvms: [{name: v, size: small, load: idle}]\n";

describe("hostile text is refused with a reason", () => {
  it.each<[string, string, RegExp]>([
    ["nothing at all", "", /is required/],
    ["a word", "hello", /a scenario is a list of `key: value` lines/],
    ["a list", "- a\n- b\n", /a scenario is a list of `key: value` lines/],
    ["broken quotes", 'name: "x\n', /not valid YAML/],
    ["a tab for indent", "site:\n\tpue: 1\n", /a tab|not valid YAML/],
    ["two documents", "a: 1\n---\nb: 2\n", /a second document begins here/],
    ["a tag", "name: !!js/function x\n", /tags .* are not used/],
    ["a prototype key", `__proto__: {duration: 1 day}\n${REST}`, /__proto__ cannot be the name of an entry/],
    ["a constructor key deeper down", `site: {constructor: 1}\n${REST}`, /constructor cannot be the name of an entry/],
    ["a list as a key", "? [a]\n: b\n", /an entry's name must be a plain word/],
    ["one key twice", `duration: 1 day\nduration: 2 days\n${REST}`, /"duration" stands here twice/],
    ["depth in brackets", `a: ${"[".repeat(100_000)}`, /nested|not valid YAML/],
    ["balanced depth", `a: ${"[".repeat(3000)}${"]".repeat(3000)}`, /nested/],
    ["depth in dashes", `${"- ".repeat(50_000)}a`, /nested|a scenario is a list/],
    [
      "an alias bomb",
      `a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n${Array.from({ length: 9 }, (_, i) => `a${i + 1}: &a${i + 1} [${Array(10).fill(`*a${i}`).join(",")}]`).join("\n")}\n`,
      /uses aliases more than/,
    ],
    ["an alias to nothing", "a: *b\n", /alias/i],
    ["a file of 9 MiB", `about: ${"x".repeat(9 * 1024 * 1024)}\n`, /is larger than 8 MiB/],
    ["a hundred thousand unknown keys", Array.from({ length: 100_000 }, (_, i) => `k${i}: 1`).join("\n"), /is not known here/],
    ["numbers beyond doubles", `duration: 1e999 s\n${REST}`, /1e999 is too large a number/],
  ])("%s", (_, text, expected) => {
    const before = performance.now();
    expect(messages(text).join("\n")).toMatch(expected);
    expect(performance.now() - before).toBeLessThan(10_000);
  });

  it("control and bidirectional characters reach nobody's terminal", () => {
    const text = `duration: 1 day\nname: "a\\u001b[31m\\u202e"\nowner: \u001b[31m\u202e\n${REST}`;
    const loaded = loadScenario(text, "f.yaml", catalogue);
    const shown = loaded.ok ? "" : renderProblems(loaded.problems);
    expect(shown).toContain("holds control characters");
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this looks for
    expect(shown).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e]/);
  });
  it("repeating pieces cannot fill the memory", () => {
    expect(
      messages(
        `duration: 1 day\n${REST.split("\n")[0]}\nvms: [{name: v, count: 1000000, size: small, load: {pieces: [{for: 1 s, cpu: 1 GHz}], repeat: forever}}]\n`,
      ),
    ).toEqual(["makes 86401000000 pieces in all: at most 50000000"]);
  });
  it("events to whole groups cannot either", () => {
    expect(
      messages(
        `duration: 1 day\nhosts: [{name: h, count: 600000, server: dell-r740-8280, hypervisor: kvm}]\nvms: [{name: v, size: small, load: idle}]\nevents: [{at: 1 h, host: h, do: off}, {at: 2 h, host: h, do: on}]\n`,
      ),
    ).toEqual(["makes more than 1000000 events in all"]);
  });
});

/** Trees that look a little like scenarios: its own words and values in wrong and right places. */
const words = [
  "name",
  "count",
  "hosts",
  "vms",
  "load",
  "power",
  "model",
  "memory",
  "cores",
  "speed",
  "hypervisor",
  "product",
  "duration",
  "events",
  "at",
  "do",
  "to",
  "host",
  "vm",
  "site",
  "pue",
  "placement",
  "policy",
  "work",
  "io",
  "arrival",
  "pieces",
  "for",
  "cpu",
  "tasks",
  "trace",
  "generator",
  "format",
  "path",
  "shares",
  "server",
  "size",
  "vcpus",
  "admission",
  "seed",
  "start",
  "pstates",
  "watts",
];
const values = [
  "1 day",
  "until done",
  "64 GiB",
  "2 GHz",
  "30 %",
  "kvm",
  "esxi",
  "small",
  "dell-r740-8280",
  "first-fit",
  "idle",
  "off",
  "linear",
  "spec",
  "high",
  "none",
  "forever",
  "5",
  "",
  "x",
  "\u0000",
  "1e999 s",
  "planetlab",
  "enterprise",
];
const { tree } = fc.letrec<{ tree: unknown }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 5, withCrossShrink: true },
    fc.oneof(fc.constantFrom<unknown>(...values), fc.integer(), fc.double(), fc.boolean(), fc.constant(null), fc.string()),
    fc.array(tie("tree"), { maxLength: 3 }),
    fc.dictionary(fc.oneof(fc.constantFrom(...words), fc.string()), tie("tree"), { maxKeys: 5 }),
  ),
}));
const scenarioTree = fc.record(
  {
    duration: fc.oneof(fc.constant("1 day"), tree),
    hosts: fc.oneof(fc.array(fc.oneof(fc.constant({ name: "h", server: "dell-r740-8280", hypervisor: "kvm" }), tree), { maxLength: 3 }), tree),
    vms: fc.oneof(fc.array(fc.oneof(fc.constant({ name: "v", size: "small", load: "idle" }), tree), { maxLength: 3 }), tree),
    events: tree,
    placement: tree,
    admission: tree,
    site: tree,
    seed: tree,
  },
  { requiredKeys: [] },
);

describe("any text gives a scenario or problems, each with a place", () => {
  const check = (text: string): void => {
    const loaded = loadScenario(text, "f.yaml", catalogue);
    if (loaded.ok) {
      expect(JSON.parse(JSON.stringify(loaded.scenario))).toEqual(loaded.scenario);
      return;
    }
    expect(loaded.problems.length).toBeGreaterThan(0);
    const lines = text.split(/\r\n|\n|\r/);
    for (const problem of loaded.problems) {
      expect(problem.message.length).toBeGreaterThan(0);
      expect(problem.line).toBeGreaterThanOrEqual(0);
      expect(problem.line).toBeLessThanOrEqual(Math.max(1, lines.length));
    }
    expect(renderProblems(loaded.problems)).toContain("Nothing was run");
  };
  it("random trees", { timeout: 60_000 }, () => {
    fc.assert(
      fc.property(scenarioTree, (data) => check(stringify(data))),
      { numRuns: 400 },
    );
  });
  it("random text", () => {
    fc.assert(fc.property(fc.string({ maxLength: 200 }), check), { numRuns: 500 });
  });
  it("a good file with one place damaged", { timeout: 60_000 }, () => {
    const good = `duration: 1 day\nsite: {pue: 1.2, electricity: 0.2 EUR/kWh}\nhosts:\n  - name: h\n    count: 3\n    server: dell-r740-8280\n    hypervisor: {product: kvm, cpuEfficiency: 98 %}\nvms:\n  - name: v\n    size: small\n    load: {pieces: [{for: 1 h, cpu: 30 %}], repeat: 2}\nevents:\n  - {at: 1 h, host: h-1, do: off}\n`;
    fc.assert(
      fc.property(fc.nat(good.length - 1), fc.nat(4), fc.string({ maxLength: 4 }), (at, cut, put) => check(good.slice(0, at) + put + good.slice(at + cut))),
      { numRuns: 400 },
    );
  });
  it("random overrides", () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string(), fc.constantFrom("hosts[0].count", "vms.v.load", "vms[*]", "site", "events")),
        fc.oneof(fc.string(), fc.constantFrom(...values)),
        (path, value) => {
          const loaded = loadScenario(`duration: 1 day\n${REST}`, "f.yaml", catalogue, [{ path, value }]);
          expect(loaded.ok || loaded.problems.length > 0).toBe(true);
        },
      ),
      { numRuns: 300 },
    );
  });
});
