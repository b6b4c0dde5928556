/** VMs are asked for: at the times the scenario says, or when somebody wants one (again). Who finds no place waits or is rejected. */
import type { Kernel } from "../kernel/kernel.ts";
import { KIND } from "./event-kinds.ts";
import type { Life } from "./life.ts";
import type { EventLog } from "./log.ts";
import { PHASE } from "./phases.ts";
import type { Placing } from "./placing.ts";
import * as V from "./vms.ts";
import type { Waiting } from "./waiting.ts";

export interface RequestsParts {
  readonly vms: V.Vms;
  readonly log: EventLog;
  readonly life: Life;
  readonly placing: Placing;
  readonly waiting: Waiting;
}

export class Requests {
  readonly #kernel: Kernel;
  readonly #parts: RequestsParts;
  /** VMs by time of request, and the next one. */
  readonly #order: Int32Array;
  #next = 0;

  constructor(kernel: Kernel, parts: RequestsParts) {
    this.#kernel = kernel;
    this.#parts = parts;
    const { count, requestedAt } = parts.vms;
    // Those whom a scaling policy will ask for have no time yet.
    this.#order = Int32Array.from({ length: count }, (_, v) => v)
      .filter((v) => requestedAt[v] < Number.POSITIVE_INFINITY)
      .sort((a, b) => requestedAt[a] - requestedAt[b] || a - b);
    kernel.on(KIND.arrivals, () => this.#arrive());
    this.#plan();
  }

  /** All VMs that are asked for at one instant are one event. */
  #plan(): void {
    if (this.#next >= this.#order.length) return;
    const time = Math.max(0, this.#parts.vms.requestedAt[this.#order[this.#next]]);
    this.#kernel.schedule(time, PHASE.arrival, KIND.arrivals, this.#next);
  }

  #arrive(): void {
    const { requestedAt } = this.#parts.vms;
    const { now } = this.#kernel;
    while (this.#next < this.#order.length && requestedAt[this.#order[this.#next]] <= now) this.#ask(this.#order[this.#next++]);
    this.#plan();
  }

  #ask(v: number): void {
    const { vms, log, placing, waiting } = this.#parts;
    const { now } = this.#kernel;
    vms.requestedAt[v] = now;
    vms.since[v] = now;
    log.add(now, "requested", v, -1);
    // Nobody passes those who wait already, where the queue is strict.
    if (waiting.mustWait || !placing.tryPlace(v)) waiting.noPlace(v);
  }

  /** Asks for a VM that does not exist now: one that was never asked for, or has ended. */
  again(v: number): void {
    const { vms, life } = this.#parts;
    if (V.isOver(vms.state[v])) {
      vms.earlierSeconds[v] += vms.endedAt[v] - vms.requestedAt[v];
      vms.endedAt[v] = Number.NaN;
      vms.reason[v] = -1;
      vms.state[v] = V.REQUESTED;
      life.over--;
    } else if (vms.state[v] !== V.REQUESTED || vms.requestedAt[v] <= this.#kernel.now)
      throw new Error(`VM ${vms.names[v]} is ${V.VM_STATES[vms.state[v]]}: it cannot be asked for again`);
    this.#ask(v);
  }
}
