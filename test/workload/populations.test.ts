/** The traces that a scenario names. */
import { dirname } from "node:path";
import { describe, expect, it } from "vitest";
import { loadPopulations } from "../../src/node/populations.ts";
import type { ResolvedScenario, ResolvedVmGroup, ResolvedWorkload } from "../../src/scenario/resolved.ts";
import { fixture } from "./support.ts";

const scenario = (groups: readonly { name: string; count: number | null; workload: ResolvedWorkload }[]): ResolvedScenario =>
  ({ vms: groups as ResolvedVmGroup[] }) as ResolvedScenario;
const trace = (path: string, options: Record<string, number | string | boolean> = {}): ResolvedWorkload => ({
  kind: "trace",
  format: "planetlab",
  path,
  options,
});
const folder = dirname(fixture("planetlab.csv"));

describe("loadPopulations", () => {
  it("reads one population a group that follows a trace, the same use of a file once, a count as its limit", async () => {
    const populations = await loadPopulations(
      scenario([
        { name: "a", count: null, workload: trace("planetlab.csv") },
        { name: "b", count: null, workload: trace("planetlab.csv") },
        { name: "c", count: 2, workload: trace("planetlab.csv", { scale: 2 }) },
        { name: "d", count: 5, workload: { kind: "idle" } },
      ]),
      folder,
    );
    expect([...populations.keys()]).toEqual(["a", "b", "c"]);
    expect(populations.get("b")).toBe(populations.get("a"));
    expect(populations.get("c")?.count).toBe(2);
  });
  it("names the group of a wrong option", async () => {
    await expect(loadPopulations(scenario([{ name: "a", count: null, workload: trace("planetlab.csv", { scale: -1 }) }]), folder)).rejects.toThrow(
      "VM group a: Trace options: scale: found -1, expected a number of at least 0",
    );
  });
});
