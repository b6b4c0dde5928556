/**
 * Bundles the command into a few files, because reading hundreds of small ones is most of the time a command takes to start.
 * Parts that only some commands need (the engine, YAML, zod, d3, Parquet) become chunks of their own, read when needed.
 *
 * Run it (`npm run bundle`) to fill `dist/cli`; the tests of the command bundle into folders of their own.
 */
import { rm } from "node:fs/promises";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = fileURLToPath(new URL("..", import.meta.url));

/** CommonJS packages inside an ES module still ask for Node's own modules with `require`. */
const REQUIRE = 'import { createRequire as hyperviseRequire } from "node:module"; const require = hyperviseRequire(import.meta.url);';

/** Bundles `src/cli/main.ts` into a folder, which is emptied first. */
export async function bundleCommand(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  await build({
    absWorkingDir: root,
    entryPoints: { main: "src/cli/main.ts" },
    outdir: folder,
    bundle: true,
    splitting: true,
    format: "esm",
    platform: "node",
    target: "node20.19",
    // Asked for only when a user's policy is written in TypeScript, and for PNG.
    external: ["esbuild", "@resvg/resvg-js"],
    chunkNames: "[name]-[hash]",
    minifySyntax: true,
    legalComments: "external",
    banner: { js: REQUIRE },
    logLevel: "warning",
  });
}

if (process.argv[1] && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) await bundleCommand(resolve(root, "dist/cli"));
