/**
 * `hypervise run`: load, simulate, write the folder, show one screen.
 */
import { basename, dirname, extname, join } from "node:path";
import { checkFolder, type ResultFile } from "../../node/results-folder.ts";
import type { RunRecord } from "../../node/results-manifest.ts";
import type { PlacementPolicy } from "../../policy/placement.ts";
import type { CheckRow } from "../../report/checks-table.ts";
import type { Assumption } from "../../report/run-document.ts";
import type { Results } from "../../results/results.ts";
import type { ResolvedScenario } from "../../scenario/resolved.ts";
import type { Marks } from "../../scenario/resolving.ts";
import { type Simulated, type SimulationInputs, simulate } from "../../simulation.ts";
import { checkLines, checkRow, exitCodeOf, figuresOfRun, type Outcome, outcomeJson, outcomes, readChecks } from "../checks.ts";
import { BadInput, EXIT } from "../exit.ts";
import { jsonOf } from "../json.ts";
import type { ArgumentsOf, runOptions } from "../options.ts";
import { canDraw, failureTracesOf, policyOf, populationsOf, seriesOfScenario } from "../prepare.ts";
import { type LoadedFile, loadFile } from "../scenario-file.ts";
import { shellWord } from "../shell-word.ts";
import { terminalText } from "../style.ts";
import { renderSummary } from "../summary.ts";
import type { Terminal } from "../terminal.ts";

type RunArguments = ArgumentsOf<typeof runOptions>;

/** Runs the command; the exit code. Throws as `exit.ts` says. */
export async function run(args: RunArguments, words: readonly string[], terminal: Terminal): Promise<number> {
  const startedAt = new Date().toISOString();
  const started = performance.now();
  const file = await loadFile(args, terminal);
  if (file === null) return EXIT.badInput;
  const { scenario } = file.loaded;
  const folder = folderOf(args);
  if (folder !== null) await checkFolder(folder);
  await canDraw(args);
  const checks = readChecks(args.check, [scenario]);
  const policy = await policyOf(scenario, dirname(args.file));
  const populations = await populationsOf(scenario, dirname(args.file));
  const series = await seriesOfScenario(scenario, dirname(args.file));
  const failureTraces = await failureTracesOf(scenario, dirname(args.file));
  const simulated = simulateWithProgress(scenario, { populations, series, failureTraces }, policy, terminal, args.quiet === true || args.json === true);
  const results = simulated.reckoning.money === null ? simulated : (await import("../../experiment/sensitivity-table.ts")).withSensitivity(simulated);
  const wallSeconds = (performance.now() - started) / 1000;

  const record: RunRecord = {
    scenario,
    marks: file.loaded.marks,
    imports: new Map([
      ...[...populations].map(([group, { report }]) => [group, report] as const),
      ...[...series].map(([key, { report }]) => [key, report] as const),
      ...[...failureTraces].map(([name, { report }]) => [name, report] as const),
    ]),
    scenarioFile: file.source,
    commandLine: ["hypervise", ...words],
    warnings: await warningsOf(file),
    startedAt,
    wallSeconds,
  };
  const checked = outcomes(checks, "", figuresOfRun(results.summary), null);
  const files = folder === null ? [] : await write(folder, results, record, checked, args);
  if (args.json === true)
    terminal.out(
      `${JSON.stringify({ ...jsonOf(results, record, folder, files), ...(checked.length > 0 ? { checks: checked.map(outcomeJson) } : {}) }, null, 2)}\n`,
    );
  else if (args.quiet !== true) {
    terminal.out(
      renderSummary(results, {
        style: terminal.style,
        width: terminal.width,
        ascii: terminal.ascii,
        files: folder === null ? [] : [`${folder.replace(/\/+$/, "")}/`, ...files],
        seconds: wallSeconds,
      }),
    );
  }
  showChecks(checked, checks.length, args, terminal);
  return exitCodeOf(checked);
}

/** Under the summary; with `--quiet` and `--json` only what is not green, on stderr. */
function showChecks(checked: readonly Outcome[], asked: number, { quiet, json }: RunArguments, terminal: Terminal): void {
  if (quiet === true || json === true) {
    const bad = checked.filter((outcome) => outcome.checked?.verdict !== "pass");
    for (const line of checkLines(bad, terminal.problemStyle, terminal.width, 1)) terminal.problem(`${terminalText(line, terminal.problemStyle)}\n`);
    return;
  }
  const lines = checkLines(checked, terminal.style, terminal.width, 1);
  if (asked > checked.length) lines.push(terminal.style.dim(`  ${asked - checked.length} more compare with a baseline: hypervise compare works them out`));
  if (lines.length > 0) terminal.out(`\n${lines.map((line) => terminalText(line, terminal.style)).join("\n")}\n`);
}

/** Where results go: `--out`, else `out/NAME`; with `--json` only where `--out` says. */
function folderOf({ out, json, file }: RunArguments): string | null {
  if (out !== undefined) {
    if (out === "") throw new BadInput("--out is empty; it names a folder");
    return out;
  }
  return json === true ? null : join("out", basename(file, extname(file)));
}

function simulateWithProgress(
  scenario: ResolvedScenario,
  read: Pick<SimulationInputs, "populations" | "series" | "failureTraces">,
  policy: PlacementPolicy | undefined,
  terminal: Terminal,
  quiet: boolean,
): Simulated {
  const progress = terminal.progress(quiet);
  const days = (scenario.durationSeconds ?? 0) / 86_400;
  const [total, unit] = days >= 2 ? [days, "days"] : [days * 24, "hours"];
  try {
    return simulate(scenario, { ...read, ...(policy ? { policy } : {}), onProgress: (fraction) => progress.show(fraction * total, total, unit) });
  } catch (error) {
    // The engine checks what a policy answers; where the policy is the user's, the user hears it.
    if (policy && error instanceof Error && error.message.startsWith(`placement policy "${policy.name}"`)) {
      throw new BadInput(`placement module ${scenario.placement.module}: ${error.message}`, { cause: error });
    }
    throw error;
  } finally {
    progress.end();
  }
}

/** Writes the folder; Ctrl-C while it is being written stops that and leaves what was there before. */
async function write(folder: string, results: Results, record: RunRecord, checked: readonly Outcome[], args: RunArguments): Promise<string[]> {
  const { writeResults } = await import("../../node/results.ts");
  const stop = new AbortController();
  const interrupt = (): void => stop.abort();
  process.once("SIGINT", interrupt).once("SIGTERM", interrupt);
  try {
    return await writeResults(folder, results, record, await pagesOf(results, record, checked.map(checkRow), args), stop.signal);
  } finally {
    process.off("SIGINT", interrupt).off("SIGTERM", interrupt);
  }
}

async function pagesOf(
  results: Results,
  record: RunRecord,
  checks: readonly CheckRow[],
  { report, parquet, png = false, pdf = false }: RunArguments,
): Promise<ResultFile[]> {
  const { csvFile, tablesOf } = await import("../../node/results.ts");
  const { policyName, tidyTable } = await import("../../experiment/tidy.ts");
  const option = basename(record.scenarioFile.path, extname(record.scenarioFile.path));
  const tidy = tidyTable(
    [{ scenario: record.scenario.name, policy: policyName(record.scenario), runs: { name: option, metrics: figuresOfRun(results.summary) } }],
    [record.scenario.seed],
  );
  const files = [csvFile(tidy)];
  if (report) {
    const { resultPages } = await import("../pages.ts");
    const command = record.commandLine.map(shellWord).join(" ");
    files.push(...(await resultPages(results, { command, checks, assumptions: await assumptionsFor(record) }, { png, pdf })));
  }
  if (parquet === true) {
    const { parquetFiles } = await import("../pages.ts");
    files.push(...(await parquetFiles([...tablesOf(results), tidy])));
  }
  return files;
}

async function assumptionsFor({ scenario, marks, imports }: RunRecord): Promise<readonly Assumption[]> {
  const { assumptionsOf } = await import("../assumptions.ts");
  return assumptionsOf(scenario, marks as Marks, imports);
}

async function warningsOf({ loaded }: LoadedFile): Promise<string[]> {
  if (loaded.warnings.length === 0) return [];
  const { warningText } = await import("../../scenario/problems.ts");
  return loaded.warnings.map(warningText);
}
