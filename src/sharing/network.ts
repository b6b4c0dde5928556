/**
 * Max-min fair rates of flows over links.
 *
 * Each flow crosses some links and may have a cap of its own. All rates rise together; a flow stops rising when one of its
 * links is full or its cap is reached (progressive filling; Bertsekas and Gallager, Data Networks, 1992, section 6.5.2).
 * Latency is not modelled here. Proved by test/sharing/network.test.ts.
 */

export interface Flow {
  /** Links it crosses, by number. */
  readonly links: readonly number[];
  /** Highest rate; Infinity for none. */
  readonly cap: number;
}

/**
 * Rates of the flows, in the unit of the capacities. A flow that crosses no link gets its cap.
 * Throws a RangeError for a flow without links and without a cap, whose rate would be infinite.
 */
export function maxMinRates(capacities: ArrayLike<number>, flows: readonly Flow[]): Float64Array {
  const rates = new Float64Array(flows.length);
  const left = Float64Array.from(capacities);
  const rising = new Int32Array(left.length);
  let open: number[] = [];
  for (const [f, { links, cap }] of flows.entries()) {
    if (links.length === 0 && cap === Number.POSITIVE_INFINITY) throw new RangeError(`flow ${f} crosses no link and has no cap: its rate has no bound`);
    open.push(f);
    for (const link of links) rising[link]++;
  }
  let level = 0;
  while (open.length > 0) {
    let next = Number.POSITIVE_INFINITY;
    for (const f of open) next = Math.min(next, flows[f].cap);
    for (let link = 0; link < left.length; link++) if (rising[link] > 0) next = Math.min(next, level + left[link] / rising[link]);
    const step = next - level;
    level = next;
    const full = new Uint8Array(left.length);
    for (let link = 0; link < left.length; link++) {
      if (rising[link] === 0) continue;
      // The link that set the level is full by definition, whatever rounding leaves of it.
      if (level - step + left[link] / rising[link] <= level) full[link] = 1;
      left[link] = Math.max(0, left[link] - step * rising[link]);
    }
    const still: number[] = [];
    for (const f of open) {
      const { links, cap } = flows[f];
      if (cap > level && !links.some((link) => full[link] === 1)) {
        still.push(f);
        continue;
      }
      rates[f] = Math.min(level, cap);
      for (const link of links) rising[link]--;
    }
    open = still;
  }
  return rates;
}
