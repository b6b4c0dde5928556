/**
 * Files of a trace on disk: found from a path, unpacked while read, hashed on the way.
 *
 * A path may be a file, a folder (its files, and those of its sub-folders one level down), or the common start of
 * several names (`traces/surf-week` for `surf-week.tasks.csv` and `surf-week.fragments.csv.gz`).
 * gzip is known by its first two bytes. The SHA-256 is of the bytes as stored.
 */
import { createHash } from "node:crypto";
import { closeSync, existsSync, openSync, readdirSync, readSync, statSync } from "node:fs";
import { open } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { pipeline } from "node:stream";
import { createGunzip } from "node:zlib";
import type { ImportReport } from "../model/demand.ts";
import { nearest } from "../units/spelling.ts";
import { TraceError } from "../workload/trace-error.ts";
import type { TraceFile } from "../workload/trace-file.ts";

/** Big enough that the overhead of reading does not count, small enough to stay in the processor's cache. */
const CHUNK_BYTES = 1 << 18;

export class DiskTraceFile implements TraceFile {
  readonly path: string;
  readonly name: string;
  readonly bytes: number;
  #sha256: string | null = null;
  /** Whether a reader has used it. */
  wasRead = false;

  constructor(path: string) {
    this.path = path;
    this.name = basename(path).replace(/\.gz$/i, "");
    this.bytes = statSync(path).size;
  }

  async *chunks(): AsyncGenerator<Uint8Array> {
    this.wasRead = true;
    try {
      // Unpacking runs in a thread of its own, some chunks ahead of the scanner.
      if (isGzip(this.path)) yield* pipeline(this.#bytes(), createGunzip({ chunkSize: CHUNK_BYTES }), () => {}) as AsyncIterable<Buffer>;
      else yield* this.#bytes();
    } catch (cause) {
      const code = cause instanceof Error && "code" in cause ? String(cause.code) : "";
      if (!code.startsWith("Z_")) throw cause;
      throw new TraceError({ file: this.path }, `damaged gzip data (${(cause as Error).message})`, "a complete .gz file");
    }
  }

  /** The bytes of the file, in turn, and with the last their hash; a stream takes longer to open than most files of a trace to read. */
  *#bytes(): Generator<Uint8Array> {
    const hash = createHash("sha256");
    const handle = openSync(this.path, "r");
    try {
      for (;;) {
        const chunk = Buffer.allocUnsafeSlow(Math.min(CHUNK_BYTES, this.bytes + 1));
        const length = readSync(handle, chunk);
        if (length === 0) break;
        hash.update(chunk.subarray(0, length));
        yield chunk.subarray(0, length);
      }
    } finally {
      closeSync(handle);
    }
    this.#sha256 = hash.digest("hex");
  }

  async slice(from: number, to: number): Promise<ArrayBuffer> {
    this.wasRead = true;
    const handle = await open(this.path);
    try {
      const buffer = new ArrayBuffer(Math.max(0, to - from));
      await handle.read(new Uint8Array(buffer), 0, buffer.byteLength, from);
      return buffer;
    } finally {
      await handle.close();
    }
  }

  /** Path, size and hash; reads the file once more when it was not read to its end. */
  provenance(): ImportReport["files"][number] {
    if (this.#sha256 === null) for (const _ of this.#bytes());
    return { path: this.path, bytes: this.bytes, sha256: this.#sha256 ?? "" };
  }
}

function isGzip(path: string): boolean {
  const magic = new Uint8Array(2);
  const handle = openSync(path, "r");
  try {
    return readSync(handle, magic, 0, 2, 0) === 2 && magic[0] === 0x1f && magic[1] === 0x8b;
  } finally {
    closeSync(handle);
  }
}

/** The files a trace path stands for, in byte order of their names. Throws when there are none. */
export function findTraceFiles(path: string): DiskTraceFile[] {
  const paths = pathsOf(path);
  if (paths.length > 0) return paths.map((p) => new DiskTraceFile(p));
  if (existsSync(path)) throw new TraceError({ file: path }, "an empty folder", "a trace file, or a folder of them");
  const folder = dirname(path);
  const there = existsSync(folder) ? readdirSync(folder) : [];
  const near = nearest(basename(path), there);
  const meant = near === undefined ? "" : `; did you mean ${join(folder, near)}?`;
  throw new TraceError({ file: path }, `no such file or folder${meant}`, "a trace file, a folder of them, or the common start of their names");
}

function pathsOf(path: string): string[] {
  if (existsSync(path)) return statSync(path).isDirectory() ? filesIn(path, true) : [path];
  const folder = dirname(path);
  if (!existsSync(folder)) return [];
  const start = `${basename(path)}.`;
  return filesIn(folder, false).filter((p) => basename(p).startsWith(start));
}

function filesIn(folder: string, deeper: boolean): string[] {
  const entries = readdirSync(folder, { withFileTypes: true }).filter((e) => !e.name.startsWith("."));
  const paths: string[] = [];
  for (const entry of entries) {
    const path = join(folder, entry.name);
    if (statSync(path).isFile()) paths.push(path);
    else if (deeper && statSync(path).isDirectory()) paths.push(...filesIn(path, false));
  }
  return paths.sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
}

/** Files beside `path` that belong to the same trace: same start up to the word `tasks`, `fragments` and the like. */
export function siblings(path: string): DiskTraceFile[] {
  const match = /^(.*?)(tasks?|jobs|meta|fragments?|trace|vms|demand)\.(csv|parquet)(\.gz)?$/i.exec(basename(path));
  if (match === null) return findTraceFiles(path);
  const start = match[1]!;
  const ending = match[3]!.toLowerCase();
  return filesIn(dirname(path), false)
    .filter(
      (p) =>
        new RegExp(`^(tasks?|jobs|meta|fragments?|trace|vms|demand)\\.${ending}(\\.gz)?$`, "i").test(basename(p).slice(start.length)) &&
        basename(p).startsWith(start),
    )
    .map((p) => new DiskTraceFile(p));
}
