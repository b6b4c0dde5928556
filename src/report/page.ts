/**
 * report.html: a document as one file that opens by double click and asks nobody for anything. Its policy allows its own
 * style and script by hash, pictures that the script itself made, and nothing else; every name from a scenario or trace is
 * written as text.
 */

import { createHash } from "node:crypto";
import type { Results } from "../results/results.ts";
import { type Document, figuresOf, type Section, type Tile } from "./document.ts";
import { figureCsv } from "./figurecsv.ts";
import { blockMarkup } from "./pageblocks.ts";
import { PAGE_SCRIPT } from "./pagescript.ts";
import { pageCss } from "./pagestyle.ts";
import { patternDefinitions } from "./paint.ts";
import { type ReportOptions, runDocument } from "./run-document.ts";
import { escapeText } from "./svg.ts";

const sha256 = (text: string): string => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;

/** The report of one run as a page. */
export const renderReport = (results: Results, options: ReportOptions = {}): string => renderPage(runDocument(results, options));

/** Writes the page. The same document gives the same bytes. */
export function renderPage(report: Document): string {
  const css = pageCss();
  const policy = `default-src 'none'; style-src ${sha256(css)}; script-src ${sha256(PAGE_SCRIPT)}; img-src blob:; base-uri 'none'; form-action 'none'`;
  const links = report.sections.map(({ id, title }) => `<a href="#${id}">${escapeText(title)}</a>`).join("");
  return [
    `<!doctype html><html lang="en"><head><meta charset="utf-8">`,
    `<meta http-equiv="Content-Security-Policy" content="${policy}">`,
    `<meta name="viewport" content="width=device-width,initial-scale=1"><meta name="referrer" content="no-referrer">`,
    `<title>${escapeText(report.title)}</title><style>${css}</style></head><body>`,
    `<a class="skip" href="#answer">Skip to the answer</a>`,
    `<svg width="0" height="0" aria-hidden="true" focusable="false">${patternDefinitions()}</svg>`,
    `<div class="page"><header class="top"><div class="brand">${MARK}hypervise</div><span>${escapeText(report.kind)}</span><span class="sp"></span><button type="button" id="patterns" aria-pressed="false" hidden>Patterns</button><button type="button" id="theme" hidden>Dark</button></header>`,
    `<nav aria-label="Sections"><a href="#answer">Answer</a>${links}</nav><main>`,
    hero(report),
    report.sections.map(section).join("\n"),
    `</main><footer>${escapeText(report.foot)}</footer></div>`,
    dataMarkup(report),
    `<script>${PAGE_SCRIPT}</script></body></html>\n`,
  ].join("\n");
}

/** The data of every figure as JSON, which no browser runs; `<` is written so that no name can end the element. */
function dataMarkup(report: Document): string {
  const data = Object.fromEntries(figuresOf(report).map((figure) => [figure.id, figureCsv(figure.data())]));
  const json = JSON.stringify(data).replace(/[<\u2028-\u202E\u2066-\u2069]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`);
  return `<script type="application/json" id="data">${json}</script>`;
}

/** The mark: a full bar, a split bar, an empty slot. */
const MARK = `<svg width="20" height="18" viewBox="0 0 20 18" aria-hidden="true" focusable="false"><rect class="f-guest" width="20" height="4"/><rect class="f-guest" y="7" width="12" height="4"/><rect class="f-io" x="13" y="7" width="3" height="4"/><rect class="f-sched" x="17" y="7" width="3" height="4"/><rect class="f-off" x=".5" y="14" width="19" height="3.5"/></svg>`;

/** A span of time stays on one line: "11 h 57 min". */
const held = (text: string): string => escapeText(text.replace(/(\d\u00A0(?:h|days?|years?)) (?=\d)/g, "$1\u00A0"));
/** A name with a hyphen is not broken at it, where it is short enough for a line of a phone. */
const unbroken = (text: string): string =>
  held(text)
    .split(" ")
    .map((word) => (/[\w;][-=][\w&]/.test(word) && word.length <= 20 ? `<span class="nb">${word}</span>` : word))
    .join(" ");

function hero({ eyebrow, answer: { sentence, lead, verdict }, tiles }: Document): string {
  const words = `<div><p class="eyebrow">${escapeText(eyebrow)}</p><h1>${unbroken(`${sentence}.`)}</h1><p class="lead">${held(lead)}</p></div>`;
  const side = `<aside class="verdict ${verdict.level}" aria-label="Verdict"><b><span class="sg" aria-hidden="true">${verdict.sign}</span>${escapeText(verdict.word)}</b><p>${held(verdict.detail)}</p></aside>`;
  return `<div class="hero" id="answer">${words}${side}</div><dl class="tiles">${tiles.map(tile).join("")}</dl>`;
}

function tile({ label, value, unit, notes }: Tile): string {
  const lines = notes.map((note) => `<dd class="tc">${held(note)}</dd>`);
  return `<div class="tile"><dt class="tl">${escapeText(label)}</dt><dd class="tv">${escapeText(value)}${unit === "" ? "" : `<span>\u00A0${escapeText(unit)}</span>`}</dd>${lines.join("")}</div>`;
}

function section({ id, title, lead, blocks }: Section, i: number): string {
  const head = `<div class="sh"><span class="sn">${i + 1}</span><h2>${escapeText(title)}</h2>${lead === "" ? "" : `<p class="lead">${escapeText(lead)}</p>`}</div>`;
  return `<section id="${id}">${head}${blocks.map(blockMarkup).join("")}</section>`;
}
