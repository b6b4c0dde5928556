/** Service-level figures by hand: each case small enough for its integrals to be written down. */
import { describe, expect, it } from "vitest";
import { Kernel } from "../../src/kernel/kernel.ts";
import { powerSwitching } from "../../src/metrics/sla.ts";
import { Datacenter } from "../../src/model/datacenter.ts";
import { simulate } from "../../src/simulation.ts";
import { host, ideal, pieces, scenario, vm } from "../support/build.ts";
import { cell, metric } from "../support/read.ts";

const busy = (name: string, seconds: number, on = "h") => vm({ name, host: on, workload: pieces([seconds, 1000], [400 - seconds, 100]) });

describe("SLATAH", () => {
  it("is the share of its time on in which a host was short: two VMs want its one core for 100 of 400 s", () => {
    const results = simulate(scenario({ durationSeconds: 400, vms: [busy("a", 100), busy("b", 100)] }));
    expect(cell(results.hosts, "host", "h", "short_s")).toBe(100);
    expect(cell(results.hosts, "host", "h", "slatah_pct")).toBe(25);
    expect(metric(results, "slatah_pct")).toBe(25);
  });

  it("is the mean over hosts that ran a VM, each counting once: (25 % + 0) / 2; one never used does not count", () => {
    const hosts = [host(), host({ name: "calm" }), host({ name: "empty" })];
    const results = simulate(scenario({ durationSeconds: 400, hosts, vms: [busy("a", 100), busy("b", 100), busy("c", 0, "calm")] }));
    expect(metric(results, "slatah_pct")).toBe(12.5);
  });

  it("divides by the time on: off from 200 to 300, so 100 / 300", () => {
    const vms = [busy("a", 100), busy("b", 100)].map((v) => ({ ...v, lifetimeSeconds: 150 }));
    const events = [
      { atSeconds: 200, host: "h", do: "off" as const },
      { atSeconds: 300, host: "h", do: "on" as const },
    ];
    const results = simulate(scenario({ durationSeconds: 400, vms, events }));
    expect(metric(results, "slatah_pct")).toBeCloseTo(100 / 3, 12);
  });

  it("does not count a host that is exactly full, nor a VM held by its own size", () => {
    const results = simulate(
      scenario({ hosts: [host({ cores: 2 })], vms: [vm({ name: "a", workload: pieces([100, 3000]) }), vm({ name: "b", workload: pieces([100, 1000]) })] }),
    );
    expect(metric(results, "slatah_pct")).toBe(0);
  });

  it("counts a host whose copying takes the core a VM wants", () => {
    // 1000 MiB at 100 MiB/s: 10 s in which copying takes half a core of one, of 100 s. The target, empty before, copies with a full core idle.
    const migration = { ...ideal.migration, maxMiBPerSecond: 100, sourceCores: 0.5 };
    const hypervisor = { ...ideal, migration };
    const results = simulate(
      scenario({
        durationSeconds: 100,
        hosts: [host({ name: "a", hypervisor }), host({ name: "b", hypervisor })],
        vms: [vm({ memoryMiB: 1000, host: "a", workload: pieces([100, 1000]) })],
        events: [{ atSeconds: 0, vm: "v", do: "migrate", to: "b" }],
      }),
    );
    expect(cell(results.hosts, "host", "a", "short_s")).toBeCloseTo(10, 9);
    expect(cell(results.hosts, "host", "b", "short_s")).toBe(0);
    expect(metric(results, "slatah_pct")).toBeCloseTo((10 + 0) / 2, 9);
  });
});

/** One VM that wants its core for 100 s moves from a to b at 100 MiB/s. */
const moving = (over: Partial<typeof ideal.migration>, dirtyMiBPerSecond = 0) => {
  const hypervisor = { ...ideal, migration: { ...ideal.migration, maxMiBPerSecond: 100, ...over } };
  return scenario({
    durationSeconds: 100,
    hosts: [host({ name: "a", hypervisor }), host({ name: "b", hypervisor })],
    vms: [vm({ memoryMiB: 1000, host: "a", memoryActivity: { dirtyMiBPerSecond, workingSetShare: 0.9 }, workload: pieces([100, 1000]) })],
    events: [{ atSeconds: 0, vm: "v", do: "migrate", to: "b" }],
  });
};

describe("PDM", () => {
  it("is 0 without migrations, and so are SLAV and ESV, however short the hosts are", () => {
    const results = simulate(scenario({ durationSeconds: 400, vms: [busy("a", 100), busy("b", 100)] }));
    for (const name of [
      "pdm_pct",
      "slav",
      "esv_kwh",
      "migrations",
      "migrated_gib",
      "migration_downtime_s",
      "migration_downtime_worst_s",
      "migrations_broken_off",
      "power_cycles",
    ])
      expect(metric(results, name), name).toBe(0);
    expect(metric(results, "time_between_shutdowns_s")).toBeNaN();
  });

  it("counts what copying takes from the guest: 10 % for 10 s, of 100 s", () => {
    expect(metric(simulate(moving({ guestSlowdown: 0.1 })), "pdm_pct")).toBeCloseTo((100 * (0.1 * 10)) / 100, 9);
  });

  it("counts downtime: 10 s, 2 s, 0.4 s and 0.08 s of copying at 20 % dirtying leave 0.016 s stopped", () => {
    const results = simulate(moving({}, 20));
    expect(metric(results, "migration_downtime_s")).toBeCloseTo(0.016, 9);
    expect(metric(results, "pdm_pct")).toBeCloseTo((100 * 0.016) / 100, 9);
    expect(metric(results, "migrated_gib")).toBeCloseTo((1000 * (1 + 0.2 + 0.04 + 0.008 + 0.0016)) / 1024, 9);
  });

  it("weighs by what VMs ask for: 1 of 100 core-seconds and 0 of 20 make 1 / 120, and 0.5 % as a mean over VMs", () => {
    const { hosts, vms, ...rest } = moving({ guestSlowdown: 0.1 });
    const results = simulate({ ...rest, hosts, vms: [...vms, vm({ name: "w", host: "b", workload: pieces([100, 200]) })] });
    expect(metric(results, "pdm_pct")).toBeCloseTo(100 / 120, 9);
    expect(metric(results, "pdm_vm_mean_pct")).toBeCloseTo(0.5, 9);
  });

  it("counts a stop at what the VM asked for when it stopped: at a fifth of its size it dirties a fifth as much", () => {
    // 1000 MiB in 10 s dirty 40 MiB, these in 0.4 s 1.6 MiB, which fit 30 ms: 0.016 s stopped, 0.2 cores asked for; then 20 core-seconds in all.
    const { vms, ...rest } = moving({}, 20);
    const results = simulate({ ...rest, vms: vms.map((one) => ({ ...one, workload: pieces([100, 200]) })) });
    expect(metric(results, "migration_downtime_s")).toBeCloseTo(0.016, 9);
    // The run lasts 100 s: 99.984 s running and 0.016 s standing still, at 0.2 cores.
    const asked = 0.2 * (100 - 0.016) + 0.2 * 0.016;
    expect(metric(results, "pdm_pct")).toBeCloseTo((100 * 0.2 * 0.016) / asked, 9);
  });

  it("counts all of a cold move: suspend 5 s, copy 10 s, read back 5 s, of 100 s", () => {
    const results = simulate(moving({ scheme: "cold", diskMiBPerSecond: 200 }));
    expect(metric(results, "migration_downtime_s")).toBeCloseTo(20, 9);
    expect(metric(results, "pdm_pct")).toBeCloseTo((100 * 20) / 100, 9);
  });
});

describe("SLAV and ESV", () => {
  it("are products of shares: a is short for 10 of 100 s, b never; in these 10 s the VM gets half a core and copying takes a tenth of it", () => {
    const results = simulate(moving({ sourceCores: 0.5, guestSlowdown: 0.1 }));
    // The other half core is waiting, not the migration's loss: SLATAH has it.
    const pdm = (10 * 0.5 * 0.1) / 100;
    const slatah = (10 / 100 + 0) / 2;
    expect(metric(results, "pdm_pct")).toBeCloseTo(100 * pdm, 9);
    expect(metric(results, "slav")).toBeCloseTo(slatah * pdm, 12);
    expect(metric(results, "esv_kwh")).toBeCloseTo(metric(results, "energy_it_kwh") * slatah * pdm, 12);
  });
});

describe("switching hosts", () => {
  it("counts cycles, and time on between shutdowns: 2 hosts, 100 s and 60 s + 20 s on, one shut down, one asleep", () => {
    const kernel = new Kernel();
    const timed = {
      bootSeconds: 10,
      bootWatts: null,
      shutdownSeconds: 10,
      shutdownWatts: null,
      bootFailureChance: 0,
      sleepWatts: 5,
      suspendSeconds: 10,
      wakeSeconds: 10,
    };
    const { admission } = scenario();
    const dc = new Datacenter(kernel, {
      hosts: [host({ count: 2, transitions: timed })],
      tenants: [],
      admission,
      script: [],
      choose: () => ({ host: -1, score: 0 }),
      policy: "none",
      luck: () => 0.5,
    });
    kernel.run(60);
    dc.actions.apply({ do: "sleep", host: 1 }, "test");
    kernel.run(90);
    dc.actions.apply({ do: "power-on", host: 1 }, "test");
    kernel.run(100);
    dc.actions.apply({ do: "power-off", host: 0 }, "test");
    kernel.run(120);
    dc.close(120);
    // Host 0: 0..100. Host 1: 0..60, falling asleep to 70, waking 90..100, on 100..120.
    expect(powerSwitching(dc)).toEqual({ powerCycles: 1, shutdowns: 2, secondsBetweenShutdowns: (100 + 60 + 20) / 2 });
  });
});
