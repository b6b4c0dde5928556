/** The recorded failures a scenario plays again, read from their files. */
import { isAbsolute, join } from "node:path";
import type { ResolvedScenario } from "../scenario/resolved.ts";
import { type FailuresRead, readFailures } from "../workload/failure-traces.ts";
import { findTraceFiles } from "./trace-files.ts";

/**
 * Traces by name; paths are relative to `baseDirectory` (that of the scenario file).
 * Throws a TraceError for a missing or broken file.
 */
export async function loadFailureTraces(scenario: ResolvedScenario, baseDirectory: string): Promise<Map<string, FailuresRead>> {
  const traces = new Map<string, FailuresRead>();
  for (const { name, source } of scenario.failures?.traces ?? []) {
    if (source === null) continue;
    const path = isAbsolute(source.path) ? source.path : join(baseDirectory, source.path);
    const [file] = findTraceFiles(path);
    if (!file) throw new Error(`${path}: no such file`);
    const read = await readFailures(file, source.format);
    traces.set(name, { ...read, report: { ...read.report, files: [file.provenance()] } });
  }
  return traces;
}
