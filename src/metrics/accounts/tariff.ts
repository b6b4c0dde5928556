/**
 * Price of electricity over a run: flat, by time of use, or a series.
 *
 * Windows are in local time at a fixed distance from UTC, on days of the week; where several hold the first counts, where
 * none holds the price beside them does.
 */
import type { TariffSpec } from "../../model/accounts-spec.ts";
import type { Steps } from "./steps.ts";

const DAY = 86_400;
/** Seconds by which rounding may miss an edge. */
const GRACE = 1e-6;

/** The tariff's price per kWh over the run; `base` is its flat price or series. */
export function priceSteps(tariff: TariffSpec, base: Steps, startMs: number): Steps {
  const { windows = [], utcOffsetSeconds = 0 } = tariff;
  if (windows.length === 0) return base;
  const startSeconds = startMs / 1000 + utcOffsetSeconds;
  const startDay = Math.floor(startSeconds / DAY);
  const startSecond = startSeconds - startDay * DAY;
  const edges = [...new Set([0, ...windows.flatMap((w) => [w.fromSeconds, w.toSeconds])])].filter((edge) => edge < DAY).toSorted((a, b) => a - b);
  return {
    valueAt(t) {
      const x = startSecond + t + GRACE;
      const days = Math.floor(x / DAY);
      const second = x - days * DAY;
      // 1970-01-01 was a Thursday.
      const day = (((startDay + days + 4) % 7) + 7) % 7;
      return windows.find((w) => w.days.includes(day) && second >= w.fromSeconds && second < w.toSeconds)?.perKwh ?? base.valueAt(t);
    },
    nextChange(t) {
      const x = startSecond + t;
      const second = x - Math.floor((x + GRACE) / DAY) * DAY;
      const next = edges.find((edge) => edge > second + GRACE) ?? DAY;
      return Math.min(t + next - second, base.nextChange(t));
    },
  };
}

/** Second of the run at which the calendar month (UTC) after that of `t` begins. */
export function nextMonth(startMs: number, t: number): number {
  const at = new Date(startMs + t * 1000 + 0.5);
  return (Date.UTC(at.getUTCFullYear(), at.getUTCMonth() + 1, 1) - startMs) / 1000;
}

/** "2026-01" of the month that second `t` lies in. */
export const monthName = (startMs: number, t: number): string => new Date(startMs + t * 1000 + 0.5).toISOString().slice(0, 7);

/** Seconds in the calendar month (UTC) that `t` lies in. */
export function monthSeconds(startMs: number, t: number): number {
  const at = new Date(startMs + t * 1000 + 0.5);
  return (Date.UTC(at.getUTCFullYear(), at.getUTCMonth() + 1, 1) - Date.UTC(at.getUTCFullYear(), at.getUTCMonth(), 1)) / 1000;
}
