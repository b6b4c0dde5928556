import { describe, expect, it } from "vitest";
import { clockFrom, instant, period } from "../../src/report/clock.ts";
import { aligned, brief, counted, MISSING, share, shareNumber, shorten, withUnit } from "../../src/report/format.ts";

/** Readable stand-ins: "_" for the no-break space, "'" for the narrow one. */
const seen = (text: string): string => text.replaceAll("\u00A0", "_").replaceAll("\u202F", "'");

describe("numbers for people", () => {
  it.each([
    [32.4, "32_%"],
    [4.12, "4.1_%"],
    [4, "4.0_%"],
    [0.04, "<_0.1_%"],
    [0, "0_%"],
    [99.97, "99.9_%"],
    [100, "100_%"],
    [Number.NaN, MISSING],
  ])("a share of %d percent never claims more than it is", (value, text) => expect(seen(share(value)).replace("< ", "<_")).toBe(text));

  it("the same without its unit, for columns headed %", () => expect(shareNumber(32.4)).toBe("32"));

  it("parts of a sum have two digits below 100 and three above", () => {
    expect([brief(8.63), brief(14.4), brief(99.6), brief(607.4)]).toEqual(["8.6", "14", "99.6", "607"]);
  });

  it("a value has a no-break space before its unit; a missing one has no unit", () => {
    expect(seen(withUnit(607.4, "kWh"))).toBe("607_kWh");
    expect(withUnit(Number.NaN, "kWh")).toBe(MISSING);
  });

  it("numbers of one column stand on one point: three digits of the largest, zeros plain, missing ones missing", () => {
    expect(aligned([61.8, 45, 0, Number.NaN])).toEqual(["61.8", "45.0", "0", MISSING]);
    expect(aligned([2.03, 2.1]).map(seen)).toEqual(["2.03", "2.10"]);
    expect(aligned([1432.4, 17.5]).map(seen)).toEqual(["1'432", "18"]);
    // Whole numbers need no point; 9.996 has three digits as 10.0.
    expect(aligned([4, 8])).toEqual(["4", "8"]);
    expect(aligned([9.996, 2.25])).toEqual(["10.0", "2.3"]);
  });

  it("unless that would hide the smallest: then each stands by itself", () => {
    expect(aligned([1192, 0.334]).map(seen)).toEqual(["1'192", "0.334"]);
    expect(aligned([])).toEqual([]);
  });

  it("nouns agree with their count", () => expect([1, 2].map((n) => seen(counted(n, "VM")))).toEqual(["1_VM", "2_VMs"]));

  it("shortens by characters, not by halves of a pair", () => expect(shorten("🐑🐑🐑🐑", 3)).toBe("🐑🐑…"));
});

describe("the clock of a run", () => {
  it("shows the wall clock of the zone the start is written in", () => {
    // 2027-01-11 is a Monday; 14 h 15 min later it is 14:15 there, whatever the zone.
    for (const start of ["2027-01-11T00:00:00Z", "2027-01-11T00:00:00+09:00", "2027-01-11T00:00:00-05:00", "2027-01-11T00:00:00", "2027-01-11"]) {
      expect(instant(clockFrom(start), 14.25 * 3600), start).toBe("Mon 11 Jan 14:15");
    }
  });

  it("counts from the start when there is no date", () => expect(seen(instant(clockFrom("some day"), 42))).toBe("42_s in"));

  it("names the days covered, and not the day that only begins at the end", () => {
    expect(period(clockFrom("2027-01-11T00:00:00Z"), 7 * 86400)).toBe("11 to 17 Jan 2027");
    expect(period(clockFrom("2027-01-11T00:00:00Z"), 86400)).toBe("11 Jan 2027");
    expect(period(clockFrom("2026-12-30T00:00:00Z"), 4 * 86400)).toBe("30 Dec 2026 to 2 Jan 2027");
  });
});
