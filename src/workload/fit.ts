/**
 * How well a population matches the profile it should look like: measured against target, row by row.
 *
 * CPU rows are over each VM's own samples while it is there, in percent of its capacity (vCPUs x `speedMHz`); the fleet
 * is the sum of demand over the sum of capacity of the VMs that are there. Big populations are sampled: 4,000 VMs evenly
 * spaced for the rows by VM.
 */
import type { Population } from "../model/demand.ts";
import {
  type CpuProfile,
  cloudBatch,
  cloudCpu,
  cloudLifetime,
  cloudSizes,
  enterpriseCpu,
  enterpriseMemory,
  enterpriseVcpus,
  type ProfileName,
} from "./profiles.ts";
import { lag1, meanOf, quantileOf, sortedQuantile } from "./quantiles.ts";

export interface FitRow {
  readonly what: string;
  readonly unit: string;
  readonly measured: number;
  /** NaN where the source gives none. */
  readonly target: number;
}

const MOST_VMS = 4000;
/** Fewer samples than two hours' worth say nothing about a VM's distribution. */
const FEWEST_SAMPLES = 24;

/** Rows for a generated or imported population. Needs samples on a grid, or pieces, for the CPU rows. */
export function fitReport(population: Population, { profile, speedMHz = 2500 }: { readonly profile: ProfileName; readonly speedMHz?: number }): FitRow[] {
  const cpu = profile === "enterprise" ? enterpriseCpu : cloudCpu;
  const byVm = statisticsByVm(population, speedMHz);
  const rows = [...(profile === "enterprise" ? enterpriseSizes(population) : cloudShape(population)), ...cpuRows(byVm, cpu)];
  return profile === "enterprise"
    ? [...rows, ...fleetRows(population, speedMHz, { mean: 8.8, p95OverMean: 2.5, p5OverMean: 0.33, peakOverMean: 3.4 })]
    : [
        ...rows,
        ...fleetRows(population, speedMHz, { mean: Number.NaN, p95OverMean: Number.NaN, p5OverMean: Number.NaN, peakOverMean: Number.NaN }),
        fleetFlatness(population, speedMHz),
      ];
}

/** The report as a table of text. */
export function fitText(rows: readonly FitRow[]): string {
  const number = (value: number): string => (Number.isNaN(value) ? "-" : Math.abs(value) >= 100 ? value.toFixed(0) : value.toPrecision(3));
  const width = Math.max(...rows.map((r) => r.what.length + (r.unit === "" ? 0 : r.unit.length + 3)));
  const line = (what: string, measured: string, target: string, ratio: string): string =>
    `${what.padEnd(width)}  ${measured.padStart(9)}  ${target.padStart(9)}  ${ratio.padStart(6)}`.trimEnd();
  return [
    line("", "measured", "target", "ratio"),
    ...rows.map((r) =>
      line(r.unit === "" ? r.what : `${r.what} (${r.unit})`, number(r.measured), number(r.target), r.target > 0 ? (r.measured / r.target).toFixed(2) : ""),
    ),
  ].join("\n");
}

interface VmStatistics {
  readonly mean: Float64Array;
  readonly p95: Float64Array;
  readonly peak: Float64Array;
  readonly lag1: Float64Array;
}

function statisticsByVm(population: Population, speedMHz: number): VmStatistics {
  const every = Math.max(1, Math.ceil(population.count / MOST_VMS));
  const mean: number[] = [];
  const p95: number[] = [];
  const peak: number[] = [];
  const correlation: number[] = [];
  for (let vm = 0; vm < population.count; vm += every) {
    const samples = samplesOf(population, vm).map((m) => (100 * m) / (population.vcpus[vm]! * speedMHz));
    if (samples.length < FEWEST_SAMPLES) continue;
    mean.push(meanOf(samples));
    correlation.push(lag1(samples));
    const sorted = samples.sort();
    p95.push(sortedQuantile(sorted, 0.95));
    peak.push(sorted[sorted.length - 1]!);
  }
  const column = (values: number[]): Float64Array => Float64Array.from(values.filter((v) => !Number.isNaN(v))).sort();
  return { mean: column(mean), p95: column(p95), peak: column(peak), lag1: column(correlation) };
}

/** Samples of a VM while it lives, MHz. Pieces are taken one sample a piece (the generator makes them of equal length). */
function samplesOf({ demand, count, arrivalSeconds, lifetimeSeconds }: Population, vm: number): Float32Array {
  if (demand.kind === "tasks") return new Float32Array(0);
  if (demand.kind === "pieces") return Float32Array.from(demand.mhz.subarray(demand.offset[vm], demand.offset[vm + 1]));
  const { firstSeconds, stepSeconds, steps } = demand;
  const first = Math.max(0, Math.floor((arrivalSeconds[vm]! - firstSeconds) / stepSeconds));
  const end = Math.min(steps, Math.ceil((arrivalSeconds[vm]! + lifetimeSeconds[vm]! - firstSeconds) / stepSeconds));
  const samples = new Float32Array(Math.max(0, end - first));
  let n = 0;
  for (let k = first; k < end; k++) {
    const m = demand.mhz[k * count + vm]!;
    if (!Number.isNaN(m)) samples[n++] = m;
  }
  return samples.subarray(0, n);
}

function cpuRows(byVm: VmStatistics, cpu: CpuProfile): FitRow[] {
  const rows = (what: string, unit: string, values: Float64Array, table: CpuProfile["lag1"], probabilities: readonly number[]): FitRow[] =>
    probabilities.map((p) => ({
      what: `${what}, ${(100 * p).toFixed(0)} % of VMs at or below`,
      unit,
      measured: sortedQuantile(values, p),
      target: quantileOf(table, p),
    }));
  return [
    ...rows("mean CPU of a VM", "%", byVm.mean, cpu.meanPercent, [0.25, 0.5, 0.75, 0.9, 0.95]),
    ...rows("95th percentile of a VM", "%", byVm.p95, cpu.p95Percent, [0.5, 0.75, 0.9]),
    ...rows("peak of a VM", "%", byVm.peak, cpu.peakPercent, [0.5, 0.75]),
    ...rows("lag-1 autocorrelation", "", byVm.lag1, cpu.lag1, [0.25, 0.5, 0.75]),
  ];
}

function enterpriseSizes({ vcpus, memoryMiB, count }: Population): FitRow[] {
  const share = (table: readonly (readonly [number, number])[], values: Float64Array, what: (v: number) => string): FitRow[] => {
    const total = table.reduce((sum, [s]) => sum + s, 0);
    return table
      .filter(([s]) => s >= 5)
      .map(([s, value]) => ({
        what: what(value),
        unit: "% of VMs",
        measured: (100 * values.filter((v) => v === value).length) / count,
        target: (100 * s) / total,
      }));
  };
  return [...share(enterpriseVcpus, vcpus, (v) => `${v} vCPU`), ...share(enterpriseMemory, memoryMiB, (m) => `${m / 1024} GiB`)];
}

function cloudShape({ count, vcpus, memoryMiB, arrivalSeconds, lifetimeSeconds }: Population): FitRow[] {
  const arrived = Array.from({ length: count }, (_, vm) => vm).filter((vm) => arrivalSeconds[vm]! > 0);
  const percent = (test: (vm: number) => boolean): number => (100 * arrived.filter(test).length) / arrived.length;
  const sizes = cloudSizes.map(
    ([share, { vcpus: v, memoryMiB: m }]): FitRow => ({
      what: `${v} vCPU, ${m / 1024} GiB`,
      unit: "% of arrivals",
      measured: percent((vm) => vcpus[vm] === v && memoryMiB[vm] === m),
      target: share,
    }),
  );
  const lives = [
    [600, "10 min"],
    [1200, "20 min"],
    [3600, "1 h"],
    [14_400, "4 h"],
    [86_400, "1 day"],
  ] as const;
  const lifetimes = lives.map(
    ([seconds, text]): FitRow => ({
      what: `life of at most ${text}`,
      unit: "% of arrivals",
      measured: percent((vm) => lifetimeSeconds[vm]! <= seconds),
      target: 100 * cloudLifetime.find(([, s]) => s === seconds)![0],
    }),
  );
  const batches = new Map<number, number>();
  for (const vm of arrived) batches.set(arrivalSeconds[vm]!, (batches.get(arrivalSeconds[vm]!) ?? 0) + 1);
  const sizesOfBatches = [...batches.values()];
  const shareOf = (n: number): number => (100 * sizesOfBatches.filter((b) => b === n).length) / sizesOfBatches.length;
  return [
    ...sizes,
    ...lifetimes,
    { what: "batches of one VM", unit: "%", measured: shareOf(1), target: cloudBatch.small[0]![0] },
    { what: "batches of two VMs", unit: "%", measured: shareOf(2), target: cloudBatch.small[1]![0] },
    { what: "mean batch", unit: "VMs", measured: meanOf(sizesOfBatches), target: 4.1 },
  ];
}

/** Demand of the fleet as a share of the capacity of the VMs with a sample, by step, sorted. */
function fleetShares({ demand, count, vcpus }: Population, speedMHz: number): Float64Array {
  if (demand.kind !== "grid") return new Float64Array(0);
  const shares = new Float64Array(demand.steps);
  for (let k = 0; k < demand.steps; k++) {
    let used = 0;
    let capacity = 0;
    for (let vm = 0, i = k * count; vm < count; vm++, i++) {
      if (Number.isNaN(demand.mhz[i])) continue;
      used += demand.mhz[i]!;
      capacity += vcpus[vm]! * speedMHz;
    }
    shares[k] = (100 * used) / capacity;
  }
  return shares.sort();
}

function fleetRows(
  population: Population,
  speedMHz: number,
  target: { mean: number; p95OverMean: number; p5OverMean: number; peakOverMean: number },
): FitRow[] {
  const sorted = fleetShares(population, speedMHz);
  if (sorted.length === 0) return [];
  const mean = meanOf(sorted);
  return [
    { what: "fleet, mean of capacity", unit: "%", measured: mean, target: target.mean },
    { what: "fleet, p95 / mean", unit: "", measured: sortedQuantile(sorted, 0.95) / mean, target: target.p95OverMean },
    { what: "fleet, p5 / mean", unit: "", measured: sortedQuantile(sorted, 0.05) / mean, target: target.p5OverMean },
    { what: "fleet, peak / mean", unit: "", measured: sorted[sorted.length - 1]! / mean, target: target.peakOverMean },
  ];
}

function fleetFlatness(population: Population, speedMHz: number): FitRow {
  const sorted = fleetShares(population, speedMHz);
  return { what: "fleet, p95 / p5", unit: "", measured: sortedQuantile(sorted, 0.95) / sortedQuantile(sorted, 0.05), target: 1.24 };
}
