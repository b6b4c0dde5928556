/**
 * What a run rests on, for its report: every value of the scenario with where it comes from (imported, catalogue, default or
 * yours), the source of the catalogue's figures and how sure of them we are.
 */
import { hypervisors, server, sources } from "../catalog/index.ts";
import type { ImportReport } from "../model/demand.ts";
import { shorten } from "../report/format.ts";
import type { Assumption } from "../report/run-document.ts";
import type { ResolvedScenario } from "../scenario/resolved.ts";
import type { Marks } from "../scenario/resolving.ts";
import { formatCount, formatNumber } from "../units/format.ts";
import { resolvedLines } from "./check.ts";

const cite = (key: string): string => sources[key]?.cite ?? key;

/** In the order in which a doubter asks: what was imported, what the catalogue says, what was filled in, what was given. */
export function assumptionsOf(scenario: ResolvedScenario, marks: Marks, imports: ReadonlyMap<string, ImportReport>): Assumption[] {
  const lines = linesOf(scenario, marks);
  return [
    ...importsOf(imports),
    ...serversOf(scenario),
    ...hypervisorsOf(scenario),
    ...lines.filter(({ origin }) => origin === "catalogue"),
    ...lines.filter(({ origin }) => origin === "default"),
    ...lines.filter(({ origin }) => origin === "yours"),
  ];
}

/** A group of VMs, or the column of a series that a site reads, as `carbon.Iceland`. */
function importName(key: string): string {
  if (!/^\["[\w-]+","(?:[^"\\]|\\.)*",.*\]$/.test(key)) return `vms.${key}`;
  const [kind, , ...columns] = JSON.parse(key) as readonly unknown[];
  return [kind, ...columns].filter((part) => typeof part === "string" && part !== "").join(".");
}

function importsOf(imports: ReadonlyMap<string, ImportReport>): Assumption[] {
  return [...imports].flatMap(([group, { source, rowsRead, notes }]): Assumption[] =>
    rowsRead > 0
      ? [
          {
            what: importName(group),
            value: `${formatCount(rowsRead)} rows${notes.length > 0 ? `, ${formatCount(notes.length)} notes` : ""}`,
            origin: "imported",
            source,
            confidence: "measured",
          },
        ]
      : [],
  );
}

function serversOf({ hosts }: ResolvedScenario): Assumption[] {
  return [...new Set(hosts.flatMap((group) => group.server ?? []))].flatMap((key): Assumption[] => {
    const found = server(key);
    return found
      ? [{ what: key, value: `${found.vendor} ${found.model}, ${found.cpu}`, origin: "catalogue", source: cite(found.source), confidence: found.confidence }]
      : [];
  });
}

/** The figures of each product that are no more than estimates, and how many others there are. */
function hypervisorsOf({ hosts }: ResolvedScenario): Assumption[] {
  const products = new Map(hosts.map(({ hypervisor }) => [hypervisor.name, hypervisor]));
  return [...products.values()].flatMap((product): Assumption[] => {
    const profile = hypervisors.find(({ name, key }) => name === product.name || key === product.name);
    if (!profile) return [];
    const figures = Object.entries(profile.figures) as [
      string,
      { value: number; low?: number; high?: number; unit: string; source: string; confidence: string },
    ][];
    const guessed = figures.filter(([, { confidence }]) => confidence === "estimate");
    return [
      {
        what: profile.name,
        value: `${formatCount(figures.length - guessed.length)} figures with a source, ${formatCount(guessed.length)} estimates`,
        origin: "catalogue",
        source: `hypervise show hypervisors ${profile.key}`,
        confidence: guessed.length > 0 ? "mixed" : "verified",
      },
      ...guessed.map(
        ([field, { value, low, high, unit, source, confidence }]): Assumption => ({
          what: `${profile.key}.${field}`,
          value: `${formatNumber(value)} ${unit}${low !== undefined && high !== undefined ? ` (${formatNumber(low)} to ${formatNumber(high)})` : ""}`,
          origin: "catalogue",
          source: cite(source),
          confidence,
        }),
      ),
    ];
  });
}

/** Each value of `check --resolved` under its path, those that are nothing (none, []) left out. */
function linesOf(scenario: ResolvedScenario, marks: Marks): Assumption[] {
  const path: { readonly indent: number; readonly name: string }[] = [];
  const found: Assumption[] = [];
  for (const { text, mark } of resolvedLines(scenario, marks)) {
    const [, spaces = "", dash = "", key = "", value = ""] = /^( *)(- )?([\w."-]+): ?(.*)$/.exec(text) ?? [];
    if (key === "") continue;
    const indent = spaces.length + dash.length;
    while (path.length > 0 && (path.at(-1)?.indent ?? 0) >= (dash === "" ? indent : spaces.length + 1)) path.pop();
    if (dash !== "" && key === "name") {
      path.push({ indent: spaces.length + 1, name: value });
      continue;
    }
    if (mark === "" || value === "") {
      if (value === "") path.push({ indent, name: key });
      continue;
    }
    if (/^(?:none|\[\]|"")$/.test(value) || key === "name" || key === "about") continue;
    const origin = mark.startsWith("default") ? "default" : mark.startsWith("catalogue") ? "catalogue" : mark.startsWith("yours") ? "yours" : null;
    if (origin === null) continue;
    const estimate = mark.includes("estimate");
    found.push({
      what: [...path.map(({ name }) => name), key].join("."),
      value: shorten(value, 60),
      origin,
      source: origin === "yours" ? "scenario" : origin === "default" ? "docs/scenario-format.md" : "catalogue",
      confidence: estimate ? "estimate" : origin === "yours" ? "given" : "",
    });
  }
  return found;
}
