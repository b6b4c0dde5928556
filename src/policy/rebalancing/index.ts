/**
 * All rebalancing and power policies by name, and how they work together in a round: VMs leave hosts in maintenance, the
 * rebalancing policy moves others, the power policy switches hosts.
 */

import { placementPolicies } from "../placement/index.ts";
import type { Place } from "../placement.ts";
import type { Decision, Rebalancer, RebalancingPolicy } from "../rebalancing.ts";
import { consolidate } from "./consolidate.ts";
import { dpm } from "./dpm.ts";
import { evacuate } from "./maintenance.ts";
import { type Options, partOption, refuseUnknown } from "./options.ts";
import { powerPolicies } from "./power.ts";
import { watcherBasic } from "./watcher-basic.ts";

/** Moves nothing but what maintenance asks for: for power policies alone. */
const none: RebalancingPolicy = {
  name: "none",
  about: "moves VMs only out of hosts in maintenance",
  source: "base line",
  options: [],
  create(options) {
    refuseUnknown("none", options, []);
    return { windowSeconds: 0, decide: () => [] };
  },
};

export const rebalancingPolicies: readonly RebalancingPolicy[] = [none, consolidate, watcherBasic, dpm];
export { powerPolicies };

/** What a scenario says about rebalancing. */
export interface RebalancingChoice {
  readonly policy: string;
  readonly options: Options;
  /** Rule for the targets of moves: a placement policy's name, or {policy, ...options}. */
  readonly placement: unknown;
  readonly power: { readonly policy: string; readonly options: Options };
}

/** Sets the chosen policies up for one run. @throws Error that names policy and option when something is wrong. */
export function rebalancer(choice: RebalancingChoice, luck: () => number): Rebalancer {
  const { part: policy, options } = partOption("rebalance", { policy: { ...choice.options, policy: choice.policy } }, "policy", "none", rebalancingPolicies);
  const rule = partOption("rebalance", { placement: choice.placement }, "placement", "power-aware-best-fit", placementPolicies);
  const power = partOption("power", { policy: { ...choice.power.options, policy: choice.power.policy } }, "policy", "always-on", powerPolicies);
  const place: Place = rule.part.create(rule.options, luck);
  const moves = policy.create(options, { place, luck });
  const switches = power.part.create(power.options, place);
  const by = (name: string, decisions: readonly Decision[]): Decision[] => decisions.map((decision) => ({ ...decision, policy: name }));
  return {
    windowSeconds: moves.windowSeconds,
    decide: (view) => [...by("maintenance", evacuate(view, place)), ...by(policy.name, moves.decide(view)), ...by(power.part.name, switches(view))],
  };
}
