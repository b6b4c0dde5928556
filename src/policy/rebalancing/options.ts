/**
 * Reads the options of a rebalancing policy: each by name, with its default, and errors that name policy and option.
 */
import { nearest } from "../../units/spelling.ts";

export type Options = Readonly<Record<string, unknown>>;

const shown = (value: unknown): string => JSON.stringify(value) ?? String(value);

/** Throws when an option has a name the policy does not know. */
export function refuseUnknown(policy: string, options: Options, known: readonly string[]): void {
  for (const key of Object.keys(options)) {
    if (known.includes(key)) continue;
    const near = nearest(key, known);
    throw new Error(
      `policy "${policy}" has no option "${key}"${near === undefined ? "" : `; did you mean "${near}"?`} (it takes ${known.length === 0 ? "none" : known.join(", ")})`,
    );
  }
}

/** A number within [low, high], or the default when it is not given. */
export function numberOption(policy: string, options: Options, key: string, otherwise: number, low: number, high: number): number {
  const value = options[key];
  if (value === undefined) return otherwise;
  if (typeof value === "number" && value >= low && value <= high) return value;
  throw new Error(`policy "${policy}", option "${key}": must be a number from ${low} to ${high}, not ${shown(value)}`);
}

/** One of the listed words, or the default. */
export function wordOption<Word extends string>(policy: string, options: Options, key: string, otherwise: Word, words: readonly Word[]): Word {
  const { [key]: value = otherwise } = options;
  const found = words.find((word) => word === value);
  if (found !== undefined) return found;
  const near = typeof value === "string" ? nearest(value, words) : undefined;
  throw new Error(
    `policy "${policy}", option "${key}": must be one of ${words.join(", ")}, not ${shown(value)}${near === undefined ? "" : `; did you mean "${near}"?`}`,
  );
}

/** A named part with options of its own: `iqr`, or {policy: iqr, safety: 1.5}. */
export function partOption<Part extends { readonly name: string }>(
  policy: string,
  options: Options,
  key: string,
  otherwise: string,
  parts: readonly Part[],
): { readonly part: Part; readonly options: Options } {
  const { [key]: value = otherwise } = options;
  const { policy: named, ...rest } =
    typeof value === "string" ? { policy: value } : typeof value === "object" && value !== null ? (value as Record<string, unknown>) : { policy: value };
  const part = parts.find(({ name }) => name === named);
  if (part !== undefined) return { part, options: rest };
  const names = parts.map(({ name }) => name);
  const near = typeof named === "string" ? nearest(named, names) : undefined;
  throw new Error(
    `policy "${policy}", option "${key}": there is no ${shown(named)}${near === undefined ? "" : `; did you mean "${near}"?`} (there are ${names.join(", ")})`,
  );
}
