/**
 * Backups, replication, runbooks and disasters of a scenario with nothing left open, and what contradicts itself in them.
 */
import type { BackupSpec, RecoveryEvent, RecoverySpec, ReplicationSpec, RepositorySpec, RunbookSpec } from "../model/recovery/spec.ts";
import { circleOf } from "./cycles.ts";
import { naturalCompare, oneOrSeveral } from "./members.ts";
import type { Finding } from "./problems.ts";
import { membersOf } from "./resolve-rebalance.ts";
import type { ResolvedSite } from "./resolved.ts";
import { fillAt, type Resolving, unknownName } from "./resolving.ts";
import type { UserScenario } from "./schema.ts";
import type { UserRecovery, UserRecoveryEvent, UserRunbook } from "./schema-recovery.ts";

const DAY = 86_400;
const HOUR = 3600;
/** MiB/s in a Gbit/s. */
const MIB_PER_GBIT = 1e9 / 8 / 2 ** 20;

type Path = Finding["path"];

interface Around {
  readonly sites: readonly ResolvedSite[];
  readonly vms: ReadonlyMap<string, { name: string; count: number | null }>;
  readonly durationSeconds: number | null;
}

/** All there is of recovery, or null where the scenario has none. */
export function resolveRecovery(given: UserScenario["recovery"], around: Around, to: Resolving): RecoverySpec | null {
  to.marks.set("recovery", given === undefined ? "default" : "given");
  if (given === undefined) return null;
  const regular = (given.backups ?? []).length > 0 || (given.replication ?? []).some(({ mode }) => mode !== "synchronous");
  if (regular && around.durationSeconds === null)
    to.findings.push({ path: ["recovery"], at: "key", message: "goes on for ever, but duration is until done", write: "a duration such as 7 days" });
  const repositories = placed(given.repositories, "repositories", "repository", to).map((p, i) => resolveRepository(p, i, around, to));
  const backups = placed(given.backups, "backups", "backup", to).map((p, i) => resolveBackup(p, i, repositories, around, to));
  const replication = placed(given.replication, "replication", "replication", to).map((p, i) => resolveReplication(p, i, around, to));
  const runbooks = placed(given.runbooks, "runbooks", "runbook", to).map((p, i) => resolveRunbook(p, i, around, to));
  return { repositories, backups, replication, runbooks, events: resolveEvents(given.events ?? [], runbooks, around, to) };
}

interface Placed<T> {
  readonly given: T;
  readonly path: Path;
}

/** Entries in the natural order of their names, each with its place in the file; names must be unique. */
function placed<T extends { readonly name: string }>(
  given: readonly T[] | undefined,
  list: string,
  what: string,
  to: Resolving,
  base: Path = ["recovery"],
): Placed<T>[] {
  const seen = new Set<string>();
  return (given ?? [])
    .map((entry, i) => {
      const path = [...base, list, i];
      if (seen.has(entry.name)) to.findings.push({ path: [...path, "name"], message: `another ${what} is named ${JSON.stringify(entry.name)}` });
      seen.add(entry.name);
      return { given: entry, path };
    })
    .toSorted((a, b) => naturalCompare(a.given.name, b.given.name));
}

function siteAt(given: string, path: Path, { sites }: Around, to: Resolving): string {
  const names = sites.map(({ name }) => name);
  if (!names.includes(given)) to.findings.push(unknownName(path, "site", given, names, "the scenario's sites"));
  return given;
}

function resolveRepository(
  { given, path }: Placed<NonNullable<UserRecovery["repositories"]>[number]>,
  i: number,
  around: Around,
  to: Resolving,
): RepositorySpec {
  const fill = fillAt(to.marks, `recovery.repositories[${i}]`);
  const [only, second] = around.sites;
  if (given.site === undefined && second !== undefined)
    to.findings.push({
      path: [...path, "site"],
      at: "key",
      absence: true,
      message: "is required where there are several sites",
      write: `site: ${second.name}`,
    });
  else if (given.site !== undefined) siteAt(given.site, [...path, "site"], around, to);
  const write = fill("writeMiBPerSecond", given.write, 500);
  return {
    name: given.name,
    site: fill("site", given.site, only?.name ?? ""),
    writeMiBPerSecond: write,
    readMiBPerSecond: fill("readMiBPerSecond", given.read, write),
    streams: fill("streams", given.streams, 8),
    capacityMiB: fill("capacityMiB", given.capacity, null),
    immutable: fill("immutable", given.immutable, false),
  };
}

function resolveBackup(
  { given, path }: Placed<NonNullable<UserRecovery["backups"]>[number]>,
  i: number,
  repositories: readonly RepositorySpec[],
  around: Around,
  to: Resolving,
): BackupSpec {
  const fill = fillAt(to.marks, `recovery.backups[${i}]`);
  const names = [...new Set(repositories.map(({ name }) => name))];
  const [only] = names;
  if (given.to === undefined && names.length !== 1) {
    to.findings.push({
      path: [...path, "to"],
      at: "key",
      absence: true,
      message: names.length === 0 ? "there is no repository to keep it" : "is required where there are several repositories",
      write: names.length === 0 ? "recovery.repositories: [{name: vault}]" : `to: ${only ?? ""}`,
    });
  } else if (given.to !== undefined && !names.includes(given.to))
    to.findings.push(unknownName([...path, "to"], "repository", given.to, names, "the scenario's repositories"));
  const everySeconds = fill("everySeconds", given.every, DAY);
  const full = given.full === undefined ? Math.max(7 * DAY, everySeconds) : given.full;
  const fullEvery = full === "once" ? null : full / everySeconds;
  // Decimals of days and hours miss whole numbers by rounding only.
  if (fullEvery !== null && (Math.round(fullEvery) < 1 || Math.abs(fullEvery - Math.round(fullEvery)) > 1e-9)) {
    if (given.full !== undefined)
      to.findings.push({ path: [...path, "full"], message: "is no multiple of the time between runs", write: `a multiple of ${everySeconds} s, or once` });
  }
  const windowSeconds = fill("windowSeconds", given.window, null);
  if (windowSeconds !== null && windowSeconds > everySeconds) to.findings.push({ path: [...path, "window"], message: "is longer than the time between runs" });
  const points = given.keep?.points;
  return {
    name: given.name,
    vms: membersOf(given.vms, "VM", [...path, "vms"], around.vms, to),
    to: fill("to", given.to, only ?? ""),
    startSeconds: fill("startSeconds", given.start, 22 * HOUR),
    everySeconds,
    fullEvery: fill(
      "fullEvery",
      given.full === undefined ? undefined : fullEvery === null ? null : Math.round(fullEvery),
      Math.max(1, Math.round(fullEvery ?? 1)),
    ),
    fullBy: fill("fullBy", given.fullBy, "copy"),
    windowSeconds,
    keep: {
      points: fill("keep.points", points === undefined ? undefined : points === "all" ? null : points, 14),
      seconds: fill("keep.seconds", given.keep?.for, null),
      merge: fill("keep.merge", given.keep?.merge, false),
    },
  };
}

/** Entries that one mode has alone. */
const OF_MODE = { synchronous: ["roundTrip", "writeSize", "outstanding"], asynchronous: ["every", "streams"] } as const;

function resolveReplication(
  { given, path }: Placed<NonNullable<UserRecovery["replication"]>[number]>,
  i: number,
  around: Around,
  to: Resolving,
): ReplicationSpec {
  const fill = fillAt(to.marks, `recovery.replication[${i}]`);
  const mode = fill("mode", given.mode, "asynchronous");
  for (const key of OF_MODE[mode === "synchronous" ? "asynchronous" : "synchronous"])
    if (given[key] !== undefined) to.findings.push({ path: [...path, key], at: "key", message: `means nothing for ${mode} replication` });
  siteAt(given.to, [...path, "to"], around, to);
  if (around.sites.length === 1)
    to.findings.push({ path: [...path, "to"], message: "there is one site only: a replica needs a second", write: "sites: with at least two entries" });
  const line = given.line === undefined ? undefined : given.line * MIB_PER_GBIT;
  return {
    name: given.name,
    vms: membersOf(given.vms, "VM", [...path, "vms"], around.vms, to),
    to: given.to,
    mode,
    everySeconds: fill("everySeconds", given.every, 900),
    lineMiBPerSecond: fill("lineMiBPerSecond", line, MIB_PER_GBIT),
    streams: fill("streams", given.streams, 16),
    roundTripSeconds: fill("roundTripSeconds", given.roundTrip, 0.002),
    writeMiB: fill("writeMiB", given.writeSize, 16 / 1024),
    outstanding: fill("outstanding", given.outstanding, 8),
    seeded: fill("seeded", given.seeded, true),
  };
}

function resolveRunbook({ given, path }: Placed<UserRunbook>, i: number, around: Around, to: Resolving): RunbookSpec {
  const fill = fillAt(to.marks, `recovery.runbooks[${i}]`);
  siteAt(given.site, [...path, "site"], around, to);
  siteAt(given.to, [...path, "to"], around, to);
  if (given.site === given.to) to.findings.push({ path: [...path, "to"], message: "is the site that is lost" });
  const listed = given.steps.map(({ name }) => name);
  const seen = new Map<string, string>();
  const steps = placed(given.steps, "steps", "step", to, path).map(({ given: step, path: at }, k) => {
    const own = fillAt(to.marks, `recovery.runbooks[${i}].steps[${k}]`);
    const after = step.after === undefined ? [] : typeof step.after === "string" ? [step.after] : step.after;
    for (const [other, place] of oneOrSeveral(step.after ?? [], [...at, "after"]))
      if (!listed.includes(other)) to.findings.push(unknownName(place, "step", other, listed, "the runbook's steps"));
    const vms = membersOf(step.vms, "VM", [...at, "vms"], around.vms, to);
    for (const vm of vms) {
      const before = seen.get(vm);
      if (before !== undefined) to.findings.push({ path: [...at, "vms"], message: `${vm} is brought back by the step ${before} already` });
      seen.set(vm, step.name);
    }
    return {
      name: step.name,
      vms,
      after: own("after", step.after === undefined ? undefined : after.toSorted(naturalCompare), []),
      prepareSeconds: own("prepareSeconds", step.prepare, 0),
      wait: own("wait", step.wait, "running"),
    };
  });
  const circle = circleOf(new Map(steps.map((step) => [step.name, step.after])));
  if (circle !== null) {
    const first = given.steps.findIndex(({ name }) => name === circle[0]);
    to.findings.push({
      path: [...path, "steps", first, "after"],
      message:
        circle.length === 1 ? `the step ${circle[0] ?? ""} waits for itself` : `the steps wait for each other: ${[...circle, circle[0]].join(" after ")}`,
    });
  }
  return { name: given.name, site: given.site, to: given.to, declareSeconds: fill("declareSeconds", given.declare, 1800), steps };
}

/** Which entries each event has; those with a mark of exclamation must be there. */
const EVENT_KEYS = {
  "lose site": ["site!", "for", "data"],
  ransomware: ["vms!", "unnoticed"],
  "lose data": ["vms!"],
  "fail over": ["runbook!"],
  "fail back": ["runbook!"],
  test: ["runbook!", "for"],
} as const satisfies Record<UserRecoveryEvent["do"], readonly string[]>;

function resolveEvents(given: readonly UserRecoveryEvent[], runbooks: readonly RunbookSpec[], around: Around, to: Resolving): RecoveryEvent[] {
  const events = given.flatMap((event, i): RecoveryEvent[] => {
    const path: Path = ["recovery", "events", i];
    const keys: readonly string[] = EVENT_KEYS[event.do];
    for (const key of ["site", "vms", "runbook", "for", "data", "unnoticed"] as const) {
      const must = keys.includes(`${key}!`);
      if (event[key] === undefined && must)
        to.findings.push({ path: [...path, key], at: "key", absence: true, message: `is required for ${event.do}`, write: `${key}: ...` });
      if (event[key] !== undefined && !must && !keys.includes(key))
        to.findings.push({ path: [...path, key], at: "key", message: `means nothing for ${event.do}` });
    }
    if (around.durationSeconds !== null && event.at > around.durationSeconds)
      to.warnings.push({ path: [...path, "at"], message: "is after the end of the run" });
    const atSeconds = event.at;
    switch (event.do) {
      case "lose site":
        if (event.site === undefined) return [];
        return [
          {
            atSeconds,
            do: event.do,
            site: siteAt(event.site, [...path, "site"], around, to),
            forSeconds: event.for === undefined ? DAY : event.for,
            data: event.data ?? "kept",
          },
        ];
      case "ransomware":
      case "lose data": {
        if (event.vms === undefined) return [];
        const vms = membersOf(event.vms, "VM", [...path, "vms"], around.vms, to);
        return [event.do === "lose data" ? { atSeconds, do: event.do, vms } : { atSeconds, do: event.do, vms, unnoticedSeconds: event.unnoticed ?? 0 }];
      }
      default: {
        const { runbook } = event;
        if (runbook === undefined) return [];
        const names = runbooks.map(({ name }) => name);
        if (!names.includes(runbook)) to.findings.push(unknownName([...path, "runbook"], "runbook", runbook, names, "the scenario's runbooks"));
        if (event.do !== "test") return [{ atSeconds, do: event.do, runbook }];
        if (event.for === null) to.findings.push({ path: [...path, "for"], message: "a test must end" });
        return [{ atSeconds, do: event.do, runbook, forSeconds: event.for ?? 2 * HOUR }];
      }
    }
  });
  const text = new Map(events.map((event) => [event, JSON.stringify(event)]));
  return events.toSorted((a, b) => a.atSeconds - b.atSeconds || naturalCompare(text.get(a) ?? "", text.get(b) ?? ""));
}
