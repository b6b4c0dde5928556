/**
 * `hypervise convert`: any trace to the plain format, and what became of its rows.
 */
import { conversionText, convert as convertTrace, optionsFromWords } from "../convert.ts";
import { EXIT, given } from "../exit.ts";
import type { ArgumentsOf, convertOptions } from "../options.ts";
import { printable, terminalText } from "../style.ts";
import type { Terminal } from "../terminal.ts";

/** Speed of a core where a trace counts in cores or shares and no option says otherwise; the readers' default. */
const SPEED_MHZ = 2500;

/** Runs the command; the exit code. Throws `BadInput` for formats, options and traces. */
export async function convert(args: ArgumentsOf<typeof convertOptions>, terminal: Terminal): Promise<number> {
  const options = await given(() => optionsFromWords(args.set ?? []));
  const conversion = await given(() => convertTrace(args.format, args.path, args.out, { ...options, ...(args.gzip === true ? { gzip: true } : {}) }));
  if (args.quiet === true) return EXIT.ok;
  const speedMHz = typeof options.speedMHz === "number" ? options.speedMHz : SPEED_MHZ;
  const text = conversionText(conversion, args.fit === undefined ? undefined : { profile: args.fit, speedMHz });
  const lines = text.split("\n").map((line) => (line === "" ? "" : `  ${terminalText(printable(line), terminal.style)}`));
  terminal.out(lines.join("\n"));
  return EXIT.ok;
}
