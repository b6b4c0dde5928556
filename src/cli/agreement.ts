/**
 * The agreement with others as a table: a line a group with its source, every case that disagrees, on demand every figure.
 */
import { shorten } from "../report/format.ts";
import { formatNumber } from "../units/format.ts";
import { type AgreementFigure, agrees } from "../validation/case.ts";
import type { CheckedCase, CheckedGroup } from "../validation/groups.ts";
import { VERSION } from "../version.ts";
import { type Style, terminalText } from "./style.ts";

const WIDTH = 80;
const TITLE = 30;

export const allAgree = (groups: readonly CheckedGroup[]): boolean => groups.every(({ cases }) => cases.every((one) => one.agrees));

/** Largest difference of a figure from the one it is held to, as a share of that one; NaN without figures. */
function farthest(cases: readonly CheckedCase[]): number {
  const shares = cases.flatMap(({ figures }) => figures.map(({ here, there }) => Math.abs(here - there) / (there === 0 ? 1 : Math.abs(there))));
  return shares.length > 0 ? Math.max(...shares) : Number.NaN;
}

/** A difference in two digits: "5.1e-16", "3.2 %", "0". */
const apart = (share: number): string => (share === 0 ? "0" : share < 1e-3 ? share.toExponential(0) : `${(100 * share).toPrecision(2)} %`);

/** Draws the table; `all` shows every figure of every case. */
export function renderAgreement(groups: readonly CheckedGroup[], all: boolean, style: Style): string {
  const lines = ["", style.dim(`  ${"".padEnd(TITLE + 2)}${"cases".padStart(7)}${"figures".padStart(9)}${"agree".padStart(7)}${"apart at most".padStart(16)}`)];
  const missing: string[] = [];
  for (const { title, source, cases } of groups) {
    if (cases.length === 0) {
      missing.push(title);
      lines.push(`  ${style.dim("-")} ${title.padEnd(TITLE)}${style.dim("not run: its trace is not here (--traces DIR)".padStart(46))}`);
    } else {
      const figures = cases.reduce((sum, one) => sum + one.figures.length, 0);
      const good = cases.filter((one) => one.agrees).length;
      const mark = good === cases.length ? "✓" : style.red("✗");
      const numbers = [String(cases.length).padStart(7), String(figures).padStart(9), String(good).padStart(7), apart(farthest(cases)).padStart(16)];
      lines.push(`  ${mark} ${style.bold(title.padEnd(TITLE))}${numbers.join("")}`);
    }
    lines.push(style.dim(`    ${source}`));
    for (const one of cases) if (all || !one.agrees) lines.push(...caseLines(one, style));
  }
  const cases = groups.flatMap((group) => group.cases);
  const bad = cases.filter((one) => !one.agrees);
  const verdict =
    bad.length === 0
      ? `✓ all ${cases.length} cases agree`
      : style.red(`✗ ${bad.length} of ${cases.length} cases disagree: ${bad.map(({ id }) => id).join(", ")}`);
  lines.push("", `  ${verdict}${missing.length > 0 ? style.dim(`; not run: ${missing.join(", ")}`) : ""}`);
  if (!all) lines.push(style.dim("  every figure: hypervise validate --all"));
  return `${lines.map((line) => terminalText(line.trimEnd(), style)).join("\n")}\n`;
}

function caseLines({ id, what, figures, agrees: good }: CheckedCase, style: Style): string[] {
  const head = `    ${good ? "✓" : style.red("✗")} ${style.bold(id)}  `;
  return [`${head}${style.dim(shorten(what, WIDTH - 8 - id.length))}`, ...figures.map((figure) => figureLine(figure, style))];
}

function figureLine(figure: AgreementFigure, style: Style): string {
  const { name, here, there, low, high } = figure;
  const range = Math.abs(high - low) > 1e-4 * Math.abs(there) ? `  (${formatNumber(low)} to ${formatNumber(high)})` : "";
  // Two numbers that differ are never shown as if they were equal.
  const digits = (value: number): string => (agrees(figure) ? String(Number(value.toPrecision(9))) : String(value));
  return `        ${name.padEnd(24)} ${digits(here).padStart(16)} ${agrees(figure) ? " " : style.red("✗")} ${style.dim(`${digits(there)}${range}`)}`;
}

/** The same for programs. docs/validate.md describes it. */
export function agreementJson(groups: readonly CheckedGroup[]): Record<string, unknown> {
  return {
    version: VERSION,
    agrees: allAgree(groups),
    groups: groups.map(({ key, title, source, cases }) => ({
      key,
      title,
      source,
      ran: cases.length > 0,
      cases: cases.map(({ figures, ...one }) => ({ ...one, figures: figures.map((figure) => ({ ...figure, agrees: agrees(figure) })) })),
    })),
  };
}
