/**
 * Sharing one capacity by weight, with floors and ceilings: weighted max-min.
 *
 *   want_i  = min(demand_i, ceiling_i)        base_i = min(floor_i, want_i)
 *   alloc_i = clamp(weight_i x L, base_i, want_i)      with the level L at which sum(alloc) = min(capacity, sum(want))
 *
 * Nobody can have more without someone of no more per weight having less. In the fluid limit this is what the CPU schedulers
 * of ESXi (shares, reservation, limit), Xen (weight, cap), Linux (weight, quota) and Hyper-V (weight, reserve, limit) do, and
 * what flows do on a link.
 *
 * - Everything fits: each entry gets its want, bit for bit.
 * - Floors do not fit together: all are scaled down by the same factor (admission should have refused them).
 * - Weight 0: only its floor until all others have what they want; the rest is then shared in proportion to want.
 * - Capacity nobody wants stays unused.
 *
 * Units are the caller's, the same for capacity, demand, floor, ceiling and result; weights have none. Cost O(k) when all
 * fits, else O(k log k). Sources: Bertsekas and Gallager, Data Networks, 1992, section 6.5 (max-min);
 * Waldspurger and Weihl, OSDI 1994 (proportional shares). Proved by test/sharing.
 */

// Scratch of one level: the entries that take part, and the levels at which one of them starts or stops to rise.
let wants = new Float64Array(64);
let bases = new Float64Array(64);
let weights = new Float64Array(64);
let members = new Int32Array(64);
let breaks = new Float64Array(128);

/**
 * The hot form: shares `capacity` among entries 0 .. count - 1 of the columns, writes `out` and returns the sum given.
 *
 * Values must not be negative; a demand may be Infinity while the capacity is finite. A null column means: no floors, no
 * ceilings. `out` may be the demand column itself. Allocates nothing once its scratch has grown to the largest count.
 * Throws when capacity, a demand, a ceiling or a floor is NaN and sharing is needed.
 */
export function divvyInto(
  capacity: number,
  count: number,
  demand: Float64Array,
  weight: Float64Array,
  floor: Float64Array | null,
  ceiling: Float64Array | null,
  out: Float64Array,
): number {
  let wanted = 0;
  for (let i = 0; i < count; i++) {
    const want = ceiling === null || demand[i] <= ceiling[i] ? demand[i] : ceiling[i];
    out[i] = want;
    wanted += want;
  }
  if (wanted <= capacity) return wanted;
  if (wanted !== wanted || capacity !== capacity) throw new RangeError(`cannot share ${capacity} among demands that sum to ${wanted}`);
  if (capacity <= 0) {
    out.fill(0, 0, count);
    return 0;
  }

  let floors = 0;
  if (floor !== null) {
    for (let i = 0; i < count; i++) floors += Math.min(floor[i], out[i]);
    if (floors !== floors) throw new RangeError("cannot share: a floor is not a number");
    if (floors > capacity) {
      const scale = capacity / floors;
      for (let i = 0; i < count; i++) out[i] = Math.min(floor[i], out[i]) * scale;
      return capacity;
    }
  }

  if (wants.length < count) growScratch(count);
  // Entries with weight first; those without keep their floors meanwhile.
  let n = 0;
  let kept = 0;
  let weightedWant = 0;
  for (let i = 0; i < count; i++) {
    const want = out[i];
    const base = floor === null ? 0 : Math.min(floor[i], want);
    if (weight[i] > 0) {
      wants[n] = want;
      bases[n] = base;
      weights[n] = weight[i];
      members[n++] = i;
      weightedWant += want;
    } else kept += base;
  }
  if (n === count || weightedWant + kept > capacity) {
    if (n < count && floor === null) {
      for (let i = 0; i < count; i++) if (!(weight[i] > 0)) out[i] = 0;
    } else if (n < count && floor !== null) {
      for (let i = 0; i < count; i++) if (!(weight[i] > 0) && floor[i] < out[i]) out[i] = floor[i];
    }
    fillToLevel(capacity - kept, n, out);
    return capacity;
  }
  n = 0;
  for (let i = 0; i < count; i++) {
    if (weight[i] > 0) continue;
    wants[n] = out[i];
    bases[n] = floor === null ? 0 : Math.min(floor[i], out[i]);
    weights[n] = Math.min(out[i], capacity);
    members[n++] = i;
  }
  fillToLevel(capacity - weightedWant, n, out);
  return capacity;
}

/** Shares `capacity`, which is less than the sum of wants and not less than the sum of bases, among the scratch entries. */
function fillToLevel(capacity: number, n: number, out: Float64Array): void {
  let count = 0;
  for (let k = 0; k < n; k++) {
    if (wants[k] > 0) breaks[count++] = wants[k] / weights[k];
    if (bases[k] > 0) breaks[count++] = bases[k] / weights[k];
  }
  sortBreaks(count);
  // The level lies after the last break at which the sum given does not exceed the capacity.
  let from = -1;
  let to = count;
  while (to - from > 1) {
    const middle = (from + to) >> 1;
    if (givenAt(breaks[middle], n) <= capacity) from = middle;
    else to = middle;
  }
  const above = from < 0 ? 0 : breaks[from];
  // Between two breaks everybody is known to be full, at the floor, or rising; those rising share what the others leave.
  let rest = capacity;
  let rising = 0;
  for (let k = 0; k < n; k++) {
    if (wants[k] / weights[k] <= above || wants[k] === 0) rest -= wants[k];
    else if (bases[k] / weights[k] > above) rest -= bases[k];
    else rising += weights[k];
  }
  for (let k = 0; k < n; k++) {
    const want = wants[k];
    const base = bases[k];
    const w = weights[k];
    if (want / w <= above || want === 0) out[members[k]] = want;
    else if (base / w > above) out[members[k]] = base;
    else {
      // Multiplied before divided: equal weights of whole numbers then give the nearest double to the exact share.
      const share = w === rising ? rest : (w * rest) / rising;
      out[members[k]] = share > want ? want : Math.max(share, base);
    }
  }
}

function givenAt(level: number, n: number): number {
  let sum = 0;
  for (let k = 0; k < n; k++) {
    const share = weights[k] * level;
    sum += share >= wants[k] ? wants[k] : Math.max(share, bases[k]);
  }
  return sum;
}

/** Insertion for the few entries of a host; the built-in sort for many. */
function sortBreaks(count: number): void {
  if (count > 48) {
    breaks.subarray(0, count).sort();
    return;
  }
  for (let i = 1; i < count; i++) {
    const value = breaks[i];
    let j = i - 1;
    while (j >= 0 && breaks[j] > value) {
      breaks[j + 1] = breaks[j];
      j--;
    }
    breaks[j + 1] = value;
  }
}

function growScratch(count: number): void {
  const size = Math.max(count, 2 * wants.length);
  wants = new Float64Array(size);
  bases = new Float64Array(size);
  weights = new Float64Array(size);
  members = new Int32Array(size);
  breaks = new Float64Array(2 * size);
}

/** One that shares. Amounts in the unit of the capacity. */
export interface Entry {
  /** What it would use if it had it; may be Infinity while the capacity is finite. */
  readonly demand: number;
  /** Default 1. */
  readonly weight?: number;
  /** What it is sure of (reservation). Default 0. */
  readonly floor?: number;
  /** What it never exceeds (limit). Default none. */
  readonly ceiling?: number;
}

/**
 * Shares `capacity` among `entries` and gives each one's amount, in their order.
 * Throws a RangeError that names entry and field when a number is negative or not a number, or a weight is infinite.
 */
export function divvy(capacity: number, entries: readonly Entry[]): number[] {
  const check = (value: number, what: string, top = Infinity): number => {
    if (value >= 0 && (value < top || top === Infinity)) return value;
    throw new RangeError(`divvy: ${what} is ${value}; it must be a ${top === Infinity ? "" : "finite "}number of 0 or more`);
  };
  const column = (pick: (entry: Entry) => number, name: string, top?: number): Float64Array =>
    Float64Array.from(entries, (entry, i) => check(pick(entry), `${name} of entry ${i}`, top));
  const out = new Float64Array(entries.length);
  divvyInto(
    check(capacity, "capacity"),
    entries.length,
    column((e) => e.demand, "demand"),
    column((e) => e.weight ?? 1, "weight", Number.MAX_VALUE),
    column((e) => e.floor ?? 0, "floor", Number.MAX_VALUE),
    column((e) => e.ceiling ?? Infinity, "ceiling"),
    out,
  );
  return Array.from(out);
}
