/** Memory as admission: reserves, overheads and the binding reason, by hand. */
import { describe, expect, it } from "vitest";
import { usableMemoryMiB, vmOverheadMiB } from "../../src/model/memory.ts";
import { usualMemory } from "../../src/model/spec.ts";
import { numbers, texts } from "../../src/results/table.ts";
import { resolveHypervisor } from "../../src/scenario/catalogue.ts";
import type { ResolvedHypervisor, ResolvedVmGroup } from "../../src/scenario/resolved.ts";
import { simulate } from "../../src/simulation.ts";
import { host, ideal, pieces, scenario, vm } from "../support/build.ts";
import { account, cell, metric } from "../support/read.ts";

/** Keeps back min(8 GiB, 1 GiB + 5 %) + 256 MiB; each VM costs 20 MiB + 1 a vCPU + 8 a GiB above the first. */
const costly: ResolvedHypervisor = {
  ...ideal,
  reserveBaseMiB: 1024,
  reserveFraction: 0.05,
  reserveCapMiB: 8192,
  reserveFixedMiB: 256,
  overheadBaseMiB: 20,
  overheadPerVcpuMiB: 1,
  overheadPerGiBMiB: 8,
  overheadFreeGiB: 1,
};

describe("memory as admission", () => {
  it("a host of 16 GiB gives 16384 - (1024 + 819.2) - 256 MiB less the user's programs", () => {
    const results = simulate(
      scenario({ durationSeconds: 1, hosts: [host({ memoryMiB: 16384, hypervisor: costly, hostPrograms: { cores: 0, memoryMiB: 512 } })], vms: [] }),
    );
    expect(cell(results.hosts, "host", "h", "usable_memory_gib") * 1024).toBeCloseTo(16384 - 1843.2 - 256 - 512, 9);
  });
  it("a VM of 4 GiB and 2 vCPU needs 20 + 2 + 8 x 3 MiB more", () => {
    const results = simulate(
      scenario({ durationSeconds: 1, hosts: [host({ cores: 2, memoryMiB: 16384, hypervisor: costly })], vms: [vm({ vcpus: 2, memoryMiB: 4096 })] }),
    );
    expect(cell(results.vms, "vm", "v", "overhead_mib")).toBe(46);
  });
  it("three VMs of 4 GiB fit where usable is 13.9 GiB, a fourth is refused for memory, with the numbers", () => {
    // Usable 16384 - 1843.2 - 256 = 14284.8; four would take 4 x 4141 = 16564, three 12423: 1861.8 MiB = 1.8 GiB are left.
    const results = simulate(
      scenario({ durationSeconds: 1, hosts: [host({ cores: 8, memoryMiB: 16384, hypervisor: costly })], vms: [vm({ count: 4, memoryMiB: 4096 })] }),
    );
    expect(metric(results, "vms_placed")).toBe(3);
    expect(texts(results.vms, "reason")[3]).toBe("memory: needs 4.0 GiB with overhead, most free on one host is 1.8 GiB");
  });
  it("the vCPU ratio, the product's limits and a host that is off are named when they bind", () => {
    const refused = (over: Parameters<typeof scenario>[0]): string => texts(simulate(scenario({ durationSeconds: 1, ...over })).vms, "reason")[0];
    const admission = { vcpusPerCore: 2, memoryRatio: 1, whenFull: "reject" as const, queueOrder: "fifo" as const, maxWaitSeconds: null };
    expect(refused({ admission, vms: [vm({ vcpus: 3 })] })).toBe("vCPUs: needs 3, most free on one host is 2");
    expect(refused({ hosts: [host({ hypervisor: { ...ideal, maxVcpusPerVm: 1 } })], vms: [vm({ vcpus: 3 })] })).toBe(
      "vCPUs per VM: 3 is more than the hypervisor allows",
    );
    expect(refused({ hosts: [host({ hypervisor: { ...ideal, maxMemoryPerVmMiB: 512 } })] })).toBe("memory per VM: 1.0 GiB is more than the hypervisor allows");
    expect(refused({ hosts: [host({ hypervisor: { ...ideal, maxVmsPerHost: 0 } })] })).toBe("VMs per host: every host holds as many as its hypervisor allows");
    expect(refused({ hosts: [host({ state: "off" })] })).toBe("no host is on");
  });
  it("memoryRatio 1.5 lets three VMs of 1 GiB onto 2 GiB", () => {
    const admission = { vcpusPerCore: null, memoryRatio: 1.5, whenFull: "reject" as const, queueOrder: "fifo" as const, maxWaitSeconds: null };
    expect(metric(simulate(scenario({ durationSeconds: 1, hosts: [host({ memoryMiB: 2048 })], vms: [vm({ count: 4 })], admission })), "vms_placed")).toBe(3);
  });
});

/** A product of the catalogue, with some of its entries of `memory` changed. */
const product = (name: string, memory: Partial<ResolvedHypervisor["memory"]> = {}): ResolvedHypervisor => {
  const found = resolveHypervisor(name);
  if (!found) throw new Error(name);
  return { ...found, memory: { ...found.memory, ...memory } };
};

describe("overheads of the products", () => {
  // Sample overheads of vSphere 6.5 and 6.7, MiB: by vCPUs and memory.
  it.each([
    [1, 256, 20.29],
    [1, 1024, 25.9],
    [1, 4096, 48.64],
    [1, 16_384, 139.62],
    [8, 256, 48.16],
    [8, 16_384, 168.6],
  ])("ESXi: %d vCPU, %d MiB: the table's %d MiB within 3 %%", (vcpus, mib, table) => {
    expect(Math.abs(vmOverheadMiB(product("esxi"), vcpus, mib) / table - 1)).toBeLessThanOrEqual(0.03);
  });
  it.each([
    ["xen", 128, 8192, "control domain: 1 GiB + 5 %, at most 8 GiB (7.4 GiB of 128)"],
    ["xen", 256, 8192, "the cap"],
  ])("%s keeps back from %d GiB no more than %d MiB", (name, gib, most) => {
    const h = product(name);
    const kept = gib * 1024 - usableMemoryMiB({ ...host(), memoryMiB: gib * 1024, hypervisor: h }) - h.reserveFixedMiB;
    expect(kept).toBeCloseTo(Math.min(most, 1024 + 0.05 * gib * 1024), 9);
  });
  it("Hyper-V: 32 MiB for the first GiB, 8 for each further one: 4 GiB take 56", () => {
    expect(vmOverheadMiB(product("hyperv"), 4, 4096)).toBe(56);
  });
});

describe("hosts that hold more than they have", () => {
  const admission = { vcpusPerCore: null, memoryRatio: 2, whenFull: "reject" as const, queueOrder: "fifo" as const, maxWaitSeconds: null };
  /** No reserve, no overheads: 4 GiB usable. Pages are picked blindly, nothing is shared or ballooned; page-in 200 us. */
  const swapping: ResolvedHypervisor = {
    ...ideal,
    memory: { ...product("esxi").memory, minFree: "none", sharing: "none", balloonLimit: 0, compressionCache: 0 },
  };
  const memory = { ...usualMemory, activeShare: 0.25 };
  const hosts = [host({ cores: 8, memoryMiB: 4096, hypervisor: swapping })];
  const busy = pieces([1e6, 500]);

  it("five VMs of 1 GiB on 4: each loses 204.8 MiB, a fifth of its touches, and is slowed by 2184.5 / s x 0.2 x 200 us", () => {
    // 256 MiB active are 65,536 pages, each touched once in 30 s.
    const slowdown = 1 + (65_536 / 30) * 0.2 * 200e-6;
    const results = simulate(scenario({ durationSeconds: 1000, hosts, vms: [vm({ count: 5, memory, workload: busy })], admission }));
    expect(account(results, "vm", "slowed by memory")).toBeCloseTo(5000 * (1 - 1 / slowdown), 9);
    expect(account(results, "cpu", "guest work")).toBeCloseTo((5 * 500) / slowdown, 9);
  });
  it("a VM that comes later makes the others slow from then on, and no longer once it is gone", () => {
    const slowdown = 1 + (65_536 / 30) * 0.2 * 200e-6;
    const late = vm({ name: "w", memory, workload: busy, arrival: { atSeconds: 400, everySeconds: 0 }, lifetimeSeconds: 100 });
    const results = simulate(scenario({ durationSeconds: 1000, hosts, vms: [vm({ count: 4, memory, workload: busy }), late], admission }));
    expect(account(results, "vm", "slowed by memory")).toBeCloseTo(500 * (1 - 1 / slowdown), 9);
  });
  it("pieces say what is active: 512 MiB for the first half, nothing for the second", () => {
    const slowdown = 1 + (131_072 / 30) * 0.2 * 200e-6;
    const workload = {
      kind: "pieces" as const,
      repeat: 1,
      pieces: [
        { seconds: 500, mhz: 500, activeMiB: 512 },
        { seconds: 1e6, mhz: 500, activeMiB: 0 },
      ],
    };
    const results = simulate(scenario({ durationSeconds: 1000, hosts, vms: [vm({ count: 5, memory, workload })], admission }));
    expect(account(results, "vm", "slowed by memory")).toBeCloseTo(2500 * (1 - 1 / slowdown), 9);
  });
  it("equal pages across a group: of 10 % of four VMs one copy stays, 0.1 x 1024 x 3/4 are saved of each; across groups nothing is shared", () => {
    const ksm = { ...ideal, memory: { ...product("kvm").memory, minFree: "none" as const, balloonLimit: 0, sharing: "across" as const } };
    const group = { ...usualMemory, equalWithin: 0, equalAcross: 0.1 };
    const world = (vms: ResolvedVmGroup[]) => {
      const results = simulate(scenario({ durationSeconds: 100, hosts: [host({ memoryMiB: 4000, hypervisor: ksm })], vms, admission }));
      const table = results.extra.find((t) => t.name === "memory");
      if (!table) throw new Error("no memory was short");
      return numbers(table, "shared_gib")[0] * 1024;
    };
    expect(world([vm({ count: 4, memory: group })])).toBeCloseTo(4 * 76.8, 3);
    expect(world([1, 2, 3, 4].map((n) => vm({ name: `v${n}`, memory: group })))).toBe(0);
  });
  it("Xen and Hyper-V refuse the power-on, with the reason, unless their VMs have dynamic memory", () => {
    const tried = (name: string, over: Partial<ResolvedHypervisor["memory"]>): [number, string] => {
      const xen = { ...ideal, name, memory: product(name, over).memory };
      const results = simulate(scenario({ durationSeconds: 1, hosts: [host({ memoryMiB: 4096, hypervisor: xen })], vms: [vm({ count: 5 })], admission }));
      return [metric(results, "vms_placed"), texts(results.vms, "reason")[4] ?? ""];
    };
    for (const name of ["xen", "hyperv"]) {
      expect(tried(name, {})).toEqual([4, `memory: needs 1.0 GiB with overhead, most free on one host is 0.0 GiB; ${name} does not overcommit memory`]);
      expect(tried(name, { overcommit: "yes" })).toEqual([5, ""]);
    }
  });
  it("reservations must fit at any ratio: three of 2 GiB on 4", () => {
    const reserved = { ...usualMemory, reservationMiB: 2048 };
    const results = simulate(scenario({ durationSeconds: 1, hosts, vms: [vm({ count: 3, memoryMiB: 2048, memory: reserved })], admission }));
    expect(metric(results, "vms_placed")).toBe(2);
    expect(texts(results.vms, "reason")[2]).toBe("memory reservation: needs 2.0 GiB that cannot be reclaimed, most unreserved on one host is 0.0 GiB");
  });
});
