/**
 * Checks as people write them: `ready.p95 < 5 %`, `energy < base * 0.95`, `(cost + 1000 EUR) / vms_placed <= 20 EUR`.
 *
 *   check   = sum ("<" | "<=" | ">" | ">=" | "=" | "==" | "!=" | "≤" | "≥" | "≠") sum
 *   sum     = product (("+" | "-") product)*
 *   product = factor (("*" | "/") factor)*
 *   factor  = "-" factor | "(" sum ")" | number unit? | "base" ("." name)? | name
 *
 * `base` is the same figure of the baseline of a comparison. A unit follows its number; without one the number is in the unit
 * of what it meets. Proved by test/checks/checks.test.ts.
 */
import { type Dimension, dimensions } from "../units/dimensions.ts";
import { readNumber } from "../units/parse.ts";
import { nearest } from "../units/spelling.ts";

export type Comparison = "<" | "<=" | ">" | ">=" | "=" | "!=";

export type Expression =
  | { readonly kind: "number"; readonly value: number; readonly unit: string | null; readonly at: number }
  | { readonly kind: "figure"; readonly name: string; readonly base: boolean; readonly at: number }
  /** The first figure of the check, of the baseline. */
  | { readonly kind: "base"; readonly at: number }
  | { readonly kind: "minus"; readonly of: Expression; readonly at: number }
  | { readonly kind: "binary"; readonly operator: "+" | "-" | "*" | "/"; readonly left: Expression; readonly right: Expression; readonly at: number };

export interface Check {
  /** As it was written, with its spaces put in order. */
  readonly text: string;
  readonly left: Expression;
  readonly right: Expression;
  readonly comparison: Comparison;
}

/** What is wrong with a check, and at which of its characters. */
export interface CheckFault {
  readonly message: string;
  /** From 0. */
  readonly at: number;
  readonly length: number;
  readonly suggestion?: string;
}

export type ParsedCheck = { readonly ok: true; readonly check: Check } | { readonly ok: false; readonly fault: CheckFault };

interface Token {
  readonly kind: "number" | "name" | "operator" | "comparison" | "bracket" | "end";
  readonly text: string;
  readonly at: number;
  readonly value?: number;
  readonly unit?: string | null;
}

class Fault extends Error {
  readonly fault: CheckFault;
  constructor(fault: CheckFault) {
    super(fault.message);
    this.fault = fault;
  }
}

/** Longer checks and deeper brackets than anybody writes by hand. */
const LONGEST = 400;
const DEEPEST = 40;

const COMPARISONS: Readonly<Record<string, Comparison>> = {
  "<": "<",
  "<=": "<=",
  ">": ">",
  ">=": ">=",
  "=": "=",
  "==": "=",
  "!=": "!=",
  "≤": "<=",
  "≥": ">=",
  "≠": "!=",
};
const NUMBER = /(?:\d[\d_\u00A0\u202F]*(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?/y;
const UNIT = /\s*(%|[€$£¥]|[A-Za-zµμ][A-Za-z0-9]*(?:\/[A-Za-z]+)?(?: CO2e?)?)/y;
const NAME = /[A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z0-9_]+)*/y;
const COMPARISON = /<=|>=|==|!=|[<>=≤≥≠]/y;
const SPACE = /[\s\u00A0\u202F]*/y;

const all = Object.values(dimensions) as readonly Dimension[];
/** Units of the scenario that a summary counts in, and currencies. */
const COUNTED = ["hosts", "VMs", "migrations", "events", "cores", "core-hours", "rounds", "kg", "g", "t", "kg CO2e", "g CO2e", "t CO2e"];
export const isUnit = (word: string): boolean =>
  COUNTED.includes(word) || /^[A-Z]{3}$/.test(word) || /^[€$£¥]$/.test(word) || all.some(({ units }) => word in units);

/** Reads a check. Gives the first thing that is wrong with it. */
export function parseCheck(raw: string): ParsedCheck {
  try {
    if (raw.length > LONGEST) throw new Fault({ message: `a check has at most ${LONGEST} characters`, at: LONGEST, length: 1 });
    const tokens = tokenize(raw);
    return { ok: true, check: new Reader(tokens, raw).check() };
  } catch (error) {
    if (error instanceof Fault) return { ok: false, fault: error.fault };
    throw error;
  }
}

function tokenize(raw: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  const take = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at;
    return pattern.exec(raw);
  };
  for (;;) {
    at += take(SPACE)?.[0].length ?? 0;
    if (at >= raw.length) break;
    const start = at;
    const comparison = take(COMPARISON)?.[0];
    if (comparison !== undefined) {
      tokens.push({ kind: "comparison", text: comparison, at: start });
      at += comparison.length;
      continue;
    }
    const character = raw[at] as string;
    if ("+-*/−×".includes(character)) {
      tokens.push({ kind: "operator", text: { "−": "-", "×": "*" }[character] ?? character, at: start });
      at++;
      continue;
    }
    if ("()".includes(character)) {
      tokens.push({ kind: "bracket", text: character, at: start });
      at++;
      continue;
    }
    const number = take(NUMBER)?.[0];
    if (number !== undefined) {
      at += number.length;
      if (raw[at] === ",") throw new Fault({ message: "a decimal comma: write a point", at, length: 1, suggestion: `${number}.${raw.slice(at + 1)}` });
      const value = readNumber(number.replaceAll("_", ""));
      if (!Number.isFinite(value)) throw new Fault({ message: `${number} is not a number that can be used`, at: start, length: number.length });
      const unit = take(UNIT);
      const word = unit?.[1] ?? null;
      if (unit && word !== null) {
        if (!isUnit(word)) {
          const near = nearest(word, [...COUNTED, ...all.flatMap(({ units }) => Object.keys(units))]);
          throw new Fault({
            message: `there is no unit ${JSON.stringify(word)}`,
            at: at + unit[0].length - word.length,
            length: word.length,
            ...(near === undefined ? {} : { suggestion: near }),
          });
        }
        at += unit[0].length;
      }
      tokens.push({ kind: "number", text: raw.slice(start, at), at: start, value, unit: word });
      continue;
    }
    const name = take(NAME)?.[0];
    if (name === undefined) throw new Fault({ message: `${JSON.stringify(character)} has no meaning in a check`, at: start, length: 1 });
    tokens.push({ kind: "name", text: name, at: start });
    at += name.length;
  }
  return [...tokens, { kind: "end", text: "", at: raw.length }];
}

/** Recursive descent over the tokens. */
class Reader {
  readonly #tokens: readonly Token[];
  readonly #raw: string;
  #next = 0;
  #depth = 0;

  constructor(tokens: readonly Token[], raw: string) {
    this.#tokens = tokens;
    this.#raw = raw;
  }

  check(): Check {
    const left = this.#sum();
    const token = this.#take();
    if (token.kind !== "comparison") this.#refuse(token, "expected <, <=, >, >=, = or != here");
    const right = this.#sum();
    const rest = this.#take();
    if (rest.kind === "comparison") this.#refuse(rest, "one comparison is enough; write two checks");
    if (rest.kind !== "end") this.#refuse(rest, "the check should end here");
    if (!figuresOf({ left, right }).length) throw new Fault({ message: "names no figure of the summary", at: 0, length: this.#raw.length });
    return { text: this.#raw.trim().replace(/\s+/g, " "), left, right, comparison: COMPARISONS[token.text] as Comparison };
  }

  #sum(): Expression {
    return this.#chain(["+", "-"], () => this.#chain(["*", "/"], () => this.#factor()));
  }

  #chain(operators: readonly string[], part: () => Expression): Expression {
    let left = part();
    for (let token = this.#peek(); token.kind === "operator" && operators.includes(token.text); token = this.#peek()) {
      this.#take();
      left = { kind: "binary", operator: token.text as "+" | "-" | "*" | "/", left, right: part(), at: token.at };
    }
    return left;
  }

  #factor(): Expression {
    const token = this.#take();
    if (++this.#depth > DEEPEST) this.#refuse(token, "nested too deeply");
    try {
      if (token.kind === "number") return { kind: "number", value: token.value as number, unit: token.unit ?? null, at: token.at };
      if (token.kind === "operator" && token.text === "-") return { kind: "minus", of: this.#factor(), at: token.at };
      if (token.kind === "bracket" && token.text === "(") {
        const inner = this.#sum();
        const close = this.#take();
        if (close.text !== ")") this.#refuse(close, "expected ) here");
        return inner;
      }
      if (token.kind === "name") {
        if (token.text === "base") return { kind: "base", at: token.at };
        return token.text.startsWith("base.")
          ? { kind: "figure", name: token.text.slice(5), base: true, at: token.at }
          : { kind: "figure", name: token.text, base: false, at: token.at };
      }
      return this.#refuse(token, "expected a figure or a number here");
    } finally {
      this.#depth--;
    }
  }

  #peek(): Token {
    return this.#tokens[this.#next] as Token;
  }

  #take(): Token {
    const token = this.#peek();
    if (token.kind !== "end") this.#next++;
    return token;
  }

  #refuse(token: Token, message: string): never {
    throw new Fault({ message, at: token.at, length: Math.max(1, token.text.length) });
  }
}

/** The figures a check names, in the order in which they stand in it. */
export function figuresOf({ left, right }: Pick<Check, "left" | "right">): Extract<Expression, { kind: "figure" }>[] {
  const inside = (expression: Expression): Extract<Expression, { kind: "figure" }>[] =>
    expression.kind === "figure"
      ? [expression]
      : expression.kind === "binary"
        ? [...inside(expression.left), ...inside(expression.right)]
        : expression.kind === "minus"
          ? inside(expression.of)
          : [];
  return [...inside(left), ...inside(right)];
}

/** Whether a check speaks of the baseline of a comparison. */
export function needsBase({ left, right }: Pick<Check, "left" | "right">): boolean {
  const inside = (expression: Expression): boolean =>
    expression.kind === "base" ||
    (expression.kind === "figure" && expression.base) ||
    (expression.kind === "minus" && inside(expression.of)) ||
    (expression.kind === "binary" && (inside(expression.left) || inside(expression.right)));
  return inside(left) || inside(right);
}

/** The place in the check as a line to print under it: `       ^^^`. */
export const pointer = ({ at, length }: CheckFault): string => " ".repeat(at) + "^".repeat(Math.max(1, length));
