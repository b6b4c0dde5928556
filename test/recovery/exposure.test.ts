/** The age of the newest copy by hand. */
import { describe, expect, it } from "vitest";
import { Exposure } from "../../src/model/recovery/exposure.ts";

describe("exposure", () => {
  it("is a saw-tooth: copies of 0, 10, 20 complete at 4, 14, 24", () => {
    // From 0 to 4 the age is t (the data of 0 counts as safe from the start); a copy of 10 complete at 14 lets it fall from 14 to 4;
    // so it rises from 0 to 14, then from 4 to 14, then from 4 to 10 at 30.
    const e = new Exposure(0, 0, 12);
    e.safe(4, 0);
    e.safe(14, 10);
    e.safe(24, 20);
    e.settle(30);
    expect(e.worst).toBe(14);
    expect(e.area).toBe((14 * 14) / 2 + ((4 + 14) / 2) * 10 + ((4 + 10) / 2) * 6);
    expect(e.seconds).toBe(30);
    // Above 12: from 12 to 14 and from 22 to 24.
    expect(e.above).toBe(4);
  });
  it("is nothing with a mirror in step, and grows when it breaks", () => {
    const e = new Exposure(0, 0, 5);
    e.mirrored(0, true);
    e.mirrored(100, false);
    e.settle(107);
    expect([e.worst, e.area, e.above]).toEqual([7, 24.5, 2]);
    e.mirrored(107, true);
    e.settle(200);
    expect([e.worst, e.seconds]).toEqual([7, 200]);
  });
  it("ignores a copy older than one there is", () => {
    const e = new Exposure(0, 0, 1);
    e.safe(10, 9);
    e.safe(11, 3);
    e.settle(12);
    expect(e.point).toBe(9);
    expect(e.worst).toBe(10);
  });
});
