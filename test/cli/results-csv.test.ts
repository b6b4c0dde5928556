/** Result tables as CSV: what a spreadsheet, pandas or R reads back is what the run gave, whatever the names are. */
import { parse } from "csv-parse/sync";
import { stringify } from "csv-stringify/sync";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CSV_OPTIONS, csvChunks } from "../../src/node/results-csv.ts";
import type { Table } from "../../src/results/table.ts";

const table = (names: readonly string[], values: ArrayLike<number>): Table => ({
  name: "vms",
  about: "",
  rows: names.length,
  columns: [
    { name: "vm", unit: "", about: "", values: names },
    { name: "energy_kwh", unit: "kWh", about: "", values },
  ],
});
const csv = (t: Table, batch?: number): string => [...csvChunks(t, batch)].join("");

describe("CSV of a table", () => {
  it("has a header, one line a row, and \\n line ends", () => {
    expect(csv(table(["a", "b"], [1, 2.5]))).toBe("vm,energy_kwh\na,1\nb,2.5\n");
  });

  it("writes a table without rows as its header", () => {
    expect(csv(table([], []))).toBe("vm,energy_kwh\n");
  });

  it("leaves the cell of a value that does not apply empty, and names infinities", () => {
    expect(csv(table(["a", "b", "c"], Float64Array.of(Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY)))).toBe(
      "vm,energy_kwh\na,\nb,Infinity\nc,-Infinity\n",
    );
  });

  it("keeps negative numbers numbers", () => {
    expect(csv(table(["a"], [-0.25]))).toBe("vm,energy_kwh\na,-0.25\n");
  });

  // Commas, quotes and line ends are quoted as RFC 4180 says; what starts a formula gets a ' in front.
  it.each([
    ["a,b", '"a,b"'],
    ['say "hi"', '"say ""hi"""'],
    ["two\nlines", '"two\nlines"'],
    ["carriage\rreturn", '"carriage\rreturn"'],
    ["=HYPERLINK(1)", "'=HYPERLINK(1)"],
    ['=cmd|"/c calc"!A1', '"\'=cmd|""/c calc""!A1"'],
    ["+1", "'+1"],
    ["-2+3", "'-2+3"],
    ["@SUM(A1)", "'@SUM(A1)"],
    ["\tx", "'\tx"],
    ["\r=1", '"\'\r=1"'],
    ["＝1", "'＝1"],
    ["größe 虚拟机", "größe 虚拟机"],
  ])("writes the name %j as %j", (name, cell) => {
    expect(csv(table([name], [1]))).toBe(`vm,energy_kwh\n${cell},1\n`);
  });

  it("is what csv-stringify writes for the whole table, in batches of any size", () => {
    const text = fc.oneof(
      fc.string({ unit: "binary", maxLength: 6 }),
      fc.constantFrom("a", "vm 1", "a-b", "-a", "=1", "a,b", 'a"b', "a\nb", "a\rb", "\ta", " a", "'a", "9"),
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(text, fc.double({ noNaN: true })), { maxLength: 20 }), fc.integer({ min: 1, max: 7 }), (rows, batch) => {
        const names = rows.map(([name]) => name);
        const values = rows.map(([, value]) => value);
        expect(csv(table(names, values), batch)).toBe(stringify([["vm", "energy_kwh"], ...rows], CSV_OPTIONS));
      }),
    );
  });

  it("gives every number back to the last bit, in batches of any size", () => {
    fc.assert(
      fc.property(fc.array(fc.double({ noNaN: true, noDefaultInfinity: true }), { maxLength: 30 }), fc.integer({ min: 1, max: 12 }), (values, batch) => {
        const names = values.map((_, i) => `vm ${i}`);
        const rows = parse<Record<string, string>>(csv(table(names, values), batch), { columns: true });
        expect(rows.map((row) => Number(row.energy_kwh))).toEqual(values.map((v) => (Object.is(v, -0) ? 0 : v)));
        expect(rows.map((row) => row.vm)).toEqual(names);
      }),
    );
  });

  it("gives every name back, but for the ' before what starts a formula", () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: "binary", minLength: 1, maxLength: 8 }), { maxLength: 10 }), (names) => {
        const rows = parse<Record<string, string>>(csv(table(names, new Float64Array(names.length)), 3), { columns: true });
        expect(rows.map((row) => row.vm)).toEqual(names.map((name) => (/^[=+\-@\t\r＝＋－＠]/.test(name) ? `'${name}` : name)));
      }),
    );
  });

  it("refuses a column that is shorter than its table", () => {
    expect(() => csv({ ...table(["a", "b"], [1]), rows: 2 })).toThrow("column vms.energy_kwh holds 1 values for 2 rows");
  });
});
