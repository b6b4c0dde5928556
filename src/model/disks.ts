/**
 * Virtual disks and the space they take: a base and, above it, a chain of deltas.
 *
 *   thick    its size from the start
 *   thin     what is in use; grows with new data up to its size
 *   linked   an image shared by all clones, and a delta of its own
 *   delta    of a snapshot or a linked clone: all that is written goes there, new data and existing data written over alike;
 *            grows up to the size of the disk. Blocks written twice count once only when the rate of change is given so.
 *
 * Only the topmost layer grows, and only while the VM runs; between changes all of it is linear in time, so that the instant
 * at which a disk reaches its size or a datastore is full is known exactly. Deleting the snapshots of a disk merges the deltas
 * into the base: what was new makes a thin base larger, what was written over does not.
 * Proved by test/cases/storage.test.ts.
 */
import type { DiskSpec } from "./storage-spec.ts";

/** A layer of a disk that holds data: how much at `at`, and how much of it is new data (not written over). */
interface Layer {
  usedMiB: number;
  newMiB: number;
}

export class Disk {
  readonly vm: number;
  readonly spec: DiskSpec;
  /** Number of the datastore it lies on. */
  datastore: number;
  /** 1 + the number of deltas; layer 0 is the base (of a linked clone: nothing of its own). */
  readonly layers: Layer[];
  at: number;
  /** Growth of the topmost layer now, MiB/s. */
  rate = 0;
  /** Whether its VM runs, and so writes. */
  writes = false;
  /** A merge of its deltas is under way. */
  merging = false;

  constructor(vm: number, spec: DiskSpec, datastore: number, at: number) {
    this.vm = vm;
    this.spec = spec;
    this.datastore = datastore;
    this.at = at;
    const own = spec.kind === "thick" ? spec.sizeMiB : spec.kind === "thin" ? spec.usedMiB : 0;
    this.layers = [{ usedMiB: own, newMiB: 0 }];
    if (spec.kind === "linked") this.layers.push({ usedMiB: 0, newMiB: 0 });
  }

  /** Levels above the base that a read may have to look through. */
  get deltas(): number {
    return this.layers.length - 1;
  }

  get usedMiB(): number {
    let sum = 0;
    for (const layer of this.layers) sum += layer.usedMiB;
    return sum;
  }

  /** What it may take at most with the layers it has. */
  get promisedMiB(): number {
    const { kind, sizeMiB } = this.spec;
    return (kind === "linked" ? 0 : sizeMiB) + this.deltas * sizeMiB;
  }

  get snapshots(): number {
    return this.deltas - (this.spec.kind === "linked" ? 1 : 0);
  }

  /** Brings it up to `now`, and gives it the rate it has from now on. Returns by how much it grew. */
  settle(now: number): number {
    const top = this.layers[this.layers.length - 1];
    const seconds = now - this.at;
    this.at = now;
    const grown = this.rate * seconds;
    if (grown > 0) {
      const { growthMiBPerSecond: growth, changeMiBPerSecond: change } = this.spec;
      top.usedMiB = Math.min(this.#most(), top.usedMiB + grown);
      top.newMiB += this.deltas > 0 ? (grown * growth) / (growth + change) : grown;
    }
    const { growthMiBPerSecond, changeMiBPerSecond } = this.spec;
    const wanted = this.deltas > 0 ? growthMiBPerSecond + changeMiBPerSecond : this.spec.kind === "thin" ? growthMiBPerSecond : 0;
    this.rate = this.writes && top.usedMiB < this.#most() * (1 - DUST) ? wanted : 0;
    return grown;
  }

  /** Seconds until the topmost layer is as large as it can be; Infinity when it does not grow. */
  secondsToFull(): number {
    return this.rate > 0 ? (this.#most() - this.layers[this.layers.length - 1].usedMiB) / this.rate : Number.POSITIVE_INFINITY;
  }

  /** A snapshot: from now on writes go to a new delta. The disk must be settled. */
  snapshot(): void {
    this.layers.push({ usedMiB: 0, newMiB: 0 });
  }

  /** MiB that merging the snapshots' deltas has to copy. The disk must be settled. */
  get mergeMiB(): number {
    return this.layers.slice(this.layers.length - this.snapshots).reduce((sum, { usedMiB }) => sum + usedMiB, 0);
  }

  /** Merges the deltas of all snapshots into what lies below. The disk must be settled. */
  merge(): void {
    const count = this.snapshots;
    const deltas = this.layers.splice(this.layers.length - count, count);
    const below = this.layers[this.layers.length - 1];
    for (const { usedMiB, newMiB } of deltas) {
      // A thick base has room for all of it; a thin one for what is written over; a clone's delta has all of it to itself.
      const more = this.spec.kind === "linked" ? usedMiB : this.spec.kind === "thin" ? newMiB : 0;
      below.usedMiB = Math.min(this.#most(), below.usedMiB + more);
      below.newMiB += newMiB;
    }
  }

  #most(): number {
    return this.spec.sizeMiB;
  }
}

/** Of its size: what a disk misses by rounding. */
const DUST = 1e-9;
