/** Further tables of a run reach the report by name alone. */
import { describe, expect, it } from "vitest";
import { gallery } from "../../scripts/docs.ts";
import { balances, moneyFlowFigure } from "../../src/report/charts/moneyflow.ts";
import { figuresOf, type TableBlock } from "../../src/report/document.ts";
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
  const told = ["sla-credits", "memory-overcommit", "host-outage", "leave-esxi", "disaster-recovery", "daily-wave"];
  it.each([...told, "sr-iov", "governors", "resource-pools", "storage-migration"])("%s: every table has its place in the report", async (name) => {
    expect(Object.keys(exhibited(await gallery(name)))).not.toContain("more");
  });

  it.each(told)("%s: drawings keep their texts apart, and say what the tables say", async (name) => {
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
  });
});

describe("figures in pairs", () => {
  it("are half as wide as the page: a wider one would be scaled down, and its text with it", async () => {
    for (const name of ["leave-esxi", "disaster-recovery", "memory-overcommit"]) {
      const blocks = Object.values(exhibited(await gallery(name))).flatMap((section) => section ?? []);
      for (const block of blocks)
        if (block.kind === "pair")
          for (const side of [block.left, block.right])
            if (side.kind === "figure") expect(Math.max(...side.figure.widths), side.figure.id).toBeLessThanOrEqual(516);
    }
  });
});

describe("tables of results as people read them", () => {
  const shown = (...extra: Table[]): TableBlock[] =>
    Object.values(exhibited({ ...withExtra(...extra), run: { ...sampleResults().run, start: "2026-01-05T00:00:00Z" } })).flatMap((blocks) =>
      (blocks ?? []).flatMap((block) => (block.kind === "table" ? [block.table] : [])),
    );

  it("backup runs have instants and spans of time, and no column of zeros", () => {
    // 79 200 s after Monday, midnight: 22:00. 87 904 - 79 200 = 8 704 s = 2 h 25 min. 3 481 600 MiB = 3 400 GiB.
    const [backups] = shown(
      table("backups", [
        column("job", "", ["nightly"]),
        column("started_s", "s", Float64Array.of(79_200)),
        column("ended_s", "s", Float64Array.of(87_904)),
        column("vms", "VMs", Float64Array.of(50)),
        column("done", "VMs", Float64Array.of(49)),
        column("passed_over", "VMs", Float64Array.of(0)),
        column("failed", "VMs", Float64Array.of(1)),
        column("sent_mib", "MiB", Float64Array.of(3_481_600)),
      ]),
    );
    expect(backups?.title).toBe("1\u00A0backup run, the longest 2\u00A0h 25\u00A0min; 1 of 50\u00A0copies not made");
    expect(backups?.head).toEqual(["Job", "Started", "VMs", "Copied", "Failed", "Sent, GiB", "Took"]);
    expect(backups?.rows).toEqual([["nightly", "Mon 5 Jan 22:00", "50", "49", "1", "3\u202F400", "2\u00A0h 25\u00A0min"]]);
  });

  it("a runbook takes from its call to the end of its last step", () => {
    const [runbooks] = shown(
      table("runbooks", [
        column("runbook", "", ["east", "east"]),
        column("way", "", ["test", "test"]),
        column("step", "", ["databases", "offices"]),
        column("begun_s", "s", Float64Array.of(36_000, 36_000)),
        column("started_s", "s", Float64Array.of(36_000, 36_300)),
        column("ended_s", "s", Float64Array.of(36_300, 37_200)),
        column("vms", "VMs", Float64Array.of(6, 30)),
      ]),
    );
    // 37 200 - 36 000 = 1 200 s; the second step 37 200 - 36 300 = 900 s.
    expect(runbooks?.title).toBe("1\u00A0runbook run; the longest, test from Mon 5 Jan 10:00, takes 20\u00A0min");
    expect(runbooks?.rows.map((cells) => cells.at(-1))).toEqual(["5\u00A0min", "15\u00A0min"]);
  });

  it("targets in seconds are spans of time, availabilities keep their nines, and gold stands above bronze", () => {
    const [service] = shown(
      table("service", [
        column("class", "", ["bronze", "gold", "gold"]),
        column("window", "", ["2026-01", "2026-01", "2026-01"]),
        column("target", "", ["rto", "rpo", "availability"]),
        column("promised", "", Float64Array.of(86_400, 0, 99.99)),
        column("unit", "", ["s", "s", "%"]),
        column("mean", "", Float64Array.of(5_678, 0, 99.9996)),
        column("worst", "", Float64Array.of(7_620, 0, 99.996)),
        column("vms", "", Float64Array.of(30, 6, 6)),
        column("broken", "", Float64Array.of(0, 0, 0)),
        column("burn_pct", "%", Float64Array.of(Number.NaN, Number.NaN, Number.NaN)),
      ]),
    );
    // 5 678 s = 94.6 min = 1 h 35 min; 7 620 s = 127 min = 2 h 7 min. Nothing burnt anywhere: no such column.
    expect(service?.head).toEqual(["Class", "Window", "Target", "Promised", "Mean", "Worst VM", "VMs", "Broken"]);
    expect(service?.rows.map((cells) => cells.slice(0, 1).concat(cells.slice(2, 6)))).toEqual([
      ["gold", "RPO", "0\u00A0s", "0\u00A0s", "0\u00A0s"],
      ["gold", "availability", "99.99\u00A0%", "99.9996\u00A0%", "99.996\u00A0%"],
      ["bronze", "RTO", "1\u00A0day", "1\u00A0h 35\u00A0min", "2\u00A0h 7\u00A0min"],
    ]);
  });

  it("time in P-states is that of all hosts of a governor together", () => {
    const [pstates] = shown(
      table("pstates", [
        column("host", "", ["a", "a", "b", "b"]),
        column("governor", "", ["ondemand", "ondemand", "ondemand", "ondemand"]),
        column("core_mhz", "MHz", Float64Array.of(2600, 1200, 2600, 1200)),
        column("on_s", "s", Float64Array.of(30, 10, 10, 30)),
      ]),
    );
    expect(pstates?.rows).toEqual([
      ["ondemand", "2.6\u00A0GHz", "50"],
      ["ondemand", "1.2\u00A0GHz", "50"],
    ]);
  });
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
