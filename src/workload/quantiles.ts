/**
 * Distributions given as tables of quantiles, and the statistics that a fit is judged by.
 */

/** Pairs (probability, value), both rising, from probability 0 to 1. */
export type QuantileTable = readonly (readonly [probability: number, value: number])[];

/**
 * Value at `probability`: between two table entries the value grows geometrically where both are positive (the tables
 * span orders of magnitude), else evenly.
 */
export function quantileOf(table: QuantileTable, probability: number): number {
  let i = 1;
  while (i < table.length - 1 && table[i]![0] < probability) i++;
  const [p0, v0] = table[i - 1]!;
  const [p1, v1] = table[i]!;
  const t = Math.min(1, Math.max(0, (probability - p0) / (p1 - p0)));
  return v0 > 0 && v1 > 0 ? v0 * (v1 / v0) ** t : v0 + (v1 - v0) * t;
}

/** Shares of a choice, in percent of any total, with what is chosen. */
export type ShareTable<T> = readonly (readonly [share: number, value: T])[];

/** The value whose share of the running total holds `probability`. */
export function choiceOf<T>(table: ShareTable<T>, probability: number): T {
  const total = table.reduce((sum, [share]) => sum + share, 0);
  let left = probability * total;
  for (const [share, value] of table) {
    if (left < share) return value;
    left -= share;
  }
  return table[table.length - 1]![1];
}

/**
 * Standard normal distribution function. Abramowitz and Stegun 26.2.17, error below 7.5e-8: it only turns correlated
 * normals into correlated probabilities.
 */
export function normalCdf(z: number): number {
  const t = 1 / (1 + 0.2316419 * Math.abs(z));
  const tail = 0.3989422804014327 * Math.exp((-z * z) / 2) * t * (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  return z >= 0 ? 1 - tail : tail;
}

/** Inverse of `normalCdf`. P. J. Acklam's rational approximation (2003), relative error below 1.2e-9. */
export function normalQuantile(p: number): number {
  if (p < 0.02425) return tailQuantile(Math.sqrt(-2 * Math.log(p)));
  if (p > 1 - 0.02425) return -tailQuantile(Math.sqrt(-2 * Math.log(1 - p)));
  const q = p - 0.5;
  const r = q * q;
  const above =
    (((((-39.69683028665376 * r + 220.9460984245205) * r - 275.9285104469687) * r + 138.357751867269) * r - 30.66479806614716) * r + 2.506628277459239) * q;
  const below = ((((-54.47609879822406 * r + 161.5858368580409) * r - 155.6989798598866) * r + 66.80131188771972) * r - 13.28068155288572) * r + 1;
  return above / below;
}

function tailQuantile(q: number): number {
  const above =
    ((((-0.007784894002430293 * q - 0.3223964580411365) * q - 2.400758277161838) * q - 2.549732539343734) * q + 4.374664141464968) * q + 2.938163982698783;
  const below = (((0.007784695709041462 * q + 0.3224671290700398) * q + 2.445134137142996) * q + 3.754408661907416) * q + 1;
  return above / below;
}

/** Quantile of a sorted column: the smallest value with at least this share of values at or below it. NaN when empty. */
export function sortedQuantile(sorted: ArrayLike<number>, probability: number): number {
  if (sorted.length === 0) return Number.NaN;
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(probability * sorted.length) - 1))]!;
}

export const meanOf = (values: ArrayLike<number>): number => {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]!;
  return sum / values.length;
};

/** Correlation of a series with itself one step later; NaN for a series without variance. */
export function lag1(series: ArrayLike<number>): number {
  const mean = meanOf(series);
  let variance = 0;
  let covariance = 0;
  for (let i = 0; i < series.length; i++) {
    const d = series[i]! - mean;
    variance += d * d;
    if (i > 0) covariance += d * (series[i - 1]! - mean);
  }
  return variance > 0 ? covariance / variance : Number.NaN;
}
