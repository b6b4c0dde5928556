/** Windows, scale and limit on the three kinds of demand, by hand. */
import { describe, expect, it } from "vitest";
import type { Demand, Population } from "../../src/model/demand.ts";
import { reshaped } from "../../src/workload/reshape.ts";
import { pieces, steps } from "./support.ts";

const INFINITE = Number.POSITIVE_INFINITY;
const population = (demand: Demand, arrival: number[], life: number[]): Population => ({
  count: arrival.length,
  names: arrival.map((_, i) => `vm${i}`),
  vcpus: Float64Array.from(arrival, (_, i) => i + 1),
  memoryMiB: new Float64Array(arrival.length).fill(1024),
  arrivalSeconds: Float64Array.from(arrival),
  lifetimeSeconds: Float64Array.from(life),
  demand,
  owners: arrival.map((_, i) => `o${i}`),
  report: { source: "", rowsRead: 0, notes: [], files: [] },
});

describe("a window of pieces", () => {
  // vm0: 0-100 at 1, 100-300 at 2. vm1: arrives at 250, 100 s at 3. vm2: 0-40 at 4, over before the window. vm3: after it.
  const demand: Demand = {
    kind: "pieces",
    offset: Uint32Array.of(0, 2, 3, 4, 5),
    seconds: Float64Array.of(100, 200, 100, 40, 10),
    mhz: Float64Array.of(1, 2, 3, 4, 5),
  };
  const p = reshaped(population(demand, [0, 250, 0, 900], [INFINITE, 400, INFINITE, 5]), { fromSeconds: 50, toSeconds: 280 });
  it("keeps who is there, with its start as second 0", () => {
    expect(p.names).toEqual(["vm0", "vm1"]);
    expect([...p.arrivalSeconds]).toEqual([0, 200]);
    expect([...p.vcpus]).toEqual([1, 2]);
    expect(p.owners).toEqual(["o0", "o1"]);
  });
  it("cuts what is past and what comes after", () => {
    // vm0 has 50 s of its first piece left, then 180 s until second 280. vm1 has 30 s in the window.
    expect(pieces(p, 0)).toEqual([
      [50, 1],
      [180, 2],
    ]);
    expect(pieces(p, 1)).toEqual([[30, 3]]);
  });
  it("shortens the life that is left", () => {
    expect([...p.lifetimeSeconds]).toEqual([INFINITE, 400]);
    expect([...reshaped(population(demand, [0, 250, 0, 900], [INFINITE, 400, INFINITE, 5]), { fromSeconds: 300 }).lifetimeSeconds]).toEqual([350, 5]);
  });
});

describe("a window of a grid", () => {
  // Two VMs, steps of 100 s: vm0 1 2 3 4, vm1 5 6 7 8.
  const demand: Demand = { kind: "grid", firstSeconds: 0, stepSeconds: 100, steps: 4, mhz: Float32Array.of(1, 5, 2, 6, 3, 7, 4, 8) };
  it("keeps the steps it touches and where they lie", () => {
    const p = reshaped(population(demand, [0, 0], [INFINITE, INFINITE]), { fromSeconds: 150, toSeconds: 300 });
    // Step 1 began 50 s before the window.
    expect(p.demand).toMatchObject({ firstSeconds: -50, steps: 2 });
    expect(steps(p, 0)).toEqual([2, 3]);
  });
  it("leaves out VMs of another time and keeps the others' columns together", () => {
    const p = reshaped(population(demand, [0, 0], [150, INFINITE]), { fromSeconds: 200 });
    expect(p.names).toEqual(["vm1"]);
    expect(steps(p, 0)).toEqual([7, 8]);
  });
  it("cuts further columns like the CPU, and does not scale them", () => {
    const more: Demand = { ...demand, activeMiB: Float32Array.of(10, 50, 20, 60, 30, 70, 40, 80) };
    const p = reshaped(population(more, [0, 0], [150, INFINITE]), { fromSeconds: 200, scale: 2 });
    expect(steps(p, 0)).toEqual([14, 16]);
    expect(p.demand).toMatchObject({ activeMiB: Float32Array.of(70, 80) });
  });
});

describe("tasks", () => {
  const demand: Demand = {
    kind: "tasks",
    sequence: false,
    offset: Uint32Array.of(0, 1, 3),
    workMHzSeconds: Float64Array.of(10, 20, 30),
    threads: Float64Array.of(1, 1, 2),
    weight: Float64Array.of(1, 2, 3),
    limitMHz: Float64Array.of(INFINITE, 5, 6),
    startSeconds: Float64Array.of(0, 1, 2),
  };
  it("are kept whole in a window, and grow with the scale", () => {
    const p = reshaped(population(demand, [0, 100], [INFINITE, INFINITE]), { fromSeconds: 50, scale: 2 });
    expect(p.demand).toMatchObject({
      offset: Uint32Array.of(0, 1, 3),
      workMHzSeconds: Float64Array.of(20, 40, 60),
      limitMHz: Float64Array.of(INFINITE, 10, 12),
    });
    expect([...p.arrivalSeconds]).toEqual([0, 50]);
  });
  it("follow their VM when only some are kept", () => {
    expect(reshaped(population(demand, [0, 100], [INFINITE, INFINITE]), { fromSeconds: 0, limit: 1 }).demand).toMatchObject({
      offset: Uint32Array.of(0, 1),
      workMHzSeconds: Float64Array.of(10),
    });
  });
});
