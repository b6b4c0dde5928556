/** Memory states, bottlenecks and slowdown by cause as charts: what they say, and that texts never overlap or leave the drawing. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bottlenecksFigure } from "../../src/report/charts/bottlenecks.ts";
import { memoryFigure } from "../../src/report/charts/memory.ts";
import { slowdownFigure } from "../../src/report/charts/slowdown.ts";
import type { Figure } from "../../src/report/figure.ts";
import type { Table } from "../../src/results/table.ts";
import { outside, overlaps, textBoxes } from "./drawing.ts";
import { column, sampleResults, table } from "./sample.ts";

const results = sampleResults({ hosts: 6, days: 1 });
const DAY = 86_400;

function memoryTable(hosts: readonly string[], stretches: number, gib: (host: number, i: number, use: number) => number): Table {
  const rows = hosts.flatMap((host, h) => Array.from({ length: stretches }, (_, i) => ({ host, h, i })));
  const length = DAY / stretches;
  const uses = ["active", "idle", "shared", "ballooned", "compressed", "swapped"];
  return table("memory", [
    column(
      "time_s",
      "s",
      rows.map(({ i }) => i * length),
    ),
    column(
      "seconds",
      "s",
      rows.map(() => length),
    ),
    column(
      "host",
      "",
      rows.map(({ host }) => host),
    ),
    column(
      "state",
      "",
      rows.map(({ i }) => (i % 2 === 0 ? "soft" : "hard")),
    ),
    column(
      "usable_gib",
      "GiB",
      rows.map(() => 64),
    ),
    ...uses.map((use, u) =>
      column(
        `${use}_gib`,
        "GiB",
        rows.map(({ h, i }) => gib(h, i, u)),
      ),
    ),
  ]);
}

const causes = ["memory", "disk", "network", "interference", "cpu_wait", "overhead", "co_stop", "i_o", "migration", "shared_core"];
function slowdownTable(classes: readonly string[], lost: (vm: number, cause: number) => number): Table {
  const n = classes.length;
  const all = (vm: number): number => causes.reduce((sum, _, cause) => sum + lost(vm, cause), 0);
  const numbers = (value: (vm: number) => number): number[] => Array.from({ length: n }, (_, vm) => value(vm));
  return table("slowdown", [
    column(
      "vm",
      "",
      classes.map((_, vm) => `v${vm}`),
    ),
    column("group", "", [...classes]),
    column("class", "", [...classes]),
    column(
      "running_s",
      "s",
      numbers(() => DAY),
    ),
    column(
      "lost_pct",
      "%",
      numbers((vm) => (100 * all(vm)) / DAY),
    ),
    ...causes.map((cause, c) =>
      column(
        `lost_${cause}_s`,
        "s",
        numbers((vm) => lost(vm, c)),
      ),
    ),
  ]);
}

const kinds = ["cpu", "memory", "disk", "network", "interference", "migration"];
function bottlenecksTable(cells: readonly { readonly host: string; readonly at: number; readonly kind: number; readonly percent: number }[]): Table {
  return table("bottlenecks", [
    column(
      "time_s",
      "s",
      cells.map(({ at }) => at * 600),
    ),
    column(
      "seconds",
      "s",
      cells.map(() => 600),
    ),
    column(
      "host",
      "",
      cells.map(({ host }) => host),
    ),
    column(
      "bottleneck",
      "",
      cells.map(({ kind }) => kinds[kind] ?? ""),
    ),
    column(
      "lost_pct",
      "%",
      cells.map(({ percent }) => percent),
    ),
    ...kinds.map((kind, k) =>
      column(
        `lost_${kind}_s`,
        "VM-seconds",
        cells.map((cell) => (cell.kind === k ? cell.percent * 6 : 0)),
      ),
    ),
  ]);
}

function expectSound(figure: Figure): void {
  expect(figure.title.length).toBeLessThanOrEqual(90);
  for (const width of [...figure.widths, 346]) {
    const { height, body } = figure.draw(width);
    expect(body).not.toMatch(/NaN|Infinity|undefined/);
    const boxes = textBoxes(body);
    expect(overlaps(boxes)).toEqual([]);
    expect(outside(boxes, width, height)).toEqual([]);
  }
  expect(figure.data().rows.length).toBeLessThanOrEqual(600);
}

describe("what they find", () => {
  it("memory: who swaps most, and how many do", () => {
    const figure = memoryFigure(
      memoryTable(["a", "b", "c"], 4, (h, i, use) => (use === 5 ? (h < 2 ? h + i : 0) : 10)),
      results,
    );
    // b swaps 1 + 3 GiB at most, a 3, c nothing.
    expect(figure.title).toBe("b swaps up to 4\u00A0GiB; 2\u00A0hosts of 3 short of memory swap");
    expect(
      memoryFigure(
        memoryTable(["a"], 2, (_, __, use) => (use === 5 ? 0 : 1)),
        results,
      ).title,
    ).toBe("One host reclaims memory, and none has to swap");
  });
  it("slowdown: 3 of 4 hours to memory", () => {
    const figure = slowdownFigure(slowdownTable(["gold", "bronze"], (vm, cause) => (cause === 0 ? 5400 : cause === 4 ? 1800 * vm + 900 * (1 - vm) + 0 : 0)));
    // 3 h of memory, 0.75 h of waiting for CPU.
    expect(figure.title).toBe("Memory costs VMs most: 80\u00A0% of the 3.75\u00A0VM-hours they lost");
    expect(figure.numbers.rows.map((row) => row[0])).toEqual(["bronze", "gold"]);
  });
  it("bottlenecks: the cause of most of the time, and hosts by what they cost", () => {
    const cells = [
      { host: "h1", at: 0, kind: 1, percent: 5 },
      { host: "h1", at: 1, kind: 1, percent: 5 },
      { host: "h2", at: 0, kind: 0, percent: 50 },
    ];
    const figure = bottlenecksFigure(bottlenecksTable(cells), results);
    expect(figure.title).toBe("Memory is what slows VMs most: in 67\u00A0% of the slow time, on 2 of 6\u00A0hosts");
    expect(figure.numbers.rows.map((row) => row[0])).toEqual(["h2", "h1"]);
  });
});

describe("texts never overlap or leave the drawing", () => {
  const names = fc.array(fc.string({ minLength: 1, maxLength: 40 }), { minLength: 1, maxLength: 9 });
  const amount = fc.oneof(fc.constant(0), fc.double({ min: 1e-6, max: 1e5, noNaN: true }));
  it("memory", () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.string({ minLength: 1, maxLength: 30 }), { minLength: 1, maxLength: 6 }),
        fc.array(amount, { minLength: 7, maxLength: 7 }),
        (hosts, values) => {
          expectSound(
            memoryFigure(
              memoryTable(hosts, 9, (h, i, use) => values[(h + i + use) % 7] ?? 0),
              results,
            ),
          );
        },
      ),
      { numRuns: 40, seed: 1 },
    );
  });
  it("slowdown", () => {
    fc.assert(
      fc.property(names, fc.array(fc.double({ min: 1, max: 1e4, noNaN: true }), { minLength: 7, maxLength: 7 }), (classes, values) => {
        expectSound(slowdownFigure(slowdownTable(classes, (vm, cause) => values[(vm + cause) % 7] ?? 0)));
      }),
      { numRuns: 40, seed: 2 },
    );
  });
  it("bottlenecks", () => {
    const cell = fc.record({
      host: fc.string({ minLength: 1, maxLength: 30 }),
      at: fc.nat(143),
      kind: fc.nat(5),
      percent: fc.double({ min: 0.01, max: 100, noNaN: true }),
    });
    fc.assert(
      fc.property(fc.array(cell, { minLength: 1, maxLength: 60 }), (cells) => expectSound(bottlenecksFigure(bottlenecksTable(cells), results))),
      { numRuns: 40, seed: 3 },
    );
  });
});
