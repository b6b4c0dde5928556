/**
 * What `compare --out` writes: the report, its charts, the figures of every replication as a tidy table, the differences of
 * every account, all of it as JSON too, and a manifest (docs/compare.md).
 */

import { compareOptions } from "../experiment/comparison.ts";
import { sensitivityTable } from "../experiment/sensitivity-table.ts";
import { differencesTable, policyName, tidyTable } from "../experiment/tidy.ts";
import { csvFile, textFile } from "../node/results.ts";
import { MANIFEST, markOf, writeFolder } from "../node/results-folder.ts";
import { compareDocument } from "../report/compare-document.ts";
import { VERSION } from "../version.ts";
import { outcomeJson } from "./checks.ts";
import { comparisonJson } from "./compare.ts";
import { type ComparedRuns, compareReport, differencesOf, sensitivities } from "./compare-report.ts";
import { documentPages, parquetFiles } from "./pages.ts";
import { shellWord } from "./shell-word.ts";

export interface CompareRecord {
  readonly startedAt: string;
  readonly wallSeconds: number;
  readonly commandLine: readonly string[];
}

/** Writes the folder. Throws `FolderRefused`, `PngMissing`, `PdfMissing`. */
export async function writeComparison(
  folder: string,
  compared: Omit<ComparedRuns, "command">,
  record: CompareRecord,
  {
    parquet = false,
    png = false,
    pdf = false,
  }: { readonly parquet?: boolean | undefined; readonly png?: boolean | undefined; readonly pdf?: boolean | undefined },
): Promise<void> {
  const { options, runs, seeds, checked } = compared;
  const command = record.commandLine.map(shellWord).join(" ");
  const tables = [
    tidyTable(
      options.map(({ scenario }, i) => ({ scenario: scenario.name, policy: policyName(scenario), runs: runs[i] as (typeof runs)[number] })),
      seeds,
    ),
    differencesTable(differencesOf(runs)),
    sensitivityTable(sensitivities(runs)),
  ];
  const all = compareOptions(runs, seeds, [...(runs[0]?.metrics.keys() ?? [])]);
  const data = { ...comparisonJson(all), ...(checked.length > 0 ? { checks: checked.map(outcomeJson) } : {}) };
  const files = [
    ...tables.map(csvFile),
    textFile("comparison.json", () => `${JSON.stringify(data, null, 2)}\n`),
    ...(parquet ? await parquetFiles(tables) : []),
    ...(await documentPages(compareDocument(compareReport({ ...compared, command })), { png, pdf })),
  ];
  const manifest = {
    ...markOf(files),
    version: VERSION,
    ...record,
    node: process.version,
    platform: `${process.platform} ${process.arch}`,
    seeds,
    options: options.map(({ name, scenario }, i) => ({ name, fingerprints: runs[i]?.fingerprints ?? [], scenario })),
  };
  await writeFolder(folder, [...files, textFile(MANIFEST, () => `${JSON.stringify(manifest, null, 2)}\n`)]);
}
