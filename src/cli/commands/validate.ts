/**
 * `hypervise validate`: all agreement with others in one table (agreement.ts); `hypervise validate cloudsim`: the PlanetLab
 * experiment of CloudSim 3.0.3 on a trace of the user's, beside its stored figures; `hypervise validate cloudsim-ladder`: from
 * there to the default model (ladder.ts).
 */
import { basename } from "node:path";
import { cloudSimJson, cloudSimTable, differences, publishedFor } from "../../compat/cloudsim/report.ts";
import { type CloudSimDetector, type CloudSimSelection, cloudSimDetectors, cloudSimSelections } from "../../compat/cloudsim/results.ts";
import { runCloudSim } from "../../compat/cloudsim/run.ts";
import { BadInput, EXIT, given } from "../exit.ts";
import type { ArgumentsOf, validateOptions } from "../options.ts";
import { terminalText } from "../style.ts";
import type { Terminal } from "../terminal.ts";
import { oneOf, readDay } from "./planetlab.ts";

type ValidateArguments = ArgumentsOf<typeof validateOptions>;

/** Runs the command; the exit code: 99 when a figure differs from the stored one. Throws `BadInput` for options and traces. */
export async function validate(args: ValidateArguments, terminal: Terminal): Promise<number> {
  if (args.model === undefined) {
    if (args.trace !== undefined) throw new BadInput("--trace belongs to validate cloudsim; validate takes --traces, a folder");
    return (await import("./agreement.ts")).agreement(args, terminal);
  }
  if (args.model === "cloudsim-ladder") return (await import("./ladder.ts")).ladder(args, terminal);
  const { trace } = args;
  if (trace === undefined) throw new BadInput("validate cloudsim needs --trace: hypervise validate cloudsim --trace FILE");
  return cloudSim({ ...args, trace }, terminal);
}

async function cloudSim(args: ValidateArguments & { readonly trace: string }, terminal: Terminal): Promise<number> {
  const detector = oneOf<CloudSimDetector>("--detector", args.detector ?? "thr", cloudSimDetectors);
  const selection = oneOf<CloudSimSelection>("--selection", args.selection, cloudSimSelections);
  // The stored figures are found by the day, which is the file's name: 20110303.csv.
  const day = basename(args.trace).replace(/\..*$/, "");
  const { parameter, "keep-idle": keepIdle, hosts, seed } = args;
  const options = {
    detector,
    selection,
    keepIdle,
    ...(parameter === undefined ? {} : { parameter }),
    ...(hosts === undefined ? {} : { hosts }),
    ...(seed === undefined ? {} : { seed }),
  };
  const trace = await readDay(args.trace);
  const result = await given(() => runCloudSim(trace, options));
  if (args.json === true) terminal.out(`${JSON.stringify(cloudSimJson(result, day), null, 2)}\n`);
  else terminal.out(terminalText(`${cloudSimTable(result, day).replace(/^(?=.)/gm, "  ")}\n`, terminal.style));
  const stored = publishedFor(result, day);
  return stored && selection !== "rs" && differences(result, stored).length > 0 ? EXIT.failedCheck : EXIT.ok;
}
