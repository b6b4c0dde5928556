/** Memory as admission: reserves, overheads and the binding reason, by hand. */
import { describe, expect, it } from "vitest";
import { texts } from "../../src/results/table.ts";
import type { ResolvedHypervisor } from "../../src/scenario/resolved.ts";
import { simulate } from "../../src/simulation.ts";
import { host, ideal, scenario, vm } from "../support/build.ts";
import { cell, metric } from "../support/read.ts";

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
