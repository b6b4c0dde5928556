/**
 * The command `hypervise`, as it is bundled. Answers `--version` at once; anything else runs the file beside it, which holds all
 * the rest (scripts/bundle.ts) and evaluates of that only what the command needs: the engine, YAML and charts are not looked at
 * to print a help text.
 */
import { fileURLToPath } from "node:url";
import { VERSION } from "../version.ts";
import type * as commandLine from "./command-line.ts";
import { runCompiled } from "./compiled.ts";

const words = process.argv.slice(2);
if (words.length === 1 && (words[0] === "--version" || words[0] === "-v")) {
  process.stdout.write(`${VERSION}\n`);
} else {
  const { runCommandLine } = runCompiled(fileURLToPath(new URL("command.cjs", import.meta.url))).exports as typeof commandLine;
  void runCommandLine(words).then((code) => {
    process.exitCode = code;
  });
}
