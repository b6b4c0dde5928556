/**
 * What a script (or maintenance, or scaling) can have done at any time, to hosts and VMs by their numbers. Nobody knew how things
 * would stand by then: what is impossible is logged as refused, and the run goes on.
 */
import type { Kernel } from "../kernel/kernel.ts";
import type { Datastores } from "./datastores.ts";
import type { DiskMoves } from "./disk-moves.ts";
import type { Failing } from "./failing.ts";
import * as H from "./hosts.ts";
import type { Io } from "./io.ts";
import type { Life } from "./life.ts";
import type { EventLog } from "./log.ts";
import type { Movement } from "./movement.ts";
import type { Network } from "./network.ts";
import type { Resizing } from "./resizing.ts";
import type { Running } from "./running.ts";
import type { ScriptTarget } from "./script.ts";
import type { Speeds } from "./speeds.ts";
import * as V from "./vms.ts";
import type { Waiting } from "./waiting.ts";

export interface CommandsParts {
  readonly hosts: H.Hosts;
  readonly vms: V.Vms;
  readonly log: EventLog;
  readonly network: Network;
  readonly datastores: Datastores;
  readonly io: Io;
  readonly movement: Movement;
  readonly diskMoves: DiskMoves;
  readonly failing: Failing;
  readonly waiting: Waiting;
  readonly running: Running;
  readonly life: Life;
  readonly resizing: Resizing;
  readonly speeds: Speeds;
}

export class Commands implements ScriptTarget {
  readonly #kernel: Kernel;
  readonly #parts: CommandsParts;
  readonly #hostNumber = new Map<string, number>();
  readonly #vmNumber = new Map<string, number>();

  constructor(kernel: Kernel, parts: CommandsParts) {
    this.#kernel = kernel;
    this.#parts = parts;
  }

  /** Throws an Error for a name that no host has. */
  hostNumber(name: string): number {
    const { hosts } = this.#parts;
    if (this.#hostNumber.size === 0) for (let h = 0; h < hosts.count; h++) this.#hostNumber.set(hosts.name(h), h);
    return known(this.#hostNumber, name, "host");
  }

  /** Throws an Error for a name that no VM has. */
  vmNumber(name: string): number {
    const { vms } = this.#parts;
    if (this.#vmNumber.size === 0) for (let v = 0; v < vms.count; v++) this.#vmNumber.set(vms.names[v], v);
    return known(this.#vmNumber, name, "VM");
  }

  // ---- VMs ---------------------------------------------------------------------------------------------------------

  /** Sends the VM to another host by its product's own way. */
  migrate(v: number, to: number): void {
    this.#unlessRefused(v, to, this.#parts.movement.migrate(v, to));
  }

  /** Moves the VM's disks to another datastore while it runs, and its memory to host `to` (-1 = it stays). */
  moveDisks(v: number, datastore: string, to: number): void {
    const { vms, datastores, diskMoves } = this.#parts;
    this.#unlessRefused(v, to < 0 ? vms.host[v] : to, diskMoves.start(v, datastores.known(datastore), to));
  }

  /** Puts the VM on another host at once and for nothing. */
  move(v: number, to: number): void {
    this.#unlessRefused(v, to, this.#parts.movement.moveAtOnce(v, to));
  }

  #unlessRefused(v: number, h: number, refusal: string | null): void {
    const { log } = this.#parts;
    if (refusal !== null) log.add(this.#kernel.now, "refused", v, h, log.reason(refusal));
  }

  resizeTo(v: number, vcpus: number | null, memoryMiB: number | null): void {
    const { vms, resizing } = this.#parts;
    this.#unlessRefused(v, vms.host[v], resizing.resize(v, { vcpus: vcpus ?? vms.vcpus[v], memoryMiB: memoryMiB ?? vms.memoryMiB[v] }));
  }

  /** Ends the VM, if it has been asked for. */
  stop(v: number): void {
    const { vms, waiting, life } = this.#parts;
    if (vms.state[v] === V.REQUESTED) return;
    if (vms.state[v] === V.QUEUED || vms.state[v] === V.DOWN) waiting.remove(v);
    life.end(v, V.STOPPED);
  }

  suspend(v: number): void {
    const { vms, movement, diskMoves, running, log } = this.#parts;
    if (vms.state[v] === V.REQUESTED) return;
    if (movement.isMoving(v) || diskMoves.isMoving(v)) return this.#unlessRefused(v, vms.host[v], `VM ${vms.names[v]} is moving: it cannot be suspended`);
    if (vms.state[v] !== V.RUNNING_VM) return;
    running.halt(v, V.SUSPENDED);
    log.add(this.#kernel.now, "suspended", v, vms.host[v]);
  }

  resume(v: number): void {
    const { vms, hosts, running, log } = this.#parts;
    // A host that is being rebooted has its VMs' memory on disk.
    if (vms.state[v] !== V.SUSPENDED || hosts.state[vms.host[v]] !== H.ON) return;
    running.runOn(v);
    log.add(this.#kernel.now, "resumed", v, vms.host[v]);
  }

  /** From now on the VM's disks write to new deltas; refused where the chain is as long as the product allows. */
  snapshot(v: number): void {
    const { vms, hosts, datastores, io, log } = this.#parts;
    const h = vms.host[v];
    if (h < 0) return;
    const refusal = datastores.snapshot(v, hosts.classes[hosts.classOf[h]].hypervisor.maxSnapshots ?? null);
    if (refusal !== null) return this.#unlessRefused(v, h, refusal);
    log.add(this.#kernel.now, "snapshot", v, h);
    io.changed(h);
  }

  /** Merges all snapshots of the VM's disks; the space is free when that is done. */
  deleteSnapshots(v: number): void {
    const { vms, datastores, io, log } = this.#parts;
    const refusal = datastores.deleteSnapshots(v, () => {
      log.add(this.#kernel.now, "snapshots deleted", v, vms.host[v]);
      if (vms.host[v] >= 0) io.changed(vms.host[v]);
    });
    this.#unlessRefused(v, vms.host[v], refusal);
  }

  // ---- hosts, links, datastores ------------------------------------------------------------------------------------

  /** A network card or uplink goes down or comes back (names: see Network.setLink). */
  setLink(name: string, up: boolean): void {
    const { network, log } = this.#parts;
    if (network.setLink(name, up)) log.add(this.#kernel.now, up ? "link up" : "link down", -1, network.hostOfLink(name), log.reason(name));
  }

  /** A datastore gets another capacity. */
  resizeDatastore(name: string, capacityMiB: number): void {
    const { datastores } = this.#parts;
    datastores.resize(datastores.known(name), capacityMiB);
  }

  /** A host in maintenance takes no VMs; those it has leave when somebody moves them. */
  maintain(h: number, begins: boolean): void {
    const { hosts, log, waiting } = this.#parts;
    const { closed } = hosts;
    const was = closed[h];
    closed[h] = begins ? was | H.MAINTENANCE : was & ~H.MAINTENANCE;
    if (closed[h] === was) return;
    log.add(this.#kernel.now, begins ? "maintenance" : "maintenance ended", -1, h);
    waiting.hostChanged(h);
  }

  /** The host goes down: its VMs are lost or wait for another place, as their class says. */
  hostOff(h: number): void {
    this.#parts.failing.switchOff(h, "switched off by the scenario");
  }

  /** A host that is down is on again, at once. */
  hostOn(h: number): void {
    this.#parts.failing.switchOn(h);
  }

  /** The host fails; what one such event took down, one repair brings back. */
  hostFail(h: number): void {
    this.#parts.failing.failByScript(h);
  }

  hostRepair(h: number): void {
    this.#parts.failing.repairByScript(h);
  }

  /** Gives the host a speed as a factor of its nominal one. */
  speed(h: number, factor: number): void {
    this.#parts.speeds.factor(h, factor);
  }

  /** Puts the host into one of its P-states; throws an Error when it has no such one. */
  pstate(h: number, index: number): void {
    this.#parts.speeds.pstate(h, index);
  }

  /** Migrations from and to the host break off; VMs that stood still for one run on where they are. */
  breakMigrations(h: number): void {
    const { hosts, vms, movement, diskMoves, running } = this.#parts;
    movement.hostFailed(h);
    for (let i = hosts.vms[h] - 1; i >= 0; i--) {
      const v = hosts.members[hosts.start[h] + i];
      if (vms.state[v] === V.MOVING && !movement.isMoving(v) && !diskMoves.isMoving(v)) running.runOn(v);
    }
  }
}

function known(numbers: ReadonlyMap<string, number>, name: string, what: string): number {
  const number = numbers.get(name);
  if (number === undefined) throw new Error(`there is no ${what} named "${name}"`);
  return number;
}
