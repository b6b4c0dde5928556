/** Planned work on hosts with nothing left open. */
import type { MaintenanceSpec } from "../model/maintenance/spec.ts";
import { groupOfMember, naturalCompare } from "./members.ts";
import type { Finding } from "./problems.ts";
import { membersOf } from "./resolve-rebalance.ts";
import type { ResolvedHostGroup } from "./resolved.ts";
import { fillAt, type Resolving } from "./resolving.ts";
import type { UserMaintenance } from "./schema-maintenance.ts";

interface Around {
  readonly hosts: ReadonlyMap<string, ResolvedHostGroup>;
  readonly durationSeconds: number | null;
}

/** All works in the natural order of their names. */
export function resolveMaintenance(given: readonly UserMaintenance[] | undefined, around: Around, to: Resolving): MaintenanceSpec[] {
  to.marks.set("maintenance", given === undefined ? "default" : "given");
  const seen = new Set<string>();
  const placed = (given ?? []).map((entry, i) => {
    const path: Finding["path"] = ["maintenance", i];
    if (seen.has(entry.name)) to.findings.push({ path: [...path, "name"], message: `another work is named ${JSON.stringify(entry.name)}` });
    seen.add(entry.name);
    return { entry, path };
  });
  return placed.toSorted((a, b) => naturalCompare(a.entry.name, b.entry.name)).map(({ entry, path }, i) => resolveOne(entry, path, i, around, to));
}

function resolveOne(given: UserMaintenance, path: Finding["path"], i: number, around: Around, to: Resolving): MaintenanceSpec {
  const fill = fillAt(to.marks, `maintenance[${i}]`);
  const action = fill("do", given.do, "patch");
  const hosts = membersOf(given.hosts, "host", [...path, "hosts"], around.hosts, to);
  const by = given.by === undefined ? [] : membersOf(given.by, "host", [...path, "by"], around.hosts, to);
  const nothing = (key: keyof UserMaintenance, why: string): void => {
    if (given[key] !== undefined) to.findings.push({ path: [...path, key], at: "key", message: `means nothing ${why}` });
  };
  if (action !== "replace") nothing("by", `for ${action}`);
  else if (given.by === undefined)
    to.findings.push({ path: [...path, "by"], at: "key", absence: true, message: "is required for replace", write: "by: the hosts that come" });
  if (action === "replace" && given.by !== undefined) {
    const [go, come] = [countOf(hosts, around), countOf(by, around)];
    if (come < go) to.findings.push({ path: [...path, "by"], message: `${come} hosts come for ${go} that go` });
    const both = by.filter((name) => hosts.includes(name));
    for (const name of both) to.findings.push({ path: [...path, "by"], message: `${name} cannot come for itself` });
  }
  if (action !== "patch") for (const key of ["every", "reboot", "defect", "spread", "takes"] as const) nothing(key, `for ${action}`);
  if (given.spread !== undefined && given.spread !== null)
    for (const key of ["window", "atOnce", "pause"] as const) nothing(key, "beside spread: each host goes by itself");
  const hosted = hosts.some((name) => (around.hosts.get(name) ?? groupOfMember(around.hosts, name))?.hypervisor.type === 2);
  const vms = fill("vms", given.vms, hosted ? "suspend" : "migrate");
  if (action !== "patch" && vms !== "migrate")
    to.findings.push({ path: [...path, "vms"], message: `VMs of a host that goes must leave it`, write: "vms: migrate" });
  if (given.every !== undefined && around.durationSeconds === null)
    to.findings.push({ path: [...path, "every"], message: "has no end, but duration is until done", write: "a duration such as 7 days" });
  if (around.durationSeconds !== null && given.at > around.durationSeconds) to.warnings.push({ path: [...path, "at"], message: "is after the end of the run" });
  const { window } = given;
  const windowEvery = window?.every ?? 86_400;
  if (window !== undefined && (window.for ?? 6 * 3600) > windowEvery)
    to.findings.push({ path: [...path, "window"], at: "key", message: "windows are longer than the time between them" });
  if (given.window !== undefined && around.durationSeconds === null)
    to.findings.push({ path: [...path, "window"], at: "key", message: "has no end, but duration is until done", write: "a duration such as 7 days" });
  const defect = given.defect;
  return {
    name: given.name,
    hosts,
    do: action,
    by,
    startSeconds: given.at,
    everySeconds: fill("everySeconds", given.every, null),
    window: fill(
      "window",
      window === undefined ? undefined : { fromSeconds: window.from ?? 22 * 3600, forSeconds: window.for ?? 6 * 3600, everySeconds: windowEvery },
      null,
    ),
    takesSeconds: fill("takesSeconds", given.takes, 1200),
    reboot: fill("reboot", given.reboot, true),
    atOnce: fill("atOnce", given.atOnce, 1),
    vms,
    patienceSeconds: fill("patienceSeconds", given.patience, 7200),
    pauseSeconds: fill("pauseSeconds", given.pause, 0),
    spreadSeconds: fill("spreadSeconds", given.spread, null),
    defect:
      defect === undefined
        ? null
        : {
            share: defect.share ?? 1,
            meanSeconds: defect.mean ?? 4 * 3600,
            repairSeconds: defect.repair ?? 600,
            haltAfter: defect.haltAfter === "never" ? null : (defect.haltAfter ?? 2),
          },
  };
}

const countOf = (names: readonly string[], { hosts }: Around): number => names.reduce((sum, name) => sum + (hosts.get(name)?.count ?? 1), 0);
