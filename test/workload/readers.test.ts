/** Each trace format on a tiny hand-made sample: columns, units and traps, with the arithmetic beside the numbers. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { readTrace } from "../../src/node/traces.ts";
import { fixture, folderWith, notes, pieces, steps, traceError } from "./support.ts";

const INFINITE = Number.POSITIVE_INFINITY;

describe("planetlab", () => {
  it("takes percent of each VM's own size, sizes in blocks", async () => {
    // Two blocks of ceil(3 / 2) = 2 VMs: heron and otter 1 x 2,000 MHz, wren 2 x 1,000 MHz; 1 % = 20 MHz for all.
    const p = await readTrace("planetlab", fixture("planetlab.csv"), {
      sizes: [
        { vcpus: 1, speedMHz: 2000, memoryMiB: 512 },
        { vcpus: 2, speedMHz: 1000, memoryMiB: 870 },
      ],
    });
    expect(p.names).toEqual(["heron", "otter", "wren"]);
    expect([...p.vcpus]).toEqual([1, 1, 2]);
    expect([...p.memoryMiB]).toEqual([512, 512, 870]);
    expect([0, 1, 2].map((vm) => steps(p, vm))).toEqual([
      [200, 400, 600],
      [0, 2000, 1000],
      [100, 100, 100],
    ]);
    expect(p.demand).toMatchObject({ firstSeconds: 0, stepSeconds: 300, steps: 3 });
    expect([...p.arrivalSeconds]).toEqual([0, 0, 0]);
    expect([...p.lifetimeSeconds]).toEqual([INFINITE, INFINITE, INFINITE]);
  });
  it("hands sizes out in turn when asked to", async () => {
    const p = await readTrace("planetlab", fixture("planetlab.csv"), {
      assign: "cycle",
      sizes: [
        { vcpus: 1, speedMHz: 2000, memoryMiB: 1 },
        { vcpus: 4, speedMHz: 1000, memoryMiB: 2 },
      ],
    });
    expect([...p.vcpus]).toEqual([1, 4, 1]);
  });
  it("reads the original folder, VMs in byte order of their names", async () => {
    // Capital letters come first in byte order. Default size: 1 x 2,500 MHz, so 1 % = 25 MHz.
    const p = await readTrace("planetlab", fixture("planetlab-folder"));
    expect(p.names).toEqual(["Wren", "heron", "otter"]);
    expect(steps(p, 0)).toEqual([125, 125, 125]);
    expect(steps(p, 2)).toEqual([0, 2500, 1250]);
  });
  it("reads gzip by content, not by name", async () => {
    const folder = folderWith({ "day.csv": gzipSync(readFileSync(fixture("planetlab.csv"))) });
    expect((await readTrace("planetlab", join(folder, "day.csv"))).names).toEqual(["heron", "otter", "wren"]);
  });
  it("takes missing and negative samples as 0, keeps those above 100, and counts them", async () => {
    const folder = folderWith({ "day.csv": "a,10,,NaN\nb,-3,120,20\n" });
    const p = await readTrace("planetlab", join(folder, "day.csv"));
    expect(steps(p, 0)).toEqual([250, 0, 0]);
    expect(steps(p, 1)).toEqual([0, 3000, 500]);
    expect(p.report.notes).toEqual([
      { what: "missing sample, taken as 0 %", rows: 2, first: `${join(folder, "day.csv")}:1` },
      { what: "negative sample, taken as 0 %", rows: 1, first: `${join(folder, "day.csv")}:2` },
      { what: "sample above 100 %, kept", rows: 1, first: `${join(folder, "day.csv")}:2` },
    ]);
  });
  it("names the place of a row that is short", async () => {
    const folder = folderWith({ "day.csv": "a,10,20\nb,10\n" });
    const e = await traceError(readTrace("planetlab", join(folder, "day.csv")));
    expect(e).toMatchObject({ line: 2, found: "2 columns" });
  });
});

describe("opendc", () => {
  it.each([
    ["CSV", "opendc", ["fern", "moss", "reed"]],
    ["Parquet", "opendc-parquet", ["11", "7", "9"]],
  ])("reads tasks and fragments from %s", async (_, folder, names) => {
    const p = await readTrace("opendc", fixture(folder));
    expect(p.names).toEqual(names);
    expect([...p.vcpus]).toEqual([2, 1, 4]);
    expect([...p.memoryMiB]).toEqual([4000, 1000, 8000]);
    // Submitted at 60, 0 and 120 s after the earliest.
    expect([...p.arrivalSeconds]).toEqual([60, 0, 120]);
    // moss: 100 MHz twice in a row is one piece of 60 s. fern's rows are in two runs, with moss between them, and merge as well.
    expect(pieces(p, 1)).toEqual([
      [60, 100],
      [60, 250.5],
      [180, 0],
    ]);
    expect(pieces(p, 0)).toEqual([
      [90, 1000],
      [30, 2000],
    ]);
    expect(pieces(p, 2)).toEqual([]);
    expect(notes(p)).toMatchObject({ "task without fragments, ends as soon as it runs": 1 });
  });
  it("counts fragments of unknown tasks, with the first place", async () => {
    const p = await readTrace("opendc", fixture("opendc"));
    expect(p.report.notes[0]).toEqual({
      what: "fragment of a task that is not in the tasks file, left out",
      rows: 1,
      first: `${fixture("opendc/fragments.csv")}:9`,
    });
    expect(p.report.rowsRead).toBe(3 + 8);
  });
  it("finds the fragments beside a tasks file, also by the common start of their names", async () => {
    const tasks = readFileSync(fixture("opendc/tasks.csv"));
    const folder = folderWith({ "x.tasks.csv": tasks, "x.fragments.csv.gz": gzipSync(readFileSync(fixture("opendc/fragments.csv"))), "y.tasks.csv": tasks });
    for (const path of ["x", "x.tasks.csv", "x.fragments.csv.gz"])
      expect((await readTrace("opendc", join(folder, path))).demand).toMatchObject({ kind: "pieces", offset: Uint32Array.of(0, 2, 5, 5) });
    const e = await traceError(readTrace("opendc", folder));
    expect(e.found).toBe("2 files that could be it (x.tasks.csv, y.tasks.csv)");
  });
  it("without fragments keeps each task busy at full capacity for its duration", async () => {
    const folder = folderWith({ "tasks.csv": readFileSync(fixture("opendc/tasks.csv")) });
    const p = await readTrace("opendc", folder);
    expect([0, 1, 2].map((vm) => pieces(p, vm))).toEqual([[[600, 5000]], [[300, 2500]], [[60, 10000]]]);
  });
  it("takes absurdly large memory as kB and says so; memoryUnit overrules", async () => {
    const folder = folderWith({ "tasks.csv": "id,submission_time,duration,cpu_count,cpu_capacity,mem_capacity\na,0,1000,1,2500,1048576\n" });
    const guessed = await readTrace("opendc", folder);
    expect([...guessed.memoryMiB]).toEqual([1024]);
    expect(guessed.report.notes[1]?.what).toBe("mem_capacity taken as kB: in MB the median task would have 1024 GiB a core (option memoryUnit)");
    expect([...(await readTrace("opendc", folder, { memoryUnit: "MB" })).memoryMiB]).toEqual([1_048_576]);
  });
  it.each([
    ["a duration below 0", "a,-5,10", '"duration": found -5, expected a duration of 0 ms or more'],
    ["a duration that is missing", "a,,10", '"duration": found nothing, expected a duration of 0 ms or more'],
    ["text for a number", "a,5,ten", '"cpu_usage": found "ten", expected a number (MHz)'],
  ])("refuses %s", async (_, row, message) => {
    const folder = folderWith({
      "tasks.csv": "id,submission_time,cpu_count,mem_capacity\na,0,1,100\n",
      "fragments.csv": `id,duration,cpu_usage\na,1000,5\n${row}\n`,
    });
    expect((await traceError(readTrace("opendc", folder))).message).toBe(`${join(folder, "fragments.csv")}:3: column ${message}`);
  });
  it("takes negative and missing CPU use as 0 and counts it", async () => {
    const folder = folderWith({
      "tasks.csv": "id,submission_time,cpu_count,mem_capacity\na,0,1,100\n",
      "fragments.csv": "id,duration,cpu_usage\na,1000,-5\na,1000,NaN\na,0,7\n",
    });
    const p = await readTrace("opendc", folder);
    expect(pieces(p, 0)).toEqual([[2, 0]]);
    expect(notes(p)).toEqual({
      "fragment with negative CPU use, taken as 0 MHz": 1,
      "fragment without CPU use, taken as 0 MHz": 1,
      "fragment of 0 ms, left out": 1,
    });
  });
});

describe("bitbrains", () => {
  it("puts drifting seconds on a 5-minute grid and leaves unprovisioned VMs out", async () => {
    const p = await readTrace("bitbrains", fixture("bitbrains"));
    // By number of the file name: 2 before 10. VM 3 has no cores.
    expect(p.names).toEqual(["2", "10"]);
    expect([...p.vcpus]).toEqual([2, 1]);
    // The largest memory the VM had: 8,388,608 KB.
    expect([...p.memoryMiB]).toEqual([8192, 1024]);
    // Times 100, 400, 1004 and 1304 s: steps 0, 1, 3 and 4. Step 2 has no sample and keeps 156 MHz.
    expect(steps(p, 0)).toEqual([78, 156, 156, 260, 52.5]);
    // Comes in step 2 (600 s after the first sample of all); 2,730 MHz is above its 2,600 MHz and stays.
    expect(steps(p, 1)).toEqual([Number.NaN, Number.NaN, 2730, 1000.125, 0]);
    expect([...p.arrivalSeconds]).toEqual([0, 600]);
    expect(notes(p)).toEqual({ "VM without cores (unprovisioned), left out": 1, "missing step that keeps the value before it (gaps of up to 3 steps)": 1 });
  });
  it("leaves a gap empty when told to hold nothing", async () => {
    expect(steps(await readTrace("bitbrains", fixture("bitbrains"), { holdSteps: 0 }), 0)).toEqual([78, 156, Number.NaN, 260, 52.5]);
  });
  it("averages samples that share a longer step", async () => {
    // Steps of 600 s begin at 1,700,000,100 - 300: the first sample is alone, then (156), (260 and 52.5).
    expect(steps(await readTrace("bitbrains", fixture("bitbrains"), { stepSeconds: 600 }), 0).map((m) => Math.round(m * 100) / 100)).toEqual([78, 156, 156.25]);
  });
  it("ends a VM that stops reporting, and takes rows out of order", async () => {
    const head = "Timestamp [ms];\tCPU cores;\tCPU usage [MHZ];\tMemory capacity provisioned [KB]\n";
    const row = (t: number, mhz: number): string => `${t};\t1;\t${mhz};\t1024\n`;
    const long = head + Array.from({ length: 20 }, (_, k) => row(1_700_000_100 + 300 * k, k)).join("");
    const folder = folderWith({ "1.csv": long, "2.csv": head + row(1_700_000_400, 7) + row(1_700_000_100, 6) });
    const p = await readTrace("bitbrains", folder);
    expect([...p.lifetimeSeconds]).toEqual([INFINITE, 600]);
    expect(steps(p, 1).slice(0, 3)).toEqual([6, 7, Number.NaN]);
    expect(notes(p)).toEqual({ "row earlier than the one before it, put where it belongs": 1 });
  });
  it("refuses a time in another century", async () => {
    const folder = folderWith({
      "1.csv": "Timestamp [ms];CPU cores;CPU usage [MHZ];Memory capacity provisioned [KB]\n1700000100;1;5;1024\n99999999999;1;5;1024\n",
    });
    expect((await traceError(readTrace("bitbrains", folder))).message).toBe(
      `${join(folder, "1.csv")}:3: column "Timestamp": found 99999999999, expected a time within 20 years of the VM's other rows`,
    );
  });
  it("reads active memory, disk and network with all resources, averaged and held like CPU", async () => {
    const head =
      "Timestamp [ms];CPU cores;CPU usage [MHZ];Memory capacity provisioned [KB];Memory usage [KB];Disk read throughput [KB/s];Disk write throughput [KB/s];Network received throughput [KB/s];Network transmitted throughput [KB/s]\n";
    const row = (t: number, kb: number, read: number, write: number): string => `${t};1;10;4096;${kb};${read};${write};1000;220.703125\n`;
    // Two samples in step 0 (2048 and 1024 KB), a gap, one in step 2.
    const folder = folderWith({ "1.csv": head + row(1_700_000_100, 2048, 512, 512) + row(1_700_000_101, 1024, 512, 1536) + row(1_700_000_700, 512, 0, 256) });
    const { demand } = await readTrace("bitbrains", folder, { resources: "all" });
    expect(demand).toMatchObject({
      activeMiB: Float32Array.of(1.5, 1.5, 0.5),
      diskMiBPerSecond: Float32Array.of(1.5, 1.5, 0.25),
      // 1,220.703125 KiB/s x 8,192 bit = 0.01 Gbit/s.
      gbitPerSecond: Float32Array.of(0.01, 0.01, 0.01),
    });
    expect((await readTrace("bitbrains", folder)).demand).not.toHaveProperty("activeMiB");
  });
  it("reads Materna's quotes, decimal commas and dates", async () => {
    const p = await readTrace("bitbrains", fixture("materna"));
    expect(steps(p, 0)).toEqual([176.5, 84]);
    expect([...p.memoryMiB]).toEqual([8192]);
  });
});

describe("azure", () => {
  it("joins the table and the readings into pieces", async () => {
    const p = await readTrace("azure", fixture("azure-v1"), { speedMHz: 1000 });
    expect(p.names).toEqual(["vm-a1", "vm-a2", "vm-a3"]);
    expect(p.owners).toEqual(["sub-7", "sub-7", "sub-8"]);
    expect([...p.vcpus]).toEqual([2, 1, 8]);
    expect([...p.memoryMiB]).toEqual([3.5 * 1024, 1.75 * 1024, 56 * 1024]);
    expect([...p.arrivalSeconds]).toEqual([0, 300, 600]);
    // a1 lives to the end of the trace; a3 was created and deleted within one reading.
    expect([...p.lifetimeSeconds]).toEqual([INFINITE, 600, 300]);
    // a1: 4 % of 2 x 1,000 MHz = 80 MHz from 0 (the reading at 300 is the same), 30 % = 600 MHz from 900 to 1,800 s.
    expect(pieces(p, 0)).toEqual([
      [900, 80],
      [900, 600],
    ]);
    expect(pieces(p, 1)).toEqual([
      [300, 500],
      [300, 205],
    ]);
    expect(pieces(p, 2)).toEqual([[300, 800]]);
    expect(notes(p)).toEqual({ "VM of no length, given one reading of life (300 s)": 1, "reading of a VM that is not in the table, left out": 1 });
  });
  it("takes V2's buckets at their upper end, and the average where there are no readings", async () => {
    const p = await readTrace("azure", fixture("azure-v2"), { speedMHz: 1000 });
    expect([...p.vcpus]).toEqual([30, 4]);
    expect([...p.memoryMiB]).toEqual([70 * 1024, 32 * 1024]);
    expect(pieces(p, 1)).toEqual([[3600, 1000]]);
    expect(notes(p)).toMatchObject({ "bucket >24 cores, taken as 30": 1, "bucket >64 GB, taken as 70": 1 });
  });
});

describe("google2011", () => {
  it("makes a VM of each task, from its first SCHEDULE to its last end", async () => {
    const p = await readTrace("google2011", fixture("google2011"), { machineCores: 16, speedMHz: 1000, machineMemoryMiB: 65_536 });
    expect(p.names).toEqual(["101/0", "102/3"]);
    expect(p.owners).toEqual(["ann", "bob"]);
    // 0.0625 x 16 = 1 core; 0.01 x 16 = 0.16, a whole vCPU at least. Memory: 1/32 and 1/100 of 64 GiB.
    expect([...p.vcpus]).toEqual([1, 1]);
    expect([...p.memoryMiB]).toEqual([2048, 655.36]);
    // Times start 600 s before the trace: 600 s is second 0, 900 s is second 300.
    expect([...p.arrivalSeconds]).toEqual([0, 300]);
    // 0.05 x 16,000 MHz = 800, 0.025 = 400; its end event lies after the trace, so it ends with its last measurement.
    expect(pieces(p, 0)).toEqual([
      [300, expect.closeTo(800, 3)],
      [300, expect.closeTo(400, 3)],
    ]);
    // Between two measurements nothing is known: 0.
    expect(pieces(p, 1)).toEqual([
      [100, expect.closeTo(80, 4)],
      [300, 0],
      [200, expect.closeTo(160, 4)],
    ]);
  });
  it("skips a header line that some copies have", async () => {
    const folder = folderWith({
      "task_usage.csv": `start time,end time,jobID,task index,machine ID,mean CPU usage rate\n${readFileSync(fixture("google2011/task_usage.csv"), "utf8")}`,
    });
    expect((await readTrace("google2011", folder)).count).toBe(2);
  });
});

describe("alibaba2018", () => {
  it("makes a VM of each machine that was measured, averaging each step", async () => {
    const p = await readTrace("alibaba2018", fixture("alibaba2018"), { entity: "machines", speedMHz: 1000, machineMemoryMiB: 1000 });
    expect(p.names).toEqual(["m_1", "m_2"]);
    expect([...p.vcpus]).toEqual([96, 64]);
    expect([...p.memoryMiB]).toEqual([1000, 500]);
    // m_2: 10 % and 20 % of 64,000 MHz in step 0, nothing in step 1 (held), 30 % in step 2. m_1 comes in step 1.
    expect(steps(p, 1)).toEqual([9600, 9600, 19_200]);
    expect(steps(p, 0)).toEqual([Number.NaN, 48_000, Number.NaN]);
    expect([...p.arrivalSeconds]).toEqual([300, 0]);
    expect(notes(p)).toMatchObject({
      "sample that is missing, below 0 or above 100 % (the trace marks invalid ones with -1 and 101), left out": 2,
      "VM without samples, left out": 1,
    });
  });
  it("makes a VM of each container where the folder has them", async () => {
    const p = await readTrace("alibaba2018", fixture("alibaba2018"), { speedMHz: 1000, machineMemoryMiB: 10_000 });
    expect(p.names).toEqual(["c_1", "c_2"]);
    expect(p.owners).toEqual(["app_7", "app_7"]);
    // 400 hundredths = 4 cores; 50 hundredths need one vCPU, but 80 % of the request is 400 MHz.
    expect([...p.vcpus]).toEqual([4, 1]);
    expect(steps(p, 0)).toEqual([1000]);
    expect(steps(p, 1)).toEqual([400]);
  });
});

describe("swf", () => {
  it("makes a VM with one finite task of each job that ran", async () => {
    const p = await readTrace("swf", fixture("swf/tiny.swf"), { speedMHz: 1000, memoryPerVcpuMiB: 512 });
    expect(p.names).toEqual(["job-1", "job-2", "job-4"]);
    expect(p.owners).toEqual(["user-3", "user-4", "user-3"]);
    expect([...p.vcpus]).toEqual([8, 2, 4]);
    // Job 1: none given, 8 x 512. Job 2: used 4,096 KB x 2. Job 4: requested 1,048,576 KB x 4.
    expect([...p.memoryMiB]).toEqual([4096, 8, 4096]);
    expect([...p.arrivalSeconds]).toEqual([0, 0, 120]);
    // Job 1: 8 x 360 s x 1,000 MHz. Job 2 computed for 50 of its 100 s: half the work at half the rate. Job 4: 4 x 30 s.
    expect(p.demand).toMatchObject({
      kind: "tasks",
      sequence: false,
      workMHzSeconds: Float64Array.of(2_880_000, 100_000, 120_000),
      threads: Float64Array.of(8, 2, 4),
      limitMHz: Float64Array.of(INFINITE, 1000, INFINITE),
    });
    expect(notes(p)).toEqual({
      "job without memory, given 512 MiB a processor (option memoryPerVcpuMiB)": 1,
      "job that never ran (no run time or no processors), left out": 1,
    });
  });
  it("refuses a table that is not SWF", async () => {
    const folder = folderWith({ "a.swf": "; Version: 2.2\n1 2 3\n" });
    expect((await traceError(readTrace("swf", join(folder, "a.swf")))).message).toBe(
      `${join(folder, "a.swf")}:2: found 3 fields, expected the 18 fields of SWF between blanks`,
    );
  });
});

describe("any trace", () => {
  it("reports each file it used with its size and SHA-256", async () => {
    const p = await readTrace("planetlab", fixture("planetlab.csv"));
    // sha256sum test/fixtures/traces/planetlab.csv
    expect(p.report.files).toEqual([{ path: fixture("planetlab.csv"), bytes: 41, sha256: "9e600e4accf62054b104b9744aba594ff7e7e22ea4371b7c609b9527ab85a1be" }]);
  });
  it("keeps the first VMs, a window of time and a factor on demand", async () => {
    const p = await readTrace("planetlab", fixture("planetlab.csv"), { limit: 2, fromSeconds: 300, toSeconds: 900, scale: 0.5 });
    // 1 % = 25 MHz; steps 1 and 2 only; half of it.
    expect([0, 1].map((vm) => steps(p, vm))).toEqual([
      [250, 375],
      [1250, 625],
    ]);
    expect(p.count).toBe(2);
  });
  it("offers the nearest name for a format or a path that does not exist", async () => {
    await expect(readTrace("planetlabs", "x")).rejects.toThrow('There is no trace format "planetlabs"; did you mean "planetlab"?');
    expect((await traceError(readTrace("planetlab", fixture("planetlb.csv")))).found).toBe(`no such file or folder; did you mean ${fixture("planetlab.csv")}?`);
  });
  it("finds gzip data that was cut off", async () => {
    const whole = gzipSync(readFileSync(fixture("planetlab.csv")));
    const folder = folderWith({ "day.csv.gz": whole.subarray(0, whole.length - 12) });
    expect((await traceError(readTrace("planetlab", join(folder, "day.csv.gz")))).found).toBe("damaged gzip data (unexpected end of file)");
  });
  it("finds Parquet data that was cut off", async () => {
    const folder = folderWith({ "tasks.parquet": readFileSync(fixture("opendc-parquet/tasks.parquet")).subarray(0, 300) });
    expect((await traceError(readTrace("opendc", folder))).found).toMatch(/^a Parquet file that cannot be read \(/);
  });
});
