/**
 * Loads a scenario: text to a scenario with nothing left open, or everything that is wrong with it, all at once.
 *
 * The schema looks first. Where it refuses something, that part is left out and the rest is still resolved, so that a
 * misspelt key in one place does not hide an unknown host in another.
 */
import { findingsOf, valueAt } from "./issues.ts";
import { type Finding, type Problem, pathText } from "./problems.ts";
import { resolveScenario } from "./resolve.ts";
import type { ResolvedScenario } from "./resolved.ts";
import type { Catalogue, Marks, Resolving } from "./resolving.ts";
import { scenarioSchema } from "./schema.ts";
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
 * Reads a scenario file (YAML or JSON).
 *
 * @param text what the file holds
 * @param fileName as it should stand in messages
 * @param overrides entries to replace before the file is looked at (`--set path=value`), in order
 */
export function loadScenario(text: string, fileName: string, catalogue: Catalogue, overrides: readonly Override[] = []): Loaded {
  const read = readSource(text, fileName, overrides);
  if ("problems" in read) return { ok: false, problems: read.problems };
  const { data, locate } = read.source;
  const resolving = (): Resolving => ({ catalogue, marks: new Map(), findings: [], warnings: [] });
  const fallbackName = (fileName.split(/[/\\]/).at(-1) ?? "").replace(/\.[^.]*$/, "") || "scenario";

  const parsed = scenarioSchema.safeParse(data);
  if (parsed.success) {
    const to = resolving();
    const scenario = resolveScenario(parsed.data, fallbackName, to);
    if (to.findings.length > 0) return { ok: false, problems: inOrder(to.findings.slice(0, MOST_PROBLEMS).map(locate)) };
    return { ok: true, scenario, marks: to.marks, warnings: inOrder(to.warnings.slice(0, MOST_PROBLEMS).map(locate)) };
  }

  const findings = findingsOf(parsed.error, data);
  const pruned = prune(data, findings);
  if (pruned) {
    const again = scenarioSchema.safeParse(pruned.data);
    if (again.success) {
      const to = resolving();
      resolveScenario(again.data, fallbackName, to);
      for (const finding of to.findings) {
        const path = pruned.originalPath(finding.path);
        // A block that lost a part may lack something only because of that.
        const suspect = finding.absence === true && findings.some((f) => blockOf(f.path) === blockOf(path));
        const asksForGone = pruned.gone.has(/^there is no [^"]*"(.*)"$/.exec(finding.message)?.[1] ?? "");
        if (!suspect && !asksForGone && !pruned.assumed.has(pathText(path))) findings.push({ ...finding, path });
      }
    }
  }
  const seen = new Set<string>();
  const once = findings.filter((f) => !seen.has(pathText(f.path) + f.message) && seen.add(pathText(f.path) + f.message));
  return { ok: false, problems: inOrder(once.slice(0, MOST_PROBLEMS).map(locate)) };
}

/** More problems than that are found place by place, which takes long, and read by nobody. */
const MOST_PROBLEMS = 500;

/** The group, event or block an entry belongs to. */
const blockOf = (path: Finding["path"]): string => pathText(typeof path[1] === "number" ? path.slice(0, 2) : path.slice(0, 1));

const inOrder = (problems: readonly Problem[]): Problem[] =>
  problems.toSorted((a, b) => (a.file === b.file ? 0 : a.file < b.file ? -1 : 1) || a.line - b.line || a.column - b.column);

interface Pruned {
  readonly data: unknown;
  /** The path in the file for a path in what is left. */
  readonly originalPath: (path: Finding["path"]) => Finding["path"];
  /** Paths in the file at which a harmless value stands in; what is said about those is not about the file. */
  readonly assumed: ReadonlySet<string>;
  /** Names of entries that were left out: they are there, whoever asks for them. */
  readonly gone: ReadonlySet<string>;
}

/** Harmless values for what is required: with them the rest of a block can still be looked at. */
const STOPGAPS: Readonly<Record<string, unknown>> = {
  duration: "1 day",
  hosts: [{ name: "\u2205", cores: 1, speed: "1 GHz", memory: "1 GiB", power: { model: "constant", draw: 0 }, hypervisor: "none" }],
  vms: [{ name: "\u2205", vcpus: 1, memory: "1 GiB", load: "idle" }],
  hypervisor: "none",
  load: "idle",
  at: "0 s",
  profile: "enterprise",
};

/**
 * The data without what the schema refused: wrong values go; where something required is missing a harmless value stands
 * in, or the block around it goes. Undefined when that leaves nothing to look at.
 */
function prune(data: unknown, findings: readonly Finding[]): Pruned | undefined {
  const left: unknown = structuredClone(data);
  if (left === null || typeof left !== "object" || Array.isArray(left)) return undefined;
  // Entries of every list keep their first place beside them, because removing some moves the others.
  const places = new Map<unknown[], number[]>();
  const keep = (value: unknown): void => {
    if (value === null || typeof value !== "object") return;
    if (Array.isArray(value)) places.set(value, [...value.keys()]);
    for (const part of Object.values(value)) keep(part);
  };
  keep(left);
  const originalPath = (path: Finding["path"]): Finding["path"] =>
    path.map((key, depth) => {
      const holder = valueAt(left, path.slice(0, depth));
      return typeof key === "number" && Array.isArray(holder) ? (places.get(holder)?.[key] ?? key) : key;
    });
  const gone = new Set<string>();
  const assumed = new Set<string>();
  let wrong = findings.map((f) => f.path);
  for (let round = 0; round < 8; round++) {
    for (const path of wrong) {
      for (const name of namesIn(valueAt(left, path))) gone.add(name);
      remove(left, path);
    }
    for (const [list, indices] of places) closeUp(list, indices);
    const again = scenarioSchema.safeParse(left);
    if (again.success) return { data: left, originalPath, assumed, gone };
    wrong = [];
    for (const { path } of findingsOf(again.error, left)) {
      const key = path.at(-1);
      const holder = valueAt(left, path.slice(0, -1));
      if (typeof key === "string" && Object.hasOwn(STOPGAPS, key) && valueAt(left, path) === undefined && holder !== null && typeof holder === "object") {
        (holder as Record<string, unknown>)[key] = STOPGAPS[key];
        assumed.add(pathText(originalPath(path)));
      } else wrong.push(path.length > 1 ? path.slice(0, -1) : path);
    }
  }
  return undefined;
}

/** The names of an entry and of the entries in it. */
function namesIn(value: unknown): string[] {
  if (value === null || typeof value !== "object") return [];
  const { name } = value as { name?: unknown };
  return [...(typeof name === "string" ? [name] : []), ...Object.values(value).flatMap(namesIn)];
}

/** Removes the entry at `path`; entries of lists become undefined, to be closed up later. */
function remove(data: unknown, path: Finding["path"]): void {
  const last = path.at(-1);
  const holder = valueAt(data, path.slice(0, -1));
  if (last === undefined || holder === null || typeof holder !== "object") return;
  if (Array.isArray(holder)) holder[Number(last)] = undefined;
  else delete (holder as Record<string, unknown>)[last];
}

/** Takes the removed entries out of a list, and their places with them. */
function closeUp(list: unknown[], places: number[]): void {
  let kept = 0;
  for (let i = 0; i < list.length; i++) {
    if (list[i] === undefined) continue;
    list[kept] = list[i];
    places[kept] = places[i] ?? i;
    kept++;
  }
  list.length = kept;
  places.length = kept;
}
