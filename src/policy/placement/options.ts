/**
 * Reads the options of a placement policy: each by name, with its default, and errors that name policy and option.
 */
import { nearest } from "../../units/spelling.ts";

export type Options = Readonly<Record<string, unknown>>;

/** Throws when an option has a name the policy does not know. */
export function refuseUnknown(policy: string, options: Options, known: readonly string[]): void {
  for (const key of Object.keys(options)) {
    if (known.includes(key)) continue;
    const near = nearest(key, known);
    const has = known.length === 0 ? "it takes no options" : `it takes ${known.join(", ")}`;
    throw new Error(`placement policy "${policy}" has no option "${key}"${near === undefined ? "" : `; did you mean "${near}"?`} (${has})`);
  }
}

/** A number within [low, high], or the default when it is not given. */
export function numberOption(policy: string, options: Options, key: string, otherwise: number, low: number, high: number): number {
  const value = options[key];
  if (value === undefined) return otherwise;
  if (typeof value === "number" && value >= low && value <= high) return value;
  const range = high < Infinity ? `a number from ${low} to ${high}` : low > -Infinity ? `a number of ${low} or more` : "a number";
  throw new Error(`placement policy "${policy}", option "${key}": must be ${range}, not ${shown(value)}`);
}

/** A whole number of `low` or more, or the default. */
export function wholeOption(policy: string, options: Options, key: string, otherwise: number, low: number): number {
  const value = options[key];
  if (value === undefined) return otherwise;
  if (typeof value === "number" && Number.isInteger(value) && value >= low) return value;
  throw new Error(`placement policy "${policy}", option "${key}": must be a whole number of ${low} or more, not ${shown(value)}`);
}

/** true or false, or the default. */
export function flagOption(policy: string, options: Options, key: string, otherwise: boolean): boolean {
  const value = options[key];
  if (value === undefined) return otherwise;
  if (typeof value === "boolean") return value;
  throw new Error(`placement policy "${policy}", option "${key}": must be true or false, not ${shown(value)}`);
}

/** One of the listed words, or the default. */
export function wordOption<Word extends string>(policy: string, options: Options, key: string, otherwise: Word, words: readonly Word[]): Word {
  const value = options[key];
  return value === undefined ? otherwise : oneOf(policy, key, value, words);
}

/** A value that must be one of the listed words. */
export function oneOf<Word extends string>(policy: string, key: string, value: unknown, words: readonly Word[]): Word {
  const found = words.find((word) => word === value);
  if (found !== undefined) return found;
  const near = typeof value === "string" ? nearest(value, words) : undefined;
  throw new Error(
    `placement policy "${policy}", option "${key}": must be one of ${words.join(", ")}, not ${shown(value)}${near === undefined ? "" : `; did you mean "${near}"?`}`,
  );
}

/** A mapping (an object that is no list), or an empty one. */
export function mapOption(policy: string, options: Options, key: string): Options {
  const { [key]: value = {} } = options;
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Options;
  throw new Error(`placement policy "${policy}", option "${key}": must be a mapping, not ${shown(value)}`);
}

/** A list of texts, or an empty one. */
export function textsOption(policy: string, options: Options, key: string): readonly string[] {
  const { [key]: value = [] } = options;
  if (Array.isArray(value) && value.every((item) => typeof item === "string")) return value;
  throw new Error(`placement policy "${policy}", option "${key}": must be a list of texts, not ${shown(value)}`);
}

function shown(value: unknown): string {
  return JSON.stringify(value) ?? String(value);
}
