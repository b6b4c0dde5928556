/**
 * Traffic over links: transfers (a finite amount, such as a migration or a copy) and streams (what VMs ask for while they
 * run), each at its max-min fair share, all as a fluid.
 *
 * A link whose traffic could not fill it even at its caps holds nobody back, so when something starts, ends or changes, only
 * what meets it over links that can be full gets another rate. Each transfer waits for its own end. Rates are constant
 * between changes, so that what a link carried is an exact integral. A link never carries more than its capacity, or the run
 * stops. Proved by test/property/flows.test.ts (equal to solving all traffic at every change), test/cases/network.test.ts and
 * the migration cases.
 */
import type { Kernel } from "../kernel/kernel.ts";
import { type Flow, maxMinRates } from "../sharing/network.ts";
import { type Crossing, Link, Streams, type Traffic, type Transfer } from "./link.ts";

export interface FlowHooks {
  /** Rates have to be shared anew before the clock moves: `solve` wants to be called once. Without it that happens at once. */
  readonly requestSolve?: () => void;
  /** The share of this VM in a kind of traffic changed. */
  readonly shared?: (vm: number, traffic: Traffic) => void;
  /** The demands of the members are wanted, one by one: the host of these streams must not merely play its trace any more. */
  readonly unplay?: (streams: Streams) => void;
  /** What this link has carried up to now, and what is asked of it, is wanted: hosts that play a trace tell it late. */
  readonly bring?: (link: Link) => void;
  /** The use of this link may have changed. */
  readonly measured?: (link: Link) => void;
}

const SLACK = 1e-9;

export class Flows {
  readonly links: Link[] = [];
  readonly #kernel: Kernel;
  readonly #hooks: FlowHooks;
  readonly #phase: number;
  readonly #kind: number;
  readonly #open = new Map<number, Transfer>();
  readonly #dirtyLinks: Link[] = [];
  readonly #dirtyTransfers = new Set<Transfer>();
  readonly #dirtyStreams: Streams[] = [];
  #nextId = 0;
  #streamCount = 0;

  constructor(kernel: Kernel, phase: number, kind: number, hooks: FlowHooks = {}) {
    this.#kernel = kernel;
    this.#hooks = hooks;
    this.#phase = phase;
    this.#kind = kind;
    kernel.on(kind, (id) => this.#finish(id));
  }

  /** A new link; see link.ts for the units. */
  link(name: string, capacity: number, perIo = 0, perMiB = 1): Link {
    const link = new Link(this.links.length, name, capacity, perIo, perMiB);
    link.settledAt = this.#kernel.now;
    this.links.push(link);
    return link;
  }

  // ---- transfers ---------------------------------------------------------------------------------------------------

  /**
   * Starts a transfer of `mib` over the links of `path` at no more than `cap` MiB/s; `done` is called when it has ended. A
   * transfer of nothing ends at once, within this instant. If a link goes down, `broken` is called in place of `done`;
   * without `broken` the transfer waits for the link. `weight` is its share against other flows where a link is full.
   */
  start(path: readonly Link[], mib: number, cap: number, done: () => void, broken?: () => void, weight = 1): number {
    if (path.length === 0 && cap === Number.POSITIVE_INFINITY && mib > 0) {
      throw new RangeError("a transfer that crosses no link needs a cap: its rate has no bound");
    }
    const id = this.#nextId++;
    // Nothing takes no time at any rate.
    const transfer: Transfer = { id, path, cap: mib > 0 ? cap : 1, weight, done, broken, leftMiB: mib, at: this.#kernel.now, rate: 0, event: -1 };
    this.#open.set(id, transfer);
    for (const link of path) {
      link.transfers.push(transfer);
      this.#mark(link);
    }
    this.#dirtyTransfers.add(transfer);
    this.#changed();
    return id;
  }

  /** Breaks a transfer off; what it carried is lost. False when it is over already. */
  cancel(id: number): boolean {
    const transfer = this.#open.get(id);
    if (transfer === undefined) return false;
    this.#remove(transfer);
    this.#changed();
    return true;
  }

  /** What is left of a transfer, MiB; 0 when it is over. */
  leftMiB(id: number): number {
    const transfer = this.#open.get(id);
    return transfer === undefined ? 0 : Math.max(0, transfer.leftMiB - transfer.rate * (this.#kernel.now - transfer.at));
  }

  #finish(id: number): void {
    const transfer = this.#open.get(id);
    if (transfer === undefined) return;
    transfer.event = -1;
    this.#remove(transfer);
    this.#changed();
    transfer.done();
  }

  #remove(transfer: Transfer): void {
    if (transfer.event >= 0) this.#kernel.cancel(transfer.event);
    this.#open.delete(transfer.id);
    this.#dirtyTransfers.delete(transfer);
    for (const link of transfer.path) {
      this.#mark(link);
      link.transfers.splice(link.transfers.indexOf(transfer), 1);
    }
  }

  // ---- streams -----------------------------------------------------------------------------------------------------

  /** A new set of streams over a path; `fair` is the link that equal weights get equal use of, see link.ts. */
  streams(traffic: Traffic, crossings: readonly Crossing[], weight: number, fair: Link | null): Streams {
    const streams = new Streams(this.#streamCount++, traffic, crossings, weight, fair);
    for (const { link } of crossings) link.streams.push(streams);
    return streams;
  }

  /** The demand of a member, or who is a member, has changed. */
  changed(streams: Streams): void {
    if (!streams.isDirty) {
      streams.isDirty = true;
      this.#dirtyStreams.push(streams);
      for (const { link } of streams.crossings) this.#mark(link);
    }
    this.#changed();
  }

  // ---- links -------------------------------------------------------------------------------------------------------

  /** Gives a link another capacity; 0 = it is down, and transfers over it break or wait. */
  setCapacity(link: Link, capacity: number): void {
    if (link.capacity === capacity) return;
    this.#mark(link);
    this.#hooks.bring?.(link);
    link.settle(this.#kernel.now);
    link.capacity = capacity;
    if (capacity === 0) this.breakAll([link]);
    this.#changed();
  }

  /** Breaks all transfers over these links off that want to be told. */
  breakAll(links: readonly Link[]): void {
    const over = new Set(links.flatMap(({ transfers }) => transfers));
    for (const transfer of [...over].sort((a, b) => a.id - b.id)) {
      if (transfer.broken === undefined || !this.#open.has(transfer.id)) continue;
      this.#remove(transfer);
      this.#changed();
      transfer.broken();
    }
  }

  /** Brings the integrals of all links up to now. */
  settle(): void {
    for (const link of this.links) {
      this.#hooks.bring?.(link);
      link.settle(this.#kernel.now);
    }
  }

  /** The link may be asked for more than it carries. */
  look(link: Link): void {
    this.#mark(link);
    this.#changed();
  }

  // ---- sharing -----------------------------------------------------------------------------------------------------

  #mark(link: Link): void {
    if (link.isDirty) return;
    link.isDirty = true;
    this.#dirtyLinks.push(link);
  }

  #changed(): void {
    // Transfers alone are few and know whom they meet; where VMs' streams are about, an instant may change all of them.
    if (this.#hooks.requestSolve && this.#streamCount > 0) this.#hooks.requestSolve();
    else this.solve();
  }

  /** Shares the links anew among all whose rates may have changed. */
  solve(): void {
    if (this.#dirtyLinks.length === 0 && this.#dirtyTransfers.size === 0 && this.#dirtyStreams.length === 0) return;
    const transfers = new Set(this.#dirtyTransfers);
    const streams = new Set(this.#dirtyStreams);
    const links = new Set<Link>();
    for (const set of this.#dirtyStreams) {
      if (!set.isPlayed) set.sum();
      set.isDirty = false;
    }
    const tight: Link[] = [];
    const reach = (link: Link): void => {
      if (links.has(link)) return;
      links.add(link);
      this.#hooks.bring?.(link);
      const full = link.canBeFull();
      if (full) tight.push(link);
      if (full || link.wasTight) {
        for (const transfer of link.transfers) transfers.add(transfer);
        for (const set of link.streams) streams.add(set);
      }
      link.wasTight = full;
    };
    for (const link of this.#dirtyLinks) {
      link.isDirty = false;
      reach(link);
    }
    this.#dirtyLinks.length = 0;
    this.#dirtyStreams.length = 0;
    this.#dirtyTransfers.clear();
    // Sets grow at their ends while they are gone through; each brings what the other may not have seen yet.
    for (let before = -1; before !== links.size; ) {
      before = links.size;
      for (const { path } of transfers) for (const link of path) reach(link);
      for (const { crossings } of streams) for (const { link } of crossings) reach(link);
    }
    if (tight.length > 0) {
      for (const set of streams) {
        if (!set.isPlayed) continue;
        this.#hooks.unplay?.(set);
        set.sum();
      }
    }
    const { now } = this.#kernel;
    for (const link of links) link.settle(now);
    this.#rate(
      [...transfers].sort((a, b) => a.id - b.id),
      [...streams].sort((a, b) => a.id - b.id),
      tight.sort((a, b) => a.id - b.id),
    );
    for (const link of links) this.#measure(link);
  }

  /** Rates from now on of all these, of which only the tight links hold anybody back. */
  #rate(transfers: readonly Transfer[], streams: readonly Streams[], tight: readonly Link[]): void {
    const { now } = this.#kernel;
    const numbers = new Map(tight.map((link, i) => [link, i]));
    const flows: Flow[] = [];
    for (const { path, cap, weight } of transfers) {
      const crossed = path.filter((link) => numbers.has(link));
      flows.push({ links: crossed.map((link) => numbers.get(link) as number), cap, use: crossed.map((link) => link.perMiB), weight });
    }
    const held: Streams[] = [];
    for (const set of streams) {
      const crossed = set.crossings.filter(({ link }) => numbers.has(link));
      if (crossed.length === 0) {
        this.#free(set);
        continue;
      }
      held.push(set);
      const crossedNumbers = crossed.map(({ link }) => numbers.get(link) as number);
      for (const v of set.members) {
        const cap = set.traffic.mib[v];
        if (cap > 0) flows.push({ links: crossedNumbers, cap, use: crossed.map(({ link, share }) => share * set.useOf(v, link)), weight: set.weightOf(v) });
      }
    }
    const rates = maxMinRates(
      tight.map(({ capacity }) => capacity),
      flows,
    );
    for (const [i, transfer] of transfers.entries()) this.#setRate(transfer, rates[i], now);
    let next = transfers.length;
    for (const set of held) {
      const { mib, iops, share } = set.traffic;
      set.got.mib = 0;
      set.got.iops = 0;
      set.short = false;
      for (const v of set.members) {
        const got = mib[v] > 0 ? rates[next++] : 0;
        const part = mib[v] > 0 ? got / mib[v] : 1;
        set.got.mib += got;
        if (iops !== null) set.got.iops += iops[v] * part;
        if (part < 1) set.short = true;
        if (share[v] === part) continue;
        share[v] = part;
        this.#hooks.shared?.(v, set.traffic);
      }
    }
  }

  /** Nobody holds these streams back. */
  #free(set: Streams): void {
    set.got.iops = set.asked.iops;
    set.got.mib = set.asked.mib;
    if (!set.short) return;
    set.short = false;
    for (const v of set.members) {
      if (set.traffic.share[v] === 1) continue;
      set.traffic.share[v] = 1;
      this.#hooks.shared?.(v, set.traffic);
    }
  }

  #setRate(transfer: Transfer, rate: number, now: number): void {
    // One that has just begun has no end planned yet, whatever its rate.
    if (rate === transfer.rate && transfer.event >= 0) return;
    transfer.leftMiB = Math.max(0, transfer.leftMiB - transfer.rate * (now - transfer.at));
    transfer.at = now;
    transfer.rate = rate;
    if (rate === 0 && transfer.leftMiB > 0) {
      // It waits for a link to come back.
      if (transfer.event >= 0) this.#kernel.cancel(transfer.event);
      transfer.event = -1;
      return;
    }
    const end = transfer.leftMiB > 0 ? now + transfer.leftMiB / rate : now;
    if (transfer.event < 0 || !this.#kernel.move(transfer.event, end)) transfer.event = this.#kernel.schedule(end, this.#phase, this.#kind, transfer.id);
  }

  /** Present use of a link, from what crosses it. */
  #measure(link: Link): void {
    let use = 0;
    for (const { got, crossings } of link.streams) {
      for (const crossing of crossings) if (crossing.link === link) use += crossing.share * (got.iops * link.perIo + got.mib * link.perMiB);
    }
    link.streamUse = use;
    let copied = 0;
    for (const { rate } of link.transfers) copied += rate * link.perMiB;
    link.transferUse = copied;
    this.#hooks.measured?.(link);
    if (use + copied > link.capacity + SLACK * link.nominal) {
      throw new Error(`${link.name} carries ${use + copied} at ${this.#kernel.now} s, more than its ${link.capacity}: it served somebody twice`);
    }
  }
}
