/**
 * Trace playback with all four resources: columns of CPU, active memory, disk and network traffic, each VM with a disk on its
 * host's datastore, against the same samples of CPU alone. Nothing is short. In turn, rounds in the same run, median of ratios.
 */
import type { Population } from "../../src/model/demand.ts";
import type { DatastoreSpec, DiskSpec } from "../../src/model/storage-spec.ts";
import { type BenchRow, median, secondsOf } from "../row.ts";
import { playback, population, STEPS, VMS_PER_HOST } from "./playback.ts";

const store: DatastoreSpec = {
  name: "local",
  capacityMiB: 1e7,
  iops: 200_000,
  mibPerSecond: 3000,
  latencySeconds: 100e-6,
  localTo: "h",
  hosts: null,
  networkGbitPerSecond: null,
};
const disk: DiskSpec = {
  sizeMiB: 40_960,
  datastore: "local",
  kind: "thin",
  usedMiB: 10_240,
  growthMiBPerSecond: 0,
  changeMiBPerSecond: 0,
  ioShare: 1,
  shares: 1,
  limitIops: null,
  limitMiBPerSecond: null,
};

/** The same CPU, and 0 to 60 % of memory, 0 to 200 I/Os a second, 0 to 20 MiB/s and 0 to 0.1 Gbit/s in step with it. */
export function withAllResources(samples: Population): Population {
  const { demand } = samples;
  if (demand.kind !== "grid") throw new Error("a grid is expected");
  const part = (most: number): Float32Array => demand.mhz.map((mhz) => (mhz / 2000) * most);
  return { ...samples, demand: { ...demand, activeMiB: part(0.6 * 8192), iops: part(200), diskMiBPerSecond: part(20), gbitPerSecond: part(0.1) } };
}

export const more = { vm: { disks: [disk] }, datacenter: { datastores: [store] } };

/** Reads the four columns that are played and sums each by host: nothing else. */
function bareLoop({ count, demand }: Population, steps: number): number {
  if (demand.kind !== "grid") throw new Error("a grid is expected");
  const { mhz, iops = mhz, diskMiBPerSecond: mib = mhz, gbitPerSecond: gbit = mhz } = demand;
  let largest = 0;
  for (let from = 0; from < count * steps; from += VMS_PER_HOST) {
    let [a, b, c, d] = [0, 0, 0, 0];
    for (let k = from; k < from + VMS_PER_HOST; k++) {
      a += mhz[k];
      b += iops[k];
      c += mib[k];
      d += gbit[k];
    }
    largest = Math.max(largest, a + b + c + d);
  }
  return largest;
}

export function rows(): BenchRow[] {
  const hosts = 2000;
  const alone = population(hosts * VMS_PER_HOST, STEPS);
  const all = withAllResources(alone);

  const ratios: number[] = [];
  const rates: number[] = [];
  const bare: number[] = [];
  for (let round = 0; round < 4; round++) {
    const cpu = secondsOf(playback(hosts, alone, STEPS));
    const four = secondsOf(playback(hosts, all, STEPS, more));
    const bareSeconds = secondsOf(() => bareLoop(all, STEPS));
    if (round === 0) continue;
    bare.push((alone.count * STEPS) / bareSeconds / 1e6);
    ratios.push(cpu / four);
    rates.push((alone.count * STEPS) / four / 1e6);
  }
  const ratio = median(ratios);
  return [
    {
      name: `trace playback with memory, disk and network, ${hosts.toLocaleString("en-GB")} hosts x ${alone.count.toLocaleString("en-GB")} VMs x ${STEPS} steps`,
      measured: `${ratio.toFixed(2)} x the rate of CPU alone (${median(rates).toFixed(1)} M VM-samples/s)`,
      bar: ">= 0.25 x",
      reached: ratio >= 1 / 4,
      note: `nothing is short; bare loop over the four columns ${median(bare).toFixed(0)} M/s`,
    },
  ];
}
