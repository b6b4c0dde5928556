/**
 * Reclamation: from which VMs an overcommitted host takes memory back, by which means, and what that costs them.
 *
 * A VM has touched T MiB of its configured C, uses A of it actively, is sure of R and gets at most L. The pool M is usable
 * memory less the VMs' overheads; minFree, part of what the product keeps back, is the cushion beyond it. The mildest state
 * that suffices is the present one (ESXi's names; other products skip those whose means they lack):
 *
 *   high    free = M + minFree - sum T            nothing
 *   clear   free < 100 % of minFree               share equal pages
 *   soft    free with sharing < 64 %              and balloon until 64 % is free; a balloon holds at most 65 % of C
 *   hard    free with full balloons < 32 %        and compress and swap until 32 % is free
 *   low     free with all of it < 16 %            and hold up VMs above their target
 *
 * A state is left for a milder one only at 110 % of its threshold. Other products use 100 % throughout: they reclaim what is
 * missing. The model is at rest at every instant: no time passes while pages are found, and so `low` is not reached where
 * reservations fit, which admission sees to.
 *
 * Who loses: `shares`  the VM whose pages are cheapest, until all are: rho = S / (A + k (P - A)), k = 1 / (1 - tax)
 *            `coldest` idle pages of all in proportion to what each has idle, then active ones likewise (Linux LRU)
 *            `range`   all to the same point between floor and what they hold (Xen)
 *            `demand`  to each its active memory and a buffer; short of that by weight (Hyper-V dynamic memory)
 * never below the reservation.
 *
 * Slowdown of a VM = 1 + sum over kinds of (share of its touches that meet the kind) x touches a second per vCPU x cost.
 * Each active page is touched once in `TOUCH_SECONDS`. A balloon takes idle pages first, so that only active pages beyond it are
 * paged by the guest; a hypervisor that swaps blindly, and compression, hit all pages alike; a host's LRU takes idle ones first.
 *
 * Sources: C. Waldspurger, Memory Resource Management in VMware ESX Server, OSDI 2002 (min-funding revocation, idle tax,
 * balloon); VMware vSphere resource management guides and KB articles (states, thresholds, 65 %, compression cache 10 %);
 * the way of touching is this model's own. Proved by test/cases/reclaim.test.ts.
 */

/** What a product does when its hosts are short of memory. */
export interface ReclaimSpec {
  /** Whether VMs may hold more than there is. "no" refuses the power-on. */
  overcommit: "yes" | "no";
  /** "nobody": memory beyond what there is costs nothing (the ideal product). */
  takenFrom: "nobody" | "shares" | "coldest" | "range" | "demand";
  minFree: "sliding" | "watermark" | "none";
  /** Equal pages are kept once: within each VM, or also across VMs of a group. */
  sharing: "none" | "within" | "across";
  /** Most that a balloon takes, share of configured memory; 0 = no balloon. What it leaves free in the guest, likewise. */
  balloonLimit: number;
  balloonKeeps: number;
  /** Most that the compression cache holds, share of configured memory; 0 = none. */
  compressionCache: number;
  /** How the hypervisor or the system below it pages VMs out: not at all, any page, or the coldest. */
  swap: "none" | "blind" | "coldest";
  /** Tax on idle memory (takenFrom: shares). */
  idleTax: number;
  /** Memory a VM keeps whatever happens, beside its reservation: share of configured, MiB. */
  floorShare: number;
  floorMiB: number;
  /** Beyond active memory, share of it (takenFrom: demand). */
  buffer: number;
  /** Time to bring a page back: from swap (the guest's own or the host's), from the compression cache. */
  swapSeconds: number;
  decompressSeconds: number;
}

/** A VM group's memory as the model takes it. */
export interface VmMemory {
  /** Share of configured memory in active use while the load says nothing about it, and touched at all. */
  activeShare: number;
  touchedShare: number;
  reservationMiB: number;
  limitMiB: number | null;
  /** Weight of a MiB relative to normal = 1. */
  shares: number;
  /** Share of its pages that equal others of its own, and others of its group. */
  equalWithin: number;
  equalAcross: number;
  /** Whether the guest has the balloon driver. */
  balloon: boolean;
}

export const MEMORY_STATES = ["high", "clear", "soft", "hard", "low"] as const;
export const HIGH = 0;
export const CLEAR = 1;
export const SOFT = 2;
export const HARD = 3;
export const LOW = 4;
/** Shares of minFree below which clear, soft, hard and low are entered. */
const SLIDING = [1, 0.64, 0.32, 0.16] as const;
const PLAIN = [1, 1, 1, 0] as const;
const LEAVE_AT = 1.1;
/** ESXi samples which pages are touched over periods of this length. */
export const TOUCH_SECONDS = 30;
const PAGE_MIB = 4 / 1024;
/** Share of pages that compress to half: an estimate. */
const COMPRESSIBLE = 0.5;
/** What counts as nothing, MiB: rounding of sums. */
const NOTHING_MIB = 1e-6;

/** Memory a host keeps free, MiB: ESXi 899 MiB for the first 28 GiB (6, 4, 2 % of the first 4, next 8 and 16 GiB) and 1 % of the rest. */
export function minFreeMiB(kind: ReclaimSpec["minFree"], ramMiB: number): number {
  switch (kind) {
    case "none":
      return 0;
    case "sliding": {
      const gib = ramMiB / 1024;
      const upTo = (from: number, to: number): number => Math.max(0, Math.min(gib, to) - from) * 1024;
      return Math.min(899, 0.06 * upTo(0, 4) + 0.04 * upTo(4, 12) + 0.02 * upTo(12, 28)) + 0.01 * upTo(28, Number.POSITIVE_INFINITY);
    }
    case "watermark":
      // Linux: min_free_kbytes = sqrt(16 x RAM in KiB), 128 KiB to 256 MiB; the high watermark is 1.5 times that.
      return (1.5 * Math.min(262_144, Math.max(128, Math.sqrt(16 * ramMiB * 1024)))) / 1024;
  }
}

/** Thresholds of clear, soft, hard and low, MiB. */
export const thresholdsMiB = (kind: ReclaimSpec["minFree"], minFree: number): number[] =>
  (kind === "sliding" ? SLIDING : PLAIN).map((share) => share * minFree);

/** Memory of a VM that cannot be taken from it on that product, MiB. */
export function guaranteedMiB(spec: ReclaimSpec, vm: VmMemory, configuredMiB: number): number {
  if (spec.takenFrom === "nobody") return 0;
  if (spec.overcommit === "no") return configuredMiB;
  const balloonFloor = spec.swap === "none" ? (vm.balloon ? (1 - spec.balloonLimit) * configuredMiB : configuredMiB) : 0;
  return Math.min(configuredMiB, Math.max(vm.reservationMiB, spec.floorShare * configuredMiB, spec.floorMiB, balloonFloor));
}

/** Slowdown from the shares of touches that meet each kind of page, touches a second per vCPU, and costs. */
export const slowdown = (touchesPerSecond: number, compressed: number, decompressSeconds: number, swapped: number, swapSeconds: number): number =>
  1 + touchesPerSecond * (compressed * decompressSeconds + swapped * swapSeconds);

/** Touches a second on each vCPU of a VM with that much active memory. */
export const touchRate = (activeMiB: number, vcpus: number): number => activeMiB / PAGE_MIB / TOUCH_SECONDS / vcpus;

/** The VMs of one host as reclamation sees them, and what it decides; one entry a VM. */
export class Claims {
  n = 0;
  // In.
  configured = new Float64Array(64);
  touched = new Float64Array(64);
  active = new Float64Array(64);
  floor = new Float64Array(64);
  limit = new Float64Array(64);
  shares = new Float64Array(64);
  vcpus = new Float64Array(64);
  /** Pages that sharing would save, MiB. */
  equal = new Float64Array(64);
  /** 1 where the guest has a balloon. */
  driver = new Uint8Array(64);
  // Out, MiB: what it holds in RAM, its part of the compression cache included; saved by sharing; in the balloon; pages compressed; swapped by the host; active pages the guest paged.
  held = new Float64Array(64);
  saved = new Float64Array(64);
  ballooned = new Float64Array(64);
  compressed = new Float64Array(64);
  swapped = new Float64Array(64);
  paged = new Float64Array(64);
  /** Active pages in RAM. */
  present = new Float64Array(64);
  slowdown = new Float64Array(64);
  // Scratch of `level`: the lines, and what they are clamped to.
  offset = new Float64Array(64);
  below = new Float64Array(64);
  kink = new Float64Array(64);
  above = new Float64Array(64);
  lo = new Float64Array(64);
  hi = new Float64Array(64);
  breaks = new Float64Array(192);

  room(n: number): void {
    this.n = n;
    if (n <= this.configured.length) return;
    for (const key of Object.keys(this) as (keyof this)[]) {
      const column = this[key];
      if (column instanceof Float64Array) this[key] = new Float64Array(key === "breaks" ? 6 * n : 2 * n) as this[typeof key];
      else if (column instanceof Uint8Array) this[key] = new Uint8Array(2 * n) as this[typeof key];
    }
  }
}

/** Reclaims on a host with a pool of `poolMiB`; returns its state, coming from state `before`. Fills the outs of `c`. */
export function reclaim(c: Claims, spec: ReclaimSpec, poolMiB: number, minFree: number, before: number): number {
  const { n } = c;
  const enter = spec.minFree === "sliding" ? SLIDING : PLAIN;
  let touched = 0;
  for (let i = 0; i < n; i++) touched += c.touched[i];
  const free = poolMiB + minFree - touched;
  /** Whether a state milder than the present one suffices with so much free. */
  const suffices = (state: number, freeMiB: number): boolean => freeMiB >= enter[state] * minFree * (state < before ? LEAVE_AT : 1) - NOTHING_MIB;

  let state = HIGH;
  if (!suffices(HIGH, free)) state = CLEAR;
  const shares = state > HIGH && spec.sharing !== "none";
  let held = 0;
  let full = 0;
  for (let i = 0; i < n; i++) {
    // What a limit keeps from it goes into its balloon as far as that reaches, the rest to swap.
    const over = Math.max(0, c.touched[i] - c.limit[i]);
    const balloon = balloonRoom(c, spec, i);
    c.ballooned[i] = Math.min(over, balloon);
    c.swapped[i] = over - c.ballooned[i];
    c.saved[i] = shares ? Math.min(c.equal[i], c.touched[i] - over) : 0;
    c.hi[i] = c.touched[i] - over - c.saved[i];
    c.lo[i] = Math.min(c.hi[i], Math.max(c.floor[i], c.hi[i] - (balloon - c.ballooned[i])));
    c.held[i] = c.hi[i];
    c.compressed[i] = 0;
    held += c.hi[i];
    full += c.lo[i];
  }
  const freeOf = (heldMiB: number): number => poolMiB + minFree - heldMiB;
  if (state > HIGH && !suffices(CLEAR, freeOf(held))) {
    state = SOFT;
    if (spec.takenFrom === "demand") {
      // Nobody keeps more than it needs: active memory and a buffer.
      held = 0;
      for (let i = 0; i < n; i++) {
        c.hi[i] = Math.max(c.lo[i], Math.min(c.hi[i], c.active[i] * (1 + spec.buffer)));
        held += c.hi[i];
      }
    }
    take(c, spec, Math.max(full, Math.min(held, poolMiB + (1 - enter[CLEAR]) * minFree)), c.ballooned);
    if (spec.swap !== "none" && !suffices(SOFT, freeOf(full))) {
      state = HARD;
      let least = 0;
      let rest = 0;
      for (let i = 0; i < n; i++) {
        c.hi[i] = c.held[i];
        c.lo[i] = Math.min(c.held[i], c.floor[i]);
        least += c.lo[i];
        rest += c.hi[i];
      }
      take(c, spec, Math.max(least, Math.min(rest, poolMiB + (1 - enter[SOFT]) * minFree)), c.swapped);
      if (!suffices(HARD, freeOf(least))) state = LOW;
      if (spec.compressionCache > 0) compress(c, spec);
    }
  }
  for (let i = 0; i < n; i++) slow(c, spec, i);
  return state;
}

/** Most that the balloon of VM `i` can hold, MiB. */
function balloonRoom(c: Claims, spec: ReclaimSpec, i: number): number {
  if (c.driver[i] === 0 || spec.balloonLimit === 0) return 0;
  const keeps = spec.balloonKeeps > 0 ? c.active[i] + spec.balloonKeeps * c.configured[i] : 0;
  return Math.max(0, Math.min(spec.balloonLimit * c.configured[i], c.touched[i] - keeps));
}

/** Takes memory so that the VMs hold `target` together, each between lo and hi; what each lost is added to `by`. */
function take(c: Claims, spec: ReclaimSpec, target: number, by: Float64Array): void {
  for (let i = 0; i < c.n; i++) {
    const { offset, below, kink, above, lo, hi, active, shares } = c;
    offset[i] = 0;
    kink[i] = Number.POSITIVE_INFINITY;
    above[i] = 0;
    switch (spec.takenFrom) {
      case "range":
        offset[i] = lo[i];
        below[i] = hi[i] - lo[i];
        break;
      case "demand":
        below[i] = shares[i];
        break;
      case "coldest":
        below[i] = Math.min(active[i], hi[i]);
        kink[i] = 1;
        above[i] = Math.max(0, hi[i] - active[i]);
        break;
      default: {
        const weight = shares[i] * c.configured[i];
        below[i] = weight;
        kink[i] = active[i] / weight;
        above[i] = weight * (1 - spec.idleTax);
      }
    }
  }
  const before = c.held;
  level(c, target);
  for (let i = 0; i < c.n; i++) by[i] += Math.max(0, before[i] - c.offset[i]);
  for (let i = 0; i < c.n; i++) c.held[i] = Math.min(before[i], c.offset[i]);
}

/** What line `i` gives at level x, within lo and hi. */
function at(c: Claims, i: number, x: number): number {
  const { offset, below, kink, above } = c;
  const y = x <= kink[i] ? offset[i] + below[i] * x : offset[i] + below[i] * kink[i] + above[i] * (x - kink[i]);
  return Math.min(c.hi[i], Math.max(c.lo[i], y));
}

/** Finds the level at which the lines sum to `target` (between the sums of lo and hi), exactly; leaves the values in `offset`. */
function level(c: Claims, target: number): void {
  const { n, breaks, offset, below, kink, above, lo, hi } = c;
  let count = 0;
  // Where a line meets its bounds, and where it bends: between two neighbouring breaks the sum is straight.
  for (let i = 0; i < n; i++) {
    for (const bound of [lo[i], hi[i]]) {
      const bend = offset[i] + (kink[i] < Number.POSITIVE_INFINITY ? below[i] * kink[i] : Number.POSITIVE_INFINITY);
      const x = bound <= bend ? (bound - offset[i]) / below[i] : kink[i] + (bound - bend) / above[i];
      if (x >= 0 && x < Number.POSITIVE_INFINITY) breaks[count++] = x;
    }
    if (kink[i] < Number.POSITIVE_INFINITY) breaks[count++] = kink[i];
  }
  const sorted = breaks.subarray(0, count).sort();
  const sum = (x: number): number => {
    let s = 0;
    for (let i = 0; i < n; i++) s += at(c, i, x);
    return s;
  };
  // The last break whose sum does not pass the target.
  let from = -1;
  let to = count;
  while (to - from > 1) {
    const middle = (from + to) >> 1;
    if (sum(sorted[middle]) <= target) from = middle;
    else to = middle;
  }
  let x = from < 0 ? 0 : sorted[from];
  if (to < count) {
    const s = sum(x);
    const rise = sum(sorted[to]) - s;
    if (rise > 0) x += ((target - s) / rise) * (sorted[to] - x);
  }
  for (let i = 0; i < n; i++) offset[i] = at(c, i, x);
}

/** Of what was to be swapped, the pages that halve go to the compression cache while it has room. */
function compress(c: Claims, spec: ReclaimSpec): void {
  for (let i = 0; i < c.n; i++) {
    const net = c.swapped[i];
    if (net === 0) continue;
    // Of g pages taken, COMPRESSIBLE halve: g (1 - COMPRESSIBLE / 2) is saved.
    const pages = net / (1 - COMPRESSIBLE / 2);
    c.compressed[i] = Math.min(COMPRESSIBLE * pages, 2 * spec.compressionCache * c.configured[i]);
    c.swapped[i] = net - c.compressed[i] / 2;
  }
}

function slow(c: Claims, spec: ReclaimSpec, i: number): void {
  const active = c.active[i];
  // Pages the guest still sees as its memory.
  const seen = c.touched[i] - c.ballooned[i];
  c.paged[i] = Math.max(0, active - seen);
  c.present[i] = active - c.paged[i];
  if (active === 0 || (c.paged[i] <= NOTHING_MIB && c.swapped[i] + c.compressed[i] <= NOTHING_MIB)) {
    c.slowdown[i] = 1;
    return;
  }
  const paged = c.paged[i] / active;
  // Of the guest's touches, those that meet a page picked without looking, for each MiB picked.
  const blind = seen > 0 ? (1 - paged) / seen : 0;
  const swapped = spec.swap === "coldest" ? Math.max(0, active - c.paged[i] - (seen - c.swapped[i])) / active : blind * c.swapped[i];
  c.present[i] = active * (1 - paged - swapped - blind * c.compressed[i]);
  c.slowdown[i] = slowdown(touchRate(active, c.vcpus[i]), blind * c.compressed[i], spec.decompressSeconds, paged + swapped, spec.swapSeconds);
}
