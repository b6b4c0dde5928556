/**
 * The events of finite work: tasks that start at a time of their own, end, pause or write checkpoints. What is done when is
 * work.ts's to say; here it becomes events of the kernel, one a host for the task that ends next.
 */
import type { Kernel } from "../kernel/kernel.ts";
import * as H from "./hosts.ts";
import { PHASE } from "./phases.ts";
import * as V from "./vms.ts";
import { type TaskColumns, Work } from "./work.ts";

export interface JobHooks {
  /** Settles host `h`, has it solved at the end of the instant. */
  touch(h: number): void;
  /** What the VM can use at most has changed with its threads. */
  size(v: number): void;
  /** All its work is done. */
  completed(v: number): void;
  taskDone(v: number, h: number, task: number): void;
  /** How many hosts the VM has left: what was planned on an earlier one is void. */
  stay(v: number): number;
}

export interface JobKinds {
  readonly workDone: number;
  readonly taskStart: number;
  readonly pauseOver: number;
  readonly checkpoint: number;
  readonly saved: number;
}

export class Jobs {
  readonly #kernel: Kernel;
  readonly #hosts: H.Hosts;
  readonly #vms: V.Vms;
  readonly #tasks: TaskColumns;
  readonly #work: Work;
  readonly #hooks: JobHooks;
  readonly #kinds: JobKinds;
  /** 1 for VMs whose load is finite work. */
  readonly #has: Uint8Array;
  /** When each task with a start of its own starts. */
  readonly #taskDue: Float64Array;
  // By host: its VMs with work that run, and the event of the task that ends next.
  readonly #running: Int32Array;
  readonly #event: Float64Array;
  readonly #eventTime: Float64Array;

  constructor(kernel: Kernel, hosts: H.Hosts, vms: V.Vms, tasks: TaskColumns, hooks: JobHooks, kinds: JobKinds) {
    this.#kernel = kernel;
    this.#hosts = hosts;
    this.#vms = vms;
    this.#tasks = tasks;
    this.#work = new Work(vms, tasks, (v, j) => hooks.taskDone(v, vms.host[v], j - this.#work.tasksOf(v).first));
    this.#hooks = hooks;
    this.#kinds = kinds;
    this.#has = new Uint8Array(vms.count);
    this.#taskDue = new Float64Array(tasks.startSeconds.length);
    this.#running = new Int32Array(hosts.count);
    this.#event = new Float64Array(hosts.count).fill(-1);
    this.#eventTime = new Float64Array(hosts.count).fill(Number.POSITIVE_INFINITY);
    const ifStays = (then: (v: number) => void) => (v: number, stay: number) => {
      if (hooks.stay(v) === stay) then(v);
    };
    kernel.on(kinds.workDone, (h) => this.#due(h));
    kernel.on(kinds.taskStart, (v, j) => this.#taskStart(v, j));
    kernel.on(
      kinds.pauseOver,
      ifStays((v) => this.#pauseOver(v)),
    );
    kernel.on(
      kinds.checkpoint,
      ifStays((v) => this.#checkpoint(v, true)),
    );
    kernel.on(
      kinds.saved,
      ifStays((v) => this.#checkpoint(v, false)),
    );
  }

  /** Gives VM `v` tasks first .. end - 1 of the columns, one after the other or all at once. */
  assign(v: number, first: number, end: number, sequence: boolean): void {
    this.#has[v] = 1;
    this.#work.assign(v, first, end, sequence);
  }

  /** Whether the load of VM `v` is finite work. */
  has(v: number): boolean {
    return this.#has[v] === 1;
  }

  /** VM `v`, which runs from now on, begins its work: from its last checkpoint if it writes any, else from the beginning, also after a crash. */
  begin(v: number): void {
    const { now } = this.#kernel;
    const { first, end, sequence } = this.#work.tasksOf(v);
    this.#work.assign(v, first, end, sequence);
    if (first === end) return this.#hooks.completed(v);
    const { checkpoint = null } = this.#vms.classes[this.#vms.classOf[v]];
    if (checkpoint !== null && sequence) {
      this.#work.restore(v);
      this.#kernel.schedule(now + checkpoint.everySeconds, PHASE.completion, this.#kinds.checkpoint, v, this.#hooks.stay(v));
    }
    if (sequence) return this.#next(v);
    for (let j = first; j < end; j++) {
      const start = this.#tasks.startSeconds[j];
      if (start > 0) {
        this.#taskDue[j] = now + start;
        this.#kernel.schedule(now + start, PHASE.demand, this.#kinds.taskStart, v, j);
      } else this.#work.start(v, j, now);
    }
    this.#hooks.size(v);
  }

  /** VM `v` gets CPU from now on, or none. Others than those with work do not count. */
  runs(v: number): void {
    if (this.#has[v] === 1) this.#running[this.#vms.host[v]]++;
  }

  halts(v: number): void {
    if (this.#has[v] === 0) return;
    this.#work.halt(v, this.#kernel.now);
    this.#running[this.#vms.host[v]]--;
  }

  /** The VM's tasks ask for CPU again, with as many threads as they have. */
  askAgain(v: number): void {
    this.#work.askAgain(v);
  }

  /** Host `h` was solved: plans the one event for the task that ends next. */
  plan(h: number): void {
    if (this.#running[h] === 0 && this.#event[h] < 0) return;
    const { row, start, vms, members } = this.#hosts;
    const { now } = this.#kernel;
    const coreMHz = row[h * H.HOST_ROW + H.CORE_MHZ];
    let soonest = Number.POSITIVE_INFINITY;
    for (let i = start[h], end = i + vms[h]; i < end; i++) {
      const v = members[i];
      if (this.#has[v] === 0 || this.#vms.state[v] !== V.RUNNING_VM) continue;
      const ends = this.#work.endsAt(v, now, coreMHz);
      if (ends < soonest) soonest = ends;
    }
    if (soonest === this.#eventTime[h]) return;
    this.#eventTime[h] = soonest;
    const event = this.#event[h];
    if (soonest === Number.POSITIVE_INFINITY) {
      if (event >= 0) this.#kernel.cancel(event);
      this.#event[h] = -1;
    } else if (event < 0 || !this.#kernel.move(event, soonest)) this.#event[h] = this.#kernel.schedule(soonest, PHASE.completion, this.#kinds.workDone, h);
  }

  /** Some task on host `h` is due. */
  #due(h: number): void {
    const { now } = this.#kernel;
    const { start, vms, members } = this.#hosts;
    this.#event[h] = -1;
    this.#eventTime[h] = Number.POSITIVE_INFINITY;
    this.#hooks.touch(h);
    // Ending VMs leave the list, the last one taking their place: backwards nobody is missed.
    for (let i = vms[h] - 1; i >= 0; i--) {
      const v = members[start[h] + i];
      if (this.#has[v] === 0 || this.#vms.state[v] !== V.RUNNING_VM || !this.#work.isDue(v, now)) continue;
      const { sequence } = this.#work.tasksOf(v);
      const over = this.#work.finishDue(v, now);
      if (over) this.#hooks.completed(v);
      else if (sequence) this.#next(v);
      else this.#hooks.size(v);
    }
  }

  #next(v: number): void {
    const { now } = this.#kernel;
    if (!this.#work.startNext(v, now)) return this.#hooks.completed(v);
    this.#hooks.touch(this.#vms.host[v]);
    this.#resize(v);
    const j = this.#work.current(v);
    // A piece of level 0 is a pause of its own length.
    if (this.#tasks.limitMHz[j] === 0 && this.#tasks.startSeconds[j] < Number.POSITIVE_INFINITY)
      this.#kernel.schedule(now + this.#tasks.startSeconds[j], PHASE.completion, this.#kinds.pauseOver, v, this.#hooks.stay(v));
  }

  #pauseOver(v: number): void {
    this.#work.drop(v);
    this.#next(v);
  }

  #taskStart(v: number, j: number): void {
    const { now } = this.#kernel;
    // Planned before a crash: since then the VM began anew.
    if (this.#taskDue[j] !== now) return;
    if (this.#vms.state[v] !== V.RUNNING_VM && this.#vms.state[v] !== V.SUSPENDED) return;
    this.#hooks.touch(this.#vms.host[v]);
    this.#work.start(v, j, now);
    this.#resize(v);
  }

  /** The VM writes a checkpoint: it computes at its highest demand, and its tasks stand still. */
  #checkpoint(v: number, saves: boolean): void {
    const { checkpoint = null } = this.#vms.classes[this.#vms.classOf[v]];
    if (checkpoint === null) return;
    const { now } = this.#kernel;
    this.#hooks.touch(this.#vms.host[v]);
    if (saves) this.#work.beginSave(v, now);
    else this.#work.endSave(v, now);
    const seconds = saves ? checkpoint.costSeconds : checkpoint.everySeconds;
    this.#kernel.schedule(now + seconds, PHASE.completion, saves ? this.#kinds.saved : this.#kinds.checkpoint, v, this.#hooks.stay(v));
    this.#resize(v);
  }

  /** Its tasks have other threads: a VM that runs uses them, one that does not asks for nothing. */
  #resize(v: number): void {
    if (this.#vms.state[v] === V.RUNNING_VM) this.#hooks.size(v);
    else this.#vms.row[v * V.VM_ROW + V.DEMAND] = 0;
  }
}
