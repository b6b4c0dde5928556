/**
 * A page for each hypervisor, made of the catalogue: what is modelled, each number with source and confidence, what is not.
 * `npm run docs` writes them; test/project/docs.test.ts fails when they are no longer true.
 */
import { memories, memoryCosts } from "../src/catalog/data/memory.ts";
import { migrationCosts, migrations } from "../src/catalog/data/migration.ts";
import { notModelled, notModelledAnywhere } from "../src/catalog/data/not-modelled.ts";
import { evidenceRows } from "../src/catalog/evidence.ts";
import { type Fact, type Figure, type FigureName, figures, type HypervisorProfile, hypervisors, NO_LIMIT, sources } from "../src/catalog/index.ts";
import { abilityFacts } from "../src/cli/show-differences.ts";
import { modelFigures } from "../src/scenario/catalogue.ts";
import { formatMemory, formatNumber, forTerminal } from "../src/units/format.ts";

const plain = (value: number): string => forTerminal(formatNumber(value));
const shown = (value: number, unit: string): string =>
  value === NO_LIMIT ? "no limit" : unit === "MiB" ? (value === 0 ? "0" : forTerminal(formatMemory(value)).replace("\u00a0", " ")) : plain(value);
const cell = (text: string): string => text.replaceAll("|", "\\|");

/** The pages by path. */
export function productPages(): Map<string, string> {
  return new Map(hypervisors.map((profile) => [`docs/products/${profile.key}.md`, page(profile)]));
}

const KINDS = ["No hypervisor", "Type 1, bare metal", "Type 2, hosted"] as const;

function page(profile: HypervisorProfile): string {
  const used = new Set<string>(modelFigures);
  const names = (Object.keys(figures) as FigureName[]).filter((name) => profile.figures[name] !== undefined);
  const cited = new Set<string>();
  const figureRows = (chosen: readonly FigureName[]): string[] => chosen.map((name) => figureRow(name, profile.figures[name] as Figure, cited));
  const modelled = figureRows(names.filter((name) => used.has(name)));
  const others = figureRows(names.filter((name) => !used.has(name)));
  const facts: readonly (readonly [string, Fact])[] = [
    ["CPU weight counts", profile.weightBy],
    ["I/O work is charged to", profile.ioChargedTo],
    ...abilityFacts(profile),
  ];
  const words: readonly (readonly [string, Fact])[] = [
    ["scheduler", profile.features.scheduler],
    ["memory reclaim", profile.features.memoryReclaim],
    ["live migration", profile.features.liveMigration],
    ["availability", profile.features.highAvailability],
    ["replication", profile.features.replication],
  ];
  const factTable = (rows: readonly (readonly [string, Fact])[]): string[] => [
    "| | | source | confidence | note |",
    "|---|---|---|---|---|",
    ...rows.map(([label, { value, source, confidence, note = "" }]) => {
      cited.add(source);
      return `| ${label} | ${cell(value)} | ${source} | ${confidence} | ${cell(note)} |`;
    }),
  ];
  const parts = [
    `# ${profile.name}`,
    "",
    `<!-- Written by npm run docs from src/catalog/data/${profile.key}.ts: change it there. -->`,
    "",
    `${KINDS[profile.type]}. ${profile.about}`,
    "",
    `In scenarios: \`${[profile.key, ...profile.aliases].join("`, `")}\`. On the terminal: \`hypervise show hypervisors ${profile.key}\`.`,
    "",
    "## What is modelled",
    "",
    "Every number a run uses. A scenario can set each of them for its hosts (`hypervisor: {product: ..., ...}`).",
    "",
    "| figure | value | range | unit | source | confidence | note |",
    "|---|---:|---|---|---|---|---|",
    ...modelled,
    "",
    "### What it can do",
    "",
    ...factTable(facts),
    "",
    "### When memory is short",
    "",
    "Entries of `memory` in the hypervisor's block; what they mean: [memory](../memory.md).",
    "",
    ...entryTable(memories[profile.key] ?? {}, memories[profile.key]?.takenFrom.value === "nobody" ? {} : memoryCosts, cited),
    "",
    "### How it moves a running VM",
    "",
    ...entryTable(migrations[profile.key] ?? {}, profile.type === 0 || profile.key === "ideal" ? {} : migrationCosts, cited),
    "",
    "## What was measured",
    "",
    ...measured(profile.key),
    "",
    "## What is not modelled",
    "",
    ...[...(notModelled[profile.key] ?? []), ...(profile.type === 0 || profile.key === "ideal" ? [] : notModelledAnywhere)].map((text) => `- ${text}`),
    ...(others.length === 0
      ? []
      : ["", "Known, and used by no run:", "", "| figure | value | range | unit | source | confidence | note |", "|---|---:|---|---|---|---|---|", ...others]),
    "",
    "In words, for orientation:",
    "",
    ...factTable(words),
    "",
    "## Sources",
    "",
    ...[...cited].toSorted().map((key) => {
      const source = sources[key];
      return `- \`${key}\`: ${source?.cite ?? ""}${source?.url ? ` - <${source.url}>` : ""} (${source?.seen ?? ""})`;
    }),
  ];
  return `${parts.join("\n")}\n`;
}

function figureRow(name: FigureName, figure: Figure, cited: Set<string>): string {
  const { label, unit } = figures[name];
  cited.add(figure.source);
  const range = figure.low === undefined || figure.high === undefined ? "" : `${shown(figure.low, unit)} to ${shown(figure.high, unit)}`;
  return `| ${label} | ${shown(figure.value, unit)} | ${range} | ${unit === "MiB" ? "" : unit} | ${figure.source} | ${figure.confidence} | ${cell(figure.note ?? "")} |`;
}

interface Entry {
  readonly value: number | string;
  readonly unit?: string;
  readonly source: string;
  readonly confidence: string;
  readonly note?: string;
}

/** A product's own entries and those that hold for every product; absent and meaningless ones are left out. */
function entryTable(own: object, common: object, cited: Set<string>): string[] {
  const rows = [...Object.entries(own), ...Object.entries(common)].filter((entry): entry is [string, Entry] => entry[1] !== null);
  return [
    "| | value | unit | source | confidence | note |",
    "|---|---:|---|---|---|---|",
    ...rows.map(([name, { value, unit = "", source, confidence, note = "" }]) => {
      cited.add(source);
      return `| ${name} | ${typeof value === "number" ? plain(value) : value} | ${unit} | ${source} | ${confidence} | ${cell(note)} |`;
    }),
  ];
}

const KIND_NAMES: Readonly<Record<string, string>> = {
  cpu: "CPU-bound",
  memory: "memory-bound",
  "mixed-oltp": "database (OLTP)",
  "disk-seq": "disk, sequential",
  "disk-random": "disk, random",
  network: "network",
  other: "other",
};

function measured(product: string): string[] {
  const rows = evidenceRows().filter((row) => row.product === product);
  if (rows.length === 0) return ["Nothing: it is a reference case."];
  return [
    `Share of native speed; the single measurements with their sources: \`hypervise show evidence ${product}\`.`,
    "",
    "| kind of work | median of sources | lowest | highest | sources | evidence |",
    "|---|---:|---:|---:|---:|---|",
    ...rows.map(
      (row) =>
        `| ${KIND_NAMES[row.kind] ?? row.kind} | ${plain(row.medianOfSources)} | ${plain(row.low)} | ${plain(row.high)} | ${row.sources} | ${row.grade} |`,
    ),
  ];
}
