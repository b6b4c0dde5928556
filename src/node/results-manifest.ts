/**
 * `manifest.json`: what was run, with what, by which program, and what it says about itself; enough to run it again.
 */
import type { ImportReport } from "../model/demand.ts";
import type { Results, RunInfo } from "../results/results.ts";
import type { ResolvedScenario } from "../scenario/resolved.ts";
import type { ManifestMark } from "./results-folder.ts";

/** What the caller knows of a run beside its results. */
export interface RunRecord {
  readonly scenario: ResolvedScenario;
  /** Where each value of the scenario comes from: `given`, `default` or `catalogue`, by its path. */
  readonly marks: ReadonlyMap<string, string>;
  /** What reading each trace did, by VM group. */
  readonly imports: ReadonlyMap<string, ImportReport>;
  /** Hash of the scenario file as it was read, and its name as typed. */
  readonly scenarioFile: { readonly path: string; readonly bytes: number; readonly sha256: string };
  /** The arguments as typed. */
  readonly commandLine: readonly string[];
  /** Warnings of the loader; those of the run are in its results. */
  readonly warnings: readonly string[];
  /** Wall-clock instant of the start, ISO 8601, and seconds from the start of the command to the end of the simulation. */
  readonly startedAt: string;
  readonly wallSeconds: number;
}

/** The manifest, in the order in which it is written. */
export interface Manifest extends ManifestMark {
  readonly version: string;
  readonly commandLine: readonly string[];
  readonly startedAt: string;
  readonly wallSeconds: number;
  readonly node: string;
  readonly platform: string;
  readonly run: RunInfo;
  readonly warnings: readonly string[];
  readonly inputs: readonly { readonly path: string; readonly bytes: number; readonly sha256: string }[];
  readonly imports: readonly ({ readonly group: string } & Pick<ImportReport, "source" | "rowsRead" | "notes">)[];
  readonly scenario: ResolvedScenario;
  readonly marks: Readonly<Record<string, string>>;
}

/** Puts the manifest together. Everything but the last lines is the same for the same run on any machine. */
export function manifestOf(results: Results, record: RunRecord, mark: ManifestMark): Manifest {
  const imports = [...record.imports];
  return {
    program: mark.program,
    version: results.run.version,
    commandLine: record.commandLine,
    startedAt: record.startedAt,
    wallSeconds: record.wallSeconds,
    node: process.version,
    platform: `${process.platform} ${process.arch}`,
    run: results.run,
    warnings: [...record.warnings, ...results.warnings],
    inputs: [record.scenarioFile, ...uniqueFiles(imports.map(([, report]) => report))],
    imports: imports.map(([group, { source, rowsRead, notes }]) => ({ group, source, rowsRead, notes })),
    files: mark.files,
    scenario: record.scenario,
    marks: Object.fromEntries(record.marks),
  };
}

/** Two groups may read the same file; it is listed once. */
function uniqueFiles(reports: readonly ImportReport[]): ImportReport["files"] {
  return [...new Map(reports.flatMap((report) => report.files).map((file) => [file.path, file])).values()];
}
