/**
 * The network: which links traffic crosses from here to there.
 *
 *   host -> host          card out, (uplink out, uplink in when their switches differ), card in
 *   host -> outside       card out, uplink out
 *   host <-> datastore    card and uplink towards the port of the datastore, when it lies on the network; then its device
 *
 * Cards and uplinks carry as much in as out. A bond of n cards carries n times as much (or, standing by, as much as one), a
 * single transfer no more than one card. A network may be held to a limit on every host. Guests' traffic also crosses the
 * product's virtual switch, which carries `networkEfficiency` of the card; pass-through goes past it. Migrations may have
 * only their product's share of a card. Between switches there is no further limit: the core does not block.
 *
 * A failed card takes its part of the bond with it, all cards of a network fail it; the same for uplinks; a host that a failure
 * cuts off has none. Links are made when
 * something first crosses them. Proved by test/cases/network.test.ts and the cases X of `hypervise validate`.
 */
import type { Flows } from "./flows.ts";
import type { Hosts } from "./hosts.ts";
import type { Crossing, Link } from "./link.ts";
import { NETWORK_KINDS, type NetworkKind, type NetworkSpec, type NicSpec, type SwitchSpec } from "./network-spec.ts";
import type { HostClass } from "./spec.ts";

const MIB = 1 << 20;
/** MiB/s in one Gbit/s. */
export const MIB_PER_GBIT = 1e9 / 8 / MIB;

/** Where a transfer begins or ends: a host, a datastore (by number), or somewhere beyond the datacenter. */
export type Endpoint = { readonly host: number } | { readonly datastore: number } | { readonly outside: true };

/** How a datastore is reached. */
export interface StorageEnd {
  /** Its time; null for one that never holds anybody up. */
  readonly device: Link | null;
  /** The host it is local to, or -1. */
  readonly host: number;
  /** Its port on the network, or null when it is not on the network (local, or on a storage fabric of its own). */
  readonly port: Wire | null;
}

/** Both directions of a cable. `out` carries what leaves the thing that it belongs to. */
export interface Wire {
  readonly out: Link;
  readonly into: Link;
}

/** A card or bond of a host, or the uplinks of a switch. */
interface Trunk {
  readonly wire: Wire;
  readonly mibPerSecond: number;
  readonly isStandby: boolean;
  /** By member: whether the scenario leaves it up, and how many failures it has now. */
  readonly up: Uint8Array;
  readonly failures: Uint8Array;
  /** Failures that cut off the whole host. */
  cuts: number;
  /** Members that work. */
  upCount: number;
}

/** The card of a host whose scenario says no more than how fast it is. */
const onlyCard = (c: HostClass): readonly NicSpec[] => [{ name: "card", gbitPerSecond: c.networkGbitPerSecond, count: 1, bond: "active", networks: null }];

export class Network {
  readonly flows: Flows;
  /** The scenario's networks, and one of its kind's name for each kind that has none. */
  readonly networks: readonly NetworkSpec[];
  readonly #hosts: Hosts;
  readonly #switches: readonly SwitchSpec[];
  readonly #switchOf: Int32Array;
  readonly #cards = new Map<number, Trunk[]>();
  readonly #uplinks = new Map<number, Trunk>();
  readonly #limits = new Map<string, Wire>();
  readonly #storage: (datastore: number) => StorageEnd;
  /** Whether every host has a card for migrations; cards and uplinks that are down. */
  readonly #allCarry: boolean;
  #down = 0;
  /** Whether the scenario says anything about networks, cards or switches; else failures of those cut hosts off and no links. */
  readonly isDescribed: boolean;

  constructor(
    flows: Flows,
    hosts: Hosts,
    spec: { readonly networks?: readonly NetworkSpec[]; readonly switches?: readonly SwitchSpec[] },
    storage: (datastore: number) => StorageEnd = () => {
      throw new Error("there are no datastores");
    },
  ) {
    this.flows = flows;
    this.#hosts = hosts;
    const given = spec.networks ?? [];
    const missing = NETWORK_KINDS.filter((kind) => !given.some((network) => network.kind === kind));
    this.networks = [...given, ...missing.map((kind): NetworkSpec => ({ name: kind, kind, vlan: null, limitGbitPerSecond: null, weight: 1 }))];
    this.#switches = spec.switches ?? [];
    this.#switchOf = new Int32Array(hosts.count).fill(-1);
    this.#storage = storage;
    this.isDescribed = given.length > 0 || this.#switches.length > 0 || hosts.classes.some((c) => c.nics !== undefined);
    const { name } = this.named("migration");
    this.#allCarry = hosts.classes.every((c) => cardFor(c.nics ?? onlyCard(c), name, c.name) >= 0);
    for (const [s, { hosts: names }] of this.#switches.entries()) {
      const behind = new Set(names);
      for (let h = 0; h < hosts.count; h++) if (behind.has(hosts.name(h)) || behind.has(hosts.classes[hosts.classOf[h]].name)) this.#switchOf[h] = s;
    }
  }

  /** The network with that name, or the first of that kind. */
  named(nameOrKind: string): NetworkSpec {
    const found = this.networks.find(({ name }) => name === nameOrKind) ?? this.networks.find(({ kind }) => kind === nameOrKind);
    if (found === undefined) throw new Error(`there is no network "${nameOrKind}"`);
    return found;
  }

  /** The switch that host `h` is behind, or null. */
  switchOf(h: number): string | null {
    return this.#switches[this.#switchOf[h]]?.name ?? null;
  }

  /** Whether host `h` has a card for the network. */
  carries(h: number, network: string): boolean {
    return cardFor(this.#nics(h), network, this.#hosts.name(h)) >= 0;
  }

  // ---- transfers ---------------------------------------------------------------------------------------------------

  /**
   * Copies `mib` from one end to the other over a network (a name or a kind), at no more than `cap` MiB/s (Infinity = none);
   * `done` is called when all is there. If a link on the way goes down, or the host at an end (see `hostDown`), `broken` is
   * called instead; without `broken` the copy waits until the way is open again. Returns a number for `cancel`.
   * Throws when an end has no card for the network.
   */
  start(from: Endpoint, to: Endpoint, mib: number, cap: number, network: string, done: () => void, broken?: () => void): number {
    const spec = this.named(network);
    const { links, cap: own } = this.#path(from, to, spec);
    // Within one host, and past no device, a copy is one of memory: as fast as its cap says, or at once.
    const most = Math.min(cap, own);
    if (links.length === 0 && most === Number.POSITIVE_INFINITY) return this.flows.start(links, 0, 1, done, broken);
    return this.flows.start(links, mib, most, done, broken, spec.weight);
  }

  /** Links that copies on a network (a name or a kind) cross on their way out of host `h` to anywhere else, or in. */
  copyLinks(h: number, network: string, direction: "out" | "into"): Link[] {
    const ends = [{ host: h }, { outside: true }] as const;
    return this.#path(ends[direction === "out" ? 0 : 1], ends[direction === "out" ? 1 : 0], this.named(network)).links;
  }

  /** Breaks a copy off; false when it is over already. */
  cancel(id: number): boolean {
    return this.flows.cancel(id);
  }

  /** Copies over the cards of host `h` are broken off: it is down. */
  hostDown(h: number): void {
    const links = (this.#cards.get(h) ?? []).flatMap(({ wire }) => [wire.out, wire.into]);
    this.flows.breakAll(links);
  }

  /** Links from one end to the other, and the most that one transfer can have. */
  #path(from: Endpoint, to: Endpoint, network: NetworkSpec): { links: Link[]; cap: number } {
    const links: Link[] = [];
    const ends = { from: this.#end(from), to: this.#end(to) };
    if (ends.from.device) links.push(ends.from.device);
    let cap = Number.POSITIVE_INFINITY;
    // The same host, or a datastore of that very host: nothing leaves it. A fabric of its own counts as everywhere.
    const here = ends.from.host >= 0 && ends.from.host === ends.to.host;
    const offNetwork = (end: End): boolean => end.host < 0 && end.port === null && !end.outside;
    if (!here && !offNetwork(ends.from) && !offNetwork(ends.to)) {
      const sides = [
        { end: ends.from, direction: "out" as const },
        { end: ends.to, direction: "into" as const },
      ];
      const switches = sides.map(({ end }) => (end.host >= 0 ? this.#switchOf[end.host] : -1));
      for (const [i, { end, direction }] of sides.entries()) {
        const uplink = switches[i] >= 0 && switches[0] !== switches[1] ? [this.#uplink(switches[i]).wire[direction]] : [];
        const own: Link[] = [];
        if (end.port) own.push(end.port[direction]);
        else if (end.host >= 0) {
          const trunk = this.#card(end.host, network.name);
          own.push(...this.#limitLinks(end.host, network, direction), trunk.wire[direction]);
          cap = Math.min(cap, trunk.mibPerSecond);
        }
        links.push(...(direction === "out" ? [...own, ...uplink] : [...uplink, ...own]));
      }
    }
    if (ends.to.device && ends.to.device !== ends.from.device) links.push(ends.to.device);
    return { links, cap };
  }

  #end(end: Endpoint): End {
    if ("host" in end) return { device: null, host: end.host, port: null, outside: false };
    if ("outside" in end) return { device: null, host: -1, port: null, outside: true };
    return { ...this.#storage(end.datastore), outside: false };
  }

  /** MiB/s that migrations may have of host `h`'s card in each direction. */
  migrationMiBPerSecond(h: number): number {
    const { name, limitGbitPerSecond } = this.named("migration");
    const nics = this.#nics(h);
    const nic = nics[Math.max(0, cardFor(nics, name, this.#hosts.name(h)))];
    const gbit = nic.gbitPerSecond * (nic.bond === "standby" ? 1 : nic.count);
    const share = gbit * this.#hosts.classes[this.#hosts.classOf[h]].hypervisor.migration.bandwidthShare;
    return Math.min(share, limitGbitPerSecond ?? Number.POSITIVE_INFINITY) * MIB_PER_GBIT;
  }

  // ---- what VMs cross ----------------------------------------------------------------------------------------------

  /** Links that guests' traffic of a network crosses on its way out of host `h`, or in. Throws when the host has no card for it. */
  guestLinks(h: number, network: string, direction: "out" | "into", passThrough: boolean): Link[] {
    const spec = this.named(network);
    const trunk = this.#card(h, spec.name);
    const { networkEfficiency } = this.#hosts.classes[this.#hosts.classOf[h]].hypervisor;
    const links = this.#limitLinks(h, spec, direction);
    if (!passThrough && networkEfficiency < 1) {
      links.push(this.#limit(`${this.#hosts.name(h)} virtual switch ${spec.name}`, trunk.wire.out.nominal * networkEfficiency)[direction]);
    }
    links.push(trunk.wire[direction]);
    const s = this.#switchOf[h];
    if (s >= 0) links.push(this.#uplink(s).wire[direction]);
    return links;
  }

  /** The network's part of what disk I/O from host `h` crosses, to a datastore with a port: reads come in, writes go out. */
  storageCrossings(h: number, port: Wire, readShare: number): Crossing[] {
    const spec = this.named("storage");
    const trunk = this.#card(h, spec.name);
    const s = this.#switchOf[h];
    const crossings: Crossing[] = [];
    for (const [direction, share] of [["into", readShare] as const, ["out", 1 - readShare] as const]) {
      if (share === 0) continue;
      const links = [...this.#limitLinks(h, spec, direction), trunk.wire[direction], port[direction === "out" ? "into" : "out"]];
      if (s >= 0) links.push(this.#uplink(s).wire[direction]);
      for (const link of links) crossings.push({ link, share });
    }
    return crossings;
  }

  // ---- failures ----------------------------------------------------------------------------------------------------

  /**
   * A card or an uplink goes down or comes back. Names: `host-1/card` (all cards of that name), `host-1/card.2` (the second
   * of a bond), `tor-a/uplink`, `tor-a/uplink.1`. Returns false when there is no such thing, or nothing changed.
   */
  setLink(name: string, up: boolean): boolean {
    const found = this.#find(name);
    if (found === null) throw new Error(`there is no link "${name}"`);
    const { trunk, member } = found;
    let changed = false;
    for (let i = 0; i < trunk.up.length; i++) {
      if ((member >= 0 && i !== member) || trunk.up[i] === (up ? 1 : 0)) continue;
      trunk.up[i] = up ? 1 : 0;
      changed = true;
    }
    this.#update(trunk);
    return changed;
  }

  /** How many cards host `h` has, counted through all its bonds. */
  cards(h: number): number {
    return this.#nics(h).reduce((sum, { count }) => sum + count, 0);
  }

  /** Card `i` of host `h` (from 0, through all its bonds) fails, or that failure is mended. Failures of one card add up. */
  failCard(h: number, i: number, fails: boolean): void {
    let member = i;
    for (const trunk of this.#trunks(h)) {
      if (member >= 0 && member < trunk.up.length) {
        trunk.failures[member] += fails ? 1 : -1;
        this.#update(trunk);
      }
      member -= trunk.up.length;
    }
  }

  /** All cards of host `h` are cut off from the network, or no longer. Cuts add up. */
  cutOff(h: number, cut: boolean): void {
    for (const trunk of this.#trunks(h)) {
      trunk.cuts += cut ? 1 : -1;
      this.#update(trunk);
    }
  }

  /** The trunk carries what its working members do. */
  #update(trunk: Trunk): void {
    let upCount = 0;
    if (trunk.cuts === 0) for (let i = 0; i < trunk.up.length; i++) if (trunk.up[i] === 1 && trunk.failures[i] === 0) upCount++;
    if (upCount === trunk.upCount) return;
    this.#down += trunk.upCount - upCount;
    trunk.upCount = upCount;
    const working = trunk.isStandby ? Math.min(1, upCount) : upCount;
    for (const link of [trunk.wire.out, trunk.wire.into]) this.flows.setCapacity(link, working * trunk.mibPerSecond);
  }

  /** The host whose cards the link belongs to, or -1. */
  hostOfLink(name: string): number {
    return this.#find(name)?.host ?? -1;
  }

  /** Whether host `h` can send and take migrations now; costs nothing while nothing is down and all hosts have a card for them. */
  takesMigrations(h: number): boolean {
    return (this.#allCarry && this.#down === 0) || this.isUp(h, "migration");
  }

  /** Whether host `h` reaches the network now. */
  isUp(h: number, network: string): boolean {
    const { name } = this.named(network);
    if (!this.carries(h, name)) return false;
    // What nothing has crossed yet has not failed either.
    if (this.#cards.has(h) && this.#card(h, name).upCount === 0) return false;
    const s = this.#switchOf[h];
    return s < 0 || this.#uplinks.get(s)?.upCount !== 0;
  }

  #find(name: string): { trunk: Trunk; member: number; host: number } | null {
    const [, owner = "", what = "", member] = /^(.*)\/(.+?)(?:\.(\d+))?$/.exec(name) ?? [];
    const found = (trunk: Trunk, host: number) => {
      const i = member === undefined ? -1 : Number(member) - 1;
      return i < trunk.up.length ? { trunk, member: i, host } : null;
    };
    const s = this.#switches.findIndex((one) => one.name === owner);
    if (s >= 0 && what === "uplink") return found(this.#uplink(s), -1);
    for (let h = 0; h < this.#hosts.count; h++) {
      if (this.#hosts.name(h) !== owner) continue;
      const i = this.#nics(h).findIndex((nic) => nic.name === what);
      if (i >= 0) return found(this.#trunks(h)[i], h);
    }
    return null;
  }

  // ---- links, made when first crossed ------------------------------------------------------------------------------

  #nics(h: number): readonly NicSpec[] {
    const c = this.#hosts.classes[this.#hosts.classOf[h]];
    return c.nics ?? onlyCard(c);
  }

  #trunks(h: number): Trunk[] {
    let trunks = this.#cards.get(h);
    if (trunks === undefined) {
      trunks = this.#nics(h).map((nic) => this.#trunk(`${this.#hosts.name(h)}/${nic.name}`, nic.gbitPerSecond, nic.count, nic.bond === "standby"));
      this.#cards.set(h, trunks);
    }
    return trunks;
  }

  #card(h: number, network: string): Trunk {
    const i = cardFor(this.#nics(h), network, this.#hosts.name(h));
    if (i < 0) throw new Error(`host ${this.#hosts.name(h)} has no card for the network ${network}`);
    return this.#trunks(h)[i];
  }

  #uplink(s: number): Trunk {
    let trunk = this.#uplinks.get(s);
    if (trunk === undefined) {
      const { name, uplinkGbitPerSecond, uplinks } = this.#switches[s];
      trunk = this.#trunk(`${name}/uplink`, uplinkGbitPerSecond, uplinks, false);
      this.#uplinks.set(s, trunk);
    }
    return trunk;
  }

  #trunk(name: string, gbitPerSecond: number, count: number, isStandby: boolean): Trunk {
    const mibPerSecond = gbitPerSecond * MIB_PER_GBIT;
    const wire = this.#wire(name, mibPerSecond * (isStandby ? 1 : count));
    return { wire, mibPerSecond, isStandby, up: new Uint8Array(count).fill(1), failures: new Uint8Array(count), cuts: 0, upCount: count };
  }

  #wire(name: string, mibPerSecond: number): Wire {
    return { out: this.flows.link(`${name} out`, mibPerSecond), into: this.flows.link(`${name} in`, mibPerSecond) };
  }

  /** A port of `gbitPerSecond` that belongs to no host. */
  port(name: string, gbitPerSecond: number): Wire {
    return this.#wire(name, gbitPerSecond * MIB_PER_GBIT);
  }

  #limit(name: string, mibPerSecond: number): Wire {
    let wire = this.#limits.get(name);
    if (wire === undefined) {
      wire = this.#wire(name, mibPerSecond);
      this.#limits.set(name, wire);
    }
    return wire;
  }

  /** What holds a network back on a host besides the card: its own limit, and for migrations their product's share. */
  #limitLinks(h: number, { name, kind, limitGbitPerSecond }: NetworkSpec, direction: "out" | "into"): Link[] {
    const links: Link[] = [];
    const host = this.#hosts.name(h);
    if (limitGbitPerSecond !== null) links.push(this.#limit(`${host} limit of ${name}`, limitGbitPerSecond * MIB_PER_GBIT)[direction]);
    const { bandwidthShare } = this.#hosts.classes[this.#hosts.classOf[h]].hypervisor.migration;
    if (kind === "migration" && bandwidthShare < 1) {
      links.push(this.#limit(`${host} share of ${name}`, this.#card(h, name).wire.out.nominal * bandwidthShare)[direction]);
    }
    return links;
  }
}

interface End extends StorageEnd {
  readonly outside: boolean;
}

/** The card of a host that carries the network: the one that names it, else the one that takes what nobody names; or -1. */
function cardFor(nics: readonly NicSpec[], network: string, host: string): number {
  if (nics.length === 0) throw new Error(`host ${host} has no network card`);
  const named = nics.findIndex(({ networks }) => networks?.includes(network));
  return named >= 0 ? named : nics.findIndex(({ networks }) => networks === null);
}

export type { NetworkKind };
