/** The byte-level scanner: what it reads, in whatever chunks it comes, and how it refuses what is no table. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { planColumns } from "../../src/workload/columns.ts";
import { Keys } from "../../src/workload/keys.ts";
import { type ColumnSpec, type ScannerOptions, TableScanner } from "../../src/workload/table-scanner.ts";
import { TraceError } from "../../src/workload/trace-error.ts";

const specs: ColumnSpec[] = [
  { names: ["id"], kind: "key", expected: "an id" },
  { names: ["mhz"], kind: "number", expected: "MHz" },
  { names: ["s"], kind: "number", optional: true, expected: "seconds" },
];

type Row = [id: string | null, mhz: number, s: number];

function read(text: string | Uint8Array, options: ScannerOptions & { chunk?: number } = {}): Row[] {
  const bytes = typeof text === "string" ? new TextEncoder().encode(text) : text;
  const keys = new Keys();
  const rows: Row[] = [];
  const scanner: TableScanner = new TableScanner(
    "t.csv",
    [keys],
    (first, line) => planColumns("t.csv", line, first, specs),
    () => rows.push([scanner.keys[0] < 0 ? null : keys.text(scanner.keys[0]), scanner.numbers[1], scanner.numbers[2]]),
    options,
  );
  const size = options.chunk ?? bytes.length;
  for (let i = 0; i < bytes.length; i += size) scanner.feed(bytes.slice(i, i + size));
  scanner.end();
  return rows;
}

const error = (text: string | Uint8Array, options: ScannerOptions & { chunk?: number } = {}): string => {
  try {
    read(text, options);
  } catch (e) {
    if (e instanceof TraceError) return e.message;
    throw e;
  }
  throw new Error("was read");
};

describe("what a table may look like", () => {
  const expected: Row[] = [
    ["a", 1.5, 10],
    ["b", -2, Number.NaN],
  ];
  it.each([
    ["commas", "id,mhz,s\na,1.5,10\nb,-2,\n"],
    ["semicolons", "id;mhz;s\na;1.5;10\nb;-2;\n"],
    ["semicolon and tab", "id;\tmhz;\ts\na;\t1.5;\t10\nb;\t-2;\t\n"],
    ["tabs", "id\tmhz\ts\na\t1.5\t10\nb\t-2\t\n"],
    ["columns in another order, others between", "x,s,id,y,mhz\n9,10,a,zz,1.5\n9,,b,,-2\n"],
    ["line ends of Windows", "id,mhz,s\r\na,1.5,10\r\nb,-2,\r\n"],
    ["a byte order mark", "\uFEFFid,mhz,s\na,1.5,10\nb,-2,\n"],
    ["no line end after the last row", "id,mhz,s\na,1.5,10\nb,-2,"],
    ["an optional last column left off", "id,mhz,s\na,1.5,10\nb,-2\n"],
    ["empty lines", "\nid,mhz,s\n\na,1.5,10\r\n\r\nb,-2,\n\n"],
    ["quotes", '"id","mhz","s"\n"a","1.5","10"\n"b","-2",""\n'],
    ["blanks around the fields", " id , mhz , s \n a , 1.5 , 10 \n b , -2 , \n"],
    ["names in other case and with units", "ID,MHz [MHZ],S\na,1.5,10\nb,-2,\n"],
  ])("%s", (_, text) => {
    expect(read(text)).toEqual(expected);
    for (const chunk of [1, 2, 3, 7]) expect(read(text, { chunk })).toEqual(expected);
  });

  it("keeps separators and doubled quotes inside quotes", () => {
    expect(read('id,mhz,s\n"a, ""the"" first",1,2\n')).toEqual([['a, "the" first', 1, 2]]);
  });
  it("takes runs of blanks as one separator where the format says so, and skips its comments", () => {
    expect(read("; comment\n id   mhz\ts  \n  a \t 1.5   10   \n; 1 2 3\n b -2 5\n", { blanks: true, comment: ";" })).toEqual([
      ["a", 1.5, 10],
      ["b", -2, 5],
    ]);
  });
  it("reads decimal commas where the format says so", () => {
    expect(read('id;mhz;s\n"a";"2,5";"1"\n', { decimalComma: true })).toEqual([["a", 2.5, 1]]);
  });
  it.each(["", "NaN", "nan", "null", "-", "N/A"])("takes %j as a missing value", (text) => {
    expect(read(`id,mhz,s\na,${text},1\n`)).toEqual([["a", Number.NaN, 1]]);
  });
});

describe("numbers", () => {
  it("are what JavaScript makes of their text, to the last bit, in any chunks", () => {
    const text = fc.oneof(
      fc.double({ min: -1e19, max: 1e19, noNaN: true }).map(String),
      fc.integer().map(String),
      fc.tuple(fc.bigInt({ min: 0n, max: 10n ** 18n }), fc.bigInt({ min: 0n, max: 10n ** 12n })).map(([a, b]) => `${a}.${b}`),
      fc.nat().map((n) => `.${n}`),
      fc.nat().map((n) => `+${n}.`),
    );
    fc.assert(
      fc.property(fc.array(text, { minLength: 1, maxLength: 20 }), fc.integer({ min: 1, max: 40 }), (numbers, chunk) => {
        const rows = read(`id,mhz\n${numbers.map((n) => `k,${n}`).join("\n")}`, { chunk });
        expect(rows.map((r) => r[1])).toEqual(numbers.map(Number));
      }),
      { numRuns: 300 },
    );
  });
});

describe("what is no table is refused with its place", () => {
  it("names file, line, column, what was found and what was expected", () => {
    expect(error("id,mhz\na,1\nb,fast\n")).toBe('t.csv:3: column "mhz": found "fast", expected a number (MHz)');
  });
  it.each(["Infinity", "-inf", "1e999", "1e20", "0x10", "1_000", "1.2.3", "12 MHz", "--1"])("does not take %s for a number", (text) => {
    expect(error(`id,mhz\na,${text}\n`)).toContain(`found ${JSON.stringify(text)}, expected a number`);
  });
  it("says which columns a header lacks, and what may have been meant", () => {
    expect(error("id,mzh\na,1\n")).toBe(
      't.csv:1: column "mhz": found no such column in the header (id, mzh); did you mean "mzh"?, expected columns named id, mhz, in any order',
    );
  });
  it("finds a row that was cut off", () => {
    expect(error("id,mhz\na,1\nb\n")).toBe("t.csv:3: found 1 column, expected at least 2 (is the file cut off?)");
  });
  it("finds a quote that is never closed", () => {
    expect(error('id,mhz\n"a,1\n')).toBe('t.csv:2: found a quote that is not closed on its line, expected a closing "');
  });
  it("stops at a line without end instead of filling the memory", () => {
    expect(error(`id,mhz\na,1${" ".repeat(5 << 20)}`, { chunk: 1 << 16 })).toBe(
      "t.csv:2: found a line of more than 4 MiB, expected a table with one row a line",
    );
  });
  it.each([
    ["Parquet", [0x50, 0x41, 0x52, 0x31, 21], "a Parquet file"],
    ["ZIP", [0x50, 0x4b, 3, 4], "a ZIP archive"],
    ["xz", [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0], "an xz archive"],
    ["twice gzipped", [0x1f, 0x8b, 8], "gzip data inside"],
    ["UTF-16", [0xff, 0xfe, 0x69, 0, 0x64, 0], "a zero byte at byte 3"],
  ])("knows %s by its first bytes", (_, bytes, found) => {
    expect(error(Uint8Array.from(bytes))).toContain(`t.csv: found ${found}`);
  });
  it("shows control characters of a broken field as escapes, and not all of a long one", () => {
    expect(error(`id,mhz\na,\u001b[31m${"x".repeat(100)}\n`)).toContain('found "\\u001b[31mxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx..."');
  });
});

describe("Keys", () => {
  it("number texts by first appearance and give them back, however many there are", () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: "binary" }), { maxLength: 300 }), (texts) => {
        const keys = new Keys();
        const distinct = [...new Set(texts)];
        expect(texts.map((t) => keys.addText(t))).toEqual(texts.map((t) => distinct.indexOf(t)));
        expect(keys.texts()).toEqual(distinct);
        expect(keys.find("no such text, surely")).toBe(-1);
      }),
    );
  });
});
