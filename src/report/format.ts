/**
 * How numbers, units and spans are written for people: three significant digits, narrow no-break spaces between
 * thousands, a no-break space before each unit, U+2212 for minus, "–" for what was not measured.
 */

/** No-break space, written before a unit. */
export const NBSP = "\u00A0";
/** Narrow no-break space, written between thousands. */
export const THIN = "\u202F";
export const MINUS = "\u2212";
/** Stands for a value that does not apply or was not measured. Never 0. */
export const MISSING = "–";

function group(digits: string): string {
  return digits.replace(/\B(?=(\d{3})+(?!\d))/g, THIN);
}

/** A whole number, exact: 16 128 000. */
export function count(value: number): string {
  if (!Number.isFinite(value)) return MISSING;
  const whole = Math.round(value);
  return (whole < 0 ? MINUS : "") + group(String(Math.abs(whole)));
}

/** A number to `digits` significant digits, never with an exponent: 607, 9.7, 0.85, 12 300. Small whole numbers have no decimals. */
export function significant(value: number, digits = 3): string {
  if (!Number.isFinite(value)) return MISSING;
  if (value === 0) return "0";
  const size = Math.abs(value);
  const exponent = Math.floor(Math.log10(size));
  const rounded = Number(size.toPrecision(digits));
  const decimals = Math.min(Math.max(0, digits - 1 - Math.max(exponent, Math.floor(Math.log10(rounded)))), 12);
  const [whole = "0", fraction] = rounded.toFixed(decimals).split(".");
  const kept = fraction && !(Number.isInteger(value) && size < 10 ** digits) ? `.${fraction}` : "";
  return (value < 0 ? MINUS : "") + group(whole) + kept;
}

/** A value and its unit: "607 kWh". */
export function withUnit(value: number, unit: string, digits = 3): string {
  const text = significant(value, digits);
  return text === MISSING || unit === "" ? text : text + NBSP + unit;
}

/**
 * A share in percent: 32 %, 4.1 %, "< 0.1 %", 0 %. What is not quite all is never rounded up to 100 %.
 * @param percent the share, 0..100
 */
export function share(percent: number): string {
  const text = shareNumber(percent);
  return text === MISSING ? text : text + NBSP + "%";
}

/** The same without the unit, for columns headed "%". */
export function shareNumber(percent: number): string {
  if (!Number.isFinite(percent)) return MISSING;
  const size = Math.abs(percent);
  const sign = percent < 0 ? MINUS : "";
  if (size === 0) return "0";
  if (size < 0.1) return `<${NBSP}${sign}0.1`;
  if (size < 9.95) return sign + size.toFixed(1);
  if (size > 99 && size < 100) return sign + (Math.floor(size * 10 + 1e-9) / 10).toFixed(1);
  return sign + group(size.toFixed(0));
}

/** A unit and how many base units it holds, so that one unit serves a whole chart or column. */
export interface Scale {
  readonly unit: string;
  readonly per: number;
}

function largestThatFits(size: number, scales: readonly Scale[]): Scale {
  let chosen = scales[0] as Scale;
  for (const scale of scales) if (size >= scale.per) chosen = scale;
  return chosen;
}

const ENERGY: readonly Scale[] = [
  { unit: "Wh", per: 3600 },
  { unit: "kWh", per: 3.6e6 },
  { unit: "MWh", per: 3.6e9 },
  { unit: "GWh", per: 3.6e12 },
];
const POWER: readonly Scale[] = [
  { unit: "W", per: 1 },
  { unit: "kW", per: 1e3 },
  { unit: "MW", per: 1e6 },
];
const MASS: readonly Scale[] = [
  { unit: "g", per: 1 },
  { unit: "kg", per: 1e3 },
  { unit: "t", per: 1e6 },
];

/** The largest unit of energy that leaves a number of at least 1. @param joules size to be shown */
export function energyScale(joules: number): Scale {
  return largestThatFits(joules, ENERGY);
}

/** W for a host, kW or MW for many. @param watts largest value to be shown */
export function powerScale(watts: number): Scale {
  return largestThatFits(watts, POWER);
}

export function energy(joules: number): string {
  const scale = energyScale(joules);
  return withUnit(joules / scale.per, scale.unit);
}

export function power(watts: number): string {
  const scale = powerScale(watts);
  return withUnit(watts / scale.per, scale.unit);
}

/** Mass of carbon dioxide equivalent. */
export function carbon(grams: number): string {
  const scale = largestThatFits(grams, MASS);
  return `${withUnit(grams / scale.per, scale.unit)}${NBSP}CO₂e`;
}

/** A length of time: "300 ms", "42 s", "11.1 min", "4 h 30 min", "7 days". */
export function span(seconds: number): string {
  if (!Number.isFinite(seconds)) return MISSING;
  if (seconds < 0) return MINUS + span(-seconds);
  if (seconds === 0) return `0${NBSP}s`;
  if (seconds < 1) return withUnit(seconds * 1000, "ms");
  if (seconds < 120) return withUnit(seconds, "s");
  if (seconds < 7200) return withUnit(seconds / 60, "min");
  if (seconds < 2 * 86400) {
    const minutes = Math.round(seconds / 60);
    const rest = minutes % 60;
    return `${Math.floor(minutes / 60)}${NBSP}h${rest ? ` ${rest}${NBSP}min` : ""}`;
  }
  return withUnit(seconds / 86400, "days");
}

/** "1 VM", "2 VMs": a count with its noun. The plural is given where it is not the noun and an "s". */
export function counted(value: number, noun: string, plural = `${noun}s`): string {
  return `${count(value)}${NBSP}${Math.round(value) === 1 ? noun : plural}`;
}

/** Shortens a name to at most `length` characters, with "…" for what is left out. */
export function shorten(name: string, length: number): string {
  const characters = Array.from(name);
  return characters.length <= length ? name : `${characters.slice(0, Math.max(1, length - 1)).join("")}…`;
}
