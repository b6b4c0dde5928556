/**
 * Finds the columns a reader wants in the first line of a table: by name in any order where the line is a header,
 * by position in formats that are published without one.
 */
import { nearest } from "../units/spelling.ts";
import type { ColumnSpec, TablePlan } from "./table-scanner.ts";
import { quoted, TraceError } from "./trace-error.ts";

/** Case, blanks, `_`, `-` and units in brackets do not tell columns apart. */
export const plainName = (name: string): string =>
  name
    .toLowerCase()
    .replace(/[[(].*?[\])]/g, "")
    .replace(/[\s_-]/g, "");

/** Whether a field could be data of a number column: a number, or one of the ways to say "missing". */
const looksNumeric = (field: string | undefined): boolean =>
  field !== undefined && (field === "" || Number.isFinite(Number(field)) || /^(nan|null|-)$/i.test(field));

/**
 * The plan for a table whose first line has these fields.
 * Throws a `TraceError` when a needed column is not there, with what the line has instead.
 */
export function planColumns(file: string, line: number, first: readonly string[], specs: readonly ColumnSpec[]): TablePlan {
  const plain = first.map(plainName);
  const spec = new Int32Array(first.length).fill(-1);
  const missing: ColumnSpec[] = [];
  specs.forEach((wanted, slot) => {
    const position = wanted.names.map((name) => plain.indexOf(plainName(name))).find((at) => at >= 0) ?? -1;
    if (position >= 0) spec[position] = slot;
    else if (!wanted.optional) missing.push(wanted);
  });
  if (missing.length === 0) return { header: true, spec, specs };

  const fixed = specs.every((s) => s.position !== undefined || s.optional);
  if (fixed) {
    const header = specs.some((s) => s.kind === "number" && !s.optional && !looksNumeric(first[s.position!]));
    spec.fill(-1);
    const width = 1 + Math.max(...specs.map((s) => (s.optional ? -1 : s.position!)));
    if (first.length < width) throw new TraceError({ file, line }, `${first.length} columns`, `at least ${width}`);
    specs.forEach((s, slot) => {
      if (s.position !== undefined && s.position < first.length) spec[s.position] = slot;
    });
    return { header, spec, specs };
  }
  const wanted = missing[0]!.names[0]!;
  const near = nearest(wanted, first);
  const meant = near === undefined ? "" : `; did you mean ${quoted(near)}?`;
  const list = first
    .slice(0, 12)
    .map((f) => f.slice(0, 24))
    .join(", ");
  throw new TraceError(
    { file, line, column: `"${wanted}"` },
    `no such column in the header (${list}${first.length > 12 ? ", ..." : ""})${meant}`,
    `columns named ${specs
      .filter((s) => !s.optional)
      .map((s) => s.names[0])
      .join(", ")}, in any order`,
  );
}
