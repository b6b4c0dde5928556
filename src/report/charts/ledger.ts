/**
 * The three ledgers: one bar holds every unit of energy or time exactly once; below it the part that virtualization
 * costs, drawn again so that 3 % can be seen, joined by a wedge that states the factor. On a phone: a ladder of rows.
 */

import type { Results } from "../../results/results.ts";
import { energyScale, formatNumber } from "../../units/format.ts";
import { type Account, type Concept, type Ledger, type LedgerName, ledgerOf, partTotal } from "../accounts.ts";
import { type Drawing, type Figure, FULL_WIDTHS } from "../figure.ts";
import { brief, NBSP, share } from "../format.ts";
import { PATTERNED } from "../paint.ts";
import { placeInRow } from "../placing.ts";
import { element, label, line, type Run, rect } from "../svg.ts";
import { SPARE, textWidth } from "../textwidths.ts";
import { type LedgerWords, ledgerWords, overheadShare } from "./ledgerwords.ts";

interface Data {
  readonly ledger: Ledger;
  readonly accounts: readonly Account[];
  readonly per: number;
  readonly unit: string;
  readonly words: LedgerWords;
}

export function ledgerFigure(results: Results, name: LedgerName): Figure {
  const ledger = ledgerOf(results, name);
  const accounts = ledger.accounts.filter((account) => account.value > 0);
  const words = ledgerWords[name];
  const scale = energyScale(ledger.total);
  const [per, unit] = name === "energy" ? [scale.size, scale.unit] : [3600, name === "cpu" ? "core-hours" : "VM-hours"];
  const data: Data = { ledger, accounts, per, unit, words };
  const title = ledger.total > 0 ? words.title(ledger) : `Nothing was recorded in the ${name === "vm" ? "VM" : name === "cpu" ? "CPU" : name} ledger`;
  const sum = `${formatNumber(ledger.total / per)}${NBSP}${unit}`;
  return {
    id: words.id,
    title,
    subtitle: words.subtitle(sum, results),
    note: words.note,
    description: `${title}. ${accounts.map((account) => `${account.name} ${share(account.sharePercent)}`).join(", ")}. Sum ${sum}.`,
    widths: FULL_WIDTHS,
    draw: (width) => (width < 500 ? drawLadder(data, width) : drawBars(data, width)),
    numbers: {
      head: ["account", unit, "%"],
      rows: [
        ...ledger.accounts.map((account) => [account.name, brief(account.value / per), share(account.sharePercent).replace(`${NBSP}%`, "")]),
        ["sum", formatNumber(ledger.total / per), "100"],
      ],
      note: "",
    },
    data: () => ({
      columns: ["account", name === "energy" ? "energy_j" : name === "cpu" ? "core_s" : "vm_s", "share_pct"],
      rows: ledger.accounts.map((account) => [account.name, account.value, account.sharePercent]),
      note: "",
    }),
  };
}

/** Text on each fill; patterned and faint fills carry none. */
const ON_FILL: Partial<Record<Concept, string>> = {
  guest: "on",
  trap: "on",
  sched: "on",
  migration: "on",
  io: "od",
  control: "od",
  paging: "ol",
  hostos: "ol",
  cooling: "ol",
  idle: "oi",
};

interface Segment {
  readonly account: Account;
  readonly x: number;
  readonly width: number;
}

function segmentsOf(accounts: readonly Account[], width: number): Segment[] {
  const total = accounts.reduce((sum, account) => sum + account.value, 0);
  let before = 0;
  return accounts.map((account) => {
    const x = (before / total) * width;
    before += account.value;
    return { account, x, width: (before / total) * width - x };
  });
}

/** A segment with a paper gap of 1.5 px to its neighbour, never thinner than half a pixel. */
function drawSegment({ account, x, width }: Segment, y: number, height: number): string {
  const gap = Math.min(1.5, width / 3);
  const drawn = Math.max(0.5, width - gap);
  const overlay = (PATTERNED as readonly string[]).includes(account.concept) ? rect(x, y, drawn, height, `pt pt-${account.concept}`) : "";
  return rect(x, y, drawn, height, `f-${account.concept}`) + overlay;
}

function valueText({ ledger, per, unit }: Data, account: Account): string {
  return ledger.name === "energy" ? `${brief(account.value / per)}${NBSP}${unit} · ${share(account.sharePercent)}` : share(account.sharePercent);
}

const BAR = 44;

/** Labels inside a bar where they fit; the accounts whose labels do not are given back. */
function insideLabels(data: Data, segments: readonly Segment[], y: number): { readonly body: string; readonly outside: Segment[] } {
  let body = "";
  const outside: Segment[] = [];
  for (const segment of segments) {
    const { account, x, width } = segment;
    const value = valueText(data, account);
    const fill = ON_FILL[account.concept];
    const room = width - 18;
    if (!fill || Math.max(textWidth(account.name, 12.5, 600), textWidth(value, 12.5)) > room) {
      outside.push(segment);
      continue;
    }
    const classes = `${fill} o-${account.concept}`;
    body += label(x + 9, y + 18, `l b ${classes}`, account.name) + label(x + 9, y + 34, `l ${classes}`, value);
  }
  return { body, outside };
}

interface Named {
  readonly at: number;
  readonly text: readonly Run[];
  readonly width: number;
}

function named(at: number, name: string, value: string): Named {
  return { at, text: [{ text: name, bold: true }, { text: ` ${value}` }], width: SPARE * (textWidth(name, 12.5, 600) + textWidth(` ${value}`, 12.5)) };
}

/** A row of labels above (`up`) or below a bar, each tied to its segment by a fine line. */
function outsideLabels(items: readonly Named[], width: number, barEdge: number, baseline: number): string {
  const lefts = placeInRow(items, width);
  if (!lefts) return "";
  const up = baseline < barEdge;
  return items
    .map((item, i) => {
      const x = lefts[i] as number;
      const tie = Math.max(x + 4, Math.min(x + item.width - 4, item.at));
      return (
        line(tie, up ? baseline + 4 : baseline - 12, item.at, barEdge, "ld") +
        (x + item.width > width - 2 ? label(x + item.width, baseline, "l e", item.text) : label(x, baseline, "l", item.text))
      );
    })
    .join("");
}

function drawBars(data: Data, width: number): Drawing {
  const { ledger, words } = data;
  if (data.accounts.length === 0) return { height: 24, body: label(0, 16, "k", "nothing recorded") };
  const overhead = data.accounts.filter((account) => account.part === "overhead");
  const order = [...data.accounts.filter((account) => account.part === "useful"), ...overhead, ...data.accounts.filter((account) => account.part === "rest")];
  const segments = segmentsOf(order, width);
  const top = 30;
  const main = segments.filter(({ account }) => account.part !== "overhead");
  const inside = insideLabels(data, main, top);
  const ends = overheadEnds(segments);
  const total = partTotal(ledger, "overhead");
  const items = inside.outside.map((segment) => named(segment.x + segment.width / 2, segment.account.name, valueText(data, segment.account)));
  if (ends) {
    const value = ledger.name === "energy" ? `${brief(total / data.per)}${NBSP}${data.unit} · ${share(overheadShare(ledger))}` : share(overheadShare(ledger));
    items.push(named((ends[0] + ends[1]) / 2, words.overhead, value));
  }
  items.sort((a, b) => a.at - b.at);
  let body = segments.map((segment) => drawSegment(segment, top, BAR)).join("") + inside.body;
  const fits = placeInRow(items, width) !== null;
  body += fits ? outsideLabels(items, width, top - 1, 16) : "";
  let y = top + BAR;
  if (!fits) {
    const key = keyRows(
      data,
      inside.outside.map(({ account }) => account),
      width,
      y + 20,
    );
    body += key.body;
    y += key.height;
  }
  if (!ends || overhead.length === 0 || (overhead.length === 1 && ends[1] - ends[0] > 160)) return { height: y + 4, body };

  // The overhead again, over the whole width, joined by a wedge.
  const wedge = 46;
  const second = y + wedge;
  const factor = ledger.total / total;
  body += element("path", { class: "zm", d: `M${ends[0].toFixed(1)} ${y + 2}L${ends[1].toFixed(1)} ${y + 2}L${width} ${second - 2}L0 ${second - 2}Z` });
  const caption = factor >= 1.05 ? `${words.enlarged}, ${formatNumber(Number(factor.toPrecision(2)))} times larger` : words.enlarged;
  const captionWidth = textWidth(caption, 12) / 2;
  body += label(Math.max(captionWidth, Math.min(width - captionWidth, (ends[0] + ends[1] + width) / 4)), y + 29, "k m", caption);
  const parts = segmentsOf(overhead, width);
  const labels = insideLabels(data, parts, second);
  body += parts.map((segment) => drawSegment(segment, second, BAR)).join("") + labels.body;
  const below = labels.outside.map((segment) => named(segment.x + segment.width / 2, segment.account.name, valueText(data, segment.account)));
  if (below.length === 0) return { height: second + BAR + 4, body };
  if (placeInRow(below, width)) return { height: second + BAR + 28, body: body + outsideLabels(below, width, second + BAR + 1, second + BAR + 22) };
  const key = keyRows(
    data,
    labels.outside.map(({ account }) => account),
    width,
    second + BAR + 20,
  );
  return { height: second + BAR + key.height + 8, body: body + key.body };
}

function overheadEnds(segments: readonly Segment[]): readonly [number, number] | null {
  const parts = segments.filter(({ account }) => account.part === "overhead");
  const first = parts[0];
  const last = parts.at(-1);
  return first && last ? [first.x, last.x + last.width] : null;
}

/** A key with values, in rows, where no label has room at its segment. */
function keyRows(data: Data, accounts: readonly Account[], width: number, y: number): { readonly body: string; readonly height: number } {
  let x = 0;
  let row = 0;
  let body = "";
  for (const account of accounts) {
    const item = named(0, account.name, valueText(data, account));
    if (x > 0 && x + 16 + item.width > width) {
      x = 0;
      row++;
    }
    body += rect(x, y + row * 20 - 10, 10, 10, `f-${account.concept}`) + label(x + 16, y + row * 20, "l", item.text);
    x += 16 + item.width + 18;
  }
  return { body, height: (row + 1) * 20 + 6 };
}

/** A phone: the bar, then a row for each account with its value at the right; overheads have bars of their own scale. */
function drawLadder(data: Data, width: number): Drawing {
  const { ledger, words } = data;
  if (data.accounts.length === 0) return { height: 24, body: label(0, 16, "k", "nothing recorded") };
  const overhead = data.accounts.filter((account) => account.part === "overhead");
  const useful = data.accounts.filter((account) => account.part === "useful");
  const rest = data.accounts.filter((account) => account.part === "rest");
  let body = segmentsOf([...useful, ...overhead, ...rest], width)
    .map((segment) => drawSegment(segment, 2, 32))
    .join("");
  let y = 56;
  const row = (account: Account): void => {
    body += rect(0, y - 10, 11, 11, `f-${account.concept}`) + label(19, y, "l b", account.name) + label(width, y, "l e", valueText(data, account));
    y += 23;
  };
  useful.forEach(row);
  rest.forEach(row);
  if (overhead.length > 0) {
    const total = partTotal(ledger, "overhead");
    const value = ledger.name === "energy" ? `${brief(total / data.per)}${NBSP}${data.unit} · ${share(overheadShare(ledger))}` : share(overheadShare(ledger));
    y += 4;
    body += line(0, y - 17, width, y - 17, "gr") + label(0, y, "l b", words.overhead) + label(width, y, "l e", value);
    y += 23;
    const most = Math.max(...overhead.map((account) => account.value));
    const barLeft = 22 + Math.max(...overhead.map((account) => textWidth(account.name, 12.5)));
    const barWidth = width - barLeft - Math.max(...overhead.map((account) => textWidth(valueText(data, account), 12.5))) - 10;
    for (const account of overhead) {
      body +=
        label(12, y, "l", account.name) +
        drawSegment({ account, x: barLeft, width: Math.max(1, (account.value / most) * barWidth) }, y - 10, 12) +
        label(width, y, "l e", valueText(data, account));
      y += 21;
    }
  }
  return { height: y - 8, body };
}
