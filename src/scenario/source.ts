/**
 * The text of a scenario: YAML (of which JSON is a part) to plain data, with the place of every entry kept.
 *
 * Text comes from anywhere, so it is treated as hostile: size, depth, aliases and names are limited before anything is
 * made of it. Overrides (`--set hosts.new.count=12`) replace entries before the schema looks, each with its own place.
 */
import {
  Composer,
  type CST,
  type Document,
  isAlias,
  isMap,
  isNode,
  isPair,
  isScalar,
  isSeq,
  Lexer,
  LineCounter,
  type Node,
  type Pair,
  Parser,
  YAMLParseError,
} from "yaml";
import { quote } from "../units/parse.ts";
import { nearest } from "../units/spelling.ts";
import { type Finding, type Problem, pathText } from "./problems.ts";

export interface Override {
  /** `duration`, `hosts[0].count`, `hosts.new.count` (by name), `vms[*].load`. */
  readonly path: string;
  /** As typed; read as YAML. */
  readonly value: string;
}

type Path = readonly (string | number)[];

const LARGEST_TEXT = 8 * 1024 * 1024;
const DEEPEST = 32;
const MOST_ALIASES = 1000;
/** Names that mean something to JavaScript objects; never a sensible entry of a scenario. */
const FORBIDDEN = new Set(["__proto__", "constructor", "prototype"]);
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this looks for
const INVISIBLE = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g;

/** Text with control and bidirectional characters shown as escapes, so that an error cannot drive a terminal. */
export const visible = (text: string): string => text.replace(/\t/g, " ").replace(INVISIBLE, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`);

/** A text with its lines, to turn offsets into places. */
class Text {
  readonly file: string;
  readonly #lines: readonly string[];
  readonly #counter: LineCounter;

  constructor(file: string, text: string, counter: LineCounter) {
    this.file = file;
    this.#lines = text.split(/\r\n|\n|\r/);
    this.#counter = counter;
  }

  problem(finding: Finding, from: number, to: number): Problem {
    const { line, col } = this.#counter.linePos(from);
    const raw = this.#lines[line - 1] ?? "";
    const column = visible(raw.slice(0, col - 1)).length + 1;
    const end = Math.min(raw.length, col - 1 + Math.max(1, to - from));
    const excerpt = [line - 1, line, line + 1]
      .filter((n) => n >= 1 && (n === line || (this.#lines[n - 1] ?? "").trim() !== ""))
      .map((n) => ({ line: n, text: visible(this.#lines[n - 1] ?? "").slice(0, 2000) }));
    return { ...described(finding), file: this.file, line, column, excerpt, length: visible(raw.slice(col - 1, end)).trimEnd().length || 1 };
  }
}

const described = ({ path, message, write, allowed, suggestion }: Finding): Omit<Problem, "file" | "line" | "column" | "excerpt" | "length"> => ({
  path: pathText(path),
  message,
  ...(write === undefined ? {} : { write }),
  ...(allowed === undefined ? {} : { allowed }),
  ...(suggestion === undefined ? {} : { suggestion }),
});

const whole = (file: string, message: string): Problem => ({ file, line: 0, column: 0, path: "", message, excerpt: [], length: 0 });

export interface Source {
  /** The entries as plain data. */
  readonly data: unknown;
  /** The problem at the place its path has in the text, or in the override that set it. */
  readonly locate: (finding: Finding) => Problem;
  /** What stands at a path, the same for all paths that reach it by an alias. */
  readonly origin: (path: Path) => string;
}

/** Reads the text and applies the overrides. Gives the entries, or all that is wrong with the text as such. */
export function readSource(text: string, file: string, overrides: readonly Override[] = []): { source: Source } | { problems: Problem[] } {
  if (text.length > LARGEST_TEXT)
    return { problems: [whole(file, `is larger than ${LARGEST_TEXT / 1024 ** 2} MiB: a scenario describes groups; long lists belong in a trace`)] };
  try {
    return read(text, file, overrides);
  } catch (error) {
    if (error instanceof TooDeep) return { problems: [whole(file, `is ${error.message}`)] };
    throw error;
  }
}

function read(text: string, file: string, overrides: readonly Override[]): { source: Source } | { problems: Problem[] } {
  const counter = new LineCounter();
  const doc = parse(text, counter);
  const main = new Text(file, text, counter);
  const broken = [...doc.errors, ...doc.warnings]
    .slice(0, 10)
    .map((e) => main.problem({ path: [], message: syntaxMessage(e.code, e.message) }, e.pos[0], e.pos[1]));
  const hazards = broken.length > 0 ? broken : findHazards(doc, main);
  if (hazards.length > 0) return { problems: hazards };
  if (doc.contents !== null && !isMap(doc.contents)) {
    const [from, to] = doc.contents.range ?? [0, 1];
    return { problems: [main.problem({ path: [], message: "a scenario is a list of `key: value` lines", write: "name: My first scenario" }, from, to)] };
  }

  const patches: { path: Path; text: Text; value: string; offset: number; root: Node | null }[] = [];
  const problems: Problem[] = [];
  for (const override of overrides) {
    const line = `${override.path}=${override.value}`;
    const valueCounter = new LineCounter();
    const value = parse(override.value, valueCounter);
    const lineCounter = new LineCounter();
    lineCounter.addNewLine(0);
    const where = new Text("--set", line, lineCounter);
    const offset = override.path.length + 1;
    const bad = value.errors[0] ?? value.warnings[0];
    if (bad) problems.push(where.problem({ path: [], message: syntaxMessage(bad.code, bad.message) }, offset + bad.pos[0], offset + bad.pos[1]));
    else {
      const worst = findHazards(value, where, offset)[0];
      const targets = worst ? [] : findTargets(doc, override.path);
      if (worst) problems.push(worst);
      else if ("message" in targets) problems.push(where.problem(targets, 0, override.path.length));
      else {
        for (const path of targets) {
          if (canSet(doc, path)) {
            doc.setIn(path, value.contents?.clone() ?? null);
            patches.push({ path, text: where, value: override.value, offset, root: value.contents });
          } else
            problems.push(
              where.problem(
                { path: [], message: `${pathText(path.slice(0, -1))} is a single value or an alias: it has no entries to set` },
                0,
                override.path.length,
              ),
            );
        }
      }
    }
  }
  if (problems.length > 0) return { problems };

  let data: unknown;
  try {
    data = doc.toJS({ maxAliasCount: MOST_ALIASES });
  } catch (error) {
    if (error instanceof ReferenceError) return { problems: [whole(file, `uses aliases more than ${MOST_ALIASES} times over, or before they exist`)] };
    throw error;
  }
  const locate = (finding: Finding): Problem => {
    const patch = patches.findLast((p) => p.path.length <= finding.path.length && p.path.every((part, i) => part === finding.path[i]));
    if (patch) {
      const [from, to] = partOf(finding, rangeOf(patch.root, finding.path.slice(patch.path.length), finding.at ?? "value"), patch.value);
      return patch.text.problem(finding, patch.offset + from, patch.offset + to);
    }
    const [from, to] = partOf(finding, rangeOf(doc.contents, finding.path, finding.at ?? "value", doc), text);
    return main.problem(finding, from, to);
  };
  return { source: { data: data ?? {}, locate, origin: (path) => originOf(doc, path) } };
}

/** The node at a path, or the nearest above it and the rest of the path. */
function originOf(doc: Document.Parsed, path: Path): string {
  let node: unknown = doc.contents;
  for (const [depth, part] of path.entries()) {
    const next: unknown = isMap(node) || isSeq(node) ? node.get(part, true) : undefined;
    const resolved = isAlias(next) ? next.resolve(doc) : next;
    if (resolved === undefined || !isNode(resolved)) return `${isNode(node) ? (node.range?.[0] ?? 0) : 0} ${pathText(path.slice(depth))}`;
    node = resolved;
  }
  // What was set from outside has no place in the text.
  return isNode(node) && node.range ? `${node.range[0]}` : pathText(path);
}

/** The part of a text that a finding is about, where the text stands on one line as it is; else all of it. */
function partOf({ part }: Finding, [from, to]: [number, number], text: string): [number, number] {
  if (part === undefined) return [from, to];
  const quoted = /["']/.test(text[from] ?? "") ? 1 : 0;
  const written = text.slice(from + quoted, to - quoted);
  return /[\n\\]|''/.test(written) || part.at > written.length ? [from, to] : [from + quoted + part.at, from + quoted + part.at + part.length];
}

/**
 * The parser reads any depth, but what composes its tokens into nodes recurses, and running out of stack inside a
 * regular expression ends the process. So depth is watched while tokens are made, before anything recurses.
 * Names are checked for being unique by `findHazards`: the library's own check takes the square of their number.
 */
function parse(text: string, lineCounter: LineCounter): Document.Parsed {
  lineCounter.addNewLine(0);
  const parser = new Parser(lineCounter.addNewLine);
  const tokens: CST.Token[] = [];
  for (const lexeme of new Lexer().lex(text)) {
    for (const token of parser.next(lexeme)) tokens.push(token);
    if (parser.stack.length > 2 * DEEPEST) throw new TooDeep(parser.offset);
  }
  for (const token of parser.end()) tokens.push(token);
  const docs = [...new Composer({ prettyErrors: false, uniqueKeys: false, version: "1.2" }).compose(tokens, true, text.length)];
  const [doc, second] = docs;
  if (doc === undefined) throw new Error("the YAML library gave no document");
  if (second) doc.errors.push(new YAMLParseError([second.range[0], second.range[0] + 1], "MULTIPLE_DOCS", ""));
  return doc;
}

/** Text nested deeper than a scenario can be, found at that offset. */
class TooDeep extends Error {
  readonly offset: number;
  constructor(offset: number) {
    super(`nested more than ${DEEPEST} deep`);
    this.offset = offset;
  }
}

function syntaxMessage(code: string, message: string): string {
  if (code === "TAB_AS_INDENT") return "a tab indents this line: YAML takes only spaces";
  if (code === "MULTIPLE_DOCS") return "a second document begins here: a file holds one scenario";
  if (code === "TAG_RESOLVE_FAILED") return "tags (words that begin with !) are not used in scenarios";
  return `not valid YAML: ${message.charAt(0).toLowerCase()}${visible(message.slice(1))}`;
}

/** What would do harm further on: depth, names that are no plain words or stand twice. Walks without recursion. */
function findHazards(doc: Document.Parsed, text: Text, offset = 0): Problem[] {
  const problems: Problem[] = [];
  const at = (node: Node | null | undefined, finding: Finding): void => {
    const [from, to] = node?.range ?? [0, 1];
    if (problems.length < 10) problems.push(text.problem(finding, offset + from, offset + to));
  };
  const stack: { node: unknown; path: Path }[] = [{ node: doc.contents, path: [] }];
  for (let top = stack.pop(); top !== undefined; top = stack.pop()) {
    const { node, path } = top;
    if (path.length > DEEPEST) {
      at(isNode(node) ? node : null, { path: [], message: `nested more than ${DEEPEST} deep` });
      return problems;
    }
    if (isSeq(node)) for (const [i, item] of node.items.entries()) stack.push({ node: item, path: [...path, i] });
    if (!isMap(node)) continue;
    const seen = new Set<string>();
    for (const pair of node.items) {
      const key = pair.key;
      if (!isScalar(key) || (typeof key.value !== "string" && typeof key.value !== "number")) {
        at(isNode(key) ? key : node, { path, message: "an entry's name must be a plain word" });
        continue;
      }
      const name = String(key.value);
      if (FORBIDDEN.has(name)) at(key, { path, message: `${name} cannot be the name of an entry` });
      else if (seen.has(name)) at(key, { path, message: `${quote(name)} stands here twice` });
      seen.add(name);
      stack.push({ node: pair.value, path: [...path, name] });
    }
  }
  return problems;
}

const SEGMENT = /^(?:\.?([^.[\]]+)|\[(\d+|\*)\])/;

const textOf = (value: unknown): string => (typeof value === "string" ? value : "");

/** The entries an override means. Lists take a number or the name of a group; `[*]` means all of them. */
function findTargets(doc: Document.Parsed, pathOf: string): Path[] | Finding {
  let paths: Path[] = [[]];
  let rest = pathOf;
  while (rest !== "") {
    const match = SEGMENT.exec(rest);
    if (!match) return { path: [], message: `${quote(pathOf)} is not a path`, write: "a path such as duration, hosts[0].count or vms.web.load" };
    rest = rest.slice(match[0].length);
    const [, word, index] = match;
    const next: Path[] = [];
    for (const path of paths) {
      const node = path.length === 0 ? doc.contents : doc.getIn(path, true);
      const list = isAlias(node) ? node.resolve(doc) : node;
      if (!isSeq(list)) {
        if (word === undefined || FORBIDDEN.has(word)) return { path: [], message: `${pathText(path) || "the scenario"} is not a list` };
        next.push([...path, word]);
      } else if (index === "*") next.push(...list.items.map((_, i) => [...path, i]));
      else {
        const names = list.items.map((item) => (isMap(item) ? textOf(item.get("name")) : ""));
        const i = index === undefined ? names.indexOf(word ?? "") : Number(index);
        if (i < 0 || i >= list.items.length) {
          const near = word === undefined ? undefined : nearest(word, names);
          const message =
            word === undefined ? `${pathText(path)} has ${list.items.length} entries, numbered from 0` : `${pathText(path)} has no entry named ${quote(word)}`;
          return { path: [], message, allowed: names.filter((n) => n !== ""), ...(near === undefined ? {} : { suggestion: near }) };
        }
        next.push([...path, i]);
      }
    }
    paths = next;
  }
  return paths.length === 1 && paths[0]?.length === 0 ? { path: [], message: "the path is empty", write: "path=value, such as duration='7 days'" } : paths;
}

/** Whether every entry above the path is a block or list of the document itself (or is not there yet). */
const canSet = (doc: Document.Parsed, path: Path): boolean =>
  path.every((_, depth) => {
    const above: unknown = depth === 0 ? doc.contents : doc.getIn(path.slice(0, depth), true);
    return above === undefined || above === null || isMap(above) || isSeq(above) || (isScalar(above) && above.value === null);
  });

/** Start and end of the entry at `path`, or of the nearest one around it that exists. */
function rangeOf(root: Node | null, path: Path, at: "key" | "value", doc?: Document.Parsed): [number, number] {
  let node: unknown = root;
  let best: [number, number] = isNode(root) && root.range ? [root.range[0], root.range[0] + 1] : [0, 1];
  for (const [depth, part] of path.entries()) {
    if (isAlias(node) && doc) node = node.resolve(doc);
    let key: unknown;
    if (isMap(node)) {
      const pair: Pair | undefined = node.items.find((p) => isPair(p) && isScalar(p.key) && String(p.key.value) === String(part));
      if (!pair) break;
      key = pair.key;
      node = pair.value;
    } else if (isSeq(node) && typeof part === "number" && part < node.items.length) {
      node = node.items[part];
      // A block in a list begins with its first key.
      key = isMap(node) ? node.items[0]?.key : node;
    } else break;
    const last = depth === path.length - 1;
    const target = last && at === "value" && isNode(node) && !isMap(node) && !isSeq(node) ? node : key;
    if (isNode(target) && target.range) best = [target.range[0], Math.max(target.range[1], target.range[0] + 1)];
    else if (isNode(key) && key.range) best = [key.range[0], key.range[1]];
  }
  return best;
}
