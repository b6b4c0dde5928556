/** Speed of a hyperthread, by hand: four cores of two threads at a gain of 1.25, so W(n) = 4 + 0.25 (n - 4) above four. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { smtSlope, threadSpeed } from "../../src/model/smt.ts";

const speed = (entries: readonly (readonly [need: number, cap: number])[], others = 0, cores = 4, threads = 8, gained = 5): number =>
  threadSpeed(
    cores,
    threads,
    smtSlope(cores, threads, gained),
    entries.length,
    Float64Array.from(entries, ([need]) => need),
    Float64Array.from(entries, ([, cap]) => cap),
    others,
  );
const busy = (n: number): [number, number][] => Array.from({ length: n }, () => [1, 1]);

describe("busy single-vCPU VMs on four cores of two threads", () => {
  it.each([
    [1, 1],
    [4, 1],
    // n threads do 4 + 0.25 (n - 4) cores together.
    [5, 4.25 / 5],
    [6, 4.5 / 6],
    [7, 4.75 / 7],
    [8, 5 / 8],
    // More than threads: the speed is that of a full host, the rest waits.
    [12, 5 / 8],
  ])("%i of them: each at %f", (n, expected) => expect(speed(busy(n))).toBeCloseTo(expected, 14));
});

describe("VMs with less to do than a core gives", () => {
  it("4.5 cores of work in nine half-busy vCPUs: W = 4.5 at n = 6, s = 0.75; each still does its half, busy 2/3 of the time", () => {
    expect(speed(Array.from({ length: 9 }, () => [0.5, 1]))).toBeCloseTo(0.75, 14);
  });
  it("one busy vCPU beside eight that need 0.45: s solves s (s + 3.6) = 0.75 x 4 s + 0.25 (s + 3.6)", () => {
    // s^2 + 3.6 s = 3.25 s + 0.9: s = (-0.35 + sqrt(0.1225 + 3.6)) / 2 = 0.7896...
    const s = (-0.35 + Math.sqrt(0.35 * 0.35 + 3.6)) / 2;
    expect(speed([[1, 1], ...Array.from({ length: 8 }, (): [number, number] => [0.45, 1])])).toBeCloseTo(s, 13);
  });
  it("other programs count like work of no size: 4.5 cores of them alone, s = 0.75", () => expect(speed([], 4.5)).toBeCloseTo(0.75, 14));
});

describe("laws", () => {
  const entry = fc.tuple(fc.double({ min: 0.01, max: 1, noNaN: true }), fc.integer({ min: 1, max: 8 })).map(([u, c]): [number, number] => [u * c, c]);
  const entries = fc.array(entry, { minLength: 1, maxLength: 30 });
  const work = (list: readonly [number, number][], s: number): number => list.reduce((sum, [need, cap]) => sum + Math.min(need, cap * s), 0);
  const threadsBusy = (list: readonly [number, number][], s: number): number => list.reduce((sum, [need, cap]) => sum + Math.min(need / s, cap), 0);

  it("work done is what the busy threads do: sum min(x, c s) = W(n), or all threads are busy", () => {
    fc.assert(
      fc.property(entries, (list) => {
        const s = speed(list);
        const n = threadsBusy(list, s);
        if (s === 1) expect(work(list, 1)).toBeLessThanOrEqual(4 * (1 + 1e-12));
        else if (Math.abs(s - 5 / 8) < 1e-12) expect(n).toBeGreaterThanOrEqual(8 * (1 - 1e-9));
        else expect(work(list, s)).toBeCloseTo(4 + 0.25 * (n - 4), 9);
      }),
    );
  });
  it("one more VM never makes a thread faster; more cores never make it slower", () => {
    fc.assert(
      fc.property(entries, entry, (list, more) => {
        const s = speed(list);
        expect(speed([...list, more])).toBeLessThanOrEqual(s + 1e-12);
        expect(speed(list, 0, 5, 10, 6.25)).toBeGreaterThanOrEqual(s - 1e-12);
      }),
    );
  });
  it("the order of VMs and the unit do not matter", () => {
    fc.assert(
      fc.property(entries, (list) => {
        const s = speed(list);
        expect(speed([...list].reverse())).toBeCloseTo(s, 12);
        expect(
          speed(
            list.map(([a, b]): [number, number] => [a * 2400, b * 2400]),
            0,
            9600,
            19200,
            12000,
          ),
        ).toBeCloseTo(s, 12);
      }),
    );
  });
});
