/**
 * At which value of a number two options cost the same: "consolidation pays above 0.09 EUR/kWh".
 *
 * The difference of two costs is a straight line in any price (each line of a bill is a price times something the price does
 * not change), so two values give it exactly and a third proves that it is one. Where it is not (a policy looks at the
 * price, a tariff has a threshold), there is no break-even to be had this way, and the answer says so.
 * Proved by test/experiment/break-even.test.ts.
 */

export type BreakEven =
  | {
      readonly kind: "at";
      /** Where both cost the same. */
      readonly value: number;
      /** Whether the second option is cheaper above it (else below). */
      readonly paysAbove: boolean;
      /** Difference second - first at 0 and for each unit of the number. */
      readonly atZero: number;
      readonly slope: number;
    }
  /** The second is cheaper by the same at every value, or dearer, or equal. */
  | { readonly kind: "never"; readonly difference: number }
  /** The difference is no straight line: by how much the third value misses it, as a share of the largest. */
  | { readonly kind: "not linear"; readonly misses: number };

/** Rounding of sums over long runs; anything beyond is curvature. */
const STRAIGHT = 1e-9;

/**
 * Solves for the break-even of `difference` (cost of the second option less that of the first, by the number), from its values
 * at `low` and `high`, checked half way between.
 */
export function breakEven(difference: (value: number) => number, low: number, high: number): BreakEven {
  if (!(low < high)) throw new RangeError(`break-even between ${low} and ${high}: the first must be less`);
  const [a, b] = [difference(low), difference(high)];
  const middle = (low + high) / 2;
  const slope = (b - a) / (high - low);
  const expected = a + slope * (middle - low);
  const largest = Math.max(Math.abs(a), Math.abs(b), Math.abs(expected));
  const misses = largest > 0 ? Math.abs(difference(middle) - expected) / largest : 0;
  if (misses > STRAIGHT) return { kind: "not linear", misses };
  if (Math.abs(b - a) <= STRAIGHT * largest) return { kind: "never", difference: a };
  const atZero = a - slope * low;
  return { kind: "at", value: -atZero / slope, paysAbove: slope < 0, atZero, slope };
}
