/**
 * Disks and networks with nothing left open: defaults filled in, names that must exist looked up, contradictions found.
 */
import type { NetworkSpec, NicSpec, SwitchSpec } from "../model/network-spec.ts";
import { NETWORK_KINDS } from "../model/network-spec.ts";
import { type DatastoreSpec, type DiskSpec, type IoSpec, READ_SHARE, RECEIVED_SHARE } from "../model/storage-spec.ts";
import { nearest } from "../units/spelling.ts";
import { groupOfMember, memberNames, naturalCompare, unknownMember } from "./members.ts";
import type { Finding } from "./problems.ts";
import type { ResolvedHostGroup } from "./resolved.ts";
import { fillAt, type Resolving } from "./resolving.ts";
import type { UserDatastore, UserDisk, UserIo, UserNetwork, UserNic, UserSwitch } from "./schema-io.ts";

type Path = readonly (string | number)[];
type HostGroups = ReadonlyMap<string, ResolvedHostGroup>;

/** What the scenario's other parts must know of its disks and networks. */
export interface IoAround {
  readonly datastores: ReadonlyMap<string, DatastoreSpec>;
  readonly networks: ReadonlyMap<string, NetworkSpec>;
}

const shareWords = { low: 0.5, normal: 1, high: 2 } as const;

/** Something that is not there, with the nearest name there is. */
function missing(path: Path, what: string, name: string, names: readonly string[]): Finding {
  const near = nearest(name, names);
  const message = `there is no ${what} ${JSON.stringify(name)}`;
  return near === undefined
    ? { path, message, ...(names.length > 0 ? { allowed: names } : { write: `a list of them first (${what}s)` }) }
    : { path, message, suggestion: near };
}

/** Entries in the natural order of their names, which must be unique. */
function ordered<T extends { readonly name: string }>(given: readonly T[], path: Path, what: string, to: Resolving): { entry: T; path: Path }[] {
  const seen = new Set<string>();
  for (const [i, { name }] of given.entries()) {
    if (seen.has(name)) to.findings.push({ path: [...path, i, "name"], message: `another ${what} is named ${JSON.stringify(name)}` });
    seen.add(name);
  }
  return given.map((entry, i) => ({ entry, path: [...path, i] })).toSorted((a, b) => naturalCompare(a.entry.name, b.entry.name));
}

function knownHosts(names: readonly string[], path: Path, hosts: HostGroups, to: Resolving): void {
  for (const [i, name] of names.entries())
    if (!hosts.has(name) && !groupOfMember(hosts, name)) to.findings.push(unknownMember([...path, i], "host", name, hosts));
}

export function resolveDatastores(given: readonly UserDatastore[] | undefined, hosts: HostGroups, to: Resolving): DatastoreSpec[] | undefined {
  if (given === undefined) return undefined;
  return ordered(given, ["datastores"], "datastore", to).map(({ entry, path }, i) => {
    const fill = fillAt(to.marks, `datastores[${i}]`);
    const { name, capacity, iops, throughput, local, hosts: reach, network } = entry;
    const own: readonly (readonly [string, unknown])[] = [
      ["hosts", reach],
      ["network", network],
    ];
    if (local !== undefined) {
      if (!hosts.has(local)) to.findings.push(missing([...path, "local"], "group of hosts", local, [...hosts.keys()]));
      for (const [key, value] of own)
        if (value !== undefined) to.findings.push({ path: [...path, key], at: "key", message: "means nothing for a local datastore" });
    }
    if (reach) knownHosts(reach, [...path, "hosts"], hosts, to);
    if (entry.latency !== undefined && entry.latency < (1 / iops) * (1 - 1e-9))
      to.findings.push({
        path: [...path, "latency"],
        message: `is less than 1 / iops: one I/O after the other would already be faster than ${iops} a second`,
        write: `at least ${Number((1e6 / iops).toPrecision(4))} us`,
      });
    for (const field of ["name", "capacityMiB", "iops", "mibPerSecond"]) to.marks.set(`datastores[${i}].${field}`, "given");
    return {
      name,
      capacityMiB: capacity,
      iops,
      mibPerSecond: throughput,
      latencySeconds: fill("latencySeconds", entry.latency, 1 / iops),
      localTo: fill("localTo", local, null),
      hosts: fill("hosts", reach, null),
      networkGbitPerSecond: fill("networkGbitPerSecond", network, null),
    };
  });
}

export function resolveNetworks(given: readonly UserNetwork[] | undefined, to: Resolving): NetworkSpec[] | undefined {
  if (given === undefined) return undefined;
  const tags = new Map<number, string>();
  return ordered(given, ["networks"], "network", to).map(({ entry, path }, i) => {
    const fill = fillAt(to.marks, `networks[${i}]`);
    const kinds: readonly string[] = NETWORK_KINDS;
    if (kinds.includes(entry.name) && entry.name !== entry.for)
      to.findings.push({ path: [...path, "name"], message: `${JSON.stringify(entry.name)} is the name of another kind of network` });
    if (entry.vlan !== undefined) {
      const other = tags.get(entry.vlan);
      if (other !== undefined) to.warnings.push({ path: [...path, "vlan"], message: `is also the tag of ${JSON.stringify(other)}: the two are not apart` });
      tags.set(entry.vlan, entry.name);
    }
    to.marks.set(`networks[${i}].name`, "given");
    to.marks.set(`networks[${i}].kind`, "given");
    return {
      name: entry.name,
      kind: entry.for,
      vlan: fill("vlan", entry.vlan, null),
      limitGbitPerSecond: fill("limitGbitPerSecond", entry.limit, null),
      weight: fill("weight", entry.weight, 1),
    };
  });
}

export function resolveSwitches(given: readonly UserSwitch[] | undefined, hosts: HostGroups, to: Resolving): SwitchSpec[] | undefined {
  if (given === undefined) return undefined;
  const behind = new Map<string, string>();
  return ordered(given, ["switches"], "switch", to).map(({ entry, path }, i) => {
    const fill = fillAt(to.marks, `switches[${i}]`);
    knownHosts(entry.hosts, [...path, "hosts"], hosts, to);
    for (const [k, name] of entry.hosts.entries()) {
      for (const host of membersOf(name, hosts)) {
        const other = behind.get(host);
        if (other !== undefined) {
          to.findings.push({ path: [...path, "hosts", k], message: `${host} is behind the switch ${JSON.stringify(other)} already` });
          break;
        }
        behind.set(host, entry.name);
      }
    }
    for (const field of ["name", "hosts", "uplinkGbitPerSecond"]) to.marks.set(`switches[${i}].${field}`, "given");
    return { name: entry.name, hosts: entry.hosts, uplinkGbitPerSecond: entry.uplink, uplinks: fill("uplinks", entry.uplinks, 1) };
  });
}

function membersOf(name: string, hosts: HostGroups): string[] {
  const group = hosts.get(name);
  return group ? memberNames(group) : [name];
}

/** Cards of a group of hosts. Networks they name must exist, and no two may carry one. */
export function resolveNics(
  given: readonly UserNic[] | undefined,
  path: Path,
  prefix: string,
  networks: readonly UserNetwork[],
  to: Resolving,
): NicSpec[] | undefined {
  if (given === undefined) return undefined;
  const names = [...networks.map((network) => network.name), ...NETWORK_KINDS.filter((kind) => !networks.some((network) => network.for === kind))];
  const carried = new Map<string, string>();
  let takesAll: string | undefined;
  return ordered(given, path, "card", to).map(({ entry, path: at }, i) => {
    const fill = fillAt(to.marks, `${prefix}.nics[${i}]`);
    if (entry.networks === undefined) {
      if (takesAll !== undefined)
        to.findings.push({
          path: at,
          absence: true,
          message: `and ${JSON.stringify(takesAll)} both carry what no card names`,
          write: "networks for one of them",
        });
      takesAll = entry.name;
    }
    for (const [k, network] of (entry.networks ?? []).entries()) {
      if (!names.includes(network)) to.findings.push(missing([...at, "networks", k], "network", network, names));
      const other = carried.get(network);
      if (other !== undefined)
        to.findings.push({ path: [...at, "networks", k], message: `${JSON.stringify(other)} carries ${JSON.stringify(network)} already` });
      carried.set(network, entry.name);
    }
    to.marks.set(`${prefix}.nics[${i}].name`, "given");
    to.marks.set(`${prefix}.nics[${i}].gbitPerSecond`, "given");
    return {
      name: entry.name,
      gbitPerSecond: entry.speed,
      count: fill("count", entry.count, 1),
      bond: fill("bond", entry.bond, "active"),
      networks: fill("networks", entry.networks, null),
    };
  });
}

/** Disks of a group of VMs. */
export function resolveDisks(
  given: readonly UserDisk[] | undefined,
  path: Path,
  prefix: string,
  { datastores }: IoAround,
  to: Resolving,
): DiskSpec[] | undefined {
  if (given === undefined) return undefined;
  const shared = given.some(({ io }) => io !== undefined);
  const sum = given.reduce((all, { io = 0 }) => all + io, 0);
  if (shared && Math.abs(sum - 1) > 1e-9)
    to.findings.push({ path, at: "key", message: `their parts of the I/O sum to ${Number((sum * 100).toPrecision(6))} %, not 100 %` });
  return given.map((disk, i) => {
    const at = [...path, i];
    const fill = fillAt(to.marks, `${prefix}.disks[${i}]`);
    const kind = fill("kind", disk.kind, "thin");
    if (!datastores.has(disk.datastore)) to.findings.push(missing([...at, "datastore"], "datastore", disk.datastore, [...datastores.keys()]));
    if (disk.used !== undefined && disk.used > disk.size) to.findings.push({ path: [...at, "used"], message: "is more than the size of the disk" });
    if (kind === "linked" && disk.used === undefined)
      to.findings.push({
        path: [...at, "used"],
        at: "key",
        absence: true,
        message: "is required for a linked clone: the size of its image",
        write: "used: 20 GiB",
      });
    to.marks.set(`${prefix}.disks[${i}].sizeMiB`, "given");
    to.marks.set(`${prefix}.disks[${i}].datastore`, "given");
    return {
      sizeMiB: disk.size,
      datastore: disk.datastore,
      kind,
      usedMiB: fill("usedMiB", disk.used, 0),
      growthMiBPerSecond: fill("growthMiBPerSecond", disk.growth, 0),
      changeMiBPerSecond: fill("changeMiBPerSecond", disk.change, 0),
      ioShare: fill("ioShare", disk.io, shared ? 0 : i === 0 ? 1 : 0),
      shares: fill("shares", typeof disk.shares === "string" ? shareWords[disk.shares] : disk.shares, 1),
      limitIops: fill("limitIops", disk.limitIops, null),
      limitMiBPerSecond: fill("limitMiBPerSecond", disk.limitThroughput, null),
    };
  });
}

/** I/O of a group of VMs. Fields that only say how traffic goes appear where the scenario says something of them. */
export function resolveIo(given: UserIo, path: Path, prefix: string, { networks }: IoAround, to: Resolving): IoSpec {
  const fill = fillAt(to.marks, `${prefix}.io`);
  if (given?.over !== undefined) {
    const found = networks.get(given.over);
    const guests = [...networks.values()].filter(({ kind }) => kind === "guest").map(({ name }) => name);
    if (found === undefined) to.findings.push(missing([...path, "over"], "network", given.over, guests));
    else if (found.kind !== "guest")
      to.findings.push({ path: [...path, "over"], message: `${JSON.stringify(given.over)} is for ${found.kind}`, allowed: guests });
  }
  return {
    iops: fill("iops", given?.iops, 0),
    gbitPerSecond: fill("gbitPerSecond", given?.network, 0),
    diskMiBPerSecond: fill("diskMiBPerSecond", given?.throughput, null),
    readShare: fill("readShare", given?.reads, READ_SHARE),
    receivedShare: fill("receivedShare", given?.received, RECEIVED_SHARE),
    waitShare: fill("waitShare", given?.waits, 0),
    network: fill("network", given?.over, null),
    passThrough: fill("passThrough", given?.passThrough, false),
  };
}

/** Names of the cards and uplinks that a scripted event may mean, by what it wrote; a finding when there is none. */
export function knownLink(
  name: string,
  path: Path,
  { hosts, switches }: { readonly hosts: HostGroups; readonly switches: readonly SwitchSpec[] },
  to: Resolving,
): string[] {
  const [, owner = "", what = "", member] = /^(.*)\/(.+?)(?:\.(\d+))?$/.exec(name) ?? [];
  const uplinks = switches.find((one) => one.name === owner);
  const fits = (count: number): boolean => member === undefined || (Number(member) >= 1 && Number(member) <= count);
  if (uplinks !== undefined && what === "uplink" && fits(uplinks.uplinks)) return [name];
  const group = hosts.get(owner) ?? groupOfMember(hosts, owner);
  const nics = group?.nics ?? (group ? [{ name: "card", count: 1 }] : []);
  const nic = nics.find((one) => one.name === what);
  if (group !== undefined && nic !== undefined && fits(nic.count)) return membersOf(owner, hosts).map((host) => name.replace(owner, host));
  to.findings.push({
    path,
    message: `there is no link ${JSON.stringify(name)}`,
    write:
      nics.length > 0
        ? `one of ${nics.map((one) => `${owner}/${one.name}`).join(", ")}; one card of several as ${owner}/${nics[0]?.name}.1`
        : "a card of a host (host-1/card) or an uplink of a switch (tor-a/uplink)",
  });
  return [];
}

/** Names that datastores have in a run: local ones with their host. */
export function datastoreNames(datastores: readonly DatastoreSpec[], hosts: HostGroups): string[] {
  return datastores.flatMap(({ name, localTo }) =>
    localTo === null ? [name] : hosts.has(localTo) ? membersOf(localTo, hosts).map((host) => `${name}@${host}`) : [],
  );
}
