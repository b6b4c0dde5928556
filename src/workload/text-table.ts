/**
 * The first look at a file that should be a table of text: is it text at all, and what separates its fields.
 */
import { TraceError } from "./trace-error.ts";

const TAB = 9;
const SPACE = 32;
const COMMA = 44;
const SEMICOLON = 59;

const MAGIC: readonly { readonly bytes: readonly number[]; readonly what: string; readonly instead: string }[] = [
  { bytes: [0x50, 0x41, 0x52, 0x31], what: "a Parquet file", instead: "text (only the OpenDC format reads Parquet)" },
  { bytes: [0x1f, 0x8b], what: "gzip data inside", instead: "text (it was compressed twice)" },
  { bytes: [0x50, 0x4b, 3, 4], what: "a ZIP archive", instead: "text: unpack it first" },
  { bytes: [0xfd, 0x37, 0x7a, 0x58, 0x5a], what: "an xz archive", instead: "text: unpack it first" },
  { bytes: [0x42, 0x5a, 0x68], what: "a bzip2 archive", instead: "text: unpack it first" },
  { bytes: [0x28, 0xb5, 0x2f, 0xfd], what: "a zstd archive", instead: "text: unpack it first" },
];

/** Throws a `TraceError` when these first bytes of a file cannot be a table in UTF-8 text, saying what they are. */
export function refuseBinary(file: string, chunk: Uint8Array): void {
  for (const { bytes, what, instead } of MAGIC) {
    if (bytes.every((b, i) => chunk[i] === b)) throw new TraceError({ file }, what, instead);
  }
  const zero = chunk.subarray(0, 1 << 16).indexOf(0);
  if (zero >= 0) throw new TraceError({ file }, `a zero byte at byte ${zero} (a binary file, or UTF-16 text)`, "a table in UTF-8 text");
}

/** The character that separates the fields: `;`, TAB or `,`, whichever the line has most of; `,` when it has none. */
export function separatorOf(line: string): number {
  const plain = line.replace(/"[^"]*"/g, "");
  let best = COMMA;
  let most = 0;
  for (const candidate of [",", ";", "\t"]) {
    const count = plain.split(candidate).length - 1;
    if (count > most) {
      most = count;
      best = candidate.charCodeAt(0);
    }
  }
  // Bitbrains puts a tab after each semicolon.
  return best === TAB && plain.split(";").length - 1 >= most ? SEMICOLON : best;
}

/** The fields of a line, without the blanks and quotes around them. */
export function splitLine(line: string, separator: number): string[] {
  if (separator === SPACE) return line.trim().split(/[ \t]+/);
  const fields: string[] = [];
  let field = "";
  let inQuotes = false;
  for (const character of line) {
    if (character === '"') inQuotes = !inQuotes;
    else if (character.charCodeAt(0) === separator && !inQuotes) {
      fields.push(field.trim());
      field = "";
    } else field += character;
  }
  return [...fields, field.trim()];
}
