/**
 * Time-stamped samples of many VMs in any order, laid out VM by VM: a level holds until the VM's next sample.
 *
 * Kept flat (16 bytes a sample), because a cloud trace has millions of VMs with a handful of samples each. `NaN` says
 * that nothing is asked for from then on. Samples of one VM out of time order are sorted; of two at the same time the
 * later row counts, but a level goes before an end (an interval may begin where another ends).
 */
import type { GridDemand, PiecesDemand } from "../model/demand.ts";
import { grown } from "./keys.ts";

/** Samples by VM and in time order: those of VM i are `offset[i] .. offset[i + 1] - 1`. */
export interface OrderedSamples {
  readonly offset: Uint32Array;
  readonly seconds: Float64Array;
  readonly mhz: Float32Array;
  /** VMs whose samples had to be sorted, and samples that came twice. */
  readonly unordered: number;
  readonly repeated: number;
}

export class Samples {
  #vm = new Uint32Array(1 << 12);
  #seconds = new Float64Array(1 << 12);
  #mhz = new Float32Array(1 << 12);
  size = 0;

  add(vm: number, seconds: number, mhz: number): void {
    const n = this.size;
    if (n === this.#vm.length) {
      this.#vm = grown(this.#vm, n + 1);
      this.#seconds = grown(this.#seconds, n + 1);
      this.#mhz = grown(this.#mhz, n + 1);
    }
    this.#vm[n] = vm;
    this.#seconds[n] = seconds;
    this.#mhz[n] = mhz;
    this.size = n + 1;
  }

  /** The samples of VMs 0 .. count - 1. */
  ordered(count: number): OrderedSamples {
    const offset = new Uint32Array(count + 1);
    for (let i = 0; i < this.size; i++) if (this.#vm[i]! < count) offset[this.#vm[i]! + 1]!++;
    for (let vm = 0; vm < count; vm++) offset[vm + 1]! += offset[vm]!;
    const total = offset[count]!;
    const order = new Uint32Array(total);
    const cursor = offset.slice(0, count);
    for (let i = 0; i < this.size; i++) {
      const vm = this.#vm[i]!;
      if (vm < count) order[cursor[vm]!++] = i;
    }
    const time = this.#seconds;
    const level = this.#mhz;
    let unordered = 0;
    for (let vm = 0; vm < count; vm++) {
      let sorted = true;
      for (let i = offset[vm]! + 1; i < offset[vm + 1]!; i++) if (time[order[i]!]! < time[order[i - 1]!]!) sorted = false;
      if (sorted) continue;
      unordered++;
      order.subarray(offset[vm], offset[vm + 1]).sort((a, b) => time[a]! - time[b]! || a - b);
    }
    // Drop what is overwritten at the same instant, closing the ranks.
    const kept = new Uint32Array(count + 1);
    const seconds = new Float64Array(total);
    const mhz = new Float32Array(total);
    let n = 0;
    let repeated = 0;
    for (let vm = 0; vm < count; vm++) {
      for (let i = offset[vm]!; i < offset[vm + 1]!; i++) {
        const at = order[i]!;
        if (n > kept[vm]! && seconds[n - 1] === time[at]) {
          if (!Number.isNaN(level[at]) && !Number.isNaN(mhz[n - 1])) repeated++;
          if (!Number.isNaN(level[at])) mhz[n - 1] = level[at]!;
          continue;
        }
        seconds[n] = time[at]!;
        mhz[n] = level[at]!;
        n++;
      }
      kept[vm + 1] = n;
    }
    return { offset: kept, seconds: seconds.subarray(0, n), mhz: mhz.subarray(0, n), unordered, repeated };
  }
}

/** Pieces from each VM's arrival to its end; before the first sample and after an end the level is 0. Neighbours alike are one. */
export function piecesFrom(samples: OrderedSamples, arrival: Float64Array, end: Float64Array): PiecesDemand {
  const count = arrival.length;
  const offset = new Uint32Array(count + 1);
  const seconds = new Float64Array(samples.seconds.length + 2 * count);
  const mhz = new Float64Array(samples.seconds.length + 2 * count);
  let n = 0;
  for (let vm = 0; vm < count; vm++) {
    let at = arrival[vm]!;
    let level = 0;
    const until = (time: number): void => {
      const length = Math.min(time, end[vm]!) - at;
      if (length <= 0) return;
      at += length;
      if (n > offset[vm]! && mhz[n - 1] === level) {
        seconds[n - 1]! += length;
        return;
      }
      seconds[n] = length;
      mhz[n] = level;
      n++;
    };
    for (let i = samples.offset[vm]!; i < samples.offset[vm + 1]!; i++) {
      until(samples.seconds[i]!);
      level = Number.isNaN(samples.mhz[i]) ? 0 : samples.mhz[i]!;
    }
    until(end[vm]!);
    offset[vm + 1] = n;
  }
  return { kind: "pieces", offset, seconds: seconds.subarray(0, n), mhz: mhz.subarray(0, n) };
}

/** A grid of this step from second `first`: each cell holds the VM's latest sample at or before it; NaN before the first and after an end. */
export function gridFrom(samples: OrderedSamples, first: number, stepSeconds: number, steps: number): GridDemand {
  const count = samples.offset.length - 1;
  const mhz = new Float32Array(steps * count).fill(Number.NaN);
  for (let vm = 0; vm < count; vm++) {
    let i = samples.offset[vm]!;
    const last = samples.offset[vm + 1]!;
    let level = Number.NaN;
    for (let k = 0, to = vm; k < steps; k++, to += count) {
      // Half a millisecond of slack: times are decimal fractions in the file.
      while (i < last && samples.seconds[i]! <= first + k * stepSeconds + 5e-4) level = samples.mhz[i++]!;
      mhz[to] = level;
    }
  }
  return { kind: "grid", firstSeconds: first, stepSeconds, steps, mhz };
}
