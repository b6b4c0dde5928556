/** Student's t against printed tables (three decimals) and the closed forms of one and two degrees of freedom. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { shareWithin, studentT } from "../../src/experiment/student.ts";

describe("quantiles of Student's t", () => {
  // Two-sided 90, 95 and 99 %, as in any statistics book (for example NIST/SEMATECH e-Handbook, 1.3.6.7.2).
  it.each([
    [1, 6.314, 12.706, 63.657],
    [2, 2.92, 4.303, 9.925],
    [3, 2.353, 3.182, 5.841],
    [4, 2.132, 2.776, 4.604],
    [5, 2.015, 2.571, 4.032],
    [6, 1.943, 2.447, 3.707],
    [7, 1.895, 2.365, 3.499],
    [8, 1.86, 2.306, 3.355],
    [9, 1.833, 2.262, 3.25],
    [10, 1.812, 2.228, 3.169],
    [19, 1.729, 2.093, 2.861],
    [29, 1.699, 2.045, 2.756],
    [30, 1.697, 2.042, 2.75],
    [60, 1.671, 2.0, 2.66],
    [100, 1.66, 1.984, 2.626],
  ])("%i degrees: %f, %f, %f", (degrees, t90, t95, t99) => {
    expect([0.9, 0.95, 0.99].map((confidence) => Number(studentT(confidence, degrees).toFixed(3)))).toEqual([t90, t95, t99]);
  });

  it("is tan(pi c / 2) for one degree and c sqrt(2 / (1 - c^2)) for two", () => {
    fc.assert(
      fc.property(fc.double({ min: 0.01, max: 0.999, noNaN: true }), (c) => {
        expect(studentT(c, 1) / Math.tan((Math.PI * c) / 2)).toBeCloseTo(1, 9);
        expect(studentT(c, 2) / (c * Math.sqrt(2 / (1 - c * c)))).toBeCloseTo(1, 9);
      }),
    );
  });

  it("nears the normal distribution: 1.959964 for 95 %, plus (z^3 + z) / 4 n + (5 z^5 + 16 z^3 + 3 z) / 96 n^2", () => {
    const z = 1.9599639845;
    expect(studentT(0.95, 20_000)).toBeCloseTo(z + (z ** 3 + z) / (4 * 20_000) + (5 * z ** 5 + 16 * z ** 3 + 3 * z) / (96 * 20_000 ** 2), 9);
  });

  it("is the inverse of the share it encloses", () => {
    fc.assert(
      fc.property(fc.double({ min: 0.001, max: 0.999, noNaN: true }), fc.integer({ min: 1, max: 300 }), (c, degrees) => {
        expect(shareWithin(studentT(c, degrees), degrees)).toBeCloseTo(c, 10);
      }),
    );
  });

  it("refuses what has no answer", () => {
    expect(() => studentT(0.95, 0)).toThrow("degrees of freedom are 0; expected a whole number of 1 or more");
    expect(() => studentT(0.95, 2.5)).toThrow(/2.5/);
    expect(() => studentT(1, 5)).toThrow("confidence is 1; expected a share between 0 and 1");
  });
});
