/**
 * Energy from the grid to useful guest work: what of the energy that is paid for does work? Grid, servers, what does work;
 * everything else leaves on the way. Made from the energy ledger, so its ends add up to the meter.
 */

import type { Results } from "../../results/results.ts";
import { energyScale, formatNumber } from "../../units/format.ts";
import { type Account, ledgerOf } from "../accounts.ts";
import type { Figure } from "../figure.ts";
import { brief, NBSP, share } from "../format.ts";
import { ledgerWords } from "./ledgerwords.ts";
import { drawSankey, SANKEY_WIDTHS, type SankeyData, type SankeyNode, sankeyNumbers } from "./sankey.ts";

/** Accounts of the building rather than of the servers. */
const FACILITY = /cooling|distribution|ups|battery|lighting|generator|export/i;
/** Accounts lost between the plug of a server and its parts. */
const SUPPLY = /suppl/i;
/** Accounts of servers that do no work while they take it. */
const NOT_WORKING = /^(?:idle|off|failed|transitions?|starting.*|sleep.*|asleep)$/i;

/** Shares below this are rounding. */
const ROUNDING = 1e-9;

/** How accounts are called where they are ends of the flow. */
const CALLED: Readonly<Record<string, string>> = {
  "guest work": "useful guest work",
  idle: "hosts on but idle",
  transitions: "starting, stopping",
  off: "hosts off",
  distribution: "power distribution",
};

export function energyFlowFigure(results: Results): Figure {
  const ledger = ledgerOf(results, "energy");
  const scale = energyScale(ledger.total);
  const data = flowOf(
    ledger.accounts.filter(({ value }) => value > ROUNDING * ledger.total),
    ledger.total,
    (joules) => (joules / scale.size < 0.01 ? "< 0.01" : brief(joules / scale.size)),
  );
  const sum = `${formatNumber(ledger.total / scale.size)}${NBSP}${scale.unit}`;
  const title = ledger.total > 0 ? ledgerWords.energy.title(ledger) : "No energy was used";
  return {
    id: "energy-flow",
    title,
    subtitle: `${sum} from the grid at a PUE of ${formatNumber(results.run.pue)}; numbers are ${scale.unit} and % of that. Width is energy`,
    note: ledgerWords.energy.note,
    description: `${title}. Of ${sum}: ${ledger.accounts
      .filter(({ value }) => value > ROUNDING * ledger.total)
      .map(({ name, sharePercent }) => `${CALLED[name] ?? name} ${share(sharePercent)}`)
      .join(", ")}.`,
    widths: SANKEY_WIDTHS,
    draw: (width) => drawSankey(data, width),
    numbers: data.links.length > 0 ? sankeyNumbers(data, scale.unit) : { head: ["from", "to"], rows: [["grid", "nothing"]], note: "" },
    data: () => ({
      columns: ["from", "to", "energy_j"],
      rows: data.links.map(({ from, to, value }) => [from, to.replace(/^end /, ""), value]),
      note: "",
    }),
  };
}

/** The tree of flows of an energy ledger. Every account is an end; nodes between have what their ends add up to. */
export function flowOf(accounts: readonly Account[], total: number, write: (joules: number) => string): SankeyData {
  const useful = accounts.filter(({ part }) => part === "useful");
  const overhead = accounts.filter(({ part }) => part === "overhead");
  const rest = accounts.filter(({ part }) => part === "rest");
  const idle = rest.filter(({ name }) => NOT_WORKING.test(name));
  const supply = rest.filter(({ name }) => !NOT_WORKING.test(name) && SUPPLY.test(name));
  const facility = rest.filter(({ name }) => !NOT_WORKING.test(name) && !SUPPLY.test(name) && FACILITY.test(name));
  const other = rest.filter((account) => !idle.includes(account) && !supply.includes(account) && !facility.includes(account));
  const sum = (list: readonly Account[]): number => list.reduce((all, { value }) => all + value, 0);
  const between: SankeyNode[] = [];
  const links: { from: string; to: string; value: number }[] = [];
  const way = [
    { id: "grid", name: "from the grid", ends: facility },
    { id: "servers", name: "servers", ends: [...supply, ...other] },
    { id: "delivered", name: "delivered", ends: idle },
    { id: "work", name: "at work", ends: useful },
    { id: "overhead", name: "overhead", ends: overhead },
  ];
  // A station where nothing leaves is none: its node is left out. Overhead of one cause needs no node of its own.
  const stations = way.filter(({ id, ends }) => (id === "overhead" ? overhead.length > 1 : id === "grid" || id === "work" || ends.length > 0));
  if (overhead.length === 1) (stations.find(({ id }) => id === "work") as { ends: Account[] }).ends = [...useful, ...overhead];
  const shown = sum([...useful, ...overhead]) > 0 ? stations : stations.filter(({ id }) => id !== "work");
  // Where the supplies of the servers are no loss of their own, what goes into the servers is what they get.
  const delivered = shown.find(({ id }) => id === "delivered");
  if (delivered && !shown.some(({ id }) => id === "servers")) delivered.name = "servers";
  const last = shown.length;
  shown.forEach(({ id, name, ends }, i) => {
    between.push({ id, name, column: i });
    const next = shown[i + 1];
    const later = shown.slice(i + 1).reduce((all, station) => all + sum(station.ends), 0);
    if (next && later > 0) links.push({ from: id, to: next.id, value: later });
    for (const account of ends) links.push({ from: id, to: `end ${account.name}`, value: account.value });
  });
  // From the top: useful work, then causes, then what does no work, then losses, the building at the foot.
  const ends = [...useful, ...overhead, ...idle, ...other, ...supply, ...facility].map(
    (account): SankeyNode => ({ id: `end ${account.name}`, name: CALLED[account.name] ?? account.name, column: last, fill: `f-${account.concept}` }),
  );
  return { nodes: [...between, ...ends], links, write, total };
}
