/** Shares of VMs by hand: own energy, the rest of a host by vCPU-seconds, moves between hosts and sites, unused hosts. */
import { describe, expect, it } from "vitest";
import type { AccountsSpec } from "../../src/model/accounts-spec.ts";
import { numbers, texts } from "../../src/results/table.ts";
import type { ResolvedScenario } from "../../src/scenario/resolved.ts";
import { simulate } from "../../src/simulation.ts";
import { host, pieces, scenario, siteOf, vm } from "../support/build.ts";

const HOUR = 3600;
const accounts = (over: Partial<AccountsSpec> = {}): AccountsSpec => ({ meterSeconds: 900, weight: "vcpus", within: "host", ...over });
const run = (over: Partial<ResolvedScenario>) => {
  const results = simulate(scenario({ durationSeconds: HOUR, accounts: accounts(), ...over }));
  const table = results.extra.find(({ name }) => name === "showback");
  if (!table) throw new Error("no showback");
  const column = (name: string) => new Map(texts(table, "vm").map((vmName, i) => [vmName, Number((numbers(table, name)[i] ?? Number.NaN).toFixed(9))]));
  return { own: column("own_kwh"), shared: column("shared_kwh"), facility: column("facility_kwh"), cost: column("energy_cost") };
};
// 8 cores, 100 W idle, 10 W for each core in use.
const eight = (over = {}) => host({ cores: 8, power: { model: "linear", idleWatts: 100, fullWatts: 180, offWatts: 0 }, ...over });

describe("shares", () => {
  const vms = [
    vm({ name: "busy", vcpus: 2, workload: { kind: "constant", utilisation: 1, referenceMHz: 1000 } }),
    vm({ name: "idle", vcpus: 6, memoryMiB: 1024 }),
  ];
  it("own energy, and the rest by vCPUs", () => {
    // 2 cores x 10 W; 100 W idle as 2 to 6.
    const { own, shared } = run({ hosts: [eight()], vms });
    expect([own.get("busy"), own.get("idle")]).toEqual([0.02, 0]);
    expect([shared.get("busy"), shared.get("idle")]).toEqual([0.025, 0.075]);
  });
  it.each([
    ["memory", [0.05, 0.05]],
    ["vms", [0.05, 0.05]],
  ] as const)("or by %s", (weight, expected) => {
    const { shared } = run({ hosts: [eight()], vms, accounts: accounts({ weight }) });
    expect([shared.get("busy"), shared.get("idle")]).toEqual(expected);
  });
  it("a VM pays for the time it was there; an empty host is unused", () => {
    // The late one is there for the last quarter: 6 of 8 vCPUs of 25 Wh. The second host never has a VM.
    const { shared } = run({
      hosts: [eight({ count: 2 })],
      vms: [vm({ name: "first", vcpus: 2, host: "h-1" }), vm({ name: "late", vcpus: 6, host: "h-1", arrival: { atSeconds: 2700, everySeconds: 0 } })],
    });
    expect([shared.get("first"), shared.get("late"), shared.get("(unused)")]).toEqual([0.075 + 0.025 / 4, Number(((0.025 * 3) / 4).toFixed(9)), 0.1]);
  });
  it("within the site nothing is unused while a VM is there", () => {
    const { shared } = run({ hosts: [eight({ count: 2 })], vms: [vm({ name: "first", vcpus: 2 })], accounts: accounts({ within: "site" }) });
    expect([shared.get("first"), shared.get("(unused)")]).toEqual([0.2, 0]);
  });
  it("a VM that moves pays where it was, at that site's rates", () => {
    // 20 minutes at x (PUE 1, 0.10), 40 at y (PUE 2, 0.30), alone on each host: the other host is unused meanwhile.
    const price = (perKwh: number) => ({ perKwh, currency: "EUR" });
    const { facility, cost } = run({
      sites: [siteOf({ name: "x", electricity: price(0.1) }), siteOf({ name: "y", pue: 2, electricity: price(0.3) })],
      hosts: [eight({ name: "a", site: "x" }), eight({ name: "b", site: "y" })],
      vms: [vm({ name: "v", vcpus: 1, workload: pieces([HOUR, 1000]) })],
      events: [{ atSeconds: 1200, vm: "v", do: "move", to: "b" }],
      // A metering interval that ends with the move: within one, a host's rest goes to whoever was there in it.
      accounts: accounts({ meterSeconds: 600 }),
    });
    const [atX, atY] = [0.11 / 3, (0.11 * 2) / 3];
    expect(facility.get("v")).toBeCloseTo(atX + 2 * atY, 8);
    expect(cost.get("v")).toBeCloseTo(0.1 * atX + 0.3 * 2 * atY, 8);
    expect(facility.get("(unused)")).toBeCloseTo((0.1 * 2) / 3 + (2 * 0.1) / 3, 8);
  });
});
