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

describe("energy by host and cause", () => {
  it("adds up to each host's meter, power supply and failures told apart", () => {
    const results = simulate(
      scenario({
        durationSeconds: HOUR,
        accounts: accounts(),
        hosts: [
          eight({
            powerSupply: {
              ratedWatts: 200,
              efficiency: [
                { x: 0.5, y: 0.9 },
                { x: 1, y: 0.8 },
              ],
            },
            transitions: { ...host().transitions, failedWatts: null },
          }),
          eight({ name: "off", state: "off" as const, power: { model: "constant", watts: 100, offWatts: 5 } }),
        ],
        vms: [vm({ vcpus: 4, workload: { kind: "constant", utilisation: 0.5, referenceMHz: 1000 } })],
        events: [{ atSeconds: 1800, host: "h", do: "fail" }],
      }),
    );
    const table = results.extra.find(({ name }) => name === "host-energy");
    if (!table) throw new Error("no host-energy");
    const of = (column: string) => Array.from(numbers(table, column), (kwh) => Number(kwh.toFixed(9)));
    // 120 W for half an hour, then 100 W failed. 100 W out of 111.1 W in, 160 out of 200 in: straight lines between.
    const out = (wall: number) => (wall <= 100 / 0.9 ? wall * 0.9 : 100 + ((wall - 100 / 0.9) * 100) / (250 - 100 / 0.9));
    const loss = (120 - out(120)) / 2 + (100 - out(100)) / 2;
    expect(of("energy_kwh")).toEqual([0.11, 0.005]);
    expect(of("power_supply_kwh")).toEqual([Number((loss / 1000).toFixed(9)), 0]);
    const parts = table.columns.map(({ name }) => name).filter((name) => name.endsWith("_kwh") && name !== "energy_kwh");
    for (const h of [0, 1]) expect(parts.reduce((sum, name) => sum + (numbers(table, name)[h] ?? Number.NaN), 0)).toBeCloseTo([0.11, 0.005][h] ?? 0, 12);
    const part = 1 - loss / 110;
    expect(of("failed_kwh")[0]).toBeCloseTo(0.05 * part, 9);
    expect(of("guest_work_kwh")[0]).toBeCloseTo(0.01 * part, 9);
  });
});
