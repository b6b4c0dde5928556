/**
 * The one way in which hosts and VMs go down and come back, whoever brings it about: a failure model, a trace, the scenario's
 * script, maintenance, a disaster.
 *
 * A host is down as long as anything holds it down: a rack and its own board may both have failed. FAILED is apart from OFF
 * in the accounts, and draws what `failedWatts` says (nothing, unless the scenario says otherwise). When the last cause is
 * gone it is what it was wanted to be: on (at once, or after a boot), or off.
 *
 * A VM on a host that goes down is lost, waits for its host, or is restarted elsewhere, as its class says; who restarts it
 * (fault tolerance, high availability, disaster recovery) is asked first. A VM that crashes by itself keeps its place, and
 * nobody else notices: isolation is what virtualization promises.
 */
import * as H from "./hosts.ts";
import type { EventName } from "./log.ts";
import type { Component, Outages, Return } from "./outages.ts";
import * as V from "./vms.ts";

/** What failing needs of the datacenter. */
export interface FailingHooks {
  readonly now: () => number;
  /** Settles host `h`, has it solved at the end of the instant. */
  touch(h: number): void;
  /** The host has another state: placement and the waiting VMs must know. */
  switched(h: number): void;
  /** Whatever the host's power was doing is over; or it boots. */
  cancelPower(h: number): void;
  boot(h: number): void;
  /** Migrations from and to the host are over. */
  migrationsEnd(h: number): void;
  /** Ends the VM for good. */
  lose(v: number): void;
  /** Takes the VM off its host, or halts it where it is; it is down from then on. */
  layDown(v: number): void;
  halt(v: number): void;
  /** Boots a VM that is down where it is; or puts it on a host and boots it there, if it fits. */
  bootVm(v: number): void;
  placeOn(v: number, h: number): boolean;
  /** The same on the host that the placement policy chooses. */
  placeAnywhere(v: number): boolean;
  /** It waits for a place anywhere; it waits no more. */
  queue(v: number): void;
  unqueue(v: number): void;
  log(event: EventName, v: number, h: number): void;
}

/** Somebody who may take over a VM whose host went down. True: it is theirs now. */
export interface Rescuer {
  /** Before the VM is taken off: it may still be carried to another host as it runs. */
  carryOver?(v: number, from: number, failure: number): boolean;
  /** After it went down. */
  take?(v: number, from: number, failure: number): boolean;
}

/** Boots of a repaired host that may fail before it is left off. */
const MOST_BOOTS = 10;

/** How a host is back: on at once, or after a boot. */
export type Comeback = "on" | "boot";

export class Failing {
  readonly book: Outages;
  /** Asked in this order before a VM's own class is. */
  readonly rescuers: Rescuer[] = [];
  /** Told of each VM that runs again after an outage. */
  readonly onBack: ((v: number) => void)[] = [];
  /** Told of each VM that runs from now on, for the first time or again; of each that has ended; of hosts that went down. */
  readonly onStarted: ((v: number) => void)[] = [];
  readonly onEnded: ((v: number) => void)[] = [];
  readonly onHostDown: ((h: number) => void)[] = [];
  /** Told of hosts whose disks are lost, before they go down. */
  readonly onDataLost: ((h: number, failure: number) => void)[] = [];
  /** Told of guests that crashed. */
  readonly onCrash: ((v: number, failure: number) => void)[] = [];
  /** Told when a host came back. */
  readonly onHostBack: ((h: number) => void)[] = [];
  readonly #hosts: H.Hosts;
  readonly #vms: V.Vms;
  readonly #hooks: FailingHooks;
  /** What holds each host down, by how many failures. */
  readonly #held: Int32Array;
  /** 1: it shall be on when nothing holds it down. */
  readonly #wanted: Uint8Array;
  /** The scripted switch-off that is not over, or -1; which of its boots after a repair is under way, or 0. */
  readonly #script: Int32Array;
  readonly #booting: Uint8Array;
  /** The scripted failure that is not repaired, or -1. */
  readonly #failed: Int32Array;
  /** VMs that wait for their own host. */
  readonly #homeless = new Map<number, number[]>();
  /** How often the host of a VM that does not bear it for ever went down. */
  readonly #downs = new Map<number, number>();
  /** VMs that are to be restarted where they are as soon as their host has booted. */
  readonly #afterBoot = new Map<number, Return>();
  /** By VM: who is bringing it back. */
  readonly #by = new Map<number, Return>();

  constructor(hosts: H.Hosts, vms: V.Vms, book: Outages, hooks: FailingHooks) {
    this.#hosts = hosts;
    this.#vms = vms;
    this.book = book;
    this.#hooks = hooks;
    this.#held = new Int32Array(hosts.count);
    this.#wanted = new Uint8Array(hosts.count);
    this.#script = new Int32Array(hosts.count).fill(-1);
    this.#booting = new Uint8Array(hosts.count);
    this.#failed = new Int32Array(hosts.count).fill(-1);
  }

  /** Whether something holds the host down. */
  isHeld(h: number): boolean {
    return this.#held[h] > 0;
  }

  // ---- hosts -------------------------------------------------------------------------------------------------------

  /** Failure number `failure` takes host `h` down, or holds it down too. */
  failHost(h: number, failure: number): void {
    this.#held[h]++;
    this.book.hitHost(failure);
    if (this.#hosts.state[h] === H.FAILED) return;
    const { state } = this.#hosts;
    const rests = state[h] === H.OFF || state[h] === H.ASLEEP || state[h] === H.STOPPING || state[h] === H.SUSPENDING;
    this.#wanted[h] = rests ? 0 : 1;
    this.#down(h, failure, H.FAILED, "host failed");
  }

  /** One failure holds host `h` down no more. It comes back when it was the last. */
  repairHost(h: number, how: Comeback = "on"): void {
    if (this.#held[h] === 0) throw new Error(`host ${this.#hosts.name(h)} is repaired, and nothing holds it down`);
    if (--this.#held[h] > 0) return;
    this.#hooks.touch(h);
    this.#hosts.state[h] = H.OFF;
    this.#hooks.log("host repaired", -1, h);
    if (this.#wanted[h] === 0 || (this.#hosts.closed[h] & H.FORCED_OFF) !== 0) return this.#hooks.switched(h);
    if (how === "on") return this.#up(h);
    this.#booting[h] = 1;
    this.#hooks.boot(h);
  }

  /** The scenario (or maintenance) switches the host off at once; `cause` says why. */
  switchOff(h: number, cause: string, component: Component = "host"): void {
    const { state, closed } = this.#hosts;
    closed[h] |= H.FORCED_OFF;
    this.#wanted[h] = 0;
    if (state[h] === H.OFF || state[h] === H.FAILED) return;
    const failure = this.book.failed(this.#hooks.now(), component, this.#hosts.name(h), cause);
    this.#script[h] = failure;
    this.book.hitHost(failure);
    this.#down(h, failure, H.OFF, "host off");
  }

  /** The scenario switches it on again at once. A host that has failed stays so until it is repaired. */
  switchOn(h: number): void {
    const { state, closed } = this.#hosts;
    closed[h] &= ~H.FORCED_OFF;
    this.#wanted[h] = 1;
    if (this.#script[h] >= 0) this.book.mended(this.#script[h], this.#hooks.now());
    this.#script[h] = -1;
    if (state[h] === H.ON || state[h] === H.FAILED) return;
    this.#hooks.touch(h);
    this.#hooks.cancelPower(h);
    this.#up(h);
  }

  /** The scenario lets the host fail, and repairs it. */
  failByScript(h: number): void {
    if (this.#failed[h] >= 0) return;
    const failure = this.book.failed(this.#hooks.now(), "host", this.#hosts.name(h), "failed by the scenario");
    this.#failed[h] = failure;
    this.failHost(h, failure);
  }

  repairByScript(h: number): void {
    if (this.#failed[h] < 0) return;
    this.book.mended(this.#failed[h], this.#hooks.now());
    this.#failed[h] = -1;
    this.repairHost(h);
  }

  /** More disks of the host failed than it can do without: what was on them is gone. */
  dataLost(h: number, failure: number): void {
    this.#hooks.log("data lost", -1, h);
    for (const told of this.onDataLost) told(h, failure);
  }

  /** A boot of the host ended: the host is on, or (a boot may fail) off again. */
  booted(h: number, on: boolean): void {
    if (on) this.#restartHere(h);
    if (this.#booting[h] === 0) return;
    if (on) {
      this.#booting[h] = 0;
      this.#comeHome(h);
    } else if (++this.#booting[h] <= MOST_BOOTS) this.#hooks.boot(h);
    else this.#booting[h] = 0;
  }

  #restartHere(h: number): void {
    for (const [v, by] of [...this.#afterBoot]) {
      if (this.#vms.host[v] === h) this.restartVm(v, by);
      if (this.#vms.host[v] === h || this.#vms.host[v] < 0) this.#afterBoot.delete(v);
    }
  }

  #down(h: number, failure: number, state: number, event: EventName): void {
    const hosts = this.#hosts;
    const hooks = this.#hooks;
    this.#booting[h] = 0;
    hooks.cancelPower(h);
    hooks.touch(h);
    hooks.log(event, -1, h);
    for (let i = hosts.vms[h] - 1; i >= 0; i--) {
      const v = hosts.members[hosts.start[h] + i];
      for (const rescuer of this.rescuers) if (rescuer.carryOver?.(v, h, failure) === true) break;
    }
    // Before migrations end: none may begin to or from it.
    hosts.state[h] = state;
    hooks.migrationsEnd(h);
    while (hosts.vms[h] > 0) {
      const v = hosts.members[hosts.start[h]];
      this.book.down(v, failure, hooks.now(), h);
      if (this.#isLost(v)) {
        hooks.lose(v);
        continue;
      }
      hooks.layDown(v);
      this.#by.delete(v);
      hooks.log("down", v, h);
      if (this.rescuers.some((rescuer) => rescuer.take?.(v, h, failure) === true)) continue;
      this.giveUp(v, h);
    }
    for (const told of this.onHostDown) told(h);
    hooks.switched(h);
  }

  /** Whether its host's going down is the end of the VM. */
  #isLost(v: number): boolean {
    const { onHostDown, maxFailures = null } = this.#vms.classes[this.#vms.classOf[v]];
    if (maxFailures === null) return onHostDown === "lost";
    const so = (this.#downs.get(v) ?? 0) + 1;
    this.#downs.set(v, so);
    return onHostDown === "lost" || so >= maxFailures;
  }

  #up(h: number): void {
    this.#hosts.state[h] = H.ON;
    this.#hooks.log("host on", -1, h);
    this.#comeHome(h);
    this.#hooks.switched(h);
  }

  /** VMs that waited for this host boot on it. */
  #comeHome(h: number): void {
    const waiting = this.#homeless.get(h);
    this.#homeless.delete(h);
    for (const v of waiting ?? []) {
      if (this.#vms.state[v] !== V.DOWN || this.#vms.host[v] >= 0) continue;
      if (!this.placeOn(v, h, "its host came back")) this.#hooks.queue(v);
    }
    for (const told of this.onHostBack) told(h);
  }

  // ---- VMs ---------------------------------------------------------------------------------------------------------

  /** Nobody else brings the VM back: it waits for its host, or for a place anywhere, as its class says. */
  giveUp(v: number, from: number): void {
    if (this.#vms.classes[this.#vms.classOf[v]].onHostDown === "wait") this.waitFor(v, from);
    else this.#hooks.queue(v);
  }

  /** The VM waits for its own host. */
  waitFor(v: number, from: number): void {
    // The host may have come back since.
    if (this.#hosts.state[from] === H.ON && this.placeOn(v, from, "its host came back")) return;
    const waiting = this.#homeless.get(from);
    if (waiting) waiting.push(v);
    else this.#homeless.set(from, [v]);
  }

  /** The guest of VM `v` crashes. It keeps its place; somebody restarts it with `restartVm`. False when it does not run. */
  crashVm(v: number, failure: number, event: EventName = "crashed"): boolean {
    if (this.#vms.state[v] !== V.RUNNING_VM && this.#vms.state[v] !== V.BOOTING) return false;
    this.book.down(v, failure, this.#hooks.now(), this.#vms.host[v]);
    this.#hooks.halt(v);
    this.#by.delete(v);
    this.#hooks.log(event, v, this.#vms.host[v]);
    if (event === "crashed") for (const told of this.onCrash) told(v, failure);
    return true;
  }

  /** Boots a crashed VM where it is; nothing happens when it is there no more. */
  restartVm(v: number, by: Return): void {
    const h = this.#vms.host[v];
    if (this.#vms.state[v] !== V.DOWN || h < 0) return;
    if (this.#hosts.state[h] !== H.ON) {
      // Its host is being rebooted with the VM on it.
      this.#afterBoot.set(v, by);
      return;
    }
    this.#by.set(v, by);
    this.placed(v);
    this.#hooks.bootVm(v);
  }

  /** Starts a VM that is down on host `h`; false when it may not go there. */
  placeOn(v: number, h: number, by: Return): boolean {
    this.#by.set(v, by);
    const placed = this.#hooks.placeOn(v, h);
    if (!placed) this.#by.delete(v);
    return placed;
  }

  /** Starts a VM that is down wherever the placement policy puts it; false when there is no place. */
  placeAnywhere(v: number, by: Return): boolean {
    this.#by.set(v, by);
    const placed = this.#hooks.placeAnywhere(v);
    if (!placed) this.#by.delete(v);
    return placed;
  }

  /** Starts a VM that is down wherever the placement policy puts it, now or as soon as there is a place. */
  bringBack(v: number, by: Return): void {
    this.#hooks.unqueue(v);
    this.#by.set(v, by);
    if (!this.#hooks.placeAnywhere(v)) this.#hooks.queue(v);
  }

  /** Takes VM `v` off its host, on purpose or because its data are gone; whoever asks for it brings it back. False when it is not there to be taken. */
  takeDown(v: number, failure: number): boolean {
    const { state, host } = this.#vms;
    if (state[v] === V.REQUESTED || state[v] === V.QUEUED || V.isOver(state[v])) return false;
    const from = host[v];
    this.book.down(v, failure, this.#hooks.now(), from);
    this.#hooks.unqueue(v);
    this.#by.delete(v);
    if (from >= 0) this.#hooks.layDown(v);
    this.#hooks.log("shut down", v, from);
    return true;
  }

  /** What VM `v` held in memory is gone, though its host is up: its class says whether it starts anew or is lost. */
  stateLost(v: number, cause: string): void {
    const now = this.#hooks.now();
    const from = this.#vms.host[v];
    const failure = this.book.failed(now, "vm", this.#vms.names[v], cause);
    this.book.down(v, failure, now, from);
    this.book.mended(failure, now);
    if (this.#isLost(v)) return this.#hooks.lose(v);
    this.#hooks.layDown(v);
    this.#by.delete(v);
    this.#hooks.log("down", v, from);
    this.giveUp(v, from);
  }

  /** The VM that is down will not come back. */
  loseVm(v: number): void {
    this.#hooks.unqueue(v);
    this.#hooks.lose(v);
  }

  /** A VM that was down has a place, and begins to boot there. */
  placed(v: number): void {
    const outage = this.book.open(v);
    if (outage === undefined) return;
    outage.attempts++;
    outage.bootSeconds = this.#hooks.now();
  }

  /** The VM runs. */
  runs(v: number): void {
    for (const told of this.onStarted) told(v);
    const outage = this.book.open(v);
    if (outage === undefined || outage.unreachable) return;
    const by = this.#by.get(v) ?? "restarted elsewhere";
    this.#by.delete(v);
    this.book.over(v, this.#hooks.now(), by, this.#vms.host[v]);
    for (const told of this.onBack) told(v);
  }

  /** The VM, which stood still, runs on where it is. */
  resumed(v: number, by: Return): void {
    this.#by.set(v, by);
    this.runs(v);
    this.#by.delete(v);
  }

  /** Whether VM `v` is out of service for something that was planned. */
  isPlanned(v: number): boolean {
    const outage = this.book.open(v);
    return outage !== undefined && this.book.failures[outage.failure].component === "maintenance";
  }

  /** The VM has ended. */
  ended(v: number): void {
    this.book.over(v, this.#hooks.now(), this.#vms.state[v] === V.LOST ? "lost" : "stopped", -1);
    this.#by.delete(v);
    for (const told of this.onEnded) told(v);
  }

  /** A VM that runs or boots is let go where it is: it is down, without a host, and somebody restarts it. */
  letGo(v: number): void {
    const from = this.#vms.host[v];
    this.#hooks.layDown(v);
    this.#by.delete(v);
    const open = this.book.open(v);
    if (open !== undefined) open.unreachable = false;
    this.#hooks.log("down", v, from);
  }

  /** The VM's host fails, and another copy of it runs on at once: `carry` puts it there. */
  takeOver(v: number, failure: number, carry: () => void): void {
    this.book.down(v, failure, this.#hooks.now(), this.#vms.host[v]);
    carry();
    this.book.over(v, this.#hooks.now(), "fault tolerance", this.#vms.host[v]);
  }
}
