/** Services, autoscaling, hot-add and right-sizing in runs, by hand. Cores of 1000 MHz. */
import { describe, expect, it } from "vitest";
import { hypervisors } from "../../src/catalog/index.ts";
import { hotplugRefusal } from "../../src/model/hotplug.ts";
import type { Results } from "../../src/results/results.ts";
import type { Table } from "../../src/results/table.ts";
import { resolveHypervisor } from "../../src/scenario/catalogue.ts";
import type { ResolvedScaling, ResolvedScenario, ResolvedVmGroup } from "../../src/scenario/resolved.ts";
import { simulate } from "../../src/simulation.ts";
import { host, ideal, pieces, scenario, vm } from "../support/build.ts";
import { account, cell, eventTimes, metric, word } from "../support/read.ts";

const service = (list: [seconds: number, mhz: number][], warmUpSeconds = 0): ResolvedVmGroup["workload"] => ({
  kind: "service",
  warmUpSeconds,
  pieces: list.map(([seconds, mhz]) => ({ seconds, mhz })),
  repeat: 1,
});
const scaling = (over: Partial<ResolvedScaling> = {}): ResolvedScaling => ({
  policy: "target-tracking",
  direction: "horizontal",
  min: 1,
  max: 10,
  start: 1,
  everySeconds: 60,
  target: 0.5,
  tolerance: 0.1,
  stabiliseSeconds: 60,
  high: 0.8,
  low: 0.2,
  forPeriods: 2,
  step: 1,
  plan: [],
  leadSeconds: 300,
  growCooldownSeconds: 0,
  shrinkCooldownSeconds: 0,
  restart: false,
  memoryPerVcpuMiB: 0,
  ...over,
});
const big = [host({ cores: 64 })];
const run = (over: Partial<ResolvedScenario>): Results => simulate(scenario({ hosts: big, durationSeconds: 600, ...over }));
const extra = (results: Results, name: string): Table => {
  const found = results.extra.find((table) => table.name === name);
  if (!found) throw new Error(`no table ${name}`);
  return found;
};
const rows = (results: Results, ...columns: string[]): (string | number | undefined)[][] => {
  const table = extra(results, "scaling");
  return Array.from({ length: table.rows }, (_, i) => columns.map((name) => table.columns.find((c) => c.name === name)?.values[i]));
};

describe("a service", () => {
  it("divides 2.4 cores equally among four members, and 0.6 after 300 s", () => {
    const results = run({
      vms: [
        vm({
          name: "w",
          count: 4,
          workload: service([
            [300, 2400],
            [301, 600],
          ]),
        }),
      ],
    }); // prettier-ignore
    for (let i = 1; i <= 4; i++) expect(cell(results.vms, "vm", `w-${i}`, "delivered_core_s")).toBeCloseTo(300 * 0.6 + 300 * 0.15, 9);
    expect(metric(results, "service_done_pct")).toBeCloseTo(100, 9);
  });
  it("six cores of work on four members of one core: four are done, a third is missed", () => {
    const results = run({ vms: [vm({ name: "w", count: 4, workload: service([[601, 6000]]) })] });
    expect(account(results, "cpu", "guest work")).toBeCloseTo(2400, 9);
    expect(metric(results, "service_done_pct")).toBeCloseTo(100 * (4 / 6), 9);
  });
  it("goes on with the members that are left: one of three is suspended from 200 s to 500 s", () => {
    const results = run({
      vms: [vm({ name: "w", count: 3, workload: service([[601, 1200]]) })],
      events: [
        { atSeconds: 200, vm: "w-1", do: "suspend" },
        { atSeconds: 500, vm: "w-1", do: "resume" },
      ],
    });
    expect(cell(results.vms, "vm", "w-1", "delivered_core_s")).toBeCloseTo(300 * 0.4, 9);
    expect(cell(results.vms, "vm", "w-2", "delivered_core_s")).toBeCloseTo(300 * 0.4 + 300 * 0.6, 9);
  });
  it("without a member in service the service itself misses the work", () => {
    const results = run({ vms: [vm({ name: "w", count: 1, workload: service([[601, 500]]) })], events: [{ atSeconds: 450, vm: "w", do: "stop" }] });
    expect(metric(results, "service_unserved_pct")).toBeCloseTo(25, 9);
  });
});

describe("horizontal scaling", () => {
  const slow = { ...ideal, cloneSeconds: 20, bootSeconds: { linux: 10, windows: 10 } };
  it("two cores of work at a target of 50 %: four members, in service 30 s after 60 s, and 15 s of warm-up later", () => {
    const results = run({
      hosts: [host({ cores: 64, hypervisor: slow })],
      vms: [vm({ name: "w", count: 10, vcpus: 2, startup: "clone-and-boot", workload: service([[601, 2000]], 15), scaling: scaling() })],
    });
    // One member of two vCPUs is all busy: 1 unit / 0.5 = 2 members. Later, too, one unit is busy on average, on 1.25 and on 2.
    expect(rows(results, "time_s", "action", "from", "to")).toEqual([[60, "scale out", 1, 2]]);
    expect(eventTimes(results, "running", "w-02")).toEqual([90]);
    // Alone until 105 s, then a core each.
    expect(cell(results.vms, "vm", "w-02", "delivered_core_s")).toBeCloseTo(600 - 105, 9);
    expect(metric(results, "service_members_mean")).toBeCloseTo((600 + 495) / 600, 12);
  });
  it("a saturated member hides what is asked: 1, 2, 4, 8 members, doubling at a target of 50 %", () => {
    const results = run({ vms: [vm({ name: "w", count: 10, workload: service([[601, 4000]]), scaling: scaling() })] });
    expect(rows(results, "time_s", "to")).toEqual([
      [60, 2],
      [120, 4],
      [180, 8],
    ]); // prettier-ignore
  });
  it("scales in from the highest number, and the same VM serves again later; its seconds are counted once", () => {
    const results = run({
      durationSeconds: 900,
      vms: [
        vm({
          name: "w",
          count: 4,
          workload: service([
            [300, 1000],
            [300, 250],
            [301, 1000],
          ]),
          scaling: scaling({ start: 2 }),
        }),
      ], // prettier-ignore
    });
    expect(rows(results, "time_s", "action", "to")).toEqual([
      [360, "scale in", 1],
      [660, "scale out", 2],
    ]);
    expect(eventTimes(results, "running", "w-2")).toEqual([0, 660]);
    expect(cell(results.vms, "vm", "w-2", "running_s")).toBe(360 + 240);
    expect(account(results, "vm", "full speed")).toBeLessThan(900 + 600 + 1e-6);
  });
  it("cooldowns: nothing grows within 180 s of growing", () => {
    const results = run({ vms: [vm({ name: "w", count: 10, workload: service([[601, 4000]]), scaling: scaling({ growCooldownSeconds: 180 }) })] });
    expect(rows(results, "time_s", "to")).toEqual([
      [60, 2],
      [240, 4],
      [420, 8],
    ]); // prettier-ignore
  });
  it("limits: no more than max, and why", () => {
    const results = run({ vms: [vm({ name: "w", count: 10, workload: service([[601, 4000]]), scaling: scaling({ max: 3 }) })] });
    expect(rows(results, "time_s", "to")).toEqual([
      [60, 2],
      [120, 3],
    ]); // prettier-ignore
    expect(rows(results, "why")[1][0]).toContain("wanted 4, at most 3");
  });
  it("members that find no place are rejected with the reason, and asked for again", () => {
    const results = run({
      hosts: [host({ cores: 2 })],
      admission: { vcpusPerCore: 1, memoryRatio: 1, whenFull: "reject", queueOrder: "fifo", maxWaitSeconds: null },
      vms: [vm({ name: "w", count: 4, workload: service([[601, 4000]]), scaling: scaling() })],
    });
    expect(eventTimes(results, "rejected", "w-3").length).toBeGreaterThan(1);
    expect(word(results.vms, "vm", "w-3", "reason")).toMatch(/^vCPUs/);
  });
  it("a plan by time of day", () => {
    const results = run({
      start: "2026-01-05T06:55:00Z",
      vms: [
        vm({
          name: "w",
          count: 10,
          workload: service([[601, 100]]),
          scaling: scaling({
            policy: "schedule",
            plan: [
              { timeOfDay: 7 * 3600, size: 5 },
              { timeOfDay: 20 * 3600, size: 1 },
            ],
          }),
        }),
      ], // prettier-ignore
    });
    expect(rows(results, "time_s", "to")).toEqual([[300, 5]]);
  });
});

describe("vertical scaling", () => {
  const vertical = (over: Partial<ResolvedScaling> = {}) => scaling({ direction: "vertical", policy: "threshold", min: 1, max: 4, ...over });
  it("two cores of work on one vCPU: a vCPU more after two periods above 80 %, until it does all", () => {
    const results = run({ vms: [vm({ name: "v", workload: pieces([601, 2000]), scaling: vertical() })] });
    // 1 vCPU to 120 s; 2 vCPUs are still 100 % busy at 180 s (two periods): 3, at 67 % of use.
    expect(rows(results, "time_s", "action", "to")).toEqual([
      [120, "grow", 2],
      [180, "grow", 3],
    ]); // prettier-ignore
    expect(cell(results.vms, "vm", "v", "delivered_core_s")).toBeCloseTo(120 + 2 * 480, 9);
  });
  it("where the product cannot: refused once, with the reason", () => {
    const results = run({
      hosts: [host({ cores: 64, hypervisor: { ...ideal, hotAddCpu: "none" } })],
      vms: [vm({ name: "v", workload: pieces([601, 2000]), scaling: vertical() })],
    });
    expect(rows(results, "action", "to")).toEqual([["refused", 1]]);
    expect(rows(results, "why")[0][0]).toContain("cannot add vCPUs to a Linux VM while it runs");
    expect(metric(results, "scaling_refused")).toBe(1);
  });
  it("or by a restart where that is allowed: 30 s of booting", () => {
    const hypervisor = { ...ideal, hotAddCpu: "none" as const, bootSeconds: { linux: 30, windows: 30 } };
    const results = run({
      hosts: [host({ cores: 64, hypervisor })],
      vms: [vm({ name: "v", workload: pieces([601, 1500]), scaling: vertical({ restart: true }) })],
    });
    expect(rows(results, "time_s", "action", "to")).toEqual([[120, "restart", 2]]);
    expect(account(results, "vm", "booting")).toBe(30);
    expect(cell(results.vms, "vm", "v", "delivered_core_s")).toBeCloseTo(120 + 1.5 * 450, 9);
  });
  it("ready time counts vCPUs as they were: half of 4 vCPUs wait for 60 s, then half of 2", () => {
    const results = run({
      hosts: [host({ cores: 2 })],
      durationSeconds: 120,
      vms: [vm({ name: "v", vcpus: 4, workload: pieces([121, 4000]) })],
      events: [{ atSeconds: 60, vm: "v", do: "vcpus", vcpus: 2 }],
    });
    // 60 s x 2 cores waited of 60 x 4 + 60 x 2 vCPU-seconds.
    expect(cell(results.vms, "vm", "v", "ready_pct")).toBeCloseTo(100 * (120 / 360), 9);
  });
});

describe("hot-add by hand", () => {
  const events = (what: Partial<Record<"vcpus" | "memoryMiB", number>>): ResolvedScenario["events"] =>
    what.vcpus !== undefined
      ? [{ atSeconds: 100, vm: "v", do: "vcpus", vcpus: what.vcpus }]
      : [{ atSeconds: 100, vm: "v", do: "memory", memoryMiB: what.memoryMiB ?? 0 }];
  it("memory that the host has not is refused, with the numbers", () => {
    const results = run({ hosts: [host({ cores: 4, memoryMiB: 4096 })], vms: [vm({ name: "v", memoryMiB: 2048 })], events: events({ memoryMiB: 8192 }) });
    expect(eventTimes(results, "refused", "v", "host h has no 6144 MiB left")).toEqual([100]);
    expect(cell(results.vms, "vm", "v", "memory_gib")).toBe(2);
  });
  it("memory that it has is taken: nobody else gets it", () => {
    const results = run({
      hosts: [host({ cores: 4, memoryMiB: 4096 })],
      vms: [vm({ name: "v", memoryMiB: 2048 }), vm({ name: "late", memoryMiB: 2048, arrival: { atSeconds: 200, everySeconds: 0 } })],
      events: events({ memoryMiB: 3072 }),
    });
    expect(word(results.vms, "vm", "late", "state")).toBe("rejected");
  });
  it.each([
    // What the catalogue says of each product: vCPUs added, taken; memory added, taken; Linux then Windows.
    ["esxi", "yes no yes no", "yes no yes no"],
    ["hyperv", "no no yes no", "no no yes yes"],
    ["xen", "yes yes yes yes", "no no yes yes"],
    ["kvm", "yes yes yes yes", "yes no yes no"],
    ["virtualbox", "yes yes no no", "yes no no no"],
    ["workstation", "no no no no", "no no no no"],
    ["parallels", "no no no no", "no no no no"],
  ])("%s: Linux %s, Windows %s", (product, linux, windows) => {
    const h = resolveHypervisor(product);
    if (!h) throw new Error(product);
    const can = (guest: "linux" | "windows"): string =>
      [
        [3, 4096],
        [1, 4096],
        [2, 8192],
        [2, 2048],
      ] // prettier-ignore
        .map(([vcpus, memoryMiB]) => (hotplugRefusal(h, guest, { vcpus: 2, memoryMiB: 4096 }, { vcpus, memoryMiB }) === null ? "yes" : "no"))
        .join(" ");
    expect([can("linux"), can("windows")]).toEqual([linux, windows]);
    expect(hypervisors.some(({ key }) => key === product)).toBe(true);
  });
});

describe("right-sizing", () => {
  it("busy at 20 % for 94 % of the time and at 80 % for the rest: p95 is 80 %, 4 vCPUs x 0.8 x 1.2 = 3.84", () => {
    const results = run({
      durationSeconds: 10_000,
      vms: [
        vm({ name: "v", vcpus: 4, workload: pieces([9400, 800], [601, 3200]) }),
        vm({ name: "w", vcpus: 4, workload: pieces([9600, 800], [401, 3200]) }),
        vm({ name: "idle", vcpus: 2 }),
      ], // prettier-ignore
      rightSizing: { percentile: 95, headroom: 0.2, everySeconds: 100 },
    });
    const table = extra(results, "rightsizing");
    expect(cell(table, "vm", "v", "use_p95_pct")).toBe(80);
    expect(cell(table, "vm", "v", "recommended_vcpus")).toBe(4);
    // 96 % of the time at 20 %: p95 is 20 %, 0.96 vCPUs: one.
    expect(cell(table, "vm", "w", "use_p95_pct")).toBe(20);
    expect(cell(table, "vm", "w", "use_p99_pct")).toBe(80);
    expect(cell(table, "vm", "w", "recommended_vcpus")).toBe(1);
    expect(word(table, "vm", "w", "verdict")).toBe("oversized");
    expect(word(table, "vm", "idle", "verdict")).toBe("idle");
    expect(cell(table, "vm", "v", "use_mean_pct")).toBeCloseTo(0.94 * 20 + 0.06 * 80, 4);
  });
  it("what was asked for and not had counts: 2.5 cores on two vCPUs want 3", () => {
    const results = run({ vms: [vm({ name: "v", vcpus: 2, workload: pieces([601, 2500]) })], rightSizing: { percentile: 95, headroom: 0, everySeconds: 100 } });
    expect(word(extra(results, "rightsizing"), "vm", "v", "verdict")).toBe("undersized");
    expect(cell(extra(results, "rightsizing"), "vm", "v", "recommended_vcpus")).toBe(3);
  });
  it("memory: 25 % of 4 GiB active, 50 % for a tenth of the time: p95 is 2 GiB, with a fifth 2.4, in steps 2.5", () => {
    const memory = [...Array<number>(9).fill(1024), 2048];
    const load: ResolvedVmGroup["workload"] = { kind: "pieces", pieces: memory.map((activeMiB) => ({ seconds: 100, mhz: 500, activeMiB })), repeat: 1 };
    const results = run({
      durationSeconds: 1000,
      vms: [vm({ name: "v", memoryMiB: 4096, workload: load }), vm({ name: "silent", memoryMiB: 4096, workload: pieces([1000, 500]) })],
      rightSizing: { percentile: 95, headroom: 0.2, everySeconds: 100 },
    });
    const table = extra(results, "rightsizing");
    expect(["active_mean_pct", "active_p95_pct", "active_peak_pct"].map((name) => cell(table, "vm", "v", name))).toEqual([27.5, 50, 50]);
    expect([cell(table, "vm", "v", "recommended_memory_gib"), cell(table, "vm", "v", "change_memory_gib")]).toEqual([2.5, -1.5]);
    expect([word(table, "vm", "v", "memory_verdict"), word(table, "vm", "silent", "memory_verdict")]).toEqual(["oversized", ""]);
    expect(cell(table, "vm", "silent", "recommended_memory_gib")).toBeNaN();
  });
});
