/**
 * Datastores: where disks lie, how full they are, and what happens when there is no room left.
 *
 * A local datastore is one on every host of its group; a shared one is reached by several hosts. Space is taken when a VM is
 * placed (disks.ts says how much), grows while it runs, and is given back when the VM is over. All growth is linear between
 * changes, so the instant a datastore is full is an event: VMs whose disks grow there stop then (a product pauses them, or
 * their guests stop on errors), and run on when there is room again. The image of linked clones is there once for each class.
 *
 * Speed is that of the device (device.ts), shared by all hosts as a link of model/flows.ts; latency follows its load.
 * Changes of one instant are worked out once, before rates are shared. Proved by test/cases/storage.test.ts.
 */
import type { Kernel } from "../kernel/kernel.ts";
import { idleLatency, latency, QUEUE_DEPTH } from "./device.ts";
import { Disk } from "./disks.ts";
import type { Flows } from "./flows.ts";
import type { Hosts } from "./hosts.ts";
import type { Link } from "./link.ts";
import type { Network, StorageEnd, Wire } from "./network.ts";
import type { DatastoreSpec, DiskSpec } from "./storage-spec.ts";
import { RUNNING_VM, type Vms } from "./vms.ts";

export interface DatastoreHooks {
  /** Something changed: `settle` wants to be called before the clock moves. */
  requestSettle(): void;
  /** A disk of VM `v` cannot grow any more; or all of its datastores have room again. */
  outOfSpace(v: number, why: string): void;
  spaceAgain(v: number): void;
  /** Room was given back: VMs that wait may fit. */
  room(): void;
}

/** One datastore: a shared one, or that of one host. */
export interface Datastore {
  readonly number: number;
  readonly name: string;
  readonly spec: DatastoreSpec;
  /** The host it is local to, or -1. */
  readonly host: number;
  readonly device: Link;
  readonly port: Wire | null;
  readonly disks: Set<Disk>;
  /** Clones of each class that use its image here. */
  readonly images: Map<number, number>;
  capacityMiB: number;
  /** In use at `at`, and its growth since, MiB/s. */
  usedMiB: number;
  rate: number;
  at: number;
  event: number;
  isDirty: boolean;
  /** VMs that stopped for want of room. */
  readonly stopped: Set<number>;
  // Integrals up to the device's `settledAt`: I/Os, MiB, I/O x latency; and up to `at`: MiB in use. Highest values.
  ios: number;
  mib: number;
  latencyIos: number;
  usedIntegral: number;
  peakMiB: number;
  peakLatency: number;
  /** Latency now, s, and I/Os a second and MiB/s that the device serves now. */
  latency: number;
  servedIops: number;
  servedMib: number;
}

/** Of the capacity: what is missing by rounding. */
const DUST = 1e-9;
const gib = (mib: number): string => `${(mib / 1024).toFixed(1)} GiB`;

export class Datastores {
  readonly list: Datastore[] = [];
  readonly #kernel: Kernel;
  readonly #flows: Flows;
  readonly #hosts: Hosts;
  readonly #vms: Vms;
  readonly #hooks: DatastoreHooks;
  readonly #phase: number;
  readonly #kind: number;
  /** Shared ones by name; local ones by name and host. */
  readonly #shared = new Map<string, Datastore>();
  readonly #local = new Map<string, Map<number, Datastore>>();
  readonly #reach = new Map<Datastore, Uint8Array>();
  readonly #disks = new Map<number, Disk[]>();
  /** Where the disks of a VM will be when its memory has moved. */
  readonly #promised = new Map<number, number>();
  readonly #byDevice = new Map<Link, Datastore>();
  readonly #dirty: Datastore[] = [];

  constructor(
    kernel: Kernel,
    flows: Flows,
    hosts: Hosts,
    vms: Vms,
    network: Network,
    specs: readonly DatastoreSpec[],
    hooks: DatastoreHooks,
    phase: number,
    kind: number,
  ) {
    this.#kernel = kernel;
    this.#flows = flows;
    this.#hosts = hosts;
    this.#vms = vms;
    this.#hooks = hooks;
    this.#phase = phase;
    this.#kind = kind;
    kernel.on(kind, (d) => {
      this.list[d].event = -1;
      this.#mark(this.list[d]);
    });
    for (const spec of specs) {
      const behind = new Set(spec.localTo === null ? (spec.hosts ?? []) : [spec.localTo]);
      const isMember = (h: number): boolean => behind.has(hosts.name(h)) || behind.has(hosts.classes[hosts.classOf[h]].name);
      if (spec.localTo === null) {
        const port = spec.networkGbitPerSecond === null ? null : network.port(spec.name, spec.networkGbitPerSecond);
        const made = this.#make(spec, spec.name, -1, port);
        this.#shared.set(spec.name, made);
        this.#reach.set(
          made,
          Uint8Array.from({ length: hosts.count }, (_, h) => (spec.hosts === null || isMember(h) ? 1 : 0)),
        );
        continue;
      }
      const own = new Map<number, Datastore>();
      for (let h = 0; h < hosts.count; h++) if (isMember(h)) own.set(h, this.#make(spec, `${spec.name}@${hosts.name(h)}`, h, null));
      this.#local.set(spec.name, own);
    }
  }

  #make(spec: DatastoreSpec, name: string, host: number, port: Wire | null): Datastore {
    const device = this.#flows.link(`${name} device`, 1, 1 / spec.iops, 1 / spec.mibPerSecond);
    const store: Datastore = {
      number: this.list.length,
      name,
      spec,
      host,
      device,
      port,
      disks: new Set(),
      images: new Map(),
      capacityMiB: spec.capacityMiB,
      usedMiB: 0,
      rate: 0,
      at: this.#kernel.now,
      event: -1,
      isDirty: false,
      stopped: new Set(),
      ios: 0,
      mib: 0,
      latencyIos: 0,
      usedIntegral: 0,
      peakMiB: 0,
      peakLatency: 0,
      latency: idleLatency(spec),
      servedIops: 0,
      servedMib: 0,
    };
    device.onSettle = (seconds) => {
      store.ios += store.servedIops * seconds;
      store.mib += store.servedMib * seconds;
      store.latencyIos += store.servedIops * store.latency * seconds;
      if (store.servedIops > 0 && store.latency > store.peakLatency) store.peakLatency = store.latency;
    };
    this.list.push(store);
    this.#byDevice.set(device, store);
    return store;
  }

  // ---- where what lies ---------------------------------------------------------------------------------------------

  /** The end of a copy. */
  end(d: number): StorageEnd {
    return this.list[d];
  }

  /** Number of the datastore of that name (`san`, or `ssd@host-1`), or -1. */
  numbered(name: string): number {
    return this.list.findIndex((store) => store.name === name);
  }

  /** The same, where there must be one. */
  known(name: string): number {
    const d = this.numbered(name);
    if (d < 0) throw new Error(`there is no datastore "${name}"`);
    return d;
  }

  /** The datastore that a disk on `name` of a VM on host `h` lies on, or null when the host does not reach it. */
  at(name: string, h: number): Datastore | null {
    const shared = this.#shared.get(name);
    if (shared === undefined) return this.#local.get(name)?.get(h) ?? null;
    return this.#reach.get(shared)?.[h] === 1 ? shared : null;
  }

  reaches(h: number, d: number): boolean {
    const store = this.list[d];
    return store.host < 0 ? this.#reach.get(store)?.[h] === 1 : store.host === h;
  }

  disksOf(v: number): readonly Disk[] {
    return this.#disks.get(v) ?? [];
  }

  #specs(v: number): readonly DiskSpec[] {
    return this.#vms.classes[this.#vms.classOf[v]].disks ?? [];
  }

  /** Why host `h` cannot take VM `v` for the sake of its disks, or null. */
  refusal(v: number, h: number): string | null {
    const disks = this.#disks.get(v);
    if (disks) {
      const promised = this.#promised.get(v);
      if (promised !== undefined && this.reaches(h, promised)) return null;
      for (const { datastore } of disks)
        if (!this.reaches(h, datastore)) return `storage: ${this.#hosts.name(h)} does not reach ${this.list[datastore].name}, where a disk lies`;
      return null;
    }
    const needed = new Map<Datastore, number>();
    for (const spec of this.#specs(v)) {
      const store = this.at(spec.datastore, h);
      if (store === null) return `storage: ${this.#hosts.name(h)} does not reach ${spec.datastore}`;
      needed.set(store, (needed.get(store) ?? 0) + this.#firstMiB(store, spec, this.#vms.classOf[v]));
    }
    for (const [store, mib] of needed) {
      const free = store.capacityMiB - this.usedMiB(store);
      if (mib > free * (1 + DUST)) return `storage: needs ${gib(mib)}, ${store.name} has ${gib(Math.max(0, free))} free`;
    }
    return null;
  }

  /** What a new disk takes at once; the first clone of a class brings the image. */
  #firstMiB(store: Datastore, spec: DiskSpec, vmClass: number): number {
    if (spec.kind === "thick") return spec.sizeMiB;
    return spec.kind === "thin" || !store.images.has(vmClass) ? spec.usedMiB : 0;
  }

  /** In use now, MiB. */
  usedMiB(store: Datastore): number {
    return store.usedMiB + store.rate * (this.#kernel.now - store.at);
  }

  /** What all disks on it may take at most, MiB. */
  promisedMiB(store: Datastore): number {
    let sum = 0;
    for (const disk of store.disks) sum += disk.promisedMiB;
    for (const vmClass of store.images.keys()) sum += this.#imageMiB(store, vmClass);
    return sum;
  }

  #imageMiB(store: Datastore, vmClass: number): number {
    const specs = this.#vms.classes[vmClass].disks ?? [];
    return specs.reduce((sum, spec) => sum + (spec.kind === "linked" && store.name.split("@")[0] === spec.datastore ? spec.usedMiB : 0), 0);
  }

  // ---- what happens to disks ---------------------------------------------------------------------------------------

  /** The VM's disks come to be, on what host `h` reaches. */
  create(v: number, h: number): void {
    const specs = this.#specs(v);
    if (specs.length === 0 || this.#disks.has(v)) return;
    const disks = specs.map((spec) => {
      const store = this.at(spec.datastore, h);
      if (store === null) throw new Error(`host ${this.#hosts.name(h)} does not reach the datastore ${spec.datastore}`);
      const disk = new Disk(v, spec, store.number, this.#kernel.now);
      store.disks.add(disk);
      this.#mark(store);
      return disk;
    });
    this.#disks.set(v, disks);
    for (const store of new Set(disks.filter(({ spec }) => spec.kind === "linked").map(({ datastore }) => this.list[datastore]))) {
      store.images.set(this.#vms.classOf[v], (store.images.get(this.#vms.classOf[v]) ?? 0) + 1);
    }
    // What was asked for at this instant must be seen by the next who asks.
    this.settle();
  }

  /** The VM is over: its disks are deleted. */
  remove(v: number): void {
    const disks = this.#disks.get(v);
    if (disks === undefined) return;
    this.#disks.delete(v);
    for (const store of new Set(disks.filter(({ spec }) => spec.kind === "linked").map(({ datastore }) => this.list[datastore]))) this.#dropImage(store, v);
    for (const disk of disks) {
      this.list[disk.datastore].disks.delete(disk);
      this.list[disk.datastore].stopped.delete(v);
      this.#mark(this.list[disk.datastore]);
    }
    this.#hooks.room();
  }

  #dropImage(store: Datastore, v: number): void {
    const vmClass = this.#vms.classOf[v];
    const left = (store.images.get(vmClass) ?? 1) - 1;
    if (left === 0) store.images.delete(vmClass);
    else store.images.set(vmClass, left);
  }

  /** The VM begins to run, or stops: its disks grow, or not. */
  writes(v: number, on: boolean): void {
    for (const disk of this.disksOf(v)) {
      this.#settleDisk(disk);
      disk.writes = on;
      this.#mark(this.list[disk.datastore]);
    }
  }

  /** Takes a snapshot of all disks. Returns the refusal, or null. `most` is the longest chain the product allows. */
  snapshot(v: number, most: number | null): string | null {
    const disks = this.disksOf(v);
    if (disks.length === 0) return `VM ${this.#vms.names[v]} has no disks that could have a snapshot`;
    if (most !== null && disks.some(({ snapshots }) => snapshots >= most)) return `VM ${this.#vms.names[v]} has ${most} snapshots, the most its product allows`;
    for (const disk of disks) {
      this.#settleDisk(disk);
      disk.snapshot();
      this.#mark(this.list[disk.datastore]);
    }
    return null;
  }

  /**
   * Merges the snapshots of all disks: their deltas are read and written once on their device, and their space is free when
   * that is done (`done`). Returns the refusal, or null.
   */
  deleteSnapshots(v: number, done: () => void): string | null {
    const disks = this.disksOf(v);
    if (!disks.some(({ snapshots }) => snapshots > 0)) return `VM ${this.#vms.names[v]} has no snapshots`;
    if (disks.some(({ merging }) => merging)) return `VM ${this.#vms.names[v]} has its snapshots merged already`;
    let open = disks.length;
    for (const disk of disks) {
      this.#settleDisk(disk);
      disk.merging = true;
      const { device } = this.list[disk.datastore];
      this.#flows.start([device], 2 * disk.mergeMiB, Number.POSITIVE_INFINITY, () => {
        open--;
        if (this.#disks.get(v) !== disks) return;
        this.#settleDisk(disk);
        disk.merge();
        disk.merging = false;
        this.#mark(this.list[disk.datastore]);
        if (open > 0) return;
        done();
        this.#hooks.room();
      });
    }
    return null;
  }

  /** The VM's disks lie on another datastore from now on (a storage migration has copied them). The caller has checked that they fit. */
  relocate(v: number, to: number): void {
    for (const disk of this.disksOf(v)) {
      this.#settleDisk(disk);
      const from = this.list[disk.datastore];
      from.disks.delete(disk);
      from.stopped.delete(v);
      this.#mark(from);
      disk.datastore = to;
      this.list[to].disks.add(disk);
      this.#mark(this.list[to]);
    }
    this.#hooks.room();
  }

  /** The VM's disks will be on datastore `d` when its memory has moved (-1: not any more). */
  promise(v: number, d: number): void {
    if (d < 0) this.#promised.delete(v);
    else this.#promised.set(v, d);
  }

  /** A datastore gets another capacity. */
  resize(d: number, capacityMiB: number): void {
    this.list[d].capacityMiB = capacityMiB;
    this.#mark(this.list[d]);
    this.#hooks.room();
  }

  #settleDisk(disk: Disk): void {
    disk.settle(this.#kernel.now);
  }

  #mark(store: Datastore): void {
    if (store.isDirty) return;
    store.isDirty = true;
    this.#dirty.push(store);
    this.#hooks.requestSettle();
  }

  // ---- space over time ---------------------------------------------------------------------------------------------

  /** Brings all that changed up to now: what is in use, how it grows, when that ends, who stops and who runs on. */
  settle(): void {
    for (let store = this.#dirty.pop(); store !== undefined; store = this.#dirty.pop()) this.#settle(store);
  }

  /** The same for all, at the end. */
  settleAll(): void {
    for (const store of this.list) this.#settle(store);
  }

  #settle(store: Datastore): void {
    const { now } = this.#kernel;
    store.isDirty = false;
    const seconds = now - store.at;
    store.usedIntegral += (store.usedMiB + (store.rate * seconds) / 2) * seconds;
    store.at = now;
    store.peakMiB = Math.max(store.peakMiB, store.usedMiB + store.rate * seconds);
    let used = 0;
    let rate = 0;
    let soonest = Number.POSITIVE_INFINITY;
    for (const disk of store.disks) {
      disk.settle(now);
      used += disk.usedMiB;
      rate += disk.rate;
      soonest = Math.min(soonest, disk.secondsToFull());
    }
    for (const vmClass of store.images.keys()) used += this.#imageMiB(store, vmClass);
    store.usedMiB = used;
    store.rate = rate;
    if (used > store.peakMiB) store.peakMiB = used;
    const free = store.capacityMiB - used;
    if (free <= store.capacityMiB * DUST) {
      if (rate > 0) this.#full(store);
    } else {
      soonest = Math.min(soonest, free / rate);
      this.#wake(store);
    }
    const time = store.rate > 0 ? now + soonest : Number.POSITIVE_INFINITY;
    if (time === Number.POSITIVE_INFINITY) {
      if (store.event >= 0) this.#kernel.cancel(store.event);
      store.event = -1;
    } else if (store.event < 0 || !this.#kernel.move(store.event, time)) store.event = this.#kernel.schedule(time, this.#phase, this.#kind, store.number);
  }

  /** No room: every VM with a disk that would grow here stops. */
  #full(store: Datastore): void {
    const why = `${store.name} is full: ${gib(store.capacityMiB)}, with ${gib(this.promisedMiB(store))} promised`;
    const growing = [...new Set([...store.disks].filter(({ rate }) => rate > 0).map(({ vm }) => vm))].sort((a, b) => a - b);
    // Nothing grows from here on; stopping a VM settles its disks again.
    store.rate = 0;
    for (const v of growing) {
      store.stopped.add(v);
      this.#hooks.outOfSpace(v, why);
    }
  }

  #wake(store: Datastore): void {
    if (store.stopped.size === 0) return;
    const waiting = [...store.stopped].sort((a, b) => a - b);
    store.stopped.clear();
    for (const v of waiting) {
      const stuck = this.disksOf(v).find(
        ({ datastore }) => this.list[datastore].capacityMiB - this.usedMiB(this.list[datastore]) <= this.list[datastore].capacityMiB * DUST,
      );
      if (stuck) this.list[stuck.datastore].stopped.add(v);
      else this.#hooks.spaceAgain(v);
    }
  }

  // ---- speed -------------------------------------------------------------------------------------------------------

  /** The datastore behind a device; or null for other links. */
  behind(link: Link): Datastore | null {
    return this.#byDevice.get(link) ?? null;
  }

  /** The datastore behind a device whose use has changed, with its latency now; or null for other links. */
  measured(link: Link): Datastore | null {
    const store = this.behind(link);
    if (store === null) return null;
    let iops = 0;
    let mib = 0;
    let askers = 0;
    for (const { got, members } of link.streams) {
      iops += got.iops;
      mib += got.mib;
      askers += members.length;
    }
    this.serves(store, iops, mib, askers);
    return store;
  }

  /** Its device, settled and with its new use, serves this much from now on, for so many VMs. */
  serves(store: Datastore, iops: number, mib: number, askers: number): void {
    store.servedIops = iops;
    store.servedMib = mib;
    store.latency = latency(store.spec, store.device.use, store.device.streamUse, iops, QUEUE_DEPTH * askers);
  }

  /** VMs that have I/O on the device and run. */
  askers(store: Datastore): number[] {
    return store.device.streams.flatMap(({ members }) => members).filter((v) => this.#vms.state[v] === RUNNING_VM);
  }
}
