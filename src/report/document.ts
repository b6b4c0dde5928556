/**
 * A report before it is written: an answer, tiles, and sections of blocks. The page (`page.ts`) and the Markdown
 * (`markdown.ts`) are two ways of writing the same document, of one run or of a comparison.
 */

import type { Figure } from "./figure.ts";
import type { Answer } from "./words.ts";

/** A cell of a table; `tone` says how it is meant, beside the sign or word in the text itself. */
export type Cell = string | { readonly text: string; readonly tone: "ok" | "bad" | "mark" };

export interface TableBlock {
  readonly title: string;
  readonly subtitle: string;
  readonly head: readonly string[];
  /** Columns with numbers, right-aligned. */
  readonly numeric: readonly number[];
  /** Columns in the quieter ink. */
  readonly quiet?: readonly number[];
  /** Scrolls within itself on a screen, because it is long. */
  readonly tall?: boolean;
  /** Rows that stand out: the chosen option. */
  readonly strong?: readonly number[];
  readonly rows: readonly (readonly Cell[])[];
  readonly note: string;
}

export type Block =
  | { readonly kind: "figure"; readonly figure: Figure }
  | { readonly kind: "table"; readonly table: TableBlock }
  /** Two blocks side by side where there is room. */
  | { readonly kind: "pair"; readonly left: Block; readonly right: Block }
  | { readonly kind: "text"; readonly title: string; readonly paragraphs: readonly string[]; readonly items?: readonly string[] }
  | { readonly kind: "command"; readonly title: string; readonly lines: readonly string[]; readonly note: string };

export interface Section {
  readonly id: string;
  readonly title: string;
  readonly lead: string;
  readonly blocks: readonly Block[];
}

export interface Tile {
  readonly label: string;
  readonly value: string;
  readonly unit: string;
  readonly notes: readonly string[];
}

export interface Document {
  /** Name for the browser's tab. */
  readonly title: string;
  readonly kind: string;
  readonly eyebrow: string;
  readonly answer: Answer;
  readonly tiles: readonly Tile[];
  readonly sections: readonly Section[];
  readonly foot: string;
}

/** The sections a report may have, in their order; one without blocks is not shown. */
export const SECTIONS = {
  options: { title: "The options", lead: "Same load, same luck; what differs is what was changed." },
  causes: { title: "Where the difference comes from", lead: "Differences of ledgers add up, so every unit of a change has its place." },
  checks: { title: "Checks", lead: "What was asked of this run." },
  time: { title: "Over time", lead: "" },
  guests: { title: "What guests feel", lead: "Waiting, slowdown, and who got no place." },
  ledgers: { title: "Where energy and time go", lead: "Each joule and each core-second is in exactly one place." },
  failures: { title: "Failures", lead: "What failed, for how long, and whom it hit." },
  recovery: { title: "Backup and recovery", lead: "What is kept safe, and how long it takes to come back." },
  maintenance: { title: "Maintenance", lead: "What was done to hosts, and who noticed." },
  decisions: { title: "Decisions", lead: "What the policies did, and why." },
  money: { title: "Money and carbon", lead: "What it costs, who pays for it, and what it emits." },
  hosts: { title: "Hosts", lead: "" },
  more: { title: "Further tables", lead: "The first rows of each; the files have all of them." },
  basis: { title: "Basis", lead: "What these numbers rest on." },
} as const satisfies Readonly<Record<string, { readonly title: string; readonly lead: string }>>;

export type SectionId = keyof typeof SECTIONS;

/** Puts blocks into their sections, in the order of `SECTIONS`; empty sections fall away. */
export function sectionsOf(
  blocks: Readonly<Partial<Record<SectionId, readonly Block[]>>>,
  leads: Readonly<Partial<Record<SectionId, string>>> = {},
): Section[] {
  return (Object.keys(SECTIONS) as SectionId[]).flatMap((id) => {
    const own = blocks[id] ?? [];
    return own.length === 0 ? [] : [{ id, title: SECTIONS[id].title, lead: leads[id] ?? SECTIONS[id].lead, blocks: own }];
  });
}

/** All figures of a document, in order. */
export function figuresOf({ sections }: Pick<Document, "sections">): Figure[] {
  const inside = (block: Block): Figure[] =>
    block.kind === "figure" ? [block.figure] : block.kind === "pair" ? [...inside(block.left), ...inside(block.right)] : [];
  return sections.flatMap(({ blocks }) => blocks.flatMap(inside));
}

export const figure = (drawn: Figure): Block => ({ kind: "figure", figure: drawn });
export const tableOf = (table: TableBlock): Block => ({ kind: "table", table });
export const pair = (left: Block, right: Block): Block => ({ kind: "pair", left, right });
