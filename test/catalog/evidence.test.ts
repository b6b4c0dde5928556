/** The published measurements: consistent in themselves, and their medians as computed by an independent program. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { citations, counted, evidenceRows, measuredProducts, measurements, median, speedKinds, summarise } from "../../src/catalog/evidence.ts";
import { hypervisorProfile } from "../../src/catalog/index.ts";

describe("measurements", () => {
  it("are 467 from 110 publications, each cited and each citation used", () => {
    expect(measurements.length).toBe(467);
    expect(new Set(measurements.map((row) => row.id)).size).toBe(467);
    expect(new Set(measurements.map((row) => row.cite))).toEqual(new Set(Object.keys(citations)));
    expect(Object.keys(citations).length).toBe(110);
    expect(new Set(Object.values(citations).map((c) => c.cite)).size).toBe(110);
  });

  it("count only with a ratio, and 186 of them do", () => {
    const used = measurements.filter((row) => row.unused === null);
    expect(used.length).toBe(186);
    for (const row of used) {
      expect(row.ratio, row.id).not.toBeNull();
      expect(hypervisorProfile(row.product)?.key, row.id).toBe(row.product);
      expect(speedKinds as readonly string[], row.id).toContain(row.kind);
    }
  });

  it("state ratios that follow from their own figures: VM / native, or native / VM where less is better", () => {
    for (const { id, native, virtual, ratio } of measurements) {
      if (native === null || ratio === null) continue;
      const forward = Math.abs(virtual / native / ratio - 1);
      const inverse = Math.abs(native / virtual / ratio - 1);
      // Three digits are given, so 0.5 / 100 of a ratio of .1 at worst; the sums that figures were rounded from allow a little more.
      expect(Math.min(forward, inverse), id).toBeLessThan(0.01);
    }
  });
});

describe("medians by product and kind", () => {
  // product, kind, rows, sources, median of rows, median of sources, low, high; to two decimals, from Python's csv and statistics modules.
  const expected: readonly (readonly [string, string, number, number, number, number, number, number])[] = [
    ["esxi", "cpu", 2, 2, 0.98, 0.98, 0.98, 0.98],
    ["esxi", "disk-seq", 2, 2, 0.92, 0.92, 0.85, 1.0],
    ["esxi", "disk-random", 3, 3, 0.88, 0.88, 0.85, 1.0],
    ["esxi", "network", 3, 2, 0.95, 0.94, 0.93, 0.95],
    ["esxi", "mixed-oltp", 6, 3, 0.89, 0.9, 0.85, 0.92],
    ["esxi", "other", 5, 3, 0.99, 0.99, 0.94, 1.05],
    ["hyperv", "cpu", 6, 5, 0.89, 0.9, 0.86, 0.93],
    ["hyperv", "disk-random", 1, 1, 0.93, 0.93, 0.93, 0.93],
    ["hyperv", "network", 1, 1, 1.0, 1.0, 1.0, 1.0],
    ["hyperv", "mixed-oltp", 3, 2, 0.71, 0.76, 0.67, 0.94],
    ["xen", "cpu", 15, 4, 0.94, 0.81, 0.62, 0.98],
    ["xen", "disk-random", 1, 1, 0.87, 0.87, 0.87, 0.87],
    ["xen", "network", 1, 1, 0.96, 0.96, 0.96, 0.96],
    ["kvm", "cpu", 20, 8, 0.99, 0.99, 0.78, 1.01],
    ["kvm", "memory", 16, 6, 0.79, 0.73, 0.56, 0.99],
    ["kvm", "disk-seq", 7, 5, 0.97, 0.97, 0.53, 1.0],
    ["kvm", "disk-random", 6, 4, 0.65, 0.59, 0.3, 0.82],
    ["kvm", "network", 3, 3, 1.0, 1.0, 0.56, 1.0],
    ["kvm", "mixed-oltp", 4, 3, 0.7, 0.64, 0.6, 0.84],
    ["kvm", "other", 9, 6, 0.81, 0.77, 0.58, 1.02],
    ["virtualbox", "cpu", 2, 2, 0.88, 0.88, 0.88, 0.89],
    ["virtualbox", "memory", 4, 1, 0.96, 0.96, 0.95, 0.97],
    ["virtualbox", "disk-seq", 4, 2, 0.69, 0.69, 0.45, 1.13],
    ["virtualbox", "disk-random", 2, 1, 0.13, 0.13, 0.12, 0.13],
    ["virtualbox", "network", 3, 2, 0.2, 0.26, 0.12, 0.5],
    ["virtualbox", "mixed-oltp", 2, 2, 0.72, 0.72, 0.63, 0.82],
    ["virtualbox", "other", 5, 2, 0.43, 0.54, 0.28, 1.0],
    ["workstation", "cpu", 6, 3, 0.87, 0.96, 0.61, 0.99],
    ["workstation", "memory", 4, 1, 0.98, 0.98, 0.97, 0.98],
    ["workstation", "network", 4, 1, 0.69, 0.69, 0.67, 0.69],
    ["workstation", "mixed-oltp", 1, 1, 0.83, 0.83, 0.83, 0.83],
    ["workstation", "other", 15, 5, 0.71, 0.7, 0.28, 1.05],
    ["parallels", "cpu", 10, 4, 0.88, 0.9, 0.64, 0.97],
    ["parallels", "other", 10, 2, 0.65, 0.55, 0.25, 0.75],
  ];
  const half = 0.005 + 1e-9;

  for (const [product, kind, rows, sources, ofRows, ofSources, low, high] of expected) {
    it(`${product}, ${kind}: ${ofSources} over ${sources} sources, ${ofRows} over ${rows} rows, ${low} to ${high}`, () => {
      const summary = summarise(counted(product, kind));
      expect(summary).toMatchObject({ rows, sources });
      expect(Math.abs((summary?.medianOfRows ?? 0) - ofRows)).toBeLessThanOrEqual(half);
      expect(Math.abs((summary?.medianOfSources ?? 0) - ofSources)).toBeLessThanOrEqual(half);
      expect(Math.abs((summary?.low ?? 0) - low)).toBeLessThanOrEqual(half);
      expect(Math.abs((summary?.high ?? 0) - high)).toBeLessThanOrEqual(half);
    });
  }

  it("are all there is", () => {
    expect(evidenceRows().length).toBe(expected.length);
    expect(new Set(evidenceRows().map((row) => `${row.product} ${row.kind}`))).toEqual(new Set(expected.map(([p, k]) => `${p} ${k}`)));
    for (const row of evidenceRows()) expect(row.model).toBeNull();
  });

  it("give one source one voice: VirtualBox networks .125 and .2 from one, .3875 from another would be .275", () => {
    const [one] = counted("virtualbox", "network");
    const row = (cite: string, ratio: number) => ({ ...one, cite, ratio });
    // Median of rows .2; source a has .1625, source b .3875, so the median of sources is (.1625 + .3875) / 2 = .275.
    expect(summarise([row("a", 0.125), row("a", 0.2), row("b", 0.3875)])).toMatchObject({
      medianOfRows: 0.2,
      medianOfSources: 0.275,
      sources: 2,
      grade: "fair",
    });
    expect(summarise([])).toBeNull();
  });

  it("are middle values: as many at or below as at or above, for any numbers", () => {
    fc.assert(
      fc.property(fc.array(fc.double({ noNaN: true, min: -1e6, max: 1e6 }), { minLength: 1 }), (values) => {
        const middle = median(values);
        const atMost = values.filter((v) => v <= middle).length;
        const atLeast = values.filter((v) => v >= middle).length;
        expect(atMost * 2).toBeGreaterThanOrEqual(values.length);
        expect(atLeast * 2).toBeGreaterThanOrEqual(values.length);
      }),
    );
  });
});

describe("catalogue values against the measurements", () => {
  const modelled = [
    ["cpu", "cpuEfficiency"],
    ["memory", "memoryEfficiency"],
    ["mixed-oltp", "oltpEfficiency"],
  ] as const;
  for (const product of measuredProducts) {
    for (const [kind, name] of modelled) {
      const summary = summarise(counted(product, kind));
      if (!summary) continue;
      const what = `${product} ${kind}`;
      it(`${what}: the nominal value lies inside the measured range and within 0.1 of the median of sources`, () => {
        const value = hypervisorProfile(product)?.figures[name].value ?? Number.NaN;
        expect(value).toBeGreaterThanOrEqual(summary.low);
        expect(value).toBeLessThanOrEqual(summary.high);
        expect(Math.abs(value - summary.medianOfSources)).toBeLessThanOrEqual(0.1);
      });
    }
  }
});
