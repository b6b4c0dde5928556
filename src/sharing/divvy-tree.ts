/**
 * Sharing down a tree of resource pools: each pool shares what its parent gave it among its children, by `divvy`.
 *
 * Bottom-up, a pool wants what its children want, up to its limit, and is sure of its reservation; with an expandable
 * reservation (the default of vSphere) it is sure of its children's reservations too, where they sum to more, because it
 * may borrow what its parent has not promised. Top-down, every pool divides what it got. Children whose reservations do
 * not fit in what the pool got are scaled down together.
 *
 * Source: resource pools as in the vSphere Resource Management guide; Gulati et al., VMware Distributed Resource
 * Management, VMware Technical Journal 2012 (divvy on the pool tree). Proved by test/sharing/divvy-tree.test.ts.
 */
import { divvy } from "./divvy.ts";

/** A pool (with children) or a leaf (with demand). Amounts in the unit of the capacity. */
export interface TreeNode {
  readonly name?: string;
  /** What a leaf would use; a pool has none of its own. */
  readonly demand?: number;
  /** Shares against its siblings. Default 1. */
  readonly weight?: number;
  /** Default 0. */
  readonly reservation?: number;
  /** Default none. */
  readonly limit?: number;
  /** May a pool borrow for its children's reservations beyond its own? Default true. */
  readonly expandable?: boolean;
  readonly children?: readonly TreeNode[];
}

export interface TreeShare {
  readonly node: TreeNode;
  /** What the node gets; for a pool the sum of what its children get, to rounding. */
  readonly given: number;
  readonly children: readonly TreeShare[];
}

/**
 * Shares `capacity` down the tree and gives the same tree with amounts. The root's own limit counts, its weight does not.
 * Throws a RangeError for a node with both demand and children, and for negative or non-numbers.
 */
export function divvyTree(capacity: number, root: TreeNode): TreeShare {
  const top = claimOf(root, "root");
  const [given] = divvy(capacity, [{ demand: top.want }]);
  return share(top, given);
}

/** A node with what it wants and what it is sure of. */
interface Claim {
  readonly node: TreeNode;
  readonly want: number;
  readonly floor: number;
  readonly children: readonly Claim[];
}

function claimOf(node: TreeNode, path: string): Claim {
  const here = node.name ?? path;
  if (node.children && node.demand !== undefined) throw new RangeError(`divvyTree: ${here} has both a demand and children; a pool's demand is its children's`);
  for (const [what, value] of Object.entries({ demand: node.demand, weight: node.weight, reservation: node.reservation, limit: node.limit })) {
    if (value !== undefined && !(value >= 0)) throw new RangeError(`divvyTree: ${what} of ${here} is ${value}; it must be a number of 0 or more`);
  }
  const children = (node.children ?? []).map((child, i) => claimOf(child, `${here}.${i}`));
  const sum = (pick: (claim: Claim) => number): number => children.reduce((total, child) => total + pick(child), 0);
  const limit = node.limit ?? Infinity;
  const reserved = node.reservation ?? 0;
  const borrowed = node.expandable === false ? 0 : sum((child) => child.floor);
  const want = Math.min(node.children ? sum((child) => child.want) : (node.demand ?? 0), limit);
  return { node, want, floor: Math.min(Math.max(reserved, borrowed), want), children };
}

function share(claim: Claim, given: number): TreeShare {
  const amounts = divvy(
    given,
    claim.children.map(({ node, want, floor }) => ({ demand: want, weight: node.weight ?? 1, floor })),
  );
  return { node: claim.node, given, children: claim.children.map((child, i) => share(child, amounts[i])) };
}
