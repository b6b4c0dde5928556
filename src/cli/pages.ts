/**
 * The files that are drawn from results: a chart each, and the page.
 */
import { textFile } from "../node/results.ts";
import type { ResultFile } from "../node/results-folder.ts";
import { exportSvg } from "../report/figure.ts";
import { runFigures } from "../report/figures.ts";
import { renderReport } from "../report/page.ts";
import type { Results } from "../results/results.ts";

/** Charts (`charts/*.svg`) and `report.html`; `command` is the command line that made the results. */
export function resultPages(results: Results, command: readonly string[]): ResultFile[] {
  const figures = Object.values(runFigures(results));
  return [
    ...figures.map((figure) => textFile(`charts/${figure.id}.svg`, () => exportSvg(figure))),
    textFile("report.html", () => renderReport(results, { command: command.map(shellWord).join(" ") })),
  ];
}

/** A word as it must be typed in a shell. */
export const shellWord = (word: string): string => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`);
