/**
 * Sharing one capacity down a tree of resource pools, in columns: the hot form of `divvyTree`, for the CPU of a host.
 *
 *   want of a pool    = min(limit, sum of its children's wants)
 *   floor of a pool   = min(want, max(reservation, sum of its children's floors if its reservation is expandable))
 *   each pool, the top first, divides what it got among its children by weight, floor and want (divvy)
 *
 * Entries are VMs and whatever else wants CPU; each is in a pool or at the top (-1). Only pools that hold an entry, and
 * those above them, are looked at: O(k log k) for k entries and pools. Allocates nothing once its scratch has grown.
 * Proved against the plain form (divvy-tree.ts) and by hand in test/sharing/pools.test.ts.
 */
import { divvyInto } from "./divvy.ts";

/** Amounts of each pool in the unit of the capacity; the caller may change them between calls. */
export interface PoolAmounts {
  /** Shares against its siblings, in the unit of the entries' weights. */
  readonly weight: Float64Array;
  readonly reservation: Float64Array;
  /** Infinity = none. */
  readonly limit: Float64Array;
}

export class PoolTree {
  readonly count: number;
  readonly amounts: PoolAmounts;
  /** What each pool got in the last `share`; meaningful for pools that held an entry. */
  readonly given: Float64Array;
  readonly #parent: Int32Array;
  readonly #expandable: Uint8Array;
  readonly #want: Float64Array;
  readonly #floor: Float64Array;
  // Children of each pool as linked lists; pool p's own list hangs at p + 1, that of the top at 0.
  readonly #firstEntry: Int32Array;
  readonly #firstPool: Int32Array;
  readonly #nextPool: Int32Array;
  #nextEntry = new Int32Array(64);
  /** Pools in use in this call, parents before children. */
  readonly #present: Int32Array;
  readonly #isPresent: Uint8Array;
  #used = 0;
  // Children of one pool for one divvy.
  #child = new Int32Array(64);
  #d = new Float64Array(64);
  #w = new Float64Array(64);
  #f = new Float64Array(64);
  #out = new Float64Array(64);

  /** `parent[p]` is a pool of a lower number, or -1 for the top. Throws a RangeError otherwise. */
  constructor(parent: Int32Array, expandable: Uint8Array) {
    const n = parent.length;
    for (let p = 0; p < n; p++) if (!(parent[p] >= -1 && parent[p] < p)) throw new RangeError(`pool ${p} has the parent ${parent[p]}; it must come before it`);
    this.count = n;
    this.#parent = parent;
    this.#expandable = expandable;
    this.amounts = { weight: new Float64Array(n).fill(1), reservation: new Float64Array(n), limit: new Float64Array(n).fill(Number.POSITIVE_INFINITY) };
    this.given = new Float64Array(n);
    this.#want = new Float64Array(n);
    this.#floor = new Float64Array(n);
    this.#firstEntry = new Int32Array(n + 1).fill(-1);
    this.#firstPool = new Int32Array(n + 1).fill(-1);
    this.#nextPool = new Int32Array(n);
    this.#present = new Int32Array(n);
    this.#isPresent = new Uint8Array(n);
  }

  /**
   * Shares `capacity` among entries 0 .. count - 1, of which entry i is in pool `poolOf[i]`; writes `out` and returns the sum
   * given. Wants must be finite. `out` must not be one of the other columns.
   */
  share(capacity: number, count: number, want: Float64Array, weight: Float64Array, floor: Float64Array, poolOf: Int32Array, out: Float64Array): number {
    this.#gather(count, poolOf);
    for (let i = this.#used - 1; i >= 0; i--) this.#claim(this.#present[i], want, floor);
    const given = this.#divide(-1, capacity, want, weight, floor, out);
    for (let i = 0; i < this.#used; i++) {
      const p = this.#present[i];
      this.#divide(p, this.given[p], want, weight, floor, out);
      this.#isPresent[p] = 0;
    }
    return given;
  }

  /** Hangs entries and the pools above them into lists. */
  #gather(count: number, poolOf: Int32Array): void {
    if (this.#nextEntry.length < count) this.#grow(2 * count);
    this.#firstEntry[0] = -1;
    this.#firstPool[0] = -1;
    this.#used = 0;
    // Backwards, so that each list runs in the order of the entries.
    for (let i = count - 1; i >= 0; i--) {
      for (let p = poolOf[i]; p >= 0 && this.#isPresent[p] === 0; p = this.#parent[p]) {
        this.#isPresent[p] = 1;
        this.#firstEntry[p + 1] = -1;
        this.#firstPool[p + 1] = -1;
        this.#present[this.#used++] = p;
      }
      this.#nextEntry[i] = this.#firstEntry[poolOf[i] + 1];
      this.#firstEntry[poolOf[i] + 1] = i;
    }
    const present = this.#present;
    for (let i = 1; i < this.#used; i++) {
      const p = present[i];
      let j = i - 1;
      for (; j >= 0 && present[j] > p; j--) present[j + 1] = present[j];
      present[j + 1] = p;
    }
    for (let i = this.#used - 1; i >= 0; i--) {
      const p = present[i];
      this.#nextPool[p] = this.#firstPool[this.#parent[p] + 1];
      this.#firstPool[this.#parent[p] + 1] = p;
    }
  }

  /** What pool `p`, whose children are known, wants and is sure of. */
  #claim(p: number, want: Float64Array, floor: Float64Array): void {
    let wants = 0;
    let floors = 0;
    for (let i = this.#firstEntry[p + 1]; i >= 0; i = this.#nextEntry[i]) {
      wants += want[i];
      floors += Math.min(floor[i], want[i]);
    }
    for (let q = this.#firstPool[p + 1]; q >= 0; q = this.#nextPool[q]) {
      wants += this.#want[q];
      floors += this.#floor[q];
    }
    this.#want[p] = Math.min(wants, this.amounts.limit[p]);
    this.#floor[p] = Math.min(this.#want[p], Math.max(this.amounts.reservation[p], this.#expandable[p] === 1 ? floors : 0));
  }

  /** Divides `amount` among the children of pool `p` (-1: the top). */
  #divide(p: number, amount: number, want: Float64Array, weight: Float64Array, floor: Float64Array, out: Float64Array): number {
    let n = 0;
    for (let i = this.#firstEntry[p + 1]; i >= 0; i = this.#nextEntry[i]) {
      this.#child[n] = i;
      this.#d[n] = want[i];
      this.#w[n] = weight[i];
      this.#f[n++] = floor[i];
    }
    const entries = n;
    for (let q = this.#firstPool[p + 1]; q >= 0; q = this.#nextPool[q]) {
      if (n === this.#child.length) this.#grow(2 * n);
      this.#child[n] = q;
      this.#d[n] = this.#want[q];
      this.#w[n] = this.amounts.weight[q];
      this.#f[n++] = this.#floor[q];
    }
    const given = divvyInto(amount, n, this.#d, this.#w, this.#f, null, this.#out);
    for (let k = 0; k < entries; k++) out[this.#child[k]] = this.#out[k];
    for (let k = entries; k < n; k++) this.given[this.#child[k]] = this.#out[k];
    return given;
  }

  #grow(size: number): void {
    const longer = <T extends Int32Array | Float64Array>(old: T, made: T): T => {
      made.set(old);
      return made;
    };
    this.#nextEntry = longer(this.#nextEntry, new Int32Array(size));
    this.#child = longer(this.#child, new Int32Array(size));
    this.#d = longer(this.#d, new Float64Array(size));
    this.#w = longer(this.#w, new Float64Array(size));
    this.#f = longer(this.#f, new Float64Array(size));
    this.#out = new Float64Array(size);
  }
}
