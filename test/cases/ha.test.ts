/** High availability by hand: detection, order, room, retries, isolation, split brain, monitoring, standby copies. */
import { describe, expect, it } from "vitest";
import type { HaSpec } from "../../src/model/ha/spec.ts";
import type { Results } from "../../src/results/results.ts";
import { numbers, texts } from "../../src/results/table.ts";
import type { ResolvedHostGroup, ResolvedScenario, ResolvedVmGroup } from "../../src/scenario/resolved.ts";
import { simulate } from "../../src/simulation.ts";
import { failureModel } from "../../src/validation/failures.ts";
import { host, ideal, scenario, vm } from "../support/build.ts";
import { cell, eventTimes, metric } from "../support/read.ts";

/** Guests boot in 20 s, hosts are declared dead 15 s after they fall silent. */
const hypervisor = { ...ideal, bootSeconds: { linux: 20, windows: 20 } };
const haOf = (over: Partial<HaSpec> = {}): HaSpec => ({
  watched: [{ group: "h", detectionSeconds: 15 }],
  heartbeatSeconds: 0,
  electionSeconds: 0,
  isolation: { response: "leave", afterSeconds: 30, shutdownSeconds: 300, fencing: true },
  restartsAtOnce: 32,
  retrySeconds: [120, 240],
  startFailureChance: 0,
  next: "placed",
  waitSeconds: 600,
  admission: { policy: "none" },
  monitoring: null,
  ...over,
});
const hosts = (count: number, over: Partial<ResolvedHostGroup> = {}): ResolvedHostGroup[] => [host({ count, cores: 8, memoryMiB: 8192, hypervisor, ...over })];
const guest = (name: string, over: Partial<ResolvedVmGroup> = {}): ResolvedVmGroup => vm({ name, memoryMiB: 1024, onHostDown: "restart", ...over });
const queue = { ...scenario().admission, whenFull: "queue" as const };
const run = (over: Partial<ResolvedScenario>): Results => simulate(scenario({ admission: queue, durationSeconds: 3600, ha: haOf(), ...over }));
const fails: ResolvedScenario["events"] = [{ atSeconds: 100, host: "h-1", do: "fail" }];
const outage = (results: Results, name: string, column: string): number => {
  const table = results.extra.find((t) => t.name === "outages");
  if (!table) throw new Error("no outages");
  return cell(table, "vm", name, column);
};
const endedBy = (results: Results): string[] => {
  const table = results.extra.find((t) => t.name === "outages");
  return table ? [...texts(table, "ended_by")] : [];
};
const ha = (over: Partial<NonNullable<ResolvedVmGroup["ha"]>>): NonNullable<ResolvedVmGroup["ha"]> => ({
  priority: "medium",
  after: [],
  faultTolerant: false,
  ...over,
});

describe("detection and restart", () => {
  it("down 15 s until it is noticed, 20 s of boot", () => {
    const results = run({ hosts: hosts(2), vms: [guest("a")], events: fails });
    expect(eventTimes(results, "running", "a")).toEqual([0, 135]);
    expect(outage(results, "a", "detected_s")).toBe(115);
    expect(outage(results, "a", "duration_s")).toBe(35);
    expect(endedBy(results)).toEqual(["high availability"]);
    expect(metric(results, "down_vm_h") * 3600).toBeCloseTo(35, 9);
  });
  it("the last heartbeat was up to one interval before: between 5 and 15 s for heartbeats every 10 s", () => {
    const at = outage(run({ hosts: hosts(2), vms: [guest("a")], events: fails, ha: haOf({ heartbeatSeconds: 10 }) }), "a", "detected_s");
    expect(at).toBeGreaterThan(105);
    expect(at).toBeLessThanOrEqual(115);
  });
  it("the first host watches: when it is that one, the election comes on top", () => {
    const one = run({ hosts: hosts(3), vms: [guest("a")], events: fails, ha: haOf({ electionSeconds: 12 }) });
    expect(outage(one, "a", "detected_s")).toBe(127);
    const other = run({
      hosts: hosts(3),
      vms: [guest("a", { host: "h-2" })],
      events: [{ atSeconds: 100, host: "h-2", do: "fail" }],
      ha: haOf({ electionSeconds: 12 }),
    });
    expect(eventTimes(other, "down", "a")).toEqual([100]);
  });
  it("what no product watches waits for its host, and so does what is disabled", () => {
    const both: ResolvedScenario["events"] = [...fails, { atSeconds: 900, host: "h-1", do: "repair" }];
    expect(eventTimes(run({ hosts: hosts(2), vms: [guest("a")], events: both, ha: haOf({ watched: [] }) }), "running", "a")).toEqual([0, 920]);
    expect(eventTimes(run({ hosts: hosts(2), vms: [guest("a", { ha: ha({ priority: "disabled" }) })], events: both }), "running", "a")).toEqual([0, 920]);
  });
  it("no room: it waits, and goes first to whatever comes back", () => {
    const full = run({
      hosts: hosts(2, { memoryMiB: 1024 }),
      vms: [guest("a"), guest("b")],
      events: [...fails, { atSeconds: 1000, host: "h-1", do: "repair" }],
    });
    expect(eventTimes(full, "running", "a")).toEqual([0, 1020]);
    const ends = run({ hosts: hosts(2, { memoryMiB: 1024 }), vms: [guest("a"), guest("b")], events: [...fails, { atSeconds: 500, vm: "b", do: "stop" }] });
    expect(eventTimes(ends, "running", "a")).toEqual([0, 520]);
  });
  it("its new host fails while it boots: down again, restarted again, one outage with two attempts", () => {
    const results = run({ hosts: hosts(3), vms: [guest("a")], events: [...fails, { atSeconds: 125, host: "h-2", do: "fail" }] });
    expect(eventTimes(results, "running", "a")).toEqual([0, 160]);
    expect(outage(results, "a", "attempts")).toBe(2);
    expect(metric(results, "outages")).toBe(1);
  });
  it("one VM boots at a time where only one may: 135, 155, 175 s", () => {
    const results = run({ hosts: hosts(2), vms: [guest("a", { count: 3 })], events: fails, ha: haOf({ restartsAtOnce: 1 }) });
    expect(["a-1", "a-2", "a-3"].map((name) => eventTimes(results, "running", name).at(-1))).toEqual([135, 155, 175]);
  });
  it("a start that always fails is tried after 2 and 4 minutes and given up: it waits for its host's successor by its class", () => {
    const results = run({ hosts: hosts(2), vms: [guest("a")], events: fails, ha: haOf({ startFailureChance: 1 }) });
    // Attempts at 115, 235 and 475 s; given up, it starts where there is room, which no one lets fail.
    expect(eventTimes(results, "placed", "a")).toEqual([0, 115, 235, 475, 475]);
  });
});

describe("order", () => {
  const three = [guest("app", { ha: ha({ after: ["db"] }) }), guest("db"), guest("web", { ha: ha({ after: ["app"] }) })];
  it("database, then application, then web: each boots when the one before runs", () => {
    const results = run({ hosts: hosts(2), vms: three, events: fails });
    expect(["db", "app", "web"].map((name) => eventTimes(results, "running", name).at(-1))).toEqual([135, 155, 175]);
  });
  it("nobody waits longer than 10 s where that is the limit", () => {
    const results = run({ hosts: hosts(2), vms: three, events: fails, ha: haOf({ waitSeconds: 10 }) });
    expect(["db", "app", "web"].map((name) => eventTimes(results, "running", name).at(-1))).toEqual([135, 145, 145]);
  });
  it("priorities decide who gets the last place", () => {
    const results = run({
      hosts: hosts(2, { memoryMiB: 2048 }),
      vms: [guest("a", { ha: ha({ priority: "low" }) }), guest("b", { ha: ha({ priority: "highest" }) }), guest("c", { host: "h-2" })],
      events: fails,
    });
    expect(eventTimes(results, "running", "b")).toEqual([0, 135]);
    expect(eventTimes(results, "running", "a")).toEqual([0]);
  });
  it("the next priority waits until the one before runs, where that is asked", () => {
    const two = [guest("a", { ha: ha({ priority: "low" }) }), guest("b", { ha: ha({ priority: "high" }) })];
    const results = run({ hosts: hosts(2), vms: two, events: fails, ha: haOf({ next: "running" }) });
    expect(["b", "a"].map((name) => eventTimes(results, "running", name).at(-1))).toEqual([135, 155]);
  });
});

describe("admission control", () => {
  // Two hosts of 8 GiB, VMs of 1 GiB: a slot is 1 GiB, 8 on each host. One host may fail: 8 VMs, not 9.
  it("slots: eight VMs for two hosts of eight slots, the ninth is refused with the reason", () => {
    const results = run({
      hosts: hosts(2),
      vms: [guest("a", { count: 9 })],
      admission: scenario().admission,
      ha: haOf({ admission: { policy: "slots", hosts: 1, slotMHz: null, slotMiB: null } }),
    });
    expect(metric(results, "vms_rejected")).toBe(1);
    expect(texts(results.vms, "reason").at(-1)).toBe("high availability: with it the failure of 0 hosts would be borne, not of 1");
  });
  it("percentage: of 16 GiB a quarter is set aside, twelve VMs of 1 GiB", () => {
    const results = run({
      hosts: hosts(2),
      vms: [guest("a", { count: 14 })],
      admission: scenario().admission,
      ha: haOf({ admission: { policy: "percentage", cpu: 0, memory: 0.25 } }),
    });
    expect(metric(results, "vms_rejected")).toBe(2);
  });
  it("slots that are capped: a VM of 4 GiB takes four of 1 GiB", () => {
    // Two hosts of 8 slots. One VM of 4 GiB and four of 1 GiB take 8: one host is enough for them, not for a fifth.
    const results = run({
      hosts: hosts(2),
      vms: [guest("a", { memoryMiB: 4096 }), guest("b", { count: 5 })],
      admission: scenario().admission,
      ha: haOf({ admission: { policy: "slots", hosts: 1, slotMHz: null, slotMiB: 1024 } }),
    });
    expect(metric(results, "vms_rejected")).toBe(1);
  });
  it("counts what the product that needs most needs, and under overcommitment what cannot be reclaimed", () => {
    // Overheads of 0 and 1024 MiB: a slot is 2 GiB, 4 on each host. Where all memory can be reclaimed, it is the overhead: 8.
    const heavy = { ...hypervisor, overheadBaseMiB: 1024 };
    const of = (memoryRatio: number) =>
      run({
        hosts: [...hosts(1), ...hosts(1, { name: "i", hypervisor: heavy })],
        vms: [guest("a", { count: 9 })],
        admission: { ...scenario().admission, memoryRatio },
        ha: haOf({
          watched: ["h", "i"].map((group) => ({ group, detectionSeconds: 15 })),
          admission: { policy: "slots", hosts: 1, slotMHz: null, slotMiB: null },
        }),
      });
    expect([metric(of(1), "vms_rejected"), metric(of(4), "vms_rejected")]).toEqual([5, 1]);
  });
  it("a dedicated host takes nothing but restarts, and those first", () => {
    const results = run({ hosts: hosts(3), vms: [guest("a", { count: 2 })], events: fails, ha: haOf({ admission: { policy: "dedicated", hosts: ["h-3"] } }) });
    expect([...texts(results.vms, "host")]).toEqual(["h-3", "h-3"]);
    const none = run({
      hosts: hosts(3, { memoryMiB: 1024 }),
      vms: [guest("a", { count: 3 })],
      admission: scenario().admission,
      ha: haOf({ admission: { policy: "dedicated", hosts: ["h-3"] } }),
    });
    expect(metric(none, "vms_rejected")).toBe(1);
  });
  it("with slots for one host, all VMs of a failed host find room; without, some wait", () => {
    const of = (admission: HaSpec["admission"]): Results =>
      run({
        hosts: hosts(3),
        vms: [guest("a", { count: 24 })],
        admission: scenario().admission,
        events: [{ atSeconds: 100, host: "h-2", do: "fail" }],
        ha: haOf({ admission }),
      });
    expect(metric(of({ policy: "slots", hosts: 1, slotMHz: null, slotMiB: null }), "vms_waiting")).toBe(0);
    expect(metric(of({ policy: "none" }), "vms_waiting")).toBe(8);
  });
});

describe("cut off from the network", () => {
  const location = { room: null, rack: null, hostsPerRack: null, feeds: [], cooling: [], switches: [] };
  const failures = {
    models: [failureModel({ of: "nic", name: "cards", which: ["h-1"], between: null, atSeconds: [100], repair: { law: "exactly", value: 900 } })],
    traces: [],
    crews: null,
  };
  const cut = (isolation: Partial<HaSpec["isolation"]>): Results =>
    run({ hosts: hosts(2, { location }), vms: [guest("a")], failures, ha: haOf({ isolation: { ...haOf().isolation, ...isolation } }) });
  it("left on, the VM runs on and is unreachable for as long", () => {
    const results = cut({});
    expect(outage(results, "a", "duration_s")).toBe(900);
    expect(endedBy(results)).toEqual(["network came back"]);
    expect(cell(results.vms, "vm", "a", "running_s")).toBe(3600);
  });
  it("powered off after 30 s, it is elsewhere 20 s later", () => {
    const results = cut({ response: "power-off" });
    expect(outage(results, "a", "duration_s")).toBe(50);
    expect(cell(results.vms, "vm", "a", "running_s")).toBe(3550 + 30);
    expect(endedBy(results)).toEqual(["high availability"]);
  });
  it("shut down, that takes its time: 30 + 300 + 20 s", () => {
    expect(outage(cut({ response: "shutdown" }), "a", "duration_s")).toBe(350);
  });
  it("without fencing it is started after 15 s while the old copy runs until the network is back: split brain of 885 s", () => {
    const results = cut({ fencing: false });
    expect(outage(results, "a", "duration_s")).toBe(35);
    expect(metric(results, "split_brain_vms")).toBe(1);
    expect(metric(results, "split_brain_vm_s")).toBe(885);
  });
  it("with fencing there is none", () => {
    expect(metric(cut({}), "split_brain_vms")).toBe(0);
  });
});

describe("guests that crash", () => {
  const crash = (atSeconds: number[]) => ({
    models: [failureModel({ of: "vm", name: "guests", between: null, atSeconds, repair: { law: "exactly", value: 600 } })],
    traces: [],
    crews: null,
  });
  it("stay down until somebody repairs them: 600 s and the boot; nobody else notices", () => {
    const failures = { ...crash([100]), models: crash([100]).models.map((m) => ({ ...m, which: ["a"] })) };
    const results = run({ hosts: hosts(1), vms: [guest("a"), guest("b")], failures });
    expect(outage(results, "a", "duration_s")).toBe(620);
    expect(metric(results, "outages")).toBe(1);
    expect(metric(results, "blast_radius_vms")).toBe(1);
  });
  it("or are reset after 30 s of silence: down 50 s", () => {
    const results = run({
      hosts: hosts(1),
      vms: [guest("a")],
      failures: crash([100]),
      ha: haOf({ monitoring: { silenceSeconds: 30, resets: 3, windowSeconds: 3600 } }),
    });
    expect(outage(results, "a", "duration_s")).toBe(50);
    expect(endedBy(results)).toEqual(["reset by VM monitoring"]);
  });
  it("at most as often as allowed within the window: the second time nobody resets", () => {
    const results = run({
      hosts: hosts(1),
      vms: [guest("a")],
      failures: crash([100, 1200]),
      ha: haOf({ monitoring: { silenceSeconds: 30, resets: 1, windowSeconds: 3600 } }),
    });
    const table = results.extra.find((t) => t.name === "outages");
    expect(table && Array.from(numbers(table, "duration_s"))).toEqual([50, 620]);
  });
  it("the host of a crashed VM fails too: it is restarted elsewhere, once", () => {
    const results = run({ hosts: hosts(2), vms: [guest("a")], failures: crash([100]), events: [{ atSeconds: 200, host: "h-1", do: "fail" }] });
    expect(eventTimes(results, "running", "a")).toEqual([0, 235]);
    expect(outage(results, "a", "duration_s")).toBe(135);
  });
});

describe("fault tolerance", () => {
  const pair = guest("a", {
    ha: ha({ faultTolerant: true }),
    workload: { kind: "tasks", sequence: false, tasks: [{ workMHzSeconds: 1_000_000, threads: 1, weight: 1, limitMHz: null, startSeconds: 0 }] },
  });
  it("the standby takes over where the first one was: no time down, no work lost", () => {
    const results = run({ hosts: hosts(2), vms: [pair], events: fails, durationSeconds: 1200 });
    expect(outage(results, "a", "duration_s")).toBe(0);
    expect(metric(results, "take_overs")).toBe(1);
    expect(metric(results, "last_completion_s")).toBe(1000);
  });
  it("the standby holds memory: two VMs of 5 GiB do not fit two hosts of 8 with their standbys, the second stays single", () => {
    const results = run({
      hosts: hosts(2),
      vms: [guest("a", { count: 2, memoryMiB: 5120, ha: ha({ faultTolerant: true }) })],
      events: [{ atSeconds: 100, host: "h-1", do: "fail" }],
    });
    // a-1 on h-1 with its standby on h-2, so a-2 has no place at all.
    expect(metric(results, "vms_waiting")).toBe(1);
    expect(metric(results, "take_overs")).toBe(1);
  });
  it("both hosts at once: down like any other", () => {
    const results = run({
      hosts: hosts(2),
      vms: [pair],
      events: [{ atSeconds: 100, host: "h", do: "fail" }].flatMap((e) => ["h-1", "h-2"].map((name) => ({ ...e, host: name }))) as ResolvedScenario["events"],
    });
    expect(metric(results, "vms_waiting")).toBe(1);
  });
});
