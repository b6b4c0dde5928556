/** Tables of the page that are made from the results' own: the VMs that wait most, the longest stops for migrations, the hosts by group. */

import type { Results } from "../results/results.ts";
import { formatCount, formatDuration, formatMemory, formatNumber } from "../units/format.ts";
import { ledgerOf } from "./accounts.ts";
import type { TableBlock } from "./document.ts";
import { aligned, counted, MISSING, share, shorten } from "./format.ts";
import { numbersIn, textsIn } from "./read.ts";

const WORST = 10;

/** Row numbers of the `most` largest positive values, largest first; ties by row. */
function largestRows(values: ArrayLike<number>, most: number): number[] {
  const rows: number[] = [];
  for (let row = 0; row < values.length; row++) {
    const value = values[row] as number;
    if (!(value > 0)) continue;
    let at = rows.length;
    while (at > 0 && value > (values[rows[at - 1] as number] as number)) at--;
    if (at >= most) continue;
    rows.splice(at, 0, row);
    if (rows.length > most) rows.pop();
  }
  return rows;
}

export function worstVms(results: Results): TableBlock {
  const { vms } = results;
  const ready = numbersIn(vms, "ready_pct");
  const rows = largestRows(ready, WORST);
  const [names, classes, hosts] = ["vm", "class", "host"].map((name) => textsIn(vms, name)) as [readonly string[], readonly string[], readonly string[]];
  const vcpus = numbersIn(vms, "vcpus");
  const oneClass = classes.every((name) => name === classes[0]);
  return {
    title: rows.length === 0 ? "No VM waits for CPU" : `The ${rows.length === 1 ? "VM that waits" : `${formatCount(rows.length)} VMs that wait`} most`,
    subtitle: `Ready time, % of the time the VM ran; of ${counted(vms.rows, "VM")}`,
    head: ["VM", "Ready", ...(oneClass ? [] : ["Class"]), "vCPUs", "Last host"],
    numeric: [1, oneClass ? 2 : 3],
    rows: rows.map((row) => [
      shorten(names[row] ?? "", 32),
      share(ready[row] as number),
      ...(oneClass ? [] : [shorten(classes[row] ?? "", 20)]),
      formatNumber(vcpus[row] ?? Number.NaN),
      shorten(hosts[row] || MISSING, 28),
    ]),
    note: "Every VM is in vms.csv.",
  };
}

/** The migrations for which VMs stood still longest. */
export function longestStops(results: Results): TableBlock {
  const { migrations } = results;
  const downtime = numbersIn(migrations, "downtime_s");
  const sent = numbersIn(migrations, "sent_mib");
  const [names, from, to, schemes] = ["vm", "from", "to", "scheme"].map((name) => textsIn(migrations, name)) as [
    readonly string[],
    readonly string[],
    readonly string[],
    readonly string[],
  ];
  const rows = largestRows(downtime, WORST);
  const oneScheme = schemes.every((scheme) => scheme === schemes[0]);
  return {
    title: rows.length === 0 ? "No VM stands still to move" : "The longest stops for migrations",
    subtitle: `Time the VM stood still; of ${counted(migrations.rows, "migration")}${oneScheme && schemes[0] ? `, all ${schemes[0]}` : ""}`,
    head: ["VM", "Stopped", "Sent", "From", "To", ...(oneScheme ? [] : ["How"])],
    numeric: [1, 2],
    rows: rows.map((row) => [
      shorten(names[row] ?? "", 24),
      formatDuration(downtime[row] as number),
      formatMemory(sent[row] ?? Number.NaN),
      shorten(from[row] ?? "", 20),
      shorten(to[row] ?? "", 20),
      ...(oneScheme ? [] : [schemes[row] ?? ""]),
    ]),
    note: "Every migration is in migrations.csv.",
  };
}

const MOST_GROUPS = 40;

interface GroupSum {
  hosts: number;
  readonly hypervisors: Set<string>;
  cores: number;
  coreSecondsOn: number;
  usedCoreSeconds: number;
  onSeconds: number;
  seconds: number;
  energyKwh: number;
  peakVms: number;
}

export function hostGroups(results: Results): TableBlock {
  const { hosts } = results;
  const number = (name: string): ArrayLike<number> => numbersIn(hosts, name);
  const [groups, hypervisors] = [textsIn(hosts, "group"), textsIn(hosts, "hypervisor")];
  const columns = {
    cores: number("cores"),
    on: number("on_s"),
    off: number("off_s"),
    energy: number("energy_kwh"),
    used: number("utilisation_pct"),
    vms: number("peak_vms"),
  };
  const sums = new Map<string, GroupSum>();
  const value = (values: ArrayLike<number>, row: number): number => (Number.isFinite(values[row]) ? (values[row] as number) : 0);
  for (let row = 0; row < hosts.rows; row++) {
    const name = groups[row] ?? "";
    const sum = sums.get(name) ?? {
      hosts: 0,
      hypervisors: new Set<string>(),
      cores: 0,
      coreSecondsOn: 0,
      usedCoreSeconds: 0,
      onSeconds: 0,
      seconds: 0,
      energyKwh: 0,
      peakVms: 0,
    };
    sums.set(name, sum);
    const cores = value(columns.cores, row);
    const on = value(columns.on, row);
    sum.hosts++;
    sum.hypervisors.add(hypervisors[row] ?? "");
    sum.cores += cores;
    sum.coreSecondsOn += cores * on;
    sum.usedCoreSeconds += cores * on * (value(columns.used, row) / 100);
    sum.onSeconds += on;
    sum.seconds += on + value(columns.off, row);
    sum.energyKwh += value(columns.energy, row);
    sum.peakVms = Math.max(sum.peakVms, value(columns.vms, row));
  }
  const energies = aligned([...sums.values()].map(({ energyKwh }) => energyKwh));
  const rows = [...sums]
    .slice(0, MOST_GROUPS)
    .map(([name, sum], i) => [
      shorten(name || "all hosts", 40),
      formatCount(sum.hosts),
      shorten([...sum.hypervisors].join(", "), 40),
      formatCount(sum.cores),
      sum.seconds > 0 ? share((100 * sum.onSeconds) / sum.seconds) : MISSING,
      sum.coreSecondsOn > 0 ? share((100 * sum.usedCoreSeconds) / sum.coreSecondsOn) : MISSING,
      energies[i] ?? MISSING,
      formatCount(sum.peakVms),
    ]);
  return {
    title: `${counted(hosts.rows, "host")} in ${counted(sums.size, "group")}`,
    subtitle: "Time on is the share of the run; CPU used is the mean while on; energy is at the plug; peak VMs is the most on one host",
    head: ["Group", "Hosts", "Hypervisor", "Cores", "Time on", "CPU used", "IT energy, kWh", "Peak VMs"],
    numeric: [1, 3, 4, 5, 6, 7],
    rows,
    note: `Each host is in hosts.csv${sums.size > MOST_GROUPS ? `, with ${formatCount(sums.size - MOST_GROUPS)} more groups` : ""}.`,
  };
}

/** Columns of hosts.csv that are accounts of the CPU ledger; others in core-seconds, as ready time, are not. */
const accountColumns = (results: Results): ReadonlySet<string> =>
  new Set(
    ledgerOf(results, "cpu").accounts.flatMap(({ name }) => [
      `${name.replace("/", "").toLowerCase().replace(/\W+/g, "_")}_core_s`,
      ...(name === "guest work" ? ["guest_core_s"] : []),
    ]),
  );

/** Core-seconds of all accounts of all hosts; NaN when the hosts' table has no such columns. */
export function hostCoreSeconds(results: Results): number {
  const names = accountColumns(results);
  const accounts = results.hosts.columns.filter((column) => names.has(column.name));
  if (accounts.length === 0) return Number.NaN;
  let sum = 0;
  for (const { name } of accounts) {
    const values = numbersIn(results.hosts, name);
    for (let row = 0; row < values.length; row++) if (Number.isFinite(values[row])) sum += values[row] as number;
  }
  return sum;
}
