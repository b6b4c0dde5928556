/**
 * The kernel's queue: a heap for the near future, unsorted buckets for the far.
 *
 * A heap of a hundred thousand events is slow because every level of it misses the cache. Here the heap holds only what
 * comes soon. Later events lie in buckets by time, all of one width, and those beyond the last bucket are left over. When
 * the heap runs empty the next bucket is poured into it; when the buckets run out the leftovers are spread over new ones,
 * whose width and number come from a sample of their times. Chains of small chunks, read from end to end, keep pouring and
 * spreading free of waits for single cache lines. This is the ladder queue of Tang, Goh and Thng (ACM TOMACS 15(3), 2005)
 * with two levels and a heap at the bottom.
 *
 * | operation | cost |
 * |---|---|
 * | push, remove | O(1) for a far event, O(log near) for a near one |
 * | pop | O(log near) and, amortised, O(1) for pouring and spreading |
 * | worst case (equal or very skewed times) | that of the heap, O(log n) |
 *
 * The bucket is a function of time that never falls as time rises, and it alone decides who is near: rounding cannot put two
 * events in the wrong order. A small queue never leaves the heap.
 */
import { Heap } from "./heap.ts";
import { type EventQueue, type EventTable, PLACE, TIME } from "./table.ts";

const samples = 128;
/** Entries of a chunk; a power of two. */
const chunk = 16;

export class Ladder implements EventQueue {
  length = 0;
  private readonly table: EventTable;
  private readonly near: Heap;
  // Buckets `next` .. `count - 1` are far; bucket `count` holds what is left over. A bucket is a chain of chunks, known by its last
  // entry (-1: empty). Entry e is (time, slot) at 2 * e; before the first entry of chunk c comes entry `before[c]`.
  // A far event's PLACE is -2 - entry.
  private lasts = new Int32Array(64).fill(-1);
  private entries = new Float64Array(2 * 1024);
  private before = new Int32Array(1024 / chunk);
  private chunks = 0;
  private freeChunks: number[] = [];
  private count = 0;
  private next = 1;
  private start = 0;
  private perTime = 0;
  /** Pushes since the last spreading, which costs O(n): it is not repeated on a full heap before n more pushes. */
  private pushes = 0;
  private readonly sample = new Float64Array(samples);

  private readonly smallest: number;
  private readonly perBucket: number;

  /** Up to `smallest` events stay in the heap, which is fast by itself; `perBucket` is how many a bucket should get. */
  constructor(table: EventTable, smallest = 1536, perBucket = 24) {
    this.table = table;
    this.near = new Heap(table);
    this.smallest = smallest;
    this.perBucket = perBucket;
  }

  firstTime(): number {
    if (this.near.length === 0) this.pour();
    return this.near.firstTime();
  }

  firstSlot(): number {
    if (this.near.length === 0) this.pour();
    return this.near.firstSlot();
  }

  push(slot: number): void {
    this.length++;
    this.pushes++;
    const time = this.table.numbers[8 * slot + TIME];
    const bucket = (time - this.start) * this.perTime;
    if (bucket >= this.next) this.put(this.indexOf(bucket), slot, time);
    else {
      this.near.push(slot, time);
      if (this.near.length > this.smallest && this.pushes >= this.length) this.spread();
    }
  }

  pop(): number {
    if (this.near.length === 0) this.pour();
    this.length--;
    return this.near.pop();
  }

  remove(slot: number): void {
    this.length--;
    const { words, numbers } = this.table;
    const place = words[16 * slot + PLACE];
    if (place >= 0) return this.near.remove(slot);
    const entry = -2 - place;
    const bucket = (numbers[8 * slot + TIME] - this.start) * this.perTime;
    const index = this.indexOf(bucket);
    // The last entry of the bucket fills the gap.
    const end = this.lasts[index];
    this.lasts[index] = this.previous(end);
    const { entries } = this;
    entries[2 * entry] = entries[2 * end];
    entries[2 * entry + 1] = entries[2 * end + 1];
    words[16 * entries[2 * end + 1] + PLACE] = place;
  }

  /** Bucket numbers from `count` on, also Infinity, are those of the leftovers. */
  private indexOf(bucket: number): number {
    return bucket < this.count ? bucket | 0 : this.count;
  }

  private put(index: number, slot: number, time: number): void {
    const end = this.lasts[index];
    const entry = (end & (chunk - 1)) === chunk - 1 ? this.newChunk(end) : end + 1;
    this.lasts[index] = entry;
    this.entries[2 * entry] = time;
    this.entries[2 * entry + 1] = slot;
    this.table.words[16 * slot + PLACE] = -2 - entry;
  }

  /** The entry before this one in its bucket, -1 when it was the first. Gives a chunk back that is empty then. */
  private previous(entry: number): number {
    if ((entry & (chunk - 1)) === 0) this.freeChunks.push(entry / chunk);
    return this.behind(entry);
  }

  private behind(entry: number): number {
    return (entry & (chunk - 1)) !== 0 ? entry - 1 : this.before[entry / chunk];
  }

  /** Starts a chunk after the entry `end` and gives its first entry. */
  private newChunk(end: number): number {
    const free = this.freeChunks.pop() ?? this.chunks++;
    if (free >= this.before.length) {
      const { entries, before } = this;
      this.before = new Int32Array(2 * free);
      this.before.set(before);
      this.entries = new Float64Array(2 * entries.length);
      this.entries.set(entries);
    }
    this.before[free] = end;
    return free * chunk;
  }

  private takeAll(index: number): number {
    const last = this.lasts[index];
    this.lasts[index] = -1;
    return last;
  }

  /** Fills the empty heap with the next bucket that holds anything. */
  private pour(): void {
    while (this.near.length === 0 && this.length > 0) {
      if (this.next >= this.count) this.spread();
      else {
        this.fillHeap(this.takeAll(this.next++));
        if (this.near.length > this.smallest && this.pushes >= this.length) this.spread();
      }
    }
  }

  private fillHeap(end: number): void {
    const { entries } = this;
    for (let entry = end; entry >= 0; entry = this.previous(entry)) this.near.append(entries[2 * entry + 1], entries[2 * entry]);
    this.near.order();
  }

  /** Spreads all events over new buckets. When they are few, or most of them at one time, the heap gets them all. */
  private spread(): void {
    const end = this.gather();
    this.pushes = 0;
    let low = Infinity;
    let seen = 0;
    let sampled = 0;
    for (let entry = end; entry >= 0; entry = this.behind(entry)) {
      const time = this.entries[2 * entry];
      if (time < low) low = time;
      if (seen++ * samples >= sampled * this.length) this.sample[sampled++] = time;
    }
    this.start = low;
    this.next = 0;
    // As narrow as the first quarter of the events needs, and as many as cover most of them: a few far away widen nothing.
    const sorted = this.sample.subarray(0, sampled).sort();
    this.perTime = this.length / 4 / this.perBucket / (sorted[sampled >> 2] - low);
    this.count = Math.ceil(Math.min((sorted[(sampled * 7) >> 3] - low) * this.perTime, (4 * this.length) / this.perBucket));
    if (this.length < this.smallest / 2 || !(this.perTime < Infinity)) {
      this.count = this.perTime = 0;
      this.next = 1;
      this.fillHeap(end);
      return;
    }
    if (this.lasts.length <= this.count) this.lasts = new Int32Array(2 * this.count);
    this.lasts.fill(-1);
    for (let entry = end; entry >= 0; ) {
      const time = this.entries[2 * entry];
      const slot = this.entries[2 * entry + 1];
      // The chunk of this entry may be given back here and used again by `put`: it was read before.
      entry = this.previous(entry);
      const bucket = (time - low) * this.perTime;
      this.put(this.indexOf(bucket), slot, time);
    }
  }

  /** Takes all events out of heap and buckets into one chain, and gives its last entry. */
  private gather(): number {
    for (let slot = this.near.takeAny(); slot >= 0; slot = this.near.takeAny()) this.put(this.count, slot, this.table.numbers[8 * slot + TIME]);
    for (let index = this.next; index < this.count; index++) {
      for (let entry = this.takeAll(index); entry >= 0; ) {
        const time = this.entries[2 * entry];
        const slot = this.entries[2 * entry + 1];
        entry = this.previous(entry);
        this.put(this.count, slot, time);
      }
    }
    return this.takeAll(this.count);
  }
}
