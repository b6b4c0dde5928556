/**
 * Bundles the command into one file, because finding and reading hundreds of small ones is most of the time a command takes to
 * start, and keeps beside it what V8 compiled of it in a run (src/cli/compiled.ts). In the file each module is a function of its
 * own that runs when it is first needed.
 *
 * Run it (`npm run bundle`) to fill `dist/cli`; the tests of the command bundle into folders of their own.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import type * as commandLine from "../src/cli/command-line.ts";
import { codeFile, IMPORT, runCompiled } from "../src/cli/compiled.ts";

const root = fileURLToPath(new URL("..", import.meta.url));

/** A scenario whose run comes by what most runs come by. */
const USUAL = `
duration: 1 day
hosts: [{ name: node, count: 4, server: hp-ml110-g5, hypervisor: kvm }]
vms:
  - { name: web, count: 6, vcpus: 2, memory: 4 GiB, load: { generator: { profile: enterprise } } }
  - name: traced
    load: { trace: { format: planetlab, path: usual.csv, sizes: [{ vcpus: 1, speed: 2500 MHz, memory: 870 MiB }] } }
`;

/** Bundles the command into a folder, which is emptied first. */
export async function bundleCommand(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  const options = {
    absWorkingDir: root,
    outdir: folder,
    outExtension: { ".js": ".cjs" },
    bundle: true,
    format: "cjs",
    platform: "node",
    target: "node20.19",
    minifySyntax: true,
    define: { "import.meta.url": "hyperviseUrl" },
    banner: { js: 'const hyperviseUrl = require("node:url").pathToFileURL(__filename).href;' },
    logLevel: "warning",
  } as const;
  await build({ ...options, entryPoints: { main: "src/cli/main.ts" } });
  const { outputFiles } = await build({
    ...options,
    write: false,
    entryPoints: { command: "src/cli/command-line.ts" },
    // Asked for only when a user's policy is written in TypeScript, and for PNG.
    external: ["esbuild", "@resvg/resvg-js"],
    alias: { "string-width": "./src/cli/plain-width.ts" },
    legalComments: "external",
  });
  // What is still imported lies outside the file, which only the module that runs it may do. What is not ASCII stands in regular
  // expressions alone by now: escaped there, V8 keeps a byte a letter of the whole file.
  for (const { path, text } of outputFiles) {
    await writeFile(path, text.replaceAll(/(?<![\w$.])import\(/g, `${IMPORT}(`).replaceAll(/[\u0080-\uffff]/g, escaped));
  }
}

const escaped = (letter: string): string => `\\u${letter.charCodeAt(0).toString(16).padStart(4, "0")}`;

/** Runs a bundled command once and keeps what V8 compiled for that. */
export async function keepCompiled(folder: string): Promise<void> {
  const file = join(folder, "command.cjs");
  const { exports, code } = runCompiled(file);
  const { runCommandLine } = exports as typeof commandLine;
  const work = mkdtempSync(join(tmpdir(), "hypervise-usual-"));
  try {
    writeFileSync(join(work, "usual.yaml"), USUAL);
    const days = ["a", "b", "c"].map((name, i) => [name, ...Array.from({ length: 288 }, (_, step) => 10 * i + (step % 50))].join(","));
    writeFileSync(join(work, "usual.csv"), `${days.join("\n")}\n`);
    const failed = await runCommandLine(["run", join(work, "usual.yaml"), "--quiet", "--out", join(work, "out")]);
    if (failed !== 0) throw new Error(`the run before keeping compiled code ended with ${failed}`);
    writeFileSync(codeFile(file), code());
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

if (process.argv[1] && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const folder = resolve(root, "dist/cli");
  await bundleCommand(folder);
  await keepCompiled(folder);
}
