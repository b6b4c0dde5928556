/** The failures of a scenario with nothing left open. */
import { componentRates, softwareRepairHours } from "../catalog/data/failures.ts";
import { hypervisorProfile } from "../catalog/index.ts";
import { canAge, type Law, meanOf } from "../kernel/laws.ts";
import type { FailureModel, FailuresSpec, FailureTrace } from "../model/failures/spec.ts";
import { DOMAINS, type DomainKind, domainNames } from "../model/location.ts";
import type { SwitchSpec } from "../model/network-spec.ts";
import { memberNames, naturalCompare, oneOrSeveral } from "./members.ts";
import type { Finding } from "./problems.ts";
import { resolveLaw } from "./resolve-laws.ts";
import { membersOf } from "./resolve-rebalance.ts";
import type { ResolvedHostGroup, ResolvedVmGroup } from "./resolved.ts";
import { type Resolving, unknownName } from "./resolving.ts";
import type { UserFailureModel, UserFailures, UserFailureTrace } from "./schema-failures.ts";

const HOUR = 3600;
const YEAR = 365 * 24 * HOUR;
/** Most machines were down within five minutes of losing their cooling (Dean 2008). */
const GRACE_SECONDS = 300;

export interface Fallible {
  readonly hosts: ReadonlyMap<string, ResolvedHostGroup>;
  readonly vms: ReadonlyMap<string, ResolvedVmGroup>;
  /** Switches of the network. */
  readonly switches: readonly SwitchSpec[];
}

/** Entries that only some kinds of components have. */
const ONLY: Readonly<Partial<Record<keyof UserFailureModel, readonly string[]>>> = {
  perHost: ["disk", "nic"],
  tolerates: ["disk", "nic"],
  grace: ["cooling"],
  share: ["operator"],
  every: ["operator"],
};

export function resolveFailures(given: UserFailures | undefined, around: Fallible, to: Resolving): FailuresSpec | null {
  to.marks.set("failures", given === undefined ? "default" : "given");
  if (given === undefined) return null;
  const models = (given.models ?? []).flatMap((model, i) => resolveModel(model, ["failures", "models", i], around, to));
  const traces = (given.traces ?? []).map((trace, i) => resolveTrace(trace, i, around, to));
  const seen = new Set<string>();
  for (const [list, named] of [["models", given.models ?? []] as const, ["traces", given.traces ?? []] as const])
    for (const [i, one] of named.entries()) {
      const name = "of" in one ? modelName(one) : traceName(one);
      if (seen.has(name))
        to.findings.push({ path: ["failures", list, i], message: `another one is named ${JSON.stringify(name)}`, write: "name: a name of its own" });
      seen.add(name);
    }
  return {
    models: models.toSorted((a, b) => naturalCompare(a.name, b.name)),
    traces: traces.toSorted((a, b) => naturalCompare(a.name, b.name)),
    crews: given.crews === undefined || given.crews === "none" ? null : given.crews,
  };
}

const listOf = <T>(value: T | T[] | undefined): T[] => (value === undefined ? [] : Array.isArray(value) ? value : [value]);
const modelName = ({ name, of, which }: UserFailureModel): string => name ?? [of, ...listOf(which).toSorted(naturalCompare)].join(" ");

const traceName = ({ name, path }: UserFailureTrace): string => name ?? path ?? "recorded failures";

function resolveModel(given: UserFailureModel, path: Finding["path"], around: Fallible, to: Resolving): FailureModel[] {
  const { of } = given;
  for (const [key, kinds] of Object.entries(ONLY))
    if (given[key as keyof UserFailureModel] !== undefined && !kinds.includes(of))
      to.findings.push({ path: [...path, key], at: "key", message: `means nothing for ${of}: only for ${kinds.join(" and ")}` });
  if (given.for !== undefined && given.repair !== undefined)
    to.findings.push({ path: [...path, "for"], at: "key", message: "stands beside repair", write: "one of the two" });
  const repair: Law =
    given.for !== undefined
      ? { law: "exactly", value: given.for }
      : given.repair !== undefined
        ? resolveLaw(given.repair, [...path, "repair"], "down", to)
        : usualRepair(of, path, to);
  const which = whichOf(given, path, around, to);
  const perHost = given.perHost ?? 2;
  const tolerates = given.tolerates ?? (of === "nic" ? perHost - 1 : Math.min(1, perHost - 1));
  if (tolerates >= perHost && (of === "nic" || of === "disk"))
    to.findings.push({
      path: [...path, "tolerates"],
      message: `all ${perHost} of them may be down: nothing would ever happen`,
      write: `at most ${perHost - 1}`,
    });
  const software = of === "hypervisor" || of === "host-os";
  const model: FailureModel = {
    name: modelName(given),
    of,
    which,
    between: given.between === undefined ? null : resolveLaw(given.between, [...path, "between"], "up", to),
    repair,
    start: given.start ?? "stationary",
    renewal: given.renewal ?? (given.age === undefined ? "as-good-as-new" : "as-bad-as-old"),
    ageSeconds: given.age ?? 0,
    atSeconds: listOf(given.at).toSorted((a, b) => a - b),
    boots: given.boots ?? !(of === "host" || software || of === "operator"),
    beta: of === "operator" ? 1 : (given.commonCause?.share ?? 0),
    within: given.commonCause?.within ?? "all",
    spares: given.spares === undefined ? null : { count: given.spares.count, swapSeconds: given.spares.swap ?? 0 },
    perHost: of === "disk" || of === "nic" ? perHost : 1,
    tolerates: of === "disk" || of === "nic" ? tolerates : 0,
    graceSeconds: of === "cooling" ? (given.grace ?? GRACE_SECONDS) : 0,
    share: given.share ?? 1,
    everySeconds: given.every ?? 0,
  };
  if (of === "operator" && given.commonCause !== undefined)
    to.findings.push({ path: [...path, "commonCause"], at: "key", message: "an operator's error is one: it is shared by all it reaches" });
  if (model.renewal === "as-bad-as-old" && model.between !== null && !canAge(model.between))
    to.findings.push({
      path: [...path, "between"],
      at: "key",
      message: `the law ${model.between.law} cannot age`,
      write: "an exponential, weibull or bathtub law, or renewal: as-good-as-new",
    });
  if (model.renewal === "as-good-as-new" && given.age !== undefined)
    to.findings.push({ path: [...path, "age"], at: "key", message: "means nothing where a repair makes things as good as new" });
  if (model.between !== null && !(meanOf(model.between) > 0))
    to.findings.push({ path: [...path, "between"], at: "key", message: "is 0 on average: it would fail for ever at one instant" });
  if (model.between !== null || model.atSeconds.length > 0) return [model];
  return byCatalogue(model, path, around, to);
}

/** Rates of the catalogue; those of software are of each product, so each group of hosts is a model of its own. */
function byCatalogue(model: FailureModel, path: Finding["path"], around: Fallible, to: Resolving): FailureModel[] {
  const rates = componentRates[model.of];
  if (rates !== undefined) return [{ ...model, between: { law: "exponential", mean: YEAR / rates.perYear.value } }];
  if (model.of !== "hypervisor" && model.of !== "host-os") {
    to.findings.push({
      path: [...path, "between"],
      at: "key",
      absence: true,
      message: `is required for ${model.of}: the catalogue has no rate`,
      write: "between: 90 days, or at: 12 h",
    });
    return [];
  }
  const groups = [...around.hosts.values()].filter((group) => model.which === null || model.which.includes(group.name));
  return groups.flatMap((group) => {
    const rate = hypervisorProfile(group.hypervisor.product)?.figures.crashesPerHostYear.value ?? 0;
    // On a Type 2 host the product's count is of host OS and program together; it counts once.
    const counts = model.of === "host-os" ? group.hypervisor.type === 2 : group.hypervisor.type === 1;
    if (rate === 0 || !counts) return [];
    return [{ ...model, name: `${model.name} of ${group.name}`, which: [group.name], between: { law: "exponential", mean: YEAR / rate } }];
  });
}

function usualRepair(of: string, path: Finding["path"], to: Resolving): Law {
  const hours = of === "hypervisor" || of === "host-os" ? softwareRepairHours.value : componentRates[of]?.repairHours.value;
  if (hours !== undefined) return { law: "exponential", mean: hours * HOUR };
  to.findings.push({
    path: [...path, "repair"],
    at: "key",
    absence: true,
    message: `is required for ${of}: the catalogue has no usual time`,
    write: "repair: 4 h, or for: 2 h",
  });
  return { law: "exponential", mean: HOUR };
}

/** Names of what fails, checked and in order; null = all there are. */
function whichOf({ of, which }: UserFailureModel, path: Finding["path"], around: Fallible, to: Resolving): string[] | null {
  if (of === "host-os" && ![...around.hosts.values()].some(({ hypervisor }) => hypervisor.type === 2))
    to.warnings.push({ path, message: "has no effect: no host runs a Type 2 product, which alone stands on a host OS of its own" });
  if (!(DOMAINS as readonly string[]).includes(of)) {
    if (which === undefined) return null;
    const at = [...path, "which"];
    return of === "vm" ? membersOf(which, "VM", at, around.vms, to) : membersOf(which, "host", at, around.hosts, to);
  }
  const names = new Set<string>();
  for (const group of around.hosts.values()) for (let i = 0; i < group.count; i++) for (const name of domainNames(group, i, of as DomainKind)) names.add(name);
  if (of === "switch") {
    const unsaid = [...around.hosts.values()].filter(({ location }) => location === undefined || location.switches.length === 0);
    const behind = new Set(unsaid.flatMap((group) => [group.name, ...memberNames(group)]));
    for (const { name, hosts } of around.switches) if (hosts.some((host) => behind.has(host))) names.add(name);
  }
  if (names.size === 0) {
    // A rack that was left out is said where it is missing.
    const told = of === "rack" && [...around.hosts.values()].some(({ location }) => location?.rack === null && location.hostsPerRack !== null);
    if (!told) to.findings.push({ path: [...path, "of"], message: `no host has a ${of}`, write: `location: {${of}: a name} in a group of hosts` });
    return null;
  }
  if (which === undefined) return null;
  for (const [name, at] of oneOrSeveral(which, [...path, "which"]))
    if (!names.has(name)) to.findings.push(unknownName(at, of, name, [...names].toSorted(naturalCompare), "the locations of the hosts"));
  return [...new Set(listOf(which))].toSorted(naturalCompare);
}

function resolveTrace(given: UserFailureTrace, i: number, around: Fallible, to: Resolving): FailureTrace {
  const path: Finding["path"] = ["failures", "traces", i];
  const { format, path: file, failures } = given;
  if ((file === undefined) === (failures === undefined))
    to.findings.push({ path, absence: file === undefined, message: "must be read from a file or stand here", write: "format and path, or failures" });
  if (file !== undefined && format === undefined)
    to.findings.push({ path: [...path, "format"], at: "key", absence: true, message: "is required for a file", write: "format: opendc, or fta" });
  if (given.repeat === true && format === "fta")
    to.findings.push({ path: [...path, "repeat"], at: "key", message: "means nothing for fta, whose nodes have dates" });
  const pulses = (failures ?? []).map((one) => ({ afterSeconds: one.after, forSeconds: one.for, share: one.share ?? 1 }));
  if (given.repeat === true && failures !== undefined && !pulses.some((one) => one.afterSeconds + one.forSeconds > 0))
    to.findings.push({ path: [...path, "failures"], at: "key", message: "takes no time: repeated, it would never end" });
  return {
    name: traceName(given),
    which: given.which === undefined ? null : membersOf(given.which, "host", [...path, "which"], around.hosts, to),
    boots: given.boots ?? false,
    source: file === undefined ? null : { format: format ?? "opendc", path: file },
    pulses,
    repeat: given.repeat ?? false,
    nodes: [],
  };
}
