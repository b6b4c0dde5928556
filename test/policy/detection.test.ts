/**
 * Overload detectors: each against numbers worked out by hand or by another route.
 */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type HostLoad, newFinding, newHostLoad } from "../../src/policy/detection/detector.ts";
import { detectors } from "../../src/policy/detection/detectors.ts";
import { exponentialSmoothing } from "../../src/policy/detection/exponential-smoothing.ts";
import { iqr } from "../../src/policy/detection/iqr.ts";
import { fitWeighted, forecastLeastSquares, localRegression, tricubeWeights } from "../../src/policy/detection/local-regression.ts";
import { mad } from "../../src/policy/detection/mad.ts";
import { oracle } from "../../src/policy/detection/oracle.ts";
import { interquartileRange, medianAbsoluteDeviation, medianInPlace, sortAscending } from "../../src/policy/detection/order-statistics.ts";
import { robustLocalRegression } from "../../src/policy/detection/robust-local-regression.ts";
import { threshold } from "../../src/policy/detection/threshold.ts";

/** A host with this history, oldest first, and load. */
function host(oldestFirst: readonly number[], load: number): HostLoad {
  const view = newHostLoad(Math.max(oldestFirst.length, 1));
  view.history.set([...oldestFirst].reverse());
  view.samples = oldestFirst.length;
  view.load = load;
  return view;
}

const loads = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 2, maxLength: 40 });

describe("order statistics", () => {
  it("sort as sort does", () => {
    fc.assert(
      fc.property(loads, (values) => {
        const sorted = Float64Array.from(values);
        sortAscending(sorted, values.length);
        expect([...sorted]).toEqual([...values].sort((a, b) => a - b));
      }),
    );
  });

  it("take the range between ranks round(0.25 (n + 1)) and round(0.75 (n + 1)): of 1..12 that is 10 - 3", () => {
    expect(
      interquartileRange(
        Float64Array.from({ length: 12 }, (_, i) => i + 1),
        12,
      ),
    ).toBe(7);
  });

  it("round half a rank up: of 1..13, ranks 3.5 -> 4 and 10.5 -> 11, so 11 - 4", () => {
    expect(
      interquartileRange(
        Float64Array.from({ length: 13 }, (_, i) => i + 1),
        13,
      ),
    ).toBe(7);
  });

  it("find the median absolute deviation without sorting the deviations, to the same bit", () => {
    const median = (values: number[]): number => medianInPlace(Float64Array.from(values), values.length);
    fc.assert(
      fc.property(loads, (values) => {
        const sorted = Float64Array.from(values).sort();
        const centre = median(values);
        expect(medianAbsoluteDeviation(sorted, values.length)).toBe(median(values.map((x) => Math.abs(centre - x))));
      }),
    );
  });
});

describe("threshold", () => {
  const detect = threshold.create({ threshold: 0.8 });
  it("is overloaded above, not at, the threshold, and says what it compared", () => {
    const finding = newFinding();
    expect(detect(host([], 0.8), finding)).toBe(false);
    expect(detect(host([], 0.81), finding)).toBe(true);
    expect(finding).toEqual({ measured: 0.81, limit: 0.8, statistic: Number.NaN, fallback: false });
  });
});

describe("interquartile range", () => {
  const history = [0.05, 0.12, 0.01, 0.08, 0.03, 0.1, 0.02, 0.11, 0.04, 0.09, 0.07, 0.06];
  it("lowers the limit to 1 - 1.5 x (0.10 - 0.03) = 0.895", () => {
    const finding = newFinding();
    expect(iqr.create({})(host(history, 0.89), finding)).toBe(false);
    expect(iqr.create({})(host(history, 0.9), finding)).toBe(true);
    expect(finding.limit).toBeCloseTo(0.895, 12);
    expect(finding.statistic).toBeCloseTo(0.07, 12);
  });
  it("falls back to 0.7 with fewer than 12 samples and says so", () => {
    const finding = newFinding();
    expect(iqr.create({})(host(history.slice(1), 0.71), finding)).toBe(true);
    expect(finding).toMatchObject({ limit: 0.7, fallback: true });
  });
  it("takes histories of any length", () => {
    const finding = newFinding();
    iqr.create({})(
      host(
        Array.from({ length: 100 }, (_, i) => i / 100),
        0.5,
      ),
      finding,
    );
    // Ranks round(25.25) = 25 and round(75.75) = 76: 0.75 - 0.24.
    expect(finding.statistic).toBeCloseTo(0.51, 12);
  });
});

describe("median absolute deviation", () => {
  it("lowers the limit to 1 - 2.5 x 0.03 for 0.00 .. 0.12: median 0.06, the seventh of 13 deviations is 0.03", () => {
    const finding = newFinding();
    const history = Array.from({ length: 13 }, (_, i) => i / 100);
    expect(mad.create({})(host(history, 0.93), finding)).toBe(true);
    expect(finding.statistic).toBeCloseTo(0.03, 12);
    expect(finding.limit).toBeCloseTo(0.925, 12);
  });
  it("isn't moved by one spike, as the interquartile range of many isn't either", () => {
    const finding = newFinding();
    const flat = new Array<number>(20).fill(0.4);
    mad.create({})(host([...flat, 1], 0.5), finding);
    expect(finding.statistic).toBe(0);
  });
});

describe("local regression", () => {
  const line = (from: number, step: number): number[] => Array.from({ length: 10 }, (_, i) => from + step * (i + 1));

  it("extends a line to the next step: 0.5 + 0.03 x 11 = 0.83, 1.2 times that is just below 1", () => {
    const finding = newFinding();
    for (const weights of ["tricube", "none"]) {
      expect(localRegression.create({ weights })(host(line(0.5, 0.03), 0.8), finding)).toBe(false);
      expect(finding.measured).toBeCloseTo(0.996, 12);
      expect(localRegression.create({ weights })(host(line(0.5, 0.031), 0.8), finding)).toBe(true);
    }
  });

  it("looks as many steps ahead as the migration takes", () => {
    const view = host(line(0.1, 0.03), 0.4);
    view.stepsAhead = 4;
    const finding = newFinding();
    localRegression.create({})(view, finding);
    expect(finding.statistic).toBeCloseTo(0.1 + 0.03 * 14, 12);
  });

  it("without weights is a fixed weighted sum: 0.1 + (x - 5.5)(11 - 5.5) / 82.5 for the sample at x", () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 10, maxLength: 10 }), (values) => {
        const sum = values.reduce((total, y, i) => total + y * (0.1 + ((i + 1 - 5.5) * 5.5) / 82.5), 0);
        expect(forecastLeastSquares(Float64Array.from([...values].reverse()), 10, 1)).toBeCloseTo(sum, 12);
      }),
    );
  });

  it("weighs the newest sample 1, the oldest 0 and the one a third back (1 - 1/27)^3", () => {
    const weights = tricubeWeights(10);
    expect([weights[0], weights[9]]).toEqual([1, 0]);
    expect(weights[3]).toBeCloseTo((26 / 27) ** 3, 12);
  });

  it("minimises the weighted squares: residuals are orthogonal to 1 and to x", () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 10, maxLength: 10 }), (values) => {
        const fitted = { level: 0, slope: 0 };
        const weights = tricubeWeights(10);
        fitWeighted(Float64Array.from(values), weights, 10, fitted);
        const residuals = values.map((y, age) => y - (fitted.level - fitted.slope * age));
        expect(residuals.reduce((sum, e, age) => sum + weights[age] * e, 0)).toBeCloseTo(0, 10);
        expect(residuals.reduce((sum, e, age) => sum + weights[age] * e * age, 0)).toBeCloseTo(0, 10);
      }),
    );
  });

  it("with weights follows a new trend that plain least squares still averages away", () => {
    const turned = [0.2, 0.2, 0.2, 0.2, 0.2, 0.2, 0.3, 0.4, 0.5, 0.6];
    const forecast = (weights: string): number => {
      const finding = newFinding();
      localRegression.create({ weights })(host(turned, 0.6), finding);
      return finding.statistic;
    };
    expect(forecast("tricube")).toBeGreaterThan(forecast("none"));
  });

  it("falls back to 0.7 with fewer than ten samples", () => {
    const finding = newFinding();
    expect(localRegression.create({})(host(line(0, 0.01).slice(1), 0.71), finding)).toBe(true);
    expect(finding.fallback).toBe(true);
  });

  it("refuses other weights", () => {
    expect(() => localRegression.create({ weights: "bisquare" })).toThrow('option "weights": must be one of tricube, none, not "bisquare"');
  });
});

describe("robust local regression", () => {
  const forecast = (policy: typeof localRegression, history: readonly number[]): number => {
    const finding = newFinding();
    policy.create({})(host(history, 0.5), finding);
    return finding.statistic;
  };
  const line = Array.from({ length: 10 }, (_, i) => 0.3 + 0.02 * (i + 1));

  it("equals local regression on a line", () => {
    expect(forecast(robustLocalRegression, line)).toBeCloseTo(0.3 + 0.02 * 11, 12);
  });

  it("is misled less by a spike than local regression, wherever it is but at the oldest sample", () => {
    for (let at = 1; at < 10; at++) {
      const spiked = line.map((y, i) => (i === at ? y + 0.5 : y));
      const off = (policy: typeof localRegression): number => Math.abs(forecast(policy, spiked) - 0.52);
      expect(off(robustLocalRegression)).toBeLessThan(off(localRegression));
    }
  });
});

describe("exponential smoothing", () => {
  const forecast = (options: Record<string, unknown>, history: readonly number[]): number => {
    const finding = newFinding();
    exponentialSmoothing.create(options)(host(history, 0.5), finding);
    return finding.statistic;
  };
  it("keeps a constant", () => {
    expect(forecast({}, [0.4, 0.4, 0.4, 0.4, 0.4])).toBeCloseTo(0.4, 12);
  });
  it("with alpha 1 and beta 1 goes on as the last step went: 0.6 + (0.6 - 0.5)", () => {
    expect(forecast({ alpha: 1, beta: 1 }, [0.1, 0.9, 0.5, 0.6])).toBeCloseTo(0.7, 12);
  });
  it("with beta 0 is simple smoothing: 0.5 x 0.8 + 0.25 x 0.4 + 0.25 x 0.2 after starting from 0.2", () => {
    expect(forecast({ alpha: 0.5, beta: 0 }, [0.2, 0.4, 0.8])).toBeCloseTo(0.55, 12);
  });
});

describe("the oracle", () => {
  it("judges the next load, not this one", () => {
    const view = host([], 0.2);
    view.nextLoad = 1.01;
    expect(oracle.create({})(view, newFinding())).toBe(true);
    view.nextLoad = 1;
    expect(oracle.create({})(view, newFinding())).toBe(false);
  });
  it("refuses to guess", () => {
    expect(() => oracle.create({})(host([], 0.2), newFinding())).toThrow(/needs the load of the next interval/);
  });
});

describe("all detectors", () => {
  it.each(detectors.map((d) => [d.name, d] as const))("%s documents itself and refuses unknown and impossible options", (name, policy) => {
    expect(policy.about).toMatch(/^(overloaded|as )/);
    expect(policy.source.length).toBeGreaterThan(20);
    expect(() => policy.create({ treshold: 1 })).toThrow(`detection ${name} has no option "treshold"`);
    const option = name === "threshold" || name === "oracle" ? "threshold" : "safety";
    expect(() => policy.create({ [option]: "high" })).toThrow(`detection ${name}, option "${option}": must be a number from 0 to `);
    // A key without a value is no default.
    expect(() => policy.create({ [option]: null })).toThrow(/, not null$/);
  });
  it("have different names", () => {
    expect(new Set(detectors.map((d) => d.name)).size).toBe(detectors.length);
  });
});
