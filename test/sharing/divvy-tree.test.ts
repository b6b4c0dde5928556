import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { divvy } from "../../src/sharing/divvy.ts";
import { divvyTree, type TreeNode, type TreeShare } from "../../src/sharing/divvy-tree.ts";

/** What each named node gets. */
function given(share: TreeShare, into: Record<string, number> = {}): Record<string, number> {
  if (share.node.name !== undefined) into[share.node.name] = share.given;
  for (const child of share.children) given(child, into);
  return into;
}

describe("resource pools", () => {
  it("share by their own shares first, then among their VMs: 6 GHz, QA high, Marketing normal", () => {
    // VMware, vSphere Resource Management, "Managing Resource Pools": QA (high, 8000) gets 4 of 6 GHz for its two VMs,
    // Marketing (normal, 4000) 2 for its one. Flat, three equal VMs would get 2 each by chance; here QA's split 4.
    const root: TreeNode = {
      children: [
        {
          name: "QA",
          weight: 8000,
          children: [
            { name: "QA1", demand: 6 },
            { name: "QA2", demand: 1.5 },
          ],
        },
        { name: "Marketing", weight: 4000, children: [{ name: "M", demand: 6 }] },
      ],
    };
    expect(given(divvyTree(6, root))).toEqual({ QA: 4, QA1: 2.5, QA2: 1.5, Marketing: 2, M: 2 });
  });

  it("keep a pool's limit although there is capacity, and hand what it cannot use to its sibling", () => {
    const root: TreeNode = {
      children: [
        {
          name: "A",
          limit: 3,
          children: [
            { name: "a1", demand: 5 },
            { name: "a2", demand: 5 },
          ],
        },
        { name: "B", demand: 20 },
      ],
    };
    expect(given(divvyTree(10, root))).toEqual({ A: 3, a1: 1.5, a2: 1.5, B: 7 });
  });

  it("keep a pool's reservation for its children together", () => {
    // Equal shares of 10 would be 5; A is sure of 8.
    const root: TreeNode = {
      children: [
        {
          name: "A",
          reservation: 8,
          children: [
            { name: "a1", demand: 9, weight: 3 },
            { name: "a2", demand: 9 },
          ],
        },
        { name: "B", demand: 20 },
      ],
    };
    expect(given(divvyTree(10, root))).toEqual({ A: 8, a1: 6, a2: 2, B: 2 });
  });

  it("borrow for a child's reservation when expandable, and do not otherwise", () => {
    // a1 is sure of 7 in a pool that has reserved 2. Expandable: the pool is sure of 7 of 10. Not: it gets its share, 5, all
    // of which goes to a1, whose sibling has no reservation.
    const pool = (expandable: boolean): TreeNode => ({
      children: [
        {
          name: "A",
          reservation: 2,
          expandable,
          children: [
            { name: "a1", demand: 9, reservation: 7 },
            { name: "a2", demand: 9 },
          ],
        },
        { name: "B", demand: 20 },
      ],
    });
    expect(given(divvyTree(10, pool(true)))).toEqual({ A: 7, a1: 7, a2: 0, B: 3 });
    expect(given(divvyTree(10, pool(false)))).toEqual({ A: 5, a1: 5, a2: 0, B: 5 });
  });

  it("is limited at the root too, and a pool without children wants nothing", () => {
    expect(
      given(
        divvyTree(10, {
          name: "root",
          limit: 4,
          children: [
            { name: "a", demand: 9 },
            { name: "empty", reservation: 3, children: [] },
          ],
        }),
      ),
    ).toEqual({ root: 4, a: 4, empty: 0 });
  });

  it("refuse a demand on a pool, and numbers that are none, and name the node", () => {
    expect(() => divvyTree(1, { name: "pool", demand: 1, children: [] })).toThrow("pool has both a demand and children");
    expect(() => divvyTree(1, { children: [{ demand: 1 }, { demand: 1, limit: -1 }] })).toThrow("limit of root.1 is -1");
    expect(() => divvyTree(1, { children: [{ name: "vm", demand: NaN }] })).toThrow("demand of vm is NaN");
    expect(() => divvyTree(NaN, { demand: 1 })).toThrow("capacity is NaN");
  });
});

describe("laws", () => {
  const amount = fc.oneof(fc.integer({ min: 0, max: 8 }), fc.double({ min: 1e-6, max: 100, noNaN: true }));
  const leaf = fc.record({
    demand: amount,
    weight: fc.integer({ min: 1, max: 5 }),
    reservation: fc.oneof(fc.constant(0), amount),
    limit: fc.oneof(fc.constant(Infinity), amount),
  });
  const { tree } = fc.letrec<{ tree: TreeNode; node: TreeNode }>((tie) => ({
    node: fc.oneof({ maxDepth: 3, withCrossShrink: true }, leaf, tie("tree")),
    tree: fc.record({
      children: fc.array(tie("node"), { minLength: 1, maxLength: 4 }),
      weight: fc.integer({ min: 1, max: 5 }),
      reservation: fc.oneof(fc.constant(0), amount),
      limit: fc.oneof(fc.constant(Infinity), amount),
      expandable: fc.boolean(),
    }),
  }));

  it("a tree of one level is the flat rule", () => {
    fc.assert(
      fc.property(fc.array(leaf, { minLength: 1, maxLength: 8 }), amount, (leaves, capacity) => {
        const flat = divvy(
          capacity,
          leaves.map((l) => ({ demand: l.demand, weight: l.weight, floor: l.reservation, ceiling: l.limit })),
        );
        const worst = divvyTree(capacity, { children: leaves }).children.map((child, i) => Math.abs(child.given - flat[i]));
        expect(Math.max(...worst)).toBeLessThanOrEqual(1e-12 * capacity);
      }),
      { numRuns: 1000, seed: 5 },
    );
  });

  it("what a pool gets is what its children get, none above its limit, and nothing is wasted while a child of it is hungry", () => {
    const check = (share: TreeShare): void => {
      const { children, node } = share;
      expect(share.given).toBeLessThanOrEqual((node.limit ?? Infinity) * (1 + 1e-12));
      if (children.length > 0) expect(children.reduce((total, child) => total + child.given, 0)).toBeCloseTo(share.given, 9);
      children.forEach(check);
    };
    fc.assert(
      fc.property(tree, fc.integer({ min: 0, max: 50 }), (root, capacity) => {
        const share = divvyTree(capacity, root);
        check(share);
        expect(share.given).toBeCloseTo(Math.min(capacity, wantOf(root)), 9);
      }),
      { numRuns: 1000, seed: 6 },
    );
  });

  function wantOf(node: TreeNode): number {
    const own = node.children ? node.children.reduce((total, child) => total + wantOf(child), 0) : (node.demand ?? 0);
    return Math.min(own, node.limit ?? Infinity);
  }
});
