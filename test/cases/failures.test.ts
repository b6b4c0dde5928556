/** What the failure of each kind of component does, at set times, by hand. Hosts of two racks, two feeds, two cooling units. */
import { describe, expect, it } from "vitest";
import type { FailureModel } from "../../src/model/failures/spec.ts";
import type { Results } from "../../src/results/results.ts";
import { numbers, texts } from "../../src/results/table.ts";
import type { ResolvedHostGroup, ResolvedScenario } from "../../src/scenario/resolved.ts";
import { simulate } from "../../src/simulation.ts";
import { failureModel } from "../../src/validation/failures.ts";
import { host, ideal, pieces, scenario, vm } from "../support/build.ts";
import { cell, eventTimes, metric } from "../support/read.ts";

const location = { room: "hall", rack: "r", hostsPerRack: 2, feeds: ["A", "B"], cooling: ["c1", "c2"], switches: ["tor-{rack}"] };
const four = (over: Partial<ResolvedHostGroup> = {}): ResolvedHostGroup[] => [host({ count: 4, memoryMiB: 2048, location, ...over })];
const at = (seconds: number[], over: Partial<FailureModel>): FailureModel =>
  failureModel({
    between: null,
    atSeconds: seconds,
    repair: { law: "exactly", value: 300 },
    name: over.name ?? `${over.of} ${(over.which ?? []).join(" ")} ${seconds.join(" ")}`,
    ...over,
  });
/** One VM on each host, which waits for it. */
const run = (models: FailureModel[], over: Partial<ResolvedScenario> = {}): Results =>
  simulate(
    scenario({
      durationSeconds: 2000,
      hosts: four(),
      vms: [vm({ count: 4, memoryMiB: 1536, onHostDown: "wait" })],
      failures: { models, traces: [], crews: null },
      ...over,
    }),
  );
const extra = (results: Results, name: string) => {
  const table = results.extra.find((t) => t.name === name);
  if (!table) throw new Error(`no ${name}`);
  return table;
};
/** Seconds each host was failed. */
const failed = (results: Results): number[] => Array.from(numbers(results.hosts, "failed_core_s"));

describe("domains", () => {
  it("a rack takes its two hosts with it, and nobody else", () => {
    const results = run([at([100], { of: "rack", which: ["r-2"] })]);
    expect(failed(results)).toEqual([0, 0, 300, 300]);
    expect(cell(extra(results, "failures"), "name", "r-2", "vms")).toBe(2);
    expect(metric(results, "blast_radius_vms")).toBe(2);
  });
  it("room and site take all", () => {
    expect(failed(run([at([100], { of: "room" })]))).toEqual([300, 300, 300, 300]);
    expect(failed(run([at([100], { of: "site" })]))).toEqual([300, 300, 300, 300]);
  });
  it("one feed of two harms nobody; both overlap from 200 to 400 s: down until the first is back", () => {
    expect(failed(run([at([100], { of: "feed", which: ["A"] })]))).toEqual([0, 0, 0, 0]);
    expect(failed(run([at([100], { of: "feed", which: ["A"] }), at([200], { of: "feed", which: ["B"] })]))).toEqual([200, 200, 200, 200]);
  });
  it("cooling: one unit of two is enough; without both, hosts go on for the grace of 60 s", () => {
    const cooling = (which: string, t: number) => at([t], { of: "cooling", which: [which], graceSeconds: 60 });
    expect(failed(run([cooling("c1", 100)]))).toEqual([0, 0, 0, 0]);
    // Both are out from 200 to 400 s: down from 260 to 400.
    expect(failed(run([cooling("c1", 100), cooling("c2", 200)]))).toEqual([140, 140, 140, 140]);
    // Out from 350 to 400 s only: the grace is not over.
    expect(failed(run([cooling("c1", 100), cooling("c2", 350)]))).toEqual([0, 0, 0, 0]);
  });
  it("a host of a failed rack that fails itself is back when both are whole, and boots where it is asked to", () => {
    const both = [at([100], { of: "rack", which: ["r-1"] }), at([200], { of: "host", which: ["h-1"] })];
    expect(failed(run(both))).toEqual([400, 300, 0, 0]);
    const transitions = { ...four()[0].transitions, bootSeconds: 50 };
    const boots = run([at([100], { of: "rack", which: ["r-1"], boots: true })], { hosts: four({ transitions }) });
    expect(eventTimes(boots, "host on", "h-1")).toEqual([450]);
    expect(cell(boots.hosts, "host", "h-1", "failed_core_s")).toBe(300);
  });
  it("a top-of-rack switch cuts its hosts off: VMs run on, unreachable", () => {
    const results = run([at([100], { of: "switch", which: ["tor-r-1"] })]);
    expect(failed(results)).toEqual([0, 0, 0, 0]);
    expect([...texts(extra(results, "outages"), "kind")]).toEqual(["unreachable", "unreachable"]);
    expect(metric(results, "down_vm_h") * 3600).toBeCloseTo(600, 9);
    expect(cell(results.vms, "vm", "v-1", "running_s")).toBe(2000);
  });
});

describe("parts of a host", () => {
  it("one disk of four may fail; a second one before the first is replaced takes the host and its data", () => {
    const disks = (times: number[]) => [at(times, { of: "disk", name: "disks", which: ["h-1"], perHost: 1, tolerates: 0 })];
    expect(failed(run(disks([100])))[0]).toBe(300);
    expect(eventTimes(run(disks([100])), "data lost", "h-1")).toEqual([100]);
    // Four disks that fail together exceed a tolerance of one; of two, a tolerance of one saves nobody either, of two it does.
    expect(failed(run([at([100], { of: "disk", name: "d", which: ["h-1"], perHost: 4, tolerates: 1 })]))[0]).toBe(300);
    expect(eventTimes(run([at([100], { of: "disk", name: "d", which: ["h-1"], perHost: 2, tolerates: 1 })]), "data lost", "h-1")).toEqual([100]);
  });
  it("a host in maintenance that is cut off is emptied when it is back on the network", () => {
    const rebalance = {
      everySeconds: 60,
      policy: "none",
      options: {},
      placement: { policy: "first-fit" },
      maxMigrationsPerRound: null,
      maxMigrationsAtOnce: null,
      coldMigrations: true,
      power: { policy: "always-on", options: {} },
    };
    const results = run([at([100], { of: "nic", name: "cards", which: ["h-1"], perHost: 1, tolerates: 0 })], {
      vms: [vm({ name: "m", memoryMiB: 256, host: "h-1" })],
      rebalance,
      events: [{ atSeconds: 150, host: "h-1", do: "maintenance" }],
    });
    // Cut off from 100 to 400 s: the rounds of 180 to 360 s can do nothing, that of 420 s moves it.
    expect(numbers(results.migrations, "started_s")).toEqual(Float64Array.of(420));
  });
  it("all cards of a host cut it off", () => {
    const results = run([at([100], { of: "nic", name: "cards", which: ["h-3"], perHost: 2, tolerates: 1 })]);
    expect(metric(results, "outages")).toBe(1);
    expect(eventTimes(results, "cut off", "h-3")).toEqual([100]);
    expect(eventTimes(results, "reconnected", "h-3")).toEqual([400]);
  });
  it("a host OS stands only under Type 2 products", () => {
    const hosts = [host({ name: "one", memoryMiB: 2048 }), host({ name: "two", memoryMiB: 2048, hypervisor: { ...ideal, type: 2 } })];
    expect(failed(run([at([100], { of: "host-os" })], { hosts, vms: [vm({ count: 2, memoryMiB: 1536, onHostDown: "wait" })] }))).toEqual([0, 300]);
  });
  it("a guest's crash stays in its guest", () => {
    const results = run([at([100], { of: "vm", name: "guest", which: ["v-2"] })]);
    expect(failed(results)).toEqual([0, 0, 0, 0]);
    expect([...texts(extra(results, "outages"), "vm")]).toEqual(["v-2"]);
    expect(metric(results, "down_vm_h") * 3600).toBeCloseTo(300, 9);
  });
});

describe("where the network is described", () => {
  // Each VM asks for 800 of 1000 MHz and 0.4 Gbit/s in each direction; its host is without a network from 100 to 400 s.
  const talkers = vm({
    count: 4,
    memoryMiB: 1536,
    workload: pieces([1e6, 800]),
    io: { iops: 0, diskMiBPerSecond: 0, gbitPerSecond: 0.8 },
  });
  const slowed = (results: Results, v: string) => {
    const table = extra(results, "slowdown");
    return texts(table, "vm").includes(v) ? cell(table, "vm", v, "lost_network_s") : 0;
  };
  const switches = [{ name: "tor-r-1", hosts: ["h-1", "h-2"], uplinkGbitPerSecond: 10, uplinks: 1 }];
  const tor = at([100], { of: "switch", which: ["tor-r-1"] });

  it("VMs behind a failed switch can do nothing for 300 s; the others, and all where no network is described, go on", () => {
    const results = run([tor], { vms: [talkers], switches });
    for (const v of ["v-1", "v-2"]) expect(slowed(results, v)).toBeCloseTo(300, 6);
    for (const v of ["v-3", "v-4"]) expect(slowed(results, v)).toBe(0);
    // 0.8 cores for 2000 s less 300 s.
    expect(cell(results.vms, "vm", "v-1", "delivered_core_s")).toBeCloseTo(0.8 * 1700, 6);
    expect(cell(run([tor], { vms: [talkers] }).vms, "vm", "v-1", "delivered_core_s")).toBeCloseTo(0.8 * 2000, 6);
  });
  it("a location that names no switch has the one the host is behind", () => {
    const results = run([tor], { vms: [talkers], switches, hosts: four({ location: { ...location, switches: [] } }) });
    expect([slowed(results, "v-1"), slowed(results, "v-3")].map(Math.round)).toEqual([300, 0]);
    expect(eventTimes(results, "cut off", "h-2")).toEqual([100]);
  });
  it("a host without cards is without links", () => {
    const nics = [{ name: "card", gbitPerSecond: 1, count: 2, bond: "active" as const, networks: null }];
    const results = run([at([100], { of: "nic", name: "cards", which: ["h-3"], perHost: 2, tolerates: 1 })], { vms: [talkers], hosts: four({ nics }) });
    expect([slowed(results, "v-2"), slowed(results, "v-3")].map(Math.round)).toEqual([0, 300]);
  });
  it("a migration over a failed switch breaks off", () => {
    // 1536 MiB at 1 Gbit/s take 12.9 s: under way at 100 s.
    const results = run([tor], {
      vms: [vm({ count: 1, name: "m", memoryMiB: 1536, host: "h-1" })],
      switches,
      events: [{ atSeconds: 95, vm: "m", do: "migrate", to: "h-3" }],
    });
    expect([...texts(results.migrations, "end"), cell(results.migrations, "vm", "m", "ended_s")]).toEqual(["network failed", 100]);
    expect(cell(results.vms, "vm", "m", "running_s")).toBe(2000);
  });
});

describe("causes shared", () => {
  it("a bad patch goes from host to host, one every 100 s, to half of them", () => {
    const results = run([at([100], { of: "operator", name: "bad patch", beta: 1, share: 0.5, everySeconds: 100 })]);
    expect(failed(results).toSorted((a, b) => a - b)).toEqual([0, 0, 300, 300]);
    const failures = extra(results, "failures");
    expect([...texts(failures, "component")]).toEqual(["operator", "host", "host"]);
    expect(Array.from(numbers(failures, "time_s"))).toEqual([100, 100, 200]);
    // The patch counts for both hosts and VMs that followed from it.
    expect([numbers(failures, "hosts")[0], numbers(failures, "vms")[0], numbers(failures, "parent")[1]]).toEqual([2, 2, 0]);
    expect(metric(results, "failures")).toBe(1);
  });
  it("everything at once ends with a report", () => {
    const all = (["site", "room", "rack", "feed", "cooling", "switch", "host", "hypervisor", "disk", "nic", "vm"] as const).map((of) =>
      at([100], { of, name: of }),
    );
    const results = run([...all, at([100], { of: "operator", name: "patch", beta: 1 })]);
    expect(failed(results)).toEqual([300, 300, 300, 300]);
    expect(metric(results, "outages")).toBe(4);
    expect(metric(results, "availability_pct")).toBeCloseTo(85, 9);
  });
  it("two crews for three hosts: the third waits, 300 + 300 s", () => {
    const results = run([at([100], { of: "host", which: ["h-1", "h-2", "h-3"] })], {
      failures: { models: [at([100], { of: "host", which: ["h-1", "h-2", "h-3"] })], traces: [], crews: 2 },
    });
    expect(failed(results)).toEqual([300, 300, 600, 0]);
    expect(Array.from(numbers(extra(results, "failures"), "repair_started_s"))).toEqual([100, 100, 400]);
  });
  it("one spare for two hosts: the first is swapped in 60 s, the second waits for the bench, 300 + 60 s", () => {
    expect(failed(run([at([100], { of: "host", which: ["h-1", "h-2"], spares: { count: 1, swapSeconds: 60 } })]))).toEqual([60, 360, 0, 0]);
  });
});

describe("recorded nodes", () => {
  it("the first node's times are the first host's", () => {
    const results = run([], {
      failures: {
        models: [],
        crews: null,
        traces: [
          {
            name: "t",
            which: null,
            boots: false,
            source: null,
            pulses: [],
            repeat: false,
            nodes: [
              {
                node: "a",
                downtimes: [
                  { startSeconds: 100, endSeconds: 150 },
                  { startSeconds: 200, endSeconds: 300 },
                ],
              },
              { node: "b", downtimes: [] },
            ],
          },
        ],
      },
    });
    expect(failed(results)).toEqual([150, 0, 0, 0]);
  });
});
