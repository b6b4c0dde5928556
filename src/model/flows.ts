/**
 * Transfers over the hosts' network cards: each at its max-min fair share, all as a fluid.
 *
 * Every host has a card with a capacity out and the same in; a transfer crosses the card of its source and that of its
 * target and may have a cap of its own. A card whose transfers could not fill it even at their caps holds nobody back, so
 * when a transfer starts or ends only those that meet it over cards that can be full get another rate. Each waits for its own
 * end. Proved by test/property/flows.test.ts (equal to solving all of them at every change) and the migration cases.
 */
import type { Kernel } from "../kernel/kernel.ts";
import { type Flow, maxMinRates } from "../sharing/network.ts";

interface Transfer {
  readonly id: number;
  readonly out: Card;
  readonly into: Card;
  readonly cap: number;
  readonly done: () => void;
  /** What was left at `at`, and the rate since. */
  leftMiB: number;
  at: number;
  rate: number;
  event: number;
}

/** One direction of a host's card. */
interface Card {
  readonly capacity: number;
  readonly open: Transfer[];
}

export class Flows {
  readonly #kernel: Kernel;
  readonly #capacity: Float64Array;
  readonly #phase: number;
  readonly #kind: number;
  readonly #open = new Map<number, Transfer>();
  /** Cards in use: 2 x host out, 2 x host + 1 in. */
  readonly #cards = new Map<number, Card>();
  #nextId = 0;

  /** `mibPerSecond[h]` is what host h's card carries in each direction. */
  constructor(kernel: Kernel, mibPerSecond: Float64Array, phase: number, kind: number) {
    this.#kernel = kernel;
    this.#capacity = mibPerSecond;
    this.#phase = phase;
    this.#kind = kind;
    kernel.on(kind, (id) => this.#finish(id));
  }

  /** Starts a transfer; `done` is called when it has ended. A transfer of nothing ends at once, within this instant. */
  start(from: number, to: number, mib: number, capMiBPerSecond: number, done: () => void): number {
    const id = this.#nextId++;
    const transfer: Transfer = {
      id,
      out: this.#card(from, 0),
      into: this.#card(to, 1),
      cap: capMiBPerSecond,
      done,
      leftMiB: mib,
      at: this.#kernel.now,
      rate: 0,
      event: -1,
    };
    this.#open.set(id, transfer);
    transfer.out.open.push(transfer);
    transfer.into.open.push(transfer);
    this.#share(company(transfer));
    return id;
  }

  /** Breaks a transfer off; what it carried is lost. */
  cancel(id: number): void {
    const transfer = this.#open.get(id);
    if (transfer === undefined) return;
    this.#kernel.cancel(transfer.event);
    this.#remove(transfer);
  }

  #finish(id: number): void {
    const transfer = this.#open.get(id);
    if (transfer === undefined) return;
    this.#remove(transfer);
    transfer.done();
  }

  #remove(transfer: Transfer): void {
    const others = company(transfer).filter((other) => other !== transfer);
    this.#open.delete(transfer.id);
    for (const { open } of [transfer.out, transfer.into]) open.splice(open.indexOf(transfer), 1);
    if (others.length > 0) this.#share(others);
  }

  /** Gives the transfers, all that meet over cards that can be full, their rates from now on. */
  #share(transfers: Transfer[]): void {
    const { now } = this.#kernel;
    const [only] = transfers;
    if (transfers.length === 1 && only !== undefined) return this.#setRate(only, Math.min(only.cap, only.out.capacity, only.into.capacity), now);
    transfers.sort((a, b) => a.id - b.id);
    const numbers = new Map<Card, number>();
    const capacities: number[] = [];
    const number = (card: Card): number => {
      const known = numbers.get(card);
      if (known !== undefined) return known;
      numbers.set(card, capacities.length);
      return capacities.push(card.capacity) - 1;
    };
    const rates = maxMinRates(
      capacities,
      transfers.map((t): Flow => ({ links: [number(t.out), number(t.into)], cap: t.cap })),
    );
    for (const [i, transfer] of transfers.entries()) this.#setRate(transfer, rates[i], now);
  }

  #setRate(transfer: Transfer, rate: number, now: number): void {
    if (rate === transfer.rate) return;
    transfer.leftMiB = Math.max(0, transfer.leftMiB - transfer.rate * (now - transfer.at));
    transfer.at = now;
    transfer.rate = rate;
    const end = now + transfer.leftMiB / rate;
    if (transfer.event < 0 || !this.#kernel.move(transfer.event, end)) transfer.event = this.#kernel.schedule(end, this.#phase, this.#kind, transfer.id);
  }

  #card(host: number, direction: 0 | 1): Card {
    const key = 2 * host + direction;
    let card = this.#cards.get(key);
    if (card === undefined) {
      card = { capacity: this.#capacity[host], open: [] };
      this.#cards.set(key, card);
    }
    return card;
  }
}

/** Whether the card's transfers could ask for more than it carries. */
function canBeFull({ open, capacity }: Card): boolean {
  let caps = 0;
  for (const transfer of open) caps += transfer.cap;
  return caps > capacity;
}

/** The transfer and all that its rate depends on: those that share a card that can be full, and so on from each. */
function company(transfer: Transfer): Transfer[] {
  const found = new Set([transfer]);
  const cards = new Set<Card>();
  // A set grows at its end while it is gone through.
  for (const { out, into } of found) {
    for (const card of [out, into]) {
      if (cards.has(card)) continue;
      cards.add(card);
      if (card.open.length > 1 && canBeFull(card)) for (const other of card.open) found.add(other);
    }
  }
  return [...found];
}
