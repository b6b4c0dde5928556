/**
 * Why a VM is where it is, and why a host was switched, in sentences: from the written results of a run, whatever wrote them.
 * Decisions come from `decisions.csv`, what became of them from `events.csv` and `migrations.csv`.
 */

import { formatCount, formatDuration, forTerminal } from "../units/format.ts";
import { type Style, wrap } from "./style.ts";
import type { Episode, Row, Told } from "./told.ts";
import { failuresOf, outagesOf } from "./why-down.ts";

export type { Episode, Row, Told };

const time = (row: Row, column = "time_s"): number => Number(row[column]);
const of = (row: Row, column: string): string => row[column] ?? "";

/** All that happened to a VM, in order. */
export function storyOfVm(told: Told, vm: string): Episode[] {
  const lifecycle = told.events
    .filter((row) => row.kind === "vm" && row.name === vm && VM_EVENTS[of(row, "event")] !== undefined)
    .map(
      (row): Episode => ({
        timeSeconds: time(row),
        what: sentence(VM_EVENTS[of(row, "event")] ?? "", row),
        // That it runs elsewhere follows from the decision, which is counted.
        kind: row.event === "moved" ? "" : (VM_EVENTS[of(row, "event")] ?? "").replace("{host}", "a host"),
        because: of(row, "detail") === "" ? [] : [`because: ${of(row, "detail")}`],
      }),
    );
  const decided = told.decisions.filter((row) => row.vm === vm).map((row) => episodeOf(row, told, ""));
  return inOrder([...lifecycle, ...decided, ...outagesOf(told, vm)]);
}

/** All that happened to a host, in order. */
export function storyOfHost(told: Told, host: string): Episode[] {
  const events = told.events
    .filter((row) => row.kind === "host" && row.name === host && HOST_EVENTS[of(row, "event")] !== undefined)
    .map(
      (row): Episode => ({
        timeSeconds: time(row),
        what: sentence(HOST_EVENTS[of(row, "event")] ?? "", row),
        kind: HOST_EVENTS[of(row, "event")] ?? "",
        because: of(row, "detail") === "" ? [] : [of(row, "detail")],
      }),
    );
  const decided = told.decisions.filter((row) => row.from === host || row.to === host).map((row) => episodeOf(row, told, host));
  return inOrder([...events, ...decided, ...failuresOf(told, host)]);
}

/** What is told of the life of a VM besides decisions; moves are told with their decision or here when nobody decided them. */
const VM_EVENTS: Readonly<Record<string, string>> = {
  queued: "found no host and waits",
  placed: "was placed on {host}",
  moved: "runs on {host}",
  "migration broken off": "did not get to {host}: the migration was broken off",
  refused: "was not moved to {host}",
  suspended: "was suspended",
  "out of space": "stopped where it was: no space is left for its disks",
  "space again": "runs on: there is space again",
  snapshot: "had a snapshot taken of its disks",
  "snapshots deleted": "had its snapshots merged",
  resumed: "was resumed",
  down: "went down with {host}",
  crashed: "crashed on {host}",
  "shut down": "was shut down on {host}",
  lost: "was lost with {host}",
  rejected: "was rejected",
  completed: "had done its work",
  stopped: "was stopped",
};
const HOST_EVENTS: Readonly<Record<string, string>> = {
  "host on": "is on",
  "host off": "is off",
  "host booting": "begins to come up",
  "host boot failed": "did not come up and is off again",
  "host shutting down": "shuts down",
  "host asleep": "falls asleep",
  "host speed": "runs at another speed",
  maintenance: "goes into maintenance and takes no VMs",
  "maintenance ended": "is back from maintenance",
  "host failed": "fails",
  "host repaired": "is repaired",
  "cut off": "is cut off from the network",
  reconnected: "is reachable again",
  "data lost": "loses what is on its disks",
};

const sentence = (pattern: string, row: Row): string => pattern.replace("{host}", of(row, "host"));

/** Things in order of time; a decision before what followed from it in the same instant. */
export const inOrder = (episodes: readonly Episode[]): Episode[] =>
  episodes
    .map((episode, i) => ({ episode, i, rank: episode.because.length > 0 ? 0 : 1 }))
    .sort((a, b) => a.episode.timeSeconds - b.episode.timeSeconds || a.rank - b.rank || a.i - b.i)
    .map(({ episode }) => episode);

/** @param host whose story it is; "" in that of a VM */
function episodeOf(row: Row, told: Told, host: string): Episode {
  const [policy, vm, from, to] = ["policy", "vm", "from", "to"].map((column) => of(row, column));
  const what: Readonly<Record<string, string>> = {
    migrate: `${policy} moves ${vm} from ${from} to ${to}`,
    stay: `${policy} wants ${vm} off ${from}, but it stays: no host takes it`,
    "power-on": `${policy} switches ${to} on`,
    "power-off": `${policy} switches ${to} off`,
    sleep: `${policy} puts ${to} to sleep`,
  };
  const whom = host === "" ? "it" : "a VM";
  const kinds: Readonly<Record<string, string>> = {
    migrate: `${policy} moves ${whom} ${host === "" ? "to another host" : from === host ? "away" : "here"}`,
    stay: `${policy} wants ${whom} off its host, and no host takes it`,
    "power-on": `${policy} switches it on`,
    "power-off": `${policy} switches it off`,
    sleep: `${policy} puts it to sleep`,
  };
  const because = [`because: ${of(row, "rule")}`];
  if (of(row, "numbers") !== "") because.push(`it went by: ${list(of(row, "numbers"))}`);
  if (of(row, "refused") !== "") because.push(`not elsewhere: ${list(of(row, "refused"))}`);
  if (row.action === "migrate") because.push(outcomeOf(row, told.migrations));
  return { timeSeconds: time(row), what: what[of(row, "action")] ?? of(row, "action"), kind: kinds[of(row, "action")] ?? of(row, "action"), because };
}

const list = (text: string): string => text.split("; ").join(", ");
const seconds = (value: number): string => forTerminal(formatDuration(value));

/** What became of a migration that was decided. */
function outcomeOf(row: Row, migrations: readonly Row[]): string {
  const move = migrations.find((m) => m.vm === row.vm && m.from === row.from && m.to === row.to && time(m, "started_s") >= time(row));
  if (!move) return "it waited for its turn, and did not begin";
  const waited = time(move, "started_s") - time(row);
  const wait = waited > 0 ? `it waited ${seconds(waited)} for its turn; ` : "";
  if (of(move, "end") === "") return `${wait}it was under way when the run ended`;
  const took = seconds(time(move, "ended_s") - time(move, "started_s"));
  if (move.end !== "done") return `${wait}it was broken off after ${took}: ${of(move, "end")}`;
  return `${wait}it took ${took}, of which the VM stood still for ${seconds(time(move, "downtime_s"))}`;
}

/** Episodes with the same words one after the other, told once: a VM that cannot leave is asked about in every round. */
interface Chapter {
  readonly first: Episode;
  readonly last: Episode;
  readonly times: number;
}

function chaptersOf(episodes: readonly Episode[]): Chapter[] {
  const chapters: Chapter[] = [];
  for (const episode of episodes) {
    const open = chapters.at(-1);
    const same = open !== undefined && open.first.what === episode.what && open.first.because[0] === episode.because[0];
    if (same) chapters[chapters.length - 1] = { first: open.first, last: episode, times: open.times + 1 };
    else chapters.push({ first: episode, last: episode, times: 1 });
  }
  return chapters;
}

const INDENT = "    ";
const DAY = 86_400;

/** A time of the run to the second: `2:05:00`, `3 d 02:05:00`. */
export function clock(at: number): string {
  const whole = Math.floor(at);
  const [hours, minutes, rest] = [Math.floor((whole % DAY) / 3600), Math.floor((whole % 3600) / 60), whole % 60];
  const two = (n: number): string => String(n).padStart(2, "0");
  return whole < DAY ? `${hours}:${two(minutes)}:${two(rest)}` : `${Math.floor(whole / DAY)} d ${two(hours)}:${two(minutes)}:${two(rest)}`;
}

/** What is to be told of a story: up to a time (Infinity: to its end), and of a long one all, or what repeats itself in one line. */
export interface Telling {
  readonly until: number;
  readonly all: boolean;
  /** Columns of the terminal. */
  readonly width: number;
}

/** A story of more entries is told by its sum, its beginning and its end. */
const MOST_TOLD = 12;
/** Entries told in full at the beginning and at the end of a long story. */
const ENDS = 2;
const MOST_KINDS = 8;

/** The story as text; up to a time only its last part. */
export function renderStory(name: string, episodes: readonly Episode[], { until, all, width }: Telling, style: Pick<Style, "bold" | "dim">): string {
  const whole = until === Number.POSITIVE_INFINITY;
  const known = episodes.filter(({ timeSeconds }) => timeSeconds <= until);
  if (known.length === 0) return `Nothing is known of ${name}${whole ? "" : ` up to ${clock(until)}`}.\n`;
  const chapters = chaptersOf(known);
  const because = (text: string): string => `${INDENT}${style.dim(wrap(text, width - INDENT.length, INDENT))}`;
  const tell = ({ first, last, times }: Chapter): string[] => {
    const when = times === 1 ? `At ${clock(first.timeSeconds)}` : `From ${clock(first.timeSeconds)} to ${clock(last.timeSeconds)}, ${times} times`;
    return [wrap(`${when}: ${first.what}.`, width, "  "), ...last.because.map(because)];
  };
  const lines = [style.bold(whole ? name : `${name} at ${clock(until)}`)];
  if (!whole) {
    lines.push(...chapters.slice(-1).flatMap(tell));
    if (chapters.length > 1) lines.push(style.dim(`${chapters.length - 1} earlier entries; without --at all of them are told.`));
  } else if (all || chapters.length <= MOST_TOLD) lines.push(...chapters.flatMap(tell));
  else {
    const left = chapters.length - 2 * ENDS;
    lines.push(...summaryOf(known, width, because), "", ...chapters.slice(0, ENDS).flatMap(tell));
    lines.push(
      style.dim(wrap(`... ${formatCount(left)} entries between: --all tells them, --at TIME the one of a time`, width, "  ")),
      ...chapters.slice(-ENDS).flatMap(tell),
    );
  }
  return `${lines.join("\n")}\n`;
}

/** What happened how often, and for which reasons, most often first. */
function summaryOf(episodes: readonly Episode[], width: number, because: (text: string) => string): string[] {
  const kinds = new Map<string, { times: number; first: number; last: number; reasons: Map<string, number> }>();
  for (const { kind, what, because: reasons, timeSeconds } of episodes) {
    const name = kind ?? what.replace(/ (?:for|to) .*/, "");
    if (name === "") continue;
    const found = kinds.get(name) ?? { times: 0, first: timeSeconds, last: timeSeconds, reasons: new Map<string, number>() };
    found.times++;
    found.last = timeSeconds;
    // A rule may end in the name of whom it is about: it is the same rule.
    const reason = /^because: (.*)/.exec(reasons[0] ?? "")?.[1]?.replace(/^(.{25,}): [\w.@-]+$/, "$1");
    if (reason !== undefined) found.reasons.set(reason, (found.reasons.get(reason) ?? 0) + 1);
    kinds.set(name, found);
  }
  const sorted = [...kinds].sort(([, a], [, b]) => b.times - a.times || a.first - b.first);
  const lines = sorted.slice(0, MOST_KINDS).flatMap(([name, { times, first, last, reasons }]) => {
    const when = times === 1 ? `once, at ${clock(first)}` : `${formatCount(times)} times from ${clock(first)} to ${clock(last)}`;
    const why = [...reasons]
      .sort(([, a], [, b]) => b - a)
      .slice(0, 3)
      .map(([reason, n]) => (n === times ? reason : `${n === 1 ? "once" : `${formatCount(n)} times`} ${reason}`)); // prettier-ignore
    return [wrap(`${name}: ${when}.`, width, "  "), ...(why.length > 0 ? [because(`because: ${why.join("; ")}`)] : [])];
  });
  return sorted.length > MOST_KINDS
    ? [...lines, `and ${sorted.length - MOST_KINDS} more ${sorted.length - MOST_KINDS === 1 ? "kind" : "kinds"} of entries`]
    : lines;
}
