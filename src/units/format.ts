/**
 * Writing quantities for people: three significant digits, the largest unit that leaves at least 1, a no-break space
 * before the unit, digits grouped by narrow no-break spaces from 1 000 on, a real minus sign.
 *
 * Zero is "0", missing (NaN) is "–". All functions give text for pages and charts; `forTerminal` turns the narrow
 * space, which many terminal fonts lack, into U+00A0. What these functions write, parse.ts can read again.
 */
import { dimensions } from "./dimensions.ts";

const NARROW = "\u202f";
const NO_BREAK = "\u00a0";
const MISSING = "–";

/** The same text for a terminal: U+00A0 instead of U+202F. */
export const forTerminal = (text: string): string => text.replaceAll(NARROW, NO_BREAK);

/** Groups the digits before the point in threes. */
function group(digits: string): string {
  const [whole = "", rest] = digits.split(".");
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, NARROW);
  return rest === undefined ? grouped : `${grouped}.${rest}`;
}

/** Rounded to three significant digits below 1000, to a whole number above. */
const rounded = (value: number): number => (Math.abs(value) < 999.5 ? Number(value.toPrecision(3)) : Math.round(value));

/** Smaller numbers than this are written with an exponent: 2.56e-8. */
export const SMALLEST_PLAIN = 1e-5;

function write(value: number): string {
  if (Number.isNaN(value)) return MISSING;
  const sign = value < 0 ? "\u2212" : "";
  const size = Math.abs(value);
  if (size > 0 && size < SMALLEST_PLAIN) return `${sign}${Number(size.toPrecision(3)).toExponential()}`;
  return `${sign}${size === Number.POSITIVE_INFINITY ? "∞" : group(String(size))}`;
}

/** A number with three significant digits; whole numbers from 1 000 on keep all their digits. */
export const formatNumber = (value: number): string => write(rounded(value));

/** A number with so many digits after the point, its zeros kept: for columns whose points stand below one another. */
export function formatPlaces(value: number, places: number): string {
  if (!Number.isFinite(value)) return write(value);
  const text = Math.abs(value).toFixed(places);
  return `${value < 0 && Number(text) !== 0 ? "\u2212" : ""}${group(text)}`;
}

/** A count: a whole number with all its digits. */
export const formatCount = (value: number): string => write(Math.round(value));

/** A difference: as `formatNumber`, with a plus when it is positive. */
export const formatDifference = (value: number): string => (value > 0 ? `+${formatNumber(value)}` : formatNumber(value));

/** A unit and how many base units it holds. */
export interface Scale {
  readonly unit: string;
  readonly size: number;
}

const scales = (dimension: { readonly units: Readonly<Record<string, number>> }, ...units: string[]): readonly Scale[] =>
  units.map((unit) => ({ unit, size: dimension.units[unit] ?? 1 }));

const ENERGY = scales(dimensions.energy, "J", "Wh", "kWh", "MWh", "GWh");
const POWER = scales(dimensions.power, "mW", "W", "kW", "MW");
const MEMORY = scales(dimensions.memory, "KiB", "MiB", "GiB", "TiB", "PiB");
const DISK = scales(dimensions.memory, "kB", "MB", "GB", "TB", "PB");
const FREQUENCY = scales(dimensions.frequency, "MHz", "GHz");
const BANDWIDTH = scales(dimensions.bandwidth, "kbit/s", "Mbit/s", "Gbit/s", "Tbit/s");
const SHORT_TIME = scales(dimensions.time, "µs", "ms", "s", "min");
const MASS: readonly Scale[] = [
  { unit: "g", size: 1 },
  { unit: "kg", size: 1e3 },
  { unit: "t", size: 1e6 },
];

/** The largest unit in which the value, rounded as it will be shown, is at least 1; the smallest for smaller ones. */
function pick(value: number, ladder: readonly Scale[]): Scale {
  const size = Math.abs(value);
  for (let i = ladder.length - 1; i > 0; i--) {
    const scale = ladder[i];
    if (scale && Number((size / scale.size).toPrecision(3)) >= 1) return scale;
  }
  return ladder[0] ?? { unit: "", size: 1 };
}

function withUnit(value: number, ladder: readonly Scale[], zeroUnit: string): string {
  if (Number.isNaN(value)) return MISSING;
  if (value === 0) return `0${NO_BREAK}${zeroUnit}`;
  if (!Number.isFinite(value)) return `${write(value)}${NO_BREAK}${zeroUnit}`;
  const scale = pick(value, ladder);
  return `${formatNumber(value / scale.size)}${NO_BREAK}${scale.unit}`;
}

/** One unit for a whole column or axis, from its largest value. */
export const energyScale = (largestJoules: number): Scale => pick(largestJoules, ENERGY.slice(1));
export const powerScale = (largestWatts: number): Scale => pick(largestWatts, POWER.slice(1));
export const memoryScale = (largestMiB: number): Scale => pick(largestMiB, MEMORY.slice(1));

/** Joules as J, Wh, kWh, MWh or GWh. */
export const formatEnergy = (joules: number): string => withUnit(joules, ENERGY, "kWh");

/** Watts as mW, W, kW or MW. */
export const formatPower = (watts: number): string => withUnit(watts, POWER, "W");

/** Memory in MiB as KiB, MiB, GiB, TiB or PiB. */
export const formatMemory = (mib: number): string => withUnit(mib, MEMORY, "GiB");

/** Bytes moved or held in memory, in binary units (GiB). */
export const formatBytes = (bytes: number): string => withUnit(bytes / 1048576, MEMORY, "GiB");

/** Bytes of disk as disks are sold, in decimal units (GB, TB). */
export const formatDisk = (bytes: number): string => withUnit(bytes / 1048576, DISK, "GB");

/** MHz as MHz or GHz. */
export const formatFrequency = (mhz: number): string => withUnit(mhz, FREQUENCY, "MHz");

/** Gbit/s in bits a second. */
export const formatBandwidth = (gbitPerSecond: number): string => withUnit(gbitPerSecond, BANDWIDTH, "Gbit/s");

/** Grams of CO2 equivalent as g, kg or t. */
export const formatCarbon = (grams: number): string => {
  const text = withUnit(grams, MASS, "g");
  return text === MISSING ? text : `${text}${NO_BREAK}CO₂e`;
};

/** A share 0..1 as a percentage: whole from 10 % on, one decimal below, "< 0.1 %" for what would vanish. */
export function formatPercent(share: number): string {
  if (Number.isNaN(share)) return MISSING;
  const percent = share * 100;
  const size = Math.abs(percent);
  if (percent === 0) return `0${NO_BREAK}%`;
  if (size < 0.1) return `${percent < 0 ? "> \u22120.1" : "< 0.1"}${NO_BREAK}%`;
  return `${write(Number(percent.toFixed(size < 9.95 ? 1 : 0)))}${NO_BREAK}%`;
}

/** A difference of two shares, in points: "+1.1 points". */
export function formatPoints(share: number): string {
  if (Number.isNaN(share)) return MISSING;
  const points = Number((share * 100).toFixed(1));
  return `${points > 0 ? "+" : ""}${write(points)}${NO_BREAK}points`;
}

const plural = (count: number, unit: string): string => `${group(String(count))}${NO_BREAK}${unit}${count === 1 ? "" : "s"}`;

/**
 * A span of time: "300 ms", "42 s", "11.1 min", "4 h 30 min", "7 days", "3 days 4 h", "2.5 years".
 * Hours and minutes up to three days, days up to two years of 365 days.
 */
export function formatDuration(seconds: number): string {
  if (Number.isNaN(seconds)) return MISSING;
  if (seconds < 0) return `\u2212${formatDuration(-seconds)}`;
  if (seconds === 0) return `0${NO_BREAK}s`;
  if (seconds === Number.POSITIVE_INFINITY) return "∞";
  if (Number((seconds / 60).toPrecision(3)) < 60) return withUnit(seconds, SHORT_TIME, "s");
  const minutes = Math.round(seconds / 60);
  if (seconds % 86400 !== 0 && minutes < 3 * 1440) {
    const rest = minutes % 60;
    return `${Math.floor(minutes / 60)}${NO_BREAK}h${rest > 0 ? ` ${rest}${NO_BREAK}min` : ""}`;
  }
  const hours = Math.round(seconds / 3600);
  if (hours < 730 * 24) {
    const rest = hours % 24;
    return `${plural(Math.floor(hours / 24), "day")}${rest > 0 ? ` ${rest}${NO_BREAK}h` : ""}`;
  }
  const years = rounded(seconds / (365 * 86400));
  return `${write(years)}${NO_BREAK}years`;
}

const CURRENCY_SIGNS: Readonly<Record<string, string>> = { EUR: "€", USD: "$", GBP: "£", JPY: "¥" };

/** Money, sign first: "€ 0.42", "€ 9 140", "€ 192 k", "€ 2.04 M". Currencies without a sign show their three letters. */
export function formatMoney(amount: number, currency: string): string {
  if (Number.isNaN(amount)) return MISSING;
  const size = Math.abs(amount);
  let text: string;
  if (Number(size.toFixed(2)) < 100) text = size === 0 ? "0" : size.toFixed(2);
  else if (Math.round(size) < 10_000) text = group(String(Math.round(size)));
  else {
    const scale = pick(size, [
      { unit: "k", size: 1e3 },
      { unit: "M", size: 1e6 },
      { unit: "bn", size: 1e9 },
    ]);
    text = `${formatNumber(size / scale.size)}${NO_BREAK}${scale.unit}`;
  }
  return `${amount < 0 ? "\u2212" : ""}${CURRENCY_SIGNS[currency] ?? currency}${NO_BREAK}${text}`;
}
