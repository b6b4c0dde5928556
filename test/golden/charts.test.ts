/**
 * The data behind the charts of some scenarios of the gallery, as stored: pictures may change, what they show may not unseen.
 * After a change that is meant: UPDATE_GOLDEN=1 npx vitest run test/golden
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { gallery } from "../../scripts/docs.ts";
import { figuresOf } from "../../src/report/document.ts";
import { runDocument } from "../../src/report/run-document.ts";

describe("the data behind the charts", () => {
  it.each(["type1-vs-type2", "host-outage", "sla-credits", "leave-esxi"])("%s is as stored", async (name) => {
    const report = runDocument(await gallery(name));
    const digits = (value: string | number): string | number => (typeof value === "number" && Number.isFinite(value) ? Number(value.toPrecision(6)) : value);
    const seen = Object.fromEntries(
      figuresOf(report).map((figure) => {
        const { columns, rows } = figure.data();
        // Long series by their ends and sums; the whole of them is in the goldens of the scenarios.
        const shown = rows.length <= 40 ? rows : [...rows.slice(0, 5), ...rows.slice(-5)];
        const sums = columns.map((_, c) => rows.reduce((sum, row) => (typeof row[c] === "number" && Number.isFinite(row[c]) ? sum + row[c] : sum), 0));
        return [
          figure.id,
          {
            title: figure.title,
            columns: columns.length > 8 ? columns.length : columns,
            rows: rows.length,
            sums: sums.slice(0, 8).map(digits),
            first: shown.map((row) => row.slice(0, 8).map(digits).join(" | ")),
          },
        ];
      }),
    );
    const path = new URL(`./charts-${name}.json`, import.meta.url);
    const text = `${JSON.stringify(seen, (_, value: unknown) => (typeof value === "number" && Number.isNaN(value) ? null : value), 2)}\n`;
    if (process.env.UPDATE_GOLDEN || !existsSync(path)) writeFileSync(path, text);
    expect(text).toBe(readFileSync(path, "utf8"));
  });
});
