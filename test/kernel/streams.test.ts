import { describe, expect, it } from "vitest";
import { resume, type Stream, streams } from "../../src/kernel/streams.ts";

function draws(stream: Stream, count: number): number[] {
  return Array.from({ length: count }, () => stream.uniform());
}

/** Chi-square of `values` in [0, 1) over equal cells. */
function chiSquare(values: readonly number[], cells: number): number {
  const counts = new Array<number>(cells).fill(0);
  for (const value of values) counts[Math.floor(value * cells)]++;
  const expected = values.length / cells;
  return counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
}

/** Correlation of the pairs (x_i, y_i) of uniform numbers: mean of 12 (x - 1/2)(y - 1/2). */
function correlation(x: readonly number[], y: readonly number[]): number {
  return x.reduce((sum, value, i) => sum + 12 * (value - 0.5) * (y[i] - 0.5), 0) / x.length;
}

// With k - 1 degrees of freedom chi-square has mean k - 1 and variance 2 (k - 1): for 100 cells 99 and 14.07^2. Within 4.5
// standard deviations is passed by chance in all but about 1 of 10,000 tries; the seeds are fixed, so it holds or does not.
const chiLow = 99 - 4.5 * Math.sqrt(198);
const chiHigh = 99 + 4.5 * Math.sqrt(198);

describe("a named stream", () => {
  it("gives the same numbers for the same seed and name, whatever else was drawn", () => {
    const first = draws(streams("seed")("failures/host-1"), 100);
    const stream = streams("seed");
    draws(stream("failures/host-2"), 17);
    expect(draws(stream("failures/host-1"), 100)).toEqual(first);
  });

  it("differs by seed and by name, and where seed and name meet", () => {
    const firsts = [streams("a")("b"), streams("a")("c"), streams("b")("b"), streams("ab")(""), streams("")("ab")].map((s) => s.uniform());
    expect(new Set(firsts).size).toBe(5);
  });

  it("is pinned: a change of these digits changes every stochastic result and must be meant", () => {
    const stream = streams("1")("placement");
    expect(draws(stream, 3)).toMatchInlineSnapshot(`
      [
        0.2216640496259713,
        0.5998094922794772,
        0.6441980840002534,
      ]
    `);
    expect([stream.int(10), stream.int(1000), stream.int(1)]).toMatchInlineSnapshot(`
      [
        1,
        874,
        0,
      ]
    `);
  });

  it("fills [0, 1) evenly, in steps finer than 32 bits", () => {
    const values = draws(streams("chi")("uniform"), 100_000);
    expect(values.every((value) => value >= 0 && value < 1)).toBe(true);
    const chi = chiSquare(values, 100);
    expect(chi).toBeGreaterThan(chiLow);
    expect(chi).toBeLessThan(chiHigh);
    // All are multiples of 2^-53; of 32-bit numbers, all would be multiples of 2^-32 as well.
    expect(values.every((value) => Number.isInteger(value * 2 ** 53))).toBe(true);
    expect(values.filter((value) => Number.isInteger(value * 2 ** 32)).length).toBeLessThan(10);
  });

  it("draws whole numbers below a bound with equal chances, and refuses other bounds", () => {
    const stream = streams("chi")("int");
    const values = Array.from({ length: 100_000 }, () => stream.int(100));
    expect(values.every((value) => Number.isInteger(value) && value >= 0 && value < 100)).toBe(true);
    const chi = chiSquare(
      values.map((value) => value / 100 + 0.001),
      100,
    );
    expect(chi).toBeGreaterThan(chiLow);
    expect(chi).toBeLessThan(chiHigh);
    for (const wrong of [0, -1, 1.5, NaN, Infinity]) expect(() => stream.int(wrong)).toThrow(`int(${wrong}): the bound must be a whole number of 1 or more`);
  });

  it("goes on from its saved state, through JSON", () => {
    const stream = streams("save")("me");
    draws(stream, 5);
    const saved: unknown = JSON.parse(JSON.stringify(stream.state()));
    const rest = draws(stream, 20);
    expect(draws(resume(saved), 20)).toEqual(rest);
    for (const wrong of [undefined, null, {}, { c: 1 }, "state"]) expect(() => resume(wrong)).toThrow("not the saved state of a stream");
  });
});

describe("neighbouring names", () => {
  // Names that differ in their last character only: the case in which some generators start alike.
  const names = Array.from({ length: 20_000 }, (_, i) => `vm/${i}`);

  it("start at points that are spread evenly and are not correlated with the next name's", () => {
    const stream = streams("neighbours");
    const firsts = names.map((name) => stream(name).uniform());
    expect(new Set(firsts).size).toBe(names.length);
    const chi = chiSquare(firsts, 100);
    expect(chi).toBeGreaterThan(chiLow);
    expect(chi).toBeLessThan(chiHigh);
    // The mean of n such products has standard deviation 1 / sqrt(n) = 0.0071; 4.5 of them.
    expect(Math.abs(correlation(firsts.slice(1), firsts.slice(0, -1)))).toBeLessThan(4.5 / Math.sqrt(names.length));
  });

  it("stay uncorrelated draw by draw, also under neighbouring seeds", () => {
    const n = 20_000;
    const pairs: [Stream, Stream][] = [
      [streams("1")("vm/1"), streams("1")("vm/2")],
      [streams("1")("vm/1"), streams("2")("vm/1")],
    ];
    for (const [one, other] of pairs) expect(Math.abs(correlation(draws(one, n), draws(other, n)))).toBeLessThan(4.5 / Math.sqrt(n));
  });
});
