/** Writes what the command prints now into the tables of the documentation (a test compares them). Run: npx tsx scripts/refresh-docs.ts */
import { readFileSync, writeFileSync } from "node:fs";
import { hypervisorProfile, hypervisors } from "../src/catalog/index.ts";
import { showHypervisors, showServers } from "../src/cli/show.ts";
import { showEvidence } from "../src/cli/show-evidence.ts";

const same = (text: string): string => text;
const style = { bold: same, dim: same, blue: same, red: same, yellow: same };

function nominal(product: string, kind: string): number | null {
  const figures = hypervisorProfile(product)?.figures;
  const name = { cpu: "cpuEfficiency", memory: "memoryEfficiency", "mixed-oltp": "oltpEfficiency" }[kind] as "cpuEfficiency" | undefined;
  return figures && name ? figures[name].value : null;
}

/** Replaces the fenced block whose first line that is not blank is the same as the new text's. */
function refresh(page: string, texts: readonly string[]): void {
  const file = new URL(`../docs/${page}.md`, import.meta.url);
  let doc = readFileSync(file, "utf8");
  for (const text of texts) {
    const head = (block: string): string => block.split("\n").find((line) => line.trim() !== "") ?? "";
    let found = false;
    doc = doc.replace(/(```\w*\n)([\s\S]*?)(\n?```)/g, (whole, open: string, block: string, close: string) => {
      if (head(block) !== head(text)) return whole;
      found = true;
      return `${open}${text.replace(/\n$/, "")}${close.startsWith("\n") ? "" : "\n"}${close}`;
    });
    if (!found) throw new Error(`docs/${page}.md has no table that begins with "${head(text)}"`);
  }
  writeFileSync(file, doc);
}

refresh("hypervisors", [
  showHypervisors([], style),
  showHypervisors(
    hypervisors.filter((h) => h.type !== 0).map((h) => h.key),
    style,
  ),
]);
refresh("servers", [showServers([], style)]);
refresh("evidence", [showEvidence(null, nominal, style)]);
