/**
 * A table of results in columns: what every CSV file, chart and page is made from.
 *
 * Each column carries its unit and meaning, so that the file written from it is documented where it is made.
 */

/** One column. Numbers are `NaN` where a value does not apply or was not measured (written as an empty cell). */
export interface Column {
  /** Name in the CSV header; ends in its unit where a number could be mistaken (`energy_kwh`). */
  readonly name: string;
  /** Unit as printed to people ("kWh", "s", "%"); empty for text and counts. */
  readonly unit: string;
  /** One sentence: what the number means and over what it is taken. */
  readonly about: string;
  readonly values: ArrayLike<number> | readonly string[];
}

export interface Table {
  /** File name without extension: `summary`, `hosts`, `vms`, `timeline`, `events`, `ledger`. */
  readonly name: string;
  /** One sentence: what a row is. */
  readonly about: string;
  readonly rows: number;
  readonly columns: readonly Column[];
}

/** The column of that name. Throws when the table has none: a misspelt name is a bug, not missing data. */
export function column(table: Table, name: string): Column {
  const found = table.columns.find((c) => c.name === name);
  if (!found) throw new Error(`table ${table.name} has no column "${name}" (it has ${table.columns.map((c) => c.name).join(", ")})`);
  return found;
}

/** The numbers of a column. Throws when the column is missing or holds text. */
export function numbers(table: Table, name: string): ArrayLike<number> {
  const { values } = column(table, name);
  if (values.length > 0 && typeof values[0] === "string") throw new Error(`column ${table.name}.${name} holds text, not numbers`);
  return values as ArrayLike<number>;
}

/** The texts of a column. Throws when the column is missing or holds numbers. */
export function texts(table: Table, name: string): readonly string[] {
  const { values } = column(table, name);
  if (values.length > 0 && typeof values[0] !== "string") throw new Error(`column ${table.name}.${name} holds numbers, not text`);
  return values as readonly string[];
}
