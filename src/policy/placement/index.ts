/**
 * All placement policies by name.
 */
import { nearest } from "../../units/spelling.ts";
import type { PlacementPolicy } from "../placement.ts";
import { bestFit } from "./best-fit.ts";
import { carbonAware } from "./carbon-aware.ts";
import { dotProduct } from "./dot-product.ts";
import { firstFit } from "./first-fit.ts";
import { nova } from "./nova.ts";
import { powerAwareBestFit } from "./power-aware-best-fit.ts";
import { random } from "./random.ts";
import { roundRobin } from "./round-robin.ts";
import { worstFit } from "./worst-fit.ts";

export const placementPolicies: readonly PlacementPolicy[] = [
  firstFit,
  bestFit,
  worstFit,
  roundRobin,
  random,
  powerAwareBestFit,
  dotProduct,
  carbonAware,
  nova,
];

/** The policy of that name. Throws an Error with the nearest name when there is none. */
export function placementPolicy(name: string): PlacementPolicy {
  const found = placementPolicies.find((policy) => policy.name === name);
  if (found) return found;
  const names = placementPolicies.map((policy) => policy.name);
  const near = nearest(name, names);
  throw new Error(`no placement policy "${name}"${near === undefined ? "" : `; did you mean "${near}"?`} (there are ${names.join(", ")})`);
}
