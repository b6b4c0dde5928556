/**
 * From the schema's issues to findings in words for people: what was found, what is allowed, what was probably meant.
 */
import type * as z from "zod";
import { quote } from "../units/parse.ts";
import { nearest } from "../units/spelling.ts";
import { KNOWN_KEYS } from "./fields.ts";
import type { Finding } from "./problems.ts";

type Issue = z.core.$ZodIssue;
type Path = readonly (string | number)[];

/** What to write where something required is missing. */
const EXAMPLES: Readonly<Record<string, string>> = {
  name: "a name, such as name: web",
  duration: "a time, such as duration: 7 days, or until done",
  hosts: "at least one group of hosts",
  vms: "at least one group of VMs",
  hypervisor: "a product, such as hypervisor: kvm (hypervise show hypervisors lists them)",
  product: "the product it starts from, such as product: kvm",
  load: "what the VMs ask for, such as load: 30 %, or idle",
  model: "how power follows load, such as model: linear",
  at: "a time, such as at: 2 h",
  do: "what happens, such as do: off",
  speed: "a speed, such as speed: 2.4 GHz",
  power: "{model: linear, idle: 100 W, full: 250 W}",
  work: "an amount of work, such as work: 3600 GHz s",
  for: "a time, such as for: 10 min",
  cpu: "CPU, such as cpu: 1000 MHz",
  profile: "profile: enterprise, or cloud",
  format: "a format, such as format: planetlab",
  path: "the file or folder of the trace",
};

/** The value at a path of plain data, or undefined. */
export function valueAt(data: unknown, path: Path): unknown {
  let value = data;
  for (const part of path) {
    if (value === null || typeof value !== "object" || !Object.hasOwn(value, part)) return undefined;
    value = (value as Record<string | number, unknown>)[part];
  }
  return value;
}

/** Unknown keys of one block that are worth a message each. */
const MOST_UNKNOWN = 50;

/** How badly a branch of a union fits a value: the least bad one is what was meant. */
function misfit(branch: readonly Issue[], isBlock: boolean): number {
  const roots = branch.filter((issue) => issue.path.length === 0 && issue.code !== "unrecognized_keys");
  if (roots.length === 0) return 0;
  if (isBlock) return 3;
  if (roots.some((issue) => issue.code === "invalid_type")) return 3;
  return roots.some((issue) => issue.code === "invalid_value") ? 2 : 1;
}

const KINDS: Readonly<Record<string, string>> = {
  number: "a number",
  int: "a whole number",
  string: "text",
  boolean: "true or false",
  object: "a block of entries",
  array: "a list",
};

function wrongType(expected: string, value: unknown, path: Path): Finding {
  const kind = KINDS[expected] ?? expected;
  if (typeof value === "string" && value.trim() !== "" && (expected === "number" || expected === "int") && Number.isFinite(Number(value)))
    return { path, message: `${quote(value)} is text, not ${kind}`, write: `${Number(value)} without quotes` };
  if (expected === "string" && (typeof value === "number" || typeof value === "boolean"))
    return { path, message: `${value} is a ${typeof value === "number" ? "number" : "truth value"}, not text`, write: `"${value}" in quotes` };
  return { path, message: `${quote(value)} is not ${kind}` };
}

/** Findings for one issue of the schema; `data` is what was checked. */
function translate(issue: Issue, data: unknown, outer: Path): Finding[] {
  const path = [...outer, ...(issue.path as Path)];
  const value = valueAt(data, path);
  const last = path.at(-1);
  if (issue.code === "unrecognized_keys") {
    const known = issue.message.startsWith(KNOWN_KEYS) ? issue.message.slice(KNOWN_KEYS.length).split(" ") : [];
    const free = known.filter((key) => valueAt(data, [...path, key]) === undefined);
    return issue.keys.slice(0, MOST_UNKNOWN).map((key) => {
      const near = nearest(key, free) ?? nearest(key, known);
      return {
        path: [...path, key],
        at: "key",
        message: `${quote(key)} is not known here`,
        ...(near === undefined ? { allowed: known } : { suggestion: near }),
      };
    });
  }
  if (value === undefined || value === null) {
    const write = typeof last === "string" && Object.hasOwn(EXAMPLES, last) ? EXAMPLES[last] : undefined;
    return [
      { path, at: "key", absence: value === undefined, message: value === undefined ? "is required" : "is empty", ...(write === undefined ? {} : { write }) },
    ];
  }
  switch (issue.code) {
    case "invalid_union": {
      const isBlock = typeof value === "object";
      const branches = issue.errors.map((branch) => ({ branch, badness: misfit(branch, isBlock) }));
      const best = branches.toSorted((a, b) => a.badness - b.badness || a.branch.length - b.branch.length)[0];
      const choices = branches.flatMap(({ branch }) => branch.filter((i) => i.path.length === 0));
      if (best && best.badness < 3) {
        const words = choices.flatMap((i) => (i.code === "invalid_value" ? i.values.map(String) : []));
        if (best.badness === 2 && typeof value === "string") return [unknownWord(value, words, path)];
        return best.branch.flatMap((i) => translate(i, data, path));
      }
      const kinds = [
        ...new Set(choices.map((i) => (i.code === "invalid_type" ? (KINDS[i.expected] ?? i.expected) : i.code === "invalid_value" ? i.values.join(", ") : ""))),
      ].filter((k) => k !== "");
      return [{ path, message: `${quote(value)} is not ${kinds.join(" or ")}` }];
    }
    case "invalid_type":
      return [wrongType(issue.expected, value, path)];
    case "invalid_value":
      return [unknownWord(value, issue.values.map(String), path)];
    case "too_small":
    case "too_big":
      return [{ path, message: sizeMessage(issue, value) }];
    case "custom": {
      const write: unknown = issue.params?.write;
      return [{ path, message: issue.message, ...(typeof write === "string" ? { write } : {}) }];
    }
    default:
      return [{ path, message: issue.message }];
  }
}

function unknownWord(value: unknown, words: readonly string[], path: Path): Finding {
  const near = typeof value === "string" ? nearest(value, words) : undefined;
  return { path, message: `${quote(value)} is not one of ${words.join(", ")}`, ...(near === undefined ? {} : { suggestion: near }) };
}

function sizeMessage(issue: Extract<Issue, { code: "too_small" | "too_big" }>, value: unknown): string {
  const small = issue.code === "too_small";
  const bound = small ? issue.minimum : issue.maximum;
  if (issue.origin === "string") return small ? "is empty" : `is longer than ${bound} characters`;
  if (issue.origin === "array") {
    const length = Array.isArray(value) ? value.length : 0;
    if (issue.exact) return `has ${length} entries, not ${bound}`;
    return small ? "is an empty list" : `has ${length} entries: at most ${bound}`;
  }
  return `${quote(value)} is too ${small ? "small: at least" : "large: at most"} ${bound}`;
}

/** All issues of a failed parse in words, each cause once. */
export function findingsOf(error: z.core.$ZodError, data: unknown): Finding[] {
  const findings = error.issues.flatMap((issue) => translate(issue, data, []));
  const places = findings.map(({ path }) => placeOf(path));
  const last = new Map(places.map((place, i) => [place, i]));
  // What is missing only because its key is misspelt; and what any key that makes no sense may have been.
  const meant = new Set<string>();
  const puzzles = new Map<string, number>();
  const missing = new Map<string, number>();
  for (const { path, at, suggestion, absence } of findings) {
    if (at !== "key") continue;
    const block = placeOf(path.slice(0, -1));
    if (suggestion !== undefined) meant.add(placeOf([...path.slice(0, -1), suggestion]));
    else if (absence === undefined) puzzles.set(block, (puzzles.get(block) ?? 0) + 1);
  }
  for (const [i, { path, absence }] of findings.entries()) {
    const block = placeOf(path.slice(0, -1));
    if (absence === true && !meant.has(places[i] as string)) missing.set(block, (missing.get(block) ?? 0) + 1);
  }
  return findings.filter(({ path, absence, message }, i) => {
    const place = places[i] as string;
    const block = placeOf(path.slice(0, -1));
    if (absence === true) return !meant.has(place) && (puzzles.get(block) ?? 0) < (missing.get(block) ?? 0);
    // One bound is enough.
    return !message.endsWith(ANY_WHOLE) || last.get(place) === i;
  });
}

const placeOf = (path: Path): string => JSON.stringify(path);
/** The schema library's own bound of whole numbers. */
const ANY_WHOLE = ` ${Number.MAX_SAFE_INTEGER}`;
