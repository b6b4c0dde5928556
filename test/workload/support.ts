/** Helpers of the trace tests: fixtures by name, files made on the spot, readable demand. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { onTestFinished } from "vitest";
import type { Population } from "../../src/model/demand.ts";
import { TraceError } from "../../src/workload/trace-error.ts";

export const fixture = (name: string): string => fileURLToPath(new URL(`../fixtures/traces/${name}`, import.meta.url));

/** A folder with these files, gone after the test. */
export function folderWith(files: Readonly<Record<string, string | Uint8Array>>): string {
  const folder = mkdtempSync(join(tmpdir(), "hypervise-trace-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
  return folder;
}

/** Levels of a VM by step, MHz. */
export function steps(population: Population, vm: number): number[] {
  const { demand, count } = population;
  if (demand.kind !== "grid") throw new Error(`demand is ${demand.kind}, not a grid`);
  return Array.from({ length: demand.steps }, (_, k) => demand.mhz[k * count + vm]);
}

/** Pieces of a VM as [seconds, MHz]. */
export function pieces(population: Population, vm: number): [number, number][] {
  const { demand } = population;
  if (demand.kind !== "pieces") throw new Error(`demand is ${demand.kind}, not pieces`);
  const list: [number, number][] = [];
  for (let i = demand.offset[vm]; i < demand.offset[vm + 1]; i++) list.push([demand.seconds[i], demand.mhz[i]]);
  return list;
}

/** The TraceError of a promise that must fail with one. */
export async function traceError(promise: Promise<unknown>): Promise<TraceError> {
  const outcome = await promise.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (outcome instanceof TraceError) return outcome;
  throw new Error(`expected a TraceError, got ${String(outcome)}`);
}

export const notes = (population: Population): Record<string, number> => Object.fromEntries(population.report.notes.map((n) => [n.what, n.rows]));
