/**
 * Prediction: as many units as the load `lead` seconds from now will need at the target, so that those that take long to start are
 * there in time; never fewer than target tracking wants now.
 *
 *   after a day   forecast = most of busy(yesterday, from now to lead on) x mean of the last hour / mean of that hour yesterday
 *   before        forecast = busy + lead x slope of a straight line through the last `lead`, at least 5 periods (least squares)
 *
 * The ratio is kept within 1/2 and 2. Seasonal persistence with a correction of level, the usual yardstick that forecasts of load
 * are compared to; the predictive scaling of public clouds too adds to, and never takes from, what tracking wants.
 */
import type { Scaler, ScalingOptions, ScalingView } from "../scaling.ts";
import { percent, targetTracking } from "./target-tracking.ts";

const DAY_S = 86400;
const HOUR_S = 3600;
const LEAST_PERIODS = 5;

export function predictive(options: ScalingOptions): Scaler {
  const tracking = targetTracking(options);
  return (view) => {
    const now = tracking(view);
    const forecast = forecastBusy(view, options.leadSeconds);
    const size = Math.ceil(forecast / options.target - 1e-9);
    if (size <= now.size) return now;
    return {
      size,
      why: `${Number(forecast.toPrecision(3))} units busy expected within ${Math.round(options.leadSeconds / 60)} min, target ${percent(options.target)}`,
    };
  };
}

/** Units expected to be busy within the next `leadSeconds`. */
export function forecastBusy(view: ScalingView, leadSeconds: number): number {
  const ahead = Math.max(1, Math.round(leadSeconds / view.periodSeconds));
  const day = Math.round(DAY_S / view.periodSeconds);
  const hour = Math.max(1, Math.round(HOUR_S / view.periodSeconds));
  if (view.periods >= day + hour) {
    let today = 0;
    let yesterday = 0;
    for (let age = 0; age < hour; age++) {
      today += view.busy(age);
      yesterday += view.busy(age + day);
    }
    const level = yesterday > 0 ? Math.min(2, Math.max(0.5, today / yesterday)) : 1;
    let most = 0;
    for (let k = 1; k <= ahead; k++) most = Math.max(most, view.busy(day - k));
    return most * level;
  }
  const n = Math.min(view.periods, Math.max(LEAST_PERIODS, ahead));
  if (n < LEAST_PERIODS) return view.periods > 0 ? view.busy(0) : 0;
  let sum = 0;
  let moment = 0;
  const middle = (n - 1) / 2;
  for (let age = 0; age < n; age++) {
    sum += view.busy(age);
    moment += (middle - age) * view.busy(age);
  }
  // Slope per period: moment / sum of (middle - age)^2 = moment x 12 / (n (n^2 - 1)).
  const slope = (12 * moment) / (n * (n * n - 1));
  return Math.max(0, sum / n + slope * (middle + ahead));
}
