/**
 * What is wrong with a scenario file, where, and what would be right; and how that is shown to people.
 */
import { quote } from "../units/parse.ts";

export interface Problem {
  readonly file: string;
  /** From 1; 0 when the problem is about the file as a whole. */
  readonly line: number;
  readonly column: number;
  /** Where in the scenario: `hosts[2].memory`; empty for the whole of it. */
  readonly path: string;
  readonly message: string;
  /** What to write instead, ready to be copied. */
  readonly write?: string;
  /** What is allowed there, when that is a short list. */
  readonly allowed?: readonly string[];
  /** The nearest spelling of something that exists. */
  readonly suggestion?: string;
  /** The line with its neighbours; the line itself is the one numbered `line`. */
  readonly excerpt: readonly { readonly line: number; readonly text: string }[];
  /** How many characters to underline from `column` on. */
  readonly length: number;
}

/** A problem before it is known where in the text its path stands. */
export interface Finding {
  readonly path: readonly (string | number)[];
  readonly message: string;
  readonly write?: string;
  readonly allowed?: readonly string[];
  readonly suggestion?: string;
  /** Only this part of the text that stands there, in characters from its beginning. */
  readonly part?: { readonly at: number; readonly length: number };
  /** Underline the key (an unknown word, a missing entry's block) rather than the value. */
  readonly at?: "key" | "value";
  /** Something is not there; left out when other mistakes in the same block may be the reason. */
  readonly absence?: boolean;
}

/** `hosts[2].memory`. */
export const pathText = (path: readonly (string | number)[]): string =>
  path.map((part, i) => (typeof part === "number" ? `[${part}]` : `${i > 0 ? "." : ""}${/^[\w-]+$/.test(part) ? part : quote(part)}`)).join("");

/** How text is emphasised; plain text when nothing is given. */
export interface ProblemStyle {
  readonly bold: (text: string) => string;
  readonly dim: (text: string) => string;
  readonly red: (text: string) => string;
  readonly yellow: (text: string) => string;
}
const same = (text: string): string => text;
const plain: ProblemStyle = { bold: same, dim: same, red: same, yellow: same };

const SHOWN_AT_MOST = 20;
const LIST_AT_MOST = 12;
const WIDTH = 80;

/** Text wrapped to the terminal, with the given indent. */
function wrap(text: string, indent: string): string {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line !== "" && indent.length + line.length + 1 + word.length > WIDTH) {
      lines.push(line);
      line = word;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  lines.push(line);
  return lines.map((l) => indent + l).join("\n");
}

function advice({ write, allowed, suggestion }: Problem): string {
  if (suggestion !== undefined) return `did you mean ${suggestion}?`;
  if (write !== undefined) return `write ${write}`;
  if (allowed !== undefined && allowed.length > 0) return `one of: ${allowed.slice(0, LIST_AT_MOST).join(", ")}${allowed.length > LIST_AT_MOST ? ", ..." : ""}`;
  return "";
}

function renderOne(problem: Problem, style: ProblemStyle, mark: (text: string) => string): string {
  const place = problem.line > 0 ? `${problem.file}:${problem.line}:${problem.column}` : problem.file;
  const what = problem.path === "" ? problem.message : `${problem.path}: ${problem.message}`;
  const head = `${place}  ${what}`.length + 2 <= WIDTH ? `  ${style.bold(place)}  ${what}` : `  ${style.bold(place)}\n${wrap(what, "    ")}`;
  const lines = [head];
  const gutter = Math.max(...problem.excerpt.map((l) => String(l.line).length), 2) + 3;
  for (const { line, text } of problem.excerpt) {
    // Long lines are shown around the place; the caret moves with them.
    const room = WIDTH - gutter - 4;
    const from = line === problem.line ? Math.max(0, problem.column - 1 - Math.floor(room / 2)) : 0;
    const start = text.length > room ? Math.min(from, text.length - room) : 0;
    const cut = text.slice(start, start + room).trimEnd();
    const shown = `${start > 0 ? "…" : ""}${cut.slice(start > 0 ? 1 : 0)}${start + room < text.length ? "…" : ""}`;
    lines.push(`${style.dim(`${String(line).padStart(gutter)} │`)} ${shown}`);
    if (line === problem.line) {
      const column = problem.column - 1 - start;
      const carets = "^".repeat(Math.max(1, Math.min(problem.length, shown.length - column)));
      lines.push(`${style.dim(`${" ".repeat(gutter)} │`)} ${" ".repeat(Math.max(0, column))}${mark(carets)}`);
    }
  }
  const help = advice(problem);
  if (help !== "") lines.push(wrap(help, "  "));
  return lines.join("\n");
}

/**
 * All problems as text for a terminal: place, what is wrong, the line with a caret, what would be right.
 * Shows the first 20 and counts the rest.
 */
export function renderProblems(problems: readonly Problem[], style: ProblemStyle = plain): string {
  const blocks = problems.slice(0, SHOWN_AT_MOST).map((problem) => renderOne(problem, style, style.red));
  const more = problems.length - blocks.length;
  if (more > 0) blocks.push(`  and ${more} more like these`);
  const count = problems.length === 1 ? "1 problem" : `${problems.length} problems`;
  const left = `  ${count}. Nothing was run.`;
  blocks.push(`${left}${"exit code 2".padStart(WIDTH - left.length)}`);
  return `${blocks.join("\n\n")}\n`;
}

/** Warnings in the same form, without the last line. */
export const renderWarnings = (warnings: readonly Problem[], style: ProblemStyle = plain): string =>
  warnings
    .slice(0, SHOWN_AT_MOST)
    .map((warning) => `${renderOne(warning, style, style.yellow)}\n`)
    .join("\n");

/** A warning in one line, as it stands in a manifest or a report: "vms[1]: no host is large enough". */
export const warningText = ({ path, message }: Problem): string => (path === "" ? message : `${path}: ${message}`);
