/**
 * `hypervise compare`: several scenarios, policies or values of an entry under the same luck, with paired intervals.
 */
import { writeFile } from "node:fs/promises";
import { basename, dirname, extname } from "node:path";
import { needsBase } from "../../checks/parse.ts";
import { type Comparison, compareOptions as sideBySide, usualMetrics } from "../../experiment/comparison.ts";
import { type Option, replicate, seedsOf } from "../../experiment/replicate.ts";
import { checkFolder } from "../../node/results-folder.ts";
import { paretoFigure } from "../../report/charts/pareto.ts";
import { answerOf, chosenOf } from "../../report/compare-answer.ts";
import { exportSvg } from "../../report/figure.ts";
import { nearest } from "../../units/spelling.ts";
import { checkLines, exitCodeOf, outcomeJson, outcomes, readChecks } from "../checks.ts";
import { comparisonJson, renderComparison, shortMetric } from "../compare.ts";
import { BadInput, EXIT } from "../exit.ts";
import type { ArgumentsOf, compareOptions } from "../options.ts";
import { canDraw, failureTracesOf, policyOf, populationsOf, seriesOfScenario } from "../prepare.ts";
import { loadFile } from "../scenario-file.ts";
import { terminalText } from "../style.ts";
import type { Terminal } from "../terminal.ts";

type CompareArguments = ArgumentsOf<typeof compareOptions>;

/** More replications than this are a slip of the finger. */
const MOST_REPS = 10_000;

/** Runs the command; the exit code. Throws as `exit.ts` says. */
export async function compare(args: CompareArguments, words: readonly string[], terminal: Terminal): Promise<number> {
  const startedAt = new Date().toISOString();
  const { reps, out } = args;
  if (out === undefined && (args.png === true || args.pdf === true || args.parquet === true))
    throw new BadInput(`--${args.png === true ? "png" : args.pdf === true ? "pdf" : "parquet"} writes files: name a folder with --out`);
  if (out !== undefined) await checkFolder(out);
  await canDraw(args);
  if (!Number.isInteger(reps) || reps < 1 || reps > MOST_REPS) throw new BadInput(`--reps ${reps}: expected a whole number from 1 to ${MOST_REPS}`);
  const options = await load(args, terminal);
  if (options === null) return EXIT.badInput;
  const [baseline] = options as [Option, ...Option[]];
  const checks = readChecks(
    args.check,
    options.map(({ scenario }) => scenario),
  );
  // The same luck for all: every option runs with the seeds of the first.
  const seeds = seedsOf(baseline.scenario.seed, reps);

  const started = performance.now();
  const progress = terminal.progress(args.quiet === true || args.json === true);
  let done = 0;
  const onRun = (): void => progress.show(++done, options.length * reps, "runs");
  let runs: ReturnType<typeof replicate>[];
  try {
    runs = options.map((option) => replicate(option, seeds, onRun));
  } finally {
    progress.end();
  }
  const known = [...(runs[0]?.metrics.keys() ?? [])];
  const named = metricsNamed(args.metric, known);
  const shown = sideBySide(runs, seeds, named.length > 0 ? named : usualMetrics(runs));
  const seconds = (performance.now() - started) / 1000;

  const figures = runs.map(({ metrics }) => metrics);
  const checked = options.flatMap((option, i) => {
    const own = outcomes(checks, option.name, figures[i] ?? new Map(), figures[0] ?? null);
    // The baseline is not compared with itself.
    return i === 0 ? own.filter(({ check }) => !needsBase(check)) : own;
  });
  if (args.svg !== undefined) await draw(shown, args.svg);
  if (out !== undefined) {
    const { writeComparison } = await import("../compare-files.ts");
    const record = { startedAt, wallSeconds: seconds, commandLine: ["hypervise", ...words] };
    await writeComparison(out, { options, runs, seeds, shown, named: named.length > 0, checked }, record, args);
  }
  if (args.json === true) {
    const all = sideBySide(runs, seeds, named.length > 0 ? named : known);
    terminal.out(`${JSON.stringify({ ...comparisonJson(all), ...(checked.length > 0 ? { checks: checked.map(outcomeJson) } : {}) }, null, 2)}\n`);
  } else if (args.quiet !== true) {
    const { style, width, ascii } = terminal;
    const { compareReport, sensitivities, wouldChange } = await import("../compare-report.ts");
    const report = compareReport({ options, runs, seeds, shown, named: named.length > 0, checked, command: "" });
    terminal.out(
      renderComparison(shown, {
        answer: answerOf(report, chosenOf(report)).sentence,
        wouldChange: wouldChange(sensitivities(runs), runs),
        style,
        width,
        ascii,
        seconds,
        drawn: args.svg ?? null,
        folder: out ?? null,
      }),
    );
  }
  const bad = checked.filter((outcome) => outcome.checked?.verdict !== "pass");
  if (args.json === true || args.quiet === true)
    for (const line of checkLines(bad, terminal.problemStyle, terminal.width, reps)) terminal.problem(`${terminalText(line, terminal.problemStyle)}\n`);
  else if (checked.length > 0)
    terminal.out(
      `\n${checkLines(checked, terminal.style, terminal.width, reps)
        .map((line) => terminalText(line, terminal.style))
        .join("\n")}\n`,
    );
  return exitCodeOf(checked);
}

/** Which scenario each option is: files, policies of one file, or values of one entry. */
function variants({ files, policy, vary }: CompareArguments): { name: string; file: string; placement?: string; set?: string }[] {
  const [file = ""] = files;
  if (policy !== undefined && vary !== undefined)
    throw new BadInput("--policy and --vary cannot be combined; --vary placement=a,b is the same as --policy a,b");
  const list = policy ?? vary;
  if (list === undefined) {
    if (files.length < 2) throw new BadInput(`compare needs two scenarios or more, or one with --policy a,b or --vary path=a,b (there is only ${file})`);
    const short = files.map((path) => basename(path, extname(path)));
    return files.map((path, i) => ({ name: short.indexOf(short[i] ?? "") === short.lastIndexOf(short[i] ?? "") ? (short[i] ?? path) : path, file: path }));
  }
  const option = policy === undefined ? "--vary" : "--policy";
  if (files.length > 1) throw new BadInput(`${option} compares variants of one scenario; there are ${files.length} files`);
  const at = policy === undefined ? list.indexOf("=") : -1;
  if (policy === undefined && at < 1) throw new BadInput(`--vary ${list}: write path=a,b, for example --vary hosts.new.count=12,16,20`);
  const path = list.slice(0, Math.max(0, at)).trim();
  const values = list
    .slice(at + 1)
    .split(",")
    .map((text) => text.trim()); // prettier-ignore
  if (values.includes("")) throw new BadInput(`${option} ${list}: one of the values is empty`);
  if (values.length < 2) throw new BadInput(`${option} ${list}: name two or more, separated by commas`);
  const twice = values.find((value, i) => values.indexOf(value) !== i);
  if (twice !== undefined) throw new BadInput(`${option} ${list}: ${twice} is named twice`);
  return values.map((value) =>
    policy === undefined ? { name: `${path.split(".").at(-1)}=${value}`, file, set: `${path}=${value}` } : { name: value, file, placement: value },
  );
}

/** Loads all options; null when one of them has problems, which have been shown. */
async function load(args: CompareArguments, terminal: Terminal): Promise<Option[] | null> {
  // Variants of one file share its warnings.
  const said = new Set<string>();
  const once: Terminal = {
    ...terminal,
    problem: (text) => {
      if (!said.has(text)) terminal.problem(text);
      said.add(text);
    },
  };
  const options: Option[] = [];
  let broken = false;
  for (const { name, file, placement, set } of variants(args)) {
    const loaded = await loadFile({ file, seed: args.seed, placement, set: [...(args.set ?? []), ...(set === undefined ? [] : [set])] }, once);
    if (loaded === null) {
      broken = true;
      continue;
    }
    const { scenario } = loaded.loaded;
    const policy = await policyOf(scenario, dirname(file));
    options.push({
      name,
      scenario,
      inputs: {
        populations: await populationsOf(scenario, dirname(file)),
        series: await seriesOfScenario(scenario, dirname(file)),
        failureTraces: await failureTracesOf(scenario, dirname(file)),
        ...(policy ? { policy } : {}),
      },
    });
  }
  return broken ? null : options;
}

function metricsNamed(words: readonly string[] | undefined, known: readonly string[]): string[] {
  const names = (words ?? []).flatMap((word) => word.split(",")).map((word) => word.trim()); // prettier-ignore
  for (const name of names) {
    if (known.includes(name)) continue;
    const near = nearest(name, known);
    throw new BadInput(`--metric ${name}: there is no such figure in the summary${near ? `; did you mean ${near}?` : ` (there are ${known.join(", ")})`}`);
  }
  return [...new Set(names)];
}

/** The first figure across, the second upwards. */
async function draw({ metrics, options, seeds }: Comparison, path: string): Promise<void> {
  const [x, y] = metrics;
  if (!x || !y) throw new BadInput("--svg draws one figure against another: name two with --metric");
  const figure = paretoFigure({
    points: options.flatMap(({ name, figures: [a, b] }) => (a && b ? [{ name, x: a, y: b }] : [])),
    x: { name: shortMetric(x.name), unit: x.unit },
    y: { name: shortMetric(y.name), unit: y.unit },
    runs: seeds.length,
  });
  await writeFile(path, exportSvg(figure)).catch((error: NodeJS.ErrnoException) => {
    throw new BadInput(`--svg ${path} cannot be written (${error.code ?? error.message})`);
  });
}
