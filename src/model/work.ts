/**
 * Finite work inside VMs: tasks that end when they have been done, and the instant at which the next one does.
 *
 * A VM's tasks share what the VM gets, by weight, each at most its threads x core speed or its own limit (divvy on the
 * VM). Between changes the rates are constant, so a task that has r MHz s left at rate q ends r / q seconds on.
 * Only VMs whose speed changed are looked at again, and a host has one event for all of its tasks.
 *
 * A piece of demand with `progress: work` is a task with the piece's level as its limit; a piece of level 0 is a pause.
 */
import { divvyInto } from "../sharing/divvy.ts";
import * as V from "./vms.ts";

/** Tasks due within this of the present instant are done: rounding of end times, far below any model's resolution. */
const SAME_INSTANT_S = 1e-9;

/** One VM's finite work; what is looked at for every VM of a host at every event stands in columns instead. */
interface Job {
  readonly sequence: boolean;
  /** Tasks first .. end - 1 of the columns. */
  readonly first: number;
  readonly end: number;
  /** Tasks under way, in order of start. */
  readonly active: number[];
  /** Next task that has not started (sequence), and how many have ended. */
  next: number;
  ended: number;
  /** It is writing a checkpoint: it computes, and its tasks stand still. */
  saving: boolean;
}

/** Where a sequence of tasks stood when it was saved: which is the next, and how much of that is left. */
interface Saved {
  readonly next: number;
  readonly ended: number;
  readonly left: number;
}

export interface TaskColumns {
  readonly workMHzSeconds: Float64Array;
  readonly threads: Float64Array;
  readonly weight: Float64Array;
  readonly limitMHz: Float64Array;
  readonly startSeconds: Float64Array;
}

export class Work {
  readonly #vms: V.Vms;
  readonly #tasks: TaskColumns;
  readonly #done: (v: number, task: number) => void;
  /** Work left of each task, MHz s; rate of each task now, MHz. */
  readonly #left: Float64Array;
  readonly #rate: Float64Array;
  readonly #jobOf: (Job | undefined)[] = [];
  readonly #saved = new Map<number, Saved>();
  #scratch = new Float64Array(64);
  // By VM: when its next task ends, up to when `left` is true, the speed its rates were made for, and whether its set of tasks changed since.
  readonly #endsAt: Float64Array;
  readonly #at: Float64Array;
  readonly #speed: Float64Array;
  readonly #changed: Uint8Array;

  /** `done` is told of each task that ends. */
  constructor(vms: V.Vms, tasks: TaskColumns, done: (v: number, task: number) => void) {
    this.#vms = vms;
    this.#tasks = tasks;
    this.#done = done;
    this.#left = new Float64Array(tasks.workMHzSeconds.length);
    this.#rate = new Float64Array(tasks.workMHzSeconds.length);
    this.#endsAt = new Float64Array(vms.count).fill(Number.POSITIVE_INFINITY);
    this.#at = new Float64Array(vms.count);
    this.#speed = new Float64Array(vms.count);
    this.#changed = new Uint8Array(vms.count);
  }

  /** Gives VM `v` the tasks first .. end - 1 (again from the beginning, if it had them before). */
  assign(v: number, first: number, end: number, sequence: boolean): void {
    for (let j = first; j < end; j++) this.#left[j] = this.#tasks.workMHzSeconds[j];
    this.#jobOf[v] = { sequence, first, end, active: [], next: first, ended: 0, saving: false };
    this.#at[v] = 0;
    this.#speed[v] = 0;
    this.#endsAt[v] = Number.POSITIVE_INFINITY;
  }

  has(v: number): boolean {
    return this.#jobOf[v] !== undefined;
  }

  /** Starts task `j` of VM `v`, or its next one in sequence. Integrals of its host must be settled. */
  start(v: number, j: number, t: number): void {
    this.#advance(v, t);
    this.#job(v).active.push(j);
    this.#ask(v);
  }

  /** Starts the next task of a sequence; false when there is none left. */
  startNext(v: number, t: number): boolean {
    const job = this.#job(v);
    if (job.next >= job.end) return false;
    this.start(v, job.next, t);
    job.next++;
    return true;
  }

  /** Saves where the sequence of VM `v` stands, and lets its tasks stand still while the checkpoint is written, at their highest demand. */
  beginSave(v: number, t: number): void {
    this.#advance(v, t);
    const job = this.#job(v);
    const [current] = job.active;
    if (current !== undefined) this.#saved.set(v, { next: current, ended: job.ended, left: this.#left[current] });
    job.saving = true;
    for (const j of job.active) this.#rate[j] = 0;
    this.#ask(v);
  }

  /** The checkpoint is written: the tasks go on. */
  endSave(v: number, t: number): void {
    this.#advance(v, t);
    this.#job(v).saving = false;
    this.#ask(v);
  }

  /** Puts a sequence that begins anew back to where it was saved. */
  restore(v: number): void {
    const saved = this.#saved.get(v);
    if (saved === undefined) return;
    const job = this.#job(v);
    job.next = saved.next;
    job.ended = saved.ended;
    this.#left[saved.next] = saved.left;
  }

  /** The task of a sequence that is under way. */
  current(v: number): number {
    return this.#job(v).active[0];
  }

  /** Ends the task under way of a sequence without counting its work (a pause is over). */
  drop(v: number): void {
    const job = this.#job(v);
    job.active.length = 0;
    job.ended++;
    this.#changed[v] = 1;
  }

  /** First task of the VM and the one after its last. */
  tasksOf(v: number): { first: number; end: number; sequence: boolean } {
    return this.#job(v);
  }

  /** Forgets how fast the tasks ran: the VM left its host or stopped there. */
  halt(v: number, t: number): void {
    this.#advance(v, t);
    this.#speed[v] = 0;
    this.#endsAt[v] = Number.POSITIVE_INFINITY;
    for (const j of this.#job(v).active) this.#rate[j] = 0;
  }

  /** Says anew what the VM asks for (after a change of its core speed, or when it runs again). */
  askAgain(v: number): void {
    this.#ask(v);
  }

  /** Sets the VM's demand and threads from the tasks under way, and has their rates made anew. */
  #ask(v: number): void {
    this.#changed[v] = 1;
    let threads = 0;
    let limit = 0;
    const { active, saving, first, end } = this.#job(v);
    if (saving) {
      for (let j = first; j < end; j++) {
        threads = Math.max(threads, this.#tasks.threads[j]);
        limit = Math.max(limit, this.#tasks.limitMHz[j]);
      }
      this.#vms.threads[v] = Math.min(threads, this.#vms.vcpus[v]);
      this.#vms.row[v * V.VM_ROW + V.DEMAND] = limit;
      return;
    }
    for (let i = 0; i < active.length; i++) {
      threads += this.#tasks.threads[active[i]];
      limit += this.#tasks.limitMHz[active[i]];
    }
    this.#vms.threads[v] = Math.min(threads, this.#vms.vcpus[v]);
    this.#vms.row[v * V.VM_ROW + V.DEMAND] = active.length === 0 ? 0 : limit;
  }

  /** After a solve at `t`: when does the next task of VM `v` end at its present speed? */
  endsAt(v: number, t: number, coreMHz: number): number {
    const speed = this.#vms.row[v * V.VM_ROW + V.DONE];
    if (speed === this.#speed[v] && this.#changed[v] === 0) return this.#endsAt[v];
    this.#advance(v, t);
    this.#speed[v] = speed;
    this.#changed[v] = 0;
    const { active, saving } = this.#job(v);
    if (saving) {
      this.#endsAt[v] = Number.POSITIVE_INFINITY;
      return Number.POSITIVE_INFINITY;
    }
    this.#share(v, active, speed, coreMHz);
    let soonest = Number.POSITIVE_INFINITY;
    for (let i = 0; i < active.length; i++) {
      const j = active[i];
      const rate = this.#rate[j];
      const left = this.#left[j];
      const end = left <= 0 ? t : rate > 0 ? t + left / rate : Number.POSITIVE_INFINITY;
      if (end < soonest) soonest = end;
    }
    this.#endsAt[v] = soonest;
    return soonest;
  }

  /** Whether some task of VM `v` ends at `t`. */
  isDue(v: number, t: number): boolean {
    return this.#endsAt[v] <= t;
  }

  /** Ends the tasks of VM `v` that are due at `t`, and says whether the VM has none left at all. */
  finishDue(v: number, t: number): boolean {
    this.#advance(v, t);
    const job = this.#job(v);
    const { active } = job;
    let still = 0;
    for (let i = 0; i < active.length; i++) {
      const j = active[i];
      if (this.#left[j] > this.#rate[j] * SAME_INSTANT_S) active[still++] = j;
      else {
        this.#left[j] = 0;
        job.ended++;
        this.#done(v, j);
      }
    }
    // Setting the length would be a call into the runtime.
    while (active.length > still) active.pop();
    this.#endsAt[v] = Number.POSITIVE_INFINITY;
    this.#ask(v);
    return job.ended === job.end - job.first;
  }

  #job(v: number): Job {
    const job = this.#jobOf[v];
    if (!job) throw new Error(`VM ${this.#vms.names[v]} has no finite work`);
    return job;
  }

  /** Takes off what was done since the last look. */
  #advance(v: number, t: number): void {
    const dt = t - this.#at[v];
    this.#at[v] = t;
    if (dt <= 0) return;
    const { active } = this.#job(v);
    for (let i = 0; i < active.length; i++) this.#left[active[i]] -= this.#rate[active[i]] * dt;
  }

  /** Shares the VM's speed among its tasks. */
  #share(v: number, active: readonly number[], speed: number, coreMHz: number): void {
    const n = active.length;
    if (n === 1) {
      this.#rate[active[0]] = speed;
      return;
    }
    const { threads, weight, limitMHz } = this.#tasks;
    // Single threads of equal weight and without a limit of their own share alike: no thread can be held back by its core.
    let alike = true;
    for (let i = 0; i < n && alike; i++)
      alike = threads[active[i]] === 1 && weight[active[i]] === weight[active[0]] && limitMHz[active[i]] === Number.POSITIVE_INFINITY;
    if (alike) {
      const each = speed / n;
      for (let i = 0; i < n; i++) this.#rate[active[i]] = each;
      return;
    }
    if (n * 4 > this.#scratch.length) this.#scratch = new Float64Array(n * 8);
    const room = this.#scratch.length >> 2;
    const want = this.#scratch.subarray(0, room);
    const weights = this.#scratch.subarray(room, 2 * room);
    const out = this.#scratch.subarray(2 * room, 3 * room);
    // A task's own bound in terms of the VM's useful speed: its threads' part of physical CPU, at the VM's efficiency.
    const p = v * V.VM_ROW;
    const efficiency = this.#vms.row[p + V.USE] > 0 ? speed / this.#vms.row[p + V.USE] : 1;
    for (let i = 0; i < n; i++) {
      const j = active[i];
      want[i] = Math.min(threads[j] * coreMHz * efficiency, limitMHz[j]);
      weights[i] = weight[j];
    }
    divvyInto(speed, n, want, weights, null, null, out);
    for (let i = 0; i < n; i++) this.#rate[active[i]] = out[i];
  }
}
