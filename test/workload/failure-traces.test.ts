/** Files of recorded failures: OpenDC's shares of hosts, and the Failure Trace Archive's nodes. */
import { describe, expect, it } from "vitest";
import { readFailures } from "../../src/workload/failure-traces.ts";
import type { TraceFile } from "../../src/workload/trace-file.ts";

const file = (name: string, text: string): TraceFile => ({
  path: name,
  name,
  bytes: text.length,
  async *chunks() {
    yield await Promise.resolve(new TextEncoder().encode(text));
  },
  slice: () => Promise.reject(new Error("no positions")),
});

describe("opendc", () => {
  it("milliseconds and shares, in any order of columns", async () => {
    const read = await readFailures(file("f.csv", "failure_duration,failure_interval,failure_intensity\n300000,420000,0.5\n600000,0,1\n"), "opendc");
    expect(read.pulses).toEqual([
      { afterSeconds: 420, forSeconds: 300, share: 0.5 },
      { afterSeconds: 0, forSeconds: 600, share: 1 },
    ]);
    expect(read.report.rowsRead).toBe(2);
  });
  it.each([
    ["a,b\n", 'f.csv:1: found "a,b", expected a column failure_interval'],
    ["failure_interval,failure_duration,failure_intensity\n1,2,1.5\n", 'f.csv:2: column failure_intensity: found "1.5", expected a share from 0 to 1'],
    ["failure_interval,failure_duration,failure_intensity\n-1,2,1\n", 'f.csv:2: column failure_interval: found "-1", expected milliseconds, 0 or more'],
    ["failure_interval,failure_duration,failure_intensity\n", "f.csv: found no failures, expected one row a failure"],
  ])("refuses %j", async (text, message) => {
    await expect(readFailures(file("f.csv", text), "opendc")).rejects.toThrow(message);
  });
});

describe("fta", () => {
  const row = (node: number, type: number, start: number, stop: number): string => `1\t1\t${node}\t1\tn${node}\t${type}\t${start}\t${stop}\tNULL`;
  it("times down of each node from the earliest instant; those that overlap are one", async () => {
    const text = ["# comment", row(10, 0, 1500, 1600), row(2, 1, 1000, 1100), row(2, 0, 1100, 1200), row(2, 0, 1150, 1300), row(10, 1, 1600, 2000)].join("\n");
    const read = await readFailures(file("event_trace.tab", text), "fta");
    expect(read.nodes).toEqual([
      { node: "n2", downtimes: [{ startSeconds: 100, endSeconds: 300 }] },
      { node: "n10", downtimes: [{ startSeconds: 500, endSeconds: 600 }] },
    ]);
    expect(read.report.notes.map(({ what }) => what)).toEqual(["downtimes of a node that overlap, taken as one"]);
  });
  it("refuses rows that are none", async () => {
    await expect(readFailures(file("event_trace.tab", "1\t2"), "fta")).rejects.toThrow("event_trace.tab:1: found 2 columns, expected at least 8");
    await expect(readFailures(file("event_trace.tab", "# nothing"), "fta")).rejects.toThrow("found no events");
    await expect(readFailures(file("event_trace.tab", row(1, 0, 1, 2).replace("\t2\t", "\tx\t")), "fta")).rejects.toThrow('column event_stop_time: found "x"');
  });
});
