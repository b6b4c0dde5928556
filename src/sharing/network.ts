/**
 * Max-min fair rates of flows over links.
 *
 * Each flow crosses some links, may have a cap of its own, a weight, and may use more or less than one unit of a link for
 * each unit of its rate (disk I/O of small blocks uses much time of a device and little of a network card). All rates rise
 * together, rate / weight being one level for all; a flow stops rising when one of its links is full or its cap is reached
 * (progressive filling; Bertsekas and Gallager, Data Networks, 1992, section 6.5.2). On one link this is `divvy`.
 *
 * A link fills at the level (capacity - use of the flows that stopped) / (sum of weight x use of those that rise). The flows
 * are gone through in the order of cap / weight, so that one solution costs O(flows x (log flows + links)).
 * Latency is not modelled here. Proved by test/sharing/network.test.ts.
 */

export interface Flow {
  /** Links it crosses, by number. */
  readonly links: readonly number[];
  /** Highest rate; Infinity for none. */
  readonly cap: number;
  /** What one unit of its rate takes of each link in `links`. Default 1. */
  readonly use?: readonly number[];
  /** Share against the other flows. Default 1. */
  readonly weight?: number;
}

/**
 * Rates of the flows, in the unit of the capacities where `use` is 1. A flow that crosses no link gets its cap.
 * Throws a RangeError for a flow without links and without a cap, whose rate would be infinite.
 */
export function maxMinRates(capacities: ArrayLike<number>, flows: readonly Flow[]): Float64Array {
  const rates = new Float64Array(flows.length);
  const links = capacities.length;
  /** Use of the flows that stopped; weight x use, and number, of those that rise. */
  const stopped = new Float64Array(links);
  const rising = new Float64Array(links);
  const open = new Int32Array(links);
  const flowsOf: number[][] = Array.from({ length: links }, () => []);
  const isOpen = new Uint8Array(flows.length).fill(1);
  const top = new Float64Array(flows.length);
  for (const [f, flow] of flows.entries()) {
    const { links: crossed, cap, use, weight = 1 } = flow;
    if (crossed.length === 0 && cap === Number.POSITIVE_INFINITY) throw new RangeError(`flow ${f} crosses no link and has no cap: its rate has no bound`);
    top[f] = cap / weight;
    for (const [i, link] of crossed.entries()) {
      rising[link] += weight * (use ? use[i] : 1);
      open[link]++;
      flowsOf[link].push(f);
    }
  }
  const order = Array.from(flows.keys()).sort((a, b) => top[a] - top[b] || a - b);
  const stop = (f: number, rate: number): void => {
    const { links: crossed, use, weight = 1 } = flows[f];
    isOpen[f] = 0;
    rates[f] = rate;
    for (const [i, link] of crossed.entries()) {
      const each = use ? use[i] : 1;
      stopped[link] += rate * each;
      rising[link] -= weight * each;
      open[link]--;
    }
  };
  let level = 0;
  let next = 0;
  for (;;) {
    while (next < order.length && isOpen[order[next]] === 0) next++;
    if (next === order.length) return rates;
    let full = -1;
    let lowest = top[order[next]];
    for (let link = 0; link < links; link++) {
      if (open[link] === 0 || !(rising[link] > 0)) continue;
      // Rounding must not take the level down again.
      const fills = Math.max(level, (capacities[link] - stopped[link]) / rising[link]);
      if (fills < lowest) {
        lowest = fills;
        full = link;
      }
    }
    level = lowest;
    if (full < 0) stop(order[next], flows[order[next]].cap);
    else for (const f of flowsOf[full]) if (isOpen[f] === 1) stop(f, Math.min(level * (flows[f].weight ?? 1), flows[f].cap));
  }
}
