/**
 * `hypervise why`: reads the written results of a run and says why a VM moved, or a host was switched.
 */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { parse } from "csv-parse/sync";
import { parseQuantity } from "../../units/parse.ts";
import { nearest } from "../../units/spelling.ts";
import { BadInput, EXIT } from "../exit.ts";
import type { ArgumentsOf, whyOptions } from "../options.ts";
import { terminalText, wrap } from "../style.ts";
import type { Terminal } from "../terminal.ts";
import { clock, type Episode, inOrder, type Row, renderStory, storyOfHost, storyOfVm, type Told } from "../why.ts";
import { recoveriesOf, worksOn } from "../why-recovery.ts";
import { whyShort, whySlow } from "../why-slow.ts";

/** Runs the command; the exit code. Throws `BadInput` for a folder, name or time that is none. */
export async function why({ result, vm, host, at, all, json }: ArgumentsOf<typeof whyOptions>, terminal: Terminal): Promise<number> {
  if ((vm === undefined) === (host === undefined))
    throw new BadInput("why is asked about a VM or a host: hypervise why RESULT VM, or hypervise why RESULT --host HOST");
  const until = at === undefined ? Number.POSITIVE_INFINITY : timeOf(at);
  const read = (table: string): Promise<Row[] | null> => readTable(result, table);
  const [decisions, events, migrations, members, slowdown, neighbours, bottlenecks, failures, outages, recovery, maintenance, holdups] = await Promise.all([
    read("decisions"),
    read("events"),
    read("migrations"),
    read(vm === undefined ? "hosts" : "vms"),
    read("slowdown"),
    read("neighbours"),
    read("bottlenecks"),
    read("failures"),
    read("outages"),
    read("recovery"),
    read("maintenance"),
    read("holdups"),
  ]);
  if (events === null || members === null) throw new BadInput(`${result} holds no results of a run; name the folder that hypervise run wrote`);
  const [name, what] = vm === undefined ? [host ?? "", "host"] : [vm, "VM"];
  const names = members.map((row) => row[vm === undefined ? "host" : "vm"] ?? "");
  if (!names.includes(name)) {
    const near = nearest(name, names);
    throw new BadInput(`the run had no ${what} ${JSON.stringify(name)}${near === undefined ? "" : `; did you mean ${near}?`}`);
  }
  const told: Told = { decisions: decisions ?? [], events, migrations: migrations ?? [], failures: failures ?? [], outages: outages ?? [] };
  const further = vm === undefined ? worksOn(maintenance ?? [], name) : recoveriesOf(recovery ?? [], name);
  const story = inOrder([...(vm === undefined ? storyOfHost(told, name) : storyOfVm(told, name)), ...further]);
  // What a run adds up to is not known at a time within it.
  const whole = until === Number.POSITIVE_INFINITY;
  const slow = !whole ? [] : vm === undefined ? whyShort(name, bottlenecks ?? []) : whySlow(name, slowdown ?? [], neighbours ?? [], holdups ?? []);
  if (json === true) terminal.out(`${JSON.stringify({ ...jsonOf(name, what, story, until), slowed: slow }, null, 2)}\n`);
  else {
    const width = Math.max(44, Math.min(100, terminal.width));
    const none = decisions === null ? "Nobody moved VMs or switched hosts in this run: its scenario has neither rebalance nor power." : "";
    terminal.out(
      terminalText(
        (story.length === 0 && slow.length > 0
          ? `${terminal.style.bold(name)}\n`
          : renderStory(name, story, { until, all: all === true, width }, terminal.style)) +
          slow.map((line) => `${wrap(line, width, "  ")}\n`).join("") +
          (none === "" ? "" : `${wrap(none, width, "  ")}\n`),
        terminal.style,
      ),
    );
  }
  return EXIT.ok;
}

const jsonOf = (name: string, what: string, story: readonly Episode[], until: number): Record<string, unknown> => ({
  [what === "VM" ? "vm" : "host"]: name,
  story: story
    .filter(({ timeSeconds }) => timeSeconds <= until)
    .map(({ timeSeconds, what: words, because }) => ({ time_s: timeSeconds, clock: clock(timeSeconds), what: words, because })),
});

/** A time of the run: a quantity (`2h`, `90 min`), or as this command prints it (`2:05:00`, `3 d 02:05:00`). */
function timeOf(text: string): number {
  const [, days = "0", hours, minutes, seconds = "0"] = /^\s*(?:(\d+)\s*d\s+)?(\d+):(\d\d)(?::(\d\d))?\s*$/.exec(text) ?? [];
  if (hours !== undefined && minutes !== undefined) return ((Number(days) * 24 + Number(hours)) * 60 + Number(minutes)) * 60 + Number(seconds);
  const read = parseQuantity(text, "time");
  if (!read.ok) throw new BadInput(`--at ${text}: ${read.reason}; write a time of the run such as 2h, 90 min or 2:05:00`);
  return read.value;
}

/** The rows of a table of the folder, or null when it has none. Quotes that keep spreadsheets from running formulas come off again. */
async function readTable(folder: string, table: string): Promise<Row[] | null> {
  const text = await readFile(join(folder, `${table}.csv`), "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT" || error.code === "ENOTDIR") return null;
    throw new BadInput(`${join(folder, `${table}.csv`)} cannot be read (${error.code ?? error.message})`);
  });
  if (text === null) return null;
  const cast = (value: string): string => (/^'[=+\-@\t\r\uFF1D\uFF0B\uFF0D\uFF20]/.test(value) ? value.slice(1) : value);
  return parse<Row>(text, { columns: true, relax_column_count: true, cast });
}
