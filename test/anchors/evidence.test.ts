/** The products against published measurements (src/validation/measured.ts): speed and memory out of runs. */
import { describe, expect, it } from "vitest";
import { measuredMemoryCases, measuredSpeedCases, secondsOnProduct } from "../../src/validation/measured.ts";
import { expectAgreement } from "./agreement.ts";

describe("speed relative to bare metal, from runs", () => {
  it("there is evidence to compare with", () => {
    expect(measuredSpeedCases.length).toBeGreaterThanOrEqual(12);
    expect(secondsOnProduct("none", "cpu")).toBe(50);
  });
  it.each(measuredSpeedCases)("$id: inside the measured range, near the median of sources", expectAgreement);
});

describe("memory, from runs", () => {
  it.each(measuredMemoryCases)("$id: $what", expectAgreement);
});
