/**
 * Synthetic populations that look like published ones: `enterprise` (Bitbrains: few sizes of long-lived servers, most of
 * them idle, a tenth bursting to full) and `cloud` (Azure: batches of short-lived VMs on top of a long-lived base).
 *
 * The tables are in profiles.ts, the CPU series of a VM in load-shape.ts, the arrivals of the cloud in cloud-arrivals.ts.
 * A VM's size, mean, p95, peak and autocorrelation are drawn from their tables with one common normal score (the mean's)
 * and correlations measured in the traces.
 *
 * Luck: one stream for the fleet's wave, one for each batch and each VM, named by purpose and number. VM 17 draws the
 * same with 100 VMs as with 10,000, and a longer run begins with the same draws (the wave is scaled to mean 1 over the
 * run, so its level may differ).
 * Test: test/workload/generate.test.ts compares the marginals with the tables.
 */
import type { Demand, Population } from "../model/demand.ts";
import { cloudArrivals } from "./cloud-arrivals.ts";
import { type FilledOptions, filledOptions, type GeneratorOptions } from "./generator-options.ts";
import { fillLoad, fleetWave, type LoadShape, type RandomStream, shapeOf } from "./load-shape.ts";
import { everyVm, wholeRun } from "./population.ts";
import {
  type CpuProfile,
  cloudCpu,
  ENTERPRISE_MEMORY_WITH_VCPUS,
  enterpriseCpu,
  enterpriseMemory,
  enterpriseVcpus,
  type ProfileName,
  type SizeOfVm,
} from "./profiles.ts";
import { choiceOf, normalCdf, normalQuantile, quantileOf } from "./quantiles.ts";

const DEFAULT_COUNT = 300;
/** VMs whose series are made together before they go into the grid: writes of neighbours instead of one VM at a time. */
const BLOCK = 32;
/** Above this share of empty cells pieces take less memory than a grid, by enough to make up for their events. */
const SPARSE = 16;
/** Demand goes on for an hour after the planned end of a VM's life, in case it started late. */
const GRACE_SECONDS = 3600;

/** What a VM is and does, before its series is made. */
interface PlannedVm {
  readonly size: SizeOfVm;
  readonly shape: LoadShape;
  readonly peak: number;
  readonly stream: RandomStream;
}

/**
 * VMs and their demand, drawn from a profile.
 * @param stream gives the stream of that name; streams of different names are independent
 * Throws an Error that lists all wrong options.
 */
export function generatePopulation(
  profile: ProfileName,
  options: GeneratorOptions | Readonly<Record<string, unknown>>,
  stream: (name: string) => RandomStream,
): Population {
  const filled = filledOptions(profile, options);
  return profile === "enterprise" ? enterprise(filled, stream) : cloud(filled, stream);
}

function enterprise(options: FilledOptions, stream: (name: string) => RandomStream): Population {
  const count = options.count ?? DEFAULT_COUNT;
  const plan = (vm: number): PlannedVm => {
    const own = stream(`vm/${vm}`);
    const score = normalOf(own);
    const sizeScore = correlated(score, enterpriseCpu.withMean.size, own);
    const memoryScore = correlated(sizeScore, ENTERPRISE_MEMORY_WITH_VCPUS, own);
    const size = { vcpus: choiceOf(enterpriseVcpus, normalCdf(sizeScore)), memoryMiB: choiceOf(enterpriseMemory, normalCdf(memoryScore)) };
    return planned(enterpriseCpu, size, score, own);
  };
  const names = numbered(options.name, count);
  const vms = Array.from({ length: count }, (_, vm) => plan(vm));
  const wave = waves(enterpriseCpu, options, stream);
  const demand = gridOf(vms, options, wave, () => [0, options.steps]);
  return {
    count,
    names,
    vcpus: everyVm(count, (vm) => vms[vm]!.size.vcpus),
    memoryMiB: everyVm(count, (vm) => vms[vm]!.size.memoryMiB),
    ...wholeRun(count),
    demand,
    report: { source: "generator, enterprise profile", rowsRead: 0, notes: [], files: [] },
  };
}

function cloud(options: FilledOptions, stream: (name: string) => RandomStream): Population {
  const arrivals = cloudArrivals(options.arrivalsPerHour === null && options.count === null ? { ...options, count: DEFAULT_COUNT } : options, stream);
  const { count, sizes, arrivalSeconds, lifetimeSeconds, streams } = arrivals;
  const vms = sizes.map((size, vm) => planned(cloudCpu, size, normalOf(streams[vm]!), streams[vm]!));
  const wave = waves(cloudCpu, options, stream);
  const { stepSeconds, steps } = options;
  const span = (vm: number, grace: number): [number, number] => {
    const first = Math.floor(arrivalSeconds[vm]! / stepSeconds);
    return [first, Math.min(steps, Math.ceil((arrivalSeconds[vm]! + lifetimeSeconds[vm]! + grace) / stepSeconds))];
  };
  let samples = 0;
  for (let vm = 0; vm < count; vm++) samples += span(vm, 0)[1] - span(vm, 0)[0];
  const demand: Demand =
    count * steps > SPARSE * samples ? piecesOf(vms, options, wave, (vm) => span(vm, 0), samples) : gridOf(vms, options, wave, (vm) => span(vm, GRACE_SECONDS));
  return {
    count,
    names: numbered(options.name, count),
    vcpus: everyVm(count, (vm) => sizes[vm]!.vcpus),
    memoryMiB: everyVm(count, (vm) => sizes[vm]!.memoryMiB),
    arrivalSeconds,
    lifetimeSeconds,
    demand,
    report: { source: "generator, cloud profile", rowsRead: 0, notes: [], files: [] },
  };
}

const numbered = (name: string, count: number): string[] => {
  const digits = String(count).length;
  return Array.from({ length: count }, (_, vm) => `${name}-${String(vm + 1).padStart(digits, "0")}`);
};

const normalOf = (stream: RandomStream): number => normalQuantile(Math.max(stream.uniform(), 2 ** -53));
const correlated = (score: number, correlation: number, stream: RandomStream): number =>
  correlation * score + Math.sqrt(1 - correlation ** 2) * normalOf(stream);

function planned(cpu: CpuProfile, size: SizeOfVm, score: number, stream: RandomStream): PlannedVm {
  const { withMean } = cpu;
  const percent = (table: CpuProfile["meanPercent"], correlation: number): number =>
    quantileOf(table, normalCdf(correlation === 1 ? score : correlated(score, correlation, stream)));
  const mean = percent(cpu.meanPercent, 1) / 100;
  const p95 = Math.max(mean, percent(cpu.p95Percent, withMean.p95) / 100);
  const peak = Math.max(p95, percent(cpu.peakPercent, withMean.peak) / 100);
  const lag1 = percent(cpu.lag1, withMean.lag1);
  const { light, busy, busyPercent } = cpu.steadyRatio;
  return { size, shape: shapeOf({ mean, p95, peak, lag1 }, 100 * mean < busyPercent ? light : busy), peak, stream };
}

interface Waves {
  readonly all: Float64Array;
  /** The part of it that quiet load follows, mean 1 as well. */
  readonly quiet: Float64Array;
}

function waves(cpu: CpuProfile, { steps, stepSeconds, weekSeconds }: FilledOptions, stream: (name: string) => RandomStream): Waves {
  const all = fleetWave(cpu, steps, stepSeconds, weekSeconds, stream("fleet"));
  const quiet = all.map((w) => w ** cpu.quietFollows);
  const mean = quiet.reduce((sum, w) => sum + w, 0) / steps;
  return { all, quiet: quiet.map((w) => w / mean) };
}

/** The load of a VM over its steps [first, end), MHz, into `out`. */
function series(vm: PlannedVm, { speedMHz, scale }: FilledOptions, wave: Waves, first: number, end: number, out: Float32Array): void {
  const capacity = vm.size.vcpus * speedMHz;
  fillLoad(out, end - first, vm.shape, capacity * scale, scale === 0 ? 0 : Math.max(1, vm.peak) / scale, wave.all, wave.quiet, first, vm.stream);
}

function gridOf(vms: readonly PlannedVm[], options: FilledOptions, wave: Waves, span: (vm: number) => [number, number]): Demand {
  const { steps, stepSeconds } = options;
  const count = vms.length;
  const mhz = new Float32Array(count * steps);
  const block = new Float32Array(BLOCK * steps);
  for (let from = 0; from < count; from += BLOCK) {
    const width = Math.min(BLOCK, count - from);
    block.fill(Number.NaN);
    for (let i = 0; i < width; i++) {
      const [first, end] = span(from + i);
      if (end > first) series(vms[from + i]!, options, wave, first, end, block.subarray(i * steps + first, i * steps + end));
    }
    for (let k = 0; k < steps; k++) {
      const row = k * count + from;
      for (let i = 0; i < width; i++) mhz[row + i] = block[i * steps + k]!;
    }
  }
  return { kind: "grid", firstSeconds: 0, stepSeconds, steps, mhz };
}

function piecesOf(vms: readonly PlannedVm[], options: FilledOptions, wave: Waves, span: (vm: number) => [number, number], samples: number): Demand {
  const offset = new Uint32Array(vms.length + 1);
  const mhz = new Float64Array(samples);
  const scratch = new Float32Array(options.steps);
  vms.forEach((vm, i) => {
    const [first, end] = span(i);
    const at = offset[i]!;
    if (end > first) series(vm, options, wave, first, end, scratch);
    mhz.set(scratch.subarray(0, end - first), at);
    offset[i + 1] = at + Math.max(0, end - first);
  });
  return { kind: "pieces", offset, seconds: new Float64Array(samples).fill(options.stepSeconds), mhz };
}
