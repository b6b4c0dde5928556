/**
 * Who comes to the cloud, when, how big and for how long.
 *
 * Arrivals come in batches (the VMs one tenant asks for together). A batch's time is drawn from the daily wave of
 * arrival rates over the run, its size from the table of batches; its VMs share one size or one lifetime as often as in
 * the trace. The fleet starts in steady state: with arrivals at rate r and mean life E[L], r E[L] VMs are there at
 * second 0 (Little's law); their lives are drawn length-biased (a VM that lives twice as long is twice as likely to be
 * met) and have a uniformly drawn part of it left. A quarter of an hour's traffic is so mostly short VMs, and most
 * core-hours are those of long ones, as in the trace.
 */
import type { FilledOptions } from "./generator-options.ts";
import type { RandomStream } from "./load-shape.ts";
import { cloudArrivalsDay, cloudBatch, cloudLifetime, cloudMedianProbability, cloudSizes, type SizeOfVm } from "./profiles.ts";
import { choiceOf, quantileOf } from "./quantiles.ts";

export interface CloudArrivals {
  readonly count: number;
  readonly sizes: SizeOfVm[];
  readonly arrivalSeconds: Float64Array;
  readonly lifetimeSeconds: Float64Array;
  /** The stream of each VM, for its further draws. */
  readonly streams: RandomStream[];
}

const HOUR = 3600;
const CELLS = 2000;

/** Life at this probability, for this size: the exponent moves the median to that of the size (see profiles.ts). */
export const lifetimeOf = (size: SizeOfVm, probability: number): number =>
  quantileOf(cloudLifetime, probability ** (Math.log(cloudMedianProbability(size)) / Math.log(0.5)));

/** VMs and batches of a run. With `count` and a rate, the VMs that do not arrive are there from the start. */
export function cloudArrivals(options: FilledOptions, stream: (name: string) => RandomStream): CloudArrivals {
  const { durationSeconds, count, arrivalsPerHour, weekSeconds } = options;
  const hours = durationSeconds / HOUR;
  const lives = cloudSizes.map(([share, size]) => ({
    share,
    size,
    cells: Float64Array.from({ length: CELLS }, (_, i) => lifetimeOf(size, (i + 0.5) / CELLS)),
  }));
  const meanLifeHours = meanLife(lives) / HOUR;
  const rate = arrivalsPerHour ?? count! / (meanLifeHours + hours);
  const arriving = Math.min(count ?? Number.POSITIVE_INFINITY, Math.round(rate * hours));
  const initial = count === null ? Math.round(rate * meanLifeHours) : count - arriving;
  const total = initial + arriving;

  const sizes: SizeOfVm[] = [];
  const streams: RandomStream[] = [];
  const arrivalSeconds = new Float64Array(total);
  const lifetimeSeconds = new Float64Array(total);
  const initialDraw = lengthBiased(lives);
  for (let vm = 0; vm < initial; vm++) {
    const own = stream(`vm/initial/${vm}`);
    const met = initialDraw(own.uniform());
    lifetimeSeconds[vm] = met.life * (1 - own.uniform());
    sizes.push(met.size);
    streams.push(own);
  }
  // A batch may be a tenth of all arrivals at most: a small fleet has small tenants.
  const largest = Math.min(cloudBatch.tail.largest, Math.max(6, Math.floor(arriving / 10)));
  for (let vm = initial, batch = 0; vm < total; batch++) {
    const shared = stream(`batch/${batch}`);
    const at = timeOfDay(shared.uniform(), durationSeconds, weekSeconds);
    const members = Math.min(total - vm, batchSize(shared.uniform(), shared.uniform(), largest));
    const sharedSize = shared.uniform() < cloudBatch.oneSize ? shared.uniform() : Number.NaN;
    const sharedLife = shared.uniform() < cloudBatch.oneLifetime ? shared.uniform() : Number.NaN;
    for (let i = 0; i < members; i++, vm++) {
      const own = stream(`vm/arrival/${vm - initial}`);
      const sizeDraw = own.uniform();
      const lifeDraw = own.uniform();
      const size = choiceOf(cloudSizes, Number.isNaN(sharedSize) ? sizeDraw : sharedSize);
      arrivalSeconds[vm] = at;
      lifetimeSeconds[vm] = lifetimeOf(size, Number.isNaN(sharedLife) ? lifeDraw : sharedLife);
      sizes.push(size);
      streams.push(own);
    }
  }
  return { count: total, sizes, arrivalSeconds, lifetimeSeconds, streams };
}

interface LivesOfSize {
  readonly share: number;
  readonly size: SizeOfVm;
  /** Lives at equally likely probabilities. */
  readonly cells: Float64Array;
}

function meanLife(lives: readonly LivesOfSize[]): number {
  const shares = lives.reduce((sum, l) => sum + l.share, 0);
  return lives.reduce((sum, l) => sum + (l.share / shares) * (l.cells.reduce((s, c) => s + c, 0) / CELLS), 0);
}

/** Draws (size, life) with a probability in proportion to share x life. */
function lengthBiased(lives: readonly LivesOfSize[]): (probability: number) => { size: SizeOfVm; life: number } {
  const running = new Float64Array(lives.length * CELLS);
  let sum = 0;
  lives.forEach((l, s) => {
    for (let i = 0; i < CELLS; i++) {
      sum += l.share * l.cells[i]!;
      running[s * CELLS + i] = sum;
    }
  });
  return (probability) => {
    const target = probability * sum;
    let low = 0;
    let high = running.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (running[middle]! > target) high = middle;
      else low = middle + 1;
    }
    const { size, cells } = lives[Math.floor(low / CELLS)]!;
    return { size, life: cells[low % CELLS]! };
  };
}

function batchSize(which: number, tailDraw: number, largest: number): number {
  const small = choiceOf(cloudBatch.small, which);
  const { from, exponent, largest: cut } = cloudBatch.tail;
  if (small < from) return small;
  // Power law between `from` and `cut`, by inversion; the first of it is kept for `from` itself.
  const size = Math.floor(from * (1 - tailDraw * (1 - (from / cut) ** exponent)) ** (-1 / exponent));
  return Math.min(size, largest);
}

/**
 * Time in the run whose share of the expected arrivals is `probability`: the integral of
 * 1 + a cos(2 pi (hour - peak) / 24), inverted by Newton's method (the rate is never below 0.69, so it converges).
 */
function timeOfDay(probability: number, durationSeconds: number, weekSeconds: number): number {
  const { amplitude, peakHour } = cloudArrivalsDay;
  const turn = (2 * Math.PI) / 86_400;
  const phase = (t: number): number => turn * (t + weekSeconds - peakHour * HOUR);
  const before = Math.sin(phase(0));
  const integral = (t: number): number => t + (amplitude / turn) * (Math.sin(phase(t)) - before);
  const target = probability * integral(durationSeconds);
  let t = probability * durationSeconds;
  for (let i = 0; i < 12; i++) t -= (integral(t) - target) / (1 + amplitude * Math.cos(phase(t)));
  return Math.min(durationSeconds, Math.max(0, t));
}
