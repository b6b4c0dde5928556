/** The hypervisor profiles: complete, sourced, and what the published memory rules say. */
import { describe, expect, it } from "vitest";
import { type Fact, type Figure, figures, hypervisorNames, hypervisorProfile, hypervisors, NO_LIMIT, sources } from "../../src/catalog/index.ts";
import { usableMemoryMiB, vmOverheadMiB } from "../../src/model/memory.ts";
import type { HostClass } from "../../src/model/spec.ts";
import { resolveHypervisor, resolveServer } from "../../src/scenario/catalogue.ts";
import type { ResolvedHypervisor } from "../../src/scenario/resolved.ts";

const GIB = 1024;

function resolved(key: string): ResolvedHypervisor {
  const found = resolveHypervisor(key);
  if (!found) throw new Error(`no hypervisor ${key}`);
  return found;
}

const host = (key: string, ramGiB: number): HostClass => ({
  name: "h",
  count: 1,
  site: "site",
  server: null,
  cores: 16,
  threadsPerCore: 1,
  smtGain: 1,
  numaNodes: 1,
  remoteLatency: 1.7,
  coreMHz: 2000,
  memoryMiB: ramGiB * GIB,
  power: { model: "constant", watts: 100, offWatts: 0 },
  pstates: [],
  transitions: {
    bootSeconds: 0,
    bootWatts: null,
    shutdownSeconds: 0,
    shutdownWatts: null,
    bootFailureChance: 0,
    sleepWatts: 0,
    suspendSeconds: 0,
    wakeSeconds: 0,
  },
  networkGbitPerSecond: 10,
  hypervisor: resolved(key),
  state: "on",
  hostPrograms: { cores: 0, memoryMiB: 0 },
});

describe("every profile", () => {
  it("is there for the seven products and the two reference cases", () => {
    expect(hypervisors.map((h) => h.key)).toEqual(["esxi", "hyperv", "xen", "kvm", "virtualbox", "workstation", "parallels", "none", "ideal"]);
    expect(hypervisors.map((h) => h.type)).toEqual([1, 1, 1, 1, 2, 2, 2, 0, 0]);
  });

  it("has names that mean one product only", () => {
    expect(new Set(hypervisorNames).size).toBe(hypervisorNames.length);
    expect(hypervisorProfile("VBox")?.key).toBe("virtualbox");
    expect(hypervisorProfile("hyper-v")?.key).toBe("hyperv");
    expect(hypervisorProfile("constructor")).toBeUndefined();
  });

  for (const profile of hypervisors) {
    it(`${profile.key}: each number lies in its range, has its unit, and a source that exists`, () => {
      const entries = Object.entries(profile.figures) as [keyof typeof figures, Figure][];
      expect(entries.length).toBeGreaterThanOrEqual(29);
      for (const [name, figure] of entries) {
        expect(Number.isFinite(figure.value), name).toBe(true);
        expect(figure.low ?? figure.value, name).toBeLessThanOrEqual(figure.value);
        expect(figure.high ?? figure.value, name).toBeGreaterThanOrEqual(figure.value);
        expect(figure.unit, name).toBe(figures[name].unit);
        expect(sources, `${name} cites ${figure.source}`).toHaveProperty([figure.source]);
        if (figure.unit === "of native") expect(figure.value, name).toBeLessThanOrEqual(1);
      }
      const facts: Fact[] = [profile.ioChargedTo, profile.weightBy, ...Object.values(profile.abilities), ...Object.values(profile.features)];
      for (const fact of facts) expect(sources).toHaveProperty([fact.source]);
    });

    it(`${profile.key}: an own judgement is never called verified, a definition never an estimate`, () => {
      for (const { source, confidence } of [
        ...Object.values(profile.figures),
        profile.ioChargedTo,
        profile.weightBy,
        ...Object.values(profile.abilities),
      ] as Fact[]) {
        if (source === "judgement") expect(confidence).toBe("estimate");
        if (source === "definition") expect(confidence).toBe("verified");
        if (source === "product-docs") expect(confidence).toBe("remembered");
      }
    });
  }
});

describe("a resolved hypervisor", () => {
  it("names every field that rests on an estimate, and no other", () => {
    expect(resolved("xen").estimates.toSorted()).toEqual(
      [
        "bootSeconds.linux",
        "bootSeconds.windows",
        "cloneSeconds",
        "coStopPerVcpu",
        "coresPerGbit",
        "diskIopsEfficiency",
        "diskThroughputEfficiency",
        "memory.swapSeconds",
        "migration.activationSeconds",
        "migration.concurrentPerHost",
        "migration.diskMiBPerSecond",
        "migration.resumeSeconds",
        "migration.setupSeconds",
        "migration.sourceCores",
        "migration.targetCores",
        "cpuMicrosecondsPerIo",
        "deleteSeconds",
        "oltpEfficiency",
        "overheadBaseMiB",
        "reserveFixedMiB",
        "reservedCores",
        "schedulingSlope",
      ].toSorted(),
    );
    expect(resolved("hyperv").estimates).toContain("reserveCapMiB");
    // A desktop's host pages by its own rules, of which three are judgements.
    expect(resolved("virtualbox").estimates.filter((field) => field.startsWith("memory."))).toEqual([
      "memory.takenFrom",
      "memory.minFree",
      "memory.swap",
      "memory.swapSeconds",
    ]);
    expect(resolved("ideal").estimates).toEqual([]);
    expect(resolved("none").estimates).toEqual([]);
  });

  it("takes the mean of CPU and random disk efficiency where no database test exists", () => {
    expect(resolved("xen").oltpEfficiency).toBeCloseTo((0.9 + 0.75) / 2, 12);
    expect(resolved("parallels").oltpEfficiency).toBeCloseTo((0.91 + 0.6) / 2, 12);
  });

  it("weighs CPU as the product does", () => {
    // ESXi: shares per vCPU. Hyper-V: weight per virtual processor. Xen: per active vCPU. libvirt: per domain. Type 2: threads.
    const weights = hypervisors.map((h) => [h.key, resolved(h.key).weightBy]);
    expect(Object.fromEntries(weights)).toEqual({
      esxi: "vcpu",
      hyperv: "vcpu",
      xen: "runnable",
      kvm: "vm",
      virtualbox: "runnable",
      workstation: "runnable",
      parallels: "runnable",
      none: "runnable",
      ideal: "runnable",
    });
  });

  it("charges I/O to a control domain on Xen and Hyper-V, to the VM on ESXi and KVM, to the host OS on hosted products", () => {
    expect(["xen", "hyperv"].map((key) => resolved(key).ioChargedTo)).toEqual(["control-domain", "control-domain"]);
    expect(["esxi", "kvm"].map((key) => resolved(key).ioChargedTo)).toEqual(["vm", "vm"]);
    expect(["virtualbox", "workstation", "parallels"].map((key) => resolved(key).ioChargedTo)).toEqual(["host-os", "host-os", "host-os"]);
  });

  for (const key of ["none", "ideal"]) {
    it(`${key} costs nothing, keeps nothing back, waits for nothing and has no limits`, () => {
      const h = resolved(key);
      expect([h.cpuEfficiency, h.memoryEfficiency, h.oltpEfficiency]).toEqual([1, 1, 1]);
      const costs = [h.cpuMicrosecondsPerIo, h.coresPerGbit, h.schedulingSlope, h.coStopPerVcpu, h.reservedCores, h.hostOsBackground];
      expect(costs).toEqual([0, 0, 0, 0, 0, 0]);
      expect([h.bootSeconds.linux, h.bootSeconds.windows, h.cloneSeconds, h.deleteSeconds]).toEqual([0, 0, 0, 0]);
      expect([h.maxVcpusPerVm, h.maxMemoryPerVmMiB, h.maxVmsPerHost]).toEqual([NO_LIMIT, NO_LIMIT, NO_LIMIT]);
      expect(usableMemoryMiB(host(key, 64))).toBe(64 * GIB);
      expect(vmOverheadMiB(h, 8, 16 * GIB)).toBe(0);
    });
  }

  it("survives JSON unchanged", () => {
    for (const { key } of hypervisors) expect(JSON.parse(JSON.stringify(resolved(key)))).toEqual(resolved(key));
  });

  it("is undefined for a name that the catalogue does not have", () => {
    expect(resolveHypervisor("esxy")).toBeUndefined();
    expect(resolveServer("no-such-server")).toBeUndefined();
  });
});

describe("memory rules", () => {
  // VMware vSphere 6.5 Resource Management, table 6-1: overhead in MiB by configured memory (rows) and vCPUs 1, 2, 4, 8.
  const table: readonly (readonly [number, readonly [number, number, number, number]])[] = [
    [256, [20.29, 24.28, 32.23, 48.16]],
    [1024, [25.9, 29.91, 37.86, 53.82]],
    [4096, [48.64, 52.72, 60.67, 76.78]],
    [16384, [139.62, 143.98, 151.93, 168.6]],
  ];
  for (const [memoryMiB, row] of table) {
    for (const [i, published] of row.entries()) {
      it(`ESXi: a VM of ${2 ** i} vCPU and ${memoryMiB} MiB needs ${published} MiB, within 3 %`, () => {
        const overhead = vmOverheadMiB(resolved("esxi"), 2 ** i, memoryMiB);
        expect(Math.abs(overhead / published - 1)).toBeLessThan(0.03);
      });
    }
  }

  // Citrix: dom0 = 1 GiB + 5 % of RAM, at most 8 GiB; our Xen keeps 0.25 GiB more for itself.
  //   16 GiB: 1 + 0.8 = 1.8     64 GiB: 1 + 3.2 = 4.2     140 GiB: 1 + 7 = 8 exactly     256 GiB: 13.8, so 8
  for (const [ramGiB, dom0GiB] of [
    [16, 1.8],
    [64, 4.2],
    [140, 8],
    [256, 8],
    [1024, 8],
  ] as const) {
    it(`Xen: dom0 takes ${dom0GiB} GiB of ${ramGiB} GiB`, () => {
      expect(ramGiB * GIB - usableMemoryMiB(host("xen", ramGiB)) - 0.25 * GIB).toBeCloseTo(dom0GiB * GIB, 6);
    });
  }

  // Hyper-V: 32 MiB for the first GiB, 8 MiB for each further one.
  for (const [memoryMiB, overheadMiB] of [
    [512, 32],
    [1024, 32],
    [2048, 40],
    [16384, 32 + 15 * 8],
  ] as const) {
    it(`Hyper-V: a VM of ${memoryMiB} MiB needs ${overheadMiB} MiB more, whatever its vCPUs`, () => {
      expect(vmOverheadMiB(resolved("hyperv"), 1, memoryMiB)).toBe(overheadMiB);
      expect(vmOverheadMiB(resolved("hyperv"), 8, memoryMiB)).toBe(overheadMiB);
    });
  }

  // 2 GiB + 64 MiB for each GiB, at most 12 GiB: 16 GiB keeps 3, 128 GiB keeps 10, 256 GiB would keep 18.
  for (const [ramGiB, keptGiB] of [
    [16, 3],
    [128, 10],
    [256, 12],
  ] as const) {
    it(`Hyper-V: the root partition keeps ${keptGiB} of ${ramGiB} GiB`, () => {
      expect(ramGiB * GIB - usableMemoryMiB(host("hyperv", ramGiB))).toBeCloseTo(keptGiB * GIB, 6);
    });
  }

  it("KVM: QEMU, its threads and page tables: 70 + 2 x 8 + 4 x 2 = 94 MiB for 2 vCPUs and 4 GiB", () => {
    expect(vmOverheadMiB(resolved("kvm"), 2, 4 * GIB)).toBe(94);
  });

  it("a hosted product keeps back host OS and program: VirtualBox 3 GiB + 2 % + 0.3 GiB = 3.62 GiB of 16 GiB", () => {
    expect(16 * GIB - usableMemoryMiB(host("virtualbox", 16))).toBeCloseTo(3.62 * GIB, 6);
  });
});
