/** The tables of a run, made from the model's columns. Which columns there are: results/results.ts. */
import type { Datacenter } from "../model/datacenter.ts";
import * as H from "../model/hosts.ts";
import { EVENTS } from "../model/log.ts";
import * as V from "../model/vms.ts";
import type { Table } from "../results/table.ts";
import { number, table, text } from "./columns.ts";
import type { Ledger } from "./ledger.ts";
import { shortShare } from "./sla.ts";
import { readyPercent, type TimelineRow } from "./watch.ts";

const KWH = 3.6e6;
const MIB_PER_GIB = 1024;
/** Column names of the CPU ledger's causes, in the order of `CAUSES`. */
const CAUSE_COLUMNS = [
  "guest",
  "cpu_trap",
  "nested_paging",
  "io_path",
  "scheduling",
  "co_stop",
  "migration",
  "control_domain",
  "host_os",
  "interference",
  "remote_memory",
];

export function hostsTable(dc: Datacenter): Table {
  const { hosts } = dc;
  const n = hosts.count;
  const at = (column: number) => (h: number) => hosts.row[h * H.HOST_ROW + column];
  const kind = (h: number) => hosts.classes[hosts.classOf[h]];
  const onCoreS = (h: number) => at(H.ON_S)(h) * at(H.CORES)(h);
  const ledger = H.CAUSES.map((cause, i) =>
    number(`${CAUSE_COLUMNS[i]}_core_s`, "core-seconds", `CPU that went into: ${cause}`, n, at(H.coreSecondsColumn(i))),
  );
  return table("hosts", "One row a host.", n, [
    text("host", "Name", n, (h) => hosts.name(h)),
    text("group", "Host group of the scenario", n, (h) => kind(h).name),
    text("server", "Server of the catalogue, if any", n, (h) => kind(h).server ?? ""),
    text("hypervisor", "Product", n, (h) => kind(h).hypervisor.product),
    number("cores", "cores", "Cores, with what SMT adds", n, at(H.CORES)),
    number("memory_gib", "GiB", "RAM", n, (h) => kind(h).memoryMiB / MIB_PER_GIB),
    number("usable_memory_gib", "GiB", "RAM less what the hypervisor and the host's own programs keep", n, (h) => hosts.usableMiB[h] / MIB_PER_GIB),
    number("vm_overhead_peak_gib", "GiB", "Most memory the hypervisor needed for its VMs at one time", n, (h) => hosts.peakOverheadMiB[h] / MIB_PER_GIB),
    text("state", "Power state at the end", n, (h) => H.HOST_STATES[hosts.state[h]]),
    number("on_s", "s", "Time on", n, at(H.ON_S)),
    number("off_s", "s", "Time off or failed", n, at(H.OFF_S)),
    number("energy_kwh", "kWh", "IT energy", n, (h) => at(H.ALL_JOULES)(h) / KWH),
    number("idle_energy_kwh", "kWh", "Part of it that the host takes at zero load while on", n, (h) => at(H.IDLE_JOULES)(h) / KWH),
    number("utilisation_pct", "%", "CPU in use / CPU of all cores, time-weighted while on", n, (h) => (100 * (onCoreS(h) - at(H.IDLE_CORE_S)(h))) / onCoreS(h)),
    number("peak_utilisation_pct", "%", "Highest CPU in use / CPU of all cores", n, (h) => (100 * at(H.PEAK_CORES)(h)) / at(H.CORES)(h)),
    ...ledger,
    number("idle_core_s", "core-seconds", "CPU on and unused", n, at(H.IDLE_CORE_S)),
    number("off_core_s", "core-seconds", "CPU off", n, at(H.OFF_CORE_S)),
    number("failed_core_s", "core-seconds", "CPU failed", n, at(H.FAILED_CORE_S)),
    number("ready_core_s", "core-seconds", "CPU its VMs wanted and waited for", n, at(H.WAIT_CORE_S)),
    number("short_s", "s", "Time on in which some VM got less CPU than it could use", n, at(H.SHORT_S)),
    number("slatah_pct", "%", "That time / time on", n, (h) => 100 * shortShare(dc, h)),
    number("power_cycles", "", "Times it was switched on or woken by a policy", n, (h) => hosts.powerCycles[h]),
    number("peak_vms", "VMs", "Most VMs at one time", n, (h) => hosts.peakVms[h]),
    number("peak_vcpus_per_core", "vCPU/core", "Most vCPUs at one time / cores", n, (h) => hosts.peakVcpus[h] / kind(h).cores),
  ]);
}

export function vmsTable(dc: Datacenter): Table {
  const { vms, hosts } = dc;
  const n = vms.count;
  const at = (column: number) => (v: number) => vms.row[v * V.VM_ROW + column];
  const vmClass = (v: number) => vms.classes[vms.classOf[v]];
  return table("vms", "One row a VM.", n, [
    text("vm", "Name", n, (v) => vms.names[v]),
    text("group", "VM group of the scenario", n, (v) => vmClass(v).name),
    text("owner", "Owner", n, (v) => vms.owners[v]),
    text("class", "Service class", n, (v) => vmClass(v).serviceClass),
    number("vcpus", "vCPU", "Virtual CPUs", n, (v) => vms.vcpus[v]),
    number("memory_gib", "GiB", "Configured memory", n, (v) => vms.memoryMiB[v] / MIB_PER_GIB),
    number("overhead_mib", "MiB", "Memory its hypervisor needed for it", n, (v) => (vms.lastHost[v] < 0 ? Number.NaN : vms.overheadMiB[v])),
    text("host", "Host it was on last", n, (v) => (vms.lastHost[v] < 0 ? "" : hosts.name(vms.lastHost[v]))),
    text("state", "State at the end", n, (v) => V.VM_STATES[vms.state[v]]),
    number("requested_s", "s", "When it was asked for", n, (v) => vms.requestedAt[v]),
    number("started_s", "s", "When it first ran", n, (v) => vms.startedAt[v]),
    number("stopped_s", "s", "When it ended", n, (v) => vms.endedAt[v]),
    number("running_s", "s", "Time running", n, (v) => vms.runningSeconds[v]),
    number(
      "demanded_core_s",
      "core-seconds",
      "Guest work asked for, in core-seconds of the hosts it ran on",
      n,
      (v) => at(V.DONE_CORE_S)(v) + vms.shortCoreS[v],
    ),
    number("delivered_core_s", "core-seconds", "Guest work done", n, at(V.DONE_CORE_S)),
    number("ready_core_s", "core-seconds", "CPU it wanted and waited for", n, (v) => vms.waitCoreS[v]),
    number("ready_pct", "%", "Of its vCPUs' running time, the share spent waiting for CPU", n, (v) => readyPercent(vms.waitCoreS[v], V.vcpuSeconds(vms, v))),
    number("energy_kwh", "kWh", "Energy above idle that its CPU caused, overheads included", n, (v) => at(V.VM_JOULES)(v) / KWH),
    text("reason", "Why it was rejected", n, (v) => dc.log.reasonText(vms.reason[v])),
  ]);
}

export function timelineTable(rows: readonly TimelineRow[]): Table {
  const n = rows.length;
  const mean = (pick: (row: TimelineRow) => number) => (i: number) => pick(rows[i]) / rows[i].seconds;
  return table("timeline", "One row an interval; means are time-weighted over it.", n, [
    number("time_s", "s", "Start of the interval", n, (i) => rows[i].time),
    number(
      "power_w",
      "W",
      "Mean IT power",
      n,
      mean((r) => r.joules),
    ),
    number("energy_kwh", "kWh", "IT energy", n, (i) => rows[i].joules / KWH),
    number(
      "hosts_on",
      "hosts",
      "Mean number of hosts on",
      n,
      mean((r) => r.onSeconds),
    ),
    number(
      "cpu_used_cores",
      "cores",
      "Mean CPU in use, overheads included",
      n,
      mean((r) => r.usedCoreS),
    ),
    number(
      "cpu_demand_cores",
      "cores",
      "Mean guest work asked for, in native cores",
      n,
      mean((r) => r.demandCoreS),
    ),
    number(
      "cpu_capacity_cores",
      "cores",
      "Mean CPU of hosts that were on",
      n,
      mean((r) => r.onCoreS),
    ),
    number("utilisation_pct", "%", "CPU in use / CPU of hosts that were on", n, (i) => (100 * rows[i].usedCoreS) / rows[i].onCoreS),
    number("ready_pct", "%", "CPU waited for / CPU wanted", n, (i) => (rows[i].needCoreS > 0 ? (100 * rows[i].waitCoreS) / rows[i].needCoreS : 0)),
    number(
      "vms_running",
      "VMs",
      "Mean number of VMs running",
      n,
      mean((r) => r.runningVmS),
    ),
    number("vms_waiting", "VMs", "VMs waiting for a place at the end of the interval", n, (i) => rows[i].waiting),
  ]);
}

export function eventsTable(dc: Datacenter): Table {
  const { log, vms, hosts } = dc;
  const n = log.count;
  const detail = (i: number): string => {
    const value = log.detail[i];
    if (value !== value) return "";
    const event = EVENTS[log.event[i]];
    return event === "rejected" || event === "refused" || event === "out of space"
      ? dc.log.reasonText(value)
      : event === "task done"
        ? `task ${value + 1}`
        : event === "host speed"
          ? `${value} MHz a core`
          : isLink(i)
            ? ""
            : String(value);
  };
  const isLink = (i: number): boolean => EVENTS[log.event[i]].startsWith("link ");
  const whom = (i: number): string => (log.vm[i] >= 0 ? vms.names[log.vm[i]] : hosts.name(log.host[i]));
  return table("events", "One row an event, in order.", n, [
    number("time_s", "s", "When", n, (i) => log.time[i]),
    text("event", "What happened", n, (i) => EVENTS[log.event[i]]),
    text("kind", "vm, host or link", n, (i) => (isLink(i) ? "link" : log.vm[i] >= 0 ? "vm" : "host")),
    text("name", "To whom", n, (i) => (isLink(i) ? dc.log.reasonText(log.detail[i]) : whom(i))),
    text("host", "On which host", n, (i) => (log.host[i] >= 0 ? hosts.name(log.host[i]) : "")),
    text("detail", "Which task, why, how fast", n, detail),
  ]);
}

export function ledgerTable(ledgers: readonly Ledger[]): Table {
  const rows = ledgers.flatMap((ledger) => ledger.accounts.map((account) => ({ ledger, account })));
  const n = rows.length;
  return table("ledger", "One row an account; the accounts of a ledger add up to its total.", n, [
    text("ledger", "cpu, energy or vm", n, (i) => rows[i].ledger.name),
    text("account", "Where it went", n, (i) => rows[i].account.name),
    number("value", "", "How much, in the unit of the row", n, (i) => rows[i].account.value),
    text("unit", "core-seconds, J or VM-seconds", n, (i) => rows[i].ledger.unit),
    number("share_pct", "%", "Share of the ledger's total", n, (i) => (rows[i].ledger.total > 0 ? (100 * rows[i].account.value) / rows[i].ledger.total : 0)),
  ]);
}
