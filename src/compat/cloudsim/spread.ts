/**
 * Count, mean and sample standard deviation of numbers as they come, by Welford's updating formulas (Technometrics 4(3), 1962).
 */

export class Spread {
  count: number;
  mean: number;
  squares: number;

  constructor() {
    this.count = 0;
    this.mean = 0;
    this.squares = 0;
  }
}

export function addSample(spread: Spread, value: number): void {
  spread.count++;
  const deviation = value - spread.mean;
  spread.mean += deviation / spread.count;
  spread.squares += deviation * (value - spread.mean);
}

/** NaN without samples. */
export function meanOf(spread: Spread): number {
  return spread.count > 0 ? spread.mean : Number.NaN;
}

/** Sample standard deviation (n - 1); 0 of one sample, NaN without samples. */
export function deviationOf(spread: Spread): number {
  if (spread.count === 0) return Number.NaN;
  return spread.count > 1 ? Math.sqrt(spread.squares / (spread.count - 1)) : 0;
}
