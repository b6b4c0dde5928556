/**
 * A scenario that the schema refused, made whole enough to look further: a misspelt key or word as it was probably meant,
 * harmless values for what is wrong or missing. Nothing runs on it; it only shows what else is wrong.
 *
 * What a wrong entry should have been is not known, so there is more than one way to repair it. A further mistake is worth
 * saying only when it stands whichever way that was (load.ts); what depends on it follows from it.
 */
import * as z from "zod";
import { dimensions } from "../units/dimensions.ts";
import { findingsOf, valueAt } from "./issues.ts";
import { type Finding, pathText } from "./problems.ts";
import { scenarioSchema, type UserScenario } from "./schema.ts";

type Path = Finding["path"];
type Schema = z.core.$ZodType;

/** A repair leaves out what may be left out; makes up the least there must be in a wrong place (bare); or fills all in, as small as may be and with the first of several words, or as large and with the last. */
export type Way = "least" | "bare" | "small" | "large";

export interface Repaired {
  readonly data: UserScenario;
  /** The path in the file for a path in what was repaired. */
  readonly original: (path: Path) => Path;
  /** Whether a value was made up there, or around it: what is said of it is not about the file. */
  readonly madeUp: (path: Path) => boolean;
}

/** Name of an entry that lost its own. */
export const NAMELESS = "∅";
const ROUNDS = 6;

const units = Object.values(dimensions).flatMap((dimension) => Object.keys(dimension.units));
const money = ["EUR", "EUR/kWh"];
/** Values to try where the schema does not say what it takes: quantities, money. */
const small = [...units, ...money].map((unit) => `1 ${unit}`);
const large = [1e15, 1e12, 1e9, 1e6, 1e3, 100].flatMap((size) => units.map((unit) => `${size} ${unit}`));
const CANDIDATES: Readonly<Record<Way, readonly unknown[]>> = {
  least: [...small, 1, "none"],
  bare: [...small, 1, "none"],
  small: [...small, 1, "none"],
  large: [...large, ...money.map((unit) => `1000 ${unit}`), ...small, 1, "none"],
};
/** Largest number of members and the like that is tried. */
const MANY = 1000;

/** What was found for a part of the schema; looking takes long. */
const known: Readonly<Record<Way, WeakMap<Schema, unknown>>> = { least: new WeakMap(), bare: new WeakMap(), small: new WeakMap(), large: new WeakMap() };

/** A harmless value that the schema takes, or undefined for none. */
function standIn(schema: Schema, way: Way): unknown {
  if (!known[way].has(schema)) known[way].set(schema, makeUp(schema, way));
  return structuredClone(known[way].get(schema));
}

const sparing = (way: Way): boolean => way === "least" || way === "bare";

function makeUp(schema: Schema, way: Way): unknown {
  const { def } = schema._zod as unknown as { def: z.core.$ZodTypes["_zod"]["def"] };
  const takes = (value: unknown): boolean => z.safeParse(schema, value).success;
  switch (def.type) {
    case "optional":
      return standIn(def.innerType, way);
    case "object":
      return Object.fromEntries(
        Object.entries(def.shape).flatMap(([key, part]) => {
          const value = sparing(way) && isOptional(part) ? undefined : standIn(part, way);
          return value === undefined ? [] : [[key, value]];
        }),
      );
    case "array":
      return (sparing(way) ? [1, 2, 11] : [2, 1, 11]).map((length) => Array.from({ length }, () => standIn(def.element, way))).find(takes);
    case "union":
      return (sparing(way) ? def.options : def.options.toReversed()).map((option) => standIn(option, way)).find(takes);
    case "enum":
      return Object.values(def.entries).at(way === "large" ? -1 : 0);
    case "literal":
      return def.values[0];
    case "boolean":
      return way === "large";
    case "string":
      return [NAMELESS, "EUR", "+00:00"].find(takes);
    case "number": {
      const { minimum, maximum } = schema._zod.bag as { minimum?: number; maximum?: number };
      return (way === "large" ? [MANY, maximum, minimum] : [minimum, 1]).find(takes);
    }
    default:
      return CANDIDATES[way].find(takes);
  }
}

const isOptional = (schema: Schema): boolean => schema._zod.optin === "optional";

/** What the schema has at a path: the first of several that has it. */
function schemaAt(schema: Schema, path: Path): Schema | undefined {
  const { def } = schema._zod as unknown as { def: z.core.$ZodTypes["_zod"]["def"] };
  if (def.type === "union") {
    for (const option of def.options) {
      const found = path.length === 0 ? schema : schemaAt(option, path);
      if (found) return found;
    }
    return undefined;
  }
  const [first, ...rest] = path;
  if (first === undefined) return schema;
  if (def.type === "optional") return schemaAt(def.innerType, path);
  if (def.type === "object") {
    const part = Object.hasOwn(def.shape, first) ? def.shape[first] : undefined;
    return part === undefined ? undefined : schemaAt(part, rest);
  }
  return def.type === "array" ? schemaAt(def.element, rest) : undefined;
}

/** The words that may stand there. */
function wordsAt(schema: Schema | undefined): readonly unknown[] {
  if (schema === undefined) return [];
  const { def } = schema._zod as unknown as { def: z.core.$ZodTypes["_zod"]["def"] };
  if (def.type === "optional") return wordsAt(def.innerType);
  return def.type === "enum" ? Object.values(def.entries) : [];
}

/** How many words there are where there are most, at least one. */
export const mostWords = (findings: readonly Finding[]): number => Math.max(1, ...findings.map(({ path }) => wordsAt(schemaAt(scenarioSchema, path)).length));

/** Repairs data of which these things are wrong, with the word of that number for one of several. Undefined when nothing that the schema takes could be made of it. */
export function repair(given: unknown, findings: readonly Finding[], way: Way, word = 0): Repaired | undefined {
  if (given === null || typeof given !== "object" || Array.isArray(given)) return undefined;
  const data: unknown = structuredClone(given);
  const renamed = new Map<string, string>();
  const made = new Set<string>();
  const lists = new Set<string>();
  let wrong = findings;
  for (let round = 0; round < ROUNDS; round++) {
    for (const finding of wrong) mend(finding, round === 0);
    const again = scenarioSchema.safeParse(data);
    if (again.success)
      return {
        data: again.data,
        original: (path) => path.map((part, i) => renamed.get(pathText(path.slice(0, i + 1))) ?? part),
        madeUp: (path) => path.some((_, i) => made.has(pathText(path.slice(0, i + 1)))) || lists.has(pathText(path)),
      };
    wrong = findingsOf(again.error, data);
  }
  return undefined;

  function mend({ path, at, suggestion, absence }: Finding, trusting: boolean): void {
    const key = path.at(-1);
    const holder = valueAt(data, path.slice(0, -1));
    if (key === undefined || holder === null || typeof holder !== "object") return;
    const block = holder as Record<string | number, unknown>;
    if (at === "key" && absence === undefined && typeof key === "string" && schemaAt(scenarioSchema, path) === undefined) {
      // A key that is not known here.
      const value = block[key];
      delete block[key];
      if (!trusting || suggestion === undefined || suggestion in block) return;
      block[suggestion] = value;
      renamed.set(pathText([...path.slice(0, -1), suggestion]), key);
      return;
    }
    // Where what was made up does not fit either, the block around it goes.
    const place = made.has(pathText(path)) ? path.slice(0, -1) : path;
    if (place.length < path.length) return mend({ path: place, message: "" }, false);
    made.add(pathText(path));
    if (typeof key === "number") lists.add(pathText(path.slice(0, -1)));
    if (trusting && suggestion !== undefined && absence === undefined) {
      block[key] = suggestion;
      return;
    }
    const part = schemaAt(scenarioSchema, path);
    const value = part === undefined || (way === "least" && isOptional(part)) ? undefined : (wordsAt(part)[word] ?? standIn(part, way));
    if (value !== undefined) block[key] = value;
    else if (Array.isArray(holder)) mend({ path: path.slice(0, -1), message: "" }, false);
    else delete block[key];
  }
}

/** The same with another name for the entries that lost theirs. */
export function called<T>(data: T, name: string): T;
export function called(data: unknown, name: string): unknown {
  if (data === NAMELESS) return name;
  if (Array.isArray(data)) return data.map((one: unknown) => called(one, name));
  if (data === null || typeof data !== "object") return data;
  return Object.fromEntries(Object.entries(data).map(([key, value]) => [key, called(value, name)]));
}
