/**
 * The rebalancing loop: every period, what the past says, what the policy makes of it, and the actions that follow.
 *
 * A round at time t, in the decision phase: the period ends (windows.ts), a plan is opened on the world as it is (plan.ts),
 * the policy decides, and each decision is carried out through `Datacenter.apply`, which checks it once more. An impossible
 * one ends the run with an error that names policy, action and rule. Actions take their time; VMs under way are left alone.
 * The first round comes one period after the start. Proof: test/policy/rebalancing.test.ts.
 */
import type { Kernel } from "../kernel/kernel.ts";
import type { Decision, Rebalancer } from "../policy/rebalancing.ts";
import type { Datacenter } from "./datacenter.ts";
import { PHASE } from "./phases.ts";
import { Plan, type PlanOptions } from "./plan.ts";
import { Windows } from "./windows.ts";

/** Last kind before those of the observers. */
const KIND = 31;

export type { Figure } from "../policy/rebalancing.ts";

export interface RebalanceSpec extends PlanOptions {
  readonly rebalancer: Rebalancer;
  /** Name of the policy, for messages about decisions that name none. */
  readonly policy: string;
  /** How long the run may last; Infinity when it ends by itself. */
  readonly plannedSeconds: number;
}

/** A decision as it was made. */
export interface Decided {
  readonly time: number;
  readonly policy: string;
  /** Host the VM was on, or -1. */
  readonly from: number;
  readonly decision: Decision;
}

export class Rebalance {
  /** All decisions, in order. */
  readonly decided: Decided[] = [];
  rounds = 0;
  readonly #kernel: Kernel;
  readonly #dc: Datacenter;
  readonly #spec: RebalanceSpec;
  readonly #windows: Windows;
  readonly #plan: Plan;

  /** Make it after the observers: it listens to VMs beside them. */
  constructor(kernel: Kernel, dc: Datacenter, spec: RebalanceSpec) {
    this.#kernel = kernel;
    this.#dc = dc;
    this.#spec = spec;
    this.#windows = new Windows(dc, spec.rebalancer.windowSeconds, spec.periodSeconds, true);
    this.#plan = new Plan(dc, this.#windows, spec);
    dc.times.onTransition.push((v) => this.#windows.changes(v));
    kernel.on(KIND, () => this.#round());
    kernel.schedule(spec.periodSeconds, PHASE.decision, KIND, 0);
  }

  #round(): void {
    const { now } = this.#kernel;
    this.rounds++;
    this.#windows.sample(now);
    this.#plan.open(now);
    for (const decision of this.#spec.rebalancer.decide(this.#plan)) this.#carryOut(decision, now);
    // In a run that ends when nothing is left to happen, this loop and the observers' are nothing.
    if (this.#spec.plannedSeconds < Number.POSITIVE_INFINITY || this.#kernel.pendingCount > 1)
      this.#kernel.schedule(now + this.#spec.periodSeconds, PHASE.decision, KIND, 0);
  }

  #carryOut(decision: Decision, now: number): void {
    const { action } = decision;
    const policy = decision.policy ?? this.#spec.policy;
    this.decided.push({ time: now, policy, from: "vm" in action ? this.#dc.vms.host[action.vm] : -1, decision });
    if (action.do !== "stay") this.#dc.actions.apply(action, policy);
  }
}
