/**
 * Backups: jobs that copy VMs into repositories, run by run.
 *
 * A run goes through its VMs in order; each waits for a stream of the repository, then its data are read at the instant
 * of a snapshot and sent over its host's card. A full carries all data, an incremental what changed since the last point
 * (changed.ts); after a restore or a lost chain the next is a full, whatever is due. A synthetic full: the incremental is
 * sent, and the repository makes the full of what it has, reading and writing it once. A run that reaches the end of its
 * window breaks off what is not done; a VM still being copied when the next run comes is passed over. A VM that leaves
 * its host, or a repository that goes out of reach, breaks a copy off; nothing half-copied is ever a restore point.
 * Proof: test/recovery/backups.test.ts.
 */
import type { Kernel } from "../../kernel/kernel.ts";
import { PHASE } from "../phases.ts";
import { Chain, type Point } from "./chain.ts";
import type { Protection } from "./protection.ts";
import type { BackupSpec, RepositorySpec } from "./spec.ts";
import type { Port, Transfers } from "./transfers.ts";
import { type Turn, Turns } from "./turns.ts";

/** One run of a job, for `backups.csv`. */
export interface BackupRun {
  readonly job: number;
  readonly startSeconds: number;
  /** When the last VM was done or given up; NaN while some are open. */
  endSeconds: number;
  readonly vms: number;
  done: number;
  fulls: number;
  /** Not running, or still being copied by the run before. */
  passedOver: number;
  /** The window ended. */
  brokenOff: number;
  /** The host, the repository or its space failed. */
  failed: number;
  sentMiB: number;
  open: number;
}

export class Repository {
  readonly spec: RepositorySpec;
  readonly site: number;
  readonly port: Port;
  readonly turns: Turns;
  usedMiB = 0;
  peakMiB = 0;

  constructor(spec: RepositorySpec, site: number, transfers: Transfers) {
    this.spec = spec;
    this.site = site;
    this.port = transfers.port(spec.name, spec.readMiBPerSecond, spec.writeMiBPerSecond);
    this.turns = new Turns(spec.streams);
  }

  take(mib: number): void {
    this.usedMiB = Math.max(0, this.usedMiB + mib);
    this.peakMiB = Math.max(this.peakMiB, this.usedMiB);
  }

  hasRoom(mib: number): boolean {
    const { capacityMiB } = this.spec;
    return capacityMiB === null || this.usedMiB + mib <= capacityMiB * (1 + 1e-9);
  }
}

/** A VM being copied in a run. */
interface Copying {
  readonly job: Job;
  readonly vm: number;
  readonly run: BackupRun;
  readonly full: boolean;
  turn: Turn | null;
  transfer: number;
}

export interface Job {
  readonly spec: BackupSpec;
  readonly number: number;
  readonly repository: Repository;
  readonly vms: readonly number[];
  readonly chains: Map<number, Chain>;
  readonly open: Map<number, Copying>;
}

/** Backups come after restores at a repository. */
const LAST = Number.MAX_VALUE;

export class Backups {
  readonly runs: BackupRun[] = [];
  readonly jobs: readonly Job[];
  readonly repositories: readonly Repository[];
  /** VMs whose changes are not tracked: their next backup is a full. */
  readonly #untracked = new Set<number>();
  /** Space promised to copies under way, MiB. */
  readonly #promised = new Map<Copying, number>();
  readonly #kernel: Kernel;
  readonly #protection: Protection;
  readonly #transfers: Transfers;
  readonly #kinds: { readonly run: number; readonly window: number };

  constructor(
    kernel: Kernel,
    protection: Protection,
    transfers: Transfers,
    repositories: readonly Repository[],
    specs: readonly BackupSpec[],
    numbersOf: (names: readonly string[]) => number[],
    kinds: { readonly run: number; readonly window: number },
  ) {
    this.#kernel = kernel;
    this.#protection = protection;
    this.#transfers = transfers;
    this.#kinds = kinds;
    this.repositories = repositories;
    this.jobs = specs.map((spec, number) => {
      const repository = repositories.find(({ spec: { name } }) => name === spec.to);
      if (repository === undefined) throw new Error(`the backup ${spec.name} goes to the repository ${spec.to}, which does not exist`);
      return { spec, number, repository, vms: numbersOf(spec.vms), chains: new Map(), open: new Map() };
    });
    for (const { vms } of this.jobs) for (const v of vms) protection.protect(v);
    kernel.on(kinds.run, (job, n) => this.#run(this.jobs[job], n));
    kernel.on(kinds.window, (run) => this.#windowOver(this.runs[run]));
    for (const { spec, number } of this.jobs) kernel.schedule(spec.startSeconds, PHASE.decision, kinds.run, number, 0);
  }

  /** The newest restore point of VM `v` that holds data of `before` or earlier and can be read now. */
  newest(v: number, before: number): { point: Point; chain: Chain; job: Job } | null {
    let best: { point: Point; chain: Chain; job: Job } | null = null;
    for (const job of this.jobs) {
      const chain = job.chains.get(v);
      if (chain === undefined || !this.reachable(job.repository)) continue;
      const point = chain.newestAt(before);
      if (point !== undefined && (best === null || point.ran > best.point.ran)) best = { point, chain, job };
    }
    return best;
  }

  reachable(repository: Repository): boolean {
    return this.#protection.siteUp[repository.site] === 1;
  }

  /** VM `v` left its host, or was restored: what is being copied of it is void. */
  left(v: number): void {
    for (const job of this.jobs) {
      const copying = job.open.get(v);
      if (copying !== undefined) this.#close(copying, "failed");
    }
  }

  /** The VM was restored: its next backup is a full. */
  restored(v: number): void {
    this.#untracked.add(v);
  }

  /** An intruder spoilt VM `v` at `since`: newer points are worthless, and all that is not immutable is gone. */
  spoil(v: number, since: number): void {
    for (const { chains, repository } of this.jobs) {
      const chain = chains.get(v);
      if (chain !== undefined) repository.take(-chain.dropAfter(repository.spec.immutable ? since : Number.NEGATIVE_INFINITY));
    }
  }

  /** The site went down or came back; `destroyed`: with all that its repositories held. */
  site(site: number, destroyed: boolean): void {
    for (const repository of this.repositories) {
      if (repository.site !== site) continue;
      repository.turns.close(!this.reachable(repository));
      for (const job of this.jobs) {
        if (job.repository !== repository) continue;
        for (const copying of [...job.open.values()]) this.#close(copying, "failed");
        if (destroyed) job.chains.clear();
      }
      if (destroyed) repository.usedMiB = 0;
    }
  }

  #run(job: Job, n: number): void {
    const { spec } = job;
    const { now } = this.#kernel;
    const run: BackupRun = {
      job: job.number,
      startSeconds: now,
      endSeconds: Number.NaN,
      vms: job.vms.length,
      done: 0,
      fulls: 0,
      passedOver: 0,
      brokenOff: 0,
      failed: 0,
      sentMiB: 0,
      open: 0,
    };
    const number = this.runs.push(run) - 1;
    const full = n === 0 || (spec.fullEvery !== null && n % spec.fullEvery === 0);
    const { vms } = this.#protection.dc;
    // All are counted before the first one can be over.
    const asked: Copying[] = [];
    for (const vm of job.vms) {
      if (vms.host[vm] < 0 || job.open.has(vm)) {
        run.passedOver++;
        continue;
      }
      const copying: Copying = { job, vm, run, full, turn: null, transfer: -1 };
      job.open.set(vm, copying);
      run.open++;
      asked.push(copying);
    }
    if (run.open === 0) run.endSeconds = now;
    for (const copying of asked) {
      if (job.open.get(copying.vm) !== copying) continue;
      if (this.reachable(job.repository)) this.#wait(copying);
      else this.#close(copying, "failed");
    }
    if (spec.windowSeconds !== null && run.open > 0) this.#kernel.schedule(now + spec.windowSeconds, PHASE.decision, this.#kinds.window, number);
    this.#kernel.schedule(now + spec.everySeconds, PHASE.decision, this.#kinds.run, job.number, n + 1);
  }

  #windowOver(run: BackupRun): void {
    for (const copying of [...this.jobs[run.job].open.values()]) if (copying.run === run) this.#close(copying, "brokenOff");
  }

  #wait(copying: Copying): void {
    const turn = copying.job.repository.turns.ask(LAST, (own) => {
      copying.turn = own;
      this.#read(copying);
    });
    if (turn.state === "waiting") copying.turn = turn;
  }

  /** The turn has come: the snapshot is taken, and sent. */
  #read(copying: Copying): void {
    const { job, vm, run } = copying;
    const { dc } = this.#protection;
    const { now } = this.#kernel;
    if (dc.vms.host[vm] < 0) return this.#close(copying, "failed");
    let chain = job.chains.get(vm);
    const tracked = chain?.newest !== undefined && !this.#untracked.has(vm);
    const synthetic = copying.full && tracked && job.spec.fullBy === "synthetic";
    const kind = tracked && (!copying.full || synthetic) ? "incremental" : "full";
    const ran = this.#protection.ran(vm, now);
    const mib = kind === "full" ? this.#protection.data(vm).diskMiB : this.#protection.changed(vm, chain?.newest?.ran ?? 0, ran);
    if (!job.repository.hasRoom(mib)) return this.#close(copying, "failed");
    // Space is taken when it is promised, so that two copies cannot share it.
    job.repository.take(mib);
    this.#promised.set(copying, mib);
    copying.transfer = this.#transfers.send(this.#transfers.host(dc.vms.host[vm]), job.repository.port, mib, () => {
      copying.transfer = -1;
      run.sentMiB += mib;
      this.#promised.delete(copying);
      chain ??= new Chain();
      job.chains.set(vm, chain);
      const done = this.#kernel.now;
      chain.add({ kind, at: now, ran, doneAt: done, mib });
      if (kind === "full") {
        run.fulls++;
        this.#untracked.delete(vm);
      }
      this.#protection.safe(vm, ran, done);
      if (synthetic) this.#makeFull(copying, chain, now, ran);
      else this.#finish(copying, chain);
    });
  }

  #makeFull(copying: Copying, chain: Chain, at: number, ran: number): void {
    const { job, vm, run } = copying;
    const { diskMiB } = this.#protection.data(vm);
    if (!job.repository.hasRoom(diskMiB)) return this.#close(copying, "failed");
    job.repository.take(diskMiB);
    this.#promised.set(copying, diskMiB);
    copying.transfer = this.#transfers.send(job.repository.port, job.repository.port, diskMiB, () => {
      copying.transfer = -1;
      this.#promised.delete(copying);
      chain.add({ kind: "full", at, ran, doneAt: this.#kernel.now, mib: diskMiB });
      run.fulls++;
      this.#finish(copying, chain);
    });
  }

  #finish(copying: Copying, chain: Chain): void {
    copying.job.repository.take(-chain.prune(copying.job.spec.keep, this.#kernel.now));
    this.#close(copying, "done");
  }

  #close(copying: Copying, how: "done" | "failed" | "brokenOff"): void {
    const { job, vm, run } = copying;
    // Giving one turn back may begin, and end, the next.
    if (job.open.get(vm) !== copying) return;
    job.open.delete(vm);
    if (copying.transfer >= 0) this.#transfers.cancel(copying.transfer);
    copying.transfer = -1;
    job.repository.take(-(this.#promised.get(copying) ?? 0));
    this.#promised.delete(copying);
    run[how]++;
    run.open--;
    if (run.open === 0) run.endSeconds = this.#kernel.now;
    const { turn } = copying;
    copying.turn = null;
    if (turn !== null) job.repository.turns.done(turn);
  }
}
