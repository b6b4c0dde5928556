/**
 * `hypervise show evidence`: what the model delivers beside what was measured and published.
 *
 * Loaded only for this command: it brings all measurements with it.
 */

import { citations, counted, type EvidenceRow, evidenceRows, type Measurement, measuredProducts, measurements, speedKinds } from "../catalog/evidence.ts";
import { hypervisorProfile } from "../catalog/index.ts";
import { nearest } from "../units/spelling.ts";
import type { ShowStyle } from "./show.ts";
import { wrap } from "./style.ts";

const WIDTH = 80;

const KIND_NAMES: Readonly<Record<(typeof speedKinds)[number], string>> = {
  cpu: "CPU-bound",
  memory: "memory-bound",
  "mixed-oltp": "database (OLTP)",
  "disk-seq": "disk, sequential",
  "disk-random": "disk, random",
  network: "network",
  other: "other",
};

/**
 * Model and measurements: a line for each product and kind of work, and with a product also its measurements and their
 * sources. `model` gives the ratio to native that a run delivers, or null where the model does not cover the kind.
 * Throws when the product is unknown or has no measurements.
 */
export function showEvidence(product: string | null, model: (product: string, kind: string) => number | null, style: ShowStyle): string {
  const key = product === null ? null : productKey(product);
  const rows = evidenceRows().filter((row) => key === null || row.product === key);
  const lines = [`  ${style.dim(`${"".padEnd(12)}${"kind of work".padEnd(17)} model   measured           range  rows sources`)}`];
  let last = "";
  for (const row of rows) {
    const value = model(row.product, row.kind);
    lines.push(line(row, row.product === last ? "" : row.product, value, style));
    last = row.product;
  }
  lines.push(
    "",
    style.dim("  speed in the VM / speed on the bare machine; measured: median of sources;"),
    style.dim("  -: not modelled as a speed; good: 4 sources or more, fair: 2 or 3, thin: 1"),
  );
  if (key === null) lines.push(style.dim("  measurements of one product: hypervise show evidence kvm"));
  else lines.push("", ...details(key, style));
  return `${lines.join("\n")}\n`;
}

function productKey(name: string): string {
  const key = hypervisorProfile(name)?.key;
  if (key && (measuredProducts as readonly string[]).includes(key)) return key;
  if (key) throw new Error(`no measurements of "${key}": it is a reference case, exact by definition`);
  const near = nearest(name, measuredProducts);
  throw new Error(`no hypervisor "${name}" in the catalogue${near ? `; did you mean ${near}?` : ""} (there are ${measuredProducts.join(", ")})`);
}

function line(row: EvidenceRow, product: string, value: number | null, style: ShowStyle): string {
  // Half a percent for the rounding of published figures.
  const inside = value !== null && value >= row.low - 0.005 && value <= row.high + 0.005;
  const sign = value === null ? " " : inside ? "✓" : style.yellow("!");
  const shown = value === null ? "-".padStart(5) : style.blue(value.toFixed(3).padStart(5));
  const range = `${row.low.toFixed(3)} to ${row.high.toFixed(3)}`;
  return [
    `  ${style.bold(product.padEnd(12))}${KIND_NAMES[row.kind].padEnd(17)} ${shown} ${sign}`,
    `${style.bold(row.medianOfSources.toFixed(3).padStart(9))} ${range.padStart(14)}${String(row.rows).padStart(6)}${String(row.sources).padStart(5)} ${row.grade}`,
  ].join("");
}

/** The counted measurements of a product by kind, why others do not count, and where all of them were published. */
function details(product: string, style: ShowStyle): string[] {
  const lines: string[] = [];
  const cited = new Set<string>();
  for (const kind of speedKinds) {
    const rows = counted(product, kind);
    if (rows.length === 0) continue;
    lines.push(`  ${style.dim(KIND_NAMES[kind])}`);
    for (const row of rows) {
      cited.add(row.cite);
      lines.push(measurement(row, style));
    }
    lines.push("");
  }
  const unused = new Map<string, number>();
  for (const row of measurements) if (row.product === product && row.unused !== null) unused.set(row.unused, (unused.get(row.unused) ?? 0) + 1);
  if (unused.size > 0) {
    const reasons = [...unused].sort((a, b) => b[1] - a[1]).map(([reason, rows]) => `${rows} ${reason}`);
    lines.push(`  ${wrap(`Measurements not counted: ${reasons.join(", ")}.`, 78, "  ")}`, "");
  }
  for (const key of cited) {
    const { cite, url, seen } = citations[key] ?? { cite: key, url: null, seen: "page" };
    lines.push(`  ${style.bold(key)}`, `    ${wrap(`${cite}${seen === "page" ? "" : ` (${seen})`}`, 76, "    ")}`);
    if (url) lines.push(style.dim(`    ${url}`));
  }
  return lines;
}

function measurement(row: Measurement, style: ShowStyle): string {
  const what = `${row.benchmark}, ${row.version}`;
  const room = Math.max(30, WIDTH - 16 - row.cite.length);
  const text = what.length > room ? `${what.slice(0, room - 1)}…` : what;
  return `  ${style.bold((row.ratio ?? Number.NaN).toFixed(3))}  ${String(row.year ?? "").padEnd(4)}  ${text.padEnd(room)} ${style.dim(row.cite)}`;
}
