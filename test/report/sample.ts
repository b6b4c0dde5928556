/**
 * A made-up but plausible `Results`, for tests of charts, page and summary. Deterministic; its ledgers balance by
 * construction: the accounts are summed from the hosts, the energy account from the same interval sums as the timeline.
 */

import { randomLcg } from "d3";
import { maxOf } from "../../src/report/read.ts";
import type { Heatmap, ReadyHistogram, Results } from "../../src/results/results.ts";
import type { Column, Table } from "../../src/results/table.ts";

export interface SampleOptions {
  readonly hosts?: number;
  readonly vms?: number;
  readonly days?: number;
  readonly stepSeconds?: number;
  /** Hosts that are off at night and at the weekend; the last ones by number. */
  readonly offAtNight?: number;
  readonly rejected?: number;
  readonly groups?: number;
  readonly scenario?: string;
  /** Put before each name of hosts, VMs and groups. */
  readonly prefix?: string;
  readonly warnings?: readonly string[];
  readonly start?: string;
  readonly seed?: number;
  /** Moves between hosts, of 1 to 32 GiB. */
  readonly migrations?: number;
}

const CAUSES = ["cpu_trap", "nested_paging", "io_path", "scheduling", "co_stop", "migration", "control_domain", "host_os"] as const;
const ACCOUNT: Readonly<Record<string, string>> = {
  guest: "guest work",
  cpu_trap: "CPU trap",
  nested_paging: "nested paging",
  io_path: "I/O path",
  scheduling: "scheduling",
  co_stop: "co-stop",
  migration: "migration",
  control_domain: "control domain",
  host_os: "host OS",
  idle: "idle",
  off: "off",
  failed: "failed",
};
/** Core-seconds of each cause for one core-second of guest work: made up. */
const RATIO: Readonly<Record<string, number>> = {
  cpu_trap: 0.025,
  nested_paging: 0.031,
  io_path: 0.052,
  scheduling: 0.011,
  co_stop: 0.002,
  migration: 0,
  control_domain: 0,
  host_os: 0,
};

export function column(name: string, unit: string, values: Column["values"]): Column {
  return { name, unit, about: `${name} of the sample.`, values };
}

export function table(name: string, columns: Column[]): Table {
  return { name, about: `Sample of ${name}.`, rows: columns[0]?.values.length ?? 0, columns };
}

export function sampleResults(options: SampleOptions = {}): Results {
  const { hosts = 30, vms = 300, days = 7, stepSeconds = 300, offAtNight = 10, rejected = 0, prefix = "" } = options;
  const random = randomLcg(options.seed ?? 0.42);
  const groups = options.groups ?? 3;
  const cores = 32;
  const duration = days * 86400;
  const steps = Math.max(1, Math.round(duration / stepSeconds));
  const bucketSeconds = Math.max(3600, Math.round(duration / 400));
  const buckets = Math.ceil(duration / bucketSeconds);
  const hostNames = Array.from({ length: hosts }, (_, h) => `${prefix}heron-${String(h + 1).padStart(String(hosts).length, "0")}`);
  const groupOf = Array.from(
    { length: hosts },
    (_, h) => `${prefix}rack ${String.fromCharCode(65 + (Math.floor((h * groups) / hosts) % 26))}${groups > 26 ? Math.floor((h * groups) / hosts) : ""}`,
  );
  const level = Array.from({ length: hosts }, () => 0.7 + 0.6 * random());

  const isOn = (host: number, second: number): boolean => {
    if (host < hosts - offAtNight) return true;
    const day = Math.floor(second / 86400);
    const hour = (second % 86400) / 3600;
    return day % 7 < 5 && hour >= 6 && hour < 20;
  };
  const load = (host: number, second: number): number => {
    const hour = (second % 86400) / 3600;
    const workday = Math.floor(second / 86400) % 7 < 5 ? 1 : 0.35;
    const shape = 0.14 + workday * 0.36 * Math.max(0, Math.sin(((hour - 6) / 14) * Math.PI));
    return Math.min(0.98, shape * level[host] * (1 + 0.12 * Math.sin(second / 1700 + host)));
  };

  const utilisation = new Float32Array(hosts * buckets);
  const onShare = new Float32Array(hosts * buckets);
  const hostCpu: Record<string, Float64Array> = {};
  for (const key of Object.keys(ACCOUNT)) hostCpu[key] = new Float64Array(hosts);
  const stat = { on: new Float64Array(hosts), energy: new Float64Array(hosts), idle: new Float64Array(hosts), peak: new Float64Array(hosts) };
  const t = {
    time: new Float64Array(steps),
    power: new Float64Array(steps),
    energy: new Float64Array(steps),
    on: new Float64Array(steps),
    used: new Float64Array(steps),
    capacity: new Float64Array(steps),
    ready: new Float64Array(steps),
  };
  const overheadPerWork = CAUSES.reduce((sum, cause) => sum + (RATIO[cause] ?? 0), 0);
  for (let step = 0; step < steps; step++) {
    const second = step * stepSeconds;
    const length = Math.min(stepSeconds, duration - second);
    t.time[step] = second;
    for (let h = 0; h < hosts; h++) {
      if (!isOn(h, second)) {
        hostCpu.off[h] = (hostCpu.off?.[h] ?? 0) + cores * length;
        stat.energy[h] = (stat.energy[h] ?? 0) + 6 * length;
        t.power[step] = (t.power[step] ?? 0) + 6;
        continue;
      }
      const u = load(h, second);
      const guest = (u * cores) / (1 + overheadPerWork);
      hostCpu.guest[h] = (hostCpu.guest?.[h] ?? 0) + guest * length;
      for (const cause of CAUSES) hostCpu[cause][h] = (hostCpu[cause]?.[h] ?? 0) + guest * (RATIO[cause] ?? 0) * length;
      hostCpu.idle[h] = (hostCpu.idle?.[h] ?? 0) + (1 - u) * cores * length;
      const watts = 110 + 210 * u;
      stat.energy[h] = (stat.energy[h] ?? 0) + watts * length;
      stat.idle[h] = (stat.idle[h] ?? 0) + 110 * length;
      stat.on[h] = (stat.on[h] ?? 0) + length;
      stat.peak[h] = Math.max(stat.peak[h] ?? 0, u);
      t.power[step] = (t.power[step] ?? 0) + watts;
      t.on[step] = (t.on[step] ?? 0) + 1;
      t.used[step] = (t.used[step] ?? 0) + u * cores;
      t.capacity[step] = (t.capacity[step] ?? 0) + cores;
    }
    t.energy[step] = ((t.power[step] ?? 0) * length) / 3.6e6;
    t.ready[step] = Math.max(0, (t.used[step] ?? 0) / (t.capacity[step] || 1) - 0.3) * 6;
  }
  for (let h = 0; h < hosts; h++)
    for (let b = 0; b < buckets; b++) {
      let on = 0;
      let sum = 0;
      for (let k = 0; k < 4; k++) {
        const second = (b + (k + 0.5) / 4) * bucketSeconds;
        if (isOn(h, second)) {
          on++;
          sum += load(h, second);
        }
      }
      onShare[h * buckets + b] = on / 4;
      utilisation[h * buckets + b] = on ? sum / on : Number.NaN;
    }
  const heatmap: Heatmap = { hostNames, groups: groupOf, bucketSeconds, buckets, utilisation, onShare };

  const total = (values: ArrayLike<number>): number => Array.from(values).reduce((a, b) => a + b, 0);
  const itJoules = total(stat.energy);
  const idleJoules = total(stat.idle);
  const offJoules = total(hostCpu.off ?? []) * (6 / cores);
  const workJoules = itJoules - idleJoules - offJoules;
  const pue = 1.42;
  const ledger: [string, string, number, string][] = [];
  for (const [key, account] of Object.entries(ACCOUNT)) ledger.push(["cpu", account, total(hostCpu[key] ?? []), "core-s"]);
  ledger.push(["energy", "idle", idleJoules, "J"], ["energy", "guest work", workJoules / (1 + overheadPerWork), "J"]);
  for (const cause of CAUSES) ledger.push(["energy", ACCOUNT[cause], (workJoules / (1 + overheadPerWork)) * (RATIO[cause] ?? 0), "J"]);
  ledger.push(["energy", "transitions", 0, "J"], ["energy", "off", offJoules, "J"], ["energy", "cooling", itJoules * (pue - 1), "J"]);
  const vmSeconds = vms * duration;
  const rejectedShare = rejected / Math.max(1, vms);
  const vmAccounts: [string, number][] = [
    ["waiting for CPU", 0.011],
    ["slowed by overhead", 0.021],
    ["co-stop", 0.0007],
    ["waiting for I/O", 0.004],
    ["down (failure)", 0],
    ["suspended", 0],
    ["provisioning", 0.0004],
    ["booting", 0.0002],
    ["queued", 0],
    ["rejected", rejectedShare],
  ];
  ledger.push(["vm", "full speed", vmSeconds * (1 - vmAccounts.reduce((s, [, v]) => s + v, 0)), "VM-s"]);
  for (const [account, value] of vmAccounts) ledger.push(["vm", account, vmSeconds * value, "VM-s"]);
  const ledgerTotal = (name: string): number => total(ledger.filter(([l]) => l === name).map(([, , v]) => v));

  const classes = ["gold", "silver", "bronze"] as const;
  const vmClass = Array.from({ length: vms }, (_, v) => classes[v % 3] as string);
  const ready = Array.from({ length: vms }, (_, v) => (v < rejected ? Number.NaN : Math.min(40, -Math.log(1 - random()) * (0.5 + 0.4 * (v % 3)))));
  const vmName = Array.from({ length: vms }, (_, v) => `${prefix}orchid-${String(v + 1).padStart(String(vms).length, "0")}`);
  const histograms: ReadyHistogram[] = classes.map((serviceClass, c) => {
    const vmHours = new Float64Array(400);
    let worst = -1;
    for (let v = c; v < vms; v += 3) {
      const value = ready[v];
      if (Number.isNaN(value)) continue;
      if (worst < 0 || value > ready[worst]) worst = v;
      // Most hours are calm, one in eight is as bad as the VM's mean times two.
      vmHours[0] = (vmHours[0] ?? 0) + days * 21;
      const bin = Math.min(399, Math.floor((value * 2) / 0.25));
      vmHours[bin] = (vmHours[bin] ?? 0) + days * 3;
    }
    const all = total(vmHours);
    const quantile = (q: number): number => {
      let seen = 0;
      for (let i = 0; i < vmHours.length; i++) {
        seen += vmHours[i];
        if (seen >= q * all) return (i + 0.5) * 0.25;
      }
      return Number.NaN;
    };
    return {
      serviceClass,
      binPercent: 0.25,
      vmHours,
      p50: quantile(0.5),
      p95: quantile(0.95),
      worstVm: worst < 0 ? null : { name: vmName[worst], readyPercent: ready[worst] },
    };
  });

  const mean = (values: ArrayLike<number>): number => total(values) / Math.max(1, values.length);
  const utilisationPct = (100 * total(t.used)) / total(t.capacity);
  const summary: [string, number, string][] = [
    ["energy_it_kwh", itJoules / 3.6e6, "kWh"],
    ["energy_facility_kwh", (itJoules * pue) / 3.6e6, "kWh"],
    ["power_mean_w", mean(t.power), "W"],
    ["power_peak_w", maxOf(t.power), "W"],
    ["hosts", hosts, ""],
    ["hosts_on_mean", mean(t.on), ""],
    ["hosts_on_peak", maxOf(t.on), ""],
    ["utilisation_pct", utilisationPct, "%"],
    ["cpu_used_cores_mean", mean(t.used), "cores"],
    ["ready_pct_mean", 0.4, "%"],
    ["ready_pct_p95", maxOf(histograms.map((h) => h.p95)), "%"],
    ["ready_pct_worst_vm", maxOf(ready), "%"],
    ["vms_requested", vms, ""],
    ["vms_placed", vms - rejected, ""],
    ["vms_rejected", rejected, ""],
    ["vms_completed", 0, ""],
    ["vms_lost", 0, ""],
    ["cost_energy", ((itJoules * pue) / 3.6e6) * 0.21, "EUR"],
    ["carbon_kg", ((itJoules * pue) / 3.6e6) * 0.3, "kg"],
    ["demanded_core_h", 1000, "core-h"],
    ["delivered_core_h", 996, "core-h"],
    ["delivered_pct", 99.6, "%"],
    ["events", 61_234, ""],
    ["vcpus_per_core_peak", 1.25, ""],
  ];
  // Its own luck, so that other figures stay as they are.
  const moves = randomLcg(0.17);
  const moved = Array.from({ length: options.migrations ?? 0 }, (_, i) => {
    const from = Math.floor(moves() * hosts);
    const at = moves() * duration;
    return { vm: `${prefix}orchid-${i}`, from, to: (from + 1 + Math.floor(moves() * (hosts - 1))) % hosts, at, gib: 1 + Math.floor(31 * moves()) };
  });
  const constant = (length: number, value: number): Float64Array => new Float64Array(length).fill(value);
  const some = (length: number, value: string): string[] => new Array<string>(length).fill(value);
  return {
    run: {
      version: "0.1.0",
      scenario: options.scenario ?? "Lagoon",
      about: "Thirty hosts and three hundred VMs through an ordinary week.",
      seed: "7",
      start: options.start ?? "2027-01-11T00:00:00Z",
      durationSeconds: duration,
      placement: "first-fit",
      hosts,
      vms,
      pue,
      fingerprint: "9d03-71be-c2a4-0f58",
      events: 61_234,
    },
    summary: table("summary", [
      column(
        "metric",
        "",
        summary.map(([m]) => m),
      ),
      column(
        "value",
        "",
        Float64Array.from(summary, ([, v]) => v),
      ),
      column(
        "unit",
        "",
        summary.map(([, , u]) => u),
      ),
      column(
        "about",
        "",
        summary.map(([m]) => `What ${m} is.`),
      ),
    ]),
    hosts: table("hosts", [
      column("host", "", hostNames),
      column("group", "", groupOf),
      column("server", "", some(hosts, "PowerEdge R7525")),
      column(
        "hypervisor",
        "",
        Array.from({ length: hosts }, (_, h) => (h % 2 ? "kvm" : "esxi")),
      ),
      column("cores", "", constant(hosts, cores)),
      column("memory_gib", "GiB", constant(hosts, 256)),
      column("state", "", some(hosts, "on")),
      column("on_s", "s", stat.on),
      column(
        "off_s",
        "s",
        stat.on.map((s) => duration - s),
      ),
      column(
        "energy_kwh",
        "kWh",
        stat.energy.map((j) => j / 3.6e6),
      ),
      column(
        "idle_energy_kwh",
        "kWh",
        stat.idle.map((j) => j / 3.6e6),
      ),
      column(
        "utilisation_pct",
        "%",
        stat.on.map((s, h) => (100 * (cores * s - (hostCpu.idle?.[h] ?? 0))) / (cores * s)),
      ),
      column(
        "peak_utilisation_pct",
        "%",
        stat.peak.map((p) => p * 100),
      ),
      ...Object.keys(ACCOUNT).map((key) => column(`${key}_core_s`, "core-s", hostCpu[key])),
      column("peak_vms", "", constant(hosts, Math.ceil(vms / hosts))),
    ]),
    vms: table("vms", [
      column("vm", "", vmName),
      column("group", "", some(vms, `${prefix}web`)),
      column("owner", "", some(vms, "ops")),
      column("class", "", vmClass),
      column("vcpus", "", constant(vms, 4)),
      column("memory_gib", "GiB", constant(vms, 16)),
      column(
        "host",
        "",
        Array.from({ length: vms }, (_, v) => (v < rejected ? "" : hostNames[v % hosts])),
      ),
      column(
        "state",
        "",
        Array.from({ length: vms }, (_, v) => (v < rejected ? "rejected" : "running")),
      ),
      column("requested_s", "s", constant(vms, 0)),
      column("started_s", "s", constant(vms, 0)),
      column("stopped_s", "s", constant(vms, Number.NaN)),
      column(
        "running_s",
        "s",
        Float64Array.from({ length: vms }, (_, v) => (v < rejected ? 0 : duration)),
      ),
      column("demanded_core_s", "core-s", constant(vms, duration)),
      column("delivered_core_s", "core-s", constant(vms, duration * 0.99)),
      column(
        "ready_core_s",
        "core-s",
        Float64Array.from(ready, (r) => ((Number.isNaN(r) ? 0 : r) / 100) * duration),
      ),
      column("ready_pct", "%", Float64Array.from(ready)),
      column("energy_kwh", "kWh", constant(vms, 1)),
      column(
        "reason",
        "",
        Array.from({ length: vms }, (_, v) => (v < rejected ? (v % 3 ? "memory: 16 GiB asked, no host has more than 12 GiB free" : "vCPUs per core") : "")),
      ),
    ]),
    timeline: table("timeline", [
      column("time_s", "s", t.time),
      column("power_w", "W", t.power),
      column("energy_kwh", "kWh", t.energy),
      column("hosts_on", "", t.on),
      column("cpu_used_cores", "cores", t.used),
      column("cpu_demand_cores", "cores", t.used),
      column("cpu_capacity_cores", "cores", t.capacity),
      column(
        "utilisation_pct",
        "%",
        t.used.map((u, i) => (100 * u) / t.capacity[i]),
      ),
      column("ready_pct", "%", t.ready),
      column("vms_running", "", constant(steps, vms - rejected)),
      column("vms_waiting", "", constant(steps, 0)),
    ]),
    events: table("events", [
      column("time_s", "s", [0, Math.round(duration * 0.53)]),
      column("event", "", ["requested", "failed"]),
      column("kind", "", ["vm", "host"]),
      column("name", "", [vmName[0] ?? "", hostNames[Math.min(3, hosts - 1)]]),
      column("host", "", ["", hostNames[Math.min(3, hosts - 1)]]),
      column("detail", "", ["", "power supply"]),
    ]),
    ledger: table("ledger", [
      column(
        "ledger",
        "",
        ledger.map(([l]) => l),
      ),
      column(
        "account",
        "",
        ledger.map(([, a]) => a),
      ),
      column(
        "value",
        "",
        Float64Array.from(ledger, ([, , v]) => v),
      ),
      column(
        "unit",
        "",
        ledger.map(([, , , u]) => u),
      ),
      column(
        "share_pct",
        "%",
        Float64Array.from(ledger, ([l, , v]) => (100 * v) / ledgerTotal(l)),
      ),
    ]),
    migrations: table("migrations", [
      column(
        "vm",
        "",
        moved.map((m) => m.vm),
      ),
      column(
        "from",
        "",
        moved.map((m) => hostNames[m.from]),
      ),
      column(
        "to",
        "",
        moved.map((m) => hostNames[m.to]),
      ),
      column("scheme", "", some(moved.length, "pre-copy")),
      column(
        "started_s",
        "s",
        moved.map((m) => m.at),
      ),
      column(
        "sent_mib",
        "MiB",
        moved.map((m) => 1024 * m.gib),
      ),
      column("downtime_s", "s", constant(moved.length, 0.2)),
      column("end", "", some(moved.length, "done")),
    ]),
    extra: [],
    heatmap,
    ready: histograms,
    warnings: options.warnings ?? ["memory cost of nested paging on KVM is an estimate: 0.6 % to 3 %, median of 14 sources 1.4 %"],
  };
}
