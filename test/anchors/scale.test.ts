/**
 * The speed cases of other simulators, at sizes quick enough for every test run: their answers are exact.
 * S(H, V, K): values agreed on by SimGrid 3.32 in both of its modes. Batch and staggered: processor sharing by hand (batch:
 * a VM's ten tasks of 10000 .. 19000 MI on 1000 MIPS end at 100, 109, 117, 124, 130, 135, 139, 142, 144, 145 s).
 */
import { describe, expect, it } from "vitest";
import type { Population } from "../../src/model/demand.ts";
import { numbers, texts } from "../../src/results/table.ts";
import { simulate } from "../../src/simulation.ts";
import { host, scenario, vm } from "../support/build.ts";
import { batch, simgridScale, staggered } from "../support/workloads.ts";

function ends(population: Population, hosts: number, cores: number): number[] {
  const results = simulate(
    scenario({
      hosts: [host({ count: hosts, cores })],
      vms: [vm({ name: "jobs", count: null, vcpus: null, memoryMiB: null, arrival: null, workload: { kind: "trace", format: "rule", path: "", options: {} } })],
      placement: { policy: "round-robin", options: {}, module: null },
    }),
    { populations: new Map([["jobs", population]]) },
  );
  const event = texts(results.events, "event");
  return Array.from(numbers(results.events, "time_s")).filter((_, i) => event[i] === "task done");
}
const sum = (values: number[]): number => values.reduce((a, b) => a + b, 0);

describe("speed cases have exact answers", () => {
  it.each([
    { hosts: 10, last: 98.44875, total: 39301.57125 },
    { hosts: 100, last: 102.855, total: 406304.59875 },
  ])("S($hosts, 10, 10): last completion and sum of completion times", ({ hosts, last, total }) => {
    // S puts VMs 0..9 on host 0: with round robin, VM v goes to host v mod H, so the VMs are dealt out in that order.
    const inOrder = simgridScale(hosts, 10, 10);
    const done = ends(deal(inOrder, hosts, 10), hosts, 8);
    expect(done.length).toBe(hosts * 100);
    expect(Math.max(...done)).toBeCloseTo(last, 6);
    expect(sum(done)).toBeCloseTo(total, 5);
  });

  it("staggered at H = 20: each VM's ten tasks share a core of 1000 MIPS", () => {
    const done = ends(staggered(20), 20, 16);
    // Processor sharing on one core by hand: sorted sizes s_1 <= ... <= s_10, the k-th ends (11 - k)(s_k - s_{k-1}) / 1000 after the one before.
    const expected: number[] = [];
    for (let v = 0; v < 200; v++) {
      const sizes = Array.from({ length: 10 }, (_, k) => 10_000 + ((7919 * (v + k * 200)) % 10_007)).sort((a, b) => a - b);
      let t = 0;
      for (let k = 0; k < 10; k++) {
        t += ((10 - k) * (sizes[k] - (k > 0 ? sizes[k - 1] : 0))) / 1000;
        expected.push(t);
      }
    }
    expect(done.length).toBe(2000);
    expect(sum(done)).toBeCloseTo(sum(expected), 6);
    expect(Math.max(...done)).toBeCloseTo(Math.max(...expected), 9);
  });

  it("staggered at H = 100: mean finish 134.276311, makespan 164.229", () => {
    const done = ends(staggered(100), 100, 16);
    expect(sum(done) / done.length).toBeCloseTo(134.276311, 6);
    expect(Math.max(...done)).toBeCloseTo(164.229, 6);
  });

  it("batch: ten distinct finish times, mean 128.5", () => {
    const done = ends(batch(5), 5, 16);
    expect([...new Set(done.map((t) => Math.round(t * 1e6) / 1e6))]).toEqual([100, 109, 117, 124, 130, 135, 139, 142, 144, 145]);
    expect(sum(done) / done.length).toBeCloseTo(128.5, 9);
  });
});

/** Reorders VMs so that round robin over `hosts` puts VMs h V .. h V + V - 1 on host h. */
function deal(population: Population, hosts: number, vmsPerHost: number): Population {
  const { demand } = population;
  if (demand.kind !== "tasks") throw new Error("tasks expected");
  const k = demand.offset[1];
  const work = new Float64Array(demand.workMHzSeconds.length);
  for (let h = 0; h < hosts; h++) {
    for (let i = 0; i < vmsPerHost; i++) {
      const from = (h * vmsPerHost + i) * k;
      work.set(demand.workMHzSeconds.subarray(from, from + k), (i * hosts + h) * k);
    }
  }
  return { ...population, demand: { ...demand, workMHzSeconds: work } };
}
