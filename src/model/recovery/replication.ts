/**
 * Replication: copies at another site, kept up to date.
 *
 * Asynchronous: every `every` seconds a VM's data are frozen at an instant, and what changed since the last shipment
 * (changed.ts) is sent over the line of its entry, some VMs at a time; when it is there the copy holds the data of that
 * instant. A shipment that is not over when the next is due is followed at once by that one: on a line that is too thin the
 * lag settles where changes fit, T = changed(T) / rate. What a disaster costs is the age of the copy: lag + time since.
 *
 * Synchronous: a write is complete when it is at both sites, so that nothing is lost; each waits the round trip, and all
 * share the line. With w MiB/s of writes of s MiB each, k under way at a time, and W the writes of all VMs of the entry,
 *
 *   share of full speed = min(1, line / W) / (1 + (w / s) x round trip / k)
 *
 * (a guest at full speed does w / s writes a second; each adds round trip / k to its second). It is held back as by a slow
 * disk. The copy falls behind while the other site is down, and is brought up to date when it is back.
 * Proof: test/recovery/replication.test.ts.
 */
import type { Kernel } from "../../kernel/kernel.ts";
import { PHASE } from "../phases.ts";
import * as V from "../vms.ts";
import type { Protection } from "./protection.ts";
import type { ReplicationSpec } from "./spec.ts";
import type { Port, Transfers } from "./transfers.ts";
import { type Turn, Turns } from "./turns.ts";

export interface Replica {
  readonly entry: Entry;
  readonly vm: number;
  /** The copy holds the data of this instant, s, when the VM had run so long, s; -1 = there is no whole copy. */
  at: number;
  ran: number;
  /** Synchronous, and in step with every write. */
  mirrored: boolean;
  /** What is under way or waits for its turn. */
  turn: Turn | null;
  transfer: number;
  /** Another shipment has come due meanwhile. */
  due: boolean;
}

export interface Entry {
  readonly spec: ReplicationSpec;
  readonly number: number;
  /** Site that holds the copies. */
  readonly site: number;
  readonly line: Port;
  readonly turns: Turns;
  readonly replicas: ReadonlyMap<number, Replica>;
  shipments: number;
  sentMiB: number;
}

/** Share of full speed that a synchronous mirror leaves a guest. */
export function mirrorSpeed(spec: ReplicationSpec, writesMiBPerSecond: number, allWritesMiBPerSecond: number): number {
  const wait = ((writesMiBPerSecond / spec.writeMiB) * spec.roundTripSeconds) / spec.outstanding;
  const line = allWritesMiBPerSecond > spec.lineMiBPerSecond ? spec.lineMiBPerSecond / allWritesMiBPerSecond : 1;
  return line / (1 + wait);
}

export class Replication {
  readonly entries: readonly Entry[];
  readonly #kernel: Kernel;
  readonly #protection: Protection;
  readonly #transfers: Transfers;
  readonly #kind: number;
  readonly #speeds = new Map<Replica, number>();

  constructor(
    kernel: Kernel,
    protection: Protection,
    transfers: Transfers,
    specs: readonly ReplicationSpec[],
    numbersOf: (names: readonly string[]) => number[],
    kind: number,
  ) {
    this.#kernel = kernel;
    this.#protection = protection;
    this.#transfers = transfers;
    this.#kind = kind;
    this.entries = specs.map((spec, number) => {
      const replicas = new Map<number, Replica>();
      const entry: Entry = {
        spec,
        number,
        site: protection.siteNames.indexOf(spec.to),
        line: transfers.port(spec.name, spec.lineMiBPerSecond),
        turns: new Turns(spec.streams),
        replicas,
        shipments: 0,
        sentMiB: 0,
      };
      if (entry.site < 0) throw new Error(`the replication ${spec.name} goes to the site ${spec.to}, which does not exist`);
      for (const vm of numbersOf(spec.vms))
        replicas.set(vm, { entry, vm, at: spec.seeded ? 0 : -1, ran: 0, mirrored: false, turn: null, transfer: -1, due: false });
      let all = 0;
      for (const vm of replicas.keys()) all += protection.data(vm).writesMiBPerSecond;
      if (spec.mode === "synchronous")
        for (const replica of replicas.values()) this.#speeds.set(replica, mirrorSpeed(spec, protection.data(replica.vm).writesMiBPerSecond, all));
      return entry;
    });
    for (const { replicas } of this.entries) for (const vm of replicas.keys()) protection.protect(vm);
    kernel.on(kind, (entry, n) => this.#due(this.entries[entry], n));
    for (const { spec, number } of this.entries) if (spec.mode === "asynchronous") kernel.schedule(spec.everySeconds, PHASE.decision, kind, number, 1);
  }

  /** The newest whole copy of VM `v` at a site that is up (at `site` alone, if that is >= 0). Brought up to now where it is mirrored. */
  newest(v: number, site = -1): Replica | null {
    let best: Replica | null = null;
    for (const entry of this.entries) {
      const replica = entry.replicas.get(v);
      if (replica === undefined || (site >= 0 && entry.site !== site) || this.#protection.siteUp[entry.site] === 0) continue;
      this.#follow(replica);
      if (replica.at >= 0 && (best === null || replica.ran > best.ran)) best = replica;
    }
    return best;
  }

  /** VM `v` runs on its host from now on: its mirrors hold it back there, or begin. */
  runs(v: number): void {
    for (const entry of this.entries) {
      const replica = entry.replicas.get(v);
      if (replica === undefined || entry.spec.mode !== "synchronous") continue;
      if (replica.mirrored) this.#protection.dc.drag.mirror(v, this.#speeds.get(replica) ?? 1);
      else this.#mirror(replica);
    }
  }

  /** VM `v` left its host: what was being sent of it is void. A mirror stands still with it. */
  left(v: number): void {
    for (const { replicas } of this.entries) {
      const replica = replicas.get(v);
      if (replica === undefined) continue;
      replica.due = false;
      this.#stopSending(replica);
    }
  }

  /** The data of VM `v` are other ones now (restored), or the copies are spoilt: they must be made anew. */
  void(v: number): void {
    for (const { replicas } of this.entries) {
      const replica = replicas.get(v);
      if (replica === undefined) continue;
      if (replica.mirrored) this.#leave(replica);
      this.#stopSending(replica);
      replica.at = -1;
    }
  }

  /** The copies of VM `v` at other sites than `except` hold its data of now: it was brought there from them. */
  inStep(v: number, except: number): void {
    const { now } = this.#kernel;
    for (const { replicas, site } of this.entries) {
      const replica = replicas.get(v);
      if (replica === undefined || site === except) continue;
      replica.at = now;
      replica.ran = this.#protection.ran(v, now);
    }
  }

  /** A site went down (`up` false) or came back. `destroyed`: copies there are gone. */
  site(site: number, up: boolean, destroyed: boolean): void {
    for (const entry of this.entries) {
      if (entry.site !== site) continue;
      for (const replica of entry.replicas.values()) {
        this.#follow(replica);
        if (!up) {
          if (replica.mirrored) this.#leave(replica);
          this.#stopSending(replica);
          if (destroyed) replica.at = -1;
        } else if (entry.spec.mode === "synchronous") this.#mirror(replica);
      }
    }
  }

  /** Brings mirrors up to date at the end. */
  settle(): void {
    for (const { replicas } of this.entries) for (const replica of replicas.values()) this.#follow(replica);
  }

  #due(entry: Entry, n: number): void {
    const { everySeconds } = entry.spec;
    for (const replica of entry.replicas.values()) this.#ship(replica);
    this.#kernel.schedule((n + 1) * everySeconds, PHASE.decision, this.#kind, entry.number, n + 1);
  }

  /** The VM is at home and runs or stands there, and the other site is up. */
  #canSend({ entry, vm }: Replica): boolean {
    const { vms } = this.#protection.dc;
    const h = vms.host[vm];
    return h >= 0 && this.#protection.siteOf[h] !== entry.site && this.#protection.siteUp[entry.site] === 1;
  }

  #ship(replica: Replica): void {
    if (!this.#canSend(replica)) return;
    if (replica.turn !== null) {
      replica.due = true;
      return;
    }
    const turn = replica.entry.turns.ask(0, (own) => {
      replica.turn = own;
      this.#send(replica);
    });
    if (turn.state === "waiting") replica.turn = turn;
  }

  #send(replica: Replica): void {
    const { entry, vm } = replica;
    if (!this.#canSend(replica)) return this.#stopSending(replica);
    const { now } = this.#kernel;
    const protection = this.#protection;
    const ran = protection.ran(vm, now);
    const mib = replica.at < 0 ? protection.data(vm).diskMiB : protection.changed(vm, replica.ran, ran);
    replica.transfer = this.#transfers.send(this.#transfers.host(protection.dc.vms.host[vm]), entry.line, mib, () => {
      replica.transfer = -1;
      replica.at = now;
      replica.ran = ran;
      entry.shipments++;
      entry.sentMiB += mib;
      protection.safe(vm, ran, this.#kernel.now);
      const again = replica.due;
      replica.due = false;
      this.#stopSending(replica);
      if (entry.spec.mode === "synchronous") this.#mirror(replica);
      else if (again) this.#ship(replica);
    });
  }

  #stopSending(replica: Replica): void {
    if (replica.transfer >= 0) this.#transfers.cancel(replica.transfer);
    replica.transfer = -1;
    const { turn } = replica;
    replica.turn = null;
    if (turn !== null) replica.entry.turns.done(turn);
  }

  /** Starts to mirror a running VM; a copy that is behind is brought up to date first, and what changes meanwhile goes with it. */
  #mirror(replica: Replica, caughtUp = false): void {
    const { vm } = replica;
    const { dc } = this.#protection;
    if (replica.mirrored || replica.turn !== null || dc.vms.state[vm] !== V.RUNNING_VM || !this.#canSend(replica)) return;
    const { now } = this.#kernel;
    const ran = this.#protection.ran(vm, now);
    // Writes made while a copy catches up reach both sides: when the backlog is there, so is everything.
    const backlog = replica.at < 0 ? this.#protection.data(vm).diskMiB : this.#protection.changed(vm, replica.ran, ran);
    if (backlog > 0 && !caughtUp) return this.#catchUp(replica, backlog);
    replica.mirrored = true;
    replica.at = now;
    replica.ran = ran;
    this.#protection.exposures.get(vm)?.mirrored(ran, true);
    dc.drag.mirror(vm, this.#speeds.get(replica) ?? 1);
  }

  #catchUp(replica: Replica, mib: number): void {
    const { entry, vm } = replica;
    const turn = entry.turns.ask(0, (own) => {
      replica.turn = own;
      if (!this.#canSend(replica)) return this.#stopSending(replica);
      replica.transfer = this.#transfers.send(this.#transfers.host(this.#protection.dc.vms.host[vm]), entry.line, mib, () => {
        replica.transfer = -1;
        entry.shipments++;
        entry.sentMiB += mib;
        this.#stopSending(replica);
        this.#mirror(replica, true);
      });
    });
    if (turn.state === "waiting") replica.turn = turn;
  }

  /** A mirror in step holds the data of now. */
  #follow(replica: Replica): void {
    if (!replica.mirrored) return;
    replica.at = this.#kernel.now;
    replica.ran = this.#protection.ran(replica.vm, this.#kernel.now);
  }

  #leave(replica: Replica): void {
    replica.mirrored = false;
    this.#protection.exposures.get(replica.vm)?.mirrored(replica.ran, false);
    this.#protection.dc.drag.mirror(replica.vm, 1);
  }
}
