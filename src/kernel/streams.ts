/**
 * Named random streams: each name under a seed is a stream of its own, so that adding a consumer changes nobody else's draws.
 *
 * Generator: alea (Baagoe 2010) from seedrandom, keyed by `seed + "\0" + name`, 53-bit draws. Its seeding hashes the whole
 * key, so neighbouring names are independent (test/kernel/streams.test.ts measures it); a stream costs about 5
 * microseconds to make, so one for each VM is affordable. Of seedrandom's others, xor128, xorwow and xorshift7 start
 * neighbouring seeds with correlated draws and must not be used this way; ARC4 takes 15 times as long to seed.
 */
import seedrandom from "seedrandom";

/** A stream of random numbers. Same seed and name: same numbers, on every machine. */
export interface Stream {
  /** Uniform on [0, 1), a multiple of 2^-53. */
  readonly uniform: () => number;
  /** Uniform whole number 0 .. below - 1. Throws when `below` is not a whole number of 1 or more. */
  int(below: number): number;
  /** Plain data from which `resume` continues the stream. */
  state(): unknown;
}

/** Streams by name under one seed. Asking for a name again starts its stream anew. */
export function streams(seed: string): (name: string) => Stream {
  return (name) => streamOver(seedrandom.alea(`${seed}\0${name}`, { state: true }));
}

/** Continues a stream from its saved state. Throws when that is no state of a stream. */
export function resume(state: unknown): Stream {
  const { c, s0, s1, s2 } = (state ?? {}) as { [key: string]: unknown };
  if (typeof c !== "number" || typeof s0 !== "number" || typeof s1 !== "number" || typeof s2 !== "number") {
    throw new TypeError("not the saved state of a stream: it must have the numbers c, s0, s1 and s2");
  }
  return streamOver(seedrandom.alea("", { state: { c, s0, s1, s2 } }));
}

function streamOver(source: seedrandom.StatefulPRNG<seedrandom.State.Alea>): Stream {
  return {
    uniform: () => source.double(),
    int(below) {
      if (!(below >= 1 && Number.isSafeInteger(below))) throw new RangeError(`int(${below}): the bound must be a whole number of 1 or more`);
      return Math.floor(source.double() * below);
    },
    state: () => source.state(),
  };
}
