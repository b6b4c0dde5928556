/**
 * Planned work by hand. Hosts shut down in 10 s and boot in 50 s; installing takes 100 s; a VM of 1024 MiB crosses a card of 1 Gbit/s in
 * 8.6 s and goes to disk or comes back in 1024 / 200 = 5.12 s. A host that is being emptied is looked at every 30 s.
 */
import { describe, expect, it } from "vitest";
import type { MaintenanceSpec } from "../../src/model/maintenance/spec.ts";
import { opensAt } from "../../src/model/maintenance/work.ts";
import type { Results } from "../../src/results/results.ts";
import { numbers, texts } from "../../src/results/table.ts";
import type { ResolvedHostGroup, ResolvedScenario } from "../../src/scenario/resolved.ts";
import { simulate } from "../../src/simulation.ts";
import { BOOT, rack, rowsOf, server } from "../recovery/world.ts";
import { scenario } from "../support/build.ts";
import { metric } from "../support/read.ts";

const work = (over: Partial<MaintenanceSpec> = {}): MaintenanceSpec => ({
  name: "patch",
  hosts: ["h-1"],
  do: "patch",
  by: [],
  startSeconds: 1000,
  everySeconds: null,
  window: null,
  takesSeconds: 100,
  reboot: true,
  atOnce: 1,
  vms: "migrate",
  patienceSeconds: 600,
  pauseSeconds: 0,
  spreadSeconds: null,
  defect: null,
  ...over,
});
const hosts = (count: number, over: Partial<ResolvedHostGroup> = {}): ResolvedHostGroup => {
  const group = rack({ count, ...over });
  return { ...group, transitions: { ...group.transitions, bootSeconds: 50, shutdownSeconds: 10 } };
};
const run = (maintenance: MaintenanceSpec[], over: Partial<ResolvedScenario> = {}): Results =>
  simulate(scenario({ hosts: [hosts(2)], vms: [server()], durationSeconds: 5000, maintenance, ...over }));
const rows = (results: Results): Record<string, unknown>[] => rowsOf(results, "maintenance");
const account = (results: Results, name: string): number => numbers(results.ledger, "value")[texts(results.ledger, "account").indexOf(name)];

describe("windows", () => {
  it.each([
    // From 100 for 50, every 1000.
    [0, 100],
    [100, 100],
    [149, 149],
    [150, 1100],
    [1120, 1120],
    [2150, 3100],
  ])("at %d a host may be begun at %d", (now, then) => {
    expect(opensAt({ window: { fromSeconds: 100, forSeconds: 50, everySeconds: 1000 } }, now)).toBe(then);
  });
});

describe("patching", () => {
  it("says of each VM why it moved", () => {
    const { decisions } = run([work({})]);
    expect(decisions && ["policy", "vm", "from", "to", "rule", "numbers"].map((name) => texts(decisions, name))).toEqual([
      ["maintenance"],
      ["v"],
      ["h-1"],
      ["h-2"],
      ["host emptied for patch (patch)"],
      ["VMs still on it 1 VMs"],
    ]);
  });
  it("empties the host, installs, reboots: 1000, 1030, 1130, 1140, 1190", () => {
    const results = run([work()]);
    expect(rows(results)).toEqual([
      expect.objectContaining({ host: "h-1", began_s: 1000, empty_s: 1030, ended_s: 1190, moved: 1, stopped: 0, noticed: 0, outcome: "done" }),
    ]);
    expect(texts(results.vms, "host")).toEqual(["h-2"]);
    expect(numbers(results.hosts, "off_s")[0]).toBe(60);
    expect([metric(results, "maintenance_hosts_done"), metric(results, "maintenance_duration_s"), metric(results, "maintenance_vms_noticed")]).toEqual([
      1, 190, 0,
    ]);
  });
  it("goes on with the next host when the first is back, or with two at a time", () => {
    const three = { hosts: [hosts(3)], vms: [] };
    expect(rows(run([work({ hosts: ["h"] })], three)).map((r) => [r.began_s, r.ended_s])).toEqual([
      [1000, 1160],
      [1160, 1320],
      [1320, 1480],
    ]);
    expect(rows(run([work({ hosts: ["h"], atOnce: 2, pauseSeconds: 40 })], three)).map((r) => [r.began_s, r.ended_s])).toEqual([
      [1000, 1160],
      [1000, 1160],
      [1200, 1360],
    ]);
    expect(rows(run([work({ hosts: ["h"], reboot: false })], three)).map((r) => r.ended_s)).toEqual([1100, 1200, 1300]);
  });
  it("begins hosts only within its window, and finishes those it has begun", () => {
    const window = { fromSeconds: 1500, forSeconds: 200, everySeconds: 2000 };
    expect(rows(run([work({ hosts: ["h"], window })], { hosts: [hosts(3)], vms: [] })).map((r) => [r.asked_s, r.began_s, r.ended_s])).toEqual([
      [1000, 1500, 1660],
      [1000, 1660, 1820],
      [1000, 3500, 3660],
    ]);
  });
  it("is repeated", () => {
    expect(rows(run([work({ everySeconds: 2000 })], { vms: [], durationSeconds: 4900 })).map((r) => r.began_s)).toEqual([1000, 3000]);
  });
  it("passes a host over that cannot be emptied, and says why", () => {
    const results = run([work()], { hosts: [hosts(2, { memoryMiB: 1024 })], vms: [server({ count: 2 })] });
    expect(rows(results)).toEqual([
      expect.objectContaining({
        outcome: "passed over",
        ended_s: 1600,
        moved: 0,
        reason: "no place for VM v-1: memory: needs 1.0 GiB with overhead, most free on one host is 0.0 GiB",
      }),
    ]);
    expect(numbers(results.vms, "running_s")).toEqual(Float64Array.of(5000, 5000));
    expect(metric(results, "maintenance_hosts_not_done")).toBe(1);
  });
  it("sends nobody where the CPU is taken: a host at 7.9 of 8 cores takes no VM of half a core", () => {
    const busy = (name: string, on: string, share: number) =>
      server({ name, host: on, vcpus: 1, workload: { kind: "constant", utilisation: share, referenceMHz: 1000 } });
    const results = run([work()], { hosts: [hosts(2)], vms: [busy("a", "h-1", 0.5), ...Array.from({ length: 8 }, (_, i) => busy(`b${i}`, "h-2", 7.9 / 8))] });
    expect(rows(results)[0]).toMatchObject({ outcome: "passed over", moved: 0 });
  });
  it("passes over what is off, and gives up on a host that fails under it", () => {
    expect(rows(run([work()], { vms: [], events: [{ atSeconds: 500, host: "h-1", do: "off" }] }))[0]).toMatchObject({
      outcome: "passed over",
      reason: "the host is off",
    });
    const failed = run([work()], {
      vms: [],
      events: [
        { atSeconds: 1050, host: "h-1", do: "fail" },
        { atSeconds: 2000, host: "h-1", do: "repair" },
      ],
    });
    expect(rows(failed)[0]).toMatchObject({ outcome: "failed", ended_s: 1100 });
    expect(texts(failed.hosts, "state")[0]).toBe("on");
  });
});

describe("VMs that stay", () => {
  it("are suspended for the reboot: 5.12 s to disk, 10 s down, 50 s up, 5.12 s back", () => {
    const results = run([work({ vms: "suspend" })]);
    const pause = 5.12 + 10 + 50 + 5.12;
    expect(account(results, "down (maintenance)")).toBeCloseTo(pause, 9);
    expect(numbers(results.vms, "running_s")[0]).toBeCloseTo(5000 - pause, 9);
    expect(rows(results)[0]).toMatchObject({ stopped: 1, noticed: 1, moved: 0, outcome: "done" });
    expect(rows(results)[0].pause_worst_s).toBeCloseTo(pause, 9);
    expect(rows(results)[0].ended_s).toBeCloseTo(1100 + pause, 9);
    expect(texts(results.vms, "host")).toEqual(["h-1"]);
  });
  it("come back one after the other: the second of two waits for the first", () => {
    const results = run([work({ vms: "suspend" })], { vms: [server({ count: 2 })] });
    // Both stop at 1100; both are on disk at 1110.24; the host is up 60 s later.
    expect(account(results, "down (maintenance)")).toBeCloseTo(2 * (10.24 + 60) + 5.12 + 10.24, 9);
  });
  it("or are shut down and boot again in 60 s", () => {
    const results = run([work({ vms: "shut down" })]);
    expect([account(results, "down (maintenance)"), account(results, "booting")]).toEqual([60, 60]);
    expect(numbers(results.vms, "running_s")[0]).toBe(5000 - 120);
    expect(rows(results)[0].pause_worst_s).toBe(120);
  });
  it("notice nothing of a patch without a reboot", () => {
    const results = run([work({ vms: "suspend", reboot: false })]);
    expect(numbers(results.vms, "running_s")[0]).toBe(5000);
  });
  it("each desktop goes by itself within its time, at the same moments whoever else is there", () => {
    const spread = (count: number): unknown[] =>
      rows(run([work({ hosts: ["h"], vms: "suspend", spreadSeconds: 2000 })], { hosts: [hosts(count)], vms: [] })).map((r) => r.began_s);
    const [first, second] = [spread(2), spread(3)];
    expect(second.slice(0, 2)).toEqual(first);
    for (const began of second) {
      expect(began).toBeGreaterThanOrEqual(1000);
      expect(began).toBeLessThan(3000);
    }
  });
});

describe("hosts that go", () => {
  it("are emptied and switched off for good", () => {
    const results = run([work({ do: "remove" })]);
    expect(rows(results)).toEqual([expect.objectContaining({ action: "remove", empty_s: 1030, ended_s: 1030, outcome: "done" })]);
    expect(texts(results.hosts, "state")).toEqual(["off", "on"]);
    expect(texts(results.vms, "host")).toEqual(["h-2"]);
  });
  it("are replaced: the new one boots first, takes the VMs, and the old one goes", () => {
    const results = run([work({ hosts: ["h"], do: "replace", by: ["new"] })], {
      hosts: [hosts(2), hosts(2, { name: "new", state: "off" })],
      vms: [server({ count: 2 })],
    });
    // On at 1050, seen at 1060; the VM is over by 1090. The second host begins then.
    expect(rows(results).map((r) => [r.began_s, r.empty_s, r.outcome])).toEqual([
      [1000, 1090, "done"],
      [1090, expect.any(Number), "done"],
    ]);
    expect(texts(results.hosts, "state")).toEqual(["off", "off", "on", "on"]);
    expect(texts(results.vms, "state")).toEqual(["running", "running"]);
  });
});

describe("a bad patch", () => {
  const bad = work({ hosts: ["h"], defect: { share: 1, meanSeconds: 900, repairSeconds: 100, haltAfter: 2 } });
  const results = run([bad], {
    hosts: [hosts(10)],
    vms: [server({ count: 60 })],
    placement: { policy: "worst-fit", options: {}, module: null },
    durationSeconds: 40_000,
  });
  it("is stopped after two crashes, and taken back from every host that had it", () => {
    const crashes = Array.from({ length: results.events.rows }, (_, i) => i).filter((i) => texts(results.events, "event")[i] === "host failed");
    const halted = numbers(results.events, "time_s")[crashes[1]];
    const patched = rows(results).filter((r) => r.action === "patch" && r.outcome === "done");
    const not = rows(results).filter((r) => String(r.reason).startsWith("the rollout was stopped"));
    expect(not.length).toBeGreaterThan(0);
    for (const r of not) expect(r.ended_s).toBe(halted);
    const back = rows(results).filter((r) => r.action === "roll back");
    expect(new Set(back.map((r) => r.host))).toEqual(new Set(patched.map((r) => r.host)));
    expect(back.every((r) => r.outcome === "done")).toBe(true);
    const counts = ["done", "taken_back", "not_done"].map((what) => metric(results, `maintenance_hosts_${what}`));
    expect(counts).toEqual([patched.length, patched.length, 10 - patched.length]);
    // Once all are taken back, nothing crashes any more.
    const last = Math.max(...back.map((r) => Number(r.ended_s)));
    expect(crashes.every((i) => numbers(results.events, "time_s")[i] <= last)).toBe(true);
  });
  it("that nobody notices goes on crashing, loses no VM, and is failure, not maintenance", () => {
    const unnoticed = work({ hosts: ["h"], defect: { share: 1, meanSeconds: 900, repairSeconds: 100, haltAfter: null } });
    const crashing = run([unnoticed], {
      hosts: [hosts(10)],
      vms: [server({ count: 60 })],
      placement: { policy: "worst-fit", options: {}, module: null },
      durationSeconds: 40_000,
    });
    expect(rows(crashing).every((r) => r.action === "patch")).toBe(true);
    expect(texts(crashing.vms, "state").every((s) => s === "running" || s === "booting" || s === "down")).toBe(true);
    // 10 hosts crash every 900 + 150 s on average for some 38,000 s.
    const crashes = texts(crashing.events, "event").filter((e) => e === "host failed").length;
    expect(Math.abs(crashes - (10 * 38_000) / 1050)).toBeLessThan(4 * Math.sqrt((10 * 38_000) / 1050));
    expect(account(crashing, "booting")).toBeGreaterThan(BOOT * crashes);
    expect(texts(crashing.ledger, "account")).not.toContain("down (maintenance)");
  });
});
