/** Resource pools in runs, by hand: on one host, over several, by product. Cores of 1000 MHz. */
import { describe, expect, it } from "vitest";
import type { ResolvedPool, ResolvedScenario } from "../../src/scenario/resolved.ts";
import { simulate } from "../../src/simulation.ts";
import { host, ideal, pieces, scenario, tasks, vm } from "../support/build.ts";
import { account, cell, word } from "../support/read.ts";

const SECONDS = 100;
const pool = (name: string, over: Partial<ResolvedPool> = {}): ResolvedPool => ({
  name,
  parent: null,
  shares: 4,
  reservationMHz: 0,
  limitMHz: null,
  expandable: true,
  ...over,
});
const run = (over: Partial<ResolvedScenario>) => simulate(scenario({ durationSeconds: SECONDS, ...over }));
const busy = tasks([{ work: 1e6 }]);
const cores = (results: ReturnType<typeof simulate>, ...names: string[]): number[] =>
  names.map((name) => cell(results.vms, "vm", name, "delivered_core_s") / SECONDS);
const close = (actual: readonly number[], expected: readonly number[]): void => {
  for (const [i, x] of expected.entries()) expect(actual[i]).toBeCloseTo(x, 9);
};

describe("on one host", () => {
  it("production 8 : test 4 on three cores, two and four busy VMs: 2 and 1 core, whatever the number of VMs", () => {
    const results = run({
      hosts: [host({ cores: 3 })],
      pools: [pool("production", { shares: 8 }), pool("test")],
      vms: [vm({ name: "p", count: 2, pool: "production", workload: busy }), vm({ name: "t", count: 4, pool: "test", workload: busy })],
    });
    close(cores(results, "p-1", "p-2", "t-1", "t-4"), [1, 1, 0.25, 0.25]);
  });
  it("a limit of 1.2 cores holds three busy VMs though five of eight cores are idle; what they miss is ready time", () => {
    const results = run({
      hosts: [host({ cores: 8 })],
      pools: [pool("capped", { limitMHz: 1200 })],
      vms: [vm({ name: "c", count: 3, pool: "capped", workload: busy }), vm({ name: "free", workload: busy })],
    });
    close(cores(results, "c-1", "c-3", "free"), [0.4, 0.4, 1]);
    expect(account(results, "vm", "waiting for CPU")).toBeCloseTo(3 * 0.6 * SECONDS, 9);
  });
  it("a reservation of 1.5 of 2 cores stands against any number of VMs outside", () => {
    const results = run({
      hosts: [host({ cores: 2 })],
      pools: [pool("sure", { reservationMHz: 1500, shares: 0.001 })],
      vms: [vm({ name: "s", count: 2, pool: "sure", workload: busy }), vm({ name: "many", count: 10, workload: busy })],
    });
    close(cores(results, "s-1", "s-2", "many-01"), [0.75, 0.75, 0.05]);
  });
  it("a VM's reservation in a pool without one: sure where expandable, refused at power-on where not", () => {
    const vms = [vm({ name: "db", reservationMHz: 800, pool: "p", workload: busy }), vm({ name: "many", count: 9, workload: busy })];
    const expandable = run({ pools: [pool("p", { shares: 0.001 })], vms });
    close(cores(expandable, "db"), [0.8]);
    const fixed = run({ pools: [pool("p", { expandable: false })], vms });
    expect(word(fixed.vms, "vm", "db", "state")).toBe("rejected");
    expect(word(fixed.vms, "vm", "db", "reason")).toMatch(/^resource pool/);
  });
  it("a fixed reservation of 1000 MHz serves two VMs of 500 and not a third, until one of them ends", () => {
    const results = run({
      durationSeconds: 300,
      hosts: [host({ cores: 4 })],
      pools: [pool("p", { reservationMHz: 1000, expandable: false })],
      vms: [vm({ name: "db", count: 3, reservationMHz: 500, pool: "p", lifetimeSeconds: 100 })],
      admission: { vcpusPerCore: null, memoryRatio: 1, whenFull: "queue", queueOrder: "fifo", maxWaitSeconds: null },
    });
    expect(cell(results.vms, "vm", "db-3", "started_s")).toBe(100);
  });
  it("two levels: limits of parent and child both hold", () => {
    const results = run({
      hosts: [host({ cores: 8 })],
      pools: [pool("all", { limitMHz: 2000 }), pool("web", { parent: "all", limitMHz: 500 }), pool("db", { parent: "all" })],
      vms: [vm({ name: "w", count: 2, pool: "web", workload: busy }), vm({ name: "d", count: 3, pool: "db", workload: busy })],
    });
    close(cores(results, "w-1", "d-1"), [0.25, 0.5]);
  });
});

describe("pools.csv", () => {
  it("has the sums of each pool, those inside it included: a limit of 2 of 5 cores leaves 3 to wait for", () => {
    const results = run({
      hosts: [host({ cores: 8 })],
      pools: [pool("all", { limitMHz: 2000 }), pool("web", { parent: "all" })],
      vms: [
        vm({ name: "w", count: 3, pool: "web", workload: busy }),
        vm({ name: "d", count: 2, pool: "all", workload: busy }),
        vm({ name: "free", workload: busy }),
      ],
    });
    const table = results.extra.find(({ name }) => name === "pools");
    if (!table) throw new Error("no pools.csv");
    expect(cell(table, "pool", "all", "vms")).toBe(5);
    expect(cell(table, "pool", "all", "delivered_core_s")).toBeCloseTo(2 * SECONDS, 9);
    expect(cell(table, "pool", "all", "ready_core_s")).toBeCloseTo(3 * SECONDS, 9);
    expect(cell(table, "pool", "all", "ready_pct")).toBeCloseTo(60, 9);
    // At the top level of "all": web weighs 4, each VM of d 1.
    expect(cell(table, "pool", "web", "delivered_core_s")).toBeCloseTo(2 * SECONDS * (4 / 6), 9);
  });
});

describe("over several hosts", () => {
  const two = [host({ name: "h", count: 2, cores: 4 })];
  it("a limit of 3 cores over 1 and 3 busy VMs on two hosts: each host's part follows its demand", () => {
    const results = run({
      hosts: two,
      pools: [pool("p", { limitMHz: 3000 })],
      vms: [vm({ name: "a", host: "h-1", pool: "p", workload: busy }), vm({ name: "b", count: 3, host: "h-2", pool: "p", workload: busy })],
    });
    // Parts 1/4 and 3/4 of 3000 MHz: 0.75 and 2.25 cores.
    close(cores(results, "a", "b-1", "b-3"), [0.75, 0.75, 0.75]);
  });
  it("when the demand on one host ends, the other has the whole limit at once", () => {
    const results = run({
      hosts: two,
      pools: [pool("p", { limitMHz: 1000 })],
      vms: [
        vm({ name: "a", host: "h-1", pool: "p", workload: pieces([50, 1000], [51, 0]) }),
        vm({ name: "b", host: "h-2", pool: "p", workload: pieces([101, 1000]) }),
      ],
    });
    // 50 s at half a core, then 50 s at a whole one.
    close(cores(results, "a", "b"), [0.25, 0.75]);
  });
  it("shares are divided too: a pool of 4 with its demand half on each host weighs 2 against a VM of 2 on one of them", () => {
    const results = run({
      hosts: [host({ name: "h", count: 2, cores: 2 })],
      pools: [pool("p", { shares: 4 })],
      vms: [
        vm({ name: "a", count: 2, host: "h-1", pool: "p", workload: busy }),
        vm({ name: "b", count: 2, host: "h-2", pool: "p", workload: busy }),
        vm({ name: "outside", vcpus: 2, host: "h-1", workload: tasks([{ work: 1e6 }, { work: 1e6 }]) }),
      ],
    });
    close(cores(results, "a-1", "outside", "b-1"), [0.5, 1, 1]);
  });
});

describe("by product", () => {
  const vms = [vm({ name: "p", pool: "p", workload: busy }), vm({ name: "q", count: 3, workload: busy })];
  const given = (pools: "full" | "shares-and-limits" | "limits" | "none", over: Partial<ResolvedPool>): number[] =>
    cores(run({ hosts: [host({ hypervisor: { ...ideal, pools } })], pools: [pool("p", over)], vms }), "p");
  it("reservations hold where the product has them", () => {
    close(given("full", { reservationMHz: 700, shares: 1 }), [0.7]);
    close(given("shares-and-limits", { reservationMHz: 700, shares: 1 }), [0.25]);
  });
  it("shares hold where it has them: 3 against 1 + 1 + 1", () => {
    close(given("shares-and-limits", { shares: 3 }), [0.5]);
    close(given("limits", { shares: 3 }), [0.25]);
  });
  it("limits hold where it has them", () => {
    close(given("limits", { limitMHz: 100 }), [0.1]);
    close(given("none", { limitMHz: 100 }), [0.25]);
  });
});
