/**
 * Hyperthreads: how fast a thread runs when others share its core.
 *
 * C cores for guests have T hardware threads (with two a core T = 2 C). While no more threads are busy than there are cores,
 * each has a core to itself. Each busy thread beyond that shares a core, and two threads on one core do the work of g cores
 * together (g = smtGain), so n busy threads do, in cores,
 *
 *   W(n) = n                                 n <= C
 *   W(n) = C + sigma (n - C)                 C < n <= T        sigma = (g - 1) C / (T - C), 0.25 for two threads at 1.25
 *
 * and, as the scheduler moves them about, each runs at s = W(n) / n of a core's speed. A thread with less to do than a core
 * gives is busy longer at a lower speed: a VM that needs x of its size c is busy min(x / s, c), and does min(x, c s). The
 * speed is where both agree: sum of min(x_v, c_v s) = s n = W(n). The left side rises with s, the right one falls, so there
 * is one. With all threads busy s is g C / T, 0.625; what then does not fit waits.
 *
 * Five busy vCPUs on four cores of two threads: n = 5, W = 4.25, each at 0.85. Eight: 0.625 each, five cores in all.
 * A vCPU alone on its host is never slowed; one on a thread of a busy core is. Source of g: the usual 1.2 to 1.3 of server
 * work (Intel's own figure for hyper-threading is up to 30 %). Proved by test/cases/smt.test.ts.
 */

/** Slope of W beyond C; 0 where SMT gives nothing. `cores` and `threads` in any one unit, `gainedCores` = W(threads). */
export const smtSlope = (cores: number, threads: number, gainedCores: number): number => (threads > cores ? (gainedCores - cores) / (threads - cores) : 0);

/**
 * Speed of a thread, 0..1, when entries 0 .. count - 1 need `need[i]`, at most their size `cap[i]`, and programs that are not
 * held to a size need `others`. All in the unit of `cores` and `threads`, the cores and hardware threads they have.
 */
export function threadSpeed(cores: number, threads: number, slope: number, count: number, need: Float64Array, cap: Float64Array, others: number): number {
  let all = others;
  for (let i = 0; i < count; i++) all += need[i];
  if (all <= cores) return 1;
  const lowest = (cores + slope * (threads - cores)) / threads;
  // Bisection until no entry's x / c lies between the bounds: then it is known who is held by its size, and s is a root.
  let low = lowest;
  let high = 1;
  if (busy(low, count, need, cap, others) >= threads) return low;
  for (let step = 0; step < 64; step++) {
    let held = 0;
    let free = others;
    let same = true;
    for (let i = 0; i < count; i++) {
      if (need[i] >= cap[i] * high) held += cap[i];
      else if (need[i] <= cap[i] * low) free += need[i];
      else {
        same = false;
        break;
      }
    }
    if (same) return root(held, free, cores, slope);
    const middle = (low + high) / 2;
    const n = busy(middle, count, need, cap, others);
    if (middle * n > cores + slope * (n - cores)) high = middle;
    else low = middle;
  }
  return low;
}

/** Threads busy at speed `s`. */
function busy(s: number, count: number, need: Float64Array, cap: Float64Array, others: number): number {
  let n = others / s;
  for (let i = 0; i < count; i++) n += Math.min(need[i] / s, cap[i]);
  return n;
}

/** s from held s + free = cores + slope (held + free / s - cores): s (held s + free) = s (1 - slope) cores + slope (held s + free). */
function root(held: number, free: number, cores: number, slope: number): number {
  const b = free - slope * held - (1 - slope) * cores;
  const c = -slope * free;
  if (held === 0) return -c / b;
  const d = Math.sqrt(b * b - 4 * held * c);
  // Of the two forms the one that does not take the difference of near equals.
  return b > 0 ? (-2 * c) / (b + d) : (d - b) / (2 * held);
}
