/**
 * Runs what users are shown: each scenario of the gallery, each template of `hypervise init`, and each ```sh and ```js block
 * of README and docs, in a folder of its own beside links to scenarios and docs. Blocks marked ```text are not run.
 *
 * In `sh` blocks `hypervise` is the built command, with or without `npx`; lines with npm or git are left to CI itself.
 */
import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { templates } from "../src/cli/templates.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const base = mkdtempSync(join(tmpdir(), "hypervise-examples-"));
const tools = join(base, "bin");
let failed = 0;
let passed = 0;

function prepare(): void {
  mkdirSync(tools);
  const tool = (name: string, script: string): void => {
    writeFileSync(join(tools, name), `#!/bin/sh\n${script}\n`);
    chmodSync(join(tools, name), 0o755);
  };
  tool("hypervise", `exec ${JSON.stringify(process.execPath)} ${JSON.stringify(resolve(root, "bin/hypervise.js"))} "$@"`);
  tool("npx", 'exec "$@"');
  for (const left of ["npm", "git"]) tool(left, ":");
}

/** Runs one example in a fresh folder and says how it went. */
function example(name: string, words: readonly string[]): void {
  const folder = mkdtempSync(join(base, "run-"));
  for (const link of ["scenarios", "docs", "schema"]) symlinkSync(resolve(root, link), join(folder, link));
  const env = { ...process.env, PATH: `${tools}${delimiter}${process.env.PATH ?? ""}`, NO_COLOR: "1" };
  const [command = "", ...rest] = words;
  const { status, stdout, stderr } = spawnSync(command, rest, { cwd: folder, env, encoding: "utf8", timeout: 300_000 });
  if (status === 0) passed++;
  else {
    failed++;
    process.stdout.write(`FAILED ${name} (exit ${status})\n${stdout}${stderr}\n`);
  }
}

/** Code blocks of a language in a paper, with the number of the line they begin on. */
function blocks(paper: string, language: string): { line: number; code: string }[] {
  const text = readFileSync(resolve(root, paper), "utf8");
  const pattern = new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\``, "gm");
  return [...text.matchAll(pattern)].map((match) => ({ line: text.slice(0, match.index).split("\n").length, code: match[1] ?? "" }));
}

prepare();
try {
  for (const name of readdirSync(resolve(root, "scenarios")).filter((file) => file.endsWith(".yaml"))) {
    example(`scenarios/${name}`, ["hypervise", "run", `scenarios/${name}`, "--quiet"]);
  }
  for (const { name, text } of templates) {
    // A template that follows a trace needs the user's own; it can only be checked.
    const last = /\btrace:/.test(text.replaceAll(/#.*$/gm, "")) ? "check my.yaml" : "run my.yaml --quiet";
    example(`template ${name}`, ["sh", "-ec", `hypervise init ${name} my.yaml && hypervise ${last}`]);
  }
  const papers = [
    "README.md",
    ...readdirSync(resolve(root, "docs"))
      .filter((file) => file.endsWith(".md"))
      .map((file) => `docs/${file}`),
  ];
  for (const paper of papers) {
    for (const { line, code } of blocks(paper, "sh")) example(`${paper}:${line}`, ["sh", "-ec", code]);
    for (const { line, code } of blocks(paper, "js")) {
      // Inside the project, where `hypervise` is the name of the project itself.
      const folder = resolve(root, "dist/examples");
      mkdirSync(folder, { recursive: true });
      const script = join(folder, `${paper.replaceAll(/\W/g, "-")}-${line}.mjs`);
      writeFileSync(script, code);
      example(`${paper}:${line}`, [process.execPath, script]);
    }
  }
} finally {
  rmSync(base, { recursive: true, force: true });
}
process.stdout.write(`${passed} examples passed, ${failed} failed\n`);
process.exitCode = failed === 0 ? 0 : 1;
