/**
 * Reads a trace from disk in any of the known formats.
 */
import type { Population } from "../model/demand.ts";
import { nearest } from "../units/spelling.ts";
import { ImportLog } from "../workload/import-log.ts";
import type { TraceOptions } from "../workload/options.ts";
import { reshaped } from "../workload/reshape.ts";
import type { TraceFile } from "../workload/trace-file.ts";
import { type DiskTraceFile, findTraceFiles, siblings } from "./trace-files.ts";

type Reader = (files: readonly TraceFile[], options: TraceOptions, log: ImportLog) => Promise<Population>;

/** Readers by format; each is loaded when it is asked for. */
const readers: Readonly<Record<string, () => Promise<Reader>>> = {
  planetlab: async () => (await import("../workload/planetlab.ts")).readPlanetLab,
  bitbrains: async () => (await import("../workload/bitbrains.ts")).readBitbrains,
  opendc: async () => (await import("../workload/opendc.ts")).readOpenDc,
  azure: async () => (await import("../workload/azure.ts")).readAzure,
  google2011: async () => (await import("../workload/google.ts")).readGoogle2011,
  alibaba2018: async () => (await import("../workload/alibaba.ts")).readAlibaba2018,
  swf: async () => (await import("../workload/swf.ts")).readSwf,
  plain: async () => (await import("../workload/plain.ts")).readPlain,
};

/** Names of the formats `readTrace` knows. */
export const traceFormats: readonly string[] = Object.keys(readers);

/**
 * The VMs of a trace and what they ask for. `path` is a file, a folder, or the common start of the file names.
 * Throws a `TraceError` when a file is missing or broken (file, line, column, found, expected), and an Error when the
 * format has no such name.
 */
export async function readTrace(format: string, path: string, options: TraceOptions = {}): Promise<Population> {
  const load = Object.hasOwn(readers, format) ? readers[format] : undefined;
  if (load === undefined) {
    const near = nearest(format, traceFormats);
    throw new Error(`There is no trace format "${format}"${near === undefined ? "" : `; did you mean "${near}"?`} (there are ${traceFormats.join(", ")})`);
  }
  const read = await load();
  const found = findTraceFiles(path);
  const files: DiskTraceFile[] = found.length === 1 && (format === "opendc" || format === "plain") ? siblings(found[0]!.path) : found;
  const population = reshaped(await read(files, options, new ImportLog()), options);
  const used = [];
  for (const file of files) if (file.wasRead) used.push(file.provenance());
  return { ...population, report: { ...population.report, source: `${population.report.source} trace ${path}`, files: used } };
}
