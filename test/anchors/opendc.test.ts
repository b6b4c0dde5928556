/** OpenDC's cases of one host, and its real week where the trace is at hand (src/validation/opendc.ts). */
import { existsSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { openDcCases, openDcWeek } from "../../src/validation/opendc.ts";
import { openDcFailureCases } from "../../src/validation/opendc-failures.ts";
import { openDcSupplyCases } from "../../src/validation/opendc-supply.ts";
import { expectAgreement } from "./agreement.ts";

describe("OpenDC on one host", () => {
  it.each(openDcCases)("$id: $what", expectAgreement);
});

describe("OpenDC's failures and checkpoints", () => {
  it.each(openDcFailureCases)("$id: $what", expectAgreement);
});

describe("OpenDC's carbon and batteries", () => {
  it.each(openDcSupplyCases)("$id: $what", expectAgreement);
});

const surf = new URL("../../../shared/traces/opendc/workloads/", import.meta.url);
describe.skipIf(!existsSync(surf))("OpenDC: a real week of a SURF cluster (runs when the trace is at hand)", () => {
  it("BIG-1, BIG-2, BIG-3a: energy to 10 digits, all 6295 jobs, utilisation to 6; grams in four countries to 0.01", async () => {
    const { readTrace } = await import("../../src/node/traces.ts");
    const { readSeriesFile } = await import("../../src/node/series.ts");
    const grids = new Map(
      await Promise.all(
        ["AU", "NL", "AT", "BE"].map(
          async (country) => [country, await readSeriesFile(`${surf.pathname}../carbon/${country}-2021-2024.csv`, "carbon", null)] as const,
        ),
      ),
    );
    const cases = openDcWeek(await readTrace("opendc", `${surf.pathname}surf-week.tasks.csv`), grids);
    expect(cases.length).toBe(7);
    for (const one of cases) expectAgreement(one);
    // Seven runs of a week.
  }, 180_000);
});
