/**
 * Scenarios damaged in one place, each with what the loader ought to say of it. One mistake has one cause: it gets one message,
 * at its place. Used by damage.test.ts on every scenario of the gallery.
 */
import { type Document, isAlias, isMap, isNode, isScalar, isSeq, parseDocument } from "yaml";
import type { Loaded } from "../../src/scenario/load.ts";
import { pathText } from "../../src/scenario/problems.ts";

export type Path = readonly (string | number)[];

/** What is done to an entry. */
export type Kind =
  | "key misspelt"
  | "word misspelt"
  | "unit unknown"
  | "unit missing"
  | "negative"
  | "huge"
  | "missing"
  | "empty"
  | "a list"
  | "a block"
  | "a truth value"
  | "a number"
  | "a text"
  | "twice"
  | "control characters";

export interface Damage {
  readonly kind: Kind;
  /** Where the mistake is, in the damaged text. */
  readonly path: Path;
  /** What stood there. */
  readonly was: string;
  readonly text: string;
}

/** The word with two neighbouring letters changed about; another letter at its end where all are the same. */
export function misspell(word: string): string {
  for (let i = Math.min(1, word.length - 2); i >= 0 && i + 1 < word.length; i++) {
    const [a = "", b = ""] = [word[i], word[i + 1]];
    if (a !== b && /[a-z]/i.test(a) && /[a-z]/i.test(b)) return word.slice(0, i) + b + a + word.slice(i + 2);
  }
  return `${word}q`;
}

const QUANTITY = /^[-+]?[\d.][\d._ ]*(?:e[-+]?\d+)?\s*(%|[A-Za-zµ/]+(?: [a-z]+)?)$/;

/** Damages of a scenario that make sense for what stands in each of its places: one in `every` of all there are. */
export function damages(original: string, every = 1): Damage[] {
  const found: Damage[] = [];
  let count = original.length;
  const root = parseDocument(original);
  const add = (kind: Kind, path: Path, was: string, change: (doc: Document.Parsed) => void): void => {
    if (count++ % every !== 0) return;
    const doc = parseDocument(original);
    change(doc);
    let text: string;
    try {
      text = doc.toString({ lineWidth: 0 });
    } catch {
      return; // The anchor of an alias went with it.
    }
    found.push({ kind, path, was, text });
  };
  const set = (kind: Kind, path: Path, was: string, value: unknown): void => add(kind, path, was, (doc) => doc.setIn(path, doc.createNode(value)));
  const visit = (node: unknown, path: Path): void => {
    if (isAlias(node)) return;
    if (path.length > 0 && isNode(node)) {
      const was = isScalar(node) ? String(node.value) : isMap(node) ? "{}" : "[]";
      if (!isSeq(node)) set("a list", path, was, [[17]]);
      if (!isMap(node)) set("a block", path, was, { zzz: 17 });
      set("a truth value", path, was, true);
      set("empty", path, was, null);
      if (!isScalar(node)) set("a number", path, was, 17);
      if (!isScalar(node)) set("a text", path, was, "no such thing");
    }
    if (isMap(node)) {
      for (const pair of node.items) {
        const key = String(isScalar(pair.key) ? pair.key.value : "");
        const wrong = misspell(key);
        add("key misspelt", [...path, wrong], key, (doc) => {
          const holder: unknown = path.length === 0 ? doc.contents : doc.getIn(path, true);
          if (!isMap(holder)) throw new Error("no block");
          const twin = holder.items.find((p) => isScalar(p.key) && String(p.key.value) === key);
          if (twin && isScalar(twin.key)) twin.key.value = wrong;
        });
        add("missing", [...path, key], "", (doc) => doc.deleteIn([...path, key]));
        visit(pair.value, [...path, key]);
      }
      return;
    }
    if (isSeq(node)) {
      for (const [i, item] of node.items.entries()) visit(item, [...path, i]);
      if (node.items.length > 0 && isMap(node.items[0]) && node.items[0].has("name"))
        add("twice", [...path, node.items.length], "", (doc) => doc.addIn(path, (doc.getIn([...path, 0], true) as { clone(): unknown }).clone()));
      return;
    }
    if (!isScalar(node)) return;
    const value: unknown = node.value;
    if (typeof value === "number") {
      set("negative", path, String(value), -Math.abs(value) - 1);
      set("huge", path, String(value), 1e300);
      set("a text", path, String(value), "no such thing");
    }
    if (typeof value !== "string") return;
    set("control characters", path, value, `${value}\u001b[31m`);
    const unit = QUANTITY.exec(value)?.[1];
    if (unit !== undefined) {
      set("unit unknown", path, value, value.replace(unit, "parsec"));
      set("unit missing", path, value, Number(value.replace(unit, "").replaceAll(/[ _]/g, "")));
      set("negative", path, value, `-${value}`);
      set("huge", path, value, value.replace(/^[\d._ ]+(?:e[-+]?\d+)?/, "1e300 "));
    } else {
      set("word misspelt", path, value, misspell(value));
      set("a number", path, value, 17);
    }
  };
  visit(root.contents, []);
  return found;
}

/** What is wrong with what was said of a damage, or null. A damage may go unnoticed only where what it left means something. */
export function faultOf({ kind, path, was, text }: Damage, loaded: Loaded): string | null {
  if (loaded.ok) return MUST.has(kind) ? "goes unnoticed" : null;
  const { problems } = loaded;
  const [first] = problems;
  if (first === undefined) return "no problem is named";
  const key = path.at(-1);
  // Everybody who asks for an entry by the name it had: the file is as wrong there as here.
  if (key === "name" && kind === "missing")
    return problems.every(({ message, path: at }) => /there is no|name/.test(message) || at === pathText(path)) ? null : "speaks of something else";
  if (kind === "word misspelt" && problems.every(({ message }) => /^there is no|^no product|copy to restore/.test(message)) && first.path !== pathText(path))
    return null;
  // Any three capitals may be a currency.
  if (key === "currency") return null;
  if (kind === "twice")
    return problems.every(({ message }) => /another|already|also|both|more than one/.test(message)) ? null : "does not say that it is there twice";
  // Who relies on what may be left out is as wrong as its absence.
  const around = pathText(path.length === 1 ? path : path.slice(0, -1));
  if (kind === "missing" && problems.every(({ path: at }) => !within(at, around))) return null;
  if (problems.length > 1) return `has ${problems.length} problems`;
  const place = `${first.line}:${first.column}`;
  const expected = placesOf(text, path);
  const here = pathText(path);
  switch (kind) {
    case "key misspelt":
      // Blocks of a policy's options may have any key; then the right one is missing.
      if (first.path === pathText([...path.slice(0, -1), was]) && first.message === "is required") return null;
      if (first.suggestion !== was && !(was.length < 3)) return `does not suggest ${was}`;
      return place === expected?.key && first.path === here ? null : "is at another place";
    case "word misspelt":
      if (place !== expected?.value || first.path !== here) return "is at another place";
      // A word that is no name, such as a time of day, has no nearest spelling.
      return first.suggestion === was || !/^[a-z][a-z -]*$/i.test(was) || first.write !== undefined || first.allowed !== undefined
        ? null
        : `does not suggest ${was}`;
    case "missing":
      // Said of what is missing, or of the block that lacks it.
      return within(first.path, pathText(path.slice(0, -1))) ? null : "is about another block";
    default:
      // Options of policies are read by the policy, which knows no places: the block is near enough.
      if (!within(first.path, here) && !within(here, first.path)) return "is about something else";
      return first.line >= lineOf(expected?.key) ? null : "is at another place";
  }
}

/** No file means anything with these. */
const MUST: ReadonlySet<Kind> = new Set(["key misspelt", "unit unknown", "a block", "empty"]);
const within = (path: string, block: string): boolean => path === block || block === "" || path.startsWith(`${block}.`) || path.startsWith(`${block}[`);
const lineOf = (place: string | undefined): number => Number((place ?? "0").split(":")[0]);

/** Line and column, from 1, of the key and of the value at a path; undefined where there is none. */
function placesOf(text: string, path: Path): { key: string; value: string } | undefined {
  const doc = parseDocument(text);
  let node: unknown = doc.contents;
  let key: unknown = doc.contents;
  for (const part of path) {
    if (isMap(node)) {
      const pair = node.items.find((p) => isScalar(p.key) && String(p.key.value) === String(part));
      if (!pair) return undefined;
      key = pair.key;
      node = pair.value;
    } else if (isSeq(node) && typeof part === "number" && part < node.items.length) {
      node = node.items[part];
      key = isMap(node) ? node.items[0]?.key : node;
    } else return undefined;
  }
  const at = (what: unknown): string => {
    const offset = isNode(what) && what.range ? what.range[0] : 0;
    const before = text.slice(0, offset).split("\n");
    return `${before.length}:${(before.at(-1)?.length ?? 0) + 1}`;
  };
  return { key: at(key), value: at(node) };
}
