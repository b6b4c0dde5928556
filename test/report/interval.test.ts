/** Means with intervals: the digits that the interval supports. */
import { describe, expect, it } from "vitest";
import { differenceText, plusMinus } from "../../src/report/interval.ts";

const plain = (text: string): string => text.replaceAll("\u00A0", " ").replaceAll("\u202F", " ");

describe("a mean with its half-width", () => {
  it.each([
    [607.3, 4.2, "607 ± 4"],
    [1.87, 0.21, "1.9 ± 0.2"],
    [1.8734, 0.0142, "1.873 ± 0.014"],
    [0.42, 0.96, "0.4 ± 1.0"],
    [1460.4, 52.4, "1 460 ± 50"],
    [123456, 1234, "123 500 ± 1 200"],
    [12345.678, 0.31, "12 345.7 ± 0.3"],
    [0.001234, 0.00003, "0.00123 ± 0.00003"],
    [-3.04, 0.2, "\u22123.0 ± 0.2"],
    [3e-8, 1.1e-7, "(0.3 ± 1.1)e-7"],
    [2.56e-8, 4e-9, "(2.6 ± 0.4)e-8"],
  ])("%f, %f: %s", (mean, half, text) => expect(plain(plusMinus(mean, half))).toBe(text));
  it("is the mean alone where there is no interval, or one without width", () => {
    expect(plusMinus(607.3, Number.NaN)).toBe("607");
    expect(plusMinus(607.3, 0)).toBe("607");
    expect(plusMinus(Number.NaN, Number.NaN)).toBe("–");
  });
});

describe("a difference with its interval", () => {
  it.each([
    [-9.02, -9.51, -8.53, "%", "\u22129.0 % [\u22129.5, \u22128.5]"],
    [0.2, -0.1, 0.5, "%", "+0.2 % [\u22120.1, +0.5]"],
    [212.4, 204, 221, "", "+212 [+204, +221]"],
    [3e-8, -7e-8, 1.3e-7, "", "+0.3e-7 [\u22120.7e-7, +1.3e-7]"],
    [-20, -20, -20, "%", "\u221220 %"],
  ])("%f [%f, %f] %s", (mean, low, high, unit, text) => expect(plain(differenceText(mean, low, high, unit))).toBe(text));
});
