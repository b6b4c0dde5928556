/**
 * report.md: a document as Markdown (CommonMark with tables), for a wiki, a ticket or a merge request. Drawings are linked as
 * files beside it; each has its numbers below. Every name from a scenario or trace is escaped, so that it stays text.
 */

import type { Block, Cell, Document, TableBlock } from "./document.ts";
import type { Figure } from "./figure.ts";

/** Rows of numbers below a figure: more are in its CSV. */
const MOST_NUMBERS = 12;

/** Escapes what Markdown or HTML would read as markup; line breaks and control characters become spaces. */
export function escapeMarkdown(text: string): string {
  return text
    .replace(/[\p{Cc}\u2028-\u202E\u2066-\u2069]/gu, " ")
    .replace(/[\\`*_{}[\]<>|~]/g, "\\$&")
    .replace(/&/g, "&amp;")
    .replace(/^(\s*)([#+-]|\d+[.)](?=\s|$))/, "$1\\$2")
    .replace(/(https?|www)([:.])/gi, "$1\\$2");
}

const md = escapeMarkdown;

/** Writes the document. `folder` is where its figures lie as SVG, relative to the file. */
export function renderMarkdown(report: Document, folder = "charts"): string {
  const { answer, tiles } = report;
  const lines = [
    `# ${md(answer.sentence)}.`,
    "",
    md(report.eyebrow),
    "",
    `**${answer.verdict.sign} ${md(answer.verdict.word)}.** ${md(answer.verdict.detail)}`,
    "",
    ...(answer.lead === "" ? [] : [md(answer.lead), ""]),
    ...table({
      head: ["", "", ""],
      numeric: [1],
      rows: tiles.map(({ label, value, unit, notes }) => [label, unit === "" ? value : `${value}\u00A0${unit}`, notes.join("; ")]),
    }),
    "",
  ];
  for (const { title, lead, blocks } of report.sections) {
    lines.push(`## ${md(title)}`, "", ...(lead === "" ? [] : [md(lead), ""]), ...blocks.flatMap((block) => written(block, folder)));
  }
  lines.push("---", "", md(report.foot));
  return `${lines.join("\n")}\n`;
}

function written(block: Block, folder: string): string[] {
  switch (block.kind) {
    case "figure":
      return figureLines(block.figure, folder);
    case "table": {
      const { title, subtitle, rows, note } = block.table;
      return [`### ${md(title)}`, "", md(subtitle), "", ...(rows.length > 0 ? [...table(block.table), ""] : []), ...noteLines(note)];
    }
    case "pair":
      return [...written(block.left, folder), ...written(block.right, folder)];
    case "text":
      return [
        `### ${md(block.title)}`,
        "",
        ...block.paragraphs.flatMap((text) => [md(text), ""]),
        ...(block.items ?? []).map((item) => `- ${md(item)}`),
        ...((block.items ?? []).length > 0 ? [""] : []),
      ];
    case "command": {
      // A fence longer than any in the text cannot be closed by it.
      const longest = Math.max(2, ...block.lines.map((line) => Math.max(0, ...(line.match(/`+/g) ?? []).map((run) => run.length))));
      const fence = "`".repeat(longest + 1);
      return [`### ${md(block.title)}`, "", `${fence}text`, ...block.lines.map((line) => line.replace(/\p{Cc}/gu, " ")), fence, "", ...noteLines(block.note)];
    }
  }
}

function figureLines(figure: Figure, folder: string): string[] {
  const { head, rows, note } = figure.numbers;
  const shown = rows.slice(0, MOST_NUMBERS);
  const more = rows.length > shown.length ? [`${rows.length - shown.length} more rows are in the page.`] : [];
  return [
    `### ${md(figure.title)}`,
    "",
    md(figure.subtitle),
    "",
    `![${md(figure.title)}](${folder}/${figure.id}.svg)`,
    "",
    ...noteLines(figure.note),
    ...table({ head, numeric: head.map((_, i) => i).slice(1), rows: shown }),
    "",
    ...noteLines([...more, note].filter(Boolean).join(" ")),
  ];
}

const noteLines = (note: string): string[] => (note === "" ? [] : [`*${md(note)}*`, ""]);
const cell = (value: Cell): string => md(typeof value === "string" ? value : value.text);

function table({ head, numeric, rows }: Pick<TableBlock, "head" | "numeric" | "rows">): string[] {
  const row = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  return [row(head.map(md)), row(head.map((_, i) => (numeric.includes(i) ? "--:" : "---"))), ...rows.map((cells) => row(cells.map(cell)))];
}
