/**
 * What all parts of recovery know of the VMs: how long each has run (the clock by which data age), where its data are, how much
 * changes, how old its newest copy is.
 */
import type { Datacenter } from "../datacenter.ts";
import * as V from "../vms.ts";
import { changedMiB, type DataSpec } from "./changed.ts";
import { Exposure } from "./exposure.ts";

/** What a VM keeps where its group says nothing. */
const USUAL: DataSpec = { diskMiB: 40 * 1024, writesMiBPerSecond: 1, hotShare: 0.05 };

/** Targets of a service class, s; Infinity = none. */
export interface Targets {
  readonly rpoSeconds: number;
  readonly rtoSeconds: number;
}

export class Protection {
  readonly dc: Datacenter;
  readonly siteNames: readonly string[];
  /** Site of each host. */
  readonly siteOf: Int32Array;
  readonly siteUp: Uint8Array;
  /** Age of the newest copy, of the VMs that have any. */
  readonly exposures = new Map<number, Exposure>();
  readonly #targets: (serviceClass: string) => Targets;

  constructor(dc: Datacenter, siteNames: readonly string[], targets: (serviceClass: string) => Targets) {
    this.dc = dc;
    this.siteNames = siteNames;
    this.siteOf = Int32Array.from({ length: dc.hosts.count }, (_, h) => siteNames.indexOf(dc.hosts.classes[dc.hosts.classOf[h]].site));
    this.siteUp = new Uint8Array(siteNames.length).fill(1);
    this.#targets = targets;
  }

  /** Seconds VM `v` has run until `now`. */
  ran(v: number, now: number): number {
    const { state, since, runningSeconds } = this.dc.vms;
    return runningSeconds[v] + (state[v] === V.RUNNING_VM ? now - since[v] : 0);
  }

  /** Site at which the data of VM `v` are: that of the host it was on last; -1 before it was on any. */
  siteOfVm(v: number): number {
    const h = this.dc.vms.lastHost[v];
    return h < 0 ? -1 : this.siteOf[h];
  }

  data(v: number): DataSpec {
    return this.dc.vms.classes[this.dc.vms.classOf[v]].data ?? USUAL;
  }

  targets(v: number): Targets {
    return this.#targets(this.dc.vms.classes[this.dc.vms.classOf[v]].serviceClass);
  }

  /** Data of VM `v` changed while it ran from `from` to `to` (seconds of running), MiB. */
  changed(v: number, from: number, to: number): number {
    return changedMiB(this.data(v), to - from);
  }

  /** The VM is copied from now on; until the first copy is there, its data of the start count as safe. */
  protect(v: number): void {
    if (!this.exposures.has(v)) this.exposures.set(v, new Exposure(0, 0, this.targets(v).rpoSeconds));
  }

  /** A copy of the data after `point` seconds of running is complete. */
  safe(v: number, point: number, now: number): void {
    this.exposures.get(v)?.safe(this.ran(v, now), point);
  }
}
