/**
 * Thresholds: `step` units more when use was above `high` in each of the last `for` periods, `step` fewer when below `low`. The
 * simple and step scaling of public clouds.
 */
import type { Scaler, ScalingOptions } from "../scaling.ts";
import { percent } from "./target-tracking.ts";

export function threshold({ high, low, forPeriods, step }: ScalingOptions): Scaler {
  return (view) => {
    const all = (is: (use: number) => boolean): boolean => {
      if (view.periods < forPeriods) return false;
      for (let age = 0; age < forPeriods; age++) if (!is(view.use(age))) return false;
      return true;
    };
    const use = percent(view.use(0));
    if (all((u) => u > high)) return { size: view.size + step, why: `use ${use}, above ${percent(high)} for ${forPeriods} periods` };
    if (all((u) => u < low)) return { size: view.size - step, why: `use ${use}, below ${percent(low)} for ${forPeriods} periods` };
    return { size: view.size, why: "" };
  };
}
