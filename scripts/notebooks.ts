/**
 * Builds the notebooks of `notebooks/` into pages of one file each under `dist/notebooks`, engine and charts inside: they open
 * by double click and ask the network for nothing. `npm run notebooks`.
 *
 * Observable Notebook Kit makes the page of the cells. By itself its pages fetch d3 and Inputs from a CDN when they are opened; the
 * plugin here takes the installed packages instead, and puts a clear error in the place of libraries that are not installed.
 * With `--pictures` it also takes the previews of `docs/pictures`, in a Chromium (set CHROMIUM to its path).
 */
import { mkdir, readdir, writeFile } from "node:fs/promises";
import { basename, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { config, observable } from "@observablehq/notebook-kit/vite";
import { type Alias, build, type Plugin, type Rolldown } from "vite";

const root = fileURLToPath(new URL("..", import.meta.url));
const folder = resolve(root, "notebooks");

/** `"https://cdn.../npm/d3@7/+esm"` in the kit's runtime: the package's name is the second group. */
const CDN = /(["'])https:\/\/cdn\.[\w.]+\/npm\/((?:@[\w.-]+\/)?[\w.-]+)(?:@[\w.^~-]+)?(?:\/\+esm)?\1/g;
const MISSING = "virtual:missing/";
/** Parts of the kit for libraries that are not installed here. */
const OPTIONAL = /^\.\/(dot|duckdb|leaflet|mapboxgl|mermaid|tex|vega-lite)\.js$/;

function installedLibraries(): Plugin {
  const importer = resolve(folder, "lib.ts");
  return {
    name: "installed-libraries",
    enforce: "pre",
    resolveId(source, from) {
      if (source.startsWith(MISSING)) return `\0${source}`;
      if (from?.endsWith("/stdlib/recommendedLibraries.js") && OPTIONAL.test(source)) return `\0${MISSING}${source.slice(2, -3)}`;
      return null;
    },
    load(id) {
      if (!id.startsWith(`\0${MISSING}`)) return null;
      return `throw new Error(${JSON.stringify(`${id.slice(MISSING.length + 1)} is not part of these notebooks`)});\nexport default undefined;`;
    },
    async transform(code, id) {
      if (!id.includes("/notebook-kit/dist/src/runtime/")) return null;
      const found = new Set<string>();
      for (const [, , name = ""] of code.matchAll(CDN)) if (await this.resolve(name, importer, { skipSelf: true })) found.add(name);
      return code
        .replace(CDN, (_, quote: string, name: string) => `${quote}${found.has(name) ? name : MISSING + name}${quote}`)
        .replace('import "./inputs.css";', 'import "@observablehq/inputs/dist/index.css";');
    },
  };
}

/** Puts the scripts and styles of a built page into the page itself. */
function inOneFile(output: readonly (Rolldown.OutputAsset | Rolldown.OutputChunk)[]): string {
  const text = (file: Rolldown.OutputAsset | Rolldown.OutputChunk): string =>
    file.type === "chunk" ? file.code : typeof file.source === "string" ? file.source : new TextDecoder().decode(file.source);
  const files = new Map(output.map((file) => [basename(file.fileName), text(file)]));
  const page = [...files].find(([name]) => name.endsWith(".html"));
  if (!page) throw new Error("the build gave no page");
  const take = (path: string): string => {
    const found = files.get(basename(path));
    if (found === undefined) throw new Error(`the page names ${path}, which the build did not give`);
    return found;
  };
  // A function as replacement: what is put in may hold "$&".
  return page[1]
    .replace(/<link rel="stylesheet"[^>]*href="([^"]+)"[^>]*>/g, (_, path: string) => `<style>${take(path)}</style>`)
    .replace(
      /<script type="module"[^>]*src="([^"]+)"[^>]*><\/script>/g,
      (_, path: string) => `<script type="module">${take(path).replaceAll("</script", "<\\/script")}</script>`,
    );
}

/** Builds all notebooks into a folder; returns the paths of the pages. */
export async function buildNotebooks(into: string): Promise<string[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith(".html") && name !== "template.html").sort();
  const { resolve: base, esbuild: _, ...rest } = config();
  // Those of the kit without `npm:`, which points at a CDN.
  const aliases = (base?.alias ?? []) as Alias[];
  await mkdir(into, { recursive: true });
  const pages: string[] = [];
  for (const name of names) {
    const built = await build({
      ...rest,
      configFile: false,
      root: folder,
      logLevel: "error",
      resolve: { alias: aliases.filter(({ find }) => !String(find).includes("npm:")) },
      plugins: [installedLibraries(), observable({ template: resolve(folder, "template.html") })],
      build: {
        write: false,
        target: "es2023",
        cssCodeSplit: false,
        assetsInlineLimit: Number.MAX_SAFE_INTEGER,
        modulePreload: false,
        reportCompressedSize: false,
        rollupOptions: { input: resolve(folder, name), output: { codeSplitting: false } },
      },
    });
    const path = resolve(into, name);
    await writeFile(path, inOneFile((built as Rolldown.RolldownOutput).output));
    pages.push(path);
  }
  return pages;
}

/** Pictures of the first screen of each page. */
async function takePictures(pages: readonly string[]): Promise<void> {
  const { chromium } = await import("playwright-core");
  const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: ["--no-sandbox"] });
  for (const page of pages) {
    const tab = await browser.newPage({ viewport: { width: 1000, height: 1250 }, deviceScaleFactor: 0.6 });
    await tab.goto(`file://${page}`);
    await tab.waitForTimeout(5000);
    await tab.screenshot({ path: resolve(root, "docs/pictures", `notebook-${basename(page, ".html")}.png`) });
  }
  await browser.close();
}

if (process.argv[1] && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const pages = await buildNotebooks(resolve(root, "dist/notebooks"));
  for (const page of pages) process.stdout.write(`${page}\n`);
  if (process.argv.includes("--pictures")) await takePictures(pages);
}
