/** A schedule: the size that the last time of day in the plan says, whatever the load. */
import type { Scaler, ScalingOptions } from "../scaling.ts";

export function schedule({ plan }: ScalingOptions): Scaler {
  const inOrder = plan.toSorted((a, b) => a.timeOfDay - b.timeOfDay);
  return (view) => {
    // Before the first time of the day the last of yesterday holds.
    const entry = inOrder.findLast(({ timeOfDay }) => timeOfDay <= view.timeOfDay) ?? inOrder.at(-1);
    if (entry === undefined) return { size: view.size, why: "" };
    const hours = Math.floor(entry.timeOfDay / 3600);
    const minutes = Math.floor((entry.timeOfDay % 3600) / 60);
    return { size: entry.size, why: `planned from ${String(hours).padStart(2, "0")}:${String(minutes).padStart(2, "0")} on` };
  };
}
