/**
 * Collects each VM's sequence of (duration, level) from rows in file order and lays them out VM by VM.
 *
 * Two neighbours of the same level become one: the work is the same, and it saves events. Durations are added in the
 * file's own unit (whole milliseconds are exact in a double) and turned into seconds once, at the end.
 * Rows of one VM usually stand together, so the builder remembers runs of rows rather than a VM per row; an interleaved
 * file gives many short runs and the same result.
 */
import type { PiecesDemand } from "../model/demand.ts";
import { grown } from "./keys.ts";

export class PiecesBuilder {
  #ticks = new Float64Array(1 << 12);
  #mhz = new Float64Array(1 << 12);
  #pieces = 0;
  #runVm = new Uint32Array(1 << 8);
  #runStart = new Uint32Array(1 << 8);
  #runs = 0;
  #vm = -1;

  /** The next piece of a VM: `ticks` long, at `mhz`. */
  add(vm: number, ticks: number, mhz: number): void {
    const n = this.#pieces;
    if (vm === this.#vm) {
      if (this.#mhz[n - 1] === mhz) {
        this.#ticks[n - 1]! += ticks;
        return;
      }
    } else this.#newRun(vm);
    if (n === this.#ticks.length) {
      this.#ticks = grown(this.#ticks, n + 1);
      this.#mhz = grown(this.#mhz, n + 1);
    }
    this.#ticks[n] = ticks;
    this.#mhz[n] = mhz;
    this.#pieces = n + 1;
  }

  /** The pieces of VMs 0 .. count - 1; those of other VMs are left out. */
  finish(count: number, ticksPerSecond: number): PiecesDemand {
    const runs = this.#runs;
    const end = (run: number): number => (run + 1 < runs ? this.#runStart[run + 1]! : this.#pieces);
    const offset = new Uint32Array(count + 1);
    let inOrder = true;
    for (let r = 0; r < runs; r++) {
      const vm = this.#runVm[r]!;
      if (vm < count) offset[vm + 1]! += end(r) - this.#runStart[r]!;
      if (vm >= count || (r > 0 && vm < this.#runVm[r - 1]!)) inOrder = false;
    }
    for (let vm = 0; vm < count; vm++) offset[vm + 1]! += offset[vm]!;
    const seconds = inOrder ? this.#ticks.subarray(0, this.#pieces) : this.#byVm(this.#ticks, offset, count, end);
    // The first column can go before the second is copied: this is the peak of memory in a big import.
    this.#ticks = new Float64Array(0);
    const mhz = inOrder ? this.#mhz.subarray(0, this.#pieces) : this.#byVm(this.#mhz, offset, count, end);
    this.#mhz = new Float64Array(0);
    const pieces = inOrder ? this.#pieces : mergeNeighbours(offset, seconds, mhz);
    for (let i = 0; i < pieces; i++) seconds[i]! /= ticksPerSecond;
    return { kind: "pieces", offset, seconds: seconds.subarray(0, pieces), mhz: mhz.subarray(0, pieces) };
  }

  #newRun(vm: number): void {
    const run = this.#runs++;
    if (run === this.#runVm.length) {
      this.#runVm = grown(this.#runVm, run + 1);
      this.#runStart = grown(this.#runStart, run + 1);
    }
    this.#runVm[run] = vm;
    this.#runStart[run] = this.#pieces;
    this.#vm = vm;
  }

  #byVm(column: Float64Array, offset: Uint32Array, count: number, end: (run: number) => number): Float64Array {
    const sorted = new Float64Array(offset[count]!);
    const cursor = offset.slice(0, count);
    for (let r = 0; r < this.#runs; r++) {
      const vm = this.#runVm[r]!;
      if (vm >= count) continue;
      const from = this.#runStart[r]!;
      sorted.set(column.subarray(from, end(r)), cursor[vm]);
      cursor[vm]! += end(r) - from;
    }
    return sorted;
  }
}

/** Makes one piece of neighbours of a VM that came in different runs and have the same level; returns how many are left. */
function mergeNeighbours(offset: Uint32Array, ticks: Float64Array, mhz: Float64Array): number {
  let n = 0;
  for (let vm = 0, i = 0; vm + 1 < offset.length; vm++) {
    const first = n;
    for (const end = offset[vm + 1]!; i < end; i++) {
      if (n > first && mhz[n - 1] === mhz[i]) {
        ticks[n - 1]! += ticks[i]!;
        continue;
      }
      ticks[n] = ticks[i]!;
      mhz[n] = mhz[i]!;
      n++;
    }
    offset[vm + 1] = n;
  }
  return n;
}
