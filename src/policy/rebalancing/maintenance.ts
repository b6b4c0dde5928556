/**
 * VMs leave hosts in maintenance: before anything else in a round, whatever the policy, each to the host that the placement
 * rule takes. One that finds no place stays and is tried again; the power policy may switch a host on for it.
 */
import type { Place } from "../placement.ts";
import type { Decision, RebalanceView } from "../rebalancing.ts";

export function evacuate(view: RebalanceView, place: Place): Decision[] {
  const decisions: Decision[] = [];
  const vms = new Int32Array(view.mostVms);
  for (let h = 0; h < view.hostCount; h++) {
    if (!view.inMaintenance(h) || !view.isOn(h)) continue;
    const residents = Array.from(vms.subarray(0, view.residents(h, vms))).sort((a, b) => view.needMHz(b, 0) - view.needMHz(a, 0) || a - b);
    for (const vm of residents) {
      if (view.budget <= 0) return decisions;
      const fits = (to: number): boolean => view.hostNeedMHz(to, 0) + view.needMHz(vm, 0) <= view.capacityMHz(to);
      const { host: to } = view.find(vm, place, fits);
      const because = {
        rule: "its host goes into maintenance",
        numbers: [["VM's demand", view.needMHz(vm, 0), "MHz"]] as const,
        refused: view.passedOver(vm, to, fits),
      };
      if (to < 0) {
        view.noHost(vm);
        decisions.push({ action: { do: "stay", vm }, because });
      } else {
        view.move(vm, to);
        decisions.push({ action: { do: "migrate", vm, to }, because });
      }
    }
  }
  return decisions;
}
