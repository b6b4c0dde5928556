/** The papers show what the product does today: generated parts are equal to what a run gives. */
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { documents, FURTHER_TABLES, gallery } from "../../scripts/docs.ts";
import { tablesOf } from "../../src/node/results.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** Dozens of whole runs, on a machine that may be busy. */
const MANY_RUNS_MS = 240_000;

describe("generated parts of the docs", () => {
  it(
    "are what `npm run docs` writes",
    async () => {
      for (const [path, text] of await documents()) {
        expect((await readFile(`${root}/${path}`, "utf8")) === text, `${path} is out of date: run npm run docs`).toBe(true);
      }
    },
    MANY_RUNS_MS,
  );
});

describe("every column of every file", () => {
  it(
    "says what it is, in a sentence, and has a name that says its unit",
    async () => {
      // How a unit is spelt at the end of a name; texts and counts have none.
      const endings: Readonly<Record<string, RegExp>> = {
        s: /(^|_)(s|seconds)$/,
        kWh: /(^|_)kwh$/,
        "%": /(^|_)pct$/,
        "core-seconds": /(^|_)core_s$/,
        GiB: /(^|_)gib$/,
        W: /(^|_)w$/,
      };
      // Together these write every table that any scenario of the gallery writes: test/golden asks it of each.
      const runs = await Promise.all(["quickstart", ...FURTHER_TABLES].map(gallery));
      const seen = new Set<string>();
      for (const table of runs.flatMap((run) => tablesOf(run))) {
        seen.add(table.name);
        expect(table.about.length, table.name).toBeGreaterThan(10);
        for (const { name, unit, about } of table.columns) {
          expect(about.length, `${table.name}.${name}`).toBeGreaterThanOrEqual(3);
          const ending = endings[unit];
          if (ending) expect(name, `${table.name}.${name} in ${unit}`).toMatch(ending);
        }
      }
      expect(seen.size).toBeGreaterThan(35);
    },
    MANY_RUNS_MS,
  );
});
