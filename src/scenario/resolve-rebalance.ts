/**
 * The rebalancing loop, the power policy and the rules of a scenario with nothing left open.
 */
import { groupOfMember, naturalCompare, oneOrSeveral, unknownMember } from "./members.ts";
import type { Finding } from "./problems.ts";
import type { ResolvedRebalance, ResolvedRule } from "./resolved.ts";
import { fillAt, policyFinding, type Resolving } from "./resolving.ts";
import type { UserScenario } from "./schema.ts";
import type { UserPowerManagement, UserRebalance, UserRule } from "./schema-rebalance.ts";

const EVERY_SECONDS = 300;

type Key = keyof UserRebalance;
/** Entries that only some policies have, with their defaults. */
const OPTIONS: Readonly<Record<string, Readonly<Partial<Record<Key, unknown>>>>> = {
  none: {},
  consolidate: { detector: { policy: "local-regression" }, underload: { policy: "least-loaded" }, selection: { policy: "minimum-migration-time" } },
  "watcher-basic": { window: 7200, attempts: 0 },
  dpm: { target: 0.63, tolerance: 0.18, onWindow: 300, offWindow: 2400, standby: "sleep", attempts: 10 },
};
const ALL_OPTIONS = [...new Set(Object.values(OPTIONS).flatMap((options) => Object.keys(options) as Key[]))];

const POWER: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  "always-on": {},
  "on-demand": { mode: "off", after: 300, headroom: 0.8 },
  reserve: { hosts: 1, mode: "off", after: 300, headroom: 0.8 },
};

const asBlock = (part: unknown): unknown => (typeof part === "string" ? { policy: part } : part);

/** The loop, or null where nothing asks for one. */
export function resolveRebalance(user: Pick<UserScenario, "rebalance" | "power" | "admission">, to: Resolving): ResolvedRebalance | null {
  const { rebalance: given, power } = user;
  if (given === undefined && power === undefined) {
    to.marks.set("rebalance", "default");
    return null;
  }
  const fill = fillAt(to.marks, "rebalance");
  const policy = fill("policy", given?.policy, given === undefined ? "none" : "consolidate");
  const own = OPTIONS[policy] ?? {};
  const options: Record<string, unknown> = {};
  for (const key of ALL_OPTIONS) {
    const value = given?.[key];
    // Parts with options of their own are blocks; a name alone is short for one.
    if (key in own) options[key] = fill(`options.${key}`, typeof own[key] === "object" ? asBlock(value) : value, own[key]);
    else if (value !== undefined) to.findings.push({ path: ["rebalance", key], at: "key", message: `means nothing for the policy ${policy}` });
  }
  const atMost = (key: "maxMigrationsPerRound" | "maxMigrationsAtOnce"): number | null => {
    const value = given?.[key];
    return fill<number | null>(key, value === "none" ? null : value, null);
  };
  const resolved: ResolvedRebalance = {
    everySeconds: fill("everySeconds", given?.every, EVERY_SECONDS),
    policy,
    options,
    placement: fill("placement", asBlock(given?.placement) as ResolvedRebalance["placement"] | undefined, { policy: "power-aware-best-fit" }),
    maxMigrationsPerRound: atMost("maxMigrationsPerRound"),
    maxMigrationsAtOnce: atMost("maxMigrationsAtOnce"),
    coldMigrations: fill("coldMigrations", given?.coldMigrations, false),
    power: resolvePower(power, to),
  };
  if (policy === "dpm" && resolved.power.policy !== "always-on")
    to.findings.push({ path: ["power"], at: "key", message: "dpm switches hosts itself", write: "one of the two: rebalance.policy dpm, or power" });
  if (resolved.power.policy !== "always-on" && (user.admission?.whenFull ?? "reject") === "reject")
    to.warnings.push({
      path: ["power"],
      at: "key",
      message: "hosts come back for VMs that wait, and VMs that find no host are rejected at once: admission.whenFull: queue lets them wait",
    });
  const fault = to.catalogue.rebalancingFault?.(resolved) ?? null;
  if (fault !== null) to.findings.push(policyFinding([given === undefined ? "power" : "rebalance"], given ?? user.power, fault));
  return resolved;
}

function resolvePower(given: UserPowerManagement | undefined, to: Resolving): ResolvedRebalance["power"] {
  const { policy: named, ...rest }: Exclude<UserPowerManagement, string> = typeof given === "string" ? { policy: given } : (given ?? { policy: "always-on" });
  const fill = fillAt(to.marks, "rebalance.power");
  const policy = fill("policy", given === undefined ? undefined : named, "always-on");
  const own = POWER[policy] ?? {};
  for (const key of Object.keys(rest))
    if (!(key in own)) to.findings.push({ path: ["power", key], at: "key", message: `means nothing for the policy ${policy}` });
  const options = Object.fromEntries(
    Object.entries(own).map(([key, value]): [string, unknown] => [key, fill(`options.${key}`, rest[key as keyof typeof rest], value)]),
  );
  return { policy, options };
}

interface Groups {
  readonly hosts: ReadonlyMap<string, { name: string; count: number }>;
  readonly vms: ReadonlyMap<string, { name: string; count: number | null; owner?: string }>;
}

/** The rules in the natural order of their names. */
export function resolveRules(given: readonly UserRule[] | undefined, groups: Groups, to: Resolving): ResolvedRule[] {
  to.marks.set("rules", given === undefined ? "default" : "given");
  const rules = (given ?? []).flatMap((rule, i) => resolveRule(rule, ["rules", i], groups, to) ?? []);
  const text = new Map(rules.map((rule) => [rule, JSON.stringify(rule)]));
  return rules.toSorted((a, b) => naturalCompare(a.name, b.name) || naturalCompare(text.get(a) ?? "", text.get(b) ?? ""));
}

const KINDS = ["keep", "run", "reserve", "dedicate"] as const;
/** Entries that belong to one kind only. */
const BELONGS = { vms: ["keep", "run"], perHost: ["keep"], on: ["run"], owner: ["dedicate"] } as const;

function resolveRule(rule: UserRule, path: Finding["path"], groups: Groups, to: Resolving): ResolvedRule | undefined {
  const kinds = KINDS.filter((key) => rule[key] !== undefined);
  const [kind] = kinds;
  if (kind === undefined || kinds.length > 1) {
    to.findings.push({
      path,
      absence: kind === undefined,
      message: kind === undefined ? "asks for nothing" : `asks for ${kinds.join(" and ")} at once`,
      write: "one of keep, run, reserve and dedicate",
    });
    return undefined;
  }
  for (const [key, of] of Object.entries(BELONGS)) {
    if (rule[key as keyof typeof BELONGS] !== undefined && !(of as readonly string[]).includes(kind))
      to.findings.push({ path: [...path, key], at: "key", message: `means nothing for ${kind}` });
  }
  if (rule.perHost !== undefined && rule.keep === "together")
    to.findings.push({ path: [...path, "perHost"], at: "key", message: "means nothing for keep: together" });
  if (rule.reserve !== undefined) {
    const { memory = 0, vcpus = 0 } = rule.reserve;
    return { name: rule.name ?? "reserve", kind: "reserve", memoryShare: memory, vcpuShare: vcpus };
  }
  if (rule.dedicate !== undefined) {
    const hosts = membersOf(rule.dedicate, "host", [...path, "dedicate"], groups.hosts, to);
    const { owner } = rule;
    if (owner === undefined) {
      to.findings.push({
        path: [...path, "owner"],
        at: "key",
        absence: true,
        message: "is required for dedicate",
        write: "owner: the owner of the VMs the hosts are for",
      });
      return undefined;
    }
    if (![...groups.vms.values()].some((group) => group.owner === owner || group.count === null))
      to.warnings.push({ path: [...path, "owner"], message: `no VM group belongs to ${JSON.stringify(owner)}: the hosts stay empty` });
    return { name: rule.name ?? `${hosts.join(", ")} for ${owner} alone`, kind: "dedicated", owner, hosts };
  }
  const vms = membersOf(rule.vms, "VM", [...path, "vms"], groups.vms, to);
  const whom = vms.join(", ");
  if (rule.keep !== undefined) {
    const name = rule.name ?? `${whom} ${rule.keep}`;
    return rule.keep === "together" ? { name, kind: "together", vms } : { name, kind: "apart", vms, perHost: rule.perHost ?? 1 };
  }
  const hosts = membersOf(rule.on, "host", [...path, "on"], groups.hosts, to);
  const strength = rule.run ?? "must";
  return { name: rule.name ?? `${whom} ${strength} run on ${hosts.join(", ")}`, kind: "hosts", vms, hosts, strength };
}

/** Names of groups and members, each known, in natural order, once. */
export function membersOf(
  given: string | readonly string[] | undefined,
  what: "host" | "VM",
  path: Finding["path"],
  groups: ReadonlyMap<string, { name: string; count: number | null }>,
  to: Resolving,
): string[] {
  if (given === undefined) {
    to.findings.push({ path, at: "key", absence: true, message: "is required here", write: `the names of ${what}s or their groups` });
    return [];
  }
  const counted = new Map([...groups].flatMap(([key, { name, count }]) => (count === null ? [] : [[key, { name, count }] as const])));
  // A group whose VMs a trace names may have any member.
  const open = [...groups.values()].some(({ count }) => count === null);
  for (const [name, at] of oneOrSeveral(given, path))
    if (!groups.has(name) && !groupOfMember(counted, name) && !open) to.findings.push(unknownMember(at, what, name, groups));
  return [...new Set(typeof given === "string" ? [given] : given)].toSorted(naturalCompare);
}
