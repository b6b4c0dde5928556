/**
 * How a VM came back from a loss, and what planned work was done to a host, in sentences: from `recovery.csv` and
 * `maintenance.csv`.
 */
import { formatDuration, formatMemory, forTerminal } from "../units/format.ts";
import type { Episode, Row } from "./why.ts";

const of = (row: Row, column: string): string => row[column] ?? "";
const at = (row: Row, column: string): number => (of(row, column) === "" ? Number.NaN : Number(row[column]));
const seconds = (value: number): string => forTerminal(formatDuration(value));

/** Losses and returns of a VM. */
export function recoveriesOf(rows: readonly Row[], vm: string): Episode[] {
  return rows
    .filter((row) => row.vm === vm)
    .map((row) => ({ timeSeconds: at(row, "stopped_s"), what: whatOf(row), because: [...copyOf(row), ...coursesOf(row), ...verdictOf(row)] }));
}

function whatOf(row: Row): string {
  const event = of(row, "event");
  if (event.startsWith("test of ")) return `a second copy of it was brought up in the ${event}`;
  if (event === "failed back" || event === "failed over as planned")
    return `it was stopped to be ${event === "failed back" ? "failed back home" : "failed over as planned"}`;
  return `it lost its service: ${event}`;
}

function copyOf(row: Row): string[] {
  const [source, copy] = [of(row, "source"), of(row, "copy")];
  if (source === "own disk") return ["its own data were whole: nothing was lost"];
  if (source === "none" || source === "") return [of(row, "end") === "lost" ? "no copy of it was left: it is lost" : "nothing has brought it back yet"];
  const lost = at(row, "rpo_s");
  const what = `it came from the ${source} ${copy}`;
  if (lost === 0) return [`${what}, in step with every write: nothing was lost`];
  return [`${what}, ${seconds(lost)} of its work older: ${forTerminal(formatMemory(at(row, "lost_mib")))} of changes are gone`];
}

function coursesOf(row: Row): string[] {
  const [stopped, begun, data, running] = [at(row, "stopped_s"), at(row, "begun_s"), at(row, "data_s"), at(row, "running_s")];
  if (!(begun >= 0)) return [];
  const parts: string[] = [];
  if (begun > stopped) parts.push(`${seconds(begun - stopped)} until its turn came`);
  if (data > begun) parts.push(`${seconds(data - begun)} for its data`);
  if (running > data) parts.push(`${seconds(running - data)} for a place and its boot`);
  return parts.length === 0 ? [] : [`it took ${parts.join(", ")}${running >= 0 ? `: ${seconds(running - stopped)} in all` : ", and is not over"}`];
}

function verdictOf(row: Row): string[] {
  const verdict = of(row, "verdict");
  if (verdict === "" || verdict === "no target") return [];
  const target = (name: string): string => (at(row, name) >= 0 ? seconds(at(row, name)) : "none");
  return [`its class ${of(row, "class")} promises an RPO of ${target("rpo_target_s")} and an RTO of ${target("rto_target_s")}: ${verdict}`];
}

/** Planned work on a host. */
export function worksOn(rows: readonly Row[], host: string): Episode[] {
  return rows
    .filter((row) => row.host === host && of(row, "began_s") !== "")
    .map((row) => {
      const action = of(row, "action");
      const what = { patch: "it is patched", replace: "it is replaced", remove: "it is removed", "roll back": "its patch is taken back" }[action] ?? action;
      return { timeSeconds: at(row, "began_s"), what: `${what} (${of(row, "work")})`, because: worked(row) };
    });
}

function worked(row: Row): string[] {
  const [began, empty, ended] = [at(row, "began_s"), at(row, "empty_s"), at(row, "ended_s")];
  const lines: string[] = [];
  const [moved, stopped, noticed] = [at(row, "moved"), at(row, "stopped"), at(row, "noticed")];
  if (empty >= 0) {
    const vms = [moved > 0 ? `${moved} VMs were sent away` : "", stopped > 0 ? `${stopped} stood still` : ""].filter(Boolean).join(" and ");
    if (vms === "") lines.push("it had no VMs");
    else
      lines.push(
        `${vms} in ${seconds(empty - began)}; ${noticed === 0 ? "nobody noticed" : `${noticed} noticed, at worst for ${seconds(at(row, "pause_worst_s"))}`}`,
      );
  }
  if (row.outcome === "done") lines.push(`it took ${seconds(ended - began)}`);
  else if (of(row, "outcome") === "") lines.push("it was under way when the run ended");
  else lines.push(`it was not done: ${of(row, "reason")}`);
  return lines;
}
