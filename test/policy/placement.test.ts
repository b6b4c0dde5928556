import { describe, expect, it } from "vitest";
import { placementPolicy } from "../../src/policy/placement/index.ts";
import { fleetOf, hosts, plainVm } from "./fleet.ts";

/** The policy made with those options; luck gives the listed numbers in turn. */
function policy(name: string, options: Record<string, unknown> = {}, ...draws: number[]) {
  return placementPolicy(name).create(options, () => draws.shift() ?? 0.5);
}

describe("first fit", () => {
  it("takes the first host that fits, however full the next ones are", () => {
    expect(policy("first-fit")(plainVm, fleetOf(hosts({ fits: false }, {}, { freeMemoryMiB: 100 })))).toEqual({ host: 1, score: NaN });
  });
});

describe("best fit and worst fit", () => {
  // Left with the VM (100 MiB, 1000 MHz, 2 vCPUs) on it:
  //   host 0: 900 MiB, 10 x 1000 - 8000 - 1000 = 1000 MHz, 40 - 2 - 2 = 36 vCPUs
  //   host 1: 200 MiB, 9000 MHz, 40 - 30 - 2 = 8 vCPUs
  //   host 2: 500 MiB, 4000 MHz, 40 - 38 - 2 = 0 vCPUs
  const fleet = fleetOf(hosts({ demandMHz: 8000, vcpus: 2 }, { freeMemoryMiB: 300, vcpus: 30 }, { freeMemoryMiB: 600, demandMHz: 5000, vcpus: 38 }));

  it.each([
    ["best-fit", "memory", 1, 200],
    ["best-fit", "cpu", 0, 1000],
    ["best-fit", "vcpus", 2, 0],
    ["worst-fit", "memory", 0, 900],
    ["worst-fit", "cpu", 1, 9000],
    ["worst-fit", "vcpus", 0, 36],
  ])("%s by %s takes host %d with %d left", (name, by, host, score) => {
    expect(policy(name, { by })(plainVm, fleet)).toEqual({ host, score });
  });

  it("go by memory when not told", () => {
    expect(policy("best-fit")(plainVm, fleet).host).toBe(1);
    expect(policy("worst-fit")(plainVm, fleet).host).toBe(0);
  });

  it("best fit by CPU takes a host with enough before one that is short, and then the one least short", () => {
    const left9000 = {};
    const short500 = { demandMHz: 9500 };
    const short2000 = { demandMHz: 11_000 };
    const best = policy("best-fit", { by: "cpu" });
    expect(best(plainVm, fleetOf(hosts(short500, left9000, short2000)))).toEqual({ host: 1, score: 9000 });
    expect(best(plainVm, fleetOf(hosts(short2000, short500)))).toEqual({ host: 1, score: -500 });
  });

  it("count cores where there is no vCPU ratio", () => {
    const free = { mostVcpus: Infinity };
    expect(policy("best-fit", { by: "vcpus" })(plainVm, fleetOf(hosts({ ...free, vcpus: 1 }, { ...free, vcpus: 5 })))).toEqual({ host: 1, score: 3 });
  });

  it("take the first of equals", () => {
    for (const name of ["best-fit", "worst-fit"]) expect(policy(name)(plainVm, fleetOf(hosts({ fits: false }, {}, {}))).host).toBe(1);
  });

  it("refuse another resource and offer the nearest", () => {
    expect(() => policy("best-fit", { by: "memroy" })).toThrow(
      'placement policy "best-fit", option "by": must be one of memory, cpu, vcpus, not "memroy"; did you mean "memory"?',
    );
    expect(() => policy("worst-fit", { by: 3 })).toThrow("not 3");
    expect(() => policy("worst-fit", { bye: "cpu" })).toThrow('has no option "bye"; did you mean "by"?');
  });
});

describe("round robin", () => {
  it("goes on after the last host chosen, past those that do not fit, and starts again at the front", () => {
    const place = policy("round-robin");
    const fleet = fleetOf(hosts({}, { fits: false }, {}, {}));
    expect([1, 2, 3, 4, 5].map(() => place(plainVm, fleet).host)).toEqual([0, 2, 3, 0, 2]);
  });

  it("keeps its place when nothing fits, and runs do not share it", () => {
    const place = policy("round-robin");
    const fleet = fleetOf(hosts({}, {}, {}));
    place(plainVm, fleet);
    expect(place(plainVm, fleetOf(hosts({ fits: false }))).host).toBe(-1);
    expect(place(plainVm, fleet).host).toBe(1);
    expect(policy("round-robin")(plainVm, fleet).host).toBe(0);
  });
});

describe("random", () => {
  it("takes the k-th fitting host for a draw in the k-th equal part of [0, 1), one draw a placement", () => {
    const fleet = fleetOf(hosts({}, { fits: false }, {}, {}));
    const place = policy("random", {}, 0, 0.3333, 0.3334, 0.6667, 0.9999);
    expect([1, 2, 3, 4, 5].map(() => place(plainVm, fleet).host)).toEqual([0, 0, 2, 3, 3]);
  });

  it("draws also when nothing fits, so that the next VM's draw does not depend on it", () => {
    const place = policy("random", {}, 0.9, 0);
    expect(place(plainVm, fleetOf([])).host).toBe(-1);
    expect(place(plainVm, fleetOf(hosts({}, {}))).host).toBe(0);
  });
});

describe("power-aware best fit", () => {
  it("takes the host whose power rises least", () => {
    // 1000 of 10,000 MHz more: 0.1 x (full - idle) = 10 W, 5 W and 8 W.
    const fleet = fleetOf(hosts({}, { idleWatts: 250, fullWatts: 300 }, { idleWatts: 20, fullWatts: 100 }));
    expect(policy("power-aware-best-fit")(plainVm, fleet)).toEqual({ host: 1, score: 5 });
  });

  it("does not take a full host, whose power would not rise at all, while another has the CPU", () => {
    expect(policy("power-aware-best-fit")(plainVm, fleetOf(hosts({ demandMHz: 10_000 }, {})))).toEqual({ host: 1, score: 10 });
  });

  it("takes the host least short of CPU when none has enough", () => {
    expect(policy("power-aware-best-fit")(plainVm, fleetOf(hosts({ demandMHz: 12_000 }, { demandMHz: 9500 }, { demandMHz: 9800 })))).toEqual({
      host: 1,
      score: NaN,
    });
  });
});

describe("dot product", () => {
  it("sends a VM that needs memory where memory is left over, and one that needs CPU where CPU is", () => {
    // Host 0: all CPU free, 20 % of the memory. Host 1: 10 % of the CPU free, all memory.
    const fleet = fleetOf(hosts({ freeMemoryMiB: 200 }, { demandMHz: 9000 }));
    // Memory-heavy (0.05 CPU, 0.2 memory): 0.05 x 1 + 0.2 x 0.2 = 0.09 against 0.05 x 0.1 + 0.2 x 1 = 0.205.
    const byMemory = policy("dot-product")({ ...plainVm, demandMHz: 500, memoryMiB: 200 }, fleet);
    expect(byMemory.host).toBe(1);
    expect(byMemory.score).toBeCloseTo(0.205, 12);
    // CPU-heavy (0.3, 0.05): 0.3 + 0.01 = 0.31 against 0.03 + 0.05 = 0.08.
    const byCpu = policy("dot-product")({ ...plainVm, demandMHz: 3000, memoryMiB: 50 }, fleet);
    expect(byCpu.host).toBe(0);
    expect(byCpu.score).toBeCloseTo(0.31, 12);
    // With memory counted ten times: 0.3 + 0.1 = 0.4 against 0.03 + 0.5 = 0.53.
    expect(policy("dot-product", { memoryWeight: 10 })({ ...plainVm, demandMHz: 3000, memoryMiB: 50 }, fleet).host).toBe(1);
  });

  it("refuses negative weights", () => {
    expect(() => policy("dot-product", { cpuWeight: -1 })).toThrow('placement policy "dot-product", option "cpuWeight": must be a number of 0 or more, not -1');
  });
});
