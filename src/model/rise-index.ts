/**
 * Finds the host whose power rises least when it takes some CPU, without looking at all hosts.
 *
 * Hosts of one power curve stand in a hundred classes by their load u, those without load in one of their own. Over a class
 * the rise P(u + d) - P(u) is least at its ends or where u + d passes a corner of the curve (multiples of 10 %), so each
 * class has a lower bound; classes are visited by rising bound until no host of the next could be better. The answer is that
 * of looking at all hosts in order: least rise, then lowest number. Proof: test/property/rise-index.test.ts.
 */
import * as H from "./hosts.ts";

const CLASSES = 102;
const FULL = CLASSES - 1;
/** Bounds are sums of doubles too: a class is given up only when it is worse by more than rounding. */
const ROUNDING_WATTS = 1e-6;
const NOBODY = -1;

export class RiseIndex {
  readonly #hosts: H.Hosts;
  /** CPU asked for on a host, MHz, and power at a load. */
  readonly #askedMHz: (h: number) => number;
  // By host: its class (kind x CLASSES + load class) or NOBODY, and its neighbours in the class's list.
  readonly #classOf: Int32Array;
  readonly #next: Int32Array;
  readonly #previous: Int32Array;
  /** First host of each class; kinds are added as they appear. */
  #first = new Int32Array(0);
  /** By kind: its power curve and all its CPU, MHz. */
  readonly #curve: number[] = [];
  readonly #cpuMHz: number[] = [];
  readonly #kindOf = new Map<number, number[]>();
  // Scratch of a search: classes with hosts, and their bounds.
  #order = new Int32Array(0);
  #bound = new Float64Array(0);

  constructor(hosts: H.Hosts, askedMHz: (h: number) => number) {
    this.#hosts = hosts;
    this.#askedMHz = askedMHz;
    this.#classOf = new Int32Array(hosts.count).fill(NOBODY);
    this.#next = new Int32Array(hosts.count);
    this.#previous = new Int32Array(hosts.count);
  }

  /** All hosts may have changed; `takes` says which can be chosen at all. */
  reload(takes: (h: number) => boolean): void {
    this.#first.fill(NOBODY);
    this.#classOf.fill(NOBODY);
    // The last one goes in front, so that each list begins with its lowest number.
    for (let h = this.#hosts.count - 1; h >= 0; h--) if (takes(h)) this.#insert(h);
  }

  /** Host `h` has another load, or takes VMs now, or no longer. */
  changed(h: number, takes: boolean): void {
    const was = this.#classOf[h];
    if (was !== NOBODY) {
      if (takes && was === this.#classNow(h)) return;
      const before = this.#previous[h];
      const after = this.#next[h];
      if (before === NOBODY) this.#first[was] = after;
      else this.#next[before] = after;
      if (after !== NOBODY) this.#previous[after] = before;
      this.#classOf[h] = NOBODY;
    }
    if (takes) this.#insert(h);
  }

  /** Shows hosts by rising class of load, the kinds one after the other in each, until `seen` says that it is enough. */
  byLoad(seen: (h: number) => boolean): void {
    for (let k = 0; k < CLASSES; k++) {
      for (let c = k; c < this.#first.length; c += CLASSES) for (let h = this.#first[c]; h !== NOBODY; h = this.#next[h]) if (seen(h)) return;
    }
  }

  /** The host of least rise for `demandMHz` among those that `fits` accepts; `rise` is exact. */
  search(demandMHz: number, rise: (h: number) => number, fits: (h: number) => boolean): { host: number; score: number } {
    const count = this.#boundClasses(demandMHz);
    let host = NOBODY;
    let least = Number.POSITIVE_INFINITY;
    for (let i = 0; i < count; i++) {
      const c = this.#order[i];
      if (this.#bound[c] - ROUNDING_WATTS > least) break;
      for (let h = this.#first[c]; h !== NOBODY; h = this.#next[h]) {
        const watts = rise(h);
        if (watts > least || (watts === least && h > host) || watts === Number.POSITIVE_INFINITY || !fits(h)) continue;
        least = watts;
        host = h;
      }
    }
    return { host, score: host === NOBODY ? Number.NaN : least };
  }

  /** Puts the classes that have hosts in the order of their bounds; returns how many there are. */
  #boundClasses(demandMHz: number): number {
    let count = 0;
    for (let c = 0; c < this.#first.length; c++) {
      if (this.#first[c] === NOBODY) continue;
      this.#bound[c] = this.#lowerBound(c, demandMHz);
      this.#order[count++] = c;
    }
    const bound = this.#bound;
    this.#order.subarray(0, count).sort((a, b) => bound[a] - bound[b] || a - b);
    return count;
  }

  #lowerBound(c: number, demandMHz: number): number {
    const kind = Math.floor(c / CLASSES);
    const k = c - kind * CLASSES;
    const d = demandMHz / this.#cpuMHz[kind];
    if (k === 0) return this.#rise(kind, 0, d);
    if (k === FULL) return Math.min(0, this.#rise(kind, 1, d));
    const low = (k - 1) / 100;
    const high = k / 100;
    // The corner of the curve that u + d passes within the class, if it passes one.
    const corner = Math.min(high, Math.max(low, Math.ceil((low + d) * 10) / 10 - d));
    return Math.min(this.#rise(kind, low, d), this.#rise(kind, high, d), this.#rise(kind, corner, d));
  }

  #rise(kind: number, u: number, d: number): number {
    const { curves } = this.#hosts;
    const curve = this.#curve[kind];
    return curves.watts(curve, Math.min(1, u + d)) - curves.watts(curve, Math.min(1, u));
  }

  #insert(h: number): void {
    const c = this.#classNow(h);
    const after = this.#first[c];
    this.#classOf[h] = c;
    this.#previous[h] = NOBODY;
    this.#next[h] = after;
    if (after !== NOBODY) this.#previous[after] = h;
    this.#first[c] = h;
  }

  #classNow(h: number): number {
    const { row, curveOf } = this.#hosts;
    const cpuMHz = row[h * H.HOST_ROW + H.CORES] * row[h * H.HOST_ROW + H.CORE_MHZ];
    const u = this.#askedMHz(h) / cpuMHz;
    return this.#kind(curveOf[h], cpuMHz) * CLASSES + (u <= 0 ? 0 : u >= 1 ? FULL : 1 + Math.floor(u * 100));
  }

  #kind(curve: number, cpuMHz: number): number {
    const known = this.#kindOf.get(curve);
    if (known !== undefined) for (const kind of known) if (this.#cpuMHz[kind] === cpuMHz) return kind;
    const kind = this.#curve.push(curve) - 1;
    this.#cpuMHz.push(cpuMHz);
    if (known !== undefined) known.push(kind);
    else this.#kindOf.set(curve, [kind]);
    const first = new Int32Array((kind + 1) * CLASSES).fill(NOBODY);
    first.set(this.#first);
    this.#first = first;
    this.#order = new Int32Array(first.length);
    this.#bound = new Float64Array(first.length);
    return kind;
  }
}
