/**
 * What is wrong with a trace file, said so that a person can go there and mend it: file, line, column, found, expected.
 */

export interface TracePlace {
  readonly file: string;
  /** 1 for the first line; absent when the trouble is with the file as a whole. */
  readonly line?: number;
  /** Name of the column, or its position where the file has no names. */
  readonly column?: string;
}

export class TraceError extends Error {
  readonly file: string;
  readonly line: number | null;
  readonly column: string | null;
  readonly found: string;
  readonly expected: string;

  /** @param found what stands there, in words or as quoted text; @param expected what would be right */
  constructor(place: TracePlace, found: string, expected: string) {
    const where = place.line === undefined ? place.file : `${place.file}:${place.line}`;
    const column = place.column === undefined ? "" : ` column ${place.column}:`;
    super(`${where}:${column} found ${found}, expected ${expected}`);
    this.name = "TraceError";
    this.file = place.file;
    this.line = place.line ?? null;
    this.column = place.column ?? null;
    this.found = found;
    this.expected = expected;
  }
}

const LONGEST_QUOTE = 40;

/** Text from a file as it may appear in a message: quoted, control characters escaped, cut when long. */
export function quoted(text: string): string {
  return JSON.stringify(text.length > LONGEST_QUOTE ? `${text.slice(0, LONGEST_QUOTE)}...` : text);
}
