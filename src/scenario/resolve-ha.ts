/** High availability with nothing left open: who is watched, who waits for whom. */
import { detectionSeconds, faultTolerantProducts } from "../catalog/data/failures.ts";
import type { HaAdmission, HaSpec, VmAvailability } from "../model/ha/spec.ts";
import { naturalCompare, oneOrSeveral } from "./members.ts";
import type { Finding } from "./problems.ts";
import type { Placed } from "./resolve-hosts.ts";
import { membersOf } from "./resolve-rebalance.ts";
import type { ResolvedHostGroup } from "./resolved.ts";
import { type Resolving, unknownName } from "./resolving.ts";
import type { UserScenario, UserVmGroup } from "./schema.ts";
import type { UserHa } from "./schema-ha.ts";

const MINUTE = 60;
const HOUR = 3600;
/** VMware's three levels: silence before a reset, and the window in which three are allowed. */
const SENSITIVITY = {
  low: { silenceSeconds: 2 * MINUTE, resets: 3, windowSeconds: 7 * 24 * HOUR },
  medium: { silenceSeconds: MINUTE, resets: 3, windowSeconds: 24 * HOUR },
  high: { silenceSeconds: MINUTE / 2, resets: 3, windowSeconds: HOUR },
} as const;

export function resolveHa(user: Pick<UserScenario, "ha">, hosts: ReadonlyMap<string, ResolvedHostGroup>, to: Resolving): HaSpec | null {
  const given = user.ha;
  to.marks.set("ha", given === undefined ? "default" : "given");
  if (given === undefined) return null;
  const watched = [...hosts.values()].flatMap(({ name, hypervisor }) => {
    const usual = detectionSeconds[hypervisor.product];
    return usual === undefined ? [] : [{ group: name, detectionSeconds: given.detection ?? usual.value }];
  });
  if (watched.length === 0)
    to.findings.push({
      path: ["ha"],
      at: "key",
      message: `none of the products has it: ${[...new Set([...hosts.values()].map(({ hypervisor }) => hypervisor.name))].join(", ")}`,
      write: "hosts with esxi, hyperv, xen or kvm, or no ha",
    });
  const isolation = given.isolation ?? {};
  return {
    watched,
    heartbeatSeconds: given.heartbeat ?? 1,
    electionSeconds: given.election ?? 15,
    isolation: {
      response: isolation.response ?? "leave",
      afterSeconds: isolation.after ?? 30,
      shutdownSeconds: isolation.shutdown ?? 5 * MINUTE,
      fencing: isolation.fencing ?? true,
    },
    restartsAtOnce: given.restartsAtOnce ?? 32,
    retrySeconds: given.retries ?? [2 * MINUTE, 4 * MINUTE, 8 * MINUTE, 16 * MINUTE],
    startFailureChance: given.startFailure ?? 0,
    takeOverFailureChance: given.takeOverFailure ?? 0,
    next: given.next ?? "placed",
    waitSeconds: given.wait ?? 10 * MINUTE,
    admission: resolveAdmission(given.admission, hosts, to),
    monitoring: resolveMonitoring(given.monitoring),
  };
}

function resolveMonitoring(given: UserHa["monitoring"]): HaSpec["monitoring"] {
  if (given === undefined || given === "off") return null;
  if (typeof given === "string") return SENSITIVITY[given];
  return { silenceSeconds: given.silence, resets: given.resets ?? 3, windowSeconds: given.window ?? HOUR };
}

const ENTRIES = { none: [], slots: ["hosts", "slotCpu", "slotMemory"], percentage: ["cpu", "memory"], dedicated: ["hosts"] } as const;

function resolveAdmission(given: UserHa["admission"], hosts: ReadonlyMap<string, ResolvedHostGroup>, to: Resolving): HaAdmission {
  const path: Finding["path"] = ["ha", "admission"];
  const { policy, ...entries } = typeof given === "string" ? { policy: given } : (given ?? { policy: "none" as const });
  const all = entries as Partial<Exclude<UserHa["admission"], string | undefined>>;
  for (const [key, value] of Object.entries(entries))
    if (value !== undefined && !(ENTRIES[policy] as readonly string[]).includes(key))
      to.findings.push({ path: [...path, key], at: "key", message: `means nothing for ${policy}` });
  const count = [...hosts.values()].reduce((sum, group) => sum + group.count, 0);
  switch (policy) {
    case "none":
      return { policy };
    case "slots": {
      const failing = all.hosts ?? 1;
      if (typeof failing !== "number") {
        to.findings.push({ path: [...path, "hosts"], message: "is how many hosts may fail", write: "hosts: 1" });
        return { policy, hosts: 1, slotMHz: null, slotMiB: null };
      }
      if (failing >= count)
        to.findings.push({
          path: [...path, "hosts"],
          message: `${failing} of ${count} hosts may not fail: nothing would be admitted`,
          write: `at most ${count - 1}`,
        });
      return { policy, hosts: failing, slotMHz: all.slotCpu ?? null, slotMiB: all.slotMemory ?? null };
    }
    case "percentage":
      return { policy, cpu: all.cpu ?? 0.25, memory: all.memory ?? 0.25 };
    case "dedicated":
      if (typeof all.hosts === "number") {
        to.findings.push({ path: [...path, "hosts"], message: "are named for dedicated", write: "hosts: spare-1, or a group" });
        return { policy, hosts: [] };
      }
      return { policy, hosts: membersOf(all.hosts, "host", [...path, "hosts"], hosts, to) };
  }
}

/** What high availability does for a group; absent where the group says nothing. Who waits for whom must not go round in a circle. */
export function resolveVmAvailability(placed: readonly Placed<UserVmGroup>[], hasHa: boolean, to: Resolving): ReadonlyMap<string, VmAvailability> {
  const names = placed.map(({ given }) => given.name);
  const found = new Map<string, VmAvailability>();
  for (const { given, path } of placed) {
    if (given.ha === undefined) continue;
    if (!hasHa)
      to.findings.push({
        path: [...path, "ha"],
        at: "key",
        message: "there is no high availability in this scenario",
        write: "ha: {} at the top, or no ha here",
      });
    const after = typeof given.ha.after === "string" ? [given.ha.after] : (given.ha.after ?? []);
    for (const [name, at] of oneOrSeveral(given.ha.after ?? [], [...path, "ha", "after"]))
      if (!names.includes(name)) to.findings.push(unknownName(at, "group of VMs", name, names, "names of vms"));
    found.set(given.name, { priority: given.ha.priority ?? "medium", after: [...after].sort(naturalCompare), faultTolerant: given.ha.faultTolerant ?? false });
  }
  for (const { given, path } of placed) {
    const circle = circleFrom(given.name, found);
    // Said once, where the first of its groups stands.
    if (circle?.every((name) => naturalCompare(given.name, name) <= 0))
      to.findings.push({ path: [...path, "ha", "after"], at: "key", message: `goes round in a circle: ${[...circle, given.name].join(" waits for ")}` });
  }
  return found;
}

/** The groups that this one waits for in the end itself, beginning with it; null = it does not. */
function circleFrom(name: string, of: ReadonlyMap<string, VmAvailability>): string[] | null {
  const seen = new Set<string>();
  const walk = (at: string, way: readonly string[]): string[] | null => {
    for (const next of of.get(at)?.after ?? []) {
      if (next === name) return [...way];
      if (seen.has(next)) continue;
      seen.add(next);
      const circle = walk(next, [...way, next]);
      if (circle !== null) return circle;
    }
    return null;
  };
  return walk(name, [name]);
}

/** Refuses a standby copy where no product can keep one. */
export function checkFaultTolerance(placed: readonly Placed<UserVmGroup>[], hosts: ReadonlyMap<string, ResolvedHostGroup>, to: Resolving): void {
  const can = [...hosts.values()].some(({ hypervisor }) => faultTolerantProducts.includes(hypervisor.product));
  if (can) return;
  for (const { given, path } of placed)
    if (given.ha?.faultTolerant === true)
      to.findings.push({
        path: [...path, "ha", "faultTolerant"],
        message: "none of the products keeps a standby copy",
        write: "hosts with esxi, or faultTolerant: false",
      });
}
