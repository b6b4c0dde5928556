/** Traffic over links at the hand values of SimGrid's cases (src/validation/networks.ts), 1e-6 relative. */
import { describe, it } from "vitest";
import { networkCases } from "../../src/validation/networks.ts";
import { expectAgreement } from "./agreement.ts";

describe("SimGrid's network cases at their hand values", () => {
  it.each(networkCases)("$id: $what", expectAgreement);
});
