/** Making tables: a number column computed row by row, a text column made when it is first read. */
import type { Column, Table } from "../results/table.ts";

export function table(name: string, about: string, rows: number, columns: readonly Column[]): Table {
  return { name, about, rows, columns };
}

/** A number column computed row by row. */
export function number(name: string, unit: string, about: string, rows: number, value: (row: number) => number): Column {
  const values = new Float64Array(rows);
  for (let i = 0; i < rows; i++) values[i] = value(i);
  return { name, unit, about, values };
}

/** A text column; its texts are made when somebody first reads them, which for a long run may be never. */
export function text(name: string, about: string, rows: number, value: (row: number) => string): Column {
  let made: string[] | undefined;
  return {
    name,
    unit: "",
    about,
    get values() {
      made ??= Array.from({ length: rows }, (_, i) => value(i));
      return made;
    },
  };
}
