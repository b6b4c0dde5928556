/**
 * The life of a VM, once it has a host: placed -> provisioning -> booting -> running -> stopped | completed | lost; and what
 * takes it off its host before.
 *
 * What was planned for a VM is void once it has left the host or begun anew: each such stay has a number.
 */
import type { Kernel } from "../kernel/kernel.ts";
import type { Datastores } from "./datastores.ts";
import type { DiskMoves } from "./disk-moves.ts";
import { KIND } from "./event-kinds.ts";
import type { Failing } from "./failing.ts";
import type * as H from "./hosts.ts";
import type { Loads } from "./loads.ts";
import type { EventLog } from "./log.ts";
import type { Movement } from "./movement.ts";
import { PHASE } from "./phases.ts";
import type { Running } from "./running.ts";
import type { Seats } from "./seats.ts";
import type { Services } from "./services.ts";
import type { StateTimes } from "./state-times.ts";
import type { Tenants } from "./tenants.ts";
import * as V from "./vms.ts";
import type { Waiting } from "./waiting.ts";

export interface LifeParts {
  readonly hosts: H.Hosts;
  readonly vms: V.Vms;
  readonly log: EventLog;
  readonly times: StateTimes;
  readonly seats: Seats;
  readonly running: Running;
  readonly loads: Loads;
  readonly services: Services | null;
  readonly datastores: Datastores;
  readonly movement: Movement;
  readonly diskMoves: DiskMoves;
  readonly failing: Failing;
  readonly waiting: Waiting;
}

/** A linked clone copies nothing but a map: 2 to 10 s on every product; an estimate inside that. */
const LINKED_CLONE_SECONDS = 5;

export class Life {
  /** VMs that have ended, or were rejected; told when that is all of them. */
  over = 0;
  onAllOver: (() => void) | null = null;
  /** Told of each VM that left its host for good. */
  onLeft: ((v: number) => void) | null = null;
  readonly #kernel: Kernel;
  readonly #parts: LifeParts;
  /** Whether the VMs of a class carry a load together. */
  readonly #isService: readonly boolean[];
  readonly #departEvent: Float64Array;
  readonly #stay: Uint32Array;

  constructor(kernel: Kernel, tenants: readonly Tenants[], parts: LifeParts) {
    this.#kernel = kernel;
    this.#parts = parts;
    this.#isService = tenants.map(({ service }) => service !== undefined);
    this.#departEvent = new Float64Array(parts.vms.count).fill(-1);
    this.#stay = new Uint32Array(parts.vms.count);
    const ifStays = (then: (v: number) => void) => (v: number, stay: number) => {
      if (this.#stay[v] === stay) then(v);
    };
    kernel.on(
      KIND.provisioned,
      ifStays((v) => this.boot(v)),
    );
    kernel.on(
      KIND.booted,
      ifStays((v) => this.#run(v)),
    );
    kernel.on(KIND.depart, (v) => this.end(v, V.STOPPED));
    kernel.on(KIND.deleted, (v) => parts.log.add(kernel.now, "deleted", v, parts.vms.lastHost[v]));
  }

  /** Number of the VM's present stay. */
  stay(v: number): number {
    return this.#stay[v];
  }

  /** The VM has come to a host by its placement. */
  begin(v: number): void {
    const { vms, hosts, failing } = this.#parts;
    const { now } = this.#kernel;
    const { cloneSeconds } = hosts.classes[hosts.classOf[vms.host[v]]].hypervisor;
    // Members that a service begins with run from the start, whatever those that join later must go through.
    const startup = this.#isService[vms.classOf[v]] && now === 0 ? "instant" : vms.classes[vms.classOf[v]].startup;
    // Its disks are there already; what was running before has to boot.
    if (vms.state[v] === V.DOWN) {
      failing.placed(v);
      this.boot(v);
    } else if (startup === "clone-and-boot" && cloneSeconds > 0) {
      this.#parts.times.enter(v, V.PROVISIONING);
      const { disks = [] } = vms.classes[vms.classOf[v]];
      const linked = disks.length > 0 && disks.every(({ kind }) => kind === "linked");
      const seconds = linked ? Math.min(LINKED_CLONE_SECONDS, cloneSeconds) : cloneSeconds;
      this.#kernel.schedule(now + seconds, PHASE.completion, KIND.provisioned, v, this.#stay[v]);
    } else if (startup !== "instant") this.boot(v);
    else this.#run(v);
  }

  /** Boots the VM on the host it is on. */
  boot(v: number): void {
    const { vms, hosts, times, log } = this.#parts;
    const { hypervisor } = hosts.classes[hosts.classOf[vms.host[v]]];
    const seconds = hypervisor.bootSeconds[vms.classes[vms.classOf[v]].guestOs];
    if (seconds === 0) return this.#run(v);
    times.enter(v, V.BOOTING);
    log.add(this.#kernel.now, "booting", v, vms.host[v]);
    this.#kernel.schedule(this.#kernel.now + seconds, PHASE.completion, KIND.booted, v, this.#stay[v]);
  }

  #run(v: number): void {
    const { vms, log, services, running, failing, loads } = this.#parts;
    const { now } = this.#kernel;
    if (!(vms.startedAt[v] >= 0)) vms.startedAt[v] = now;
    log.add(now, "running", v, vms.host[v]);
    if (vms.lifetime[v] < Number.POSITIVE_INFINITY) this.#departEvent[v] = this.#kernel.schedule(now + vms.lifetime[v], PHASE.departure, KIND.depart, v);
    services?.booted(v);
    running.start(v);
    failing.runs(v);
    loads.begin(v);
  }

  /** Puts a halted VM on another host. */
  carry(v: number, to: number): void {
    const { seats, diskMoves, log, waiting } = this.#parts;
    seats.detach(v);
    diskMoves.carried(v);
    seats.attach(v, to);
    log.add(this.#kernel.now, "moved", v, to);
    this.#kernel.note(v);
    this.#kernel.note(to);
    waiting.retry();
  }

  /** A running VM runs on on another host from now on, as it is. */
  carryOver(v: number, to: number): void {
    this.#parts.running.halt(v, V.MOVING);
    this.carry(v, to);
    this.#parts.running.runOn(v);
  }

  /** Ends the VM for good, in the given state. */
  end(v: number, state: number): void {
    const { vms, hosts, log, times, datastores, movement, failing, waiting } = this.#parts;
    const { now } = this.#kernel;
    if (V.isOver(vms.state[v])) return;
    const h = vms.host[v];
    movement.vmEnded(v);
    if (h >= 0) this.#leave(v);
    datastores.remove(v);
    times.enter(v, state);
    vms.endedAt[v] = now;
    log.add(now, V.VM_STATES[state] as "stopped", v, vms.lastHost[v]);
    this.#isOver();
    failing.ended(v);
    if (h >= 0) {
      const { deleteSeconds } = hosts.classes[hosts.classOf[h]].hypervisor;
      if (vms.classes[vms.classOf[v]].startup !== "instant" && deleteSeconds > 0) this.#kernel.schedule(now + deleteSeconds, PHASE.departure, KIND.deleted, v);
    }
    waiting.retry();
  }

  /** Refuses a VM that asks for a place. */
  reject(v: number, why: string): void {
    const { vms, log, times } = this.#parts;
    const reason = log.reason(why);
    vms.reason[v] = reason;
    times.enter(v, V.REJECTED);
    vms.endedAt[v] = this.#kernel.now;
    log.add(this.#kernel.now, "rejected", v, -1, reason);
    this.#isOver();
  }

  #isOver(): void {
    if (++this.over === this.#parts.vms.count) this.onAllOver?.();
  }

  /** The VM is down: off its host, or (`stays`) where it is. */
  goDown(v: number, stays: boolean): void {
    this.#parts.movement.vmEnded(v);
    if (stays) this.quiet(v);
    else this.#leave(v);
    this.#parts.times.enter(v, V.DOWN);
  }

  /** Takes the VM off its host, whatever it was doing there. */
  #leave(v: number): void {
    this.quiet(v);
    this.#parts.seats.detach(v);
    this.onLeft?.(v);
  }

  /** Whatever the VM was doing is over; it keeps its place. */
  quiet(v: number): void {
    const { vms, running, loads } = this.#parts;
    if (vms.state[v] === V.RUNNING_VM) running.stop(v);
    loads.feed.stop(v);
    if (this.#departEvent[v] >= 0) {
      this.#kernel.cancel(this.#departEvent[v]);
      this.#departEvent[v] = -1;
    }
    this.#stay[v]++;
  }

  /** A datastore is full: the VM stops where it is. A migration under way has lost what it was about. */
  outOfSpace(v: number, why: string): void {
    const { vms, movement, running, log } = this.#parts;
    if (vms.state[v] !== V.RUNNING_VM) return;
    movement.vmEnded(v);
    running.halt(v, V.OUT_OF_SPACE);
    log.add(this.#kernel.now, "out of space", v, vms.host[v], log.reason(why));
  }

  spaceAgain(v: number): void {
    const { vms, running, log } = this.#parts;
    if (vms.state[v] !== V.OUT_OF_SPACE) return;
    log.add(this.#kernel.now, "space again", v, vms.host[v]);
    running.runOn(v);
  }
}
