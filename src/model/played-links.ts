/**
 * What hosts that play a trace (playback.ts) put on their links, known by three sums a host: I/Os and MiB a second of disk,
 * Gbit/s of network.
 *
 * Everything a host does to a link is linear in its sums, so that nothing need be told to the links step by step:
 *
 *   use of a link         factor x (a x iops + b x MiB/s + c x Gbit/s)      of all its links few such forms differ
 *   all links carry it    each form <= least over its links of (capacity - use by others) / factor
 *   integral of the use   factor x (a x I/Os + b x MiB + c x Gbit) since the link was last told
 *
 * A link that only this host's VMs cross is told (`bring`) when somebody wants to know or to change it. The latency of a device
 * is no such form: it is followed step by step (device.ts). Links that VMs of several hosts cross get one sum a step over all
 * hosts that cross them alike (`stepped`). Numbers that are the same for all hosts of a kind lie in one place
 * (played-shape.ts), so that a step of a host touches little memory of its own.
 *
 * The results are those of telling each link at each step, up to rounding: test/property/playback.test.ts.
 */
import type { Datastore, Datastores } from "./datastores.ts";
import { latency, QUEUE_DEPTH } from "./device.ts";
import { FULL, type Link } from "./link.ts";
import { MIB_PER_GBIT } from "./network.ts";
import type { PlayedSums } from "./played-columns.ts";
import { type Effect, type PlayedPart, type Shape, Shapes } from "./played-shape.ts";
import type { Vms } from "./vms.ts";

export interface PlayedLinksHooks {
  readonly now: () => number;
  /** A link could be full. */
  readonly look: (link: Link) => void;
  /** The latency of a datastore may have changed that VMs of several hosts have disks on. */
  readonly loaded: (store: Datastore) => void;
}

/** A host that plays. */
interface Player {
  readonly parts: readonly PlayedPart[];
  /** Links that only its VMs cross, and the datastores behind those of them that are devices, in the order of its shape. */
  own: readonly Link[];
  stores: readonly Datastore[];
}

/** A link that VMs of several hosts cross. */
interface SharedLink {
  readonly link: Link;
  readonly store: Datastore | null;
  readonly groups: { readonly group: number; readonly effect: Effect }[];
  /** What those do that do not play, and all VMs on it; null = to be added up. */
  others: { readonly use: number; readonly iops: number; readonly mib: number; readonly members: number } | null;
}

// A host's record: when it was settled, its sums now, and I/Os, MiB and Gbit since its links were told;
// then the columns of each form, then those of each device.
const AT = 0;
const IOPS = 1;
const MIB = 2;
const GBIT = 3;
const SINCE = 3;
const HEAD = 7;
/** Of a form: the most that all links carry, the present value, the highest since the links were told. */
const MOST = 0;
const USE = 1;
const PEAK = 2;
const FORM = 3;
/** Of a device: its use by others, I/Os that can wait, the latency now; I/Os x latency and the highest latency since it was told. */
const OTHERS = 0;
const OUTSTANDING = 1;
const LATENCY = 2;
const LATENCY_IOS = 3;
const PEAK_LATENCY = 4;
const DEVICE = 5;
/** Of a group: its sums, and how many hosts it has. */
const GROUP = 4;

export class PlayedLinks implements PlayedSums {
  /** See `PlayedSums`. */
  readonly asked = new Float64Array(4);
  readonly #vms: Vms;
  readonly #datastores: Datastores;
  readonly #hooks: PlayedLinksHooks;
  readonly #players: (Player | undefined)[];
  #count = 0;
  /** Shape of each host that plays; null until it is next wanted. */
  readonly #shapeOf: (Shape | null)[];
  readonly #shapes: Shapes;
  #record: Float64Array;
  #stride: number;
  /** 1 when the demands of its streams are those of its sums. */
  readonly #isTold: Uint8Array;
  readonly #groups = new Map<string, number>();
  readonly #shared = new Map<Link, SharedLink>();
  #sums = new Float64Array(0);

  constructor(hosts: number, vms: Vms, datastores: Datastores, hooks: PlayedLinksHooks) {
    this.#vms = vms;
    this.#datastores = datastores;
    this.#hooks = hooks;
    this.#shapes = new Shapes((link) => datastores.behind(link));
    this.#players = new Array<undefined>(hosts).fill(undefined);
    this.#shapeOf = new Array<null>(hosts).fill(null);
    this.#isTold = new Uint8Array(hosts);
    this.#stride = 0;
    this.#record = new Float64Array(0);
  }

  /** Host `h` plays from now on; its VMs ask for this much together, and its links carry it. */
  enter(h: number, parts: readonly PlayedPart[], iops: number, mib: number, gbit: number): void {
    const now = this.#hooks.now();
    for (let k = 0; k < parts.length; k++) {
      const { streams } = parts[k];
      streams.isPlayed = true;
      for (let c = 0; c < streams.crossings.length; c++) streams.crossings[c].link.settle(now);
    }
    this.#players[h] = { parts, own: [], stores: [] };
    this.#count++;
    this.#room(HEAD);
    const o = h * this.#stride;
    this.#record.fill(0, o, o + this.#stride);
    this.#record[o + AT] = now;
    this.#record[o + IOPS] = iops;
    this.#record[o + MIB] = mib;
    this.#record[o + GBIT] = gbit;
    this.#isTold[h] = 1;
    // Now, while all that is at hand.
    this.#build(h);
  }

  /** Host `h` plays no more. */
  leave(h: number): void {
    const player = this.#players[h];
    if (player === undefined) return;
    this.#bring(h);
    for (const { streams } of player.parts) {
      streams.isPlayed = false;
      for (const { link } of streams.crossings) this.#othersChanged(link);
    }
    this.#players[h] = undefined;
    this.#shapeOf[h] = null;
    this.#count--;
  }

  /** Streams of host `h`, if it plays. */
  partsOf(h: number): readonly PlayedPart[] {
    return this.#players[h]?.parts ?? [];
  }

  carries(h: number): boolean {
    const { forms, devices } = this.#shapeOf[h] ?? this.#build(h);
    const { asked } = this;
    const iops = asked[0];
    const mib = asked[1];
    const gbit = asked[2];
    this.#settle(h, asked[3]);
    const record = this.#record;
    const o = h * this.#stride;
    let p = o + HEAD;
    for (let f = 0; f < forms.length; f += 3, p += FORM) {
      const use = forms[f] * iops + forms[f + 1] * mib + forms[f + 2] * gbit;
      if (use > record[p + MOST]) return false;
      record[p + USE] = use;
    }
    record[o + IOPS] = iops;
    record[o + MIB] = mib;
    record[o + GBIT] = gbit;
    this.#isTold[h] = 0;
    for (let d = 0; d < devices.length; d++, p += DEVICE) {
      const device = devices[d];
      const use = device.iops * iops + device.mib * mib;
      const served = device.served * iops;
      const load = record[p + OTHERS] + use;
      if (load > device.calm) record[p + LATENCY] = latency(device.spec, load, use, served, record[p + OUTSTANDING]);
      else record[p + LATENCY] = served > 0 ? device.idle + Math.max(0, use / served - device.small) : device.idle;
    }
    return true;
  }

  /** All hosts of a grid have gone on: links that several hosts cross carry their sum. */
  stepped(): void {
    if (this.#count === 0) return;
    // A host whose shape is not known yet may be the first of a group.
    for (let h = 0; h < this.#players.length; h++) if (this.#players[h] !== undefined && this.#shapeOf[h] === null) this.#build(h);
    if (this.#shared.size === 0) return;
    const sums = this.#sums.fill(0);
    const record = this.#record;
    for (let h = 0; h < this.#players.length; h++) {
      const group = this.#shapeOf[h]?.group ?? -1;
      if (group < 0) continue;
      const o = h * this.#stride;
      const s = group * GROUP;
      sums[s] += record[o + IOPS];
      sums[s + 1] += record[o + MIB];
      sums[s + 2] += record[o + GBIT];
      sums[s + 3]++;
    }
    for (const shared of this.#shared.values()) this.#share(shared);
  }

  #share(shared: SharedLink): void {
    const sums = this.#sums;
    const { link, store, groups } = shared;
    if (!groups.some(({ group }) => sums[group * GROUP + 3] > 0)) return;
    link.settle(this.#hooks.now());
    shared.others ??= othersOn(link);
    let { use, iops, mib } = shared.others;
    for (const { group, effect } of groups) {
      const s = group * GROUP;
      use += effect.iops * sums[s] + effect.mib * sums[s + 1] + effect.gbit * sums[s + 2];
      iops += effect.served * sums[s];
      mib += effect.servedMib * sums[s + 1];
    }
    link.streamUse = use;
    if (store !== null) {
      this.#datastores.serves(store, iops, mib, shared.others.members);
      this.#hooks.loaded(store);
    }
    if (link.use > link.capacity) this.#hooks.look(link);
  }

  /** Somebody wants to know what the link has carried up to now, and all that is asked of it. */
  bring(link: Link): void {
    if (this.#count === 0) return;
    for (const streams of link.streams) if (streams.isPlayed) this.#bring(this.#vms.host[streams.members[0]]);
  }

  /** Its traffic has been shared anew: what others take of it, or its capacity, may have changed. */
  measured(link: Link): void {
    if (this.#count === 0) return;
    this.#othersChanged(link);
    if (this.#shared.has(link)) return;
    for (const streams of link.streams) if (streams.isPlayed) this.#shapeOf[this.#vms.host[streams.members[0]]] = null;
  }

  #othersChanged(link: Link): void {
    const shared = this.#shared.get(link);
    if (shared !== undefined) shared.others = null;
  }

  /** Integrals of host `h` up to `t`. */
  #settle(h: number, t: number): void {
    const record = this.#record;
    const o = h * this.#stride;
    const seconds = t - record[o + AT];
    if (seconds === 0) return;
    const { forms, devices } = this.#shapeOf[h] as Shape;
    record[o + AT] = t;
    record[o + SINCE + IOPS] += record[o + IOPS] * seconds;
    record[o + SINCE + MIB] += record[o + MIB] * seconds;
    record[o + SINCE + GBIT] += record[o + GBIT] * seconds;
    let p = o + HEAD;
    for (let f = 0; f < forms.length; f += 3, p += FORM) if (record[p + USE] > record[p + PEAK]) record[p + PEAK] = record[p + USE];
    for (let d = 0; d < devices.length; d++, p += DEVICE) {
      const served = devices[d].served * record[o + IOPS];
      const now = record[p + LATENCY];
      record[p + LATENCY_IOS] += served * now * seconds;
      if (served > 0 && now > record[p + PEAK_LATENCY]) record[p + PEAK_LATENCY] = now;
    }
  }

  /** Tells the links of host `h` what its VMs have done since they were last told, and its streams what they ask for. */
  #bring(h: number): void {
    const now = this.#hooks.now();
    if (this.#isTold[h] === 1 && this.#record[h * this.#stride + AT] === now) return;
    const { forms, form, factor, devices } = this.#shapeOf[h] ?? this.#build(h);
    this.#settle(h, now);
    const { parts, own, stores } = this.#players[h] as Player;
    const record = this.#record;
    const o = h * this.#stride;
    const iops = record[o + IOPS];
    const mib = record[o + MIB];
    const gbit = record[o + GBIT];
    const ios = record[o + SINCE + IOPS];
    const mibs = record[o + SINCE + MIB];
    const gbits = record[o + SINCE + GBIT];
    record.fill(0, o + SINCE + IOPS, o + HEAD);
    for (let i = 0; i < own.length; i++) {
      const f = 3 * form[i];
      const p = o + HEAD + form[i] * FORM;
      own[i].settlePlayed(now, factor[i] * (forms[f] * ios + forms[f + 1] * mibs + forms[f + 2] * gbits), factor[i] * record[p + PEAK]);
      own[i].streamUse = factor[i] * record[p + USE];
    }
    let p = o + HEAD;
    for (let f = 0; f < forms.length; f += 3, p += FORM) record[p + PEAK] = 0;
    for (let d = 0; d < devices.length; d++, p += DEVICE) {
      const { served, servedMib } = devices[d];
      const store = stores[d];
      store.ios += served * ios;
      store.mib += servedMib * mibs;
      store.latencyIos += record[p + LATENCY_IOS];
      store.peakLatency = Math.max(store.peakLatency, record[p + PEAK_LATENCY]);
      store.servedIops = served * iops;
      store.servedMib = servedMib * mib;
      store.latency = record[p + LATENCY];
      record[p + LATENCY_IOS] = 0;
      record[p + PEAK_LATENCY] = 0;
    }
    for (const { streams, isDisk, share, chain } of parts) {
      const { asked, got } = streams;
      asked.iops = isDisk ? iops * share * chain : 0;
      asked.mib = (isDisk ? mib : gbit * MIB_PER_GBIT) * share;
      got.iops = asked.iops;
      got.mib = asked.mib;
    }
    this.#isTold[h] = 1;
  }

  // ---- shapes ------------------------------------------------------------------------------------------------------

  /** The shape of host `h`, whose links have been told all by the one before, as things stand now. */
  #build(h: number): Shape {
    const player = this.#players[h] as Player;
    const shape = this.#shapes.of(player.parts, (link) => this.#isShared(link, h));
    const { forms, devices, form, factor, shared } = shape;
    if (shared.length > 0 && shape.group < 0) shape.group = this.#groupOf(shared);
    if (shared.length > 0) for (const [link] of shared) this.#othersChanged(link);
    this.#shapeOf[h] = shape;
    player.own = this.#shapes.own;
    player.stores = this.#shapes.stores;
    this.#room(HEAD + forms.length + devices.length * DEVICE);
    const record = this.#record;
    const o = h * this.#stride;
    let p = o + HEAD;
    for (let f = 0; f < forms.length; f += 3, p += FORM) {
      record[p + MOST] = Number.POSITIVE_INFINITY;
      record[p + USE] = forms[f] * record[o + IOPS] + forms[f + 1] * record[o + MIB] + forms[f + 2] * record[o + GBIT];
      record[p + PEAK] = 0;
    }
    for (let i = 0; i < form.length; i++) {
      const { capacity, transferUse } = player.own[i];
      const most = o + HEAD + form[i] * FORM + MOST;
      record[most] = Math.min(record[most], (capacity * FULL - transferUse) / factor[i]);
    }
    for (let d = 0; d < devices.length; d++) {
      const { device, latency: now } = player.stores[d];
      record[p + OTHERS] = device.transferUse;
      record[p + OUTSTANDING] = QUEUE_DEPTH * membersOn(device);
      record[p + LATENCY] = now;
      record[p + LATENCY_IOS] = 0;
      record[p + PEAK_LATENCY] = 0;
      p += DEVICE;
    }
    return shape;
  }

  /** Whether VMs of other hosts cross the link; once that is so it stays so. */
  #isShared(link: Link, h: number): boolean {
    const { streams } = link;
    for (let i = 0; i < streams.length; i++) {
      const { members } = streams[i];
      if (members.length > 0 && this.#vms.host[members[0]] !== h) return true;
    }
    return this.#shared.has(link);
  }

  /** Number of the hosts that cross these links of several hosts alike. */
  #groupOf(shared: Shape["shared"]): number {
    const key = JSON.stringify(shared.map(([link, effect]) => [link.id, effect]));
    let group = this.#groups.get(key);
    if (group === undefined) {
      group = this.#groups.size;
      this.#groups.set(key, group);
      this.#sums = new Float64Array((group + 1) * GROUP);
      for (const [link, effect] of shared) {
        let known = this.#shared.get(link);
        if (known === undefined) {
          known = { link, store: this.#datastores.behind(link), groups: [], others: null };
          this.#shared.set(link, known);
        }
        known.groups.push({ group, effect });
      }
    }
    return group;
  }

  /** Records are at least this long. */
  #room(length: number): void {
    if (length <= this.#stride) return;
    const longer = new Float64Array(this.#players.length * length);
    for (let h = 0; h < this.#players.length; h++) longer.set(this.#record.subarray(h * this.#stride, (h + 1) * this.#stride), h * length);
    this.#record = longer;
    this.#stride = length;
  }
}

/** What streams do to a link whose hosts do not play; and all VMs on it. */
function othersOn(link: Link): NonNullable<SharedLink["others"]> {
  let use = 0;
  let iops = 0;
  let mib = 0;
  for (const { got, isPlayed, crossings } of link.streams) {
    if (isPlayed) continue;
    iops += got.iops;
    mib += got.mib;
    for (const crossing of crossings) if (crossing.link === link) use += crossing.share * (got.iops * link.perIo + got.mib * link.perMiB);
  }
  return { use, iops, mib, members: membersOn(link) };
}

function membersOn(link: Link): number {
  let count = 0;
  for (const { members } of link.streams) count += members.length;
  return count;
}
