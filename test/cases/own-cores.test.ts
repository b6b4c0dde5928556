/** VMs that own cores, and hosts that belong to an owner, by hand. Cores of 1000 MHz. */
import { describe, expect, it } from "vitest";
import type { ResolvedScenario } from "../../src/scenario/resolved.ts";
import { simulate } from "../../src/simulation.ts";
import { host, ideal, pieces, scenario, tasks, vm } from "../support/build.ts";
import { account, cell, word } from "../support/read.ts";

const SECONDS = 100;
const run = (over: Partial<ResolvedScenario>) => simulate(scenario({ durationSeconds: SECONDS, ...over }));
const busy = (threads: number) => tasks(Array.from({ length: threads }, () => ({ work: 1e6 })));

describe("cores of their own", () => {
  it("two of four: the owner has two cores whatever happens, six busy VMs share the other two", () => {
    const results = run({
      hosts: [host({ cores: 4, hypervisor: { ...ideal, schedulingSlope: 0.01 } })],
      vms: [vm({ name: "owner", vcpus: 2, cpus: "dedicated", workload: busy(2) }), vm({ name: "v", count: 6, workload: busy(1) })],
    });
    expect(cell(results.vms, "vm", "owner", "delivered_core_s")).toBeCloseTo(2 * SECONDS, 9);
    expect(cell(results.vms, "vm", "owner", "ready_pct")).toBe(0);
    // Three vCPUs a shared core: a third each, less 2 x 1 % of it for scheduling.
    expect(cell(results.vms, "vm", "v-1", "delivered_core_s")).toBeCloseTo((SECONDS / 3) * 0.98, 9);
    expect(cell(results.vms, "vm", "v-1", "ready_pct")).toBeCloseTo(100 * (2 / 3), 9);
  });
  it("are lost to the others even while their owner idles", () => {
    const results = run({
      hosts: [host({ cores: 4 })],
      vms: [vm({ name: "owner", vcpus: 2, cpus: "dedicated" }), vm({ name: "v", count: 4, workload: busy(1) })],
    });
    expect(account(results, "cpu", "guest work")).toBeCloseTo(2 * SECONDS, 9);
    expect(account(results, "cpu", "idle")).toBeCloseTo(2 * SECONDS, 9);
  });
  it("come with both of their threads: three of four cores of 1.25 are left with 3.75", () => {
    const results = run({
      hosts: [host({ cores: 4, threadsPerCore: 2 })],
      vms: [vm({ name: "owner", cpus: "dedicated", workload: busy(1) }), vm({ name: "v", count: 6, workload: busy(1) })],
    });
    expect(cell(results.vms, "vm", "owner", "delivered_core_s")).toBeCloseTo(SECONDS, 9);
    // Six threads on three cores: 3.75 cores together.
    expect(cell(results.vms, "vm", "v-1", "delivered_core_s")).toBeCloseTo((3.75 / 6) * SECONDS, 9);
  });
  it("a host gives no more than it has beside those that are shared", () => {
    const results = run({
      hosts: [host({ cores: 4 })],
      vms: [vm({ name: "a", count: 3, vcpus: 2, cpus: "dedicated", workload: pieces([SECONDS + 1, 100]) })],
    });
    expect(["a-1", "a-2", "a-3"].map((name) => word(results.vms, "vm", name, "state"))).toEqual(["running", "running", "rejected"]);
    expect(word(results.vms, "vm", "a-3", "reason")).toMatch(/^cores of their own/);
  });
  it("leave room for the vCPUs that share: 8 at 4:1 need two of four cores, so that two can be owned and not three", () => {
    const vms = (vcpus: number) => [vm({ name: "a", count: 8 }), vm({ name: "b", vcpus, cpus: "dedicated" })];
    const admission = { vcpusPerCore: 4, memoryRatio: 1, whenFull: "reject" as const, queueOrder: "fifo" as const, maxWaitSeconds: null };
    const state = (vcpus: number) => word(run({ hosts: [host({ cores: 4 })], vms: vms(vcpus), admission }).vms, "vm", "b", "state");
    expect(state(2)).toBe("running");
    expect(state(3)).toBe("rejected");
  });
  it("and the shared vCPUs that come later find the ratio on the cores left", () => {
    const admission = { vcpusPerCore: 4, memoryRatio: 1, whenFull: "reject" as const, queueOrder: "fifo" as const, maxWaitSeconds: null };
    const results = run({ hosts: [host({ cores: 4 })], vms: [vm({ name: "a", vcpus: 3, cpus: "dedicated" }), vm({ name: "b", count: 5 })], admission });
    expect(word(results.vms, "vm", "b-4", "state")).toBe("running");
    expect(word(results.vms, "vm", "b-5", "state")).toBe("rejected");
  });
  it("a product without pinning takes no such VM", () => {
    const results = run({ hosts: [host({ cores: 4, hypervisor: { ...ideal, pinning: "no" } })], vms: [vm({ cpus: "dedicated" })] });
    expect(word(results.vms, "vm", "v", "state")).toBe("rejected");
  });
});

describe("CPU reservations", () => {
  it("that do not fit together are refused at power-on: two of 400 MHz on a core, not three", () => {
    const results = run({ vms: [vm({ name: "a", count: 3, reservationMHz: 400, workload: pieces([SECONDS + 1, 100]) })] });
    expect(word(results.vms, "vm", "a-2", "state")).toBe("running");
    expect(word(results.vms, "vm", "a-3", "reason")).toMatch(/^CPU reservation: no host has 400 MHz/);
  });
});

describe("hosts for one owner", () => {
  it("take its VMs alone, and its VMs run nowhere else", () => {
    const results = run({
      hosts: [host({ name: "h", count: 2, cores: 4 })],
      vms: [vm({ name: "bank", count: 4, owner: "bank" }), vm({ name: "other", count: 4, owner: "other" })],
      rules: [{ name: "bank alone", kind: "dedicated", owner: "bank", hosts: ["h-2"] }],
    });
    for (let i = 1; i <= 4; i++) {
      expect(word(results.vms, "vm", `bank-${i}`, "host")).toBe("h-2");
      expect(word(results.vms, "vm", `other-${i}`, "host")).toBe("h-1");
    }
  });
});
