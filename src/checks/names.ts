/**
 * What the figures of a summary may be called in a check: their own names (`ready_pct_p95`), the same with dots
 * (`vms.rejected`), and the short names below.
 */
import { nearest } from "../units/spelling.ts";

/** Short names, and the figures they stand for. docs/checks.md lists them. */
export const SHORT_NAMES: Readonly<Record<string, string>> = {
  energy: "energy_facility_kwh",
  "energy.facility": "energy_facility_kwh",
  "energy.it": "energy_it_kwh",
  "power.mean": "power_mean_w",
  "power.peak": "power_peak_w",
  "ready.mean": "ready_pct_mean",
  "ready.p95": "ready_pct_p95",
  "ready.worst": "ready_pct_worst_vm",
  "hosts.on": "hosts_on_mean",
  "hosts.peak": "hosts_on_peak",
  "cpu.used": "utilisation_pct",
  delivered: "delivered_pct",
  slatah: "slatah_pct",
  pdm: "pdm_pct",
  esv: "esv_kwh",
  rejected: "vms_rejected",
  lost: "vms_lost",
  waiting: "vms_waiting",
  completed: "vms_completed",
  "migrations.downtime": "migration_downtime_s",
  "migrations.longest": "migration_downtime_worst_s",
  "migrations.moved": "migrated_gib",
  "cost.energy": "cost_energy",
  carbon: "carbon_kg",
  duration: "duration_s",
};

/** The figure a name stands for among those there are, or undefined. */
export function figureNamed(name: string, known: ReadonlySet<string>): string | undefined {
  if (known.has(name)) return name;
  const underlined = name.replaceAll(".", "_");
  if (known.has(underlined)) return underlined;
  const short = SHORT_NAMES[name];
  return short !== undefined && known.has(short) ? short : undefined;
}

/** The nearest name there is, short ones included. */
export function nearestName(name: string, known: ReadonlySet<string>): string | undefined {
  return nearest(name, [...Object.keys(SHORT_NAMES).filter((short) => known.has(SHORT_NAMES[short] ?? "")), ...known]);
}
