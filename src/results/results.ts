import type { Table } from "./table.ts";

/**
 * What one run gives back: plain data, the same from the command, the library and the browser.
 *
 * Tables and their columns (the contract between the engine, the CSV files, the charts and the page):
 *
 * - `summary`: metric, value, unit, about. One row a headline figure (see `metrics/summary.ts`).
 * - `hosts`: host, group, server, hypervisor, cores, memory_gib, state, on_s, off_s, energy_kwh, idle_energy_kwh,
 *   utilisation_pct (time-weighted mean while on), peak_utilisation_pct, then the CPU ledger in core-seconds:
 *   guest_core_s, cpu_trap_core_s, nested_paging_core_s, io_path_core_s, scheduling_core_s, co_stop_core_s,
 *   migration_core_s, control_domain_core_s, host_os_core_s, interference_core_s, remote_memory_core_s, idle_core_s, off_core_s, failed_core_s; ready_core_s, short_s, slatah_pct, power_cycles, peak_vms.
 * - `vms`: vm, group, owner, class, vcpus, memory_gib, host (last), state, requested_s, started_s, stopped_s,
 *   running_s, demanded_core_s, delivered_core_s, ready_core_s, ready_pct, energy_kwh, reason.
 * - `timeline`: time_s (start of the interval), power_w (mean IT power), energy_kwh, hosts_on (mean), cpu_used_cores,
 *   cpu_demand_cores, cpu_capacity_cores (of hosts that are on), utilisation_pct (used / capacity of hosts on),
 *   ready_pct (core-seconds waited / core-seconds needed), vms_running, vms_waiting.
 * - `events`: time_s, event, kind ("vm" or "host"), name, host, detail.
 * - `ledger`: ledger ("cpu", "energy", "vm"), account, value, unit, share_pct.
 * - `migrations`: vm, from, to, scheme, started_s, stopped_s, resumed_s, ended_s, rounds, sent_mib, downtime_s, stop_reason, end.
 * - `decisions` (only where something rebalances or hosts are maintained): time_s, policy, action, vm, from, to, rule, numbers, refused.
 */
export interface Results {
  readonly run: RunInfo;
  readonly summary: Table;
  readonly hosts: Table;
  readonly vms: Table;
  readonly timeline: Table;
  readonly events: Table;
  readonly ledger: Table;
  readonly migrations: Table;
  readonly decisions?: Table;
  /** Tables of what only some scenarios use (resources, failures, money, ...), in the order in which they are written. */
  readonly extra: readonly Table[];
  readonly heatmap: Heatmap;
  /** Ready time of VM-hours by service class: how many VM-hours fell into each bin. */
  readonly ready: readonly ReadyHistogram[];
  readonly warnings: readonly string[];
}

export interface RunInfo {
  readonly version: string;
  readonly scenario: string;
  readonly about: string;
  readonly seed: string;
  /** ISO 8601 instant of second 0. */
  readonly start: string;
  /** Simulated seconds. */
  readonly durationSeconds: number;
  readonly placement: string;
  readonly hosts: number;
  readonly vms: number;
  /** Power usage effectiveness used for facility energy. */
  readonly pue: number;
  /** Hash of the event stream, `xxxx-xxxx-xxxx-xxxx`. */
  readonly fingerprint: string;
  readonly events: number;
}

/** CPU use of each host over time: `utilisation[host * buckets + bucket]`, a share 0..1 of the host's cores. */
export interface Heatmap {
  readonly hostNames: readonly string[];
  readonly groups: readonly string[];
  readonly bucketSeconds: number;
  readonly buckets: number;
  /** Mean over the bucket while on; NaN where the host was not on at all in the bucket. */
  readonly utilisation: Float32Array;
  /** Share of the bucket the host was on (1 = all of it), same layout. */
  readonly onShare: Float32Array;
}

export interface ReadyHistogram {
  readonly serviceClass: string;
  /** VM-hours by ready time in bins of `binPercent`: bin i holds [i * binPercent, (i + 1) * binPercent). */
  readonly binPercent: number;
  readonly vmHours: Float64Array;
  readonly p50: number;
  readonly p95: number;
  readonly worstVm: { readonly name: string; readonly readyPercent: number } | null;
}
