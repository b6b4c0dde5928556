/** CPU on a hypervisor, by hand: efficiency of a mix, I/O charged where the product does it, scheduling and co-stop. */
import { describe, expect, it } from "vitest";
import type { ResolvedHypervisor, ResolvedScenario } from "../../src/scenario/resolved.ts";
import { simulate } from "../../src/simulation.ts";
import { host, ideal, pieces, scenario, tasks, vm } from "../support/build.ts";
import { account, cell, eventTimes } from "../support/read.ts";

const SECONDS = 100;
/** Core-seconds of an account of the CPU ledger, per second. */
const cores = (over: Partial<ResolvedScenario>, ...names: string[]): number[] => {
  const results = simulate(scenario({ durationSeconds: SECONDS, ...over }));
  return names.map((name) => account(results, "cpu", name) / SECONDS);
};
const product = (over: Partial<ResolvedHypervisor>): ResolvedHypervisor => ({ ...ideal, ...over });

describe("efficiency of a mix of work", () => {
  it("0.6 core of work, half CPU-bound at 0.96, half memory-bound at 0.8: traps 0.3 (1/0.96 - 1), paging 0.3 (1/0.8 - 1)", () => {
    const [guest, trap, paging, idle] = cores(
      {
        hosts: [host({ hypervisor: product({ cpuEfficiency: 0.96, memoryEfficiency: 0.8 }) })],
        vms: [vm({ mix: { cpu: 0.5, memory: 0.5, oltp: 0 }, workload: pieces([SECONDS + 1, 600]) })],
      },
      "guest work",
      "CPU trap",
      "nested paging",
      "idle",
    ); // prettier-ignore
    expect(guest).toBeCloseTo(0.6, 12);
    expect(trap).toBeCloseTo(0.0125, 12);
    expect(paging).toBeCloseTo(0.075, 12);
    expect(idle).toBeCloseTo(1 - 0.6875, 12);
  });
  it("a task on one vCPU at 0.9 takes 1 / 0.9 as long, and the lost tenth of its time is overhead", () => {
    const results = simulate(scenario({ hosts: [host({ hypervisor: product({ cpuEfficiency: 0.9 }) })], vms: [vm({ workload: tasks([{ work: 9 }]) })] }));
    expect(eventTimes(results, "task done", "v")[0]).toBeCloseTo(10, 12);
    expect(account(results, "vm", "slowed by overhead")).toBeCloseTo(1, 12);
    expect(account(results, "vm", "full speed")).toBeCloseTo(9, 12);
  });
});

describe("I/O is charged where the product does the work", () => {
  // 10,000 I/O a second at 20 us = 0.2 core; 1 Gbit/s at 0.1 core.
  const io = { iops: 10_000, gbitPerSecond: 1 };
  const costs = { cpuMicrosecondsPerIo: 20, coresPerGbit: 0.1, reservedCores: 0.5 };
  const vms = [vm({ io, workload: pieces([SECONDS + 1, 500]) })];

  it("to the VM's own threads (ESXi, KVM): 0.3 core of I/O path", () => {
    const [guest, path, control] = cores(
      { hosts: [host({ cores: 4, hypervisor: product({ ...costs, ioChargedTo: "vm" }) })], vms },
      "guest work",
      "I/O path",
      "control domain",
    );
    expect([guest, path, control].map((x) => Math.round(x * 1e12) / 1e12)).toEqual([0.5, 0.3, 0]);
  });
  it("to the control domain (Xen, Hyper-V)", () => {
    const [guest, path, control] = cores(
      { hosts: [host({ cores: 4, hypervisor: product({ ...costs, ioChargedTo: "control-domain" }) })], vms },
      "guest work",
      "I/O path",
      "control domain",
    );
    expect([guest, path, control].map((x) => Math.round(x * 1e12) / 1e12)).toEqual([0.5, 0, 0.3]);
  });
  it("to the host OS (Type 2), beside its own background", () => {
    // Background 5 % of 4 cores = 0.2.
    const [, hostOs] = cores(
      { hosts: [host({ cores: 4, hypervisor: product({ ...costs, type: 2, hostOsBackground: 0.05, ioChargedTo: "host-os" }) })], vms },
      "guest work",
      "host OS",
    );
    expect(hostOs).toBeCloseTo(0.5, 12);
  });
  it("a control domain of half a core that is asked for 0.6 slows I/O and the work that waits for it to 5/6", () => {
    const [guest, control] = cores(
      {
        hosts: [host({ cores: 4, hypervisor: product({ ...costs, ioChargedTo: "control-domain" }) })],
        vms: [vm({ name: "a", io, workload: pieces([SECONDS + 1, 500]) }), vm({ name: "b", io, workload: pieces([SECONDS + 1, 500]) })],
      },
      "guest work",
      "control domain",
    );
    expect(control).toBeCloseTo(0.5, 12);
    expect(guest).toBeCloseTo((2 * 0.5 * 5) / 6, 12);
  });
});

describe("too many vCPUs", () => {
  it("two busy vCPUs a core at slope 0.01: 1 % of the time goes to scheduling, each VM waits half", () => {
    const results = simulate(
      scenario({
        durationSeconds: SECONDS,
        hosts: [host({ hypervisor: product({ schedulingSlope: 0.01 }) })],
        vms: [vm({ count: 2, workload: tasks([{ work: 1e6 }]) })],
      }),
    );
    expect(account(results, "cpu", "scheduling")).toBeCloseTo(1, 9);
    expect(account(results, "cpu", "guest work")).toBeCloseTo(99, 9);
    expect(cell(results.vms, "vm", "v-1", "ready_pct")).toBeCloseTo(50, 9);
  });
  it("at three vCPUs a core a VM of 6 vCPUs also loses 0.015 x 2 to co-stop, one of 3 nothing", () => {
    // 6 + 6 + 6 vCPUs on 6 cores: ratio 3; alloc 2 cores each. co-stop 0.03 x 6 VM-cores in all = 3 VMs x 2 x 0.03 = 0.18.
    const wide = cores(
      {
        hosts: [host({ cores: 6, hypervisor: product({ coStopPerVcpu: 0.015 }) })],
        vms: [vm({ count: 3, vcpus: 6, workload: tasks(Array.from({ length: 6 }, () => ({ work: 1e6 }))) })],
      },
      "co-stop",
      "guest work",
    );
    expect(wide[0]).toBeCloseTo(0.18, 12);
    expect(wide[1]).toBeCloseTo(5.82, 12);
    const narrow = cores(
      { hosts: [host({ hypervisor: product({ coStopPerVcpu: 0.015 }) })], vms: [vm({ count: 3, workload: tasks([{ work: 1e6 }]) })] },
      "co-stop",
    );
    expect(narrow[0]).toBe(0);
  });
  it("SMT: four cores with two threads give 5 cores at gain 1.25", () => {
    const [guest] = cores({ hosts: [host({ cores: 4, threadsPerCore: 2 })], vms: [vm({ count: 8, workload: tasks([{ work: 1e6 }]) })] }, "guest work");
    expect(guest).toBeCloseTo(5, 12);
  });
  it("SMT: five busy vCPUs on four cores do 4.25 cores; nobody waits, each runs at 0.85 on a core that is partly shared", () => {
    const results = simulate(
      scenario({ durationSeconds: SECONDS, hosts: [host({ cores: 4, threadsPerCore: 2 })], vms: [vm({ count: 5, workload: tasks([{ work: 1e6 }]) })] }),
    );
    expect(cell(results.vms, "vm", "v-1", "delivered_core_s") / SECONDS).toBeCloseTo(0.85, 12);
    expect(account(results, "vm", "on a shared core")).toBeCloseTo(5 * 0.15 * SECONDS, 9);
    expect(account(results, "vm", "waiting for CPU")).toBeCloseTo(0, 9);
    expect(cell(results.vms, "vm", "v-1", "ready_pct")).toBeCloseTo(0, 9);
  });
  it("SMT: four busy vCPUs have a core each, and ten wait beyond 0.625", () => {
    const at = (count: number) =>
      simulate(scenario({ durationSeconds: SECONDS, hosts: [host({ cores: 4, threadsPerCore: 2 })], vms: [vm({ count, workload: tasks([{ work: 1e6 }]) })] }));
    expect(cell(at(4).vms, "vm", "v-1", "delivered_core_s") / SECONDS).toBeCloseTo(1, 12);
    // Ten threads at 0.625 want 6.25 of five cores: half a core each, 0.125 of waiting.
    expect(cell(at(10).vms, "vm", "v-01", "delivered_core_s") / SECONDS).toBeCloseTo(0.5, 12);
    expect(cell(at(10).vms, "vm", "v-01", "ready_pct")).toBeCloseTo(12.5, 9);
  });
  it("SMT: a VM of half a core among nine keeps its pace though its thread is slower, and one limited to half a core too", () => {
    const run = (over: Partial<Parameters<typeof vm>[0]>) =>
      simulate(scenario({ durationSeconds: SECONDS, hosts: [host({ cores: 4, threadsPerCore: 2 })], vms: [vm({ count: 9, ...over })] }));
    expect(cell(run({ workload: pieces([SECONDS + 1, 500]) }).vms, "vm", "v-1", "delivered_core_s") / SECONDS).toBeCloseTo(0.5, 12);
    expect(cell(run({ workload: pieces([SECONDS + 1, 900]), limitMHz: 500 }).vms, "vm", "v-1", "delivered_core_s") / SECONDS).toBeCloseTo(0.5, 12);
  });
  it("shares 2:1, and a reservation of 0.8 core, decide who gets what", () => {
    const done = (over: Partial<ResolvedScenario>): number[] => {
      const results = simulate(scenario({ durationSeconds: SECONDS, ...over }));
      return ["a", "b"].map((name) => cell(results.vms, "vm", name, "delivered_core_s") / SECONDS);
    };
    const busy = { workload: tasks([{ work: 1e6 }]) };
    const shares = done({ vms: [vm({ name: "a", shares: 2, ...busy }), vm({ name: "b", ...busy })] });
    expect(shares[0]).toBeCloseTo(2 / 3, 12);
    expect(shares[1]).toBeCloseTo(1 / 3, 12);
    const reserved = done({ vms: [vm({ name: "a", reservationMHz: 800, ...busy }), vm({ name: "b", ...busy })] });
    expect(reserved[0]).toBeCloseTo(0.8, 12);
    expect(reserved[1]).toBeCloseTo(0.2, 12);
  });
});

describe("life of a VM", () => {
  it("clone 60 s, boot 20 s, then it runs; the ledger has each second", () => {
    const slow = product({ cloneSeconds: 60, bootSeconds: { linux: 20, windows: 50 } });
    const results = simulate(
      scenario({
        durationSeconds: 200,
        hosts: [host({ hypervisor: slow })],
        vms: [vm({ arrival: { atSeconds: 10, everySeconds: 0 }, startup: "clone-and-boot" })],
      }),
    );
    expect(cell(results.vms, "vm", "v", "started_s")).toBe(90);
    expect(account(results, "vm", "provisioning")).toBe(60);
    expect(account(results, "vm", "booting")).toBe(20);
    expect(account(results, "vm", "full speed")).toBe(110);
  });
  it("a strict queue lets nobody pass; the other kind does", () => {
    const make = (queueOrder: "fifo" | "skip"): number => {
      const results = simulate(
        scenario({
          hosts: [host({ cores: 2 })],
          vms: [
            vm({ name: "a", workload: tasks([{ work: 10 }]) }),
            vm({ name: "b-wide", vcpus: 2, workload: tasks([{ work: 1 }]) }),
            vm({ name: "c", workload: tasks([{ work: 1 }]) }),
          ],
          admission: { vcpusPerCore: 1, memoryRatio: 1, whenFull: "queue", queueOrder, maxWaitSeconds: null },
        }),
      );
      return cell(results.vms, "vm", "c", "started_s");
    };
    // fifo: a to 10, b-wide to 11, then c. skip: c runs beside a from the first moment something is tried.
    expect(make("fifo")).toBe(11);
    expect(make("skip")).toBe(0);
  });
});
