/** SimGrid's small cases (src/validation/simgrid.ts) at their hand values, 1e-6 relative. */
import { describe, it } from "vitest";
import { simgridCases } from "../../src/validation/simgrid.ts";
import { expectAgreement } from "./agreement.ts";

describe("SimGrid's small cases at their hand values", () => {
  it.each(simgridCases)("$id: $what", expectAgreement);
});
