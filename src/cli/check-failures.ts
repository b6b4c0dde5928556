/** Failures, high availability and exposure as `hypervise check --resolved` prints them. */
import type { Law } from "../kernel/laws.ts";
import type { FailureModel, FailuresSpec, FailureTrace } from "../model/failures/spec.ts";
import type { HaAdmission, HaSpec } from "../model/ha/spec.ts";
import type { HostLocation } from "../model/spec.ts";
import type { ResolvedScenario, ResolvedVmGroup } from "../scenario/resolved.ts";
import { exactQuantity } from "../units/exact.ts";
import { type Sheet, text } from "./sheet.ts";

const list = (names: readonly string[]): string => `[${names.map(text).join(", ")}]`;
const time = (seconds: number): string => exactQuantity(seconds, "time");
const share = (value: number): string => exactQuantity(value, "share");

export function failureLines({ failures = null, ha = null, exposure = null }: ResolvedScenario, sheet: Sheet): void {
  if (failures === null) sheet.open("", "nothing fails");
  else modelLines(failures, sheet);
  if (ha === null) sheet.open("", "there is no high availability");
  else haLines(ha, sheet);
  if (exposure !== null) {
    const { everySeconds, disclosedSeconds } = exposure;
    sheet.entry("", "exposure", `{every: ${time(everySeconds)}, disclosed: ${disclosedSeconds === null ? "none" : time(disclosedSeconds)}}`, "exposure");
  }
}

function modelLines({ crews, models, traces }: FailuresSpec, sheet: Sheet): void {
  sheet.head("failures:");
  sheet.entry("  ", "crews", String(crews ?? "none"), "failures");
  if (models.length > 0) sheet.head("  models:");
  for (const model of models) sheet.head(`    - {${modelEntries(model).join(", ")}}`);
  if (traces.length > 0) sheet.head("  traces:");
  for (const trace of traces) sheet.head(`    - {${traceEntries(trace).join(", ")}}`);
}

function modelEntries(model: FailureModel): string[] {
  const { of } = model;
  const parts = [`name: ${text(model.name)}`, `of: ${of}`];
  if (model.which !== null) parts.push(`which: ${list(model.which)}`);
  if (model.between !== null) parts.push(`between: ${lawText(model.between)}`);
  if (model.atSeconds.length > 0) parts.push(`at: [${model.atSeconds.map(time).join(", ")}]`);
  parts.push(`repair: ${lawText(model.repair)}`, `start: ${model.start}`, `renewal: ${model.renewal}`);
  if (model.renewal === "as-bad-as-old") parts.push(`age: ${time(model.ageSeconds)}`);
  parts.push(`boots: ${model.boots}`);
  if (of !== "operator" && model.beta > 0) parts.push(`commonCause: {share: ${share(model.beta)}, within: ${model.within}}`);
  if (model.spares !== null) parts.push(`spares: {count: ${model.spares.count}, swap: ${time(model.spares.swapSeconds)}}`);
  if (of === "disk" || of === "nic") parts.push(`perHost: ${model.perHost}`, `tolerates: ${model.tolerates}`);
  if (of === "cooling") parts.push(`grace: ${time(model.graceSeconds)}`);
  if (of === "operator") parts.push(`share: ${share(model.share)}`, `every: ${time(model.everySeconds)}`);
  return parts;
}

function lawText(law: Law): string {
  const rest = (): string => {
    switch (law.law) {
      case "exponential":
        return `mean: ${time(law.mean)}`;
      case "weibull":
      case "gamma":
        return `shape: ${law.shape}, scale: ${time(law.scale)}`;
      case "log-normal":
        return `mu: ${law.mu}, sigma: ${law.sigma}`;
      case "exactly":
        return `value: ${time(law.value)}`;
      case "empirical":
        return `times: [${law.values.map(time).join(", ")}]`;
      case "bathtub":
        return `hazards: [${law.hazards.map(({ shape, scale }) => `{shape: ${shape}, scale: ${time(scale)}}`).join(", ")}]`;
    }
  };
  return `{law: ${law.law}, ${rest()}}`;
}

function traceEntries({ name, which, boots, source, pulses, repeat }: FailureTrace): string[] {
  const parts = [`name: ${text(name)}`];
  if (source !== null) parts.push(`format: ${source.format}`, `path: ${JSON.stringify(source.path)}`);
  else {
    const failures = pulses.map((pulse) => `{after: ${time(pulse.afterSeconds)}, for: ${time(pulse.forSeconds)}, share: ${share(pulse.share)}}`);
    parts.push(`failures: [${failures.join(", ")}]`);
  }
  if (which !== null) parts.push(`which: ${list(which)}`);
  if (source?.format !== "fta") parts.push(`repeat: ${repeat}`);
  return [...parts, `boots: ${boots}`];
}

function haLines(ha: HaSpec, sheet: Sheet): void {
  sheet.head("ha:");
  const entry = (key: string, value: string): void => sheet.entry("  ", key, value, "ha");
  const [first, ...others] = ha.watched.map(({ detectionSeconds }) => detectionSeconds);
  // Times that differ are those of the products.
  if (first !== undefined && others.every((seconds) => seconds === first)) entry("detection", time(first));
  entry("heartbeat", time(ha.heartbeatSeconds));
  entry("election", time(ha.electionSeconds));
  const { response, afterSeconds, shutdownSeconds, fencing } = ha.isolation;
  entry("isolation", `{response: ${response}, after: ${time(afterSeconds)}, shutdown: ${time(shutdownSeconds)}, fencing: ${fencing}}`);
  entry("restartsAtOnce", String(ha.restartsAtOnce));
  entry("startFailure", share(ha.startFailureChance));
  entry("retries", `[${ha.retrySeconds.map(time).join(", ")}]`);
  entry("takeOverFailure", share(ha.takeOverFailureChance ?? 0));
  entry("next", ha.next);
  entry("wait", time(ha.waitSeconds));
  entry("admission", admissionText(ha.admission));
  const { monitoring } = ha;
  entry(
    "monitoring",
    monitoring === null ? `"off"` : `{silence: ${time(monitoring.silenceSeconds)}, resets: ${monitoring.resets}, window: ${time(monitoring.windowSeconds)}}`,
  );
}

function admissionText(admission: HaAdmission): string {
  switch (admission.policy) {
    case "none":
      return "none";
    case "slots": {
      const cpu = admission.slotMHz === null ? "" : `, slotCpu: ${exactQuantity(admission.slotMHz, "frequency")}`;
      const memory = admission.slotMiB === null ? "" : `, slotMemory: ${exactQuantity(admission.slotMiB, "memory")}`;
      return `{policy: slots, hosts: ${admission.hosts}${cpu}${memory}}`;
    }
    case "percentage":
      return `{policy: percentage, cpu: ${share(admission.cpu)}, memory: ${share(admission.memory)}}`;
    case "dedicated":
      return `{policy: dedicated, hosts: ${list(admission.hosts)}}`;
  }
}

export function locationLine(location: HostLocation | undefined, path: string, sheet: Sheet): void {
  if (location === undefined) return;
  const { room, rack, hostsPerRack, feeds, cooling, switches } = location;
  const parts = [
    ...(room === null ? [] : [`room: ${text(room)}`]),
    ...(rack === null ? [] : [`rack: ${text(rack)}`]),
    ...(hostsPerRack === null ? [] : [`hostsPerRack: ${hostsPerRack}`]),
    ...(
      [
        ["feed", feeds],
        ["cooling", cooling],
        ["switch", switches],
      ] as const
    ).flatMap(([key, names]) => (names.length === 0 ? [] : [`${key}: [${names.map((name) => JSON.stringify(name)).join(", ")}]`])),
  ];
  sheet.entry("    ", "location", `{${parts.join(", ")}}`, `${path}.location`);
}

/** What becomes of a group's VMs in failures, beyond `onHostDown`. */
export function vmFailureLines({ ha, maxFailures = null, checkpoint = null }: ResolvedVmGroup, path: string, sheet: Sheet): void {
  if (ha !== undefined) sheet.entry("    ", "ha", `{priority: ${ha.priority}, after: ${list(ha.after)}, faultTolerant: ${ha.faultTolerant}}`, `${path}.ha`);
  if (maxFailures !== null) sheet.entry("    ", "maxFailures", String(maxFailures), `${path}.maxFailures`);
  if (checkpoint !== null)
    sheet.entry("    ", "checkpoint", `{every: ${time(checkpoint.everySeconds)}, costs: ${time(checkpoint.costSeconds)}}`, `${path}.checkpoint`);
}
