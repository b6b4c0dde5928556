/**
 * VM selections: which VM leaves, by hand; and multiple correlation, one method against another.
 */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { highestPotentialGrowth } from "../../src/policy/selection/highest-potential-growth.ts";
import { maximumCorrelation } from "../../src/policy/selection/maximum-correlation.ts";
import { minimumMigrationTime } from "../../src/policy/selection/minimum-migration-time.ts";
import { minimumUtilisation } from "../../src/policy/selection/minimum-utilisation.ts";
import { correlationByQr, correlationsByCholesky, newCorrelationSpace } from "../../src/policy/selection/multiple-correlation.ts";
import { randomSelection } from "../../src/policy/selection/random.ts";
import { type Candidates, newCandidates, type SelectionPolicy } from "../../src/policy/selection/selector.ts";
import { selectors } from "../../src/policy/selection/selectors.ts";

interface Vm {
  readonly memory?: number;
  readonly size?: number;
  readonly demand?: number;
  readonly history?: readonly number[];
}

function candidates(vms: readonly Vm[]): Candidates {
  const samples = Math.min(...vms.map((vm) => vm.history?.length ?? 0), 30);
  const columns = newCandidates(Math.max(vms.length, 1), 30);
  columns.count = vms.length;
  columns.samples = vms.length > 0 ? samples : 0;
  vms.forEach(({ memory = 1024, size = 1000, demand = 100, history = [] }, i) => {
    columns.memoryMiB[i] = memory;
    columns.sizeMHz[i] = size;
    columns.demandMHz[i] = demand;
    columns.history.set(history, i * 30);
  });
  return columns;
}

function choice(policy: SelectionPolicy, vms: readonly Vm[], luck = (): number => 0): number {
  return policy.create(luck)(candidates(vms), new Float64Array(Math.max(vms.length, 1)));
}

describe("minimum migration time", () => {
  it("takes the least memory, the first of equals", () => {
    expect(choice(minimumMigrationTime, [{ memory: 1740 }, { memory: 613 }, { memory: 870 }, { memory: 613 }])).toBe(1);
  });
});

describe("minimum utilisation", () => {
  it("takes the least demand for its size: 100 / 2000 before 60 / 1000", () => {
    expect(
      choice(minimumUtilisation, [
        { demand: 60, size: 1000 },
        { demand: 100, size: 2000 },
      ]),
    ).toBe(1);
  });
});

describe("highest potential growth", () => {
  it("takes the least demand for its size, but leaves VMs that ask for nothing", () => {
    expect(choice(highestPotentialGrowth, [{ demand: 0 }, { demand: 60 }, { demand: 50 }])).toBe(2);
  });
  it("takes the larger VM among equals, for it can grow more", () => {
    expect(
      choice(highestPotentialGrowth, [
        { demand: 100, size: 1000 },
        { demand: 200, size: 2000 },
      ]),
    ).toBe(1);
  });
  it("takes the largest when no VM asks for anything", () => {
    expect(
      choice(highestPotentialGrowth, [
        { demand: 0, size: 500 },
        { demand: 0, size: 2000 },
        { demand: 0, size: 1000 },
      ]),
    ).toBe(1);
  });
});

describe("random choice", () => {
  it("divides [0, 1) evenly", () => {
    const vms = [{}, {}, {}, {}];
    expect([0, 0.24, 0.25, 0.99].map((u) => choice(randomSelection, vms, () => u))).toEqual([0, 0, 1, 3]);
  });
});

describe("maximum correlation", () => {
  const wave = Array.from({ length: 12 }, (_, i) => 0.5 + 0.3 * Math.sin(i));
  const other = Array.from({ length: 12 }, (_, i) => 0.3 + 0.2 * Math.cos(2.3 * i * i));
  const mixed = wave.map((w, i) => 0.5 * w + 0.1 * other[i] + 0.01 * Math.sin(7 * i));

  it("takes the VM that the others explain best: of a, b, a + b + c and d with a, b, c, d orthogonal, the sum (R^2 = 2/3)", () => {
    // Orthogonal patterns of +-1 over 8 samples. The sum is explained by a and b but for c: 2/3. a is explained by (sum - b) = a + c: 1/2; so
    // is b. d is explained by nobody.
    const pattern = (mask: number): number[] =>
      Array.from({ length: 8 }, (_, s) => ([...(s & mask).toString(2)].filter((bit) => bit === "1").length % 2 === 0 ? 1 : -1));
    const [a, b, c, d] = [1, 2, 4, 7].map(pattern);
    const load = (values: readonly number[]): number[] => values.map((value) => 0.5 + 0.1 * value);
    const scores = new Float64Array(4);
    const vms = [{ history: load(a) }, { history: load(b) }, { history: load(a.map((x, i) => x + b[i] + c[i])) }, { history: load(d) }];
    expect(maximumCorrelation.create(() => 0)(candidates(vms), scores)).toBe(2);
    [1 / 2, 1 / 2, 2 / 3, 0].forEach((expected, i) => {
      expect(scores[i]).toBeCloseTo(expected, 10);
    });
  });

  it("gives two VMs the square of their correlation coefficient", () => {
    const scores = new Float64Array(2);
    maximumCorrelation.create(() => 0)(candidates([{ history: wave }, { history: mixed }]), scores);
    const mean = (x: readonly number[]): number => x.reduce((a, b) => a + b) / x.length;
    const cov = (x: readonly number[], y: readonly number[]): number => mean(x.map((v, i) => (v - mean(x)) * (y[i] - mean(y))));
    const squared = cov(wave, mixed) ** 2 / (cov(wave, wave) * cov(mixed, mixed));
    expect(scores[0]).toBeCloseTo(squared, 10);
    expect(scores[1]).toBeCloseTo(squared, 10);
  });

  it("takes the least memory where no regression is possible: one VM, more VMs than samples, a history of zeros", () => {
    expect(choice(maximumCorrelation, [{ memory: 5, history: wave }])).toBe(0);
    expect(
      choice(maximumCorrelation, [
        { memory: 5, history: [1, 2] },
        { memory: 3, history: [2, 1] },
        { memory: 4, history: [2, 2] },
      ]),
    ).toBe(1);
    expect(
      choice(maximumCorrelation, [
        { memory: 5, history: wave },
        { memory: 4, history: new Array<number>(12).fill(0) },
        { memory: 3, history: other },
      ]),
    ).toBe(2);
  });

  it("takes the first VM when all are constant but for one", () => {
    // Nothing explains the varying one (R^2 = 0 up to rounding), and a constant history has no R^2.
    const vms = [{ history: new Array<number>(12).fill(0.25) }, { history: wave }];
    expect(choice(maximumCorrelation, vms)).toBe(0);
  });
});

describe("multiple correlation", () => {
  it("is the same by Cholesky and by QR wherever Cholesky trusts itself", () => {
    const space = newCorrelationSpace(10, 30);
    const scores = new Float64Array(10);
    let trusted = 0;
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 8 }), fc.integer({ min: 0, max: 20 }), fc.infiniteStream(fc.integer({ min: 0, max: 100 })), (n, more, stream) => {
        const m = n + more;
        const history = new Float64Array(n * 30);
        for (let i = 0; i < n; i++) for (let s = 0; s < m; s++) history[i * 30 + s] = (stream.next().value ?? 0) / 100;
        if (!correlationsByCholesky(space, history, 30, n, m, scores)) return;
        trusted++;
        for (let i = 0; i < n; i++) expect(correlationByQr(space, history, 30, n, m, i)).toBeCloseTo(scores[i], 7);
      }),
      { numRuns: 300 },
    );
    expect(trusted).toBeGreaterThan(150);
  });

  it("distrusts a constant history even when its mean is rounded", () => {
    const history = new Float64Array(60);
    history.fill(0.07, 0, 7);
    for (let s = 0; s < 7; s++) history[30 + s] = s;
    expect(correlationsByCholesky(newCorrelationSpace(2, 30), history, 30, 2, 7, new Float64Array(2))).toBe(false);
  });
});

describe("all selections", () => {
  it.each(selectors.map((s) => [s.name, s] as const))("%s has nobody to choose from an empty host", (_, policy) => {
    expect(choice(policy, [])).toBe(-1);
  });
});
