/**
 * Reads tables of numbers and ids out of the bytes of a text file, chunk by chunk, without making a string per field.
 *
 * Why not a CSV library: csv-parse handles 0.64 M rows a second (one core, 2026), and a week of one HPC cluster has
 * 2.3 M rows. This scanner does one pass over the bytes: numbers become doubles in place, ids become numbers through
 * `Keys`, columns nobody asked for are skipped. Tables with free text (names, owners) go through csv-parse.
 *
 * Understood: `,` `;` TAB or runs of blanks between fields (seen from the first line), blanks around fields, fields in
 * double quotes, CR LF or LF, a byte order mark, empty lines, comment lines. Not understood, by design: a line break
 * inside quotes.
 * Numbers: digits with a decimal point of up to 2^53 (as an integer) and 22 places are the quotient of two exact
 * doubles, hence correctly rounded; everything else goes through `Number`. An empty field, `NaN`, `null` and `-` are a
 * missing value (NaN), which the reader judges; other text, `Infinity` included, is a `TraceError`, and so is a number above 1e19.
 * A line of more than 4 MiB and a zero byte are errors: such a file is not a table of text.
 */
import type { Keys } from "./keys.ts";
import { refuseBinary, separatorOf, splitLine } from "./text-table.ts";
import { quoted, TraceError } from "./trace-error.ts";

export type ColumnKind = "number" | "key";

/** A column a reader wants. Its place in the list is its slot in `numbers` or `keys`. */
export interface ColumnSpec {
  /** Names it goes by in header lines, best first; compared without case, spaces, `_` and units in brackets. */
  readonly names: readonly string[];
  readonly kind: ColumnKind;
  /** Position (from 0) where the file has no header; absent = such a file lacks it. */
  readonly position?: number;
  readonly optional?: boolean;
  /** What a good value is, for messages ("seconds", "MHz"). */
  readonly expected: string;
}

/** Which column of the file goes to which slot. */
export interface TablePlan {
  readonly header: boolean;
  /** By position in the file: index into `specs`, or -1 = skip. */
  readonly spec: Int32Array;
  readonly specs: readonly ColumnSpec[];
}

export interface ScannerOptions {
  /** Lines that start with this character are comments. */
  readonly comment?: string;
  /** Fields are separated by runs of blanks. */
  readonly blanks?: boolean;
  /** Numbers are written with a decimal comma. */
  readonly decimalComma?: boolean;
}

const TAB = 9;
const LF = 10;
const CR = 13;
const SPACE = 32;
const QUOTE = 34;
const COMMA = 44;
const MINUS = 45;
const DOT = 46;
const LONGEST_LINE = 1 << 22;
const MAX_EXACT = 2 ** 53;
/** Nothing in a trace is larger: Google's "after the trace" is 2^63 microseconds. What is, would only overflow later. */
export const LARGEST_NUMBER = 1e19;
const POWER_OF_TEN = Float64Array.from({ length: 23 }, (_, i) => Number(`1e${i}`));
const PLAIN_NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/;
const MISSING = new Set(["", "-", "nan", "null", "none", "na", "n/a"]);
const decoder = new TextDecoder();

export class TableScanner {
  readonly file: string;
  /** Values of the present row by slot; NaN = missing. Made when the first line has been seen. */
  numbers = new Float64Array(0);
  /** Numbers of the ids of the present row by slot; -1 = missing. */
  keys = new Int32Array(0);
  /** Line of the present row, 1 = first line of the file. */
  line = 0;
  rows = 0;
  readonly #names: readonly (Keys | null)[];
  readonly #makePlan: (first: string[], line: number) => TablePlan;
  readonly #onRow: () => void;
  readonly #comment: number;
  readonly #blanks: boolean;
  readonly #decimalComma: boolean;
  #plan: TablePlan | null = null;
  /** Columns up to the last one that is wanted, and how many of them a row must have. */
  #width = 0;
  #required = 0;
  #separator = COMMA;
  /** By slot: 1 = number, 0 = id. */
  #isNumber = new Uint8Array(0);
  /** 1 for the bytes at which a field ends. */
  readonly #ends = new Uint8Array(256);
  #carry: Uint8Array = new Uint8Array(0);
  #carried = 0;
  #started = false;

  /**
   * @param names for each slot of ids the dictionary they go to
   * @param makePlan given the fields of the first line (and its number), says where the columns are
   * @param onRow called for each row, with the values in `numbers` and `keys`
   */
  constructor(
    file: string,
    names: readonly (Keys | null)[],
    makePlan: (first: string[], line: number) => TablePlan,
    onRow: () => void,
    options: ScannerOptions = {},
  ) {
    this.file = file;
    this.#names = names;
    this.#makePlan = makePlan;
    this.#onRow = onRow;
    this.#comment = options.comment === undefined ? -1 : options.comment.charCodeAt(0);
    this.#blanks = options.blanks ?? false;
    this.#decimalComma = options.decimalComma ?? false;
  }

  /** The next bytes of the file. They are not kept beyond the call. */
  feed(given: Uint8Array): void {
    // Node's Buffer is another hidden class, and two classes in the hot loop cost a third of its speed.
    const chunk = new Uint8Array(given.buffer, given.byteOffset, given.byteLength);
    let from = 0;
    if (!this.#started) {
      this.#started = true;
      refuseBinary(this.file, chunk);
      if (chunk[0] === 0xef && chunk[1] === 0xbb && chunk[2] === 0xbf) from = 3;
    }
    if (this.#carried > 0) {
      const end = chunk.indexOf(LF, from);
      this.#keep(chunk.subarray(from, end < 0 ? chunk.length : end + 1));
      if (end < 0) return;
      const line = this.#carry.subarray(0, this.#carried);
      this.#carried = 0;
      this.#scan(line, 0, line.length);
      from = end + 1;
    }
    const last = chunk.lastIndexOf(LF);
    if (last >= from) this.#scan(chunk, from, last + 1);
    const rest = Math.max(from, last + 1);
    if (rest < chunk.length) this.#keep(chunk.subarray(rest));
  }

  /** The file has ended; a last line without line break is a row like any other. */
  end(): void {
    if (this.#carried === 0) return;
    this.#keep(Uint8Array.of(LF));
    const length = this.#carried;
    this.#carried = 0;
    this.#scan(this.#carry.subarray(0, length), 0, length);
  }

  /** `file:line` of the present row. */
  place(): string {
    return `${this.file}:${this.line}`;
  }

  /** An error at the present row. */
  error(slot: number, found: string, expected: string): TraceError {
    const column = this.#plan?.specs[slot]?.names[0];
    return new TraceError({ file: this.file, line: this.line, ...(column === undefined ? {} : { column: `"${column}"` }) }, found, expected);
  }

  #keep(bytes: Uint8Array): void {
    const length = this.#carried + bytes.length;
    if (length > LONGEST_LINE) {
      throw new TraceError({ file: this.file, line: this.line + 1 }, `a line of more than ${LONGEST_LINE / 2 ** 20} MiB`, "a table with one row a line");
    }
    if (length > this.#carry.length) {
      const bigger = new Uint8Array(Math.max(length, this.#carry.length * 2, 1 << 12));
      bigger.set(this.#carry.subarray(0, this.#carried));
      this.#carry = bigger;
    }
    this.#carry.set(bytes, this.#carried);
    this.#carried = length;
  }

  /** Scans whole lines: `bytes[to - 1]` is a line feed. */
  #scan(bytes: Uint8Array, from: number, to: number): void {
    let at = from;
    while (at < to) {
      this.line++;
      const first = bytes[at]!;
      if (first === LF || (first === CR && bytes[at + 1] === LF) || first === this.#comment) {
        at = bytes.indexOf(LF, at) + 1;
        continue;
      }
      if (this.#plan === null) {
        const end = bytes.indexOf(LF, at);
        if (this.#start(bytes, at, end)) {
          at = end + 1;
          continue;
        }
      }
      at = this.#row(bytes, at);
    }
  }

  /** Makes the plan from the first line; true when that line is a header. */
  #start(bytes: Uint8Array, from: number, end: number): boolean {
    const line = decoder.decode(bytes.subarray(from, end)).replace(/\r$/, "");
    this.#separator = this.#blanks ? SPACE : separatorOf(line);
    for (const byte of this.#blanks ? [SPACE, TAB] : [this.#separator]) this.#ends[byte] = 1;
    this.#ends[LF] = 1;
    this.#ends[CR] = 1;
    const plan = this.#makePlan(splitLine(line, this.#separator), this.line);
    this.#plan = plan;
    this.numbers = new Float64Array(plan.specs.length).fill(Number.NaN);
    this.keys = new Int32Array(plan.specs.length).fill(-1);
    this.#isNumber = Uint8Array.from(plan.specs, (s) => (s.kind === "number" ? 1 : 0));
    this.#width = plan.spec.findLastIndex((s) => s >= 0) + 1;
    this.#required = plan.spec.findLastIndex((s) => s >= 0 && !plan.specs[s]!.optional) + 1;
    return plan.header;
  }

  /** One row; returns where the next line starts. The hot loop of every import. */
  #row(bytes: Uint8Array, from: number): number {
    const plan = this.#plan!;
    const spec = plan.spec;
    const isNumber = this.#isNumber;
    const ends = this.#ends;
    const numbers = this.numbers;
    const width = this.#width;
    const tabIsBlank = this.#separator !== TAB;
    let at = from;
    let c = bytes[at]!;
    let column = 0;
    for (; column < width; column++) {
      while (c === SPACE || (c === TAB && tabIsBlank)) c = bytes[++at]!;
      const slot = spec[column]!;
      if (slot < 0) {
        if (c === QUOTE) at = this.#pastQuotes(bytes, at);
        while (ends[bytes[at]!] === 0) at++;
      } else if (isNumber[slot] === 1) {
        const end = plainNumber(bytes, at, ends, numbers, slot);
        at = end >= 0 ? end : this.#oddNumber(slot, bytes, at);
      } else {
        at = this.#key(slot, bytes, at);
      }
      c = bytes[at]!;
      if (c === CR || c === LF) {
        column++;
        break;
      }
      c = bytes[++at]!;
      // A run of blanks is one separator; one at the end of the line is none.
      if (this.#blanks) {
        while (c === SPACE || c === TAB) c = bytes[++at]!;
        if (c === CR || c === LF) {
          column++;
          break;
        }
      }
    }
    if (column < width) this.#short(column, width);
    if (c !== LF) at = bytes.indexOf(LF, at);
    this.rows++;
    this.#onRow();
    return at + 1;
  }

  /** The line ended before the last wanted column. */
  #short(column: number, width: number): void {
    if (column < this.#required) {
      throw new TraceError(
        { file: this.file, line: this.line },
        `${column} ${column === 1 ? "column" : "columns"}`,
        `at least ${this.#required} (is the file cut off?)`,
      );
    }
    const plan = this.#plan!;
    for (let c = column; c < width; c++) {
      const slot = plan.spec[c]!;
      if (slot < 0) continue;
      this.numbers[slot] = Number.NaN;
      this.keys[slot] = -1;
    }
  }

  /** The byte after the closing quote of a field that starts with one; a quote inside is written twice. */
  #pastQuotes(bytes: Uint8Array, from: number): number {
    let at = from + 1;
    for (; bytes[at] !== LF; at++) {
      if (bytes[at] !== QUOTE) continue;
      if (bytes[at + 1] !== QUOTE) return at + 1;
      at++;
    }
    throw new TraceError({ file: this.file, line: this.line }, "a quote that is not closed on its line", 'a closing "');
  }

  #key(slot: number, bytes: Uint8Array, from: number): number {
    const names = this.#names[slot]!;
    let at = from;
    if (bytes[at] === QUOTE) {
      at = this.#pastQuotes(bytes, at);
      const inner = bytes.subarray(from + 1, at - 1);
      this.keys[slot] = inner.includes(QUOTE) ? names.addText(decoder.decode(inner).replaceAll('""', '"')) : names.add(bytes, from + 1, at - 1);
      while (this.#ends[bytes[at]!] === 0) at++;
      return at;
    }
    while (this.#ends[bytes[at]!] === 0) at++;
    let end = at;
    while (end > from && bytes[end - 1] === SPACE) end--;
    this.keys[slot] = end === from ? -1 : names.add(bytes, from, end);
    return at;
  }

  /** A number that is not plain digits: exponent, plus sign, quotes, decimal comma, blanks behind it, or none at all. */
  #oddNumber(slot: number, bytes: Uint8Array, from: number): number {
    let at = bytes[from] === QUOTE ? this.#pastQuotes(bytes, from) : from;
    while (this.#ends[bytes[at]!] === 0) at++;
    let text = decoder.decode(bytes.subarray(from, at)).trim();
    if (text.startsWith('"') && text.endsWith('"') && text.length > 1) text = text.slice(1, -1).trim();
    if (this.#decimalComma) text = text.replace(",", ".");
    const value = PLAIN_NUMBER.test(text) ? Number(text) : Number.NaN;
    const expected = this.#plan!.specs[slot]!.expected;
    if (!Number.isFinite(value) && !MISSING.has(text.toLowerCase())) throw this.error(slot, quoted(text), `a number (${expected})`);
    if (Math.abs(value) > LARGEST_NUMBER) throw this.error(slot, quoted(text), `a number (${expected}) of at most ${LARGEST_NUMBER}`);
    this.numbers[slot] = value;
    return at;
  }
}

/**
 * Reads `-12.5` at `from` into `numbers[slot]` and returns where the field ends, or -1 when it is anything but digits
 * with a point. A function of its own because it is what the compiler should see hot first.
 */
function plainNumber(bytes: Uint8Array, from: number, ends: Uint8Array, numbers: Float64Array, slot: number): number {
  let at = from;
  let c = bytes[at]!;
  let sign = 1;
  if (c === MINUS) {
    sign = -1;
    c = bytes[++at]!;
  }
  const start = at;
  let mantissa = 0;
  while (c >= 48 && c <= 57) {
    mantissa = mantissa * 10 + (c - 48);
    c = bytes[++at]!;
  }
  if (at === start) return -1;
  let places = 0;
  if (c === DOT) {
    const point = at;
    c = bytes[++at]!;
    while (c >= 48 && c <= 57) {
      mantissa = mantissa * 10 + (c - 48);
      c = bytes[++at]!;
    }
    places = at - point - 1;
  }
  if (ends[c] === 0 || mantissa > MAX_EXACT || places > 22) return -1;
  numbers[slot] = (sign * mantissa) / POWER_OF_TEN[places]!;
  return at;
}

/** Feeds a whole file to a scanner. */
export async function scan(scanner: TableScanner, chunks: AsyncIterable<Uint8Array>): Promise<void> {
  for await (const chunk of chunks) scanner.feed(chunk);
  scanner.end();
}
