/** Queues, Little's law and energy against their formulas (src/validation/closed-forms.ts). */
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
});
