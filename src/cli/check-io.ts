/** `hypervise check --resolved`: datastores, networks, switches, cards, disks and I/O, as a scenario writes them. */

import type { NetworkSpec, NicSpec, SwitchSpec } from "../model/network-spec.ts";
import type { DatastoreSpec, DiskSpec, IoSpec } from "../model/storage-spec.ts";
import { exactQuantity } from "../units/exact.ts";

type Entries = readonly (readonly [key: string, value: string | null])[];

/** One entry of a list, what has nothing to say left out. */
const line = (entries: Entries): string => `{${entries.flatMap(([key, value]) => (value === null ? [] : [`${key}: ${value}`])).join(", ")}}`;
const quoted = JSON.stringify;
const names = (list: readonly string[] | null): string | null => (list === null ? null : `[${list.map((one) => quoted(one)).join(", ")}]`);
const or = <T>(value: T | null, write: (value: T) => string): string | null => (value === null ? null : write(value));
const gbit = (value: number): string => exactQuantity(value, "bandwidth");
const space = (value: number): string => exactQuantity(value, "memory");
const rate = (value: number): string => exactQuantity(value, "memoryRate");
const share = (value: number): string => exactQuantity(value, "share");

export const datastoreText = (d: DatastoreSpec): string =>
  line([
    ["name", quoted(d.name)],
    ["capacity", space(d.capacityMiB)],
    ["iops", String(d.iops)],
    ["throughput", rate(d.mibPerSecond)],
    ["latency", exactQuantity(d.latencySeconds, "time")],
    ["local", or(d.localTo, quoted)],
    ["hosts", names(d.hosts)],
    ["network", or(d.networkGbitPerSecond, gbit)],
  ]);

export const networkText = (n: NetworkSpec): string =>
  line([
    ["name", quoted(n.name)],
    ["for", n.kind],
    ["vlan", or(n.vlan, String)],
    ["limit", or(n.limitGbitPerSecond, gbit)],
    ["weight", String(n.weight)],
  ]);

export const switchText = (s: SwitchSpec): string =>
  line([
    ["name", quoted(s.name)],
    ["hosts", names(s.hosts)],
    ["uplink", gbit(s.uplinkGbitPerSecond)],
    ["uplinks", String(s.uplinks)],
  ]);

export const nicText = (n: NicSpec): string =>
  line([
    ["name", quoted(n.name)],
    ["speed", gbit(n.gbitPerSecond)],
    ["count", String(n.count)],
    ["bond", n.bond],
    ["networks", names(n.networks)],
  ]);

export const diskText = (d: DiskSpec): string =>
  line([
    ["size", space(d.sizeMiB)],
    ["datastore", quoted(d.datastore)],
    ["kind", d.kind],
    ["used", space(d.usedMiB)],
    ["growth", rate(d.growthMiBPerSecond)],
    ["change", rate(d.changeMiBPerSecond)],
    ["io", share(d.ioShare)],
    ["shares", String(d.shares)],
    ["limitIops", or(d.limitIops, String)],
    ["limitThroughput", or(d.limitMiBPerSecond, rate)],
  ]);

/** Entries of a VM group's `io`: key, value and the field it is marked by. */
export function ioEntries(io: IoSpec): [key: string, value: string, field: string][] {
  const entries: [string, string | null, string][] = [
    ["iops", String(io.iops), "iops"],
    ["throughput", or(io.diskMiBPerSecond ?? null, rate), "diskMiBPerSecond"],
    ["network", gbit(io.gbitPerSecond), "gbitPerSecond"],
    ["reads", or(io.readShare ?? null, share), "readShare"],
    ["received", or(io.receivedShare ?? null, share), "receivedShare"],
    ["waits", or(io.waitShare ?? null, share), "waitShare"],
    ["over", or(io.network ?? null, quoted), "network"],
    ["passThrough", or(io.passThrough ?? null, String), "passThrough"],
  ];
  return entries.flatMap(([key, value, field]) => (value === null ? [] : [[key, value, field]]));
}
