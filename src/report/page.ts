/**
 * report.html: one run as one file that opens by double click and asks nobody for anything. Its policy allows its own
 * style and script by hash and nothing else; every name from a scenario or trace is written as text.
 */

import { createHash } from "node:crypto";
import type { Results } from "../results/results.ts";
import { energyScale, formatCarbon, formatCount, formatMoney, formatNumber, formatPower } from "../units/format.ts";
import { balanceOf, meteredJoules } from "./balance.ts";
import { clockFrom, period } from "./clock.ts";
import type { Figure } from "./figure.ts";
import { type RunFigures, runFigures } from "./figures.ts";
import { counted, share, shorten } from "./format.ts";
import { figureBlock, type TableBlock, tableBlock } from "./pageblocks.ts";
import { PAGE_SCRIPT, pageCss } from "./pagestyle.ts";
import { hostCoreSeconds, hostGroups, longestStops, worstVms } from "./pagetables.ts";
import { patternDefinitions } from "./paint.ts";
import { firstFinite, metric, metricUnit, numbersIn, textsIn } from "./read.ts";
import { escapeText } from "./svg.ts";
import { answerOf, rejections, worstWaiter } from "./words.ts";

export interface ReportOptions {
  /** The command that repeats the run; by default made from the scenario's name and the seed. */
  readonly command?: string;
}

const sha256 = (text: string): string => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;

/** Writes the page. The same results give the same bytes. */
export function renderReport(results: Results, options: ReportOptions = {}): string {
  const { run } = results;
  const css = pageCss();
  const policy = `default-src 'none'; style-src ${sha256(css)}; script-src ${sha256(PAGE_SCRIPT)}; base-uri 'none'; form-action 'none'`;
  const answer = answerOf(results);
  const figures = runFigures(results);
  const sections = [
    overTime(figures, results),
    guests(results, figures.ready, figures.vmLedger),
    ledgers(results, figures.energyLedger, figures.cpuLedger),
    hosts(results),
    basis(results, options),
  ];
  const links = sections.map(({ id, title }) => `<a href="#${id}">${escapeText(title)}</a>`).join("");
  return [
    `<!doctype html><html lang="en"><head><meta charset="utf-8">`,
    `<meta http-equiv="Content-Security-Policy" content="${policy}">`,
    `<meta name="viewport" content="width=device-width,initial-scale=1"><meta name="referrer" content="no-referrer">`,
    `<title>${escapeText(`${shorten(run.scenario, 60)}: ${answer.sentence}`)}</title><style>${css}</style></head><body>`,
    `<a class="skip" href="#answer">Skip to the answer</a>`,
    `<svg width="0" height="0" aria-hidden="true" focusable="false">${patternDefinitions()}</svg>`,
    `<div class="page"><header class="top"><div class="brand">${MARK}hypervise</div><span>report</span><span class="sp"></span><button type="button" id="patterns" aria-pressed="false" hidden>Patterns</button><button type="button" id="theme" hidden>Dark</button></header>`,
    `<nav aria-label="Sections"><a href="#answer">Answer</a>${links}</nav><main>`,
    hero(results, answer),
    sections
      .map(
        ({ id, title, lead, body }, i) =>
          `<section id="${id}"><div class="sh"><span class="sn">${i + 1}</span><h2>${escapeText(title)}</h2>${lead === "" ? "" : `<p class="lead">${escapeText(lead)}</p>`}</div>${body}</section>`,
      )
      .join("\n"),
    `</main><footer>hypervise ${escapeText(run.version)} · fingerprint ${escapeText(run.fingerprint)} · ${escapeText(counted(run.events, "event"))}</footer></div>`,
    `<script>${PAGE_SCRIPT}</script></body></html>\n`,
  ].join("\n");
}

/** The mark: a full bar, a split bar, an empty slot. */
const MARK = `<svg width="20" height="18" viewBox="0 0 20 18" aria-hidden="true" focusable="false"><rect class="f-guest" width="20" height="4"/><rect class="f-guest" y="7" width="12" height="4"/><rect class="f-io" x="13" y="7" width="3" height="4"/><rect class="f-sched" x="17" y="7" width="3" height="4"/><rect class="f-off" x=".5" y="14" width="19" height="3.5"/></svg>`;

interface Section {
  readonly id: string;
  readonly title: string;
  readonly lead: string;
  readonly body: string;
}

function hero(results: Results, { sentence, lead, verdict }: ReturnType<typeof answerOf>): string {
  const { run } = results;
  const eyebrow = [
    shorten(run.scenario, 60),
    period(clockFrom(run.start), run.durationSeconds),
    `placement ${shorten(run.placement, 40)}`,
    `one run, seed ${shorten(run.seed, 24)}`,
  ].join(" · ");
  const words = `<div><p class="eyebrow">${escapeText(eyebrow)}</p><h1>${escapeText(sentence)}.</h1><p class="lead">${escapeText(lead)}</p></div>`;
  const side = `<aside class="verdict ${verdict.level}" aria-label="Verdict"><b><span class="sg" aria-hidden="true">${verdict.sign}</span>${escapeText(verdict.word)}</b><p>${escapeText(verdict.detail)}</p></aside>`;
  return `<div class="hero" id="answer">${words}${side}</div><div class="tiles">${tiles(results)}</div>`;
}

function tile(name: string, value: string, unit: string, ...notes: readonly string[]): string {
  const lines = notes.filter((note) => note !== "").map((note) => `<div class="tc">${escapeText(note)}</div>`);
  return `<div class="tile"><div class="tl">${escapeText(name)}</div><div class="tv">${escapeText(value)}${unit === "" ? "" : `<span>${escapeText(unit)}</span>`}</div>${lines.join("")}</div>`;
}

function tiles(results: Results): string {
  const value = (name: string): number => metric(results, name);
  const facility = value("energy_facility_kwh") * 3.6e6;
  const scale = energyScale(facility);
  const cost = value("cost_energy");
  const grams = value("carbon_kg") * 1000;
  const money = [Number.isFinite(cost) ? formatMoney(cost, metricUnit(results, "cost_energy")) : "", Number.isFinite(grams) ? formatCarbon(grams) : ""]
    .filter(Boolean)
    .join(", ");
  const worst = worstWaiter(results);
  const p95 = value("ready_pct_p95");
  const rejected = value("vms_rejected");
  const lost = value("vms_lost");
  const placed = firstFinite(value("vms_placed"), value("vms_requested"));
  return [
    tile(
      "Energy, facility",
      formatNumber(facility / scale.size),
      scale.unit,
      `IT ${formatNumber((value("energy_it_kwh") * 3.6e6) / scale.size)} ${scale.unit}, PUE ${formatNumber(results.run.pue)}`,
      money,
    ),
    tile(
      "Hosts on, mean",
      formatNumber(value("hosts_on_mean")),
      `of ${formatCount(firstFinite(value("hosts"), results.run.hosts))}`,
      `peak ${formatCount(value("hosts_on_peak"))}, CPU used ${share(value("utilisation_pct"))}`,
      `power at most ${formatPower(value("power_peak_w"))}`,
    ),
    tile(
      "Ready time, p95 of VM-hours",
      share(p95).replace(/\u00A0%$/, ""),
      Number.isFinite(p95) ? "%" : "",
      worst ? `worst VM ${share(worst.readyPercent)}` : "no VM waits",
      `demand delivered ${share(value("delivered_pct"))}`,
    ),
    tile(
      "VMs placed",
      formatCount(placed),
      `of ${formatCount(firstFinite(value("vms_requested"), results.run.vms))}`,
      `${formatCount(firstFinite(rejected, 0))} rejected${lost > 0 ? `, ${formatCount(lost)} lost` : ""}`,
      `${formatCount(value("vms_completed"))} completed`,
    ),
  ].join("");
}

function overTime({ timeline, heatmap, migrations }: RunFigures, results: Results): Section {
  const intervals = results.timeline.rows;
  return {
    id: "time",
    title: "Over time",
    lead: `${period(clockFrom(results.run.start), results.run.durationSeconds)}, in ${counted(intervals, "interval")}.`,
    body:
      figureBlock(timeline) +
      figureBlock(heatmap) +
      (migrations ? `<div class="pair">${figureBlock(migrations)}${tableBlock(longestStops(results))}</div>` : ""),
  };
}

function guests(results: Results, ready: Figure, vmLedger: Figure): Section {
  const refused = rejections(results);
  const most = 8;
  const rows = refused.slice(0, most).map((rejection) => [shorten(rejection.reason, 160), formatCount(rejection.vms), shorten(rejection.example, 40)]);
  const refusedBlock: TableBlock = {
    title: `${counted(
      refused.reduce((sum, rejection) => sum + rejection.vms, 0),
      "VM",
    )} found no place`,
    subtitle: "By binding reason; numbers in a reason are those of the first VM",
    head: ["Reason", "VMs", "for example"],
    numeric: [1],
    rows,
    note: refused.length > most ? `${formatCount(refused.length - most)} more reasons are in vms.csv.` : "",
  };
  // Where nobody waits there is nothing to draw.
  const waiting = worstWaiter(results)
    ? `<div class="pair">${figureBlock(ready)}${tableBlock(worstVms(results))}</div>`
    : `<div class="block"><h3>${escapeText(ready.title)}</h3><p class="sub">${escapeText(`Every one of ${counted(results.vms.rows, "VM")} got the CPU it needed at once. ${ready.note.split(". ")[0]}.`)}</p></div>`;
  return {
    id: "guests",
    title: "What guests feel",
    lead: "Waiting, slowdown, and who got no place.",
    body: (refused.length > 0 ? tableBlock(refusedBlock) : "") + waiting + figureBlock(vmLedger),
  };
}

function ledgers(results: Results, energy: Figure, cpu: Figure): Section {
  const balances = [
    balanceOf(results, "energy", meteredJoules(results)),
    balanceOf(results, "cpu", hostCoreSeconds(results)),
    balanceOf(results, "vm", Number.NaN),
  ];
  const names = { energy: "Energy", cpu: "CPU time", vm: "VM time" };
  const against = {
    energy: "the meter: IT energy times PUE",
    cpu: "the columns of hosts.csv, added up",
    vm: "the run itself, which stops when it does not balance",
  };
  const rows = balances.map(
    ({ name, sum, balanced, difference }) =>
      `<tr><th scope="row">${names[name]}</th><td>${balanced ? `<span class="ok">✓ balanced</span>` : `<span class="bad">✗ ${escapeText(difference)} apart</span>`}</td><td class="n">${escapeText(sum)}</td><td class="q">${against[name]}</td></tr>`,
  );
  const allBalanced = balances.every(({ balanced }) => balanced);
  const table = `<div class="block"><h3>${allBalanced ? "All three ledgers balance" : "A ledger does not balance: do not use this run"}</h3><p class="sub">Sum of the accounts, and what it was compared with</p><div class="tw wide" tabindex="0" role="region" aria-label="Sums of the ledgers"><table><thead><tr><th scope="col">Ledger</th><th scope="col">Result</th><th scope="col" class="n">Sum</th><th scope="col">Compared with</th></tr></thead><tbody>${rows.join("")}</tbody></table></div></div>`;
  return {
    id: "ledgers",
    title: "Where energy and time go",
    lead: "Each joule and each core-second is in exactly one place.",
    body: figureBlock(energy) + figureBlock(cpu) + table,
  };
}

function hosts(results: Results): Section {
  return { id: "hosts", title: "Hosts", lead: "", body: tableBlock(hostGroups(results)) };
}

function basis(results: Results, options: ReportOptions): Section {
  const { run, warnings } = results;
  const most = 40;
  const listed = warnings.slice(0, most).map((warning) => `<li>${escapeText(shorten(warning, 400))}</li>`);
  if (warnings.length > most) listed.push(`<li>${escapeText(`${formatCount(warnings.length - most)} more are in manifest.json.`)}</li>`);
  const assumptions = `<div><h3>Estimates and warnings</h3>${listed.length > 0 ? `<ul>${listed.join("")}</ul>` : "<p>None: every figure used has a source, and nothing was repaired or dropped.</p>"}</div>`;
  const about = run.about === "" ? "" : `<h3>Scenario</h3><p>${escapeText(shorten(run.about, 1200))}</p>`;
  const method = `<div>${about}<h3>Method</h3><p>Time goes from event to event. Between events all rates are constant, so energy, CPU time and waiting are exact integrals, and means are weighted by time. CPU is shared by weighted max-min fairness with reservations and limits. Ready time is what a VM needed and was not given. One run has no interval: other seeds give other numbers.</p></div>`;
  const command = options.command ?? `hypervise run ${run.scenario} --seed ${run.seed}`;
  const repeat = `<div class="block"><h3>To repeat this run</h3><pre>${escapeText(command)}\n${escapeText(`version ${run.version}, seed ${run.seed}, fingerprint ${run.fingerprint}`)}</pre><p class="note">The same version, scenario and seed give the same fingerprint on any machine.</p></div>`;
  return {
    id: "basis",
    title: "Basis",
    lead: "What these numbers rest on.",
    body: `<div class="cols block">${assumptions}${method}</div>${repeat}${tableBlock(summaryTable(results))}`,
  };
}

function summaryTable(results: Results): TableBlock {
  const names = textsIn(results.summary, "metric");
  const values = numbersIn(results.summary, "value");
  const units = textsIn(results.summary, "unit");
  const abouts = textsIn(results.summary, "about");
  const most = 80;
  return {
    title: "Every headline figure",
    subtitle: "As in summary.csv, which has all digits",
    head: ["Figure", "Value", "Unit", "Meaning"],
    numeric: [1],
    quiet: [3],
    rows: names.slice(0, most).map((name, i) => [name, formatNumber(values[i] as number), units[i] ?? "", abouts[i] ?? ""]),
    note: names.length > most ? `${formatCount(names.length - most)} more are in summary.csv.` : "",
  };
}
