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
  // Scratch of a search: classes with hosts; by class its bounds in microwatts (Infinity once it was visited); the classes
  // that are gone through together, and the next host of each.
  readonly #classes: number[] = [];
  readonly #bound: number[] = [];
  readonly #highest: number[] = [];
  readonly #run: number[] = [];
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
    let host = NOBODY;
    let least = Number.POSITIVE_INFINITY;
    if (nextWithRoom(0) === NOBODY) return { host, score: Number.NaN };
    const count = this.#reckonBounds(demandMHz);
    const run = this.#run;
    for (;;) {
      const lowest = this.#nextRun(count);
      if (lowest === Number.POSITIVE_INFINITY || lowest > least) break;
      // Classes whose hosts are all alike, and alike among themselves, are gone through as one, by number.
      const alike = this.#highest[run[0]] === lowest;
      for (let h = this.#firstFrom(0); h !== NOBODY; ) {
        if (lowest === least && h > host) break;
        const roomy = nextWithRoom(h);
        if (roomy !== h) {
          h = roomy === NOBODY ? NOBODY : this.#firstFrom(roomy);
          continue;
        }
        const rises = microwatts(rise(h));
        if (rises < Number.POSITIVE_INFINITY && (rises < least || (rises === least && h < host)) && fits(h)) {
          least = rises;
          host = h;
          if (alike) break;
        }
        h = this.#firstFrom(h + 1);
      }
    }
    return { host, score: host === NOBODY ? Number.NaN : least / 1e6 };
  }

  /**
   * Takes the classes of the lowest bound into `#run`: all those whose hosts rise alike, or one other. Returns the bound,
   * Infinity when no class is left. Few runs are ever asked for: sorting all classes would cost more than looking again.
   */
  #nextRun(count: number): number {
    const bound = this.#bound;
    const highest = this.#highest;
    const classes = this.#classes;
    const run = this.#run;
    run.length = 0;
    let lowest = Number.POSITIVE_INFINITY;
    for (let i = 0; i < count; i++) if (bound[classes[i]] < lowest) lowest = bound[classes[i]];
    if (lowest === Number.POSITIVE_INFINITY) return lowest;
    for (let i = 0; i < count; i++) if (bound[classes[i]] === lowest && highest[classes[i]] === lowest) run.push(classes[i]);
    for (let i = 0; run.length === 0; i++) if (bound[classes[i]] === lowest) run.push(classes[i]);
    for (const c of run) bound[c] = Number.POSITIVE_INFINITY;
    return lowest;
  }

  /** The first host from number `from` on in the classes of the run. */
  #firstFrom(from: number): number {
    const cursor = this.#cursor;
    const run = this.#run;
    let first = NOBODY;
    for (let j = 0; j < run.length; j++) {
      if (from === 0 || (cursor[j] !== NOBODY && cursor[j] < from)) cursor[j] = this.#members[run[j]].next(from);
      const h = cursor[j];
      if (h !== NOBODY && (first === NOBODY || h < first)) first = h;
    }
    return first;
  }

  /** Least and greatest rise of each class that has hosts with the CPU left, in microwatts; returns how many there are. */
  #reckonBounds(demandMHz: number): number {
    let count = 0;
    for (let kind = 0; kind < this.#curve.length; kind++) {
      const d = demandMHz / this.#cpuMHz[kind];
      for (let k = 0; k < CLASSES && (k - 1) / 100 + d <= 1 + 1e-9; k++) {
        const c = kind * CLASSES + k;
        if (this.#count[c] === 0) continue;
        this.#classes[count++] = c;
        const from = k === 0 ? 0 : (k - 1) / 100;
        const to = k === 0 ? 0 : Math.min(1, k / 100);
        const low = this.#rise(kind, from, d);
        const high = this.#rise(kind, to, d);
        // The corner of the curve that u + d passes within the class, if it passes one.
        const corner = Math.min(to, Math.max(from, Math.ceil((from + d) * 10) / 10 - d));
        const middle = corner === to || corner === from ? high : this.#rise(kind, corner, d);
        this.#bound[c] = microwatts(Math.min(low, high, middle, k === FULL ? 0 : Number.POSITIVE_INFINITY) - ROUNDING_WATTS);
        this.#highest[c] = microwatts(Math.max(low, high, middle) + ROUNDING_WATTS);
      }
    }
    return count;
  }

  #rise(kind: number, u: number, d: number): number {
    const { curves } = this.#hosts;
    const curve = this.#curve[kind];
    return curves.watts(curve, Math.min(1, u + d)) - curves.watts(curve, Math.min(1, u));
  }

  #classNow(h: number): number {
    const { row, planCurve, planMHz } = this.#hosts;
    const cpuMHz = row[h * H.HOST_ROW + H.CORES] * planMHz[h];
    const u = this.#askedMHz(h) / cpuMHz;
    return this.#kind(planCurve[h], cpuMHz) * CLASSES + (u <= 0 ? 0 : u >= 1 ? FULL : 1 + Math.floor(u * 100));
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
