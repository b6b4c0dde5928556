/** PNG and PDF, where what they need is installed. */
import { inflateSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { findChromium, PdfMissing, pdfOf } from "../../src/node/pdf.ts";
import { pngRenderer } from "../../src/node/png.ts";
import { exportSvg } from "../../src/report/figure.ts";
import { runFigures } from "../../src/report/figures.ts";
import { renderReport } from "../../src/report/page.ts";
import { sampleResults } from "./sample.ts";

const render = await pngRenderer().catch(() => null);
const chromium = await findChromium().catch(() => null);

/** Width, height, and the bytes of the picture of a PNG that is not interlaced. */
function decode(png: Uint8Array): { readonly width: number; readonly height: number; readonly raw: Buffer } {
  const file = Buffer.from(png);
  const parts: Buffer[] = [];
  for (let at = 8; at < file.length; ) {
    const length = file.readUInt32BE(at);
    if (file.toString("latin1", at + 4, at + 8) === "IDAT") parts.push(file.subarray(at + 8, at + 8 + length));
    at += 12 + length;
  }
  return { width: file.readUInt32BE(16), height: file.readUInt32BE(20), raw: inflateSync(Buffer.concat(parts)) };
}

describe.skipIf(!render)("a PNG", () => {
  const draw = render as NonNullable<typeof render>;
  const svg = exportSvg(runFigures(sampleResults({ hosts: 4, vms: 8, days: 1 })).cpuLedger);

  it("is twice the size of the drawing", () => {
    const [, width = 0, height = 0] = /<svg [^>]*width="(\d+)" height="(\d+)"/.exec(svg)?.map(Number) ?? [];
    expect(decode(draw(svg))).toMatchObject({ width: 2 * width, height: 2 * height });
  });

  it("has its text: without it the picture is another one", () => {
    const without = svg.replace(/<text[\s\S]*?<\/text>/g, "");
    expect(Buffer.compare(decode(draw(svg)).raw, decode(draw(without)).raw)).not.toBe(0);
    // And bold is not regular.
    expect(Buffer.compare(decode(draw(svg)).raw, decode(draw(svg.replaceAll('font-weight="600"', ""))).raw)).not.toBe(0);
  });

  it("is the same to the byte when drawn again", () => expect(Buffer.compare(Buffer.from(draw(svg)), Buffer.from(draw(svg)))).toBe(0));
});

describe("a PDF", () => {
  it("says what is missing where there is no Chromium", async () => {
    await expect(findChromium({ CHROMIUM: "/nowhere/chromium" })).rejects.toThrow(PdfMissing);
    await expect(findChromium({ CHROMIUM: "/nowhere/chromium" })).rejects.toThrow("set CHROMIUM to its path");
  });

  it.skipIf(!chromium)("has the pages of the report, in vectors", { timeout: 90_000 }, async () => {
    const pdf = Buffer.from(await pdfOf(renderReport(sampleResults()), chromium as string));
    expect(pdf.subarray(0, 5).toString("latin1")).toBe("%PDF-");
    const pages = pdf.toString("latin1").match(/\/Type\s*\/Page\b(?!s)/g)?.length ?? 0;
    expect(pages).toBeGreaterThanOrEqual(3);
    expect(pages).toBeLessThanOrEqual(9);
  });
});
