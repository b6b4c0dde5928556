/**
 * The order in which a Java HashMap hands out its entries, which decides the last bit of two sums in CloudSim.
 *
 * Java documents String.hashCode as s[0] x 31^(n-1) + ... + s[n-1] in 32-bit arithmetic; HashMap (since Java 8) spreads it as
 * h xor (h >>> 16), takes the low bits as bucket, and doubles its table when it holds more than 0.75 of its buckets.
 * Entries come bucket by bucket, within a bucket in the order of insertion (chains; trees begin at 8 entries in one bucket
 * of a table of 64, and keep that order).
 */

/** Java's String.hashCode, a signed 32-bit integer. */
export function javaStringHash(text: string): number {
  let hash = 0;
  for (let i = 0; i < text.length; i++) hash = (Math.imul(31, hash) + text.charCodeAt(i)) | 0;
  return hash;
}

/** The hash as HashMap spreads it: bucket = spread & (buckets - 1). */
export function javaSpreadHash(text: string): number {
  const hash = javaStringHash(text);
  return hash ^ (hash >>> 16);
}

/** Buckets of a new HashMap. */
export const initialBuckets = 16;

/** Buckets after the map has held that many entries. */
export function bucketsFor(entries: number, buckets: number): number {
  let grown = buckets;
  while (entries > 0.75 * grown) grown *= 2;
  return grown;
}

/** The key under which CloudSim files VM number i: user 2, then the number. */
export function vmKey(vm: number): string {
  return `2-${vm}`;
}
