/**
 * Migrations under way: each one's phases, what it holds, and what becomes of it when a host fails.
 *
 * The rules are in migration.ts; here they meet the clock. A migration holds memory and vCPUs at its target from start to
 * end, CPU at both ends while it copies, and its share of the network. Phases: setup -> rounds -> stopped -> activation
 * (pre-copy); setup -> stopped -> pulling -> activation (post-copy); suspended -> copying -> resuming (cold). A cold move that
 * is broken off reads the memory back from the source's disk before the VM runs on there (returning).
 */
import type { Kernel } from "../kernel/kernel.ts";
import { afterRound, type MigrationSpec } from "./migration.ts";

export type MigrationPhase = "setup" | "round" | "stopped" | "pulling" | "activation" | "suspending" | "copying" | "resuming" | "returning";
export type MigrationEnd = "done" | "target failed" | "source failed" | "network failed" | "VM ended";

/** One migration, for `migrations.csv` and for whoever asks why. */
export interface Migration {
  readonly vm: number;
  readonly from: number;
  readonly to: number;
  readonly startedAt: number;
  readonly scheme: MigrationSpec["scheme"];
  phase: MigrationPhase;
  rounds: number;
  sentMiB: number;
  throttle: number;
  /** When the VM stopped at the source and ran on at the target; NaN before. */
  stoppedAt: number;
  resumedAt: number;
  endedAt: number;
  end: MigrationEnd | null;
  stopReason: string;
}

/** What the migrations need of the datacenter. */
export interface MigrationHooks {
  /** Guest work the VM has done so far as a share of its vCPUs' time, in full-load seconds. Settles its host. */
  busySeconds(vm: number): number;
  /** Slows the VM for copying (`loss`) and by keeping its vCPUs back (`throttle`); 0, 0 ends both. */
  slow(vm: number, loss: number, throttle: number): void;
  /** CPU used by copying on a host changes by `cores`. */
  addCores(host: number, cores: number): void;
  /** Keeps memory and vCPUs for the VM at the target, or gives them back. */
  hold(vm: number, host: number, held: boolean): void;
  /** Stops the VM where it is; lets it run on there; puts it on another host, stopped. */
  stop(vm: number): void;
  run(vm: number): void;
  carry(vm: number, to: number): void;
  /** Pages of the VM are on both sides of a gap: what it held in memory is gone. */
  stateLost(vm: number, cause: string): void;
  ended(migration: Migration): void;
  /** Sends data from host to host; `done` when it is there, `broken` when the network failed on the way. */
  send(from: number, to: number, mib: number, capMiBPerSecond: number, done: () => void, broken: () => void): number;
  cancel(transfer: number): void;
}

export class Migrations {
  readonly log: Migration[] = [];
  readonly #kernel: Kernel;
  readonly #hooks: MigrationHooks;
  readonly #phase: number;
  readonly #timerKind: number;
  /** By VM: the migration under way, its transfer or timer, and what its present round began with. */
  readonly #open = new Map<number, Job>();
  readonly #onHost: Int32Array;

  constructor(kernel: Kernel, hooks: MigrationHooks, hosts: number, phase: number, timerKind: number) {
    this.#kernel = kernel;
    this.#hooks = hooks;
    this.#phase = phase;
    this.#timerKind = timerKind;
    this.#onHost = new Int32Array(hosts);
    kernel.on(timerKind, (vm) => this.#timer(vm));
  }

  isMoving(vm: number): boolean {
    return this.#open.has(vm);
  }

  /** Migrations host `h` takes part in now. */
  onHost(h: number): number {
    return this.#onHost[h];
  }

  get openCount(): number {
    return this.#open.size;
  }

  /** Starts to move the VM. The caller has checked that this is possible. */
  start(
    vm: number,
    from: number,
    to: number,
    spec: MigrationSpec,
    memoryMiB: number,
    dirtyMiBPerSecond: number,
    workingSetMiB: number,
    capMiBPerSecond: number,
  ): Migration {
    const migration: Migration = {
      vm,
      from,
      to,
      startedAt: this.#kernel.now,
      scheme: spec.scheme,
      phase: "setup",
      rounds: 0,
      sentMiB: 0,
      throttle: 0,
      stoppedAt: Number.NaN,
      resumedAt: Number.NaN,
      endedAt: Number.NaN,
      end: null,
      stopReason: "",
    };
    this.log.push(migration);
    const job: Job = {
      migration,
      spec,
      memoryMiB,
      dirtyMiBPerSecond,
      workingSetMiB,
      cap: capMiBPerSecond,
      transfer: -1,
      timer: -1,
      roundStart: 0,
      roundMiB: 0,
      busyAtStart: 0,
      copying: false,
      failed: null,
    };
    this.#open.set(vm, job);
    this.#onHost[from]++;
    this.#onHost[to]++;
    this.#hooks.hold(vm, to, true);
    if (spec.scheme === "cold") {
      this.#stopVm(job, "cold");
      this.#wait(job, "suspending", memoryMiB / spec.diskMiBPerSecond);
    } else this.#wait(job, "setup", spec.setupSeconds);
    return migration;
  }

  /** A host is gone: what was moving from or to it stops here. */
  hostFailed(h: number): void {
    for (const job of [...this.#open.values()]) {
      const { migration } = job;
      const switched = migration.resumedAt >= 0;
      if (migration.to === h) {
        // Before the switch the VM is whole at its source. Afterwards it stands or falls with the target as any VM does.
        if (switched) this.#close(job, "target failed");
        else this.#rollBack(job, "target failed");
      } else if (migration.from === h) {
        // Pages not yet pulled are gone with the source.
        const halfThere = migration.phase === "pulling";
        this.#close(job, "source failed");
        if (halfThere) this.#hooks.stateLost(migration.vm, `${migration.scheme}: its pages were still on the host that failed`);
      }
    }
  }

  /** The VM ends for a reason of its own. */
  vmEnded(vm: number): void {
    const job = this.#open.get(vm);
    if (job) this.#close(job, "VM ended");
  }

  #timer(vm: number): void {
    const job = this.#open.get(vm);
    if (!job) return;
    job.timer = -1;
    const { migration, spec } = job;
    switch (migration.phase) {
      case "setup":
        this.#copying(job, true);
        if (spec.scheme === "post-copy") this.#switchOver(job, 0, "post-copy");
        else this.#round(job, job.memoryMiB);
        break;
      case "suspending":
        this.#copying(job, true);
        this.#send(job, "copying", job.memoryMiB);
        break;
      case "resuming":
        this.#arrive(job);
        this.#close(job, "done");
        break;
      case "returning":
        this.#close(job, job.failed ?? "target failed");
        this.#hooks.run(vm);
        break;
      case "stopped":
        this.#arrive(job);
        if (spec.scheme === "post-copy" || (spec.scheme === "hybrid" && job.roundMiB > 0)) {
          this.#hooks.slow(vm, spec.guestSlowdown, 0);
          this.#send(job, "pulling", spec.scheme === "post-copy" ? job.memoryMiB : job.roundMiB);
        } else this.#finishCopying(job);
        break;
      default:
        this.#close(job, "done");
    }
  }

  /** One round of pre-copy. */
  #round(job: Job, mib: number): void {
    job.busyAtStart = this.#hooks.busySeconds(job.migration.vm);
    job.migration.rounds++;
    this.#send(job, "round", mib);
  }

  #send(job: Job, phase: MigrationPhase, mib: number): void {
    const { migration } = job;
    migration.phase = phase;
    job.roundStart = this.#kernel.now;
    job.roundMiB = mib;
    job.transfer = this.#hooks.send(
      migration.from,
      migration.to,
      mib,
      job.cap,
      () => this.#sent(job),
      () => this.#cutOff(job),
    );
  }

  #sent(job: Job): void {
    const { migration, spec } = job;
    job.transfer = -1;
    migration.sentMiB += job.roundMiB;
    const seconds = this.#kernel.now - job.roundStart;
    switch (migration.phase) {
      case "round": {
        const busy = this.#hooks.busySeconds(migration.vm) - job.busyAtStart;
        const dirtyMiB = Math.min(job.workingSetMiB, job.dirtyMiBPerSecond * busy);
        if (spec.scheme === "hybrid") return this.#switchOver(job, dirtyMiB, "hybrid");
        const next = afterRound(spec, {
          number: migration.rounds,
          sentMiB: job.roundMiB,
          seconds,
          dirtyMiB,
          totalMiB: migration.sentMiB,
          memoryMiB: job.memoryMiB,
          throttle: migration.throttle,
        });
        if (next.stop) return this.#switchOver(job, dirtyMiB, next.because);
        if (next.throttle !== migration.throttle) {
          migration.throttle = next.throttle;
          this.#hooks.slow(migration.vm, spec.guestSlowdown, next.throttle);
        }
        return this.#round(job, dirtyMiB);
      }
      case "stopped":
        return this.#wait(job, "stopped", spec.resumeSeconds);
      case "copying":
        this.#copying(job, false);
        return this.#wait(job, "resuming", job.memoryMiB / spec.diskMiBPerSecond + spec.resumeSeconds);
      default:
        return this.#finishCopying(job);
    }
  }

  /** The network between the two failed: the VM runs on where it is whole, or goes down when its pages are on both sides. */
  #cutOff(job: Job): void {
    const { migration } = job;
    job.transfer = -1;
    if (migration.phase !== "pulling") return this.#rollBack(job, "network failed");
    this.#close(job, "network failed");
    this.#hooks.stateLost(migration.vm, `${migration.scheme}: the network failed while its pages were on both sides`);
  }

  /** The move is off before the switch: the VM runs on at its source. */
  #rollBack(job: Job, end: MigrationEnd): void {
    const { migration, spec } = job;
    if (migration.phase === "returning") return;
    if (migration.phase === "copying" || migration.phase === "resuming") {
      // Its memory is on the source's disk alone.
      job.failed = end;
      this.#still(job);
      this.#copying(job, false);
      return this.#wait(job, "returning", job.memoryMiB / spec.diskMiBPerSecond + spec.resumeSeconds);
    }
    this.#close(job, end);
    if (migration.stoppedAt >= 0) this.#hooks.run(migration.vm);
  }

  /** Nothing of the job is under way any more. */
  #still(job: Job): void {
    if (job.transfer >= 0) this.#hooks.cancel(job.transfer);
    if (job.timer >= 0) this.#kernel.cancel(job.timer);
    job.transfer = -1;
    job.timer = -1;
  }

  /** Stops the VM and sends the rest; under post-copy and hybrid the rest follows after the switch. */
  #switchOver(job: Job, restMiB: number, because: string): void {
    this.#stopVm(job, because);
    job.roundMiB = restMiB;
    if (job.spec.scheme === "pre-copy" && restMiB > 0) this.#send(job, "stopped", restMiB);
    else this.#wait(job, "stopped", job.spec.resumeSeconds);
  }

  #stopVm(job: Job, because: string): void {
    job.migration.stoppedAt = this.#kernel.now;
    job.migration.stopReason = because;
    this.#hooks.stop(job.migration.vm);
  }

  /** The VM runs on at the target. */
  #arrive(job: Job): void {
    const { migration } = job;
    migration.resumedAt = this.#kernel.now;
    this.#hooks.slow(migration.vm, 0, 0);
    this.#hooks.hold(migration.vm, migration.to, false);
    this.#hooks.carry(migration.vm, migration.to);
    this.#hooks.run(migration.vm);
  }

  #finishCopying(job: Job): void {
    this.#copying(job, false);
    this.#hooks.slow(job.migration.vm, 0, 0);
    this.#wait(job, "activation", job.spec.activationSeconds);
  }

  /** CPU of copying at both ends, and the guest's own loss. */
  #copying(job: Job, on: boolean): void {
    if (job.copying === on) return;
    job.copying = on;
    const { migration, spec } = job;
    const sign = on ? 1 : -1;
    this.#hooks.addCores(migration.from, sign * spec.sourceCores);
    this.#hooks.addCores(migration.to, sign * spec.targetCores);
    if (on && spec.scheme !== "cold") this.#hooks.slow(migration.vm, spec.guestSlowdown, 0);
  }

  /** Waits in a phase; no time at all passes within this very event. */
  #wait(job: Job, phase: MigrationPhase, seconds: number): void {
    job.migration.phase = phase;
    if (seconds > 0) job.timer = this.#kernel.schedule(this.#kernel.now + seconds, this.#phase, this.#timerKind, job.migration.vm);
    else this.#timer(job.migration.vm);
  }

  #close(job: Job, end: MigrationEnd): void {
    const { migration } = job;
    this.#still(job);
    this.#copying(job, false);
    this.#hooks.slow(migration.vm, 0, 0);
    if (!(migration.resumedAt >= 0)) this.#hooks.hold(migration.vm, migration.to, false);
    this.#open.delete(migration.vm);
    this.#onHost[migration.from]--;
    this.#onHost[migration.to]--;
    migration.endedAt = this.#kernel.now;
    migration.end = end;
    this.#hooks.ended(migration);
  }
}

interface Job {
  readonly migration: Migration;
  readonly spec: MigrationSpec;
  readonly memoryMiB: number;
  readonly dirtyMiBPerSecond: number;
  readonly workingSetMiB: number;
  readonly cap: number;
  transfer: number;
  timer: number;
  roundStart: number;
  roundMiB: number;
  busyAtStart: number;
  copying: boolean;
  /** Why it is broken off, while the VM returns. */
  failed: MigrationEnd | null;
}
