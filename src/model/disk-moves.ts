/**
 * Storage migration: a running VM's disks go to another datastore, alone or together with its memory to another host.
 *
 *   round 0     all that is in use on the disks is copied, B = the path's share of both devices and the network between them
 *   tracking    (KVM, Xen, others) round i copies what was written in round i - 1, w t_(i-1); when that fits B x downtime
 *               target the VM stops, the rest is copied, and it runs on from the new disks
 *   mirroring   (ESXi, Hyper-V) writes go to both sides as far as the copy has come: half of them on the mean, so T =
 *               used / (B - w / 2); nothing is left to copy when the VM switches
 *   with memory the disks first; then the memory by the product's own way, and both switch in one stop (a host that does not
 *               reach the old datastore); what is written meanwhile is mirrored
 *
 * w is what the disks' VM writes to them (growth and change of each disk) while it runs. Copying takes the product's CPU of a
 * migration on the VM's host. Where the rest does not shrink (w >= B), the VM stops and the rest is copied. The VM's memory does
 * not move while its disks do; whatever ends the VM, breaks the way or leaves no room, leaves the disks where they were.
 * Sources: Mashtizadeh et al., "The Design and Evolution of Live Storage Migration in VMware ESX", USENIX ATC 2011; QEMU's
 * drive-mirror (a bitmap of dirty blocks, converging). Desktops have nothing of the kind. Proved by test/cases/disk-moves.test.ts.
 */
import type { Kernel } from "../kernel/kernel.ts";
import type { Datastores } from "./datastores.ts";
import type { Hosts } from "./hosts.ts";
import type { Network } from "./network.ts";
import * as V from "./vms.ts";

/** No more than this is left: nothing. */
const NOTHING_MIB = 1 / 1024;
const MIRRORING: ReadonlySet<string> = new Set(["esxi", "hyperv"]);
/** Network over which copies between datastores go. */
const NETWORK = "storage";

export type DiskMoveEnd = "done" | "VM ended" | "way broken" | "no room" | "memory did not move";

export interface DiskMove {
  readonly vm: number;
  /** Datastores by number. */
  readonly from: readonly number[];
  readonly to: number;
  /** Host its memory goes to as well, or -1. */
  readonly host: number;
  readonly startedAt: number;
  rounds: number;
  sentMiB: number;
  /** When it stood still for the switch, and ran on; NaN before. */
  stoppedAt: number;
  resumedAt: number;
  endedAt: number;
  end: DiskMoveEnd | null;
}

export interface DiskMoveHooks {
  /** CPU of copying on a host changes by `cores`. */
  addCores(h: number, cores: number): void;
  /** The VM stands still for the switch; it runs on. */
  stop(v: number): void;
  run(v: number): void;
  /** Sends its memory to a host; the refusal, or null. */
  migrate(v: number, to: number): string | null;
  isMoving(v: number): boolean;
  log(event: "disks moving" | "disks moved" | "disks stay", v: number): void;
}

interface Job {
  readonly move: DiskMove;
  /** What is still to be sent in this round, by source. */
  queue: { from: number; mib: number }[];
  phase: "round" | "memory" | "rest" | "switch";
  readonly cores: number;
  readonly coresAt: number;
  transfer: number;
  timer: number;
  roundStart: number;
  roundMiB: number;
  restMiB: number;
}

export class DiskMoves {
  readonly log: DiskMove[] = [];
  readonly #kernel: Kernel;
  readonly #hosts: Hosts;
  readonly #vms: V.Vms;
  readonly #network: Network;
  readonly #datastores: Datastores;
  readonly #hooks: DiskMoveHooks;
  readonly #phase: number;
  readonly #kind: number;
  readonly #open = new Map<number, Job>();

  constructor(kernel: Kernel, hosts: Hosts, vms: V.Vms, network: Network, datastores: Datastores, hooks: DiskMoveHooks, phase: number, kind: number) {
    this.#kernel = kernel;
    this.#hosts = hosts;
    this.#vms = vms;
    this.#network = network;
    this.#datastores = datastores;
    this.#hooks = hooks;
    this.#phase = phase;
    this.#kind = kind;
    kernel.on(kind, (v) => this.#switched(v));
  }

  isMoving(v: number): boolean {
    return this.#open.has(v);
  }

  /** Why the VM's memory cannot leave its host now for the sake of its disks, or null. */
  tied(v: number): string | null {
    const job = this.#open.get(v);
    return job === undefined || job.phase === "memory" ? null : `the disks of VM ${this.#vms.names[v]} are moving`;
  }

  /** Why the disks of VM `v` may not go to datastore `d` now (and its memory to host `to`, or -1), or null. */
  refusal(v: number, d: number, to: number): string | null {
    const { state, names, host } = this.#vms;
    const name = `VM ${names[v]}`;
    if (state[v] !== V.RUNNING_VM) return `${name} is ${V.VM_STATES[state[v]]}, not running`;
    if (this.#open.has(v)) return `the disks of ${name} are moving already`;
    if (this.#hooks.isMoving(v)) return `${name} is moving`;
    const { hypervisor } = this.#hosts.classes[this.#hosts.classOf[host[v]]];
    if (hypervisor.migration.scheme === "none" || hypervisor.migration.scheme === "cold") return `${hypervisor.name} cannot move the disks of a running VM`;
    const disks = this.#datastores.disksOf(v);
    if (disks.length === 0) return `${name} has no disks`;
    if (disks.some(({ merging }) => merging)) return `${name} has its snapshots merged`;
    if (disks.some(({ spec }) => spec.kind === "linked")) return `${name} is a linked clone: its image stays where it is`;
    const there = this.#datastores.list[d];
    if (to < 0 && disks.every(({ datastore }) => datastore === d)) return `the disks of ${name} are on ${there.name} already`;
    const h = to < 0 ? host[v] : to;
    if (!this.#datastores.reaches(h, d)) return `${this.#hosts.name(h)} does not reach ${there.name}`;
    return this.#room(v, d);
  }

  /** Why the datastore has no room for those of the VM's disks that are not there, or null. */
  #room(v: number, d: number): string | null {
    const needed = this.#usedElsewhere(v, d).reduce((sum, { mib }) => sum + mib, 0);
    const there = this.#datastores.list[d];
    const free = there.capacityMiB - this.#datastores.usedMiB(there);
    const gib = (mib: number): string => `${(mib / 1024).toFixed(1)} GiB`;
    return needed > free ? `storage: needs ${gib(needed)}, ${there.name} has ${gib(Math.max(0, free))} free` : null;
  }

  /** What the VM's disks hold on other datastores than `d`, by datastore. */
  #usedElsewhere(v: number, d: number): { from: number; mib: number }[] {
    const used = new Map<number, number>();
    for (const disk of this.#datastores.disksOf(v)) {
      if (disk.datastore === d) continue;
      const grown = disk.rate * (this.#kernel.now - disk.at);
      used.set(disk.datastore, (used.get(disk.datastore) ?? 0) + disk.usedMiB + grown);
    }
    return [...used].map(([from, mib]) => ({ from, mib }));
  }

  /** Moves the VM's disks to datastore `d`, and its memory to host `to` (-1 = it stays). Returns the refusal, or null. */
  start(v: number, d: number, to: number): string | null {
    const refusal = this.refusal(v, d, to);
    if (refusal !== null) return refusal;
    const queue = this.#usedElsewhere(v, d);
    const move: DiskMove = {
      vm: v,
      from: queue.map(({ from }) => from),
      to: d,
      host: to,
      startedAt: this.#kernel.now,
      rounds: 0,
      sentMiB: 0,
      stoppedAt: Number.NaN,
      resumedAt: Number.NaN,
      endedAt: Number.NaN,
      end: null,
    };
    const h = this.#vms.host[v];
    const { sourceCores, targetCores } = this.#hosts.classes[this.#hosts.classOf[h]].hypervisor.migration;
    const job: Job = {
      move,
      queue,
      phase: "round",
      cores: sourceCores + targetCores,
      coresAt: h,
      transfer: -1,
      timer: -1,
      roundStart: 0,
      roundMiB: 0,
      restMiB: 0,
    };
    this.log.push(move);
    this.#open.set(v, job);
    this.#hooks.log("disks moving", v);
    this.#hooks.addCores(h, job.cores);
    this.#round(job);
    return null;
  }

  #round(job: Job): void {
    job.move.rounds++;
    job.roundStart = this.#kernel.now;
    job.roundMiB = job.queue.reduce((sum, { mib }) => sum + mib, 0);
    this.#next(job);
  }

  /** Sends the next part of the round, or ends it. */
  #next(job: Job): void {
    const part = job.queue.shift();
    if (part === undefined) return job.phase === "rest" ? this.#wait(job) : this.#roundOver(job);
    const { move } = job;
    job.transfer = this.#network.start(
      { datastore: part.from },
      { datastore: move.to },
      part.mib,
      this.#cap(job),
      NETWORK,
      () => {
        job.transfer = -1;
        move.sentMiB += part.mib;
        this.#next(job);
      },
      () => {
        job.transfer = -1;
        this.#close(job, "way broken");
      },
    );
  }

  #cap(job: Job): number {
    return this.#hosts.classes[this.#hosts.classOf[job.coresAt]].hypervisor.migration.maxMiBPerSecond ?? Number.POSITIVE_INFINITY;
  }

  #roundOver(job: Job): void {
    const { move } = job;
    const { hypervisor } = this.#hosts.classes[this.#hosts.classOf[job.coresAt]];
    const seconds = this.#kernel.now - job.roundStart;
    const mirrors = MIRRORING.has(hypervisor.product);
    const written = this.#writtenMiBPerSecond(move.vm, move.to) * seconds * (mirrors ? 0.5 : 1);
    const bandwidth = seconds > 0 ? job.roundMiB / seconds : Number.POSITIVE_INFINITY;
    const fits = mirrors ? written <= NOTHING_MIB : written <= bandwidth * hypervisor.migration.downtimeTargetSeconds;
    if (!fits && written < job.roundMiB) {
      job.queue = this.#spread(move, written);
      return this.#round(job);
    }
    job.restMiB = written > NOTHING_MIB ? written : 0;
    if (move.host >= 0) return this.#moveMemory(job);
    this.#switchOver(job);
  }

  /** What is left is on the first of its sources; where from makes no difference that could be seen. */
  #spread(move: DiskMove, mib: number): { from: number; mib: number }[] {
    const [from] = move.from;
    return from === undefined ? [] : [{ from, mib }];
  }

  #writtenMiBPerSecond(v: number, d: number): number {
    if (this.#vms.state[v] !== V.RUNNING_VM) return 0;
    let sum = 0;
    for (const { spec, datastore } of this.#datastores.disksOf(v)) if (datastore !== d) sum += spec.growthMiBPerSecond + spec.changeMiBPerSecond;
    return sum;
  }

  /** The VM stops; the rest is copied, and it switches. */
  #switchOver(job: Job): void {
    const { move } = job;
    if (this.#room(move.vm, move.to) !== null) return this.#close(job, "no room");
    if (this.#vms.state[move.vm] === V.RUNNING_VM) {
      move.stoppedAt = this.#kernel.now;
      this.#hooks.stop(move.vm);
    }
    if (job.restMiB === 0) return this.#wait(job);
    job.phase = "rest";
    job.queue = this.#spread(move, job.restMiB);
    this.#next(job);
  }

  #wait(job: Job): void {
    job.phase = "switch";
    const { resumeSeconds } = this.#hosts.classes[this.#hosts.classOf[job.coresAt]].hypervisor.migration;
    if (resumeSeconds > 0) job.timer = this.#kernel.schedule(this.#kernel.now + resumeSeconds, this.#phase, this.#kind, job.move.vm);
    else this.#switched(job.move.vm);
  }

  #switched(v: number): void {
    const job = this.#open.get(v);
    if (job === undefined) return;
    job.timer = -1;
    this.#datastores.relocate(v, job.move.to);
    this.#close(job, "done");
  }

  // ---- with memory -------------------------------------------------------------------------------------------------

  #moveMemory(job: Job): void {
    job.phase = "memory";
    const { vm, to, host } = job.move;
    this.#datastores.promise(vm, to);
    if (this.#hooks.migrate(vm, host) === null) return;
    this.#datastores.promise(vm, -1);
    this.#close(job, "memory did not move");
  }

  /** The VM, stopped, is on another host now. */
  carried(v: number): void {
    const job = this.#open.get(v);
    if (job?.phase !== "memory") return;
    this.#datastores.promise(v, -1);
    this.#datastores.relocate(v, job.move.to);
    this.#close(job, "done");
  }

  /** The migration of its memory is over, one way or the other. */
  memoryEnded(v: number): void {
    const job = this.#open.get(v);
    if (job?.phase !== "memory") return;
    this.#datastores.promise(v, -1);
    this.#close(job, "memory did not move");
  }

  /** The VM ends, or leaves its host, for a reason of its own. */
  vmEnded(v: number): void {
    const job = this.#open.get(v);
    if (job === undefined) return;
    this.#datastores.promise(v, -1);
    this.#close(job, "VM ended");
  }

  #close(job: Job, end: DiskMoveEnd): void {
    const { move } = job;
    const { vm } = move;
    if (job.transfer >= 0) this.#network.cancel(job.transfer);
    if (job.timer >= 0) this.#kernel.cancel(job.timer);
    this.#open.delete(vm);
    this.#hooks.addCores(job.coresAt, -job.cores);
    move.endedAt = this.#kernel.now;
    move.end = end;
    this.#hooks.log(end === "done" ? "disks moved" : "disks stay", vm);
    // It stands still only where it stopped for this switch, and nothing else has taken it since.
    if (!(move.stoppedAt >= 0)) return;
    move.resumedAt = this.#kernel.now;
    if (this.#vms.state[vm] === V.MOVING && end !== "VM ended") this.#hooks.run(vm);
  }
}
