/**
 * A file of a trace as the readers see it: bytes in chunks, wherever they come from (a disk, a browser's file picker).
 * gzip is undone by whoever makes it, known by the first two bytes and not by the name.
 */
export interface TraceFile {
  /** Path as the user gave it, for messages and the report. */
  readonly path: string;
  /** Last part of the path without `.gz`: what readers tell the files of a folder apart by. */
  readonly name: string;
  /** Contents, unpacked. A chunk is valid until the next one is asked for. */
  chunks(): AsyncIterable<Uint8Array>;
  /** Contents at random positions, for Parquet; `bytes` is the size as stored. */
  readonly bytes: number;
  slice(from: number, to: number): Promise<ArrayBuffer>;
}
