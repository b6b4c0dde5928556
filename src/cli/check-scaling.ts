/** The lines of `hypervise check --resolved` about services and autoscaling. */
import type { ResolvedScaling, ResolvedWorkload } from "../scenario/resolved.ts";
import { exactQuantity } from "../units/exact.ts";
import type { Sheet } from "./sheet.ts";

export function serviceLines(load: Extract<ResolvedWorkload, { kind: "service" }>, path: string, sheet: Sheet): void {
  sheet.head("      service:");
  sheet.entry("        ", "warmUp", exactQuantity(load.warmUpSeconds, "time"), `${path}.warmUpSeconds`);
  if (load.wave !== undefined) {
    const { lowMHz, highMHz, peakSeconds, noise, stepSeconds } = load.wave;
    const amounts = `low: ${exactQuantity(lowMHz, "frequency")}, high: ${exactQuantity(highMHz, "frequency")}, peak: ${exactQuantity(peakSeconds, "time")}`;
    sheet.head(`        wave: {${amounts}, noise: ${exactQuantity(noise, "share")}, step: ${exactQuantity(stepSeconds, "time")}}`);
    return;
  }
  sheet.head("        pieces:");
  for (const { seconds, mhz } of load.pieces ?? []) sheet.head(`          - {for: ${exactQuantity(seconds, "time")}, cpu: ${exactQuantity(mhz, "frequency")}}`);
  sheet.entry("        ", "repeat", String(load.repeat ?? 1), `${path}.repeat`);
}

/** Entries that the policy reads, as the file has them. */
export function scalingLines(scaling: ResolvedScaling, path: string, sheet: Sheet): void {
  const { policy, direction } = scaling;
  sheet.head("    scaling:");
  const entry = (key: string, value: string, field = key): void => sheet.entry("      ", key, value, `${path}.${field}`);
  entry("policy", policy);
  entry("direction", direction);
  entry("min", String(scaling.min));
  entry("max", String(scaling.max));
  if (direction === "horizontal") entry("start", String(scaling.start));
  entry("every", exactQuantity(scaling.everySeconds, "time"), "everySeconds");
  if (policy === "target-tracking" || policy === "predictive") {
    entry("target", exactQuantity(scaling.target, "share"));
    entry("tolerance", exactQuantity(scaling.tolerance, "share"));
    entry("stabilise", exactQuantity(scaling.stabiliseSeconds, "time"), "stabiliseSeconds");
  }
  if (policy === "threshold") {
    entry("high", exactQuantity(scaling.high, "share"));
    entry("low", exactQuantity(scaling.low, "share"));
    entry("periods", String(scaling.forPeriods), "forPeriods");
    entry("step", String(scaling.step));
  }
  if (policy === "schedule")
    entry("plan", `[${scaling.plan.map(({ timeOfDay, size }) => `{at: ${exactQuantity(timeOfDay, "time")}, size: ${size}}`).join(", ")}]`);
  if (policy === "predictive") entry("lead", exactQuantity(scaling.leadSeconds, "time"), "leadSeconds");
  entry("growCooldown", exactQuantity(scaling.growCooldownSeconds, "time"), "growCooldownSeconds");
  entry("shrinkCooldown", exactQuantity(scaling.shrinkCooldownSeconds, "time"), "shrinkCooldownSeconds");
  if (direction === "horizontal") return;
  entry("restart", String(scaling.restart));
  entry("memoryPerVcpu", scaling.memoryPerVcpuMiB === 0 ? "none" : exactQuantity(scaling.memoryPerVcpuMiB, "memory"), "memoryPerVcpuMiB");
}
