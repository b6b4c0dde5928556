/** docs/scenario-format.md and docs/units.md name every entry and unit there is, and their example loads. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { scenarioJsonSchema } from "../../src/scenario/json-schema.ts";
import { loadScenario } from "../../src/scenario/load.ts";
import { type Dimension, dimensions } from "../../src/units/dimensions.ts";
import { catalogue } from "./catalogue.ts";

const doc = (name: string): string => readFileSync(new URL(`../../docs/${name}`, import.meta.url), "utf8");

describe("the documents", () => {
  const text = doc("scenario-format.md");
  it("name every entry of a scenario", () => {
    const missing = new Set<string>();
    const walk = (node: unknown, inOptions: boolean): void => {
      if (node === null || typeof node !== "object") return;
      const { properties = {} } = node as { properties?: Record<string, unknown> };
      for (const [key, entry] of Object.entries(properties)) {
        // Options of traces and generators have documents of their own.
        if (!inOptions && !new RegExp(`\\b${key}\\b`).test(text)) missing.add(key);
        walk(entry, inOptions || key === "trace" || key === "generator");
      }
      for (const [key, value] of Object.entries(node)) if (key !== "properties") walk(value, inOptions);
    };
    walk(scenarioJsonSchema(), false);
    expect([...missing]).toEqual([]);
  });
  it("begin with an example that loads", () => {
    const example = /```yaml\n([\s\S]*?)```/.exec(text)?.[1] ?? "";
    const loaded = loadScenario(example, "example.yaml", catalogue);
    expect(loaded.ok && loaded.scenario.vms[0]?.count).toBe(20);
  });
  it("name every dimension with its base unit", () => {
    const units = doc("units.md");
    for (const dimension of Object.values(dimensions) as Dimension[]) {
      if (dimension.name === "number of cores") continue;
      expect(units).toContain(dimension.name === "share" ? "share of one" : `| ${dimension.base} |`);
    }
  });
});
