/**
 * Autoscaling: groups whose number of VMs, or whose VMs' size, follows a policy.
 *
 * Every period, in the decision phase: what was busy in the period is added to the past, the policy says what size it wants
 * (policy/scaling.ts), limits bound it, and, when the cooldown of that direction is over, it is carried out.
 *
 *   busy of a member  = min(1, work asked for x CPU per unit of work / (vCPUs x core speed))       as its guest would report it;
 *                       summed over members and averaged over the period, as are those in service
 *   horizontal        = VMs of the group are asked for, lowest number first, or stopped: first those not in service yet, then
 *                       from the highest number down. New members are placed, cloned and booted like any VM, and warm up.
 *   vertical          = each running VM by itself: vCPUs are added or taken while it runs where product and guest allow it,
 *                       else by a restart where the scenario allows that, else the change is refused and noted.
 *
 * A refused change counts as an action for the cooldown, and is noted once until something else happens. Proved by
 * test/cases/elasticity.test.ts.
 */
import type { Kernel } from "../kernel/kernel.ts";
import type { Scaler, ScalingView } from "../policy/scaling.ts";
import type { Datacenter } from "./datacenter.ts";
import { PHASE } from "./phases.ts";
import * as V from "./vms.ts";

const KIND = 52;
const DAY_S = 86400;
const HOUR_S = 3600;

export interface ScalingSpec {
  readonly group: string;
  readonly kind: "horizontal" | "vertical";
  readonly policy: string;
  readonly scaler: Scaler;
  readonly everySeconds: number;
  readonly min: number;
  readonly max: number;
  /** After growing and after shrinking: how long nothing may be done in the same direction. */
  readonly growCooldownSeconds: number;
  readonly shrinkCooldownSeconds: number;
  /** Vertical: whether a VM may be restarted for what its product cannot do while it runs, and memory that comes with a vCPU (0 = none). */
  readonly restart: boolean;
  readonly memoryPerVcpuMiB: number;
}

/** Something done, or refused. */
export interface ScalingAction {
  readonly time: number;
  readonly group: string;
  /** VM of a vertical change, or -1. */
  readonly vm: number;
  readonly policy: string;
  readonly action: "scale out" | "scale in" | "grow" | "shrink" | "restart" | "refused";
  readonly from: number;
  readonly to: number;
  readonly use: number;
  readonly why: string;
}

/** How a group stood at the end of a period. */
export interface ScalingState {
  readonly time: number;
  readonly group: string;
  readonly size: number;
  readonly inService: number;
  readonly use: number;
}

/** One thing that is scaled: a group, or one of its VMs. */
interface Subject extends ScalingSpec {
  /** VMs first .. first + count - 1. */
  readonly first: number;
  readonly count: number;
  readonly busy: Float32Array;
  readonly inService: Float32Array;
  newest: number;
  periods: number;
  grewAt: number;
  shrankAt: number;
  /** Why the last change was refused; "" when it was not. */
  refused: string;
  /** Member-seconds in service at the last look. */
  memberSeconds: number;
}

export class Scaling {
  readonly actions: ScalingAction[] = [];
  readonly states: ScalingState[] = [];
  readonly #kernel: Kernel;
  readonly #dc: Datacenter;
  readonly #subjects: Subject[] = [];
  readonly #startOfDay: number;
  // By VM: integrals at the last look.
  readonly #askedCoreS: Float64Array;
  readonly #ran: Float64Array;

  /** `startSeconds` is the time of day of second 0. */
  constructor(kernel: Kernel, dc: Datacenter, specs: readonly ScalingSpec[], startSeconds: number) {
    this.#kernel = kernel;
    this.#dc = dc;
    this.#startOfDay = startSeconds;
    this.#askedCoreS = new Float64Array(dc.vms.count);
    this.#ran = new Float64Array(dc.vms.count);
    const { classes, classOf, count } = dc.vms;
    for (const spec of specs) {
      const first = classOf.findIndex((k) => classes[k].name === spec.group);
      let end = first;
      while (end < count && classOf[end] === classOf[first]) end++;
      const length = Math.ceil((DAY_S + 2 * HOUR_S) / spec.everySeconds) + 2;
      const subject = (from: number, n: number): Subject => ({
        ...spec,
        first: from,
        count: n,
        busy: new Float32Array(length),
        inService: new Float32Array(length),
        newest: -1,
        periods: 0,
        grewAt: Number.NEGATIVE_INFINITY,
        shrankAt: Number.NEGATIVE_INFINITY,
        refused: "",
        memberSeconds: 0,
      });
      if (spec.kind === "horizontal") this.#add(subject(first, end - first));
      else for (let v = first; v < end; v++) this.#add(subject(v, 1));
    }
    kernel.on(KIND, (s) => this.#period(s));
  }

  #add(subject: Subject): void {
    this.#kernel.schedule(subject.everySeconds, PHASE.decision, KIND, this.#subjects.push(subject) - 1);
  }

  #period(s: number): void {
    const subject = this.#subjects[s];
    const now = this.#kernel.now;
    this.#measure(subject, now);
    const size = this.#sizeOf(subject);
    const view = this.#viewOf(subject, size);
    if (subject.kind === "horizontal") this.states.push({ time: now, group: subject.group, size, inService: view.inService, use: view.use(0) });
    this.#kernel.schedule(now + subject.everySeconds, PHASE.decision, KIND, s);
    if (subject.kind === "vertical" && this.#dc.vms.state[subject.first] !== V.RUNNING_VM) return;
    const wanted = subject.scaler(view);
    const bounded = Math.max(subject.min, Math.min(subject.max, wanted.size));
    const why = bounded === wanted.size ? wanted.why : `${wanted.why}; wanted ${wanted.size}, ${bounded === subject.max ? "at most" : "at least"} ${bounded}`;
    if (bounded > size && now - subject.grewAt >= subject.growCooldownSeconds) {
      subject.grewAt = now;
      this.#carryOut(subject, size, bounded, view.use(0), why);
    } else if (bounded < size && now - Math.max(subject.grewAt, subject.shrankAt) >= subject.shrinkCooldownSeconds) {
      subject.shrankAt = now;
      this.#carryOut(subject, size, bounded, view.use(0), why);
    }
  }

  /** Units there are: VMs of the group that have been asked for and not ended, or vCPUs of the VM. */
  #sizeOf({ kind, first, count }: Subject): number {
    const { vms } = this.#dc;
    if (kind === "vertical") return vms.vcpus[first];
    let n = 0;
    for (let v = first, end = first + count; v < end; v++) if (this.#exists(v)) n++;
    return n;
  }

  #exists(v: number): boolean {
    const { state, requestedAt } = this.#dc.vms;
    return !V.isOver(state[v]) && requestedAt[v] <= this.#kernel.now;
  }

  #viewOf(subject: Subject, size: number): ScalingView {
    const { busy, inService, newest, periods, everySeconds } = subject;
    const at = (age: number): number => (newest - age + busy.length) % busy.length;
    return {
      size,
      inService: inService[at(0)],
      periods,
      periodSeconds: everySeconds,
      busy: (age) => (age < periods ? busy[at(age)] : 0),
      use: (age) => (age < periods && inService[at(age)] > 0 ? busy[at(age)] / inService[at(age)] : Number.NaN),
      timeOfDay: (this.#startOfDay + this.#kernel.now) % DAY_S,
    };
  }

  /** Adds the period that ends now to the subject's past. */
  #measure(subject: Subject, now: number): void {
    const { vms, services } = this.#dc;
    this.#dc.readings.settleVms(now);
    let busy = 0;
    let units = 0;
    for (let v = subject.first, end = subject.first + subject.count; v < end; v++) {
      const asked = vms.row[v * V.VM_ROW + V.DONE_CORE_S] + vms.shortCoreS[v];
      const ran = vms.runningSeconds[v] + (vms.state[v] === V.RUNNING_VM ? now - vms.since[v] : 0);
      const seconds = ran - this.#ran[v];
      const work = asked - this.#askedCoreS[v];
      this.#ran[v] = ran;
      this.#askedCoreS[v] = asked;
      if (seconds <= 0) continue;
      // Units it kept busy, as a mean over the whole period.
      const unit = subject.kind === "vertical" ? 1 : vms.vcpus[v];
      busy += Math.min(seconds * (vms.vcpus[v] / unit), (work * vms.row[v * V.VM_ROW + V.PER_WORK]) / unit) / subject.everySeconds;
      if (subject.kind === "vertical") units += (seconds * vms.vcpus[v]) / subject.everySeconds;
    }
    if (subject.kind === "horizontal" && services !== null) {
      const seconds = services.memberSecondsOf(subject.first);
      units = (seconds - subject.memberSeconds) / subject.everySeconds;
      subject.memberSeconds = seconds;
    }
    subject.newest = (subject.newest + 1) % subject.busy.length;
    subject.busy[subject.newest] = busy;
    subject.inService[subject.newest] = units;
    if (subject.periods < subject.busy.length) subject.periods++;
  }

  #carryOut(subject: Subject, from: number, to: number, use: number, why: string): void {
    const note = (action: ScalingAction["action"], vm: number, reached: number, reason: string): void => {
      this.actions.push({ time: this.#kernel.now, group: subject.group, vm, policy: subject.policy, action, from, to: reached, use, why: reason });
    };
    if (subject.kind === "vertical") return this.#resize(subject, to, note, why);
    if (to > from) this.#scaleOut(subject, to - from);
    else this.#scaleIn(subject, from - to);
    note(to > from ? "scale out" : "scale in", -1, to, why);
  }

  #scaleOut({ first, count }: Subject, more: number): void {
    let left = more;
    for (let v = first, end = first + count; v < end && left > 0; v++) {
      if (this.#exists(v)) continue;
      this.#dc.requests.again(v);
      left--;
    }
  }

  #scaleIn({ first, count }: Subject, fewer: number): void {
    const { services } = this.#dc;
    let left = fewer;
    for (const serving of [false, true]) {
      for (let v = first + count - 1; v >= first && left > 0; v--) {
        if (!this.#exists(v) || (services?.serves(v) ?? true) !== serving) continue;
        this.#dc.commands.stop(v);
        left--;
      }
    }
  }

  #resize(subject: Subject, vcpus: number, note: (action: ScalingAction["action"], vm: number, to: number, why: string) => void, why: string): void {
    const { vms } = this.#dc;
    const v = subject.first;
    const before = vms.vcpus[v];
    const memoryMiB = subject.memoryPerVcpuMiB > 0 ? vcpus * subject.memoryPerVcpuMiB : vms.memoryMiB[v];
    const refusal = this.#dc.resizing.resize(v, { vcpus, memoryMiB });
    if (refusal === null) {
      subject.refused = "";
      return note(vcpus > before ? "grow" : "shrink", v, vcpus, why);
    }
    const again = subject.restart ? this.#dc.resizing.restartAs(v, { vcpus, memoryMiB }) : refusal;
    if (again === null) note("restart", v, vcpus, `${why}; ${refusal}`);
    else if (subject.refused !== again) note("refused", v, before, `${why}; ${again}`);
    subject.refused = again ?? "";
  }
}
