/**
 * The page in a real browser: no two texts of a drawing overlap in the fonts at hand, the page does not scroll sideways,
 * its policy lets its own style and script work and logs no complaint. Runs when a Chromium is installed.
 */

import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { type Browser, chromium } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { compareDocument } from "../../src/report/compare-document.ts";
import { renderPage, renderReport } from "../../src/report/page.ts";
import { sampleComparison } from "./compare-sample.ts";
import { sampleResults } from "./sample.ts";

const executablePath = [process.env.CHROMIUM, "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find(
  (path) => path && existsSync(path),
);
if (!executablePath) console.info("browser tests left out: no Chromium found (set CHROMIUM to its path)");

const pages: readonly [name: string, html: string, figures?: number][] = [
  ["a week of 30 hosts", renderReport(sampleResults({ rejected: 6, migrations: 60 })), 8],
  [
    "hostile names",
    renderReport(sampleResults({ hosts: 5, vms: 20, rejected: 4, days: 2, prefix: "<script>document.title='owned'</script>", scenario: "x".repeat(300) })),
  ],
  ["bands", renderReport(sampleResults({ hosts: 400, vms: 30, groups: 3, days: 1, stepSeconds: 3600 }))],
  ["a comparison", renderPage(compareDocument(sampleComparison())), 6],
  ["a comparison of long names", renderPage(compareDocument(sampleComparison({}, "a very long name that somebody gave to <everything> "))), 6],
];

interface Seen {
  readonly found: string[];
  readonly sideways: number;
  readonly title: string;
  readonly shown: number;
}

/** Runs in the page: texts of shown drawings that share more than 1 x 4 px, or leave their drawing by more than 2 px. */
const inspect = `(() => {
  const found = [];
  for (const svg of document.querySelectorAll(".fig svg")) {
    const frame = svg.getBoundingClientRect();
    if (frame.width === 0) continue;
    const texts = [...svg.querySelectorAll("text")].map((t) => [t.textContent, t.getBoundingClientRect()]);
    texts.forEach(([a, p], i) => {
      if (p.left < frame.left - 2 || p.right > frame.right + 2) found.push(a + " leaves the drawing");
      for (const [b, q] of texts.slice(i + 1)) {
        const across = Math.min(p.right, q.right) - Math.max(p.left, q.left);
        const down = Math.min(p.bottom, q.bottom) - Math.max(p.top, q.top);
        if (across > 1 && down > 4) found.push(a + " | " + b);
      }
    });
  }
  return { found, sideways: document.documentElement.scrollWidth - innerWidth, title: document.title, shown: [...document.querySelectorAll(".fig svg")].filter((s) => s.getBoundingClientRect().width > 0).length };
})()`;

describe.skipIf(!executablePath)("report page in a browser", () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await chromium.launch({
      executablePath: executablePath as string,
      args: ["--no-sandbox", "--disable-quic", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
    });
  }, 60_000);
  afterAll(async () => {
    await browser?.close();
  });

  describe.each(pages)("%s", (_, html, figures = 7) => {
    it.each([1400, 768, 390])(
      "keeps texts apart at %d px, and does not scroll sideways",
      async (width) => {
        const context = await browser.newContext({ viewport: { width, height: 900 }, offline: true });
        const page = await context.newPage();
        const complaints: string[] = [];
        page.on("console", (message) => complaints.push(message.text()));
        page.on("pageerror", (error) => complaints.push(String(error)));
        page.on("request", (request) => complaints.push(`asked for ${request.url()}`));
        await page.setContent(html);
        const seen = await page.evaluate<Seen>(inspect);
        expect(seen.found).toEqual([]);
        expect(seen.sideways).toBeLessThanOrEqual(0);
        expect(seen.title).not.toBe("owned");
        expect(seen.shown).toBe(figures);
        expect(complaints).toEqual([]);
        await context.close();
      },
      60_000,
    );
  });

  it.each(["Liberation Sans", "DejaVu Sans"])(
    "keeps texts apart in %s too: a usual and the widest font that Linux falls back to",
    async (font) => {
      // The policy forbids other styles; the test steps around it to change the font.
      const context = await browser.newContext({ bypassCSP: true });
      const page = await context.newPage();
      for (const width of [1400, 768, 390]) {
        await page.setViewportSize({ width, height: 900 });
        await page.setContent((pages[0]?.[1] ?? "").replace("</head>", `<style>:root{--font:"${font}"}</style></head>`));
        expect((await page.evaluate<Seen>(inspect)).found, `${width} px`).toEqual([]);
      }
      await context.close();
    },
    60_000,
  );

  it("switches to dark and to patterns by its buttons, and starts as the system says", async () => {
    const context = await browser.newContext({ colorScheme: "dark", viewport: { width: 1400, height: 900 } });
    const page = await context.newPage();
    await page.setContent(pages[0]?.[1] ?? "");
    const paper = (): Promise<unknown> => page.evaluate("getComputedStyle(document.body).backgroundColor");
    // #14171B and #FBFAF7.
    expect(await paper()).toBe("rgb(20, 23, 27)");
    await page.click("#theme");
    expect(await paper()).toBe("rgb(251, 250, 247)");
    const patterns = (): Promise<unknown> => page.evaluate(`getComputedStyle(document.querySelector(".fw .pt")).display`);
    expect(await patterns()).toBe("none");
    await page.click("#patterns");
    expect(await patterns()).toBe("inline");
    await context.close();
  }, 60_000);

  it("gives every figure away as SVG, PNG and CSV, from a file, without asking anybody", async () => {
    const context = await browser.newContext({ viewport: { width: 1400, height: 900 }, offline: true, acceptDownloads: true });
    const page = await context.newPage();
    const complaints: string[] = [];
    page.on("console", (message) => complaints.push(message.text()));
    page.on("pageerror", (error) => complaints.push(String(error)));
    await page.setContent(pages[0]?.[1] ?? "");
    const take = async (figure: string, way: string): Promise<Buffer> => {
      const [download] = await Promise.all([page.waitForEvent("download"), page.click(`.take[data-of="${figure}"] button:text-is("${way}")`)]);
      expect(download.suggestedFilename()).toBe(`${figure}.${way.toLowerCase()}`);
      return readFile(await download.path());
    };
    const ids = await page.evaluate<string[]>(`[...document.querySelectorAll(".fig")].map((figure) => figure.id)`);
    expect(ids.length).toBe(8);
    for (const id of ids) {
      const svg = (await take(id, "SVG")).toString("utf8");
      // It stands alone: no class and no variable of the page, well formed, with its title inside.
      expect(svg).not.toMatch(/ class=|var\(--/);
      const seen = await page.evaluate<{ error: string | null; title: string | null }>(
        `(() => { const d = new DOMParser().parseFromString(${JSON.stringify(svg)}, "image/svg+xml"); return { error: d.querySelector("parsererror") && d.querySelector("parsererror").textContent, title: d.querySelector("title").textContent }; })()`,
      );
      expect(seen).toEqual({ error: null, title: await page.textContent(`#${id} h3`) });
      const png = await take(id, "PNG");
      expect(png.subarray(1, 4).toString("latin1"), id).toBe("PNG");
      // 1072 or 516 px and 24 px of paper on either side, twice.
      expect([2 * (1072 + 48), 2 * (516 + 48)], id).toContain(png.readUInt32BE(16));
      const rows = (await take(id, "CSV")).toString("utf8").trimEnd().split("\n");
      expect(rows.length, id).toBeGreaterThan(1);
      expect(new Set(rows.map((row) => row.split(",").length)).size, id).toBe(1);
    }
    expect(complaints).toEqual([]);
    await context.close();
  }, 120_000);

  it("reads to a screen reader as stored: headings, figures with their findings, tables with heads, buttons with names", async () => {
    const context = await browser.newContext({ viewport: { width: 1400, height: 900 }, offline: true });
    const page = await context.newPage();
    await page.setContent(pages[0]?.[1] ?? "");
    const tree = `${await page.locator("body").ariaSnapshot()}\n`;
    const golden = new URL("../golden/report-aria.yaml", import.meta.url);
    if (process.env.UPDATE_GOLDEN) await writeFile(golden, tree);
    expect(tree).toBe(await readFile(golden, "utf8"));
    await context.close();
  }, 60_000);

  it("can be used with the keyboard alone: skip link first, then each button, link, table and summary", async () => {
    const context = await browser.newContext({ viewport: { width: 1400, height: 900 } });
    const page = await context.newPage();
    await page.setContent(pages[0]?.[1] ?? "");
    await page.keyboard.press("Tab");
    expect(await page.evaluate("document.activeElement.className")).toBe("skip");
    const reached = new Set<string>();
    const most = await page.evaluate<number>(`document.querySelectorAll("a,button,summary,.tw").length`);
    for (let i = 0; i < most + 5; i++) {
      reached.add(await page.evaluate<string>(`document.activeElement.id || document.activeElement.textContent.slice(0, 30)`));
      await page.keyboard.press("Tab");
    }
    for (const name of ["theme", "patterns", "SVG", "PNG", "CSV", "Show the numbers"]) expect(reached, name).toContain(name);
    // A summary opens with Enter.
    await page.focus("#energy-flow summary");
    await page.keyboard.press("Enter");
    expect(await page.evaluate(`document.querySelector("#energy-flow details").open`)).toBe(true);
    await context.close();
  }, 60_000);

  it("prints without buttons, with patterns, and splits no figure over two sheets", async () => {
    const context = await browser.newContext();
    const page = await context.newPage();
    await page.setContent(pages[0]?.[1] ?? "");
    await page.emulateMedia({ media: "print", colorScheme: "dark" });
    const shown = (selector: string): Promise<string> => page.evaluate<string>(`getComputedStyle(document.querySelector("${selector}")).display`);
    expect(await shown("nav")).toBe("none");
    expect(await shown(".take")).toBe("none");
    expect(await shown(".fm .pt")).toBe("inline");
    expect(await page.evaluate(`getComputedStyle(document.querySelector(".fig")).breakInside`)).toBe("avoid");
    // Paper is white and ink is dark whatever the screen's theme is.
    expect(await page.evaluate(`getComputedStyle(document.body).color`)).toBe("rgb(26, 30, 35)");
    const pdf = await page.pdf({ preferCSSPageSize: true });
    expect(pdf.subarray(0, 5).toString("latin1")).toBe("%PDF-");
    await context.close();
  }, 60_000);
});
