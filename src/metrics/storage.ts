/**
 * Datastores and links over the run: tables, headline figures, and what is noted at every interval of the timeline.
 *
 * Values of an interval are differences of exact integrals at its ends, space is what is in use at its end. Only reads what
 * the model keeps; made only for scenarios that have datastores or networks of their own.
 */
import type { Datacenter } from "../model/datacenter.ts";
import type { Datastore } from "../model/datastores.ts";
import type { Link } from "../model/link.ts";
import { OUT_OF_SPACE } from "../model/vms.ts";
import type { Table } from "../results/table.ts";
import { number, table, text } from "./columns.ts";
import type { SummaryRow } from "./summary.ts";

const MIB_PER_GIB = 1024;
/** No more rows than this in the table over time; longer runs get wider intervals. */
const MOST_ROWS = 100_000;

interface Row {
  readonly store: Datastore;
  readonly time: number;
  readonly seconds: number;
  readonly usedMiB: number;
  readonly capacityMiB: number;
  readonly ios: number;
  readonly mib: number;
  readonly latencyIos: number;
  readonly busy: number;
}

/** What a datastore's integrals stood at. */
interface Mark {
  ios: number;
  mib: number;
  latencyIos: number;
  busy: number;
}

export class StorageWatch {
  readonly #dc: Datacenter;
  /** Every so many intervals of the timeline are one here. */
  readonly #every: number;
  readonly #rows: Row[] = [];
  readonly #marks: Mark[];
  #last = 0;
  #count = 0;

  /** `plannedSeconds`: how long the run may last; Infinity when nobody knows. */
  constructor(dc: Datacenter, intervalSeconds: number, plannedSeconds: number) {
    this.#dc = dc;
    const stores = dc.datastores.list.length;
    const rows = (Number.isFinite(plannedSeconds) ? plannedSeconds / intervalSeconds : 0) * stores;
    this.#every = Math.max(1, Math.ceil(rows / MOST_ROWS));
    this.#marks = dc.datastores.list.map(() => ({ ios: 0, mib: 0, latencyIos: 0, busy: 0 }));
  }

  /** An interval of the timeline has ended. */
  observe(now: number): void {
    if (++this.#count % this.#every === 0) this.#note(now);
  }

  #note(now: number): void {
    if (now <= this.#last) return;
    this.#dc.flows.settle();
    for (const [i, store] of this.#dc.datastores.list.entries()) {
      const mark = this.#marks[i];
      const { ios, mib, latencyIos } = store;
      const busy = store.device.streamIntegral + store.device.transferIntegral;
      this.#rows.push({
        store,
        time: this.#last,
        seconds: now - this.#last,
        usedMiB: this.#dc.datastores.usedMiB(store),
        capacityMiB: store.capacityMiB,
        ios: ios - mark.ios,
        mib: mib - mark.mib,
        latencyIos: latencyIos - mark.latencyIos,
        busy: busy - mark.busy,
      });
      this.#marks[i] = { ios, mib, latencyIos, busy };
    }
    this.#last = now;
  }

  /** Ends the accounts. The datacenter must be closed. */
  close(now: number): void {
    this.#dc.datastores.settleAll();
    this.#dc.flows.settle();
    this.#dc.io.holdups.settle();
    this.#note(now);
  }

  tables(seconds: number): Table[] {
    const tables: Table[] = [];
    if (this.#dc.datastores.list.length > 0) tables.push(datastoresTable(this.#dc, seconds), this.#overTime());
    const links = linksTable(this.#dc, seconds);
    if (links.rows > 0) tables.push(links);
    const holdups = holdupsTable(this.#dc);
    if (holdups.rows > 0) tables.push(holdups);
    return tables;
  }

  #overTime(): Table {
    const rows = this.#rows;
    const n = rows.length;
    return table("datastores-timeline", "One row a datastore and interval; means are time-weighted over it, latency over its I/Os.", n, [
      number("time_s", "s", "Start of the interval", n, (i) => rows[i].time),
      text("datastore", "Name; with the host where it is local", n, (i) => rows[i].store.name),
      number("used_gib", "GiB", "Space in use at the end of the interval", n, (i) => rows[i].usedMiB / MIB_PER_GIB),
      number("capacity_gib", "GiB", "Capacity at the end of the interval", n, (i) => rows[i].capacityMiB / MIB_PER_GIB),
      number("iops", "1/s", "Mean I/Os a second at the device", n, (i) => rows[i].ios / rows[i].seconds),
      number("mib_s", "MiB/s", "Mean throughput of the VMs", n, (i) => rows[i].mib / rows[i].seconds),
      number("utilisation_pct", "%", "Time of the device in use, copies included", n, (i) => (100 * rows[i].busy) / rows[i].seconds),
      number("latency_ms", "ms", "Mean latency of an I/O; empty without any", n, (i) => (1000 * rows[i].latencyIos) / rows[i].ios),
    ]);
  }

  /** Headline figures, for scenarios with datastores. */
  figures(seconds: number): SummaryRow[] {
    const { list } = this.#dc.datastores;
    if (list.length === 0) return [];
    const sum = (pick: (store: Datastore) => number): number => list.reduce((all, store) => all + pick(store), 0);
    const ios = sum((s) => s.ios);
    return [
      ["disk_ios", ios, "I/Os", "I/Os that datastores served"],
      ["disk_latency_ms", (1000 * sum((s) => s.latencyIos)) / ios, "ms", "Mean latency of an I/O, all datastores"],
      ["disk_latency_worst_ms", 1000 * Math.max(...list.map((s) => s.peakLatency)), "ms", "Highest mean latency of a datastore at one time"],
      [
        "datastore_fullest_pct",
        100 * Math.max(...list.map((s) => s.peakMiB / s.capacityMiB)),
        "%",
        "Most space in use / capacity, of the datastore that was fullest",
      ],
      ["datastore_full_s", sum((s) => s.device.fullSeconds), "s", "Time in which a datastore's device was busy all the time, all together"],
      [
        "out_of_space_vm_s",
        this.#dc.times.seconds[OUT_OF_SPACE],
        "VM-seconds",
        `Time VMs stood still because a datastore was full, in ${Math.round(seconds)} s`,
      ],
    ];
  }
}

function datastoresTable(dc: Datacenter, seconds: number): Table {
  const { list } = dc.datastores;
  const n = list.length;
  const hosts = (store: Datastore): string => (store.host >= 0 ? dc.hosts.name(store.host) : (store.spec.hosts?.join("; ") ?? "all"));
  return table("datastores", "One row a datastore.", n, [
    text("datastore", "Name; with the host where it is local", n, (i) => list[i].name),
    text("hosts", "Hosts that reach it", n, (i) => hosts(list[i])),
    number("capacity_gib", "GiB", "Capacity at the end", n, (i) => list[i].capacityMiB / MIB_PER_GIB),
    number("used_gib", "GiB", "Space in use at the end", n, (i) => list[i].usedMiB / MIB_PER_GIB),
    number("used_mean_gib", "GiB", "Space in use, time-weighted mean", n, (i) => list[i].usedIntegral / seconds / MIB_PER_GIB),
    number("peak_gib", "GiB", "Most space in use", n, (i) => list[i].peakMiB / MIB_PER_GIB),
    number("promised_gib", "GiB", "What its disks may grow to, at the end", n, (i) => dc.datastores.promisedMiB(list[i]) / MIB_PER_GIB),
    number("disks", "", "Disks on it at the end", n, (i) => list[i].disks.size),
    number("ios", "I/Os", "I/Os served at the device, those for looking through chains included", n, (i) => list[i].ios),
    number("gib", "GiB", "Data that VMs read and wrote", n, (i) => list[i].mib / MIB_PER_GIB),
    number(
      "utilisation_pct",
      "%",
      "Time of the device in use, copies included",
      n,
      (i) => (100 * (list[i].device.streamIntegral + list[i].device.transferIntegral)) / seconds,
    ),
    number("copies_pct", "%", "Part of it that copies took", n, (i) => (100 * list[i].device.transferIntegral) / seconds),
    number("full_s", "s", "Time in which the device was busy all the time", n, (i) => list[i].device.fullSeconds),
    number("latency_mean_ms", "ms", "Mean latency of an I/O; empty without any", n, (i) => (1000 * list[i].latencyIos) / list[i].ios),
    number("latency_peak_ms", "ms", "Highest mean latency at one time", n, (i) => 1000 * list[i].peakLatency),
  ]);
}

/** What VMs lost to which device or link, the VM that lost most first. */
function holdupsTable({ io, vms }: Datacenter): Table {
  const rows = [...io.holdups.all.values()].filter(({ lostSeconds }) => lostSeconds > 0).sort((a, b) => b.lostSeconds - a.lostSeconds || a.vm - b.vm);
  const n = rows.length;
  return table("holdups", "One row a VM and what held it back: a device, link, port or limit that was full, or latency.", n, [
    text("vm", "Name", n, (i) => vms.names[rows[i].vm]),
    text("cause", "disk or network", n, (i) => rows[i].cause),
    text("by", "What was full", n, (i) => rows[i].what),
    number("lost_s", "VM-seconds", "Time it lost to that, were it the only thing that slows it", n, (i) => rows[i].lostSeconds),
  ]);
}

/** Links of the network that something crossed or that failed. */
function linksTable(dc: Datacenter, seconds: number): Table {
  const isNetwork = (link: Link): boolean => link.perIo === 0;
  const links = dc.flows.links.filter((link) => isNetwork(link) && (link.peak > 0 || link.downSeconds > 0));
  const n = links.length;
  const share = (amount: number, link: Link): number => (100 * amount) / (link.nominal * seconds);
  return table("links", "One row a direction of a card, an uplink, a port or a limit that something crossed.", n, [
    text("link", "Name and direction, seen from its owner", n, (i) => links[i].name),
    number("capacity_mib_s", "MiB/s", "Capacity while all of it is up", n, (i) => links[i].nominal),
    number("vms_pct", "%", "Part of the capacity that VMs' own traffic took, time-weighted mean", n, (i) => share(links[i].streamIntegral, links[i])),
    number("copies_pct", "%", "Part that migrations and copies took", n, (i) => share(links[i].transferIntegral, links[i])),
    number("idle_pct", "%", "Part that was up and unused", n, (i) =>
      share(links[i].capacityIntegral - links[i].streamIntegral - links[i].transferIntegral, links[i]),
    ),
    number("peak_pct", "%", "Highest use", n, (i) => (100 * links[i].peak) / links[i].nominal),
    number("full_s", "s", "Time in which it was full", n, (i) => links[i].fullSeconds),
    number("down_s", "s", "Time down", n, (i) => links[i].downSeconds),
  ]);
}
