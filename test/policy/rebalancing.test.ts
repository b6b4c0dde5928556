/** The rebalancing loop and its policies on worlds small enough to follow by hand. */
import { describe, expect, it } from "vitest";
import { Kernel } from "../../src/kernel/kernel.ts";
import { Datacenter } from "../../src/model/datacenter.ts";
import { Windows } from "../../src/model/windows.ts";
import type { Rebalancer, RebalanceView } from "../../src/policy/rebalancing.ts";
import type { Results } from "../../src/results/results.ts";
import { numbers, texts } from "../../src/results/table.ts";
import type { ResolvedPool, ResolvedRebalance, ResolvedScenario, ResolvedVmGroup } from "../../src/scenario/resolved.ts";
import { simulate } from "../../src/simulation.ts";
import { directPopulation } from "../../src/workload/direct.ts";
import { host, ideal, pieces, scenario, vm } from "../support/build.ts";
import { eventTimes, metric } from "../support/read.ts";

const loop = (over: Partial<ResolvedRebalance> = {}): ResolvedRebalance => ({
  everySeconds: 300,
  policy: "none",
  options: {},
  placement: { policy: "first-fit" },
  maxMigrationsPerRound: null,
  maxMigrationsAtOnce: null,
  coldMigrations: false,
  power: { policy: "always-on", options: {} },
  ...over,
});
/** A VM that uses so many cores of 1000 MHz, for ever, and starts on that host. */
const busy = (name: string, on: string, cores: number, over: Partial<ResolvedVmGroup> = {}): ResolvedVmGroup =>
  vm({ name, host: on, vcpus: 1, memoryMiB: 1024, workload: { kind: "constant", utilisation: cores, referenceMHz: 1000 }, ...over });
const consolidate = (options: Record<string, unknown>): Partial<ResolvedRebalance> => ({
  policy: "consolidate",
  options: { detector: { policy: "threshold", threshold: 0.8 }, underload: "none", ...options },
});
/** Decisions as text: "300 migrate a h-1>h-2". */
const decided = ({ decisions }: Results): string[] => {
  if (!decisions) throw new Error("the run made no table of decisions");
  const at = (name: string, i: number): string => texts(decisions, name)[i];
  return Array.from(numbers(decisions, "time_s"), (time, i) =>
    [
      time,
      at("action", i),
      [at("vm", i), at("from", i) && at("to", i) ? `${at("from", i)}>${at("to", i)}` : at("from", i) || at("to", i)].filter(Boolean).join(" "),
    ].join(" "),
  );
};
const cell = (results: Results, name: string, row: number): string => (results.decisions ? texts(results.decisions, name)[row] : "");
const two = host({ count: 2, cores: 2, memoryMiB: 8192 });

/** A datacenter without a loop, for looking at its parts. */
function datacenter(over: Partial<ResolvedScenario>): { kernel: Kernel; dc: Datacenter } {
  const kernel = new Kernel();
  const { hosts, vms, admission, events, pools } = scenario(over);
  const dc = new Datacenter(kernel, {
    hosts,
    ...(pools ? { pools } : {}),
    tenants: vms.map((group) => {
      if (group.workload.kind === "trace" || group.workload.kind === "generator") throw new Error("written loads only");
      return { vmClass: group, population: directPopulation(group, group.workload) };
    }),
    admission,
    script: events,
    choose: (_ask, fleet) => ({ host: fleet.next(0), score: Number.NaN }),
    policy: "first",
    luck: () => 0.5,
  });
  return { kernel, dc };
}

describe("what is known of the past", () => {
  it("is a mean over the period: 100 s at 600 and 200 s at 300 MHz are 400; then 200", () => {
    const { kernel, dc } = datacenter({ hosts: [two], vms: [vm({ workload: pieces([100, 600], [200, 300], [300, 200], [1e4, 100]) })] });
    const windows = new Windows(dc, 0, 300);
    for (const t of [300, 600]) {
      kernel.run(t);
      windows.sample(t);
    }
    expect([windows.vmMHz(0, 0), windows.vmMHz(0, 1), windows.vmMHz(0, 2), windows.samples[0]]).toEqual([200, 400, 0, 2]);
    // One of 2 cores: 400 and 200 of 2000 MHz.
    expect(windows.hostUse(0, 1)).toBeCloseTo(0.1, 6);
    expect(windows.hostUse(0, 2)).toBeCloseTo((0.2 + 0.1) / 2, 6);
    expect(windows.length).toBe(32);
  });
  it("counts only the time a VM ran: 500 MHz from second 200 on", () => {
    const { kernel, dc } = datacenter({ hosts: [two], vms: [vm({ arrival: { atSeconds: 200, everySeconds: 0 }, workload: pieces([1e4, 500]) })] });
    const windows = new Windows(dc, 0, 300);
    kernel.run(300);
    windows.sample(300);
    expect(windows.vmMHz(0, 0)).toBe(500);
  });
  it("counts what was asked for, not what was given: two VMs of 1000 MHz on a core of 1000", () => {
    const { kernel, dc } = datacenter({ hosts: [host()], vms: [busy("a", "h", 1), busy("b", "h", 1)] });
    const windows = new Windows(dc, 0, 300);
    kernel.run(300);
    windows.sample(300);
    expect([windows.vmMHz(0, 0), windows.vmMHz(1, 0)]).toEqual([1000, 1000]);
  });
  it("is at most what limits leave: a VM's own, a pool's over two hosts, and a pool's within a pool", () => {
    // Inner pool: two VMs of 600 want 1200 and may have 600. Outer: 600 + 900 want 1500 and may have 1000, two thirds of each.
    const limit = (name: string, parent: string | null, limitMHz: number): ResolvedPool => ({
      name,
      parent,
      shares: 1,
      reservationMHz: 0,
      limitMHz,
      expandable: true,
    });
    const { kernel, dc } = datacenter({
      hosts: [two],
      pools: [limit("outer", null, 1000), limit("inner", "outer", 600)],
      vms: [
        busy("a", "h-1", 0.6, { pool: "inner" }),
        busy("b", "h-2", 0.6, { pool: "inner" }),
        busy("c", "h-1", 0.9, { pool: "outer" }),
        busy("d", "h-2", 0.5, { limitMHz: 300 }),
        busy("e", "h-2", 0.5),
      ],
    });
    const windows = new Windows(dc, 0, 300, true);
    kernel.run(300);
    windows.sample(300);
    expect([0, 1, 2, 3, 4].map((v) => Math.round(windows.vmMHz(v, 0)))).toEqual([200, 200, 600, 300, 500]);
  });
  it("is no work where a pool's I/O alone is above its limit: nothing divided by nothing", () => {
    const pools = [{ name: "io", parent: null, shares: 1, reservationMHz: 0, limitMHz: 100, expandable: true }];
    const { kernel, dc } = datacenter({ hosts: [two], pools, vms: [busy("a", "h-1", 0, { pool: "io" })] });
    kernel.run(300);
    const share = (workMHz: number) =>
      Array.from(
        dc.pools?.limitedShares(
          Int32Array.of(0),
          () => workMHz,
          () => 150,
        ) ?? [],
      );
    // What is left beside 150 MHz of I/O is none of the 100; there is no share to reckon where nothing is wanted.
    expect([share(50), share(0)]).toEqual([[0], [1]]);
  });
  it("goes with the VM, to a host of another speed: 300 MHz are 300 MHz on both", () => {
    const fast = host({ name: "fast", coreMHz: 3000 });
    const { kernel, dc } = datacenter({
      hosts: [host({ name: "slow" }), fast],
      vms: [vm({ host: "slow", workload: pieces([1e4, 300]) })],
      events: [{ atSeconds: 100, vm: "v", do: "move", to: "fast" }],
    });
    const windows = new Windows(dc, 0, 300);
    dc.times.onTransition.push((v) => windows.changes(v));
    kernel.run(300);
    windows.sample(300);
    expect(windows.vmMHz(0, 0)).toBeCloseTo(300, 3);
  });
  it("is kept as long as a policy looks back: 7200 s of 300 s fit in 32 periods, 60 s periods need 128", () => {
    const { dc } = datacenter({});
    expect([new Windows(dc, 7200, 300).length, new Windows(dc, 7200, 60).length]).toEqual([32, 128]);
  });
});

describe("the loop", () => {
  const watchers = (seen: unknown[], look: (view: RebalanceView) => unknown): Rebalancer => ({
    windowSeconds: 0,
    decide(view) {
      seen.push(look(view));
      return [];
    },
  });
  it("runs every period, the first one after a period, and keeps no run alive", () => {
    const seen: unknown[] = [];
    const world = scenario({ vms: [vm({ workload: pieces([1000, 500]) })], rebalance: loop() });
    const results = simulate(world, { rebalancer: watchers(seen, (view) => view.now) });
    expect(seen).toEqual([300, 600, 900, 1200]);
    expect(results.run.durationSeconds).toBe(1200);
  });
  it("changes nothing by what a policy tries in its plan", () => {
    const world = scenario({ durationSeconds: 2000, hosts: [two], vms: [busy("a", "h-1", 0.5), busy("b", "h-2", 0.2)], rebalance: loop() });
    const tries: Rebalancer = {
      windowSeconds: 0,
      decide(view) {
        view.close(0);
        view.move(0, 1);
        expect([view.vmsOn(0), view.vmsOn(1), view.hostNeedMHz(1, 0)]).toEqual([0, 2, 700]);
        expect(view.budget).toBe(Number.POSITIVE_INFINITY);
        return [];
      },
    };
    const idle = simulate(world, { rebalancer: watchers([], () => 0) });
    expect(simulate(world, { rebalancer: tries }).run.fingerprint).toBe(idle.run.fingerprint);
  });
  it("takes back plans exactly", () => {
    const seen: unknown[] = [];
    const state = (view: RebalanceView) => [0, 1].map((h) => [view.vmsOn(h), view.hostNeedMHz(h, 0), view.takenMiB(h), view.isOpen(h), view.hostOf(h)]);
    const world = scenario({
      durationSeconds: 300,
      hosts: [two, host({ name: "z", state: "off" })],
      vms: [busy("a", "h-1", 0.5), busy("b", "h-2", 0.25)],
      rebalance: loop({ maxMigrationsPerRound: 5 }),
    });
    simulate(world, {
      rebalancer: watchers(seen, (view) => {
        const before = state(view);
        const mark = view.mark();
        view.move(0, -1);
        view.move(0, 1);
        view.close(0);
        view.wake(2);
        view.move(1, 2);
        // A move to a host that is still off cannot start now and costs nothing of the budget.
        expect([view.budget, view.isLater(2), view.isOpen(0), view.isOpen(2)]).toEqual([4, true, false, true]);
        view.undo(mark);
        expect([view.budget, view.isOpen(2)]).toEqual([5, false]);
        return [before, state(view)];
      }),
    });
    const [[before, after]] = seen as [[unknown, unknown]];
    expect(after).toEqual(before);
  });
  it("leaves VMs alone while they move: 1024 MiB at 1 MiB/s take more than three periods", () => {
    const slow = { ...ideal, migration: { ...ideal.migration, maxMiBPerSecond: 1 } };
    const results = simulate(
      scenario({
        durationSeconds: 1000,
        hosts: [{ ...two, hypervisor: slow }],
        vms: [busy("a", "h-1", 1), busy("b", "h-1", 0.7), busy("c", "h-2", 0.1)],
        rebalance: loop(consolidate({})),
      }),
    );
    expect(decided(results)).toEqual(["300 migrate a h-1>h-2"]);
  });
  it("keeps to its limits: one migration a round, though two hosts are overloaded", () => {
    const vms = [busy("a", "h-1", 1), busy("b", "h-1", 0.7), busy("c", "h-2", 1), busy("d", "h-2", 0.7)];
    const world = scenario({
      durationSeconds: 700,
      hosts: [host({ count: 3, cores: 2 })],
      vms,
      rebalance: loop({ ...consolidate({}), maxMigrationsPerRound: 1 }),
    });
    expect(decided(simulate(world))).toEqual(["300 migrate a h-1>h-3", "600 stay c h-2"]);
  });
  it("does nothing, and changes nothing, without the block", () => {
    const world = scenario({ durationSeconds: 1000, hosts: [two], vms: [busy("a", "h-1", 1)] });
    const results = simulate({ ...world, rebalance: null });
    expect(results.decisions).toBeUndefined();
    expect(results.run.fingerprint).toBe(simulate(world).run.fingerprint);
  });
});

describe("consolidate", () => {
  it("takes the VM with the least memory off a host above 80 %: 0.9 + 0.5 + 0.4 of 2 cores are 90 %", () => {
    const vms = [busy("a", "h-1", 0.9), busy("b", "h-1", 0.5, { memoryMiB: 512 }), busy("c", "h-1", 0.4), busy("d", "h-2", 0.5)];
    const results = simulate(scenario({ durationSeconds: 700, hosts: [two], vms, rebalance: loop(consolidate({})) }));
    expect(decided(results)).toEqual(["300 migrate b h-1>h-2"]);
    expect(cell(results, "rule", 0)).toBe("host overloaded (threshold), VM by minimum-migration-time");
    expect(cell(results, "numbers", 0)).toBe("load 90 %; limit 80 %; VM's demand 500 MHz");
    expect(metric(results, "migrations")).toBe(1);
  });
  it("takes as many as it needs, the largest placed first, hosts in use before empty ones", () => {
    // 4 x 0.5 = 2 of 2 cores. Off go the first two of equal memory; h-2 (0.6) takes one up to 80 %, the other goes to h-3.
    const vms = [busy("a", "h-1", 0.5), busy("b", "h-1", 0.5), busy("c", "h-1", 0.5), busy("d", "h-1", 0.5), busy("e", "h-2", 0.6)];
    const results = simulate(
      scenario({
        durationSeconds: 400,
        hosts: [host({ count: 3, cores: 2 })],
        vms,
        rebalance: loop(consolidate({ detector: { policy: "threshold", threshold: 0.55 } })),
      }),
    );
    expect(decided(results)).toEqual(["300 migrate a h-1>h-2", "300 migrate b h-1>h-3"]);
  });
  it("says why a VM stays: h-2 would be at 85 %", () => {
    const vms = [busy("a", "h-1", 0.9), busy("b", "h-1", 0.9), busy("c", "h-2", 0.8)];
    const results = simulate(scenario({ durationSeconds: 400, hosts: [two], vms, rebalance: loop(consolidate({})) }));
    expect(decided(results)).toEqual(["300 stay a h-1"]);
    expect(cell(results, "refused", 0)).toBe("h-2: is too full for it");
  });
  it("empties the least loaded host onto hosts in use, and none that just received", () => {
    const vms = [busy("a", "h-1", 0.3), busy("b", "h-2", 0.2), busy("c", "h-3", 0.4)];
    const results = simulate(
      scenario({ durationSeconds: 1000, hosts: [host({ count: 3, cores: 2 })], vms, rebalance: loop(consolidate({ underload: "least-loaded" })) }),
    );
    // 300: h-2 is least loaded, b goes to h-1 (first fit), which now receives and stays; h-3 goes to h-1 too. 600: only h-1 is left.
    expect(decided(results)).toEqual(["300 migrate b h-2>h-1", "300 migrate c h-3>h-1"]);
    expect(cell(results, "numbers", 0)).toBe("load 10 %; VMs on it 1 VMs");
  });
  it("empties a host wholly or not at all: memory for one of its two VMs is elsewhere", () => {
    const vms = [busy("a", "h-1", 0.1, { memoryMiB: 6144 }), busy("b", "h-2", 0.1, { memoryMiB: 2048 }), busy("c", "h-2", 0.1, { memoryMiB: 7000 })];
    const results = simulate(
      scenario({
        durationSeconds: 400,
        hosts: [host({ count: 2, cores: 2, memoryMiB: 10_000 })],
        vms,
        rebalance: loop(consolidate({ underload: "least-loaded" })),
      }),
    );
    // h-1's VM of 6144 MiB does not fit beside 9048; h-2's of 7000 not beside 6144.
    expect(decided(results)).toEqual([]);
  });
  it("takes no host for overloaded because of what a limit keeps its VMs from", () => {
    // Two VMs of 900 MHz on 2 cores are 90 %; held to 1000 MHz together, or to 500 each, 50 %.
    const world = (over: Partial<ResolvedVmGroup>) =>
      decided(
        simulate(
          scenario({
            durationSeconds: 400,
            hosts: [two],
            pools: [{ name: "test", parent: null, shares: 1, reservationMHz: 0, limitMHz: 1000, expandable: true }],
            vms: [busy("a", "h-1", 0.9, over), busy("b", "h-1", 0.9, over), busy("c", "h-2", 0.1)],
            rebalance: loop(consolidate({})),
          }),
        ),
      );
    expect(world({})).toEqual(["300 migrate a h-1>h-2"]);
    expect(world({ pool: "test" })).toEqual([]);
    expect(world({ limitMHz: 500 })).toEqual([]);
  });
  it("leaves hosts at or above the threshold of its underload rule", () => {
    const vms = [busy("a", "h-1", 0.3), busy("b", "h-2", 0.5), busy("c", "h-3", 0.4)];
    const world = (threshold: number) =>
      decided(
        simulate(
          scenario({
            durationSeconds: 400,
            hosts: [host({ count: 3, cores: 2 })],
            vms,
            rebalance: loop(consolidate({ underload: { policy: "threshold", threshold } })),
          }),
        ),
      );
    expect(world(0.15)).toEqual([]);
    expect(world(0.16)).toEqual(["300 migrate a h-1>h-2"]);
  });
  it("does not tear apart what is kept together, nor empty their host", () => {
    const vms = [busy("a", "h-1", 0.1), busy("b", "h-1", 0.1), busy("c", "h-2", 0.5)];
    const rules = [{ name: "pair", kind: "together", vms: ["a", "b"] }] as const;
    const results = simulate(
      scenario({
        durationSeconds: 400,
        hosts: [two],
        vms,
        rules: rules.map((rule) => ({ ...rule, vms: [...rule.vms] })),
        rebalance: loop(consolidate({ underload: "least-loaded" })),
      }),
    );
    // h-2's VM can go to h-1; h-1's pair cannot leave.
    expect(decided(results)).toEqual(["300 migrate c h-2>h-1"]);
  });
  it("moves nothing off a product that cannot move a running VM, unless cold moves are allowed", () => {
    const cold = { ...ideal, migration: { ...ideal.migration, scheme: "cold" as const } };
    const vms = [busy("a", "h-1", 0.3), busy("b", "h-2", 0.2)];
    const world = (coldMigrations: boolean) =>
      simulate(
        scenario({
          durationSeconds: 400,
          hosts: [{ ...two, hypervisor: cold }],
          vms,
          rebalance: loop({ ...consolidate({ underload: "least-loaded" }), coldMigrations }),
        }),
      );
    expect(decided(world(false))).toEqual([]);
    expect(decided(world(true))).toEqual(["300 migrate b h-2>h-1"]);
  });
  it("knows the future with the oracle: the demand that has just begun counts, not the past", () => {
    const vms = [
      vm({ name: "a", host: "h-1", workload: pieces([300, 100], [1e4, 1000]) }),
      vm({ name: "b", host: "h-1", workload: pieces([300, 100], [1e4, 1000]) }),
      busy("c", "h-2", 0.2),
    ];
    const world = (detector: string) =>
      decided(
        simulate(scenario({ durationSeconds: 400, hosts: [two], vms, rebalance: loop(consolidate({ detector: { policy: detector, threshold: 0.8 } })) })),
      );
    expect(world("threshold")).toEqual([]);
    expect(world("oracle")).toEqual(["300 migrate a h-1>h-2"]);
  });
});

describe("watcher-basic", () => {
  it("moves VMs of the last host to the first that has room by allocation, until nothing moves", () => {
    // Use 45 %, 30 %, 10 % of 2 cores. Memory 4096: h-1 has 1024 free, h-2 2048.
    const vms = [
      busy("a", "h-1", 0.9, { memoryMiB: 3072 }),
      busy("b", "h-2", 0.6, { memoryMiB: 2048 }),
      busy("c", "h-3", 0.15, { memoryMiB: 1024 }),
      busy("d", "h-3", 0.05, { memoryMiB: 1024 }),
    ];
    const results = simulate(
      scenario({ durationSeconds: 400, hosts: [host({ count: 3, cores: 2, memoryMiB: 4096 })], vms, rebalance: loop({ policy: "watcher-basic" }) }),
    );
    // h-3: c (busier) to h-1, which is full then; d to h-2. h-3 is released. h-2: no room on h-1, a failure. h-1: alone.
    expect(decided(results)).toEqual(["300 migrate c h-3>h-1", "300 migrate d h-3>h-2"]);
    expect(cell(results, "numbers", 0)).toBe("host's score 3.333 %; target's score 15 %");
  });
  it("does not look at load: two busy VMs end on one core", () => {
    const results = simulate(
      scenario({
        durationSeconds: 400,
        hosts: [host({ count: 2 })],
        vms: [busy("a", "h-1", 0.9), busy("b", "h-2", 0.8)],
        rebalance: loop({ policy: "watcher-basic" }),
      }),
    );
    expect(decided(results)).toEqual(["300 migrate b h-2>h-1"]);
  });
});

describe("dpm", () => {
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
  const hosts = [host({ count: 2, memoryMiB: 8192, transitions })];
  it("empties a host when 40 minutes lie below 45 %, puts it to sleep, and wakes it when 5 minutes lie above 81 %", () => {
    // 20 % each until 6000 s, then 50 % each: together 40 %, then 100 % of one core.
    const load = pieces([6000, 200], [1e5, 500]);
    const vms = [vm({ name: "a", host: "h-1", workload: load }), vm({ name: "b", host: "h-2", workload: load })];
    const results = simulate(scenario({ durationSeconds: 7000, hosts, vms, rebalance: loop({ policy: "dpm" }) }));
    expect(decided(results)).toEqual([
      "2400 migrate a h-1>h-2",
      "2700 sleep h-1",
      // The period 6000 .. 6300 is the first at 100 %.
      "6300 power-on h-1",
      "6600 migrate a h-2>h-1",
    ]);
    // Resting saves (100 - 10) W x (2400 - 13) s - 13 s x 200 W = 212,230 J.
    expect(cell(results, "numbers", 0)).toContain("energy saved in the window 212200 J");
    // With h-1 awake both are at 50 %: the high score falls from 0.37 (100 - 63 %) to 0.
    expect(cell(results, "numbers", 2)).toBe("hosts above the range 1 hosts; highest use 100 %; limit 81 %; high score 0.37; high score with it 0");
    expect(eventTimes(results, "host on", "h-1")).toEqual([6308]);
  });
  it("keeps hosts on whose VMs would lift others above 81 %", () => {
    const results = simulate(
      scenario({ durationSeconds: 6000, hosts, vms: [busy("a", "h-1", 0.44), busy("b", "h-2", 0.44)], rebalance: loop({ policy: "dpm" }) }),
    );
    expect(decided(results)).toEqual([]);
  });
  it("keeps hosts on that cost more to switch than rest saves", () => {
    const dear = [host({ count: 2, memoryMiB: 8192, transitions: { ...transitions, wakeSeconds: 1500 } })];
    const results = simulate(
      scenario({ durationSeconds: 6000, hosts: dear, vms: [busy("a", "h-1", 0.2), busy("b", "h-2", 0.2)], rebalance: loop({ policy: "dpm" }) }),
    );
    expect(decided(results)).toEqual([]);
  });
  it("lets a varying load count for more: mean 20 % with 0 and 40 % by turns is 20 + 2 x 20 = 60 % of demand", () => {
    const varying = {
      kind: "pieces",
      pieces: [
        { seconds: 300, mhz: 0 },
        { seconds: 300, mhz: 400 },
      ],
      repeat: 1000,
    } as const;
    const vms = [vm({ name: "a", host: "h-1", workload: { ...varying, pieces: [...varying.pieces] } }), busy("b", "h-2", 0.25)];
    const results = simulate(scenario({ durationSeconds: 3000, hosts, vms, rebalance: loop({ policy: "dpm" }) }));
    // h-2 (25 %) is below the range, but a (60 %) and b together are 85 %: above it.
    expect(decided(results)).toEqual([]);
  });
});
