/**
 * Flows as ribbons: what becomes of what is paid for? Width is the amount; what splits splits in order, so nothing crosses.
 * On a phone the same tree is a ladder of rows, each bar under the part of its parent that it is.
 */

import { type Drawing, FULL_WIDTHS, type NumbersTable } from "../figure.ts";
import { layFlow, ribbon } from "../flowlayout.ts";
import { share } from "../format.ts";
import { coordinate, element, label, type Run, rect } from "../svg.ts";
import { fitText, SPARE, textWidth } from "../textwidths.ts";

export interface SankeyNode {
  readonly id: string;
  readonly name: string;
  readonly column: number;
  /** Class of its fill; ends have one, what is on the way is ink. */
  readonly fill?: string;
}

export interface SankeyData {
  /** Nodes of a column from top to bottom. */
  readonly nodes: readonly SankeyNode[];
  readonly links: readonly { readonly from: string; readonly to: string; readonly value: number }[];
  /** How an amount is written, with its unit or without. */
  readonly write: (value: number) => string;
  /** What everything adds up to. */
  readonly total: number;
}

export const SANKEY_WIDTHS = FULL_WIDTHS;

const SLOT = 16;
const NODE = 9;

export function drawSankey(data: SankeyData, width: number): Drawing {
  if (!(data.total > 0) || data.links.length === 0) return { height: 24, body: label(0, 16, "k", "nothing flowed") };
  return width < 500 ? drawLadder(data, width) : drawRibbons(data, width);
}

/** What flows into a node, or out of it where nothing does. */
export function amountOf({ links }: SankeyData, id: string): number {
  const into = links.reduce((sum, link) => sum + (link.to === id ? link.value : 0), 0);
  return into > 0 ? into : links.reduce((sum, link) => sum + (link.from === id ? link.value : 0), 0);
}

const named = (data: SankeyData, node: SankeyNode): Run[] => {
  const value = amountOf(data, node.id);
  return [{ text: node.name, bold: true }, { text: `  ${data.write(value)} · ${share((100 * value) / data.total)}` }];
};

const runsWidth = (runs: readonly Run[]): number => runs.reduce((sum, run) => sum + textWidth(run.text, 12.5, run.bold ? 600 : 400), 0);

function drawRibbons(data: SankeyData, width: number): Drawing {
  const last = Math.max(...data.nodes.map(({ column }) => column));
  const ends = data.nodes.filter(({ column }) => column === last);
  const starts = data.nodes.filter(({ column }) => column === 0);
  // An eighth to spare, for the widest font that systems fall back to.
  const endTexts = new Map(ends.map((node) => [node.id, named(data, { ...node, name: fitText(node.name, 190, 12.5, 600) })]));
  const right = SPARE * Math.max(...[...endTexts.values()].map(runsWidth)) + 14;
  const startTexts = new Map(starts.map((node) => [node.id, fitText(node.name, 150, 12.5, 600)]));
  const startWidth = (node: SankeyNode): number => {
    const [name, value] = [textWidth(startTexts.get(node.id) ?? "", 12.5, 600), textWidth(data.write(amountOf(data, node.id)), 12.5)];
    return starts.length > 1 ? name + 8 + value : Math.max(name, value);
  };
  const left = SPARE * Math.max(...starts.map(startWidth)) + 12;
  const top = last > 1 ? 40 : 8;
  const height = Math.max(250, Math.max(ends.length, starts.length) * (SLOT + 8) + 60);
  const flow = layFlow(data.nodes, data.links, height, SLOT);
  const x = (column: number): number => left + (column / last) * (width - left - right - NODE);
  const nodeOf = new Map(data.nodes.map((node) => [node.id, node]));
  let body = "";
  for (const link of flow.links) {
    const [from, to] = [nodeOf.get(link.from), nodeOf.get(link.to)] as [SankeyNode, SankeyNode];
    const fill = to.column === last && last > 1 ? to.fill : from.fill;
    const d = ribbon(x(from.column) + NODE, top + link.fromTop, x(to.column), top + link.toTop, Math.max(0.6, link.thick));
    body += element("path", { class: `${fill && !/^f-(boot|off|failed|maint|idle)$/.test(fill) ? fill : "bar"} fl`, d });
  }
  let labels = "";
  for (const node of data.nodes) {
    const place = flow.nodes.get(node.id);
    if (!place) continue;
    const [at, y] = [x(node.column), top + place.top];
    body += rect(at, y, NODE, Math.max(1, place.height), node.fill ?? "f-ink");
    const middle = y + place.height / 2;
    const value = data.write(amountOf(data, node.id));
    if (node.column === last) labels += label(at + NODE + 8, middle + 4, "l", endTexts.get(node.id) ?? "");
    else if (node.column === 0)
      labels +=
        starts.length > 1 && place.height < 30
          ? label(at - 8, middle + 4, "l e", [{ text: startTexts.get(node.id) ?? "", bold: true }, { text: `  ${value}` }])
          : label(at - 8, middle - 4, "l b e", startTexts.get(node.id) ?? "") + label(at - 8, middle + 12, "l e", value);
    // What is small on the way is named below itself: above it something larger passes.
    else if (place.height < 14) labels += label(at + NODE / 2, y + place.height + 15, "l h m", [{ text: node.name, bold: true }, { text: ` ${value}` }]);
    else labels += label(at, y - 22, "l b h", node.name) + label(at, y - 7, "l h", value);
  }
  return { height: top + height + 4, body: body + labels };
}

function drawLadder(data: SankeyData, width: number): Drawing {
  // Each row's bar lies where its part of the total is.
  const rows: { readonly node: SankeyNode; readonly from: number; readonly value: number; readonly depth: number }[] = [];
  const children = (id: string): { readonly to: string; readonly value: number }[] => {
    const place = new Map(data.nodes.map((node, i) => [node.id, i]));
    return data.links.filter(({ from }) => from === id).sort((a, b) => (place.get(a.to) ?? 0) - (place.get(b.to) ?? 0));
  };
  const walk = (node: SankeyNode, from: number, value: number, depth: number): void => {
    rows.push({ node, from, value, depth });
    let at = from;
    for (const child of children(node.id)) {
      const next = data.nodes.find(({ id }) => id === child.to);
      if (next) walk(next, at, child.value, depth + 1);
      at += child.value;
    }
  };
  const starts = data.nodes.filter(({ column }) => column === 0);
  if (starts.length === 1) for (const node of starts) walk(node, 0, amountOf(data, node.id), 0);
  else {
    // Flows that join are no tree: each column is a list whose bars follow one another.
    for (const column of [...new Set(data.nodes.map((node) => node.column))].sort((a, b) => a - b)) {
      let at = 0;
      for (const node of data.nodes.filter((one) => one.column === column)) {
        rows.push({ node, from: at, value: amountOf(data, node.id), depth: 0 });
        at += amountOf(data, node.id);
      }
    }
  }
  const x = (value: number): number => (value / data.total) * width;
  let body = "";
  let y = 14;
  for (const { node, from, value, depth } of rows.slice(0, 60)) {
    const text = `${data.write(value)} · ${share((100 * value) / data.total)}`;
    const room = width - textWidth(text, 12.5) * 1.1 - 12 - depth * 10;
    body +=
      label(depth * 10, y, node.fill || node.column > 1 ? "l" : "l b", fitText(node.name, room, 12.5, 600)) +
      label(width, y, "l e", text) +
      rect(0, y + 5, width, 7, "zm") +
      rect(x(from), y + 5, Math.max(1, x(value)), 7, node.fill ?? "f-ink");
    y += 29;
  }
  return { height: y - 10, body };
}

/** Every flow, from where to where. */
export function sankeyNumbers(data: SankeyData, unit: string): NumbersTable {
  const name = (id: string): string => data.nodes.find((node) => node.id === id)?.name ?? id;
  return {
    head: ["from", "to", unit, "% of all"],
    rows: data.links
      .slice(0, 60)
      .map(({ from, to, value }) => [
        name(from),
        name(to),
        data.write(value).replace(/\u00A0?[\p{L}]+$/u, ""),
        share((100 * value) / data.total).replace(/\u00A0%$/, ""),
      ]),
    note: data.links.length > 60 ? `${coordinate(data.links.length - 60)} more flows are left out.` : "",
  };
}
