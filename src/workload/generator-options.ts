/**
 * What may be asked of the synthetic generator, with its defaults.
 */
import { nearest } from "../units/spelling.ts";

export interface GeneratorOptions {
  /** Start of the VMs' names. Default: the profile's name. */
  readonly name?: string;
  /** VMs in all. Default 300, or what `arrivalsPerHour` brings. */
  readonly count?: number | null;
  /** Time that demand is made for, seconds. Default: 7 days. */
  readonly durationSeconds?: number | null;
  /** Time between changes of demand, seconds. Default 300, the step of the traces the profiles come from. */
  readonly stepSeconds?: number;
  /** ISO 8601 instant of second 0, for the hour of day and the weekday. Default: a Monday, 00:00 UTC. */
  readonly start?: string;
  /** Speed of one vCPU: what 100 % of it means, MHz. Default 2,500. */
  readonly speedMHz?: number;
  /** Factor on all CPU demand; no VM passes its peak share of capacity (106 %) because of it. Default 1. */
  readonly scale?: number;
  /** cloud: VMs that arrive in an hour, on average. Default: so many that `count` is reached with a fleet in steady state. */
  readonly arrivalsPerHour?: number | null;
}

export interface FilledOptions {
  readonly name: string;
  readonly count: number | null;
  readonly durationSeconds: number;
  readonly stepSeconds: number;
  readonly steps: number;
  /** Seconds from a Monday, 00:00 UTC, to second 0. */
  readonly weekSeconds: number;
  readonly speedMHz: number;
  readonly scale: number;
  readonly arrivalsPerHour: number | null;
}

const DAY = 86_400;
const WEEK = 7 * DAY;
/** 1 January 1970 was a Thursday. */
const THURSDAY = 3 * DAY;
const names = ["name", "count", "durationSeconds", "stepSeconds", "start", "speedMHz", "scale", "arrivalsPerHour"];

/** Checks the options and fills in the defaults. Throws an Error that lists everything wrong. */
export function filledOptions(profile: string, given: GeneratorOptions | Readonly<Record<string, unknown>>): FilledOptions {
  const faults: string[] = [];
  const options = given as Readonly<Record<string, unknown>>;
  for (const name of Object.keys(options)) {
    if (names.includes(name)) continue;
    const near = nearest(name, names);
    faults.push(`${name}: there is no such option${near === undefined ? "" : `; did you mean ${near}?`} (there are ${names.join(", ")})`);
  }
  const number = (name: string, fallback: number | null, least: number, exclusive: boolean): number | null => {
    const value = options[name];
    if (value === undefined || value === null) return fallback;
    const fine = typeof value === "number" && Number.isFinite(value) && (exclusive ? value > least : value >= least);
    if (!fine) faults.push(`${name}: found ${JSON.stringify(value)}, expected a number ${exclusive ? "above" : "of at least"} ${least}`);
    return fine ? value : fallback;
  };
  const start = options.start === undefined ? (WEEK - THURSDAY) * 1000 : typeof options.start === "string" ? Date.parse(options.start) : Number.NaN;
  if (Number.isNaN(start)) faults.push(`start: found ${JSON.stringify(options.start)}, expected an instant such as 2026-01-05T00:00:00Z`);
  const durationSeconds = number("durationSeconds", WEEK, 0, true)!;
  const stepSeconds = number("stepSeconds", 300, 0, true)!;
  const count = number("count", null, 1, false);
  if (count !== null && !Number.isInteger(count)) faults.push(`count: found ${count}, expected a whole number`);
  const filled: FilledOptions = {
    name: typeof options.name === "string" ? options.name : profile,
    count,
    durationSeconds,
    stepSeconds,
    steps: Math.ceil(durationSeconds / stepSeconds),
    weekSeconds: (((start / 1000 + THURSDAY) % WEEK) + WEEK) % WEEK,
    speedMHz: number("speedMHz", 2500, 0, true)!,
    scale: number("scale", 1, 0, false)!,
    arrivalsPerHour: number("arrivalsPerHour", null, 0, true),
  };
  if (faults.length > 0) throw new Error(`Generator options: ${faults.join("; ")}`);
  return filled;
}
