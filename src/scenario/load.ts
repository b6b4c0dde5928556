/**
 * Loads a scenario: text to a scenario with nothing left open, or everything that is wrong with it, all at once.
 *
 * The schema looks first. What it refuses is repaired (repair.ts) and the rest is still resolved, so that a misspelt key in
 * one place does not hide an unknown host in another. What only follows from another mistake is not said.
 */
import { findingsOf } from "./issues.ts";
import { type Finding, type Problem, pathText } from "./problems.ts";
import { called, mostWords, NAMELESS, type Repaired, repair } from "./repair.ts";
import { resolveScenario } from "./resolve.ts";
import type { ResolvedScenario } from "./resolved.ts";
import type { Catalogue, Marks, Resolving } from "./resolving.ts";
import { scenarioSchema, type UserScenario } from "./schema.ts";
import { type Override, readSource } from "./source.ts";

export type { Problem } from "./problems.ts";
export type { ResolvedScenario } from "./resolved.ts";
export type { Catalogue, Mark, Marks } from "./resolving.ts";
export type { Override } from "./source.ts";

export type Loaded =
  | {
      readonly ok: true;
      readonly scenario: ResolvedScenario /** By path in the resolved scenario. */;
      readonly marks: Marks;
      readonly warnings: readonly Problem[];
    }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/**
 * Reads a scenario file (YAML or JSON). Throws a TypeError for what is no text.
 *
 * @param text what the file holds
 * @param fileName as it should stand in messages
 * @param overrides entries to replace before the file is looked at (`--set path=value`), in order
 */
export function loadScenario(text: string, fileName: string, catalogue: Catalogue, overrides: readonly Override[] = []): Loaded {
  if (typeof (text as unknown) !== "string") throw new TypeError("loadScenario reads the text of a scenario; of an object it is JSON.stringify(object)");
  const read = readSource(text, fileName, overrides);
  if ("problems" in read) return { ok: false, problems: read.problems };
  const { data, locate, origin } = read.source;
  const fallbackName = (fileName.split(/[/\\]/).at(-1) ?? "").replace(/\.[^.]*$/, "") || "scenario";
  const resolve: Resolve = (user) => {
    const to: Resolving = { catalogue, marks: new Map(), findings: [], warnings: [] };
    return { scenario: resolveScenario(user, fallbackName, to), to };
  };
  const placed = (findings: readonly Finding[]): Problem[] => {
    const located = findings.slice(0, MOST_PROBLEMS).map((finding) => ({ problem: locate(finding), origin: origin(finding.path) }));
    located.sort(({ problem: a }, { problem: b }) => (a.file === b.file ? 0 : a.file < b.file ? -1 : 1) || a.line - b.line || a.column - b.column);
    // What stands at one place is said once, by however many aliases it is reached.
    const said = new Set<string>();
    return located
      .filter(({ problem, origin: from }) => {
        const key = `${from} ${problem.message}`;
        return !said.has(key) && said.add(key);
      })
      .map(({ problem }) => problem);
  };

  // Looked at once: functions compiled for it would not pay.
  const parsed = scenarioSchema.safeParse(data, { jitless: true });
  if (parsed.success) {
    const { scenario, to } = resolve(parsed.data);
    if (to.findings.length === 0) return { ok: true, scenario, marks: to.marks, warnings: placed(to.warnings) };
    return { ok: false, problems: placed(causesOf(to.findings, data, [], resolve)) };
  }
  const refused = findingsOf(parsed.error, data);
  return { ok: false, problems: placed([...refused, ...causesOf(furtherFindings(data, refused, resolve), data, refused, resolve)]) };
}

type Resolve = (user: UserScenario) => { readonly scenario: ResolvedScenario; readonly to: Resolving };

/** What the resolver says of a repaired scenario, in the file's own terms, by what tells one finding from another. */
function lookAt(repaired: Repaired | undefined, resolve: Resolve): Map<string, Finding> {
  const found = new Map<string, Finding>();
  if (repaired === undefined) return found;
  for (const finding of resolve(repaired.data).to.findings) {
    const path = repaired.original(finding.path);
    if (repaired.madeUp(finding.path) || finding.message.includes(NAMELESS)) continue;
    const { allowed, write, ...rest } = finding;
    found.set(pathText(path) + finding.message, {
      ...rest,
      path,
      ...(allowed === undefined ? {} : { allowed: allowed.filter((word) => !word.includes(NAMELESS)) }),
      ...(write === undefined || write.includes(NAMELESS) ? {} : { write }),
    });
  }
  return found;
}

/** Names that are looked for among entries that lost theirs; more than that are believed to be missing. */
const MOST_NAMES = 10;

/**
 * What else is wrong with a scenario that the schema refused: what stands whatever the wrong entries should have been. It is
 * looked at with as little as possible in their place, with all there could be, with each
 * word there is, and with each missing name as theirs.
 */
function furtherFindings(data: unknown, refused: readonly Finding[], resolve: Resolve): Finding[] {
  const found = lookAt(repair(data, refused, "least"), resolve);
  // What a key that is not known was to say, its block may seem to lack.
  const puzzles = new Set(refused.filter(({ at, absence }) => at === "key" && absence === undefined).map(({ path }) => pathText(path.slice(0, -1))));
  for (const [key, { path }] of found) if (puzzles.has(pathText(path))) found.delete(key);
  if (found.size === 0) return [];
  const keepWhere = (repaired: Repaired | undefined): void => {
    if (repaired === undefined) return;
    const other = lookAt(repaired, resolve);
    for (const key of found.keys()) if (!other.has(key)) found.delete(key);
  };
  const full = repair(data, refused, "large");
  keepWhere(full);
  for (let word = 0; word < mostWords(refused); word++) keepWhere(repair(data, refused, "small", word));
  // Names that the model makes of others and of numbers: of a member, a card, a local datastore, a rack.
  if (refused.some(({ path }) => NUMBERS.has(path.at(-1))) || JSON.stringify(full?.data ?? null).includes(NAMELESS))
    for (const [key, { message }] of found) if (MADE_NAME.test(message)) found.delete(key);
  const bare = repair(data, refused, "bare");
  const wanted = new Set([...found.values()].flatMap(({ message }) => /^there is no [^"]*"(.*)"$/.exec(message)?.[1] ?? []));
  for (const name of [...wanted].slice(0, MOST_NAMES)) for (const way of [bare, full]) keepWhere(way && { ...way, data: called(way.data, name) });
  return [...found.values()];
}

const NUMBERS: ReadonlySet<unknown> = new Set(["count", "hostsPerRack"]);

const MADE_NAME = /^there is no (?:host|VM|link|datastore|rack) ".*(?:-\d+|[/@].*)"$/;

/** Findings without those that are gone once misspelt words are put right. */
function causesOf(findings: readonly Finding[], data: unknown, refused: readonly Finding[], resolve: Resolve): readonly Finding[] {
  const misspelt = findings.filter(({ suggestion, at }) => suggestion !== undefined && at !== "key");
  if (misspelt.length === 0 || misspelt.length === findings.length) return findings;
  const right = repair(data, [...refused, ...misspelt], "least");
  if (right === undefined) return findings;
  const left = lookAt(right, resolve);
  return findings.filter((finding) => misspelt.includes(finding) || left.has(pathText(finding.path) + finding.message));
}

/** More problems than that are found place by place, which takes long, and read by nobody. */
const MOST_PROBLEMS = 500;
