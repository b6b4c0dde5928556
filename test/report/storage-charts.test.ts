/** Latency by load and the fill of datastores as charts: what they say, and that texts never overlap or leave the drawing. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { latencyCurve } from "../../scripts/latency-curve.ts";
import { fillFigure } from "../../src/report/charts/fill.ts";
import { latencyFigure } from "../../src/report/charts/latency.ts";
import type { Figure } from "../../src/report/figure.ts";
import type { Table } from "../../src/results/table.ts";
import { outside, overlaps, textBoxes } from "./drawing.ts";
import { column, sampleResults, table } from "./sample.ts";

const results = sampleResults({ hosts: 6, days: 1 });
const DAY = 86_400;
const INTERVALS = 24;

/** Datastores of 200 GiB, row by row of time. */
function timeline(names: readonly string[], usedGib: (store: number, i: number) => number): Table {
  const rows = Array.from({ length: INTERVALS }, (_, i) => names.map((name, s) => ({ name, s, i }))).flat();
  const each = <T>(value: (row: (typeof rows)[number]) => T): T[] => rows.map(value);
  return table("datastores-timeline", [
    column(
      "time_s",
      "s",
      each(({ i }) => (i * DAY) / INTERVALS),
    ),
    column(
      "datastore",
      "",
      each(({ name }) => name),
    ),
    column(
      "used_gib",
      "GiB",
      each(({ s, i }) => usedGib(s, i)),
    ),
    column(
      "capacity_gib",
      "GiB",
      each(() => 200),
    ),
  ]);
}

function expectSound(figure: Figure | null): void {
  if (figure === null) throw new Error("nothing is drawn");
  expect(figure.title.length).toBeLessThanOrEqual(90);
  for (const width of [...figure.widths, 346]) {
    const { height, body } = figure.draw(width);
    expect(body).not.toMatch(/NaN|Infinity|undefined/);
    const boxes = textBoxes(body);
    expect(overlaps(boxes)).toEqual([]);
    expect(outside(boxes, width, height)).toEqual([]);
  }
  expect(figure.data().rows.length).toBeLessThanOrEqual(600);
}

describe("fill of datastores", () => {
  it("the fullest, in % of its capacity, at the ends of intervals", () => {
    // a: 4 GiB more each hour, 96 of 200 at the end; b: 150 all the time.
    const figure = fillFigure(
      timeline(["a", "b"], (s, i) => (s === 0 ? 4 * (i + 1) : 150)),
      results,
    );
    expect(figure?.title).toBe("b is the fullest datastore, 75\u00A0% at most");
    expect(figure?.numbers.rows).toEqual([
      ["b", "75", "75", "75"],
      ["a", "2", "48", "48"],
    ]);
    expect(figure?.data().rows.slice(24, 26)).toEqual([
      ["a", 3600, 2],
      ["a", 7200, 4],
    ]);
    expectSound(figure);
  });
  it("the one that is full first, though another is as full; nothing where nothing changes", () => {
    const figure = fillFigure(
      timeline(["late", "soon"], (s, i) => Math.min(200, 20 * (i + 1) * (s + 1))),
      results,
    );
    expect(figure?.title).toMatch(/^soon is full by .*, 2\u00A0datastores in all$/);
    expect(
      fillFigure(
        timeline(["a"], () => 100),
        results,
      ),
    ).toBeNull();
  });
  it("texts never overlap or leave the drawing", () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.string({ minLength: 1, maxLength: 30 }), { minLength: 1, maxLength: 8 }),
        fc.array(fc.double({ min: 0, max: 200, noNaN: true }), { minLength: 7, maxLength: 7 }),
        (names, values) => {
          expectSound(
            fillFigure(
              timeline(names, (s, i) => (s === 0 && i === 0 ? 0 : s === 0 ? 100 : values[(s + i) % 7])),
              results,
            ),
          );
        },
      ),
      { numRuns: 40, seed: 1 },
    );
  });
});

describe("latency by load", () => {
  const disk = { name: "disk", iops: 100, mibPerSecond: 100, latencySeconds: 0.01 };
  it("one I/O at a time is M/M/1: 10 ms / (1 - load); two at a time 10 ms / (1 - load^2)", () => {
    // M/M/2: Erlang's C is 2 rho^2 / (1 + rho), so R = S + C S / (2 (1 - rho)) = S / (1 - rho^2); S = 10 ms is L.
    const figure = latencyFigure([{ ...disk, name: "pair", iops: 200 }, disk].map(latencyCurve));
    expect(figure.title).toBe("At 80\u00A0% load an I/O takes 5 times as long on a disk, 2.8 times on pair");
    const ms = new Map(figure.data().rows.map(([name, load, value]) => [`${name} ${load}`, value as number]));
    for (const load of [0, 50, 90]) {
      expect(ms.get(`disk ${load}`)).toBeCloseTo(10 / (1 - load / 100), 9);
      expect(ms.get(`pair ${load}`)).toBeCloseTo(10 / (1 - (load / 100) ** 2), 9);
    }
    expectSound(figure);
  });
});
