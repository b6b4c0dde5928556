/**
 * A binary heap of event slots that knows where each event stands.
 *
 * | operation | cost |
 * |---|---|
 * | push, pop, remove | O(log n), no allocation but for growth |
 * | first | O(1) |
 *
 * Times stand beside the slots by place in the heap, so that sifting reads other records only where two times are equal.
 * Sifting carries a hole and writes the moving event once. `pop` leaves the hole at the root: the handler of an event
 * usually schedules the next one, which then goes in there and saves a second sift.
 */
import { type EventTable, PLACE, RANK } from "./table.ts";

export class Heap {
  length = 0;
  /** 1 while place 0 is free because the first event was popped; places 1 .. length are then in use. */
  private hole = 0;
  private times = new Float64Array(1024);
  private slots = new Int32Array(1024);
  private readonly table: EventTable;

  constructor(table: EventTable) {
    this.table = table;
  }

  firstTime(): number {
    if (this.hole !== 0) this.fill();
    return this.length === 0 ? Number.POSITIVE_INFINITY : this.times[0];
  }

  firstSlot(): number {
    if (this.hole !== 0) this.fill();
    return this.length === 0 ? -1 : this.slots[0];
  }

  push(slot: number, time: number): void {
    if (this.length >= this.times.length) this.grow();
    this.length++;
    if (this.hole !== 0) {
      this.hole = 0;
      this.down(0, slot, time);
    } else this.up(this.length - 1, slot, time);
  }

  pop(): number {
    if (this.hole !== 0) this.fill();
    this.length--;
    this.hole = 1;
    return this.slots[0];
  }

  remove(slot: number): void {
    if (this.hole !== 0) this.fill();
    const place = this.table.words[16 * slot + PLACE];
    const last = --this.length;
    if (place === last) return;
    const moved = this.slots[last];
    const time = this.times[last];
    if (place > 0 && this.before(moved, time, (place - 1) >> 1)) this.up(place, moved, time);
    else this.down(place, moved, time);
  }

  /** Adds an event out of order; `order` must follow before anything else is asked. */
  append(slot: number, time: number): void {
    if (this.hole !== 0) this.fill();
    if (this.length >= this.times.length) this.grow();
    this.times[this.length] = time;
    this.slots[this.length] = slot;
    this.table.words[16 * slot + PLACE] = this.length++;
  }

  /** Puts appended events in order, O(length). */
  order(): void {
    for (let place = (this.length >> 1) - 1; place >= 0; place--) this.down(place, this.slots[place], this.times[place]);
  }

  /** Takes some event out, the cheapest one; -1 when there is none. */
  takeAny(): number {
    if (this.hole !== 0) this.fill();
    return this.length === 0 ? -1 : this.slots[--this.length];
  }

  /** Closes the hole at the root with the last event. */
  private fill(): void {
    this.hole = 0;
    if (this.length > 0) this.down(0, this.slots[this.length], this.times[this.length]);
  }

  /** Whether the event comes before the one at `place`. */
  private before(slot: number, time: number, place: number): boolean {
    const other = this.times[place];
    const { numbers } = this.table;
    return time < other || (time === other && numbers[8 * slot + RANK] < numbers[8 * this.slots[place] + RANK]);
  }

  private up(start: number, slot: number, time: number): void {
    const { times, slots } = this;
    const { words } = this.table;
    let place = start;
    while (place > 0) {
      const parent = (place - 1) >> 1;
      if (!this.before(slot, time, parent)) break;
      const other = slots[parent];
      times[place] = times[parent];
      slots[place] = other;
      words[16 * other + PLACE] = place;
      place = parent;
    }
    times[place] = time;
    slots[place] = slot;
    words[16 * slot + PLACE] = place;
  }

  private down(start: number, slot: number, time: number): void {
    const { times, slots, length } = this;
    const { words, numbers } = this.table;
    let place = start;
    const half = length >> 1;
    while (place < half) {
      let child = (place << 1) + 1;
      let below = times[child];
      const right = child + 1;
      if (right < length) {
        const other = times[right];
        if (other < below || (other === below && numbers[8 * slots[right] + RANK] < numbers[8 * slots[child] + RANK])) {
          child = right;
          below = other;
        }
      }
      const other = slots[child];
      if (below > time || (below === time && numbers[8 * other + RANK] > numbers[8 * slot + RANK])) break;
      times[place] = below;
      slots[place] = other;
      words[16 * other + PLACE] = place;
      place = child;
    }
    times[place] = time;
    slots[place] = slot;
    words[16 * slot + PLACE] = place;
  }

  private grow(): void {
    const { times, slots } = this;
    this.times = new Float64Array(2 * times.length);
    this.times.set(times);
    this.slots = new Int32Array(2 * slots.length);
    this.slots.set(slots);
  }
}
