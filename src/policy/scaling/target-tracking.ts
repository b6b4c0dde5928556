/**
 * Target tracking: as many units as keep their use at the target.
 *
 *   wanted = ceil(busy units / target)       kept while use / target is within 1 +- tolerance
 *
 * It grows at once, and shrinks to the most that was wanted within the last `stabilise` seconds, so that a dip does not cost
 * what the next minute needs. This is the rule of the Kubernetes horizontal autoscaler (tolerance 10 %, downscale stabilisation
 * 5 min) and, but for its constants, of the target tracking of public clouds.
 */
import type { Scaler, ScalingOptions, ScalingView } from "../scaling.ts";

export const percent = (share: number): string => `${Number((100 * share).toPrecision(3))} %`;

export function targetTracking({ target, tolerance, stabiliseSeconds }: ScalingOptions): Scaler {
  return (view) => {
    const now = wantedAt(view, 0, target, tolerance);
    if (now >= view.size) return { size: now, why: `use ${percent(view.use(0))}, target ${percent(target)}` };
    const window = Math.min(view.periods, Math.max(1, Math.round(stabiliseSeconds / view.periodSeconds)));
    let most = now;
    for (let age = 1; age < window; age++) most = Math.max(most, wantedAt(view, age, target, tolerance));
    const size = Math.min(view.size, most);
    return { size, why: `use ${percent(view.use(0))}, target ${percent(target)}; at most ${most} wanted within ${window} periods` };
  };
}

/** Units wanted by the period `age` periods ago. */
export function wantedAt(view: ScalingView, age: number, target: number, tolerance: number): number {
  const use = view.use(age);
  // Nobody in service: nothing is known, nothing changes.
  if (use !== use) return view.size;
  if (age === 0 && Math.abs(use / target - 1) <= tolerance) return view.size;
  return Math.ceil(view.busy(age) / target - 1e-9);
}
