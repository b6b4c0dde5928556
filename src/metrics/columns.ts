/** Making tables whose columns are made when they are first read; nothing of a run changes after its end. */
import type { Column, Table } from "../results/table.ts";

export function table(name: string, about: string, rows: number, columns: readonly Column[]): Table {
  return { name, about, rows, columns };
}

/** A number column; its values are reckoned row by row when somebody first reads them, which for a long run may be never. */
export function number(name: string, unit: string, about: string, rows: number, value: (row: number) => number): Column {
  let made: Float64Array | undefined;
  return {
    name,
    unit,
    about,
    get values() {
      if (made === undefined) {
        made = new Float64Array(rows);
        for (let i = 0; i < rows; i++) made[i] = value(i);
      }
      return made;
    },
  };
}

/** A text column, made in the same way. */
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
