/**
 * What failed, who was out of service for it, and what is left as availability.
 *
 *   availability = 1 - VM-seconds out of service / VM-seconds in which VMs should have been in service
 *   nines        = -log10(1 - availability)
 *
 * A VM should be in service from the instant it first runs to its end (or that of the run). Out of service is the time of its
 * outages: down or unreachable, the boot that follows included. Planned stops of the scenario's script (suspend, stop) and the
 * standstill of migrations are not outages.
 */
import type { Datacenter } from "../model/datacenter.ts";
import type { Failures } from "../model/failures/failures.ts";
import type { Outage } from "../model/outages.ts";
import * as V from "../model/vms.ts";
import type { Table } from "../results/table.ts";
import { number, table, text } from "./columns.ts";
import type { SummaryRow } from "./summary.ts";

/** Tables and figures of a run in which something failed, or could have. */
export function failureResults(dc: Datacenter, failures: Failures | null, seconds: number): { tables: Table[]; rows: SummaryRow[] } {
  failures?.isolation?.close();
  if (failures === null && dc.failing.book.failures.length === 0) return { tables: [], rows: [] };
  const classes = availabilityOf(dc, seconds);
  return {
    tables: [failuresTable(dc), outagesTable(dc, seconds), availabilityTable(classes)],
    rows: [...failureRows(dc, classes), ...(failures === null ? [] : haRows(failures))],
  };
}

export interface Availability {
  readonly serviceClass: string;
  readonly vms: number;
  readonly serviceSeconds: number;
  readonly downSeconds: number;
  readonly outages: number;
  readonly longestSeconds: number;
  readonly lost: number;
}

/** Seconds of the outage in which its VM should have been in service, up to the end of the run. */
function outOfService(dc: Datacenter, outage: Outage, seconds: number): number {
  const from = Math.max(outage.startSeconds, dc.vms.startedAt[outage.vm]);
  const to = outage.endSeconds >= 0 ? outage.endSeconds : seconds;
  return to > from ? to - from : 0;
}

/** Availability by service class, in the order of the classes' names, and of all VMs together as the last one ("all"). */
export function availabilityOf(dc: Datacenter, seconds: number): Availability[] {
  const { vms, failing } = dc;
  const empty = (serviceClass: string) => ({ serviceClass, vms: 0, serviceSeconds: 0, downSeconds: 0, outages: 0, longestSeconds: 0, lost: 0 });
  const classes = new Map([...new Set(vms.classes.map((c) => c.serviceClass))].sort().map((name) => [name, empty(name)]));
  const all = empty("all");
  const of = (v: number) => [classes.get(vms.classes[vms.classOf[v]].serviceClass) ?? all, all];
  for (let v = 0; v < vms.count; v++) {
    if (!(vms.startedAt[v] < seconds)) continue;
    const end = V.isOver(vms.state[v]) ? vms.endedAt[v] : seconds;
    for (const sum of of(v)) {
      sum.vms++;
      sum.serviceSeconds += end - vms.startedAt[v];
      if (vms.state[v] === V.LOST) sum.lost++;
    }
  }
  for (const outage of failing.book.log) {
    const down = outOfService(dc, outage, seconds);
    for (const sum of of(outage.vm)) {
      sum.downSeconds += down;
      sum.outages++;
      sum.longestSeconds = Math.max(sum.longestSeconds, down);
    }
  }
  return [...classes.values(), all];
}

const availability = ({ serviceSeconds, downSeconds }: Availability): number => (serviceSeconds > 0 ? 1 - downSeconds / serviceSeconds : Number.NaN);
/** Infinity would be no figure: without an outage there is no number of nines. */
const nines = (of: Availability): number => (of.downSeconds > 0 ? -Math.log10(of.downSeconds / of.serviceSeconds) : Number.NaN);

function failuresTable(dc: Datacenter): Table {
  const { failures } = dc.failing.book;
  const n = failures.length;
  return table("failures", "One row a failure, in order: what failed, who was hit, when it was whole again.", n, [
    number("failure", "", "Its number", n, (i) => i),
    number("time_s", "s", "When", n, (i) => failures[i].atSeconds),
    text("component", "Kind of component", n, (i) => failures[i].component),
    text("name", "Which one", n, (i) => failures[i].name),
    text("cause", "Model or event it comes from, and why", n, (i) => failures[i].cause),
    number("parent", "", "Number of the failure it followed from", n, (i) => (failures[i].parent < 0 ? Number.NaN : failures[i].parent)),
    number("hosts", "hosts", "Hosts it took down or cut off, those of failures that followed included", n, (i) => failures[i].hosts),
    number("vms", "VMs", "VMs it put out of service", n, (i) => failures[i].vms),
    number("owners", "owners", "Owners of these VMs", n, (i) => failures[i].owners),
    number("classes", "classes", "Service classes of these VMs", n, (i) => failures[i].classes),
    number("vms_lost", "VMs", "VMs that did not come back", n, (i) => failures[i].lost),
    number("repair_started_s", "s", "When somebody began to repair it", n, (i) => failures[i].repairAtSeconds),
    number("ended_s", "s", "When it was whole again; empty = not yet at the end", n, (i) => failures[i].endSeconds),
  ]);
}

function outagesTable(dc: Datacenter, seconds: number): Table {
  const { vms, hosts } = dc;
  const { log } = dc.failing.book;
  const n = log.length;
  const hostName = (h: number): string => (h < 0 ? "" : hosts.name(h));
  return table("outages", "One row an outage of a VM, in order: why it was out of service, and what brought it back.", n, [
    text("vm", "the VM", n, (i) => vms.names[log[i].vm]),
    text("class", "Service class", n, (i) => vms.classes[vms.classOf[log[i].vm]].serviceClass),
    text("owner", "Owner", n, (i) => vms.owners[log[i].vm]),
    text("kind", "down, or unreachable: it ran and nobody could reach it", n, (i) => (log[i].unreachable ? "unreachable" : "down")),
    number("failure", "", "Number of the failure it began with", n, (i) => log[i].failure),
    text("from", "Host it was on", n, (i) => hostName(log[i].from)),
    number("started_s", "s", "When it began", n, (i) => log[i].startSeconds),
    number("detected_s", "s", "When somebody noticed; empty = nobody watched", n, (i) => log[i].detectedSeconds),
    number("restarted_s", "s", "When the VM began to boot for the last time", n, (i) => log[i].bootSeconds),
    number("ended_s", "s", "When it was in service again, or gone; empty = not yet at the end", n, (i) => log[i].endSeconds),
    number("duration_s", "s", "How long, up to the end of the run", n, (i) => outOfService(dc, log[i], seconds)),
    text("ended_by", "What brought it back, or ended it", n, (i) => log[i].by ?? ""),
    text("to", "Host it was on afterwards", n, (i) => hostName(log[i].to)),
    number("attempts", "", "Times it began to boot", n, (i) => log[i].attempts),
    text("waits_for", "Still down at the end, and no host takes it: why", n, (i) => (log[i].endSeconds >= 0 ? "" : whyStillDown(dc, log[i].vm))),
  ]);
}

/** Why no host takes a VM that is down; "" where one would, and somebody else has yet to bring it back. */
function whyStillDown(dc: Datacenter, v: number): string {
  if (dc.vms.state[v] !== V.DOWN || dc.vms.host[v] >= 0) return "";
  dc.fleet.ask(v, -1);
  return dc.fleet.next(0) >= 0 ? "" : dc.placing.whyNoPlace(v);
}

function availabilityTable(rows: readonly Availability[]): Table {
  const n = rows.length;
  return table("availability", "One row a service class, and one for all VMs.", n, [
    text("class", "Service class; all = every VM", n, (i) => rows[i].serviceClass),
    number("vms", "VMs", "VMs that ever ran", n, (i) => rows[i].vms),
    number("service_h", "VM-hours", "Time they should have been in service", n, (i) => rows[i].serviceSeconds / 3600),
    number("down_h", "VM-hours", "Time they were out of service: down or unreachable", n, (i) => rows[i].downSeconds / 3600),
    number("availability_pct", "%", "1 - down_h / service_h", n, (i) => 100 * availability(rows[i])),
    number("nines", "", "-log10(1 - availability); empty where nothing was down", n, (i) => nines(rows[i])),
    number("outages", "", "Outages of single VMs", n, (i) => rows[i].outages),
    number("mean_outage_s", "s", "down time / outages", n, (i) => (rows[i].outages > 0 ? rows[i].downSeconds / rows[i].outages : Number.NaN)),
    number("longest_outage_s", "s", "The longest of them", n, (i) => rows[i].longestSeconds),
    number("vms_lost", "VMs", "VMs that did not come back", n, (i) => rows[i].lost),
  ]);
}

/** Headline figures of a run in which something failed. */
function failureRows(dc: Datacenter, rows: readonly Availability[]): SummaryRow[] {
  const { failures, log } = dc.failing.book;
  const all = rows.at(-1);
  if (all === undefined) return [];
  // What followed from another failure counts with that one.
  const roots = failures.filter(({ parent }) => parent < 0);
  const most = (pick: (failure: (typeof failures)[number]) => number): number => roots.reduce((so, failure) => Math.max(so, pick(failure)), 0);
  return [
    ["failures", roots.length, "failures", "Failures, those that followed from others not counted"],
    ["outages", log.length, "outages", "Times a VM went out of service"],
    ["availability_pct", 100 * availability(all), "%", "1 - VM time out of service / VM time since first running"],
    ["availability_nines", nines(all), "", "-log10(1 - availability)"],
    ["down_vm_h", all.downSeconds / 3600, "VM-hours", "VM time out of service: down or unreachable, boot included"],
    ["outage_mean_s", all.outages > 0 ? all.downSeconds / all.outages : Number.NaN, "s", "Mean length of an outage"],
    ["outage_longest_s", all.longestSeconds, "s", "The longest outage"],
    ["blast_radius_vms", most((f) => f.vms), "VMs", "Most VMs that one failure put out of service"],
    ["blast_radius_owners", most((f) => f.owners), "owners", "Most owners that one failure hit"],
  ];
}

/** Figures of high availability, where it is at work. */
function haRows({ ha, isolation, faultTolerance }: Failures): SummaryRow[] {
  if (ha === null || isolation === null) return [];
  return [
    ["split_brain_vms", isolation.splitVms, "VMs", "VMs of which two copies ran for a while"],
    ["split_brain_vm_s", isolation.splitSeconds, "VM-seconds", "How long they did, all together"],
    ...(faultTolerance === null ? [] : [["take_overs", faultTolerance.takeOvers, "", "Times a standby copy took over"] as const]),
  ];
}
