/**
 * Money over years: purchases at the start (and again when their life is over), running costs at the end of each year, what
 * the hardware is still worth at the end.
 *
 *   net present value = sum over years t of cash(t) / (1 + discount)^t
 *   running cost of year t = first year's x (1 + rise)^(t - 1)
 *   straight-line book value at age a of a life L: price - (price - residual) x a / L
 *
 * Costs are positive, so the value is a present cost. Proved by test/metrics/npv.test.ts.
 */

export interface Asset {
  readonly price: number;
  readonly residual: number;
  readonly lifeYears: number;
}

export interface CashYear {
  readonly year: number;
  readonly purchases: number;
  readonly running: number;
  /** What is got back for hardware that is replaced, or left at the end. */
  readonly residual: number;
  readonly cash: number;
  readonly present: number;
  /** Present cost of this and all years before. */
  readonly cumulative: number;
}

/** Book value of an asset `age` years after its purchase. */
export const bookValue = ({ price, residual, lifeYears }: Asset, age: number): number => price - (price - residual) * Math.min(1, age / lifeYears);

/** Year 0 to `years`. `running` is the first year's running cost. */
export function cashFlow(assets: readonly Asset[], running: number, { years, discount, rise }: { years: number; discount: number; rise: number }): CashYear[] {
  const flow: CashYear[] = [];
  let cumulative = 0;
  for (let year = 0; year <= years; year++) {
    let purchases = 0;
    let residual = 0;
    for (const asset of assets) {
      // Replaced at the end of the year in which its life ends, unless nothing comes after.
      const life = Math.ceil(asset.lifeYears);
      if (year < years && year % life === 0) purchases += asset.price;
      if (year > 0 && year < years && year % life === 0) residual += asset.residual;
      if (year === years && years > 0) residual += bookValue(asset, year % life === 0 ? asset.lifeYears : year % life);
    }
    const run = year === 0 ? 0 : running * (1 + rise) ** (year - 1);
    const cash = purchases + run - residual;
    const present = cash / (1 + discount) ** year;
    cumulative += present;
    flow.push({ year, purchases, running: run, residual, cash, present, cumulative });
  }
  return flow;
}
