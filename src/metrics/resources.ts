/**
 * `resources.csv`: every resource of every host in one table, so that they can be compared: what there is, what is used, how long it
 * was short. Exact integrals over the run; CPU over the time the host was on.
 *
 * Short means: CPU, some VM got less than it could use; memory, it was taken from VMs (soft, hard or low); a device or a link, busy
 * all the time. Shared datastores and uplinks belong to no host.
 */
import type { Datacenter } from "../model/datacenter.ts";
import * as H from "../model/hosts.ts";
import type { Table } from "../results/table.ts";
import { number, table, text } from "./columns.ts";

export interface ResourceRow {
  /** "" for what hosts share. */
  readonly host: string;
  readonly kind: "cpu" | "memory" | "disk" | "network";
  readonly name: string;
  readonly unit: string;
  readonly capacity: number;
  /** Time-weighted mean, and the highest, in the unit of the capacity. */
  readonly used: number;
  readonly peak: number;
  readonly shortSeconds: number;
}

const MIB_PER_GIB = 1024;

export function resourcesTable(dc: Datacenter, seconds: number): Table {
  const rows = [...hostRows(dc, seconds), ...linkRows(dc, seconds)];
  const n = rows.length;
  return table("resources", "One row a resource of a host, or of what hosts share.", n, [
    text("host", "Host; empty for what hosts share", n, (i) => rows[i].host),
    text("kind", "cpu, memory, disk or network", n, (i) => rows[i].kind),
    text("resource", "Name of the device or link; empty for all CPU or memory of the host", n, (i) => rows[i].name),
    text("unit", "Unit of capacity and use", n, (i) => rows[i].unit),
    number("capacity", "", "What there is, in the unit of the row", n, (i) => rows[i].capacity),
    number("used_mean", "", "In use, time-weighted mean; CPU while the host was on", n, (i) => rows[i].used),
    number("used_peak", "", "Most in use at one time", n, (i) => rows[i].peak),
    number("utilisation_pct", "%", "Mean use / capacity", n, (i) => (100 * rows[i].used) / rows[i].capacity),
    number("short_s", "s", "Time in which somebody got less of it than it could use", n, (i) => rows[i].shortSeconds),
  ]);
}

function hostRows(dc: Datacenter, seconds: number): ResourceRow[] {
  const { hosts, memory } = dc;
  const rows: ResourceRow[] = [];
  for (let h = 0; h < hosts.count; h++) {
    const at = (column: number): number => hosts.row[h * H.HOST_ROW + column];
    const cores = at(H.CORES);
    const host = hosts.name(h);
    rows.push({
      host,
      kind: "cpu",
      name: "",
      unit: "cores",
      capacity: cores,
      used: at(H.ON_S) > 0 ? cores - at(H.IDLE_CORE_S) / at(H.ON_S) : Number.NaN,
      peak: at(H.PEAK_CORES),
      shortSeconds: at(H.SHORT_S),
    });
    rows.push({
      host,
      kind: "memory",
      name: "",
      unit: "GiB",
      capacity: hosts.usableMiB[h] / MIB_PER_GIB,
      used: memory.usedMiBSeconds(h) / seconds / MIB_PER_GIB,
      peak: memory.peakUsedMiB[h] / MIB_PER_GIB,
      shortSeconds: memory.shortSeconds(h),
    });
  }
  return rows;
}

/** Devices and links that something crossed. */
function linkRows({ hosts, flows, datastores }: Datacenter, seconds: number): ResourceRow[] {
  flows.settle();
  const rows: ResourceRow[] = [];
  for (const { host, name, device } of datastores.list)
    rows.push({
      host: host >= 0 ? hosts.name(host) : "",
      kind: "disk",
      name,
      unit: "of its time",
      capacity: 1,
      used: (device.streamIntegral + device.transferIntegral) / seconds,
      peak: device.peak,
      shortSeconds: device.fullSeconds,
    });
  const names = new Set<string>();
  for (let h = 0; h < hosts.count; h++) names.add(hosts.name(h));
  for (const link of flows.links) {
    if (link.perIo !== 0 || link.peak === 0) continue;
    const owner = link.name.slice(0, Math.max(0, link.name.indexOf("/")));
    rows.push({
      host: names.has(owner) ? owner : "",
      kind: "network",
      name: link.name,
      unit: "MiB/s",
      capacity: link.nominal,
      used: (link.streamIntegral + link.transferIntegral) / seconds,
      peak: link.peak,
      shortSeconds: link.fullSeconds,
    });
  }
  return rows;
}
