/**
 * What the sums of a host that plays a trace (I/Os and MiB a second of disk, Gbit/s of network) do to the links on its VMs'
 * ways. All of it is linear, and the same for all hosts of a kind: such hosts have one `Shape`.
 *
 * Of the links that only the host's own VMs cross, most differ by a factor only: cards, virtual switch and limits in both
 * directions go by the traffic, a device and the product's path to it by the disk. `forms` are what is left then.
 */
import type { Datastore } from "./datastores.ts";
import { calmLoad, type Device, idleLatency } from "./device.ts";
import type { Link, Streams } from "./link.ts";
import { MIB_PER_GBIT } from "./network.ts";

/** Streams of a host that plays: how its sums make their demand. */
export interface PlayedPart {
  readonly streams: Streams;
  readonly isDisk: boolean;
  readonly share: number;
  /** I/Os of the device for one of the guest. */
  readonly chain: number;
}

/** What a host with sums of 1 does to a link: its use by each, and I/Os and MiB that a device there serves. */
export interface Effect {
  readonly iops: number;
  readonly mib: number;
  readonly gbit: number;
  readonly served: number;
  readonly servedMib: number;
}

/** A device that only the host's VMs use. */
export interface PlayedDevice extends Effect {
  readonly spec: Device;
  /** Load up to which nobody waits, latency on an idle device, time of a small I/O. */
  readonly calm: number;
  readonly idle: number;
  readonly small: number;
}

export interface Shape {
  /** The use of a link of its own is its factor x (a x iops + b x MiB/s + c x Gbit/s): a, b, c of each form; form and factor of each link. */
  readonly forms: Float64Array;
  readonly form: readonly number[];
  readonly factor: readonly number[];
  readonly devices: readonly PlayedDevice[];
  /** Links that VMs of other hosts cross too. */
  readonly shared: readonly (readonly [Link, Effect])[];
  /** Number of those who cross these alike, or -1. */
  group: number;
  /** What tells it from other shapes. */
  readonly signature: Float64Array;
}

// Of a signature, for each link: its number where it is shared, else -1; what is behind it; and its `Effect`.
const SHARED = 0;
const BEHIND = 1;
const EFFECT = 2;
const SIGNATURE = 7;

export class Shapes {
  /** Of the host that was last asked about: links of its own, and the datastores behind those that are devices, in the order of its shape. */
  own: Link[] = [];
  stores: Datastore[] = [];
  readonly #behind: (link: Link) => Datastore | null;
  readonly #specs: Device[] = [];
  readonly #known = new Map<string, Shape>();
  #last: Shape | null = null;
  readonly #links: Link[] = [];
  readonly #signature: number[] = [];

  /** `behind` gives the datastore whose device a link is, or null. */
  constructor(behind: (link: Link) => Datastore | null) {
    this.#behind = behind;
  }

  /** The shape of a host with these streams. */
  of(parts: readonly PlayedPart[], isShared: (link: Link) => boolean): Shape {
    const links = this.#links;
    const signature = this.#signature;
    links.length = 0;
    signature.length = 0;
    this.own = [];
    this.stores = [];
    // Plain loops: for most hosts this runs once, before anything is compiled.
    for (let k = 0; k < parts.length; k++) {
      const { streams, isDisk, share, chain } = parts[k];
      const { crossings } = streams;
      for (let c = 0; c < crossings.length; c++) {
        const { link, share: crosses } = crossings[c];
        let p = links.indexOf(link) * SIGNATURE;
        if (p < 0) p = this.#addLink(link, isShared(link));
        p += EFFECT;
        if (isDisk) {
          signature[p] += crosses * share * chain * link.perIo;
          signature[p + 1] += crosses * share * link.perMiB;
          signature[p + 3] += share * chain;
          signature[p + 4] += share;
        } else signature[p + 2] += crosses * share * MIB_PER_GBIT * link.perMiB;
      }
    }
    // Hosts of a kind mostly come one after the other.
    if (this.#last === null || !isSame(this.#last.signature, signature)) {
      const key = signature.join();
      let shape = this.#known.get(key);
      if (shape === undefined) {
        shape = this.#make();
        this.#known.set(key, shape);
      }
      this.#last = shape;
    }
    return this.#last;
  }

  /** Another link on the way; returns where its signature begins. */
  #addLink(link: Link, isShared: boolean): number {
    this.#links.push(link);
    let spec = -1;
    if (!isShared) {
      this.own.push(link);
      const store = this.#behind(link);
      if (store !== null) {
        this.stores.push(store);
        spec = this.#specs.indexOf(store.spec);
        if (spec < 0) spec = this.#specs.push(store.spec) - 1;
      }
    }
    return this.#signature.push(isShared ? link.id : -1, spec, 0, 0, 0, 0, 0) - SIGNATURE;
  }

  #make(): Shape {
    const signature = Float64Array.from(this.#signature);
    const forms: number[][] = [];
    const form: number[] = [];
    const factor: number[] = [];
    const devices: PlayedDevice[] = [];
    const shared: [Link, Effect][] = [];
    for (const [i, link] of this.#links.entries()) {
      const p = i * SIGNATURE;
      const [iops, mib, gbit, served, servedMib] = signature.subarray(p + EFFECT, p + SIGNATURE);
      const effect = { iops, mib, gbit, served, servedMib };
      if (signature[p + SHARED] >= 0) {
        shared.push([link, effect]);
        continue;
      }
      const most = iops || mib || gbit || 1;
      const own = [iops / most, mib / most, gbit / most];
      const known = forms.findIndex((other) => own.every((part, k) => part === other[k]));
      form.push(known >= 0 ? known : forms.push(own) - 1);
      factor.push(most);
      const spec = this.#specs[signature[p + BEHIND]];
      if (spec !== undefined) devices.push({ ...effect, spec, calm: calmLoad(spec), idle: idleLatency(spec), small: 1 / spec.iops });
    }
    return { forms: Float64Array.from(forms.flat()), form, factor, devices, shared, group: -1, signature };
  }
}

function isSame(a: ArrayLike<number>, b: ArrayLike<number>): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}
