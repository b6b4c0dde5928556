/**
 * The PlanetLab traces, if they are there: beside the project, never part of it (third-party data).
 */
import { existsSync, readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import type { PlanetLabDay } from "../../src/compat/cloudsim/trace.ts";
import { parsePlanetLab } from "../../src/compat/cloudsim/trace.ts";

const folder = new URL("../../../shared/traces/planetlab/", import.meta.url);
const file = (day: string): URL => new URL(`${day}.csv`, folder);
const packed = (day: string): URL => new URL(`${day}.csv.gz`, folder);

export const tracesPresent = existsSync(file("20110303"));
export const whereTraces = tracesPresent ? "" : " (skipped: no PlanetLab traces in ../shared/traces/planetlab)";

export const allDays = ["20110303", "20110306", "20110309", "20110322", "20110325", "20110403", "20110409", "20110411", "20110412", "20110420"];

/** Where the day lies in plain form. */
export const planetLabFile = file;

const loaded = new Map<string, PlanetLabDay>();

export function planetLabDay(day: string): PlanetLabDay {
  let trace = loaded.get(day);
  if (!trace) {
    trace = parsePlanetLab(existsSync(file(day)) ? readFileSync(file(day), "latin1") : gunzipSync(readFileSync(packed(day))).toString("latin1"));
    loaded.set(day, trace);
  }
  return trace;
}
