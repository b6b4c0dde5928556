/** Queues, Little's law and energy against their formulas (src/validation/closed-forms.ts). */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { closedFormCases } from "../../src/validation/closed-forms.ts";
import { agreementGroups } from "../../src/validation/groups.ts";
import { expectAgreement } from "./agreement.ts";

describe("formulas", () => {
  it.each(closedFormCases)("$id: $what", expectAgreement);

  it("have intervals narrow enough to mean something: a tenth of the response, a quarter of the wait", () => {
    for (const { id, run } of closedFormCases.slice(0, 3)) {
      const [{ there, high }] = run();
      expect((high - there) / there, id).toBeLessThan(id === "M/M/4" ? 0.25 : 0.12);
    }
  });
});

describe("the groups of agreement", () => {
  it("hold every case once, with a source", () => {
    const groups = agreementGroups();
    expect(new Set(groups.map(({ key }) => key)).size).toBe(groups.length);
    for (const { key, source, cases } of groups) {
      expect(source.length, key).toBeGreaterThan(10);
      if (key !== "cloudsim" && key !== "opendc-week") expect(cases.length, key).toBeGreaterThan(3);
    }
    // All of SimGrid's cases are in one of its groups.
    expect(groups.filter(({ key }) => key.startsWith("simgrid-")).flatMap(({ cases }) => cases).length).toBeGreaterThanOrEqual(42);
  });

  it("are in docs/validate.md with the number of their cases, in this order", () => {
    const page = readFileSync(new URL("../../docs/validate.md", import.meta.url), "utf8");
    const sample = page.slice(page.indexOf("cases  figures"), page.indexOf("every figure:"));
    const lines = [...sample.matchAll(/^ {2}✓ (.+?) {2,}(\d+) +\d+ +(\d+) .*\n {4}(.+)$/gm)];
    const shown = lines.map(([, title, cases, good, source]) => ({ title, source, cases: Number(cases), good: Number(good) }));
    // Groups of traces that are no part of the project count for as many as the page says.
    const groups = agreementGroups().map(({ title, source, cases }, i) => {
      const count = cases.length > 0 ? cases.length : (shown[i]?.cases ?? 0);
      return { title, source, cases: count, good: count };
    });
    expect(shown).toEqual(groups);
    expect(sample).toContain(`all ${String(shown.reduce((sum, { cases }) => sum + cases, 0))} cases agree`);
  });
});
