/**
 * The page in a real browser: no two texts of a drawing overlap in the fonts at hand, the page does not scroll sideways,
 * its policy lets its own style and script work and logs no complaint. Runs when a Chromium is installed.
 */

import { existsSync } from "node:fs";
import { type Browser, chromium } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { renderReport } from "../../src/report/page.ts";
import { sampleResults } from "./sample.ts";

const executablePath = [process.env.CHROMIUM, "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find(
  (path) => path && existsSync(path),
);
if (!executablePath) console.info("browser tests left out: no Chromium found (set CHROMIUM to its path)");

const pages: readonly [name: string, html: string, figures?: number][] = [
  ["a week of 30 hosts", renderReport(sampleResults({ rejected: 6, migrations: 60 })), 7],
  [
    "hostile names",
    renderReport(sampleResults({ hosts: 5, vms: 20, rejected: 4, days: 2, prefix: "<script>document.title='owned'</script>", scenario: "x".repeat(300) })),
  ],
  ["bands", renderReport(sampleResults({ hosts: 400, vms: 30, groups: 3, days: 1, stepSeconds: 3600 }))],
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

  describe.each(pages)("%s", (_, html, figures = 6) => {
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
});
