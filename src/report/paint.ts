/**
 * What each class of a drawing looks like, once for both uses: in the page the classes are CSS with the theme's
 * variables; in an exported file each class is replaced by the same values as attributes.
 */

import type { Weight } from "./textwidths.ts";
import { type Palette, palettes, type Theme, type Token } from "./tokens.ts";

export const FONT = 'Inter, system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Liberation Sans", Arial, sans-serif';

type Paint = Readonly<Record<string, string>>;

const CONCEPTS = ["guest", "trap", "paging", "io", "sched", "migration", "control", "hostos", "cooling", "loss", "idle"] as const;

function fills(): Record<string, Paint> {
  const made: Record<string, Paint> = {};
  for (const concept of CONCEPTS) {
    made[`f-${concept}`] = { fill: `{${concept}}` };
    // An outline in the fill's own colour keeps a label readable when its segment has a pattern.
    made[`o-${concept}`] = { "paint-order": "stroke", stroke: `{${concept}}`, "stroke-width": "4px", "stroke-linejoin": "round" };
  }
  for (let step = 0; step < 7; step++) made[`q${step}`] = { fill: `{load${step}}` };
  for (let step = 0; step < 5; step++) made[`f-money${step}`] = { fill: `{money${step}}` };
  for (let step = 0; step < 5; step++) made[`f-reclaim${step}`] = { fill: `{reclaim${step}}` };
  for (let step = 0; step < 7; step++) made[`s${step}`] = { fill: "none", stroke: `{load${step}}`, "shape-rendering": "crispEdges" };
  for (const state of ["off", "boot", "maint", "failed"]) made[`f-${state}`] = { fill: `url(#p-${state})` };
  made["f-idle"] = { fill: "{idle}", stroke: "{idleedge}", "stroke-width": ".6" };
  made["f-off"] = { fill: "url(#p-off)", stroke: "{offedge}", "stroke-width": ".6" };
  for (const cause of PATTERNED) made[`pt-${cause}`] = { fill: `url(#b-${cause})` };
  return made;
}

/** Causes that get a pattern in print and with the button "Patterns". */
export const PATTERNED = ["trap", "paging", "io", "sched", "migration", "control", "hostos"] as const;

/** Later classes win over earlier ones, as in a style sheet. `{token}` is a colour of the theme. */
export const paints: Readonly<Record<string, Paint>> = {
  // Text: label, bold part, tick, title and subtitle of an exported file.
  l: { "font-size": "12.5px", fill: "{ink2}" },
  b: { "font-weight": "600", fill: "{ink}" },
  k: { "font-size": "12px", fill: "{ink3}", "font-variant-numeric": "tabular-nums" },
  ti: { "font-size": "17px", "font-weight": "600", fill: "{ink}" },
  su: { "font-size": "14px", fill: "{ink2}" },
  m: { "text-anchor": "middle" },
  e: { "text-anchor": "end" },
  // A paper outline under labels that cross lines.
  h: { "paint-order": "stroke", stroke: "{paper}", "stroke-width": "4px", "stroke-linejoin": "round" },
  on: { fill: "{on}" },
  od: { fill: "{onDark}" },
  ol: { fill: "{onLight}" },
  oi: { fill: "{onIdle}" },
  "t-guest": { fill: "{bettertext}" },
  "t-fail": { fill: "{failtext}" },
  // Frame.
  gr: { fill: "none", stroke: "{grid}" },
  ax: { fill: "none", stroke: "{ink3}" },
  ev: { fill: "none", stroke: "{ink3}" },
  evf: { fill: "none", stroke: "{failtext}", "stroke-width": "1.5" },
  lim: { fill: "none", stroke: "{ink}", "stroke-width": "1.5", "stroke-dasharray": "5 3" },
  cut: { fill: "none", stroke: "{paper}", "stroke-width": "2" },
  // The baseline of a comparison.
  cutk: { fill: "none", stroke: "{ink3}", "stroke-width": "1.25", "stroke-dasharray": "3 3" },
  ld: { fill: "none", stroke: "{ink3}", "stroke-width": ".75" },
  nt: { fill: "{night}" },
  zm: { fill: "{sunk}" },
  chip: { fill: "{paper}" },
  bar: { fill: "{idle}" },
  // Data.
  ln: { fill: "none", "stroke-width": "1.75", "stroke-linejoin": "round" },
  "s-guest": { stroke: "{guest}" },
  "s-ink": { stroke: "{ink}" },
  mv: { fill: "none", stroke: "{migration}", "stroke-opacity": ".6" },
  "f-ink": { fill: "{ink}" },
  "f-paper": { fill: "{paper}" },
  ar: { "fill-opacity": ".12" },
  half: { "fill-opacity": ".5" },
  "f-better": { fill: "{better}" },
  "f-worse": { fill: "{worse}" },
  // Capacity that a lost host would leave: dashed, in the colour of capacity.
  cap: { fill: "none", stroke: "{guest}", "stroke-width": "1.25", "stroke-dasharray": "4 3" },
  dot: { fill: "{paper}", stroke: "{ink}", "stroke-width": "1.5" },
  md: { fill: "none", stroke: "{ink2}", "stroke-width": "2" },
  ...fills(),
  pt: { opacity: ".7" },
  // Ribbons of a flow.
  fl: { "fill-opacity": ".6", stroke: "none" },
};

/** Font size and weight of a text with these classes, for measuring. */
export function textStyle(classes: readonly string[]): { readonly size: number; readonly weight: Weight } {
  let size = 12.5;
  let weight: Weight = 400;
  for (const name of classes) {
    const paint = paints[name];
    if (paint?.["font-size"]) size = Number.parseFloat(paint["font-size"]);
    if (paint?.["font-weight"] === "600") weight = 600;
  }
  return { size, weight };
}

function withVariables(value: string): string {
  return value.replace(/\{(\w+)\}/g, "var(--$1)");
}

/** The style sheet of all drawings in a page. */
export function drawingCss(): string {
  const rules = Object.entries(paints).map(
    ([name, paint]) =>
      `svg .${name}{${Object.entries(paint)
        .map(([key, value]) => `${key}:${withVariables(value)}`)
        .join(";")}}`,
  );
  return `svg{display:block;overflow:visible;font-family:var(--font)}${rules.join("")}svg .pt{display:none}.pats svg .pt{display:inline}`;
}

/** The variables of one theme, as declarations. */
export function themeVariables(theme: Theme): string {
  return Object.entries(palettes[theme])
    .map(([token, colour]) => `--${token}:${colour}`)
    .join(";");
}

function patternOf(id: string, width: number, height: number, turn: number, inner: string): string {
  return `<pattern id="${id}" width="${width}" height="${height}" patternUnits="userSpaceOnUse"${turn ? ` patternTransform="rotate(${turn})"` : ""}>${inner}</pattern>`;
}

const stroke = (d: string, token: string, width: number): string => `<path d="${d}" stroke="{${token}}" stroke-width="${width}" fill="none"/>`;
const ground = (width: number, height: number, token: string): string => `<rect width="${width}" height="${height}" fill="{${token}}"/>`;

/** States always carry their pattern; causes carry theirs in print and on demand. */
const patterns: Readonly<Record<string, string>> = {
  "p-off": patternOf("p-off", 6, 6, 0, `${ground(6, 6, "off")}<circle cx="3" cy="3" r=".7" fill="{offedge}"/>`),
  "p-boot": patternOf("p-boot", 5, 5, 45, ground(5, 5, "idle") + stroke("M0 0V5", "boot", 4)),
  "p-maint": patternOf("p-maint", 6, 6, -45, ground(6, 6, "idle") + stroke("M0 0V6", "maint", 4)),
  "p-failed": patternOf("p-failed", 6, 6, 0, ground(6, 6, "failed") + stroke("M0 0L6 6M0 6L6 0", "paper", 0.7)),
  "b-trap": patternOf("b-trap", 6, 6, 45, stroke("M0 0V6", "paper", 1.6)),
  "b-paging": patternOf("b-paging", 5, 5, 0, `<circle cx="2.5" cy="2.5" r="1" fill="{paper}"/>`),
  "b-io": patternOf("b-io", 6, 4, 0, stroke("M0 2H6", "paper", 1.2)),
  "b-sched": patternOf("b-sched", 6, 6, -45, stroke("M0 0V6", "paper", 1.6)),
  "b-migration": patternOf("b-migration", 7, 7, 0, stroke("M3.5 0V7M0 3.5H7", "paper", 1.2)),
  "b-control": patternOf("b-control", 4, 6, 0, stroke("M2 0V6", "paper", 1.2)),
  "b-hostos": patternOf("b-hostos", 6, 6, 0, stroke("M1 1L5 5M1 5L5 1", "paper", 1)),
};

/** All patterns, for the one place in the page that defines them. */
export function patternDefinitions(): string {
  return `<defs>${Object.values(patterns).map(withVariables).join("")}</defs>`;
}

/**
 * Replaces the classes of a drawing by their values in one theme, and puts the patterns it uses before it.
 * Overlays that the page shows on demand (class `pt`) are left out.
 */
export function inlinePaints(body: string, theme: Theme): string {
  const palette: Palette = palettes[theme];
  const colour = (value: string): string => value.replace(/\{(\w+)\}/g, (_, token: string) => palette[token as Token]);
  const order = Object.keys(paints);
  const painted = body.replace(/<(?:rect|path)[^>]* class="pt [^"]*"[^>]*\/>/g, "").replace(/ class="([^"]*)"/g, (_, names: string) => {
    const values: Record<string, string> = {};
    for (const name of names.split(" ").sort((a, b) => order.indexOf(a) - order.indexOf(b))) Object.assign(values, paints[name]);
    return Object.entries(values)
      .map(([key, value]) => ` ${key}="${colour(value).replace(/px$/, "")}"`)
      .join("");
  });
  const used = Object.entries(patterns).filter(([id]) => painted.includes(`url(#${id})`));
  return (used.length > 0 ? `<defs>${used.map(([, markup]) => colour(markup)).join("")}</defs>` : "") + painted;
}
