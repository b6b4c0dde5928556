/** Random backups, replicas, runbooks, disasters and maintenance for the swarm, and what must hold of them whatever happens. */
import { expect } from "vitest";
import { streams } from "../../src/kernel/streams.ts";
import type { RecoveryEvent } from "../../src/model/recovery/spec.ts";
import type { Results } from "../../src/results/results.ts";
import { column, numbers, texts } from "../../src/results/table.ts";
import type { ResolvedScenario } from "../../src/scenario/resolved.ts";
import { siteOf } from "../support/build.ts";

export function withRecovery(base: ResolvedScenario, seed: number): ResolvedScenario {
  const luck = streams(`recovery ${seed}`)("scenario");
  const u = (): number => luck.uniform();
  const int = (low: number, high: number): number => low + luck.int(high - low + 1);
  const pick = <T>(...choices: readonly T[]): T => choices[luck.int(choices.length)];
  const sites = ["east", "west"];
  const hosts = base.hosts.map((group, i) => ({
    ...group,
    site: sites[i % 2],
    transitions: { ...group.transitions, bootSeconds: pick(0, 60), shutdownSeconds: pick(0, 10) },
  }));
  const groups = base.vms.map(({ name }) => name);
  const some = (): string[] => groups.filter(() => u() < 0.5);
  const end = base.durationSeconds ?? 7200;
  const at = (): number => Math.floor(u() * end);
  const steps = groups.map((name, i) => ({
    name: `step ${i}`,
    vms: [name],
    after: i > 0 && u() < 0.6 ? [`step ${luck.int(i)}`] : [],
    prepareSeconds: pick(0, 60),
    wait: pick<"running" | "started">("running", "started"),
  }));
  const runbooks = steps.length === 0 ? [] : sites.map((site, i) => ({ name: `book ${i}`, site, to: sites[1 - i], declareSeconds: pick(0, 100, 1000), steps }));
  const events = Array.from(
    { length: int(0, 6) },
    (): RecoveryEvent =>
      pick<() => RecoveryEvent>(
        () => ({
          atSeconds: at(),
          do: "lose site",
          site: pick(...sites),
          forSeconds: pick(null, 0, 500, 2000),
          data: pick<"kept" | "destroyed">("kept", "kept", "destroyed"),
        }),
        () => ({ atSeconds: at(), do: "ransomware", vms: some(), unnoticedSeconds: pick(0, 300, 3000) }),
        () => ({ atSeconds: at(), do: "lose data", vms: some() }),
        () =>
          runbooks.length === 0
            ? { atSeconds: at(), do: "lose data", vms: [] }
            : pick<RecoveryEvent>(
                { atSeconds: at(), do: "fail over", runbook: pick("book 0", "book 1") },
                { atSeconds: at(), do: "fail back", runbook: pick("book 0", "book 1") },
                { atSeconds: at(), do: "test", runbook: pick("book 0", "book 1"), forSeconds: pick(10, 1000) },
              ),
      )(),
  ).sort((a, b) => a.atSeconds - b.atSeconds);
  const names = hosts.map(({ name }) => name);
  return {
    ...base,
    durationSeconds: end,
    sites: sites.map((name) => siteOf({ name })),
    hosts,
    vms: base.vms.map((group) => ({
      ...group,
      onHostDown: pick<"lost" | "restart" | "wait" | "restore">("lost", "restart", "restart", "wait", "restore", "restore"),
      data: { diskMiB: 100 * int(1, 100), writesMiBPerSecond: pick(0, 1, 20), hotShare: pick(0, 0.1, 1) },
    })),
    recovery: {
      repositories: sites.map((site) => ({
        name: `vault ${site}`,
        site,
        writeMiBPerSecond: pick(5, 100),
        readMiBPerSecond: pick(5, 100),
        streams: int(1, 3),
        capacityMiB: pick(null, null, 20_000),
        immutable: u() < 0.5,
      })),
      backups: Array.from({ length: int(0, 3) }, (_, i) => ({
        name: `job ${i}`,
        vms: some(),
        to: `vault ${pick(...sites)}`,
        startSeconds: pick(0, 100, 500),
        everySeconds: pick(200, 700),
        fullEvery: pick(null, 1, 3),
        fullBy: pick<"copy" | "synthetic">("copy", "synthetic"),
        windowSeconds: pick(null, 150),
        keep: { points: pick(null, 1, 3), seconds: pick(null, 1000), merge: u() < 0.5 },
      })),
      replication: Array.from({ length: int(0, 3) }, (_, i) => ({
        name: `line ${i}`,
        vms: some(),
        to: pick(...sites),
        mode: pick<"synchronous" | "asynchronous">("synchronous", "asynchronous"),
        everySeconds: pick(60, 400),
        lineMiBPerSecond: pick(1, 50),
        streams: int(1, 4),
        roundTripSeconds: pick(0, 0.002),
        writeMiB: 1 / 64,
        outstanding: 8,
        seeded: u() < 0.7,
      })),
      runbooks,
      events,
    },
    maintenance: Array.from({ length: int(0, 2) }, (_, i) => {
      const action = pick<"patch" | "remove">("patch", "patch", "remove");
      return {
        name: `work ${i}`,
        hosts: [pick(...names)],
        do: action,
        by: [],
        startSeconds: at(),
        everySeconds: action === "patch" ? pick(null, 2000) : null,
        window: pick(null, { fromSeconds: 100, forSeconds: 300, everySeconds: 1000 }),
        takesSeconds: pick(0, 100),
        reboot: u() < 0.8,
        atOnce: int(1, 2),
        vms: action === "patch" ? pick<"migrate" | "suspend" | "shut down">("migrate", "suspend", "shut down") : "migrate",
        patienceSeconds: pick(100, 1000),
        pauseSeconds: pick(0, 50),
        spreadSeconds: action === "patch" ? pick(null, 500) : null,
        defect: action === "patch" && u() < 0.3 ? { share: pick(0.5, 1), meanSeconds: 400, repairSeconds: pick(0, 100), haltAfter: pick(null, 1, 2) } : null,
      };
    }),
  };
}

/** Times in order, losses that add up, nobody in two places, and every VM that is gone said to be. */
export function checkRecovery(results: Results): void {
  const table = (name: string) => results.extra.find((t) => t.name === name);
  const recovery = table("recovery");
  if (recovery === undefined) return;
  const at = (name: string, i: number): number => numbers(recovery, name)[i];
  const end = texts(recovery, "end");
  for (let i = 0; i < recovery.rows; i++) {
    expect(at("rpo_s", i)).toBeGreaterThanOrEqual(0);
    expect(at("lost_mib", i)).toBeGreaterThanOrEqual(0);
    if (end[i] !== "running") continue;
    expect(at("begun_s", i)).toBeGreaterThanOrEqual(at("stopped_s", i));
    expect(at("data_s", i)).toBeGreaterThanOrEqual(at("begun_s", i));
    expect(at("running_s", i)).toBeGreaterThanOrEqual(at("data_s", i));
    expect(["own disk", "replica", "backup"]).toContain(texts(recovery, "source")[i]);
    if (texts(recovery, "source")[i] === "own disk") expect(at("rpo_s", i)).toBe(0);
  }
  // A VM that was given up was lost (its place in a service may have been filled by another since).
  const lost = new Set<string>();
  for (let i = 0; i < results.events.rows; i++) if (texts(results.events, "event")[i] === "lost") lost.add(texts(results.events, "name")[i]);
  for (let i = 0; i < recovery.rows; i++) if (end[i] === "lost") expect(lost.has(texts(recovery, "vm")[i])).toBe(true);
  const protection = table("protection");
  for (let i = 0; i < (protection?.rows ?? 0); i++) {
    if (protection === undefined) break;
    expect(numbers(protection, "age_worst_s")[i]).toBeGreaterThanOrEqual(0);
    expect(numbers(protection, "age_end_s")[i]).toBeGreaterThanOrEqual(-1e-6);
  }
  const backups = table("backups");
  for (let i = 0; i < (backups?.rows ?? 0); i++) {
    if (backups === undefined) break;
    const sum = ["done", "passed_over", "broken_off", "failed"].reduce((n, name) => n + numbers(backups, name)[i], 0);
    const whole = Number.isFinite(numbers(backups, "ended_s")[i]);
    if (whole) expect(sum).toBe(numbers(backups, "vms")[i]);
    else expect(sum).toBeLessThan(numbers(backups, "vms")[i]);
  }
  const maintenance = table("maintenance");
  for (let i = 0; i < (maintenance?.rows ?? 0); i++) {
    if (maintenance === undefined) break;
    const outcome = column(maintenance, "outcome").values[i];
    if (outcome === "") expect(numbers(maintenance, "ended_s")[i]).toBeNaN();
    else expect(numbers(maintenance, "ended_s")[i]).toBeGreaterThanOrEqual(numbers(maintenance, "began_s")[i]);
  }
}
