/**
 * Files of recorded failures, from the file on disk to hosts that are down.
 *
 * fta/event_trace.tab is invented, in the columns of the archive's table event_trace (http://fta.scem.uws.edu.au, FTAFormat): event,
 * component, node and platform ids, node name, event type (0 unavailable, 1 available), start, stop (Unix seconds), reason.
 * OpenDC's failure traces have failure_interval and failure_duration (ms, 64-bit) and failure_intensity (double), as Parquet
 * (documentation of OpenDC, Input, FailureModel: https://atlarge-research.github.io/opendc); the Parquet file is written here.
 */
import { parquetWriteBuffer } from "hyparquet-writer";
import { describe, expect, it } from "vitest";
import { loadFailureTraces } from "../../src/node/failure-traces.ts";
import { numbers, texts } from "../../src/results/table.ts";
import type { ResolvedScenario } from "../../src/scenario/resolved.ts";
import { simulate } from "../../src/simulation.ts";
import { failuresOf, fallible } from "../../src/validation/failures.ts";
import { fixture, folderWith, traceError } from "./support.ts";

/** Four hosts for 2 h whose failures are those of a file. */
function recorded(path: string, format: "opendc" | "fta"): ResolvedScenario {
  const traces = [{ name: "recorded", which: null, repeat: false, boots: false, source: { path, format }, pulses: [], nodes: [] }];
  return fallible(4, 2, { ...failuresOf(), traces });
}

async function failedSeconds(path: string, format: "opendc" | "fta", folder = ""): Promise<Record<string, number>> {
  const scenario = recorded(path, format);
  const { hosts } = simulate(scenario, { failureTraces: await loadFailureTraces(scenario, folder) });
  const failed = numbers(hosts, "failed_core_s");
  const cores = numbers(hosts, "cores");
  return Object.fromEntries(texts(hosts, "host").map((name, i) => [name, Number(((failed[i] ?? 0) / (cores[i] ?? 1)).toFixed(6))]));
}

describe("fta: event_trace.tab", () => {
  it("each node's times down are those of one host, in the order of the ids", async () => {
    const path = fixture("fta/event_trace.tab");
    const read = await loadFailureTraces(recorded(path, "fta"), "");
    // Second 0 is the earliest start, 1230768000. Node 10 comes after 3; its times from 3600 to 5400 and from 5000 to 6000 are one.
    expect(read.get("recorded")?.nodes).toEqual([
      { node: "alpha", downtimes: [{ startSeconds: 600, endSeconds: 1200 }] },
      { node: "beta", downtimes: [] },
      { node: "gamma", downtimes: [{ startSeconds: 2000.5, endSeconds: 2100.5 }] },
      { node: "kappa", downtimes: [{ startSeconds: 3600, endSeconds: 6000 }] },
    ]);
    const { rowsRead, notes, files } = read.get("recorded")?.report ?? {};
    expect([rowsRead, notes?.map(({ what, rows }) => [what, rows]), files?.length]).toEqual([
      8,
      [
        ["downtime that takes no time, left out", 1],
        ["downtimes of a node that overlap, taken as one", 1],
      ],
      1,
    ]);
    expect(await failedSeconds(path, "fta")).toEqual({ "h-1": 600, "h-2": 0, "h-3": 100, "h-4": 2400 });
  });
});

describe("opendc: shares of the hosts", () => {
  const csv = "failure_interval,failure_duration,failure_intensity\n600000,300000,0.5\n1200000,600000,1.0\n3600000,1200000,0.3\n";
  const parquet = (intensity: readonly number[], rowGroupSize = 2): Uint8Array =>
    new Uint8Array(
      parquetWriteBuffer({
        columnData: [
          { name: "failure_interval", data: [600_000n, 1_200_000n, 3_600_000n], type: "INT64", nullable: false },
          { name: "failure_duration", data: [300_000n, 600_000n, 1_200_000n], type: "INT64", nullable: false },
          { name: "failure_intensity", data: [...intensity], type: "DOUBLE", nullable: false },
        ],
        rowGroupSize,
      }),
    );
  it("are the same from CSV and from Parquet, in one row group or in several", async () => {
    const folder = folderWith({ "failures.csv": csv, "failures.parquet": parquet([0.5, 1, 0.3]), "one-group.parquet": parquet([0.5, 1, 0.3], 100) });
    const failed = await failedSeconds("failures.csv", "opendc", folder);
    // Of 4 hosts 2 are down from 600 to 900; all from 900 + 1200 = 2100 to 2700; ceil(1.2) = 2 from 2700 + 3600 = 6300 to the end at
    // 7200: 600 + 2400 + 1800.
    expect(Object.values(failed).reduce((a, b) => a + b, 0)).toBeCloseTo(4800, 6);
    for (const seconds of Object.values(failed)) expect([600, 900, 1500, 1800]).toContain(seconds);
    expect(await failedSeconds("failures.parquet", "opendc", folder)).toEqual(failed);
    expect(await failedSeconds("one-group.parquet", "opendc", folder)).toEqual(failed);
  });
  it("are refused with file and row where they are none", async () => {
    const folder = folderWith({ "wrong.parquet": parquet([0.5, 7, 0.3]), "short.parquet": parquet([0.5, 1, 0.3]).subarray(0, 200) });
    const wrong = await traceError(loadFailureTraces(recorded("wrong.parquet", "opendc"), folder));
    expect(wrong.message).toContain('wrong.parquet:2: column failure_intensity: found "7", expected a share from 0 to 1');
    expect((await traceError(loadFailureTraces(recorded("short.parquet", "opendc"), folder))).message).toContain("short.parquet");
    await expect(loadFailureTraces(recorded("none.csv", "opendc"), folder)).rejects.toThrow("none.csv");
  });
});
