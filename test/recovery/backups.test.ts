/** Backups by hand. The disk holds 1000 MiB, the repository takes 10 MiB/s: a full takes 100 s. */
import { describe, expect, it } from "vitest";
import { BOOT, backup, changed, rack, repository, rowsOf, run, server, tier } from "./world.ts";

const close = (value: unknown, expected: number): void => expect(value).toBeCloseTo(expected, 6);

describe("backups", () => {
  it("send a full, then what changed, then a full: at 100, 1100, 2100", () => {
    const results = run({ backups: [backup()] });
    const runs = rowsOf(results, "backups");
    expect(runs.map((r) => [r.started_s, r.done, r.fulls])).toEqual([
      [100, 1, 1],
      [1100, 1, 0],
      [2100, 1, 1],
    ]);
    // 1000 s of running lie between the snapshots of 100 and 1100.
    const inc = changed(1000);
    expect(runs.map((r) => r.ended_s)).toEqual([200, expect.closeTo(1100 + inc / 10, 6), 2200]);
    expect(runs[1].sent_mib).toBeCloseTo(inc, 6);
    const [row] = rowsOf(results, "protection");
    // The age rises to 200, falls to 100; rises to 1000 + inc/10, falls to inc/10; rises to 1100, falls to 100; ends at 900.
    const teeth: [number, number][] = [
      [0, 200],
      [100, 1000 + inc / 10],
      [inc / 10, 1100],
      [100, 900],
    ];
    close(row.age_worst_s, 1100);
    close(row.age_end_s, 900);
    close(row.age_mean_s, teeth.reduce((sum, [low, high]) => sum + (high * high - low * low) / 2, 0) / 3000);
    expect(row.points).toBe(3);
    close(row.stored_mib, 2000 + inc);
  });

  it("share the repository: two VMs of a run take twice as long, two hosts' cards or not", () => {
    const results = run({ backups: [backup()] }, { vms: [server({ count: 2 })], placement: { policy: "round-robin", options: {}, module: null } });
    expect(rowsOf(results, "backups")[0].ended_s).toBe(300);
  });
  it("wait for a stream: one stream, two VMs, the second begins at 200 with the data of 200", () => {
    const results = run({ repositories: [repository({ streams: 1 })], backups: [backup()] }, { vms: [server({ count: 2 })], durationSeconds: 300 });
    expect(rowsOf(results, "backups")[0]).toMatchObject({ ended_s: 300, done: 2 });
    expect(rowsOf(results, "protection").map((r) => r.age_end_s)).toEqual([200, 100]);
  });
  it("are held up by a slower card: 8 Mbit/s is 0.954 MiB/s", () => {
    const results = run({ backups: [backup()] }, { hosts: [rack({ networkGbitPerSecond: 0.008 })] });
    close(rowsOf(results, "backups")[0].ended_s, 100 + 1000 / (1e6 / 2 ** 20));
  });
  it("break off at the end of the window, and count half a copy for nothing", () => {
    const results = run({ backups: [backup({ windowSeconds: 150, fullEvery: 1 })] }, { vms: [server({ count: 2 })] });
    // Two at 5 MiB/s need 200 s.
    expect(rowsOf(results, "backups").map((r) => [r.done, r.broken_off, r.ended_s])).toEqual([
      [0, 2, 250],
      [0, 2, 1250],
      [0, 2, 2250],
    ]);
    expect(rowsOf(results, "protection").map((r) => [r.points, r.age_worst_s])).toEqual([
      [0, 3000],
      [0, 3000],
    ]);
  });
  it("pass over a VM that the run before still copies", () => {
    const results = run({ repositories: [repository({ writeMiBPerSecond: 0.5 })], backups: [backup()] }, { durationSeconds: 4000 });
    // A full takes 2000 s: from 100 to 2100; the run of 1100 finds it under way. At 2100 its end comes before the next run.
    expect(rowsOf(results, "backups").map((r) => [r.started_s, r.done, r.passed_over])).toEqual([
      [100, 1, 0],
      [1100, 0, 1],
      [2100, 0, 0],
      [3100, 0, 1],
    ]);
  });
  it("make a synthetic full of what the repository has: 1000 MiB read at 20 and written at 10 MiB/s beside nothing else", () => {
    const results = run({ backups: [backup({ fullBy: "synthetic" })] });
    const inc = changed(1000);
    const third = rowsOf(results, "backups")[2];
    close(third.sent_mib, inc);
    close(third.ended_s, 2100 + inc / 10 + 100);
    expect(third.fulls).toBe(1);
    expect(rowsOf(results, "protection")[0].points).toBe(4);
  });
  it("find no room: 1500 MiB hold a full and no second", () => {
    const results = run({ repositories: [repository({ capacityMiB: 1500 })], backups: [backup({ fullEvery: 1 })] });
    expect(rowsOf(results, "backups").map((r) => [r.done, r.failed])).toEqual([
      [1, 0],
      [0, 1],
      [0, 1],
    ]);
  });

  it("bring a VM back whose host failed: the chain is read at 20 MiB/s, then it boots elsewhere", () => {
    const results = run(
      { backups: [backup()] },
      {
        vms: [server({ onHostDown: "restore", serviceClass: "gold" })],
        classes: [tier("gold", 500, 200)],
        events: [{ atSeconds: 1500, host: "h-1", do: "off" }],
      },
    );
    const inc = changed(1000);
    const read = (1000 + inc) / 20;
    expect(rowsOf(results, "recovery")).toEqual([
      expect.objectContaining({ stopped_s: 1500, vm: "v", event: "host h-1 down", source: "backup", copy: "job", point_s: 1100, rpo_s: 400, end: "running" }),
    ]);
    const [row] = rowsOf(results, "recovery");
    close(row.lost_mib, changed(400));
    close(row.read_mib, 1000 + inc);
    close(row.data_s, 1500 + read);
    close(row.rto_s, read + BOOT);
    expect(row.verdict).toBe("met");
    // After a restore nobody knows what changed: the run of 2100 is a full anyway; the age was 0 when it ran again.
    close(rowsOf(results, "protection")[0].age_worst_s, 1000 + inc / 10);
  });
  it("restore the VM with the tightest RTO first, one stream", () => {
    const results = run(
      { repositories: [repository({ streams: 1 })], backups: [backup({ vms: ["a", "b", "c"], fullEvery: 1 })] },
      {
        vms: [
          server({ name: "a", onHostDown: "restore" }),
          server({ name: "b", onHostDown: "restore", serviceClass: "gold" }),
          server({ name: "c", onHostDown: "restore", serviceClass: "bronze" }),
        ],
        classes: [tier("bronze", null, 1000), tier("gold", 900, 150)],
        hosts: [rack(), rack({ name: "spare" })],
        events: [{ atSeconds: 500, host: "h", do: "off" }],
        durationSeconds: 1000,
      },
    );
    // A host's VMs go down in the order a, c, b. The stream is free when a asks; b with 150 s passes c with 1000 s. 1000 MiB at
    // 20 MiB/s are 50 s each.
    expect(rowsOf(results, "recovery").map((r) => [r.vm, r.rto_s, r.verdict])).toEqual([
      ["a", 50 + BOOT, "no target"],
      ["c", 150 + BOOT, "met"],
      ["b", 100 + BOOT, "RTO missed"],
    ]);
  });
  it("are no help to a VM that has none yet: it is lost, and said to be", () => {
    const results = run({ backups: [backup()] }, { vms: [server({ onHostDown: "restore" })], events: [{ atSeconds: 150, host: "h-1", do: "off" }] });
    expect(rowsOf(results, "recovery")).toEqual([expect.objectContaining({ source: "none", end: "lost", rpo_s: 150, lost_mib: 1000 })]);
    expect(rowsOf(results, "backups")[0]).toMatchObject({ done: 0, failed: 1, ended_s: 150 });
  });
});
