/**
 * Writes what a run gave: its tables as CSV files, the charts and the page, and a manifest, as one folder (docs/results.md).
 */
import type { Results } from "../results/results.ts";
import type { Table } from "../results/table.ts";
import { csvChunks } from "./results-csv.ts";
import { MANIFEST, markOf, type ResultFile, writeFolder } from "./results-folder.ts";
import { manifestOf, type RunRecord } from "./results-manifest.ts";

/** The tables of a run in the order in which they are written. */
export const tablesOf = (results: Results): readonly Table[] => [
  results.summary,
  results.hosts,
  results.vms,
  results.timeline,
  results.events,
  results.ledger,
  results.migrations,
  ...(results.decisions ? [results.decisions] : []),
  ...results.extra,
];

/** A table as its CSV file. */
export const csvFile = (table: Table): ResultFile => ({ path: `${table.name}.csv`, chunks: () => csvChunks(table) });

/** A file whose text is made in one piece, when its turn comes. */
export const textFile = (path: string, text: () => string): ResultFile => ({
  path,
  *chunks() {
    yield text();
  },
});

/**
 * Writes the folder; `pages` are files that others made from the results (charts, the report). Returns the paths written,
 * the manifest last. Throws `FolderRefused` when the folder is not ours to replace, or the signal's reason; then nothing
 * has changed.
 */
export async function writeResults(folder: string, results: Results, record: RunRecord, pages: readonly ResultFile[], signal?: AbortSignal): Promise<string[]> {
  const tables = tablesOf(results).map(csvFile);
  const files = [...tables, ...pages];
  const manifest = textFile(MANIFEST, () => `${JSON.stringify(manifestOf(results, record, markOf(files)), null, 2)}\n`);
  await writeFolder(folder, [...files, manifest], signal);
  return [...files, manifest].map((file) => file.path);
}
