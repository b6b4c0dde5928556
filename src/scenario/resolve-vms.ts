/**
 * Groups of VMs with nothing left open: sizes looked up, loads in MHz, defaults filled in, contradictions found.
 */

import { usualMemory } from "../model/spec.ts";
import { formatMemory } from "../units/format.ts";
import { generatorFields, sizesText, toOptions, traceFields } from "./load-options.ts";
import { groupOfMember, memberName, unknownMember } from "./members.ts";
import type { Placed } from "./resolve-hosts.ts";
import { type IoAround, resolveDisks, resolveIo } from "./resolve-io.ts";
import { resolveScaling, resolveService } from "./resolve-scaling.ts";
import { checkClass } from "./resolve-sites.ts";
import type { ResolvedHostGroup, ResolvedServiceClass, ResolvedVmGroup, ResolvedWorkload } from "./resolved.ts";
import { fillAt, type Resolving, unknownName } from "./resolving.ts";
import { shareWords, type UserVmGroup, workWords } from "./schema.ts";

/** Core speed that 100 % of a vCPU stands for where none is given: a usual base clock of servers of the last ten years. */
const REFERENCE_MHZ = 2400;
/** Memory a fully busy VM writes, and how much of it at all: estimates (web servers 5 to 60, databases 30 to 300 MiB/s). */
const DIRTY_MIB_PER_SECOND = 40;
const WORKING_SET_SHARE = 0.2;
/** Data of a VM, what it writes, and how much of it is ever rewritten: estimates (a day's change of 5 % is a usual rule for sizing backups). */
const DATA_MIB = 40 * 1024;
const WRITES_MIB_PER_SECOND = 1;
const REWRITTEN_SHARE = 0.05;
/** Pieces or tasks of a group, over all of its VMs, that fit in memory. */
const MOST_PIECES = 50_000_000;

type Path = readonly (string | number)[];
type UserLoad = Exclude<UserVmGroup["load"], number | "idle">;

/** What the VMs' side has to know of the rest of the scenario. */
export interface Around extends IoAround {
  readonly hosts: ReadonlyMap<string, ResolvedHostGroup>;
  readonly classes: readonly ResolvedServiceClass[];
  readonly durationSeconds: number | null;
  /** What becomes of VMs whose host goes down, unless they say otherwise. */
  readonly onHostDown: ResolvedVmGroup["onHostDown"];
}

/** Whether the VMs of a load stop by themselves. */
const ends = (workload: ResolvedWorkload): boolean => workload.kind === "tasks" || workload.kind === "pieces" || workload.kind === "trace";

export function resolveVmGroup(placed: Placed<UserVmGroup>, index: number, around: Around, to: Resolving): ResolvedVmGroup {
  const { given, path } = placed;
  const prefix = `vms[${index}]`;
  const fill = fillAt(to.marks, prefix);
  const load: UserLoad = typeof given.load === "number" ? { constant: given.load } : given.load === "idle" ? {} : given.load;
  const brought = load.trace !== undefined || load.generator !== undefined;
  // A load that does not say which it is may be any of them.
  const told = given.load === "idle" || LOADS.filter((kind) => load[kind] !== undefined).length === 1;

  const size = given.size === undefined ? undefined : to.catalogue.size(given.size);
  if (given.size !== undefined && !size)
    to.findings.push(unknownName([...path, "size"], "VM size", given.size, to.catalogue.sizeNames, "hypervise show sizes"));
  if (given.size === undefined && told && !brought) {
    const absent = (["vcpus", "memory"] as const).filter((key) => given[key] === undefined);
    const need = (key: string, message: string, write: string): void => {
      to.findings.push({ path: [...path, key], at: "key", absence: true, message, write });
    };
    if (absent.length === 2) need("size", "is required where vcpus and memory do not stand", "size: medium (hypervise show sizes lists them)");
    else for (const key of absent) need(key, "is required where no size is named", key === "vcpus" ? "vcpus: 2" : "memory: 4 GiB");
  }
  const sizeOrigin = size ? "catalogue" : "default";
  const vcpus = fill("vcpus", given.vcpus, size?.vcpus ?? null, sizeOrigin);
  const memoryMiB = fill("memoryMiB", given.memory, size?.memoryMiB ?? null, sizeOrigin);
  const count = fill("count", given.count, brought ? null : 1);

  const arrives = (given.arrival?.at ?? 0) > 0 || (given.arrival?.every ?? 0) > 0;
  const arrival = given.arrival === undefined && brought ? null : { atSeconds: given.arrival?.at ?? 0, everySeconds: given.arrival?.every ?? 0 };
  to.marks.set(`${prefix}.arrival`, given.arrival === undefined ? "default" : "given");
  const reservationMHz = fill("reservationMHz", given.reservation, 0);
  const limitMHz = fill("limitMHz", given.limit, null);
  if (limitMHz !== null && limitMHz < reservationMHz) to.findings.push({ path: [...path, "limit"], message: "the limit is below the reservation" });

  to.marks.set(`${prefix}.name`, "given");
  to.marks.set(`${prefix}.workload`, "given");
  const workload =
    given.load === "idle"
      ? ({ kind: "idle" } as const)
      : resolveLoad({ given: load, path: [...path, "load"] }, prefix, { count: count ?? 1, vcpus: vcpus ?? 1, atSeconds: arrival?.atSeconds ?? 0 }, around, to);
  const shares = typeof given.shares === "string" ? shareWords[given.shares] : given.shares;
  const lifetimeSeconds = fill("lifetimeSeconds", given.lifetime, null);
  if (around.durationSeconds === null && told && !ends(workload) && lifetimeSeconds === null) {
    to.findings.push({
      path: [...path, "load"],
      at: "key",
      message: "has no end, but duration is until done: nothing would ever stop the run",
      write: "a duration such as 7 days, or give these VMs a lifetime",
    });
  }

  const disks = resolveDisks(given.disks, [...path, "disks"], prefix, around, to);
  const group: ResolvedVmGroup = {
    name: given.name,
    count,
    vcpus,
    memoryMiB,
    guestOs: fill("guestOs", given.os, "linux"),
    shares: fill("shares", shares, shareWords.normal),
    reservationMHz,
    limitMHz,
    cpus: fill("cpus", given.cpus, "shared"),
    pool: fill("pool", given.pool, null),
    owner: fill("owner", given.owner, "unassigned"),
    serviceClass: fill("serviceClass", given.class, "standard"),
    mix: resolveMix(placed, prefix, to),
    io: resolveIo(given.io, [...path, "io"], prefix, around, to),
    ...(disks ? { disks } : {}),
    memoryActivity: {
      dirtyMiBPerSecond: fill("memoryActivity.dirtyMiBPerSecond", given.memoryActivity?.dirty, DIRTY_MIB_PER_SECOND),
      workingSetShare: fill("memoryActivity.workingSetShare", given.memoryActivity?.workingSet, WORKING_SET_SHARE),
    },
    memory: resolveMemory(placed, fill, memoryMiB, to),
    progress: fill("progress", given.progress, load.tasks === undefined ? "replay" : "work"),
    arrival,
    ...(given.shift === undefined ? {} : { shift: resolveShift(given.shift, lifetimeSeconds, [...path, "shift"], to) }),
    lifetimeSeconds,
    startup: fill("startup", given.startup, arrives || workload.kind === "service" ? "clone-and-boot" : "instant"),
    host: fill("host", given.host, null),
    onHostDown: fill("onHostDown", given.onHostDown, around.onHostDown),
    maxFailures: fill("maxFailures", given.maxFailures, null),
    checkpoint: fill(
      "checkpoint",
      given.checkpoint === undefined ? undefined : { everySeconds: given.checkpoint.every, costSeconds: given.checkpoint.costs ?? 0 },
      null,
    ),
    data: {
      diskMiB: fill("data.diskMiB", given.data?.size, DATA_MIB),
      writesMiBPerSecond: fill("data.writesMiBPerSecond", given.data?.writes, WRITES_MIB_PER_SECOND),
      hotShare: fill("data.hotShare", given.data?.rewritten, REWRITTEN_SHARE),
    },
    workload,
  };
  if (given.scaling !== undefined)
    group.scaling = resolveScaling(given.scaling, { ...group, told }, [...path, "scaling"], `${prefix}.scaling`, around.durationSeconds, to);
  if (workload.kind === "service") checkService(given, path, to);
  checkHost(group, path, around, to);
  const inSequence = workload.kind === "pieces" || workload.kind === "trace" || (workload.kind === "tasks" && workload.sequence);
  if (given.checkpoint !== undefined && !(inSequence && group.progress === "work"))
    to.findings.push({
      path: [...path, "checkpoint"],
      at: "key",
      message: "saves work in sequence, and these VMs have none",
      write: "pieces or tasks with sequence: true, and progress: work",
    });
  checkClass(given.class, path, around.classes, to);
  return group;
}

function resolveMemory(
  { given, path }: Placed<UserVmGroup>,
  fill: ReturnType<typeof fillAt>,
  memoryMiB: number | null,
  to: Resolving,
): ResolvedVmGroup["memory"] {
  const { memoryActivity: activity = {}, memoryAllocation: allocation = {} } = given;
  const shares = typeof allocation.shares === "string" ? shareWords[allocation.shares] : allocation.shares;
  const memory: ResolvedVmGroup["memory"] = {
    activeShare: fill("memory.activeShare", activity.active, usualMemory.activeShare),
    touchedShare: fill("memory.touchedShare", activity.touched, usualMemory.touchedShare),
    reservationMiB: fill("memory.reservationMiB", allocation.reservation, usualMemory.reservationMiB),
    limitMiB: fill("memory.limitMiB", allocation.limit, usualMemory.limitMiB),
    shares: fill("memory.shares", shares, usualMemory.shares),
    equalWithin: fill("memory.equalWithin", activity.equalWithin, usualMemory.equalWithin),
    equalAcross: fill("memory.equalAcross", activity.equalAcross, usualMemory.equalAcross),
    balloon: fill("memory.balloon", allocation.balloon, usualMemory.balloon),
  };
  const { reservationMiB, limitMiB, touchedShare, activeShare, equalWithin, equalAcross } = memory;
  if (limitMiB !== null && limitMiB < reservationMiB)
    to.findings.push({ path: [...path, "memoryAllocation", "limit"], message: "the limit is below the reservation" });
  if (memoryMiB !== null && reservationMiB > memoryMiB)
    to.findings.push({ path: [...path, "memoryAllocation", "reservation"], message: `is more than the VM's memory (${formatMemory(memoryMiB)})` });
  if (activeShare > touchedShare && activity.touched !== undefined)
    to.findings.push({ path: [...path, "memoryActivity", "touched"], message: "is less than what is in active use" });
  if (equalWithin + equalAcross > 1)
    to.findings.push({ path: [...path, "memoryActivity"], at: "key", message: "equalWithin and equalAcross are more than 100 % together" });
  return memory;
}

/** What VMs of a service cannot have, because their load and their number are the service's. */
function checkService(given: UserVmGroup, path: Path, to: Resolving): void {
  for (const key of ["arrival", "lifetime"] as const)
    if (given[key] !== undefined)
      to.findings.push({ path: [...path, key], at: "key", message: "means nothing for a service: its members are there from the start, or as scaling says" });
  if (given.progress === "work") to.findings.push({ path: [...path, "progress"], message: "a service does not wait for work it could not do: only replay" });
}

/** Standard deviation of a noisy forecast, of the mean: that of Wiesner et al., Middleware 2021. */
const FORECAST_ERROR = 0.05;

function resolveShift(
  given: NonNullable<UserVmGroup["shift"]>,
  lifetimeSeconds: number | null,
  path: Path,
  to: Resolving,
): NonNullable<ResolvedVmGroup["shift"]> {
  const seconds = given.for ?? lifetimeSeconds;
  if (seconds === null)
    to.findings.push({ path: [...path, "for"], at: "key", absence: true, message: "is required where the VMs have no lifetime", write: "for: 2 h" });
  const { forecast, error } = given;
  if (error !== undefined && forecast !== "noisy")
    to.findings.push({ path: [...path, "error"], message: "is that of a noisy forecast", write: "forecast: noisy beside it" });
  return {
    ...{ withinSeconds: given.within, forSeconds: seconds ?? 1, by: given.by ?? "carbon", forecast: forecast ?? "perfect" },
    ...(forecast === "noisy" ? { errorShare: error ?? FORECAST_ERROR } : {}),
  };
}

function resolveMix({ given, path }: Placed<UserVmGroup>, prefix: string, to: Resolving): ResolvedVmGroup["mix"] {
  to.marks.set(`${prefix}.mix`, given.work === undefined ? "default" : "given");
  if (given.work === undefined) return { ...workWords.mixed };
  if (typeof given.work === "string") return { ...workWords[given.work] };
  const { cpu = 0, memory = 0, oltp = 0 } = given.work;
  const sum = cpu + memory + oltp;
  // Shares are decimals: 70 % + 20 % + 10 % misses 1 by rounding only.
  if (Math.abs(sum - 1) > 1e-9)
    to.findings.push({ path: [...path, "work"], at: "key", message: `the shares sum to ${Number((sum * 100).toPrecision(6))} %, not 100 %` });
  return { cpu, memory, oltp };
}

function checkHost({ host, name }: ResolvedVmGroup, path: Path, { hosts }: Around, to: Resolving): void {
  if (host === null || hosts.get(host)?.count === 1 || groupOfMember(hosts, host)) return;
  const group = hosts.get(host);
  if (group) {
    to.findings.push({
      path: [...path, "host"],
      message: `${JSON.stringify(host)} is a group of ${group.count} hosts`,
      write: `one of them, ${memberName(group, 0)} to ${memberName(group, group.count - 1)}`,
    });
    return;
  }
  to.findings.push({ ...unknownMember([...path, "host"], "host", host, hosts), ...(name === host ? { write: "the name of a host" } : {}) });
}

const LOADS = ["constant", "pieces", "tasks", "service", "generator", "trace"] as const;
/** Entries that belong to some loads only. */
const BELONGS: readonly [keyof UserLoad, readonly (typeof LOADS)[number][]][] = [
  ["speed", ["constant", "pieces"]],
  ["repeat", ["pieces"]],
  ["sequence", ["tasks"]],
];

function resolveLoad(
  { given, path }: Placed<UserLoad>,
  prefix: string,
  vm: { readonly count: number; readonly vcpus: number; readonly atSeconds: number },
  { durationSeconds, hosts }: Around,
  to: Resolving,
): ResolvedWorkload {
  const kinds = LOADS.filter((kind) => given[kind] !== undefined);
  const [kind] = kinds;
  if (kind === undefined || kinds.length > 1) {
    to.findings.push({
      path,
      at: "key",
      absence: kind === undefined,
      message: kind === undefined ? "says nothing" : `is ${kinds.join(" and ")} at once`,
      write: `exactly one of ${LOADS.join(", ")}`,
    });
    return { kind: "idle" };
  }
  for (const [key, of] of BELONGS) {
    if (given[key] !== undefined && !of.includes(kind))
      to.findings.push({ path: [...path, key], at: "key", message: `means nothing for ${kind}: it belongs to ${of.join(" and ")}` });
  }
  const fill = fillAt(to.marks, `${prefix}.workload`);
  const referenceMHz = kind === "constant" || kind === "pieces" ? fill("referenceMHz", given.speed, REFERENCE_MHZ) : REFERENCE_MHZ;
  const tooMany = (each: number, what: string): void => {
    if (each * vm.count > MOST_PIECES) to.findings.push({ path, at: "key", message: `makes ${each * vm.count} ${what} in all: at most ${MOST_PIECES}` });
  };
  switch (kind) {
    case "constant": {
      const utilisation = given.constant ?? 0;
      const fastest = Math.max(0, ...[...hosts.values()].map((h) => h.coreMHz));
      if (utilisation * referenceMHz > fastest && fastest > 1) {
        to.warnings.push({
          path,
          at: "key",
          message: `asks for ${Number((utilisation * referenceMHz).toPrecision(4))} MHz of each vCPU, but no host has cores faster than ${fastest} MHz: the VMs never get all of it`,
        });
      }
      return { kind, utilisation, referenceMHz };
    }
    case "pieces": {
      const pieces = (given.pieces ?? []).map((piece) => ({
        seconds: piece.for,
        mhz: piece.cpu.share ? piece.cpu.value * vm.vcpus * referenceMHz : piece.cpu.value,
        ...(piece.memory === undefined ? {} : { activeMiB: piece.memory }),
      }));
      if (!(given.pieces ?? []).some((piece) => piece.cpu.share)) {
        to.marks.delete(`${prefix}.workload.referenceMHz`);
        if (given.speed !== undefined)
          to.findings.push({ path: [...path, "speed"], at: "key", message: "means nothing here: no piece is a share of the vCPUs" });
      }
      const once = pieces.reduce((sum, piece) => sum + piece.seconds, 0);
      let repeat = given.repeat === undefined || given.repeat === "forever" ? 1 : given.repeat;
      if (given.repeat === "forever") {
        if (durationSeconds === null) to.findings.push({ path: [...path, "repeat"], message: "has no end, but duration is until done" });
        else repeat = Math.floor(Math.max(0, durationSeconds - vm.atSeconds) / once) + 1; // one more than fits: it never ends within the run
      }
      to.marks.set(`${prefix}.workload.repeat`, given.repeat === undefined ? "default" : "given");
      tooMany(pieces.length * repeat, "pieces");
      return { kind, pieces, repeat };
    }
    case "tasks": {
      const tasks = (given.tasks ?? []).map((task, i) => {
        const own = fillAt(to.marks, `${prefix}.workload.tasks[${i}]`);
        to.marks.set(`${prefix}.workload.tasks[${i}].workMHzSeconds`, "given");
        if (given.sequence === true && task.start !== undefined)
          to.warnings.push({ path: [...path, "tasks", i, "start"], message: "has no effect: tasks in sequence start one after the other" });
        return {
          workMHzSeconds: task.work,
          threads: own("threads", task.threads, 1),
          weight: own("weight", task.weight, 1),
          limitMHz: own("limitMHz", task.limit, null),
          startSeconds: own("startSeconds", task.start, 0),
        };
      });
      tooMany(tasks.length, "tasks");
      return { kind, sequence: fill("sequence", given.sequence, false), tasks };
    }
    case "service":
      return resolveService(given.service ?? {}, [...path, "service"], `${prefix}.workload`, durationSeconds, to);
    case "generator": {
      const { profile = "enterprise", ...options } = given.generator ?? {};
      return { kind, profile, options: toOptions(generatorFields, options) as Record<string, number | string> };
    }
    case "trace": {
      const { format = "", path: file = "", sizes, ...options } = given.trace ?? {};
      if (!to.catalogue.traceFormats.includes(format))
        to.findings.push(unknownName([...path, "trace", "format"], "trace format", format, to.catalogue.traceFormats, "docs/traces.md"));
      return { kind, format, path: file, options: { ...(sizes === undefined ? {} : { sizes: sizesText(sizes) }), ...toOptions(traceFields, options) } };
    }
  }
}
