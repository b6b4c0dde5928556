/**
 * Keeps count of what a reader did with the rows it met: how many it read, and for every row it left out or repaired
 * the reason and the first place. A guess a reader had to make is a note too, with 0 rows.
 */
import type { ImportReport } from "../model/demand.ts";

interface Note {
  rows: number;
  first: string;
}

export class ImportLog {
  readonly #notes = new Map<string, Note>();
  rowsRead = 0;

  /** Counts `rows` rows under the reason `what`; the first place is kept (and only that one is ever put into words). */
  note(what: string, where: string | { place(): string }, rows = 1): void {
    const known = this.#notes.get(what);
    if (known) known.rows += rows;
    else this.#notes.set(what, { rows, first: typeof where === "string" ? where : where.place() });
  }

  /** The report, notes in the order in which they first came up. */
  finish(source: string, files: ImportReport["files"]): ImportReport {
    const notes = [...this.#notes].map(([what, { rows, first }]) => ({ what, rows, first }));
    return { source, rowsRead: this.rowsRead, notes, files };
  }
}

/** A report as lines of text for a terminal: rows, files, and what was left out, repaired or guessed. */
export function reportLines(report: ImportReport): string[] {
  const files = report.files.length === 1 ? "1 file" : `${report.files.length} files`;
  const lines = [`${report.source}: ${report.rowsRead.toLocaleString("en-GB")} rows from ${files}`];
  for (const { what, rows, first } of report.notes) {
    const count = rows === 0 ? "" : `${rows.toLocaleString("en-GB")} x `;
    lines.push(`  ${count}${what}${first === "" ? "" : ` (first: ${first})`}`);
  }
  return lines;
}
