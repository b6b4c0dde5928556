/**
 * `hypervise show`: the catalogue as text, with the source of each figure and a mark on what is not verified.
 *
 * Pure functions from names to text of at most 80 columns. Names that the catalogue does not have are an error that offers
 * the nearest one. Evidence is in `show-evidence.ts`, which loads far more data.
 */

import {
  type Confidence,
  type Fact,
  type Figure,
  type FigureName,
  figures,
  type HypervisorProfile,
  hypervisorNames,
  hypervisorProfile,
  hypervisors,
  NO_LIMIT,
  powerCurves,
  type ServerProfile,
  server,
  serverNames,
  servers,
  sizeFamilies,
  sources,
} from "../catalog/index.ts";
import { formatMemory, formatNumber, forTerminal } from "../units/format.ts";
import { nearest } from "../units/spelling.ts";
import { abilities, abilityFacts, differences } from "./show-differences.ts";
import { wrap } from "./style.ts";

/** What this file needs of the terminal's style. */
export interface ShowStyle {
  readonly bold: (text: string) => string;
  readonly dim: (text: string) => string;
  readonly blue: (text: string) => string;
  readonly red: (text: string) => string;
  readonly yellow: (text: string) => string;
}

/** What this file needs of a placement policy. */
export interface PolicyEntry {
  readonly name: string;
  readonly about: string;
  readonly source: string;
  readonly score: string;
}

const WIDTH = 80;
/** Written before a value that was not read in its source. */
const MARKS: Readonly<Record<Confidence, string>> = { verified: "", remembered: "*", estimate: "~" };
const LEGEND = "~ estimate of this project   * remembered, not read again   no mark: read";

const GROUPS: readonly { readonly group: string; readonly title: string }[] = [
  { group: "speed", title: "Speed" },
  { group: "processor", title: "Processor" },
  { group: "memory", title: "Memory" },
  { group: "limits", title: "Limits" },
  { group: "times", title: "Times" },
  { group: "faults", title: "Faults" },
];
const WEIGHTS = { vcpu: "each vCPU of a VM", vm: "each VM once", runnable: "each vCPU that wants to run" } as const;
const PAYERS = { vm: "the VM itself", "control-domain": "the control domain", "host-os": "the host OS" } as const;
const KINDS = ["no hypervisor", "type 1, bare metal", "type 2, hosted"] as const;

const namesOf = (group: string): FigureName[] => (Object.keys(figures) as FigureName[]).filter((name) => figures[name].group === group);

/** The entries of those names; throws for people when one is unknown. */
function pick<T>(names: readonly string[], find: (name: string) => T | undefined, known: readonly string[], what: string): T[] {
  return names.map((name) => {
    const found = find(name);
    if (found) return found;
    const near = nearest(name, known);
    throw new Error(`no ${what} "${name}" in the catalogue${near ? `; did you mean ${near}?` : ""} (hypervise show ${what}s lists them)`);
  });
}

/** Value and unit of a figure apart; memory takes its own unit. */
function valueAndUnit(value: number, unit: string): [string, string] {
  if (value === NO_LIMIT) return ["no limit", ""];
  if (unit !== "MiB") return [forTerminal(formatNumber(value)), unit];
  const [amount = "", memoryUnit = ""] = forTerminal(formatMemory(value)).split("\u00a0");
  return value === 0 ? ["0", "MiB"] : [amount, memoryUnit];
}

/** A value without its unit, except for memory, where the unit depends on the value. */
function short(value: number, unit: string): string {
  const [amount, shown] = valueAndUnit(value, unit);
  return unit === "MiB" ? `${amount} ${shown}`.trim() : amount;
}

/** The value of a figure with its mark. */
const marked = (figure: Figure): string => MARKS[figure.confidence] + short(figure.value, figure.unit);

function range(figure: Figure): string {
  if (figure.low === undefined || figure.high === undefined) return "";
  const low = short(figure.low, figure.unit);
  const high = short(figure.high, figure.unit);
  const unit = / [KMGTP]?i?B$/.exec(high)?.[0];
  return unit && low.endsWith(unit) ? `${low.slice(0, -unit.length)} to ${high}` : `${low} to ${high}`;
}

/** Hypervisors: all in one table, one as a full sheet, several side by side. Throws when a name is unknown. */
export function showHypervisors(names: readonly string[], style: ShowStyle): string {
  if (names.length === 0) return overview(style);
  const profiles = pick(names, hypervisorProfile, hypervisorNames, "hypervisor");
  const [only] = profiles;
  return profiles.length === 1 && only ? sheet(only, style) : sideBySide(profiles, style);
}

function overview(style: ShowStyle): string {
  const columns = [
    ["cpuEfficiency", "CPU"],
    ["memoryEfficiency", "memory"],
    ["oltpEfficiency", "OLTP"],
    ["diskIopsEfficiency", "disk"],
    ["maxVcpusPerVm", "vCPUs"],
  ] as const satisfies readonly (readonly [FigureName, string])[];
  const lines = [`  ${style.dim(`${"".padEnd(13)}${"".padEnd(23)}${columns.map(([, head]) => head.padStart(8)).join("")}`)}`];
  for (const profile of hypervisors) {
    const cells = columns.map(([name]) => marked(profile.figures[name]).replace("no limit", "-").padStart(8));
    lines.push(`  ${style.bold(profile.key.padEnd(13))}${profile.name.padEnd(23)}${cells.join("")}`);
  }
  return block([
    ...lines,
    "",
    style.dim("  speeds as a share of native, disk for random 4 KiB; vCPUs: the most a VM has"),
    style.dim(`  ${LEGEND}`),
    style.dim("  one in full: hypervise show hypervisors esxi"),
    style.dim("  side by side: hypervise show hypervisors esxi kvm virtualbox"),
  ]);
}

function sheet(profile: HypervisorProfile, style: ShowStyle): string {
  const lines = [
    `  ${style.bold(profile.name)}   ${profile.key}   ${KINDS[profile.type]}`,
    `  ${wrap(profile.about, WIDTH - 2, "  ")}`,
    style.dim(`  also: ${profile.aliases.join(", ")}`),
  ];
  for (const { group, title } of GROUPS) {
    lines.push("", `  ${style.dim(`${title.padEnd(25)}${"value".padStart(9)}${"range".padStart(19)}${"source".padStart(19)}`)}`);
    for (const name of namesOf(group)) {
      const figure = profile.figures[name];
      if (!figure) continue;
      const [value, unit] = valueAndUnit(figure.value, figure.unit);
      const text = `  ${figures[name].label.padEnd(25)} ${style.bold((MARKS[figure.confidence] + value).padStart(8))} ${unit.padEnd(11)}  ${range(figure).padEnd(17)} ${style.dim(figure.source)}`;
      lines.push(text.trimEnd());
    }
  }
  lines.push("", `  ${style.dim("Ways")}`);
  const facts: readonly (readonly [string, Fact])[] = [
    ["CPU weight counts", { ...profile.weightBy, value: WEIGHTS[profile.weightBy.value] }],
    ["I/O work is done by", { ...profile.ioChargedTo, value: PAYERS[profile.ioChargedTo.value] }],
    ...abilityFacts(profile),
    ["scheduler", profile.features.scheduler],
    ["memory taken back by", profile.features.memoryReclaim],
    ["live migration", profile.features.liveMigration],
    ["availability", profile.features.highAvailability],
    ["replication", profile.features.replication],
  ];
  for (const [label, fact] of facts) lines.push(`  ${label.padEnd(24)}${wrap(MARKS[fact.confidence] + fact.value, WIDTH - 26, " ".repeat(26))}`);
  const notes = notesOf(profile);
  if (notes.length > 0) lines.push("", `  ${style.dim("Notes")}`, ...notes.map(([label, note]) => `  ${wrap(`${label}: ${note}`, WIDTH - 4, "    ")}`));
  const source = profile.type === 0 ? [] : [style.dim(`  measurements behind it: hypervise show evidence ${profile.key}`)];
  return block([...lines, "", style.dim(`  ${LEGEND}`), style.dim("  sources by name: hypervise show sources"), ...source]);
}

/** What single figures and ways rest on, by label. */
function notesOf(profile: HypervisorProfile): [string, string][] {
  const ofFigures = (Object.keys(figures) as FigureName[]).map((name) => [figures[name].label, profile.figures[name]?.note] as const);
  const ofWays = [
    ["CPU weight counts", profile.weightBy.note],
    ["I/O work is done by", profile.ioChargedTo.note],
    ...abilityFacts(profile).map(([label, { note }]) => [label, note] as const),
  ] as const;
  return [...ofFigures, ...ofWays].flatMap(([label, note]) => (note === undefined ? [] : [[label, note]]));
}

const MOST_IN_BLOCK = 4;
/** Ways whose word is too long for a column. */
const SHORT: Readonly<Record<string, string>> = { "shares-and-limits": "weight+cap", limits: "cap" };

function sideBySide(profiles: readonly HypervisorProfile[], style: ShowStyle): string {
  const blocks: string[] = [];
  const inBlock = Math.ceil(profiles.length / Math.ceil(profiles.length / MOST_IN_BLOCK));
  for (let from = 0; from < profiles.length; from += inBlock) {
    const some = profiles.slice(from, from + inBlock);
    const lines = [`  ${"".padEnd(36)}${some.map((p) => style.bold(p.key.padStart(11))).join("")}`];
    for (const { group, title } of GROUPS) {
      lines.push(`  ${style.dim(title)}`);
      for (const name of namesOf(group)) {
        const cells = some.map(({ figures: of }) => {
          const figure = of[name];
          return (figure ? marked(figure) : "-").padStart(11);
        });
        const unit = figures[name].unit === "MiB" ? "" : figures[name].unit;
        lines.push(`  ${figures[name].label.padEnd(25)} ${style.dim(unit.padEnd(10))}${cells.join("").slice(Math.max(0, unit.length - 10))}`);
      }
    }
    lines.push(`  ${style.dim("Ways")}`);
    const ways = (label: string, of: (profile: HypervisorProfile) => Fact): string =>
      `  ${label.padEnd(36)}${some.map((profile) => (MARKS[of(profile).confidence] + of(profile).value.replace("-domain", "")).padStart(11)).join("")}`;
    lines.push(
      ways("CPU weight counts", (p) => p.weightBy),
      ways("I/O work is done by", (p) => p.ioChargedTo),
    );
    for (const [label, key] of abilities)
      lines.push(ways(label, (p) => ({ ...p.abilities[key], value: SHORT[p.abilities[key].value] ?? p.abilities[key].value })));
    blocks.push(lines.join("\n"));
  }
  const [a, b] = profiles;
  const words =
    profiles.length !== 2 || !a || !b
      ? [style.dim("  the differences of two in words: hypervise show hypervisors esxi kvm")]
      : differences(a, b).flatMap(({ heading, lines }) => ["", `  ${style.dim(heading)}`, ...lines.map((line) => `  ${wrap(line, WIDTH - 4, "    ")}`)]);
  return block([blocks.join("\n\n"), "", style.dim(`  ${LEGEND}`), ...words]);
}

/** Servers: all in one table, or the named ones with their power at eleven loads. Throws when a name is unknown. */
export function showServers(names: readonly string[], style: ShowStyle): string {
  if (names.length > 0)
    return block([
      pick(names, server, serverNames, "server")
        .map((found) => serverSheet(found, style))
        .join("\n\n"),
    ]);
  const lines = [`  ${style.dim(`${"".padEnd(28)}tested  cores  threads   GHz   GiB  W idle  W full`)}`];
  for (const s of servers) {
    const [idle = 0] = s.watts;
    const full = s.watts.at(-1) ?? 0;
    const cells = [String(s.cores).padStart(7), String(s.threads).padStart(9), (s.coreMHz / 1000).toFixed(2).padStart(6), String(s.memoryGiB).padStart(6)];
    lines.push(
      `  ${style.bold(s.key.padEnd(28))}${s.tested.slice(0, 4).padStart(6)}${cells.join("")}${idle.toFixed(0).padStart(8)}${full.toFixed(0).padStart(8)}`,
    );
  }
  return block([
    ...lines,
    "",
    style.dim("  SPECpower_ssj2008 results of machines tested lean: one supply, one drive"),
    style.dim("  one in full: hypervise show servers dell-r740-8280"),
    "",
    `  ${wrap(`Known by their watts alone, so no host can be built from them: ${powerCurves.map((c) => c.key).join(", ")}.`, WIDTH - 2, "  ")}`,
  ]);
}

function serverSheet(found: ServerProfile, style: ShowStyle): string {
  const peak = Math.max(...found.watts);
  const bars = found.watts.map((watts, i) => {
    const length = Math.round((watts / peak) * 44);
    return `  ${`${i * 10} %`.padStart(6)} ${style.blue("█".repeat(length))}${" ".repeat(46 - length)}${style.bold(watts.toFixed(1).padStart(7))} W`;
  });
  return [
    `  ${style.bold(`${found.vendor} ${found.model}`)}   ${found.key}   tested ${found.tested}`,
    `  ${found.chips} x ${found.cpu}, ${found.cores} cores, ${found.threads} threads, ${found.coreMHz} MHz, ${found.memoryGiB} GiB`,
    `  ${found.opsPerWatt} ssj_ops a watt overall, idle at ${Math.round(((found.watts[0] ?? 0) / peak) * 100)} % of peak power`,
    "",
    ...bars,
    "",
    style.dim(`  ${sources[found.source]?.cite ?? found.source}`),
    style.dim(`  ${found.twoCopies ? "two independent copies agree" : "found in one copy only"}; ${found.url ?? "page of the result not kept"}`),
  ].join("\n");
}

/** VM sizes by family. With names: only those families or sizes. Throws when a name is unknown. */
export function showSizes(names: readonly string[], style: ShowStyle): string {
  const wanted = names.map((name) => name.toLowerCase());
  const known = sizeFamilies.flatMap((f) => [f.family, ...f.sizes.map((s) => s.key)]);
  pick(names, (name) => known.find((k) => k.toLowerCase() === name.toLowerCase()), known, "size");
  const blocks = sizeFamilies.flatMap((family) => {
    const whole = wanted.length === 0 || wanted.includes(family.family);
    const sizes = family.sizes.filter((s) => whole || wanted.includes(s.key.toLowerCase()));
    if (sizes.length === 0) return [];
    const cells = sizes.map((s) => `${style.bold(s.key.padEnd(15))}${String(s.vcpus).padStart(3)} x ${formatMemorySize(s.memoryGiB).padEnd(9)}`);
    const rows: string[] = [];
    for (let i = 0; i < cells.length; i += 2) rows.push(`  ${cells.slice(i, i + 2).join("      ")}`.trimEnd());
    const mark = family.confidence === "verified" ? "" : ` (${family.confidence})`;
    return [[`  ${wrap(`${family.family}: ${family.about}${mark}`, WIDTH - 2, "  ")}`, ...rows, style.dim(`  source ${family.source}`)].join("\n")];
  });
  return block([blocks.join("\n\n")]);
}

const formatMemorySize = (gib: number): string => forTerminal(formatMemory(gib * 1024)).replace("\u00a0", " ");

/** Placement policies: each with what it does, what its score means and where it comes from. */
export function showPolicies(policies: readonly PolicyEntry[], names: readonly string[], style: ShowStyle): string {
  const known = policies.map((p) => p.name);
  const chosen = names.length === 0 ? policies : pick(names, (name) => policies.find((p) => p.name === name), known, "policy");
  const text = chosen.map((p) => {
    const score = p.score === "" ? [] : [`  ${"".padEnd(18)}${style.dim(wrap(`score: ${p.score}`, WIDTH - 20, " ".repeat(20)))}`];
    return [
      `  ${style.bold(p.name.padEnd(17))} ${wrap(p.about, WIDTH - 20, " ".repeat(20))}`,
      ...score,
      `  ${"".padEnd(18)}${style.dim(wrap(p.source, WIDTH - 20, " ".repeat(20)))}`,
    ].join("\n");
  });
  return block([text.join("\n")]);
}

/** Every source of the catalogue by the name it is cited with. */
export function showSources(style: ShowStyle): string {
  const text = Object.entries(sources).map(([key, source]) => {
    const url = source.url ? `\n  ${"".padEnd(18)}${style.dim(source.url)}` : "";
    const seen = source.seen === "page" || source.seen === "own" ? "" : ` (${source.seen})`;
    return `  ${style.bold(key.padEnd(17))} ${wrap(`${source.cite}${seen}`, WIDTH - 20, " ".repeat(20))}${url}`;
  });
  return block([...text, "", style.dim("  sources of single measurements: hypervise show evidence PRODUCT")]);
}

const block = (lines: readonly string[]): string => `${lines.join("\n")}\n`;
