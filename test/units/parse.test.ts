import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Dimension, type DimensionName, dimensions } from "../../src/units/dimensions.ts";
import { exactQuantity } from "../../src/units/exact.ts";
import { parsePrice, parseQuantity, quote } from "../../src/units/parse.ts";

const value = (text: string, name: DimensionName): number => {
  const parsed = parseQuantity(text, name);
  if (!parsed.ok) throw new Error(`${text}: ${parsed.reason}`);
  return parsed.value;
};
const refusal = (raw: unknown, name: DimensionName): string => {
  const parsed = parseQuantity(raw, name);
  return parsed.ok ? `read as ${parsed.value}` : `${parsed.reason}${parsed.write === undefined ? "" : `; write ${parsed.write}`}`;
};

describe("a quantity is read in its base unit", () => {
  // Right column by hand: 1 GB = 10^9 / 2^20 MiB; 4 h 30 min = 4 x 3600 + 30 x 60 s; a year = 365 days.
  it.each([
    ["64 GiB", "memory", 65536],
    ["64GiB", "memory", 65536],
    ["1 GB", "memory", 953.67431640625],
    ["1.5 TiB", "memory", 1572864],
    ["512 KiB", "memory", 0.5],
    ["2.4 GHz", "frequency", 2400],
    ["1.005 GHz", "frequency", 1005],
    ["2660 MHz", "frequency", 2660],
    ["300 ms", "time", 0.3],
    ["25 us", "time", 25e-6],
    ["42 s", "time", 42],
    ["5 min", "time", 300],
    ["4 h 30 min", "time", 16200],
    ["2 days 4 h", "time", 187200],
    ["1 week", "time", 604800],
    ["7 days", "time", 604800],
    ["3 years", "time", 94608000],
    ["-5 min", "time", -300],
    ["\u22125 min", "time", -300],
    ["254 W", "power", 254],
    ["5.6 kW", "power", 5600],
    ["1 460 kWh", "energy", 1460 * 3.6e6],
    ["1_460 kWh", "energy", 1460 * 3.6e6],
    ["30 %", "share", 0.3],
    ["7%", "share", 0.07],
    ["0.5 percent", "share", 0.005],
    ["10 Gbit/s", "bandwidth", 10],
    ["125 MB/s", "bandwidth", 1],
    ["200 IOPS", "ioRate", 200],
    ["2 GHz h", "work", 7_200_000],
    ["2 GHz·h", "work", 7_200_000],
    ["3 Gcycles", "work", 3000],
    ["380 g/kWh", "carbon", 380],
    ["380 g CO2e/kWh", "carbon", 380],
    ["0.38 kg / kWh", "carbon", 380],
    ["1.5 cores", "cores", 1.5],
    ["1e3 MHz", "frequency", 1000],
  ] as const)("%s of %s is %d", (text, name, expected) => {
    expect(value(text, name)).toBe(expected);
  });

  it("for every unit of every dimension, one of it is its factor", () => {
    for (const name of Object.keys(dimensions) as DimensionName[]) {
      for (const [unit, factor] of Object.entries((dimensions[name] as Dimension).units)) {
        expect(value(`1 ${unit}`, name), unit).toBeCloseTo(factor, 12);
        expect(value(`1 ${unit}`, name) / factor).toBeCloseTo(1, 12);
      }
    }
  });
});

describe("what is not a quantity is refused with what to write", () => {
  it.each([
    [768, "memory", "768 is a number without a unit; write 768 GiB (or GB, MiB, TiB)"],
    ["768", "memory", "768 is a number without a unit; write 768 GiB (or GB, MiB, TiB)"],
    [0.3, "share", "0.3 is a number without a unit; write 0.3 %"],
    ["64 gib", "memory", '"gib" is not a unit of memory; write 64 GiB'],
    ["64 GiBs", "memory", '"GiBs" is not a unit of memory; write 64 GiB'],
    ["64 Gbit", "memory", '"Gbit" is not a unit of memory; write 64 GiB (or GB, MiB, TiB)'],
    ["2.4 GHz", "memory", "2.4 GHz is a frequency, not an amount of memory; write 2.4 GiB (or GB, MiB, TiB)"],
    ["2,4 GHz", "frequency", '"2,4 GHz" has a decimal comma; write 2.4 GHz'],
    ["fast", "frequency", '"fast" is not a frequency; write 1 GHz (or MHz)'],
    ["", "time", '"" is not a time; write 1 s (or min, h, days)'],
    ["5 min 2 h", "time", '"min 2 h" is not a unit of time; write 5 s (or min, h, days)'],
    ["1e999 s", "time", "1e999 is too large a number"],
    [Number.NaN, "time", "NaN is not a number that can be used; write 1 s (or min, h, days)"],
    [Number.POSITIVE_INFINITY, "power", "Infinity is not a number that can be used; write 1 W (or kW)"],
    [null, "time", "nothing is not a time; write 1 s (or min, h, days)"],
    [["5 min"], "time", "a list is not a time; write 1 s (or min, h, days)"],
    ["1 month", "time", '"month" is not a unit of time; write 1 s (or min, h, days)'],
    ["1 constructor", "time", '"constructor" is not a unit of time; write 1 s (or min, h, days)'],
  ] as const)("%j as %s", (raw, name, message) => {
    expect(refusal(raw, name)).toBe(message);
  });

  it("shows control characters escaped and long text cut", () => {
    expect(quote("a\u001b[31m\u202eb")).toBe('"a\\u001b[31m\\u202eb"');
    expect(quote("x".repeat(100))).toBe(`"${"x".repeat(39)}…"`);
  });

  it("any text or value gives a finite number or a reason, never an exception", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.double(), fc.anything()), fc.constantFrom(...(Object.keys(dimensions) as DimensionName[])), (raw, name) => {
        const parsed = parseQuantity(raw, name);
        expect(parsed.ok ? Number.isFinite(parsed.value) : parsed.reason.length > 0).toBe(true);
      }),
    );
  });

  it("hostile long text is refused at once", () => {
    const before = performance.now();
    expect(parseQuantity(`1${"_000".repeat(50_000)}x`, "memory").ok).toBe(false);
    expect(parseQuantity("1 h ".repeat(50_000), "time").ok).toBe(false);
    expect(parsePrice(`${"1".repeat(100_000)} EUR`).ok).toBe(false);
    expect(performance.now() - before).toBeLessThan(1000);
  });
});

describe("a price of electricity", () => {
  it.each([
    ["0.15 EUR/kWh", 0.15, "EUR"],
    ["150 EUR/MWh", 0.15, "EUR"],
    ["€ 0.15/kWh", 0.15, "EUR"],
    ["0.12 $/kWh", 0.12, "USD"],
    ["2 SEK per kWh", 2, "SEK"],
  ])("%s", (text, perKwh, currency) => {
    expect(parsePrice(text)).toEqual({ ok: true, value: { perKwh, currency } });
  });
  it.each([
    [0.15, "0.15 is a number without a unit; write 0.15 EUR/kWh (or another currency)"],
    ["0.15/kWh", '"0.15/kWh" does not name a currency; write 0.15 EUR/kWh'],
    ["0,15 EUR/kWh", '"0,15 EUR/kWh" has a decimal comma; write 0.15 EUR/kWh'],
    ["15 ct/kWh", '"ct" is not a currency of three letters; write 0.15 EUR/kWh'],
    ["cheap", '"cheap" is not a price of electricity; write 0.15 EUR/kWh'],
  ])("%j is refused", (raw, message) => {
    const parsed = parsePrice(raw);
    expect(parsed.ok ? "" : `${parsed.reason}; write ${parsed.write}`).toBe(message);
  });
});

describe("exact text", () => {
  it.each([
    [65536, "memory", "64 GiB"],
    [2400, "frequency", "2.4 GHz"],
    [90, "time", "90 s"],
    [604800, "time", "7 days"],
    [86400, "time", "1 day"],
    [0.3, "share", "30 %"],
    [0.985, "share", "98.5 %"],
    [0, "memory", "0 GiB"],
    [25e-6, "time", "25 us"],
  ] as const)("%d of %s is written %s", (number, name, text) => {
    expect(exactQuantity(number, name)).toBe(text);
  });
  it("reads back as the very same double, whatever it was", () => {
    fc.assert(
      fc.property(fc.double({ min: -1e12, max: 1e12, noNaN: true }), fc.constantFrom(...(Object.keys(dimensions) as DimensionName[])), (number, name) => {
        expect(value(exactQuantity(number, name), name)).toBe(Object.is(number, -0) ? 0 : number);
      }),
    );
  });
});
