/** Live migration at the hand values of SimGrid's cases (src/validation/migrations.ts), 1e-6 relative. */
import { describe, it } from "vitest";
import { migrationCases } from "../../src/validation/migrations.ts";
import { expectAgreement } from "./agreement.ts";

describe("SimGrid's migration cases at their hand values", () => {
  it.each(migrationCases)("$id: $what", expectAgreement);
});
