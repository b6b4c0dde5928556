/** The report of one run as a document: its answer, four tiles and the sections, before it is written as a page or as Markdown. */

import type { Results } from "../results/results.ts";
import { energyScale, formatCarbon, formatCount, formatMoney, formatNumber, formatPower } from "../units/format.ts";
import { balanceOf, meteredJoules } from "./balance.ts";
import { type CheckRow, checksTable } from "./checks-table.ts";
import { clockFrom, period } from "./clock.ts";
import { type Block, type Cell, type Document, figure, pair, type SectionId, sectionsOf, type TableBlock, type Tile, tableOf } from "./document.ts";
import { exhibited } from "./exhibits/index.ts";
import { type RunFigures, runFigures } from "./figures.ts";
import { findings } from "./findings.ts";
import { counted, share, shorten } from "./format.ts";
import { hostCoreSeconds, hostGroups, longestStops, worstVms } from "./pagetables.ts";
import { firstFinite, metric, metricUnit, numbersIn, textsIn } from "./read.ts";
import { type Answer, answerOf, rejections, worstWaiter } from "./words.ts";

/** A value the run rests on. */
export interface Assumption {
  readonly what: string;
  readonly value: string;
  /** imported: read from a trace or inventory; catalogue: measured or estimated by others; default: filled in; yours: given. */
  readonly origin: "imported" | "catalogue" | "default" | "yours";
  readonly source: string;
  /** measured, verified, remembered, estimate, mixed, given, or "" where it is a choice and no measurement. */
  readonly confidence: string;
}

export interface ReportOptions {
  /** What the run rests on, in the order in which it is to be shown. */
  readonly assumptions?: readonly Assumption[];
  /** What was asked of the run, and whether it holds. */
  readonly checks?: readonly CheckRow[];
  /** The command that repeats the run; by default made from the scenario's name and the seed. */
  readonly command?: string;
}

/** Puts the report of a run together, with its figures where somebody has them already. The same results give the same document. */
export function runDocument(results: Results, options: ReportOptions = {}, figures: RunFigures = runFigures(results)): Document {
  const { run } = results;
  const answer = withChecks(answerOf(results), options.checks ?? []);
  const own: Partial<Record<SectionId, readonly Block[]>> = {
    time: overTime(figures, results),
    checks: (options.checks ?? []).length > 0 ? [tableOf(checksTable(options.checks ?? []))] : [],
    guests: guests(results, figures),
    ledgers: [figure(figures.energyFlow), figure(figures.cpuLedger), tableOf(balances(results))],
    hosts: [tableOf(hostGroups(results))],
    basis: basis(results, options),
  };
  const further = exhibited(results);
  const blocks: Partial<Record<SectionId, readonly Block[]>> = { ...own };
  for (const id of Object.keys(further) as SectionId[]) blocks[id] = [...(own[id] ?? []), ...(further[id] ?? [])];
  const time = period(clockFrom(run.start), run.durationSeconds);
  return {
    kind: "report",
    title: `${shorten(run.scenario, 60)}: ${answer.sentence}`,
    eyebrow: [shorten(run.scenario, 60), time, `placement ${shorten(run.placement, 40)}`, `one run, seed ${shorten(run.seed, 24)}`].join(" · "),
    answer,
    tiles: tiles(results),
    sections: sectionsOf(blocks, { time: `${time}, in ${counted(results.timeline.rows, "interval")}.` }),
    foot: `hypervise ${run.version} · fingerprint ${run.fingerprint} · ${counted(run.events, "event")}`,
  };
}

/** A check that does not hold is the verdict, whatever else fits. */
function withChecks(answer: Answer, checks: readonly CheckRow[]): Answer {
  const failed = checks.filter(({ verdict }) => verdict === "fail" || verdict === "error");
  const [first] = failed;
  if (!first || answer.verdict.level === "fails") return answer;
  const detail = `${first.text}: ${first.measured}.${failed.length > 1 ? ` ${formatCount(failed.length - 1)} more ${failed.length === 2 ? "does" : "do"} not hold.` : ""}`;
  return {
    ...answer,
    verdict: { level: "fails", sign: "✗", word: failed.length === 1 ? "A check does not hold" : `${formatCount(failed.length)} checks do not hold`, detail },
  };
}

function tiles(results: Results): Tile[] {
  const value = (name: string): number => metric(results, name);
  const tile = (label: string, text: string, unit: string, ...notes: readonly string[]): Tile => ({
    label,
    value: text,
    unit,
    notes: notes.filter((note) => note !== ""),
  });
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
  const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
  const found = findings(results).map(({ name, value, unit, notes }) => tile(capital(name), value, unit, ...notes));
  const on = tile(
    "Hosts on, mean",
    formatNumber(value("hosts_on_mean")),
    `of ${formatCount(firstFinite(value("hosts"), results.run.hosts))}`,
    `peak ${formatCount(value("hosts_on_peak"))}, CPU used ${share(value("utilisation_pct"))}`,
    `power at most ${formatPower(value("power_peak_w"))}`,
  );
  const ready = tile(
    "Ready time, p95 of VM-hours",
    share(p95).replace(/\u00A0%$/, ""),
    Number.isFinite(p95) ? "%" : "",
    worst ? `worst VM ${share(worst.readyPercent)}` : "no VM waits",
    `demand delivered ${share(value("delivered_pct"))}`,
  );
  // What a run found takes the place of what says least: waiting where nobody waits.
  const middle = found.length === 0 ? [on, ready] : [...found, ...(worst ? [ready, on] : [on, ready])];
  return [
    tile(
      "Energy, facility",
      formatNumber(facility / scale.size),
      scale.unit,
      `IT ${formatNumber((value("energy_it_kwh") * 3.6e6) / scale.size)} ${scale.unit}, PUE ${formatNumber(results.run.pue)}`,
      money,
    ),
    ...middle.slice(0, 2),
    tile(
      "VMs placed",
      formatCount(placed),
      `of ${formatCount(firstFinite(value("vms_requested"), results.run.vms))}`,
      `${formatCount(firstFinite(rejected, 0))} rejected${lost > 0 ? `, ${formatCount(lost)} lost` : ""}`,
      `${formatCount(value("vms_completed"))} completed`,
    ),
  ];
}

function overTime({ capacity, timeline, heatmap, migrations }: RunFigures, results: Results): Block[] {
  return [figure(timeline), figure(capacity), figure(heatmap), ...(migrations ? [pair(figure(migrations), tableOf(longestStops(results)))] : [])];
}

/** Ready time below this, of the worst VM and at p95, is a sentence and no chart. */
const NOTICED_PERCENT = 0.1;

function guests(results: Results, { ready, vmLedger }: RunFigures): Block[] {
  const refused = rejections(results);
  const most = 8;
  const refusedTable: TableBlock = {
    title: `${counted(
      refused.reduce((sum, rejection) => sum + rejection.vms, 0),
      "VM",
    )} found no place`,
    subtitle: "By binding reason; numbers in a reason are those of the first VM",
    head: ["Reason", "VMs", "for example"],
    numeric: [1],
    rows: refused.slice(0, most).map((rejection) => [shorten(rejection.reason, 160), formatCount(rejection.vms), shorten(rejection.example, 40)]),
    note: refused.length > most ? `${formatCount(refused.length - most)} more reasons are in vms.csv.` : "",
  };
  // Where nobody waits, or nobody would notice, there is nothing to draw.
  const worst = worstWaiter(results);
  const waiting: Block =
    worst && (worst.readyPercent >= NOTICED_PERCENT || metric(results, "ready_pct_p95") >= NOTICED_PERCENT)
      ? pair(figure(ready), tableOf(worstVms(results)))
      : {
          kind: "text",
          title: ready.title,
          paragraphs: [
            worst
              ? `The one of ${counted(results.vms.rows, "VM")} that waits most, ${shorten(worst.name, 40)}, waits less than ${NOTICED_PERCENT}${"\u00A0"}% of the time. ${ready.note.split(". ")[0]}.`
              : `Every one of ${counted(results.vms.rows, "VM")} got the CPU it needed at once. ${ready.note.split(". ")[0]}.`,
          ],
        };
  return [...(refused.length > 0 ? [tableOf(refusedTable)] : []), waiting, figure(vmLedger)];
}

function balances(results: Results): TableBlock {
  const checked = [
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
  return {
    title: checked.every(({ balanced }) => balanced) ? "All three ledgers balance" : "A ledger does not balance: do not use this run",
    subtitle: "Sum of the accounts, and what it was compared with",
    head: ["Ledger", "Result", "Sum", "Compared with"],
    numeric: [2],
    quiet: [3],
    rows: checked.map(({ name, sum, balanced, difference }) => [
      names[name],
      balanced ? { text: "✓ balanced", tone: "ok" } : { text: `✗ ${difference} apart`, tone: "bad" },
      sum,
      against[name],
    ]),
    note: "",
  };
}

function basis(results: Results, options: ReportOptions): Block[] {
  const { run, warnings } = results;
  const most = 40;
  // The names of estimates stand in the table of assumptions.
  const named = (options.assumptions ?? []).length > 0;
  const listed = warnings
    .slice(0, most)
    .map((warning) => shorten(named ? warning.replace(/(values are estimates) \(.*\)$/, "$1: marked so in the table of assumptions") : warning, 400));
  if (warnings.length > most) listed.push(`${formatCount(warnings.length - most)} more are in manifest.json.`);
  const estimates: Block = {
    kind: "text",
    title: "Estimates and warnings",
    paragraphs: listed.length > 0 ? [] : ["None: every figure used has a source, and nothing was repaired or dropped."],
    items: listed,
  };
  const method: Block = {
    kind: "text",
    title: "Method",
    paragraphs: [
      "Time goes from event to event. Between events all rates are constant, so energy, CPU time and waiting are exact integrals, and means are weighted by time. CPU is shared by weighted max-min fairness with reservations and limits. Ready time is what a VM needed and was not given. One run has no interval: other seeds give other numbers.",
    ],
  };
  const about: Block[] = run.about === "" ? [] : [{ kind: "text", title: "Scenario", paragraphs: [shorten(run.about, 1200)] }];
  return [
    ...about,
    pair(estimates, method),
    {
      kind: "command",
      title: "To repeat this run",
      lines: [
        options.command ?? `hypervise run ${run.scenario} --seed ${run.seed}`,
        `version ${run.version}, seed ${run.seed}, fingerprint ${run.fingerprint}`,
      ],
      note: "The same version, scenario and seed give the same fingerprint on any machine.",
    },
    ...(options.assumptions && options.assumptions.length > 0 ? [tableOf(assumptionsTable(options.assumptions))] : []),
    tableOf(summaryTable(results)),
  ];
}

const MOST_ASSUMPTIONS = 220;

function assumptionsTable(assumptions: readonly Assumption[]): TableBlock {
  const of = (origin: Assumption["origin"]): number => assumptions.filter((one) => one.origin === origin).length;
  const estimates = assumptions.filter(({ confidence }) => confidence === "estimate").length;
  return {
    title: `${counted(of("default"), "default")}, ${counted(estimates, "estimate")}, ${formatCount(of("yours"))} of your own`,
    subtitle: "Every value this run rests on: imported, from the catalogue, filled in by default, or yours",
    head: ["What", "Value", "From", "Source", "Confidence"],
    numeric: [],
    quiet: [3],
    tall: true,
    rows: assumptions
      .slice(0, MOST_ASSUMPTIONS)
      .map(({ what, value, origin, source, confidence }): Cell[] => [
        shorten(what, 48),
        value.replace(/\((\S+) to (\S+)\)/, "($1\u00A0to\u00A0$2)"),
        { text: origin, tone: "mark" },
        shorten(source, 140),
        confidence,
      ]),
    note:
      assumptions.length > MOST_ASSUMPTIONS
        ? `${formatCount(assumptions.length - MOST_ASSUMPTIONS)} more: hypervise check FILE --resolved prints them all.`
        : "hypervise check FILE --resolved prints the same as a scenario file.",
  };
}

/** Below a thousandth nobody reads digits. */
const headline = (value: number): string => (value !== 0 && Math.abs(value) < 0.001 ? (value < 0 ? "> \u22120.001" : "< 0.001") : formatNumber(value));

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
    tall: true,
    rows: names.slice(0, most).map((name, i) => [name, headline(values[i] as number), units[i] ?? "", abouts[i] ?? ""]),
    note: names.length > most ? `${formatCount(names.length - most)} more are in summary.csv.` : "",
  };
}
