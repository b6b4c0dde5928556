/**
 * The files that are drawn from results: charts, the page and its Markdown, and where they are asked for PNG and PDF.
 */
import { textFile } from "../node/results.ts";
import type { ResultFile } from "../node/results-folder.ts";
import { type Document, figuresOf } from "../report/document.ts";
import { exportSvg, type Figure } from "../report/figure.ts";
import { runFigures } from "../report/figures.ts";
import { renderMarkdown } from "../report/markdown.ts";
import { renderPage } from "../report/page.ts";
import { type ReportOptions, runDocument } from "../report/run-document.ts";
import type { Results } from "../results/results.ts";
import type { Table } from "../results/table.ts";

export interface PageOptions {
  readonly png: boolean;
  readonly pdf: boolean;
}

/** Charts and report of a run. Throws `PngMissing`, `PdfMissing`. */
export function resultPages(results: Results, report: ReportOptions, options: PageOptions): Promise<ResultFile[]> {
  const figures = runFigures(results);
  // Every figure of the run is a file, also one that the page replaces by a sentence.
  return documentPages(runDocument(results, report, figures), options, Object.values<Figure>(figures));
}

/** `charts/*.svg`, `report.html`, `report.md`, and on demand `charts/*.png` and `report.pdf`. */
export async function documentPages(report: Document, { png, pdf }: PageOptions, more: readonly Figure[] = []): Promise<ResultFile[]> {
  const figures = [...new Map([...more, ...figuresOf(report)].map((figure) => [figure.id, figure])).values()];
  const files = [
    ...figures.map((figure) => textFile(`charts/${figure.id}.svg`, () => exportSvg(figure))),
    textFile("report.html", () => renderPage(report)),
    textFile("report.md", () => renderMarkdown(report)),
  ];
  if (png) {
    const { pngRenderer } = await import("../node/png.ts");
    const draw = await pngRenderer();
    files.push(...figures.map((figure) => bytesFile(`charts/${figure.id}.png`, () => draw(exportSvg(figure)))));
  }
  if (pdf) {
    const { findChromium, pdfOf } = await import("../node/pdf.ts");
    const printed = await pdfOf(renderPage(report), await findChromium());
    files.push(bytesFile("report.pdf", () => printed));
  }
  return files;
}

/** Each table as a Parquet file. */
export async function parquetFiles(tables: readonly Table[]): Promise<ResultFile[]> {
  const { parquetOf } = await import("../node/parquet.ts");
  return tables.map((table) => bytesFile(`${table.name}.parquet`, () => parquetOf(table)));
}

/** A file of bytes, made when its turn comes. */
export const bytesFile = (path: string, bytes: () => Uint8Array): ResultFile => ({
  path,
  *chunks() {
    yield bytes();
  },
});
