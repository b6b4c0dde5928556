/**
 * Quartiles and medians of short histories, without allocation and with a fixed order of arithmetic.
 *
 * Source: interquartile range by nearest ranks and median absolute deviation as CloudSim 3.0.3's MathUtil takes them
 * (ranks 0.25 (n + 1) and 0.75 (n + 1) rounded half up; the median of an even count lies halfway between the middle two,
 * as in Commons Math's Percentile). Proof: test/policy/detection.test.ts, against sorting and by hand.
 */

/** Sorts the first n values ascending, in place. Insertion sort: histories hold some 30 values. */
export function sortAscending(values: Float64Array, n: number): void {
  for (let i = 1; i < n; i++) {
    const value = values[i];
    let j = i - 1;
    while (j >= 0 && values[j] > value) {
      values[j + 1] = values[j];
      j--;
    }
    values[j + 1] = value;
  }
}

/** Interquartile range of n ascending values, n of 2 or more. */
export function interquartileRange(ascending: Float64Array, n: number): number {
  const low = Math.floor(0.25 * (n + 1) + 0.5) - 1;
  const high = Math.floor(0.75 * (n + 1) + 0.5) - 1;
  return ascending[high] - ascending[low];
}

/** Median of n ascending values, n of 1 or more. */
export function medianOfSorted(ascending: Float64Array, n: number): number {
  const half = n >> 1;
  if (n & 1) return ascending[half];
  const lower = ascending[half - 1];
  return lower + 0.5 * (ascending[half] - lower);
}

/**
 * Median of |x - median| of n ascending values, n of 1 or more.
 *
 * The deviations grow outwards from the median on both sides, so merging the two sides finds the middle ones unsorted.
 */
export function medianAbsoluteDeviation(ascending: Float64Array, n: number): number {
  const median = medianOfSorted(ascending, n);
  let left = (n - 1) >> 1;
  let right = left + 1;
  let previous = 0;
  let deviation = 0;
  for (let taken = n >> 1; taken >= 0; taken--) {
    previous = deviation;
    const below = left >= 0 ? Math.abs(median - ascending[left]) : Number.POSITIVE_INFINITY;
    const above = right < n ? Math.abs(median - ascending[right]) : Number.POSITIVE_INFINITY;
    if (below <= above) {
      deviation = below;
      left--;
    } else {
      deviation = above;
      right++;
    }
  }
  return n & 1 ? deviation : previous + 0.5 * (deviation - previous);
}

/** Median of the first n values; sorts them in place. */
export function medianInPlace(values: Float64Array, n: number): number {
  sortAscending(values, n);
  return medianOfSorted(values, n);
}
