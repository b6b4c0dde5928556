import { describe, expect, it } from "vitest";
import { circleOf } from "../../src/scenario/cycles.ts";

const table = (entries: Record<string, string[]>): Map<string, string[]> => new Map(Object.entries(entries));

describe("circles", () => {
  it("are found whatever leads into them", () => {
    expect(circleOf(table({ web: ["app"], app: ["db"], db: [] }))).toBeNull();
    expect(circleOf(table({ web: ["app"], app: ["db"], db: ["app"] }))).toEqual(["app", "db"]);
    expect(circleOf(table({ db: ["db"] }))).toEqual(["db"]);
    // A diamond is none.
    expect(circleOf(table({ a: ["b", "c"], b: ["d"], c: ["d"], d: [] }))).toBeNull();
    expect(circleOf(table({ a: ["unknown"] }))).toBeNull();
  });
  it("do not overflow the stack on a chain of 100,000", () => {
    const long = new Map(Array.from({ length: 100_000 }, (_, i) => [String(i), [String(i + 1)]]));
    expect(circleOf(long)).toBeNull();
    long.set("100000", ["50000"]);
    expect(circleOf(long)).toHaveLength(50_001);
  });
});
