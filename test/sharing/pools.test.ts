/** Pools in columns: cases by hand, and agreement with the plain tree (divvy-tree.ts), which shares nothing with it but divvy. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { divvyTree, type TreeNode, type TreeShare } from "../../src/sharing/divvy-tree.ts";
import { PoolTree } from "../../src/sharing/pools.ts";

interface Pool {
  parent: number;
  weight?: number;
  reservation?: number;
  limit?: number;
  expandable?: boolean;
}
interface Leaf {
  pool: number;
  want: number;
  weight?: number;
  floor?: number;
}

function share(capacity: number, pools: readonly Pool[], leaves: readonly Leaf[]): number[] {
  const tree = new PoolTree(
    Int32Array.from(pools, (p) => p.parent),
    Uint8Array.from(pools, (p) => (p.expandable === false ? 0 : 1)),
  );
  for (const [p, { weight = 1, reservation = 0, limit = Number.POSITIVE_INFINITY }] of pools.entries()) {
    tree.amounts.weight[p] = weight;
    tree.amounts.reservation[p] = reservation;
    tree.amounts.limit[p] = limit;
  }
  const out = new Float64Array(leaves.length);
  tree.share(
    capacity,
    leaves.length,
    Float64Array.from(leaves, (l) => l.want),
    Float64Array.from(leaves, (l) => l.weight ?? 1),
    Float64Array.from(leaves, (l) => l.floor ?? 0),
    Int32Array.from(leaves, (l) => l.pool),
    out,
  );
  return Array.from(out);
}

describe("by hand", () => {
  it("production 2 : test 1 on 9 GHz, all busy: 6 and 3, divided equally within each", () => {
    const given = share(
      9,
      [
        { parent: -1, weight: 2 },
        { parent: -1, weight: 1 },
      ],
      [
        { pool: 0, want: 9 },
        { pool: 0, want: 9 },
        { pool: 1, want: 9 },
        { pool: 1, want: 9 },
        { pool: 1, want: 9 },
      ],
    );
    expect(given).toEqual([3, 3, 1, 1, 1]);
  });
  it("a limit binds though the host has room: a pool limited to 2 of 10", () => {
    expect(
      share(
        10,
        [{ parent: -1, limit: 2 }],
        [
          { pool: 0, want: 3 },
          { pool: 0, want: 3 },
          { pool: -1, want: 4 },
        ],
      ),
    ).toEqual([1, 1, 4]); // prettier-ignore
  });
  it("a reservation of 6 of 8 beats three to one in shares", () => {
    expect(
      share(
        8,
        [{ parent: -1, reservation: 6 }],
        [
          { pool: 0, want: 8 },
          { pool: -1, want: 8, weight: 3 },
        ],
      ),
    ).toEqual([6, 2]); // prettier-ignore
  });
  it("VM reservation of 3 in a pool that reserves nothing: sure where expandable, else the pool has its equal share", () => {
    const leaves: Leaf[] = [
      { pool: 0, want: 4, floor: 3 },
      { pool: -1, want: 4 },
      { pool: -1, want: 4 },
      { pool: -1, want: 4 },
    ];
    // Expandable: 3 of 4 are sure, the three others share 1.
    const [borrowed, ...others] = share(4, [{ parent: -1 }], leaves);
    expect(borrowed).toBeCloseTo(3, 14);
    for (const other of others) expect(other).toBeCloseTo(1 / 3, 14);
    expect(share(4, [{ parent: -1, expandable: false }], leaves)).toEqual([1, 1, 1, 1]);
  });
  it("two levels: division 1 : 1, within the first team a : b as 3 : 1", () => {
    const pools: Pool[] = [{ parent: -1 }, { parent: -1 }, { parent: 0, weight: 3 }, { parent: 0, weight: 1 }];
    expect(
      share(8, pools, [
        { pool: 2, want: 9 },
        { pool: 3, want: 9 },
        { pool: 1, want: 9 },
      ]),
    ).toEqual([3, 1, 4]); // prettier-ignore
  });
  it("what a pool does not want goes to its siblings", () => {
    expect(
      share(
        9,
        [{ parent: -1, weight: 8 }, { parent: -1 }],
        [
          { pool: 0, want: 1 },
          { pool: 1, want: 9 },
        ],
      ),
    ).toEqual([1, 8]); // prettier-ignore
  });
  it("a pool named before its parent is refused", () => {
    expect(() => new PoolTree(Int32Array.of(1, -1), new Uint8Array(2))).toThrow(/parent/);
  });
});

const amount = fc.integer({ min: 0, max: 40 });
const world = fc
  .record({
    capacity: fc.integer({ min: 0, max: 120 }),
    pools: fc.array(
      fc.record({
        up: fc.nat(100),
        weight: fc.integer({ min: 1, max: 8 }),
        reservation: amount,
        limit: fc.oneof(amount, fc.constant(Infinity)),
        expandable: fc.boolean(),
      }),
      { maxLength: 6 },
    ),
    leaves: fc.array(fc.record({ at: fc.nat(100), want: amount, weight: fc.integer({ min: 1, max: 4 }), floor: amount }), { minLength: 1, maxLength: 12 }),
  })
  .map(({ capacity, pools, leaves }) => ({
    capacity,
    pools: pools.map(({ up, ...pool }, p): Pool => ({ ...pool, parent: (up % (p + 1)) - 1 })),
    leaves: leaves.map(({ at, ...leaf }): Leaf => ({ ...leaf, pool: (at % (pools.length + 1)) - 1 })),
  }));

describe("laws", () => {
  it("is the plain tree", () => {
    fc.assert(
      fc.property(world, ({ capacity, pools, leaves }) => {
        const node = (p: number): TreeNode => {
          const kids = [
            ...leaves.flatMap((leaf, i) =>
              leaf.pool === p ? [{ name: `leaf ${i}`, demand: leaf.want, weight: leaf.weight ?? 1, reservation: leaf.floor ?? 0 }] : [],
            ),
            ...pools.flatMap((pool, q) => (pool.parent === p ? [node(q)] : [])),
          ];
          const { parent: _, limit = Number.POSITIVE_INFINITY, ...rest } = p < 0 ? { parent: -1 } : pools[p];
          return { ...rest, ...(limit === Number.POSITIVE_INFINITY ? {} : { limit }), children: kids };
        };
        const amounts = new Map<string, number>();
        const collect = (part: TreeShare): void => {
          if (part.node.name !== undefined) amounts.set(part.node.name, part.given);
          part.children.forEach(collect);
        };
        collect(divvyTree(capacity, node(-1)));
        const given = share(capacity, pools, leaves);
        for (const [i, x] of given.entries()) expect(x).toBeCloseTo(amounts.get(`leaf ${i}`) ?? Number.NaN, 9);
      }),
      { numRuns: 500 },
    );
  });
  it("a higher reservation of a pool never gives its VMs less", () => {
    fc.assert(
      fc.property(world, amount, ({ capacity, pools, leaves }, more) => {
        if (pools.length === 0) return;
        const of = (given: readonly number[]): number => given.reduce((sum, x, i) => (within(pools, leaves[i].pool, 0) ? sum + x : sum), 0);
        const before = of(share(capacity, pools, leaves));
        const raised = pools.map((pool, p) => (p === 0 ? { ...pool, reservation: (pool.reservation ?? 0) + more } : pool));
        // While the reservations of the top fit: beyond that admission refuses them, and all are scaled down.
        const sure = leaves.reduce((sum, leaf) => sum + (leaf.floor ?? 0), 0) + raised.reduce((sum, pool) => sum + (pool.reservation ?? 0), 0);
        if (sure <= capacity) expect(of(share(capacity, raised, leaves))).toBeGreaterThanOrEqual(before - 1e-9);
      }),
    );
  });
  it("the order of VMs does not matter", () => {
    fc.assert(
      fc.property(world, ({ capacity, pools, leaves }) => {
        const back = share(capacity, pools, [...leaves].reverse()).reverse();
        for (const [i, x] of share(capacity, pools, leaves).entries()) expect(back[i]).toBeCloseTo(x, 9);
      }),
    );
  });
});

function within(pools: readonly Pool[], p: number, top: number): boolean {
  for (let q = p; q >= 0; q = pools[q].parent) if (q === top) return true;
  return false;
}
