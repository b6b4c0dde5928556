/** Who shares hosts with whom, by hand: two hosts of four places, owners a, b and c. */
import { describe, expect, it } from "vitest";
import type { Results } from "../../src/results/results.ts";
import { numbers } from "../../src/results/table.ts";
import type { ResolvedScenario } from "../../src/scenario/resolved.ts";
import { simulate } from "../../src/simulation.ts";
import { host, scenario, vm } from "../support/build.ts";
import { metric } from "../support/read.ts";

const guests = (owner: string, count: number, hostName: string | null = null) => vm({ name: owner, owner, count, memoryMiB: 1024, host: hostName });
const run = (over: Partial<ResolvedScenario>): Results =>
  simulate(scenario({ durationSeconds: 1000, hosts: [host({ count: 2, memoryMiB: 4096 })], exposure: { everySeconds: 500, disclosedSeconds: null }, ...over }));
const column = (results: Results, name: string): number[] => {
  const table = results.extra.find((t) => t.name === "exposure");
  if (!table) throw new Error("no exposure");
  return Array.from(numbers(table, name));
};

describe("exposure", () => {
  it("packed: a, a, b, b on the first host, c, c on the second: a VM reaches 1, 1, 1, 1, 0, 0 other owners", () => {
    const results = run({ vms: [guests("a", 2), guests("b", 2), guests("c", 2)] });
    expect(column(results, "owners_per_host")).toEqual([1.5, 1.5, 1.5]);
    expect(column(results, "owners_per_host_most")).toEqual([2, 2, 2]);
    expect(column(results, "reach_owners")[0]).toBeCloseTo(4 / 6, 12);
    expect(column(results, "alone_pct")[0]).toBeCloseTo(100 / 3, 10);
    // One pair of three: each owner has met 2/3 of another one, of two others.
    expect(metric(results, "met_pct")).toBeCloseTo(100 / 3, 10);
  });
  it("spread: every owner on every host", () => {
    const results = run({ vms: [guests("a", 2), guests("b", 2), guests("c", 2)], placement: { policy: "round-robin", options: {}, module: null } });
    expect(column(results, "reach_owners")[0]).toBe(2);
    expect(metric(results, "met_pct")).toBe(100);
  });
  it("hosts of their own: nobody reaches anybody", () => {
    const results = run({ vms: [guests("a", 2, "h-1"), guests("b", 2, "h-2")] });
    expect(metric(results, "reach_owners")).toBe(0);
    expect(metric(results, "met_pct")).toBe(0);
  });
  it("whom one has met stays met when the VM moves on", () => {
    const results = run({
      vms: [guests("a", 1, "h-1"), guests("b", 1, "h-2"), guests("c", 1, "h-2")],
      events: [
        { atSeconds: 250, vm: "b", do: "move", to: "h-1" },
        { atSeconds: 750, vm: "b", do: "move", to: "h-2" },
      ],
    });
    // b-c at 0 s, a-b at 500 s; at 1000 s both are known still.
    expect(column(results, "met_pct").map((x) => Math.round(x))).toEqual([33, 67, 67]);
  });
  it("a flaw disclosed at 200 s: a host restarted at 600 s runs it no more; the owners on the other are exposed", () => {
    const results = run({
      vms: [guests("a", 1, "h-1"), guests("b", 1, "h-2")],
      exposure: { everySeconds: 500, disclosedSeconds: 200 },
      events: [
        { atSeconds: 600, host: "h-1", do: "fail" },
        { atSeconds: 700, host: "h-1", do: "repair" },
      ],
    });
    expect(column(results, "flawed_hosts")).toEqual([0, 2, 1]);
    expect(column(results, "exposed_owners")).toEqual([0, 2, 1]);
  });
});
