/**
 * The wall clock of a run: simulated seconds to days and hours as the scenario's start instant writes them.
 *
 * Times are shown in the zone the start is written in (2027-01-11T00:00:00+01:00 stays 00:00), so that the picture does
 * not depend on the reader's machine. A start that is no date gives a clock that knows only elapsed time.
 */

import { formatDuration } from "../units/format.ts";

const DAYS = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"] as const;
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"] as const;

export interface Clock {
  /** Milliseconds of the wall clock at second 0, read as if it were UTC; null when the start is no date. */
  readonly startMs: number | null;
}

/** @param start ISO 8601 instant of second 0 */
export function clockFrom(start: string): Clock {
  const instant = Date.parse(start);
  if (Number.isNaN(instant)) return { startMs: null };
  const zone = /([+-])(\d\d):?(\d\d)$/.exec(start);
  const hasTime = /T\d/.test(start);
  if (!zone || !hasTime) return { startMs: hasTime && !/Z$/i.test(start) ? Date.parse(`${start}Z`) : instant };
  const minutes = Number(zone[2]) * 60 + Number(zone[3]);
  return { startMs: instant + (zone[1] === "-" ? -minutes : minutes) * 60_000 };
}

/** The wall clock at a simulated second, as a date whose UTC fields are to be read; null when the run has no date. */
export function dateAt(clock: Clock, second: number): Date | null {
  return clock.startMs === null ? null : new Date(clock.startMs + second * 1000);
}

function twoDigits(value: number): string {
  return String(value).padStart(2, "0");
}

export function weekday(date: Date): string {
  return DAYS[date.getUTCDay()] as string;
}

export function monthName(date: Date): string {
  return MONTHS[date.getUTCMonth()] as string;
}

export function hourMinute(date: Date): string {
  return `${twoDigits(date.getUTCHours())}:${twoDigits(date.getUTCMinutes())}`;
}

/** "Thu 14 Jan 14:15", or the time since the start when the run has no date. */
export function instant(clock: Clock, second: number): string {
  const date = dateAt(clock, second);
  if (!date) return `${formatDuration(second)} in`;
  return `${weekday(date)} ${date.getUTCDate()} ${monthName(date)} ${hourMinute(date)}`;
}

/** The days a run covers: "11 to 17 Jan 2027", "11 Jan 2027", "30 Dec 2026 to 2 Jan 2027". */
export function period(clock: Clock, durationSeconds: number): string {
  const first = dateAt(clock, 0);
  if (!first) return formatDuration(durationSeconds);
  const last = dateAt(clock, Math.max(0, durationSeconds - 1)) as Date;
  const end = `${last.getUTCDate()} ${monthName(last)} ${last.getUTCFullYear()}`;
  if (first.getUTCFullYear() !== last.getUTCFullYear()) return `${first.getUTCDate()} ${monthName(first)} ${first.getUTCFullYear()} to ${end}`;
  if (first.getUTCMonth() !== last.getUTCMonth()) return `${first.getUTCDate()} ${monthName(first)} to ${end}`;
  return first.getUTCDate() === last.getUTCDate() ? end : `${first.getUTCDate()} to ${end}`;
}
