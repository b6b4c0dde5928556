/** The plain format: its three forms by hand, and that converting any trace to it loses nothing. */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { conversionText, convert, convertTrace, optionsFromWords } from "../../src/cli/convert.ts";
import type { Demand, Population } from "../../src/model/demand.ts";
import { writePlain } from "../../src/node/plain-writer.ts";
import { readTrace } from "../../src/node/traces.ts";
import { fixture, folderWith, pieces, steps, traceError } from "./support.ts";

const INFINITE = Number.POSITIVE_INFINITY;

describe("reading", () => {
  it("samples on a common step become a grid; a level holds until the next row, an empty one ends it", async () => {
    const p = await readTrace("plain", fixture("plain-samples"));
    expect(p.names).toEqual(["lark, the first", "finch"]);
    expect(p.owners).toEqual(['Ann "A" Lee', ""]);
    expect([...p.arrivalSeconds]).toEqual([0, 600]);
    expect([...p.lifetimeSeconds]).toEqual([INFINITE, 1200]);
    // Times 0, 600, 900, 1200, 1800: a step of 300 s; at 1,800 s everybody has stopped, so there are 6 steps.
    expect(p.demand).toMatchObject({ kind: "grid", firstSeconds: 0, stepSeconds: 300, steps: 6 });
    expect(steps(p, 0)).toEqual([500, 500, 500, Number.NaN, 250, 250]);
    expect(steps(p, 1)).toEqual([Number.NaN, Number.NaN, 100.5, 100.5, 100.5, 100.5]);
  });
  it("samples may say active memory, disk and network; empty is what the group says", async () => {
    const folder = folderWith({
      "vms.csv": "name,vcpus,memory_mib\na,1,1024\nb,1,1024\n",
      "demand.csv": "vm,time_s,mhz,gbit_s,active_mib\na,0,100,0.5,300\nb,0,200,,\na,300,100,0.25,\nb,300,200,1,700\n",
    });
    expect((await readTrace("plain", folder)).demand).toMatchObject({
      mhz: Float32Array.of(100, 200, 100, 200),
      gbitPerSecond: Float32Array.of(0.5, Number.NaN, 0.25, 1),
      activeMiB: Float32Array.of(300, Number.NaN, Number.NaN, 700),
    });
    const bad = folderWith({ "vms.csv": "name,vcpus,memory_mib\na,1,1024\n", "demand.csv": "vm,time_s,mhz,iops\na,0,100,-5\n" });
    expect((await traceError(readTrace("plain", bad))).message).toContain('column "iops": found -5, expected 0 or more; empty = as the VM group says');
  });
  it("pieces count from when the VM runs; columns in any order, other separators in the other file", async () => {
    const p = await readTrace("plain", fixture("plain-pieces"));
    expect([...p.vcpus]).toEqual([2, 1]);
    expect(pieces(p, 0)).toEqual([
      [60.5, 500],
      [10, 0],
    ]);
    expect(pieces(p, 1)).toEqual([[60, 1000]]);
  });
  it("tasks run at once from their start times, or one after the other", async () => {
    const p = await readTrace("plain", fixture("plain-tasks"));
    // A task without threads has one for each vCPU of its VM; without a limit it has none.
    expect(p.demand).toEqual({
      kind: "tasks",
      sequence: false,
      offset: Uint32Array.of(0, 2, 3),
      workMHzSeconds: Float64Array.of(1000, 2000, 500),
      threads: Float64Array.of(1, 2, 1),
      weight: Float64Array.of(1, 1, 1),
      limitMHz: Float64Array.of(INFINITE, INFINITE, 250),
      startSeconds: Float64Array.of(0, 30, 5),
    } satisfies Demand);
    expect((await readTrace("plain", fixture("plain-tasks"), { sequence: true })).demand).toMatchObject({ sequence: true });
  });
  it.each([
    [
      "a VM that vms.csv does not have",
      "name,vcpus,memory_mib\na,1,1\n",
      "vm,seconds,mhz\nb,1,1\n",
      'demand.csv:2: column "vm": found "b", expected a name from vms.csv',
    ],
    [
      "a level below 0",
      "name,vcpus,memory_mib\na,1,1\n",
      "vm,time_s,mhz\na,0,1\na,5,-1\n",
      'demand.csv:3: column "mhz": found -1, expected MHz, 0 or more; empty = nothing from then on',
    ],
    // Such a time once kept the search for a common step busy for ever.
    [
      "a time out of all bounds",
      "name,vcpus,memory_mib\na,1,1\n",
      "vm,time_s,mhz\na,0,1\na,1e308,1\n",
      'demand.csv:3: column "time_s": found "1e308", expected a number (seconds) of at most 10000000000000000000',
    ],
    [
      "a demand table with other columns",
      "name,vcpus,memory_mib\na,1,1\n",
      "vm,mhz\na,1\n",
      'demand.csv:1: found "vm,mhz", expected a header: vm,time_s,mhz or vm,seconds,mhz or vm,work_mhz_s',
    ],
    [
      "an empty demand table",
      "name,vcpus,memory_mib\na,1,1\n",
      "",
      "demand.csv: found an empty file, expected a header: vm,time_s,mhz or vm,seconds,mhz or vm,work_mhz_s",
    ],
    ["no vCPUs", "name,vcpus,memory_mib\na,0,1\n", "vm,seconds,mhz\n", 'vms.csv:2: column "vcpus": found "0", expected a number above 0'],
    [
      "memory that is not a number",
      "name,vcpus,memory_mib\na,1,1\nb,1,4 GiB\n",
      "vm,seconds,mhz\n",
      'vms.csv:3: column "memory_mib": found "4 GiB", expected MiB, 0 or more',
    ],
    [
      "a name twice",
      "name,vcpus,memory_mib\na,1,1\na,1,1\n",
      "vm,seconds,mhz\n",
      'vms.csv:3: column "name": found "a" for the second time, expected a name of its own for each VM',
    ],
    [
      "a missing column",
      "name,memory_mib\na,1\n",
      "vm,seconds,mhz\n",
      'vms.csv:1: column "vcpus": found no such column in the header (name, memorymib), expected columns name, vcpus, memory_mib and perhaps arrival_s, lifetime_s, owner',
    ],
  ])("refuses %s", async (_, vms, demand, message) => {
    const folder = folderWith({ "vms.csv": vms, "demand.csv": demand });
    expect((await traceError(readTrace("plain", folder))).message).toBe(`${folder}/${message}`);
  });
  it("says which of the two files is missing", async () => {
    const folder = folderWith({ "vms.csv": "name,vcpus,memory_mib\na,1,1\n" });
    expect((await traceError(readTrace("plain", folder))).found).toBe("no demand.csv");
  });
  it("refuses a vms.csv with rows of different lengths", async () => {
    const folder = folderWith({ "vms.csv": "name,vcpus,memory_mib\na,1,1\nb,1\n", "demand.csv": "vm,seconds,mhz\n" });
    expect(await traceError(readTrace("plain", folder))).toMatchObject({ line: 3, file: join(folder, "vms.csv") });
  });
});

describe("converting", () => {
  it.each([
    ["planetlab", "planetlab.csv"],
    ["opendc", "opendc"],
    ["bitbrains", "bitbrains"],
    ["azure", "azure-v1"],
    ["google2011", "google2011"],
    ["alibaba2018", "alibaba2018"],
    ["swf", "swf/tiny.swf"],
    ["plain", "plain-samples"],
    ["plain", "plain-tasks"],
  ])("%s (%s) and reading it again gives the same VMs and demand, gzipped or not", async (format, name) => {
    const before = await readTrace(format, fixture(name));
    for (const gzip of [false, true]) {
      const out = join(folderWith({}), "plain");
      await convertTrace(format, fixture(name), out, { gzip });
      expect(readdirSync(out).sort()).toEqual([gzip ? "demand.csv.gz" : "demand.csv", "vms.csv"]);
      expectSame(await readTrace("plain", out), before);
    }
  });

  it("keeps any grid bit by bit", async () => {
    const level = fc.oneof(fc.float({ min: 0, max: 1e6, noNaN: true, noDefaultInfinity: true }), fc.constant(Number.NaN), fc.constant(0));
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 4 }),
        fc.integer({ min: 1, max: 6 }),
        fc.constantFrom(1, 30, 300, 0.25),
        fc.array(level, { minLength: 24, maxLength: 24 }),
        fc.subarray(["activeMiB", "iops", "diskMiBPerSecond", "gbitPerSecond"] as const),
        async (count, stepCount, stepSeconds, levels, further) => {
          const mhz = Float32Array.from(levels.slice(0, count * stepCount), Math.fround);
          const more = further.map((name, i) => [name, Float32Array.from(mhz, (_, k) => Math.fround(levels[(k * 5 + i) % 24] ?? 0))] as const);
          // A last step in which nobody asks for anything is the end of the table and does not come back.
          mhz[count * stepCount - 1] = 7;
          const column = (value: number): Float64Array => new Float64Array(count).fill(value);
          const population: Population = {
            count,
            names: Array.from({ length: count }, (_, i) => `vm "${i}", ü`),
            vcpus: column(1),
            memoryMiB: column(0.1),
            arrivalSeconds: column(0),
            lifetimeSeconds: column(INFINITE),
            demand: { kind: "grid", firstSeconds: 0, stepSeconds, steps: stepCount, mhz, ...Object.fromEntries(more) },
            report: { source: "", rowsRead: 0, notes: [], files: [] },
          };
          const folder = folderWith({});
          await writePlain(population, folder);
          expectSame(await readTrace("plain", folder), population);
        },
      ),
      { numRuns: 60 },
    );
  });

  it("leaves nothing half-written when the trace is broken, and replaces an earlier table", async () => {
    const out = folderWith({ "bad.csv": "a,1,x\n" });
    await expect(convertTrace("planetlab", join(out, "bad.csv"), join(out, "plain"))).rejects.toThrow('found "x"');
    expect(readdirSync(out)).toEqual(["bad.csv"]);
    await convertTrace("planetlab", fixture("planetlab.csv"), join(out, "plain"), { gzip: true });
    await convertTrace("planetlab", fixture("planetlab.csv"), join(out, "plain"));
    expect(readdirSync(join(out, "plain")).sort()).toEqual(["demand.csv", "vms.csv"]);
    expect(readFileSync(join(out, "plain", "vms.csv"), "utf8")).toBe(
      "name,vcpus,memory_mib,arrival_s,lifetime_s\nheron,1,1024,0,\notter,1,1024,0,\nwren,1,1024,0,\n",
    );
  });

  it("takes options as words and says what was done", async () => {
    const out = join(folderWith({}), "plain");
    const done = await convert("planetlab", fixture("planetlab.csv"), out, optionsFromWords(["limit=2", "sizes=2 x 1000 MHz x 512 MiB", "gzip=true"]));
    expect([...done.population.vcpus]).toEqual([2, 2]);
    const text = conversionText(done).split("\n");
    expect(text).toEqual([
      `PlanetLab trace ${fixture("planetlab.csv")}: 3 rows from 1 file`,
      "2 VMs, 3 steps of 300 s",
      `wrote ${out}/vms.csv`,
      `wrote ${out}/demand.csv.gz`,
      "",
    ]);
    expect(() => optionsFromWords(["limit"])).toThrow('Trace options: found "limit", expected name=value, such as scale=0.5');
  });

  it("reads a folder whose owner wrote it in a spreadsheet of another country", async () => {
    const folder = folderWith({});
    writeFileSync(join(folder, "vms.csv"), "\uFEFFName;vCPUs;Memory MiB\r\nlark;2;4096\r\n");
    writeFileSync(join(folder, "demand.csv"), "\uFEFFVM;Time s;MHz\r\nlark;0;100\r\nlark;60;200\r\n");
    // Two instants 60 s apart; the last level holds for one step.
    expect(steps(await readTrace("plain", folder), 0)).toEqual([100, 200]);
  });
});

function expectSame(after: Population, before: Population): void {
  const { names, vcpus, memoryMiB, arrivalSeconds, lifetimeSeconds, demand } = after;
  expect({ names, vcpus, memoryMiB, arrivalSeconds, lifetimeSeconds }).toEqual({
    names: before.names,
    vcpus: before.vcpus,
    memoryMiB: before.memoryMiB,
    arrivalSeconds: before.arrivalSeconds,
    lifetimeSeconds: before.lifetimeSeconds,
  });
  expect(demand).toEqual(before.demand);
  if (before.owners) expect(after.owners).toEqual(before.owners);
}
