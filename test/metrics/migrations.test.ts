/** `migrations.csv`: every column of a move that can be followed by hand, and of moves that break off. */
import { describe, expect, it } from "vitest";
import { usualMemory } from "../../src/model/spec.ts";
import { numbers, texts } from "../../src/results/table.ts";
import type { ResolvedScenario } from "../../src/scenario/resolved.ts";
import { simulate } from "../../src/simulation.ts";
import { host, ideal, pieces, scenario, vm } from "../support/build.ts";
import { account, cell, eventTimes, metric } from "../support/read.ts";

const run = (over: Partial<typeof ideal.migration>, more: ResolvedScenario["events"] = [], onHostDown: "lost" | "restart" = "lost") => {
  const hypervisor = { ...ideal, migration: { ...ideal.migration, maxMiBPerSecond: 100, ...over } };
  return simulate(
    scenario({
      durationSeconds: 100,
      hosts: [host({ name: "a", hypervisor }), host({ name: "b", hypervisor })],
      vms: [vm({ onHostDown, memoryMiB: 1000, host: "a", memoryActivity: { dirtyMiBPerSecond: 20, workingSetShare: 0.9 }, workload: pieces([200, 1000]) })],
      events: [{ atSeconds: 1, vm: "v", do: "migrate", to: "b" }, ...more],
    }),
  );
};

const row = ({ migrations }: ReturnType<typeof run>): Record<string, string | number> =>
  Object.fromEntries(migrations.columns.map(({ name, values }) => [name, values[0] ?? "none"]));

describe("migrations.csv", () => {
  it("holds a live move: 1 s setup, rounds of 10, 2, 0.4, 0.08 s, 0.016 s and 0.1 s stopped, 3 s activation", () => {
    const results = run({ setupSeconds: 1, resumeSeconds: 0.1, activationSeconds: 3 });
    const found = row(results);
    expect(found).toMatchObject({ vm: "v", from: "a", to: "b", scheme: "pre-copy", started_s: 1, rounds: 4, end: "done" });
    expect(found.stopped_s).toBeCloseTo(2 + 12.48, 9);
    expect(found.resumed_s).toBeCloseTo(2 + 12.48 + 0.016 + 0.1, 9);
    expect(found.ended_s).toBeCloseTo(2 + 12.48 + 0.016 + 0.1 + 3, 9);
    expect(found.sent_mib).toBeCloseTo(1000 + 200 + 40 + 8 + 1.6, 9);
    expect(found.downtime_s).toBeCloseTo(0.116, 9);
    expect(String(found.stop_reason).length).toBeGreaterThan(0);
    expect(metric(results, "migration_downtime_s")).toBeCloseTo(account(results, "vm", "down (migration)"), 9);
    expect(metric(results, "migration_downtime_worst_s")).toBe(found.downtime_s);
  });

  it("does not send what the guest never touched: 600 of 1000 MiB", () => {
    const hypervisor = { ...ideal, migration: { ...ideal.migration, maxMiBPerSecond: 100 } };
    const results = simulate(
      scenario({
        durationSeconds: 100,
        hosts: [host({ name: "a", hypervisor }), host({ name: "b", hypervisor })],
        vms: [vm({ memoryMiB: 1000, host: "a", memory: { ...usualMemory, touchedShare: 0.6 } })],
        events: [{ atSeconds: 1, vm: "v", do: "migrate", to: "b" }],
      }),
    );
    expect(row(results)).toMatchObject({ ended_s: 7, sent_mib: 600 });
  });

  it("holds a move whose target fails before the switch: no downtime, finished rounds only", () => {
    const results = run({}, [{ atSeconds: 12, host: "b", do: "off" }]);
    expect(row(results)).toMatchObject({ end: "target failed", ended_s: 12, rounds: 2, sent_mib: 1000, downtime_s: 0 });
    expect(row(results).stopped_s).toBeNaN();
    expect([metric(results, "migrations"), metric(results, "migrations_broken_off")]).toEqual([1, 1]);
  });

  it("counts the stop of a cold move that breaks off until the VM runs on at its source", () => {
    // Suspend 5 s from 1, copy from 6; the target dies at 8, and the memory is read back in 5 s: 12 s of downtime.
    const results = run({ scheme: "cold", diskMiBPerSecond: 200 }, [{ atSeconds: 8, host: "b", do: "off" }]);
    expect(row(results)).toMatchObject({ stopped_s: 1, downtime_s: 12, ended_s: 13, end: "target failed" });
    expect(metric(results, "migration_downtime_s")).toBeCloseTo(account(results, "vm", "down (migration)"), 9);
  });

  it("takes a post-copied VM down with whichever end fails while its pages are on both: it starts anew, or is lost", () => {
    // Stopped 0.1 s from 1; its pages follow until 11.1.
    for (const failing of ["a", "b"]) {
      const other = failing === "a" ? "b" : "a";
      const results = run({ scheme: "post-copy", resumeSeconds: 0.1 }, [{ atSeconds: 5, host: failing, do: "fail" }], "restart");
      expect(row(results)).toMatchObject({ ended_s: 5, end: failing === "a" ? "source failed" : "target failed", sent_mib: 0 });
      expect([eventTimes(results, "down", "v"), texts(results.vms, "host")[0]]).toEqual([[5], other]);
      const lost = run({ scheme: "post-copy", resumeSeconds: 0.1 }, [{ atSeconds: 5, host: failing, do: "fail" }], "lost");
      expect(eventTimes(lost, "lost", "v")).toEqual([5]);
    }
  });

  it("before the switch the VM runs on at its source when the target fails, and shares its fate", () => {
    // Hybrid: one round from 1 to 11, stopped to 11.1, 200 MiB follow until 13.1.
    const target = run({ scheme: "hybrid", resumeSeconds: 0.1 }, [{ atSeconds: 5, host: "b", do: "fail" }], "lost");
    expect([row(target).end, texts(target.vms, "host")[0], cell(target.vms, "vm", "v", "running_s")]).toEqual(["target failed", "a", 100]);
    const source = run({ scheme: "hybrid", resumeSeconds: 0.1 }, [{ atSeconds: 5, host: "a", do: "fail" }], "restart");
    expect([row(source).end, eventTimes(source, "down", "v")]).toEqual(["source failed", [5]]);
    const late = run({ scheme: "hybrid", resumeSeconds: 0.1 }, [{ atSeconds: 12, host: "a", do: "fail" }], "lost");
    expect([row(late).end, eventTimes(late, "lost", "v")]).toEqual(["source failed", [12]]);
    const through = run({ scheme: "hybrid", resumeSeconds: 0.1 }, [{ atSeconds: 14, host: "a", do: "fail" }], "lost");
    expect([row(through).end, texts(through.vms, "host")[0]]).toEqual(["done", "b"]);
  });

  it("holds a move still under way at the end with empty cells, its stop counted so far", () => {
    const results = run({ scheme: "cold", diskMiBPerSecond: 5 });
    const found = row(results);
    expect(found).toMatchObject({ end: "", downtime_s: 99 });
    expect([found.resumed_s, found.ended_s]).toEqual([Number.NaN, Number.NaN]);
    expect(metric(results, "migrations_broken_off")).toBe(0);
    expect(metric(results, "migration_downtime_s")).toBeCloseTo(account(results, "vm", "down (migration)"), 9);
  });

  it("is a header without rows when nothing moved", () => {
    const { migrations } = simulate(scenario({ durationSeconds: 10 }));
    expect(migrations.rows).toBe(0);
    expect(numbers(migrations, "sent_mib").length + texts(migrations, "vm").length).toBe(0);
  });
});
