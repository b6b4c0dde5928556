/** Options of readers as a scenario or a command line gives them. */
import { describe, expect, it } from "vitest";
import { sizeOfVm, traceOptions } from "../../src/workload/options.ts";

describe("traceOptions", () => {
  it("reads sizes from text, with or without units", () => {
    expect(traceOptions({ sizes: "1 x 2500 x 870, 2x2000 MHz x 1740.5 MiB" }).sizes).toEqual([
      { vcpus: 1, speedMHz: 2500, memoryMiB: 870 },
      { vcpus: 2, speedMHz: 2000, memoryMiB: 1740.5 },
    ]);
  });
  it("lists everything wrong at once, with what would be right", () => {
    expect(() => traceOptions({ scal: 2, limit: 0.5, assign: "blok", fromSeconds: 10, toSeconds: 5, sizes: "big" })).toThrow(
      'Trace options: scal: there is no such trace option; did you mean scale? (there are sizes, assign, speedMHz, machineCores, machineMemoryMiB, memoryPerVcpuMiB, memoryUnit, stepSeconds, holdSteps, sequence, entity, resources, scale, fromSeconds, toSeconds, limit); limit: found 0.5, expected a whole number of at least 1; assign: found "blok", expected "blocks" or "cycle"; sizes: block 1 is "big", expected "vCPUs x MHz x MiB" such as "2 x 2500 x 4096"; toSeconds: found 5, expected more than fromSeconds (10)',
    );
  });
  it("refuses what is not a number", () => {
    expect(() => traceOptions({ speedMHz: Number.NaN })).toThrow("speedMHz: found null, expected a number above 0");
    expect(() => traceOptions({ scale: "2" })).toThrow('scale: found "2", expected a number of at least 0');
  });
  it("hands out blocks of equal length, the last one shorter, as CloudSim does", () => {
    // 10 VMs and 4 sizes: blocks of ceil(10 / 4) = 3.
    const sizes = [1, 2, 3, 4].map((vcpus) => ({ vcpus, speedMHz: 1000, memoryMiB: 1 }));
    expect(Array.from({ length: 10 }, (_, vm) => sizeOfVm({ sizes }, vm, 10).vcpus)).toEqual([1, 1, 1, 2, 2, 2, 3, 3, 3, 4]);
  });
});
