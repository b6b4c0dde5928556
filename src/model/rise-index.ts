/**
 * Finds the host whose power rises least when it takes some CPU, without looking at all hosts.
 *
 * Hosts of one power curve stand in a hundred classes by their load u, those without load in one of their own. Over a class
 * the rise P(u + d) - P(u) is least at its ends or where u + d passes a corner of the curve (multiples of 10 %), so each
 * class has a lower bound; classes are visited by rising bound until no host of the next could be better. Along a straight
 * piece of a curve all hosts of a class rise alike: of those the first one that fits is taken, by number.
 *
 * Rises count in whole microwatts: two hosts on one straight piece are equal, whatever the last bits of a sum say. The
 * answer is that of looking at all hosts in order: least rise, then lowest number. Proof: test/property/rise-index.test.ts.
 */
import { microwatts } from "../policy/placement.ts";
import { HostSet } from "./host-set.ts";
import * as H from "./hosts.ts";

const CLASSES = 102;
const FULL = CLASSES - 1;
/** Bounds are sums of doubles too: they are sure to within this. */
const ROUNDING_WATTS = 1e-9;
const NOBODY = -1;

export class RiseIndex {
  readonly #hosts: H.Hosts;
  /** CPU asked for on a host, MHz. */
  readonly #askedMHz: (h: number) => number;
  /** Class of each host (kind x CLASSES + load class), or NOBODY, and the hosts of each class. */
  readonly #classOf: Int32Array;
  readonly #members: HostSet[] = [];
  /** Hosts in each class. */
  readonly #count: number[] = [];
  /** By kind: its power curve and all its CPU, MHz. */
  readonly #curve: number[] = [];
  readonly #cpuMHz: number[] = [];
  readonly #kindOf = new Map<number, number[]>();
  // Scratch of a search: classes with hosts, their bounds, and the next host of each class that is gone through.
  readonly #order: number[] = [];
  readonly #bound: number[] = [];
  readonly #highest: number[] = [];
  readonly #cursor: number[] = [];

  constructor(hosts: H.Hosts, askedMHz: (h: number) => number) {
    this.#hosts = hosts;
    this.#askedMHz = askedMHz;
    this.#classOf = new Int32Array(hosts.count).fill(NOBODY);
  }

  /** All hosts may have changed; `takes` says which can be chosen at all. */
  reload(takes: (h: number) => boolean): void {
    for (let h = 0; h < this.#hosts.count; h++) this.changed(h, takes(h));
  }

  /** Host `h` has another load, or takes VMs now, or no longer. */
  changed(h: number, takes: boolean): void {
    const was = this.#classOf[h];
    const is = takes ? this.#classNow(h) : NOBODY;
    if (was === is) return;
    if (was !== NOBODY) {
      this.#members[was].remove(h);
      this.#count[was]--;
    }
    this.#classOf[h] = is;
    if (is === NOBODY) return;
    this.#members[is].add(h);
    this.#count[is]++;
  }

  /** Shows hosts by rising class of load, the kinds one after the other in each, until `seen` says that it is enough. */
  byLoad(seen: (h: number) => boolean): void {
    for (let k = 0; k < CLASSES; k++)
      for (let c = k; c < this.#members.length; c += CLASSES)
        if (this.#count[c] > 0) for (let h = this.#members[c].next(0); h !== NOBODY; h = this.#members[c].next(h + 1)) if (seen(h)) return;
  }

  /**
   * The host of least rise for `demandMHz` among those that `fits` accepts; `rise` is exact, Infinity where the CPU is not
   * there. `nextWithRoom` gives the first host from a number on that may fit at all, or -1, so that others are leapt over.
   */
  search(
    demandMHz: number,
    rise: (h: number) => number,
    fits: (h: number) => boolean,
    nextWithRoom: (from: number) => number,
  ): { host: number; score: number } {
    const order = this.#sortClasses(demandMHz);
    let host = NOBODY;
    let least = Number.POSITIVE_INFINITY;
    for (let i = 0; i < order.length; ) {
      const lowest = microwatts(this.#bound[order[i]] - ROUNDING_WATTS);
      if (lowest > least) break;
      // Classes whose hosts are all alike, and alike among themselves, are gone through as one, by number.
      let end = i;
      while (end < order.length && microwatts(this.#highest[order[end]] + ROUNDING_WATTS) === lowest) end++;
      const alike = end > i;
      if (!alike) end = i + 1;
      for (let h = this.#firstFrom(i, end, 0); h !== NOBODY; ) {
        if (lowest === least && h > host) break;
        const roomy = nextWithRoom(h);
        if (roomy !== h) {
          h = roomy === NOBODY ? NOBODY : this.#firstFrom(i, end, roomy);
          continue;
        }
        const rises = microwatts(rise(h));
        if (rises < Number.POSITIVE_INFINITY && (rises < least || (rises === least && h < host)) && fits(h)) {
          least = rises;
          host = h;
          if (alike) break;
        }
        h = this.#firstFrom(i, end, h + 1);
      }
      i = end;
    }
    return { host, score: host === NOBODY ? Number.NaN : least / 1e6 };
  }

  /** The first host from number `from` on in the classes order[i .. end - 1]. */
  #firstFrom(i: number, end: number, from: number): number {
    const cursor = this.#cursor;
    let first = NOBODY;
    for (let j = i; j < end; j++) {
      if (from === 0 || (cursor[j] !== NOBODY && cursor[j] < from)) cursor[j] = this.#members[this.#order[j]].next(from);
      const h = cursor[j];
      if (h !== NOBODY && (first === NOBODY || h < first)) first = h;
    }
    return first;
  }

  /** Classes that have hosts, by rising bound; of one bound those that are alike come first. */
  #sortClasses(demandMHz: number): readonly number[] {
    const order = this.#order;
    const bound = this.#bound;
    const highest = this.#highest;
    order.length = 0;
    for (let c = 0; c < this.#members.length; c++) {
      if (this.#count[c] === 0 || this.#isTooFull(c, demandMHz)) continue;
      this.#reckonBounds(c, demandMHz);
      order.push(c);
    }
    return order.sort((a, b) => microwatts(bound[a] - ROUNDING_WATTS) - microwatts(bound[b] - ROUNDING_WATTS) || highest[a] - highest[b] || a - b);
  }

  /** Whether no host of the class has the CPU left. */
  #isTooFull(c: number, demandMHz: number): boolean {
    const kind = Math.floor(c / CLASSES);
    return (c - kind * CLASSES - 1) / 100 + demandMHz / this.#cpuMHz[kind] > 1 + 1e-9;
  }

  /** Least and greatest rise over a class. */
  #reckonBounds(c: number, demandMHz: number): void {
    const kind = Math.floor(c / CLASSES);
    const k = c - kind * CLASSES;
    const d = demandMHz / this.#cpuMHz[kind];
    let low = this.#rise(kind, k === 0 ? 0 : Math.min(1, (k - 1) / 100), d);
    let high = low;
    if (k > 0) {
      const from = (k - 1) / 100;
      const to = k === FULL ? 1 : k / 100;
      // The corner of the curve that u + d passes within the class, if it passes one.
      const corner = Math.min(to, Math.max(from, Math.ceil((from + d) * 10) / 10 - d));
      for (const u of [to, corner]) {
        const rise = this.#rise(kind, u, d);
        low = Math.min(low, rise);
        high = Math.max(high, rise);
      }
    }
    this.#bound[c] = k === FULL ? Math.min(0, low) : low;
    this.#highest[c] = high;
  }

  #rise(kind: number, u: number, d: number): number {
    const { curves } = this.#hosts;
    const curve = this.#curve[kind];
    return curves.watts(curve, Math.min(1, u + d)) - curves.watts(curve, Math.min(1, u));
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
    for (let k = 0; k < CLASSES; k++) {
      this.#members.push(new HostSet(this.#hosts.count));
      this.#count.push(0);
    }
    return kind;
  }
}
