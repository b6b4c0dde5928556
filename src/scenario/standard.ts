/**
 * The usual catalogue of a scenario: the project's own hypervisors, servers and sizes, with the names of the placement
 * policies and trace formats there are (their rooms know those; this one does not reach into them).
 */
import { hypervisorNames, serverNames, sizeNames } from "../catalog/index.ts";
import { resolveHypervisor, resolveServer, resolveSize } from "./catalogue.ts";
import type { Catalogue } from "./resolving.ts";

export const standardCatalogue = (
  policyNames: readonly string[],
  traceFormats: readonly string[],
  policyFault: NonNullable<Catalogue["policyFault"]> = () => null,
  rebalancingFault: NonNullable<Catalogue["rebalancingFault"]> = () => null,
): Catalogue => ({
  hypervisor: resolveHypervisor,
  server: resolveServer,
  size: resolveSize,
  hypervisorNames,
  serverNames,
  sizeNames,
  policyNames,
  policyFault,
  rebalancingFault,
  traceFormats,
});
