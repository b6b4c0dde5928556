/**
 * Demand over time, fed to the VMs: samples on a common clock, and each VM's own sequence of pieces.
 *
 * Whatever changes at one instant is one event: a step of a grid changes all of its VMs, and pieces that end together
 * (30-second samples of a thousand jobs, say) share a bucket. The feed only writes demands and says which hosts were
 * touched; the datacenter settles and solves them once.
 */
import type { Kernel } from "../kernel/kernel.ts";
import type { Further, GridDemand, PiecesDemand } from "./demand.ts";
import * as V from "./vms.ts";

interface Grid {
  readonly demand: GridDemand;
  readonly columns: number;
  /** VMs that follow it: first .. first + columns - 1. */
  readonly firstVm: number;
  /** Start of the present step's row in the samples; -1 before the first step. */
  at: number;
}

interface Pieces {
  readonly demand: PiecesDemand;
  readonly firstVm: number;
}

export interface FeedHooks {
  /** The host of this VM must be solved again. */
  touch(vm: number): void;
  /** All VMs that follow grid `g` have another sample: those of the row of samples that starts at `row`. */
  gridStepped(g: number, row: number): void;
  /** The last piece of this VM has ended. */
  exhausted(vm: number): void;
}

/** The grid with missing samples (NaN) as 0, which is what they count as. Copies only when there are any. */
export function withoutGaps(demand: GridDemand): GridDemand {
  let mhz = demand.mhz;
  for (let i = 0; i < mhz.length; i++) {
    if (mhz[i] >= 0) continue;
    if (mhz === demand.mhz) mhz = demand.mhz.slice();
    mhz[i] = 0;
  }
  return mhz === demand.mhz ? demand : { ...demand, mhz };
}

export class Feed {
  readonly #kernel: Kernel;
  readonly #vms: V.Vms;
  readonly #hooks: FeedHooks;
  readonly #phase: number;
  readonly #pieceKind: number;
  readonly #gridKind: number;
  readonly #grids: Grid[] = [];
  readonly #pieces: Pieces[] = [];
  /** Grid a running VM follows, or -1; and the pieces it has, or -1. */
  readonly #gridOf: Int16Array;
  readonly #piecesOf: Int16Array;
  readonly #hasGrid: Int16Array;
  readonly #cursor: Uint32Array;
  readonly #nextChange: Float64Array;
  /** Level of each VM's present piece, and whether the VM runs to ask for it. */
  readonly #level: Float64Array;
  readonly #running: Uint8Array;
  /** VMs whose piece ends at an instant: the first `#sizes[b]` of bucket `b`. Buckets are used again, as long as they have become. */
  readonly #bucketAt = new Map<number, number>();
  readonly #buckets: number[][] = [];
  readonly #sizes: number[] = [];
  readonly #freeBuckets: number[] = [];
  #lastTime = Number.NaN;
  #lastBucket = -1;

  constructor(kernel: Kernel, vms: V.Vms, hooks: FeedHooks, phase: number, kinds: { grid: number; piece: number }) {
    this.#kernel = kernel;
    this.#vms = vms;
    this.#hooks = hooks;
    this.#phase = phase;
    this.#gridKind = kinds.grid;
    this.#pieceKind = kinds.piece;
    this.#gridOf = new Int16Array(vms.count).fill(-1);
    this.#piecesOf = new Int16Array(vms.count).fill(-1);
    this.#hasGrid = new Int16Array(vms.count).fill(-1);
    this.#cursor = new Uint32Array(vms.count);
    this.#nextChange = new Float64Array(vms.count).fill(Number.POSITIVE_INFINITY);
    this.#level = new Float64Array(vms.count);
    this.#running = new Uint8Array(vms.count);
    kernel.on(kinds.grid, (g, step) => this.#gridStep(g, step));
    kernel.on(kinds.piece, (bucket) => this.#piecesEnd(bucket));
  }

  addGrid(demand: GridDemand, firstVm: number, columns: number): void {
    const g = this.#grids.length;
    this.#grids.push({ demand, columns, firstVm, at: -1 });
    this.#hasGrid.fill(g, firstVm, firstVm + columns);
    // Steps before second 0 are past; the last of them holds at the start.
    const step = Math.max(0, Math.floor(-demand.firstSeconds / demand.stepSeconds));
    if (step < demand.steps) this.#kernel.schedule(Math.max(0, demand.firstSeconds + step * demand.stepSeconds), this.#phase, this.#gridKind, g, step);
  }

  addPieces(demand: PiecesDemand, firstVm: number, columns: number): void {
    this.#piecesOf.fill(this.#pieces.length, firstVm, firstVm + columns);
    this.#pieces.push({ demand, firstVm });
  }

  /** The grid that all of these running VMs follow, or -1. */
  commonGrid(members: Int32Array, from: number, to: number): number {
    const g = from < to ? this.#gridOf[members[from]] : -1;
    for (let i = from + 1; i < to; i++) if (this.#gridOf[members[i]] !== g) return -1;
    return g;
  }

  /** Second at which the last grid has nothing more to say, or 0. */
  gridEnd(): number {
    return this.#grids.reduce((end, g) => Math.max(end, g.demand.firstSeconds + g.demand.steps * g.demand.stepSeconds), 0);
  }

  /** What the VM will ask for first, MHz; NaN when the feed does not know. */
  firstDemand(v: number): number {
    if (this.#hasGrid[v] >= 0) return this.#sample(this.#grids[this.#hasGrid[v]], v);
    if (this.#piecesOf[v] >= 0) {
      const { demand, firstVm } = this.#pieces[this.#piecesOf[v]];
      const i = demand.offset[v - firstVm];
      return i < demand.offset[v - firstVm + 1] ? demand.mhz[i] : 0;
    }
    return Number.NaN;
  }

  /** The VM begins: from its first piece, or with the present sample. */
  start(v: number): void {
    this.resume(v);
    if (this.#piecesOf[v] < 0) return;
    const { demand, firstVm } = this.#pieces[this.#piecesOf[v]];
    this.#cursor[v] = demand.offset[v - firstVm];
    this.#piece(v);
  }

  /** The VM asks for nothing for a while; the clock of its trace runs on. */
  pause(v: number): void {
    this.#running[v] = 0;
    this.#gridOf[v] = -1;
    this.#vms.row[v * V.VM_ROW + V.DEMAND] = 0;
  }

  /** The VM asks again for what its trace says by now. */
  resume(v: number): void {
    this.#running[v] = 1;
    const p = v * V.VM_ROW + V.DEMAND;
    if (this.#hasGrid[v] >= 0) {
      this.#gridOf[v] = this.#hasGrid[v];
      this.#vms.row[p] = this.#sample(this.#grids[this.#hasGrid[v]], v);
    } else if (this.#piecesOf[v] >= 0) this.#vms.row[p] = this.#level[v];
  }

  /** The VM is gone; if it comes again, it begins again. */
  stop(v: number): void {
    this.pause(v);
    this.#nextChange[v] = Number.POSITIVE_INFINITY;
    this.#level[v] = 0;
  }

  /** What a further column of its demand says about VM `v` now; NaN when it says nothing. */
  further(v: number, name: Further): number {
    const g = this.#hasGrid[v];
    if (g >= 0) {
      const { demand, at, firstVm } = this.#grids[g];
      return at < 0 ? Number.NaN : (demand[name]?.[at + v - firstVm] ?? Number.NaN);
    }
    const p = this.#piecesOf[v];
    return p < 0 ? Number.NaN : (this.#pieces[p].demand[name]?.[this.#cursor[v]] ?? Number.NaN);
  }

  /** Reads the present samples of VMs from .. to - 1 of `members`. */
  load(members: Int32Array, from: number, to: number): void {
    const gridOf = this.#gridOf;
    const row = this.#vms.row;
    for (let i = from; i < to; i++) {
      const v = members[i];
      if (gridOf[v] >= 0) row[v * V.VM_ROW + V.DEMAND] = this.#sample(this.#grids[gridOf[v]], v);
    }
  }

  #sample(grid: Grid, v: number): number {
    return grid.at < 0 ? 0 : grid.demand.mhz[grid.at + v - grid.firstVm];
  }

  #gridStep(g: number, step: number): void {
    const grid = this.#grids[g];
    grid.at = step * grid.columns;
    this.#hooks.gridStepped(g, grid.at);
    const next = step + 1;
    if (next < grid.demand.steps) this.#kernel.schedule(grid.demand.firstSeconds + next * grid.demand.stepSeconds, this.#phase, this.#gridKind, g, next);
  }

  /** Takes up the piece at the cursor and plans its end. */
  #piece(v: number): void {
    const { demand, firstVm } = this.#pieces[this.#piecesOf[v]];
    const i = this.#cursor[v];
    if (i >= demand.offset[v - firstVm + 1]) {
      this.#hooks.exhausted(v);
      return;
    }
    this.#level[v] = demand.mhz[i];
    if (this.#running[v] === 1) this.#vms.row[v * V.VM_ROW + V.DEMAND] = demand.mhz[i];
    const seconds = demand.seconds[i];
    if (seconds === Number.POSITIVE_INFINITY) return;
    const time = this.#kernel.now + seconds;
    this.#nextChange[v] = time;
    if (time !== this.#lastTime) {
      this.#lastTime = time;
      this.#lastBucket = this.#bucketFor(time);
    }
    this.#buckets[this.#lastBucket][this.#sizes[this.#lastBucket]++] = v;
  }

  #bucketFor(time: number): number {
    const found = this.#bucketAt.get(time);
    if (found !== undefined) return found;
    let bucket = this.#freeBuckets.pop() ?? -1;
    if (bucket < 0) {
      bucket = this.#buckets.push([]) - 1;
      this.#sizes.push(0);
    }
    this.#bucketAt.set(time, bucket);
    this.#kernel.schedule(time, this.#phase, this.#pieceKind, bucket);
    return bucket;
  }

  #piecesEnd(bucket: number): void {
    const time = this.#kernel.now;
    const due = this.#buckets[bucket];
    const count = this.#sizes[bucket];
    // A piece of no length falls into this instant again: it must find another bucket.
    this.#bucketAt.delete(time);
    this.#lastTime = Number.NaN;
    for (let i = 0; i < count; i++) {
      const v = due[i];
      if (this.#nextChange[v] !== time) continue;
      this.#cursor[v]++;
      this.#hooks.touch(v);
      this.#piece(v);
    }
    this.#sizes[bucket] = 0;
    this.#freeBuckets.push(bucket);
  }
}
