/**
 * Moving VMs: what may move where, and the migrations that do it.
 *
 * Every request is checked here, whoever makes it. What can never be (another product, no room, host off) is refused with
 * the rule; what must only wait (both hosts already take part in as many migrations as the product allows) waits its turn.
 */
import type { Kernel } from "../kernel/kernel.ts";
import type { FleetView } from "./fleet.ts";
import * as H from "./hosts.ts";
import { vmOverheadMiB } from "./memory.ts";
import { type Migration, Migrations } from "./migrations.ts";
import type { Network } from "./network.ts";
import { usualMemory } from "./spec.ts";
import * as V from "./vms.ts";

/** What moving needs of the datacenter. */
export interface MovementHooks {
  /** Settles host `h`, has it solved at the end of the instant. */
  touch(h: number): void;
  /** Stops a running VM for the switch; lets it run on; takes it off its host and puts it, stopped, on another. */
  halt(v: number): void;
  runOn(v: number): void;
  carry(v: number, to: number): void;
  /** What it held in memory is gone. */
  stateLost(v: number, cause: string): void;
  /** Takes or gives back memory and vCPUs of the VM on a host it is not on. */
  take(v: number, h: number, overheadMiB: number, sign: 1 | -1): void;
  /** Why the VM cannot leave its host while it runs; why it cannot leave it in any way; or null. */
  tied(v: number): string | null;
  held(v: number): string | null;
  /** What it may use at most has changed. */
  resize(v: number): void;
  log(event: "migrating" | "migrated" | "migration broken off", v: number, h: number): void;
  /** A migration is over; the VM may have ended too. */
  ended?(v: number): void;
  vmEnded?(v: number): void;
}

/** A move that waits for a slot. */
interface Waiting {
  readonly v: number;
  readonly to: number;
  /** Its place in line. */
  readonly ticket: number;
  /** It began, was dropped, or its VM is gone. */
  over: boolean;
}

export class Movement {
  readonly #hosts: H.Hosts;
  readonly #vms: V.Vms;
  readonly #fleet: FleetView;
  readonly #hooks: MovementHooks;
  readonly #migrations: Migrations;
  readonly #network: Network;
  /** Moves that wait for a slot, by VM, and in order by each of their two hosts. */
  readonly #waiting = new Map<number, Waiting>();
  readonly #waitingAt = new Map<number, Waiting[]>();
  #tickets = 0;
  readonly #kernel: Kernel;
  /** When each VM stopped for its migration (NaN: it did not), and what it asked for then, cores of its host. */
  readonly #stoppedAt: Float64Array;
  readonly #askedCores: Float64Array;
  /** Where each VM is moving or waiting to move, or -1; and how many do. */
  readonly target: Int32Array;
  moving = 0;

  constructor(kernel: Kernel, hosts: H.Hosts, vms: V.Vms, fleet: FleetView, network: Network, hooks: MovementHooks, phase: number, timerKind: number) {
    this.#kernel = kernel;
    this.#hosts = hosts;
    this.#vms = vms;
    this.#fleet = fleet;
    this.#stoppedAt = new Float64Array(vms.count).fill(Number.NaN);
    this.#askedCores = new Float64Array(vms.count);
    this.#hooks = hooks;
    this.#network = network;
    this.target = new Int32Array(vms.count).fill(-1);
    this.#migrations = new Migrations(
      kernel,
      {
        busySeconds: (v) => {
          hooks.touch(vms.host[v]);
          return vms.row[v * V.VM_ROW + V.DONE_CORE_S] / vms.vcpus[v];
        },
        slow: (v, loss, throttle) => this.#slow(v, loss, throttle),
        addCores: (h, cores) => this.addCores(h, cores),
        hold: (v, h, held) => hooks.take(v, h, this.#overhead(v, h), held ? 1 : -1),
        stop: (v) => this.stop(v),
        run: (v) => this.run(v),
        carry: (v, to) => hooks.carry(v, to),
        stateLost: (v, cause) => hooks.stateLost(v, cause),
        ended: (m) => this.#ended(m),
        send: (from, to, mib, cap, done, broken) => network.start({ host: from }, { host: to }, mib, cap, "migration", done, broken),
        cancel: (transfer) => network.cancel(transfer),
      },
      hosts.count,
      phase,
      timerKind,
    );
  }

  /** CPU that copying takes on a host changes by `cores`. */
  addCores(h: number, cores: number): void {
    this.#hooks.touch(h);
    // Sums of decimals leave dust; no copy at all costs nothing at all.
    const sum = this.#hosts.copyCores[h] + cores;
    this.#hosts.copyCores[h] = Math.abs(sum) < 1e-9 ? 0 : sum;
  }

  /** A running VM stands still for a switch; it runs on where it is. */
  stop(v: number): void {
    this.#stops(v);
    this.#hooks.halt(v);
  }
  run(v: number): void {
    this.#stopEnds(v, this.#kernel.now);
    this.#hooks.runOn(v);
  }

  /** All migrations so far, in order of start. */
  get log(): readonly Migration[] {
    return this.#migrations.log;
  }

  isMoving(v: number): boolean {
    return this.target[v] >= 0;
  }

  /** Why VM `v` may not move to host `to` now, or null when it may. */
  refusal(v: number, to: number): string | null {
    const { host, names } = this.#vms;
    const from = host[v];
    const fixed = this.fixed(v);
    if (fixed !== null) return fixed;
    if (to === from) return `VM ${names[v]} is on ${this.#hosts.name(to)} already`;
    this.#fleet.ask(v, -1);
    const rule = this.#fleet.rule(to);
    if (rule >= 0) return `${this.#hosts.name(to)} cannot take it: ${this.#fleet.ruleText(to)}`;
    if (this.#scheme(from, to) === "none") return `${this.#product(from)} cannot move a VM to ${this.#product(to)}`;
    const tied = this.tied(v);
    if (tied !== null && this.#scheme(from, to) !== "cold") return tied;
    if (!this.#network.takesMigrations(to)) return unreached(this.#hosts.name(to));
    return null;
  }

  /** Why VM `v` may move nowhere now, or null. */
  fixed(v: number): string | null {
    const { host, state, names } = this.#vms;
    const from = host[v];
    if (state[v] !== V.RUNNING_VM) return `VM ${names[v]} is ${V.VM_STATES[state[v]]}, not running`;
    if (this.isMoving(v)) return `VM ${names[v]} is moving already`;
    if ((this.#hosts.closed[from] & H.CUT_OFF) !== 0) return `${this.#hosts.name(from)} is cut off from the network`;
    if (!this.#network.takesMigrations(from)) return unreached(this.#hosts.name(from));
    return this.#hooks.held(v);
  }

  /** Why VM `v` cannot leave its host while it runs, or null. */
  tied(v: number): string | null {
    return this.#hooks.held(v) ?? this.#hooks.tied(v);
  }

  /** Moves VM `v` to host `to`, now or as soon as both have a free slot. Returns the refusal, or null. */
  migrate(v: number, to: number): string | null {
    const refusal = this.refusal(v, to);
    if (refusal !== null) return refusal;
    this.target[v] = to;
    this.moving++;
    if (this.#hasSlot(this.#vms.host[v]) && this.#hasSlot(to)) this.#start(v, to);
    else this.#wait(v, to);
    return null;
  }

  #wait(v: number, to: number): void {
    const waiting: Waiting = { v, to, ticket: this.#tickets++, over: false };
    this.#waiting.set(v, waiting);
    for (const h of [this.#vms.host[v], to]) {
      const line = this.#waitingAt.get(h);
      if (line) line.push(waiting);
      else this.#waitingAt.set(h, [waiting]);
    }
  }

  /** Moves VM `v` in no time and at no cost (a thought experiment, and reference cases). Returns the refusal, or null. */
  moveAtOnce(v: number, to: number): string | null {
    const refusal = this.refusal(v, to);
    if (refusal !== null) return refusal;
    this.#hooks.halt(v);
    this.#hooks.carry(v, to);
    this.#hooks.runOn(v);
    return null;
  }

  hostFailed(h: number): void {
    this.#migrations.hostFailed(h);
  }

  vmEnded(v: number): void {
    this.#hooks.vmEnded?.(v);
    this.#stopEnds(v, this.#kernel.now);
    this.#migrations.vmEnded(v);
    this.#still(v);
  }

  /** Ends the accounts at `t`. */
  close(t: number): void {
    for (let v = 0; v < this.#vms.count; v++) this.#stopEnds(v, t);
  }

  /** The VM is about to stand still: from now on its work is missed at the rate at which it asks for it. */
  #stops(v: number): void {
    const { row, host } = this.#vms;
    this.#hooks.touch(host[v]);
    const asked = row[v * V.VM_ROW + V.DEMAND];
    const most = row[v * V.VM_ROW + V.CAP_MHZ] / row[v * V.VM_ROW + V.PER_WORK];
    this.#stoppedAt[v] = this.#kernel.now;
    this.#askedCores[v] = (asked === Number.POSITIVE_INFINITY ? most : asked) / this.#hosts.row[host[v] * H.HOST_ROW + H.CORE_MHZ];
  }

  #stopEnds(v: number, t: number): void {
    const since = this.#stoppedAt[v];
    if (!(since >= 0)) return;
    this.#vms.stoppedCoreS[v] += this.#askedCores[v] * (t - since);
    this.#stoppedAt[v] = Number.NaN;
  }

  /** The VM moves no more, nor waits to. */
  #still(v: number): void {
    if (this.target[v] < 0) return;
    this.target[v] = -1;
    this.moving--;
    const waiting = this.#waiting.get(v);
    if (waiting === undefined) return;
    waiting.over = true;
    this.#waiting.delete(v);
  }

  #start(v: number, to: number): void {
    const { host, memoryMiB, classes, classOf } = this.#vms;
    const from = host[v];
    const { migration } = this.#hosts.classes[this.#hosts.classOf[from]].hypervisor;
    const spec = { ...migration, scheme: this.#scheme(from, to) };
    const { memoryActivity, memory = usualMemory } = classes[classOf[v]];
    const { dirtyMiBPerSecond, workingSetShare } = memoryActivity;
    this.#hooks.log("migrating", v, to);
    this.#migrations.start(
      v,
      from,
      to,
      spec,
      // Pages the guest never touched are not sent.
      memory.touchedShare * memoryMiB[v],
      dirtyMiBPerSecond,
      Math.min(workingSetShare, memory.touchedShare) * memoryMiB[v],
      migration.maxMiBPerSecond ?? Number.POSITIVE_INFINITY,
    );
  }

  #ended(migration: Migration): void {
    this.#hooks.log(migration.end === "done" ? "migrated" : "migration broken off", migration.vm, migration.to);
    this.#still(migration.vm);
    this.#hooks.ended?.(migration.vm);
    // Slots came free at its two hosts: the first in line there with a slot at both ends goes next; what has become
    // impossible meanwhile is dropped.
    const hosts = [migration.from, migration.to];
    const line = hosts.flatMap((h) => this.#waitingAt.get(h) ?? []).sort((a, b) => a.ticket - b.ticket);
    for (const waiting of line) {
      const { v, to } = waiting;
      if (waiting.over || !this.#hasSlot(this.#vms.host[v]) || !this.#hasSlot(to)) continue;
      this.#still(v);
      if (this.refusal(v, to) !== null) continue;
      this.target[v] = to;
      this.moving++;
      this.#start(v, to);
    }
    for (const h of hosts) {
      const left = this.#waitingAt.get(h)?.filter((waiting) => !waiting.over) ?? [];
      if (left.length > 0) this.#waitingAt.set(h, left);
      else this.#waitingAt.delete(h);
    }
  }

  #hasSlot(h: number): boolean {
    return this.#migrations.onHost(h) < this.#hosts.classes[this.#hosts.classOf[h]].hypervisor.migration.concurrentPerHost;
  }

  /** Whether a VM would run on while it moves from one host to the other; null = it cannot move at all. */
  isLive(from: number, to: number): boolean | null {
    const scheme = this.#scheme(from, to);
    return scheme === "none" ? null : scheme !== "cold";
  }

  /** MiB a second that migrations can have of the host's card, were there no other traffic. */
  cardMiBPerSecond(h: number): number {
    return this.#network.migrationMiBPerSecond(h);
  }

  /** How a VM gets from one host to the other: the product's own way between its hosts, cold between products. */
  #scheme(from: number, to: number): Migration["scheme"] {
    const { migration } = this.#hosts.classes[this.#hosts.classOf[from]].hypervisor;
    return this.#product(from) === this.#product(to) ? migration.scheme : "cold";
  }

  #product(h: number): string {
    return this.#hosts.classes[this.#hosts.classOf[h]].hypervisor.product;
  }

  #overhead(v: number, h: number): number {
    return vmOverheadMiB(this.#hosts.classes[this.#hosts.classOf[h]].hypervisor, this.#vms.vcpus[v], this.#vms.memoryMiB[v]);
  }

  #slow(v: number, loss: number, throttle: number): void {
    const { host, copyLoss, throttle: kept } = this.#vms;
    const h = host[v];
    if (h < 0 || (copyLoss[v] === loss && kept[v] === throttle)) return;
    this.#hooks.touch(h);
    const was = copyLoss[v] > 0 || kept[v] > 0 ? 1 : 0;
    const is = loss > 0 || throttle > 0 ? 1 : 0;
    this.#hosts.copiedVms[h] += is - was;
    copyLoss[v] = loss;
    kept[v] = throttle;
    this.#hooks.resize(v);
  }
}

const unreached = (host: string): string => `${host} does not reach the migration network`;
