/** The headline figures of a run: one row each, with unit and definition. Means are time-weighted. */
import type { Datacenter } from "../model/datacenter.ts";
import * as V from "../model/vms.ts";
import type { Table } from "../results/table.ts";
import { migrationTotals } from "./migrations-table.ts";
import type { SiteTotals } from "./sites.ts";
import { powerSwitching, serviceLevels } from "./sla.ts";
import { readyPercent, type TimelineRow } from "./watch.ts";

export interface SummaryInputs {
  readonly dc: Datacenter;
  readonly timeline: readonly TimelineRow[];
  readonly seconds: number;
  readonly sites: SiteTotals;
  readonly readyP95: number;
  readonly events: number;
  /** Figures of what only some scenarios use, after the others. */
  readonly more?: readonly SummaryRow[];
}

export type SummaryRow = readonly [metric: string, value: number, unit: string, about: string];

export function summaryTable(input: SummaryInputs): Table {
  const { dc, timeline, seconds, sites } = input;
  const { hosts, vms } = dc;
  const total = (pick: (row: TimelineRow) => number): number => timeline.reduce((sum, row) => sum + pick(row), 0);
  const joules = total((r) => r.joules);
  const itKwh = joules / 3.6e6;
  const usedCoreS = total((r) => r.usedCoreS);
  const onCoreS = total((r) => r.onCoreS);
  const states = new Float64Array(V.VM_STATES.length);
  let demanded = 0;
  let delivered = 0;
  let worst = 0;
  let waited = 0;
  let vcpuSeconds = 0;
  let placed = 0;
  let requested = 0;
  let lastEnd = Number.NaN;
  for (let v = 0; v < vms.count; v++) {
    if (vms.requestedAt[v] > seconds) continue;
    requested++;
    states[vms.state[v]]++;
    if (vms.lastHost[v] >= 0) placed++;
    const done = vms.row[v * V.VM_ROW + V.DONE_CORE_S];
    delivered += done;
    demanded += done + vms.shortCoreS[v];
    waited += vms.waitCoreS[v];
    vcpuSeconds += V.vcpuSeconds(vms, v);
    worst = Math.max(worst, readyPercent(vms.waitCoreS[v], V.vcpuSeconds(vms, v)));
    if (vms.state[v] === V.COMPLETED && !(vms.endedAt[v] <= lastEnd)) lastEnd = vms.endedAt[v];
  }
  const levels = serviceLevels(dc, itKwh);
  const moves = migrationTotals(dc, seconds);
  const switching = powerSwitching(dc);
  let peakRatio = 0;
  for (let h = 0; h < hosts.count; h++) peakRatio = Math.max(peakRatio, hosts.peakVcpus[h] / hosts.classes[hosts.classOf[h]].cores);

  const rows: SummaryRow[] = [];
  const add = (metric: string, value: number, unit: string, about: string): number => rows.push([metric, value, unit, about]);
  add("duration_s", seconds, "s", "Simulated time");
  add("hosts", hosts.count, "hosts", "Hosts in the scenario");
  add("hosts_on_mean", total((r) => r.onSeconds) / seconds, "hosts", "Hosts on, time-weighted mean");
  add(
    "hosts_on_peak",
    timeline.reduce((most, r) => Math.max(most, r.onSeconds / r.seconds), 0),
    "hosts",
    "Hosts on, highest mean of an interval",
  );
  add("energy_it_kwh", itKwh, "kWh", "Energy of all hosts at the wall");
  add("energy_facility_kwh", sites.facilityJoules / 3.6e6, "kWh", `IT energy x PUE ${Number(sites.pue.toPrecision(6))}`);
  add("power_mean_w", joules / seconds, "W", "IT power, time-weighted mean");
  add(
    "power_peak_w",
    timeline.reduce((most, r) => Math.max(most, r.joules / r.seconds), 0),
    "W",
    "IT power, highest mean of an interval",
  );
  add("utilisation_pct", onCoreS > 0 ? (100 * usedCoreS) / onCoreS : Number.NaN, "%", "CPU in use / CPU of hosts that were on");
  add("cpu_used_cores_mean", usedCoreS / seconds, "cores", "CPU in use, overheads included");
  add("vcpus_per_core_peak", peakRatio, "vCPU/core", "Most vCPUs per core on one host at one time");
  add("demanded_core_h", demanded / 3600, "core-hours", "Guest work asked for, in cores of the hosts it ran on");
  add("delivered_core_h", delivered / 3600, "core-hours", "Guest work done");
  add("delivered_pct", demanded > 0 ? (100 * delivered) / demanded : Number.NaN, "%", "Guest work done / asked for");
  add("ready_pct_mean", vcpuSeconds > 0 ? (100 * waited) / vcpuSeconds : Number.NaN, "%", "CPU ready: core-seconds waited / vCPU-seconds running, all VMs");
  add("ready_pct_p95", input.readyP95, "%", "CPU ready, 95th percentile over VM-hours");
  add("ready_pct_worst_vm", worst, "%", "CPU ready of the VM that waited most");
  add("slatah_pct", 100 * levels.slatah, "%", "Time short of CPU / time on, mean over hosts that ran a VM");
  add("pdm_pct", 100 * levels.pdm, "%", "CPU that VMs lost to migrations (stopped, slowed) / CPU they asked for");
  if (moves.started > 0) add("pdm_vm_mean_pct", 100 * levels.pdmVmMean, "%", "The same share of each VM, mean over VMs");
  add("slav", levels.slav, "", "SLATAH x PDM, as shares");
  add("esv_kwh", levels.esvKwh, "kWh", "IT energy x SLAV");
  add("migrations", moves.started, "migrations", "Migrations begun, cold ones included");
  add("migrations_broken_off", moves.brokenOff, "migrations", "Those that did not reach their end");
  add("migrated_gib", moves.sentGib, "GiB", "Memory sent by migrations");
  add("migration_downtime_s", moves.downtimeSeconds, "s", "Time VMs stood still for migrations, all together");
  add("migration_downtime_worst_s", moves.worstDowntimeSeconds, "s", "The longest of these stops");
  add("power_cycles", switching.powerCycles, "", "Times a policy switched a host on or woke it");
  add("host_shutdowns", switching.shutdowns, "", "Times a policy shut a host down or put it to sleep");
  add("time_between_shutdowns_s", switching.secondsBetweenShutdowns, "s", "Time on of all hosts / host_shutdowns");
  add("vms_requested", requested, "VMs", "VMs asked for");
  add("vms_placed", placed, "VMs", "VMs that got a host");
  add("vms_rejected", states[V.REJECTED], "VMs", "VMs refused, with the reason in vms.csv");
  add("vms_completed", states[V.COMPLETED], "VMs", "VMs whose work was done");
  add("vms_stopped", states[V.STOPPED], "VMs", "VMs that reached their end");
  add("vms_lost", states[V.LOST], "VMs", "VMs lost with their host");
  add("vms_waiting", states[V.QUEUED] + states[V.DOWN], "VMs", "VMs without a place at the end");
  add("last_completion_s", lastEnd, "s", "When the last VM completed its work");
  add("cost_energy", sites.energyCost, sites.currency, "Facility energy x price");
  add("carbon_kg", sites.carbonGrams / 1000, "kg CO2e", "Facility energy x grid intensity");
  add("events", input.events, "events", "Events the kernel ran");
  rows.push(...(input.more ?? []));
  return {
    name: "summary",
    about: "One row a figure.",
    rows: rows.length,
    columns: [
      { name: "metric", unit: "", about: "Name of the figure", values: rows.map((r) => r[0]) },
      { name: "value", unit: "", about: "Value in the unit of the row; empty where it does not apply", values: Float64Array.from(rows, (r) => r[1]) },
      { name: "unit", unit: "", about: "Unit", values: rows.map((r) => r[2]) },
      { name: "about", unit: "", about: "Definition", values: rows.map((r) => r[3]) },
    ],
  };
}
