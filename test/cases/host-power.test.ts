/** Hosts that rest and come back: times, energy and who decides, by hand. Idle 100 W, full 200 W, off 3 W, asleep 10 W. */
import { describe, expect, it } from "vitest";
import type { Results } from "../../src/results/results.ts";
import { numbers, texts } from "../../src/results/table.ts";
import type { ResolvedRebalance, ResolvedScenario } from "../../src/scenario/resolved.ts";
import { simulate } from "../../src/simulation.ts";
import { host, scenario, vm } from "../support/build.ts";
import { account, cell, eventTimes } from "../support/read.ts";

const transitions = {
  bootSeconds: 100,
  bootWatts: null,
  shutdownSeconds: 60,
  shutdownWatts: null,
  bootFailureChance: 0,
  sleepWatts: 10,
  suspendSeconds: 5,
  wakeSeconds: 8,
};
const hosts = (count: number, over: Parameters<typeof host>[0] = {}) => [
  host({ count, memoryMiB: 2048, power: { model: "linear", idleWatts: 100, fullWatts: 200, offWatts: 3 }, transitions, ...over }),
];
const power = (policy: string, options: Record<string, unknown> = {}): { rebalance: ResolvedRebalance } => ({
  rebalance: {
    everySeconds: 300,
    policy: "none",
    options: {},
    placement: { policy: "first-fit" },
    maxMigrationsPerRound: null,
    maxMigrationsAtOnce: null,
    coldMigrations: false,
    power: { policy, options },
  },
});
const queue = { ...scenario().admission, whenFull: "queue" as const };
const run = (over: Partial<ResolvedScenario>): Results => simulate(scenario({ admission: queue, ...over }));
const actions = ({ decisions }: Results): string[] =>
  decisions ? Array.from(numbers(decisions, "time_s"), (time, i) => `${time} ${texts(decisions, "action")[i]} ${texts(decisions, "to")[i]}`) : [];
const joules = (results: Results, name: string): number => cell(results.hosts, "host", name, "energy_kwh") * 3.6e6;

describe("on demand", () => {
  it("shuts an empty host down and pays for it: 300 s idle, 60 s at full load, the rest off", () => {
    const results = run({ durationSeconds: 1000, hosts: hosts(2), vms: [vm()], ...power("on-demand") });
    expect(actions(results)).toEqual(["300 power-off h-2"]);
    expect(eventTimes(results, "host off", "h-2")).toEqual([360]);
    expect(joules(results, "h-2")).toBeCloseTo(300 * 100 + 60 * 200 + 640 * 3, 6);
    expect(account(results, "energy", "transitions")).toBeCloseTo(60 * 200, 6);
    // Off is off, also while it is still shutting down.
    expect(cell(results.hosts, "host", "h-2", "off_s")).toBe(700);
  });
  it("waits as long as it is told: empty for 600 s at the second round", () => {
    expect(actions(run({ durationSeconds: 1000, hosts: hosts(2), vms: [vm()], ...power("on-demand", { after: 500 }) }))).toEqual(["600 power-off h-2"]);
  });
  it("puts hosts to sleep instead: 5 s at full load, then 10 W", () => {
    const results = run({ durationSeconds: 1000, hosts: hosts(2), vms: [vm()], ...power("on-demand", { mode: "sleep" }) });
    expect(actions(results)).toEqual(["300 sleep h-2"]);
    expect(joules(results, "h-2")).toBeCloseTo(300 * 100 + 5 * 200 + 695 * 10, 6);
  });
  it("keeps one host on, whatever happens", () => {
    expect(
      actions(run({ durationSeconds: 1000, hosts: hosts(2), vms: [vm({ arrival: { atSeconds: 900, everySeconds: 0 } })], ...power("on-demand") })),
    ).toEqual(["300 power-off h-2"]);
  });
  it("brings a host back for a VM that waits: seen at 900, booted at 1000", () => {
    // 2048 MiB hold one VM of 1500; the second comes at 700 and waits.
    const vms = [vm({ name: "a", memoryMiB: 1500 }), vm({ name: "b", memoryMiB: 1500, arrival: { atSeconds: 700, everySeconds: 0 } })];
    const results = run({ durationSeconds: 2000, hosts: hosts(2), vms, ...power("on-demand") });
    expect(actions(results)).toEqual(["300 power-off h-2", "900 power-on h-2"]);
    expect(cell(results.vms, "vm", "b", "started_s")).toBe(1000);
    expect(texts(results.decisions ?? results.events, "rule")[1]).toBe("a VM waits for a place: b");
    // Boot 100 s and shutdown 60 s at 200 W.
    expect(account(results, "energy", "transitions")).toBeCloseTo(160 * 200, 6);
    expect(cell(results.hosts, "host", "h-2", "power_cycles")).toBe(1);
  });
  it("wakes one host for two VMs that fit on it, and not another while it is coming", () => {
    const late = (name: string, atSeconds: number) => vm({ name, memoryMiB: 1000, arrival: { atSeconds, everySeconds: 0 } });
    const slow = { ...transitions, bootSeconds: 500 };
    const vms = [vm({ name: "a", memoryMiB: 2000 }), late("b", 700), late("c", 800), late("d", 1000)];
    const results = run({ durationSeconds: 1300, hosts: hosts(4, { transitions: slow }), vms, ...power("on-demand") });
    // b and c fit on h-2, which is coming; d, seen at 1200, needs h-3.
    expect(actions(results)).toEqual(["300 power-off h-4", "300 power-off h-3", "300 power-off h-2", "900 power-on h-2", "1200 power-on h-3"]);
  });
  it("prefers a host that is asleep", () => {
    const vms = [vm({ name: "a", memoryMiB: 2000 }), vm({ name: "b", memoryMiB: 2000, arrival: { atSeconds: 700, everySeconds: 0 } })];
    const results = run({
      durationSeconds: 1300,
      hosts: [...hosts(1, { name: "cold", state: "off" }), ...hosts(2)],
      vms,
      ...power("on-demand", { mode: "sleep" }),
    });
    expect(actions(results)).toEqual(["300 sleep h-2", "900 power-on h-2"]);
    expect(cell(results.vms, "vm", "b", "started_s")).toBe(908);
  });
  it("tries again after a boot that failed", () => {
    const vms = [vm({ name: "a", memoryMiB: 2000 }), vm({ name: "b", memoryMiB: 2000, arrival: { atSeconds: 10, everySeconds: 0 } })];
    const results = run({
      durationSeconds: 1000,
      hosts: [...hosts(1), ...hosts(1, { name: "z", state: "off", transitions: { ...transitions, bootFailureChance: 1 } })],
      vms,
      ...power("on-demand"),
    });
    expect(actions(results)).toEqual(["300 power-on z", "600 power-on z", "900 power-on z"]);
    expect(eventTimes(results, "host boot failed", "z")).toEqual([400, 700, 1000]);
  });
  it("leaves hosts alone that the scenario switched off", () => {
    const vms = [vm({ name: "a", memoryMiB: 2000 }), vm({ name: "b", memoryMiB: 2000, arrival: { atSeconds: 10, everySeconds: 0 } })];
    const results = run({ durationSeconds: 1000, hosts: hosts(2), vms, events: [{ atSeconds: 5, host: "h-2", do: "off" }], ...power("on-demand") });
    expect(actions(results)).toEqual([]);
  });
});

describe("a reserve", () => {
  it("keeps so many empty hosts on", () => {
    const results = run({ durationSeconds: 1000, hosts: hosts(5), vms: [vm()], ...power("reserve", { hosts: 2 }) });
    expect(actions(results)).toEqual(["300 power-off h-5", "300 power-off h-4"]);
  });
  it("is filled up when a VM takes one of them", () => {
    const vms = [vm({ name: "a", memoryMiB: 2000 }), vm({ name: "b", memoryMiB: 2000, arrival: { atSeconds: 700, everySeconds: 0 } })];
    const results = run({ durationSeconds: 1000, hosts: hosts(3), vms, ...power("reserve", { hosts: 1 }) });
    expect(actions(results)).toEqual(["300 power-off h-3", "900 power-on h-3"]);
    // b need not wait: it takes the host of the reserve.
    expect(cell(results.vms, "vm", "b", "started_s")).toBe(700);
  });
});

describe("consolidation with power management", () => {
  it("empties a host, then shuts it down, by hand: 1024 MiB at 1 Gbit/s take 8.6 s", () => {
    const vms = [vm({ name: "a", host: "h-1", memoryMiB: 1024 }), vm({ name: "b", host: "h-2", memoryMiB: 1024 })];
    const { rebalance } = power("on-demand", { after: 300 });
    const results = run({ durationSeconds: 1000, hosts: hosts(2), vms, rebalance: { ...rebalance, policy: "consolidate" } });
    // Equal loads: the first host is emptied. Empty since (at the latest) 300, seen at 600.
    expect(actions(results)).toEqual(["300 migrate h-2", "600 power-off h-1"]);
    expect(joules(results, "h-1")).toBeCloseTo(600 * 100 + 60 * 200 + 340 * 3, 6);
    expect(eventTimes(results, "migrated", "a")[0]).toBeCloseTo(300 + (1024 * 2 ** 20) / (1e9 / 8), 6);
  });
  it("brings a host back for a VM that must leave an overloaded one and finds no other", () => {
    const grows = vm({
      name: "a",
      host: "h-1",
      workload: {
        kind: "pieces",
        pieces: [
          { seconds: 700, mhz: 300 },
          { seconds: 1e5, mhz: 600 },
        ],
        repeat: 1,
      },
    });
    const steady = vm({ name: "b", host: "h-1", workload: { kind: "constant", utilisation: 0.4, referenceMHz: 1000 } });
    const { rebalance } = power("on-demand");
    const results = run({
      durationSeconds: 2000,
      hosts: hosts(2, { memoryMiB: 4096 }),
      vms: [grows, steady],
      rebalance: { ...rebalance, policy: "consolidate", options: { detector: { policy: "threshold", threshold: 0.8 }, underload: "none" } },
    });
    // 70 % at first. The period 600 .. 900 has a mean of (100 x 700 + 200 x 1000) / 300 = 900 of 1000 MHz.
    expect(actions(results)).toEqual(["300 power-off h-2", "900 stay ", "900 power-on h-2", "1200 migrate h-2"]);
  });
});
