/**
 * Which figures a summary has: those of every run, and those of what only some scenarios have. So a check that names a figure
 * which cannot be there is refused before anything runs. test/checks/figures.test.ts holds this against every scenario of the gallery.
 */
import { figureNamed, nearestName, SHORT_NAMES } from "./names.ts";
import type { Check, CheckFault } from "./parse.ts";
import { figuresOf } from "./parse.ts";

/** What a scenario may have that brings figures of its own. */
export type Capability =
  | "failures"
  | "ha"
  | "fault tolerance"
  | "recovery"
  | "maintenance"
  | "datastores"
  | "exposure"
  | "a disclosed flaw"
  | "services"
  | "scaling"
  | "classes"
  | "money"
  | "carbon of hosts"
  | "governors"
  | "interference";

const ALWAYS =
  "duration_s hosts hosts_on_mean hosts_on_peak energy_it_kwh energy_facility_kwh power_mean_w power_peak_w utilisation_pct cpu_used_cores_mean vcpus_per_core_peak demanded_core_h delivered_core_h delivered_pct ready_pct_mean ready_pct_p95 ready_pct_worst_vm slatah_pct pdm_pct slav esv_kwh migrations migrations_broken_off migrated_gib migration_downtime_s migration_downtime_worst_s power_cycles host_shutdowns time_between_shutdowns_s vms_requested vms_placed vms_rejected vms_completed vms_stopped vms_lost vms_waiting last_completion_s cost_energy carbon_kg events";

const OF: Readonly<Record<Capability, string>> = {
  failures: "failures outages availability_pct availability_nines down_vm_h outage_mean_s outage_longest_s blast_radius_vms blast_radius_owners",
  ha: "split_brain_vms split_brain_vm_s",
  "fault tolerance": "take_overs",
  recovery:
    "recoveries recovered_rto_worst_s recovered_rpo_worst_s data_lost_mib rpo_missed rto_missed copy_age_mean_s copy_age_worst_s backups_done backups_missed",
  maintenance:
    "maintenance_hosts_done maintenance_hosts_not_done maintenance_hosts_taken_back maintenance_duration_s maintenance_vms_noticed maintenance_pause_worst_s ready_in_maintenance_pct ready_else_pct",
  datastores:
    "disk_ios disk_latency_ms disk_latency_worst_ms datastore_fullest_pct datastore_full_s out_of_space_vm_s disk_migrations disk_migrations_done disks_moved_gib",
  exposure: "owners_per_host reach_owners met_pct",
  "a disclosed flaw": "flawed_host_h",
  services: "service_members_mean service_done_pct service_unserved_pct",
  scaling: "scaling_actions scaling_refused vcpu_hours",
  classes: "promises_broken error_budget_burn_pct",
  money: "cost_total cost_per_year present_cost cost_unused",
  "carbon of hosts": "carbon_embodied_kg",
  governors: "pstate_switches speed_mean_mhz",
  interference: "slowed_by_interference_pct",
};

/** Figures that a summary leaves out where nothing of the kind happened, and what they are then. */
const UNEVENTFUL: Readonly<Record<string, { readonly value: number; readonly unit: string }>> = {
  pdm_vm_mean_pct: { value: 0, unit: "%" },
  hosts_short_of_memory: { value: 0, unit: "hosts" },
  memory_short_s: { value: 0, unit: "s" },
  memory_swapped_peak_gib: { value: 0, unit: "GiB" },
  slowed_by_memory_pct: { value: 0, unit: "%" },
  disk_migrations: { value: 0, unit: "migrations" },
  disk_migrations_done: { value: 0, unit: "migrations" },
  disks_moved_gib: { value: 0, unit: "GiB" },
  failures: { value: 0, unit: "failures" },
  outages: { value: 0, unit: "outages" },
  availability_pct: { value: 100, unit: "%" },
  down_vm_h: { value: 0, unit: "VM-hours" },
  outage_longest_s: { value: 0, unit: "s" },
  blast_radius_vms: { value: 0, unit: "VMs" },
  blast_radius_owners: { value: 0, unit: "owners" },
};

export const QUIET: ReadonlySet<string> = new Set(Object.keys(UNEVENTFUL));

const listed = (names: string): string[] => names.split(" ");

/** All figures that a run of a scenario with these capabilities may have. */
export function possibleFigures(capabilities: ReadonlySet<Capability>): Set<string> {
  const anyRun = Object.keys(UNEVENTFUL).filter((name) => !Object.values(OF).some((names) => listed(names).includes(name)));
  const own = [...capabilities].flatMap((capability) => listed(OF[capability]));
  return new Set([...listed(ALWAYS), ...anyRun, ...own]);
}

/** What a check names that cannot be there, at its place; null for nothing. */
export function impossibleFigure(check: Pick<Check, "left" | "right">, possible: ReadonlySet<string>): CheckFault | null {
  for (const { name, base, at: start } of figuresOf(check)) {
    if (figureNamed(name, possible) !== undefined) continue;
    const place = { at: start, length: name.length + (base ? 5 : 0) };
    const plain = SHORT_NAMES[name] ?? name.replaceAll(".", "_");
    const [capability] = Object.entries(OF).find(([, names]) => listed(names).includes(plain)) ?? [];
    if (capability !== undefined) return { message: `${JSON.stringify(name)} is a figure of scenarios with ${capability}, and this one has none`, ...place };
    const near = nearestName(name, possible);
    return { message: `there is no figure ${JSON.stringify(name)}`, ...place, ...(near === undefined ? {} : { suggestion: near }) };
  }
  return null;
}

/** Values of a figure in `runs` runs, where some or all of them left it out because nothing of the kind happened. */
export function uneventful(name: string, values: ArrayLike<number> | undefined, runs: number): { unit: string; values: Float64Array } | undefined {
  const quiet = Object.hasOwn(UNEVENTFUL, name) ? UNEVENTFUL[name] : undefined;
  if (quiet === undefined) return undefined;
  return {
    unit: quiet.unit,
    values: Float64Array.from({ length: runs }, (_, i) => (values === undefined || Number.isNaN(values[i]) ? quiet.value : (values[i] as number))),
  };
}
