import { describe, expect, it } from "vitest";
import { type Fitted, fitLaw } from "../../src/kernel/law-fits.ts";
import { cumulativeHazard, drawAged, drawResidual, drawTime, gammaFunction, type Law, meanOf, stretched } from "../../src/kernel/laws.ts";
import { type Stream, streams } from "../../src/kernel/streams.ts";

const n = 40_000;
const sample = (name: string, one: (stream: Stream) => number): number[] => {
  const stream = streams("laws")(name);
  return Array.from({ length: n }, () => one(stream)).sort((a, b) => a - b);
};
/** Largest distance to the exact distribution function; 2.23 / sqrt(n) leaves 1 in 10,000. */
function expectDistribution(sorted: readonly number[], cdf: (x: number) => number): void {
  const most = sorted.reduce((largest, x, i) => Math.max(largest, Math.abs(cdf(x) - i / n), Math.abs((i + 1) / n - cdf(x))), 0);
  expect(most).toBeLessThan(2.23 / Math.sqrt(n));
}

const LAWS: readonly Law[] = [
  { law: "exponential", mean: 40 },
  { law: "weibull", shape: 0.48, scale: 816.6 },
  { law: "weibull", shape: 2, scale: 10 },
  { law: "log-normal", mu: 0.05, sigma: 1.42 },
  { law: "gamma", shape: 0.35, scale: 5102.71 },
  { law: "exactly", value: 7 },
  { law: "empirical", values: [1, 2, 2, 15] },
  {
    law: "bathtub",
    hazards: [
      { shape: 0.5, scale: 400 },
      { shape: 1, scale: 100 },
      { shape: 4, scale: 120 },
    ],
  },
];

describe("laws of times", () => {
  it("gamma function: whole numbers are factorials, 1/2 is the root of pi", () => {
    expect(gammaFunction(5)).toBeCloseTo(24, 10);
    expect(gammaFunction(0.5)).toBeCloseTo(Math.sqrt(Math.PI), 12);
    expect(gammaFunction(1.5)).toBeCloseTo(Math.sqrt(Math.PI) / 2, 12);
  });

  it("means: LANL's Weibull fit has the mean of its exponential fit within 1 %", () => {
    // 816.6 G(1 + 1/0.48): the archive's exponential fit of the same trace has 1779.99 h.
    expect(meanOf({ law: "weibull", shape: 0.48, scale: 816.6 })).toBeCloseTo(816.6 * gammaFunction(1 + 1 / 0.48), 6);
    expect(Math.abs(meanOf({ law: "weibull", shape: 0.48, scale: 816.6 }) / 1779.99 - 1)).toBeLessThan(0.01);
    // exp(0.05 + 1.42^2 / 2) = exp(1.0582) = 2.8812
    expect(meanOf({ law: "log-normal", mu: 0.05, sigma: 1.42 })).toBeCloseTo(2.8812, 4);
    expect(meanOf({ law: "empirical", values: [1, 2, 2, 15] })).toBe(5);
  });

  it("a bathtub of chance alone is exponential; two equal chances halve the mean", () => {
    expect(meanOf({ law: "bathtub", hazards: [{ shape: 1, scale: 50 }] })).toBeCloseTo(50, 1);
    expect(
      meanOf({
        law: "bathtub",
        hazards: [
          { shape: 1, scale: 50 },
          { shape: 1, scale: 50 },
        ],
      }),
    ).toBeCloseTo(25, 1);
  });

  it.each(LAWS.map((law) => [JSON.stringify(law), law] as const))("draws of %s have its mean", (name, law) => {
    const values = sample(`mean ${name}`, (s) => drawTime(s, law));
    const mean = values.reduce((a, b) => a + b, 0) / n;
    const deviation = Math.sqrt(values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / n);
    expect(Math.abs(mean - meanOf(law))).toBeLessThanOrEqual((4 * deviation) / Math.sqrt(n) + 1e-3 * meanOf(law));
  });

  it.each(LAWS.map((law) => [JSON.stringify(law), law] as const))("stretching %s threefold triples its mean", (_name, law) => {
    expect(meanOf(stretched(law, 3)) / meanOf(law)).toBeCloseTo(3, 9);
  });

  it("residual times: distribution function (1/mean) x integral of survival", () => {
    // exactly c: uniform on 0..c. Weibull of shape 2, scale s: integral of exp(-(x/s)^2), an error function, here by Simpson.
    expectDistribution(
      sample("residual exact", (s) => drawResidual(s, { law: "exactly", value: 7 })),
      (x) => x / 7,
    );
    const weibull: Law = { law: "weibull", shape: 2, scale: 10 };
    const steps = 4000;
    const grid = new Float64Array(steps + 1);
    for (let i = 1; i <= steps; i++) {
      const a = (i - 1) / 100;
      const S = (x: number): number => Math.exp(-((x / 10) ** 2));
      grid[i] = grid[i - 1] + (S(a) + 4 * S(a + 0.005) + S(a + 0.01)) / 600;
    }
    expectDistribution(
      sample("residual Weibull", (s) => drawResidual(s, weibull)),
      (x) => {
        const i = Math.min(steps - 1, Math.floor(x * 100));
        const f = x * 100 - i;
        return (grid[i] * (1 - f) + grid[i + 1] * f) / meanOf(weibull);
      },
    );
    // Empirical 1, 3: met in the long one with chance 3/4. P(x <= 1) = 1/4 + 3/4 x 1/3 = 1/2; then (x - 1) / 2 more of 1/2.
    expectDistribution(
      sample("residual empirical", (s) => drawResidual(s, { law: "empirical", values: [1, 3] })),
      (x) => (x <= 1 ? x / 2 : 0.5 + (x - 1) / 4),
    );
  });

  it("residual log-normal and gamma have mean E[x^2] / (2 E[x])", () => {
    // Log-normal: E[x^2] / E[x] = exp(mu + 3 sigma^2 / 2). Gamma: (shape + 1) scale.
    for (const [law, mean] of [
      [{ law: "log-normal", mu: 1, sigma: 0.5 } as Law, Math.exp(1 + 0.375) / 2],
      [{ law: "gamma", shape: 3, scale: 2 } as Law, 4],
    ] as const) {
      const values = sample(`residual ${law.law}`, (s) => drawResidual(s, law));
      const found = values.reduce((a, b) => a + b, 0) / n;
      const deviation = Math.sqrt(values.reduce((sum, x) => sum + (x - found) ** 2, 0) / n);
      expect(Math.abs(found - mean)).toBeLessThan((4 * deviation) / Math.sqrt(n));
    }
  });

  it("aged times: survival S(age + x) / S(age)", () => {
    const hazards = [
      { shape: 0.5, scale: 400 },
      { shape: 4, scale: 120 },
    ];
    expectDistribution(
      sample("aged", (s) => drawAged(s, { law: "bathtub", hazards }, 80)),
      (x) => 1 - Math.exp(cumulativeHazard(hazards, 80) - cumulativeHazard(hazards, 80 + x)),
    );
    expectDistribution(
      sample("aged Weibull", (s) => drawAged(s, { law: "weibull", shape: 3, scale: 10 }, 5)),
      (x) => 1 - Math.exp(0.5 ** 3 - ((5 + x) / 10) ** 3),
    );
    expect(() => drawAged(streams("1")("x"), { law: "exactly", value: 1 }, 1)).toThrow("the law exactly cannot age");
  });
});

describe("fits", () => {
  // Asymptotic standard errors: Weibull shape 0.78 k / sqrt(n), scale 1.053 s / (k sqrt(n)); log-normal sigma / sqrt(n), sigma / sqrt(2n);
  // exponential mean / sqrt(n); gamma shape k / sqrt(n (k psi'(k) - 1)) x sqrt(k), for k = 0.35 about 1.15 k / sqrt(n). Four of each.
  const root = Math.sqrt(n);
  it.each<[Fitted, Law, Record<string, [value: number, error: number]>]>([
    ["exponential", { law: "exponential", mean: 40 }, { mean: [40, 40 / root] }],
    ["weibull", { law: "weibull", shape: 0.48, scale: 816.6 }, { shape: [0.48, (0.78 * 0.48) / root], scale: [816.6, (1.053 * 816.6) / (0.48 * root)] }],
    ["weibull", { law: "weibull", shape: 3, scale: 10 }, { shape: [3, (0.78 * 3) / root], scale: [10, (1.053 * 10) / (3 * root)] }],
    ["log-normal", { law: "log-normal", mu: 5.56, sigma: 2.39 }, { mu: [5.56, 2.39 / root], sigma: [2.39, 2.39 / (root * Math.SQRT2)] }],
    ["gamma", { law: "gamma", shape: 0.35, scale: 5102.71 }, { shape: [0.35, (1.2 * 0.35) / root], scale: [5102.71, (2.1 * 5102.71) / root] }],
    ["gamma", { law: "gamma", shape: 4, scale: 2 }, { shape: [4, (1.5 * 4) / root], scale: [2, (1.6 * 2) / root] }],
  ])("%s finds the parameters of its samples", (family, law, expected) => {
    const fitted = fitLaw(
      family,
      sample(`fit ${JSON.stringify(law)}`, (s) => drawTime(s, law)),
    ) as unknown as Record<string, number>;
    for (const [name, [value, error]] of Object.entries(expected)) expect(Math.abs(fitted[name] - value), name).toBeLessThan(4 * error);
  });

  it("refuse what has no likeliest law", () => {
    expect(() => fitLaw("weibull", [1])).toThrow("a law cannot be fitted to 1 times: at least 2");
    expect(() => fitLaw("gamma", [1, 0])).toThrow("times above 0 only");
    expect(() => fitLaw("log-normal", [3, 3])).toThrow("all equal");
  });
});
