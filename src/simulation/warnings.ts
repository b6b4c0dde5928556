/** What a run says about the trust its numbers deserve. */
import type { ResolvedScenario } from "../scenario/resolved.ts";

/** What of each product is an estimate; of memory only where hosts hold more than they have, of migrations only where VMs move. */
export function estimateWarnings({ hosts, admission, rebalance, maintenance, events }: ResolvedScenario): string[] {
  const moves =
    (rebalance !== null && rebalance !== undefined && rebalance.policy !== "none") ||
    (maintenance ?? []).length > 0 ||
    events.some((event) => event.do === "migrate" || event.do === "move disks" || event.do === "maintenance");
  const used = ({ estimates, memory }: ResolvedScenario["hosts"][number]["hypervisor"]): string[] =>
    estimates.filter(
      (field) => (!field.startsWith("memory.") || (memory.overcommit === "yes" && admission.memoryRatio > 1)) && (!field.startsWith("migration.") || moves),
    );
  const products = new Map(hosts.map(({ hypervisor }) => [hypervisor.name, used(hypervisor)]));
  return [...products]
    .filter(([, estimates]) => estimates.length > 0)
    .map(([name, estimates]) => `${name}: ${estimates.length} values are estimates (${estimates.join(", ")})`);
}
