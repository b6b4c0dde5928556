/** What autoscaling did and why, how scaled groups stood over time, and their headline figures. */
import type { Datacenter } from "../model/datacenter.ts";
import type { Scaling } from "../model/scaling.ts";
import type { Table } from "../results/table.ts";
import { number, table, text } from "./columns.ts";

/** A row of the summary: name, value, unit, meaning. */
export type SummaryRow = [metric: string, value: number, unit: string, about: string];

export function scalingTable(dc: Datacenter, { actions }: Scaling): Table {
  const n = actions.length;
  return table("scaling", "One row a decision of autoscaling that changed something, or was refused.", n, [
    number("time_s", "s", "When", n, (i) => actions[i].time),
    text("group", "VM group", n, (i) => actions[i].group),
    text("vm", "VM whose size it is about; empty for the number of VMs", n, (i) => (actions[i].vm < 0 ? "" : dc.vms.names[actions[i].vm])),
    text("policy", "Who decided", n, (i) => actions[i].policy),
    text("action", "scale out, scale in: VMs of the group; grow, shrink, restart: vCPUs of a VM; refused", n, (i) => actions[i].action),
    number("from", "", "VMs or vCPUs before", n, (i) => actions[i].from),
    number("to", "", "VMs or vCPUs asked for; as before where refused", n, (i) => actions[i].to),
    number("use_pct", "%", "Use of those in service in the period before", n, (i) => 100 * actions[i].use),
    text("why", "Reason, with its numbers", n, (i) => actions[i].why),
  ]);
}

export function servicesTable({ states }: Scaling): Table {
  const n = states.length;
  return table("services", "One row a period and scaled service: its members and how busy they were.", n, [
    number("time_s", "s", "End of the period", n, (i) => states[i].time),
    text("group", "VM group", n, (i) => states[i].group),
    number("members", "VMs", "Members that were asked for and have not ended, those that start included", n, (i) => states[i].size),
    number("in_service", "VMs", "Members that share the load, mean over the period", n, (i) => states[i].inService),
    number("use_pct", "%", "Mean use of those in service, at most 100", n, (i) => 100 * states[i].use),
  ]);
}

/** Headline figures of services and scaling, only where a scenario has them. */
export function elasticityRows(dc: Datacenter, scaling: Scaling | null, seconds: number): SummaryRow[] {
  const rows: SummaryRow[] = [];
  const { services, vms } = dc;
  if (services !== null) {
    services.settle();
    let asked = 0;
    let unserved = 0;
    let memberSeconds = 0;
    let done = 0;
    for (const service of services.list) {
      asked += service.demandMHzS;
      unserved += service.unservedMHzS;
      memberSeconds += service.memberSeconds;
      for (let v = service.first; v < service.first + service.count; v++) done += dc.readings.doneMHzSeconds(v);
    }
    rows.push(["service_members_mean", memberSeconds / seconds, "VMs", "Members in service, time-weighted mean, all services"]);
    rows.push(["service_done_pct", asked > 0 ? (100 * done) / asked : Number.NaN, "%", "Work done by services / asked of them"]);
    rows.push(["service_unserved_pct", asked > 0 ? (100 * unserved) / asked : Number.NaN, "%", "Work asked for while no member was in service / asked for"]);
  }
  if (scaling !== null) {
    const count = (...kinds: string[]): number => scaling.actions.filter(({ action }) => kinds.includes(action)).length;
    rows.push(["scaling_actions", count("scale out", "scale in", "grow", "shrink", "restart"), "", "Changes that autoscaling made"]);
    rows.push(["scaling_refused", count("refused"), "", "Changes it wanted and product, guest or host refused"]);
    let vcpuSeconds = 0;
    for (let v = 0; v < vms.count; v++) vcpuSeconds += vms.vcpus[v] * vms.runningSeconds[v] + vms.vcpuAdjust[v];
    rows.push(["vcpu_hours", vcpuSeconds / 3600, "vCPU-hours", "vCPUs x time running, all VMs"]);
  }
  return rows;
}
