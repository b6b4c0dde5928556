/**
 * I/O of running VMs: what they ask of datastores and networks, what they get, what it costs and how far it slows them.
 *
 *   asked      I/Os and MiB/s of disk, Gbit/s of network: of the VM's load (a trace), else of its group
 *   gate       a control domain handles no more than what is reserved for it: gate = min(1, reserved / CPU asked for by all I/O)
 *   got        asked x gate, as far as the links of its paths carry it (flows.ts): limit of the disk, path of the host to the
 *              datastore (the product gets only a part out of a device), device; virtual switch, card, uplink
 *   slowed     by disk     least over its disks of got / (asked x gate), and of latencyFactor (device.ts) for work that waits
 *              by network  the lesser of got / (asked x gate) in and out
 *   CPU        cpuPerIo for each I/O got, coresPerGbit for each Gbit/s got (none past the virtual switch)
 *
 * The factors go to drag.ts; the gate is the control domain's own account ("waiting for I/O", cpu.ts). Both directions and
 * all disks are needed for the VM's work to go on, so that the scarcest decides. I/O asked for does not fall when the VM is
 * short of CPU: a trace says what was asked for. Changes of one instant are worked out once.
 * Proved by test/cases/storage.test.ts, test/cases/network.test.ts and the swarm.
 */
import type { Datastore, Datastores } from "./datastores.ts";
import { chainCost, idleLatency, latencyFactor } from "./device.ts";
import { BY_DISK, BY_NETWORK, type Drag } from "./drag.ts";
import type { Flows } from "./flows.ts";
import { Holdups } from "./holdups.ts";
import * as H from "./hosts.ts";
import { type FurtherIo, IoPaths, type Part } from "./io-paths.ts";
import { FULL, type Link, type Streams } from "./link.ts";
import { MIB_PER_GBIT, type Network } from "./network.ts";
import { PlayedLinks } from "./played-links.ts";
import type { PlayedPart } from "./played-shape.ts";
import { READ_SHARE, SMALL_IO_MIB } from "./storage-spec.ts";
import * as V from "./vms.ts";

export interface IoHooks {
  readonly now: () => number;
  requestSolve(): void;
  /** Settles host `h` and has it solved at the end of the instant. */
  touch(h: number): void;
  readonly further: FurtherIo;
}

/** MiB/s of I/Os that are said to carry none: a rate is a rate of MiB/s. */
const SOME_MIB = 1e-12;
/** Next to nothing: what a VM does whose way is cut. */
const LEAST = 1e-9;

export class Io {
  readonly #hosts: H.Hosts;
  readonly #vms: V.Vms;
  readonly #flows: Flows;
  readonly #network: Network;
  readonly #datastores: Datastores;
  readonly #drag: Drag;
  readonly #hooks: IoHooks;
  readonly #paths: IoPaths;
  /** Streams that each VM takes part in. */
  readonly #takesPart = new Map<number, Part[]>();
  /** Hosts that play a trace. */
  readonly played: PlayedLinks;
  readonly holdups: Holdups;
  readonly #dirtyHosts = new Set<number>();
  readonly #dirtyVms = new Set<number>();
  /** CPU of its disk I/O and of its network traffic, MHz at what it asks for. */
  readonly #diskMHz = new Map<number, number>();
  readonly #networkMHz = new Map<number, number>();
  readonly #gate: Float64Array;
  /** Whether the work of some class waits for single I/Os. */
  readonly #someWait: boolean;

  constructor(hosts: H.Hosts, vms: V.Vms, flows: Flows, network: Network, datastores: Datastores, drag: Drag, hooks: IoHooks) {
    this.#hosts = hosts;
    this.#vms = vms;
    this.#flows = flows;
    this.#network = network;
    this.#datastores = datastores;
    this.#drag = drag;
    this.#hooks = hooks;
    this.#paths = new IoPaths(hosts, vms, flows, network, datastores, hooks.further);
    this.holdups = new Holdups(hooks.now);
    this.#gate = new Float64Array(hosts.count).fill(1);
    this.played = new PlayedLinks(hosts.count, vms, datastores, {
      now: hooks.now,
      look: (link) => flows.look(link),
      loaded: (store) => this.#loaded(store),
    });
    this.#someWait = vms.classes.some(({ io }) => (io.waitShare ?? 0) > 0);
  }

  /** The VM, on a host, runs from now on. */
  begin(v: number): void {
    this.#datastores.writes(v, true);
    if (!this.#paths.asks(v)) return;
    this.#takesPart.set(v, this.#paths.join(v));
    // What held it back when it ran last may be over.
    this.#dirtyVms.add(v);
    this.#mark(this.#vms.host[v]);
  }

  /** The VM stops, or is about to leave its host. */
  end(v: number): void {
    this.#datastores.writes(v, false);
    const parts = this.#takesPart.get(v);
    if (parts === undefined) return;
    const h = this.#vms.host[v];
    for (const { streams } of parts) {
      streams.remove(v);
      this.#flows.changed(streams);
    }
    this.#takesPart.delete(v);
    this.holdups.hold(v, []);
    this.#dirtyVms.delete(v);
    this.#charge(v, 0, 0);
    this.#mark(h);
  }

  /** What VMs on host `h` ask for may have changed. */
  changed(h: number): void {
    // A host that plays takes them up one by one again.
    this.#hooks.touch(h);
    this.#mark(h);
  }

  /** Whether VM `v` has I/O that its group or its load speaks of. */
  hasIo(v: number): boolean {
    return this.#takesPart.has(v);
  }

  /** Why VM `v` cannot leave its host while it runs, or null. */
  tied(v: number): string | null {
    const { io } = this.#vms.classes[this.#vms.classOf[v]];
    return io.passThrough === true && this.#paths.asksNetwork(v)
      ? `VM ${this.#vms.names[v]} has its network card passed through: the card's state cannot follow it while it runs`
      : null;
  }

  /** Why host `h` cannot take VM `v` for the sake of its disks or networks, or null. */
  refusal(v: number, h: number): string | null {
    if (this.#paths.asksNetwork(v)) {
      const network = this.#paths.networkOf(v);
      if (!this.#network.carries(h, network)) return `network: ${this.#hosts.name(h)} has no card for ${network}`;
    }
    return this.#datastores.refusal(v, h);
  }

  // ---- hosts that play a trace -------------------------------------------------------------------------------------

  /**
   * Whether all that the running VMs of host `h` ask for can be known by its sums: their threads pay for it, nothing holds it
   * back or slows it, and every VM takes part in the same streams. Gives the CPU of an I/O and of a Gbit/s, MHz.
   */
  playable(h: number): { readonly perIo: number; readonly perGbit: number; readonly hasIo: boolean } | null {
    const { members, start, vms: counts, classes, classOf, row } = this.#hosts;
    const { hypervisor } = classes[classOf[h]];
    const coreMHz = row[h * H.HOST_ROW + H.CORE_MHZ];
    const first = members[start[h]];
    const parts = this.#takesPart.get(first);
    if (parts === undefined) {
      for (let i = start[h], end = i + counts[h]; i < end; i++) if (this.#takesPart.has(members[i])) return null;
      return { perIo: 0, perGbit: 0, hasIo: false };
    }
    const { io } = this.#vms.classes[this.#vms.classOf[first]];
    if (hypervisor.ioChargedTo !== "vm" || (io.waitShare ?? 0) > 0) return null;
    const deltas = this.#datastores.disksOf(first).map((disk) => disk.deltas);
    const played: PlayedPart[] = [];
    for (const { streams, disk, share } of parts) {
      if (streams.short || streams.isDirty || streams.members.length !== counts[h]) return null;
      if (streams.crossings.some(({ link }) => link.wasTight || link.isDirty)) return null;
      const spec = disk < 0 ? null : this.#datastores.disksOf(first)[disk].spec;
      if (spec !== null && (spec.limitIops !== null || spec.limitMiBPerSecond !== null)) return null;
      played.push({ streams, isDisk: disk >= 0, share, chain: disk < 0 ? 1 : chainCost(deltas[disk], io.readShare ?? READ_SHARE) });
    }
    for (let i = start[h] + 1, end = start[h] + counts[h]; i < end; i++) {
      const others = this.#takesPart.get(members[i]);
      if (others === undefined || others.length !== parts.length || others.some(({ streams }, k) => streams !== parts[k].streams)) return null;
      if (this.#datastores.disksOf(members[i]).some((disk, k) => disk.deltas !== deltas[k])) return null;
    }
    let [iops, mib, gbit] = [0, 0, 0];
    for (let i = start[h], end = start[h] + counts[h]; i < end; i++) {
      const asked = this.#asked(members[i]);
      iops += asked.iops;
      mib += asked.mib;
      gbit += asked.gbit;
    }
    this.played.enter(h, played, iops, mib, gbit);
    return {
      perIo: hypervisor.cpuMicrosecondsPerIo * 1e-6 * coreMHz,
      perGbit: io.passThrough === true ? 0 : hypervisor.coresPerGbit * coreMHz,
      hasIo: true,
    };
  }

  /** Host `h` plays no more: its VMs' demands are wanted one by one. */
  unplay(h: number): void {
    const parts = this.played.partsOf(h);
    if (parts.length === 0) return;
    this.played.leave(h);
    for (const { streams } of parts) this.#flows.changed(streams);
    this.#mark(h);
  }

  /** The same for the host of these streams, with its demands in their columns at once. */
  unplayStreams(streams: Streams): void {
    const h = this.#vms.host[streams.members[0]];
    this.#hooks.touch(h);
    this.unplay(h);
    this.#askOf(h);
  }

  // ---- demand, cost and effect ---------------------------------------------------------------------------------------

  #mark(h: number): void {
    this.#dirtyHosts.add(h);
    this.#hooks.requestSolve();
  }

  /** A VM's share in some traffic has changed. */
  shared(v: number): void {
    this.#dirtyVms.add(v);
  }

  /** A link carries another amount: work that waits for single I/Os of a datastore goes at another speed. */
  measured(link: Link): void {
    const store = this.#datastores.measured(link);
    if (store !== null) this.#loaded(store);
    this.played.measured(link);
  }

  #loaded(store: Datastore): void {
    if (!this.#someWait) return;
    for (const v of this.#datastores.askers(store)) if ((this.#vms.classes[this.#vms.classOf[v]].io.waitShare ?? 0) > 0) this.#dirtyVms.add(v);
  }

  /** Before rates are shared: what the VMs of changed hosts ask for. */
  ask(): void {
    if (this.#dirtyHosts.size === 0) return;
    for (const h of [...this.#dirtyHosts].sort((a, b) => a - b)) this.#askOf(h);
    this.#dirtyHosts.clear();
  }

  #askOf(h: number): void {
    const { members, start, vms: counts, classes, classOf, row, reservedMHz, outsideIoMHz } = this.#hosts;
    const { hypervisor } = classes[classOf[h]];
    const coreMHz = row[h * H.HOST_ROW + H.CORE_MHZ];
    const first = start[h];
    const end = first + counts[h];
    let outside = 0;
    for (let i = first; i < end; i++) {
      const v = members[i];
      if (!this.#takesPart.has(v)) continue;
      const asked = this.#asked(v);
      const disk = asked.iops * hypervisor.cpuMicrosecondsPerIo * 1e-6 * coreMHz;
      const network = this.#vms.classes[this.#vms.classOf[v]].io.passThrough === true ? 0 : asked.gbit * hypervisor.coresPerGbit * coreMHz;
      this.#charge(v, disk, network);
      if (hypervisor.ioChargedTo !== "vm") outside += disk + network;
    }
    if (outside !== outsideIoMHz[h]) {
      this.#hooks.touch(h);
      outsideIoMHz[h] = outside;
    }
    const gate = hypervisor.ioChargedTo === "control-domain" && outside > reservedMHz[h] ? reservedMHz[h] / outside : 1;
    this.#gate[h] = gate;
    for (let i = first; i < end; i++) {
      const v = members[i];
      const parts = this.#takesPart.get(v);
      if (parts === undefined) continue;
      const asked = this.#asked(v);
      for (const part of parts) this.#put(v, part, asked, gate);
    }
    this.#serve(h);
  }

  /** What VM `v` asks for by its load, else by its group. */
  #asked(v: number): { iops: number; mib: number; gbit: number } {
    const { io } = this.#vms.classes[this.#vms.classOf[v]];
    const further = (name: "iops" | "diskMiBPerSecond" | "gbitPerSecond"): number => this.#hooks.further(v, name);
    const or = (said: number, otherwise: number): number => (Number.isNaN(said) ? otherwise : said);
    const iops = or(further("iops"), io.iops);
    const mib = or(further("diskMiBPerSecond"), io.diskMiBPerSecond ?? iops * SMALL_IO_MIB);
    return { iops, mib: Math.max(mib, iops > 0 ? SOME_MIB : 0), gbit: or(further("gbitPerSecond"), io.gbitPerSecond) };
  }

  #put(v: number, { streams, disk, share }: Part, asked: { iops: number; mib: number; gbit: number }, gate: number): void {
    const { traffic } = streams;
    let iops = 0;
    let mib = asked.gbit * MIB_PER_GBIT * share * gate;
    if (disk >= 0) {
      const { deltas } = this.#datastores.disksOf(v)[disk];
      const part = share * gate * this.#limited(v, disk, asked, gate);
      const { readShare = READ_SHARE } = this.#vms.classes[this.#vms.classOf[v]].io;
      iops = asked.iops * part * chainCost(deltas, readShare);
      mib = asked.mib * part;
    }
    if (traffic.mib[v] === mib && (traffic.iops === null || traffic.iops[v] === iops)) return;
    traffic.mib[v] = mib;
    if (traffic.iops) traffic.iops[v] = iops;
    this.#flows.changed(streams);
    this.#dirtyVms.add(v);
  }

  /** What the disk's own limits leave of what is asked of it. */
  #limited(v: number, disk: number, asked: { iops: number; mib: number }, gate: number): number {
    const { ioShare, limitIops, limitMiBPerSecond } = this.#datastores.disksOf(v)[disk].spec;
    let part = 1;
    if (limitIops !== null) part = Math.min(part, limitIops / (asked.iops * ioShare * gate));
    if (limitMiBPerSecond !== null) part = Math.min(part, limitMiBPerSecond / (asked.mib * ioShare * gate));
    return part;
  }

  /** CPU that the VM's I/O costs at what it asks for. */
  #charge(v: number, diskMHz: number, networkMHz: number): void {
    const { row, outsideIoMHz } = this.#vms;
    const h = this.#vms.host[v];
    const { ioChargedTo } = this.#hosts.classes[this.#hosts.classOf[h]].hypervisor;
    this.#diskMHz.set(v, diskMHz);
    this.#networkMHz.set(v, networkMHz);
    const sum = diskMHz + networkMHz;
    const column = ioChargedTo === "vm" ? row[v * V.VM_ROW + V.IO_MHZ] : outsideIoMHz[v];
    if (column === sum) return;
    this.#hooks.touch(h);
    if (ioChargedTo === "vm") row[v * V.VM_ROW + V.IO_MHZ] = sum;
    else outsideIoMHz[v] = sum;
  }

  /** After rates are shared: how far that slows the VMs, and how much of the CPU for I/O is really needed. */
  apply(): void {
    if (this.#dirtyVms.size === 0) return;
    const hosts = new Set<number>();
    for (const v of [...this.#dirtyVms].sort((a, b) => a - b)) {
      const parts = this.#takesPart.get(v);
      if (parts === undefined) continue;
      const asked = this.#asked(v);
      const gate = this.#gate[this.#vms.host[v]];
      const { waitShare = 0 } = this.#vms.classes[this.#vms.classOf[v]].io;
      let disk = 1;
      let network = 1;
      let byDisk = "";
      let byNetwork = "";
      for (const { streams, disk: k } of parts) {
        const share = streams.traffic.share[v];
        if (k < 0) {
          if (share < network) byNetwork = this.#fullOn(streams);
          network = Math.min(network, share);
        } else {
          const got = share * this.#limited(v, k, asked, gate);
          if (got < disk) byDisk = share < 1 ? this.#fullOn(streams) : "its own limit";
          disk = Math.min(disk, got);
          if (waitShare === 0) continue;
          const store = this.#datastores.list[this.#datastores.disksOf(v)[k].datastore];
          const pace = latencyFactor(waitShare, store.latency, idleLatency(store.spec));
          if (pace < disk) byDisk = `latency of ${store.name}`;
          disk = Math.min(disk, pace);
        }
      }
      const since = this.#hooks.now();
      this.holdups.hold(v, [
        ...(disk < 1 ? [{ cause: "disk" as const, what: byDisk, loss: 1 - disk, since }] : []),
        ...(network < 1 ? [{ cause: "network" as const, what: byNetwork, loss: 1 - network, since }] : []),
      ]);
      this.#drag.set(v, BY_DISK, Math.max(LEAST, disk));
      this.#drag.set(v, BY_NETWORK, Math.max(LEAST, network));
      hosts.add(this.#vms.host[v]);
    }
    this.#dirtyVms.clear();
    for (const h of hosts) this.#serve(h);
  }

  /** What is full on the way of these streams, in words. */
  #fullOn(streams: Streams): string {
    const full = streams.crossings.find(({ link }) => link.use >= link.capacity * FULL);
    return full ? full.link.name : "its own limit";
  }

  /** Part of the CPU for I/O outside the VMs that what they really get needs. */
  #serve(h: number): void {
    const { members, start, vms: counts, outsideIoMHz, ioServed, classes, classOf } = this.#hosts;
    if (classes[classOf[h]].hypervisor.ioChargedTo === "vm") return;
    let served = 0;
    for (let i = start[h], end = i + counts[h]; i < end; i++) {
      const v = members[i];
      if (!this.#takesPart.has(v)) continue;
      const disk = this.#drag.factor(v, BY_DISK);
      const network = this.#drag.factor(v, BY_NETWORK);
      served += (this.#diskMHz.get(v) ?? 0) * disk + (this.#networkMHz.get(v) ?? 0) * network;
    }
    const part = outsideIoMHz[h] > 0 ? Math.min(1, served / outsideIoMHz[h]) : 1;
    if (part === ioServed[h]) return;
    this.#hooks.touch(h);
    ioServed[h] = part;
  }
}
