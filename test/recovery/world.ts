/** Small worlds for recovery: an ideal product that boots in 60 s, VMs of 1000 MiB that write 1 MiB/s all over their disk. */
import type { RecoverySpec } from "../../src/model/recovery/spec.ts";
import type { Results } from "../../src/results/results.ts";
import { column } from "../../src/results/table.ts";
import type { ResolvedHostGroup, ResolvedScenario, ResolvedServiceClass, ResolvedVmGroup } from "../../src/scenario/resolved.ts";
import { simulate } from "../../src/simulation.ts";
import { host, ideal, scenario, vm } from "../support/build.ts";

export const BOOT = 60;
const product = { ...ideal, bootSeconds: { linux: BOOT, windows: BOOT } };

export const rack = (over: Partial<ResolvedHostGroup> = {}): ResolvedHostGroup => host({ hypervisor: product, cores: 8, ...over });
export const server = (over: Partial<ResolvedVmGroup> = {}): ResolvedVmGroup =>
  vm({ onHostDown: "restart", data: { diskMiB: 1000, writesMiBPerSecond: 1, hotShare: 1 }, ...over });
export const tier = (name: string, rpoSeconds: number | null, rtoSeconds: number | null): ResolvedServiceClass => ({
  name,
  availability: null,
  readyShare: null,
  slowdownShare: null,
  restartSeconds: null,
  rpoSeconds,
  rtoSeconds,
  window: "run",
  creditTerms: null,
  credits: [],
});
export const site = (name: string): ResolvedScenario["sites"][number] => ({
  name,
  region: null,
  pue: 1,
  electricity: null,
  carbonGramsPerKwh: null,
});

/** Changed data of such a VM after so many seconds of running, MiB: H (1 - exp(-t / H)), H = 1000. */
export const changed = (seconds: number): number => 1000 * (1 - Math.exp(-seconds / 1000));

export const repository = (over: Partial<RecoverySpec["repositories"][number]> = {}): RecoverySpec["repositories"][number] => ({
  name: "vault",
  site: "site",
  writeMiBPerSecond: 10,
  readMiBPerSecond: 20,
  streams: 8,
  capacityMiB: null,
  immutable: false,
  ...over,
});
export const backup = (over: Partial<RecoverySpec["backups"][number]> = {}): RecoverySpec["backups"][number] => ({
  name: "job",
  vms: ["v"],
  to: "vault",
  startSeconds: 100,
  everySeconds: 1000,
  fullEvery: 2,
  fullBy: "copy",
  windowSeconds: null,
  keep: { points: null, seconds: null, merge: false },
  ...over,
});
export const replication = (over: Partial<RecoverySpec["replication"][number]> = {}): RecoverySpec["replication"][number] => ({
  name: "ship",
  vms: ["v"],
  to: "west",
  mode: "asynchronous",
  everySeconds: 600,
  lineMiBPerSecond: 10,
  streams: 16,
  roundTripSeconds: 0.002,
  writeMiB: 1 / 64,
  outstanding: 8,
  seeded: true,
  ...over,
});

export function run(recovery: Partial<RecoverySpec>, over: Partial<ResolvedScenario> = {}): Results {
  return simulate(
    scenario({
      hosts: [rack({ count: 2 })],
      vms: [server()],
      durationSeconds: 3000,
      recovery: { repositories: [repository()], backups: [], replication: [], runbooks: [], events: [], ...recovery },
      ...over,
    }),
  );
}

/** The rows of one of the further tables. */
export function rowsOf(results: Results, name: string): Record<string, number | string>[] {
  const table = results.extra.find((t) => t.name === name);
  if (table === undefined) throw new Error(`the run made no table ${name}`);
  return Array.from({ length: table.rows }, (_, i) => Object.fromEntries(table.columns.map((c) => [c.name, column(table, c.name).values[i]])));
}
