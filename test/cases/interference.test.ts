/** VMs that crowd each other's caches and memory bandwidth, by hand; and what limits, own cores and other hosts do about it. */
import { describe, expect, it } from "vitest";
import { numbers, texts } from "../../src/results/table.ts";
import type { ResolvedScenario } from "../../src/scenario/resolved.ts";
import { simulate } from "../../src/simulation.ts";
import { host, ideal, pieces, scenario, vm } from "../support/build.ts";
import { account, cell } from "../support/read.ts";

const SECONDS = 100;
const memoryBound = { cpu: 0, memory: 1, oltp: 0 };
const interference = {
  cpu: { pressure: 0.2, sensitivity: 0.1 },
  memory: { pressure: 1, sensitivity: 0.5 },
  oltp: { pressure: 0.5, sensitivity: 0.4 },
};
const busy = (mhz: number) => pieces([SECONDS + 1, mhz]);
const run = (over: Partial<ResolvedScenario>) => simulate(scenario({ durationSeconds: SECONDS, interference, hosts: [host({ cores: 4 })], ...over }));
const lost = (results: ReturnType<typeof run>, name: string): number => {
  const table = results.extra.find((t) => t.name === "slowdown");
  return table && texts(table, "vm").includes(name) ? cell(table, "vm", name, "lost_interference_s") : 0;
};

describe("pressure and sensitivity", () => {
  // 4 cores of 1000 MHz. Each memory-bound VM with a busy core presses with 1 x 1000 / 4000.
  it("two memory-bound VMs: pressure 0.25 each, 1 + 0.5 x 0.25 times the time", () => {
    const results = run({ vms: [vm({ count: 2, mix: memoryBound, workload: busy(1000) })] });
    const slowdown = 1.125;
    expect(account(results, "vm", "slowed by interference")).toBeCloseTo(2 * SECONDS * (1 - 1 / slowdown), 9);
    expect(account(results, "cpu", "guest work")).toBeCloseTo((2 * SECONDS) / slowdown, 9);
    expect(account(results, "cpu", "interference")).toBeCloseTo(2 * SECONDS * (1 - 1 / slowdown), 9);
  });
  it("a VM alone is not disturbed by itself", () => {
    expect(account(run({ vms: [vm({ vcpus: 4, mix: memoryBound, workload: busy(4000) })] }), "vm", "slowed by interference")).toBe(0);
  });
  it("by kind of work: beside a busy database of 2 cores (0.5 x 0.5), CPU-bound loses 0.1 x 0.25 and memory-bound 0.5 x 0.25", () => {
    const database = vm({ name: "db", vcpus: 2, mix: { cpu: 0, memory: 0, oltp: 1 }, workload: busy(2000) });
    const beside = (mix: typeof memoryBound): number => lost(run({ vms: [database, vm({ mix, workload: busy(500) })] }), "v");
    expect(beside({ cpu: 1, memory: 0, oltp: 0 })).toBeCloseTo(SECONDS * (1 - 1 / 1.025), 9);
    expect(beside(memoryBound)).toBeCloseTo(SECONDS * (1 - 1 / 1.125), 9);
    // Half and half: 0.3 x 0.25.
    expect(beside({ cpu: 0.5, memory: 0.5, oltp: 0 })).toBeCloseTo(SECONDS * (1 - 1 / 1.075), 9);
  });
  it("without the entry nobody disturbs anybody", () => {
    expect(account(run({ interference: null, vms: [vm({ count: 2, mix: memoryBound, workload: busy(1000) })] }), "vm", "slowed by interference")).toBe(0);
  });
  it("a neighbour that pauses presses no more: half of the time, half of the loss", () => {
    const other = vm({ name: "w", mix: memoryBound, workload: pieces([50, 1000], [SECONDS, 0]) });
    expect(lost(run({ vms: [vm({ mix: memoryBound, workload: busy(1000) }), other] }), "v")).toBeCloseTo(50 * (1 - 1 / 1.125), 9);
  });
});

describe("what helps", () => {
  const victim = vm({ name: "v", mix: memoryBound, workload: busy(1000) });
  const noisy = vm({ name: "noisy", vcpus: 3, mix: memoryBound, workload: busy(3000) });
  it("nothing: pressure 0.75, 1.375 times the time", () => {
    expect(lost(run({ vms: [victim, noisy] }), "v")).toBeCloseTo(SECONDS * (1 - 1 / 1.375), 9);
  });
  it("a limit on the neighbour of 1000 MHz: pressure 0.25", () => {
    expect(lost(run({ vms: [victim, { ...noisy, limitMHz: 1000 }] }), "v")).toBeCloseTo(SECONDS * (1 - 1 / 1.125), 9);
  });
  it("a reservation keeps CPU, not caches: the neighbour presses with what is left to it", () => {
    // Demand 5000 on 4000; the victim is sure of its 1000, the other has 3000.
    const results = run({
      vms: [
        { ...victim, reservationMHz: 1000 },
        { ...noisy, vcpus: 4, workload: busy(4000) },
      ],
    });
    expect(lost(results, "v")).toBeCloseTo(SECONDS * (1 - 1 / 1.375), 6);
  });
  it("cores of its own on one of two nodes: it owns half of its node, the other half is where neighbours reach it", () => {
    const hosts = [host({ cores: 4, numaNodes: 2, hypervisor: { ...ideal, pinning: "yes" } })];
    expect(lost(run({ hosts, vms: [{ ...victim, cpus: "dedicated" }, noisy] }), "v")).toBeCloseTo(SECONDS * (1 - 1 / (1 + 0.5 * 0.75 * 0.5)), 9);
  });
  it("a host of its own: nothing is lost", () => {
    const vms = [
      { ...victim, host: "h-1" },
      { ...noisy, host: "h-2" },
    ];
    expect(lost(run({ hosts: [host({ count: 2, cores: 4 })], vms }), "v")).toBe(0);
  });
});

describe("who took it", () => {
  it("each neighbour by its share of the pressure: 0.5 and 0.25 of 0.75; below a twentieth nobody is named", () => {
    const vms = [
      vm({ name: "v", mix: memoryBound, workload: busy(10) }),
      vm({ name: "loud", vcpus: 2, mix: memoryBound, workload: busy(2000) }),
      vm({ name: "less", mix: memoryBound, workload: busy(1000) }),
    ];
    const results = run({ vms });
    const table = results.extra.find((t) => t.name === "neighbours");
    if (!table) throw new Error("no table of neighbours");
    const rows = texts(table, "vm").map((name, i) => [name, texts(table, "neighbour")[i], numbers(table, "lost_s")[i]] as const);
    const all = SECONDS * (1 - 1 / 1.375);
    const of = (name: string, neighbour: string): number => rows.find(([a, b]) => a === name && b === neighbour)?.[2] ?? 0;
    expect(of("v", "loud")).toBeCloseTo((all * 2) / 3, 9);
    expect(of("v", "less")).toBeCloseTo(all / 3, 9);
    expect(rows.some(([, neighbour]) => neighbour === "v")).toBe(false);
  });
});
