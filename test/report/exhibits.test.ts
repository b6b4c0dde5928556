/** Further tables of a run reach the report by name alone. */
import { describe, expect, it } from "vitest";
import { figuresOf } from "../../src/report/document.ts";
import { exhibited, exhibits } from "../../src/report/exhibits/index.ts";
import { renderReport } from "../../src/report/page.ts";
import type { Results } from "../../src/results/results.ts";
import type { Table } from "../../src/results/table.ts";
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
