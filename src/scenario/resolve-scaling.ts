/** Services, autoscaling and right-sizing with nothing left open. */
import type { Finding } from "./problems.ts";
import type { ResolvedRightSizing, ResolvedScaling, ResolvedVmGroup, ResolvedWorkload } from "./resolved.ts";
import { fillAt, type Resolving } from "./resolving.ts";
import type { UserRightSizing, UserScaling, UserService } from "./schema-scaling.ts";

type Path = Finding["path"];

const WAVE = { peak: 14 * 3600, noise: 0, step: 300 };

export function resolveService(given: UserService, path: Path, prefix: string, durationSeconds: number | null, to: Resolving): ResolvedWorkload {
  const fill = fillAt(to.marks, prefix);
  const { wave, pieces } = given;
  if ((wave === undefined) === (pieces === undefined)) {
    to.findings.push({
      path,
      at: "key",
      absence: wave === undefined,
      message: wave === undefined ? "says nothing" : "is wave and pieces at once",
      write: "exactly one of wave and pieces",
    });
  }
  if (durationSeconds === null) to.findings.push({ path, at: "key", message: "has no end, but duration is until done", write: "a duration such as 7 days" });
  const warmUpSeconds = fill("warmUpSeconds", given.warmUp, 0);
  if (wave !== undefined) {
    if (wave.low > wave.high) to.findings.push({ path: [...path, "wave", "low"], message: "low is above high" });
    if (given.repeat !== undefined) to.findings.push({ path: [...path, "repeat"], at: "key", message: "means nothing for wave, which goes on to the end" });
    const part = fillAt(to.marks, `${prefix}.wave`);
    return {
      kind: "service",
      warmUpSeconds,
      wave: {
        lowMHz: wave.low,
        highMHz: wave.high,
        peakSeconds: part("peakSeconds", wave.peak, WAVE.peak),
        noise: part("noise", wave.noise, WAVE.noise),
        stepSeconds: part("stepSeconds", wave.step, WAVE.step),
      },
    };
  }
  const list = (pieces ?? []).map((piece) => ({ seconds: piece.for, mhz: piece.cpu }));
  const once = list.reduce((sum, piece) => sum + piece.seconds, 0);
  const forever = given.repeat === undefined || given.repeat === "forever";
  const repeat = forever ? Math.floor((durationSeconds ?? 0) / Math.max(once, 1e-9)) + 1 : (given.repeat as number);
  to.marks.set(`${prefix}.repeat`, given.repeat === undefined ? "default" : "given");
  return { kind: "service", warmUpSeconds, pieces: list, repeat };
}

/** Options that belong to some policies only. */
const BELONGS: readonly [keyof UserScaling, readonly string[]][] = [
  ["target", ["target-tracking", "predictive"]],
  ["tolerance", ["target-tracking", "predictive"]],
  ["stabilise", ["target-tracking", "predictive"]],
  ["high", ["threshold"]],
  ["low", ["threshold"]],
  ["periods", ["threshold"]],
  ["step", ["threshold"]],
  ["plan", ["schedule"]],
  ["lead", ["predictive"]],
];

export function resolveScaling(
  given: UserScaling,
  group: Pick<ResolvedVmGroup, "count" | "vcpus" | "workload" | "progress"> & { /** Whether its load says what it is. */ readonly told: boolean },
  path: Path,
  prefix: string,
  durationSeconds: number | null,
  to: Resolving,
): ResolvedScaling {
  const fill = fillAt(to.marks, prefix);
  const { policy } = given;
  const refuse = (key: keyof UserScaling, message: string): void => {
    to.findings.push({ path: [...path, key], at: "key", message });
  };
  for (const [key, of] of BELONGS)
    if (given[key] !== undefined && !of.includes(policy)) refuse(key, `means nothing for ${policy}: it belongs to ${of.join(" and ")}`);
  const direction = fill("direction", given.direction, "horizontal");
  const vertical = direction === "vertical";
  for (const key of vertical ? (["start"] as const) : (["restart", "memoryPerVcpu"] as const))
    if (given[key] !== undefined) refuse(key, `means nothing for ${direction}`);
  const apart = !vertical && group.workload.kind !== "service" && group.told;
  if (apart)
    to.findings.push({
      path: [...path, "direction"],
      at: "key",
      message: "only the members of a service can share its load",
      write: "load: {service: ...}, or direction: vertical",
    });
  if (durationSeconds === null)
    to.findings.push({ path, at: "key", message: "decides for ever, but duration is until done", write: "a duration such as 7 days" });
  if (policy === "schedule" && given.plan === undefined)
    to.findings.push({
      path: [...path, "plan"],
      at: "key",
      absence: true,
      message: "is required for schedule",
      write: "plan: [{at: 7 h, size: 8}, {at: 19 h, size: 2}]",
    });
  if (vertical && given.max === undefined)
    to.findings.push({ path: [...path, "max"], at: "key", absence: true, message: "is required for vertical", write: "max: 8" });
  const min = fill("min", given.min, 1);
  const max = fill("max", given.max, vertical ? min : (group.count ?? 1));
  if (min > max) to.findings.push({ path: [...path, "min"], message: `min ${min} is more than max ${max}` });
  else if (!vertical && !apart && max > (group.count ?? 1))
    to.findings.push({ path: [...path, "max"], message: `the group has ${group.count} VMs: at most as many` });
  const start = fill("start", given.start, min);
  if (!vertical && min <= max && (start < min || start > max))
    to.findings.push({ path: [...path, "start"], message: `start ${start} is not between min ${min} and max ${max}` });
  const high = fill("high", given.high, 0.75);
  const low = fill("low", given.low, 0.3);
  if (low >= high) to.findings.push({ path: [...path, "low"], message: "low must be below high" });
  return {
    policy,
    direction,
    min,
    max,
    start,
    everySeconds: fill("everySeconds", given.every, 60),
    target: fill("target", given.target, 0.6),
    tolerance: fill("tolerance", given.tolerance, 0.1),
    stabiliseSeconds: fill("stabiliseSeconds", given.stabilise, 300),
    high,
    low,
    forPeriods: fill("forPeriods", given.periods, 3),
    step: fill("step", given.step, 1),
    plan: (given.plan ?? []).map(({ at, size }) => ({ timeOfDay: at, size })).toSorted((a, b) => a.timeOfDay - b.timeOfDay),
    leadSeconds: fill("leadSeconds", given.lead, 600),
    growCooldownSeconds: fill("growCooldownSeconds", given.growCooldown, 60),
    shrinkCooldownSeconds: fill("shrinkCooldownSeconds", given.shrinkCooldown, 300),
    restart: fill("restart", given.restart, false),
    memoryPerVcpuMiB: fill("memoryPerVcpuMiB", given.memoryPerVcpu ?? undefined, 0),
  };
}

export function resolveRightSizing(given: UserRightSizing | undefined, observeSeconds: number, to: Resolving): ResolvedRightSizing | null {
  if (given === undefined) return null;
  const fill = fillAt(to.marks, "rightSizing");
  return {
    percentile: fill("percentile", given.percentile, 95),
    headroom: fill("headroom", given.headroom, 0.2),
    everySeconds: fill("everySeconds", given.every, observeSeconds),
  };
}
