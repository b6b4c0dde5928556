/**
 * Money from the lines of the bill to those who cause them: who pays for what? Ribbons as in the energy flow; kinds of cost in
 * steps of one green. The bill is the middle, so both sides are seen to add up to it.
 */

import type { Table } from "../../results/table.ts";
import { formatMoney } from "../../units/format.ts";
import type { Figure } from "../figure.ts";
import { counted, share, shorten } from "../format.ts";
import { numbersIn, textsIn } from "../read.ts";
import { drawSankey, SANKEY_WIDTHS, type SankeyData, sankeyNumbers } from "./sankey.ts";

const MOST_OWNERS = 10;
/** Largest difference between bill and owners, as a share, that is still rounding. */
const ROUNDING = 1e-6;

type Part = readonly [name: string, amount: number];

/** Whether bill and owners add up to the same, so that the flow can be drawn. */
export function balances(bill: Table, owners: Table): boolean {
  const [a, b] = [sum(kindsOf(bill)), sum(ownersOf(owners))];
  return a > 0 && Math.abs(a - b) <= ROUNDING * a;
}

const sum = (parts: readonly Part[]): number => parts.reduce((all, [, amount]) => all + amount, 0);

function grouped(names: readonly string[], amounts: ArrayLike<number>): Part[] {
  const found = new Map<string, number>();
  for (let row = 0; row < names.length; row++) {
    const amount = amounts[row] as number;
    if (Number.isFinite(amount)) found.set(names[row] ?? "", (found.get(names[row] ?? "") ?? 0) + amount);
  }
  return [...found].filter(([, amount]) => amount > 0).sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
}

/** Kinds of cost in this run; credits are given back and stand in the table of owners. */
const kindsOf = (bill: Table): Part[] => grouped(textsIn(bill, "category"), numbersIn(bill, "in_run")).filter(([name]) => !/credit/i.test(name));

/** Owners, and where one owner has all, its classes. */
function ownersOf(owners: Table): Part[] {
  const [names, classes] = [textsIn(owners, "owner"), textsIn(owners, "class")];
  const real = new Set(names.filter((name) => !name.startsWith("(")));
  const called = real.size > 1 ? names : names.map((name, row) => (classes[row] ? `class ${classes[row]}` : name));
  return grouped(called, numbersIn(owners, "cost"));
}

export function moneyFlowFigure(bill: Table, owners: Table, currency: string): Figure {
  const kinds = kindsOf(bill);
  const all = ownersOf(owners);
  const shown = all.slice(0, all.length > MOST_OWNERS ? MOST_OWNERS - 1 : MOST_OWNERS);
  const rest = all.slice(shown.length);
  if (rest.length > 0) shown.push([`${rest.length} others`, sum(rest)]);
  const total = sum(kinds);
  const data: SankeyData = {
    nodes: [
      ...kinds.map(([name], i) => ({ id: `kind ${i}`, name, column: 0, fill: `f-money${Math.min(4, i)}` })),
      { id: "bill", name: "the bill", column: 1 },
      ...shown.map(([name], i) => ({ id: `owner ${i}`, name: name || "nobody", column: 2 })),
    ],
    links: [
      ...kinds.map(([, value], i) => ({ from: `kind ${i}`, to: "bill", value })),
      ...shown.map(([, value], i) => ({ from: "bill", to: `owner ${i}`, value })),
    ],
    write: (value) => formatMoney(value, currency),
    total,
  };
  const [[kind, amount] = ["", 0]] = kinds;
  const [[owner, paid] = ["", 0]] = shown;
  const title = `${shorten(kind, 20).replace(/^./, (c) => c.toUpperCase())} ${/s$/.test(kind) ? "take" : "takes"} ${share((100 * amount) / total)} of ${formatMoney(total, currency)}; ${shorten(owner, 20)} causes ${share((100 * paid) / total)}`;
  return {
    id: "money-flow",
    title,
    subtitle: `From ${counted(kinds.length, "kind")} of cost through the bill to those who cause it; width is money in this run, ${currency}`,
    note: "Costs of a host are shared by what its VMs use and hold; what nobody uses is a row of its own. Credits are given back and not part of it.",
    description: `${title}. ${kinds.map(([name, value]) => `${name} ${formatMoney(value, currency)}`).join(", ")}; ${shown.map(([name, value]) => `${name} ${formatMoney(value, currency)}`).join(", ")}.`,
    widths: SANKEY_WIDTHS,
    draw: (width) => drawSankey(data, width),
    numbers: sankeyNumbers(data, currency),
    data: () => ({
      columns: ["from", "to", "amount", "currency"],
      rows: [...kinds.map(([name, value]) => [name, "the bill", value, currency]), ...shown.map(([name, value]) => ["the bill", name, value, currency])],
      note: "",
    }),
  };
}
