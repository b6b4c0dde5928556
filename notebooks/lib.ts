/// <reference lib="dom" />
/**
 * What the notebooks share: a scenario from its text, a run of it in the page, and its figures and numbers as elements. All
 * of it is the product's own code; nothing here is a second version of anything.
 */
import { placementPolicies } from "../src/policy/placement/index.ts";
import { drawSvg, type Figure } from "../src/report/figure.ts";
import type { Results } from "../src/results/results.ts";
import { numbers, texts } from "../src/results/table.ts";
import { loadScenario } from "../src/scenario/load.ts";
import { standardCatalogue } from "../src/scenario/standard.ts";
import { simulate } from "../src/simulation.ts";

export { runCloudSim } from "../src/compat/cloudsim/run.ts";
export { ladderFigure } from "../src/report/charts/ladder.ts";
export { ledgerFigure } from "../src/report/charts/ledger.ts";
export { paretoFigure } from "../src/report/charts/pareto.ts";
export { timelineFigure } from "../src/report/charts/timeline.ts";

const catalogue = standardCatalogue(
  placementPolicies.map(({ name }) => name),
  [],
);

/** Runs the scenario `text` with entries changed: `{"hosts.node.count": 12}`. Throws an Error with what is wrong with it. */
export function run(text: string, changes: Readonly<Record<string, unknown>> = {}): Results {
  const overrides = Object.entries(changes).map(([path, value]) => ({ path, value: JSON.stringify(value) }));
  const loaded = loadScenario(text, "this notebook", catalogue, overrides);
  if (!loaded.ok) throw new Error(loaded.problems.map(({ path, message }) => `${path}: ${message}`).join("\n"));
  return simulate(loaded.scenario);
}

/** A figure of the summary; NaN where it does not apply. */
export function metric({ summary }: Results, name: string): number {
  const row = texts(summary, "metric").indexOf(name);
  if (row < 0) throw new Error(`there is no figure ${name}`);
  return numbers(summary, "value")[row] ?? Number.NaN;
}

/** Rows of the ledger of CPU, energy or VM time: account and value. */
export function accounts({ ledger }: Results, name: "cpu" | "energy" | "vm"): { account: string; value: number }[] {
  const [of, account, value] = [texts(ledger, "ledger"), texts(ledger, "account"), numbers(ledger, "value")];
  return Array.from({ length: ledger.rows }, (_, i) => i)
    .filter((i) => of[i] === name)
    .map((i) => ({ account: account[i] ?? "", value: value[i] ?? Number.NaN }));
}

/** The chart as an element of its own, with title and description for screen readers. @param of whose it is, where that is not plain */
export function show(figure: Figure, width: number, dark: boolean, of = ""): HTMLElement {
  const element = document.createElement("div");
  element.className = "figure";
  // A file of its own has 24 pixels of paper on each side.
  element.innerHTML = drawSvg(
    of === "" ? figure : { ...figure, title: `${of}: ${figure.title.replace(/^[A-Z](?=[a-z ])/, (letter) => letter.toLowerCase())}` },
    {
      width: Math.max(300, Math.min(width, 960) - 48),
      theme: dark ? "dark" : "light",
    },
  );
  return element;
}

/** A table: the first column is text, the others are written as they come. */
export function grid(head: readonly string[], rows: readonly (readonly (string | number)[])[]): HTMLTableElement {
  const made = document.createElement("table");
  const line = (cells: readonly (string | number)[], kind: "th" | "td"): void => {
    const row = made.appendChild(document.createElement("tr"));
    for (const cell of cells) row.appendChild(document.createElement(kind)).textContent = String(cell);
  };
  line(head, "th");
  for (const row of rows) line(row, "td");
  return made;
}

/** A day of invented loads in the form of the PlanetLab trace: `vms` VMs, 288 whole percentages each, many of them small. */
export function inventedDay(vms: number, seed: number): { count: number; names: string[]; percent: Uint8Array } {
  const percent = new Uint8Array(vms * 288);
  let state = seed >>> 0;
  const next = (): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
  for (let v = 0; v < vms; v++) {
    // Most VMs do little; a load stays for about an hour and then goes elsewhere.
    const usual = 25 * next() ** 3;
    let level = usual;
    for (let k = 0; k < 288; k++) {
      if (next() < 1 / 12) level = next() < 0.15 ? 100 * next() : usual * (0.3 + 1.4 * next());
      percent[v * 288 + k] = Math.round(level);
    }
  }
  return { count: vms, names: Array.from({ length: vms }, (_, v) => `vm${v}`), percent };
}
