/**
 * Checks on the command line: read from `--check` and the scenario, worked out from the figures of a run or of replications,
 * shown with the measured value, and turned into the exit code (docs/checks.md).
 */
import { type Checked, evaluateCheck, type Figures, type Measured } from "../checks/evaluate.ts";
import { impossibleFigure, QUIET, uneventful } from "../checks/figures.ts";
import { figureNamed } from "../checks/names.ts";
import { type Check, type CheckFault, figuresOf, needsBase, parseCheck, pointer } from "../checks/parse.ts";
import { estimate } from "../experiment/statistics.ts";
import type { CheckRow } from "../report/checks-table.ts";
import { shorten } from "../report/format.ts";
import { plusMinus } from "../report/interval.ts";
import type { Table } from "../results/table.ts";
import { numbers, texts } from "../results/table.ts";
import { figuresOfScenario } from "../scenario/resolve-checks.ts";
import type { ResolvedScenario } from "../scenario/resolved.ts";
import { formatNumber } from "../units/format.ts";
import { BadInput, EXIT } from "./exit.ts";
import { printable, type Style } from "./style.ts";

/** One check of one option, or why it could not be worked out. */
export interface Outcome {
  /** Name of the option, or "" for a run. */
  readonly option: string;
  readonly check: Check;
  readonly checked: Checked | null;
  readonly fault: CheckFault | null;
}

/** The checks of the scenarios and those of the command line; a figure must be possible in one of them. Throws `BadInput` with the place of a mistake. */
export function readChecks(typed: readonly string[] | undefined, scenarios: readonly ResolvedScenario[]): Check[] {
  const possible = new Set(scenarios.flatMap((scenario) => [...figuresOfScenario(scenario)]));
  const read = (text: string, from: string): Check => {
    const parsed = parseCheck(text);
    const fault = parsed.ok ? impossibleFigure(parsed.check, possible) : parsed.fault;
    if (parsed.ok && fault === null) return parsed.check;
    throw new BadInput(faultText(from, text, fault as CheckFault));
  };
  const all = [...scenarios.flatMap(({ checks = [] }) => checks.map((text) => read(text, "checks"))), ...(typed ?? []).map((text) => read(text, "--check"))];
  return all.filter((check, i) => all.findIndex(({ text }) => text === check.text) === i);
}

function faultText(from: string, text: string, fault: CheckFault): string {
  const lines = [`${from}: ${fault.message}${fault.suggestion === undefined ? "" : `; did you mean ${fault.suggestion}?`}`];
  // A place that would be off the screen is said by the message alone.
  return text.length > 70 ? `${lines[0]} (character ${fault.at + 1})` : [...lines, `  ${text}`, `  ${pointer(fault)}`].join("\n");
}

/** The figures of one run. */
export function figuresOfRun(summary: Table): Figures {
  const values = numbers(summary, "value");
  const units = texts(summary, "unit");
  return new Map(texts(summary, "metric").map((metric, i): [string, Measured] => [metric, { unit: units[i] ?? "", values: [values[i] as number] }]));
}

/** Works out all checks of one option. What needs a baseline is left out where there is none. */
export function outcomes(checks: readonly Check[], option: string, figures: Figures, base: Figures | null): Outcome[] {
  return checks
    .filter((check) => base !== null || !needsBase(check))
    .map((check) => {
      const result = evaluateCheck(check, completed(figures, check), base && completed(base, check), estimate);
      return result.ok ? { option, check, checked: result.checked, fault: null } : { option, check, checked: null, fault: result.fault };
    });
}

/** The figures, with those that the check names and the runs left out because nothing of the kind happened. */
function completed(figures: Figures, check: Check): Figures {
  const runs = Math.max(1, ...[...figures.values()].map(({ values }) => values.length));
  const more = figuresOf(check).flatMap(({ name }) => {
    const plain = figureNamed(name, QUIET) ?? name;
    const quiet = uneventful(plain, figures.get(plain)?.values, runs);
    return quiet === undefined ? [] : [[plain, quiet] as const];
  });
  return more.length === 0 ? figures : new Map([...figures, ...more]);
}

/** Green: 0. Red: 99. None red, but one where the replications cannot tell: 98. One that names what there is not: 2. */
export function exitCodeOf(all: readonly Outcome[]): number {
  if (all.some(({ fault }) => fault !== null)) return EXIT.badInput;
  if (all.some(({ checked }) => checked?.verdict === "fail")) return EXIT.failedCheck;
  return all.some(({ checked }) => checked?.verdict === "unclear") ? EXIT.unclearCheck : EXIT.ok;
}

const SIGNS = { pass: "✓", fail: "✗", unclear: "?" } as const;

/** The measured value: "1.9 %", "4.4 ± 0.7 %". */
export function measuredText({ measured: { mean, half, unit }, limit, reason, check }: Checked): string {
  if (reason !== "") return reason;
  const value = `${plusMinus(mean, half)}${unit === "" ? "" : ` ${unit}`}`;
  // Where the limit is worked out, it is said too.
  return check.right.kind === "number" ? value : `${value}, limit ${formatNumber(limit)}`;
}

/** A line a check, and one that counts them. Nothing when there are none. */
export function checkLines(all: readonly Outcome[], style: Style, width: number, runs: number): string[] {
  if (all.length === 0) return [];
  const paint = { pass: style.blue, fail: style.red, unclear: style.yellow };
  const nameWidth = Math.max(0, ...all.map(({ option }) => shorten(printable(option), 20).length));
  const textWidth = Math.min(Math.max(...all.map(({ check }) => check.text.length)), Math.max(20, width - nameWidth - 34));
  const lines = all.map(({ option, check, checked, fault }) => {
    const name = nameWidth === 0 ? "" : `${shorten(printable(option), 20).padEnd(nameWidth)}  `;
    const text = shorten(printable(check.text), textWidth).padEnd(textWidth);
    if (checked === null)
      return `  ${style.red("!")} ${name}${text}  ${style.red(`${fault?.message ?? ""}${fault?.suggestion === undefined ? "" : `; did you mean ${fault.suggestion}?`}`)}`;
    const { verdict } = checked;
    const close = verdict === "unclear" ? `: close, ${runs} runs cannot tell` : "";
    return `  ${paint[verdict](SIGNS[verdict])} ${name}${text}  ${verdict === "fail" ? style.bold(measuredText(checked)) : measuredText(checked)}${close}`;
  });
  const count = (verdict: Checked["verdict"]): number => all.filter(({ checked }) => checked?.verdict === verdict).length;
  const faults = all.filter(({ fault }) => fault !== null).length;
  const words = [
    `${count("pass")} passed`,
    `${count("fail")} failed`,
    ...(count("unclear") > 0 ? [`${count("unclear")} unclear`] : []),
    ...(faults > 0 ? [`${faults} without a figure`] : []),
  ];
  const code = exitCodeOf(all);
  const sum = words.join(", ");
  return [...lines, "", code === EXIT.ok ? `  ${sum}` : `  ${sum}${`exit code ${code}`.padStart(Math.max(14, Math.min(width, 80) - 2 - sum.length))}`];
}

const finite = (value: number): number | null => (Number.isFinite(value) ? value : null);

/** The outcome for programs. */
export function outcomeJson({ option, check, checked, fault }: Outcome): Record<string, unknown> {
  return {
    ...(option === "" ? {} : { option }),
    check: check.text,
    verdict: checked?.verdict ?? "error",
    ...(checked
      ? { measured: finite(checked.measured.mean), halfWidth: finite(checked.measured.half), unit: checked.measured.unit, limit: finite(checked.limit) }
      : { message: fault?.message ?? "" }),
  };
}

/** The outcome as the report shows it. */
export const checkRow = ({ option, check, checked, fault }: Outcome): CheckRow => ({
  option,
  text: check.text,
  verdict: checked?.verdict ?? "error",
  measured: checked ? measuredText(checked) : (fault?.message ?? ""),
});
