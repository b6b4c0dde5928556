/**
 * Work that may wait for clean (or cheap) hours.
 *
 * A VM that may begin up to `within` seconds later begins at the instant, among its own and those at which a series changes
 * until then, from which on the mean of the intensity (or price) over its expected duration is least; the earliest of equals.
 * Of several sites the least at each moment counts, PUE apart. The series is known ahead, as day-ahead prices are and good
 * forecasts nearly: what real forecasts miss is not in it. Source: Wiesner et al., Let's Wait Awhile, Middleware 2021.
 * Proved by test/metrics/shifting.test.ts.
 */
import type { SiteSpec, TimeSeries } from "../../model/accounts-spec.ts";
import { SiteMeter } from "./meter.ts";
import type { Steps } from "./steps.ts";

export interface Shift {
  readonly withinSeconds: number;
  /** How long its work takes. */
  readonly forSeconds: number;
  readonly by: "carbon" | "price";
}

/** The lowest of several step functions. */
export const lowestOf = (all: readonly Steps[]): Steps => ({
  valueAt: (t) => Math.min(...all.map((steps) => steps.valueAt(t))),
  nextChange: (t) => Math.min(...all.map((steps) => steps.nextChange(t))),
});

/** Integral of the steps from `from` on over `seconds`. */
function integral(steps: Steps, from: number, seconds: number): number {
  let sum = 0;
  const end = from + seconds;
  for (let t = from; t < end; ) {
    const next = Math.min(end, steps.nextChange(t));
    sum += steps.valueAt(t) * (next - t);
    t = next;
  }
  return sum;
}

/** When work that is asked for at `arrival` best begins. */
export function bestStart(steps: Steps, arrival: number, { withinSeconds, forSeconds }: Pick<Shift, "withinSeconds" | "forSeconds">): number {
  let best = arrival;
  let least = integral(steps, arrival, forSeconds);
  for (let t = steps.nextChange(arrival); t <= arrival + withinSeconds; t = steps.nextChange(t)) {
    // Also those that end where something changes: the best span may lie flush with its end.
    for (const start of [t, t - forSeconds]) {
      if (start < arrival || start > arrival + withinSeconds) continue;
      const sum = integral(steps, start, forSeconds);
      if (sum < least - 1e-9 * Math.abs(least) || (Math.abs(sum - least) <= 1e-9 * Math.abs(least) && start < best)) {
        least = Math.min(least, sum);
        best = start;
      }
    }
  }
  return best;
}

/** Arrivals moved to their best starts. Work that would begin after `lastStart` stays: no series is asked beyond the run. */
export function shiftArrivals(
  arrivals: Float64Array,
  shift: Shift,
  sites: readonly SiteSpec[],
  series: ReadonlyMap<string, TimeSeries>,
  run: { startMs: number; plannedSeconds: number },
): Float64Array {
  const meters = sites.map((site) => new SiteMeter(site, series, { ...run, meterSeconds: 900 }));
  const steps = lowestOf(meters.map((meter) => (shift.by === "carbon" ? meter.carbon : meter.price)));
  const known = new Map<number, number>();
  return arrivals.map((arrival) => {
    const found = known.get(arrival);
    if (found !== undefined) return found;
    // What goes on after the end of the run counts for nothing, so that nothing is put off beyond it.
    const within = Math.max(0, Math.min(shift.withinSeconds, run.plannedSeconds - shift.forSeconds - arrival));
    const start = within > 0 ? bestStart(steps, arrival, { withinSeconds: within, forSeconds: shift.forSeconds }) : arrival;
    known.set(arrival, start);
    return start;
  });
}
