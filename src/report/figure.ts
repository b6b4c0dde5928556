/**
 * A figure is a finding, a drawing for any width, and its numbers as a table. Drawing is a pure function of the data and
 * the width: no DOM, no clock, no luck, the same bytes every time.
 */

import { FONT, inlinePaints } from "./paint.ts";
import { element, escapeText, label } from "./svg.ts";
import { SPARE, wrapText } from "./textwidths.ts";
import { palettes, type Theme } from "./tokens.ts";

/** Markup of a drawing in a box of the given width. */
export interface Drawing {
  readonly height: number;
  readonly body: string;
}

/** The table behind "Show the numbers": the first column names the row. */
export interface NumbersTable {
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** What the table leaves out, or "". */
  readonly note: string;
}

/** The data behind a drawing as it is given away: column names with their units, and rows of unrounded values. */
export interface FigureData {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (string | number)[])[];
  /** What the rows leave out, or "". */
  readonly note: string;
}

export interface Figure {
  /** Short name for files and anchors: "timeline". */
  readonly id: string;
  /** The finding, a sentence of at most 90 characters without a full stop. */
  readonly title: string;
  /** What is drawn, unit, scope. */
  readonly subtitle: string;
  /** How to read it, or "". */
  readonly note: string;
  /** What one would say about it on the phone: shape, extremes, events. */
  readonly description: string;
  /** Widths in pixels it is drawn at in the page, widest first. */
  readonly widths: readonly number[];
  readonly draw: (width: number) => Drawing;
  readonly numbers: NumbersTable;
  /** What is drawn, for the CSV file of the figure: at most a few thousand rows. */
  readonly data: () => FigureData;
}

/** Rows of a figure's data: more are joined or left out, and the note says so. */
export const MOST_DATA_ROWS = 600;

/** Full width of the page, on A4 paper, on a phone. */
export const FULL_WIDTHS: readonly number[] = [1072, 688, 346];
/** Half of the page, and a phone. */
export const HALF_WIDTHS: readonly number[] = [516, 346];

export interface SvgOptions {
  /** Pixels; text keeps its size at every width. */
  readonly width: number;
  /** `page`: classes, for a page with the style sheet of `drawingCss`. `light`, `dark`: a file that stands alone, with title and subtitle. */
  readonly theme: "page" | Theme;
}

/** What has been drawn, by figure and width: a page and a file of the same width share a drawing. */
const drawings = new WeakMap<Figure, Map<number, Drawing>>();

function drawn(figure: Figure, width: number): Drawing {
  const before = drawings.get(figure) ?? new Map<number, Drawing>();
  const drawing = before.get(width) ?? figure.draw(width);
  drawings.set(figure, before.set(width, drawing));
  return drawing;
}

/** Draws a figure as one SVG element. */
export function drawSvg(figure: Figure, { width, theme }: SvgOptions): string {
  const { height, body } = drawn(figure, width);
  const about = `<title>${escapeText(figure.title)}</title><desc>${escapeText(figure.description)}</desc>`;
  if (theme === "page") return element("svg", { width, height, viewBox: `0 0 ${width} ${Math.ceil(height)}`, role: "img" }, about + body);
  return standalone(figure, width, height, body, about, theme);
}

/** A file of its own: paper, title and subtitle inside, every colour written out. */
export function exportSvg(figure: Figure, width = FULL_WIDTHS[0] as number, theme: Theme = "light"): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n${drawSvg(figure, { width, theme })}\n`;
}

const MARGIN = 24;

function standalone(figure: Figure, width: number, height: number, body: string, about: string, theme: Theme): string {
  // A file is shown in whatever font its reader has, also the widest; the margin may be used for that.
  const room = (width + MARGIN - 8) / SPARE;
  const title = wrapText(figure.title, room, 17, 600);
  const subtitle = wrapText(figure.subtitle, room, 14);
  const note = figure.note === "" ? [] : wrapText(figure.note, room, 12);
  let y = 16;
  const head: string[] = [];
  for (const text of title) {
    head.push(label(0, y, "ti", text));
    y += 23;
  }
  for (const text of subtitle) {
    head.push(label(0, y, "su", text));
    y += 20;
  }
  y += 2;
  const foot = note.map((text, i) => label(0, y + height + 22 + i * 18, "k", text));
  const total = y + height + (note.length > 0 ? 10 + note.length * 18 : 0);
  const content = inlinePaints(`${head.join("")}<g transform="translate(0 ${y})">${body}</g>${foot.join("")}`, theme);
  const outer = { width: width + 2 * MARGIN, height: Math.ceil(total) + 2 * MARGIN };
  return element(
    "svg",
    {
      xmlns: "http://www.w3.org/2000/svg",
      width: outer.width,
      height: outer.height,
      viewBox: `0 0 ${outer.width} ${outer.height}`,
      role: "img",
      "font-family": FONT,
    },
    `${about}<rect width="100%" height="100%" fill="${palettes[theme].paper}"/><g transform="translate(${MARGIN} ${MARGIN})">${content}</g>`,
  );
}
