/**
 * From what the user wrote to a scenario with nothing left open.
 *
 * Order without meaning is removed: groups of hosts and of VMs come in the natural order of their names, events by time
 * and then by their text. Every value is marked as given, default or from the catalogue.
 */

import type { SwitchSpec } from "../model/network-spec.ts";
import type { DatastoreSpec } from "../model/storage-spec.ts";
import { quote } from "../units/parse.ts";
import { quantity } from "./fields.ts";
import { LARGEST_MEMORY_MIB, MOST_HOSTS, MOST_VMS } from "./limits.ts";
import { groupOfMember, memberNames, naturalCompare, unknownMember } from "./members.ts";
import type { Finding } from "./problems.ts";
import { resolveChecks } from "./resolve-checks.ts";
import { resolveEquipment } from "./resolve-equipment.ts";
import { resolveFailures } from "./resolve-failures.ts";
import { checkFaultTolerance, resolveHa, resolveVmAvailability } from "./resolve-ha.ts";
import { type Placed, resolveHostGroup } from "./resolve-hosts.ts";
import { resolveInterference } from "./resolve-interference.ts";
import { datastoreNames, knownLink, resolveDatastores, resolveNetworks, resolveSwitches } from "./resolve-io.ts";
import { resolveMaintenance } from "./resolve-maintenance.ts";
import { priceList, resolveMoney, withCosts } from "./resolve-money.ts";
import { resolvePools } from "./resolve-pools.ts";
import { resolveRebalance, resolveRules } from "./resolve-rebalance.ts";
import { resolveRecovery } from "./resolve-recovery.ts";
import { resolveRightSizing } from "./resolve-scaling.ts";
import { knowsRates, resolveAccounts, resolveClasses, resolveSites } from "./resolve-sites.ts";
import { type Around, resolveVmGroup } from "./resolve-vms.ts";
import type { ResolvedAdmission, ResolvedEvent, ResolvedScenario, ResolvedVmGroup } from "./resolved.ts";
import { fillAt, policyFinding, type Resolving, unknownName } from "./resolving.ts";
import type { UserEvent, UserScenario } from "./schema.ts";
import { instantText } from "./start.ts";

/** A Monday, so that generated weeks begin with working days. */
const START = "2026-01-05T00:00:00Z";
const OBSERVE_SECONDS = 300;
/** Usual for mixed server work; Nova's present default (initial_cpu_allocation_ratio) is the same 4. */
const VCPUS_PER_CORE = 4;
/** Hosts change hands slowly; an hour also keeps a year small. */
const EXPOSURE_SECONDS = 3600;
const MOST_OBSERVATIONS = 10_000_000;
const MOST_EVENTS = 1_000_000;

export function resolveScenario(user: UserScenario, fallbackName: string, to: Resolving): ResolvedScenario {
  const fill = fillAt(to.marks, "");
  const durationSeconds = user.duration;
  to.marks.set("durationSeconds", "given");
  const observeSeconds = fill("observeSeconds", user.observe, OBSERVE_SECONDS);
  if (durationSeconds !== null && durationSeconds / observeSeconds > MOST_OBSERVATIONS) {
    to.findings.push({
      path: user.observe === undefined ? ["duration"] : ["observe"],
      message: `the timeline would have ${Math.ceil(durationSeconds / observeSeconds)} rows: at most ${MOST_OBSERVATIONS}`,
      write: "a longer interval in observe",
    });
  }

  const sites = resolveSites(user, to);
  const classes = resolveClasses(user.classes, to);
  const networks = resolveNetworks(user.networks, to);
  const hosts = inOrder(user.hosts, "hosts", to).map((placed, i) => resolveHostGroup(placed, i, { sites, networks: user.networks ?? [] }, to));
  const hostGroups = new Map(hosts.map((group) => [group.name, group]));
  const datastores = resolveDatastores(user.datastores, hostGroups, to);
  const switches = resolveSwitches(user.switches, hostGroups, to);
  const named = <T extends { name: string }>(list: readonly T[] | undefined): Map<string, T> => new Map((list ?? []).map((one) => [one.name, one]));
  to.marks.set("exposure", user.exposure === undefined ? "default" : "given");
  const ha = resolveHa(user, hostGroups, to);
  const onHostDown = ha !== null ? "restart" : user.failures !== undefined ? "wait" : "lost";
  const around: Around = { datastores: named(datastores), networks: named(networks), hosts: hostGroups, classes, durationSeconds, onHostDown };
  const placedVms = inOrder(user.vms, "vms", to);
  const availability = resolveVmAvailability(placedVms, ha !== null, to);
  if (ha !== null) checkFaultTolerance(placedVms, hostGroups, to);
  const vms = placedVms.map((placed, i) => {
    const asked = availability.get(placed.given.name);
    return { group: { ...resolveVmGroup(placed, i, around, to), ...(asked === undefined ? {} : { ha: asked }) }, path: placed.path };
  });
  const vmGroups = new Map(vms.map(({ group }) => [group.name, group]));
  atMost(hosts, MOST_HOSTS, "hosts", to);
  atMost(
    vms.map(({ group }) => group),
    MOST_VMS,
    "vms",
    to,
  );
  const recovery = resolveRecovery(user.recovery, { sites, vms: vmGroups, durationSeconds }, to);
  for (const { group, path } of vms) expectCopies(group, path, recovery, to);
  const admission = resolveAdmission(user, to);
  for (const { group, path } of vms) warnAboutGroup(group, path, hosts, admission, durationSeconds, to);

  const accounts = resolveAccounts(user, sites, to);
  const list = user.money === undefined ? null : priceList(user.money, sites, to);
  const currency = list?.currency ?? sites.find(({ electricity }) => electricity !== null)?.electricity?.currency;
  for (const [i, { price }] of (user.classes ?? []).entries()) {
    if (price !== undefined && price.currency !== currency)
      to.findings.push({
        path: ["classes", i, "price"],
        message: `is in ${price.currency}, the accounts in ${currency ?? "no currency"}`,
        write: "one currency throughout",
      });
  }
  const placement = resolvePlacement(user.placement, to);
  if (placement.policy === "carbon-aware") knowsRates(sites, placement.options.by === "price" ? "price" : "carbon", ["placement"], to);
  const rebalance = resolveRebalance(user, to);
  if (rebalance?.placement.policy === "carbon-aware")
    knowsRates(sites, rebalance.placement.by === "price" ? "price" : "carbon", ["rebalance", "placement"], to);
  for (const { group, path } of vms) if (group.shift) knowsRates(sites, group.shift.by, [...path, "shift"], to);
  const metersCarbon = accounts !== null && sites.some(({ carbonGramsPerKwh }) => carbonGramsPerKwh !== null);
  const scenario: ResolvedScenario = {
    name: fill("name", user.name, fallbackName),
    about: fill("about", user.about, ""),
    seed: fill("seed", user.seed === undefined ? undefined : String(user.seed), "1"),
    start: fill("start", resolveStart(user.start, to), START),
    durationSeconds,
    observeSeconds,
    sites,
    classes,
    accounts,
    money: user.money !== undefined && list !== null ? resolveMoney(user.money, list, to) : null,
    ...(user.equipment === undefined ? {} : { equipment: resolveEquipment(user.equipment, list, sites, to) }),
    hosts: withCosts(hosts, user, list, metersCarbon),
    ...(datastores ? { datastores } : {}),
    ...(networks ? { networks } : {}),
    ...(switches ? { switches } : {}),
    vms: vms.map(({ group }) => group),
    ...(user.pools === undefined && !vms.some(({ group }) => group.pool !== null) ? {} : { pools: resolvePools(user.pools, vms, hosts, to) }),
    ...(user.rightSizing === undefined ? {} : { rightSizing: resolveRightSizing(user.rightSizing, observeSeconds, to) }),
    placement,
    admission,
    rebalance,
    failures: resolveFailures(user.failures, { hosts: hostGroups, vms: vmGroups, switches: switches ?? [] }, to),
    recovery,
    ha,
    exposure: user.exposure === undefined ? null : { everySeconds: user.exposure.every ?? EXPOSURE_SECONDS, disclosedSeconds: user.exposure.disclosed ?? null },
    maintenance: resolveMaintenance(user.maintenance, { hosts: hostGroups, durationSeconds }, to),
    interference: resolveInterference(user.interference, to),
    rules: resolveRules(user.rules, { hosts: hostGroups, vms: vmGroups }, to),
    checks: [],
    events: resolveEvents(user, { hosts: hostGroups, vms: vmGroups, datastores: datastores ?? [], switches: switches ?? [], durationSeconds }, to),
  };
  scenario.checks = resolveChecks(user.checks, scenario, to);
  return scenario;
}

/** Groups in the natural order of their names, each with its place in the file. Names must be unique, members' too. */
function inOrder<T extends { readonly name: string; readonly count?: number | undefined }>(
  groups: readonly T[],
  list: "hosts" | "vms",
  to: Resolving,
): Placed<T>[] {
  const placed = groups.map((given, i) => ({ given, path: [list, i] as (string | number)[] }));
  const seen = new Map<string, { name: string; count: number }>();
  const what = list === "hosts" ? "host" : "VM";
  for (const { given, path } of placed) {
    if (seen.has(given.name)) to.findings.push({ path: [...path, "name"], message: `another group of ${what}s is named ${JSON.stringify(given.name)}` });
    seen.set(given.name, { name: given.name, count: given.count ?? 1 });
  }
  for (const { given, path } of placed) {
    const other = groupOfMember(seen, given.name);
    if (other)
      to.findings.push({
        path: [...path, "name"],
        message: `${JSON.stringify(given.name)} is also the name of a ${what} in the group ${JSON.stringify(other.name)}`,
      });
  }
  return placed.toSorted((a, b) => naturalCompare(a.given.name, b.given.name));
}

function atMost(groups: readonly { readonly count: number | null }[], most: number, list: string, to: Resolving): void {
  const sum = groups.reduce((n, group) => n + (group.count ?? 0), 0);
  if (sum > most) to.findings.push({ path: [list], at: "key", message: `${sum} in all: at most ${most}` });
}

function resolveStart(given: string | undefined, to: Resolving): string | undefined {
  if (given === undefined) return undefined;
  const text = instantText(given);
  if (text === undefined)
    to.findings.push({
      path: ["start"],
      message: `${JSON.stringify(given)} is not an instant`,
      write: "a day or a day with a time: 2026-01-05, 2026-01-05T08:00:00Z",
    });
  return text;
}

function resolvePlacement(given: UserScenario["placement"], to: Resolving): ResolvedScenario["placement"] {
  const { policy, module, ...options } = typeof given === "string" ? { policy: given } : (given ?? {});
  const own = typeof module === "string" ? module : null;
  const fill = fillAt(to.marks, "placement");
  if (given !== undefined && policy === undefined && own === null)
    to.findings.push({ path: ["placement"], at: "key", absence: true, message: "names no policy", write: "policy: first-fit, or module: ./my-policy.js" });
  if (policy !== undefined && own === null && !to.catalogue.policyNames.includes(policy)) {
    to.findings.push(
      unknownName(
        typeof given === "string" ? ["placement"] : ["placement", "policy"],
        "placement policy",
        policy,
        to.catalogue.policyNames,
        "hypervise show policies",
      ),
    );
  } else if (policy !== undefined && own === null) {
    const fault = to.catalogue.policyFault?.(policy, options) ?? null;
    if (fault !== null) to.findings.push(policyFinding(["placement"], given, fault));
  }
  return {
    policy: fill("policy", policy, own ?? "first-fit"),
    options: fill("options", Object.keys(options).length > 0 ? (options as Record<string, unknown>) : undefined, {}),
    module: fill("module", own ?? undefined, null),
  };
}

function resolveAdmission(user: UserScenario, to: Resolving): ResolvedAdmission {
  const given = user.admission ?? {};
  const fill = fillAt(to.marks, "admission");
  const whenFull = fill("whenFull", given.whenFull, "reject");
  for (const key of ["queueOrder", "maxWait"] as const) {
    if (given[key] !== undefined && whenFull === "reject") to.warnings.push({ path: ["admission", key], message: "has no effect: whenFull is reject" });
  }
  return {
    vcpusPerCore: fill("vcpusPerCore", given.vcpusPerCore, VCPUS_PER_CORE),
    memoryRatio: fill("memoryRatio", given.memoryRatio, 1),
    whenFull,
    queueOrder: fill("queueOrder", given.queueOrder, "fifo"),
    maxWaitSeconds: fill("maxWaitSeconds", given.maxWait, null),
  };
}

/** A VM that is to be restored must have something to be restored from. */
function expectCopies(group: ResolvedVmGroup, path: Finding["path"], recovery: ResolvedScenario["recovery"], to: Resolving): void {
  if (group.onHostDown !== "restore") return;
  const covered = [...(recovery?.backups ?? []), ...(recovery?.replication ?? [])].some(({ vms }) =>
    vms.some((name) => name === group.name || name.startsWith(`${group.name}-`)),
  );
  if (!covered)
    to.findings.push({
      path: [...path, "onHostDown"],
      message: "there is no copy to restore it from",
      write: `recovery.backups or recovery.replication that name ${group.name}`,
    });
}

/** Legal, but hardly what was meant. */
function warnAboutGroup(
  group: ResolvedVmGroup,
  path: Finding["path"],
  hosts: ResolvedScenario["hosts"],
  admission: ResolvedAdmission,
  durationSeconds: number | null,
  to: Resolving,
): void {
  const most = Math.max(0, ...hosts.map((h) => Math.min(h.hypervisor.maxVcpusPerVm, h.cores * (admission.vcpusPerCore ?? Number.POSITIVE_INFINITY))));
  if (group.vcpus !== null && group.vcpus > most)
    to.warnings.push({ path, message: `no host takes a VM of ${group.vcpus} vCPUs (at most ${most}): all of them are rejected` });
  const largest = Math.max(0, ...hosts.map((h) => Math.min(h.hypervisor.maxMemoryPerVmMiB, h.memoryMiB * admission.memoryRatio)));
  if (group.memoryMiB !== null && group.memoryMiB > largest)
    to.warnings.push({ path, message: `no host has ${group.memoryMiB} MiB of memory for a VM (at most ${largest}): all of them are rejected` });
  if (group.cpus === "dedicated" && !hosts.some((h) => h.hypervisor.pinning === "yes"))
    to.findings.push({
      path: [...path, "cpus"],
      message: `no product here lets vCPUs own cores: ${[...new Set(hosts.map((h) => h.hypervisor.name))].join(", ")}`,
    });
  if (durationSeconds !== null && (group.arrival?.atSeconds ?? 0) >= durationSeconds)
    to.warnings.push({ path: [...path, "arrival", "at"], message: "is after the end of the run" });
}

/** Whom events can happen to, and what can. */
const WHOM = ["host", "vm", "link", "datastore"] as const;
const PHRASE = { host: "a host", vm: "a VM", link: "a link", datastore: "a datastore" } as const;
const ACTIONS: Readonly<Record<(typeof WHOM)[number], readonly string[]>> = {
  host: ["off", "on", "fail", "repair", "maintenance", "end maintenance", "speed", "pstate"],
  vm: ["suspend", "resume", "stop", "migrate", "move", "vcpus", "memory", "snapshot", "delete snapshots", "move disks"],
  link: ["down", "up"],
  datastore: ["resize"],
};

/** What events may happen to. */
interface Targets {
  readonly hosts: ReadonlyMap<string, ResolvedScenario["hosts"][number]>;
  readonly vms: ReadonlyMap<string, ResolvedVmGroup>;
  readonly datastores: readonly DatastoreSpec[];
  readonly switches: readonly SwitchSpec[];
  readonly durationSeconds: number | null;
}

function resolveEvents(user: UserScenario, targets: Targets, to: Resolving): ResolvedEvent[] {
  const { hosts, durationSeconds } = targets;
  to.marks.set("events", user.events === undefined ? "default" : "given");
  const events: ResolvedEvent[] = [];
  for (const [i, event] of (user.events ?? []).entries()) {
    const path = ["events", i];
    const whoms = WHOM.filter((key) => event[key] !== undefined);
    const [whom] = whoms;
    if (whom === undefined || whoms.length > 1) {
      to.findings.push({
        path,
        absence: whom === undefined,
        message: whom === undefined ? "does not say to whom" : `is about ${whoms.map((key) => PHRASE[key]).join(" and ")} at once`,
        write: `one of ${WHOM.join(", ")}`,
      });
      continue;
    }
    const allowed = ACTIONS[whom];
    if (!allowed.includes(event.do)) {
      to.findings.push({ path: [...path, "do"], message: `${PHRASE[whom]} cannot ${JSON.stringify(event.do)}`, allowed });
      continue;
    }
    if (durationSeconds !== null && event.at > durationSeconds) to.warnings.push({ path: [...path, "at"], message: "is after the end of the run" });
    const made = event.do === "move disks" ? moveOfDisks(event, path, targets, to) : actionOf(event, path, hosts, to);
    const names = namesOf(whom, event[whom] ?? "", [...path, whom], targets, to);
    if (made === undefined) continue;
    if (events.length + names.length > MOST_EVENTS) {
      to.findings.push({ path, message: `makes more than ${MOST_EVENTS} events in all` });
      break;
    }
    for (const name of names) events.push({ atSeconds: event.at, [whom]: name, ...made } as ResolvedEvent);
  }
  const text = new Map(events.map((event) => [event, JSON.stringify(event)]));
  return events.toSorted((a, b) => a.atSeconds - b.atSeconds || naturalCompare(text.get(a) ?? "", text.get(b) ?? ""));
}

function namesOf(whom: (typeof WHOM)[number], name: string, path: Finding["path"], targets: Targets, to: Resolving): string[] {
  switch (whom) {
    case "host":
      return targetsOf(name, "host", path, targets.hosts, to);
    case "vm":
      return targetsOf(name, "VM", path, targets.vms, to);
    case "link":
      return knownLink(name, path, targets, to);
    case "datastore": {
      const known = datastoreNames(targets.datastores, targets.hosts);
      if (known.includes(name)) return [name];
      to.findings.push({ ...unknownName(path, "datastore", name, known, "the scenario's datastores") });
      return [];
    }
  }
}

/** The members a name means: one, or all of a group. Groups whose VMs a trace names may have any member. */
function targetsOf(
  name: string,
  what: "host" | "VM",
  path: Finding["path"],
  groups: ReadonlyMap<string, { name: string; count: number | null }>,
  to: Resolving,
): string[] {
  const counted = new Map([...groups].flatMap(([key, { name: group, count }]) => (count === null ? [] : [[key, { name: group, count }] as const])));
  const group = counted.get(name);
  if (group) return memberNames(group);
  const open = [...groups.values()].some(({ count }) => count === null);
  if (groupOfMember(counted, name) || (open && !groups.has(name))) return [name];
  to.findings.push(
    groups.has(name)
      ? { path, message: `how many VMs ${JSON.stringify(name)} has is known only when its load is read`, write: "the name of one VM" }
      : unknownMember(path, what, name, groups),
  );
  return [];
}

const capacity = quantity("memory", "", { above: 0, max: LARGEST_MEMORY_MIB });
/** Another size of a running VM. */
function resizeOf(
  what: "vcpus" | "memory",
  given: unknown,
  path: Finding["path"],
  to: Resolving,
): { do: string; vcpus?: number; memoryMiB?: number } | undefined {
  const write = what === "vcpus" ? "to: 4" : "to: 8 GiB";
  if (given === undefined) {
    to.findings.push({ path, at: "key", absence: true, message: `is required for ${what}`, write });
    return undefined;
  }
  if (what === "vcpus") {
    if (typeof given === "number" && Number.isInteger(given) && given >= 1) return { do: what, vcpus: given };
    to.findings.push({ path, message: `${quote(given)} is not a number of vCPUs`, write });
    return undefined;
  }
  const read = amount.safeParse(given);
  if (read.success) return { do: what, memoryMiB: read.data };
  to.findings.push({ path, message: read.error.issues[0]?.message ?? "", write });
  return undefined;
}

const amount = quantity("memory", "", { above: 0 });
const factor = quantity("share", "", { above: 0, max: 1 });

/** Disks go onto a datastore, and the memory to a host where one is named. */
function moveOfDisks({ onto = "", to: host }: UserEvent, path: Finding["path"], { datastores, hosts }: Targets, to: Resolving) {
  const known = datastoreNames(datastores, hosts);
  if (onto === "")
    to.findings.push({ path: [...path, "onto"], at: "key", absence: true, message: "is required for move disks", write: "onto: the name of a datastore" });
  else if (!known.includes(onto)) to.findings.push(unknownName([...path, "onto"], "datastore", onto, known, "the scenario's datastores"));
  const target = typeof host === "string" ? host : "";
  const isHost = hosts.get(target)?.count === 1 || groupOfMember(hosts, target) !== undefined;
  if (host !== undefined && !isHost) to.findings.push(unknownMember([...path, "to"], "host", target || quote(host), hosts));
  return known.includes(onto) && (host === undefined || isHost) ? { do: "move disks", onto, host: host === undefined ? null : target } : undefined;
}

/** What the event does, without whom and when. */
function actionOf(
  event: UserEvent,
  path: Finding["path"],
  hosts: ReadonlyMap<string, ResolvedScenario["hosts"][number]>,
  to: Resolving,
): { do: string; factor?: number; index?: number; to?: string; capacityMiB?: number; vcpus?: number; memoryMiB?: number } | undefined {
  const at = [...path, "to"];
  if (event.onto !== undefined) to.findings.push({ path: [...path, "onto"], at: "key", message: `means nothing for ${event.do}` });
  if (event.do === "resize") {
    const read = capacity.safeParse(event.to);
    if (read.success) return { do: "resize", capacityMiB: read.data };
    to.findings.push(
      event.to === undefined
        ? { path: at, at: "key", absence: true, message: "is required for resize", write: "to: 2 TiB" }
        : { path: at, message: read.error.issues[0]?.message ?? "", write: "2 TiB" },
    );
    return undefined;
  }
  if (event.do === "speed") {
    const read = factor.safeParse(event.to);
    if (read.success) return { do: "speed", factor: read.data };
    to.findings.push(
      event.to === undefined
        ? { path: at, at: "key", absence: true, message: "is required for speed", write: "to: 50 %" }
        : { path: at, message: read.error.issues[0]?.message ?? "", write: "50 %" },
    );
    return undefined;
  }
  if (event.do === "pstate") {
    const group = hosts.get(event.host ?? "") ?? groupOfMember(hosts, event.host ?? "");
    const states = group ? group.pstates.length : Number.POSITIVE_INFINITY;
    if (typeof event.to === "number" && Number.isInteger(event.to) && event.to >= 0 && event.to <= states) return { do: "pstate", index: event.to };
    to.findings.push({
      path: at,
      at: event.to === undefined ? "key" : "value",
      absence: event.to === undefined,
      message: event.to === undefined ? "is required for pstate" : `${quote(event.to)} is not one of the host's P-states`,
      write: states === 0 ? "P-states for these hosts first (pstates)" : `a number from 0 (fastest) to ${Number.isFinite(states) ? states : "the last"}`,
    });
    return undefined;
  }
  if (event.do === "migrate" || event.do === "move") {
    const target = typeof event.to === "string" ? event.to : "";
    if (hosts.get(target)?.count === 1 || groupOfMember(hosts, target)) return { do: event.do, to: target };
    to.findings.push(
      event.to === undefined
        ? { path: at, at: "key", absence: true, message: `is required for ${event.do}`, write: "to: the name of a host" }
        : unknownMember(at, "host", target || quote(event.to), hosts),
    );
    return undefined;
  }
  if (event.do === "vcpus" || event.do === "memory") return resizeOf(event.do, event.to, at, to);
  if (event.to !== undefined) to.findings.push({ path: at, at: "key", message: `means nothing for ${event.do}` });
  return { do: event.do };
}
