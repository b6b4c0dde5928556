/** Live migration at the hand values of SimGrid's cases (src/validation/migrations.ts), 1e-6 relative. */
import { describe, it } from "vitest";
import { migrationCases } from "../../src/validation/migrations.ts";
import { workedMigrationCases } from "../../src/validation/worked-migrations.ts";
import { expectAgreement } from "./agreement.ts";

describe("SimGrid's migration cases at their hand values", () => {
  it.each(migrationCases)("$id: $what", expectAgreement);
});

describe("live migration against its closed form and each product's stop rules, 1e-9", () => {
  it.each(workedMigrationCases)("$id: $what", expectAgreement);
});
