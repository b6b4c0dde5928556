/** Reclamation by hand: who loses how much memory by which means, in which state, and how slow that makes the guests. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { memories } from "../../src/catalog/data/memory.ts";
import {
  CLEAR,
  Claims,
  guaranteedMiB,
  HARD,
  HIGH,
  minFreeMiB,
  type ReclaimSpec,
  reclaim,
  SOFT,
  slowdown,
  thresholdsMiB,
  touchRate,
} from "../../src/model/reclaim.ts";
import { usualMemory } from "../../src/model/spec.ts";
import { resolveHypervisor } from "../../src/scenario/catalogue.ts";

const product = (name: string, over: Partial<ReclaimSpec> = {}): ReclaimSpec => {
  const found = resolveHypervisor(name);
  if (!found) throw new Error(name);
  return { ...found.memory, ...over };
};
/** ESXi without its cushion and without sharing: what is missing is what is taken. */
const plain = product("esxi", { minFree: "none", sharing: "none", compressionCache: 0 });

interface Vm {
  configured: number;
  active: number;
  touched?: number;
  floor?: number;
  limit?: number;
  shares?: number;
  equal?: number;
  driver?: boolean;
}

function claimsOf(vms: readonly Vm[]): Claims {
  const c = new Claims();
  c.room(vms.length);
  for (const [i, vm] of vms.entries()) {
    c.configured[i] = vm.configured;
    c.touched[i] = vm.touched ?? vm.configured;
    c.active[i] = vm.active;
    c.floor[i] = vm.floor ?? 0;
    c.limit[i] = vm.limit ?? Number.POSITIVE_INFINITY;
    c.shares[i] = vm.shares ?? 1;
    c.vcpus[i] = 1;
    c.equal[i] = vm.equal ?? 0;
    c.driver[i] = (vm.driver ?? true) ? 1 : 0;
  }
  return c;
}
const list = (column: Float64Array, n: number): number[] => [...column.subarray(0, n)].map((x) => Number(x.toPrecision(12)));

describe("memory kept free by ESXi", () => {
  it.each([
    [4, 245.76, "6 % of 4 GiB"],
    [8, 245.76 + 163.84, "and 4 % of the next 4"],
    [28, 899, "899 MiB for the first 28 GiB"],
    [100, 899 + 0.01 * 72 * 1024, "and 1 % of the other 72 (1636 MiB)"],
    [128, 1923, "and of the other 100 (1024 MiB)"],
  ])("%d GiB: %d MiB (%s)", (gib, mib) => {
    expect(minFreeMiB("sliding", gib * 1024)).toBeCloseTo(mib, 9);
  });
  it("1923 MiB: clear below 1923, soft below 1230.72, hard below 615.36, low below 307.68", () => {
    expect(thresholdsMiB("sliding", 1923)).toEqual([1923, 1230.72, 615.36, 307.68]);
  });
  it("Linux keeps 1.5 times the square root of 16 x RAM in KiB: 48 MiB of 64 GiB", () => {
    // sqrt(16 x 67,108,864) = 32,768 KiB.
    expect(minFreeMiB("watermark", 65_536)).toBe(48);
  });
});

describe("states", () => {
  // minFree 1000: clear below 1000 free, soft below 640 with sharing, hard below 320 with full balloons.
  const esxi = product("esxi");
  const one = (touched: number, before: number = HIGH): { state: number; c: Claims } => {
    const c = claimsOf([{ configured: 10_000, touched, active: 1000, equal: 100 }]);
    return { state: reclaim(c, esxi, 8000, 1000, before), c };
  };
  it("high while free is all of minFree: 8000 touched of a pool of 8000", () => {
    expect(one(8000).state).toBe(HIGH);
    expect(list(one(8000).c.saved, 1)).toEqual([0]);
  });
  it("clear one MiB further: equal pages are shared, nothing else happens", () => {
    const { state, c } = one(8001);
    expect(state).toBe(CLEAR);
    expect(list(c.saved, 1)).toEqual([100]);
    expect(list(c.ballooned, 1)).toEqual([0]);
    expect(list(c.held, 1)).toEqual([7901]);
  });
  it("soft when sharing leaves less than 640: 8500 - 100 held would leave 600; the balloon takes 40", () => {
    const { state, c } = one(8500);
    expect(state).toBe(SOFT);
    expect(list(c.ballooned, 1)).toEqual([40]);
    expect(list(c.slowdown, 1)).toEqual([1]);
  });
  it("is left only at 110 % of its threshold: from soft at 704 free, from clear at 1100", () => {
    expect(one(8400, SOFT).state).toBe(SOFT); // 700 free with sharing
    expect(one(8395, SOFT).state).toBe(CLEAR); // 705
    expect(one(8000, CLEAR).state).toBe(CLEAR);
    expect(one(7900, CLEAR).state).toBe(HIGH); // 1100
    // What is taken does not depend on the name of the state.
    expect(list(one(8400, SOFT).c.ballooned, 1)).toEqual([0]);
  });
  it("hard when even full balloons leave less than 320: they hold 65 %, and swap brings 320 back", () => {
    // Two VMs of 10,000; pool 6000 + minFree 1000. Balloons to 65 %: 3500 held each, nothing shared: 0 free.
    const c = claimsOf([
      { configured: 10_000, active: 1000 },
      { configured: 10_000, active: 1000 },
    ]);
    expect(reclaim(c, { ...esxi, sharing: "none", compressionCache: 0 }, 6000, 1000, HIGH)).toBe(HARD);
    expect(list(c.ballooned, 2)).toEqual([6500, 6500]);
    expect(list(c.swapped, 2)).toEqual([160, 160]);
    expect(list(c.held, 2)).toEqual([3340, 3340]);
  });
});

describe("who loses memory: shares for each page, with a tax of 75 % on idle ones", () => {
  it("equal shares, all active against all idle: S / P against S / 4 P, so 4 to 1", () => {
    // P1 = P2 x 4 with P1 + P2 = 5000: 4000 and 1000.
    const c = claimsOf([
      { configured: 4000, active: 4000, driver: false },
      { configured: 4000, active: 0, driver: false },
    ]);
    reclaim(c, plain, 5000, 0, HIGH);
    expect(list(c.held, 2)).toEqual([4000, 1000]);
  });
  it("without the tax both lose alike", () => {
    const c = claimsOf([
      { configured: 4000, active: 4000 },
      { configured: 4000, active: 0 },
    ]);
    reclaim(c, { ...plain, idleTax: 0 }, 5000, 0, HIGH);
    expect(list(c.held, 2)).toEqual([2500, 2500]);
  });
  it("rho is the same for all that lose: S / (P (f + 4 (1 - f)))", () => {
    const vms = [
      { configured: 4096, active: 1024, shares: 1 },
      { configured: 8192, active: 512, shares: 1 },
      { configured: 4096, active: 2048, shares: 2 },
    ];
    const c = claimsOf(vms);
    reclaim(c, plain, 12_000, 0, HIGH);
    expect(list(c.held, 3).reduce((a, b) => a + b, 0)).toBeCloseTo(12_000, 8);
    const rho = vms.map((vm, i) => {
      const f = Math.min(1, vm.active / c.held[i]);
      return (vm.shares * vm.configured) / (c.held[i] * (f + 4 * (1 - f)));
    });
    // The third holds all it has: its pages are dearer than the level.
    expect(c.held[2]).toBe(4096);
    expect(rho[1]).toBeCloseTo(rho[0], 9);
    expect(rho[2]).toBeGreaterThan(rho[0]);
  });
  it("a reservation stays untouched: the other one gives all", () => {
    const c = claimsOf([
      { configured: 4000, active: 0, floor: 4000 },
      { configured: 4000, active: 4000 },
    ]);
    reclaim(c, plain, 5000, 0, HIGH);
    expect(list(c.held, 2)).toEqual([4000, 1000]);
  });
  it("twice the shares, twice the memory", () => {
    const c = claimsOf([
      { configured: 9000, active: 9000, shares: 2, driver: false },
      { configured: 9000, active: 9000, driver: false },
    ]);
    reclaim(c, plain, 9000, 0, HIGH);
    expect(list(c.held, 2)).toEqual([6000, 3000]);
  });
  it("a limit holds also where memory is free: 1000 beyond it, 650 in the balloon of 65 %, 350 swapped", () => {
    const c = claimsOf([{ configured: 1000, active: 0, limit: 0 }]);
    reclaim(c, plain, 1e6, 0, HIGH);
    expect([c.ballooned[0], c.swapped[0], c.held[0]]).toEqual([650, 350, 0]);
  });
});

describe("other products", () => {
  it("Linux takes idle pages first, from all in proportion: 3000 and 1000 idle give 1500 and 500", () => {
    const c = claimsOf([
      { configured: 4000, active: 1000, driver: false },
      { configured: 4000, active: 3000, driver: false },
    ]);
    reclaim(c, product("kvm", { minFree: "none", sharing: "none" }), 6000, 0, HIGH);
    expect(list(c.swapped, 2)).toEqual([1500, 500]);
    expect(list(c.slowdown, 2)).toEqual([1, 1]);
  });
  it("KVM's balloons leave 20 % free, then the host swaps: 4000 with 1000 active keep 1800 of balloons", () => {
    const c = claimsOf([
      { configured: 4000, active: 1000 },
      { configured: 4000, active: 1000 },
    ]);
    expect(reclaim(c, product("kvm", { minFree: "none", sharing: "none" }), 3000, 0, HIGH)).toBe(HARD);
    expect(list(c.ballooned, 2)).toEqual([2200, 2200]);
    expect(list(c.swapped, 2)).toEqual([300, 300]);
  });
  it("KSM first: 1500 saved suffice for 1500 too many", () => {
    const c = claimsOf([
      { configured: 4000, active: 1000, equal: 0 },
      { configured: 4000, active: 1000, equal: 1500 },
    ]);
    expect(reclaim(c, product("kvm", { minFree: "none" }), 6500, 0, HIGH)).toBe(CLEAR);
    expect(list(c.held, 2)).toEqual([4000, 2500]);
  });
  it("Xen squeezes all to the same point of their range: (6000 - 2000) / (8000 - 2000) = 2/3 of it", () => {
    const c = claimsOf([
      { configured: 6000, active: 100, floor: 1500 },
      { configured: 2000, active: 100, floor: 500 },
    ]);
    reclaim(c, product("xen", { overcommit: "yes" }), 6000, 0, HIGH);
    expect(list(c.held, 2)).toEqual([4500, 1500]);
  });
  it("Hyper-V gives each its active memory and 20 %, and leaves the rest unused", () => {
    const c = claimsOf([
      { configured: 4000, active: 1000, floor: 512 },
      { configured: 4000, active: 2000, floor: 512 },
    ]);
    reclaim(c, product("hyperv", { overcommit: "yes" }), 7000, 0, HIGH);
    expect(list(c.held, 2)).toEqual([1200, 2400]);
    expect(list(c.slowdown, 2)).toEqual([1, 1]);
  });
  it("short of that it shares by weight, and guests page: 1200 and 2400 wanted of 3000 are 1200 and 1800", () => {
    const c = claimsOf([
      { configured: 4000, active: 1000, floor: 512 },
      { configured: 4000, active: 2000, floor: 512 },
    ]);
    reclaim(c, product("hyperv", { overcommit: "yes" }), 3000, 0, HIGH);
    expect(list(c.held, 2)).toEqual([1200, 1800]);
    expect(list(c.paged, 2)).toEqual([0, 200]);
  });
  it("what cannot be reclaimed: reservation on ESXi, all where memory is fixed, minimum on Hyper-V, a quarter on Xen", () => {
    const vm = { ...usualMemory, reservationMiB: 700 };
    expect(guaranteedMiB(product("esxi"), vm, 4000)).toBe(700);
    expect(guaranteedMiB(product("xen"), vm, 4000)).toBe(4000);
    expect(guaranteedMiB(product("xen", { overcommit: "yes" }), vm, 4000)).toBe(1000);
    expect(guaranteedMiB(product("hyperv", { overcommit: "yes" }), vm, 4000)).toBe(700);
    expect(guaranteedMiB(product("hyperv", { overcommit: "yes" }), usualMemory, 4000)).toBe(512);
    // Without a driver nothing can be taken where balloons are all there is.
    expect(guaranteedMiB(product("xen", { overcommit: "yes" }), { ...vm, balloon: false }, 4000)).toBe(4000);
  });
  it("every product of the catalogue has its way", () => {
    expect(Object.keys(memories).sort()).toEqual(["esxi", "hyperv", "ideal", "kvm", "none", "parallels", "virtualbox", "workstation", "xen"]);
  });
});

describe("slowdown", () => {
  it("touches a second: 1200 MiB active are 307,200 pages, each once in 30 s, on 2 vCPUs 5120", () => {
    expect(touchRate(1200, 2)).toBeCloseTo(5120, 9);
  });
  it("1 + touches x (compressed x 20 us + swapped x 200 us): 5120 x (0.1 x 20 us + 0.2 x 200 us) = 0.21504", () => {
    expect(slowdown(5120, 0.1, 20e-6, 0.2, 200e-6)).toBeCloseTo(1.21504, 12);
  });
  it("a blind swap of a fifth hits a fifth of the touches, a balloon over idle pages none", () => {
    // 3000 touched, 1200 active, 1 vCPU: 10,240 touches a second; 600 of 3000 MiB gone.
    const vm = { configured: 3000, active: 1200 };
    const swap = claimsOf([{ ...vm, driver: false }]);
    reclaim(swap, plain, 2400, 0, HIGH);
    expect(swap.slowdown[0]).toBeCloseTo(1 + 10_240 * 0.2 * 200e-6, 12);
    const balloon = claimsOf([vm]);
    reclaim(balloon, plain, 2400, 0, HIGH);
    expect(balloon.slowdown[0]).toBe(1);
  });
  it("a balloon beyond idle pages makes the guest page: 1200 active in 1050 seen, an eighth of the touches", () => {
    const c = claimsOf([{ configured: 3000, active: 1200 }]);
    reclaim(c, plain, 1050, 0, HIGH);
    expect(c.paged[0]).toBe(150);
    expect(c.slowdown[0]).toBeCloseTo(1 + 10_240 * 0.125 * 200e-6, 12);
  });
  it("of pages taken, half halve: 600 MiB net are 800 pages' worth, 400 compressed into 200 and 400 swapped", () => {
    const c = claimsOf([{ configured: 3000, active: 1200, driver: false }]);
    reclaim(c, { ...plain, compressionCache: 0.1 }, 2400, 0, HIGH);
    expect([c.compressed[0], c.swapped[0]]).toEqual([400, 400]);
    expect(c.slowdown[0]).toBeCloseTo(1 + 10_240 * ((400 / 3000) * 20e-6 + (400 / 3000) * 200e-6), 12);
  });
  it("a full cache of 10 %: 1500 net are 2000 pages' worth, 600 in the cache of 300, the other 1200 net swapped", () => {
    const c = claimsOf([{ configured: 3000, active: 1200, driver: false }]);
    reclaim(c, { ...plain, compressionCache: 0.1 }, 1500, 0, HIGH);
    expect([c.compressed[0], c.swapped[0]]).toEqual([600, 1200]);
  });
});

describe("laws, for random hosts of every product", () => {
  const mib = fc.integer({ min: 1, max: 64 }).map((n) => n * 128);
  const vms = fc.array(
    fc.record({
      configured: mib,
      activeShare: fc.constantFrom(0, 0.1, 0.4, 0.9, 1),
      touchedShare: fc.constantFrom(0.3, 0.8, 1),
      reservation: fc.constantFrom(0, 0, 0.25, 0.5),
      limit: fc.constantFrom(1e9, 1e9, 0.7),
      shares: fc.constantFrom(0.5, 1, 2),
      equal: fc.constantFrom(0, 0.1),
      driver: fc.boolean(),
    }),
    { minLength: 1, maxLength: 8 },
  );
  const specs = ["esxi", "kvm", "hyperv", "xen", "workstation"].map((name) => product(name, { overcommit: "yes" }));
  const build = (given: readonly (typeof vms extends fc.Arbitrary<(infer T)[]> ? T : never)[], spec: ReclaimSpec): Vm[] =>
    given.map((g) => {
      const touched = g.configured * Math.max(g.touchedShare, g.activeShare);
      const floor = guaranteedMiB(spec, { ...usualMemory, reservationMiB: g.reservation * g.configured, balloon: g.driver }, g.configured);
      return {
        configured: g.configured,
        touched,
        active: g.activeShare * g.configured,
        floor,
        limit: Math.max(floor, g.limit * g.configured),
        shares: g.shares,
        equal: g.equal * touched,
        driver: g.driver,
      };
    });
  const floors = (of: readonly Vm[]): number => of.reduce((s, vm) => s + (vm.floor ?? 0), 0);
  const input = { vms, product: fc.constantFrom(...specs), extra: fc.double({ min: 0, max: 1, noNaN: true }), minFree: fc.constantFrom(0, 100) };

  it("what is held fits the pool and its cushion, nobody falls below its reservation, and every touched page is somewhere", () => {
    fc.assert(
      fc.property(fc.record(input), ({ vms: given, product: spec, extra, minFree }) => {
        const all = build(given, spec);
        const c = claimsOf(all);
        const touched = all.reduce((s, vm) => s + (vm.touched ?? 0), 0);
        const pool = floors(all) + extra * touched;
        reclaim(c, spec, pool, minFree, HIGH);
        let held = 0;
        for (const [i, vm] of all.entries()) {
          held += c.held[i];
          expect(c.held[i]).toBeGreaterThanOrEqual(Math.min(vm.floor ?? 0, (vm.touched ?? 0) - c.saved[i]) - 1e-6);
          expect(c.held[i]).toBeLessThanOrEqual((vm.limit ?? 1e12) + 1e-6);
          expect(c.held[i] + c.saved[i] + c.ballooned[i] + c.compressed[i] / 2 + c.swapped[i]).toBeCloseTo(vm.touched ?? 0, 6);
          expect(c.slowdown[i]).toBeGreaterThanOrEqual(1);
        }
        expect(held).toBeLessThanOrEqual(pool + minFree + 1e-6);
      }),
      { numRuns: 500, seed: 7 },
    );
  });

  it("more memory never slows anybody", () => {
    fc.assert(
      fc.property(fc.record({ ...input, more: fc.double({ min: 0, max: 0.5, noNaN: true }) }), ({ vms: given, product: spec, extra, minFree, more }) => {
        const all = build(given, spec);
        const touched = all.reduce((s, vm) => s + (vm.touched ?? 0), 0);
        const [less, rich] = [0, more].map((m) => {
          const c = claimsOf(all);
          reclaim(c, spec, floors(all) + (extra + m) * touched, minFree, HIGH);
          return c.slowdown;
        });
        for (let i = 0; i < all.length; i++) expect(rich[i]).toBeLessThanOrEqual(less[i] * (1 + 1e-9));
      }),
      { numRuns: 1000, seed: 8 },
    );
  });

  it("a higher reservation never hurts its owner", () => {
    fc.assert(
      fc.property(fc.record({ ...input, share: fc.double({ min: 0, max: 1, noNaN: true }) }), ({ vms: given, product: spec, extra, minFree, share }) => {
        const all = build(given, spec);
        const touched = all.reduce((s, vm) => s + (vm.touched ?? 0), 0);
        const more = all.map((vm, i) => (i === 0 ? { ...vm, floor: Math.max(vm.floor ?? 0, share * Math.min(vm.configured, vm.limit ?? 1e12)) } : vm));
        const pool = floors(more) + extra * touched;
        const [before, after] = [all, more].map((of) => {
          const c = claimsOf(of);
          reclaim(c, spec, pool, minFree, HIGH);
          return c;
        });
        expect(after.held[0]).toBeGreaterThanOrEqual(before.held[0] - 1e-6);
        expect(after.slowdown[0]).toBeLessThanOrEqual(before.slowdown[0] * (1 + 1e-9));
      }),
      { numRuns: 1000, seed: 9 },
    );
  });

  it("does not depend on the order of the VMs", () => {
    fc.assert(
      fc.property(fc.record(input), ({ vms: given, product: spec, extra, minFree }) => {
        const all = build(given, spec);
        const pool = floors(all) + extra * all.reduce((s, vm) => s + (vm.touched ?? 0), 0);
        const forward = claimsOf(all);
        const backward = claimsOf([...all].reverse());
        expect(reclaim(backward, spec, pool, minFree, HIGH)).toBe(reclaim(forward, spec, pool, minFree, HIGH));
        for (let i = 0; i < all.length; i++) expect(backward.held[all.length - 1 - i]).toBeCloseTo(forward.held[i], 6);
      }),
      { numRuns: 300, seed: 10 },
    );
  });

  it("all sizes twice as large, the same shares of them: slowdown only by the twice as many touches", () => {
    fc.assert(
      fc.property(fc.record(input), ({ vms: given, product: spec, extra, minFree }) => {
        const all = build(given, spec);
        const pool = floors(all) + extra * all.reduce((s, vm) => s + (vm.touched ?? 0), 0);
        const twice = all.map((vm) => ({
          ...vm,
          configured: 2 * vm.configured,
          touched: 2 * (vm.touched ?? 0),
          active: 2 * vm.active,
          floor: 2 * (vm.floor ?? 0),
          limit: 2 * (vm.limit ?? 0),
          equal: 2 * (vm.equal ?? 0),
        }));
        const a = claimsOf(all);
        const b = claimsOf(twice);
        reclaim(a, spec, pool, minFree, HIGH);
        reclaim(b, spec, 2 * pool, 2 * minFree, HIGH);
        for (let i = 0; i < all.length; i++) {
          expect(b.held[i]).toBeCloseTo(2 * a.held[i], 5);
          expect(b.slowdown[i] - 1).toBeCloseTo(2 * (a.slowdown[i] - 1), 6);
        }
      }),
      { numRuns: 300, seed: 11 },
    );
  });
});
