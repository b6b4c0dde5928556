/**
 * Columns of a Parquet file, row group by row group, through hyparquet (and its decompressors for gzip, zstd, brotli, LZ4).
 * Import this file lazily: Parquet is the exception among traces, and loading the library costs start-up time.
 */
import { parquetMetadataAsync, parquetRead } from "hyparquet";
import { compressors } from "hyparquet-compressors";
import { planColumns } from "./columns.ts";
import type { ColumnSpec } from "./table-scanner.ts";
import { TraceError } from "./trace-error.ts";
import type { TraceFile } from "./trace-file.ts";

/** Yields, for each row group, one array a spec (undefined for an optional column the file lacks). */
export async function* readParquetColumns(file: TraceFile, specs: readonly ColumnSpec[]): AsyncGenerator<(ArrayLike<unknown> | undefined)[]> {
  const source = { byteLength: file.bytes, slice: (from: number, to = file.bytes): Promise<ArrayBuffer> => file.slice(from, to) };
  const metadata = await parquetMetadataAsync(source).catch((cause: unknown) => {
    throw unreadable(file, cause);
  });
  const top = (metadata.schema[0]?.num_children ?? 0) > 0 ? metadata.schema.slice(1).map((s) => s.name) : [];
  const plan = planColumns(file.path, 1, top, specs);
  const names = specs.map((_, slot) => {
    const position = plan.spec.indexOf(slot);
    return position < 0 ? undefined : top[position];
  });
  const wanted = names.filter((n) => n !== undefined);
  let rowStart = 0;
  for (const group of metadata.row_groups) {
    const rowEnd = rowStart + Number(group.num_rows);
    const parts = new Map<string, { rowStart: number; data: ArrayLike<unknown> }[]>();
    await parquetRead({
      file: source,
      metadata,
      columns: wanted,
      rowStart,
      rowEnd,
      compressors,
      onChunk: (chunk) => {
        const list = parts.get(chunk.columnName) ?? [];
        list.push({ rowStart: chunk.rowStart, data: chunk.columnData as ArrayLike<unknown> });
        parts.set(chunk.columnName, list);
      },
    }).catch((cause: unknown) => {
      throw unreadable(file, cause);
    });
    yield names.map((name) => (name === undefined ? undefined : joined(parts.get(name) ?? [])));
    rowStart = rowEnd;
  }
}

function joined(parts: { rowStart: number; data: ArrayLike<unknown> }[]): ArrayLike<unknown> {
  if (parts.length === 1) return parts[0]!.data;
  return parts.sort((a, b) => a.rowStart - b.rowStart).flatMap((p) => Array.from(p.data));
}

const unreadable = (file: TraceFile, cause: unknown): TraceError =>
  new TraceError(
    { file: file.path },
    `a Parquet file that cannot be read (${cause instanceof Error ? cause.message : String(cause)})`,
    "a complete Parquet file",
  );
