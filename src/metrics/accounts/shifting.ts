/**
 * Work that may wait for clean (or cheap) hours.
 *
 * A VM that may begin up to `within` seconds later begins at the instant, among its own and those at which a series changes
 * until then, from which on the mean of the intensity (or price) over its expected duration is least; the earliest of equals.
 * Of several sites the least at each moment counts, PUE apart. What it chooses by is a forecast (forecast.ts): perfect, as
 * day-ahead prices nearly are, yesterday's, or a noisy one; `shifts.csv` tells what it foresaw, what it met, and what a perfect
 * one would have. Source: Wiesner et al., Let's Wait Awhile, Middleware 2021. Proved by test/policy/carbon-aware.test.ts and
 * test/metrics/forecast.test.ts.
 */
import type { SiteSpec, TimeSeries } from "../../model/accounts-spec.ts";
import type { Table } from "../../results/table.ts";
import { number, table, text } from "../columns.ts";
import { type Forecast, integral, meanOf, noisy, perfect, persistence } from "./forecast.ts";
import { SiteMeter } from "./meter.ts";
import type { Steps } from "./steps.ts";

export interface Shift {
  readonly withinSeconds: number;
  /** How long its work takes. */
  readonly forSeconds: number;
  readonly by: "carbon" | "price";
  /** How it knows what will be; absent = perfect. */
  readonly forecast?: "perfect" | "persistence" | "noisy";
  /** Of a noisy one: standard deviation, of the mean. */
  readonly errorShare?: number;
}

/** The lowest of several step functions. */
export const lowestOf = (all: readonly Steps[]): Steps => ({
  valueAt: (t) => Math.min(...all.map((steps) => steps.valueAt(t))),
  nextChange: (t) => Math.min(...all.map((steps) => steps.nextChange(t))),
});

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

/** What shifting the work of a group came to: means over its VMs of the mean intensity (or price) over their work. */
export interface Shifted {
  readonly arrivals: Float64Array;
  readonly vms: number;
  readonly waited: number;
  readonly waitSeconds: number;
  /** Begun when asked for; as foreseen for the chosen start; as it was there; with a perfect forecast. */
  readonly asked: number;
  readonly foreseen: number;
  readonly met: number;
  readonly best: number;
}

/**
 * Arrivals moved to their best starts. Work that would begin after the last start stays: no series is asked beyond the run.
 * `normal` draws from a standard normal distribution of the site's own.
 */
export function shiftArrivals(
  arrivals: Float64Array,
  shift: Shift,
  sites: readonly SiteSpec[],
  series: ReadonlyMap<string, TimeSeries>,
  run: { startMs: number; plannedSeconds: number },
  normal: (site: string) => () => number,
): Shifted {
  const meters = sites.map((site) => new SiteMeter(site, series, { ...run, meterSeconds: 900 }));
  const actual = meters.map((meter) => (shift.by === "carbon" ? meter.carbon : meter.price));
  const forecasts = actual.map((steps, i): Forecast => {
    if (shift.forecast === "persistence") return persistence(steps);
    return shift.forecast === "noisy" ? noisy(steps, shift.errorShare ?? 0, run.plannedSeconds, normal(sites[i].name)) : perfect(steps);
  });
  const truth = lowestOf(actual);
  const sums = { vms: 0, waited: 0, waitSeconds: 0, asked: 0, foreseen: 0, met: 0, best: 0 };
  const known = new Map<number, Omit<typeof sums, "vms" | "waited" | "waitSeconds"> & { start: number }>();
  const chosen = arrivals.map((arrival) => {
    // What goes on after the end of the run counts for nothing, so that nothing is put off beyond it.
    const within = Math.max(0, Math.min(shift.withinSeconds, run.plannedSeconds - shift.forSeconds - arrival));
    if (!(within > 0)) return arrival;
    let found = known.get(arrival);
    if (!found) {
      const times = { withinSeconds: within, forSeconds: shift.forSeconds };
      const thought = lowestOf(forecasts.map((forecast) => forecast(arrival)));
      const start = bestStart(thought, arrival, times);
      const mean = (steps: Steps, from: number): number => meanOf(steps, shift.forSeconds, from);
      found = {
        start,
        asked: mean(truth, arrival),
        foreseen: mean(thought, start),
        met: mean(truth, start),
        best: mean(truth, shift.forecast === undefined || shift.forecast === "perfect" ? start : bestStart(truth, arrival, times)),
      };
      known.set(arrival, found);
    }
    sums.vms++;
    if (found.start > arrival) sums.waited++;
    sums.waitSeconds += found.start - arrival;
    for (const key of ["asked", "foreseen", "met", "best"] as const) sums[key] += found[key];
    return found.start;
  });
  const mean = (sum: number): number => (sums.vms > 0 ? sum / sums.vms : Number.NaN);
  return {
    ...{ arrivals: chosen, vms: sums.vms, waited: sums.waited, waitSeconds: mean(sums.waitSeconds) },
    ...{ asked: mean(sums.asked), foreseen: mean(sums.foreseen), met: mean(sums.met), best: mean(sums.best) },
  };
}

/** `shifts.csv`: what waiting for clean or cheap hours came to, group by group, and what the error of the forecast cost. */
export function shiftsTable(groups: readonly { readonly name: string; readonly shift: Shift; readonly shifted: Shifted }[], currency: string): Table {
  const n = groups.length;
  const of = (name: string, unit: string, about: string, pick: (shifted: Shifted) => number) => number(name, unit, about, n, (i) => pick(groups[i].shifted));
  return table("shifts", "One row a group of VMs that may wait; means over its VMs of the intensity or price over their work, of the least site.", n, [
    text("group", "Group of VMs", n, (i) => groups[i].name),
    text("by", "carbon or price", n, (i) => groups[i].shift.by),
    text("forecast", "perfect, persistence or noisy", n, (i) => groups[i].shift.forecast ?? "perfect"),
    text("unit", "Unit of asked, foreseen, met, perfect and error_cost", n, (i) => (groups[i].shift.by === "carbon" ? "g CO2e/kWh" : `${currency}/kWh`)),
    of("vms", "VMs", "VMs that could wait: their work ends within the run", (s) => s.vms),
    of("waited", "VMs", "Those that began later than asked for", (s) => s.waited),
    of("wait_mean_h", "h", "Mean wait of all that could", (s) => s.waitSeconds / 3600),
    of("asked", "", "Had they begun when asked for", (s) => s.asked),
    of("foreseen", "", "What the forecast said of the chosen starts", (s) => s.foreseen),
    of("met", "", "What it was there", (s) => s.met),
    of("perfect", "", "What a perfect forecast would have met", (s) => s.best),
    of("error_cost", "", "met less perfect: what the error of the forecast cost", (s) => s.met - s.best),
    of("saved_pct", "%", "Saved by waiting, of asked", (s) => (100 * (s.asked - s.met)) / s.asked),
    of("perfect_pct", "%", "The same with a perfect forecast", (s) => (100 * (s.asked - s.best)) / s.asked),
  ]);
}
