/**
 * Reads the options of policies: each by name, with its default, and errors that name policy and option.
 *
 * Each room of policies has readers that say whose options they read (`optionReaders`). An option without a value is not one
 * that was left out: it is wrong.
 */
import { nearest } from "../units/spelling.ts";

export type Options = Readonly<Record<string, unknown>>;

/** `subject` puts the name of a policy into words, as 'placement policy "nova"'. Every reader throws an Error that begins so. */
export function optionReaders(subject: (policy: string) => string): OptionReaders {
  const fault = (policy: string, key: string, expected: string, value: unknown): Error =>
    new Error(`${subject(policy)}, option "${key}": must be ${expected}, not ${JSON.stringify(value) ?? String(value)}`);
  const readers: OptionReaders = {
    refuseUnknown(policy, options, known) {
      for (const key of Object.keys(options)) {
        if (known.includes(key)) continue;
        const has = known.length === 0 ? "it takes no options" : `it takes ${known.join(", ")}`;
        throw new Error(`${subject(policy)} has no option "${key}"${meant(key, known)} (${has})`);
      }
    },
    numberOption(policy, options, key, otherwise, low, high) {
      const { [key]: value = otherwise } = options;
      if (typeof value === "number" && value >= low && value <= high) return value;
      const range = high < Infinity ? `a number from ${low} to ${high}` : low > -Infinity ? `a number of ${low} or more` : "a number";
      throw fault(policy, key, range, value);
    },
    wholeOption(policy, options, key, otherwise, low) {
      const { [key]: value = otherwise } = options;
      if (typeof value === "number" && Number.isInteger(value) && value >= low) return value;
      throw fault(policy, key, `a whole number of ${low} or more`, value);
    },
    flagOption(policy, options, key, otherwise) {
      const { [key]: value = otherwise } = options;
      if (typeof value === "boolean") return value;
      throw fault(policy, key, "true or false", value);
    },
    wordOption(policy, options, key, otherwise, words) {
      const { [key]: value = otherwise } = options;
      return readers.oneOf(policy, key, value, words);
    },
    oneOf(policy, key, value, words) {
      const found = words.find((word) => word === value);
      if (found !== undefined) return found;
      const error = fault(policy, key, `one of ${words.join(", ")}`, value);
      error.message += meant(value, words);
      throw error;
    },
    mapOption(policy, options, key) {
      const { [key]: value = {} } = options;
      if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Options;
      throw fault(policy, key, "a mapping", value);
    },
    textsOption(policy, options, key) {
      const { [key]: value = [] } = options;
      if (Array.isArray(value) && value.every((item) => typeof item === "string")) return value;
      throw fault(policy, key, "a list of texts", value);
    },
    partOption(policy, options, key, otherwise, parts) {
      const { [key]: value = otherwise } = options;
      const { policy: named, ...rest } = typeof value === "object" && value !== null ? (value as Record<string, unknown>) : { policy: value };
      const part = parts.find(({ name }) => name === named);
      if (part !== undefined) return { part, options: rest };
      const names = parts.map(({ name }) => name);
      throw new Error(
        `${subject(policy)}, option "${key}": there is no ${JSON.stringify(named) ?? "name"}${meant(named, names)} (there are ${names.join(", ")})`,
      );
    },
  };
  return readers;
}

const meant = (value: unknown, words: readonly string[]): string => {
  const near = typeof value === "string" ? nearest(value, words) : undefined;
  return near === undefined ? "" : `; did you mean "${near}"?`;
};

export interface OptionReaders {
  /** Refuses options of names the policy does not know. */
  readonly refuseUnknown: (policy: string, options: Options, known: readonly string[]) => void;
  /** A number within [low, high], or the default. */
  readonly numberOption: (policy: string, options: Options, key: string, otherwise: number, low: number, high: number) => number;
  /** A whole number of `low` or more, or the default. */
  readonly wholeOption: (policy: string, options: Options, key: string, otherwise: number, low: number) => number;
  readonly flagOption: (policy: string, options: Options, key: string, otherwise: boolean) => boolean;
  /** One of the listed words, or the default. */
  readonly wordOption: <Word extends string>(policy: string, options: Options, key: string, otherwise: Word, words: readonly Word[]) => Word;
  /** A value that must be one of the listed words. */
  readonly oneOf: <Word extends string>(policy: string, key: string, value: unknown, words: readonly Word[]) => Word;
  /** A mapping (an object that is no list), or an empty one. */
  readonly mapOption: (policy: string, options: Options, key: string) => Options;
  /** A list of texts, or an empty one. */
  readonly textsOption: (policy: string, options: Options, key: string) => readonly string[];
  /** A named part with options of its own: `iqr`, or {policy: iqr, safety: 1.5}. */
  readonly partOption: <Part extends { readonly name: string }>(
    policy: string,
    options: Options,
    key: string,
    otherwise: string,
    parts: readonly Part[],
  ) => { readonly part: Part; readonly options: Options };
}
