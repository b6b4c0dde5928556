/**
 * A folder of results that is either all there or not there at all.
 *
 * Files go to a sibling folder (`.NAME.unfinished-PID`), which takes the final name at the end; whoever looks sees the old
 * results or the new ones. What stood there before is replaced only when this program wrote every file of it, so that
 * `--out .` or a forgotten note cannot cost anybody their work. A killed run leaves at most its own unfinished folder,
 * which the next run into the same place removes.
 */
import { accessSync, closeSync, constants, existsSync, mkdirSync, openSync, rmSync, statSync, writeFileSync } from "node:fs";
import { readdir, readFile, rename, rm } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { setImmediate as turn } from "node:timers/promises";
import { systemReason } from "./system-errors.ts";

/** Name of the file that says a folder is ours, and what is in it. */
export const MANIFEST = "manifest.json";
const PROGRAM = "hypervise";

/** One file to write, named by its path in the folder (`charts/power.svg`); its text or bytes are made when its turn comes. */
export interface ResultFile {
  readonly path: string;
  readonly chunks: () => Iterable<string | Uint8Array>;
}

/** Why a folder may not be written; the message is for the person who named it. */
export class FolderRefused extends Error {
  override readonly name = "FolderRefused";
}

/** What the manifest must hold for the folder to be replaceable later. */
export interface ManifestMark {
  readonly program: typeof PROGRAM;
  /** Paths of all files in the folder but the manifest. */
  readonly files: readonly string[];
}

/** The mark of ours for a set of files. */
export const markOf = (files: readonly ResultFile[]): ManifestMark => ({ program: PROGRAM, files: files.map((file) => file.path) });

/**
 * Looks whether results may be written there, before any work is done. Throws `FolderRefused` when the path is a file, or a
 * folder that holds anything this program did not write.
 */
export async function checkFolder(folder: string): Promise<void> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return null;
    if (error.code === "ENOTDIR") throw new FolderRefused(`${folder} is a file; --out names a folder`);
    throw new FolderRefused(`${folder} cannot be read (${error.code ?? error.message})`);
  });
  if (entries === null) mayMake(folder);
  if (entries === null || entries.length === 0) return;
  const mark = await readMark(join(folder, MANIFEST));
  if (mark === null) throw new FolderRefused(`${folder} holds files that are not results of hypervise; choose another --out, or empty it first`);
  const ours = new Set([MANIFEST, ...mark.files].map((path) => resolve(folder, path)));
  const alien = entries.find((entry) => !entry.isDirectory() && !ours.has(resolve(entry.parentPath, entry.name)));
  if (alien) throw new FolderRefused(`${folder} holds ${alien.name}, which hypervise did not write; move it away, or choose another --out`);
}

/** Throws `FolderRefused` when a folder that is not there cannot be made: what is there of the way to it must be a folder one may write. */
function mayMake(folder: string): void {
  let above = dirname(resolve(folder));
  while (!existsSync(above) && dirname(above) !== above) above = dirname(above);
  if (!statSync(above).isDirectory()) throw new FolderRefused(`${folder} cannot be made: ${above} is a file`);
  try {
    accessSync(above, constants.W_OK);
  } catch (error) {
    throw new FolderRefused(`${folder} cannot be made: ${above} may not be written (${systemReason(error) ?? "no reason is known"})`);
  }
}

/** Makes a folder and those above it. (Node's own way goes round for ever where the system says that there is no such place, as in /proc.) */
function makeFolders(folder: string): void {
  if (existsSync(folder)) return;
  if (dirname(folder) !== folder) makeFolders(dirname(folder));
  try {
    mkdirSync(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  }
}

async function readMark(path: string): Promise<ManifestMark | null> {
  try {
    const found: unknown = JSON.parse(await readFile(path, "utf8"));
    if (typeof found !== "object" || found === null || !("program" in found) || found.program !== PROGRAM) return null;
    if (!("files" in found) || !Array.isArray(found.files)) return null;
    return { program: PROGRAM, files: found.files.filter((file): file is string => typeof file === "string") };
  } catch {
    return null;
  }
}

/**
 * Writes the files and then puts the folder in place. Throws `FolderRefused` as `checkFolder` does, and the signal's reason
 * when it is aborted; either way, and on any other error, nothing of the unfinished folder stays and old results are whole.
 */
export async function writeFolder(folder: string, files: readonly ResultFile[], signal?: AbortSignal): Promise<void> {
  const target = resolve(folder);
  await checkFolder(folder);
  await removeLeftovers(target);
  const unfinished = sibling(target, "unfinished", process.pid);
  // A signal may end the process between two turns of the loop; then this is what is left to do.
  const clear = (): void => rmSync(unfinished, { recursive: true, force: true });
  process.once("exit", clear);
  try {
    makeFolders(unfinished);
    for (const file of files) {
      const path = join(unfinished, file.path);
      makeFolders(dirname(path));
      await writeInTurns(path, file, signal);
    }
    signal?.throwIfAborted();
    await putInPlace(unfinished, target);
  } catch (error) {
    const reason = systemReason(error);
    throw reason === null ? error : new FolderRefused(`${folder} cannot be written: ${reason}; nothing was written`, { cause: error });
  } finally {
    clear();
    process.off("exit", clear);
  }
}

/** Writes a file chunk by chunk, each in one go (a stream takes longer to open than most files to write), hearing signals in between. */
async function writeInTurns(path: string, file: ResultFile, signal: AbortSignal | undefined): Promise<void> {
  const opened = openSync(path, "w");
  try {
    for (const chunk of file.chunks()) {
      writeFileSync(opened, chunk);
      await turn();
      signal?.throwIfAborted();
    }
  } finally {
    closeSync(opened);
  }
}

async function putInPlace(unfinished: string, target: string): Promise<void> {
  const old = sibling(target, "replaced", process.pid);
  const replaced = await rename(target, old).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT") return false;
      throw error;
    },
  );
  try {
    await rename(unfinished, target);
  } catch (error) {
    if (replaced) await rename(old, target);
    throw error;
  }
  if (replaced) await rm(old, { recursive: true, force: true });
}

const sibling = (target: string, what: "unfinished" | "replaced", pid: number): string => join(dirname(target), `.${basename(target)}.${what}-${pid}`);

/** Clears what killed runs left beside the target; folders of runs that still go on stay. */
async function removeLeftovers(target: string): Promise<void> {
  const names = await readdir(dirname(target)).catch(() => []);
  for (const name of names) {
    const pid = new RegExp(`^\\.${escapePattern(basename(target))}\\.(unfinished|replaced)-(\\d+)$`).exec(name)?.[2];
    if (pid === undefined || isRunning(Number(pid))) continue;
    const leftover = join(dirname(target), name);
    // Killed between its two renames, a run leaves the old results under the other name: they go back.
    if (
      name.includes(".replaced-") &&
      (await rename(leftover, target).then(
        () => true,
        () => false,
      ))
    )
      continue;
    await rm(leftover, { recursive: true, force: true });
  }
}

const escapePattern = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");

function isRunning(pid: number): boolean {
  if (pid === process.pid) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
