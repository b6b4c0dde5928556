/**
 * Axes that whisper: a time axis that names days between their grid lines and hours on them, and a value axis of at most
 * five lines with the unit on the top one.
 */

import type { CountableTimeInterval } from "d3";
import { range, scaleLinear, utcDay, utcHour, utcMinute, utcMonday, utcMonth, utcYear } from "d3";
import { formatDuration, formatNumber } from "../units/format.ts";
import { type Clock, dateAt, hourMinute, monthName, weekday } from "./clock.ts";
import { withUnit } from "./format.ts";
import { label, line } from "./svg.ts";
import { textWidth } from "./textwidths.ts";

const TICK_SIZE = 12;

export interface TimeTick {
  readonly second: number;
  /** Text at the tick, or in the middle of the interval that starts here. */
  readonly text: string;
  /** Where the text stands, in seconds; null = there is no room for it. */
  readonly textSecond: number | null;
  /** Starts a day, or a longer unit. */
  readonly major: boolean;
}

interface Unit {
  readonly interval: CountableTimeInterval | null;
  readonly seconds: number;
  readonly between: boolean;
  readonly texts: readonly ((date: Date) => string)[];
}

const clockText = (date: Date): string => (date.getUTCHours() === 0 && date.getUTCMinutes() === 0 ? `${weekday(date)} ${date.getUTCDate()}` : hourMinute(date));
const dayMonth = (date: Date): string => `${date.getUTCDate()} ${monthName(date)}`;

const MINUTE = 60;
const HOUR = 3600;
const DAY = 86400;

function unit(interval: unknown, seconds: number, between: boolean, ...texts: ((date: Date) => string)[]): Unit {
  return { interval: interval as CountableTimeInterval | null, seconds, between, texts };
}

/** From fine to coarse; within a unit the longest text that fits is taken. */
const UNITS: readonly Unit[] = [
  ...[5, 10, 15, 30].map((n) => unit(utcMinute.every(n), n * MINUTE, false, clockText)),
  ...[1, 2, 3, 6, 12].map((n) => unit(utcHour.every(n), n * HOUR, false, clockText)),
  unit(utcDay, DAY, true, (date) => `${weekday(date)} ${date.getUTCDate()}`, weekday),
  unit(utcMonday, 7 * DAY, false, dayMonth),
  unit(utcMonth, 30.4 * DAY, true, (date) => `${monthName(date)} ${date.getUTCFullYear()}`, monthName),
  unit(utcMonth.every(3), 91 * DAY, false, (date) => `${monthName(date)} ${date.getUTCFullYear()}`),
  unit(utcYear, 365 * DAY, true, (date) => String(date.getUTCFullYear())),
];

const ELAPSED_STEPS = [
  0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10800, 21600, 43200, 86400, 172800, 604800, 1209600, 2592000, 7776000, 31536000,
  315360000,
];

/** Ticks of a run of `durationSeconds` drawn `width` pixels wide. Runs under two hours, and without a date, count from 0. */
export function timeTicks(clock: Clock, durationSeconds: number, width: number): TimeTick[] {
  const start = dateAt(clock, 0);
  if (!(durationSeconds > 0)) return [];
  const perPixel = durationSeconds / width;
  if (!start || durationSeconds < 2 * HOUR) {
    const step = ELAPSED_STEPS.find((seconds) => seconds / perPixel >= 64) ?? durationSeconds;
    return range(0, durationSeconds * (1 + 1e-9), step).map((second) => ({
      second,
      text: formatDuration(Number(second.toPrecision(6))),
      textSecond: second,
      major: false,
    }));
  }
  const end = dateAt(clock, durationSeconds) as Date;
  for (const { interval, seconds, between, texts } of UNITS) {
    // A run of days is read in days, not in hours.
    if (!interval || (seconds < DAY && durationSeconds > 2 * DAY)) continue;
    const room = seconds / perPixel;
    if (room < 24) continue;
    const floor = interval.floor(start);
    const dates = [...(floor < start && between ? [floor] : []), ...interval.range(interval.ceil(start), new Date(end.getTime() + 1))];
    // Names of days alone may stand closer: nobody reads them as one.
    const text = texts.find((write, i) => Math.max(...dates.map((date) => textWidth(write(date), TICK_SIZE))) + (i > 0 ? 6 : 12) <= room);
    if (!text) continue;
    return dates
      .map((date) => tickAt(date, interval, between, text, start, durationSeconds, perPixel))
      .filter((tick) => tick.second >= 0 && tick.second <= durationSeconds);
  }
  return [];
}

function tickAt(
  date: Date,
  interval: CountableTimeInterval,
  between: boolean,
  write: (date: Date) => string,
  start: Date,
  duration: number,
  perPixel: number,
): TimeTick {
  const second = Math.max(0, (date.getTime() - start.getTime()) / 1000);
  const text = write(date);
  const major = date >= start && date.getTime() % (DAY * 1000) === 0;
  if (!between) return { second, text, textSecond: second, major };
  const until = Math.min(duration, (interval.offset(date, 1).getTime() - start.getTime()) / 1000);
  const fits = (until - second) / perPixel >= textWidth(text, TICK_SIZE) + 8;
  return { second, text, textSecond: fits ? (second + until) / 2 : null, major };
}

export interface TimeAxisBox {
  readonly left: number;
  readonly width: number;
  /** Top of the grid lines. */
  readonly top: number;
  readonly bottom: number;
  /** Width of the whole drawing: no text leaves it. */
  readonly drawing: number;
}

/** Texts of the time axis, below `bottom`; they need 22 pixels. One that would leave the drawing is left out. */
export function drawTimeTexts(ticks: readonly TimeTick[], durationSeconds: number, box: TimeAxisBox): string {
  return ticks
    .map(({ textSecond, text }) => {
      if (textSecond === null) return "";
      const x = box.left + (textSecond / durationSeconds) * box.width;
      const half = textWidth(text, TICK_SIZE) / 2;
      return x - half < 0 || x + half > box.drawing ? "" : label(x, box.bottom + 17, "k m", text);
    })
    .join("");
}

/** Grid lines and texts of the time axis. */
export function drawTimeAxis(clock: Clock, durationSeconds: number, box: TimeAxisBox): string {
  const ticks = timeTicks(clock, durationSeconds, box.width);
  const x = (second: number): number => box.left + (second / durationSeconds) * box.width;
  return ticks.map((tick) => line(x(tick.second), box.top, x(tick.second), box.bottom, "gr")).join("") + drawTimeTexts(ticks, durationSeconds, box);
}

/** A value axis from zero: its end and its ticks. */
export interface ValueAxis {
  readonly max: number;
  readonly ticks: readonly number[];
}

/** Rounds the end up to a tick and gives at most five ticks, zero included. @param whole only whole numbers, as for hosts */
export function valueAxis(largest: number, most = 4, whole = false): ValueAxis {
  const top = largest > 0 ? largest : 1;
  const nice = scaleLinear([0, top], [0, 1]).nice(most);
  let ticks = nice.ticks(most);
  for (let fewer = most - 1; ticks.length > 5 && fewer > 0; fewer--) ticks = scaleLinear([0, top], [0, 1]).nice(fewer).ticks(fewer);
  if (whole) ticks = [...new Set(ticks.map(Math.round))];
  const max = Math.max(nice.domain()[1] as number, ticks.at(-1) as number);
  return { max, ticks };
}

/** The texts of a value axis; the top one carries the unit. */
export function tickTexts(axis: ValueAxis, unitText: string): string[] {
  return axis.ticks.map((tick, i) => (i === axis.ticks.length - 1 ? withUnit(tick, unitText) : formatNumber(tick)));
}
