/**
 * The products against what was measured of them: runs, not table look-ups. One VM with as many vCPUs as it can use does a
 * given amount of one kind of work on an otherwise empty host; its speed relative to the same run on bare metal must lie
 * inside the range of the published measurements and within 0.1 of the median of their sources (docs/evidence.md).
 * Memory overheads and reserves come out of runs too: ESXi's table (vSphere 6.5 resource management, table 6-1) and Xen's
 * dom0 rule (XenServer documentation).
 */
import { evidenceRows } from "../catalog/evidence.ts";
import { resolveHypervisor } from "../scenario/catalogue.ts";
import type { ResolvedHypervisor } from "../scenario/resolved.ts";
import { simulate } from "../simulation.ts";
import { host, scenario, tasks, vm } from "./build.ts";
import { type AgreementCase, near } from "./case.ts";
import { cell, eventTimes } from "./read.ts";

/** How far from the median of sources a ratio may lie, and what of the range's ends is rounding. */
const FROM_MEDIAN = 0.1;
const ROUNDING = 1e-9;

const product = (key: string): ResolvedHypervisor => {
  const found = resolveHypervisor(key);
  if (!found) throw new Error(`no hypervisor ${key}`);
  return found;
};

const MIXES = { cpu: { cpu: 1, memory: 0, oltp: 0 }, memory: { cpu: 0, memory: 1, oltp: 0 }, "mixed-oltp": { cpu: 0, memory: 0, oltp: 1 } } as const;
type Kind = keyof typeof MIXES;

/** Seconds that 100 units of work take a 2-vCPU VM on a 16-core host. */
export function secondsOnProduct(key: string, kind: Kind): number {
  const results = simulate(
    scenario({
      hosts: [host({ cores: 16, hypervisor: product(key) })],
      vms: [vm({ name: "guest", vcpus: 2, memoryMiB: 4096, mix: MIXES[kind], workload: tasks([{ work: 50 }, { work: 50 }]) })],
      admission: { vcpusPerCore: 4, memoryRatio: 1, whenFull: "reject", queueOrder: "fifo", maxWaitSeconds: null },
    }),
  );
  return eventTimes(results, "completed", "guest")[0] ?? Number.NaN;
}

/** Speed relative to bare metal, for every product and kind of work with evidence that the model covers. */
export const measuredSpeedCases: readonly AgreementCase[] = evidenceRows()
  .filter((row): row is typeof row & { kind: Kind } => row.kind in MIXES)
  .map(({ product: key, kind, low, high, medianOfSources, rows, sources }) => ({
    id: `${key} ${kind}`,
    what: `speed relative to bare metal, ${rows} measurements of ${sources} sources`,
    run: () => [
      {
        name: "ratio",
        here: secondsOnProduct("none", kind) / secondsOnProduct(key, kind),
        there: medianOfSources,
        low: Math.max(low - ROUNDING, medianOfSources - FROM_MEDIAN),
        high: Math.min(high + ROUNDING, medianOfSources + FROM_MEDIAN),
      },
    ],
  }));

/** Memory of the VM in MiB, its vCPUs, overhead in MiB. */
const ESXI: readonly (readonly [memoryMiB: number, vcpus: number, overheadMiB: number])[] = [
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
];

// dom0 = 1 GiB + 5 % of RAM, at most 8 GiB; 0.25 GiB more for the hypervisor itself.
const XEN: readonly (readonly [ramGiB: number, keptGiB: number])[] = [
  [32, 2.6 + 0.25],
  [64, 4.2 + 0.25],
  [140, 8 + 0.25],
  [512, 8 + 0.25],
];

export const measuredMemoryCases: readonly AgreementCase[] = [
  ...ESXI.map(
    ([memoryMiB, vcpus, expected]): AgreementCase => ({
      id: `esxi ${memoryMiB} MiB ${vcpus} vCPU`,
      what: `overhead of a VM of ${memoryMiB} MiB and ${vcpus} vCPU, within 3 %`,
      run: () => {
        const results = simulate(scenario({ durationSeconds: 60, hosts: [host({ cores: 16, hypervisor: product("esxi") })], vms: [vm({ vcpus, memoryMiB })] }));
        return [near("overhead_MiB", cell(results.vms, "vm", "v", "overhead_mib"), expected, 0.03 * expected)];
      },
    }),
  ),
  ...XEN.map(
    ([ramGiB, kept]): AgreementCase => ({
      id: `xen ${ramGiB} GiB`,
      what: `memory kept back on ${ramGiB} GiB`,
      run: () => {
        const results = simulate(
          scenario({ durationSeconds: 60, hosts: [host({ cores: 16, memoryMiB: ramGiB * 1024, hypervisor: product("xen") })], vms: [] }),
        );
        return [near("kept_GiB", ramGiB - cell(results.hosts, "host", "h", "usable_memory_gib"), kept, 5e-10)];
      },
    }),
  ),
];
