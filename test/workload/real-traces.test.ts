/**
 * Facts of published traces, read at full size. They are not part of the project (licences, size): the tests run where
 * a folder `shared/traces` lies beside the project and are reported as skipped elsewhere. The facts were computed by
 * other programs (pandas, awk) or are stated by the archives that publish the traces.
 */
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, it } from "vitest";
import type { Population } from "../../src/model/demand.ts";
import { readTrace } from "../../src/node/traces.ts";
import { traceError } from "./support.ts";

const traces = fileURLToPath(new URL("../../../shared/traces/", import.meta.url));
const here = existsSync(traces);
const at = (path: string): string => join(traces, path);

const unpacked: string[] = [];
function untar(archive: string): string {
  const folder = mkdtempSync(join(tmpdir(), "hypervise-real-"));
  unpacked.push(folder);
  execFileSync("tar", ["-xJf", at(archive), "-C", folder]);
  return folder;
}
afterAll(() => {
  for (const folder of unpacked) rmSync(folder, { recursive: true, force: true });
});

const work = ({ demand }: Population): number => (demand.kind === "pieces" ? demand.mhz.reduce((sum, m, i) => sum + m * demand.seconds[i], 0) : Number.NaN);
const columnOf = (text: string): Record<string, string>[] => {
  const [head = "", ...lines] = text.trim().split("\n");
  const names = head.split(",");
  return lines.map((line) => Object.fromEntries(line.split(",").map((v, i) => [names[i], v])));
};

describe.skipIf(!here)(`published traces${here ? "" : " (skipped: no shared/traces beside the project)"}`, () => {
  describe("PlanetLab, ten days", () => {
    it.each([
      ["20110303.csv", 1052, 12.31],
      ["20110306.csv", 898, 11.44],
      ["20110309.csv", 1061, 10.7],
      ["20110322.csv.gz", 1516, 9.26],
      ["20110325.csv", 1078, 10.56],
      ["20110403.csv.gz", 1463, 12.39],
      ["20110409.csv", 1358, 11.12],
      ["20110411.csv", 1233, 11.56],
      ["20110412.csv", 1054, 11.54],
      ["20110420.csv", 1033, 10.43],
    ])("%s: %d VMs, 288 samples, mean %d percent", async (day, vms, mean) => {
      const p = await readTrace("planetlab", at(`planetlab/${day}`), { sizes: [{ vcpus: 1, speedMHz: 100, memoryMiB: 1 }] });
      expect(p.count).toBe(vms);
      if (p.demand.kind !== "grid") throw new Error(p.demand.kind);
      expect(p.demand.steps).toBe(288);
      // 1 x 100 MHz: MHz are percent.
      expect(p.demand.mhz.reduce((sum, m) => sum + m, 0) / p.demand.mhz.length).toBeCloseTo(mean, 2);
      expect(p.report.notes).toEqual([]);
    });
    it("the original files hold the same samples as the packed day", async () => {
      const folder = await readTrace("planetlab", untar("planetlab-original/20110303-20files.tar.xz"));
      const packed = await readTrace("planetlab", at("planetlab/20110303.csv"));
      expect(folder.count).toBe(20);
      if (folder.demand.kind !== "grid" || packed.demand.kind !== "grid") throw new Error("no grids");
      for (let vm = 0; vm < folder.count; vm++) {
        // Packed names: characters outside the file name's alphabet are kept as they are.
        const other = packed.names.indexOf(folder.names[vm]);
        expect(other, folder.names[vm]).toBeGreaterThanOrEqual(0);
        for (let k = 0; k < 288; k++) expect(folder.demand.mhz[k * folder.count + vm]).toBe(packed.demand.mhz[k * packed.count + other]);
      }
    });
  });

  describe("OpenDC's SURF week", () => {
    it("6,295 jobs of 16 cores, 2,323,475 fragments, 1,524,009,661,650 MHz s of work, at most 169 jobs at once", async () => {
      const p = await readTrace("opendc", at("opendc/workloads/surf-week"));
      expect(p.count).toBe(6295);
      expect(p.report.rowsRead).toBe(6295 + 2_323_475);
      expect(p.report.notes).toEqual([]);
      expect(p.vcpus.every((c) => c === 16)).toBe(true);
      expect(work(p)).toBe(1_524_009_661_650);
      const { demand } = p;
      if (demand.kind !== "pieces") throw new Error(demand.kind);
      const changes: [number, number][] = [];
      for (let vm = 0; vm < p.count; vm++) {
        let end = p.arrivalSeconds[vm];
        for (let i = demand.offset[vm]; i < demand.offset[vm + 1]; i++) end += demand.seconds[i];
        changes.push([p.arrivalSeconds[vm], 1], [end, -1]);
      }
      changes.sort((a, b) => a[0] - b[0] || a[1] - b[1]);
      let running = 0;
      let most = 0;
      for (const [, change] of changes) {
        running += change;
        most = Math.max(most, running);
      }
      expect(most).toBe(169);
      // One week from the first job, and the last job ends with it (makespan of case BIG-1).
      expect(changes[changes.length - 1][0]).toBe(604_800);
    });
    it("its tasks are the same in Parquet", async () => {
      const csv = await readTrace("opendc", at("opendc/workloads/surf-month.jobs.csv.gz"), { limit: 10 });
      expect(csv.count).toBe(10);
      const parquet = await readTrace("opendc", at("opendc-parquet/surf-week"));
      const week = await readTrace("opendc", at("opendc/workloads/surf-week"));
      expect(parquet.names).toEqual(week.names);
      expect(parquet.arrivalSeconds).toEqual(week.arrivalSeconds);
      expect(parquet.memoryMiB).toEqual(week.memoryMiB);
    });
  });

  describe("OpenDC's Bitbrains sample", () => {
    it("50 VMs by cores, 207,380,236,439 MHz s, highest sample 22,036 MHz, kB of memory recognised", async () => {
      const p = await readTrace("opendc", at("opendc/workloads/bitbrains-small"));
      const byCores = new Map<number, number>();
      for (const c of p.vcpus) byCores.set(c, (byCores.get(c) ?? 0) + 1);
      expect(Object.fromEntries(byCores)).toEqual({ 1: 18, 2: 8, 4: 14, 8: 9, 32: 1 });
      expect(Math.round(work(p))).toBe(207_380_236_439);
      if (p.demand.kind !== "pieces") throw new Error(p.demand.kind);
      expect(Math.round(p.demand.mhz.reduce((most, m) => Math.max(most, m), 0))).toBe(22_036);
      // The smallest VM: 181,352 kB.
      expect(p.memoryMiB[0]).toBeCloseTo(177.1, 1);
      const parquet = await readTrace("opendc", at("opendc-parquet/bitbrains-small"));
      expect(parquet.demand).toEqual(p.demand);
      expect(parquet.names).toEqual(p.names);
    });
  });

  describe("Bitbrains Rnd, 24 raw files", () => {
    it("sizes, samples and mean CPU of each VM agree with the published summary", async () => {
      const p = await readTrace("bitbrains", untar("bitbrains-rnd/rnd-2013-07-24vms-raw.tar.xz"), { holdSteps: 0 });
      expect(p.count).toBe(24);
      if (p.demand.kind !== "grid") throw new Error(p.demand.kind);
      const { steps, mhz } = p.demand;
      const summary = new Map(columnOf(readFileSync(at("bitbrains-rnd/rnd-2013-07-vm-summary.csv"), "utf8")).map((r) => [r.vm, r]));
      for (let vm = 0; vm < p.count; vm++) {
        const row = summary.get(p.names[vm])!;
        expect(p.vcpus[vm]).toBe(Number(row.vcpus));
        // The summary has the month's mean, the reader the largest: equal unless the VM was resized (one was, by 3 %).
        const memory = p.memoryMiB[vm] / 1024 / Number(row.mem_provisioned_gib);
        expect(memory).toBeGreaterThan(0.999);
        expect(memory).toBeLessThan(1.03);
        let sum = 0;
        let n = 0;
        for (let k = 0; k < steps; k++) {
          const m = mhz[k * p.count + vm];
          if (Number.isNaN(m)) continue;
          sum += m;
          n++;
        }
        // Samples that drift into one step are averaged: at most 1 in 1,000 here.
        expect(n / Number(row.samples)).toBeCloseTo(1, 2);
        // VMs 46 and 256 changed their capacity within the month, so their mean % is no share of one capacity; means by awk.
        const resized: Record<string, number> = { 46: 6131.382, 256: 131.576 };
        const expectedMhz = resized[p.names[vm]] ?? (Number(row.cpu_pct_mean) / 100) * Number(row.cpu_capacity_mhz);
        expect(Math.abs(sum / n - expectedMhz)).toBeLessThan(0.01 * expectedMhz + (0.0005 * Number(row.cpu_capacity_mhz)) / 100 + 0.01);
      }
    });
  });

  describe("Alibaba 2018, Google 2011 and two SWF logs", () => {
    it("16 machines of 96 CPUs over 8 days", async () => {
      const p = await readTrace("alibaba2018", at("alibaba-2018-sample"));
      expect(p.count).toBe(16);
      expect(p.vcpus.every((c) => c === 96)).toBe(true);
      expect(p.report.rowsRead).toBe(17_592 + 100_002);
      if (p.demand.kind !== "grid") throw new Error(p.demand.kind);
      expect((p.demand.steps * 300) / 86_400).toBe(8);
    });
    it("1,015 task events and 677 measurements", async () => {
      const p = await readTrace("google2011", at("google-2011-sample"));
      expect(p.report.rowsRead).toBe(1015 + 677);
      expect(work(p)).toBeGreaterThan(0);
    });
    it("NASA iPSC: 18,239 jobs on 128 nodes; LCG: 188,041 single-CPU jobs", async () => {
      const nasa = await readTrace("swf", at("swf/NASA-iPSC-1993-3.1-cln.swf.gz"));
      expect(nasa.report.rowsRead).toBe(18_239);
      expect(Math.max(...nasa.vcpus)).toBe(128);
      const lcg = await readTrace("swf", at("swf/LCG.swf.gz"));
      expect(lcg.report.rowsRead).toBe(188_041);
      expect(lcg.vcpus.every((c) => c === 1)).toBe(true);
    });
  });

  it("a trace in the wrong format is refused at its first line", async () => {
    expect((await traceError(readTrace("opendc", at("planetlab/20110303.csv")))).found).toBe("no tasks file");
    expect((await traceError(readTrace("swf", at("planetlab/20110303.csv")))).line).toBe(1);
  });
});
