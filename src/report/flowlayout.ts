/** Layout of flows between columns, as in a Sankey diagram: where nodes stand and how thick their ribbons are. Pure geometry. */

export interface FlowNode {
  readonly id: string;
  /** Column from the left. Every link goes to a later column. */
  readonly column: number;
}

export interface FlowLink {
  readonly from: string;
  readonly to: string;
  /** Above zero. */
  readonly value: number;
}

export interface PlacedNode {
  readonly top: number;
  readonly height: number;
}

export interface PlacedLink extends FlowLink {
  /** Top of the ribbon at either end, and how thick it is. */
  readonly fromTop: number;
  readonly toTop: number;
  readonly thick: number;
}

export interface Flow {
  readonly nodes: ReadonlyMap<string, PlacedNode>;
  readonly links: readonly PlacedLink[];
  /** Pixels for one unit of value. */
  readonly scale: number;
}

/**
 * Places nodes and links in `height` pixels. Nodes of a column keep the order in which they are given; a node stands at the
 * middle of what flows out of it, as near as its neighbours allow, so that flows that part in order never cross. Nodes of
 * the last column are at least `slot` apart, which leaves room for a line of text each.
 */
export function layFlow(nodes: readonly FlowNode[], links: readonly FlowLink[], height: number, slot: number): Flow {
  const value = new Map(nodes.map(({ id }) => [id, Math.max(sum(links, "to", id), sum(links, "from", id))]));
  const of = (id: string): number => value.get(id) ?? 0;
  const columns = [...new Set(nodes.map(({ column }) => column))].sort((a, b) => b - a);
  const ids = (column: number): string[] => nodes.filter((node) => node.column === column).map(({ id }) => id);
  const [last = 0] = columns;
  const scale = scaleFor(
    columns.map((column) => ids(column).map(of)),
    height,
    slot,
  );
  const placed = new Map<string, PlacedNode>();
  let top = 0;
  for (const id of ids(last)) {
    const own = of(id) * scale;
    const room = Math.max(own, slot);
    placed.set(id, { top: top + (room - own) / 2, height: own });
    top += room + GAP;
  }
  const middleOf = (id: string): number => {
    const { top: t, height: h } = placed.get(id) as PlacedNode;
    return t + h / 2;
  };
  for (const column of columns.slice(1)) {
    const own = ids(column);
    const wishes = own.map((id) => {
      const out = links.filter(({ from }) => from === id);
      const total = out.reduce((all, link) => all + link.value, 0);
      return (total > 0 ? out.reduce((all, link) => all + link.value * middleOf(link.to), 0) / total : height / 2) - (of(id) * scale) / 2;
    });
    const tops = keepApart(
      wishes,
      own.map((id) => Math.max(of(id) * scale, own.length > 1 ? slot : 0)),
      height,
    );
    own.forEach((id, i) => {
      placed.set(id, { top: tops[i] as number, height: of(id) * scale });
    });
  }
  const order = new Map(nodes.map(({ id }, i) => [id, i]));
  const at = (id: string): number => order.get(id) ?? 0;
  const given = new Map<string, number>();
  const taken = new Map<string, number>();
  // A ribbon leaves in the order of where it goes and arrives in the order of where it comes from.
  const laid = [...links]
    .sort((a, b) => at(a.from) - at(b.from) || middleOf(a.to) - middleOf(b.to))
    .map((link) => {
      const from = placed.get(link.from) as PlacedNode;
      const thick = link.value * scale;
      const fromTop = from.top + (given.get(link.from) ?? 0);
      given.set(link.from, (given.get(link.from) ?? 0) + thick);
      return { ...link, fromTop, toTop: 0, thick };
    })
    .sort((a, b) => at(a.to) - at(b.to) || a.fromTop - b.fromTop)
    .map((link) => {
      const to = placed.get(link.to) as PlacedNode;
      const toTop = to.top + (taken.get(link.to) ?? 0);
      taken.set(link.to, (taken.get(link.to) ?? 0) + link.thick);
      return { ...link, toTop };
    });
  return { nodes: placed, links: laid, scale };
}

const GAP = 6;

function sum(links: readonly FlowLink[], end: "from" | "to", id: string): number {
  return links.reduce((all, link) => all + (link[end] === id ? link.value : 0), 0);
}

/** The largest scale at which every column, with its gaps and least slots, is at most `height`. Found by halving. */
function scaleFor(columns: readonly (readonly number[])[], height: number, slot: number): number {
  const needed = (scale: number): number =>
    Math.max(...columns.map((values) => values.reduce((all, v) => all + Math.max(v * scale, values.length > 1 ? slot : 0) + GAP, -GAP)));
  const most = Math.max(...columns.map((values) => values.reduce((a, b) => a + b, 0)));
  let [low, high] = [0, height / most];
  for (let i = 0; i < 50; i++) {
    const middle = (low + high) / 2;
    if (needed(middle) <= height) low = middle;
    else high = middle;
  }
  return low;
}

/** Tops as near to the wishes as `height` and the given order allow. */
function keepApart(wishes: readonly number[], heights: readonly number[], height: number): number[] {
  const tops = [...wishes];
  let floor = 0;
  tops.forEach((wish, i) => {
    tops[i] = Math.max(floor, wish);
    floor = tops[i] + (heights[i] as number) + GAP;
  });
  let ceiling = height;
  for (let i = tops.length - 1; i >= 0; i--) {
    tops[i] = Math.min(tops[i] as number, ceiling - (heights[i] as number));
    ceiling = (tops[i] as number) - GAP;
  }
  return tops;
}

/** A ribbon between two upright edges, as the data of a path. */
export function ribbon(x1: number, top1: number, x2: number, top2: number, thick: number): string {
  const c = (value: number): string => String(Math.round(value * 10) / 10);
  const middle = (x1 + x2) / 2;
  const [a, b] = [top1 + thick, top2 + thick];
  return `M${c(x1)} ${c(top1)}C${c(middle)} ${c(top1)} ${c(middle)} ${c(top2)} ${c(x2)} ${c(top2)}V${c(b)}C${c(middle)} ${c(b)} ${c(middle)} ${c(a)} ${c(x1)} ${c(a)}Z`;
}
