/**
 * The files that are drawn from results: a chart each, and the page.
 */
import { textFile } from "../node/results.ts";
import type { ResultFile } from "../node/results-folder.ts";
import { figuresOf } from "../report/document.ts";
import { exportSvg, type Figure } from "../report/figure.ts";
import { runFigures } from "../report/figures.ts";
import { renderPage } from "../report/page.ts";
import { runDocument } from "../report/run-document.ts";
import type { Results } from "../results/results.ts";

/** Charts (`charts/*.svg`) and `report.html`; `command` is the command line that made the results. */
export function resultPages(results: Results, command: readonly string[]): ResultFile[] {
  const report = runDocument(results, { command: command.map(shellWord).join(" ") });
  // Every figure of the run is a file, also one that the page replaces by a sentence.
  const figures = new Map([...Object.values<Figure>(runFigures(results)), ...figuresOf(report)].map((figure) => [figure.id, figure]));
  return [
    ...[...figures.values()].map((figure) => textFile(`charts/${figure.id}.svg`, () => exportSvg(figure))),
    textFile("report.html", () => renderPage(report)),
  ];
}

/** A word as it must be typed in a shell. */
export const shellWord = (word: string): string => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`);
