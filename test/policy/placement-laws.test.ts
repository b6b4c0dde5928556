import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { streams } from "../../src/kernel/streams.ts";
import { placementPolicies, placementPolicy } from "../../src/policy/placement/index.ts";
import { type FakeHost, fleetOf, plainVm } from "./fleet.ts";

// Small ranges, so that ties, full hosts and hosts short of CPU are common.
const host: fc.Arbitrary<FakeHost> = fc.record({
  group: fc.constantFrom("a", "b"),
  fits: fc.boolean(),
  cores: fc.integer({ min: 1, max: 16 }),
  coreMHz: fc.constantFrom(1000, 2400),
  usedMHz: fc.integer({ min: 0, max: 20_000 }),
  demandMHz: fc.integer({ min: 0, max: 40_000 }),
  memoryMiB: fc.constantFrom(1000, 4000),
  freeMemoryMiB: fc.integer({ min: -100, max: 1000 }),
  vcpus: fc.integer({ min: 0, max: 20 }),
  mostVcpus: fc.constantFrom(16, 64, Infinity),
  vms: fc.integer({ min: 0, max: 3 }),
  idleWatts: fc.constantFrom(50, 100),
  fullWatts: fc.constantFrom(200, 400),
});
const vm = fc.record({
  vm: fc.nat(100),
  name: fc.constant("vm"),
  vcpus: fc.integer({ min: 1, max: 8 }),
  memoryMiB: fc.integer({ min: 1, max: 500 }),
  demandMHz: fc.integer({ min: 0, max: 9000 }),
  owner: fc.constantFrom("anna", "ben"),
  serviceClass: fc.constantFrom("gold", "standard"),
});
const fleet = fc.array(host, { maxLength: 8 });
const runs = { numRuns: 500, seed: 11 };

const luck = (): (() => number) => {
  const stream = streams("laws")("placement");
  return () => stream.uniform();
};

describe.each(placementPolicies.map((policy) => [policy.name, policy] as const))("%s", (name, policy) => {
  it("takes a host that next() offered, and none only when none fits", () => {
    fc.assert(
      fc.property(fleet, fc.array(vm, { minLength: 1, maxLength: 5 }), (list, vms) => {
        const place = policy.create({}, luck());
        for (const ask of vms) {
          const offered: number[] = [];
          const { host: chosen } = place(ask, fleetOf(list, offered));
          const fitting = list.some((h) => h.fits);
          expect(fitting ? offered : [-1]).toContain(chosen);
        }
      }),
      runs,
    );
  });

  it("chooses the same for the same VMs, fleet and luck", () => {
    fc.assert(
      fc.property(fleet, fc.array(vm, { maxLength: 5 }), (list, vms) => {
        const choices = [1, 2].map(() => {
          const place = policy.create({}, luck());
          return vms.map((ask) => place(ask, fleetOf(list)));
        });
        expect(choices[0]).toEqual(choices[1]);
      }),
      runs,
    );
  });

  it("changes neither fleet nor VM", () => {
    fc.assert(
      fc.property(fleet, vm, (list, ask) => {
        const before = structuredClone({ list, ask });
        policy.create({}, luck())(Object.freeze(ask), fleetOf(list.map((h) => Object.freeze(h))));
        expect({ list, ask }).toEqual(before);
      }),
      { numRuns: 100, seed: 11 },
    );
  });

  it("is found by its name, says what it does and where it comes from, and refuses options it does not know", () => {
    expect(placementPolicy(name)).toBe(policy);
    expect(policy.about).not.toBe("");
    expect(policy.source).not.toBe("");
    expect(() => policy.create({ colour: "blue" }, luck())).toThrow(`placement policy "${name}" has no option "colour"`);
  });

  it("gives a finite score or none", () => {
    fc.assert(
      fc.property(fleet, vm, (list, ask) => {
        const { score } = policy.create({}, luck())(ask, fleetOf(list));
        expect(Number.isFinite(score) || Number.isNaN(score)).toBe(true);
        if (policy.score === "") expect(score).toBeNaN();
      }),
      runs,
    );
  });
});

describe("the registry", () => {
  it("has nine policies, each name once", () => {
    expect(placementPolicies.map((policy) => policy.name)).toEqual([
      "first-fit",
      "best-fit",
      "worst-fit",
      "round-robin",
      "random",
      "power-aware-best-fit",
      "dot-product",
      "carbon-aware",
      "nova",
    ]);
  });

  it("offers the nearest name for a wrong one", () => {
    expect(() => placementPolicy("frist-fit")).toThrow('no placement policy "frist-fit"; did you mean "first-fit"? (there are first-fit, best-fit');
    expect(() => placementPolicy("zzz")).toThrow(/^no placement policy "zzz" \(there are/);
  });
});

describe("no host at all", () => {
  it.each(placementPolicies.map((policy) => [policy.name, policy] as const))("%s says so", (_name, policy) => {
    expect(policy.create({}, luck())(plainVm, fleetOf([]))).toEqual({ host: -1, score: NaN });
  });
});
