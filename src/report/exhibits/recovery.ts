/** What was kept safe and how VMs came back: recoveries, the age of copies, backup runs, runbooks. */

import type { Table } from "../../results/table.ts";
import { formatCount, formatDuration } from "../../units/format.ts";
import { recoveryFigure } from "../charts/recovery.ts";
import { classRank } from "../classes.ts";
import { clockFrom, instant } from "../clock.ts";
import { type Block, figure, pair, type TableBlock, tableOf } from "../document.ts";
import { counted, MISSING, shorten } from "../format.ts";
import { maxOf, numbersIn, textsIn } from "../read.ts";
import type { Exhibit } from "./exhibit.ts";
import { pick, sumOf } from "./pick.ts";

export const recovery: Exhibit = {
  table: "recovery",
  section: "recovery",
  show: (table, results) => {
    const unplanned = textsIn(table, "planned").some((planned) => planned !== "yes");
    const missed = textsIn(table, "verdict").filter((verdict) => verdict.includes("missed")).length;
    const all = pick(table, {
      title: missed > 0 ? `${counted(missed, "recovery", "recoveries")} missed an RPO or RTO` : "No recovery missed an RPO or RTO",
      subtitle: "RPO and RTO attained, the longest first; moves home and drills included",
      by: "rto_s",
      columns: [
        ["vm", "VM", "text"],
        ["class", "Class", "text"],
        ["event", "Event", "text"],
        ["source", "Came from", "text"],
        ["rpo_s", "Work lost", "duration"],
        ["lost_mib", "Lost, MiB", "number", { unlessZero: true }],
        ["rto_s", "Down for", "duration"],
        ["verdict", "Verdict", "text"],
      ],
    });
    const drawn: readonly Block[] = unplanned ? [pair(figure(recoveryFigure(table, results)), tableOf(attainedByClass(table)))] : [];
    return [...drawn, tableOf(all)];
  },
};

/** The worst of each class in all unplanned recoveries. */
function attainedByClass(table: Table): TableBlock {
  const [classes, planned, verdicts] = ["class", "planned", "verdict"].map((name) => textsIn(table, name)) as [
    readonly string[],
    readonly string[],
    readonly string[],
  ];
  const [lost, down] = [numbersIn(table, "rpo_s"), numbersIn(table, "rto_s")];
  const found = new Map<string, { recoveries: number; lost: number; down: number; missed: number }>();
  for (let row = 0; row < table.rows; row++) {
    if (planned[row] === "yes") continue;
    const name = classes[row] || "all VMs";
    const of = found.get(name) ?? { recoveries: 0, lost: 0, down: 0, missed: 0 };
    of.recoveries++;
    of.lost = Math.max(of.lost, lost[row] || 0);
    of.down = Math.max(of.down, down[row] || 0);
    if (verdicts[row]?.includes("missed")) of.missed++;
    found.set(name, of);
  }
  const rows = [...found].sort(([a], [b]) => classRank(a) - classRank(b) || (a < b ? -1 : 1));
  return {
    title: "What each class attains at worst",
    subtitle: "Of all recoveries that nobody planned",
    head: ["Class", "Recoveries", "Work lost", "Down for", "Missed"],
    numeric: [1, 2, 3, 4],
    rows: rows
      .slice(0, 12)
      .map(([name, of]) => [shorten(name, 40), formatCount(of.recoveries), formatDuration(of.lost), formatDuration(of.down), formatCount(of.missed)]),
    note: "Missed: recoveries that broke the RPO or RTO of their class.",
  };
}

export const protection: Exhibit = {
  table: "protection",
  section: "recovery",
  show: (table) => [
    tableOf(
      pick(table, {
        title: `The newest copy of a VM was at most ${formatDuration(maxOf(numbersIn(table, "age_worst_s")))} old`,
        subtitle: "Age of the newest copy of each VM while it ran, the oldest first; how long it was older than its RPO allows",
        by: "age_worst_s",
        columns: [
          ["vm", "VM", "text"],
          ["class", "Class", "text"],
          ["copies", "Copies", "text"],
          ["age_mean_s", "Mean age", "duration"],
          ["age_worst_s", "Worst", "duration"],
          ["rpo_target_s", "RPO", "duration"],
          ["above_target_pct", "Older than RPO, %", "percent"],
        ],
      }),
    ),
  ],
};

/** Adds what time a row took, from two columns of instants, as a last column. */
function withTaking(block: TableBlock, table: Table, from: string, to: string): TableBlock {
  const [began, ended] = [numbersIn(table, from), numbersIn(table, to)];
  return {
    ...block,
    head: [...block.head, "Took"],
    numeric: [...block.numeric, block.head.length],
    rows: block.rows.map((cells, row) => {
      const time = (ended[row] ?? Number.NaN) - (began[row] ?? Number.NaN);
      return [...cells, Number.isNaN(time) ? MISSING : formatDuration(time)];
    }),
  };
}

export const backups: Exhibit = {
  table: "backups",
  section: "recovery",
  show: (table, results) => {
    const [started, ended] = [numbersIn(table, "started_s"), numbersIn(table, "ended_s")];
    const longest = maxOf(Array.from(started, (from, row) => (ended[row] as number) - from));
    const [asked, done] = [sumOf(table, "vms"), sumOf(table, "done")];
    const block = pick(table, {
      title: `${counted(table.rows, "backup run")}, the longest ${formatDuration(longest)}; ${done < asked ? `${formatCount(asked - done)} of ${counted(asked, "copy", "copies")} not made` : "every copy is made"}`,
      subtitle: "Each run of a backup job: what it copied, what it left out and why, and how long it took",
      clock: clockFrom(results.run.start),
      columns: [
        ["job", "Job", "text"],
        ["started_s", "Started", "instant"],
        ["vms", "VMs", "count"],
        ["done", "Copied", "count"],
        ["fulls", "Of them full", "count", { unlessZero: true }],
        ["passed_over", "Passed over", "count", { unlessZero: true }],
        ["broken_off", "Broken off", "count", { unlessZero: true }],
        ["failed", "Failed", "count", { unlessZero: true }],
        ["sent_mib", "Sent, GiB", "number", { per: 1024 }],
      ],
    });
    return [tableOf(withTaking(block, table, "started_s", "ended_s"))];
  },
};

export const runbooks: Exhibit = {
  table: "runbooks",
  section: "recovery",
  show: (table, results) => {
    const clock = clockFrom(results.run.start);
    const [names, ways] = [textsIn(table, "runbook"), textsIn(table, "way")];
    const [begun, ended] = [numbersIn(table, "begun_s"), numbersIn(table, "ended_s")];
    const runs = new Map<string, { way: string; from: number; to: number }>();
    for (let row = 0; row < table.rows; row++) {
      const key = `${names[row]} ${ways[row]} ${begun[row]}`;
      const run = runs.get(key) ?? { way: ways[row] ?? "", from: begun[row] as number, to: Number.NEGATIVE_INFINITY };
      run.to = Math.max(run.to, Number.isFinite(ended[row]) ? (ended[row] as number) : Number.POSITIVE_INFINITY);
      runs.set(key, run);
    }
    const [longest] = [...runs.values()].sort((a, b) => b.to - b.from - (a.to - a.from));
    const time = longest && Number.isFinite(longest.to) ? `takes ${formatDuration(longest.to - longest.from)}` : "is not over at the end";
    const block = pick(table, {
      title: `${counted(runs.size, "runbook run")}; the longest, ${longest?.way ?? ""} from ${instant(clock, longest?.from ?? 0)}, ${time}`,
      subtitle: "Each step that was carried out; a step waits for those before it",
      clock,
      columns: [
        ["runbook", "Runbook", "text"],
        ["way", "Way", "text"],
        ["step", "Step", "text"],
        ["vms", "VMs", "count"],
        ["begun_s", "Called", "instant"],
        ["started_s", "Started", "instant"],
      ],
      most: 16,
    });
    return [tableOf(withTaking(block, table, "started_s", "ended_s"))];
  },
};
