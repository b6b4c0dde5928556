/** What holds a VM back beside the CPU, by hand: one cause each, several at once, with and without contention. */
import { describe, expect, it } from "vitest";
import type { Datacenter } from "../../src/model/datacenter.ts";
import { BY_DISK, BY_INTERFERENCE, BY_MEMORY, BY_NETWORK } from "../../src/model/drag.ts";
import * as V from "../../src/model/vms.ts";
import { host, ideal, pieces, scenario, tasks, vm } from "../support/build.ts";
import { runWorld } from "../support/world.ts";

const LONG = 1e6;
const busy = (mhz: number) => pieces([LONG, mhz]);
const dragAll =
  (...factors: (readonly [cause: number, factor: number])[]) =>
  (dc: Datacenter): void => {
    for (let v = 0; v < dc.vms.count; v++) for (const [cause, factor] of factors) dc.drag.set(v, cause, factor);
  };

describe("one cause", () => {
  it.each([
    [BY_MEMORY, "memory"],
    [BY_DISK, "disk"],
    [BY_NETWORK, "network"],
  ] as const)("waiting for it uses no CPU: 800 MHz at 3/4 do 600 for 100 s, and a quarter of the VM's seconds is lost to %i (%s)", (cause, name) => {
    const { account, dc } = runWorld(scenario({ vms: [vm({ workload: busy(800) })] }), 100, [[0, dragAll([cause, 0.75])]]);
    expect(account("cpu", "guest work")).toBeCloseTo(60, 12);
    expect(account("cpu", "idle")).toBeCloseTo(40, 12);
    expect(account("cpu", "interference")).toBe(0);
    expect(account("vm", `slowed by ${name}`)).toBeCloseTo(25, 12);
    expect(account("vm", "full speed")).toBeCloseTo(75, 12);
    expect(V.lostSeconds(dc.vms, 0, V.SLOW_CAUSES.indexOf(name))).toBeCloseTo(25, 12);
    expect(dc.vms.shortCoreS[0]).toBeCloseTo(20, 12);
    expect(dc.vms.waitCoreS[0]).toBe(0);
  });

  it("interference keeps the core: 800 MHz at 3/4 do 600 and stall 200", () => {
    const { account } = runWorld(scenario({ vms: [vm({ workload: busy(800) })] }), 100, [[0, dragAll([BY_INTERFERENCE, 0.75])]]);
    expect(account("cpu", "guest work")).toBeCloseTo(60, 12);
    expect(account("cpu", "interference")).toBeCloseTo(20, 12);
    expect(account("cpu", "idle")).toBeCloseTo(20, 12);
    // 100 W idle + 100 W x 0.8: the stalled core draws like a working one.
    expect(account("energy", "interference")).toBeCloseTo(100 * 20, 9);
    expect(account("vm", "slowed by interference")).toBeCloseTo(25, 12);
  });

  it("overheads shrink with the work: at 0.8 efficiency 400 MHz of work cost 500; dragged to 1/2, 200 cost 250", () => {
    const hosts = [host({ hypervisor: { ...ideal, cpuEfficiency: 0.8 } })];
    const { account } = runWorld(scenario({ hosts, vms: [vm({ workload: busy(400) })] }), 100, [[0, dragAll([BY_DISK, 0.5])]]);
    expect(account("cpu", "guest work")).toBeCloseTo(20, 12);
    expect(account("cpu", "CPU trap")).toBeCloseTo(5, 12);
  });

  it("finite work ends later: 10 core-seconds, half speed from second 4 on: 4 done, 6 more take 12 s", () => {
    const { dc, account } = runWorld(scenario({ vms: [vm({ workload: tasks([{ work: 10 }]) })] }), 100, [[4, dragAll([BY_MEMORY, 0.5])]]);
    expect(dc.vms.endedAt[0]).toBeCloseTo(16, 9);
    expect(account("vm", "slowed by memory")).toBeCloseTo(6, 9);
  });

  it("is over when its factor is 1 again: 10 s at 1/2 of 100", () => {
    const { account, dc } = runWorld(scenario({ vms: [vm({ workload: busy(500) })] }), 100, [
      [20, dragAll([BY_DISK, 0.5])],
      [30, dragAll([BY_DISK, 1])],
    ]);
    expect(account("vm", "slowed by disk")).toBeCloseTo(5, 12);
    expect(dc.hosts.dragged[0]).toBe(0);
    expect(dc.hosts.slow[0]).toBe(0);
  });
});

describe("several causes", () => {
  it("each takes its part of what those before it left: 0.8, 0.5, 0.5, 0.5 of 100 s", () => {
    const { account } = runWorld(scenario({ vms: [vm({ workload: busy(1000) })] }), 100, [
      [0, dragAll([BY_MEMORY, 0.8], [BY_DISK, 0.5], [BY_NETWORK, 0.5], [BY_INTERFERENCE, 0.5])],
    ]);
    const lost = ["memory", "disk", "network", "interference"].map((cause) => account("vm", `slowed by ${cause}`));
    for (const [i, seconds] of [20, 40, 20, 10].entries()) expect(lost[i]).toBeCloseTo(seconds, 12);
    expect(account("vm", "full speed")).toBeCloseTo(10, 12);
    // Memory, disk and network leave a need of 0.2 core; half of it stalls.
    expect(account("cpu", "guest work")).toBeCloseTo(10, 12);
    expect(account("cpu", "interference")).toBeCloseTo(10, 12);
  });

  it("two VMs that want a core each and wait half their time for disk share one core without waiting for it", () => {
    const { account } = runWorld(scenario({ vms: [vm({ count: 2, workload: busy(1000) })] }), 100, [[0, dragAll([BY_DISK, 0.5])]]);
    expect(account("cpu", "guest work")).toBeCloseTo(100, 12);
    expect(account("vm", "slowed by disk")).toBeCloseTo(100, 12);
    expect(account("vm", "waiting for CPU")).toBeCloseTo(0, 12);
  });

  it("under interference they do: each gets half a core, and half of that stalls", () => {
    const { account } = runWorld(scenario({ vms: [vm({ count: 2, workload: busy(1000) })] }), 100, [[0, dragAll([BY_INTERFERENCE, 0.5])]]);
    expect(account("cpu", "guest work")).toBeCloseTo(50, 12);
    expect(account("cpu", "interference")).toBeCloseTo(50, 12);
    expect(account("vm", "slowed by interference")).toBeCloseTo(100, 12);
    expect(account("vm", "waiting for CPU")).toBeCloseTo(50, 12);
    expect(account("vm", "full speed")).toBeCloseTo(50, 12);
  });
});

describe("where it belongs", () => {
  it("stays behind when the VM leaves: moved at second 50, it runs at full speed on the other host", () => {
    const hosts = [host({ count: 2 })];
    const events = [{ atSeconds: 50, vm: "v", do: "move" as const, to: "h-2" }];
    const { account, dc } = runWorld(scenario({ hosts, vms: [vm({ workload: busy(500) })], events }), 100, [[0, dragAll([BY_MEMORY, 0.5])]]);
    expect(account("vm", "slowed by memory")).toBeCloseTo(25, 12);
    expect([...dc.hosts.dragged]).toEqual([0, 0]);
  });

  it("a VM that stands still loses nothing to it: of 50 s running a half, of 50 s suspended nothing", () => {
    const events = [{ atSeconds: 50, vm: "v", do: "suspend" as const }];
    const { account } = runWorld(scenario({ vms: [vm({ workload: busy(500) })], events }), 100, [[0, dragAll([BY_MEMORY, 0.5])]]);
    expect(account("vm", "slowed by memory")).toBeCloseTo(25, 12);
    expect(account("vm", "suspended")).toBeCloseTo(50, 12);
  });

  it.each([0, -1, 1.5, Number.NaN])("a factor of %d is refused", (factor) => {
    expect(() => runWorld(scenario(), 10, [[0, dragAll([BY_DISK, factor])]])).toThrow(/not in \(0, 1\]/);
  });
});
