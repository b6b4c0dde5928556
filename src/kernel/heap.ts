/**
 * A binary heap in typed arrays that knows where each event stands.
 *
 * | operation | cost |
 * |---|---|
 * | push, pop, remove, move | O(log n), no allocation but for growth |
 * | firstTime, firstSlot | O(1) |
 *
 * 24 bytes an event: time (8) and slot (4) by place in the heap, rank (8) and place (4) by slot. Ranks are read only where
 * two times are equal. Sifting carries a hole and writes the moving event once. `pop` leaves the hole at the root: the
 * handler of an event usually schedules the next one, which then goes in there and saves a second sift.
 */
import type { EventQueue } from "./queue.ts";

export class Heap implements EventQueue {
  length = 0;
  /** 1 while place 0 is free because the first event was popped; places 1 .. length are then in use. */
  private hole = 0;
  private times: Float64Array;
  private slots: Int32Array;
  private ranks: Float64Array;
  private places: Int32Array;

  constructor(capacity = 1024) {
    this.times = new Float64Array(capacity);
    this.slots = new Int32Array(capacity);
    this.ranks = new Float64Array(capacity);
    this.places = new Int32Array(capacity);
  }

  firstTime(): number {
    if (this.hole !== 0) this.fill();
    return this.length === 0 ? Number.POSITIVE_INFINITY : this.times[0];
  }

  firstSlot(): number {
    if (this.hole !== 0) this.fill();
    return this.length === 0 ? -1 : this.slots[0];
  }

  push(slot: number, time: number, rank: number): void {
    if (slot >= this.ranks.length || this.length === this.times.length) this.grow(slot + 1);
    this.ranks[slot] = rank;
    this.length++;
    if (this.hole !== 0) {
      this.hole = 0;
      this.down(0, slot, time, rank);
    } else this.up(this.length - 1, slot, time, rank);
  }

  pop(): number {
    if (this.hole !== 0) this.fill();
    this.length--;
    this.hole = 1;
    return this.slots[0];
  }

  remove(slot: number): void {
    if (this.hole !== 0) this.fill();
    const place = this.places[slot];
    const last = --this.length;
    if (place === last) return;
    const moved = this.slots[last];
    this.sift(place, moved, this.times[last], this.ranks[moved]);
  }

  move(slot: number, time: number, rank: number): void {
    if (this.hole !== 0) this.fill();
    this.ranks[slot] = rank;
    this.sift(this.places[slot], slot, time, rank);
  }

  /** Closes the hole at the root with the last event. */
  private fill(): void {
    this.hole = 0;
    const last = this.length;
    if (last === 0) return;
    const slot = this.slots[last];
    this.down(0, slot, this.times[last], this.ranks[slot]);
  }

  private sift(place: number, slot: number, time: number, rank: number): void {
    if (place > 0) {
      const parent = (place - 1) >> 1;
      const above = this.times[parent];
      if (time < above || (time === above && rank < this.ranks[this.slots[parent]])) {
        this.up(place, slot, time, rank);
        return;
      }
    }
    this.down(place, slot, time, rank);
  }

  private up(start: number, slot: number, time: number, rank: number): void {
    const { times, slots, ranks, places } = this;
    let place = start;
    while (place > 0) {
      const parent = (place - 1) >> 1;
      const above = times[parent];
      const other = slots[parent];
      if (time > above || (time === above && rank > ranks[other])) break;
      times[place] = above;
      slots[place] = other;
      places[other] = place;
      place = parent;
    }
    times[place] = time;
    slots[place] = slot;
    places[slot] = place;
  }

  private down(start: number, slot: number, time: number, rank: number): void {
    const { times, slots, ranks, places, length } = this;
    let place = start;
    const half = length >> 1;
    while (place < half) {
      let child = (place << 1) + 1;
      let below = times[child];
      const right = child + 1;
      if (right < length) {
        const other = times[right];
        if (other < below || (other === below && ranks[slots[right]] < ranks[slots[child]])) {
          child = right;
          below = other;
        }
      }
      const other = slots[child];
      if (below > time || (below === time && ranks[other] > rank)) break;
      times[place] = below;
      slots[place] = other;
      places[other] = place;
      place = child;
    }
    times[place] = time;
    slots[place] = slot;
    places[slot] = place;
  }

  private grow(slots: number): void {
    const capacity = Math.max(2 * this.times.length, slots);
    const wider = <T extends Float64Array | Int32Array>(into: T, from: T): T => {
      into.set(from);
      return into;
    };
    this.times = wider(new Float64Array(capacity), this.times);
    this.slots = wider(new Int32Array(capacity), this.slots);
    this.ranks = wider(new Float64Array(capacity), this.ranks);
    this.places = wider(new Int32Array(capacity), this.places);
  }
}
