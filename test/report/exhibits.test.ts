/** Further tables of a run reach the report by name alone. */
import { describe, expect, it } from "vitest";
import { gallery } from "../../scripts/docs.ts";
import { balances, moneyFlowFigure } from "../../src/report/charts/moneyflow.ts";
import { figuresOf } from "../../src/report/document.ts";
import { exhibited, exhibits } from "../../src/report/exhibits/index.ts";
import { exportSvg } from "../../src/report/figure.ts";
import { layFlow } from "../../src/report/flowlayout.ts";
import { renderReport } from "../../src/report/page.ts";
import type { Results } from "../../src/results/results.ts";
import type { Table } from "../../src/results/table.ts";
import { outside, overlaps, textBoxes } from "./drawing.ts";
import { column, sampleResults, table } from "./sample.ts";

const withExtra = (...extra: Table[]): Results => ({ ...sampleResults({ hosts: 3, vms: 6, days: 1 }), extra });
const pets = table("pets", [
  column(
    "pet",
    "",
    Array.from({ length: 12 }, (_, i) => `pet <${i + 1}>`),
  ),
  column("weight_kg", "kg", new Float64Array(12).fill(1.5)),
]);

describe("further tables", () => {
  it("are shown by their first ten rows where nothing else shows them, as text", () => {
    const html = renderReport(withExtra(pets));
    expect(html).toContain('<section id="more">');
    expect(html).toContain("pet &lt;10&gt;");
    expect(html).not.toContain("pet &lt;11&gt;");
    expect(html).toContain("2\u00A0more rows in pets.csv, which has 12 rows.");
  });

  it("stand in the section their exhibit names, with its blocks", () => {
    const own = { table: "pets", section: "failures" as const, show: (t: Table) => [{ kind: "text" as const, title: `${t.rows} pets`, paragraphs: [] }] };
    expect(exhibited(withExtra(pets), [own])).toEqual({ failures: [{ kind: "text", title: "12 pets", paragraphs: [] }] });
  });

  it("are left out when they have no rows", () => expect(exhibited(withExtra(table("pets", [column("pet", "", [])])))).toEqual({}));

  it("have one exhibit each", () => {
    const names = exhibits.map((exhibit) => exhibit.table);
    expect(new Set(names).size).toBe(names.length);
  });

  it("leave a run without any as it is", () => {
    expect(renderReport(withExtra())).toBe(renderReport(sampleResults({ hosts: 3, vms: 6, days: 1 })));
    expect(figuresOf({ sections: [] })).toEqual([]);
  });
});

describe("the exhibits of the gallery", () => {
  it.each(["sla-credits", "memory-overcommit", "host-outage", "leave-esxi"])(
    "%s: drawings keep their texts apart, and say what the tables say",
    async (name) => {
      const shown = exhibited(await gallery(name));
      const figures = figuresOf({ sections: Object.entries(shown).map(([id, blocks]) => ({ id, title: "", lead: "", blocks })) });
      expect(figures.length).toBeGreaterThan(0);
      for (const figure of figures) {
        expect(figure.title.length, figure.title).toBeLessThanOrEqual(90);
        expect(figure.description.startsWith(figure.title), figure.id).toBe(true);
        expect(exportSvg(figure)).not.toMatch(/NaN|undefined|Infinity/);
        for (const width of figure.widths) {
          const { height, body } = figure.draw(width);
          const boxes = textBoxes(body);
          expect(overlaps(boxes), `${figure.id} at ${width}`).toEqual([]);
          expect(outside(boxes, width, height), `${figure.id} at ${width}`).toEqual([]);
        }
      }
    },
  );
});

describe("the flow of money", () => {
  const bill = (energy: number): Table =>
    table("money", [
      column("category", "", ["hardware", "energy", "hardware", "service credits"]),
      column("in_run", "EUR", Float64Array.of(60, energy, 10, 5)),
    ]);
  const owners = table("owners", [
    column("owner", "", ["web", "web", "mail", "(unused)"]),
    column("class", "", ["gold", "bronze", "gold", ""]),
    column("cost", "EUR", Float64Array.of(40, 10, 45, 5)),
  ]);

  it("adds up on both sides, credits aside: 60 + 10 + 30 = 40 + 10 + 45 + 5", () => {
    expect(balances(bill(30), owners)).toBe(true);
    expect(moneyFlowFigure(bill(30), owners, "EUR").data().rows).toEqual([
      ["hardware", "the bill", 70, "EUR"],
      ["energy", "the bill", 30, "EUR"],
      ["the bill", "web", 50, "EUR"],
      ["the bill", "mail", 45, "EUR"],
      ["the bill", "(unused)", 5, "EUR"],
    ]);
  });

  it("is not drawn where the owners do not add up to the bill", () => expect(balances(bill(31), owners)).toBe(false));
});

describe("the layout of flows", () => {
  it("gives every unit the same thickness, at both ends, within the height", () => {
    const nodes = [{ id: "in", column: 0 }, { id: "a", column: 1 }, { id: "b", column: 1 }, { id: "c", column: 1 }]; // biome-ignore format: a row
    const links = [{ from: "in", to: "a", value: 60 }, { from: "in", to: "b", value: 30 }, { from: "in", to: "c", value: 0.001 }]; // biome-ignore format: a row
    const { nodes: placed, links: laid, scale } = layFlow(nodes, links, 200, 16);
    for (const { value, thick } of laid) expect(thick).toBeCloseTo(value * scale, 9);
    // Two gaps of 6 and a slot of 16 for the smallest: 90 units in 200 - 12 - 16 = 172 px.
    expect(scale).toBeCloseTo(172 / 90, 3);
    for (const { top, height } of placed.values()) {
      expect(top).toBeGreaterThanOrEqual(0);
      expect(top + height).toBeLessThanOrEqual(200 + 1e-9);
    }
    // In order from the top: nothing crosses.
    expect(laid.map(({ to }) => to)).toEqual(["a", "b", "c"]);
    for (let i = 1; i < laid.length; i++) expect(laid[i].fromTop).toBeGreaterThanOrEqual(laid[i - 1].fromTop);
  });
});
