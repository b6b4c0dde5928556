import { describe, expect, it } from "vitest";
import { clockFrom, instant, period } from "../../src/report/clock.ts";
import { carbon, count, energy, MISSING, power, share, shorten, significant, span, withUnit } from "../../src/report/format.ts";

/** Readable stand-ins: "_" for the no-break space, "'" for the narrow one. */
const seen = (text: string): string => text.replaceAll("\u00A0", "_").replaceAll("\u202F", "'");

describe("numbers for people", () => {
  it.each([
    [607.4, "607"],
    [9.66, "9.66"],
    [0.8512, "0.851"],
    [12345, "12'300"],
    [1460, "1'460"],
    [999.7, "1'000"],
    [5, "5"],
    [0, "0"],
    [-2.5, "−2.50"],
    [Number.NaN, MISSING],
  ])("%d has three significant digits", (value, text) => expect(seen(significant(value))).toBe(text));

  it("counts exactly, with narrow spaces between thousands", () => {
    expect(seen(count(16128000))).toBe("16'128'000");
    expect(seen(count(999))).toBe("999");
  });

  it.each([
    [32.4, "32_%"],
    [4.12, "4.1_%"],
    [0.04, "<_0.1_%"],
    [0, "0_%"],
    [99.97, "99.9_%"],
    [100, "100_%"],
  ])("a share of %d percent never claims more than it is", (value, text) => expect(seen(share(value))).toBe(text));

  it.each([
    [3600 * 0.5, "0.500_Wh"],
    [3.6e6 * 607, "607_kWh"],
    [3.6e9 * 44.9, "44.9_MWh"],
  ])("energy of %d J takes the largest unit that leaves at least 1", (joules, text) => expect(seen(energy(joules))).toBe(text));

  it("power, carbon and units carry a no-break space", () => {
    expect(seen(power(254))).toBe("254_W");
    expect(seen(power(5600))).toBe("5.60_kW");
    expect(seen(carbon(1.3e6))).toBe("1.30_t_CO₂e");
    expect(seen(withUnit(Number.NaN, "kWh"))).toBe(MISSING);
  });

  it.each([
    [0.3, "300_ms"],
    [42, "42_s"],
    [666, "11.1_min"],
    [16200, "4_h 30_min"],
    [604800, "7_days"],
  ])("a span of %d s", (seconds, text) => expect(seen(span(seconds))).toBe(text));

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
