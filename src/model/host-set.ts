/** A set of hosts by number that is gone through in order: a bit a host, and a bit for each word of bits that holds any. */
export class HostSet {
  readonly #bits: Int32Array;
  readonly #words: Int32Array;

  constructor(hosts: number) {
    this.#bits = new Int32Array((hosts + 31) >> 5);
    this.#words = new Int32Array((this.#bits.length + 31) >> 5);
  }

  add(h: number): void {
    const w = h >> 5;
    this.#bits[w] |= 1 << (h & 31);
    this.#words[w >> 5] |= 1 << (w & 31);
  }

  remove(h: number): void {
    const w = h >> 5;
    this.#bits[w] &= ~(1 << (h & 31));
    if (this.#bits[w] === 0) this.#words[w >> 5] &= ~(1 << (w & 31));
  }

  clear(): void {
    this.#bits.fill(0);
    this.#words.fill(0);
  }

  /** The first member of number `from` or higher, or -1. */
  next(from: number): number {
    const bits = this.#bits;
    let w = from >> 5;
    if (w >= bits.length) return -1;
    // The rest of its word, then of its word of words.
    const here = bits[w] & (-1 << (from & 31));
    if (here !== 0) return (w << 5) + lowest(here);
    if (++w >= bits.length) return -1;
    const words = this.#words;
    let b = w >> 5;
    let more = words[b] & (-1 << (w & 31));
    while (more === 0) {
      if (++b >= words.length) return -1;
      more = words[b];
    }
    w = (b << 5) + lowest(more);
    return (w << 5) + lowest(bits[w]);
  }
}

/** Number of the lowest bit that is set. */
const lowest = (word: number): number => 31 - Math.clz32(word & -word);
