/** What the commands on CloudSim's experiment share: reading a PlanetLab day, and words of a fixed list. */
import { readFile } from "node:fs/promises";
import { gunzipSync } from "node:zlib";
import { type PlanetLabDay, parsePlanetLab } from "../../compat/cloudsim/trace.ts";
import { nearest } from "../../units/spelling.ts";
import { BadInput, given } from "../exit.ts";

/** The word, if it is one of them. Throws `BadInput` with the nearest spelling. */
export function oneOf<T extends string>(option: string, word: string, words: readonly T[]): T {
  const found = words.find((known) => known === word);
  if (found !== undefined) return found;
  const near = nearest(word, words);
  throw new BadInput(`${option} ${word}: ${near === undefined ? `one of ${words.join(", ")}` : `did you mean ${near}?`}`);
}

/** Reads a day in packed form, gzip or not. Throws `BadInput` that names the file. */
export async function readDay(path: string): Promise<PlanetLabDay> {
  const bytes = await readFile(path).catch((error: NodeJS.ErrnoException) => {
    throw new BadInput(
      `trace ${path}: ${error.code === "ENOENT" ? "no such file" : error.code === "EISDIR" ? "is a folder; a packed CSV file is needed" : (error.code ?? error.message)}`,
    );
  });
  const packed = bytes[0] === 0x1f && bytes[1] === 0x8b;
  const text = (packed ? await given(() => gunzipSync(bytes)) : bytes).toString("utf8");
  return given(() => parsePlanetLab(text)).catch((error: unknown) => {
    throw error instanceof BadInput ? new BadInput(`${path}: ${error.message}`) : error;
  });
}
