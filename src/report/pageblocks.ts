/** The blocks of a document as HTML: a figure at its drawn widths with its numbers, a table, text, a command. */

import type { Block, Cell, TableBlock } from "./document.ts";
import { drawSvg, type Figure, FULL_WIDTHS } from "./figure.ts";
import { escapeText } from "./svg.ts";

/** The page shows the drawing that fits the window, by style sheet alone; text is never scaled. */
const WIDTH_CLASS = { full: ["fw", "fm", "fn"], half: ["hw", "hn"] } as const;

export function blockMarkup(block: Block): string {
  switch (block.kind) {
    case "figure":
      return figureBlock(block.figure);
    case "table":
      return tableBlock(block.table);
    case "pair":
      return `<div class="pair">${blockMarkup(block.left)}${blockMarkup(block.right)}</div>`;
    case "text": {
      const items = block.items ?? [];
      const list = items.length > 0 ? `<ul>${items.map((item) => `<li>${escapeText(item)}</li>`).join("")}</ul>` : "";
      return `<div class="block words"><h3>${escapeText(block.title)}</h3>${block.paragraphs.map((text) => `<p>${escapeText(text)}</p>`).join("")}${list}</div>`;
    }
    case "command":
      return `<div class="block"><h3>${escapeText(block.title)}</h3><pre>${block.lines.map(escapeText).join("\n")}</pre>${noteMarkup(block.note)}</div>`;
  }
}

export function figureBlock(figure: Figure): string {
  const classes = figure.widths.length === FULL_WIDTHS.length ? WIDTH_CLASS.full : WIDTH_CLASS.half;
  const drawings = figure.widths.map((width, i) => `<div class="${classes[i]}">${drawSvg(figure, { width, theme: "page" })}</div>`);
  const { head, rows, note } = figure.numbers;
  const numbers = tableMarkup({ head, rows, numeric: head.map((_, i) => i).slice(1) }, `Numbers of: ${figure.title}`);
  return `<figure class="fig${classes === WIDTH_CLASS.half ? " half" : ""}" id="${figure.id}"><figcaption><h3>${escapeText(figure.title)}</h3><p>${escapeText(figure.subtitle)}</p></figcaption>${drawings.join("")}${noteMarkup(figure.note)}<div class="take" data-of="${figure.id}" hidden></div><details><summary>Show the numbers</summary>${numbers}${noteMarkup(note)}</details></figure>`;
}

export function tableBlock(table: TableBlock): string {
  const { title, subtitle, rows, note } = table;
  return `<div class="block"><h3>${escapeText(title)}</h3><p class="sub">${escapeText(subtitle)}</p>${rows.length > 0 ? tableMarkup(table, title) : ""}${noteMarkup(note)}</div>`;
}

function noteMarkup(note: string): string {
  return note === "" ? "" : `<p class="note">${escapeText(note)}</p>`;
}

const TONES = { ok: "ok", bad: "bad", mark: "mk" } as const;

/** Text that may break after the marks inside a name, and between its words: hosts.old.powerModel. */
function breakable(text: string): string {
  return text.includes(" ")
    ? escapeText(text)
    : text
        .split(/(?<=[._/@:])(?=.)|(?<=\p{Ll})(?=\p{Lu})/u)
        .map(escapeText)
        .join("<wbr>");
}

function headMarkup(cell: Cell): string {
  return typeof cell === "string" ? breakable(cell) : cellMarkup(cell);
}

function cellMarkup(cell: Cell): string {
  return typeof cell === "string" ? escapeText(cell) : `<span class="${TONES[cell.tone]}">${escapeText(cell.text)}</span>`;
}

function tableMarkup(
  { head, rows, numeric, quiet = [], strong = [], tall = false }: Pick<TableBlock, "head" | "rows" | "numeric" | "quiet" | "strong" | "tall">,
  about: string,
): string {
  const attribute = (column: number): string => (numeric.includes(column) ? ' class="n"' : quiet.includes(column) ? ' class="q"' : "");
  const heads = head.map((text, column) => `<th scope="col"${attribute(column)}>${escapeText(text)}</th>`).join("");
  const body = rows.map(
    (cells, row) =>
      `<tr${strong.includes(row) ? ' class="st"' : ""}>${cells.map((cell, column) => (column === 0 ? `<th scope="row">${headMarkup(cell)}</th>` : `<td${attribute(column)}>${cellMarkup(cell)}</td>`)).join("")}</tr>`,
  );
  return `<div class="tw wide${tall ? " tall" : ""}" tabindex="0" role="region" aria-label="${escapeText(about)}"><table><thead><tr>${heads}</tr></thead><tbody>${body.join("")}</tbody></table></div>`;
}
