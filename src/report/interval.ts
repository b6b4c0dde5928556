/**
 * Writing means with their intervals: never more digits than the interval supports. Its half-width keeps one digit, two
 * when it starts with 1, and the mean ends at the same place.
 */
import { formatNumber, SMALLEST_PLAIN } from "../units/format.ts";
import { NBSP } from "./format.ts";

/** A half-width below this share of its mean is rounding, not doubt. */
const ROUNDING = 1e-9;
const MOST_DECIMALS = 20;

/** Decimals to show for an interval of that half-width; negative for tens, hundreds and so on. */
export function decimalsFor(half: number): number {
  const rough = Number(half.toPrecision(1));
  const place = Math.floor(Math.log10(rough));
  return Math.min(MOST_DECIMALS, Math.round(rough / 10 ** place) === 1 ? 1 - place : -place);
}

/** A number with so many decimals, its digits grouped as everywhere. */
export function withDecimals(value: number, decimals: number): string {
  if (decimals <= 0) {
    const unit = 10 ** -decimals;
    return formatNumber(Math.round(value / unit) * unit);
  }
  const [whole = "", rest = ""] = Math.abs(value).toFixed(decimals).split(".");
  const sign = value < 0 && Number(value.toFixed(decimals)) !== 0 ? "\u2212" : "";
  return `${sign}${formatNumber(Number(whole))}.${rest}`;
}

/** "607 ± 4", "(3 ± 11)e-8"; the mean alone where there is no interval or it has no width. */
export function plusMinus(mean: number, half: number): string {
  if (!(half > ROUNDING * Math.abs(mean)) || !Number.isFinite(half)) return formatNumber(mean);
  const decimals = decimalsFor(half);
  const largest = Math.max(Math.abs(mean), half);
  if (largest >= SMALLEST_PLAIN) return `${withDecimals(mean, decimals)}${NBSP}±${NBSP}${withDecimals(half, decimals)}`;
  const tens = exponentOf(largest);
  const [m, h] = [mean, half].map((value) => withDecimals(value * 10 ** tens, Math.max(0, decimals - tens)));
  return `(${m}${NBSP}±${NBSP}${h})e-${tens}`;
}

/** What the exponent of a small number is, without its sign: 8 for 2.5e-8. */
const exponentOf = (size: number): number => -Math.floor(Math.log10(size));

/** A difference with its interval: "−9.0 [−9.5, −8.5]"; `unit` follows the mean. */
export function differenceText(mean: number, low: number, high: number, unit = ""): string {
  const after = unit === "" ? "" : NBSP + unit;
  const half = (high - low) / 2;
  if (!(half > ROUNDING * Math.abs(mean)) || !Number.isFinite(half)) return signed(mean, formatNumber(mean)) + after;
  const largest = Math.max(Math.abs(low), Math.abs(high));
  const tens = largest < SMALLEST_PLAIN ? exponentOf(largest) : 0;
  const decimals = Math.max(tens > 0 ? 0 : Number.NEGATIVE_INFINITY, decimalsFor(half) - tens);
  const write = (value: number): string => signed(value, withDecimals(value * 10 ** tens, decimals) + (tens > 0 ? `e-${tens}` : ""));
  return `${write(mean)}${after} [${write(low)}, ${write(high)}]`;
}

const signed = (value: number, text: string): string => (value > 0 && /[1-9]/.test(text) ? `+${text}` : text);
