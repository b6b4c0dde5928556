/**
 * Recovery: copies of VMs, what befalls sites and data, and how VMs come back.
 *
 * The parts: backups.ts and replication.ts make copies; incidents.ts notes each loss; restoring.ts brings one VM back from a
 * copy; runbooks.ts brings back many in order; relocating.ts moves VMs as planned. Here they meet the datacenter.
 *
 * A VM's data are at the site of the host it was on last; it runs nowhere else until it is recovered there. When a site is lost
 * its VMs wait; after the time to declare it lost, the runbooks for it begin. When it comes back first, they start from
 * their own disks, or from copies where the site lost its data. Ransomware: from the intrusion on every copy is spoilt, at
 * its discovery the VMs stop and come back from the newest clean point. VM-seconds of all this are down (failure), those of planned
 * moves down (maintenance).
 */
import type { Kernel } from "../../kernel/kernel.ts";
import type { Datacenter } from "../datacenter.ts";
import * as H from "../hosts.ts";
import type { NumbersOf } from "../names.ts";
import { PHASE } from "../phases.ts";
import * as V from "../vms.ts";
import { Backups, Repository } from "./backups.ts";
import { Drills } from "./drills.ts";
import { Incidents } from "./incidents.ts";
import { Protection, type Targets } from "./protection.ts";
import { Relocating } from "./relocating.ts";
import { Replication } from "./replication.ts";
import { Restoring } from "./restoring.ts";
import { type Execution, Runbooks } from "./runbooks.ts";
import type { RecoveryEvent, RecoverySpec } from "./spec.ts";
import { type Port, Transfers } from "./transfers.ts";

const KIND = { run: 101, window: 102, ship: 103, place: 104, step: 105, event: 106, later: 107, drill: 108 } as const;

/** In place of a failure: all hosts of the site went down by themselves. */
const BY_ITSELF = -2;

export interface RecoveryInputs {
  readonly spec: RecoverySpec;
  readonly siteNames: readonly string[];
  readonly targets: (serviceClass: string) => Targets;
  readonly numbers: NumbersOf;
}

/** What became of a VM that was copied home from a disaster: where it came from, and what home still has. */
interface Away {
  readonly home: number;
  /** Seconds of running up to which home has its data; null = it lost them. */
  readonly ran: number | null;
}

export class Recovery {
  readonly protection: Protection;
  readonly backups: Backups;
  readonly replication: Replication;
  readonly incidents = new Incidents();
  readonly runbooks: Runbooks;
  readonly spec: RecoverySpec;
  readonly #kernel: Kernel;
  readonly #dc: Datacenter;
  readonly #restoring: Restoring;
  readonly #relocating: Relocating;
  readonly #drills: Drills;
  readonly #inputs: RecoveryInputs;
  /** The failure that holds each lost site down, or -1; and whether its data are gone. */
  readonly #lostBy: Int32Array;
  /** How often each site was lost. */
  readonly #losses: Int32Array;
  readonly #destroyed: Uint8Array;
  readonly #sitePorts: readonly Port[];
  readonly #away = new Map<number, Away>();
  readonly #planned = new Map<Execution, number>();
  /** Sites that VMs are leaving as planned. */
  readonly #leaving = new Map<number, number>();
  /** What is to happen later: by number. */
  readonly #later: (() => void)[] = [];

  constructor(kernel: Kernel, dc: Datacenter, inputs: RecoveryInputs) {
    const { spec, siteNames, targets } = inputs;
    this.#kernel = kernel;
    this.#dc = dc;
    this.#inputs = inputs;
    this.spec = spec;
    this.protection = new Protection(dc, siteNames, targets);
    const transfers = new Transfers(dc.network);
    // The storage of a site takes in what the cards of its hosts do together.
    const incoming = new Array<number>(siteNames.length).fill(0);
    for (const [h, site] of this.protection.siteOf.entries())
      incoming[site] += transfers.host(h).into.reduce((least, { capacity }) => Math.min(least, capacity), Number.POSITIVE_INFINITY);
    this.#sitePorts = siteNames.map((name, site) => transfers.port(`storage of ${name}`, incoming[site]));
    const repositories = spec.repositories.map((one) => new Repository(one, siteNames.indexOf(one.site), transfers));
    const numbersOf = (names: readonly string[]): number[] => [...new Set(names.flatMap((name) => inputs.numbers.vm(name)))];
    this.backups = new Backups(kernel, this.protection, transfers, repositories, spec.backups, numbersOf, { run: KIND.run, window: KIND.window });
    this.replication = new Replication(kernel, this.protection, transfers, spec.replication, numbersOf, KIND.ship);
    this.#restoring = new Restoring(kernel, this.protection, transfers, this.backups, this.replication, this.#sitePorts, KIND.place);
    this.#relocating = new Relocating(kernel, this.protection, transfers, this.#restoring, this.incidents);
    this.runbooks = new Runbooks(
      kernel,
      KIND.step,
      numbersOf,
      (v, execution) => this.#startOf(v, execution),
      (execution) => this.#executed(execution),
    );
    const over = (v: number): void => this.runbooks.over(v);
    this.#drills = new Drills(kernel, this.protection, transfers, this.backups, this.replication, this.incidents, this.#sitePorts, KIND.drill, over);
    this.#lostBy = new Int32Array(siteNames.length).fill(-1);
    this.#destroyed = new Uint8Array(siteNames.length);
    this.#losses = new Int32Array(siteNames.length);
    this.#listen();
    kernel.on(KIND.event, (i) => this.#happens(spec.events[i]));
    kernel.on(KIND.later, (i) => this.#later[i]());
    for (const [i, { atSeconds }] of spec.events.entries()) kernel.schedule(atSeconds, PHASE.failure, KIND.event, i);
  }

  /** Brings ages of copies up to the end. */
  close(now: number): void {
    this.replication.settle();
    for (const [v, exposure] of this.protection.exposures) exposure.settle(this.protection.ran(v, now));
  }

  #listen(): void {
    const dc = this.#dc;
    dc.fleet.reach = (v, h) => this.#restoring.mayRunAt(v, this.protection.siteOf[h]);
    dc.running.onResumed = (v) => this.replication.runs(v);
    dc.life.onLeft = (v) => {
      this.backups.left(v);
      this.replication.left(v);
      if (!this.#relocating.isStopping(v) && this.#relocating.over(v)) this.runbooks.over(v);
    };
    this.#restoring.onGivenUp = (v) => {
      const incident = this.incidents.of(v);
      if (incident !== undefined) this.incidents.close(incident, "lost", this.#kernel.now);
      dc.failing.loseVm(v);
    };
    const { failing } = dc;
    failing.rescuers.unshift({ take: (v, from) => this.#take(v, from) });
    failing.onBack.push((v) => this.#runsAgain(v));
    failing.onEnded.push((v) => this.#ended(v));
    // Hosts of a site may fail one after the other within an instant: the site is looked at when all have.
    failing.onHostDown.push((h) => this.#at(this.#kernel.now, () => this.#lookAt(this.protection.siteOf[h])));
    failing.onHostBack.push((h) => this.#at(this.#kernel.now, () => this.#lookAt(this.protection.siteOf[h])));
  }

  /** A site whose hosts are all down is lost, whatever brought them down; it is back with its first host. */
  #lookAt(site: number): void {
    const { hosts } = this.#dc;
    let up = false;
    for (let h = 0; h < hosts.count; h++) if (this.protection.siteOf[h] === site && hosts.state[h] !== H.OFF && hosts.state[h] !== H.FAILED) up = true;
    if (up && this.#lostBy[site] === BY_ITSELF) this.#comesBack(site);
    if (!up && this.protection.siteUp[site] === 1 && this.#hasDown(site)) {
      this.#goesDown(site, BY_ITSELF, false);
      this.#isLost(site);
    }
  }

  #hasDown(site: number): boolean {
    const { vms } = this.#dc;
    for (let v = 0; v < vms.count; v++) if (vms.state[v] === V.DOWN && vms.host[v] < 0 && this.protection.siteOfVm(v) === site) return true;
    return false;
  }

  // ---- VMs ---------------------------------------------------------------------------------------------------------

  /** VM `v` went down with host `from`. True: it comes back by what is done here. */
  #take(v: number, from: number): boolean {
    const site = this.protection.siteOf[from];
    const known = this.incidents.of(v);
    if (this.protection.siteUp[site] === 0) {
      this.#restoring.over(v);
      if (known === undefined) this.#note(v, `site ${this.#inputs.siteNames[site]} lost`);
      return true;
    }
    if (known !== undefined) {
      // It was on its way back, and its new host failed.
      if (!this.#restoring.isOpen(v)) return false;
      this.#restoring.again(v);
      return true;
    }
    const { classes, classOf } = this.#dc.vms;
    if (classes[classOf[v]].onHostDown !== "restore") return false;
    this.#restoring.begin(this.#note(v, `host ${this.#dc.hosts.name(from)} down`), site);
    return true;
  }

  #note(v: number, cause: string, planned = false): ReturnType<Incidents["begin"]> {
    const { now } = this.#kernel;
    const down = this.#dc.failing.book.open(v)?.startSeconds ?? now;
    const incident = this.incidents.begin(v, cause, planned, down, this.protection.ran(v, now));
    this.incidents.open(incident);
    return incident;
  }

  /** VM `v` runs after an outage. */
  #runsAgain(v: number): void {
    const incident = this.incidents.of(v);
    if (incident === undefined) return;
    const { now } = this.#kernel;
    // Its host came back before anything was decided: it runs on with what it had.
    if (incident.source === "none") this.#restoring.ownDisk(incident);
    this.#restoring.arrived(v);
    this.#relocating.over(v);
    this.incidents.close(incident, "running", now);
    const site = this.protection.siteOfVm(v);
    if (incident.source === "replica" || incident.source === "backup") {
      // Its data are older ones, and no other copy holds them as they are.
      this.replication.void(v);
      this.backups.restored(v);
      this.protection.exposures.get(v)?.recovered(this.protection.ran(v, now));
    } else if (incident.planned) {
      this.replication.void(v);
      this.replication.inStep(v, site);
      // Where it came from holds what it had when it stopped.
      const from = this.#leaving.get(v);
      this.#leaving.delete(v);
      if (incident.cause === "failed back" || from === undefined) this.#away.delete(v);
      else this.#away.set(v, { home: from, ran: incident.ran });
    }
    this.replication.runs(v);
    this.runbooks.over(v);
  }

  #ended(v: number): void {
    const incident = this.incidents.of(v);
    if (incident !== undefined) this.incidents.close(incident, this.#dc.vms.state[v] === V.LOST ? "lost" : "stopped", this.#kernel.now);
    this.#restoring.arrived(v);
    this.#relocating.over(v);
    this.replication.void(v);
    this.runbooks.over(v);
  }

  /** VM `v` is down, and comes back at `site` from a copy; home has what it had, or nothing any more. */
  #bringFromCopy(v: number, site: number): void {
    const incident = this.incidents.of(v);
    if (incident === undefined) return;
    const home = this.protection.siteOfVm(v);
    this.#restoring.begin(incident, site);
    if (home !== site && incident.end === "") this.#away.set(v, { home, ran: this.#destroyed[home] === 1 ? null : incident.ran - incident.lostSeconds });
  }

  // ---- runbooks ----------------------------------------------------------------------------------------------------

  #startOf(v: number, execution: Execution): boolean {
    const { runbook, way } = execution;
    const { vms } = this.#dc;
    const site = this.#siteNumber(way === "fail back" ? runbook.site : runbook.to);
    const home = this.protection.siteOfVm(v);
    if (way === "test") return this.protection.siteUp[site] === 1 && this.#drills.begin(v, site, execution);
    if (vms.state[v] === V.RUNNING_VM) {
      if (home === site || home < 0 || this.protection.siteUp[site] === 0) return false;
      const away = this.#away.get(v);
      const replica = this.replication.newest(v, site);
      const base = way === "fail back" ? (away === undefined ? null : away.ran) : (replica?.ran ?? null);
      this.#leaving.set(v, home);
      return this.#relocating.begin(
        v,
        site,
        base,
        this.#lineOf(v, home, site),
        this.#plannedBy(execution),
        way === "fail back" ? "failed back" : "failed over as planned",
      );
    }
    if (vms.state[v] !== V.DOWN || this.incidents.of(v) === undefined) return false;
    // It is coming back already, or will when its own site does.
    if (this.#restoring.isOpen(v) || way === "fail back" || this.protection.siteUp[home] === 1) return true;
    if (this.protection.siteUp[site] === 0) return false;
    this.#bringFromCopy(v, site);
    return this.incidents.of(v) !== undefined;
  }

  /** The line between two sites that copies of VM `v` use; what the site can take in where it has none. */
  #lineOf(v: number, home: number, site: number): Port {
    for (const { replicas, site: other, line } of this.replication.entries) if (replicas.has(v) && (other === home || other === site)) return line;
    return this.#sitePorts[site];
  }

  #plannedBy(execution: Execution): number {
    let failure = this.#planned.get(execution);
    if (failure === undefined) {
      failure = this.#dc.failing.book.failed(this.#kernel.now, "maintenance", execution.runbook.name, `${execution.way} by the runbook`);
      this.#planned.set(execution, failure);
    }
    return failure;
  }

  #executed(execution: Execution): void {
    const failure = this.#planned.get(execution);
    if (failure !== undefined) this.#dc.failing.book.mended(failure, this.#kernel.now);
  }

  // ---- what befalls sites and data ------------------------------------------------------------------------------------

  #happens(event: RecoveryEvent): void {
    switch (event.do) {
      case "lose site":
        return this.loseSite(this.#siteNumber(event.site), event.forSeconds, event.data === "destroyed");
      case "ransomware": {
        const since = this.#kernel.now;
        return this.#at(since + event.unnoticedSeconds, () => this.#restoreAll(event.vms, "ransomware", since));
      }
      case "lose data":
        return this.#restoreAll(event.vms, "data lost", Number.POSITIVE_INFINITY);
      default: {
        const runbook = this.spec.runbooks.find(({ name }) => name === event.runbook);
        if (runbook === undefined) return;
        const execution = this.runbooks.begin(runbook, event.do);
        if (event.do === "test" && execution !== null) this.#at(this.#kernel.now + event.forSeconds, () => this.#drills.end(execution));
      }
    }
  }

  /** All of the site stops. It is back after `seconds` (null = never), with its data or without. */
  loseSite(site: number, seconds: number | null, destroyed: boolean): void {
    if (this.protection.siteUp[site] === 0) return;
    const { now } = this.#kernel;
    const { failing, hosts } = this.#dc;
    const failure = failing.book.failed(now, "site", this.#inputs.siteNames[site], destroyed ? "lost with its data" : "lost");
    this.#goesDown(site, failure, destroyed);
    for (let h = 0; h < hosts.count; h++) if (this.protection.siteOf[h] === site) failing.failHost(h, failure);
    this.#isLost(site);
    if (seconds !== null) this.#at(now + seconds, () => this.#siteBack(site, failure));
  }

  /** Nothing at the site can be reached from now on. */
  #goesDown(site: number, by: number, destroyed: boolean): void {
    this.#lostBy[site] = by;
    this.#losses[site]++;
    this.#destroyed[site] = destroyed ? 1 : 0;
    // Mirrors hold the data of this instant: they are brought up to it before anything falls.
    this.replication.settle();
    this.protection.siteUp[site] = 0;
    this.backups.site(site, destroyed);
    this.replication.site(site, false, destroyed);
  }

  /** All its hosts are down: who is hit, and what is done about it. */
  #isLost(site: number): void {
    const { now } = this.#kernel;
    const { failing, vms } = this.#dc;
    // Those who waited for a place there wait for the site now.
    for (let v = 0; v < vms.count; v++)
      if (vms.state[v] === V.DOWN && vms.host[v] < 0 && this.protection.siteOfVm(v) === site && this.incidents.of(v) === undefined)
        this.#note(v, `site ${this.#inputs.siteNames[site]} lost`);
    this.#restoring.siteLost(site);
    this.#drills.siteLost(site);
    for (const v of this.#relocating.siteLost(site)) if (vms.state[v] === V.DOWN) failing.bringBack(v, "restarted elsewhere");
    const loss = this.#losses[site];
    for (const runbook of this.spec.runbooks) {
      if (runbook.site !== this.#inputs.siteNames[site]) continue;
      this.#at(now + runbook.declareSeconds, () => {
        if (this.protection.siteUp[site] === 0 && this.#losses[site] === loss) this.runbooks.begin(runbook, "fail over");
      });
    }
  }

  #siteBack(site: number, failure: number): void {
    if (this.#lostBy[site] !== failure) return;
    const { failing, hosts } = this.#dc;
    this.#lostBy[site] = -1;
    for (let h = 0; h < hosts.count; h++) if (this.protection.siteOf[h] === site) failing.repairHost(h, "boot");
    failing.book.mended(failure, this.#kernel.now);
    this.#comesBack(site);
  }

  #comesBack(site: number): void {
    const { failing, vms } = this.#dc;
    this.#lostBy[site] = -1;
    this.protection.siteUp[site] = 1;
    this.backups.site(site, false);
    this.replication.site(site, true, false);
    for (let v = 0; v < vms.count; v++) {
      const incident = this.incidents.of(v);
      if (incident === undefined || vms.state[v] !== V.DOWN || this.#restoring.isOpen(v) || this.protection.siteOfVm(v) !== site) continue;
      if (this.#destroyed[site] === 1) this.#bringFromCopy(v, site);
      else {
        this.#restoring.ownDisk(incident);
        failing.bringBack(v, "its host came back");
      }
    }
    this.#destroyed[site] = 0;
  }

  /** The data of these VMs are worthless from `since` on (Infinity: gone at this instant): they stop, and come back from copies. */
  #restoreAll(names: readonly string[], cause: "ransomware" | "data lost", since: number): void {
    const { failing, vms } = this.#dc;
    const failure = failing.book.failed(this.#kernel.now, "operator", names.join(", "), cause);
    const hit: number[] = [];
    for (const v of new Set(names.flatMap((name) => this.#inputs.numbers.vm(name)))) {
      if (this.protection.siteUp[Math.max(0, this.protection.siteOfVm(v))] === 0 || !failing.takeDown(v, failure)) continue;
      this.#restoring.over(v);
      const known = this.incidents.of(v);
      if (known !== undefined) this.incidents.close(known, "overtaken", this.#kernel.now);
      this.#note(v, cause);
      hit.push(v);
    }
    if (cause === "ransomware")
      for (const v of hit) {
        this.backups.spoil(v, since);
        this.replication.void(v);
      }
    for (const v of hit) {
      const incident = this.incidents.of(v);
      if (incident !== undefined && vms.state[v] === V.DOWN) this.#restoring.begin(incident, this.protection.siteOfVm(v), since);
    }
    failing.book.mended(failure, this.#kernel.now);
  }

  #siteNumber(name: string): number {
    return this.#inputs.siteNames.indexOf(name);
  }

  #at(time: number, what: () => void): void {
    this.#kernel.schedule(time, PHASE.failure, KIND.later, this.#later.push(what) - 1);
  }
}
