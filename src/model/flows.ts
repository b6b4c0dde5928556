/**
 * Transfers over the hosts' network cards: each at its max-min fair share, all as a fluid.
 *
 * Every host has a card with a capacity out and the same in; a transfer crosses the card of its source and that of its
 * target and may have a cap of its own. Rates change only when a transfer starts or ends; one event waits for the next end.
 */
import type { Kernel } from "../kernel/kernel.ts";
import { maxMinRates } from "../sharing/network.ts";

/** What is left below this is done: rounding of end times, far below a page. */
const DONE_MIB = 1e-9;

interface Transfer {
  readonly from: number;
  readonly to: number;
  readonly cap: number;
  leftMiB: number;
  rate: number;
  readonly done: () => void;
}

export class Flows {
  readonly #kernel: Kernel;
  readonly #capacity: Float64Array;
  readonly #phase: number;
  readonly #kind: number;
  readonly #open = new Map<number, Transfer>();
  #nextId = 0;
  #settledAt = 0;
  #event = -1;

  /** `mibPerSecond[h]` is what host h's card carries in each direction. */
  constructor(kernel: Kernel, mibPerSecond: Float64Array, phase: number, kind: number) {
    this.#kernel = kernel;
    this.#capacity = mibPerSecond;
    this.#phase = phase;
    this.#kind = kind;
    kernel.on(kind, () => this.#finish());
  }

  /** Starts a transfer; `done` is called when it has ended. A transfer of nothing ends at once, within this instant. */
  start(from: number, to: number, mib: number, capMiBPerSecond: number, done: () => void): number {
    this.#settle();
    const id = this.#nextId++;
    this.#open.set(id, { from, to, cap: capMiBPerSecond, leftMiB: mib, rate: 0, done });
    this.#share();
    return id;
  }

  /** Breaks a transfer off; what it carried is lost. */
  cancel(id: number): void {
    this.#settle();
    if (this.#open.delete(id)) this.#share();
  }

  #settle(): void {
    const dt = this.#kernel.now - this.#settledAt;
    this.#settledAt = this.#kernel.now;
    if (dt > 0) for (const t of this.#open.values()) t.leftMiB -= t.rate * dt;
  }

  #share(): void {
    const transfers = [...this.#open.values()];
    // Only cards in use become links: two a host, out and in.
    const links = new Map<number, number>();
    const capacities: number[] = [];
    const link = (card: number, capacity: number): number => {
      let number = links.get(card);
      if (number === undefined) {
        number = capacities.push(capacity) - 1;
        links.set(card, number);
      }
      return number;
    };
    const rates = maxMinRates(
      capacities,
      transfers.map((t) => ({ links: [link(2 * t.from, this.#capacity[t.from]), link(2 * t.to + 1, this.#capacity[t.to])], cap: t.cap })),
    );
    let soonest = Number.POSITIVE_INFINITY;
    for (const [i, t] of transfers.entries()) {
      t.rate = rates[i];
      soonest = Math.min(soonest, t.leftMiB <= DONE_MIB ? 0 : t.leftMiB / t.rate);
    }
    if (this.#event >= 0) this.#kernel.cancel(this.#event);
    this.#event = soonest < Number.POSITIVE_INFINITY ? this.#kernel.schedule(this.#kernel.now + soonest, this.#phase, this.#kind, 0) : -1;
  }

  #finish(): void {
    this.#event = -1;
    this.#settle();
    const over: Transfer[] = [];
    for (const [id, t] of this.#open) {
      if (t.leftMiB > Math.max(DONE_MIB, t.rate * DONE_MIB)) continue;
      over.push(t);
      this.#open.delete(id);
    }
    this.#share();
    for (const t of over) t.done();
  }
}
