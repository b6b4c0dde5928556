/**
 * Reading quantities: "64 GiB", "2.4 GHz", "4 h 30 min", "30 %", "0.15 EUR/kWh" become plain numbers in base units.
 *
 * A number without its unit is refused with what to write instead; nothing is guessed. Proved by test/units.
 */
import { type Dimension, type DimensionName, dimensions } from "./dimensions.ts";
import { nearest } from "./spelling.ts";

export type Parsed<T> =
  | { readonly ok: true; readonly value: T }
  /** `reason` says what is wrong; `write` what would be right ("768 GiB (or GB, MiB, TiB)"), where that is known. */
  | { readonly ok: false; readonly reason: string; readonly write?: string };

/** Digits may be grouped by spaces or underscores, never by commas or points; U+2212 is a minus. */
const NUMBER = "[-+\\u2212]?(?:\\d{1,3}(?:[ \\u00a0\\u202f\\u2009_]\\d{3})+|\\d+)?(?:\\.\\d*)?(?:[eE][-+]?\\d+)?";
const QUANTITY = new RegExp(`^(${NUMBER})\\s*(\\D.*)?$`, "su");
const PART = new RegExp(`(${NUMBER})\\s*([^\\s\\d]+)\\s*`, "uy");
const LONGEST_TEXT = 200;

const refuse = (reason: string, write?: string): Parsed<never> => (write === undefined ? { ok: false, reason } : { ok: false, reason, write });

/** The value as people would recognise it in a message: quoted text, cut when long, control characters escaped. */
export function quote(raw: unknown): string {
  if (typeof raw === "string") {
    const cut = raw.length > 40 ? `${raw.slice(0, 39)}…` : raw;
    return JSON.stringify(cut).replace(
      /[\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g,
      (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`,
    );
  }
  if (raw === null) return "nothing";
  if (Array.isArray(raw)) return "a list";
  if (typeof raw === "number" || typeof raw === "boolean" || typeof raw === "bigint") return String(raw);
  return raw === undefined ? "nothing" : "a block";
}

/** A plain number from text, or NaN. Accepts digit groups and U+2212, no decimal comma. */
export function readNumber(text: string): number {
  const plain = text.replace(/[ \u00a0\u202f\u2009_]/g, "").replace("\u2212", "-");
  return /\d/.test(plain) ? Number(plain) : Number.NaN;
}

/** "768 GiB (or GB, MiB, TiB)". */
function offer(amount: string, dimension: Dimension): string {
  const [first, ...others] = dimension.common;
  return `${amount} ${first}${others.length > 0 ? ` (or ${others.join(", ")})` : ""}`;
}

function unitFactor(unit: string, dimension: Dimension): number | undefined {
  return Object.hasOwn(dimension.units, unit) ? dimension.units[unit] : undefined;
}

/** "g CO2e/kWh" means "g/kWh"; "cores/Gbit/s" and other spaces around a slash do not matter. */
const tidyUnit = (unit: string): string =>
  unit
    .replace(/\s*CO(?:2|₂)(?:e|eq)?/gi, "")
    .replace(/\s*\/\s*/g, "/")
    .replace(/[\s\u00b7*]+/g, " ")
    .trim();

function wrongUnit(amount: string, unit: string, dimension: Dimension): Parsed<never> {
  for (const other of Object.values(dimensions) as Dimension[]) {
    if (other.name !== dimension.name && unitFactor(unit, other) !== undefined) {
      return refuse(`${amount} ${unit} is ${other.phrase}, not ${dimension.phrase}`, offer(amount, dimension));
    }
  }
  const near = Object.keys(dimension.units).find((u) => u.toLowerCase() === unit.toLowerCase()) ?? nearest(unit, Object.keys(dimension.units));
  return refuse(`${quote(unit)} is not a unit of ${dimension.name}`, near === undefined ? offer(amount, dimension) : `${amount} ${near}`);
}

/** Several parts of a time: "4 h 30 min", "2 days 4 h". Undefined when the text is not of that form. */
function parseParts(text: string, dimension: Dimension): number | undefined {
  let sum = 0;
  let previous = Number.POSITIVE_INFINITY;
  PART.lastIndex = 0;
  let at = 0;
  while (at < text.length) {
    PART.lastIndex = at;
    const match = PART.exec(text);
    if (!match) return undefined;
    const factor = unitFactor(match[2] ?? "", dimension);
    const amount = readNumber(match[1] ?? "");
    // Parts fall in size and only the first has a sign, else "5 min 2 h" or "1 h -5 min" would pass.
    if (factor === undefined || factor >= previous || !(amount >= 0)) return undefined;
    previous = factor;
    sum += times(amount, match[1] ?? "", factor);
    at = PART.lastIndex;
  }
  return Number.isFinite(previous) ? sum : undefined;
}

/**
 * amount x factor as one would write it: 1.005 GHz is 1005 MHz, not 1004.9999999999999. Up to 11 digits the product has
 * at most 15 and rounds to the double nearest to the decimal result; longer numbers come from programs and are multiplied
 * as they are.
 */
function times(amount: number, text: string, factor: number): number {
  if (factor === 1) return amount;
  const product = factor === 0.01 ? amount / 100 : amount * factor;
  return text.replace(/\D/g, "").length <= 11 ? Number(product.toPrecision(15)) : product;
}

/**
 * Reads a quantity of the given dimension. Gives the number in the dimension's base unit, or why not.
 *
 * Shares: "30 %" gives 0.3. Times may have parts: "4 h 30 min". Never gives NaN or an infinity.
 */
export function parseQuantity(raw: unknown, name: DimensionName): Parsed<number> {
  const dimension: Dimension = dimensions[name];
  if (typeof raw === "number") {
    if (!Number.isFinite(raw)) return refuse(`${String(raw)} is not a number that can be used`, offer("1", dimension));
    return refuse(`${raw} is a number without a unit`, offer(String(raw), dimension));
  }
  if (typeof raw !== "string") return refuse(`${quote(raw)} is not ${dimension.phrase}`, offer("1", dimension));
  const text = raw.trim();
  if (text.length > LONGEST_TEXT) return refuse(`${quote(text)} is not ${dimension.phrase}`, offer("1", dimension));

  const comma = /^[-+\u2212]?\d+,\d+/.exec(text);
  if (comma) return refuse(`${quote(text)} has a decimal comma`, text.replace(",", "."));
  const match = QUANTITY.exec(text);
  const amountText = match?.[1] ?? "";
  const amount = readNumber(amountText);
  if (Number.isNaN(amount)) return refuse(`${quote(text)} is not ${dimension.phrase}`, offer("1", dimension));
  if (!Number.isFinite(amount)) return refuse(`${amountText} is too large a number`);
  const unit = tidyUnit(match?.[2] ?? "");
  if (unit === "") return refuse(`${amountText} is a number without a unit`, offer(amountText, dimension));

  const factor = unitFactor(unit, dimension);
  if (factor === undefined) {
    const sum = name === "time" ? parseParts(text, dimension) : undefined;
    return sum === undefined ? wrongUnit(amountText, unit, dimension) : { ok: true, value: sum };
  }
  const value = times(amount, amountText, factor);
  return Number.isFinite(value) ? { ok: true, value } : refuse(`${quote(text)} is too large a number`);
}

/** A price of electricity. */
export interface EnergyPrice {
  readonly perKwh: number;
  /** Three capital letters as in ISO 4217. */
  readonly currency: string;
}

const PRICE = /^([A-Z]{3}|[€$£¥])?\s*([-+\u2212]?[\d.,_\u00a0\u202f]+(?:[eE][-+]?\d+)?)\s*([A-Z]{3}|[€$£¥]|ct|cent|c)?\s*(?:\/|per)\s*(kWh|MWh|GWh|Wh)$/u;
const SIGNS: Readonly<Record<string, string>> = { "€": "EUR", $: "USD", "£": "GBP", "¥": "JPY" };
const WHS: Readonly<Record<string, number>> = { Wh: 1e-3, kWh: 1, MWh: 1e3, GWh: 1e6 };

/** Reads "0.15 EUR/kWh", "150 EUR/MWh" or "€ 0.15/kWh". */
export function parsePrice(raw: unknown): Parsed<EnergyPrice> {
  const example = "0.15 EUR/kWh";
  if (typeof raw === "number") return refuse(`${raw} is a number without a unit`, `${raw} EUR/kWh (or another currency)`);
  if (typeof raw !== "string") return refuse(`${quote(raw)} is not a price of electricity`, example);
  const text = raw.trim();
  const match = text.length > LONGEST_TEXT ? null : PRICE.exec(text);
  if (!match) return refuse(`${quote(text)} is not a price of electricity`, example);
  const [, before, digits = "", after, per = "kWh"] = match;
  if (digits.includes(",")) return refuse(`${quote(text)} has a decimal comma`, text.replace(",", "."));
  const money = before ?? after;
  if (money === undefined) return refuse(`${quote(text)} does not name a currency`, `${digits} EUR/${per}`);
  if (before !== undefined && after !== undefined) return refuse(`${quote(text)} names two currencies`, example);
  const currency = SIGNS[money] ?? money;
  if (!/^[A-Z]{3}$/.test(currency)) return refuse(`${quote(money)} is not a currency of three letters`, example);
  const amount = readNumber(digits);
  if (!Number.isFinite(amount)) return refuse(`${quote(digits)} is not a number`, example);
  return { ok: true, value: { perKwh: amount / (WHS[per] ?? 1), currency } };
}

/** An amount of money. */
export interface Money {
  readonly amount: number;
  /** Three capital letters as in ISO 4217. */
  readonly currency: string;
}

const MONEY = /^([A-Z]{3}|[€$£¥])?\s*([-+\u2212]?[\d.,_ \u00a0\u202f]+(?:[eE][-+]?\d+)?)\s*([A-Z]{3}|[€$£¥])?\s*((?:(?:\/|per)\s*[\w ]+)*)$/u;

/** Reads "6155 USD" where `per` is empty, and "350 USD/core/year" where it is "core/year". Never negative. */
export function parseMoney(raw: unknown, per: string): Parsed<Money> {
  const unit = per === "" ? "" : `/${per}`;
  const example = `12 EUR${unit}`;
  if (typeof raw === "number") return refuse(`${raw} is a number without a currency`, `${raw} EUR${unit} (or another currency)`);
  if (typeof raw !== "string") return refuse(`${quote(raw)} is not an amount of money`, example);
  const text = raw.trim();
  const match = text.length > LONGEST_TEXT ? null : MONEY.exec(text);
  if (!match) return refuse(`${quote(text)} is not an amount of money`, example);
  const [, before, digits = "", after, tail = ""] = match;
  if (digits.includes(",")) return refuse(`${quote(text)} has a decimal comma`, text.replace(",", "."));
  const money = before ?? after;
  if (money === undefined) return refuse(`${quote(text)} does not name a currency`, `${digits.trim()} EUR${unit}`);
  if (before !== undefined && after !== undefined) return refuse(`${quote(text)} names two currencies`, example);
  const amount = readNumber(digits);
  if (!Number.isFinite(amount)) return refuse(`${quote(digits)} is not a number`, example);
  if (amount < 0) return refuse(`${quote(text)} is negative`);
  const currency = SIGNS[money] ?? money;
  if (tail.replace(/\s*(?:\/|per)\s*/g, "/").trim() !== unit)
    return refuse(
      `${quote(text)} is not an amount of money${per === "" ? "" : ` for each ${per.replace("/", " and ")}`}`,
      `${digits.trim()} ${currency}${unit}`,
    );
  return { ok: true, value: { amount, currency } };
}
