/**
 * `hypervise init`: writes a commented scenario to start from; never over a file that exists.
 */
import { writeFile } from "node:fs/promises";
import { BadInput, EXIT, given } from "../exit.ts";
import { renderTemplates, template } from "../init.ts";
import type { ArgumentsOf, initOptions } from "../options.ts";
import type { Terminal } from "../terminal.ts";

/** Runs the command; the exit code. Throws `BadInput` when there is no such template, or the file exists. */
export async function init(args: ArgumentsOf<typeof initOptions>, terminal: Terminal): Promise<number> {
  if (args.template === undefined) {
    terminal.out(renderTemplates(terminal.style));
    return EXIT.ok;
  }
  const { name, text } = await given(() => template(args.template ?? ""));
  const file = args.file ?? `${name}.yaml`;
  await writeFile(file, text, { flag: "wx" }).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "EEXIST") throw new BadInput(`${file} exists already; name another file: hypervise init ${name} other.yaml`);
    throw new BadInput(`${file} cannot be written (${error.code ?? error.message})`);
  });
  terminal.out(`  wrote ${file}\n  next: hypervise run ${file}\n`);
  return EXIT.ok;
}
