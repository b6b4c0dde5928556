/**
 * `hypervise validate cloudsim-ladder`: from CloudSim's experiment to the default model, one difference at a time, on a PlanetLab
 * day of the user's (validation/ladder.ts, docs/ladder.md). Twice: hosts with the memory as published, and with so much that it
 * never binds.
 */
import { existsSync, readdirSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { loadPopulations } from "../../node/populations.ts";
import { climb, type LadderDetector, type LadderSelection, ladderDetectors, ladderSelections, rungCount } from "../../validation/ladder.ts";
import { type Ladder, ladderJson } from "../../validation/ladder-data.ts";
import { BadInput, EXIT } from "../exit.ts";
import { renderLadder } from "../ladder.ts";
import { loadFile } from "../scenario-file.ts";
import type { Terminal } from "../terminal.ts";
import { oneOf, readDay } from "./planetlab.ts";

export interface LadderArguments {
  readonly traces?: string | undefined;
  readonly trace?: string | undefined;
  readonly detector?: string | undefined;
  readonly selection: string;
  readonly json?: boolean | undefined;
}

/** The day of the literature. */
const DAY = "20110303";
/** More than all VMs together ask for. */
const PLENTY_MIB = 4 * 1024 * 1024;
const FOLDER = join("scenarios", "cloudsim-ladder");

/** Runs the command. Throws `BadInput` for options and traces. */
export async function ladder(args: LadderArguments, terminal: Terminal): Promise<number> {
  const detector = oneOf<LadderDetector>("--detector", args.detector ?? "lr", Object.keys(ladderDetectors) as LadderDetector[]);
  const selection = oneOf<LadderSelection>("--selection", args.selection, Object.keys(ladderSelections) as LadderSelection[]);
  const trace = resolve(traceOf(args));
  const day = await readDay(trace);
  const scenarios = await rungs(trace, terminal);
  if (scenarios === null) return EXIT.badInput;
  const progress = terminal.progress(args.json === true);
  const total = 2 * (rungCount(scenarios.length) - 1);
  let done = 0;
  const onRung = (): void => progress.show(++done, total, "rungs");
  let made: Ladder;
  try {
    const inputs = { day, scenarios, detector, selection };
    made = {
      day: basename(trace).replace(/\..*$/, ""),
      vms: day.count,
      detector,
      selection,
      asPublished: climb({ ...inputs, hostMemoryMiB: null }, onRung),
      unbound: climb({ ...inputs, hostMemoryMiB: PLENTY_MIB }, onRung),
    };
  } finally {
    progress.end();
  }
  terminal.out(args.json === true ? `${JSON.stringify(ladderJson(made), null, 2)}\n` : renderLadder(made, terminal.style));
  return EXIT.ok;
}

function traceOf({ traces, trace }: LadderArguments): string {
  if (trace !== undefined) return trace;
  if (traces === undefined) throw new BadInput("validate cloudsim-ladder needs a PlanetLab day: --traces DIR with planetlab/20110303.csv, or --trace FILE");
  const places = [join(traces, "planetlab", `${DAY}.csv`), join(traces, `${DAY}.csv`)];
  const found = places.find(existsSync);
  if (found === undefined) throw new BadInput(`--traces ${traces}: holds neither planetlab/${DAY}.csv nor ${DAY}.csv`);
  return found;
}

/** The scenarios of the upper rungs with that trace in place of their own; null when one has problems, which are then shown. */
async function rungs(trace: string, terminal: Terminal): Promise<Parameters<typeof climb>[0]["scenarios"] | null> {
  const folder = shippedFolder();
  const read: Parameters<typeof climb>[0]["scenarios"][number][] = [];
  for (const name of readdirSync(folder)
    .filter((file) => file.endsWith(".yaml"))
    .sort()) {
    const file = await loadFile({ file: join(folder, name), set: [`vms.vm.load.trace.path=${JSON.stringify(trace)}`] }, terminal);
    if (file === null) return null;
    const { scenario } = file.loaded;
    read.push({ scenario, populations: await loadPopulations(scenario, folder) });
  }
  return read;
}

/** The folder that comes with the program, somewhere above it. */
function shippedFolder(): string {
  for (let at = dirname(fileURLToPath(import.meta.url)); ; at = dirname(at)) {
    const folder = join(at, FOLDER);
    if (existsSync(folder)) return folder;
    if (dirname(at) === at) throw new BadInput(`${FOLDER} is missing: it comes with the program`);
  }
}
