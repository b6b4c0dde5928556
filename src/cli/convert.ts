/**
 * Converts a trace of any known format to the plain one, and says what became of its rows.
 */
import type { ImportReport, Population } from "../model/demand.ts";
import { writePlain } from "../node/plain-writer.ts";
import { readTrace } from "../node/traces.ts";
import { fitReport, fitText } from "../workload/fit.ts";
import { reportLines } from "../workload/import-log.ts";
import { traceOptions } from "../workload/options.ts";
import type { ProfileName } from "../workload/profiles.ts";

export interface Conversion {
  readonly report: ImportReport;
  /** Files written. */
  readonly written: readonly string[];
  readonly population: Population;
}

/**
 * Reads the trace at `path` and writes it as `vms.csv` and `demand.csv` into the folder `out`; a demand table that is to
 * be compressed becomes `demand.csv.gz`. Files appear only when they are complete.
 * @param options reader options by name, as `traceOptions` takes them, and `gzip`
 * Throws a `TraceError` for a missing or broken trace, an Error for an unknown format or a wrong option.
 */
export async function convertTrace(format: string, path: string, out: string, options: Readonly<Record<string, unknown>> = {}): Promise<ImportReport> {
  return (await convert(format, path, out, options)).report;
}

/** `convertTrace` with all it knows afterwards. */
export async function convert(format: string, path: string, out: string, { gzip, ...options }: Readonly<Record<string, unknown>> = {}): Promise<Conversion> {
  if (gzip !== undefined && typeof gzip !== "boolean") throw new Error(`Trace options: gzip: found ${JSON.stringify(gzip)}, expected true or false`);
  const population = await readTrace(format, path, traceOptions(options));
  const written = await writePlain(population, out, { gzip: gzip ?? false });
  return { report: population.report, written, population };
}

/** Options given as words: `scale=0.5 limit=100 sequence=true`. Throws an Error for a word without `=`. */
export function optionsFromWords(words: readonly string[]): Record<string, string | number | boolean> {
  return Object.fromEntries(
    words.map((word) => {
      const at = word.indexOf("=");
      if (at < 1) throw new Error(`Trace options: found ${JSON.stringify(word)}, expected name=value, such as scale=0.5`);
      const value = word.slice(at + 1).trim();
      const plain = value === "true" ? true : value === "false" ? false : value !== "" && Number.isFinite(Number(value)) ? Number(value) : value;
      return [word.slice(0, at).trim(), plain];
    }),
  );
}

/** What a person reads after a conversion. With `fit`, how the trace compares with a generator profile. */
export function conversionText({ report, written, population }: Conversion, fit?: { readonly profile: ProfileName; readonly speedMHz: number }): string {
  const { demand } = population;
  const size =
    demand.kind === "grid" ? `${demand.steps} steps of ${demand.stepSeconds} s` : `${demand.offset[population.count]!.toLocaleString("en-GB")} ${demand.kind}`;
  const lines = [...reportLines(report), `${population.count.toLocaleString("en-GB")} VMs, ${size}`, ...written.map((path) => `wrote ${path}`)];
  return `${lines.join("\n")}\n${fit === undefined ? "" : `\n${fitText(fitReport(population, fit))}\n`}`;
}
