/**
 * Names in a trace as numbers 0, 1, 2, ... in order of first appearance.
 *
 * A reader meets the same VM id millions of times. It is looked up by its bytes (FNV-1a hash, open addressing), so no
 * string is made per row; the text is decoded once, when somebody asks for it. The last key is compared first, because
 * most traces hold a VM's rows together.
 */

const utf8 = new TextEncoder();
const text = new TextDecoder();

export class Keys {
  #bytes = new Uint8Array(1 << 12);
  /** Key i is `#bytes[#start[i] .. #start[i + 1])`. */
  #start = new Uint32Array(1 << 8);
  /** Index + 1 of the key at this place of the hash table; 0 = free. */
  #table = new Uint32Array(1 << 10);
  #last = 0;
  size = 0;

  /** Number of the key `bytes[from .. to)`, given one when it is new. */
  add(bytes: Uint8Array, from: number, to: number): number {
    if (this.size > 0 && this.#same(this.#last, bytes, from, to)) return this.#last;
    const at = this.#slot(bytes, from, to);
    const known = this.#table[at]!;
    this.#last = known > 0 ? known - 1 : this.#insert(at, bytes, from, to);
    return this.#last;
  }

  /** Number of the key, given one when it is new. */
  addText(key: string): number {
    const bytes = utf8.encode(key);
    return this.add(bytes, 0, bytes.length);
  }

  /** Number of the key, or -1 when it never came up. */
  find(key: string): number {
    const bytes = utf8.encode(key);
    return this.#table[this.#slot(bytes, 0, bytes.length)]! - 1;
  }

  text(key: number): string {
    return text.decode(this.#bytes.subarray(this.#start[key], this.#start[key + 1]));
  }

  texts(): string[] {
    return Array.from({ length: this.size }, (_, i) => this.text(i));
  }

  #same(key: number, bytes: Uint8Array, from: number, to: number): boolean {
    const start = this.#start[key]!;
    const length = this.#start[key + 1]! - start;
    if (length !== to - from) return false;
    const mine = this.#bytes;
    for (let i = 0; i < length; i++) if (mine[start + i] !== bytes[from + i]) return false;
    return true;
  }

  #slot(bytes: Uint8Array, from: number, to: number): number {
    let hash = 0x811c9dc5;
    for (let i = from; i < to; i++) hash = Math.imul(hash ^ bytes[i]!, 0x01000193);
    // FNV leaves the low bits of similar ids alike; fold the high ones in.
    hash ^= hash >>> 15;
    const mask = this.#table.length - 1;
    let at = hash & mask;
    while (this.#table[at]! > 0 && !this.#same(this.#table[at]! - 1, bytes, from, to)) at = (at + 1) & mask;
    return at;
  }

  #insert(slot: number, bytes: Uint8Array, from: number, to: number): number {
    const key = this.size++;
    const start = this.#start[key]!;
    const end = start + to - from;
    if (end > this.#bytes.length) this.#bytes = grown(this.#bytes, end);
    if (key + 2 > this.#start.length) this.#start = grown(this.#start, key + 2);
    this.#bytes.set(bytes.subarray(from, to), start);
    this.#start[key + 1] = end;
    this.#table[slot] = key + 1;
    if (this.size * 2 > this.#table.length) this.#rehash();
    return key;
  }

  #rehash(): void {
    this.#table = new Uint32Array(this.#table.length * 2);
    for (let key = 0; key < this.size; key++) {
      this.#table[this.#slot(this.#bytes, this.#start[key]!, this.#start[key + 1]!)] = key + 1;
    }
  }
}

type Growing = Uint8Array | Uint16Array | Uint32Array | Float32Array | Float64Array;

/** A copy of a typed array with room for at least `need` elements, and for as many again as it had. */
export function grown<T extends Growing>(array: T, need: number): T {
  const bigger = new (array.constructor as new (length: number) => T)(Math.max(need, array.length * 2));
  bigger.set(array);
  return bigger;
}
