/**
 * What the kernel and its queue share: the table of pending events, and what a queue must be able to do.
 *
 * An event lives in a slot. All that belongs to it stands together in 64 bytes, one line of the cache: with a hundred
 * thousand events pending, fetching it is most of the cost of an event.
 */

// Columns of a record: 8 doubles a slot, the last four of them seen as 8 words (32 bits), at 16 * slot.
/** Time of the event. */
export const TIME = 0;
/** Order among events of one time. No two events have the same. */
export const RANK = 1;
/** The two numbers for the handler. */
export const A = 2;
export const B = 3;
/** Words: phase * 256 + kind; generation of the slot; two for the queue (NEXT also chains the free slots). */
export const TAG = 8;
export const GENERATION = 9;
export const PLACE = 10;
export const NEXT = 11;

/** Pending events by slot. `numbers` and `words` are views of the same bytes and change when the table grows. */
export class EventTable {
  numbers = new Float64Array(8 * 1024);
  words = new Int32Array(this.numbers.buffer);

  get slots(): number {
    return this.numbers.length / 8;
  }

  grow(): void {
    const { numbers } = this;
    this.numbers = new Float64Array(2 * numbers.length);
    this.numbers.set(numbers);
    this.words = new Int32Array(this.numbers.buffer);
  }
}

/** Slots in order of (time, rank). */
export interface EventQueue {
  /** Number of events held. */
  readonly length: number;
  /** Time of the first event, Infinity when there is none. */
  firstTime(): number;
  /** Slot of the first event, -1 when there is none. */
  firstSlot(): number;
  /** Adds the event of a slot whose time and rank are set. */
  push(slot: number): void;
  /** Takes the first event out and gives its slot. The queue must not be empty. */
  pop(): number;
  /** Takes an event out from wherever it stands. Its time must be as it was. */
  remove(slot: number): void;
}
