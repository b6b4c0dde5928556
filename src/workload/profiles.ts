/**
 * What the synthetic VMs should look like: the marginals of two published sets of traces, as tables.
 *
 * enterprise: Bitbrains "Rnd" (Grid Workloads Archive GWA-T-12), July 2013, 488 provisioned VMs of a managed-hosting
 * datacenter, 5-minute samples; figures computed from its per-VM files (S. Shen, V. van Beek, A. Iosup, "Statistical
 * Characterization of Business-Critical Workloads Hosted in Cloud Datacenters", CCGrid 2015).
 * cloud: Azure Public Dataset V1 (2017), 1.87 M arrivals in 30 days; figures of sizes, batches and lifetimes computed
 * from its vmtable (E. Cortez et al., "Resource Central", SOSP 2017). That trace's CPU tables were not at hand: of the
 * CPU shape only two points come from the paper (60 % of VMs average below 20 %, 40 % have a p95 below 50 %); the rest
 * of the CPU tables, and all autocorrelations of the cloud profile, are estimates and marked so.
 * Fleet shape of the cloud profile: sum over VMs in Azure V2 (2019), p95 / p5 = 1.24.
 */
import type { QuantileTable, ShareTable } from "./quantiles.ts";

export type ProfileName = "enterprise" | "cloud";

export interface CpuProfile {
  /** Mean CPU of a VM, % of its capacity. */
  readonly meanPercent: QuantileTable;
  /** 95th percentile of a VM's samples, %. */
  readonly p95Percent: QuantileTable;
  /** Highest sample, %. Above 100 where the trace has such: hypervisors report turbo that way. */
  readonly peakPercent: QuantileTable;
  /** Correlation of neighbouring 5-minute samples. */
  readonly lag1: QuantileTable;
  /** Normal-score correlation with the mean: of the p95, the peak, the lag-1 autocorrelation and the VM's size. */
  readonly withMean: { readonly p95: number; readonly peak: number; readonly lag1: number; readonly size: number };
  /** A VM whose p95 / mean is below this wanders, one above bursts; `busy` is for VMs that average `busyPercent` or more. */
  readonly steadyRatio: { readonly light: number; readonly busy: number; readonly busyPercent: number };
  /** Demand of the fleet relative to its mean by hour of day: 1 + amplitude x cos(2 pi (hour - peakHour) / 24). */
  readonly day: { readonly amplitude: number; readonly peakHour: number };
  /** Relative demand by weekday, Monday first, mean 1. */
  readonly week: readonly number[];
  /** Standard deviation of the logarithm of the part of the fleet's demand that day and week do not explain, and its correlation time. */
  readonly noise: { readonly sigma: number; readonly hours: number };
  /** Power of the fleet's wave that a VM's quiet load follows; bursts follow all of it. */
  readonly quietFollows: number;
}

export interface SizeOfVm {
  readonly vcpus: number;
  readonly memoryMiB: number;
}

const GIB = 1024;

/** Enterprise: vCPUs by share of VMs. */
export const enterpriseVcpus: ShareTable<number> = [
  [47, 1],
  [19, 2],
  [22, 4],
  [11, 8],
  [0.5, 16],
  [0.5, 32],
];
/** Enterprise: memory by share of VMs, MiB. 6, 12 and 64 GiB stand for the 8 % between and above the sizes given. */
export const enterpriseMemory: ShareTable<number> = [
  [8, 256],
  [12, 512],
  [8, 1 * GIB],
  [17, 2 * GIB],
  [16, 4 * GIB],
  [4, 6 * GIB],
  [10, 8 * GIB],
  [3, 12 * GIB],
  [14, 16 * GIB],
  [7, 32 * GIB],
  [1, 64 * GIB],
];
/** Normal-score correlation of memory with vCPUs (rank correlation 0.63 in the trace). */
export const ENTERPRISE_MEMORY_WITH_VCPUS = 0.68;

export const enterpriseCpu: CpuProfile = {
  meanPercent: [
    [0, 0.01],
    [0.1, 0.06],
    [0.25, 0.5],
    [0.5, 1.4],
    [0.75, 3.8],
    [0.9, 17.5],
    [0.95, 28.5],
    [0.99, 36.6],
    [1, 60],
  ],
  p95Percent: [
    [0, 0.02],
    [0.1, 0.13],
    [0.25, 0.8],
    [0.5, 1.8],
    [0.75, 7.9],
    [0.9, 58],
    [0.95, 100],
    [1, 105],
  ],
  peakPercent: [
    [0, 0.3],
    [0.1, 2],
    [0.25, 7.6],
    [0.5, 22],
    [0.75, 73],
    [0.9, 105],
    [1, 106],
  ],
  lag1: [
    [0, 0],
    [0.1, 0.07],
    [0.25, 0.21],
    [0.5, 0.58],
    [0.75, 0.86],
    [0.9, 0.96],
    [1, 0.99],
  ],
  withMean: { p95: 0.985, peak: 0.62, lag1: 0.64, size: 0.55 },
  steadyRatio: { light: 2.5, busy: 1.3, busyPercent: 8 },
  day: { amplitude: 0.33, peakHour: 15 },
  week: [1.164, 0.696, 0.89, 0.97, 1.403, 1.107, 0.77],
  noise: { sigma: 0.85, hours: 8 },
  quietFollows: 0.12,
};

/** Cloud: sizes by share of arrivals. */
export const cloudSizes: ShareTable<SizeOfVm> = [
  [47.7, { vcpus: 1, memoryMiB: 1.75 * GIB }],
  [24.9, { vcpus: 2, memoryMiB: 3.5 * GIB }],
  [10.9, { vcpus: 4, memoryMiB: 7 * GIB }],
  [10.6, { vcpus: 8, memoryMiB: 14 * GIB }],
  [3.9, { vcpus: 8, memoryMiB: 56 * GIB }],
  [2.1, { vcpus: 1, memoryMiB: 0.75 * GIB }],
];

const MINUTE = 60;
const HOUR = 3600;
const DAY = 86_400;
/**
 * Cloud: lifetimes of arrivals, seconds. Up to 4 days as measured; the 5.6 % that outlive their observation are drawn
 * between 4 and 90 days, which is an assumption (the trace is 30 days long). Shortest: one minute, assumed.
 */
export const cloudLifetime: QuantileTable = [
  [0, MINUTE],
  [0.126, 5 * MINUTE],
  [0.24, 10 * MINUTE],
  [0.34, 15 * MINUTE],
  [0.45, 20 * MINUTE],
  [0.56, 30 * MINUTE],
  [0.65, HOUR],
  [0.73, 2 * HOUR],
  [0.79, 4 * HOUR],
  [0.84, 8 * HOUR],
  [0.87, 12 * HOUR],
  [0.924, DAY],
  [0.939, 2 * DAY],
  [0.943, 4 * DAY],
  [1, 90 * DAY],
];
/** Median lifetime by size, as its probability in the table above: 20, 25, 35 and 90 minutes, 9.5 hours for the large-memory size. */
export const cloudMedianProbability = (size: SizeOfVm): number =>
  size.vcpus === 1 ? 0.45 : size.vcpus === 2 ? 0.505 : size.vcpus === 4 ? 0.57 : size.memoryMiB > 20 * GIB ? 0.855 : 0.69;

/** Cloud: VMs a batch, by share of batches; batches of 6 and more follow a power law cut at `largest` (mean 4.1 in all). */
export const cloudBatch = {
  small: [
    [57, 1],
    [18, 2],
    [6.5, 3],
    [4, 4],
    [2.5, 5],
    [12, 6],
  ] as ShareTable<number>,
  tail: { from: 6, exponent: 1.25, largest: 1404 },
  /** Share of batches whose VMs all have one size, and one lifetime. */
  oneSize: 0.8,
  oneLifetime: 0.45,
};
/** Cloud: arrivals relative to their mean by hour (159 at hour 3 and 296 at hour 14 per 5 minutes, of 217). */
export const cloudArrivalsDay = { amplitude: 0.31, peakHour: 14 };

/** Estimates but for P(mean < 20 %) = 0.6 and P(p95 < 50 %) = 0.4. */
export const cloudCpu: CpuProfile = {
  meanPercent: [
    [0, 0.5],
    [0.1, 2],
    [0.25, 5],
    [0.5, 14],
    [0.6, 20],
    [0.75, 32],
    [0.9, 60],
    [0.99, 92],
    [1, 98],
  ],
  p95Percent: [
    [0, 2],
    [0.1, 8],
    [0.25, 25],
    [0.4, 50],
    [0.6, 78],
    [0.75, 92],
    [0.9, 99],
    [1, 100],
  ],
  peakPercent: [
    [0, 5],
    [0.1, 30],
    [0.25, 60],
    [0.5, 95],
    [0.75, 100],
    [1, 100],
  ],
  lag1: [
    [0, 0.1],
    [0.25, 0.45],
    [0.5, 0.7],
    [0.75, 0.88],
    [0.9, 0.95],
    [1, 0.99],
  ],
  withMean: { p95: 0.85, peak: 0.6, lag1: 0.3, size: 0 },
  steadyRatio: { light: 2.5, busy: 2.5, busyPercent: 100 },
  day: { amplitude: 0.08, peakHour: 14 },
  week: [1, 1, 1, 1, 1, 1, 1],
  noise: { sigma: 0.03, hours: 3 },
  quietFollows: 1,
};
