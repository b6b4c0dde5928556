/**
 * The notebooks, built and opened in a real browser that has no network: every cell shows what it should and none an error,
 * sliders run the engine anew, and a run in the page has the fingerprint it has in Node. Runs when a Chromium is installed.
 */
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { buildNotebooks } from "../../scripts/notebooks.ts";
import { placementPolicies } from "../../src/policy/placement/index.ts";
import { palettes } from "../../src/report/tokens.ts";
import { loadScenario } from "../../src/scenario/load.ts";
import { standardCatalogue } from "../../src/scenario/standard.ts";
import { simulate } from "../../src/simulation.ts";

const executablePath = [process.env.CHROMIUM, "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find(
  (path) => path && existsSync(path),
);
if (!executablePath) console.info("notebook tests left out: no Chromium found (set CHROMIUM to its path)");

const fingerprint = /[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}/;
/** What each cell shows; null = it only declares something. */
const cells: Readonly<Record<string, readonly (RegExp | null)[]>> = {
  "first-steps": [
    /A datacenter in twenty lines/,
    null,
    null,
    /hosts[\s\S]*hypervisor/,
    null,
    fingerprint,
    /IT power[\s\S]*Hosts on/,
    /Where the energy went/,
    /guest work[\s\S]*idle/,
    /A chart of your own/,
    null,
    /kWh by number of hosts/,
  ],
  consolidation: [
    /energy against service level/,
    null,
    null,
    /How full may a host be/,
    /overloaded above/,
    null,
    fingerprint,
    /least IT energy|fewest|least/,
    /The literature/,
    /thr mmt192\.62267115885/,
    /one by one/,
    /memory[\s\S]*moves/,
    /as published[\s\S]*as chosen/,
    /The ladder/,
    /CloudSim 3\.0\.3[\s\S]*Servers of 2021/,
  ],
  "type1-type2": [
    /Type 1 against Type 2/,
    null,
    null,
    /Type 1[\s\S]*Type 2[\s\S]*machines/,
    null,
    /guest work done[\s\S]*energy, kWh/,
    fingerprint,
    /guest work[\s\S]*host OS/,
    /host OS[\s\S]*virtualbox/,
    /All CPU time/,
    /Virtualization takes[\s\S]*Virtualization takes/,
  ],
};

/** The fingerprint of a notebook's scenario, run here. */
async function fingerprintInNode(name: string, changes: Readonly<Record<string, unknown>>): Promise<string> {
  const source = await readFile(new URL(`../../notebooks/${name}.html`, import.meta.url), "utf8");
  const text = /const scenario = `([\s\S]*?)`;/.exec(source)?.[1] ?? "";
  // The kit takes the indentation of a cell off.
  const dedented = text.replaceAll(/^ {4}/gm, "");
  const catalogue = standardCatalogue(
    placementPolicies.map((p) => p.name),
    [],
  );
  const overrides = Object.entries(changes).map(([path, value]) => ({ path, value: JSON.stringify(value) }));
  const loaded = loadScenario(dedented, name, catalogue, overrides);
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
  return simulate(loaded.scenario).run.fingerprint;
}

describe.skipIf(!executablePath)("notebooks in a browser without a network", () => {
  let browser: Browser;
  let folder: string;
  const pages = new Map<string, string>();
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "hypervise-notebooks-"));
    for (const path of await buildNotebooks(folder)) pages.set(basename(path, ".html"), path);
    browser = await chromium.launch({ executablePath: executablePath as string, args: ["--no-sandbox", "--disable-background-networking"] });
  }, 180_000);
  afterAll(async () => {
    await browser?.close();
    await rm(folder, { recursive: true, force: true });
  });

  async function open(name: string, options: { width?: number; dark?: boolean } = {}): Promise<{ page: Page; complaints: string[] }> {
    const context = await browser.newContext({
      viewport: { width: options.width ?? 1100, height: 900 },
      colorScheme: options.dark ? "dark" : "light",
      offline: true,
    });
    const page = await context.newPage();
    const complaints: string[] = [];
    page.on("console", (message) => message.type() !== "log" && complaints.push(`${message.type()}: ${message.text()}`));
    page.on("pageerror", (error) => complaints.push(error.message));
    page.on("request", (request) => !request.url().startsWith("file:") && !request.url().startsWith("data:") && complaints.push(`asks for ${request.url()}`));
    await page.goto(`file://${pages.get(name)}`);
    await settled(page, name);
    return { page, complaints };
  }

  const textOf = (page: Page, id: number): Promise<string> => page.locator(`#cell-${id}`).evaluate((cell) => cell.textContent ?? "");

  /** Waits until every cell that should show something does, or 20 s. */
  async function settled(page: Page, name: string): Promise<void> {
    const shown = (cells[name] ?? []).flatMap((expected, i) => (expected === null ? [] : [i + 1]));
    await page.waitForFunction((ids) => ids.every((id) => (document.getElementById(`cell-${id}`)?.textContent ?? "").trim() !== ""), shown, {
      timeout: 20_000,
    });
    await page.waitForTimeout(300);
  }

  it("are all here", () => {
    expect([...pages.keys()].sort()).toEqual(Object.keys(cells).sort());
  });

  it.each(Object.keys(cells))(
    "%s shows what each cell should, and no error",
    async (name) => {
      const { page, complaints } = await open(name);
      const expected = cells[name] ?? [];
      expect(await page.locator(".observablehq--cell").count()).toBe(expected.length);
      for (const [i, what] of expected.entries()) {
        const cell = page.locator(`#cell-${i + 1}`);
        expect(await cell.locator(".observablehq--error").count(), `cell ${i + 1}`).toBe(0);
        const text = await textOf(page, i + 1);
        if (what === null) expect(text.trim(), `cell ${i + 1}`).toBe("");
        else expect(text, `cell ${i + 1}`).toMatch(what);
      }
      expect(complaints).toEqual([]);
      await page.context().close();
    },
    60_000,
  );

  it("a run in the page has the fingerprint it has in Node, before and after the slider moves", async () => {
    const { page } = await open("first-steps");
    expect(await textOf(page, 6)).toContain(await fingerprintInNode("first-steps", { "hosts.rack.count": 20, "hosts.rack.hypervisor": "kvm" }));
    await page.locator("#cell-4 input[type=range]").fill("31");
    const there = await fingerprintInNode("first-steps", { "hosts.rack.count": 31, "hosts.rack.hypervisor": "kvm" });
    await page.waitForFunction((text) => document.getElementById("cell-6")?.textContent?.includes(text), there, { timeout: 10_000 });
    expect(await textOf(page, 6)).toContain("on 31 hosts");
    await page.context().close();
  }, 60_000);

  it("switching quirks off changes the figures of the profile, in the page too", async () => {
    const { page } = await open("consolidation");
    const before = await textOf(page, 13);
    await page.locator("#cell-12 input[type=checkbox][value='2'], #cell-12 label:has-text('energy') input").first().check();
    await page.waitForFunction((text) => document.getElementById("cell-13")?.textContent !== text, before, { timeout: 10_000 });
    const after = await textOf(page, 13);
    expect(after.split("as chosen")[0]).toBe(before.split("as chosen")[0]);
    await page.context().close();
  }, 60_000);

  it.each(Object.keys(cells))(
    "%s fits a phone and shows its charts on dark paper",
    async (name) => {
      const { page, complaints } = await open(name, { width: 390, dark: true });
      expect(await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)).toBeLessThanOrEqual(0);
      const papers = await page.locator(".figure svg rect:first-of-type").evaluateAll((rects) => [...new Set(rects.map((rect) => rect.getAttribute("fill")))]);
      expect(papers).toContain(palettes.dark.paper);
      expect(papers).not.toContain(palettes.light.paper);
      expect(complaints).toEqual([]);
      await page.context().close();
    },
    60_000,
  );
});

describe("the sources of the notebooks", () => {
  it("import only what is in this project", async () => {
    for (const name of Object.keys(cells)) {
      const source = await readFile(fileURLToPath(new URL(`../../notebooks/${name}.html`, import.meta.url)), "utf8");
      for (const [, path = ""] of source.matchAll(/ from "([^"]+)"/g)) expect(path.startsWith("."), `${name}: ${path}`).toBe(true);
      expect(source, name).not.toMatch(/https?:\/\//);
    }
  });
});
