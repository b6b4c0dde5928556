/** VMs wider than a NUMA node, by hand: nodes spanned, far references, and what a run makes of them. */
import { describe, expect, it } from "vitest";
import { nodesSpanned, remotePenalty } from "../../src/model/numa.ts";
import { simulate } from "../../src/simulation.ts";
import { host, ideal, pieces, scenario, tasks, vm } from "../support/build.ts";
import { account, cell } from "../support/read.ts";

const GIB = 1024;
/** Two sockets of 16 cores and 128 GiB each. */
const server = host({ cores: 32, memoryMiB: 256 * GIB, numaNodes: 2, remoteLatency: 1.7, hypervisor: { ...ideal, remoteShare: 1 } });

describe("nodes spanned", () => {
  it.each([
    [16, 64, 1],
    [17, 64, 2],
    [32, 64, 2],
    // More vCPUs than the host has cores still span its two nodes.
    [64, 64, 2],
    // Memory alone can make a VM wide.
    [4, 128, 1],
    [4, 129, 2],
  ])("%i vCPUs and %i GiB: %i", (vcpus, gib, nodes) => expect(nodesSpanned(server, vcpus, gib * GIB)).toBe(nodes));
  it("three of four nodes of 8 cores for 20 vCPUs", () => expect(nodesSpanned({ ...server, numaNodes: 4 }, 20, GIB)).toBe(3));
  it("a host of one node has none to cross", () => expect(nodesSpanned({ ...server, numaNodes: 1 }, 64, GIB)).toBe(1));
});

describe("penalty of memory-bound work", () => {
  it("half of the references at 1.7 times the latency: 0.35", () => expect(remotePenalty(server, 32, GIB)).toBeCloseTo(0.35, 15));
  it("virtual NUMA leaves a fifth of that: 0.07", () =>
    expect(remotePenalty({ ...server, hypervisor: { ...ideal, remoteShare: 0.2 } }, 32, GIB)).toBeCloseTo(0.07, 15));
  it("two thirds far on three nodes: 0.4667", () => expect(remotePenalty({ ...server, numaNodes: 4 }, 20, GIB)).toBeCloseTo((2 / 3) * 0.7, 15));
  it("nothing for a VM within a node", () => expect(remotePenalty(server, 16, GIB)).toBe(0));
});

describe("in a run", () => {
  const memoryBound = { cpu: 0, memory: 1, oltp: 0 };
  it("a wide VM of 10 cores of memory-bound work keeps 13.5 cores busy; 3.5 are far memory, and nobody else pays", () => {
    const results = simulate(
      scenario({
        durationSeconds: 100,
        hosts: [server],
        vms: [
          vm({ name: "wide", vcpus: 32, memoryMiB: 64 * GIB, mix: memoryBound, workload: pieces([101, 10_000]) }),
          vm({ name: "narrow", vcpus: 4, memoryMiB: 16 * GIB, mix: memoryBound, workload: pieces([101, 2000]) }),
        ],
      }),
    );
    expect(account(results, "cpu", "remote memory") / 100).toBeCloseTo(3.5, 12);
    expect(account(results, "cpu", "guest work") / 100).toBeCloseTo(12, 12);
    expect(account(results, "cpu", "idle") / 100).toBeCloseTo(32 - 15.5, 12);
    expect(account(results, "vm", "full speed")).toBeCloseTo(200, 9);
  });
  it("held by its size it does 1 / 1.35 of what it could: 8 of 32 core-seconds more than it did", () => {
    const busy = simulate(
      scenario({
        durationSeconds: 100,
        hosts: [server],
        vms: [vm({ name: "wide", vcpus: 32, memoryMiB: 64 * GIB, mix: memoryBound, workload: tasks(Array.from({ length: 32 }, () => ({ work: 1e6 }))) })],
      }),
    );
    expect(cell(busy.vms, "vm", "wide", "delivered_core_s") / 100).toBeCloseTo(32 / 1.35, 9);
    expect(account(busy, "vm", "slowed by overhead")).toBeCloseTo(100 * (1 - 1 / 1.35), 9);
  });
  it("CPU-bound work does not care", () => {
    const busy = simulate(scenario({ durationSeconds: 100, hosts: [server], vms: [vm({ vcpus: 32, workload: pieces([101, 10_000]) })] }));
    expect(account(busy, "cpu", "remote memory")).toBe(0);
  });
});
