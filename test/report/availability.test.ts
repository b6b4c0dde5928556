/** Availability of options side by side: nines by hand, intervals without an end, and when the chart is there. */
import { describe, expect, it } from "vitest";
import { type AvailabilityOption, availabilityFigure, ninesWithEnds } from "../../src/report/charts/availability.ts";
import { compareDocument } from "../../src/report/compare-document.ts";
import { figuresOf } from "../../src/report/document.ts";
import { exportSvg } from "../../src/report/figure.ts";
import { formatNumber } from "../../src/units/format.ts";
import { metricOf, sampleComparison } from "./compare-sample.ts";
import { outside, overlaps, textBoxes } from "./drawing.ts";

const option = (name: string, mean: number, half: number, down: number, better = false): AvailabilityOption => ({
  name,
  availability: { mean, half },
  downVmHours: { mean: down, half: half * 10 },
  sign: "",
  better,
});

describe("nines", () => {
  it("are those of the mean and of the ends of its interval: 99.5 +- 0.4 % is 2.30 [2.05, 3]", () => {
    const { nines, low, high } = ninesWithEnds({ mean: 99.5, half: 0.4 });
    expect(nines).toBeCloseTo(-Math.log10(0.005), 9);
    expect(low).toBeCloseTo(-Math.log10(0.009), 9);
    expect(high).toBeCloseTo(3, 9);
  });
  it("have no end where the interval holds 100 %, and no width for one run", () => {
    expect(ninesWithEnds({ mean: 99.95, half: 0.06 }).high).toBe(Number.POSITIVE_INFINITY);
    const { nines, low, high } = ninesWithEnds({ mean: 99, half: Number.NaN });
    expect([nines, low, high].map((value) => Number(value.toFixed(9)))).toEqual([2, 2, 2]);
    expect(ninesWithEnds({ mean: 100, half: 0 }).nines).toBe(Number.POSITIVE_INFINITY);
  });
});

describe("the chart", () => {
  const options = [option("n-plus-0", 99.35, 0.13, 34_000), option("n-plus-1", 99.968, 0.014, 1700, true), option("n-plus-2", 99.9992, 0.0011, 43, true)];
  it("names the most available option that is better beyond doubt", () => {
    expect(availabilityFigure(options, 10).title).toBe(`n-plus-2 is out of service for 43\u00A0VM-hours, n-plus-0 for ${formatNumber(34_000)}\u00A0VM-hours`);
    const unclear = options.map((one) => ({ ...one, better: false }));
    expect(availabilityFigure(unclear, 10).title).toBe("No option is more available than n-plus-0 beyond doubt");
  });
  it("writes the interval beside each dot, and the numbers into its file", () => {
    const figure = availabilityFigure(options, 10);
    // 1 - 0.9935 = 0.0065 +- 0.0013: 2.187 [2.108, 2.284]. 8e-6 - 11e-6 < 0: no end.
    expect(figure.numbers?.rows.map(([name, nines]) => [name, nines])).toEqual([["n-plus-0", "2.19 [2.11, 2.28]"], ["n-plus-1", "3.49 [3.34, 3.74]"], ["n-plus-2", "5.10 [4.72, …]"]]); // biome-ignore format: a row
    const { columns, rows } = figure.data();
    expect(rows.map((row) => row.length)).toEqual([columns.length, columns.length, columns.length]);
    expect(rows[2]?.[columns.indexOf("nines_high")]).toBeNaN();
  });
  it.each([
    ["many runs", options, 10],
    [
      "one run",
      options.map((one) => ({ ...one, availability: { ...one.availability, half: Number.NaN }, downVmHours: { ...one.downVmHours, half: Number.NaN } })),
      1,
    ],
    ["an option without an outage", [...options, option("never down", 100, 0, 0, true)], 10],
    ["an option without the figure", [...options, option("a very long name without failures of any kind", Number.NaN, Number.NaN, Number.NaN)], 10],
  ])("keeps its texts apart and inside for %s", (_, rows, runs) => {
    const figure = availabilityFigure(rows, runs);
    expect(figure.title.length).toBeLessThanOrEqual(90);
    expect(exportSvg(figure)).not.toMatch(/NaN|undefined|Infinity/);
    for (const width of figure.widths) {
      const { height, body } = figure.draw(width);
      const boxes = textBoxes(body);
      expect(overlaps(boxes), `at ${width}`).toEqual([]);
      expect(outside(boxes, width, height), `at ${width}`).toEqual([]);
    }
  });
  it("is in the report when runs measure availability and somebody was out of service", () => {
    const figures = (percent: number[]) => {
      const [energy] = sampleComparison().shown;
      if (!energy) throw new Error("no figure");
      const metrics = [
        metricOf("availability_pct", "availability", "%", percent.map((p): [number, number] => [p, 0.1])),
        metricOf("down_vm_h", "time out of service", "VM-hours", percent.map((p): [number, number] => [(100 - p) * 100, 10])),
      ]; // biome-ignore format: two rows
      return figuresOf(compareDocument(sampleComparison({ metrics: [energy, ...metrics] }))).filter(({ id }) => id === "availability");
    };
    expect(figures([99, 99, 99.05, 99.5, 98])[0]?.title).toBe("mad-mmt is out of service for 50\u00A0VM-hours, always-on for 100\u00A0VM-hours");
    expect(figures([100, 100, 100, 100, 100])).toEqual([]);
    expect(figuresOf(compareDocument(sampleComparison())).some(({ id }) => id === "availability")).toBe(false);
  });
});
