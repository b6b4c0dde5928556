/**
 * What charts, page and terminal write beyond the formats of `units/`: shares that never claim more than they are,
 * counted nouns, shortened names.
 */

import { formatCount, formatNumber, formatPercent, formatPlaces } from "../units/format.ts";

/** No-break space, written before a unit. */
export const NBSP = "\u00A0";
/** Stands for a value that does not apply or was not measured. Never 0. */
export const MISSING = "–";

/**
 * A share in percent: 32 %, 4.1 %, "< 0.1 %", 0 %. What is not quite all is never rounded up to 100 %.
 * @param percent the share, 0..100
 */
export function share(percent: number): string {
  if (percent >= 0.1 && percent < 9.95) return `${percent.toFixed(1)}${NBSP}%`;
  if (percent > 99 && percent < 100 - 1e-9) return `${(Math.floor(percent * 10 + 1e-9) / 10).toFixed(1)}${NBSP}%`;
  return formatPercent(percent / 100);
}

/** The same without the unit, for columns headed "%". */
export function shareNumber(percent: number): string {
  return share(percent).replace(`${NBSP}%`, "");
}

/** A number to two digits below 100, three from there on: enough for the parts of one sum. */
export function brief(value: number): string {
  return formatNumber(Math.abs(value) < 99.5 ? Number(value.toPrecision(2)) : value);
}

/**
 * The numbers of one column, all to the same place, so that their points stand below one another: three digits of the largest,
 * fewer where only zeros would follow. Where that would hide the smallest, each is written by itself.
 */
export function aligned(values: readonly number[]): string[] {
  const sizes = values.filter((value) => Number.isFinite(value) && value !== 0).map(Math.abs);
  const largest = Math.max(...sizes);
  let places = sizes.length === 0 ? 0 : Math.max(0, 2 - Math.floor(Math.log10(Number(largest.toPrecision(3)))));
  if (Math.min(...sizes) < 0.5 * 10 ** -places) return values.map(formatNumber);
  while (places > 0 && sizes.every((size) => size.toFixed(places).endsWith("0"))) places--;
  return values.map((value) => (value === 0 ? "0" : formatPlaces(value, places)));
}

/** A value and its unit: "607 kWh". A missing value has no unit. */
export function withUnit(value: number, unit: string): string {
  const text = formatNumber(value);
  return text === MISSING || unit === "" ? text : text + NBSP + unit;
}

/** "1 VM", "2 VMs": a count with its noun. The plural is given where it is not the noun and an "s". */
export function counted(value: number, noun: string, plural = `${noun}s`): string {
  return `${formatCount(value)}${NBSP}${Math.round(value) === 1 ? noun : plural}`;
}

/** Shortens a name to at most `length` characters, with "…" for what is left out. */
export function shorten(name: string, length: number): string {
  const characters = Array.from(name);
  return characters.length <= length ? name : `${characters.slice(0, Math.max(1, length - 1)).join("")}…`;
}
