/** Bad files: where each mistake is, what is said about it, and what is offered instead. */
import { describe, expect, it } from "vitest";
import { loadScenario, type Override } from "../../src/scenario/load.ts";
import { renderProblems } from "../../src/scenario/problems.ts";
import { catalogue } from "./catalogue.ts";

const said = (text: string, overrides: Override[] = []): string[] => {
  const loaded = loadScenario(text, "f.yaml", catalogue, overrides);
  if (loaded.ok) return [];
  return loaded.problems.map((p) => {
    const help = p.suggestion !== undefined ? ` | did you mean ${p.suggestion}?` : p.write !== undefined ? ` | write ${p.write}` : "";
    return `${p.file}:${p.line}:${p.column} ${p.path}: ${p.message}${help}`;
  });
};

const HOST = "hosts: [{name: h, server: dell-r740-8280, hypervisor: kvm}]";
const VM = "vms: [{name: v, size: small, load: idle}]";
/** A file with one host line and one VM line whose tails vary; the tail begins at column 55 of line 2 or 34 of line 3. */
const host = (entries: string): string => `duration: 1 day\nhosts: [{name: h, hypervisor: kvm, ${entries}}]\n${VM}\n`;
const vm = (entries: string): string => `duration: 1 day\n${HOST}\nvms: [{name: v, ${entries}}]\n`;
const rest = (lines: string): string => `duration: 1 day\n${HOST}\n${VM}\n${lines}\n`;
const server = "server: dell-r740-8280";

describe("one mistake, its place and its remedy", () => {
  it.each<[string, string, string]>([
    // Missing and empty entries.
    ["no duration", `${HOST}\n${VM}\n`, "f.yaml:1:1 duration: is required | write a time, such as duration: 7 days, or until done"],
    ["empty duration", `duration:\n${HOST}\n${VM}\n`, "f.yaml:1:1 duration: is empty | write a time, such as duration: 7 days, or until done"],
    [
      "no hypervisor",
      `duration: 1 day\nhosts:\n  - name: h\n    ${server}\n${VM}\n`,
      "f.yaml:3:5 hosts[0].hypervisor: is required | write a product, such as hypervisor: kvm (hypervise show hypervisors lists them)",
    ],
    ["no load", vm("size: small"), "f.yaml:3:8 vms[0].load: is required | write what the VMs ask for, such as load: 30 %, or idle"],
    ["no size", vm("vcpus: 2, load: idle"), "f.yaml:3:8 vms[0].memory: is required where no size is named | write memory: 4 GiB"],
    ["no hosts", `duration: 1 day\nhosts: []\n${VM}\n`, "f.yaml:2:1 hosts: is an empty list"],
    [
      "a power model without its entries",
      host("cores: 4, speed: 2 GHz, memory: 8 GiB, power: {model: linear, idle: 90 W}"),
      "f.yaml:2:75 hosts[0].power.full: is required for model linear | write full: 100 W",
    ],
    // Units.
    ["a number without unit", host(`${server}, memory: 768`), "f.yaml:2:68 hosts[0].memory: 768 is a number without a unit | write 768 GiB (or GB, MiB, TiB)"],
    ["a decimal comma", host(`${server}, speed: "2,4 GHz"`), 'f.yaml:2:67 hosts[0].speed: "2,4 GHz" has a decimal comma | write 2.4 GHz'],
    [
      "another dimension",
      host(`${server}, memory: 2 GHz`),
      "f.yaml:2:68 hosts[0].memory: 2 GHz is a frequency, not an amount of memory | write 2 GiB (or GB, MiB, TiB)",
    ],
    ["a share without %", vm("size: small, load: 0.3"), "f.yaml:3:36 vms[0].load: 0.3 is a number without a unit | write 0.3 %"],
    ["more than all", vm("size: small, load: 130 %"), 'f.yaml:3:36 vms[0].load: "130 %" is too large: at most 100 %'],
    ["a negative time", `duration: -1 day\n${HOST}\n${VM}\n`, 'f.yaml:1:11 duration: "-1 day" must be more than 0 s'],
    [
      "a price without currency",
      rest("site: {electricity: 0.15}"),
      "f.yaml:4:21 site.electricity: 0.15 is a number without a unit | write 0.15 EUR/kWh (or another currency)",
    ],
    ["a PUE below 1", rest("site: {pue: 0.9}"), "f.yaml:4:13 site.pue: 0.9 is too small: at least 1"],
    // Types and sizes.
    ["text for a number", host(`${server}, count: "4"`), 'f.yaml:2:67 hosts[0].count: "4" is text, not a number | write 4 without quotes'],
    [
      "a number for text",
      `duration: 1 day\nhosts: [{name: 7, ${server}, hypervisor: kvm}]\n${VM}\n`,
      'f.yaml:2:16 hosts[0].name: 7 is a number, not text | write "7" in quotes',
    ],
    ["half a host", host(`${server}, count: 1.5`), "f.yaml:2:67 hosts[0].count: 1.5 is not a whole number"],
    ["too many hosts", host(`${server}, count: 2000000`), "f.yaml:2:67 hosts[0].count: 2000000 is too large: at most 1000000"],
    ["not a number", host(`${server}, count: .nan`), "f.yaml:2:67 hosts[0].count: NaN is not a number"],
    ["an infinite number", rest("site: {pue: .inf}"), "f.yaml:4:13 site.pue: Infinity is not a number or a block of entries"],
    ["a list for a block", rest("site: [1]"), "f.yaml:4:1 site: a list is not a block of entries"],
    [
      "a curve of five points",
      host("cores: 4, speed: 2 GHz, memory: 8 GiB, power: {model: spec, watts: [1, 2, 3, 4, 5]}"),
      "f.yaml:2:96 hosts[0].power.watts: has 5 entries, not 11",
    ],
    // Spelling.
    ["an unknown key", host(`${server}, memry: 8 GiB`), 'f.yaml:2:60 hosts[0].memry: "memry" is not known here | did you mean memory?'],
    ["an unknown key at the top", rest("placment: first-fit"), 'f.yaml:4:1 placment: "placment" is not known here | did you mean placement?'],
    [
      "an unknown hypervisor",
      `duration: 1 day\nhosts: [{name: h, ${server}, hypervisor: kmv}]\n${VM}\n`,
      'f.yaml:2:55 hosts[0].hypervisor: there is no hypervisor "kmv" | did you mean kvm?',
    ],
    ["an unknown server", host("server: dell-r740-8281"), 'f.yaml:2:44 hosts[0].server: there is no server "dell-r740-8281" | did you mean dell-r740-8280?'],
    ["an unknown size", vm("size: mediun, load: idle"), 'f.yaml:3:23 vms[0].size: there is no VM size "mediun" | did you mean medium?'],
    ["an unknown policy", rest("placement: frist-fit"), 'f.yaml:4:12 placement: there is no placement policy "frist-fit" | did you mean first-fit?'],
    ["an unknown word", vm("size: small, shares: hihg, load: idle"), 'f.yaml:3:38 vms[0].shares: "hihg" is not one of low, normal, high | did you mean high?'],
    [
      "an unknown trace format",
      vm("load: {trace: {format: planetlap, path: x}}"),
      'f.yaml:3:40 vms[0].load.trace.format: there is no trace format "planetlap" | did you mean planetlab?',
    ],
    [
      "an unknown trace option",
      vm("load: {trace: {format: planetlab, path: x, limt: 4}}"),
      'f.yaml:3:60 vms[0].load.trace.limt: "limt" is not known here | did you mean limit?',
    ],
    ["a unit in the wrong case", host(`${server}, memory: 64 gib`), 'f.yaml:2:68 hosts[0].memory: "gib" is not a unit of memory | write 64 GiB'],
    // What contradicts itself.
    [
      "two groups of one name",
      `duration: 1 day\n${HOST}\nvms:\n  - {name: v, size: small, load: idle}\n  - {name: v, size: small, load: idle}\n`,
      'f.yaml:5:12 vms[1].name: another group of VMs is named "v"',
    ],
    [
      "a group named like a member",
      `duration: 1 day\n${HOST}\nvms:\n  - {name: v, count: 3, size: small, load: idle}\n  - {name: v-2, size: small, load: idle}\n`,
      'f.yaml:5:12 vms[1].name: "v-2" is also the name of a VM in the group "v"',
    ],
    [
      "shares of work that miss 100 %",
      vm("size: small, load: idle, work: {cpu: 70 %, oltp: 20 %}"),
      "f.yaml:3:42 vms[0].work: the shares sum to 90 %, not 100 %",
    ],
    [
      "a limit below the reservation",
      vm("size: small, load: idle, reservation: 2 GHz, limit: 1 GHz"),
      "f.yaml:3:69 vms[0].limit: the limit is below the reservation",
    ],
    [
      "two loads at once",
      vm("size: small, load: {constant: 3 %, tasks: [{work: 1 GHz s}]}"),
      "f.yaml:3:30 vms[0].load: is constant and tasks at once | write exactly one of constant, pieces, tasks, service, generator, trace",
    ],
    [
      "an entry of another load",
      vm("size: small, load: {constant: 3 %, repeat: 2}"),
      "f.yaml:3:52 vms[0].load.repeat: means nothing for constant: it belongs to pieces",
    ],
    [
      "no end",
      `duration: until done\n${HOST}\n${VM}\n`,
      "f.yaml:3:30 vms[0].load: has no end, but duration is until done: nothing would ever stop the run | write a duration such as 7 days, or give these VMs a lifetime",
    ],
    ["an unknown host to start on", vm("size: small, load: idle, host: g"), 'f.yaml:3:48 vms[0].host: there is no host "g" | did you mean h?'],
    [
      "a P-state as fast as the host",
      host(`${server}, pstates: [{speed: 3 GHz, power: {model: constant, draw: 1 W}}]`),
      "f.yaml:2:78 hosts[0].pstates[0].speed: a further P-state must be slower than the host's speed",
    ],
    [
      "an entry of another power model",
      host("cores: 4, speed: 2 GHz, memory: 8 GiB, power: {model: constant, draw: 9 W, idle: 5 W}"),
      "f.yaml:2:111 hosts[0].power.idle: means nothing for model constant, which takes draw and off",
    ],
    // Events.
    ["an event to an unknown host", rest("events: [{at: 1 h, host: hh, do: off}]"), 'f.yaml:4:26 events[0].host: there is no host "hh" | did you mean h?'],
    ["an event to an unknown VM", rest("events: [{at: 1 h, vm: w, do: stop}]"), 'f.yaml:4:24 events[0].vm: there is no VM "w" | did you mean v?'],
    ["an event to nobody", rest("events: [{at: 1 h, do: off}]"), "f.yaml:4:11 events[0]: does not say to whom | write one of host, vm, link, datastore"],
    ["what a VM cannot do", rest("events: [{at: 1 h, vm: v, do: pstate}]"), 'f.yaml:4:31 events[0].do: a VM cannot "pstate"'],
    ["a speed without unit", rest("events: [{at: 1 h, host: h, do: speed, to: 0.5}]"), "f.yaml:4:44 events[0].to: 0.5 is a number without a unit | write 50 %"],
    [
      "a P-state the host lacks",
      rest("events: [{at: 1 h, host: h, do: pstate, to: 1}]"),
      "f.yaml:4:45 events[0].to: 1 is not one of the host's P-states | write P-states for these hosts first (pstates)",
    ],
    ["a move to nowhere", rest("events: [{at: 1 h, vm: v, do: move, to: g}]"), 'f.yaml:4:41 events[0].to: there is no host "g" | did you mean h?'],
    [
      "a day that does not exist",
      rest("start: 2026-02-30"),
      'f.yaml:4:8 start: "2026-02-30" is not an instant | write a day or a day with a time: 2026-01-05, 2026-01-05T08:00:00Z',
    ],
    [
      "too fine a timeline",
      `duration: 900 years\nobserve: 1 s\n${HOST}\n${VM}\n`,
      "f.yaml:2:10 observe: the timeline would have 28382400000 rows: at most 10000000 | write a longer interval in observe",
    ],
  ])("%s", (_, text, expected) => {
    expect(said(text)).toEqual([expected]);
  });
});

describe("all mistakes of a file are said at once, in the order of the file", () => {
  const text = `duration: 7 day
hosts:
  - name: old
    server: dell-r740-8281
    memory: 768
    hypervisor: kmv
  - name: new
    cores: "16"
    spede: 2.4 GHz
    memory: 256 GiB
    power: {model: linear, idle: 100, full: 300 W}
    hypervisor: {product: kvm, cpuEfficency: 97 %}
vms:
  - name: web
    vcpus: 2
    load: 30
  - name: db
    size: mediun
    load: {generator: {profile: enterprize}}
events:
  - {at: 3, host: nwe, do: off}
placement: frist-fit
`;
  it("schema and meaning together", () => {
    expect(said(text).map((line) => line.replace(/ \|.*/, ""))).toEqual([
      'f.yaml:4:13 hosts[0].server: there is no server "dell-r740-8281"',
      "f.yaml:5:13 hosts[0].memory: 768 is a number without a unit",
      'f.yaml:6:17 hosts[0].hypervisor: there is no hypervisor "kmv"',
      'f.yaml:8:12 hosts[1].cores: "16" is text, not a number',
      'f.yaml:9:5 hosts[1].spede: "spede" is not known here',
      'f.yaml:12:32 hosts[1].hypervisor.cpuEfficency: "cpuEfficency" is not known here',
      "f.yaml:16:11 vms[0].load: 30 is a number without a unit",
      'f.yaml:18:11 vms[1].size: there is no VM size "mediun"',
      'f.yaml:19:33 vms[1].load.generator.profile: "enterprize" is not one of enterprise, cloud',
      "f.yaml:21:10 events[0].at: 3 is a number without a unit",
      'f.yaml:21:19 events[0].host: there is no host "nwe"',
      'f.yaml:22:12 placement: there is no placement policy "frist-fit"',
    ]);
  });
});

describe("how a problem looks", () => {
  it("has its place, the line with a caret and what to write", () => {
    const loaded = loadScenario(
      `duration: 1 day\nhosts:\n  - name: h\n    memory: 768\n    server: dell-r740-8280\n    hypervisor: kvm\n${VM}\n`,
      "lagoon.yaml",
      catalogue,
    );
    expect(loaded.ok ? "" : renderProblems(loaded.problems)).toBe(
      [
        "  lagoon.yaml:4:13  hosts[0].memory: 768 is a number without a unit",
        "    3 │   - name: h",
        "    4 │     memory: 768",
        "      │             ^^^",
        "    5 │     server: dell-r740-8280",
        "  write 768 GiB (or GB, MiB, TiB)",
        "",
        "  1 problem. Nothing was run.                                        exit code 2",
        "",
      ].join("\n"),
    );
  });
  it("stays within 80 columns, however long the line or the name", () => {
    const loaded = loadScenario(
      `duration: 1 day\n${HOST}\nvms: [{name: ${"x".repeat(90)}, size: small, owner: ${"y".repeat(90)}, load: 30}]\n`,
      "f.yaml",
      catalogue,
    );
    const lines = (loaded.ok ? "" : renderProblems(loaded.problems)).split("\n");
    expect(lines.filter((line) => line.length > 80)).toEqual([]);
    const caret = lines.findIndex((line) => line.includes("^"));
    expect(lines[caret - 1]?.slice(lines[caret]?.indexOf("^"), (lines[caret]?.indexOf("^") ?? 0) + 2)).toBe("30");
  });
});

describe("overrides have their own place", () => {
  const good = `duration: 1 day\n${HOST}\n${VM}\n`;
  it.each<[string, string, string]>([
    ["hosts[0].memory", "768", "--set:1:17 hosts[0].memory: 768 is a number without a unit | write 768 GiB (or GB, MiB, TiB)"],
    ["hosts.hh.count", "2", '--set:1:1 : hosts has no entry named "hh" | did you mean h?'],
    ["hosts[3].count", "2", "--set:1:1 : hosts has 1 entries, numbered from 0"],
    ["vms.v.lode", "3 %", '--set:1:12 vms[0].lode: "lode" is not known here'],
    ["duration.x", "3 %", "--set:1:1 : duration is a single value or an alias: it has no entries to set"],
    ["a..b", "1", '--set:1:1 : "a..b" is not a path | write a path such as duration, hosts[0].count or vms.web.load'],
    ["site", "{pue: [}", "--set:1:13 : not valid YAML: flow sequence in block collection must be sufficiently indented and end with a ]"],
    ["__proto__.x", "1", "--set:1:1 : the scenario is not a list"],
  ])("%s=%s", (path, value, expected) => {
    expect(said(good, [{ path, value }])[0]).toBe(expected);
  });
});

describe("options of a placement policy", () => {
  it("are checked by the policy, before anything runs", () => {
    const strict = {
      ...catalogue,
      policyFault: (policy: string, options: Readonly<Record<string, unknown>>) => (policy === "nova" && "ram" in options ? 'nova has no option "ram"' : null),
    };
    const problems = (placement: string): string[] => {
      const loaded = loadScenario(rest(`placement: ${placement}`), "f.yaml", strict);
      return loaded.ok ? [] : loaded.problems.map((p) => `${p.line}:${p.column} ${p.path}: ${p.message}`);
    };
    expect(problems("{policy: nova, ram: 3}")).toEqual(['4:27 placement.ram: nova has no option "ram"']);
    expect(problems("{policy: nova}")).toEqual([]);
  });
});

describe("warnings: legal, but hardly meant", () => {
  const warned = (text: string): string[] => {
    const loaded = loadScenario(text, "f.yaml", catalogue);
    return loaded.ok ? loaded.warnings.map((w) => `${w.line}:${w.column} ${w.path}: ${w.message}`) : ["not loaded"];
  };
  it.each<[string, string, string]>([
    [
      "a VM wider than any host",
      vm("vcpus: 300, memory: 1 GiB, load: idle"),
      "3:8 vms[0]: no host takes a VM of 300 vCPUs (at most 224): all of them are rejected",
    ],
    [
      "a VM larger than any host",
      vm("vcpus: 1, memory: 1 TiB, load: idle"),
      "3:8 vms[0]: no host has 1048576 MiB of memory for a VM (at most 196608): all of them are rejected",
    ],
    [
      "a load no core can carry",
      vm("size: small, load: {constant: 100 %, speed: 5 GHz}"),
      "3:30 vms[0].load: asks for 5000 MHz of each vCPU, but no host has cores faster than 2700 MHz: the VMs never get all of it",
    ],
    ["an arrival after the end", vm("size: small, load: idle, arrival: {at: 2 days}"), "3:56 vms[0].arrival.at: is after the end of the run"],
    ["an event after the end", rest("events: [{at: 2 days, host: h, do: off}]"), "4:15 events[0].at: is after the end of the run"],
    ["a queue's settings without a queue", rest("admission: {maxWait: 5 min}"), "4:22 admission.maxWait: has no effect: whenFull is reject"],
    [
      "programs on a bare-metal hypervisor",
      host(`${server}, programs: {cores: 2}`),
      "2:60 hosts[0].programs: KVM runs on bare metal: its hosts seldom run programs beside the VMs",
    ],
    [
      "memory beyond what the curve was measured with",
      host(`${server}, memory: 768 GiB`),
      "2:68 hosts[0].memory: dell-r740-8280 was measured with 192\u00a0GiB; the power of the further memory is not counted",
    ],
    [
      "idle above full",
      host("cores: 4, speed: 2 GHz, memory: 8 GiB, power: {model: linear, idle: 90 W, full: 9 W}"),
      "2:104 hosts[0].power.idle: idle takes more power (90 W) than full load (9 W)",
    ],
  ])("%s", (_, text, expected) => {
    expect(warned(text)).toEqual([expected]);
  });
});
