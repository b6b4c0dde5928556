/**
 * The products against what was measured of them: runs, not table look-ups. One VM with as many vCPUs as it can use does a
 * given amount of one kind of work on an otherwise empty host; its speed relative to the same run on bare metal must lie
 * inside the range of the published measurements and within 0.1 of the median of their sources (docs/evidence.md).
 * Memory overheads and reserves come out of runs too: ESXi's table (vSphere 6.5, table 6-1) and Xen's dom0 rule.
 */
import { describe, expect, it } from "vitest";
import { evidenceRows } from "../../src/catalog/evidence.ts";
import { resolveHypervisor } from "../../src/scenario/catalogue.ts";
import type { ResolvedHypervisor } from "../../src/scenario/resolved.ts";
import { simulate } from "../../src/simulation.ts";
import { host, scenario, tasks, vm } from "../support/build.ts";
import { cell, eventTimes } from "../support/read.ts";

const product = (key: string): ResolvedHypervisor => {
  const found = resolveHypervisor(key);
  if (!found) throw new Error(`no hypervisor ${key}`);
  return found;
};

const MIXES = { cpu: { cpu: 1, memory: 0, oltp: 0 }, memory: { cpu: 0, memory: 1, oltp: 0 }, "mixed-oltp": { cpu: 0, memory: 0, oltp: 1 } } as const;
type Kind = keyof typeof MIXES;

/** Seconds that 100 units of work take a 2-vCPU VM on a 16-core host. */
function seconds(key: string, kind: Kind): number {
  const results = simulate(
    scenario({
      hosts: [host({ cores: 16, hypervisor: product(key) })],
      vms: [vm({ name: "guest", vcpus: 2, memoryMiB: 4096, mix: MIXES[kind], workload: tasks([{ work: 50 }, { work: 50 }]) })],
      admission: { vcpusPerCore: 4, memoryRatio: 1, whenFull: "reject", queueOrder: "fifo", maxWaitSeconds: null },
    }),
  );
  return eventTimes(results, "completed", "guest")[0];
}

const measured = evidenceRows().filter((row): row is typeof row & { kind: Kind } => row.kind in MIXES);

describe("speed relative to bare metal, from runs", () => {
  it("there is evidence to compare with", () => {
    expect(measured.length).toBeGreaterThanOrEqual(12);
    expect(seconds("none", "cpu")).toBe(50);
  });
  it.each(measured)("$product, $kind: inside the measured range, near the median of sources", ({ product: key, kind, low, high, medianOfSources }) => {
    const ratio = seconds("none", kind) / seconds(key, kind);
    expect(ratio).toBeGreaterThanOrEqual(low - 1e-9);
    expect(ratio).toBeLessThanOrEqual(high + 1e-9);
    expect(Math.abs(ratio - medianOfSources)).toBeLessThanOrEqual(0.1);
  });
});

describe("memory, from runs", () => {
  const esxi: [memoryMiB: number, vcpus: number, overheadMiB: number][] = [
    [256, 1, 20.29],
    [256, 2, 24.28],
    [256, 4, 32.23],
    [256, 8, 48.16],
    [1024, 1, 25.9],
    [1024, 2, 29.91],
    [1024, 4, 37.86],
    [1024, 8, 53.82],
    [4096, 1, 48.64],
    [4096, 2, 52.72],
    [4096, 4, 60.67],
    [4096, 8, 76.78],
    [16384, 1, 139.62],
    [16384, 2, 143.98],
    [16384, 4, 151.93],
    [16384, 8, 168.6],
  ]; // prettier-ignore
  it.each(esxi)("ESXi, VM of %d MiB and %d vCPU: overhead %d MiB within 3 %", (memoryMiB, vcpus, expected) => {
    const results = simulate(scenario({ durationSeconds: 60, hosts: [host({ cores: 16, hypervisor: product("esxi") })], vms: [vm({ vcpus, memoryMiB })] }));
    expect(Math.abs(cell(results.vms, "vm", "v", "overhead_mib") / expected - 1)).toBeLessThanOrEqual(0.03);
  });

  // dom0 = 1 GiB + 5 % of RAM, at most 8 GiB (XenServer documentation); 0.25 GiB more for the hypervisor itself.
  it.each([
    [32, 2.6 + 0.25],
    [64, 4.2 + 0.25],
    [140, 8 + 0.25],
    [512, 8 + 0.25],
  ])("Xen on %d GiB keeps back %d GiB", (ramGiB, kept) => {
    const results = simulate(scenario({ durationSeconds: 60, hosts: [host({ cores: 16, memoryMiB: ramGiB * 1024, hypervisor: product("xen") })], vms: [] }));
    expect(ramGiB - cell(results.hosts, "host", "h", "usable_memory_gib")).toBeCloseTo(kept, 9);
  });
});
