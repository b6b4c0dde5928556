/**
 * A table of results as a Parquet file: numbers as doubles, null where a value does not apply (NaN), text as strings, and the
 * meaning of each column in the file's metadata. Read by pandas, R's arrow and DuckDB as it is.
 */
import { parquetWriteBuffer } from "hyparquet-writer";
import type { Table } from "../results/table.ts";

/** The file's bytes. */
export function parquetOf(table: Table): Uint8Array {
  const columnData = table.columns.map(({ name, values }) => {
    if (typeof values[0] === "string") return { name, data: Array.from(values as readonly string[]), type: "STRING" as const, nullable: false };
    return { name, data: Array.from(values as ArrayLike<number>, (value) => (Number.isNaN(value) ? null : value)), type: "DOUBLE" as const, nullable: true };
  });
  const meanings = table.columns.map(({ name, unit, about }) => ({ key: `column:${name}`, value: unit === "" ? about : `${about} (${unit})` }));
  return new Uint8Array(parquetWriteBuffer({ columnData, kvMetadata: [{ key: "table", value: table.about }, ...meanings] }));
}
