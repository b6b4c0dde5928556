/** Governors by hand: what they want, and what a run with them does. */
import { describe, expect, it } from "vitest";
import { SAMPLING_SECONDS, wantedState } from "../../src/model/governor.ts";
import { numbers, texts } from "../../src/results/table.ts";
import type { ResolvedHostGroup, ResolvedScenario } from "../../src/scenario/resolved.ts";
import { simulate } from "../../src/simulation.ts";
import { host, pieces, scenario, tasks, vm } from "../support/build.ts";
import { cell, metric } from "../support/read.ts";

const speeds = [1000, 500, 200];

describe("what a governor wants", () => {
  it.each([
    ["performance", 2, 0, 0],
    ["powersave", 0, 1, 2],
    // More than 80 % busy: the fastest, from wherever it is.
    ["ondemand", 2, 0.81, 0],
    ["ondemand", 1, 1, 0],
    // 10 % of 1000 = 100 MHz, at most 70 % of 200 = 140: the slowest. 30 % = 300 of 350 (70 % of 500): the middle one.
    ["ondemand", 0, 0.1, 2],
    ["ondemand", 0, 0.3, 1],
    ["ondemand", 0, 0.36, 0],
    // Between 70 and 80 % it stays.
    ["ondemand", 1, 0.75, 1],
    ["ondemand", 1, 0.28, 2],
    ["conservative", 2, 0.9, 1],
    ["conservative", 0, 0.9, 0],
    ["conservative", 0, 0.15, 1],
    ["conservative", 0, 0.5, 0],
    // 19 % of 500 = 95 MHz is 47.5 % of 200: one down. 190 MHz of 1000 is 38 % of 500: one down.
    ["conservative", 1, 0.19, 2],
    ["conservative", 0, 0.19, 1],
  ] as const)("%s in state %i at load %f wants %i", (governor, state, load, wanted) => {
    expect(wantedState(governor, speeds, state, load)).toBe(wanted);
  });

  it("conservative does not go where it would want back at once: 19 % of 1000 is 95 % of 200", () => {
    expect(wantedState("conservative", [1000, 200], 0, 0.19)).toBe(0);
    expect(wantedState("conservative", [1000, 200], 0, 0.16)).toBe(1);
  });

  it("comes to rest at any load, from any state", () => {
    for (const governor of ["ondemand", "conservative"] as const)
      for (let mhz = 0; mhz <= 1000; mhz += 7)
        for (let from = 0; from < speeds.length; from++) {
          let state = from;
          for (let i = 0; i < 10; i++) state = wantedState(governor, speeds, state, Math.min(1, mhz / speeds[state]));
          expect(wantedState(governor, speeds, state, Math.min(1, mhz / speeds[state])), `${governor} ${mhz} from ${from}`).toBe(state);
        }
  });
});

const watts = (idle: number, epsilon: number, full: number): ResolvedHostGroup["power"] => ({
  model: "idle-epsilon",
  idleWatts: idle,
  epsilonWatts: epsilon,
  fullWatts: full,
  offWatts: 10,
});
/** SimGrid's host of cases E: 4 cores, 1000 / 500 / 200 MHz. */
const governed = (governor: ResolvedHostGroup["governor"]): ResolvedHostGroup =>
  host({
    cores: 4,
    power: watts(100, 120, 200),
    pstates: [
      { coreMHz: 500, power: watts(93, 115, 170) },
      { coreMHz: 200, power: watts(90, 110, 150) },
    ],
    ...(governor === undefined ? {} : { governor }),
  });
const joules = (over: Partial<ResolvedScenario>): number => cell(simulate(scenario({ durationSeconds: 10, ...over })).hosts, "host", "h", "energy_kwh") * 3.6e6;
const S = SAMPLING_SECONDS;

describe("a run", () => {
  it("performance and no governor are the same", () => {
    const vms = [vm({ vcpus: 4, workload: pieces([4, 1000], [6, 3000]) })];
    expect(joules({ hosts: [governed("performance")], vms })).toBe(joules({ hosts: [governed(undefined)], vms }));
  });

  it("powersave: four tasks of 2e9 flop on cores of 200 MHz take 10 s at 150 W", () => {
    const results = simulate(
      scenario({
        durationSeconds: 10,
        hosts: [governed("powersave")],
        vms: [vm({ vcpus: 4, workload: tasks(Array.from({ length: 4 }, () => ({ work: 2 }))) })],
      }),
    );
    expect(metric(results, "last_completion_s")).toBeCloseTo(10, 9);
    expect(cell(results.hosts, "host", "h", "energy_kwh") * 3.6e6).toBeCloseTo(1500, 6);
  });

  it("ondemand: 400 of 4000 MHz go to 200 MHz after one look, where the host is half busy", () => {
    // Before: load 0.1, 120 + 8 = 128 W. After: 400 of 800 MHz, 110 + 20 = 130 W: the slow state is no saving at that load.
    const results = simulate(scenario({ durationSeconds: 10, hosts: [governed("ondemand")], vms: [vm({ vcpus: 4, workload: pieces([10, 400]) })] }));
    expect(cell(results.hosts, "host", "h", "energy_kwh") * 3.6e6).toBeCloseTo(S * 128 + (10 - S) * 130, 6);
    expect(metric(results, "pstate_switches")).toBe(1);
    expect(metric(results, "delivered_pct")).toBeCloseTo(100, 9);
    const [pstates] = results.extra;
    expect(texts(pstates as never, "host")).toEqual(["h", "h", "h"]);
    const seconds = Array.from(numbers(pstates as never, "on_s"));
    for (const [i, expected] of [S, 0, 10 - S].entries()) expect(seconds[i]).toBeCloseTo(expected, 9);
    expect(metric(results, "speed_mean_mhz")).toBeCloseTo((1000 * S + 200 * (10 - S)) / 10, 9);
  });

  it("ondemand: a burst finds the host slow for one look, loses what it cannot do, then has all of it", () => {
    // 5 s at 400 MHz, 5 s at 4000: for one sampling time the host has 800 of the 4000.
    const results = simulate(scenario({ durationSeconds: 10, hosts: [governed("ondemand")], vms: [vm({ vcpus: 4, workload: pieces([5, 400], [5, 4000]) })] }));
    const energy = S * 128 + (5 - S) * 130 + S * 150 + (5 - S) * 200;
    expect(cell(results.hosts, "host", "h", "energy_kwh") * 3.6e6).toBeCloseTo(energy, 6);
    expect(metric(results, "pstate_switches")).toBe(2);
  });

  it("conservative: the same burst climbs one state a look", () => {
    // 11 % busy: down to 500, where it is 22 % and stays. Then 4000 are asked for: 500 for one look, then 1000.
    const results = simulate(
      scenario({ durationSeconds: 10, hosts: [governed("conservative")], vms: [vm({ vcpus: 4, workload: pieces([5, 440], [5, 4000]) })] }),
    );
    const low = 115 + 0.22 * 55;
    expect(cell(results.hosts, "host", "h", "energy_kwh") * 3.6e6).toBeCloseTo(S * (120 + 0.11 * 80) + (5 - S) * low + S * 170 + (5 - S) * 200, 6);
  });

  it("ondemand goes by the busiest VM: one vCPU at 450 MHz keeps its core too busy for 500, though the host is 11 % busy", () => {
    // 0.7 x 500 = 350 < 450: it stays at 1000. With 300 MHz it goes to 500, with 100 to 200.
    const seconds = (mhz: number): number[] => {
      const results = simulate(scenario({ durationSeconds: 10, hosts: [governed("ondemand")], vms: [vm({ workload: pieces([10, mhz]) })] }));
      return Array.from(numbers(results.extra[0] as never, "on_s"), (s) => Math.round(s));
    };
    expect([450, 300, 100].map(seconds)).toEqual([
      [10, 0, 0],
      [0, 10, 0],
      [0, 0, 10],
    ]);
  });

  it("a state set by hand ends the governor's rule", () => {
    const events: ResolvedScenario["events"] = [{ atSeconds: 2, host: "h", do: "pstate", index: 1 }];
    const results = simulate(scenario({ durationSeconds: 10, hosts: [governed("ondemand")], vms: [vm({ vcpus: 4, workload: pieces([10, 400]) })], events }));
    expect(metric(results, "pstate_switches")).toBe(1);
    expect(cell(results.hosts, "host", "h", "energy_kwh") * 3.6e6).toBeCloseTo(S * 128 + (2 - S) * 130 + 8 * (115 + 0.2 * 55), 6);
  });

  it("policies see a slow host as large as it can be: a VM of 3 GHz is placed on the one that idles at 200 MHz", () => {
    const slow = { ...governed("ondemand"), name: "slow" };
    const results = simulate(
      scenario({
        durationSeconds: 100,
        hosts: [slow],
        placement: { policy: "power-aware-best-fit", options: {}, module: null },
        vms: [
          vm({ name: "a", vcpus: 1, workload: pieces([100, 50]) }),
          vm({ name: "b", vcpus: 4, arrival: { atSeconds: 50, everySeconds: 0 }, workload: pieces([50, 3000]) }),
        ],
      }),
    );
    // 3050 of 4000 MHz: at full speed it has all; for one look it had 800.
    expect(metric(results, "delivered_pct")).toBeGreaterThan(99.9);
  });
});
