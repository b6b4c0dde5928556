/**
 * Reads and loads the scenario file of a command, with its overrides, and shows what is wrong with it.
 */
import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { basename, dirname } from "node:path";
import { usualCatalogue } from "../node/usual-catalogue.ts";
import { type Loaded, loadScenario, type Override } from "../scenario/load.ts";
import { renderProblems, renderWarnings } from "../scenario/problems.ts";
import { nearest } from "../units/spelling.ts";
import { BadInput } from "./exit.ts";
import type { Terminal } from "./terminal.ts";

export interface ScenarioOptions {
  readonly file: string;
  readonly set?: readonly string[] | undefined;
  readonly seed?: string | undefined;
  readonly placement?: string | undefined;
}

export interface LoadedFile {
  readonly loaded: Extract<Loaded, { ok: true }>;
  /** The file as it was read. */
  readonly source: { readonly path: string; readonly bytes: number; readonly sha256: string };
}

/**
 * Loads the file; null when it has problems, which are then shown on stderr, as are warnings. Throws `BadInput` when there is
 * no such file or a `--set` is not `path=value`.
 */
export async function loadFile(options: ScenarioOptions, terminal: Terminal): Promise<LoadedFile | null> {
  const overrides = overridesOf(options);
  const bytes = await readFile(options.file).catch((error: NodeJS.ErrnoException) => notReadable(options.file, error));
  const loaded = loadScenario(bytes.toString("utf8"), options.file, usualCatalogue, overrides);
  if (!loaded.ok) {
    terminal.problem(renderProblems(loaded.problems, terminal.problemStyle));
    return null;
  }
  if (loaded.warnings.length > 0) terminal.problem(`${renderWarnings(loaded.warnings, terminal.problemStyle)}\n`);
  return { loaded, source: { path: options.file, bytes: bytes.length, sha256: createHash("sha256").update(bytes).digest("hex") } };
}

function overridesOf({ set = [], seed, placement }: ScenarioOptions): Override[] {
  const overrides = set.map((text): Override => {
    const at = text.indexOf("=");
    if (at < 1) throw new BadInput(`--set ${text}: write path=value, for example --set hosts.new.count=12`);
    return { path: text.slice(0, at).trim(), value: text.slice(at + 1) };
  });
  if (seed !== undefined) overrides.push({ path: "seed", value: JSON.stringify(seed) });
  if (placement !== undefined) overrides.push({ path: "placement", value: JSON.stringify(placement) });
  return overrides;
}

async function notReadable(file: string, error: NodeJS.ErrnoException): Promise<never> {
  if (error.code === "EISDIR") throw new BadInput(`${file} is a folder; name a scenario file in it`);
  if (error.code !== "ENOENT" && error.code !== "ENOTDIR") throw new BadInput(`${file} cannot be read (${error.code ?? error.message})`);
  const names = await readdir(dirname(file)).catch(() => []);
  const near = nearest(
    basename(file),
    names.filter((name) => /\.(?:ya?ml|json)$/i.test(name)),
  );
  throw new BadInput(`${file}: no such file.${near ? ` There is ${near} here: did you mean that?` : " hypervise init quickstart writes one to start from"}`);
}
