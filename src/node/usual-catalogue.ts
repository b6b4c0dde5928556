/** The catalogue of the command and the library: all names there are, and policies that say what is wrong with their options. */
import { placementPolicies } from "../policy/placement/index.ts";
import { rebalancer } from "../policy/rebalancing/index.ts";
import type { Catalogue } from "../scenario/resolving.ts";
import { standardCatalogue } from "../scenario/standard.ts";
import { traceFormats } from "./traces.ts";

/** What is wrong with options, as trying to set the policy up says; null for nothing. */
function fault(setUp: () => unknown): string | null {
  try {
    setUp();
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

export const usualCatalogue: Catalogue = standardCatalogue(
  placementPolicies.map((policy) => policy.name),
  traceFormats,
  (policy, options) => fault(() => placementPolicies.find(({ name }) => name === policy)?.create(options, () => 0)),
  (choice) => fault(() => rebalancer(choice, () => 0.5)),
);
