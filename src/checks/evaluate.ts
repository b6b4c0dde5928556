/**
 * Whether a check holds: each side is worked out with its unit, then compared, replication by replication.
 *
 * A quantity is a value and the unit it is in; the first one met gives the unit, others are converted to it. A number without
 * a unit takes the unit of what it is added to or compared with. With replications the difference of the two sides has a
 * 95 % interval: a check passes when all of it does, fails when none does, and is unclear when the limit lies inside.
 */
import { type Dimension, dimensions } from "../units/dimensions.ts";
import { figureNamed, nearestName } from "./names.ts";
import type { Check, CheckFault, Comparison, Expression } from "./parse.ts";

/** A headline figure: `values[r]` of replication r + 1. */
export interface Measured {
  readonly unit: string;
  readonly values: ArrayLike<number>;
}

export type Figures = ReadonlyMap<string, Measured>;

export type Verdict = "pass" | "fail" | "unclear";

export interface Checked {
  readonly check: Check;
  readonly verdict: Verdict;
  /** The left side: mean, half-width of its 95 % interval (NaN for one run), unit. */
  readonly measured: { readonly mean: number; readonly half: number; readonly unit: string };
  /** The right side in the same unit. */
  readonly limit: number;
  /** Why it fails where no value decides it, or "". */
  readonly reason: string;
}

export type Evaluated = { readonly ok: true; readonly checked: Checked } | { readonly ok: false; readonly fault: CheckFault };

/** Interval of a mean: half-width from values (handed in, so that this room needs no statistics of its own). */
export type Interval = (values: ArrayLike<number>) => { readonly mean: number; readonly half: number };

interface Quantity {
  readonly value: number;
  /** null: a number without a unit. */
  readonly unit: string | null;
}

class Fault extends Error {
  readonly fault: CheckFault;
  constructor(fault: CheckFault) {
    super(fault.message);
    this.fault = fault;
  }
}

/** Differences below this share of the sides are rounding. */
const ROUNDING = 1e-9;

/** Works a check out. `base` are the figures of the baseline, where there is one; the fault says what cannot be compared. */
export function evaluateCheck(check: Check, figures: Figures, base: Figures | null, interval: Interval): Evaluated {
  try {
    const known = new Set(figures.keys());
    const runs = Math.max(1, ...[...figures.values()].map(({ values }) => values.length));
    const sides = { left: new Float64Array(runs), right: new Float64Array(runs), gap: new Float64Array(runs) };
    let unit: string | null = null;
    for (let r = 0; r < runs; r++) {
      const scope: Scope = { figures, base, known, run: r, first: firstFigure(check) };
      const left = quantityOf(check.left, scope);
      const right = quantityOf(check.right, scope);
      unit = left.unit ?? right.unit;
      sides.left[r] = left.value;
      sides.right[r] = right.unit === null || left.unit === null ? right.value : convert(right, left.unit, check.right.at);
      sides.gap[r] = (sides.left[r] as number) - (sides.right[r] as number);
    }
    const measured = { ...interval(sides.left), unit: unit ?? "" };
    const limit = interval(sides.right).mean;
    if (Array.from(sides.gap).some(Number.isNaN))
      return { ok: true, checked: { check, verdict: "fail", measured, limit, reason: "not measured in every run" } };
    const size = ROUNDING * Math.max(Math.abs(measured.mean), Math.abs(limit));
    return { ok: true, checked: { check, verdict: verdictOf(check.comparison, sides.gap, interval(sides.gap), size), measured, limit, reason: "" } };
  } catch (error) {
    if (error instanceof Fault) return { ok: false, fault: error.fault };
    throw error;
  }
}

function verdictOf(comparison: Comparison, gaps: ArrayLike<number>, { mean, half }: { mean: number; half: number }, size: number): Verdict {
  const equal = Array.from(gaps).every((gap) => Math.abs(gap) <= size);
  if (comparison === "=") return equal ? "pass" : "fail";
  if (comparison === "!=") return equal ? "fail" : "pass";
  // Equal in every run: only the comparison with "or equal" holds.
  if (equal) return comparison === "<=" || comparison === ">=" ? "pass" : "fail";
  const wide = Number.isNaN(half) ? 0 : half;
  const sign = comparison.startsWith("<") ? 1 : -1;
  if (sign * mean + wide < 0) return "pass";
  if (sign * mean - wide > 0 || wide === 0) return "fail";
  return "unclear";
}

interface Scope {
  readonly figures: Figures;
  readonly base: Figures | null;
  readonly known: ReadonlySet<string>;
  readonly run: number;
  readonly first: string | null;
}

function firstFigure({ left, right }: Check): string | null {
  const find = (expression: Expression): string | null => {
    if (expression.kind === "figure") return expression.name;
    if (expression.kind === "minus") return find(expression.of);
    return expression.kind === "binary" ? (find(expression.left) ?? find(expression.right)) : null;
  };
  return find(left) ?? find(right);
}

function quantityOf(expression: Expression, scope: Scope): Quantity {
  switch (expression.kind) {
    case "number":
      return { value: expression.value, unit: expression.unit };
    case "minus": {
      const { value, unit } = quantityOf(expression.of, scope);
      return { value: -value, unit };
    }
    case "base":
      return figure(scope.first ?? "", expression.at, 4, scope, true);
    case "figure":
      return figure(expression.name, expression.at, expression.name.length + (expression.base ? 5 : 0), scope, expression.base);
    case "binary":
      return combine(expression, quantityOf(expression.left, scope), quantityOf(expression.right, scope));
  }
}

function figure(name: string, at: number, length: number, scope: Scope, base: boolean): Quantity {
  const from = base ? scope.base : scope.figures;
  if (from === null) throw new Fault({ message: "there is no baseline here; `base` is for comparisons", at, length });
  const found = figureNamed(name, scope.known);
  const measured = found === undefined ? undefined : from.get(found);
  if (measured === undefined) {
    const near = nearestName(name, scope.known);
    throw new Fault({ message: `there is no figure ${JSON.stringify(name)} in the summary`, at, length, ...(near === undefined ? {} : { suggestion: near }) });
  }
  return { value: measured.values[scope.run] ?? Number.NaN, unit: measured.unit };
}

function combine({ operator, at }: Extract<Expression, { kind: "binary" }>, left: Quantity, right: Quantity): Quantity {
  if (operator === "+" || operator === "-") {
    const unit = left.unit ?? right.unit;
    const other = left.unit !== null && right.unit !== null ? convert(right, left.unit, at) : right.value;
    return { value: operator === "+" ? left.value + other : left.value - other, unit };
  }
  const plain = (unit: string | null): boolean => unit === null || unit === "";
  if (operator === "*") {
    // A share of something is something: 5 % of a figure.
    if (right.unit === "%" && !plain(left.unit)) return { value: (left.value * right.value) / 100, unit: left.unit };
    if (left.unit === "%" && !plain(right.unit)) return { value: (left.value * right.value) / 100, unit: right.unit };
    if (!plain(left.unit) && !plain(right.unit)) throw new Fault({ message: `${left.unit} cannot be multiplied by ${right.unit}`, at, length: 1 });
    return { value: left.value * right.value, unit: plain(left.unit) ? right.unit : left.unit };
  }
  if (plain(right.unit)) return { value: left.value / right.value, unit: left.unit };
  if (left.unit === right.unit || scaleOf(right.unit as string, left.unit ?? "") !== null)
    return { value: left.value / convert(right, left.unit as string, at), unit: null };
  // A price, a rate: the unit is what is divided.
  return { value: left.value / right.value, unit: left.unit };
}

function convert({ value, unit }: Quantity, to: string, at: number): number {
  const scale = unit === to ? 1 : scaleOf(unit ?? "", to);
  if (scale === null) throw new Fault({ message: `${unit || "a plain number"} cannot be compared with ${to || "a plain number"}`, at, length: 1 });
  return value * scale;
}

const GRAMS: Readonly<Record<string, number>> = { g: 1, kg: 1000, t: 1e6, "g CO2e": 1, "kg CO2e": 1000, "t CO2e": 1e6 };
const SIGNS: Readonly<Record<string, string>> = { "€": "EUR", $: "USD", "£": "GBP", "¥": "JPY" };
/** Units of summaries that are written as words. */
const WORDS: Readonly<Record<string, readonly [string, number]>> = { "core-hours": ["core-seconds", 3600], "VM-hours": ["VM-seconds", 3600] };

/** How many of `to` one of `from` is; null when they measure different things. */
export function scaleOf(from: string, to: string): number | null {
  const [a, b] = [SIGNS[from] ?? from, SIGNS[to] ?? to];
  if (a === b) return 1;
  if (a in GRAMS && b in GRAMS) return (GRAMS[a] as number) / (GRAMS[b] as number);
  const words = [WORDS[a] ?? [a, 1], WORDS[b] ?? [b, 1]] as const;
  if (words[0][0] === words[1][0]) return words[0][1] / words[1][1];
  for (const { units } of Object.values(dimensions) as readonly Dimension[]) if (a in units && b in units) return (units[a] as number) / (units[b] as number);
  return null;
}
