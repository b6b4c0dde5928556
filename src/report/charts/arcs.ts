/**
 * Migration arcs: what moved where? Hosts in their order on one line, an arc for each pair of hosts, as wide as the memory
 * sent between them. Many hosts are drawn by group; where there is but one group, those that moved most stand for all.
 */
import type { Results } from "../../results/results.ts";
import { formatCount, formatNumber } from "../../units/format.ts";
import { type Drawing, type Figure, HALF_WIDTHS, MOST_DATA_ROWS } from "../figure.ts";
import { counted, NBSP, shorten } from "../format.ts";
import { withDecimals } from "../interval.ts";
import { numbersIn, textsIn } from "../read.ts";
import { coordinate, element, label } from "../svg.ts";
import { fitText, textWidth } from "../textwidths.ts";

/** More rows than this are drawn by group. */
const MOST_ROWS = 30;
/** More pairs than this: the largest are drawn. */
const MOST_ARCS = 150;
const MIB_PER_GIB = 1024;

interface Row {
  readonly name: string;
  readonly group: string;
  given: number;
  received: number;
}

interface Arc {
  readonly from: number;
  readonly to: number;
  gib: number;
  migrations: number;
}

interface Data {
  readonly rows: readonly Row[];
  /** Largest first. */
  readonly arcs: readonly Arc[];
  /** Memory that moved within a row, or between rows that are not drawn, GiB. */
  readonly unseenGib: number;
  readonly totalGib: number;
  readonly migrations: number;
  readonly by: "host" | "group";
}

/** Draws the migrations of a run; a run without any gives a figure that says so. */
export function arcsFigure(results: Results): Figure {
  const data = read(results);
  const title = finding(data);
  const what = data.by === "host" ? "Hosts in order" : "Host groups in order";
  return {
    id: "migrations",
    title,
    subtitle: `${what}, ${counted(data.migrations, "migration")}. Width is the memory sent`,
    note: `Numbers at the left: GiB received less GiB given; hollow dots only gave.${unseen(data)}`,
    description: `${title}. ${data.arcs
      .slice(0, 5)
      .map(({ from, to, gib }) => `${nameOf(data, from)} to ${nameOf(data, to)}: ${formatNumber(gib)}${NBSP}GiB`)
      .join("; ")}.`,
    widths: HALF_WIDTHS,
    draw: (width) => draw(data, width),
    numbers: {
      head: ["from", "to", "migrations", "GiB"],
      rows:
        data.arcs.length > 0
          ? data.arcs.slice(0, 40).map(({ from, to, migrations, gib }) => [nameOf(data, from), nameOf(data, to), formatCount(migrations), formatNumber(gib)])
          : [["none", "", "0", "0"]],
      note: data.arcs.length > 40 ? `${formatCount(data.arcs.length - 40)} more pairs are in migrations.csv.` : "",
    },
    data: () => ({
      columns: ["from", "to", "migrations", "sent_gib"],
      rows: data.arcs
        .slice(0, MOST_DATA_ROWS)
        .map(({ from, to, migrations, gib }) => [data.rows[from]?.name ?? "", data.rows[to]?.name ?? "", migrations, gib]),
      note: data.arcs.length > MOST_DATA_ROWS ? "The smallest pairs are left out." : "",
    }),
  };
}

const nameOf = ({ rows }: Data, row: number): string => shorten(rows[row]?.name ?? "", 24);

function unseen({ unseenGib, arcs, by }: Data): string {
  const parts: string[] = [];
  if (unseenGib > 0) parts.push(`${formatNumber(unseenGib)}${NBSP}GiB moved ${by === "group" ? "within a group" : "between other hosts"}`);
  if (arcs.length > MOST_ARCS) parts.push(`the ${formatCount(arcs.length - MOST_ARCS)} smallest pairs are left out`);
  return parts.length > 0 ? ` Not drawn: ${parts.join("; ")}.` : "";
}

function read(results: Results): Data {
  const { hosts, migrations } = results;
  const names = textsIn(hosts, "host");
  const groups = textsIn(hosts, "group");
  const from = textsIn(migrations, "from");
  const to = textsIn(migrations, "to");
  const sent = numbersIn(migrations, "sent_mib");
  const gibOf = (i: number): number => (sent[i] ?? 0) / MIB_PER_GIB;
  const groupCount = new Set(groups).size;
  const by = names.length > MOST_ROWS && groupCount > 1 && groupCount <= MOST_ROWS ? "group" : "host";

  const rowNames = by === "group" ? [...new Set(groups)] : names.length <= MOST_ROWS ? names : busiest(names, from, to, gibOf);
  const rowOf = new Map<string, number>();
  names.forEach((name, h) => {
    const row = rowNames.indexOf((by === "group" ? groups[h] : name) ?? "");
    if (row >= 0) rowOf.set(name, row);
  });
  const groupOf = new Map(names.map((name, h) => [name, groups[h] ?? ""]));
  const rows = rowNames.map((name): Row => ({ name, group: by === "group" ? name : (groupOf.get(name) ?? ""), given: 0, received: 0 }));

  const arcs = new Map<number, Arc>();
  let unseenGib = 0;
  let totalGib = 0;
  for (let i = 0; i < from.length; i++) {
    const gib = gibOf(i);
    const source = rowOf.get(from[i] ?? "");
    const target = rowOf.get(to[i] ?? "");
    totalGib += gib;
    if (source === undefined || target === undefined || source === target) {
      unseenGib += gib;
      continue;
    }
    (rows[source] as Row).given += gib;
    (rows[target] as Row).received += gib;
    const key = source * rows.length + target;
    const arc = arcs.get(key) ?? { from: source, to: target, gib: 0, migrations: 0 };
    arc.gib += gib;
    arc.migrations++;
    arcs.set(key, arc);
  }
  const sorted = [...arcs.values()].sort((a, b) => b.gib - a.gib || a.from - b.from || a.to - b.to);
  return { rows, arcs: sorted, unseenGib, totalGib, migrations: from.length, by };
}

/** The hosts that gave or received most, in their order. */
function busiest(names: readonly string[], from: readonly string[], to: readonly string[], gibOf: (i: number) => number): string[] {
  const moved = new Map<string, number>();
  const add = (name: string, gib: number): unknown => moved.set(name, (moved.get(name) ?? 0) + gib);
  for (let i = 0; i < from.length; i++) {
    add(from[i] ?? "", gibOf(i));
    add(to[i] ?? "", gibOf(i));
  }
  const most = new Set(
    [...moved]
      .sort((a, b) => b[1] - a[1])
      .map(([name]) => name)
      .slice(0, MOST_ROWS),
  ); // prettier-ignore
  return names.filter((name) => most.has(name));
}

function finding({ totalGib, migrations, rows }: Data): string {
  if (migrations === 0) return "No VM moves in this run";
  const amount = `${formatNumber(totalGib)}${NBSP}GiB ${migrations === 1 ? "moves" : "move"} in ${counted(migrations, "migration")}`;
  const givers = rows.filter((row) => row.given > 0 && row.received === 0);
  // By the numbers that stand at the left: what a host gave less what it received.
  const [most] = [...rows].sort((a, b) => b.given - b.received - (a.given - a.received));
  if (givers.length > 1 && givers.length < rows.length / 2) return `${amount}; ${formatCount(givers.length)} of ${formatCount(rows.length)} only give`;
  return most && most.given > most.received ? `${amount}; ${shorten(most.name, 24)} gives most` : amount;
}

/** Received less given with its sign, all with the same decimals; "" where nothing moved. */
function netTexts(rows: readonly Row[]): string[] {
  const largest = Math.max(...rows.map(({ given, received }) => Math.abs(received - given)));
  const whole = rows.every(({ given, received }) => Math.abs(received - given - Math.round(received - given)) < 0.005);
  const decimals = whole || largest >= 99.95 ? 0 : largest >= 9.995 ? 1 : 2;
  return rows.map(({ given, received }) => {
    if (given + received === 0) return "";
    const net = received - given;
    const text = withDecimals(net, decimals);
    return net > 0 && /[1-9]/.test(text) ? `+${text}` : text;
  });
}

const GROUP_GAP = 8;
const TOP = 22;
const WIDEST = 6;

function draw(data: Data, width: number): Drawing {
  const { rows } = data;
  if (data.migrations === 0 || rows.length === 0) return { height: 24, body: label(0, 16, "k", "no VM moved") };
  const step = rows.length > 16 ? 15 : 18;
  const nameRoom = Math.min(width < 400 ? 96 : 150, Math.max(...rows.map(({ name }) => textWidth(name, 12.5))));
  const nets = netTexts(rows);
  // Signs are wider in some fonts than in the table of widths.
  const netRoom = Math.max(textWidth("GiB", 12), ...nets.map((text) => textWidth(text, 12))) + 5;
  const dot = netRoom + 14 + nameRoom + 12;
  const y: number[] = [];
  let at = TOP + 6;
  rows.forEach((row, r) => {
    if (r > 0 && data.by === "host" && row.group !== rows[r - 1]?.group) at += GROUP_GAP;
    y.push(at);
    at += step;
  });
  const height = at + 4;
  const farthest = Math.max(1, ...data.arcs.map(({ from, to }) => Math.abs((y[to] as number) - (y[from] as number))));
  const room = width - dot - 14;
  const largest = data.arcs[0]?.gib ?? 1;
  let body = label(netRoom, 12, "k e", "GiB");
  // The widest first, so that thin ones lie above.
  for (const { from, to, gib } of data.arcs.slice(0, MOST_ARCS)) {
    const [y1, y2] = [y[from] as number, y[to] as number];
    // A cubic bulges three quarters of the way to its control points; near hosts still get a visible bow.
    const reach = (Math.max(18, (room * Math.abs(y2 - y1)) / farthest) * 4) / 3;
    const curve = `M${coordinate(dot)} ${coordinate(y1)}C${coordinate(dot + reach)} ${coordinate(y1)} ${coordinate(dot + reach)} ${coordinate(y2)} ${coordinate(dot)} ${coordinate(y2)}`;
    body += element("path", { class: "mv", "stroke-width": Math.max(0.8, (WIDEST * gib) / largest), d: curve });
  }
  rows.forEach((row, r) => {
    const middle = y[r] as number;
    const quiet = row.given + row.received === 0;
    body += label(netRoom, middle + 4, "k e", nets[r] ?? "");
    body += label(netRoom + 14 + nameRoom, middle + 4, quiet ? "k e" : "l e", fitText(row.name, nameRoom, 12.5));
    body += element("circle", { cx: dot, cy: middle, r: 3, class: row.received > 0 ? "f-ink" : quiet ? "bar" : "dot" });
  });
  return { height, body };
}
