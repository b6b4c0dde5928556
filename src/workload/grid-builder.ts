/**
 * Puts irregular samples of many VMs on one clock: the mean of what falls into a step, a row of cells a VM.
 *
 * Monitoring drifts (a sample every 300 s at :04, later at :09) and has gaps. Several samples in one step are averaged;
 * a gap of up to `holdSteps` steps keeps the last value; a longer one stays empty (NaN: asks for nothing).
 * A VM is there from the step of its first sample to the one after its last. Cells grow with each VM's own span, so
 * VMs that come late or leave early cost little until the grid is made.
 */
import type { Further, GridDemand } from "../model/demand.ts";
import type { ImportLog } from "./import-log.ts";

interface Row {
  /** Number of the first cell on the common clock. */
  first: number;
  cells: number;
  /** Sums of the samples of a cell: CPU, then the further columns. */
  sum: Float32Array;
  samples: Uint16Array;
}

/** A span this long cannot be a trace: 20 years of 5-minute steps. A time stamp in the wrong unit gives it. */
const MOST_CELLS = 1 << 21;
const MOST_GRID_CELLS = 2 ** 30;

export interface BuiltGrid {
  readonly demand: GridDemand;
  /** Seconds after the first sample of the trace, by VM; 0 or less = from the start. */
  readonly arrivalSeconds: Float64Array;
  readonly lifetimeSeconds: Float64Array;
}

export class GridBuilder {
  readonly #step: number;
  readonly #rows: (Row | undefined)[] = [];
  #averaged = 0;

  readonly #further: readonly Further[];
  readonly #width: number;

  /** `further` names what a sample says beside CPU. */
  constructor(stepSeconds: number, further: readonly Further[] = []) {
    this.#step = stepSeconds;
    this.#further = further;
    this.#width = 1 + further.length;
  }

  /** A sample of a VM, with a value for each further column; false when it lies so far from the VM's others that the time must be wrong. */
  add(vm: number, seconds: number, mhz: number, further?: ArrayLike<number>): boolean {
    const cell = Math.floor(seconds / this.#step);
    let row = this.#rows[vm];
    if (row === undefined) {
      row = { first: cell, cells: 0, sum: new Float32Array(16 * this.#width), samples: new Uint16Array(16) };
      this.#rows[vm] = row;
    }
    let at = cell - row.first;
    if (at >= MOST_CELLS || at < row.cells - MOST_CELLS) return false;
    if (at < 0) {
      extend(row, -at, true, this.#width);
      at = 0;
    }
    if (at >= row.samples.length) extend(row, at + 1, false, this.#width);
    if (at >= row.cells) row.cells = at + 1;
    const n = row.samples[at]!;
    if (n > 0) this.#averaged++;
    if (n < 65_535) {
      const to = at * this.#width;
      row.sum[to]! += mhz;
      for (let f = 0; f < this.#further.length; f++) row.sum[to + 1 + f]! += further![f]!;
      row.samples[at] = n + 1;
    }
    return true;
  }

  /** Whether this VM has a sample. */
  has(vm: number): boolean {
    return this.#rows[vm] !== undefined;
  }

  /** The grid of the VMs of these numbers, in this order; time starts with the step of the earliest sample. */
  finish(vms: readonly number[], holdSteps: number, source: string, log: ImportLog): BuiltGrid {
    const rows = vms.map((vm) => this.#rows[vm]!);
    const start = rows.reduce((least, r) => Math.min(least, r.first), Number.POSITIVE_INFINITY);
    const steps = rows.reduce((most, r) => Math.max(most, r.first + r.cells - start), 0);
    const count = rows.length;
    if (steps * count > MOST_GRID_CELLS) {
      throw new Error(
        `${source}: ${count} VMs over ${steps} steps of ${this.#step} s make a grid of ${(steps * count * 4) / 2 ** 30} GiB; read less of it (options limit, fromSeconds and toSeconds) or use a longer step (stepSeconds)`,
      );
    }
    const columns = Array.from({ length: this.#width }, () => new Float32Array(steps * count).fill(Number.NaN));
    let held = 0;
    rows.forEach((row, vm) => {
      let gap = 0;
      let any = false;
      for (let k = 0, to = (row.first - start) * count + vm; k < row.cells; k++, to += count) {
        const n = row.samples[k]!;
        if (n > 0) {
          for (let c = 0; c < columns.length; c++) {
            const column = columns[c]!;
            column[to] = row.sum[k * this.#width + c]! / n;
            // Held only once the gap is known to be short: VMs report again within a few steps or not at all.
            if (any && gap > 0 && gap <= holdSteps) {
              const value = column[to - (gap + 1) * count]!;
              for (let g = 1; g <= gap; g++) column[to - g * count] = value;
            }
          }
          if (any && gap > 0 && gap <= holdSteps) held += gap;
          any = true;
          gap = 0;
        } else gap++;
      }
    });
    const [mhz = new Float32Array(0), ...further] = columns;
    if (held > 0) log.note(`missing step that keeps the value before it (gaps of up to ${holdSteps} steps)`, source, held);
    if (this.#averaged > 0) log.note(`sample in a step of ${this.#step} s that had one, averaged`, source, this.#averaged);
    return {
      demand: { kind: "grid", firstSeconds: 0, stepSeconds: this.#step, steps, mhz, ...Object.fromEntries(this.#further.map((name, f) => [name, further[f]])) },
      arrivalSeconds: Float64Array.from(rows, (r) => (r.first - start) * this.#step),
      lifetimeSeconds: Float64Array.from(rows, (r) => (r.first + r.cells - start >= steps - holdSteps ? Number.POSITIVE_INFINITY : r.cells * this.#step)),
    };
  }
}

function extend(row: Row, need: number, before: boolean, width: number): void {
  const room = before ? need + row.cells : Math.max(need, row.samples.length * 2);
  const at = before ? need : 0;
  const sum = new Float32Array(room * width);
  const samples = new Uint16Array(room);
  sum.set(row.sum.subarray(0, row.cells * width), at * width);
  samples.set(row.samples.subarray(0, row.cells), at);
  if (before) {
    row.first -= need;
    row.cells = room;
  }
  row.sum = sum;
  row.samples = samples;
}
