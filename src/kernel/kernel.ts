/**
 * The kernel: a clock, pending events in total order, and the loop that runs them. It knows no word of any domain.
 *
 * An event is (time, phase, kind, a, b). Events run in the order (time, phase, sequence), where sequence is the order in
 * which they were scheduled or last moved. Its kind chooses the handler, which gets the two numbers a and b.
 *
 * A pending event lives in a slot; its handle is `generation * 2^26 + slot`. A slot's generation goes up each time the slot
 * is given back, so an old handle never reaches a newer event; a slot that has used up its generations is retired.
 */

import { Ladder } from "../queue/ladder.ts";
import { A, B, type EventQueue, EventTable, GENERATION, NEXT, RANK, TAG, TIME } from "../queue/table.ts";
import { Fingerprint } from "./fingerprint.ts";

export type Handler = (a: number, b: number) => void;

const maxSlots = 2 ** 26;
const maxGeneration = 2 ** 27 - 1;
/** Ranks are `phase * 2^45 + sequence`: exact in a double for 256 phases and 3.5e13 events. */
const phaseRank = 2 ** 45;
/** Tells a note from an event in the fingerprint; no event has this tag (phase and kind are below 256). */
const noteTag = 0x10000;

// Which of a double's two 32-bit words is the low one: the fingerprint must not depend on the machine's byte order.
const low = new Uint8Array(new Uint32Array([1]).buffer)[0] === 1 ? 0 : 1;
const high = 1 - low;
/** Words of a record that make the fingerprint: time, phase and kind, a, b. */
const printed = Uint8Array.of(2 * TIME + low, 2 * TIME + high, TAG, 2 * A + low, 2 * A + high, 2 * B + low, 2 * B + high);
/** The same for a note: a tag and a number. */
const printedNote = Uint8Array.of(2, low, high);

export interface KernelOptions {
  /** Events (and flushes) that may run without the clock moving before the kernel calls it an endless loop. Default 10 million. */
  readonly instantLimit?: number;
  /** Makes what keeps the pending events in order. Default a `Ladder`. */
  readonly queue?: (table: EventTable) => EventQueue;
}

export class Kernel {
  /** Time of the event that runs or ran last. Written only by the kernel. */
  now = 0;
  /** Events run so far. Written only by the kernel. */
  eventCount = 0;

  private readonly table = new EventTable();
  private readonly queue: EventQueue;
  private readonly handlers: (Handler | undefined)[] = new Array<Handler | undefined>(256).fill(undefined);
  private sequence = 0;

  /** Slots used so far, and the first of those that are free again (-1: none). */
  private slotCount = 0;
  private freeSlot = -1;

  private flush: (() => void) | undefined;
  private flushPhase = 0;
  private flushWanted = false;

  private readonly instantLimit: number;
  private instantStart = 0;
  private flushesNow = 0;
  private running = false;
  private stopped = false;

  private readonly print = new Fingerprint();
  private readonly noted = new Float64Array(2);
  private readonly notedWords = new Int32Array(this.noted.buffer);

  constructor(options: KernelOptions = {}) {
    this.queue = (options.queue ?? ((table) => new Ladder(table)))(this.table);
    this.instantLimit = options.instantLimit ?? 10_000_000;
  }

  /** Sets the handler of a kind (an integer 0 .. 255). Each kind has one handler for good. */
  on(kind: number, handler: Handler): void {
    if (!isByte(kind)) throw new RangeError(`event kind must be an integer 0 .. 255, not ${kind}`);
    if (this.handlers[kind]) throw new Error(`event kind ${kind} already has a handler`);
    this.handlers[kind] = handler;
  }

  /**
   * Plans an event and gives its handle (never 0 or less). Phases and kinds are integers 0 .. 255.
   * Throws when the time is not finite or lies before `now`, or when a number is not one.
   */
  schedule(time: number, phase: number, kind: number, a: number, b = 0): number {
    if (!(time >= this.now && time < Infinity) || a !== a || b !== b || !(isByte(phase) && isByte(kind))) {
      this.refuse(time, phase, kind, a, b);
    }
    const slot = this.freeSlot >= 0 ? this.freeSlot : this.newSlot();
    const { numbers, words } = this.table;
    this.freeSlot = words[16 * slot + NEXT];
    // Adding 0 turns -0 into 0, so that both are one time in the fingerprint too.
    numbers[8 * slot + TIME] = time + 0;
    numbers[8 * slot + RANK] = phase * phaseRank + this.sequence++;
    numbers[8 * slot + A] = a;
    numbers[8 * slot + B] = b;
    words[16 * slot + TAG] = (phase << 8) | kind;
    const generation = ++words[16 * slot + GENERATION];
    this.queue.push(slot);
    return generation * maxSlots + slot;
  }

  /** Takes a pending event back. False when it already ran or was cancelled. */
  cancel(handle: number): boolean {
    const slot = this.slotOf(handle);
    if (slot < 0) return false;
    this.queue.remove(slot);
    this.release(slot);
    return true;
  }

  /**
   * Gives a pending event another time, earlier or later; the handle stays, and among events of that time and phase it is
   * now the youngest. False when it already ran or was cancelled. Throws on a time that `schedule` would refuse.
   */
  move(handle: number, time: number): boolean {
    const slot = this.slotOf(handle);
    if (slot < 0) return false;
    const { numbers, words } = this.table;
    const phase = words[16 * slot + TAG] >> 8;
    if (!(time >= this.now && time < Infinity)) this.refuse(time, phase, words[16 * slot + TAG] & 255, numbers[8 * slot + A], numbers[8 * slot + B]);
    this.queue.remove(slot);
    numbers[8 * slot + TIME] = time + 0;
    numbers[8 * slot + RANK] = phase * phaseRank + this.sequence++;
    this.queue.push(slot);
    return true;
  }

  isPending(handle: number): boolean {
    return this.slotOf(handle) >= 0;
  }

  /** Number of pending events. */
  get pendingCount(): number {
    return this.queue.length;
  }

  /** Time of the next event, Infinity if there is none. */
  peek(): number {
    return this.queue.firstTime();
  }

  /** Runs the next event (and a requested flush that is due before it). False when there was none. */
  step(): boolean {
    return this.guarded(() => this.advance(Infinity));
  }

  /**
   * Runs all events with time <= until, and those they schedule. Afterwards `now` is `until` where that is finite,
   * unless `stop` ended the run.
   */
  run(until = Infinity): void {
    if (!(until >= this.now)) throw new RangeError(`cannot run until ${until}: the clock stands at ${this.now}`);
    this.guarded(() => {
      this.stopped = false;
      while (!this.stopped && this.advance(until));
      while (this.flushWanted) this.runFlush();
      if (!this.stopped && until < Infinity) this.moveClock(until);
      return true;
    });
  }

  /** Makes `run` return after the current event. */
  stop(): void {
    this.stopped = true;
  }

  /**
   * Sets the function that `requestFlush` asks for, and the phase before which it runs. There is one: a model collects the
   * changes of an instant and solves once.
   */
  onFlush(phase: number, flush: () => void): void {
    if (!isByte(phase)) throw new RangeError(`flush phase must be an integer 0 .. 255, not ${phase}`);
    if (this.flush) throw new Error("the kernel already has a flush function");
    this.flush = flush;
    this.flushPhase = phase;
  }

  /**
   * Asks for one flush: before the next event that is later than now or of a phase >= the flush phase, and before `run`
   * returns. Asking again before it ran changes nothing; asking from inside a flush asks for another one.
   */
  requestFlush(): void {
    if (!this.flush) throw new Error("requestFlush without onFlush: there is nothing to call");
    this.flushWanted = true;
  }

  /** Folds a number (all its 64 bits) into the fingerprint. */
  note(value: number): void {
    this.noted[0] = value;
    // A NaN has many bit patterns; one stands for all.
    if (value !== value) {
      this.notedWords[low] = 0;
      this.notedWords[high] = 0x7ff80000;
    }
    this.notedWords[2] = noteTag;
    this.print.add(this.notedWords, 0, printedNote);
  }

  /** Hash over every event run (time, phase, kind, a, b) and every note so far: "9d03-71be-c2a4-0f58". */
  fingerprint(): string {
    return this.print.text();
  }

  /** Runs the next event if it is not later than `until`. */
  private advance(until: number): boolean {
    const { queue } = this;
    let time = queue.firstTime();
    while (this.flushWanted && (time > this.now || this.table.words[16 * queue.firstSlot() + TAG] >> 8 >= this.flushPhase)) {
      this.runFlush();
      time = queue.firstTime();
    }
    if (time > until || time === Infinity) return false;
    if (time > this.now) this.moveClock(time);
    const slot = queue.pop();
    const { numbers, words } = this.table;
    const tag = words[16 * slot + TAG];
    const kind = tag & 255;
    const handler = this.handlers[kind];
    if (!handler) throw new Error(`event of kind ${kind} at time ${time}: no handler for this kind`);
    if (++this.eventCount - this.instantStart > this.instantLimit) this.endless(`the last is of kind ${kind}`);
    this.print.add(words, 16 * slot, printed);
    const a = numbers[8 * slot + A];
    const b = numbers[8 * slot + B];
    this.release(slot);
    handler(a, b);
    return true;
  }

  private runFlush(): void {
    this.flushWanted = false;
    if (++this.flushesNow > this.instantLimit) this.endless("all of them flushes that ask for another flush");
    this.flush?.();
  }

  private moveClock(time: number): void {
    this.now = time;
    this.instantStart = this.eventCount;
    this.flushesNow = 0;
  }

  private slotOf(handle: number): number {
    const generation = Math.floor(handle / maxSlots);
    const slot = handle - generation * maxSlots;
    // An odd generation is that of a pending event.
    return slot < this.slotCount && (generation & 1) === 1 && this.table.words[16 * slot + GENERATION] === generation ? slot : -1;
  }

  private release(slot: number): void {
    const { words } = this.table;
    if (++words[16 * slot + GENERATION] >= maxGeneration) return;
    words[16 * slot + NEXT] = this.freeSlot;
    this.freeSlot = slot;
  }

  private newSlot(): number {
    const slot = this.slotCount++;
    if (slot >= maxSlots) throw new Error(`more than ${maxSlots} pending events`);
    if (slot >= this.table.slots) this.table.grow();
    this.table.words[16 * slot + NEXT] = -1;
    return slot;
  }

  /** One loop at a time: a handler that calls `run` or `step` would run later events inside its own. */
  private guarded(body: () => boolean): boolean {
    if (this.running) throw new Error("run or step was called from inside a handler or a flush");
    this.running = true;
    try {
      return body();
    } finally {
      this.running = false;
    }
  }

  private refuse(time: number, phase: number, kind: number, a: number, b: number): never {
    const what = `event of kind ${kind}, phase ${phase} (a = ${a}, b = ${b})`;
    if (!isByte(kind)) throw new RangeError(`${what}: the kind must be an integer 0 .. 255`);
    if (!isByte(phase)) throw new RangeError(`${what}: the phase must be an integer 0 .. 255`);
    if (a !== a || b !== b) throw new RangeError(`${what}: a and b must be numbers`);
    if (time < this.now && time > -Infinity) throw new RangeError(`${what} at time ${time}: lies before now (${this.now})`);
    throw new RangeError(`${what} at time ${time}: the time must be finite`);
  }

  private endless(last: string): never {
    throw new Error(`${this.instantLimit} events at time ${this.now} without the clock moving (${last}): an endless loop?`);
  }
}

function isByte(value: number): boolean {
  return (value & 255) === value;
}
