/**
 * Groups of hosts with nothing left open: catalogue names looked up, defaults filled in, contradictions found.
 */

import { migrations } from "../catalog/data/migration.ts";
import type { Governor, HostLocation, PowerSpec } from "../model/spec.ts";
import { formatMemory } from "../units/format.ts";
import { allHypervisorFields } from "./hypervisor-fields.ts";
import type { Finding } from "./problems.ts";
import { resolveNics } from "./resolve-io.ts";
import { siteOf } from "./resolve-sites.ts";
import { resolvePowerSupply } from "./resolve-supply.ts";
import type { ResolvedHostGroup, ResolvedHypervisor, ResolvedSite } from "./resolved.ts";
import { fillAt, type Resolving, unknownName } from "./resolving.ts";
import type { UserHostGroup, UserPower } from "./schema.ts";
import type { UserNetwork } from "./schema-io.ts";

/** Management processor and standby supply of a switched-off server: an estimate, 2 to 15 W. */
const OFF_WATTS = 5;
/** Two busy threads on a core together, in cores; the usual reckoning for server work. */
const SMT_GAIN = 1.25;
/** Memory of the other socket: 118 ns near and 243 ns far on one two-socket server (Intel Memory Latency Checker), 80 to 100 and 140 to 200 as usually quoted. An estimate. */
const REMOTE_LATENCY = 1.7;

/** Usual for servers since the middle of the 2010s. */
const NETWORK_GBIT = 10;

type Path = readonly (string | number)[];

/** A group as given, with its place in the file. */
export interface Placed<T> {
  readonly given: T;
  readonly path: Path;
}

/** What hosts have to know of the rest of the scenario. */
export interface HostAround {
  readonly sites: readonly ResolvedSite[];
  readonly networks: readonly UserNetwork[];
}

export function resolveHostGroup({ given, path }: Placed<UserHostGroup>, index: number, around: HostAround, to: Resolving): ResolvedHostGroup {
  const { sites, networks } = around;
  const prefix = `hosts[${index}]`;
  const fill = fillAt(to.marks, prefix);
  const server = given.server === undefined ? undefined : to.catalogue.server(given.server);
  if (given.server !== undefined && !server)
    to.findings.push(unknownName([...path, "server"], "server", given.server, to.catalogue.serverNames, "hypervise show servers"));
  if (given.server === undefined) needHardware(given, path, to);
  if (server && given.memory !== undefined && given.memory > server.memoryMiB) {
    to.warnings.push({
      path: [...path, "memory"],
      message: `${given.server} was measured with ${formatMemory(server.memoryMiB)}; the power of the further memory is not counted`,
    });
  }

  const coreMHz = fill("coreMHz", given.speed, server?.coreMHz ?? 1, "catalogue");
  const hypervisor = resolveHypervisor({ given: given.hypervisor, path: [...path, "hypervisor"] }, `${prefix}.hypervisor`, to);
  const programs = given.programs ?? {};
  if (hypervisor.type !== 2 && ((programs.cores ?? 0) > 0 || (programs.memory ?? 0) > 0)) {
    to.warnings.push({ path: [...path, "programs"], message: `${hypervisor.name} runs on bare metal: its hosts seldom run programs beside the VMs` });
  }
  const nics = resolveNics(given.nics, [...path, "nics"], prefix, networks, to);
  if (nics && given.network !== undefined) to.findings.push({ path: [...path, "network"], at: "key", message: "stands beside nics", write: "one of the two" });
  const cardGbit = nics === null || nics === undefined ? (given.network ?? NETWORK_GBIT) : Math.max(...nics.map(({ gbitPerSecond }) => gbitPerSecond));
  const onSlowCards = migrations[hypervisor.product]?.concurrentOnSlowCards;
  if (onSlowCards && cardGbit < 10 && to.marks.get(`${prefix}.hypervisor.migration.concurrentPerHost`) === "catalogue")
    hypervisor.migration.concurrentPerHost = onSlowCards.value;
  const fillPrograms = fillAt(to.marks, `${prefix}.hostPrograms`);
  const power = given.power === undefined ? undefined : resolvePower({ given: given.power, path: [...path, "power"] }, `${prefix}.power`, to);
  if (power === undefined) for (const part of ["", ".offWatts"]) to.marks.set(`${prefix}.power${part}`, "catalogue");
  to.marks.set(`${prefix}.name`, "given");

  return {
    name: given.name,
    count: fill("count", given.count, 1),
    site: fill("site", given.site, siteOf(given, path, sites, to)),
    server: fill("server", server?.server ?? undefined, null),
    cores: fill("cores", given.cores, server?.cores ?? 1, "catalogue"),
    threadsPerCore: fill("threadsPerCore", given.threadsPerCore, server?.threadsPerCore ?? 1, server ? "catalogue" : "default"),
    smtGain: fill("smtGain", given.smtGain, SMT_GAIN),
    numaNodes: fill("numaNodes", given.numaNodes, server?.numaNodes ?? 1, server ? "catalogue" : "default"),
    remoteLatency: fill("remoteLatency", given.remoteLatency, REMOTE_LATENCY),
    coreMHz,
    memoryMiB: fill("memoryMiB", given.memory, server?.memoryMiB ?? 1, "catalogue"),
    power: power ?? server?.power ?? { model: "constant", watts: 0, offWatts: 0 },
    ...(given.powerSupply === undefined ? {} : { powerSupply: resolvePowerSupply(given.powerSupply, [...path, "powerSupply"], to) }),
    pstates: resolvePstates(given, path, prefix, coreMHz, to),
    ...(given.governor === undefined ? {} : { governor: resolveGovernor(given, given.governor, path, prefix, to) }),
    hypervisor,
    transitions: resolveSwitching(given.switching ?? {}, prefix, to),
    networkGbitPerSecond: fill("networkGbitPerSecond", given.network, NETWORK_GBIT),
    ...(nics ? { nics } : {}),
    state: fill("state", given.state, "on"),
    hostPrograms: {
      cores: fillPrograms("cores", programs.cores, 0),
      memoryMiB: fillPrograms("memoryMiB", programs.memory, 0),
    },
    ...(given.location === undefined ? {} : { location: resolveLocation(given.location, [...path, "location"], prefix, to) }),
  };
}

/** What describes a machine that no server of the catalogue stands for. */
const HARDWARE = {
  cores: "cores: 16, or name a server (hypervise show servers)",
  speed: "speed: 2.4 GHz",
  memory: "memory: 256 GiB",
  power: "power: {model: linear, idle: 100 W, full: 250 W}",
} as const;

function needHardware(given: UserHostGroup, path: Finding["path"], to: Resolving): void {
  const keys = ["cores", "speed", "memory", "power"] as const;
  const absent = keys.filter((key) => given[key] === undefined);
  if (absent.length === keys.length)
    to.findings.push({
      path: [...path, "server"],
      at: "key",
      absence: true,
      message: `is required where ${keys.join(", ")} do not stand`,
      write: "server: dell-r740-8280 (hypervise show servers lists them)",
    });
  else
    for (const key of absent)
      to.findings.push({ path: [...path, key], at: "key", absence: true, message: "is required where no server is named", write: HARDWARE[key] });
}

/** Boot time measured by Gandhi et al. 2012 on a two-socket server; the rest usual values, see schema-hosts.ts. */
const SWITCHING: ResolvedHostGroup["transitions"] = {
  bootSeconds: 260,
  bootWatts: null,
  shutdownSeconds: 60,
  shutdownWatts: null,
  bootFailureChance: 0,
  sleepWatts: 12,
  suspendSeconds: 5,
  wakeSeconds: 8,
};

function resolveSwitching(given: NonNullable<UserHostGroup["switching"]>, prefix: string, to: Resolving): ResolvedHostGroup["transitions"] {
  const fill = fillAt(to.marks, `${prefix}.transitions`);
  return {
    bootSeconds: fill("bootSeconds", given.boot, SWITCHING.bootSeconds),
    bootWatts: fill("bootWatts", given.bootPower, SWITCHING.bootWatts),
    shutdownSeconds: fill("shutdownSeconds", given.shutdown, SWITCHING.shutdownSeconds),
    shutdownWatts: fill("shutdownWatts", given.shutdownPower, SWITCHING.shutdownWatts),
    bootFailureChance: fill("bootFailureChance", given.bootFailure, SWITCHING.bootFailureChance),
    sleepWatts: fill("sleepWatts", given.sleep, SWITCHING.sleepWatts),
    suspendSeconds: fill("suspendSeconds", given.suspend, SWITCHING.suspendSeconds),
    wakeSeconds: fill("wakeSeconds", given.wake, SWITCHING.wakeSeconds),
    ...(given.failed === undefined ? {} : { failedWatts: fill<number | null>("failedWatts", given.failed, 0) }),
  };
}

function resolveLocation(given: NonNullable<UserHostGroup["location"]>, path: Path, prefix: string, to: Resolving): HostLocation {
  const fill = fillAt(to.marks, `${prefix}.location`);
  const list = (value: string | string[] | undefined): string[] | undefined => (typeof value === "string" ? [value] : value);
  if (given.rack === undefined) {
    if (given.hostsPerRack !== undefined)
      to.findings.push({ path: [...path, "hostsPerRack"], at: "key", message: "means nothing without a rack", write: "rack: a name beside it" });
    else
      for (const key of ["feed", "cooling", "switch"] as const)
        if (list(given[key])?.some((one) => one.includes("{rack}")))
          to.findings.push({ path: [...path, key], message: "names its rack, but there is none", write: "rack: a name beside it" });
  }
  return {
    room: fill("room", given.room, null),
    rack: fill("rack", given.rack, null),
    hostsPerRack: fill("hostsPerRack", given.hostsPerRack, null),
    feeds: fill("feeds", list(given.feed), []),
    cooling: fill("cooling", list(given.cooling), []),
    switches: fill("switches", list(given.switch), []),
  };
}

function resolvePstates(given: UserHostGroup, path: Path, prefix: string, coreMHz: number, to: Resolving): ResolvedHostGroup["pstates"] {
  to.marks.set(`${prefix}.pstates`, given.pstates === undefined ? "default" : "given");
  const inOrder = (given.pstates ?? []).map((state, i) => ({ state, i })).toSorted((a, b) => b.state.speed - a.state.speed);
  return inOrder.map(({ state, i }, rank) => {
    if (state.speed >= coreMHz && coreMHz > 1)
      to.findings.push({ path: [...path, "pstates", i, "speed"], message: "a further P-state must be slower than the host's speed" });
    return {
      coreMHz: state.speed,
      power: resolvePower({ given: state.power, path: [...path, "pstates", i, "power"] }, `${prefix}.pstates[${rank}].power`, to),
    };
  });
}

function resolveGovernor({ pstates = [] }: UserHostGroup, governor: Governor, path: Path, prefix: string, to: Resolving): Governor {
  to.marks.set(`${prefix}.governor`, "given");
  if (pstates.length === 0 && governor !== "performance")
    to.findings.push({
      path: [...path, "governor"],
      at: "key",
      message: "has nothing to choose from: the host has one P-state",
      write: "pstates: [{speed: ..., power: ...}]",
    });
  return governor;
}

/** Entries each model has, in the order of its formula. */
const POWER_ENTRIES = {
  spec: ["watts"],
  linear: ["idle", "full"],
  square: ["idle", "full"],
  cubic: ["idle", "full"],
  "square-root": ["idle", "full"],
  constant: ["draw"],
  "idle-epsilon": ["idle", "epsilon", "full"],
} as const;

function resolvePower({ given, path }: Placed<UserPower>, prefix: string, to: Resolving): PowerSpec {
  const wanted: readonly string[] = POWER_ENTRIES[given.model];
  for (const key of wanted) {
    if (given[key as keyof UserPower] === undefined)
      to.findings.push({
        path: [...path, key],
        at: "key",
        absence: true,
        message: `is required for model ${given.model}`,
        write: key === "watts" ? "11 numbers, watts at 0, 10 .. 100 % load" : `${key}: 100 W`,
      });
  }
  for (const key of ["watts", "idle", "full", "epsilon", "draw"] as const) {
    if (given[key] !== undefined && !wanted.includes(key))
      to.findings.push({ path: [...path, key], at: "key", message: `means nothing for model ${given.model}, which takes ${wanted.join(", ")} and off` });
  }
  const { idle = 0, full = 0, epsilon = 0 } = given;
  if (wanted.includes("full") && given.full !== undefined && given.idle !== undefined && idle > full)
    to.warnings.push({ path: [...path, "idle"], message: `idle takes more power (${idle} W) than full load (${full} W)` });
  const fill = fillAt(to.marks, prefix);
  to.marks.set(prefix, "given");
  const offWatts = fill("offWatts", given.off, OFF_WATTS);
  switch (given.model) {
    case "spec":
      return { model: "spec", watts: given.watts ?? [], offWatts };
    case "constant":
      return { model: "constant", watts: given.draw ?? 0, offWatts };
    case "idle-epsilon":
      return { model: "idle-epsilon", idleWatts: idle, epsilonWatts: epsilon, fullWatts: full, offWatts };
    default:
      return { model: given.model, idleWatts: idle, fullWatts: full, offWatts };
  }
}

/** Puts a value where a path such as `migration.maxRounds` says. */
function put(target: object, path: string, value: unknown): void {
  const parts = path.split(".");
  const last = parts.pop() ?? "";
  const holder = parts.reduce<Record<string, unknown>>((at, part) => at[part] as Record<string, unknown>, target as Record<string, unknown>);
  holder[last] = value;
}

function resolveHypervisor({ given, path }: Placed<UserHostGroup["hypervisor"]>, prefix: string, to: Resolving): ResolvedHypervisor {
  const block: Readonly<Record<string, unknown>> = typeof given === "string" ? { product: given } : given;
  const { catalogue } = to;
  const product = typeof block.product === "string" ? block.product : "";
  let base = catalogue.hypervisor(product);
  if (!base) {
    to.findings.push(
      unknownName(typeof given === "string" ? path : [...path, "product"], "hypervisor", product, catalogue.hypervisorNames, "hypervise show hypervisors"),
    );
    // Any product will do for looking at the rest of the file; nothing runs with a finding.
    base = catalogue.hypervisor(catalogue.hypervisorNames[0] ?? "");
    if (!base) throw new Error("the catalogue has no hypervisor");
  }
  const found = structuredClone(base);
  to.marks.set(`${prefix}.product`, "given");
  to.marks.set(`${prefix}.name`, block.name === undefined ? "catalogue" : "given");
  if (typeof block.name === "string") found.name = block.name;

  const changed = new Set<string>();
  const part = (field: string): Readonly<Record<string, unknown>> => {
    const [name = "", within] = field.split(".");
    return within !== undefined && (name === "migration" || name === "memory") ? ((block[name] ?? {}) as Readonly<Record<string, unknown>>) : block;
  };
  for (const { key, field, kind, none, perBase = 1 } of allHypervisorFields) {
    const value = part(field)[key];
    to.marks.set(`${prefix}.${field}`, value === undefined ? "catalogue" : "given");
    if (value === undefined) continue;
    changed.add(field);
    // 12 us is read as 0.000012 s; the product with 10^6 must be 12 again, not its neighbour.
    const inUnits = typeof value === "number" && perBase !== 1 ? Number((value * perBase).toPrecision(15)) : value;
    put(found, field, none && value === "none" && typeof kind === "string" ? null : inUnits);
  }
  // What the user states is no longer the catalogue's estimate.
  found.estimates = found.estimates.filter((field) => !changed.has(field));
  return found;
}
