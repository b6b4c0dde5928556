/**
 * `hypervise show hypervisors A B`: what is different between two products, in words and in what each overhead comes to.
 *
 * The overheads are the model's own formulas (efficiency.ts, memory.ts) on one usual server and one usual VM, so that the
 * figures of the catalogue can be weighed against each other: a fraction of a point of one may matter more than a factor of another.
 */
import { type Fact, type Figure, type FigureName, figures, type HypervisorProfile, NO_LIMIT } from "../catalog/index.ts";
import { ioCores, workCost } from "../model/efficiency.ts";
import { vmOverheadMiB } from "../model/memory.ts";
import type { HypervisorSpec } from "../model/spec.ts";
import { resolveHypervisor } from "../scenario/catalogue.ts";
import { workWords } from "../scenario/schema.ts";
import { formatMemory, formatNumber, forTerminal } from "../units/format.ts";

/** The server and the VM that overheads are worked out for. */
const SERVER = { cores: 32, memoryMiB: 256 * 1024 };
const VM = { vcpus: 4, memoryMiB: 16 * 1024 };
const IOPS = 10_000;
const RATIO = 4;

const number = (value: number, digits = 3): string => forTerminal(formatNumber(Number(value.toPrecision(digits))));
const memory = (mib: number): string => forTerminal(formatMemory(Math.round(mib))).replace("\u00a0", " ");
const percent = (share: number): string => `${number(100 * share)} %`;

/** Sentences on what differs, under headings: the same for everything that is the same is left out. */
export function differences(a: HypervisorProfile, b: HypervisorProfile): { heading: string; lines: string[] }[] {
  return [
    { heading: "In words", lines: inWords(a, b) },
    { heading: `Overheads of a server of ${SERVER.cores} cores and ${memory(SERVER.memoryMiB)}`, lines: overheads(a, b) },
    { heading: "What is certain to differ, and what may not", lines: figureLines(a, b) },
  ].filter(({ lines }) => lines.length > 0);
}

const KINDS = [
  "no hypervisor at all",
  "type 1: it runs on the bare machine",
  "type 2: it is a program of a host OS, which also runs its user's own programs",
] as const;
const PAYERS = { vm: "by the VM that asks for it", "control-domain": "by a control domain, which saturates", "host-os": "by the host OS" } as const;
const WEIGHTS = { vcpu: "each vCPU", vm: "each VM, however many vCPUs it has", runnable: "each vCPU that wants to run" } as const;
const POOLS = {
  full: "with shares, reservation and limit",
  "shares-and-limits": "with shares and limit, without reservation",
  limits: "with a limit only",
  none: "none",
} as const;
const GUESTS = { none: "no", linux: "Linux guests", windows: "Windows guests", any: "yes" } as const;

function inWords(a: HypervisorProfile, b: HypervisorProfile): string[] {
  const facts: [label: string, of: (profile: HypervisorProfile) => string][] = [
    ["What it is", (p) => KINDS[p.type]],
    ["I/O work is done", (p) => PAYERS[p.ioChargedTo.value]],
    ["When CPU is short, equal weights mean equal CPU for", (p) => WEIGHTS[p.weightBy.value]],
    ["Scheduler", (p) => p.features.scheduler.value],
    ["Resource pools", (p) => POOLS[p.abilities.pools.value]],
    ["vCPUs that own cores", (p) => p.abilities.pinning.value],
    ["vCPUs added while it runs", (p) => GUESTS[p.abilities.hotAddCpu.value]],
    ["vCPUs taken while it runs", (p) => GUESTS[p.abilities.hotRemoveCpu.value]],
    ["Memory added while it runs", (p) => GUESTS[p.abilities.hotAddMemory.value]],
    ["Memory taken while it runs", (p) => GUESTS[p.abilities.hotRemoveMemory.value]],
    ["Short of memory it uses", (p) => p.features.memoryReclaim.value],
    ["Running VMs move by", (p) => p.features.liveMigration.value],
    ["When a host fails", (p) => p.features.highAvailability.value],
    ["Replication", (p) => p.features.replication.value],
  ];
  return facts.flatMap(([label, of]) => (of(a) === of(b) ? [] : [`${label}: ${a.key} ${of(a)}; ${b.key} ${of(b)}.`]));
}

/** Each overhead in the model's own formula. */
function overheads(a: HypervisorProfile, b: HypervisorProfile): string[] {
  const [x, y] = [specOf(a), specOf(b)];
  const compare = (what: string, of: (h: HypervisorSpec) => number, show: (value: number) => string): string[] => {
    const [p, q] = [of(x), of(y)];
    return show(p) === show(q) ? [`${what}: ${show(p)} on both.`] : [`${what}: ${a.key} ${show(p)}, ${b.key} ${show(q)}.`];
  };
  const core = (value: number): string => `${number(value)} core`;
  const mixed = (h: HypervisorSpec) => workCost(h, workWords.mixed);
  const database = (h: HypervisorSpec) => workCost(h, workWords.database);
  const reserve = (h: HypervisorSpec): number =>
    Math.min(h.reserveCapMiB ?? Number.POSITIVE_INFINITY, h.reserveBaseMiB + h.reserveFraction * SERVER.memoryMiB) + h.reserveFixedMiB;
  return [
    ...compare("Beside a core of mixed work, traps cost", (h) => mixed(h).trap, core),
    ...compare("and nested paging", (h) => mixed(h).paging, core),
    ...compare("Beside a core of database work, everything costs", (h) => database(h).perWork - 1, core),
    ...compare(`${forTerminal(formatNumber(IOPS))} disk I/Os a second cost`, (h) => ioCores(h, { iops: IOPS, gbitPerSecond: 0 }), core),
    ...compare("1 Gbit/s of network costs", (h) => ioCores(h, { iops: 0, gbitPerSecond: 1 }), core),
    ...compare(`${RATIO} busy vCPUs a core: scheduling takes`, (h) => h.schedulingSlope * (RATIO - 1), percent),
    ...compare("and co-scheduling of a VM of 8 vCPUs", (h) => h.coStopPerVcpu * 4, percent),
    ...compare("A memory-bound VM over both of two sockets takes longer by", (h) => 0.5 * h.remoteShare * 0.7, percent),
    ...compare("Cores kept back", (h) => h.reservedCores, number),
    ...compare(
      "The system below uses",
      (h) => h.hostOsBackground * SERVER.cores,
      (value) => `${number(value)} cores`,
    ),
    ...compare("Memory kept back", reserve, memory),
    ...compare(`A VM of ${VM.vcpus} vCPUs and ${memory(VM.memoryMiB)} takes besides`, (h) => vmOverheadMiB(h, VM.vcpus, VM.memoryMiB), memory),
  ];
}

function specOf(profile: HypervisorProfile): HypervisorSpec {
  const found = resolveHypervisor(profile.key);
  if (!found) throw new Error(`the catalogue has no ${profile.key}`);
  return found;
}

/** Figures whose ranges do not meet one by one; those whose ranges do, by name. */
function figureLines(a: HypervisorProfile, b: HypervisorProfile): string[] {
  const lines: string[] = [];
  const doubtful: string[] = [];
  for (const name of Object.keys(figures) as FigureName[]) {
    const [x, y]: (Figure | undefined)[] = [a.figures[name], b.figures[name]];
    const { label, unit } = figures[name];
    if (x === undefined || y === undefined) {
      if (x !== y) lines.push(`${label}: only ${(x ? a : b).key} has such a figure.`);
      continue;
    }
    if (x.value === y.value) continue;
    const overlap = (x.low ?? x.value) <= (y.high ?? y.value) && (y.low ?? y.value) <= (x.high ?? x.value);
    const show = (figure: Figure): string =>
      figure.value === NO_LIMIT ? "no limit" : unit === "MiB" ? memory(figure.value) : `${forTerminal(formatNumber(figure.value))} ${unit}`;
    const guess = x.confidence === "estimate" || y.confidence === "estimate" ? " (an estimate)" : "";
    if (overlap) doubtful.push(label);
    else lines.push(`${label}: ${a.key} ${show(x)}, ${b.key} ${show(y)}${guess}.`);
  }
  return doubtful.length === 0 ? lines : [...lines, `The ranges meet, so the difference may be none: ${doubtful.join("; ")}.`];
}

/** What a product can do that the model acts upon, with its words. */
export const abilities: readonly (readonly [label: string, key: keyof HypervisorProfile["abilities"]])[] = [
  ["resource pools", "pools"],
  ["vCPUs can own cores", "pinning"],
  ["vCPUs added while on", "hotAddCpu"],
  ["vCPUs taken while on", "hotRemoveCpu"],
  ["memory added while on", "hotAddMemory"],
  ["memory taken while on", "hotRemoveMemory"],
];

/** The same as facts, their values in words. */
export const abilityFacts = (profile: HypervisorProfile): readonly (readonly [label: string, fact: Fact])[] =>
  abilities.map(([label, key]) => {
    const fact = profile.abilities[key];
    const words: Readonly<Record<string, string>> = key === "pools" ? POOLS : key === "pinning" ? {} : GUESTS;
    return [label, { ...fact, value: words[fact.value] ?? fact.value }];
  });
