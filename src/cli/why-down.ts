/**
 * Why a VM was out of service, as a chain: the failure it began with and what that followed from, who noticed, what brought it
 * back. From `failures.csv` and `outages.csv`.
 */
import { formatDuration } from "../units/format.ts";
import type { Episode, Row, Told } from "./told.ts";

const of = (row: Row, column: string): string => row[column] ?? "";
const number = (row: Row, column: string): number => (of(row, column) === "" ? Number.NaN : Number(of(row, column)));

/** Each outage of the VM as one episode. */
export function outagesOf(told: Told, vm: string): Episode[] {
  return told.outages
    .filter((row) => row.vm === vm)
    .map((row) => {
      const started = number(row, "started_s");
      const over = number(row, "ended_s");
      const ended = of(row, "ended_by");
      const length = formatDuration(number(row, "duration_s"));
      const state = row.kind === "unreachable" ? "cannot be reached" : "is out of service";
      const end = Number.isNaN(over) ? "to the end of the run" : ended === "lost" ? "and is lost" : `for ${length}`;
      return { timeSeconds: started, what: `${state} ${end}`, because: [...chain(told, of(row, "failure")), ...after(row, started, over)] };
    });
}

/** What noticed the outage and what ended it, in order. */
function after(row: Row, started: number, over: number): string[] {
  const lines: string[] = [];
  const at = (column: string): string => formatDuration(number(row, column) - started);
  if (of(row, "detected_s") !== "") lines.push(`noticed after ${at("detected_s")}`);
  if (of(row, "restarted_s") !== "" && row.kind !== "unreachable") {
    const attempts = number(row, "attempts");
    lines.push(`began to boot after ${at("restarted_s")}${attempts > 1 ? `, at attempt ${attempts}` : ""}`);
  }
  const ended = of(row, "ended_by");
  if (!Number.isNaN(over) && ended !== "lost")
    lines.push(`back by: ${ended}${of(row, "to") === "" || of(row, "to") === of(row, "from") ? "" : `, on ${of(row, "to")}`}`);
  else if (Number.isNaN(over)) lines.push(of(row, "waits_for") === "" ? "nothing brought it back" : `no host takes it: ${of(row, "waits_for")}`);
  return lines;
}

/** The failure and those it followed from, the nearest first. */
function chain(told: Told, failure: string): string[] {
  const lines: string[] = [];
  for (let number = failure; number !== ""; ) {
    const row = told.failures.find((one) => one.failure === number);
    if (row === undefined) break;
    lines.push(
      `because: ${of(row, "component")} ${of(row, "name")} failed (${of(row, "cause")}), with ${plural(of(row, "hosts"), "host")} and ${plural(of(row, "vms"), "VM")}`,
    );
    number = of(row, "parent");
  }
  return lines;
}

const plural = (count: string, what: string): string => `${count} ${what}${count === "1" ? "" : "s"}`;

/** Failures of the host itself: what they were, whom they hit, how long the repair took. */
export function failuresOf(told: Told, host: string): Episode[] {
  return told.failures
    .filter((row) => row.name === host && row.component !== "vm")
    .map((row) => {
      const at = number(row, "time_s");
      const lines = [`because: ${of(row, "cause")}`, `hit: ${plural(of(row, "vms"), "VM")} of ${plural(of(row, "owners"), "owner")}`];
      const parent = chain(told, of(row, "parent"));
      const began = number(row, "repair_started_s");
      const over = number(row, "ended_s");
      if (began > at) lines.push(`waited ${formatDuration(began - at)} for somebody to repair it`);
      lines.push(Number.isNaN(over) ? "not whole again by the end" : `whole again after ${formatDuration(over - at)}`);
      return { timeSeconds: at, what: `${of(row, "component")} failure`, because: [...lines, ...parent] };
    });
}
