/**
 * The event queue: pending events in order of (time, rank).
 *
 * The kernel numbers pending events by slot and packs phase and sequence into one number, the rank; no two ranks are
 * equal, so the order is total and the same on every machine. Anything with this interface can stand behind the kernel.
 */
export interface EventQueue {
  /** Number of events held. */
  readonly length: number;
  /** Time of the first event, Infinity when there is none. */
  firstTime(): number;
  /** Slot of the first event, -1 when there is none. */
  firstSlot(): number;
  /** Adds an event. The slot must not be in the queue. */
  push(slot: number, time: number, rank: number): void;
  /** Takes the first event out and gives its slot. The queue must not be empty. */
  pop(): number;
  /** Takes an event out from wherever it stands. */
  remove(slot: number): void;
  /** Gives an event a new time and rank, earlier or later. */
  move(slot: number, time: number, rank: number): void;
}
