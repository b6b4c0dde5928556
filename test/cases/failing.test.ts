/** Hosts that fail and come back: states, energy, VMs, failure domains, by hand. Idle 100 W, full 200 W, off 3 W. */
import { describe, expect, it } from "vitest";
import { Domains } from "../../src/model/domains.ts";
import { createHosts } from "../../src/model/hosts.ts";
import { domainNames } from "../../src/model/location.ts";
import type { Results } from "../../src/results/results.ts";
import { texts } from "../../src/results/table.ts";
import type { ResolvedHostGroup, ResolvedScenario } from "../../src/scenario/resolved.ts";
import { simulate } from "../../src/simulation.ts";
import { host, ideal, scenario, vm } from "../support/build.ts";
import { account, cell, eventTimes } from "../support/read.ts";

const power = { model: "linear", idleWatts: 100, fullWatts: 200, offWatts: 3 } as const;
const hosts = (count: number, over: Partial<ResolvedHostGroup> = {}) => [host({ count, memoryMiB: 2048, power, ...over })];
const queue = { ...scenario().admission, whenFull: "queue" as const };
const run = (over: Partial<ResolvedScenario>): Results => simulate(scenario({ admission: queue, durationSeconds: 1000, ...over }));
const joules = (results: Results, name: string): number => cell(results.hosts, "host", name, "energy_kwh") * 3.6e6;

describe("a host fails", () => {
  const events: ResolvedScenario["events"] = [
    { atSeconds: 300, host: "h", do: "fail" },
    { atSeconds: 600, host: "h", do: "repair" },
  ];
  it("and draws nothing: 700 s idle", () => {
    const results = run({ hosts: hosts(1), vms: [], events });
    expect(joules(results, "h")).toBeCloseTo(700 * 100, 6);
    expect(account(results, "cpu", "failed")).toBe(300);
    expect(account(results, "cpu", "off")).toBe(0);
    expect(eventTimes(results, "host failed", "h")).toEqual([300]);
    expect(eventTimes(results, "host repaired", "h")).toEqual([600]);
    expect(eventTimes(results, "host on", "h")).toEqual([600]);
  });
  it("and draws what an idle one does, by OpenDC's convention: 1000 s idle, 300 of them failed", () => {
    const transitions = { ...hosts(1)[0].transitions, failedWatts: null };
    const results = run({ hosts: hosts(1, { transitions }), vms: [], events });
    expect(joules(results, "h")).toBeCloseTo(1000 * 100, 6);
    expect(account(results, "energy", "failed")).toBeCloseTo(300 * 100, 6);
    expect(account(results, "energy", "idle")).toBeCloseTo(700 * 100, 6);
  });
  it("its VM waits for it, and boots: down 300 s, booting 18 s", () => {
    const hypervisor = { ...ideal, bootSeconds: { linux: 18, windows: 60 } };
    const results = run({
      hosts: hosts(2, { hypervisor }),
      vms: [vm({ onHostDown: "wait" })],
      events: events.map((e) => ({ ...e, host: "h-1" })),
    });
    expect(eventTimes(results, "down", "v")).toEqual([300]);
    expect(eventTimes(results, "running", "v")).toEqual([0, 618]);
    expect(account(results, "vm", "down (failure)")).toBe(300);
    expect(account(results, "vm", "booting")).toBe(18);
    expect(cell(results.vms, "vm", "v", "running_s")).toBe(682);
  });
  it("one that no host takes holds up nobody who is down too", () => {
    // At 300 both hosts of 2 GiB fail, at 600 h-2 comes back, with room for all three. The large VM, first of those that wait, must
    // be on h-1.
    const results = run({
      hosts: hosts(2),
      vms: [vm({ name: "a-large", memoryMiB: 1024, onHostDown: "restart" }), vm({ name: "small", count: 2, memoryMiB: 512, onHostDown: "restart" })],
      rules: [{ kind: "hosts", name: "licence", vms: ["a-large"], hosts: ["h-1"], strength: "must" }],
      events: [
        { atSeconds: 300, host: "h-1", do: "fail" },
        { atSeconds: 300, host: "h-2", do: "fail" },
        { atSeconds: 600, host: "h-2", do: "repair" },
      ],
    });
    for (const name of ["small-1", "small-2"]) expect(eventTimes(results, "running", name)).toEqual([0, 600]);
    expect(eventTimes(results, "running", "a-large")).toEqual([0]);
    const outages = results.extra.find(({ name }) => name === "outages");
    expect(outages && texts(outages, "waits_for").filter((why) => why !== "")).toEqual(['rule "licence" says it must be on other hosts']);
  });
  it("or restarts elsewhere at once, and boots there", () => {
    const hypervisor = { ...ideal, bootSeconds: { linux: 18, windows: 60 } };
    const results = run({
      hosts: hosts(2, { hypervisor }),
      vms: [vm({ onHostDown: "restart" })],
      events: events.map((e) => ({ ...e, host: "h-1" })),
    });
    expect(eventTimes(results, "running", "v")).toEqual([0, 318]);
    expect(account(results, "vm", "booting")).toBe(18);
  });
  it("switched off while it is failed, it is off when it is repaired; failed while off, it stays off", () => {
    const results = run({
      hosts: hosts(1),
      vms: [],
      events: [...events, { atSeconds: 400, host: "h", do: "off" }, { atSeconds: 800, host: "h", do: "on" }],
    });
    // 300 s on, 300 failed, 200 off at 3 W, 200 on.
    expect(joules(results, "h")).toBeCloseTo(500 * 100 + 200 * 3, 6);
    expect(account(results, "cpu", "failed")).toBe(300);
    expect(account(results, "cpu", "off")).toBe(200);
    const off = run({ hosts: hosts(1), vms: [], events: [{ atSeconds: 100, host: "h", do: "off" }, ...events] });
    expect(joules(off, "h")).toBeCloseTo(100 * 100 + 200 * 3 + 400 * 3, 6);
    expect(account(off, "cpu", "failed")).toBe(300);
  });
  it("repaired without having failed, nothing happens", () => {
    expect(eventTimes(run({ hosts: hosts(1), vms: [], events: [{ atSeconds: 1, host: "h", do: "repair" }] }), "host repaired", "h")).toEqual([]);
  });
});

describe("failure domains", () => {
  const location = { room: "hall", rack: "r", hostsPerRack: 4, feeds: ["A", "B"], cooling: ["crac"], switches: ["tor-{rack}"] };
  it("racks are filled in order, and numbered; what is named after the rack is the rack's", () => {
    const c = host({ count: 10, location });
    expect([0, 3, 4, 8, 9].flatMap((i) => domainNames(c, i, "rack"))).toEqual(["r-1", "r-1", "r-2", "r-3", "r-3"]);
    expect(domainNames(c, 5, "switch")).toEqual(["tor-r-2"]);
    expect(domainNames(c, 5, "feed")).toEqual(["A", "B"]);
    expect(domainNames(host({ count: 3, location: { ...location, hostsPerRack: null } }), 2, "rack")).toEqual(["r"]);
    expect(domainNames(host({ count: 3 }), 2, "rack")).toEqual([]);
  });
  it("one of two feeds is enough; the last one takes all hosts", () => {
    const domains = new Domains(createHosts([host({ count: 6, location })]));
    const [a = -1] = domains.find("feed", "A");
    const [b = -1] = domains.find("feed", "B");
    expect(domains.list[a]?.hosts).toEqual([0, 1, 2, 3, 4, 5]);
    expect(domains.down(a)).toEqual([]);
    expect(domains.down(b)).toEqual([0, 1, 2, 3, 4, 5]);
    expect(domains.up(a)).toEqual([0, 1, 2, 3, 4, 5]);
    expect(domains.up(b)).toEqual([]);
    expect(domains.find("rack").map((d) => domains.list[d]?.hosts)).toEqual([
      [0, 1, 2, 3],
      [4, 5],
    ]);
  });
});
