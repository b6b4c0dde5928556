/**
 * Trace playback: KVM profile, all ledgers on, no policy, against a bare loop over typed arrays that only sums demand by host
 * and looks up power. Both go over the same samples in the same order of VMs by host; in turn, five rounds, median of ratios.
 * Measured is the run itself (events, settling, solving, watching, closing and checking the ledgers), not building the
 * columns before it nor making tables after it.
 */
import { Kernel } from "../../src/kernel/kernel.ts";
import { closeLedgers } from "../../src/metrics/ledger.ts";
import { Watch } from "../../src/metrics/watch.ts";
import { Datacenter, type DatacenterSpec } from "../../src/model/datacenter.ts";
import { emptyReport, type Population } from "../../src/model/demand.ts";
import type { HostClass, VmClass } from "../../src/model/spec.ts";
import { placementPolicy } from "../../src/policy/placement/index.ts";
import { resolveHypervisor, resolveServer } from "../../src/scenario/catalogue.ts";
import type { ResolvedVmGroup } from "../../src/scenario/resolved.ts";
import { host, vm } from "../../test/support/build.ts";
import { type BenchRow, median, secondsOf } from "../row.ts";

export const STEPS = 288;
export const STEP_S = 300;
export const VMS_PER_HOST = 10;

export function population(vms: number, steps: number): Population {
  const mhz = new Float32Array(vms * steps);
  let x = 1;
  for (let i = 0; i < mhz.length; i++) {
    x = (Math.imul(x, 1664525) + 1013904223) >>> 0;
    mhz[i] = ((x >>> 8) / 2 ** 24) * 2000;
  }
  return {
    count: vms,
    names: Array.from({ length: vms }, (_, v) => `v${v}`),
    vcpus: new Float64Array(vms).fill(2),
    memoryMiB: new Float64Array(vms).fill(8192),
    arrivalSeconds: new Float64Array(vms),
    lifetimeSeconds: new Float64Array(vms).fill(Number.POSITIVE_INFINITY),
    demand: { kind: "grid", firstSeconds: 0, stepSeconds: STEP_S, steps, mhz },
    report: emptyReport("made by rule"),
  };
}

/** Builds a datacenter for the samples and returns what runs it. */
export function playback(
  hosts: number,
  samples: Population,
  steps: number,
  more: { readonly vm?: Partial<ResolvedVmGroup>; readonly datacenter?: Partial<DatacenterSpec> } = {},
): () => number {
  const kvm = resolveHypervisor("kvm");
  const server = resolveServer("dell-r640-8180");
  if (!kvm || !server) throw new Error("the catalogue lacks kvm or dell-r640-8180");
  const hostClass: HostClass = host({ count: hosts, ...server, hypervisor: kvm });
  const vmClass: VmClass = vm({ name: "trace", mix: { cpu: 0.8, memory: 0.2, oltp: 0 }, ...more.vm });
  const kernel = new Kernel();
  const dc = new Datacenter(kernel, {
    hosts: [hostClass],
    tenants: [{ vmClass, population: samples }],
    admission: { vcpusPerCore: (2 * VMS_PER_HOST) / hostClass.cores, memoryRatio: 1, whenFull: "reject", queueOrder: "fifo", maxWaitSeconds: null },
    script: [],
    choose: placementPolicy("first-fit").create({}, () => 0),
    policy: "first-fit",
    luck: () => 0,
    ...more.datacenter,
  });
  const end = steps * STEP_S;
  const watch = new Watch(kernel, dc, STEP_S, end);
  // Placing the VMs is not playback: the first instant runs before the clock starts.
  kernel.run(0);
  return () => {
    kernel.run(end);
    dc.close(end);
    watch.close(end);
    const energy = closeLedgers(dc, end, { total: watch.rows.reduce((sum, row) => sum + row.joules, 0), coolingJoules: 0 })[1];
    if (!energy || dc.running.count !== samples.count) throw new Error("the playback lost VMs");
    return energy.total;
  };
}

/** Sums demand by host (any VM may be on any host, as in ours) and looks up power: nothing else. */
function bareLoop(hosts: number, samples: Population, hostOf: Int32Array, steps: number): number {
  if (samples.demand.kind !== "grid") throw new Error("a grid is expected");
  const { mhz } = samples.demand;
  const watts = Float64Array.of(52, 88, 113, 134, 155, 177, 205, 240, 285, 325, 367);
  const capacity = 56 * 1.25 * 2500;
  const vms = samples.count;
  const load = new Float64Array(hosts);
  let joules = 0;
  for (let s = 0; s < steps; s++) {
    load.fill(0);
    const row = s * vms;
    for (let v = 0; v < vms; v++) load[hostOf[v]] += mhz[row + v];
    for (let h = 0; h < hosts; h++) {
      const u = Math.min(10, (load[h] / capacity) * 10);
      const k = Math.min(9, u | 0);
      joules += (watts[k] + (watts[k + 1] - watts[k]) * (u - k)) * STEP_S;
    }
  }
  return joules;
}

export function rows(): BenchRow[] {
  const hosts = 20_000;
  const samples = population(hosts * VMS_PER_HOST, STEPS);
  const hostOf = Int32Array.from({ length: samples.count }, (_, v) => Math.floor(v / VMS_PER_HOST));
  const count = samples.count * STEPS;
  const ratios: number[] = [];
  const ours: number[] = [];
  const bare: number[] = [];
  for (let round = 0; round < 6; round++) {
    const run = playback(hosts, samples, STEPS);
    const seconds = secondsOf(run);
    const bareSeconds = secondsOf(() => bareLoop(hosts, samples, hostOf, STEPS));
    if (round === 0) continue;
    ours.push(seconds);
    bare.push(bareSeconds);
    ratios.push(bareSeconds / seconds);
  }
  const rate = (seconds: readonly number[]): number => count / median(seconds) / 1e6;
  const ratio = median(ratios);
  const table: BenchRow[] = [
    {
      name: `trace playback, ${hosts.toLocaleString("en-GB")} hosts x ${samples.count.toLocaleString("en-GB")} VMs x ${STEPS} steps`,
      measured: `${ratio.toFixed(2)} x the bare loop (${rate(ours).toFixed(0)} M VM-samples/s)`,
      bar: ">= 0.33 x",
      reached: ratio >= 1 / 3,
      note: `bare loop ${rate(bare).toFixed(0)} M/s`,
    },
  ];

  // Cost of a VM-sample from 10,000 to 1,000,000 VMs, a day each, so that what is paid once a run weighs alike.
  const costs = [10_000, 100_000, 1_000_000].map((vms) => {
    const set = population(vms, STEPS);
    const times = Array.from({ length: vms < 1_000_000 ? 6 : 4 }, () => secondsOf(playback(vms / VMS_PER_HOST, set, STEPS))).slice(1);
    return { vms, nanoseconds: (1e9 * median(times)) / (vms * STEPS) };
  });
  const nanoseconds = costs.map((c) => c.nanoseconds);
  const spread = Math.max(...nanoseconds) / Math.min(...nanoseconds);
  table.push({
    name: "cost of a VM-sample from 10,000 to 1,000,000 VMs",
    measured: `${costs.map((c) => `${c.nanoseconds.toFixed(1)} ns at ${c.vms.toLocaleString("en-GB")}`).join(", ")}: within ${spread.toFixed(2)} x`,
    bar: "within 1.5 x",
    reached: spread <= 1.5,
    note: `${STEPS} steps each`,
  });
  return table;
}
