/** Host events on a time axis: at most five with their names, failures first; the others are ticks. */

import type { Results } from "../../results/results.ts";
import { shorten } from "../format.ts";
import { numbersIn, textsIn } from "../read.ts";
import { label, line } from "../svg.ts";
import { fitText, SPARE, textWidth } from "../textwidths.ts";

export interface Mark {
  readonly second: number;
  readonly name: string;
  readonly cause: string;
  readonly failure: boolean;
}

/** Names of what failed and took several hosts with it, by the second: "rack-2", "site east". */
function largeFailures(results: Results): ReadonlyMap<number, string> {
  const table = results.extra.find(({ name }) => name === "failures");
  if (!table) return new Map();
  const [names, components] = [textsIn(table, "name"), textsIn(table, "component")];
  const [times, hosts] = [numbersIn(table, "time_s"), numbersIn(table, "hosts")];
  return new Map(
    names.flatMap((name, row) => ((hosts[row] as number) > 1 ? [[times[row] as number, components[row] === "site" ? `site ${name}` : name] as const] : [])),
  );
}

/** Host events after the start: failures first, then by time. The same event of several hosts at one moment is one. */
export function marksOf(results: Results): Mark[] {
  const kinds = textsIn(results.events, "kind");
  const times = numbersIn(results.events, "time_s");
  const events = textsIn(results.events, "event");
  const names = textsIn(results.events, "name");
  const details = textsIn(results.events, "detail");
  const large = largeFailures(results);
  const together = new Map<string, number>();
  const same = (row: number): string => `${times[row]} ${events[row]}`;
  for (let row = 0; row < kinds.length; row++) if (kinds[row] === "host") together.set(same(row), (together.get(same(row)) ?? 0) + 1);
  const marks: Mark[] = [];
  for (let row = 0; row < kinds.length; row++) {
    if (kinds[row] !== "host" || !((times[row] as number) > 0)) continue;
    const failure = (events[row] ?? "").includes("fail");
    const hosts = together.get(same(row)) ?? 0;
    if (hosts === 0) continue;
    together.set(same(row), 0);
    const who = (failure && hosts > 1 ? large.get(times[row] as number) : undefined) ?? (hosts > 1 ? `${hosts} hosts` : (names[row] ?? ""));
    marks.push({
      second: times[row] as number,
      name: `${shorten(who, 24)} ${failure && hosts > 1 && !large.has(times[row] as number) ? "fail" : failure ? "fails" : shorten((events[row] ?? "").replace(/^host /, ""), 24)}`,
      cause: shorten(details[row] === "0" ? "" : (details[row] ?? ""), 36),
      failure,
    });
  }
  return marks.sort((a, b) => Number(b.failure) - Number(a.failure) || a.second - b.second);
}

export interface MarkLabel {
  readonly mark: Mark;
  readonly x: number;
  readonly end: boolean;
}

/** At most five marks get a name, where it fits between those already placed. */
export function markLabels(marks: readonly Mark[], x: (second: number) => number, left: number, right: number): MarkLabel[] {
  const taken: [number, number][] = [];
  const labels: MarkLabel[] = [];
  for (const mark of marks.slice(0, 24)) {
    if (labels.length === 5) break;
    const width = SPARE * Math.max(textWidth(mark.name, 12.5, 600), textWidth(mark.cause, 12)) + 8;
    const at = x(mark.second);
    const end = at + width > right;
    const [from, to] = end ? [at - width, at] : [at, at + width];
    if (from < left - 20 || taken.some(([a, b]) => from < b + 6 && to > a - 6)) continue;
    taken.push([from, to]);
    labels.push({ mark, x: at, end });
  }
  return labels;
}

/** @param ticksAt height of the ticks of marks without a name */
export function drawMarks(marks: readonly Mark[], labels: readonly MarkLabel[], x: (second: number) => number, ticksAt: number, bottom: number): string {
  const named = new Set(labels.map(({ mark }) => mark));
  // Ticks closer than a pixel are one tick.
  const ticks = new Set(marks.filter((mark) => !named.has(mark)).map((mark) => Math.round(x(mark.second))));
  let body = "";
  for (const at of ticks) body += line(at, ticksAt - 4, at, ticksAt + 4, "ev");
  for (const { mark, x: at, end } of labels) {
    body += line(at, 4, at, bottom, mark.failure ? "evf" : "ev");
    const [dx, anchor] = end ? [-5, " e"] : [5, ""];
    body += label(at + dx, 14, `l b${mark.failure ? " t-fail" : ""}${anchor}`, mark.name);
    if (mark.cause !== "") body += label(at + dx, 29, `k${anchor}`, fitText(mark.cause, 220, 12));
  }
  return body;
}
