/** The two blocks a page is made of: a figure at its drawn widths with its numbers, and a table. */

import { drawSvg, type Figure, FULL_WIDTHS } from "./figure.ts";
import { escapeText } from "./svg.ts";

export interface TableBlock {
  readonly title: string;
  readonly subtitle: string;
  readonly head: readonly string[];
  /** Columns with numbers, right-aligned. */
  readonly numeric: readonly number[];
  /** Columns in the quieter ink. */
  readonly quiet?: readonly number[];
  readonly rows: readonly (readonly string[])[];
  readonly note: string;
}

/** The page shows the drawing that fits the window, by style sheet alone; text is never scaled. */
const WIDTH_CLASS = { full: ["fw", "fm", "fn"], half: ["hw", "hn"] } as const;

export function figureBlock(figure: Figure): string {
  const classes = figure.widths.length === FULL_WIDTHS.length ? WIDTH_CLASS.full : WIDTH_CLASS.half;
  const drawings = figure.widths.map((width, i) => `<div class="${classes[i]}">${drawSvg(figure, { width, theme: "page" })}</div>`);
  const { head, rows, note } = figure.numbers;
  const numbers = tableMarkup(head, rows, head.map((_, i) => i).slice(1), [], `Numbers of: ${figure.title}`);
  return `<figure class="fig" id="${figure.id}"><figcaption><h3>${escapeText(figure.title)}</h3><p>${escapeText(figure.subtitle)}</p></figcaption>${drawings.join("")}${noteMarkup(figure.note)}<details><summary>Show the numbers</summary>${numbers}${noteMarkup(note)}</details></figure>`;
}

export function tableBlock({ title, subtitle, head, numeric, quiet, rows, note }: TableBlock): string {
  return `<div class="block"><h3>${escapeText(title)}</h3><p class="sub">${escapeText(subtitle)}</p>${rows.length > 0 ? tableMarkup(head, rows, numeric, quiet ?? [], title) : ""}${noteMarkup(note)}</div>`;
}

function noteMarkup(note: string): string {
  return note === "" ? "" : `<p class="note">${escapeText(note)}</p>`;
}

function tableMarkup(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  numeric: readonly number[],
  quiet: readonly number[],
  about: string,
): string {
  const attribute = (column: number): string => (numeric.includes(column) ? ' class="n"' : quiet.includes(column) ? ' class="q"' : "");
  const heads = head.map((text, column) => `<th scope="col"${attribute(column)}>${escapeText(text)}</th>`).join("");
  const body = rows.map(
    (cells) =>
      `<tr>${cells.map((text, column) => (column === 0 ? `<th scope="row">${escapeText(text)}</th>` : `<td${attribute(column)}>${escapeText(text)}</td>`)).join("")}</tr>`,
  );
  return `<div class="tw wide" tabindex="0" role="region" aria-label="${escapeText(about)}"><table><thead><tr>${heads}</tr></thead><tbody>${body.join("")}</tbody></table></div>`;
}
