/**
 * High availability: hosts that fall silent are declared dead, and their VMs are restarted elsewhere.
 *
 * Heartbeats come every `heartbeat`; a host is dead `detection` after its last one (its phase is drawn once a host), and later by
 * an election when it was the one that watches: the first host that is up. VMs are restarted by priority, the highest first,
 * each where the placement policy puts it on a watched host of its own site; on dedicated failover hosts first. At most
 * `restartsAtOnce` boot on a host. A start that fails is tried again after growing waits; one that finds no room waits until
 * there is some. VMs whose group stands `after` another wait until those run.
 *
 * Source: VMware vSphere Availability (detection, priorities, 32 restarts a host, five attempts at 0, 2, 4, 8, 16 minutes).
 * Proof: test/cases/ha.test.ts.
 */
import type { Kernel } from "../../kernel/kernel.ts";
import type { Stream } from "../../kernel/streams.ts";
import type { Datacenter } from "../datacenter.ts";
import * as H from "../hosts.ts";
import type { NumbersOf } from "../names.ts";
import { PHASE } from "../phases.ts";
import * as V from "../vms.ts";
import { HaAdmissionControl } from "./admission.ts";
import { type HaSpec, PRIORITIES } from "./spec.ts";

export interface HaKinds {
  readonly dead: number;
  readonly restart: number;
  readonly retry: number;
  readonly waited: number;
}

interface Restart {
  readonly v: number;
  readonly from: number;
  readonly level: number;
  /** Nobody is waited for after this. */
  readonly patientUntil: number;
  attempts: number;
  /** Not before this: the wait after a failed start. */
  notBefore: number;
}

export class HighAvailability {
  /** VMs that are to be restarted, in order of priority, then number. */
  #pending: Restart[] = [];
  readonly admission: HaAdmissionControl;
  readonly #kernel: Kernel;
  readonly #dc: Datacenter;
  readonly #spec: HaSpec;
  readonly #kinds: HaKinds;
  readonly #luck: Stream;
  readonly #stream: (name: string) => Stream;
  /** By host class: detection time, or -1 where nobody watches. By host: phase of its heartbeats, NaN until it is asked for. */
  readonly #detection: Float64Array;
  readonly #phase: Float64Array;
  /** By host: VMs that went down with it and are not declared so yet. */
  readonly #silent = new Map<number, number[]>();
  readonly #booting: Int32Array;
  /** By VM that HA boots: where. */
  readonly #bootingOn = new Map<number, number>();
  readonly #dedicated: readonly number[];
  /** By VM class: numbers of the VMs it waits for. */
  readonly #after: readonly (readonly number[])[];
  #planned = false;

  constructor(kernel: Kernel, dc: Datacenter, spec: HaSpec, names: NumbersOf, stream: (name: string) => Stream, kinds: HaKinds) {
    const { hosts, vms, failing } = dc;
    this.#kernel = kernel;
    this.#dc = dc;
    this.#spec = spec;
    this.#kinds = kinds;
    this.#luck = stream("ha/starts");
    const watched = new Map(spec.watched.map(({ group, detectionSeconds }) => [group, detectionSeconds]));
    this.#detection = Float64Array.from(hosts.classes, (c) => watched.get(c.name) ?? -1);
    this.#phase = new Float64Array(hosts.count).fill(Number.NaN);
    this.#stream = stream;
    this.#booting = new Int32Array(hosts.count);
    this.#dedicated = spec.admission.policy === "dedicated" ? spec.admission.hosts.flatMap((name) => names.host(name)) : [];
    this.#after = vms.classes.map((c) => (c.ha?.after ?? []).flatMap((group) => names.vm(group)));
    this.#close(true);
    this.admission = new HaAdmissionControl(dc, spec.admission, (h) => this.isWatched(h));
    kernel.on(kinds.dead, (h) => this.#declareDead(h));
    kernel.on(kinds.restart, () => this.#restartAll());
    kernel.on(kinds.retry, () => this.#plan());
    kernel.on(kinds.waited, () => this.#plan());
    failing.rescuers.push({ take: (v, from) => this.#take(v, from) });
    failing.onBack.push((v) => this.#runs(v));
    failing.onEnded.push((v) => this.#settled(v));
    dc.waiting.onRoom.push(() => this.#plan());
  }

  /** Whether the host is one that others watch. */
  isWatched(h: number): boolean {
    return this.#detection[this.#dc.hosts.classOf[h]] >= 0;
  }

  /** Seconds from now until a host that falls silent now is declared dead. */
  silenceUntilDead(h: number): number {
    const { hosts } = this.#dc;
    const { heartbeatSeconds, electionSeconds } = this.#spec;
    const { now } = this.#kernel;
    if (!(this.#phase[h] >= 0)) this.#phase[h] = this.#stream(`ha/heartbeat of ${hosts.name(h)}`).uniform() * heartbeatSeconds;
    // Its last heartbeat was so long ago; the watcher is the first host that is up.
    const since = heartbeatSeconds > 0 ? (((now - this.#phase[h]) % heartbeatSeconds) + heartbeatSeconds) % heartbeatSeconds : 0;
    let watcher = 0;
    while (watcher < hosts.count && watcher !== h && !(hosts.state[watcher] === H.ON && this.isWatched(watcher))) watcher++;
    return Math.max(0, this.#detection[hosts.classOf[h]] - since) + (watcher === h ? electionSeconds : 0);
  }

  /** A VM on host `from` went down with it (or was let go there): it is this one's to restart, once the host is declared dead. */
  #take(v: number, from: number): boolean {
    const { vms, failing } = this.#dc;
    const { onHostDown, ha } = vms.classes[vms.classOf[v]];
    if (onHostDown !== "restart") return false;
    this.#settled(v);
    // Nobody restarts what no product watches.
    if (!this.isWatched(from) || ha?.priority === "disabled") {
      failing.waitFor(v, from);
      return true;
    }
    const silent = this.#silent.get(from);
    if (silent) silent.push(v);
    else {
      this.#silent.set(from, [v]);
      this.#kernel.schedule(this.#kernel.now + this.silenceUntilDead(from), PHASE.failure, this.#kinds.dead, from);
    }
    return true;
  }

  #declareDead(h: number): void {
    const silent = this.#silent.get(h) ?? [];
    this.#silent.delete(h);
    for (const v of silent) this.restart(v, h);
  }

  /** Has the VM, which is down, restarted: it was noticed just now. */
  restart(v: number, from: number): void {
    const { vms, failing } = this.#dc;
    if (vms.state[v] !== V.DOWN || vms.host[v] >= 0) return;
    const outage = failing.book.open(v);
    if (outage !== undefined && !(outage.detectedSeconds >= 0)) outage.detectedSeconds = this.#kernel.now;
    const priority = vms.classes[vms.classOf[v]].ha?.priority ?? "medium";
    const level = priority === "disabled" ? PRIORITIES.length : PRIORITIES.indexOf(priority);
    const restart: Restart = { v, from, level, patientUntil: this.#kernel.now + this.#spec.waitSeconds, attempts: 0, notBefore: 0 };
    this.#pending.push(restart);
    const waits = this.#spec.next === "running" || this.#after[vms.classOf[v]].length > 0;
    if (waits) this.#kernel.schedule(restart.patientUntil, PHASE.decision, this.#kinds.waited, v);
    this.#plan();
  }

  /** Something changed: those who wait are tried once all that happens at this instant has happened. */
  #plan(): void {
    if (this.#planned || this.#pending.length === 0) return;
    this.#planned = true;
    this.#kernel.schedule(this.#kernel.now, PHASE.decision, this.#kinds.restart, 0);
  }

  #restartAll(): void {
    this.#planned = false;
    const { now } = this.#kernel;
    const still: Restart[] = [];
    const trying = this.#pending.sort((a, b) => a.level - b.level || a.v - b.v);
    this.#pending = [];
    // A level that others must wait for, and until when.
    let held = Number.POSITIVE_INFINITY;
    for (const restart of trying) {
      if (restart.level > held && now < restart.patientUntil) {
        still.push(restart);
        continue;
      }
      if (now < restart.notBefore || !this.#othersRun(restart) || !this.#start(restart)) still.push(restart);
      if (this.#spec.next === "running" && this.#levelIsDown(restart.level)) held = Math.min(held, restart.level);
    }
    this.#pending = [...still, ...this.#pending].filter(({ v }) => this.#dc.vms.state[v] === V.DOWN);
  }

  /** Whether VMs of that priority are being booted. */
  #levelIsDown(level: number): boolean {
    const { vms } = this.#dc;
    for (const v of this.#bootingOn.keys()) {
      const priority = vms.classes[vms.classOf[v]].ha?.priority ?? "medium";
      if (priority !== "disabled" && PRIORITIES.indexOf(priority) === level) return true;
    }
    return false;
  }

  /** Whether the VMs it waits for run, or have been waited for long enough. */
  #othersRun({ v, patientUntil }: Restart): boolean {
    const { vms } = this.#dc;
    if (this.#kernel.now >= patientUntil) return true;
    for (const other of this.#after[vms.classOf[v]]) if (vms.state[other] === V.DOWN || vms.state[other] === V.BOOTING) return false;
    return true;
  }

  /** Starts the VM; false when there is no room, or the start failed. */
  #start(restart: Restart): boolean {
    const { v, from } = restart;
    const { failing, fleet, hosts, vms } = this.#dc;
    if (vms.state[v] !== V.DOWN || vms.host[v] >= 0) return true;
    const { site } = hosts.classes[hosts.classOf[from]];
    const suits = (h: number): boolean => this.isWatched(h) && hosts.classes[hosts.classOf[h]].site === site && this.#booting[h] < this.#spec.restartsAtOnce;
    let placed = false;
    if (this.#dedicated.length > 0) {
      const dedicated = new Set(this.#dedicated);
      this.#close(false);
      fleet.only = (h) => dedicated.has(h) && suits(h);
      placed = failing.placeAnywhere(v, "high availability");
      fleet.only = null;
      this.#close(true);
    }
    if (!placed) {
      fleet.only = suits;
      placed = failing.placeAnywhere(v, "high availability");
      fleet.only = null;
    }
    if (!placed) return false;
    if (!this.#boots(v)) return true;
    if (this.#spec.startFailureChance > 0 && this.#luck.uniform() < this.#spec.startFailureChance) return this.#startFails(restart);
    const h = vms.host[v];
    this.#bootingOn.set(v, h);
    this.#booting[h]++;
    return true;
  }

  #boots(v: number): boolean {
    return this.#dc.vms.state[v] === V.BOOTING;
  }

  /** The VM did not come up: it is tried again later, or given up. True when that is the end of it here. */
  #startFails(restart: Restart): boolean {
    const { failing } = this.#dc;
    const { retrySeconds } = this.#spec;
    failing.letGo(restart.v);
    if (restart.attempts >= retrySeconds.length) {
      failing.giveUp(restart.v, restart.from);
      return true;
    }
    restart.notBefore = this.#kernel.now + retrySeconds[restart.attempts++];
    this.#kernel.schedule(restart.notBefore, PHASE.decision, this.#kinds.retry, restart.v);
    return false;
  }

  #runs(v: number): void {
    if (this.#settled(v)) this.#plan();
    else if (this.#pending.length > 0) this.#plan();
  }

  /** The VM boots no more. */
  #settled(v: number): boolean {
    const h = this.#bootingOn.get(v);
    if (h === undefined) return false;
    this.#bootingOn.delete(v);
    this.#booting[h]--;
    return true;
  }

  /** Keeps everybody else off the dedicated failover hosts, or lets them in for a moment. */
  #close(closed: boolean): void {
    const { hosts, fleet } = this.#dc;
    for (const h of this.#dedicated) {
      if (closed) hosts.closed[h] |= H.FAILOVER;
      else hosts.closed[h] &= ~H.FAILOVER;
      fleet.changed(h);
    }
  }
}
