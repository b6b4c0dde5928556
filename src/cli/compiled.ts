/**
 * Runs a bundled CommonJS file with the code V8 compiled when the bundle was built, if it is still of use.
 *
 * Compiling is a fifth of what a short run takes. V8 looks by itself whether compiled code is of its own version and of a source
 * of this length; where it is not, or there is none, it compiles as always. Of the source's text it knows no more than that, so
 * code and source are only ever written together, into a folder emptied before (scripts/bundle.ts).
 */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname } from "node:path";
import { Script } from "node:vm";

export interface Compiled {
  readonly exports: unknown;
  /** Whether compiled code was there and used. */
  readonly fromCache: boolean;
  /** What has been compiled by now, to be kept beside the file. */
  readonly code: () => Buffer;
}

/** What the file calls to import a module that is not part of it. */
export const IMPORT = "hyperviseImport";

/** Where the compiled code of a file lies. */
export const codeFile = (file: string): string => `${file}.code`;

/** Runs the file as `require` would. It must hold ASCII only, as the bundle does. */
export function runCompiled(file: string): Compiled {
  const source = `(function (exports, require, module, __filename, __dirname, ${IMPORT}) {${readFileSync(file, "latin1")}\n})`;
  const cachedData = readIfThere(codeFile(file));
  const script = new Script(source, { filename: file, ...(cachedData ? { cachedData } : {}) });
  const module = { exports: {} };
  const run = script.runInThisContext() as (...given: readonly unknown[]) => void;
  run(module.exports, createRequire(file), module, file, dirname(file), (specifier: string) => import(specifier));
  return { exports: module.exports, fromCache: cachedData !== undefined && script.cachedDataRejected === false, code: () => script.createCachedData() };
}

function readIfThere(file: string): Buffer | undefined {
  try {
    return readFileSync(file);
  } catch {
    return undefined;
  }
}
