/**
 * A 64-bit hash of a stream of words: two 32-bit lanes, each `h = rotate((h xor word) * odd constant)`.
 *
 * Every step is one-to-one in the word and in the state, so two streams of equal length that differ in one word never
 * share a fingerprint; any others do with the chance of a 64-bit hash. Only integer operations: same on every machine.
 * Constants are the two multipliers of MurmurHash3 (Appleby, public domain) and its final mix.
 */
export class Fingerprint {
  private one = 0x243f6a88 | 0;
  private two = 0x85a308d3 | 0;

  /** Folds in the words at `at + order[0]`, `at + order[1]` and so on. */
  add(words: Int32Array, at: number, order: Uint8Array): void {
    let { one, two } = this;
    for (let i = 0; i < order.length; i++) {
      const word = words[at + order[i]];
      one = Math.imul(one ^ word, 0xcc9e2d51);
      two = Math.imul(two ^ word, 0x1b873593);
      one = (one << 15) | (one >>> 17);
      two = (two << 13) | (two >>> 19);
    }
    this.one = one;
    this.two = two;
  }

  /** "9d03-71be-c2a4-0f58". Reading it changes nothing. */
  text(): string {
    // The lanes exchange words once, so that each half of the text depends on both.
    const high = mix(this.one ^ mix(this.two));
    const low = mix(this.two ^ high);
    const hex = high.toString(16).padStart(8, "0") + low.toString(16).padStart(8, "0");
    return hex.replace(/(.{4})(?=.)/g, "$1-");
  }
}

function mix(word: number): number {
  let h = Math.imul(word ^ (word >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}
