/** The scaling policies by name. */
import type { Scaler, ScalingOptions } from "../scaling.ts";
import { predictive } from "./predictive.ts";
import { schedule } from "./schedule.ts";
import { targetTracking } from "./target-tracking.ts";
import { threshold } from "./threshold.ts";

export const scalers = { "target-tracking": targetTracking, threshold, schedule, predictive } as const satisfies Record<
  string,
  (options: ScalingOptions) => Scaler
>;
export type ScalerName = keyof typeof scalers;
