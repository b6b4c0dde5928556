/**
 * Bringing a VM that is down back from a copy: which copy, its data to where they are needed, a place, a boot.
 *
 * Of all whole copies that can be reached, the one with the newest data is taken; a replica before a backup of the same age,
 * because it need not be read. A backup is read as a whole chain through a stream of its repository, the VMs with the tightest
 * RTO first, into the storage of the site; a replica at another site comes over its line. Then the VM takes a place at
 * that site as any VM that is down does, and boots.
 */
import type { Kernel } from "../../kernel/kernel.ts";
import { PHASE } from "../phases.ts";
import * as V from "../vms.ts";
import type { Backups } from "./backups.ts";
import type { Incident } from "./incidents.ts";
import type { Protection } from "./protection.ts";
import type { Replication } from "./replication.ts";
import type { Port, Transfers } from "./transfers.ts";
import type { Turn, Turns } from "./turns.ts";

interface Restore {
  readonly incident: Incident;
  readonly site: number;
  /** Copies of data newer than this instant are spoilt; Infinity = none is. */
  readonly before: number;
  turn: Turn | null;
  turns: Turns | null;
  transfer: number;
  /** The site whose loss breaks it off, besides its own. */
  from: number;
}

export class Restoring {
  readonly #kernel: Kernel;
  readonly #protection: Protection;
  readonly #transfers: Transfers;
  readonly #backups: Backups;
  readonly #replication: Replication;
  readonly #sitePorts: readonly Port[];
  readonly #kind: number;
  readonly #open = new Map<number, Restore>();
  /** Where each VM that is to come back elsewhere may go: site + 1; 0 = where its data are. */
  readonly #target = new Map<number, number>();
  /** Told when a VM is given up: no copy is left. */
  onGivenUp: (v: number) => void = () => undefined;

  constructor(
    kernel: Kernel,
    protection: Protection,
    transfers: Transfers,
    backups: Backups,
    replication: Replication,
    sitePorts: readonly Port[],
    kind: number,
  ) {
    this.#kernel = kernel;
    this.#protection = protection;
    this.#transfers = transfers;
    this.#backups = backups;
    this.#replication = replication;
    this.#sitePorts = sitePorts;
    this.#kind = kind;
    kernel.on(kind, (v) => this.#place(v));
  }

  /** Whether VM `v` may run at the site: its data are there. */
  mayRunAt(v: number, site: number): boolean {
    const restore = this.#open.get(v);
    if (restore !== undefined && !(restore.incident.dataSeconds >= 0)) return false;
    const home = this.#target.get(v) ?? this.#protection.siteOfVm(v);
    return home < 0 || home === site;
  }

  isOpen(v: number): boolean {
    return this.#open.has(v);
  }

  /** Begins to bring the VM back at `site` from its newest copy that holds data of `before` or earlier. */
  begin(incident: Incident, site: number, before = Number.POSITIVE_INFINITY): void {
    const { vm } = incident;
    const { now } = this.#kernel;
    if (!(incident.begunSeconds >= 0)) incident.begunSeconds = now;
    const restore: Restore = { incident, site, before, turn: null, turns: null, transfer: -1, from: -1 };
    this.#open.set(vm, restore);
    this.#target.set(vm, site);
    const backup = this.#backups.newest(vm, before);
    const spoilt = before < Number.POSITIVE_INFINITY;
    const replica = spoilt ? null : (this.#replication.newest(vm, site) ?? this.#replication.newest(vm));
    if (replica !== null && (backup === null || replica.ran >= backup.point.ran)) {
      this.#take(incident, "replica", replica.entry.spec.name, replica.at, replica.ran);
      if (replica.entry.site === site) return this.#ready(restore);
      restore.from = replica.entry.site;
      return this.#read(restore, replica.entry.turns, replica.entry.line, this.#protection.data(vm).diskMiB);
    }
    if (backup === null) return this.#giveUp(restore);
    const { point, chain, job } = backup;
    this.#take(incident, "backup", job.spec.name, point.at, point.ran);
    restore.from = job.repository.site;
    return this.#read(restore, job.repository.turns, job.repository.port, chain.restore(point).mib);
  }

  /** The VM comes back with the data it has, at the site where they are: its own, or those of a copy it had begun to come back from. */
  ownDisk(incident: Incident): void {
    const { now } = this.#kernel;
    this.#target.delete(incident.vm);
    if (!(incident.begunSeconds >= 0)) incident.begunSeconds = now;
    // Back at its host with the data of a copy that were there already.
    if (incident.source !== "none" && incident.dataSeconds >= 0) return;
    Object.assign(incident, {
      source: "own disk",
      copy: "",
      pointSeconds: Number.NaN,
      lostSeconds: 0,
      lostMiB: 0,
      dataSeconds: now,
    } satisfies Partial<Incident>);
  }

  /** Brought home with all its data, which are there already. */
  home(incident: Incident, site: number): void {
    this.#target.set(incident.vm, site);
    this.#open.set(incident.vm, { incident, site, before: Number.POSITIVE_INFINITY, turn: null, turns: null, transfer: -1, from: -1 });
    incident.source = "own disk";
    incident.dataSeconds = this.#kernel.now;
    this.#kernel.schedule(this.#kernel.now, PHASE.decision, this.#kind, incident.vm);
  }

  /** It lost the place it had before it ran: it looks for another. */
  again(v: number): void {
    if (this.#open.has(v)) this.#kernel.schedule(this.#kernel.now, PHASE.decision, this.#kind, v);
  }

  /** The VM runs, has ended, or begins anew: whatever was under way is over. */
  over(v: number): void {
    const restore = this.#open.get(v);
    if (restore === undefined) return;
    this.#open.delete(v);
    this.#stop(restore);
  }

  /** It runs at its new place: its data are there now. */
  arrived(v: number): void {
    this.over(v);
    this.#target.delete(v);
  }

  /** A site is lost: what is read from it or brought to it begins anew from what is left, where it can. */
  siteLost(site: number): void {
    for (const restore of [...this.#open.values()]) {
      if (restore.from !== site || !(restore.transfer >= 0 || restore.turn !== null)) continue;
      this.#stop(restore);
      this.#open.delete(restore.incident.vm);
      this.begin(restore.incident, restore.site, restore.before);
    }
  }

  #take(incident: Incident, source: "replica" | "backup", copy: string, at: number, ran: number): void {
    incident.source = source;
    incident.copy = copy;
    incident.pointSeconds = Math.min(at, incident.stoppedSeconds);
    incident.lostSeconds = Math.max(0, incident.ran - ran);
    incident.lostMiB = this.#protection.changed(incident.vm, ran, incident.ran);
  }

  #read(restore: Restore, turns: Turns, port: Port, mib: number): void {
    const { incident, site } = restore;
    restore.turns = turns;
    const { rtoSeconds } = this.#protection.targets(incident.vm);
    const turn = turns.ask(Math.min(rtoSeconds, 1e300), (own) => {
      restore.turn = own;
      restore.transfer = this.#transfers.send(port, this.#sitePorts[site], mib, () => {
        restore.transfer = -1;
        incident.readMiB += mib;
        this.#stop(restore);
        this.#ready(restore);
      });
    });
    if (turn.state === "waiting") restore.turn = turn;
  }

  #ready({ incident }: Restore): void {
    incident.dataSeconds = this.#kernel.now;
    // Hosts may be falling one after the other at this instant: places are looked for when all have.
    this.#kernel.schedule(this.#kernel.now, PHASE.decision, this.#kind, incident.vm);
  }

  #place(v: number): void {
    const restore = this.#open.get(v);
    const { dc } = this.#protection;
    if (restore === undefined || dc.vms.state[v] !== V.DOWN || dc.vms.host[v] >= 0) return;
    dc.failing.bringBack(v, restore.site === this.#protection.siteOfVm(v) ? "recovered from backup" : "failed over to another site");
  }

  #giveUp(restore: Restore): void {
    const { vm } = restore.incident;
    restore.incident.source = "none";
    const ran = restore.incident.ran;
    restore.incident.lostSeconds = ran;
    restore.incident.lostMiB = this.#protection.data(vm).diskMiB;
    this.#open.delete(vm);
    this.#target.delete(vm);
    this.onGivenUp(vm);
  }

  #stop(restore: Restore): void {
    if (restore.transfer >= 0) this.#transfers.cancel(restore.transfer);
    restore.transfer = -1;
    const { turn, turns } = restore;
    restore.turn = null;
    if (turn !== null && turns !== null) turns.done(turn);
  }
}
