/**
 * Runbooks: who is brought back in which order when a site is lost, who goes home afterwards, and drills.
 *
 * A step begins when all steps it waits for are over: its preparation passes, then all its VMs are started at once, and it is
 * over when each of them runs (or was only started, or is given up). Steps that wait for nothing go side by side.
 *
 * Fail over: each VM that is down and whose data were at the lost site comes back at the other one from its newest copy.
 * Fail back: what a VM changed since it came is sent home while it runs; then it stops, the rest is sent, and it boots at home.
 *   A home that lost its data gets all of them.
 * Test: each VM of the runbook is brought up a second time, cut off from the first: its copy is read, memory and vCPUs
 *   are taken at the other site for its boot and for the length of the test. It does no work.
 *
 * A runbook that is under way is not begun again. Proof: test/recovery/failover.test.ts.
 */
import type { Kernel } from "../../kernel/kernel.ts";
import { PHASE } from "../phases.ts";
import type { RunbookSpec } from "./spec.ts";

export type Way = "fail over" | "fail back" | "test";

/** One execution of a runbook. */
export interface Execution {
  readonly number: number;
  readonly runbook: RunbookSpec;
  readonly way: Way;
  readonly startSeconds: number;
  endSeconds: number;
  readonly steps: StepState[];
}

export interface StepState {
  readonly vms: readonly number[];
  state: "waiting" | "preparing" | "open" | "over";
  startSeconds: number;
  endSeconds: number;
  readonly open: Set<number>;
}

export class Runbooks {
  readonly executions: Execution[] = [];
  readonly #kernel: Kernel;
  readonly #kind: number;
  readonly #numbersOf: (names: readonly string[]) => number[];
  /** Begins one VM; true: it is under way, `over` will say when it is not. */
  readonly #start: (v: number, execution: Execution) => boolean;
  readonly #ended: (execution: Execution) => void;
  /** Executions that wait for each VM. */
  readonly #waiting = new Map<number, Set<Execution>>();

  constructor(
    kernel: Kernel,
    kind: number,
    numbersOf: (names: readonly string[]) => number[],
    start: (v: number, execution: Execution) => boolean,
    ended: (execution: Execution) => void,
  ) {
    this.#kernel = kernel;
    this.#kind = kind;
    this.#numbersOf = numbersOf;
    this.#start = start;
    this.#ended = ended;
    kernel.on(kind, (execution, step) => this.#begin(this.executions[execution], step));
  }

  isOpen(runbook: RunbookSpec): boolean {
    return this.executions.some((e) => e.runbook === runbook && !(e.endSeconds >= 0));
  }

  /** Begins it; null when it is under way already. */
  begin(runbook: RunbookSpec, way: Way): Execution | null {
    if (this.isOpen(runbook)) return null;
    const seen = new Set<number>();
    const steps = runbook.steps.map(({ vms }): StepState => {
      // A VM that two steps name belongs to the first.
      const own = this.#numbersOf(vms).filter((v) => !seen.has(v));
      for (const v of own) seen.add(v);
      return { vms: own, state: "waiting", startSeconds: Number.NaN, endSeconds: Number.NaN, open: new Set() };
    });
    const execution: Execution = { number: this.executions.length, runbook, way, startSeconds: this.#kernel.now, endSeconds: Number.NaN, steps };
    this.executions.push(execution);
    this.#proceed(execution);
    return execution;
  }

  /** VM `v` runs, or will not. */
  over(v: number): void {
    const waiting = this.#waiting.get(v);
    if (waiting === undefined) return;
    this.#waiting.delete(v);
    for (const execution of waiting) {
      for (const step of execution.steps) if (step.open.delete(v)) this.#check(execution, step);
    }
  }

  #proceed(execution: Execution): void {
    const { runbook, steps } = execution;
    const isOver = (name: string): boolean => steps[runbook.steps.findIndex((s) => s.name === name)]?.state === "over";
    for (const [i, step] of steps.entries()) {
      if (step.state !== "waiting" || !runbook.steps[i].after.every(isOver)) continue;
      step.state = "preparing";
      step.startSeconds = this.#kernel.now;
      this.#kernel.schedule(this.#kernel.now + runbook.steps[i].prepareSeconds, PHASE.decision, this.#kind, execution.number, i);
    }
    if (!steps.every(({ state }) => state === "over")) return;
    execution.endSeconds = this.#kernel.now;
    this.#ended(execution);
  }

  #begin(execution: Execution, number: number): void {
    const step = execution.steps[number];
    step.state = "open";
    const { wait } = execution.runbook.steps[number];
    for (const v of step.vms) {
      step.open.add(v);
      let of = this.#waiting.get(v);
      if (of === undefined) {
        of = new Set();
        this.#waiting.set(v, of);
      }
      of.add(execution);
    }
    for (const v of step.vms) if (!this.#start(v, execution) || wait === "started") this.over(v);
    if (step.vms.length === 0) this.#check(execution, step);
  }

  #check(execution: Execution, step: StepState): void {
    if (step.state !== "open" || step.open.size > 0) return;
    step.state = "over";
    step.endSeconds = this.#kernel.now;
    this.#proceed(execution);
  }
}
