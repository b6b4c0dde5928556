/**
 * The series a scenario's sites follow, read from their files.
 */
import { isAbsolute, join } from "node:path";
import { type SeriesQuantity, seriesKey, seriesOf } from "../model/accounts-spec.ts";
import type { ResolvedScenario } from "../scenario/resolved.ts";
import { readSeries, type SeriesRead } from "../workload/series.ts";
import { findTraceFiles } from "./trace-files.ts";

/**
 * Series by their keys; paths are relative to `baseDirectory` (that of the scenario file).
 * Throws a TraceError for a missing or broken file.
 */
export async function loadSeries(scenario: ResolvedScenario, baseDirectory: string): Promise<Map<string, SeriesRead>> {
  const series = new Map<string, SeriesRead>();
  for (const site of scenario.sites) {
    for (const [quantity, wanted] of seriesOf(site)) {
      const key = seriesKey(wanted, quantity);
      if (series.has(key)) continue;
      const path = isAbsolute(wanted.file) ? wanted.file : join(baseDirectory, wanted.file);
      series.set(key, await readSeriesFile(path, quantity, wanted.column));
    }
  }
  return series;
}

/** One series from a file. Throws a TraceError for a missing or broken one. */
export async function readSeriesFile(path: string, quantity: SeriesQuantity, column: string | null): Promise<SeriesRead> {
  const [file] = findTraceFiles(path);
  if (!file) throw new Error(`${path}: no such file`);
  const read = await readSeries(file, quantity, column);
  return { ...read, report: { ...read.report, files: [file.provenance()] } };
}
