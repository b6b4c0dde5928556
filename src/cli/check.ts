/**
 * `hypervise check --resolved`: the scenario with everything filled in, each line marked with where its value comes from.
 *
 * What is printed is itself a scenario file that means exactly the same; test/scenario/check.test.ts reads it back.
 */

import { type HypervisorField, hypervisorFields, memoryFields, migrationFields } from "../scenario/hypervisor-fields.ts";
import { generatorFields, optionEntry, traceFields } from "../scenario/load-options.ts";
import type {
  PowerSpec,
  ResolvedEvent,
  ResolvedHostGroup,
  ResolvedHypervisor,
  ResolvedPool,
  ResolvedRebalance,
  ResolvedRule,
  ResolvedScenario,
  ResolvedVmGroup,
} from "../scenario/resolved.ts";
import type { Marks } from "../scenario/resolving.ts";
import { exactQuantity } from "../units/exact.ts";
import { failureLines, locationLine, vmFailureLines } from "./check-failures.ts";
import { datastoreText, diskText, ioEntries, networkText, nicText, switchText } from "./check-io.ts";
import { maintenanceLines } from "./check-maintenance.ts";
import { costLines, equipmentLines, moneyLines } from "./check-money.ts";
import { recoveryLines } from "./check-recovery.ts";

import { scalingLines, serviceLines } from "./check-scaling.ts";
import { accountLines, classLines, hasOnlySite, siteLines } from "./check-sites.ts";
import { orNone, Sheet, text } from "./sheet.ts";

/** What the output needs of a style: emphasis for the marks. */
interface CheckStyle {
  readonly dim: (text: string) => string;
}
const plain: CheckStyle = { dim: (text) => text };

const MARK_COLUMN = 46;

/** The scenario as a complete file, one value a line, marked yours, default or catalogue (and estimate). */
export function renderResolved(scenario: ResolvedScenario, marks: Marks, style: CheckStyle = plain): string {
  return `${resolvedLines(scenario, marks)
    .map(({ text: line, mark }) => (mark === "" ? line : `${line.padEnd(MARK_COLUMN)} ${style.dim(`# ${mark}`)}`))
    .join("\n")}\n`;
}

/** The lines of it, each with its mark. */
export function resolvedLines(scenario: ResolvedScenario, marks: Marks): Sheet["lines"] {
  const sheet = new Sheet(marks);
  sheet.entry("", "name", text(scenario.name), "name");
  sheet.entry("", "about", JSON.stringify(scenario.about), "about");
  sheet.entry("", "seed", JSON.stringify(scenario.seed), "seed");
  sheet.entry("", "start", scenario.start, "start");
  sheet.entry("", "duration", scenario.durationSeconds === null ? "until done" : exactQuantity(scenario.durationSeconds, "time"), "durationSeconds");
  sheet.entry("", "observe", exactQuantity(scenario.observeSeconds, "time"), "observeSeconds");
  siteLines(scenario.sites, sheet);
  classLines(scenario.classes ?? [], sheet);
  accountLines(scenario.accounts ?? null, sheet);
  moneyLines(scenario, sheet);
  equipmentLines(scenario, !hasOnlySite(scenario.sites), sheet);
  sheet.head("hosts:");
  for (const [i, group] of scenario.hosts.entries())
    hostLines(group, { withSite: !hasOnlySite(scenario.sites), currency: scenario.money?.currency ?? "" }, `hosts[${i}]`, sheet);
  const lists = [
    ["datastores", (scenario.datastores ?? []).map(datastoreText)],
    ["networks", (scenario.networks ?? []).map(networkText)],
    ["switches", (scenario.switches ?? []).map(switchText)],
  ] as const;
  for (const [key, entries] of lists) {
    if (entries.length === 0) continue;
    sheet.head(`${key}:`);
    for (const entry of entries) sheet.head(`  - ${entry}`);
  }
  sheet.head("vms:");
  for (const [i, group] of scenario.vms.entries()) vmLines(group, `vms[${i}]`, sheet);

  poolLines(scenario.pools ?? [], sheet);
  if (scenario.rightSizing) {
    const { percentile, headroom, everySeconds } = scenario.rightSizing;
    sheet.head("rightSizing:");
    sheet.entry("  ", "percentile", String(percentile), "rightSizing.percentile");
    sheet.entry("  ", "headroom", exactQuantity(headroom, "share"), "rightSizing.headroom");
    sheet.entry("  ", "every", exactQuantity(everySeconds, "time"), "rightSizing.everySeconds");
  }
  const { policy, module, options } = scenario.placement;
  sheet.head("placement:");
  sheet.entry("  ", "policy", text(policy), "placement.policy");
  if (module !== null) sheet.entry("  ", "module", text(module), "placement.module");
  for (const [key, value] of Object.entries(options)) sheet.entry("  ", JSON.stringify(key), JSON.stringify(value), "placement.options");

  const { admission } = scenario;
  sheet.head("admission:");
  sheet.entry("  ", "vcpusPerCore", admission.vcpusPerCore === null ? "none" : String(admission.vcpusPerCore), "admission.vcpusPerCore");
  sheet.entry("  ", "memoryRatio", String(admission.memoryRatio), "admission.memoryRatio");
  sheet.entry("  ", "whenFull", admission.whenFull, "admission.whenFull");
  sheet.entry("  ", "queueOrder", admission.queueOrder, "admission.queueOrder");
  sheet.entry("  ", "maxWait", orNone(admission.maxWaitSeconds, "time"), "admission.maxWaitSeconds");
  rebalanceLines(scenario.rebalance ?? null, sheet);
  failureLines(scenario, sheet);
  recoveryLines(scenario.recovery ?? null, sheet);
  maintenanceLines(scenario.maintenance ?? [], sheet);
  interferenceLines(scenario.interference ?? null, sheet);
  const { rules = [] } = scenario;
  if (rules.length === 0) sheet.entry("", "rules", "[]", "rules");
  else {
    sheet.head("rules:");
    for (const rule of rules) sheet.head(`  - ${ruleText(rule)}`);
  }
  const { checks = [] } = scenario;
  if (checks.length === 0) sheet.entry("", "checks", "[]", "checks");
  else {
    sheet.head("checks:");
    for (const check of checks) sheet.head(`  - ${JSON.stringify(check)}`);
  }
  if (scenario.events.length === 0) sheet.entry("", "events", "[]", "events");
  else {
    sheet.head("events:");
    for (const event of scenario.events) sheet.head(`  - ${eventText(event)}`);
  }
  return sheet.lines;
}

function interferenceLines(spec: ResolvedScenario["interference"] | null, sheet: Sheet): void {
  if (!spec) return sheet.entry("", "interference", "none", "interference");
  sheet.head("interference:");
  for (const kind of ["cpu", "memory", "oltp"] as const) {
    sheet.head(`  ${kind}:`);
    for (const what of ["pressure", "sensitivity"] as const)
      sheet.entry("    ", what, exactQuantity(spec[kind][what], "share"), `interference.${kind}.${what}`, "estimate");
  }
}

function poolLines(pools: readonly ResolvedPool[], sheet: Sheet): void {
  if (pools.length === 0) return;
  sheet.head("pools:");
  for (const { name, parent, shares, reservationMHz, limitMHz, expandable } of pools) {
    const within = parent === null ? "" : `, parent: ${text(parent)}`;
    const amounts = `shares: ${shares}, reservation: ${exactQuantity(reservationMHz, "frequency")}, limit: ${orNone(limitMHz, "frequency")}`;
    sheet.head(`  - {name: ${text(name)}${within}, ${amounts}, expandable: ${expandable}}`);
  }
}

/** Options of the loop that are quantities; the others are written as they are. */
const QUANTITIES: Readonly<Record<string, "time" | "share">> = {
  window: "time",
  onWindow: "time",
  offWindow: "time",
  after: "time",
  target: "share",
  tolerance: "share",
  headroom: "share",
};

function optionLines(options: Readonly<Record<string, unknown>>, path: string, sheet: Sheet): void {
  for (const [key, value] of Object.entries(options)) {
    const dimension = QUANTITIES[key];
    sheet.entry("  ", key, dimension === undefined ? JSON.stringify(value) : exactQuantity(Number(value), dimension), `${path}.options.${key}`);
  }
}

function rebalanceLines(rebalance: ResolvedRebalance | null, sheet: Sheet): void {
  if (rebalance === null) return sheet.open("", "nobody moves VMs or switches hosts");
  sheet.head("rebalance:");
  sheet.entry("  ", "every", exactQuantity(rebalance.everySeconds, "time"), "rebalance.everySeconds");
  sheet.entry("  ", "policy", rebalance.policy, "rebalance.policy");
  optionLines(rebalance.options, "rebalance", sheet);
  sheet.entry("  ", "placement", JSON.stringify(rebalance.placement), "rebalance.placement");
  sheet.entry("  ", "maxMigrationsPerRound", String(rebalance.maxMigrationsPerRound ?? "none"), "rebalance.maxMigrationsPerRound");
  sheet.entry("  ", "maxMigrationsAtOnce", String(rebalance.maxMigrationsAtOnce ?? "none"), "rebalance.maxMigrationsAtOnce");
  sheet.entry("  ", "coldMigrations", String(rebalance.coldMigrations), "rebalance.coldMigrations");
  sheet.head("power:");
  sheet.entry("  ", "policy", rebalance.power.policy, "rebalance.power.policy");
  optionLines(rebalance.power.options, "rebalance.power", sheet);
}

function ruleText(rule: ResolvedRule): string {
  const list = (names: readonly string[]): string => `[${names.map(text).join(", ")}]`;
  switch (rule.kind) {
    case "reserve":
      return `{name: ${text(rule.name)}, reserve: {memory: ${exactQuantity(rule.memoryShare, "share")}, vcpus: ${exactQuantity(rule.vcpuShare, "share")}}}`;
    case "together":
      return `{name: ${text(rule.name)}, vms: ${list(rule.vms)}, keep: together}`;
    case "apart":
      return `{name: ${text(rule.name)}, vms: ${list(rule.vms)}, keep: apart, perHost: ${rule.perHost}}`;
    case "dedicated":
      return `{name: ${text(rule.name)}, dedicate: ${list(rule.hosts)}, owner: ${text(rule.owner)}}`;
    case "hosts":
      return `{name: ${text(rule.name)}, vms: ${list(rule.vms)}, run: ${rule.strength}, on: ${list(rule.hosts)}}`;
  }
}

function hostLines(group: ResolvedHostGroup, { withSite, currency }: { withSite: boolean; currency: string }, path: string, sheet: Sheet): void {
  const { hostPrograms } = group;
  sheet.entry("  - ", "name", text(group.name), `${path}.name`);
  sheet.entry("    ", "count", String(group.count), `${path}.count`);
  if (withSite) sheet.entry("    ", "site", text(group.site), `${path}.site`);
  if (group.server !== null) sheet.entry("    ", "server", text(group.server), `${path}.server`);
  sheet.entry("    ", "cores", String(group.cores), `${path}.cores`);
  sheet.entry("    ", "threadsPerCore", String(group.threadsPerCore), `${path}.threadsPerCore`);
  sheet.entry("    ", "smtGain", String(group.smtGain), `${path}.smtGain`);
  sheet.entry("    ", "numaNodes", String(group.numaNodes), `${path}.numaNodes`);
  sheet.entry("    ", "remoteLatency", String(group.remoteLatency), `${path}.remoteLatency`);
  sheet.entry("    ", "speed", exactQuantity(group.coreMHz, "frequency"), `${path}.coreMHz`);
  sheet.entry("    ", "memory", exactQuantity(group.memoryMiB, "memory"), `${path}.memoryMiB`);
  sheet.head("    power:");
  powerLines(group.power, "      ", `${path}.power`, sheet);
  costLines(group, currency, sheet);
  if (group.powerSupply) {
    const points = group.powerSupply.efficiency.map(({ x, y }) => `{load: ${exactQuantity(x, "share")}, efficiency: ${exactQuantity(y, "share")}}`);
    sheet.head(`    powerSupply: {rated: ${exactQuantity(group.powerSupply.ratedWatts, "power")}, efficiency: [${points.join(", ")}]}`);
  }
  if (group.pstates.length === 0) sheet.entry("    ", "pstates", "[]", `${path}.pstates`);
  else sheet.head("    pstates:");
  for (const [i, state] of group.pstates.entries()) {
    sheet.entry("      - ", "speed", exactQuantity(state.coreMHz, "frequency"), `${path}.pstates`);
    sheet.head("        power:");
    powerLines(state.power, "          ", `${path}.pstates[${i}].power`, sheet);
  }
  if (group.governor !== undefined) sheet.entry("    ", "governor", group.governor, `${path}.governor`);
  hypervisorLines(group.hypervisor, `${path}.hypervisor`, sheet);
  locationLine(group.location, path, sheet);
  switchingLines(group.transitions, `${path}.transitions`, sheet);
  if (group.nics === undefined) sheet.entry("    ", "network", exactQuantity(group.networkGbitPerSecond, "bandwidth"), `${path}.networkGbitPerSecond`);
  else {
    sheet.head("    nics:");
    for (const nic of group.nics) sheet.head(`      - ${nicText(nic)}`);
  }
  sheet.entry("    ", "state", `"${group.state}"`, `${path}.state`);
  sheet.head("    programs:");
  sheet.entry("      ", "cores", String(hostPrograms.cores), `${path}.hostPrograms.cores`);
  sheet.entry("      ", "memory", exactQuantity(hostPrograms.memoryMiB, "memory"), `${path}.hostPrograms.memoryMiB`);
}

function switchingLines(cost: ResolvedHostGroup["transitions"], path: string, sheet: Sheet): void {
  const power = (watts: number | null): string => (watts === null ? "full" : exactQuantity(watts, "power"));
  sheet.head("    switching:");
  sheet.entry("      ", "boot", exactQuantity(cost.bootSeconds, "time"), `${path}.bootSeconds`);
  sheet.entry("      ", "bootPower", power(cost.bootWatts), `${path}.bootWatts`);
  sheet.entry("      ", "shutdown", exactQuantity(cost.shutdownSeconds, "time"), `${path}.shutdownSeconds`);
  sheet.entry("      ", "shutdownPower", power(cost.shutdownWatts), `${path}.shutdownWatts`);
  sheet.entry("      ", "bootFailure", exactQuantity(cost.bootFailureChance, "share"), `${path}.bootFailureChance`);
  sheet.entry("      ", "sleep", exactQuantity(cost.sleepWatts, "power"), `${path}.sleepWatts`);
  sheet.entry("      ", "suspend", exactQuantity(cost.suspendSeconds, "time"), `${path}.suspendSeconds`);
  sheet.entry("      ", "wake", exactQuantity(cost.wakeSeconds, "time"), `${path}.wakeSeconds`);
  if (cost.failedWatts !== undefined)
    sheet.entry("      ", "failed", cost.failedWatts === null ? "idle" : exactQuantity(cost.failedWatts, "power"), `${path}.failedWatts`);
}

function powerLines(power: PowerSpec, indent: string, path: string, sheet: Sheet): void {
  sheet.entry(indent, "model", power.model, path);
  if (power.model === "spec") sheet.entry(indent, "watts", `[${power.watts.join(", ")}]`, path);
  else if (power.model === "constant") sheet.entry(indent, "draw", exactQuantity(power.watts, "power"), path);
  else {
    sheet.entry(indent, "idle", exactQuantity(power.idleWatts, "power"), path);
    if (power.model === "idle-epsilon") sheet.entry(indent, "epsilon", exactQuantity(power.epsilonWatts, "power"), path);
    sheet.entry(indent, "full", exactQuantity(power.fullWatts, "power"), path);
  }
  sheet.entry(indent, "off", exactQuantity(power.offWatts, "power"), `${path}.offWatts`, "estimate");
}

function hypervisorLines(hypervisor: ResolvedHypervisor, path: string, sheet: Sheet): void {
  const lines = (indent: string, fields: readonly HypervisorField[]): void => {
    for (const field of fields)
      sheet.entry(indent, field.key, fieldText(hypervisor, field), `${path}.${field.field}`, hypervisor.estimates.includes(field.field) ? "estimate" : "");
  };
  sheet.head("    hypervisor:");
  sheet.entry("      ", "product", text(hypervisor.product), `${path}.product`);
  sheet.entry("      ", "name", text(hypervisor.name), `${path}.name`);
  lines("      ", hypervisorFields);
  sheet.head("      memory:");
  lines("        ", memoryFields);
  sheet.head("      migration:");
  lines("        ", migrationFields);
}

/** The value of a field as the file writes it. */
function fieldText(hypervisor: ResolvedHypervisor, { field, kind, perBase = 1 }: HypervisorField): string {
  const value = field.split(".").reduce<unknown>((at, part) => (at as Readonly<Record<string, unknown>>)[part], hypervisor);
  if (value === null) return "none";
  if (typeof value === "string") return value;
  if (typeof value !== "number") throw new Error(`${field} of a hypervisor is no value`);
  if (kind === "number" || kind === "whole" || typeof kind !== "string") return String(value);
  return exactQuantity(perBase === 1 ? value : Number((value / perBase).toPrecision(15)), kind);
}

function vmLines(group: ResolvedVmGroup, path: string, sheet: Sheet): void {
  const { mix, io, arrival, memoryActivity, workload } = group;
  const share = (value: number): string => exactQuantity(value, "share");
  sheet.entry("  - ", "name", text(group.name), `${path}.name`);
  if (group.count === null) sheet.open("    ", "count: as many as the load brings");
  else sheet.entry("    ", "count", String(group.count), `${path}.count`);
  if (group.vcpus === null) sheet.open("    ", "vcpus: as the load says");
  else sheet.entry("    ", "vcpus", String(group.vcpus), `${path}.vcpus`);
  if (group.memoryMiB === null) sheet.open("    ", "memory: as the load says");
  else sheet.entry("    ", "memory", exactQuantity(group.memoryMiB, "memory"), `${path}.memoryMiB`);
  sheet.entry("    ", "os", group.guestOs, `${path}.guestOs`);
  sheet.entry("    ", "shares", String(group.shares), `${path}.shares`);
  sheet.entry("    ", "reservation", exactQuantity(group.reservationMHz, "frequency"), `${path}.reservationMHz`);
  sheet.entry("    ", "limit", orNone(group.limitMHz, "frequency"), `${path}.limitMHz`);
  sheet.entry("    ", "cpus", group.cpus, `${path}.cpus`);
  if (group.pool !== null) sheet.entry("    ", "pool", text(group.pool), `${path}.pool`);
  sheet.entry("    ", "owner", text(group.owner), `${path}.owner`);
  sheet.entry("    ", "class", text(group.serviceClass), `${path}.serviceClass`);
  sheet.entry("    ", "work", `{cpu: ${share(mix.cpu)}, memory: ${share(mix.memory)}, oltp: ${share(mix.oltp)}}`, `${path}.mix`);
  sheet.head("    io:");
  for (const [key, value, field] of ioEntries(io)) {
    if (field === "readShare" || field === "receivedShare") sheet.guess("      ", key, value, `${path}.io.${field}`);
    else sheet.entry("      ", key, value, `${path}.io.${field}`);
  }
  if (group.disks) {
    sheet.head("    disks:");
    for (const disk of group.disks) sheet.head(`      - ${diskText(disk)}`);
  }
  sheet.head("    memoryActivity:");
  sheet.guess("      ", "dirty", exactQuantity(memoryActivity.dirtyMiBPerSecond, "memoryRate"), `${path}.memoryActivity.dirtyMiBPerSecond`);
  sheet.guess("      ", "workingSet", share(memoryActivity.workingSetShare), `${path}.memoryActivity.workingSetShare`);
  const { memory } = group;
  sheet.guess("      ", "active", share(memory.activeShare), `${path}.memory.activeShare`);
  sheet.entry("      ", "touched", share(memory.touchedShare), `${path}.memory.touchedShare`);
  sheet.guess("      ", "equalWithin", share(memory.equalWithin), `${path}.memory.equalWithin`);
  sheet.guess("      ", "equalAcross", share(memory.equalAcross), `${path}.memory.equalAcross`);
  sheet.head("    memoryAllocation:");
  sheet.entry("      ", "reservation", exactQuantity(memory.reservationMiB, "memory"), `${path}.memory.reservationMiB`);
  sheet.entry("      ", "limit", orNone(memory.limitMiB, "memory"), `${path}.memory.limitMiB`);
  sheet.entry("      ", "shares", String(memory.shares), `${path}.memory.shares`);
  sheet.entry("      ", "balloon", String(memory.balloon), `${path}.memory.balloon`);
  sheet.entry("    ", "progress", group.progress, `${path}.progress`);
  const served = workload.kind === "service";
  if (served) sheet.open("    ", "arrival, lifetime: as the service says");
  else if (arrival === null) sheet.open("    ", "arrival: as the load says");
  else {
    sheet.head("    arrival:");
    sheet.entry("      ", "at", exactQuantity(arrival.atSeconds, "time"), `${path}.arrival`);
    sheet.entry("      ", "every", exactQuantity(arrival.everySeconds, "time"), `${path}.arrival`);
  }
  const { shift } = group;
  if (shift)
    sheet.head(
      `    shift: {within: ${exactQuantity(shift.withinSeconds, "time")}, for: ${exactQuantity(shift.forSeconds, "time")}, by: ${shift.by}, forecast: ${shift.forecast ?? "perfect"}${shift.errorShare === undefined ? "" : `, error: ${exactQuantity(shift.errorShare, "share")}`}}`,
    );
  if (!served) sheet.entry("    ", "lifetime", orNone(group.lifetimeSeconds, "time"), `${path}.lifetimeSeconds`);
  sheet.entry("    ", "startup", group.startup, `${path}.startup`);
  if (group.host === null) sheet.open("    ", "host: any");
  else sheet.entry("    ", "host", text(group.host), `${path}.host`);
  if (group.scaling) scalingLines(group.scaling, `${path}.scaling`, sheet);
  sheet.entry("    ", "onHostDown", group.onHostDown, `${path}.onHostDown`);
  vmFailureLines(group, path, sheet);
  if (group.data !== undefined) {
    sheet.head("    data:");
    sheet.guess("      ", "size", exactQuantity(group.data.diskMiB, "memory"), `${path}.data.diskMiB`);
    sheet.guess("      ", "writes", exactQuantity(group.data.writesMiBPerSecond, "memoryRate"), `${path}.data.writesMiBPerSecond`);
    sheet.guess("      ", "rewritten", share(group.data.hotShare), `${path}.data.hotShare`);
  }
  loadLines(workload, `${path}.workload`, sheet);
}

function loadLines(load: ResolvedVmGroup["workload"], path: string, sheet: Sheet): void {
  if (load.kind === "idle") {
    sheet.entry("    ", "load", "idle", path);
    return;
  }
  sheet.head("    load:");
  switch (load.kind) {
    case "constant":
      sheet.entry("      ", "constant", exactQuantity(load.utilisation, "share"), path);
      sheet.entry("      ", "speed", exactQuantity(load.referenceMHz, "frequency"), `${path}.referenceMHz`);
      return;
    case "pieces":
      sheet.head("      pieces:");
      for (const piece of load.pieces) {
        const memory = piece.activeMiB === undefined ? "" : `, memory: ${exactQuantity(piece.activeMiB, "memory")}`;
        sheet.head(`        - {for: ${exactQuantity(piece.seconds, "time")}, cpu: ${exactQuantity(piece.mhz, "frequency")}${memory}}`);
      }
      sheet.entry("      ", "repeat", String(load.repeat), `${path}.repeat`);
      return;
    case "tasks":
      sheet.entry("      ", "sequence", String(load.sequence), `${path}.sequence`);
      sheet.head("      tasks:");
      for (const task of load.tasks) {
        const { workMHzSeconds, threads, weight, limitMHz, startSeconds } = task;
        sheet.head(
          `        - {work: ${exactQuantity(workMHzSeconds, "work")}, threads: ${threads}, weight: ${weight}, limit: ${orNone(limitMHz, "frequency")}, start: ${exactQuantity(startSeconds, "time")}}`,
        );
      }
      return;
    case "service":
      return serviceLines(load, path, sheet);
    case "generator":
    case "trace": {
      sheet.head(`      ${load.kind}:`);
      if (load.kind === "generator") sheet.entry("        ", "profile", load.profile, path);
      else {
        sheet.entry("        ", "format", text(load.format), path);
        sheet.entry("        ", "path", JSON.stringify(load.path), path);
      }
      const fields = load.kind === "generator" ? generatorFields : traceFields;
      for (const [option, value] of Object.entries(load.options)) {
        const entry = optionEntry(fields, option, value);
        if (entry) sheet.entry("        ", entry[0], entry[1], path);
      }
    }
  }
}

function eventText(event: ResolvedEvent): string {
  const whom =
    "host" in event && event.do !== "move disks"
      ? `host: ${text(event.host)}`
      : "vm" in event
        ? `vm: ${text(event.vm)}`
        : "link" in event
          ? `link: ${text(event.link)}`
          : `datastore: ${text(event.datastore)}`;
  const to =
    event.do === "speed"
      ? `, to: ${exactQuantity(event.factor, "share")}`
      : event.do === "pstate"
        ? `, to: ${event.index}`
        : event.do === "resize"
          ? `, to: ${exactQuantity(event.capacityMiB, "memory")}`
          : event.do === "move disks"
            ? `, onto: ${text(event.onto)}${event.host === null ? "" : `, to: ${text(event.host)}`}`
            : "vcpus" in event
              ? `, to: ${event.vcpus}`
              : "memoryMiB" in event
                ? `, to: ${exactQuantity(event.memoryMiB, "memory")}`
                : "to" in event
                  ? `, to: ${text(event.to)}`
                  : "";
  return `{at: ${exactQuantity(event.atSeconds, "time")}, ${whom}, do: "${event.do}"${to}}`;
}
