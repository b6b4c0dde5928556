/** Servers, power curves and VM sizes of the catalogue. */
import { describe, expect, it } from "vitest";
import { powerCurves, server, serverNames, servers, sizeFamilies, sizeNames, sizes, sources } from "../../src/catalog/index.ts";
import { resolveServer, resolveSize } from "../../src/scenario/catalogue.ts";

describe("servers", () => {
  it("are at least 25, with unique names", () => {
    expect(servers.length).toBe(53);
    expect(powerCurves.length).toBe(7);
    expect(new Set([...serverNames, ...powerCurves.map((c) => c.key)]).size).toBe(60);
  });

  for (const s of servers) {
    it(`${s.key} is a whole machine with eleven rising watt points`, () => {
      expect(s.watts.length).toBe(11);
      for (let i = 1; i < 11; i++) expect(s.watts[i]).toBeGreaterThan(s.watts[i - 1]);
      expect(s.cores % s.chips).toBe(0);
      expect([1, 2]).toContain(s.threads / s.cores);
      expect(s.coreMHz).toBeGreaterThan(1000);
      expect(s.memoryGiB).toBeGreaterThan(0);
      expect(s.tested).toMatch(/^20[012]\d-[01]\d-[0-3]\d$/);
      expect(sources).toHaveProperty([s.source]);
      if (s.url !== null) expect(s.url).toMatch(/^https:\/\/www\.spec\.org\/power_ssj2008\/results\/res\d{4}q\d\//);
    });
  }

  it("power curves of machines not known in full have eleven rising points too, and are not verified", () => {
    for (const curve of powerCurves) {
      expect(curve.watts.length).toBe(11);
      for (let i = 1; i < 11; i++) expect(curve.watts[i]).toBeGreaterThan(curve.watts[i - 1]);
      expect(curve.confidence).toBe("remembered");
      expect(resolveServer(curve.key)).toBeUndefined();
    }
  });

  it("resolve to the published watts, unaltered: HP ProLiant ML110 G5, as CloudSim uses it too", () => {
    expect(resolveServer("HP-ML110-G5")).toEqual({
      server: "hp-ml110-g5",
      cores: 2,
      threadsPerCore: 1,
      numaNodes: 1,
      coreMHz: 2660,
      memoryMiB: 4096,
      power: { model: "spec", watts: [93.7, 97, 101, 105, 110, 116, 121, 125, 129, 133, 135], offWatts: 5 },
    });
  });

  it("count threads per core: Dell R740 with two 28-core Xeon 8280 has 56 cores and 2 threads on each", () => {
    expect(server("dell-r740-8280")?.chips).toBe(2);
    expect(resolveServer("dell-r740-8280")).toMatchObject({ cores: 56, threadsPerCore: 2, coreMHz: 2700, memoryMiB: 192 * 1024 });
  });
});

describe("VM sizes", () => {
  it("have unique names, whole vCPUs and a source", () => {
    expect(new Set(sizeNames.map((name) => name.toLowerCase())).size).toBe(sizes.length);
    for (const family of sizeFamilies) expect(sources).toHaveProperty([family.source]);
    for (const size of sizes) {
      expect(Number.isInteger(size.vcpus) && size.vcpus > 0, size.key).toBe(true);
      expect(size.memoryGiB * 1024, size.key).toSatisfy(Number.isInteger);
    }
  });

  it("resolve to vCPUs and MiB", () => {
    expect(resolveSize("medium")).toEqual({ vcpus: 2, memoryMiB: 4096 });
    expect(resolveSize("M5.large")).toEqual({ vcpus: 2, memoryMiB: 8192 });
    expect(resolveSize("m1.tiny")).toEqual({ vcpus: 1, memoryMiB: 512 });
    expect(resolveSize("cloudsim-500")).toEqual({ vcpus: 1, memoryMiB: 613 });
    expect(resolveSize("huge")).toBeUndefined();
  });
});
