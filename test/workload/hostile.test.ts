/** Broken files: whatever is done to a trace, reading it gives a sound population or an error for people, never a crash. */
import { readdirSync, readFileSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Population } from "../../src/model/demand.ts";
import { readTrace } from "../../src/node/traces.ts";
import { fixture, folderWith } from "./support.ts";

const samples: [format: string, name: string][] = [
  ["planetlab", "planetlab.csv"],
  ["planetlab", "planetlab-folder"],
  ["opendc", "opendc"],
  ["opendc", "opendc-parquet"],
  ["bitbrains", "bitbrains"],
  ["bitbrains", "materna"],
  ["azure", "azure-v1"],
  ["google2011", "google2011"],
  ["alibaba2018", "alibaba2018"],
  ["swf", "swf/tiny.swf"],
  ["plain", "plain-samples"],
  ["plain", "plain-pieces"],
  ["plain", "plain-tasks"],
];

/** What the contract of `Population` promises. */
function expectSound(p: Population): void {
  for (const column of [p.names, p.vcpus, p.memoryMiB, p.arrivalSeconds, p.lifetimeSeconds]) expect(column.length).toBe(p.count);
  expect(p.vcpus.every((v) => v > 0)).toBe(true);
  expect(p.memoryMiB.every((m) => m >= 0)).toBe(true);
  expect(p.arrivalSeconds.every((t) => Number.isFinite(t))).toBe(true);
  expect(p.lifetimeSeconds.every((t) => t >= 0)).toBe(true);
  const { demand } = p;
  if (demand.kind === "grid") {
    expect(demand.mhz.length).toBe(demand.steps * p.count);
    expect(demand.mhz.every((m) => Number.isNaN(m) || m >= 0)).toBe(true);
    return;
  }
  expect(demand.offset.length).toBe(p.count + 1);
  const columns =
    demand.kind === "pieces" ? [demand.seconds, demand.mhz] : [demand.workMHzSeconds, demand.threads, demand.weight, demand.limitMHz, demand.startSeconds];
  for (const column of columns) {
    expect(column.length).toBe(demand.offset[p.count]);
    expect(column.every((v) => v >= 0)).toBe(true);
  }
}

interface Damage {
  readonly file: number;
  readonly at: number;
  readonly cut: number;
  readonly insert: string;
}
const damage = fc.record({
  file: fc.nat(),
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  cut: fc.integer({ min: 0, max: 12 }),
  insert: fc.constantFrom("", "-", "9", "0", "1e308", "99999999999999999999", "NaN", ",", ";", "\t", "\n", '"', "\0", "é", "-1", "1e-320", ".", " "),
});

function damaged(bytes: Uint8Array, { at, cut, insert }: Damage): Uint8Array {
  const from = Math.floor(at * bytes.length);
  return Buffer.concat([bytes.subarray(0, from), Buffer.from(insert), bytes.subarray(from + cut)]);
}

describe("any damage to a trace", () => {
  it.each(samples)("%s (%s)", async (format, name) => {
    const path = fixture(name);
    const files = statSync(path).isDirectory() ? readdirSync(path).map((f) => join(path, f)) : [path];
    await fc.assert(
      fc.asyncProperty(fc.array(damage, { minLength: 1, maxLength: 3 }), async (damages) => {
        const contents = new Map(files.map((f): [string, Uint8Array] => [basename(f), readFileSync(f)]));
        for (const d of damages) {
          const hit = basename(files[d.file % files.length]);
          contents.set(hit, damaged(contents.get(hit)!, d));
        }
        const folder = folderWith(Object.fromEntries(contents));
        let population: Population;
        try {
          population = await readTrace(format, files.length === 1 ? join(folder, basename(files[0])) : folder);
        } catch (error) {
          // TypeErrors and RangeErrors are the program's own.
          expect(error).toBeInstanceOf(Error);
          expect(["TraceError", "Error"], String((error as Error).stack)).toContain((error as Error).name);
          return;
        }
        expectSound(population);
      }),
      { numRuns: 120 },
    );
  });
});
