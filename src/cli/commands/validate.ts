/**
 * `hypervise validate`: all agreement with others in one table (agreement.ts); `hypervise validate cloudsim`: the PlanetLab
 * experiment of CloudSim 3.0.3 on a trace of the user's, beside its stored figures.
 */
import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import { gunzipSync } from "node:zlib";
import { cloudSimJson, cloudSimTable, differences, publishedFor } from "../../compat/cloudsim/report.ts";
import { type CloudSimDetector, type CloudSimSelection, cloudSimDetectors, cloudSimSelections } from "../../compat/cloudsim/results.ts";
import { runCloudSim } from "../../compat/cloudsim/run.ts";
import { parsePlanetLab } from "../../compat/cloudsim/trace.ts";
import { nearest } from "../../units/spelling.ts";
import { BadInput, EXIT, given } from "../exit.ts";
import type { ArgumentsOf, validateOptions } from "../options.ts";
import { terminalText } from "../style.ts";
import type { Terminal } from "../terminal.ts";

type ValidateArguments = ArgumentsOf<typeof validateOptions>;

/** Runs the command; the exit code: 99 when a figure differs from the stored one. Throws `BadInput` for options and traces. */
export async function validate(args: ValidateArguments, terminal: Terminal): Promise<number> {
  if (args.model === undefined) {
    if (args.trace !== undefined) throw new BadInput("--trace belongs to validate cloudsim; validate takes --traces, a folder");
    return (await import("./agreement.ts")).agreement(args, terminal);
  }
  const { trace } = args;
  if (trace === undefined) throw new BadInput("validate cloudsim needs --trace: hypervise validate cloudsim --trace FILE");
  return cloudSim({ ...args, trace }, terminal);
}

async function cloudSim(args: ValidateArguments & { readonly trace: string }, terminal: Terminal): Promise<number> {
  const detector = oneOf<CloudSimDetector>("--detector", args.detector, cloudSimDetectors);
  const selection = oneOf<CloudSimSelection>("--selection", args.selection, cloudSimSelections);
  const text = await readTrace(args.trace);
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
  const trace = await given(() => parsePlanetLab(text)).catch((error: unknown) => {
    throw error instanceof BadInput ? new BadInput(`${args.trace}: ${error.message}`) : error;
  });
  const result = await given(() => runCloudSim(trace, options));
  if (args.json === true) terminal.out(`${JSON.stringify(cloudSimJson(result, day), null, 2)}\n`);
  else terminal.out(terminalText(`${cloudSimTable(result, day).replace(/^(?=.)/gm, "  ")}\n`, terminal.style));
  const stored = publishedFor(result, day);
  return stored && selection !== "rs" && differences(result, stored).length > 0 ? EXIT.failedCheck : EXIT.ok;
}

function oneOf<T extends string>(option: string, word: string, words: readonly T[]): T {
  const found = words.find((known) => known === word);
  if (found !== undefined) return found;
  const near = nearest(word, words);
  throw new BadInput(`${option} ${word}: ${near === undefined ? `one of ${words.join(", ")}` : `did you mean ${near}?`}`);
}

async function readTrace(path: string): Promise<string> {
  const bytes = await readFile(path).catch((error: NodeJS.ErrnoException) => {
    throw new BadInput(
      `trace ${path}: ${error.code === "ENOENT" ? "no such file" : error.code === "EISDIR" ? "is a folder; a packed CSV file is needed" : (error.code ?? error.message)}`,
    );
  });
  const packed = bytes[0] === 0x1f && bytes[1] === 0x8b;
  return (packed ? await given(() => gunzipSync(bytes)) : bytes).toString("utf8");
}
