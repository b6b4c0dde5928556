/**
 * Laws of the CPU model over random hosts and VMs: more never hurts its owner, more cores never slow anyone, scaling all
 * sizes and speeds changes no ratio, and the order of VMs does not matter. One host, one moment: rates, not runs.
 */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { numbers, texts } from "../../src/results/table.ts";
import type { ResolvedHostGroup, ResolvedPool, ResolvedScenario, ResolvedVmGroup } from "../../src/scenario/resolved.ts";
import { simulate } from "../../src/simulation.ts";
import { host, ideal, pieces, scenario, vm } from "../support/build.ts";

const SECONDS = 100;

interface World {
  readonly hosts: ResolvedHostGroup;
  readonly vms: readonly ResolvedVmGroup[];
  readonly pools: readonly ResolvedPool[];
}

const mhz = (most: number) => fc.integer({ min: 0, max: most });
const worlds: fc.Arbitrary<World> = fc
  .record({
    cores: fc.integer({ min: 2, max: 8 }),
    threadsPerCore: fc.constantFrom(1, 2),
    numaNodes: fc.constantFrom(1, 2),
    slope: fc.constantFrom(0, 0.02),
    pools: fc.array(fc.record({ shares: fc.integer({ min: 1, max: 8 }), reservation: mhz(1500), limit: fc.option(mhz(4000), { nil: null }) }), {
      maxLength: 2,
    }),
    vms: fc.array(
      fc.record({
        vcpus: fc.integer({ min: 1, max: 6 }),
        demand: mhz(6000),
        shares: fc.constantFrom(0.5, 1, 2),
        reservation: fc.constantFrom(0, 0, 200),
        limit: fc.option(fc.integer({ min: 100, max: 3000 }), { nil: null }),
        pool: fc.nat(2),
        memoryBound: fc.boolean(),
      }),
      { minLength: 1, maxLength: 7 },
    ),
  })
  .map(({ cores, threadsPerCore, numaNodes, slope, pools, vms }) => ({
    hosts: host({
      cores,
      threadsPerCore,
      numaNodes,
      hypervisor: { ...ideal, schedulingSlope: slope, coStopPerVcpu: slope, remoteShare: 1, memoryEfficiency: 0.9 },
    }),
    pools: pools.map(({ shares, reservation, limit }, i) => ({
      name: `p${i}`,
      parent: null,
      shares,
      reservationMHz: limit === null ? reservation : Math.min(reservation, limit),
      limitMHz: limit === null ? null : limit + 1,
      expandable: true,
    })),
    vms: vms.map(({ vcpus, demand, shares, reservation, limit, pool, memoryBound }, i) =>
      vm({
        name: `v${i}`,
        vcpus,
        shares,
        reservationMHz: limit === null ? reservation : Math.min(reservation, limit),
        limitMHz: limit,
        pool: pool > 0 && pool <= pools.length ? `p${pool - 1}` : null,
        mix: memoryBound ? { cpu: 0, memory: 1, oltp: 0 } : { cpu: 1, memory: 0, oltp: 0 },
        workload: pieces([SECONDS + 1, demand]),
      }),
    ),
  }));

/** Core-seconds a second each VM does, by name; those that found no place are missing. */
function done({ hosts, vms, pools }: World): Map<string, number> {
  const given: Partial<ResolvedScenario> = { durationSeconds: SECONDS, hosts: [hosts], vms: [...vms], ...(pools.length > 0 ? { pools: [...pools] } : {}) };
  const results = simulate(scenario(given));
  const work = numbers(results.vms, "delivered_core_s");
  const state = texts(results.vms, "state");
  return new Map(texts(results.vms, "vm").flatMap((name, i) => (state[i] === "running" ? [[name, (work[i] ?? 0) / SECONDS] as const] : [])));
}

describe("CPU", () => {
  it("more cores never slow anyone", () => {
    fc.assert(
      fc.property(worlds, (world) => {
        const before = done(world);
        // Whole nodes stay whole: wide VMs are no wider.
        const after = done({ ...world, hosts: { ...world.hosts, cores: 2 * world.hosts.cores } });
        for (const [name, work] of before) expect(after.get(name) ?? 0, name).toBeGreaterThanOrEqual(work - 1e-9);
      }),
      { numRuns: 150 },
    );
  });
  it("a higher reservation never hurts its owner", () => {
    fc.assert(
      fc.property(worlds, fc.integer({ min: 1, max: 800 }), (world, more) => {
        const [first, ...rest] = world.vms;
        if (first === undefined) return;
        const reservationMHz = Math.min(first.reservationMHz + more, first.limitMHz ?? Number.POSITIVE_INFINITY);
        const before = done(world);
        const after = done({ ...world, vms: [{ ...first, reservationMHz }, ...rest] });
        // Only where nobody is refused for it.
        if (before.size !== world.vms.length || after.size !== world.vms.length) return;
        expect(after.get(first.name)).toBeGreaterThanOrEqual((before.get(first.name) ?? 0) - 1e-9);
      }),
      { numRuns: 150 },
    );
  });
  it("scaling all sizes and speeds by 3 changes no ratio", () => {
    fc.assert(
      fc.property(worlds, (world) => {
        const k = 3;
        const scaled: World = {
          hosts: { ...world.hosts, coreMHz: world.hosts.coreMHz * k },
          pools: world.pools.map((pool) => ({ ...pool, reservationMHz: pool.reservationMHz * k, limitMHz: pool.limitMHz === null ? null : pool.limitMHz * k })),
          vms: world.vms.map((group) => ({
            ...group,
            reservationMHz: group.reservationMHz * k,
            limitMHz: group.limitMHz === null ? null : group.limitMHz * k,
            workload:
              group.workload.kind === "pieces" ? { ...group.workload, pieces: group.workload.pieces.map((p) => ({ ...p, mhz: p.mhz * k })) } : group.workload,
          })),
        };
        const before = done(world);
        const after = done(scaled);
        expect(after.size).toBe(before.size);
        for (const [name, work] of before) expect(after.get(name)).toBeCloseTo(work, 9);
      }),
      { numRuns: 150 },
    );
  });
  it("the order of VMs in the file does not matter to what each gets", () => {
    fc.assert(
      fc.property(worlds, (world) => {
        const before = done(world);
        if (before.size !== world.vms.length) return;
        const after = done({ ...world, vms: [...world.vms].reverse() });
        for (const [name, work] of before) expect(after.get(name)).toBeCloseTo(work, 9);
      }),
      { numRuns: 100 },
    );
  });
  it("nothing is served twice: what VMs use together is at most the cores", () => {
    fc.assert(
      fc.property(worlds, (world) => {
        const sum = [...done(world).values()].reduce((a, b) => a + b, 0);
        const { cores, threadsPerCore, smtGain } = world.hosts;
        expect(sum).toBeLessThanOrEqual(cores * (threadsPerCore > 1 ? smtGain : 1) * (1 + 1e-9));
      }),
      { numRuns: 100 },
    );
  });
});
