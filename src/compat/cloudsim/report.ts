/**
 * A run of the experiment beside what CloudSim 3.0.3 printed: as a text table and as JSON. Pure; the caller prints.
 */
import { publishedHosts } from "./machines.ts";
import type { PublishedRow } from "./published.ts";
import { publishedRows, publishedSource } from "./published.ts";
import type { CloudSimResult } from "./results.ts";

type Figure = Exclude<keyof PublishedRow & keyof CloudSimResult, "detector" | "selection" | "parameter" | "keepIdle" | "vms">;

/** The figures in print order: name for people, name in JSON, unit, decimals CloudSim prints. */
const figures: readonly { readonly figure: Figure; readonly label: string; readonly json: string; readonly unit: string; readonly decimals: number }[] = [
  { figure: "energyKwh", label: "energy", json: "energy_kwh", unit: "kWh", decimals: 5 },
  { figure: "migrations", label: "migrations started", json: "migrations", unit: "", decimals: 0 },
  { figure: "shutdowns", label: "host shutdowns", json: "host_shutdowns", unit: "", decimals: 0 },
  { figure: "slatahPercent", label: "SLATAH", json: "slatah_pct", unit: "%", decimals: 8 },
  { figure: "pdmPercent", label: "PDM", json: "pdm_pct", unit: "%", decimals: 8 },
  { figure: "slaPercent", label: "SLAV = SLATAH x PDM", json: "sla_pct", unit: "%", decimals: 8 },
  { figure: "overallSlaPercent", label: "overall SLA violation", json: "overall_sla_violation_pct", unit: "%", decimals: 8 },
  { figure: "averageSlaPercent", label: "average SLA violation", json: "average_sla_violation_pct", unit: "%", decimals: 8 },
  { figure: "meanTimeBeforeShutdownSeconds", label: "time before a shutdown, mean", json: "mean_time_before_host_shutdown_s", unit: "s", decimals: 2 },
  { figure: "stdevTimeBeforeShutdownSeconds", label: "time before a shutdown, st. dev.", json: "stdev_time_before_host_shutdown_s", unit: "s", decimals: 2 },
  { figure: "meanMigrationSeconds", label: "duration of a migration, mean", json: "mean_migration_s", unit: "s", decimals: 2 },
  { figure: "stdevMigrationSeconds", label: "duration of a migration, st. dev.", json: "stdev_migration_s", unit: "s", decimals: 2 },
];

/** The stored row of the same case, if CloudSim was run for it. `day` as in the trace's file name, `20110303`. */
export function publishedFor(result: CloudSimResult, day: string): PublishedRow | undefined {
  return publishedRows.find(
    (row) =>
      row.day === day &&
      row.detector === result.detector &&
      row.selection === result.selection &&
      Object.is(row.parameter, result.parameter) &&
      row.keepIdle === result.keepIdle &&
      row.vms === result.vms &&
      result.hosts === publishedHosts,
  );
}

/** Figures that differ in a digit CloudSim prints, as sentences; empty when all are equal. */
export function differences(result: CloudSimResult, row: PublishedRow): string[] {
  return figures
    .filter(({ figure, decimals }) => result[figure].toFixed(decimals) !== row[figure].toFixed(decimals))
    .map(({ figure, label, decimals }) => `${label}: ${result[figure].toFixed(decimals)} here, ${row[figure].toFixed(decimals)} in ${publishedSource}`);
}

/** The comparison as data. Figures that do not apply (NaN) are null; `published` and `equal` are null where CloudSim was not run. */
export function cloudSimJson(result: CloudSimResult, day: string): Record<string, unknown> {
  const row = publishedFor(result, day);
  const repeatable = result.selection !== "rs";
  return {
    profile: publishedSource,
    day,
    detector: result.detector,
    parameter: number(result.parameter),
    selection: result.selection,
    keep_idle: result.keepIdle,
    hosts: result.hosts,
    vms: result.vms,
    destroyed_vms: result.destroyedVms,
    ...Object.fromEntries(figures.map(({ figure, json }) => [json, number(result[figure])])),
    published: row ? Object.fromEntries(figures.map(({ figure, json }) => [json, number(row[figure])])) : null,
    equal: row && repeatable ? differences(result, row).length === 0 : null,
  };
}

const number = (value: number): number | null => (Number.isNaN(value) ? null : value);

/** The comparison as lines for people, ending in what it says. */
export function cloudSimTable(result: CloudSimResult, day: string): string {
  const row = publishedFor(result, day);
  const cells = figures.map(({ figure, label, unit, decimals }) => {
    const ours = shown(result[figure], decimals);
    const theirs = row ? shown(row[figure], decimals) : "";
    return [label, unit, ours, theirs, verdictOf(ours, theirs, result, row)];
  });
  const header = ["", "unit", "here", row ? publishedSource : "", ""];
  const widths = header.map((text, i) => Math.max(text.length, ...cells.map((line) => line[i].length)));
  const line = (texts: readonly string[]): string =>
    texts
      .map((text, i) => (i === 2 || i === 3 ? text.padStart(widths[i]) : text.padEnd(widths[i])))
      .join("  ")
      .trimEnd();
  return [title(result, day), "", line(header), ...cells.map(line), "", verdict(result, row)].join("\n");
}

/** One sample beside another says nothing by being different. */
function verdictOf(ours: string, theirs: string, result: CloudSimResult, row: PublishedRow | undefined): string {
  if (!row) return "";
  if (result.selection === "rs") return "sample";
  return ours === theirs ? "equal" : "differs";
}

const shown = (value: number, decimals: number): string => (Number.isNaN(value) ? "-" : value.toFixed(decimals));

function title(result: CloudSimResult, day: string): string {
  const policy = result.selection === "none" ? result.detector : `${result.detector} ${result.parameter}, ${result.selection}`;
  const idle = result.keepIdle ? "idle VMs kept" : `${result.destroyedVms} destroyed when idle, as CloudSim does`;
  return `PlanetLab ${day}, ${policy}: ${result.hosts} hosts, ${result.vms} VMs (${idle})`;
}

function verdict(result: CloudSimResult, row: PublishedRow | undefined): string {
  if (!row) return `${publishedSource} was not run for this case, so there is nothing to compare with.`;
  if (result.selection === "rs")
    return `Random selection: the figures of ${publishedSource} are one sample, seeded from its clock; only the size can be compared.`;
  const differ = differences(result, row);
  return differ.length === 0
    ? `Equal to ${publishedSource} in every digit it prints.`
    : `Differs from ${publishedSource}:\n${differ.map((d) => `  ${d}`).join("\n")}`;
}
