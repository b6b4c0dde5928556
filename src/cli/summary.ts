/**
 * The summary of one run on one screen: headline figures, three lines of the clock, the three ledgers with bars, the
 * fingerprint, where the files are and what to type next. At most 40 lines of 80 columns; on a narrower terminal the same
 * below one another, in more lines.
 */

import { clockFrom, dateAt, instant, period, weekday } from "../report/clock.ts";
import { findings } from "../report/findings.ts";
import { brief, counted, MISSING, share, shorten, withUnit } from "../report/format.ts";
import { firstFinite, intervalEnd, maxOf, metric, metricUnit, numbersIn, textsIn } from "../report/read.ts";
import type { Results } from "../results/results.ts";
import { energyScale, formatCarbon, formatCount, formatDuration, formatMemory, formatMoney, formatNumber, formatPower, powerScale } from "../units/format.ts";
import { COLOUR_CODE, NARROW, printable, type Style, sparkline, terminalText } from "./style.ts";
import { ledgerLines } from "./summaryledgers.ts";

export interface SummaryOptions {
  readonly style: Style;
  /** Columns of the terminal; below 44 counts as 44, above 100 as 100. */
  readonly width: number;
  readonly ascii: boolean;
  /** Files written, as paths to print; the first is a folder when its path ends in "/". */
  readonly files: readonly string[];
  /** Wall-clock seconds the run took. */
  readonly seconds: number;
}

const MAX_LINES = 40;
/** Nothing is laid out for fewer columns. */
const LEAST = 44;
const INDENT = "  ";

/** Draws the summary. Ends with a newline; holds no line longer than the width. */
export function renderSummary(results: Results, options: SummaryOptions): string {
  const style: Style = { ...options.style, ascii: options.ascii };
  const width = Math.max(LEAST, Math.min(100, Math.floor(options.width) || 80));
  const head = [...header(results, width), "", ...headline(results, style, width), "", ...lanes(results, style, width), ""];
  const foot = ["", ...warningLines(results, style, width), ...footer(results, options, style, width)];
  const room = width < NARROW ? MAX_LINES : MAX_LINES - 1 - head.length - foot.length;
  const lines = ["", ...head, ...ledgerLines(results, style, width, room), ...foot];
  return `${lines.map((line) => terminalText(line.trimEnd(), style)).join("\n")}\n`;
}

function header(results: Results, width: number): string[] {
  const { run } = results;
  const parts = [
    counted(run.hosts, "host"),
    counted(run.vms, "VM"),
    period(clockFrom(run.start), run.durationSeconds),
    shorten(printable(run.placement), 20),
    `seed ${shorten(printable(run.seed), 12)}`,
  ];
  if (width < NARROW) {
    const [hosts = "", vms = "", time = "", ...policies] = parts;
    return [shorten(printable(run.scenario), width - 4), [hosts, vms, time].join("   "), policies.join("   ")].map((line) => clip(INDENT + line, width));
  }
  // The name of the scenario matters more than that of the placement rule.
  const whole = INDENT.length + 3 + Array.from(printable(run.scenario)).length + parts.join("   ").length <= width;
  const rest = parts.filter((_, i) => whole || i !== 3).join("   ");
  const room = Math.max(8, width - INDENT.length - 3 - rest.length);
  return [clip(`${INDENT}${shorten(printable(run.scenario), room)}   ${rest}`, width)];
}

function headline(results: Results, style: Style, width: number): string[] {
  const value = (name: string): number => metric(results, name);
  const facilityJoules = value("energy_facility_kwh") * 3.6e6;
  const itJoules = firstFinite(value("energy_it_kwh"), facilityJoules / 3.6e6) * 3.6e6;
  const scale = energyScale(itJoules);
  const inScale = (joules: number): string => withUnit(joules / scale.size, scale.unit);
  const worst = worstWaiter(results);
  const rows: [string, string, string][] = [
    ["energy", inScale(itJoules), `facility ${inScale(facilityJoules)} at PUE ${formatNumber(results.run.pue)}, peak ${formatPower(value("power_peak_w"))}`],
    [
      "hosts on",
      `${formatNumber(value("hosts_on_mean"))} of ${formatCount(firstFinite(value("hosts"), results.run.hosts))}`,
      `peak ${formatCount(value("hosts_on_peak"))}, CPU used ${share(value("utilisation_pct"))} of hosts on`,
    ],
    [
      "ready p95",
      share(value("ready_pct_p95")),
      `mean ${share(value("ready_pct_mean"))}, worst VM ${share(value("ready_pct_worst_vm"))}${worst === "" ? "" : ` (${worst})`}`,
    ],
    [
      "VMs placed",
      `${formatCount(value("vms_placed"))} of ${formatCount(firstFinite(value("vms_requested"), results.run.vms))}`,
      [
        // One fact each, only the ones that say something.
        value("vms_rejected") > 0 ? style.yellow(`${formatCount(value("vms_rejected"))} rejected`) : "0 rejected",
        `${formatCount(value("vms_completed"))} completed`,
        ...(value("vms_lost") > 0 ? [style.red(`${formatCount(value("vms_lost"))} lost`)] : []),
      ].join(", "),
    ],
  ];
  if (value("migrations") > 0) {
    rows.push([
      "migrations",
      formatCount(value("migrations")),
      `${formatMemory(value("migrated_gib") * 1024)} moved, longest pause ${formatDuration(value("migration_downtime_worst_s"))}`,
    ]);
  }
  const found = findings(results).filter(({ name }) => name !== "all costs" && name !== "carbon");
  for (const { name, value: figure, unit, notes } of found.slice(0, 2)) {
    const fits = notes.filter((_, i) => notes.slice(0, i + 1).join(", ").length <= Math.max(width, NARROW) - 30);
    rows.push([name, [figure, unit].filter(Boolean).join(" "), fits.join(", ")]);
  }
  const cost = value("cost_energy");
  const year = value("cost_per_year");
  const grams = value("carbon_kg") * 1000;
  if (Number.isFinite(year)) {
    const currency = metricUnit(results, "cost_total");
    const carbon = Number.isFinite(grams) ? `; ${formatCarbon(grams)}` : "";
    rows.push([
      "cost",
      `${formatMoney(year, currency)} a year`,
      `${formatMoney(value("cost_total"), currency)} in the run, energy ${formatMoney(cost, currency)}${carbon}`,
    ]);
  } else if (Number.isFinite(cost)) {
    rows.push(["cost", formatMoney(cost, metricUnit(results, "cost_energy")), Number.isFinite(grams) ? `energy only; ${formatCarbon(grams)}` : "energy only"]);
  } else if (Number.isFinite(grams)) rows.push(["carbon", formatCarbon(grams), "operational"]);
  if (width < NARROW)
    return rows.flatMap(([name, figure, note]) => [
      clip(`${INDENT}${name.padEnd(14)}${style.bold(figure)}`, width),
      clip(`${INDENT}${" ".repeat(2)}${note}`, width),
    ]);
  return rows.map(([name, figure, note]) => clip(`${INDENT}${name.padEnd(12)}${style.bold(figure.padEnd(16))}${figure.length > 15 ? " " : ""}${note}`, width));
}

function worstWaiter(results: Results): string {
  const ready = numbersIn(results.vms, "ready_pct");
  let worst = -1;
  for (let i = 0; i < ready.length; i++) if ((ready[i] as number) > 0 && !((ready[i] as number) <= (ready[worst] ?? 0))) worst = i;
  const name = worst < 0 ? undefined : textsIn(results.vms, "vm")[worst];
  return name === undefined ? "" : shorten(printable(name), 20);
}

/** The mean of a column in each of `cells` equal parts of the run; exact for steps, NaN where nothing was measured. */
function resample(results: Results, column: string, cells: number): Float64Array {
  const values = numbersIn(results.timeline, column);
  const starts = numbersIn(results.timeline, "time_s");
  const sums = new Float64Array(cells);
  const seconds = new Float64Array(cells);
  const end = values.length > 0 ? intervalEnd(results, starts, values.length - 1) : 0;
  const cellSeconds = end / cells;
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number;
    if (!Number.isFinite(value)) continue;
    let from = starts[i] as number;
    const to = intervalEnd(results, starts, i);
    while (from < to) {
      const cell = Math.min(cells - 1, Math.floor(from / cellSeconds));
      const until = cell === cells - 1 ? to : Math.min(to, (cell + 1) * cellSeconds);
      if (until <= from) break;
      sums[cell] = (sums[cell] as number) + value * (until - from);
      seconds[cell] = (seconds[cell] as number) + until - from;
      from = until;
    }
  }
  return sums.map((sum, i) => ((seconds[i] as number) > 0 ? sum / (seconds[i] as number) : Number.NaN));
}

function lanes(results: Results, style: Style, width: number): string[] {
  const left = 11;
  const cells = width - INDENT.length - left - 10;
  const watts = maxOf(numbersIn(results.timeline, "power_w"));
  const lane = (name: string, column: string, paint: (text: string) => string, top: number, label: string): string => {
    return `${INDENT}${name.padEnd(left)}${paint(sparkline(resample(results, column, cells), top))}  ${label}`;
  };
  const used = maxOf(numbersIn(results.timeline, "utilisation_pct"));
  const on = maxOf(numbersIn(results.timeline, "hosts_on"));
  const scale = powerScale(watts);
  return [
    lane("IT power", "power_w", style.blue, watts, Number.isFinite(watts) ? withUnit(watts / scale.size, scale.unit) : MISSING),
    lane("CPU used", "utilisation_pct", (t) => t, used, share(used)),
    lane("hosts on", "hosts_on", (t) => t, on, formatNumber(on)),
    style.dim(`${INDENT}${" ".repeat(left)}${timeAxis(results, cells)}  max`),
    ...hostEventLine(results, style, left, cells),
  ];
}

/** "× heron-04 fails" under the moment of the first host failure, and how many more; or, where hosts rarely go off, the first that does. */
function hostEventLine(results: Results, style: Style, left: number, cells: number): string[] {
  const kinds = textsIn(results.events, "kind");
  const events = textsIn(results.events, "event");
  const times = numbersIn(results.events, "time_s");
  const rowsWith = (word: string): number[] =>
    kinds.flatMap((kind, row) => (kind === "host" && (times[row] as number) > 0 && (events[row] ?? "").includes(word) ? [row] : []));
  const failures = rowsWith("fail");
  const offs = rowsWith("off");
  const [shown, verb, more] = failures.length > 0 ? [failures, "fails", "failure"] : offs.length <= 3 ? [offs, "goes off", "off"] : [[], "", ""];
  const [row] = shown;
  if (row === undefined) return [];
  const others = shown.length > 1 ? `, then ${shown.length - 1} more ${more}${shown.length > 2 && more === "failure" ? "s" : ""}` : "";
  const at = Math.min(cells - 1, Math.floor((cells * (times[row] as number)) / Math.max(1e-9, results.run.durationSeconds)));
  const text = `${shorten(printable(textsIn(results.events, "name")[row] ?? ""), Math.min(24, Math.max(8, cells - 10)))} ${verb}${others}`;
  const room = cells + 8;
  const said = shorten(text, room);
  const marked = at + text.length + 2 <= cells ? `${" ".repeat(at)}× ${text}` : `${said} ×`.padStart(Math.min(at + 1, room + 2));
  return [INDENT + " ".repeat(left) + (failures.length > 0 ? style.red(marked) : style.yellow(marked))];
}

function timeAxis(results: Results, cells: number): string {
  const clock = clockFrom(results.run.start);
  const duration = results.run.durationSeconds;
  const days = duration / 86400;
  const axis = new Array<string>(cells).fill(" ");
  const write = (at: number, text: string): void => {
    for (let i = 0; i < text.length && at + i < cells; i++) axis[at + i] = text[i] as string;
  };
  const first = dateAt(clock, 0);
  if (first && days >= 1.5 && cells / days >= 5) {
    for (let day = 0; day < days; day++) {
      const midnight = day === 0 ? 0 : day * 86400 - ((first.getTime() / 1000) % 86400);
      if (midnight >= duration || (day === 1 && (midnight / duration) * cells < 4)) continue;
      write(Math.round((midnight / duration) * cells), weekday(new Date(first.getTime() + midnight * 1000)));
    }
    return axis.join("");
  }
  const end = first ? instant(clock, duration) : formatDuration(duration);
  write(0, first ? instant(clock, 0) : formatDuration(0));
  write(Math.max(0, cells - end.length), end);
  return axis.join("");
}

function warningLines(results: Results, style: Style, width: number): string[] {
  const [first] = results.warnings;
  if (first === undefined) return [];
  // Of a list in brackets the terminal shows the length only; the report has all of it.
  const text = printable(first).replace(/(values are estimates) \(.*\)$/, "$1, listed under Basis in the report");
  const more = results.warnings.length > 1 ? `, and ${results.warnings.length - 1} more in manifest.json` : "";
  return [style.yellow(`${INDENT}! ${shorten(text, width - 4 - more.length)}${more}`)];
}

function footer(results: Results, options: SummaryOptions, style: Style, width: number): string[] {
  const { run } = results;
  const events = firstFinite(metric(results, "events"), run.events);
  const rate = options.seconds > 0 ? `, ${rateText(events / options.seconds)} events a second` : "";
  const speed = style.dim(`${formatDuration(options.seconds)}${rate}`);
  const lines =
    width < NARROW
      ? [`${INDENT}fingerprint ${style.bold(run.fingerprint)}`, clip(`${INDENT}${speed}`, width)]
      : [`${INDENT}fingerprint ${style.bold(run.fingerprint)}     ${speed}`];
  const folder = options.files[0]?.endsWith("/") ? options.files[0] : "";
  const files = folder === "" ? options.files : options.files.slice(1);
  const names = files.map((file) => (file.startsWith(folder) ? file.slice(folder.length) : file));
  const page = names.find((file) => file.endsWith("report.html"));
  if (options.files.length > 0) {
    const start = `${INDENT}written to ${printable(folder || "files")}: `;
    lines.push(clip(start + printable(fileList([...(page ? [page] : []), ...names.filter((name) => name !== page)], width - start.length)), width));
  }
  if (page !== undefined) lines.push(clip(`${INDENT}next: open ${printable(folder + page)} in a browser`, width));
  return lines;
}

/** "6 tables, 6 charts, manifest.json": kinds of file that come in numbers are counted; names that do not fit are left out. */
function fileList(names: readonly string[], room: number): string {
  const tables = names.filter((name) => name.endsWith(".csv"));
  const charts = names.filter((name) => name.endsWith(".svg"));
  const others = names.filter((name) => !tables.includes(name) && !charts.includes(name));
  const page = others.filter((name) => name.endsWith(".html"));
  const rest = others.filter((name) => !page.includes(name));
  const parts = [
    ...page,
    ...(tables.length > 0 ? [counted(tables.length, "table")] : []),
    ...(charts.length > 0 ? [counted(charts.length, "chart")] : []),
    ...rest,
  ];
  return parts.filter((_, i) => i === 0 || parts.slice(0, i + 1).join(", ").length <= room).join(", ");
}

function rateText(perSecond: number): string {
  if (perSecond >= 1e6) return `${brief(perSecond / 1e6)} M`;
  return perSecond >= 1e3 ? `${brief(perSecond / 1e3)} k` : brief(perSecond);
}

/** Cuts a line to the width, counting only what is seen, and closes colours that were open. */
function clip(line: string, width: number): string {
  const parts = line.split(COLOUR_CODE);
  let seen = 0;
  let out = "";
  for (const part of parts) {
    if (part.startsWith("\u001B")) {
      out += part;
      continue;
    }
    const characters = Array.from(part);
    if (seen + characters.length <= width) out += part;
    else if (seen < width) out += `${characters.slice(0, width - seen - 1).join("")}…`;
    seen += characters.length;
  }
  return out;
}
