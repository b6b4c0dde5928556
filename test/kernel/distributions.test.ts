import { describe, expect, it } from "vitest";
import * as draw from "../../src/kernel/distributions.ts";
import { resume, type Stream, streams } from "../../src/kernel/streams.ts";

const n = 100_000;

function sample(name: string, one: (stream: Stream) => number): number[] {
  const stream = streams("distributions")(name);
  return Array.from({ length: n }, () => one(stream)).sort((x, y) => x - y);
}

/** Largest distance between the sample's distribution function and the exact one. */
function kolmogorovSmirnov(sorted: readonly number[], cdf: (x: number) => number): number {
  return sorted.reduce((largest, x, i) => Math.max(largest, Math.abs(cdf(x) - i / n), Math.abs((i + 1) / n - cdf(x))), 0);
}

// P(D sqrt(n) > x) tends to 2 exp(-2 x^2); x = 2.23 leaves 1 in 10,000. The seeds are fixed, so a test holds or does not.
const ksBound = 2.23 / Math.sqrt(n);

/** The mean of n draws has standard deviation sd / sqrt(n); 4 of them leave 6 in 100,000. */
function expectMean(values: readonly number[], mean: number, deviation: number): void {
  const found = values.reduce((sum, value) => sum + value, 0) / n;
  expect(Math.abs(found - mean)).toBeLessThan((4 * deviation) / Math.sqrt(n));
}

/** Distribution function of the standard normal (Abramowitz and Stegun 26.2.17, error below 7.5e-8). */
function phi(x: number): number {
  const t = 1 / (1 + 0.2316419 * Math.abs(x));
  const tail =
    (Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI)) * t * (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  return x > 0 ? 1 - tail : tail;
}

describe("draws follow their distribution (Kolmogorov-Smirnov) and have its mean", () => {
  it.each<[string, (stream: Stream) => number, (x: number) => number, number, number]>([
    // name, draw, distribution function, mean, standard deviation
    ["uniform", (s) => draw.uniform(s, -2, 4), (x) => (x + 2) / 6, 1, 6 / Math.sqrt(12)],
    ["exponential", (s) => draw.exponential(s, 30), (x) => 1 - Math.exp(-x / 30), 30, 30],
    ["normal", (s) => draw.normal(s, 10, 3), (x) => phi((x - 10) / 3), 10, 3],
    // Mean exp(mu + sigma^2 / 2), variance mean^2 (exp(sigma^2) - 1).
    ["log-normal", (s) => draw.logNormal(s, 1, 0.5), (x) => phi((Math.log(x) - 1) / 0.5), Math.exp(1.125), Math.exp(1.125) * Math.sqrt(Math.exp(0.25) - 1)],
    // Shape 2: mean scale sqrt(pi) / 2, variance scale^2 (1 - pi / 4).
    ["Weibull", (s) => draw.weibull(s, 2, 5), (x) => 1 - Math.exp(-((x / 5) ** 2)), (5 * Math.sqrt(Math.PI)) / 2, 5 * Math.sqrt(1 - Math.PI / 4)],
    // Shape 3 is Erlang: 1 - exp(-y) (1 + y + y^2 / 2), y = x / scale; mean 3 scale, variance 3 scale^2.
    ["gamma", (s) => draw.gamma(s, 3, 2), (x) => 1 - Math.exp(-x / 2) * (1 + x / 2 + (x / 2) ** 2 / 2), 6, 2 * Math.sqrt(3)],
    // Shape 3, minimum 2: mean 3, variance minimum^2 x shape / ((shape - 1)^2 (shape - 2)) = 3.
    ["Pareto", (s) => draw.pareto(s, 2, 3), (x) => 1 - (2 / x) ** 3, 3, Math.sqrt(3)],
  ])("%s", (name, one, cdf, mean, deviation) => {
    const values = sample(name, one);
    expect(kolmogorovSmirnov(values, cdf)).toBeLessThan(ksBound);
    expectMean(values, mean, deviation);
  });

  it("gamma of shape 1/2 is half the square of a standard normal", () => {
    // P(Z^2 / 2 <= x) = 2 phi(sqrt(2 x)) - 1; mean 1/2, variance 1/2. A method of its own in the sampler (shape below 1).
    const values = sample("gamma 1/2", (s) => draw.gamma(s, 0.5, 1));
    expect(kolmogorovSmirnov(values, (x) => 2 * phi(Math.sqrt(2 * x)) - 1)).toBeLessThan(ksBound);
    expectMean(values, 0.5, Math.SQRT1_2);
  });

  it.each([3, 100])("Poisson of mean %d (chi-square over the counts that are expected 10 times or more)", (mean) => {
    const values = sample(`Poisson ${mean}`, (s) => draw.poisson(s, mean));
    expectMean(values, mean, Math.sqrt(mean));
    const counts = new Map<number, number>();
    for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
    let chi = 0;
    let cells = 0;
    let probability = Math.exp(-mean);
    for (let k = 0; k < 3 * mean + 30; k++) {
      const expected = n * probability;
      if (expected >= 10) {
        chi += ((counts.get(k) ?? 0) - expected) ** 2 / expected;
        cells++;
      }
      probability *= mean / (k + 1);
    }
    // Mean cells, variance 2 x cells (the tails left out are one more cell); 4.5 standard deviations.
    expect(Math.abs(chi - cells)).toBeLessThan(4.5 * Math.sqrt(2 * cells));
  });

  it("empirical draws each measured value equally often", () => {
    const values = sample("empirical", (s) => draw.empirical(s, [5, 7, 7, 100]));
    // 7 stands there twice: half of the draws; the count has standard deviation sqrt(n / 4) = 158.
    const sevens = values.filter((value) => value === 7).length;
    expect(Math.abs(sevens - n / 2)).toBeLessThan(4 * Math.sqrt(n / 4));
    expect(new Set(values)).toEqual(new Set([5, 7, 100]));
  });
});

describe("draws", () => {
  it("keep nothing outside the stream: a stream resumed between two normal draws goes on the same", () => {
    const stream = streams("1")("spare");
    draw.normal(stream, 0, 1);
    const other = resume(stream.state());
    expect(draw.normal(stream, 0, 1)).toBe(draw.normal(other, 0, 1));
  });

  it("are pinned", () => {
    const stream = streams("1")("pinned");
    expect(
      [draw.exponential(stream, 1), draw.normal(stream, 0, 1), draw.gamma(stream, 2, 1), draw.poisson(stream, 4)].map((x) => x.toPrecision(12)),
    ).toMatchInlineSnapshot(`
      [
        "0.558498749671",
        "1.58308983899",
        "0.753903134842",
        "5.00000000000",
      ]
    `);
  });

  it("of no spread are the mean", () => {
    const stream = streams("1")("still");
    expect(draw.normal(stream, 4, 0)).toBe(4);
    expect(draw.uniform(stream, 4, 4)).toBe(4);
    expect(draw.poisson(stream, 0)).toBe(0);
  });

  it("refuse parameters out of range and name them", () => {
    const stream = streams("1")("errors");
    expect(() => draw.exponential(stream, 0)).toThrow("exponential: mean is 0; it must be above 0 and finite");
    expect(() => draw.normal(stream, NaN, 1)).toThrow("normal: mean is NaN");
    expect(() => draw.normal(stream, 0, -1)).toThrow("normal: standard deviation is -1");
    expect(() => draw.logNormal(stream, 0, Infinity)).toThrow("log-normal: sigma is Infinity");
    expect(() => draw.weibull(stream, 0, 1)).toThrow("Weibull: shape is 0");
    expect(() => draw.weibull(stream, 1, 0)).toThrow("Weibull: scale is 0");
    expect(() => draw.gamma(stream, -1, 1)).toThrow("gamma: shape is -1");
    expect(() => draw.poisson(stream, -1)).toThrow("Poisson: mean is -1");
    expect(() => draw.pareto(stream, 0, 1)).toThrow("Pareto: minimum is 0");
    expect(() => draw.uniform(stream, 2, 1)).toThrow("uniform: the bounds 2 and 1");
    expect(() => draw.empirical(stream, [])).toThrow("empirical: there must be at least one value");
  });
});
