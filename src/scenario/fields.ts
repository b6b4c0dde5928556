/**
 * The building blocks of the scenario schema: quantities with units, whole numbers, names, blocks.
 *
 * Each gives base units to the program, a description and a pattern to the published JSON Schema, and refusals that say
 * what to write.
 */
import * as z from "zod";
import { type Dimension, type DimensionName, dimensions } from "../units/dimensions.ts";
import { exactQuantity } from "../units/exact.ts";
import { parseMoney, parsePrice, parseQuantity, quote } from "../units/parse.ts";

export interface Bounds {
  /** Smallest value allowed, base units. Nothing below 0 is allowed unless this says so. */
  readonly min?: number;
  /** The value must be larger than this. */
  readonly above?: number;
  readonly max?: number;
}

type Context = z.core.$RefinementCtx<unknown>;

function refuse(ctx: Context, message: string, write?: string): never {
  ctx.addIssue({ code: "custom", message, params: write === undefined ? {} : { write } });
  return z.NEVER;
}

const escaped = (unit: string): string => unit.replace(/[/.%]/g, (c) => `\\${c}`);
const unitsOf = new Map<Dimension, string>();
function pattern(dimension: Dimension, extra: readonly string[] = []): string {
  const units = unitsOf.get(dimension) ?? Object.keys(dimension.units).map(escaped).join("|");
  unitsOf.set(dimension, units);
  return `^(?:[-+]?[\\d._ ]+(?:e[-+]?\\d+)?\\s*(?:${units})(?:\\s.*)?${extra.map((word) => `|${word}`).join("")})$`;
}

function readBounded(raw: unknown, name: DimensionName, { min = 0, above, max }: Bounds, ctx: Context): number {
  const parsed = parseQuantity(raw, name);
  if (!parsed.ok) return refuse(ctx, parsed.reason, parsed.write);
  const { value } = parsed;
  if (above !== undefined && value <= above) return refuse(ctx, `${quote(raw)} must be more than ${exactQuantity(above, name)}`);
  if (value < min) return refuse(ctx, min === 0 ? `${quote(raw)} is negative` : `${quote(raw)} is too small: at least ${exactQuantity(min, name)}`);
  if (max !== undefined && value > max) return refuse(ctx, `${quote(raw)} is too large: at most ${exactQuantity(max, name)}`);
  return value;
}

// Building the schema is a good part of what a short run takes. Where zod's chain makes a copy at each link, the blocks below make
// none: what is alike is shared, and a fresh part is described as it is.

/** Describes a part that nobody else holds yet; `.meta` would describe a copy. */
function described<T extends z.ZodType>(fresh: T, meta: z.GlobalMeta): T {
  z.globalRegistry.add(fresh, meta);
  return fresh;
}

const anything = z.unknown();
const aNumber = z.number();
const anInt = z.int();

/** A quantity with its unit: "64 GiB". Base units of the dimension come out. */
export const quantity = (name: DimensionName, about: string, bounds: Bounds = {}) =>
  described(
    anything.transform((raw, ctx) => readBounded(raw, name, bounds, ctx)),
    { description: about, type: "string", pattern: pattern(dimensions[name]) },
  );

/** A quantity, or a word for there being none (null comes out). */
export const quantityOr = (word: string, name: DimensionName, about: string, bounds: Bounds = {}) =>
  described(
    anything.transform((raw, ctx): number | null => (raw === word ? null : readBounded(raw, name, bounds, ctx))),
    { description: about, type: "string", pattern: pattern(dimensions[name], [word]) },
  );

/** A quantity that may also stand as a plain number in the unit the key itself names (`watts: 254`). */
export const quantityOrNumber = (name: DimensionName, about: string, bounds: Bounds = {}) =>
  described(
    anything.transform((raw, ctx) => {
      const text = typeof raw === "number" && Number.isFinite(raw) ? `${raw} ${dimensions[name].base}` : raw;
      return readBounded(text, name, bounds, ctx);
    }),
    { description: about, type: ["string", "number"] },
  );

/** Electricity: "0.15 EUR/kWh"; "none" gives null. */
export const price = (about: string) =>
  z
    .unknown()
    .transform((raw, ctx) => {
      if (raw === "none") return null;
      const parsed = parsePrice(raw);
      if (!parsed.ok) return refuse(ctx, parsed.reason, parsed.write);
      return parsed.value.perKwh < 0 ? refuse(ctx, `${quote(raw)} is negative`) : parsed.value;
    })
    .meta({ description: about, type: "string", examples: ["0.15 EUR/kWh"] });

/** An amount of money, for a unit where one is named: "6155 USD", "350 USD/core/year". */
export const moneyFor = (per: string, about: string) =>
  z
    .unknown()
    .transform((raw, ctx) => {
      const parsed = parseMoney(raw, per);
      if (!parsed.ok) return refuse(ctx, parsed.reason, parsed.write);
      return parsed.value;
    })
    .meta({ description: about, type: "string", examples: [`12 EUR${per === "" ? "" : `/${per}`}`] });

/** A ratio: 4, 1.5 or "4:1"; "none" gives null. */
export const ratioOrNone = (about: string, max: number) =>
  z
    .unknown()
    .transform((raw, ctx): number | null => {
      if (raw === "none") return null;
      const parts = typeof raw === "string" ? /^\s*(\d+(?:\.\d+)?)\s*:\s*1\s*$/.exec(raw) : null;
      const value = parts ? Number(parts[1]) : raw;
      if (typeof value !== "number" || !Number.isFinite(value)) return refuse(ctx, `${quote(raw)} is not a ratio`, "4, 4:1 or none");
      if (value <= 0 || value > max) return refuse(ctx, `${quote(raw)} is out of range: more than 0, at most ${max}`);
      return value;
    })
    .meta({ description: about, type: ["number", "string"], examples: [4, "4:1", "none"] });

/** A whole number. */
export const whole = (about: string, min: number, max: number) => described(anInt.check(z.gte(min), z.lte(max)), { description: about });

/** A number that is not a quantity with a unit: a factor, cores, a weight. */
export const number = (about: string, min: number, max: number) => described(aNumber.check(z.gte(min), z.lte(max)), { description: about });

/** One of a few words. */
export const word = <const T extends readonly [string, ...string[]]>(about: string, ...words: T) => described(z.enum(words), { description: about });

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this looks for
const INVISIBLE = /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]/;

const aName = z
  .string()
  .min(1)
  .max(100)
  .refine((text) => !INVISIBLE.test(text), { error: (issue) => `${quote(issue.input)} holds control characters` })
  .refine((text) => text === text.trim(), { error: (issue) => `${quote(issue.input)} begins or ends with a space` });

/** A name: a line of visible characters without spaces at its ends. */
export const name = (about: string) => aName.describe(about);

/** Words that mark the list of known keys in zod's message for an unknown one; see issues.ts. */
export const KNOWN_KEYS = "known keys: ";

/** A block of named entries; any other name in it is an error that can offer the nearest of these. */
export const block = <T extends z.core.$ZodLooseShape>(shape: T) =>
  z.strictObject(shape, { error: (issue) => (issue.code === "unrecognized_keys" ? KNOWN_KEYS + Object.keys(shape).join(" ") : undefined) });
