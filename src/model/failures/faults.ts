/**
 * Failure models at work: components that fail after random times and are repaired.
 *
 *   whole --(time between)--> failed --(wait for a crew)--> in repair --(repair time)--> whole
 *
 * Each component has one pending event, and two streams of its own (times between, repair times), named after model and
 * component: another fleet, policy or number of crews changes nobody's luck. The first time between is what is left of one
 * that began long ago (`stationary`), a whole one (`new`), or what an aged component has left (`as-bad-as-old`).
 *
 * Common cause (beta factor; Fleming 1974): a component's failures are independent with 1 - beta of its rate, and with beta of
 * it come from a cause it shares with all of its group, which takes them all at once. The repair after it leaves its own causes as
 * far as they had come, so that it fails as often as without, whatever the law. What a failure does to hosts and VMs is
 * the business of effects.ts. Time runs by the calendar: what is switched off ages too.
 * Proof: test/anchors/failures.test.ts (closed forms), test/cases/failures.test.ts.
 */
import type { Kernel } from "../../kernel/kernel.ts";
import { drawAged, drawResidual, drawTime, type Law, stretched } from "../../kernel/laws.ts";
import type { Stream } from "../../kernel/streams.ts";
import type { Component, Outages } from "../outages.ts";
import { PHASE } from "../phases.ts";
import { RepairShop } from "./repair-shop.ts";
import type { FailureModel } from "./spec.ts";

/** What a component is made of, for the model: what it is called and what its failing does. */
export interface Unit {
  readonly name: string;
  /** Whether there is anything to take down now; absent = always. */
  ready?(): boolean;
  /** Takes it down; the failure is in the book already. */
  fail(failure: number): void;
  /** Brings it back. */
  repair(failure: number): void;
}

/** How a fault comes about: see `#fault`. */
const OWN = 0;
const SET = 1;
const FOLLOWS = 2;
const WHY_SHARED = ["common cause", "operator error"] as const;

interface Part {
  readonly model: FailureModel;
  readonly component: Component;
  readonly unit: Unit;
  /** Times between failures; null = only at set times or by its common cause. */
  readonly between: Law | null;
  readonly luck: Stream;
  /** Made when it first fails: most components of a large fleet never do. */
  readonly repairLuck: () => Stream;
  /** Members of a common cause: they fail with it. */
  readonly members: readonly number[] | null;
  /** Its spares, or -1. */
  readonly pool: number;
  event: number;
  /** When the event is due. */
  dueAt: number;
  /** What a common cause left of the time to its own next failure, or -1. */
  left: number;
  /** The failure it is down for, or -1. */
  failure: number;
}

export class Faults {
  readonly #kernel: Kernel;
  readonly #book: Outages;
  readonly #parts: Part[] = [];
  readonly #shop: RepairShop;
  readonly #kinds: { fault: number; repaired: number; back: number };
  #pools = 0;
  #over = false;

  constructor(kernel: Kernel, book: Outages, crews: number | null, kinds: { fault: number; repaired: number; back: number }) {
    this.#kernel = kernel;
    this.#book = book;
    this.#kinds = kinds;
    this.#shop = new RepairShop(crews, {
      begins: (job, c, seconds) => {
        const { failure } = this.#parts[c];
        if (failure >= 0 && !(book.failures[failure].repairAtSeconds >= 0)) book.failures[failure].repairAtSeconds = kernel.now;
        kernel.schedule(kernel.now + seconds, PHASE.failure, kinds.repaired, job);
      },
      back: (c, afterSeconds) => {
        if (afterSeconds === 0) this.#back(c);
        else kernel.schedule(kernel.now + afterSeconds, PHASE.failure, kinds.back, c);
      },
    });
    kernel.on(kinds.fault, (c, how) => this.#fault(c, how));
    kernel.on(kinds.repaired, (job) => this.#shop.done(job));
    kernel.on(kinds.back, (c) => this.#back(c));
  }

  /** Nothing fails from now on; what has failed is still repaired. */
  stop(): void {
    this.#over = true;
    for (const part of this.#parts) {
      if (part.event >= 0) this.#kernel.cancel(part.event);
      part.event = -1;
    }
  }

  /** Components that wait for a crew now. */
  get waitingForCrew(): number {
    return this.#shop.waiting;
  }

  /** Adds a model with its components; `groups` of them (by index) share the model's common cause. */
  add(
    model: FailureModel,
    units: readonly Unit[],
    groups: readonly { readonly name: string; readonly members: readonly number[] }[],
    stream: (name: string) => Stream,
  ): void {
    const first = this.#parts.length;
    let pool = -1;
    if (model.spares !== null) {
      pool = this.#pools++;
      this.#shop.addPool(pool, model.spares.count, model.spares.swapSeconds);
    }
    const { beta, between } = model;
    const streamsOf = (name: string): Pick<Part, "luck" | "repairLuck"> => {
      let repair: Stream | undefined;
      return {
        luck: stream(`failures/${model.name}/${name}`),
        repairLuck: () => {
          repair ??= stream(`failures/${model.name}/${name}/repair`);
          return repair;
        },
      };
    };
    for (const unit of units)
      this.#parts.push({
        model,
        component: model.of === "operator" ? "host" : model.of,
        unit,
        between: between === null || beta >= 1 ? null : stretched(between, 1 / (1 - beta)),
        ...streamsOf(unit.name),
        members: null,
        pool,
        event: -1,
        dueAt: -1,
        left: -1,
        failure: -1,
      });
    // An operator's error may come at set times alone.
    if ((between !== null && beta > 0) || model.of === "operator")
      for (const { name, members } of groups)
        this.#parts.push({
          model,
          component: model.of === "operator" ? "operator" : "common cause",
          unit: { name, fail: () => undefined, repair: () => undefined },
          between: between === null ? null : stretched(between, 1 / beta),
          ...streamsOf(`common cause of ${name}`),
          members: members.map((i) => first + i),
          pool: -1,
          event: -1,
          dueAt: -1,
          left: -1,
          failure: -1,
        });
    for (let c = first; c < this.#parts.length; c++) this.#plan(c, true);
    for (const at of model.atSeconds)
      for (let c = model.of === "operator" ? first + units.length : first; c < (model.of === "operator" ? this.#parts.length : first + units.length); c++)
        this.#kernel.schedule(at, PHASE.failure, this.#kinds.fault, c, SET);
  }

  /** Plans the next failure of component `c`, which is whole. */
  #plan(c: number, atStart: boolean): void {
    const part = this.#parts[c];
    const { model, between, luck } = part;
    if (between === null || this.#over) return;
    let seconds: number;
    if (part.left >= 0) seconds = part.left;
    else if (model.renewal === "as-bad-as-old") seconds = drawAged(luck, between, model.ageSeconds + this.#kernel.now);
    else if (atStart && model.start === "stationary") seconds = drawResidual(luck, between);
    else seconds = drawTime(luck, between);
    part.left = -1;
    part.dueAt = this.#kernel.now + seconds;
    // Beyond any run: never. (An event must have a finite time.)
    part.event = seconds < Number.MAX_VALUE ? this.#kernel.schedule(part.dueAt, PHASE.failure, this.#kinds.fault, c) : -1;
  }

  /** `how`: a failure of its own, one the scenario set, or (FOLLOWS + n) one that follows from failure n. */
  #fault(c: number, how: number): void {
    const part = this.#parts[c];
    if (how === OWN) part.event = -1;
    const why = how === OWN ? "by chance" : how === SET ? "at a set time" : WHY_SHARED[part.model.of === "operator" ? 1 : 0];
    if (!this.#fail(c, why, how >= FOLLOWS ? how - FOLLOWS : -1) && how === OWN) this.#plan(c, false);
  }

  /** Component `c` fails now; false when it is down already or there is nothing to take down. */
  #fail(c: number, why: string, parent: number): boolean {
    const part = this.#parts[c];
    if (part.failure >= 0 || part.unit.ready?.() === false) return false;
    const failure = this.#book.failed(this.#kernel.now, part.component, part.unit.name, `${part.model.name}: ${why}`, parent);
    if (part.event >= 0) {
      this.#kernel.cancel(part.event);
      // What a common cause did to it makes it no younger: its own causes go on from there.
      if (parent >= 0 && part.model.renewal === "as-good-as-new") part.left = part.dueAt - this.#kernel.now;
    }
    part.event = -1;
    if (part.members !== null) {
      this.#failMembers(part, part.members, failure);
      this.#plan(c, false);
      return true;
    }
    part.failure = failure;
    part.unit.fail(failure);
    this.#shop.bring(c, drawTime(part.repairLuck(), part.model.repair), part.pool);
    return true;
  }

  /** A shared cause is gone in an instant; each member it hits is repaired by itself. */
  #failMembers({ model, luck }: Part, members: readonly number[], failure: number): void {
    const hit = model.share < 1 ? some(members, Math.ceil(model.share * members.length), luck) : members;
    for (const [i, member] of hit.entries()) {
      if (model.everySeconds === 0 || i === 0) this.#fault(member, FOLLOWS + failure);
      else this.#kernel.schedule(this.#kernel.now + i * model.everySeconds, PHASE.failure, this.#kinds.fault, member, FOLLOWS + failure);
    }
    this.#book.mended(failure, this.#kernel.now + Math.max(0, hit.length - 1) * model.everySeconds);
  }

  #back(c: number): void {
    const part = this.#parts[c];
    const { failure } = part;
    part.failure = -1;
    this.#book.mended(failure, this.#kernel.now);
    part.unit.repair(failure);
    this.#plan(c, false);
  }
}

/** So many of them, chosen by chance, in their order. */
function some(all: readonly number[], count: number, luck: Stream): number[] {
  const left = [...all];
  for (let i = 0; i < count; i++) {
    const j = i + luck.int(left.length - i);
    [left[i], left[j]] = [left[j], left[i]];
  }
  return left.slice(0, count).sort((a, b) => a - b);
}
