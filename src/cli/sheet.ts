/**
 * The lines of `hypervise check --resolved`: text, and where its value comes from.
 */
import type { Mark, Marks } from "../scenario/resolving.ts";
import type { DimensionName } from "../units/dimensions.ts";
import { exactQuantity } from "../units/exact.ts";

interface Line {
  readonly text: string;
  /** Where the value comes from; "" for lines that hold no value. */
  readonly mark: string;
}

const WORDS: Readonly<Record<Mark, string>> = { given: "yours", default: "default", catalogue: "catalogue" };
const NOT_PLAIN = /^(?:true|false|null|yes|no|on|off|~|none|\d.*)$/i;

/** Text as YAML, quoted where it could be taken for something else. */
export const text = (value: string): string => (/^[A-Za-z_](?:[\w./-]| (?=[\w./-]))*$/.test(value) && !NOT_PLAIN.test(value) ? value : JSON.stringify(value));
export const orNone = (value: number | null, name: DimensionName): string => (value === null ? "none" : exactQuantity(value, name));

/** Collects lines; paths of marks begin with `prefix`. */
export class Sheet {
  readonly lines: Line[] = [];
  readonly #marks: Marks;
  constructor(marks: Marks) {
    this.#marks = marks;
  }
  /** `key: value` with the mark of the resolved path. */
  entry(indent: string, key: string, value: string, path: string, note = ""): void {
    const mark = this.#marks.get(path);
    this.lines.push({ text: `${indent}${key}: ${value}`, mark: mark === undefined ? note : `${WORDS[mark]}${note === "" ? "" : `, ${note}`}` });
  }
  /** The same for a value whose default is an estimate. */
  guess(indent: string, key: string, value: string, path: string): void {
    this.entry(indent, key, value, path, this.#marks.get(path) === "default" ? "estimate" : "");
  }
  head(line: string): void {
    this.lines.push({ text: line, mark: "" });
  }
  /** What the file cannot say because it is left to the load or the policy. */
  open(indent: string, words: string): void {
    this.lines.push({ text: `${indent}# ${words}`, mark: "" });
  }
}
