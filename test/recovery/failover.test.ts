/**
 * Replication, a lost site, failover and failback by hand. East: host e, west: host w, a line of 10 MiB/s. A VM writes 1 MiB/s
 * all over its 1000 MiB; boots take 60 s.
 */
import { describe, expect, it } from "vitest";
import { mirrorSpeed } from "../../src/model/recovery/replication.ts";
import type { RecoveryEvent, RecoverySpec, RunbookSpec } from "../../src/model/recovery/spec.ts";
import type { Results } from "../../src/results/results.ts";
import { numbers, texts } from "../../src/results/table.ts";
import type { ResolvedScenario } from "../../src/scenario/resolved.ts";
import { eventTimes, metric } from "../support/read.ts";
import { BOOT, backup, changed, rack, replication, repository, rowsOf, run, server, site, tier } from "./world.ts";

const close = (value: unknown, expected: number): void => expect(value).toBeCloseTo(expected, 6);
const book = (over: Partial<RunbookSpec> = {}): RunbookSpec => ({
  name: "dr",
  site: "east",
  to: "west",
  declareSeconds: 300,
  steps: [{ name: "all", vms: ["v"], after: [], prepareSeconds: 0, wait: "running" }],
  ...over,
});
const lost = (over: Partial<Extract<RecoveryEvent, { do: "lose site" }>> = {}): RecoveryEvent => ({
  atSeconds: 1500,
  do: "lose site",
  site: "east",
  forSeconds: null,
  data: "kept",
  ...over,
});
const both = (recovery: Partial<RecoverySpec>, over: Partial<ResolvedScenario> = {}): Results =>
  run(
    { repositories: [], ...recovery },
    {
      sites: [site("east"), site("west")],
      hosts: [rack({ name: "e", site: "east" }), rack({ name: "w", site: "west" })],
      durationSeconds: 4000,
      ...over,
    },
  );
const account = (results: Results, name: string): number => numbers(results.ledger, "value")[texts(results.ledger, "account").indexOf(name)];

describe("asynchronous replication", () => {
  it("lags by what it takes to ship: every 600 s, 451.2 MiB at 10 MiB/s", () => {
    const [row] = rowsOf(both({ replication: [replication()] }, { durationSeconds: 1800 }), "protection");
    const ship = changed(600) / 10;
    // Just before the shipment of 1200 is there, the newest data are those of 600.
    close(row.age_worst_s, 600 + ship);
    const teeth: [number, number][] = [
      [0, 600 + ship],
      [ship, 600 + ship],
      // The shipment frozen at 1800 has not left.
      [ship, 600],
    ];
    close(row.age_mean_s, teeth.reduce((sum, [low, high]) => sum + (high * high - low * low) / 2, 0) / 1800);
  });
  it("settles at a fixed point on a line that is too thin: T = changed(T) / 0.5", () => {
    // 1000 (1 - exp(-T / 1000)) = T / 2 has the solution T = 1593.62: each shipment takes as long as what it carries took to change.
    const results = both({ replication: [replication({ everySeconds: 60, lineMiBPerSecond: 0.5 })] }, { durationSeconds: 60_000 });
    const [row] = rowsOf(results, "protection");
    let fixed = 1000;
    for (let i = 0; i < 200; i++) fixed = changed(fixed) / 0.5;
    expect(fixed).toBeCloseTo(1593.62, 2);
    // Frozen when it leaves, there T later, and by then the next has left: the age swings between T and 2 T.
    expect(row.age_worst_s).toBeCloseTo(2 * fixed, 0);
  });
  it("ships everything first where the copy is not there: 1000 MiB at 10 MiB/s", () => {
    const [row] = rowsOf(both({ replication: [replication({ seeded: false })] }, { durationSeconds: 1000 }), "protection");
    // Frozen at 600, there at 700: the age is 400 at the end; before, the data of the start count as safe.
    close(row.age_end_s, 400);
    close(row.age_worst_s, 700);
  });
});

describe("synchronous replication", () => {
  it("costs the round trip of each write: 10 MiB/s in writes of 1/64 MiB, 8 under way, 2 ms", () => {
    // 640 writes a second, each adding 2 ms / 8: 0.16 s a second of work.
    expect(mirrorSpeed(replication({ mode: "synchronous", lineMiBPerSecond: 100 }), 10, 10)).toBeCloseTo(1 / 1.16, 12);
    // Two such VMs on a line of 16 MiB/s have 80 % of what they write.
    expect(mirrorSpeed(replication({ mode: "synchronous", lineMiBPerSecond: 16 }), 10, 20)).toBeCloseTo(0.8 / 1.16, 12);
  });
  it("holds the VM back as a slow disk would: 1000 s at 1 / 1.16", () => {
    const results = both(
      { replication: [replication({ mode: "synchronous", lineMiBPerSecond: 100 })] },
      {
        vms: [
          server({
            data: { diskMiB: 1000, writesMiBPerSecond: 10, hotShare: 1 },
            workload: { kind: "constant", utilisation: 1, referenceMHz: 1000 },
          }),
        ],
        durationSeconds: 1000,
      },
    );
    close(metric(results, "delivered_core_h") * 3600, 1000 / 1.16);
    close(account(results, "slowed by disk"), 1000 * (1 - 1 / 1.16));
  });
  it("loses nothing: RPO 0, back after declaration and boot", () => {
    const results = both({ replication: [replication({ mode: "synchronous" })], runbooks: [book()], events: [lost()] });
    expect(rowsOf(results, "recovery")).toEqual([
      expect.objectContaining({
        event: "site east lost",
        source: "replica",
        point_s: 1500,
        rpo_s: 0,
        lost_mib: 0,
        begun_s: 1800,
        rto_s: 300 + BOOT,
        end: "running",
      }),
    ]);
    expect(rowsOf(results, "protection")[0].age_worst_s).toBe(4000 - 1860);
  });
});

describe("failing over", () => {
  it("by an asynchronous copy loses what came after its freezing, and no VM-second twice", () => {
    const results = both(
      { replication: [replication()], runbooks: [book()], events: [lost()] },
      { vms: [server({ serviceClass: "gold" })], classes: [tier("gold", 600, 600)] },
    );
    const [row] = rowsOf(results, "recovery");
    // The shipment of 1200 was there at 1245; the site falls at 1500.
    expect(row).toMatchObject({ point_s: 1200, rpo_s: 300, rto_s: 300 + BOOT, verdict: "met" });
    close(row.lost_mib, changed(300));
    close(account(results, "down (failure)"), 300);
    close(account(results, "booting"), BOOT);
    expect(texts(results.vms, "host")).toEqual(["w"]);
    expect(numbers(results.vms, "running_s")[0]).toBe(4000 - 360);
  });
  it("goes by the order of its steps: db at once, app when db runs and 100 s of preparation are over, web when app runs", () => {
    const step = (name: string, after: string[], prepareSeconds = 0) => ({ name, vms: [name], after, prepareSeconds, wait: "running" as const });
    const results = both(
      {
        replication: [replication({ vms: ["db", "app", "web"], mode: "synchronous" })],
        runbooks: [book({ steps: [step("app", ["db"], 100), step("db", []), step("web", ["app"])] })],
        events: [lost()],
      },
      { vms: ["db", "app", "web"].map((name) => server({ name })) },
    );
    const running = Object.fromEntries(rowsOf(results, "recovery").map((r) => [r.vm, r.running_s]));
    expect(running).toEqual({ db: 1800 + BOOT, app: 1860 + 100 + BOOT, web: 2020 + BOOT });
    expect(rowsOf(results, "runbooks").map((r) => [r.step, r.started_s, r.ended_s])).toEqual([
      ["app", 1860, 2020],
      ["db", 1800, 1860],
      ["web", 2020, 2080],
    ]);
  });
  it("restores from a backup at the other site where there is no replica, and one step waits for all of its VMs", () => {
    const results = both(
      {
        repositories: [repository({ site: "west" })],
        backups: [backup({ vms: ["v", "u"] })],
        runbooks: [book({ steps: [{ name: "all", vms: ["v", "u"], after: [], prepareSeconds: 0, wait: "running" }] })],
        events: [lost()],
      },
      { vms: [server(), server({ name: "u" })] },
    );
    // Incrementals of 1100: both at 5 MiB/s; read back two chains of 1000 + inc at 20 MiB/s together.
    const inc = changed(1000);
    for (const row of rowsOf(results, "recovery")) {
      expect(row).toMatchObject({ source: "backup", point_s: 1100, rpo_s: 400 });
      close(row.rto_s, 300 + (2 * (1000 + inc)) / 20 + BOOT);
    }
  });
  it("does not happen when the site is back before: the VM starts from its own disk when its host has booted", () => {
    const results = both({ replication: [replication()], runbooks: [book()], events: [lost({ forSeconds: 200 })] });
    expect(rowsOf(results, "recovery")).toEqual([expect.objectContaining({ source: "own disk", rpo_s: 0, lost_mib: 0, rto_s: 200 + BOOT, end: "running" })]);
    expect(rowsOf(results, "runbooks")).toEqual([]);
    expect(texts(results.vms, "host")).toEqual(["e"]);
  });
  it("happens too when the hosts of a site fail by themselves, and not when one of them is left", () => {
    const fail = (host: string) => [
      { atSeconds: 1500, host, do: "fail" as const },
      { atSeconds: 3000, host, do: "repair" as const },
    ];
    const mirrored = { replication: [replication({ mode: "synchronous" as const })], runbooks: [book()] };
    const all = both(mirrored, { events: fail("e") });
    expect(rowsOf(all, "recovery")).toEqual([
      expect.objectContaining({ event: "site east lost", source: "replica", rpo_s: 0, rto_s: 300 + BOOT, end: "running" }),
    ]);
    expect(texts(all.vms, "host")).toEqual(["w"]);
    const hosts = [rack({ name: "e", site: "east", count: 2 }), rack({ name: "w", site: "west" })];
    const one = both(mirrored, { hosts, events: fail("e-1") });
    expect(rowsOf(one, "recovery")).toEqual([]);
    expect(texts(one.vms, "host")).toEqual(["e-2"]);
  });
  it("waits for room at the other site", () => {
    const results = both(
      { replication: [replication({ mode: "synchronous" })], runbooks: [book()], events: [lost()] },
      {
        hosts: [rack({ name: "e", site: "east" }), rack({ name: "w", site: "west", memoryMiB: 1024 })],
        vms: [server(), server({ name: "x", host: "w", lifetimeSeconds: 2000 })],
        admission: { vcpusPerCore: null, memoryRatio: 1, whenFull: "queue", queueOrder: "fifo", maxWaitSeconds: null },
      },
    );
    // The only place is taken until 2000.
    expect(rowsOf(results, "recovery")).toEqual([expect.objectContaining({ vm: "v", begun_s: 1800, data_s: 1800, running_s: 2000 + BOOT })]);
  });
  it("keeps VMs away from hosts that do not have their data: nobody restarts at the other site by itself", () => {
    const results = both({ replication: [replication({ vms: [] })], events: [lost()] });
    expect(texts(results.vms, "state")).toEqual(["down"]);
    expect(rowsOf(results, "recovery")).toEqual([expect.objectContaining({ source: "none", end: "", verdict: "no target" })]);
  });
});

describe("failing back", () => {
  it("sends what changed while the VM runs, stops it for the rest, and boots it at home", () => {
    const events: RecoveryEvent[] = [lost({ forSeconds: 500 }), { atSeconds: 3000, do: "fail back", runbook: "dr" }];
    const results = both({ replication: [replication()], runbooks: [book()], events });
    const rows = rowsOf(results, "recovery");
    expect(rows.map((r) => [r.event, r.planned])).toEqual([
      ["site east lost", "no"],
      ["failed back", "yes"],
    ]);
    // Ran 1500 s until the loss, from the data of 1200 on; again from 1860: at 3000 it has run 1500 + 1140 s, and home has those of 1200.
    const first = changed(1500 + 1140 - 1200) / 10;
    const rest = changed(first) / 10;
    close(rows[1].stopped_s, 3000 + first);
    close(rows[1].rto_s, rest + BOOT);
    expect(rows[1]).toMatchObject({ source: "own disk", rpo_s: 0, lost_mib: 0, end: "running" });
    expect(texts(results.vms, "host")).toEqual(["e"]);
    // Home again, it is shipped west again: the age at the end is less than the interval and a shipment.
    expect(rowsOf(results, "protection")[0].age_end_s).toBeLessThan(700);
  });
  it("sends everything to a home that lost its data", () => {
    const events: RecoveryEvent[] = [lost({ forSeconds: 500, data: "destroyed" }), { atSeconds: 3000, do: "fail back", runbook: "dr" }];
    const rows = rowsOf(both({ replication: [replication()], runbooks: [book()], events }), "recovery");
    close(rows[1].stopped_s, 3000 + 100);
    close(rows[1].read_mib, 1000 + changed(100));
  });
  it("happens as planned in the other direction too: no loss, down for the rest and the boot", () => {
    const results = both({ replication: [replication()], runbooks: [book()], events: [{ atSeconds: 1500, do: "fail over", runbook: "dr" }] });
    const [row] = rowsOf(results, "recovery");
    const first = changed(300) / 10;
    close(row.stopped_s, 1500 + first);
    close(row.rto_s, changed(first) / 10 + BOOT);
    expect(row).toMatchObject({ event: "failed over as planned", planned: "yes", rpo_s: 0 });
    expect(texts(results.vms, "host")).toEqual(["w"]);
  });
});

describe("a test failover", () => {
  const drill: RecoveryEvent = { atSeconds: 1500, do: "test", runbook: "dr", forSeconds: 1000 };
  it("finds the RTO and RPO, and harms nobody", () => {
    const results = both({ repositories: [repository({ site: "west" })], backups: [backup({ fullEvery: 1 })], runbooks: [book()], events: [drill] });
    // The point of 1100, 1000 MiB at 20 MiB/s, a boot; nobody had to declare anything.
    expect(rowsOf(results, "recovery")).toEqual([
      expect.objectContaining({ event: "test of dr", planned: "yes", source: "backup", stopped_s: 1500, rpo_s: 400, rto_s: 50 + BOOT, end: "running" }),
    ]);
    expect(numbers(results.vms, "running_s")[0]).toBe(4000);
    expect(rowsOf(results, "runbooks")).toEqual([expect.objectContaining({ way: "test", started_s: 1500, ended_s: 1610 })]);
  });
  it("takes its memory for as long as it lasts, and finds that there is none", () => {
    const tight = {
      hosts: [rack({ name: "e", site: "east" }), rack({ name: "w", site: "west", memoryMiB: 1024 })],
      // Comes at 2000 and wants all of w: it waits until the test is over at 2500.
      vms: [server({ host: "e" }), server({ name: "late", host: "w", arrival: { atSeconds: 2000, everySeconds: 0 } })],
      admission: { vcpusPerCore: null, memoryRatio: 1, whenFull: "queue", queueOrder: "fifo", maxWaitSeconds: null } as const,
    };
    const mirrored = { replication: [replication({ mode: "synchronous" as const })], runbooks: [book()] };
    expect(numbers(both({ ...mirrored, events: [drill] }, tight).vms, "started_s")).toEqual(Float64Array.of(0, 2500));
    const later: RecoveryEvent = { ...drill, atSeconds: 2100 };
    expect(rowsOf(both({ ...mirrored, events: [later] }, tight), "recovery")).toEqual([
      expect.objectContaining({ source: "replica", end: "stopped", verdict: "" }),
    ]);
  });
});

describe("data that are lost while the hosts are fine", () => {
  const vault = { repositories: [repository({ immutable: true })], backups: [backup({ fullEvery: 1 })] };
  it("are restored from the newest point", () => {
    const rows = rowsOf(run({ ...vault, events: [{ atSeconds: 1300, do: "lose data", vms: ["v"] }] }), "recovery");
    expect(rows).toEqual([expect.objectContaining({ event: "data lost", source: "backup", point_s: 1100, rpo_s: 200, rto_s: 50 + BOOT })]);
  });
  it("must be restored from before an intrusion, not from before its discovery", () => {
    // Intruded at 1050, found at 1350: the point of 1100 is spoilt, that of 100 is clean.
    const rows = rowsOf(run({ ...vault, events: [{ atSeconds: 1050, do: "ransomware", vms: ["v"], unnoticedSeconds: 300 }] }), "recovery");
    expect(rows).toEqual([expect.objectContaining({ event: "ransomware", stopped_s: 1350, point_s: 100, rpo_s: 1250, source: "backup", end: "running" })]);
    close(rows[0].lost_mib, changed(1250));
  });
  it("twice in one outage, are one recovery: it counts from when the VM stopped, and what it missed once", () => {
    // Gone at 1300, and again at 1330, 30 s into a restore of 50: 1330 + 50 + 60 s of boot. Of the 120 s of its class 140 is one miss.
    const events: RecoveryEvent[] = [1300, 1330].map((atSeconds) => ({ atSeconds, do: "lose data", vms: ["v"] }));
    const results = run({ ...vault, events }, { vms: [server({ serviceClass: "gold" })], classes: [tier("gold", 300, 120)] });
    expect(rowsOf(results, "recovery")).toEqual([
      expect.objectContaining({ stopped_s: 1300, end: "overtaken", verdict: "" }),
      expect.objectContaining({ stopped_s: 1300, point_s: 1100, rpo_s: 200, rto_s: 30 + 50 + BOOT, end: "running", verdict: "RTO missed" }),
    ]);
    expect([metric(results, "recoveries"), metric(results, "rto_missed"), metric(results, "rpo_missed")]).toEqual([1, 1, 0]);
    close(metric(results, "data_lost_mib"), changed(200));
    expect(rowsOf(results, "violations").map(({ target }) => target)).toEqual(["rto"]);
  });
  it("are gone where the backups could be deleted, and replicas are spoilt", () => {
    const events: RecoveryEvent[] = [{ atSeconds: 1050, do: "ransomware", vms: ["v"], unnoticedSeconds: 300 }];
    const results = both({ repositories: [repository({ site: "west" })], backups: [backup()], replication: [replication()], events });
    expect(rowsOf(results, "recovery")).toEqual([expect.objectContaining({ source: "none", end: "lost" })]);
    expect(texts(results.vms, "state")).toEqual(["lost"]);
    expect(eventTimes(results, "lost", "v")).toEqual([1350]);
  });
});
