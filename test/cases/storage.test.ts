/** Storage by hand: device and latency, space that grows and runs out, snapshots, who gets what and what it does to the VMs. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { chainCost, erlangC, latency, latencyFactor } from "../../src/model/device.ts";
import { Disk } from "../../src/model/disks.ts";
import type { DatastoreSpec, DiskSpec } from "../../src/model/storage-spec.ts";
import type { ResolvedHypervisor, ResolvedScenario, ResolvedVmGroup } from "../../src/scenario/resolved.ts";
import { divvy } from "../../src/sharing/divvy.ts";
import { maxMinRates } from "../../src/sharing/network.ts";
import { simulate } from "../../src/simulation.ts";
import { host, ideal, pieces, scenario, tasks, vm } from "../support/build.ts";
import { account, cell, eventTimes } from "../support/read.ts";

const GIB = 1024;
const disk = (over: Partial<DiskSpec> = {}): DiskSpec => ({
  sizeMiB: 100 * GIB,
  datastore: "san",
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
const store = (over: Partial<DatastoreSpec> = {}): DatastoreSpec => ({
  name: "san",
  capacityMiB: 1000 * GIB,
  iops: 1000,
  mibPerSecond: 1e9,
  latencySeconds: 0.001,
  localTo: null,
  hosts: null,
  networkGbitPerSecond: null,
  ...over,
});
const busy = (seconds: number) => pieces([seconds, 1000]);

describe("a device", () => {
  const one = { iops: 1000, mibPerSecond: 100, latencySeconds: 0.001 };
  it("of one I/O at a time has the latency of M/M/1-PS, S / (1 - rho): at 0, 50 and 90 % load 1, 2 and 10 ms", () => {
    // S = 1 ms; 0, 500 and 900 small I/Os a second.
    for (const [load, ms] of [
      [0, 1],
      [0.5, 2],
      [0.9, 10],
    ] as const) {
      expect(latency(one, load, load, 1000 * load, 1e9) * 1000).toBeCloseTo(ms, 9);
    }
  });
  it("of many I/Os at a time waits by Erlang's delay formula: c = 2 at 50 % load: 2 ms + (1/3) 1 ms / 0.5", () => {
    // c = IOPS x L = 1000 x 2 ms = 2, a = 1: C(2, 1) = (1/2)(2/(2-1)) / (1 + 1 + 1) ... = 1/3.
    expect(erlangC(2, 1)).toBeCloseTo(1 / 3, 12);
    expect(latency({ ...one, latencySeconds: 0.002 }, 0.5, 0.5, 500, 1e9)).toBeCloseTo(0.002 + (1 / 3) * (0.001 / 0.5), 12);
    expect(erlangC(1, 0.7)).toBeCloseTo(0.7, 12);
  });
  it("takes longer for larger I/Os: 100 a second of 0.1 MiB take 1 + 1 ms each, 20 % load: S / (1 - rho) = 2.5 ms", () => {
    expect(latency(one, 0.2, 0.2, 100, 1e9)).toBeCloseTo(0.002 / 0.8, 12);
  });
  it("that is full lets guests wait for what they have under way: 64 I/Os at 1000 a second are 64 ms (Little)", () => {
    expect(latency(one, 1, 1, 1000, 64)).toBeCloseTo(0.064, 12);
    // Just below it the queue cannot be longer than what there is either.
    expect(latency(one, 0.9999, 0.9999, 999.9, 64)).toBeCloseTo(64 / 999.9, 12);
  });
  it("slows work that waits for single I/Os 20 % of its time to 1 / (0.8 + 0.2 x 10) when they take ten times as long", () => {
    expect(latencyFactor(0.2, 0.01, 0.001)).toBeCloseTo(1 / 2.8, 12);
    expect(latencyFactor(0, 0.01, 0.001)).toBe(1);
  });
  it("reads through a chain of three deltas at 1 + 3 x 0.2 I/Os each, writes at one: 70 % reads make 1.42", () => {
    expect(chainCost(3, 1)).toBeCloseTo(1.6, 12);
    expect(chainCost(3, 0.7)).toBeCloseTo(1.42, 12);
    expect(chainCost(0, 1)).toBe(1);
  });
  it("never has less latency at more load", () => {
    const load = fc.double({ min: 0, max: 0.999, noNaN: true });
    fc.assert(
      fc.property(load, load, fc.constantFrom(0.001, 0.0005, 0.02), (a, b, base) => {
        const [low, high] = [Math.min(a, b), Math.max(a, b)];
        const at = (rho: number): number => latency({ ...one, latencySeconds: base }, rho, rho, 1000 * rho, 1e9);
        expect(at(low)).toBeLessThanOrEqual(at(high) * (1 + 1e-9));
      }),
    );
  });
});

describe("one full device", () => {
  it("shares its time by weight as divvy does, whatever the size of the I/Os", () => {
    // Entries ask for rate x t of the device; as flows their rate is MiB/s and their use of the device t / size.
    const entry = fc.record({
      mib: fc.double({ min: 0.1, max: 50, noNaN: true }),
      perMiB: fc.double({ min: 0.01, max: 1, noNaN: true }),
      weight: fc.integer({ min: 1, max: 4 }),
    });
    fc.assert(
      fc.property(fc.array(entry, { minLength: 1, maxLength: 8 }), (entries) => {
        const rates = maxMinRates(
          [1],
          entries.map(({ mib, perMiB, weight }) => ({ links: [0], use: [perMiB], cap: mib, weight: weight / perMiB })),
        );
        const shares = divvy(
          1,
          entries.map(({ mib, perMiB, weight }) => ({ demand: mib * perMiB, weight })),
        );
        for (const [i, { perMiB }] of entries.entries()) expect(rates[i] * perMiB).toBeCloseTo(shares[i], 9);
      }),
    );
  });
});

describe("a virtual disk", () => {
  const grow = { growthMiBPerSecond: 1, changeMiBPerSecond: 3 };
  const run = (spec: DiskSpec): Disk => {
    const made = new Disk(0, spec, 0, 0);
    made.writes = true;
    made.settle(0);
    return made;
  };
  it("thick takes all from the start, thin grows with new data to its size", () => {
    const thick = run(disk({ kind: "thick", sizeMiB: 100, ...grow }));
    expect([thick.usedMiB, thick.rate]).toEqual([100, 0]);
    const thin = run(disk({ sizeMiB: 100, usedMiB: 40, ...grow }));
    expect([thin.rate, thin.secondsToFull()]).toEqual([1, 60]);
    thin.settle(60);
    expect([thin.usedMiB, thin.rate]).toEqual([100, 0]);
  });
  it("with a snapshot writes new and changed data to a delta of at most its size; merging keeps only the new", () => {
    const thin = run(disk({ sizeMiB: 100, usedMiB: 40, ...grow }));
    thin.snapshot();
    thin.settle(0);
    // 4 MiB/s: 80 MiB after 20 s, of which a quarter is new.
    expect([thin.rate, thin.secondsToFull(), thin.promisedMiB]).toEqual([4, 25, 200]);
    thin.settle(20);
    expect([thin.usedMiB, thin.mergeMiB, thin.deltas]).toEqual([120, 80, 1]);
    thin.merge();
    thin.settle(20);
    expect([thin.usedMiB, thin.deltas, thin.rate]).toEqual([60, 0, 1]);
  });
  it("linked has a delta of its own above an image that is not its own", () => {
    const linked = run(disk({ kind: "linked", sizeMiB: 100, usedMiB: 40, ...grow }));
    linked.settle(10);
    expect([linked.usedMiB, linked.deltas, linked.snapshots, linked.promisedMiB]).toEqual([40, 1, 0, 100]);
  });
});

const gib = (results: ReturnType<typeof simulate>, column: string, name = "san"): number => {
  const table = results.extra.find((one) => one.name === "datastores");
  if (table === undefined) throw new Error("no table of datastores");
  return cell(table, "datastore", name, column);
};
const run = (over: Partial<ResolvedScenario>) => simulate(scenario({ durationSeconds: 1000, observeSeconds: 100, ...over }));

describe("space", () => {
  const growing = (over: Partial<ResolvedVmGroup> = {}): ResolvedVmGroup =>
    vm({ name: "v", count: 2, disks: [disk({ usedMiB: 10 * GIB, growthMiBPerSecond: GIB / 10 })], workload: busy(2000), ...over });
  const cores = [host({ cores: 4 })];

  it("20 GiB in use and 0.2 GiB/s more fill 100 GiB after 400 s: both VMs stop then, with the reason, and stay", () => {
    const results = run({ hosts: cores, vms: [growing()], datastores: [store({ capacityMiB: 100 * GIB })] });
    for (const name of ["v-1", "v-2"]) expect(eventTimes(results, "out of space", name, "san is full: 100.0 GiB, with 200.0 GiB promised")).toEqual([400]);
    expect(account(results, "vm", "stopped (out of space)")).toBeCloseTo(1200, 6);
    expect(cell(results.vms, "vm", "v-1", "running_s")).toBeCloseTo(400, 6);
    expect(gib(results, "used_gib")).toBeCloseTo(100, 6);
    // The mean of 20 .. 100 over 400 s, then 100 for 600 s.
    expect(gib(results, "used_mean_gib")).toBeCloseTo((60 * 400 + 100 * 600) / 1000, 6);
  });
  it("more capacity at 500 lets them run on from there, until 140 GiB are full after another 200 s", () => {
    const results = run({
      hosts: cores,
      vms: [growing()],
      datastores: [store({ capacityMiB: 100 * GIB })],
      events: [{ atSeconds: 500, datastore: "san", do: "resize", capacityMiB: 140 * GIB }],
    });
    expect(eventTimes(results, "space again", "v-1")).toEqual([500]);
    expect(eventTimes(results, "out of space", "v-1")[1]).toBeCloseTo(700, 6);
  });
  it("a disk stops growing at its size, and a VM that is over gives its space back", () => {
    const results = run({
      hosts: cores,
      vms: [growing({ count: 1, disks: [disk({ sizeMiB: 20 * GIB, usedMiB: 10 * GIB, growthMiBPerSecond: GIB / 10 })], lifetimeSeconds: 500 })],
      datastores: [store({ capacityMiB: 100 * GIB })],
    });
    expect([gib(results, "peak_gib"), gib(results, "used_gib")]).toEqual([20, 0]);
  });
  it("thick disks that do not fit are refused, with the numbers; thin ones are placed", () => {
    const two = (kind: "thick" | "thin") =>
      run({ hosts: cores, vms: [vm({ count: 2, disks: [disk({ kind, sizeMiB: 60 * GIB })] })], datastores: [store({ capacityMiB: 100 * GIB })] });
    expect(two("thick").vms.columns.find(({ name }) => name === "reason")?.values[1]).toBe("storage: needs 60.0 GiB, san has 40.0 GiB free");
    expect(two("thin").vms.columns.find(({ name }) => name === "reason")?.values[1]).toBe("");
  });
  it("ten linked clones of an image of 10 GiB take 10 GiB and what they wrote: 10 x 1 GiB", () => {
    const results = run({
      hosts: [host({ cores: 10 })],
      vms: [vm({ count: 10, disks: [disk({ kind: "linked", sizeMiB: 20 * GIB, usedMiB: 10 * GIB, changeMiBPerSecond: 1.024 })], workload: busy(2000) })],
      datastores: [store()],
    });
    expect(gib(results, "used_gib")).toBeCloseTo(20, 9);
    // Image and ten deltas of at most 20 GiB.
    expect(gib(results, "promised_gib")).toBe(210);
  });
  it("a snapshot grows a delta; deleting it copies the delta (read and written) and frees it", () => {
    // 1.024 MiB/s for 500 s = 512 MiB, merged at 1024 MiB / (64 MiB/s) = 16 s later; nothing of it is new data.
    const results = run({
      vms: [vm({ disks: [disk({ usedMiB: GIB, changeMiBPerSecond: 1.024 })], workload: busy(2000) })],
      datastores: [store({ mibPerSecond: 64 })],
      events: [
        { atSeconds: 100, vm: "v", do: "snapshot" },
        { atSeconds: 600, vm: "v", do: "delete snapshots" },
      ],
    });
    expect(eventTimes(results, "snapshots deleted", "v")).toEqual([616]);
    // During the merge the delta grows on by 16 x 1.024 MiB.
    expect(gib(results, "peak_gib")).toBeCloseTo(1 + (512 + 16.384) / GIB, 9);
    expect(gib(results, "used_gib")).toBeCloseTo(1, 9);
  });
  it("a chain as long as the product allows takes no further snapshot", () => {
    const results = run({
      hosts: [host({ hypervisor: { ...ideal, maxSnapshots: 1 } })],
      vms: [vm({ disks: [disk()] })],
      datastores: [store()],
      events: [
        { atSeconds: 1, vm: "v", do: "snapshot" },
        { atSeconds: 2, vm: "v", do: "snapshot" },
      ],
    });
    expect(eventTimes(results, "refused", "v", "VM v has 1 snapshots, the most its product allows")).toEqual([2]);
  });
  it("a VM with a local disk stays on its host, and only hosts that reach its datastore take it", () => {
    const results = run({
      hosts: [host({ name: "a" }), host({ name: "b" }), host({ name: "c" })],
      vms: [vm({ name: "near", disks: [disk({ datastore: "ssd" })], host: "b" }), vm({ name: "far", disks: [disk()], host: "b" })],
      datastores: [store({ name: "ssd", localTo: "b" }), store({ hosts: ["b", "c"] })],
      events: [
        { atSeconds: 1, vm: "near", do: "migrate", to: "c" },
        { atSeconds: 1, vm: "far", do: "migrate", to: "a" },
        { atSeconds: 2, vm: "far", do: "migrate", to: "c" },
      ],
    });
    expect(eventTimes(results, "refused", "near", "c cannot take it: storage: c does not reach ssd@b, where a disk lies")).toEqual([1]);
    expect(eventTimes(results, "refused", "far", "a cannot take it: storage: a does not reach san, where a disk lies")).toEqual([1]);
    expect(eventTimes(results, "migrated", "far")).toHaveLength(1);
  });
});

describe("speed", () => {
  const reader = (over: Partial<ResolvedVmGroup> = {}): ResolvedVmGroup =>
    vm({ name: "r", io: { iops: 800, gbitPerSecond: 0, diskMiBPerSecond: 0 }, disks: [disk()], workload: tasks([{ work: 100 }]), ...over });

  it("two VMs that ask 800 each of 1000 I/Os a second get 500: work of 100 s takes 160 s, 60 of them lost to the disk", () => {
    const results = simulate(scenario({ hosts: [host({ cores: 2 })], vms: [reader({ count: 2 })], datastores: [store()] }));
    for (const name of ["r-1", "r-2"]) expect(eventTimes(results, "task done", name)[0]).toBeCloseTo(160, 6);
    expect(account(results, "vm", "slowed by disk")).toBeCloseTo(2 * 60, 6);
    // Full for 160 s, with 1000 I/Os a second served.
    expect(gib(results, "ios")).toBeCloseTo(160_000, 3);
    expect(gib(results, "full_s")).toBeCloseTo(160, 6);
    // And it says by what: 3/8 of 160 s each.
    const holdups = results.extra.find(({ name }) => name === "holdups");
    const told = Array.from({ length: holdups?.rows ?? 0 }, (_, i) => holdups?.columns.map(({ values }) => values[i]));
    expect(told.map((row) => row?.slice(0, 3))).toEqual([
      ["r-1", "disk", "san device"],
      ["r-2", "disk", "san device"],
    ]);
    for (const row of told) expect(row?.[3]).toBeCloseTo(60, 6);
  });
  it("two hosts that share the datastore slow each other the same way; a third on its own one is not touched", () => {
    const results = simulate(
      scenario({
        hosts: [host({ name: "a" }), host({ name: "b" }), host({ name: "c" })],
        vms: [reader({ name: "ra", host: "a" }), reader({ name: "rb", host: "b" }), reader({ name: "rc", host: "c", disks: [disk({ datastore: "own" })] })],
        datastores: [store(), store({ name: "own" })],
      }),
    );
    expect(["ra", "rb", "rc"].map((name) => Number(eventTimes(results, "task done", name)[0].toFixed(6)))).toEqual([160, 160, 100]);
  });
  it("shares 3 : 1 give 750 and 250 of 1000; the first then runs at 750/800, the second at 250/800 until the first is done", () => {
    const results = simulate(
      scenario({
        hosts: [host({ cores: 2 })],
        vms: [reader({ name: "high", disks: [disk({ shares: 3 })] }), reader({ name: "low" })],
        datastores: [store()],
      }),
    );
    const high = 100 / (750 / 800);
    expect(eventTimes(results, "task done", "high")[0]).toBeCloseTo(high, 6);
    expect(eventTimes(results, "task done", "low")[0]).toBeCloseTo(high + (100 - (high * 250) / 800), 6);
  });
  it("a limit of 200 I/Os a second on a disk that is asked 800 slows its VM to a quarter, and leaves the rest to others", () => {
    const results = simulate(
      scenario({
        hosts: [host({ cores: 2 })],
        vms: [reader({ name: "held", disks: [disk({ limitIops: 200 })], workload: tasks([{ work: 10 }]) }), reader({ name: "free" })],
        datastores: [store()],
      }),
    );
    expect(eventTimes(results, "task done", "held")[0]).toBeCloseTo(40, 6);
    expect(eventTimes(results, "task done", "free")[0]).toBeCloseTo(100, 6);
  });
  it("throughput counts like I/Os: 40 of 100 MiB/s and 600 of 1000 I/Os fit, 60 MiB/s and 600 do not", () => {
    const at = (mib: number) =>
      simulate(scenario({ vms: [reader({ io: { iops: 600, gbitPerSecond: 0, diskMiBPerSecond: mib } })], datastores: [store({ mibPerSecond: 100 })] }));
    expect(eventTimes(at(40), "task done", "r")[0]).toBeCloseTo(100, 6);
    // 0.6 + 0.6 = 1.2 of the device: 1/1.2 of what is asked.
    expect(eventTimes(at(60), "task done", "r")[0]).toBeCloseTo(120, 6);
  });
  it("a product that gets 50 % of the I/Os out of a device is held to that on each host, two hosts together to all of it", () => {
    const half: ResolvedHypervisor = { ...ideal, diskIopsEfficiency: 0.5 };
    const hosts = ["a", "b"].map((name) => host({ name, hypervisor: half }));
    const alone = simulate(scenario({ hosts, vms: [reader({ host: "a" })], datastores: [store()] }));
    expect(eventTimes(alone, "task done", "r")[0]).toBeCloseTo(160, 6);
    const both = simulate(scenario({ hosts, vms: [reader({ name: "ra", host: "a" }), reader({ name: "rb", host: "b" })], datastores: [store()] }));
    expect(eventTimes(both, "task done", "ra")[0]).toBeCloseTo(160, 6);
    expect(gib(both, "ios")).toBeCloseTo(160_000, 3);
  });
  it("a snapshot at 10 makes 900 reads a second 1080 of a device that does 1000: 10 s of 100 at full speed, 90 at 1000 / 1080", () => {
    const results = simulate(
      scenario({
        vms: [reader({ io: { iops: 900, gbitPerSecond: 0, diskMiBPerSecond: 0, readShare: 1 } })],
        datastores: [store()],
        events: [{ atSeconds: 10, vm: "r", do: "snapshot" }],
      }),
    );
    expect(eventTimes(results, "task done", "r")[0]).toBeCloseTo(10 + 90 * 1.08, 6);
  });
  it("work that waits for I/O half its time runs at 1 / (0.5 + 0.5 x 5) beside a neighbour that drives latency from 1 to 5 ms", () => {
    // 800 I/Os a second of 1000, one at a time: 1 / (1 - 0.8) = 5 ms.
    const results = simulate(
      scenario({
        hosts: [host({ cores: 2 })],
        vms: [
          reader({ name: "waits", io: { iops: 0, gbitPerSecond: 0, diskMiBPerSecond: 1, waitShare: 0.5 }, workload: tasks([{ work: 10 }]) }),
          reader({ name: "loud" }),
        ],
        datastores: [store({ mibPerSecond: 1e12 })],
      }),
    );
    expect(eventTimes(results, "task done", "waits")[0]).toBeCloseTo(30, 5);
    expect(gib(results, "latency_peak_ms")).toBeCloseTo(5, 9);
  });
  it("a datastore on the network is as fast as its port and the host's card: 10 Gbit/s in halves for two readers of 800 MiB/s", () => {
    // Reads of 800 MiB/s = 6.71 Gbit/s each over one card of 10 Gbit/s in: 1192.09 MiB/s for 1600.
    const results = simulate(
      scenario({
        hosts: [host({ cores: 2, networkGbitPerSecond: 10 })],
        vms: [reader({ count: 2, io: { iops: 0, gbitPerSecond: 0, diskMiBPerSecond: 800, readShare: 1 } })],
        datastores: [store({ mibPerSecond: 1e6, networkGbitPerSecond: 40 })],
      }),
    );
    expect(eventTimes(results, "task done", "r-1")[0]).toBeCloseTo((100 * 1600) / (1e10 / 8 / 2 ** 20), 6);
  });
});

describe("the control domain", () => {
  /** 100 us of the control domain for each I/O, half a core reserved for it: 5000 I/Os a second at most. */
  const dom0: ResolvedHypervisor = { ...ideal, ioChargedTo: "control-domain", cpuMicrosecondsPerIo: 100, reservedCores: 0.5 };
  const vms = [vm({ io: { iops: 8000, gbitPerSecond: 0, diskMiBPerSecond: 0 }, disks: [disk()], workload: tasks([{ work: 100 }]) })];
  const hosts = [host({ cores: 4, hypervisor: dom0 })];
  it("that handles 5000 of 8000 I/Os a second is the bottleneck, not the device behind it", () => {
    const results = simulate(scenario({ hosts, vms, datastores: [store({ iops: 6000 })] }));
    expect(eventTimes(results, "task done", "v")[0]).toBeCloseTo(160, 6);
    expect(account(results, "vm", "waiting for I/O")).toBeCloseTo(60, 6);
    expect(account(results, "vm", "slowed by disk")).toBeCloseTo(0, 9);
    expect(account(results, "cpu", "control domain")).toBeCloseTo(80, 6);
    expect(gib(results, "ios")).toBeCloseTo(800_000, 3);
  });
  it("has less to do when the device gives less: 2000 a second are 0.2 cores", () => {
    const results = simulate(scenario({ hosts, vms, datastores: [store({ iops: 2000 })] }));
    // 2000 of 8000: work of 100 s takes 400 s.
    expect(eventTimes(results, "task done", "v")[0]).toBeCloseTo(400, 6);
    expect(account(results, "cpu", "control domain")).toBeCloseTo(80, 6);
    // Of full speed the disk takes 3000 of the 5000 that the control domain would let through, the control domain the rest.
    expect(account(results, "vm", "slowed by disk") + account(results, "vm", "waiting for I/O")).toBeCloseTo(300, 6);
  });
});
