/**
 * Laws of disks and network over random hosts, datastores and VMs: faster devices and links never slow anyone, scaling all sizes
 * and speeds changes no ratio, and the order of VMs and datastores does not matter.
 *
 * "Never slows anyone" is a law of one device or one link that all share: what each gets of it by weighted max-min does not fall
 * as it grows. Over several links in a row it is none: a wider first link lets another flow through to a second one that
 * both share. So every VM here meets one device and one card.
 */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { DatastoreSpec, DiskSpec } from "../../src/model/storage-spec.ts";
import { numbers, texts } from "../../src/results/table.ts";
import type { ResolvedScenario, ResolvedVmGroup } from "../../src/scenario/resolved.ts";
import { simulate } from "../../src/simulation.ts";
import { host, ideal, pieces, scenario, vm } from "../support/build.ts";

const SECONDS = 100;
const GIB = 1024;

interface World {
  readonly cardGbit: number;
  readonly datastores: readonly DatastoreSpec[];
  readonly vms: readonly ResolvedVmGroup[];
}

const disk = (over: Partial<DiskSpec>): DiskSpec => ({
  sizeMiB: 10 * GIB,
  datastore: "d0",
  kind: "thin",
  usedMiB: 0,
  growthMiBPerSecond: 0,
  changeMiBPerSecond: 0,
  ioShare: 1,
  shares: 1,
  limitIops: null,
  limitMiBPerSecond: null,
  ...over,
});

const worlds: fc.Arbitrary<World> = fc
  .record({
    cardGbit: fc.integer({ min: 1, max: 20 }).map((n) => n / 10),
    datastores: fc.array(
      fc.record({
        iops: fc.integer({ min: 50, max: 3000 }),
        mibPerSecond: fc.integer({ min: 5, max: 200 }),
        // I/Os that the device does at a time.
        channels: fc.constantFrom(1, 1, 4, 20),
      }),
      { minLength: 1, maxLength: 3 },
    ),
    vms: fc.array(
      fc.record({
        datastore: fc.nat(2),
        mhz: fc.integer({ min: 10, max: 1000 }),
        iops: fc.integer({ min: 0, max: 1500 }),
        diskMiBPerSecond: fc.integer({ min: 0, max: 60 }),
        gbit: fc.constantFrom(0, 0.1, 0.4, 1.5),
        received: fc.constantFrom(0, 0.5, 1),
        shares: fc.constantFrom(0.5, 1, 2),
        limitIops: fc.option(fc.integer({ min: 20, max: 800 }), { nil: null }),
        waits: fc.constantFrom(0, 0, 0.3),
      }),
      { minLength: 1, maxLength: 6 },
    ),
  })
  .map(({ cardGbit, datastores, vms }) => ({
    cardGbit,
    datastores: datastores.map(({ iops, mibPerSecond, channels }, i) => ({
      name: `d${i}`,
      capacityMiB: 1000 * GIB,
      iops,
      mibPerSecond,
      latencySeconds: channels / iops,
      localTo: null,
      hosts: null,
      networkGbitPerSecond: null,
    })),
    vms: vms.map(({ datastore, mhz, iops, diskMiBPerSecond, gbit, received, shares, limitIops, waits }, i) =>
      vm({
        name: `v${i}`,
        memoryMiB: 1,
        io: { iops, diskMiBPerSecond, gbitPerSecond: gbit, receivedShare: received, waitShare: waits },
        disks: [disk({ datastore: `d${datastore % datastores.length}`, shares, limitIops })],
        workload: pieces([SECONDS + 1, mhz]),
      }),
    ),
  }));

/** Part of its work that each VM does, by name: nothing but disk and network is short. */
function speeds({ cardGbit, datastores, vms }: World): Map<string, number> {
  const given: Partial<ResolvedScenario> = {
    durationSeconds: SECONDS,
    hosts: [host({ cores: 64, coreMHz: 100_000, networkGbitPerSecond: cardGbit, hypervisor: ideal })],
    networks: [{ name: "guest", kind: "guest", vlan: null, limitGbitPerSecond: null, weight: 1 }],
    datastores: [...datastores],
    vms: [...vms],
  };
  const { vms: table } = simulate(scenario(given));
  const [done, asked] = [numbers(table, "delivered_core_s"), numbers(table, "demanded_core_s")];
  return new Map(texts(table, "vm").map((name, i) => [name, done[i] / asked[i]]));
}

const faster = (store: DatastoreSpec, k: number): DatastoreSpec => ({
  ...store,
  iops: store.iops * k,
  mibPerSecond: store.mibPerSecond * k,
});

function expectNoSlower(before: World, after: World): void {
  const then = speeds(after);
  for (const [name, speed] of speeds(before)) expect(then.get(name) ?? 0, name).toBeGreaterThanOrEqual(speed - 1e-9);
}

describe("disk and network", () => {
  it("more I/Os and throughput of a datastore, at the same latency, never slow anyone", () => {
    fc.assert(
      fc.property(worlds, fc.double({ min: 1, max: 10, noNaN: true }), (world, k) => {
        const [first, ...rest] = world.datastores as [DatastoreSpec];
        expectNoSlower(world, { ...world, datastores: [faster(first, k), ...rest] });
      }),
      { numRuns: 150 },
    );
  });
  it("a faster card never slows anyone", () => {
    fc.assert(
      fc.property(worlds, fc.double({ min: 1, max: 10, noNaN: true }), (world, k) => expectNoSlower(world, { ...world, cardGbit: world.cardGbit * k })),
      { numRuns: 150 },
    );
  });
  it("scaling all sizes and speeds by 4 changes no ratio", () => {
    const k = 4;
    fc.assert(
      fc.property(worlds, (world) => {
        const scaled: World = {
          cardGbit: world.cardGbit * k,
          // More bytes an I/O and a second, as many I/Os.
          datastores: world.datastores.map((store) => ({ ...store, mibPerSecond: store.mibPerSecond * k, capacityMiB: store.capacityMiB * k })),
          vms: world.vms.map((group) => ({
            ...group,
            io: { ...group.io, diskMiBPerSecond: (group.io.diskMiBPerSecond ?? 0) * k, gbitPerSecond: group.io.gbitPerSecond * k },
            disks: (group.disks ?? []).map((one) => ({ ...one, sizeMiB: one.sizeMiB * k })),
          })),
        };
        const after = speeds(scaled);
        for (const [name, speed] of speeds(world)) expect(after.get(name), name).toBeCloseTo(speed, 9);
      }),
      { numRuns: 150 },
    );
  });
  it("the order of VMs and of datastores in the file does not matter", () => {
    fc.assert(
      fc.property(worlds, (world) => {
        const after = speeds({ ...world, vms: [...world.vms].reverse(), datastores: [...world.datastores].reverse() });
        for (const [name, speed] of speeds(world)) expect(after.get(name), name).toBeCloseTo(speed, 9);
      }),
      { numRuns: 100 },
    );
  });
  it("they do hold VMs back: half of the worlds have one that is slowed", () => {
    const drawn = fc.sample(worlds, { numRuns: 60, seed: 1 });
    expect(drawn.filter((world) => [...speeds(world).values()].some((speed) => speed < 0.99)).length).toBeGreaterThan(30);
  });
});
