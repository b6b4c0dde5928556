/** The tables in the documentation are what the command prints. After a change of data, paste its output anew. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { hypervisorProfile, hypervisors } from "../../src/catalog/index.ts";
import { showHypervisors, showServers } from "../../src/cli/show.ts";
import { showEvidence } from "../../src/cli/show-evidence.ts";

const same = (text: string): string => text;
const style = { bold: same, dim: same, blue: same, red: same, yellow: same };
const doc = (name: string): string => readFileSync(new URL(`../../docs/${name}.md`, import.meta.url), "utf8");

const nominal = (product: string, kind: string): number | null => {
  const figures = hypervisorProfile(product)?.figures;
  if (!figures) return null;
  if (kind === "cpu") return figures.cpuEfficiency.value;
  if (kind === "memory") return figures.memoryEfficiency.value;
  return kind === "mixed-oltp" ? figures.oltpEfficiency.value : null;
};

describe("documentation", () => {
  it("hypervisors.md holds the overview and the comparison", () => {
    expect(doc("hypervisors")).toContain(showHypervisors([], style));
    const products = hypervisors.filter((h) => h.type !== 0).map((h) => h.key);
    expect(doc("hypervisors")).toContain(showHypervisors(products, style));
  });

  it("servers.md holds the list of servers", () => {
    expect(doc("servers")).toContain(showServers([], style));
  });

  it("evidence.md holds the table with the nominal values", () => {
    expect(doc("evidence")).toContain(showEvidence(null, nominal, style));
  });
});
