/**
 * `npm run bench`: runs the cases of bench/cases and prints one table. With names (`npm run bench -- hold startup`) only those;
 * with `--write` the table also goes into README.md, with the machine it was measured on.
 */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { cpus, totalmem } from "node:os";
import { resolve } from "node:path";
import { withPart } from "../scripts/part.ts";
import { VERSION } from "../src/version.ts";
import { type BenchCase, type BenchRow, root } from "./row.ts";

const words = process.argv.slice(2);
const wanted = words.filter((word) => !word.startsWith("--"));
const folder = resolve(root, "bench/cases");
const names = readdirSync(folder)
  .filter((file) => file.endsWith(".ts"))
  .map((file) => file.slice(0, -3))
  .sort();
const unknown = wanted.find((name) => !names.includes(name));
if (unknown !== undefined) throw new Error(`there is no case "${unknown}" (there are ${names.join(", ")})`);

const rows: BenchRow[] = [];
for (const name of names.filter((candidate) => wanted.length === 0 || wanted.includes(candidate))) {
  process.stderr.write(`${name} ...\n`);
  const { rows: measure } = (await import(`./cases/${name}.ts`)) as { rows: BenchCase };
  rows.push(...(await measure()));
}
const verdict = ({ reached }: BenchRow): string => (reached === null ? "not measured" : reached ? "reached" : "MISSED");
process.stdout.write(textTable([["case", "measured", "bar", "", ""], ...rows.map((row) => [row.name, row.measured, row.bar, verdict(row), row.note])]));
process.stdout.write(`\n${machine()}\n`);
if (words.includes("--write")) {
  const readme = resolve(root, "README.md");
  const table = [
    "| case | measured | bar | |",
    "|---|---|---|---|",
    ...rows.map((row) => `| ${row.name} | ${row.measured} | ${row.bar} | ${[verdict(row), row.note].filter(Boolean).join("; ")} |`),
  ];
  writeFileSync(readme, withPart(readFileSync(readme, "utf8"), "bench", `${table.join("\n")}\n\n${machine()}`));
}

function textTable(lines: readonly (readonly string[])[]): string {
  const widths = lines[0]?.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0))) ?? [];
  return `${lines
    .map((line) =>
      line
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n")}\n`;
}

function machine(): string {
  const [first] = cpus();
  return `hypervise ${VERSION}, Node ${process.versions.node}, ${cpus().length} x ${first?.model.trim() ?? "unknown processor"}, ${Math.round(totalmem() / 2 ** 30)} GiB, ${process.platform}.`;
}
