/**
 * Each cause is said once. What only follows from another mistake is not said; what is wrong whatever the other mistake was
 * meant to be is.
 */
import { describe, expect, it } from "vitest";
import * as library from "../../src/index.ts";
import { loadScenario } from "../../src/scenario/load.ts";
import { catalogue } from "./catalogue.ts";

const said = (text: string): string[] => {
  const loaded = loadScenario(text, "f.yaml", catalogue);
  if (loaded.ok) return [];
  return loaded.problems.map(({ line, column, path, message, suggestion, allowed, write }) => {
    const advice = suggestion !== undefined ? `${suggestion}?` : (write ?? allowed?.join(", "));
    return `${line}:${column} ${path}: ${message}${advice === undefined ? "" : ` | ${advice}`}`;
  });
};
const SERVER = "server: dell-r740-8280, hypervisor: kvm";
const BASE = `duration: 1 day
hosts: [{name: h, count: 2, ${SERVER}}]
vms: [{name: v, size: small, load: idle}]
`;

describe("a misspelt word is taken as it was meant", () => {
  const recovery = (mode: string): string => `duration: 1 day
sites: [{name: a}, {name: b}]
hosts: [{name: h, site: a, ${SERVER}}, {name: g, site: b, ${SERVER}}]
vms: [{name: v, size: small, load: idle}]
recovery:
  replication: [{name: r, vms: v, to: b, mode: ${mode}, roundTrip: 1 ms}]
`;
  const words = "is not one of synchronous, asynchronous";
  it("so that what belongs to it is not refused", () => {
    expect(said(recovery("synchron"))).toEqual([`6:48 recovery.replication[0].mode: "synchron" ${words} | synchronous?`]);
  });
  it("a word that could be any of them, and what is right for one of them", () => {
    expect(said(recovery("both"))).toEqual([`6:48 recovery.replication[0].mode: "both" ${words}`]);
  });
  it("what is wrong whichever it was", () => {
    expect(said(recovery("both").replace("to: b", "to: c"))).toEqual([
      '6:39 recovery.replication[0].to: there is no site "c" | a?',
      `6:48 recovery.replication[0].mode: "both" ${words}`,
    ]);
  });
  it("a misspelt key of something required: not missing too, and what it holds is looked at", () => {
    expect(said(BASE.replace("hypervisor: kvm", "hypervsior: kmv"))).toEqual([
      '2:53 hosts[0].hypervsior: "hypervsior" is not known here | hypervisor?',
      '2:65 hosts[0].hypervsior: there is no hypervisor "kmv" | kvm?',
    ]);
  });
});

describe("entries that are wrong themselves are there all the same", () => {
  const disks = (datastore: string, named: string): string =>
    `${BASE.replace("load: idle", `load: idle, disks: [{size: 1 GiB, datastore: ${named}}]`)}datastores: [${datastore}]\n`;
  const bad = "{name: san, capacity: 8, iops: 100, throughput: 1 MiB/s}";
  const fault = (at: number): string => `4:${at} datastores[0].capacity: 8 is a number without a unit | 8 GiB (or GB, MiB, TiB)`;
  it("who names one is right", () => {
    expect(said(disks(bad, "san"))).toEqual([fault(36)]);
  });
  it("who misspells it is offered its name", () => {
    expect(said(disks(bad, "sann"))).toEqual(['3:75 vms[0].disks[0].datastore: there is no datastore "sann" | san?', fault(36)]);
  });
  it("one without a name may be any; a whole list that is none may hold anything", () => {
    expect(said(disks(bad.replace("name: san, ", "").replace("8", "8 GiB"), "san"))).toEqual([
      "4:15 datastores[0].name: is required | a name, such as name: web",
    ]);
    expect(said(disks(bad, "san").replace("[{name: san", "none #"))).toEqual(['4:13 datastores: "none" is not a list']);
  });
  it("a group of unknown size may have any member", () => {
    expect(said(`${BASE.replace("count: 2", "count: two")}events: [{at: 1 h, host: h-2, do: off}]\n`)).toEqual(['2:26 hosts[0].count: "two" is not a number']);
  });
});

describe("the library", () => {
  it("finds the same mistakes as the command, options of policies among them", () => {
    const loaded = library.loadScenario(`${BASE}placement: {policy: nova, ramm: 3}\n`, "f.yaml", library.catalogue);
    expect(loaded.ok ? [] : loaded.problems.map(({ path, message }) => `${path}: ${message}`)).toEqual([
      expect.stringMatching(/^placement\.ramm: .*has no option "ramm"/) as string,
    ]);
  });
  it("says what it takes when it is given something else", () => {
    const { loadScenario: load, simulate } = library as unknown as Record<"loadScenario" | "simulate", (...given: unknown[]) => unknown>;
    for (const wrong of [undefined, null, {}, 3, ["a"]]) {
      expect(() => load(wrong, "f.yaml", catalogue)).toThrow("loadScenario reads the text of a scenario");
      expect(() => simulate(wrong)).toThrow("simulate runs a scenario with nothing left open");
    }
  });
});

describe("places after a wrong entry", () => {
  it("in a list in a list are those of the file", () => {
    const steps = `duration: 1 day
hosts: [{name: h, ${SERVER}}]
vms:
  - name: v
    size: small
    load:
      pieces:
        - {for: 1 h, cpu: 10 %}
        - 17
        - {for: 1 h, cpu: 10}
        - {for: 1 h, cpu: 20 %, memry: 1 GiB}
    disks:
      - nothing
      - {size: 1 GiB, datastore: nowhere}
`;
    expect(said(steps)).toEqual([
      "9:11 vms[0].load.pieces[1]: 17 is not a block of entries",
      "10:27 vms[0].load.pieces[2].cpu: 10 is a number without a unit | 10 GHz (or MHz)",
      '11:33 vms[0].load.pieces[3].memry: "memry" is not known here | memory?',
      '13:9 vms[0].disks[0]: "nothing" is not a block of entries',
      '14:34 vms[0].disks[1].datastore: there is no datastore "nowhere" | a list of them first (datastores)',
    ]);
  });
  it("what an alias repeats is said once", () => {
    const text = BASE.replace(/hosts.*\n/, `hosts: [{name: a, cores: &c 0, ${SERVER}}, {name: b, cores: *c, ${SERVER}}, {name: c, cores: *c, ${SERVER}}]\n`);
    expect(said(text)).toEqual(["2:29 hosts[0].cores: 0 is too small: at least 1"]);
  });
});
