/**
 * CloudSim's overload tests, asked thousands of times a round: is this host overloaded, as it is or with one VM more?
 *
 * Each test compares numbers that are sums over the VMs of a host in list order; adding a VM at the end of the list continues such
 * a sum exactly. Static threshold: the sum of requests. Local regression: the forecast is a fixed weighted sum of ten samples, so one
 * number a VM and one a host; when it comes within rounding of the limit the regression itself decides. IQR and MAD: one sum
 * a sample; adding a history changes either statistic by at most that history's range, which settles most questions unasked.
 * The tests proper are those of policy/detection.
 */
import { fallbackThreshold } from "../../policy/detection/detector.ts";
import { forecastLeastSquares, regressionSamples } from "../../policy/detection/local-regression.ts";
import { interquartileRange, medianAbsoluteDeviation, sortAscending } from "../../policy/detection/order-statistics.ts";
import { leastSamplesForSpread } from "../../policy/detection/spread.ts";
import type { Fleet } from "./fleet.ts";
import { historyLength, historyStride } from "./fleet.ts";
import { hostKinds } from "./machines.ts";

const byThreshold = 0;
const byIqr = 1;
const byMad = 2;
const byRegression = 3;

const totalMips = Float64Array.from(hostKinds, (kind) => kind.totalMips);
/** Every migration is over within one interval (the largest VM takes 27.84 s), so forecasts look one sample ahead. */
const stepsAhead = 1;
/** Results nearer to the limit than this are decided by the full arithmetic. */
const tooClose = 1e-9;

export class Overload {
  readonly method: number;
  readonly parameter: number;
  /** Past loads: `history[vm * 32 + slot]`, the newest in slot `newest`; a ring of 30. */
  readonly history: Float64Array;
  /** Samples taken so far, at most 30. */
  samples: number;
  newest: number;
  /** Slot of each age, 0 the newest. */
  readonly slotOf: Int32Array;
  /** Samples taken in all. */
  taken: number;

  /** Regression. Weighted sum of a VM's ten newest samples as a share of a host: `trend[kind * vms + vm]`; and a host's sum. */
  readonly trend: Float64Array;
  readonly hostTrend: Float64Array;
  /** Number of the newest sample of ten or more ago that isn't 0 (-100 for none): tells whether a history has ten values. */
  readonly tenth: Int32Array;
  readonly hostTenth: Int32Array;

  /** IQR and MAD. Histories as shares of a host: `scaled[(kind * vms + vm) * 32 + slot]`, and greatest less least of each. */
  readonly scaled: Float64Array;
  readonly range: Float64Array;
  /** Sums over a host's VMs, `sums[host * 32 + slot]`, with the statistic of them; `known` is 0 when they must be taken anew. */
  readonly sums: Float64Array;
  readonly statistic: Float64Array;
  readonly known: Uint8Array;
  readonly scratch: Float64Array;
  readonly sorted: Float64Array;

  constructor(fleet: Fleet, detector: string, parameter: number, keepsHistory: boolean) {
    const method = detector === "iqr" ? byIqr : detector === "mad" ? byMad : detector === "thr" ? byThreshold : byRegression;
    const regression = method === byRegression;
    const spread = method === byIqr || method === byMad;
    const { vms, hosts } = fleet;
    this.method = method;
    this.parameter = parameter;
    this.history = new Float64Array(regression || spread || keepsHistory ? vms * historyStride : 0);
    this.samples = 0;
    this.newest = 0;
    this.slotOf = new Int32Array(historyLength);
    this.taken = 0;
    this.trend = new Float64Array(regression ? 2 * vms : 0);
    this.hostTrend = new Float64Array(regression ? hosts : 0);
    this.tenth = new Int32Array(regression ? vms : 0).fill(-100);
    this.hostTenth = new Int32Array(regression ? hosts : 0);
    this.scaled = new Float64Array(spread ? 2 * vms * historyStride : 0);
    this.range = new Float64Array(spread ? 2 * vms : 0);
    this.sums = new Float64Array(spread ? hosts * historyStride : 0);
    this.statistic = new Float64Array(spread ? hosts : 0);
    this.known = new Uint8Array(spread ? hosts : 0);
    this.scratch = new Float64Array(historyStride);
    this.sorted = new Float64Array(historyStride);
  }
}

/** Takes a sample of every living VM: its load now, `base + slope x offset`. */
export function takeSamples(fleet: Fleet, overload: Overload, offsetSeconds: number): void {
  const { history, slotOf } = overload;
  if (history.length === 0) return;
  const newest = overload.taken % historyLength;
  overload.newest = newest;
  overload.taken++;
  if (overload.samples < historyLength) overload.samples++;
  for (let age = 0; age < historyLength; age++) slotOf[age] = (newest - age + historyLength) % historyLength;
  const { living, livingCount, base, slope } = fleet;
  for (let i = 0; i < livingCount; i++) {
    const v = living[i];
    history[v * historyStride + newest] = base[v] + slope[v] * offsetSeconds;
  }
  if (overload.method === byRegression) sampleTrends(fleet, overload);
  else if (overload.method === byIqr || overload.method === byMad) sampleSpreads(fleet, overload);
}

/** Weight of the sample of each age in a forecast one step ahead: 1/10 + (x - 5.5)(11 - 5.5) / 82.5 with x = 10 - age. */
const trendWeight = Float64Array.from({ length: regressionSamples }, (_, age) => 0.1 + (4.5 - age) / 15);

function sampleTrends(fleet: Fleet, overload: Overload): void {
  const { history, slotOf, trend, tenth } = overload;
  const { living, livingCount, vms, vmMips } = fleet;
  const oldest = slotOf[regressionSamples - 1];
  const split = Math.min(overload.newest + 1, regressionSamples);
  for (let i = 0; i < livingCount; i++) {
    const v = living[i];
    const at = v * historyStride;
    let sum = 0;
    // The ring is read backwards from the newest; past slot 0 it goes on at slot 29.
    let slot = at + overload.newest;
    for (let age = 0; age < split; age++) sum += trendWeight[age] * history[slot--];
    slot = at + historyLength - 1;
    for (let age = split; age < regressionSamples; age++) sum += trendWeight[age] * history[slot--];
    trend[v] = (sum * vmMips[v]) / totalMips[0];
    trend[vms + v] = (sum * vmMips[v]) / totalMips[1];
    if (history[at + oldest] !== 0) tenth[v] = overload.taken - regressionSamples;
  }
}

function sampleSpreads(fleet: Fleet, overload: Overload): void {
  const { history, newest, samples, scaled, range } = overload;
  const { living, livingCount, vms, vmMips } = fleet;
  for (let kind = 0; kind < 2; kind++) {
    const total = totalMips[kind];
    for (let i = 0; i < livingCount; i++) {
      const v = living[i];
      const at = (kind * vms + v) * historyStride;
      scaled[at + newest] = (history[v * historyStride + newest] * vmMips[v]) / total;
      let least = scaled[at];
      let most = least;
      for (let slot = 1; slot < samples; slot++) {
        const value = scaled[at + slot];
        if (value < least) least = value;
        if (value > most) most = value;
      }
      range[kind * vms + v] = most - least;
    }
  }
}

/** Prepares a host for the round's questions: its sums as its list stands. */
export function beginRound(fleet: Fleet, overload: Overload, host: number): void {
  if (overload.method === byThreshold) return;
  if (overload.method !== byRegression) {
    overload.known[host] = 0;
    return;
  }
  const { first, next, vms } = fleet;
  const { trend, tenth } = overload;
  const kindAt = (host & 1) * vms;
  let sum = 0;
  let oldest = -100;
  for (let node = first[host]; node >= 0; node = next[node]) {
    sum += trend[kindAt + node];
    if (tenth[node] > oldest) oldest = tenth[node];
  }
  overload.hostTrend[host] = sum;
  overload.hostTenth[host] = oldest;
}

/** Is the host overloaded as it stands? Its list holds nobody but VMs that run there. */
export function isOverloaded(fleet: Fleet, overload: Overload, host: number): boolean {
  const load = fleet.asked[host] / totalMips[host & 1];
  if (overload.method === byThreshold) return load > overload.parameter;
  if (overload.method === byRegression) {
    return exceedsForecast(fleet, overload, host, -1, load, overload.hostTrend[host], overload.hostTenth[host]);
  }
  if (overload.known[host] === 0) sumHistories(fleet, overload, host);
  const { sums, scratch } = overload;
  const at = host * historyStride;
  for (let slot = 0; slot < overload.samples; slot++) scratch[slot] = sums[at + slot];
  return exceedsSpread(overload, load);
}

/** Would the host be overloaded with one VM more at the end of its list? */
export function isOverloadedWith(fleet: Fleet, overload: Overload, host: number, vm: number): boolean {
  const kind = host & 1;
  const load = (fleet.asked[host] + fleet.request[vm]) / totalMips[kind];
  if (overload.method === byThreshold) return load > overload.parameter;
  const row = kind * fleet.vms + vm;
  if (overload.method === byRegression) {
    const { tenth, hostTenth } = overload;
    return exceedsForecast(fleet, overload, host, vm, load, overload.hostTrend[host] + overload.trend[row], Math.max(tenth[vm], hostTenth[host]));
  }
  if (overload.known[host] === 0) sumHistories(fleet, overload, host);
  const { sums, scaled, scratch } = overload;
  const at = host * historyStride;
  const own = row * historyStride;
  // With a full window before and after, the statistic lies within the VM's range of the host's.
  if (overload.samples === historyLength && sums[at + overload.slotOf[historyLength - 1]] !== 0) {
    const statistic = overload.statistic[host];
    const range = overload.range[row];
    if (load + overload.parameter * (statistic + range) < 1 - tooClose) return false;
    if (load + overload.parameter * (statistic - range) > 1 + tooClose) return true;
  }
  for (let slot = 0; slot < overload.samples; slot++) scratch[slot] = sums[at + slot] + scaled[own + slot];
  return exceedsSpread(overload, load);
}

/** A VM has been put at the end of the host's list. */
export function overloadAfterAppend(fleet: Fleet, overload: Overload, host: number, vm: number): void {
  if (overload.method === byThreshold) return;
  const row = (host & 1) * fleet.vms + vm;
  if (overload.method === byRegression) {
    overload.hostTrend[host] += overload.trend[row];
    if (overload.tenth[vm] > overload.hostTenth[host]) overload.hostTenth[host] = overload.tenth[vm];
  } else {
    overload.known[host] = 0;
  }
}

/** Is the host overloaded without the VMs marked in `gone`? Everything is summed anew. */
export function isOverloadedWithout(fleet: Fleet, overload: Overload, host: number, gone: Uint8Array): boolean {
  const { first, next, vms, request } = fleet;
  const { method, samples, scratch, scaled, trend, tenth } = overload;
  const kind = host & 1;
  let asked = 0;
  let trends = 0;
  let oldest = -100;
  if (method === byIqr || method === byMad) scratch.fill(0, 0, samples);
  for (let v = first[host]; v >= 0; v = next[v]) {
    if (gone[v] !== 0) continue;
    asked += request[v];
    if (method === byRegression) {
      trends += trend[kind * vms + v];
      if (tenth[v] > oldest) oldest = tenth[v];
    } else if (method !== byThreshold) {
      const own = (kind * vms + v) * historyStride;
      for (let slot = 0; slot < samples; slot++) scratch[slot] += scaled[own + slot];
    }
  }
  const load = asked / totalMips[kind];
  if (method === byThreshold) return load > overload.parameter;
  if (method === byRegression) return exceedsForecast(fleet, overload, host, -1, load, trends, oldest, gone);
  return exceedsSpread(overload, load);
}

/** Regression: safety x forecast of 1 or more; 0.7 as threshold while fewer than ten samples count. */
function exceedsForecast(
  fleet: Fleet,
  overload: Overload,
  host: number,
  extra: number,
  load: number,
  trend: number,
  tenth: number,
  gone?: Uint8Array,
): boolean {
  if (tenth < overload.taken - historyLength) return load > fallbackThreshold;
  const distance = overload.parameter * trend - 1;
  if (distance < -tooClose) return false;
  if (distance > tooClose) return true;
  const { first, next, vms, vmMips } = fleet;
  const { history, slotOf, scratch } = overload;
  const total = totalMips[host & 1];
  for (let age = 0; age < regressionSamples; age++) {
    let sum = 0;
    for (let node = first[host]; node >= 0; node = next[node]) {
      const v = node % vms;
      if (gone && gone[v] !== 0) continue;
      sum += (history[v * historyStride + slotOf[age]] * vmMips[v]) / total;
    }
    if (extra >= 0) sum += (history[extra * historyStride + slotOf[age]] * vmMips[extra]) / total;
    scratch[age] = sum;
  }
  return forecastLeastSquares(scratch, regressionSamples, stepsAhead) * overload.parameter >= 1;
}

/** IQR, MAD: load above 1 - safety x statistic of the sums in `scratch` (by slot); 0.7 as threshold while fewer than 12 count. */
function exceedsSpread(overload: Overload, load: number): boolean {
  const { scratch, slotOf, sorted } = overload;
  let n = overload.samples;
  if (n > 0 && scratch[slotOf[n - 1]] !== 0) {
    for (let slot = 0; slot < n; slot++) sorted[slot] = scratch[slot];
  } else {
    // Zeros at the old end are no history.
    while (n > 0 && scratch[slotOf[n - 1]] === 0) n--;
    for (let age = 0; age < n; age++) sorted[age] = scratch[slotOf[age]];
  }
  if (n < leastSamplesForSpread) return load > fallbackThreshold;
  sortAscending(sorted, n);
  const statistic = overload.method === byIqr ? interquartileRange(sorted, n) : medianAbsoluteDeviation(sorted, n);
  return load > 1 - overload.parameter * statistic;
}

/** Sums the histories of the host's VMs in list order and takes their statistic. */
function sumHistories(fleet: Fleet, overload: Overload, host: number): void {
  const { first, next, vms } = fleet;
  const { samples, scaled, sums, sorted } = overload;
  const at = host * historyStride;
  const kindAt = (host & 1) * vms;
  sums.fill(0, at, at + samples);
  for (let node = first[host]; node >= 0; node = next[node]) {
    const own = (kindAt + (node % vms)) * historyStride;
    for (let slot = 0; slot < samples; slot++) sums[at + slot] += scaled[own + slot];
  }
  overload.known[host] = 1;
  if (samples < historyLength) return;
  for (let slot = 0; slot < samples; slot++) sorted[slot] = sums[at + slot];
  sortAscending(sorted, samples);
  overload.statistic[host] = overload.method === byIqr ? interquartileRange(sorted, samples) : medianAbsoluteDeviation(sorted, samples);
}

/** The newest VM has been taken off the host's list; its sums are what they were. */
export function overloadAfterUndo(overload: Overload, host: number, trend: number, tenth: number): void {
  if (overload.method === byRegression) {
    overload.hostTrend[host] = trend;
    overload.hostTenth[host] = tenth;
  } else if (overload.method !== byThreshold) {
    overload.known[host] = 0;
  }
}
