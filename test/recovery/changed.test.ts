/** Changed data: the closed form at its ends, and against a count of random writes. */
import { describe, expect, it } from "vitest";
import { streams } from "../../src/kernel/streams.ts";
import { changedMiB } from "../../src/model/recovery/changed.ts";

describe("changed data", () => {
  const data = { diskMiB: 1000, writesMiBPerSecond: 2, hotShare: 0.1 };

  it("is what was written at first, and the hot part in the end", () => {
    // H = 100 MiB. w t = 0.002 MiB: the second-order term (w t)^2 / 2H is 2e-8.
    expect(changedMiB(data, 0.001)).toBeCloseTo(0.002 - 2e-8, 12);
    // w t = H: 1 - 1/e of it.
    expect(changedMiB(data, 50)).toBeCloseTo(100 * (1 - Math.exp(-1)), 10);
    expect(changedMiB(data, 1e6)).toBe(100);
  });
  it("is nothing where nothing is written, hot, or run", () => {
    expect(changedMiB({ ...data, writesMiBPerSecond: 0 }, 1000)).toBe(0);
    expect(changedMiB({ ...data, hotShare: 0 }, 1000)).toBe(0);
    expect(changedMiB(data, 0)).toBe(0);
  });
  it("never shrinks, and two intervals carry at least what one of their length does", () => {
    for (const [a, b] of [
      [1, 2],
      [10, 90],
      [300, 300],
    ]) {
      expect(changedMiB(data, a + b)).toBeGreaterThan(changedMiB(data, a));
      expect(changedMiB(data, a) + changedMiB(data, b)).toBeGreaterThanOrEqual(changedMiB(data, a + b));
    }
  });
  it("agrees with counting: 100 blocks of 1 MiB, 80 random writes, mean of 2000 tries within 4 standard errors", () => {
    const luck = streams("changed")("writes");
    const tries = 2000;
    let sum = 0;
    let squares = 0;
    for (let i = 0; i < tries; i++) {
      const hit = new Set<number>();
      for (let k = 0; k < 80; k++) hit.add(luck.int(100));
      sum += hit.size;
      squares += hit.size ** 2;
    }
    const mean = sum / tries;
    const error = Math.sqrt((squares / tries - mean * mean) / tries);
    // Blocks are finite: 100 (1 - 0.99^80) = 55.2; in the fluid limit 100 (1 - e^-0.8) = 55.07.
    expect(Math.abs(mean - 100 * (1 - 0.99 ** 80))).toBeLessThan(4 * error);
    expect(Math.abs(changedMiB(data, 40) - 100 * (1 - 0.99 ** 80))).toBeLessThan(0.2);
  });
});
