/** OpenDC's cases of one host, and its real week where the trace is at hand (src/validation/opendc.ts). */
import { existsSync } from "node:fs";
import { describe, it } from "vitest";
import { openDcCases, openDcWeek } from "../../src/validation/opendc.ts";
import { expectAgreement } from "./agreement.ts";

describe("OpenDC on one host", () => {
  it.each(openDcCases)("$id: $what", expectAgreement);
});

const surf = new URL("../../../shared/traces/opendc/workloads/", import.meta.url);
describe.skipIf(!existsSync(surf))("OpenDC: a real week of a SURF cluster (runs when the trace is at hand)", () => {
  it("BIG-1: 279 nodes, linear power: 12 112 554 100 J to 9 digits, all 6295 jobs, utilisation 0.268802", async () => {
    const { readTrace } = await import("../../src/node/traces.ts");
    expectAgreement(openDcWeek(await readTrace("opendc", `${surf.pathname}surf-week.tasks.csv`)));
  });
});
