/**
 * The command `hypervise`. Answers `--version` at once; anything else brings in the command line, which brings in what the
 * command needs and no more (the engine, YAML and charts are not read to print a help text).
 */
import { VERSION } from "../version.ts";

const words = process.argv.slice(2);
if (words.length === 1 && (words[0] === "--version" || words[0] === "-v")) {
  process.stdout.write(`${VERSION}\n`);
} else {
  const { runCommandLine } = await import("./command-line.ts");
  process.exitCode = await runCommandLine(words);
}
