/** The tidy table: every figure of every replication once, and what other readers see of it as CSV and Parquet. */
import { parquetReadObjects } from "hyparquet";
import { describe, expect, it } from "vitest";
import type { Replicated } from "../../src/experiment/replicate.ts";
import { policyName, tidyTable } from "../../src/experiment/tidy.ts";
import { parquetOf } from "../../src/node/parquet.ts";
import { csvChunks } from "../../src/node/results-csv.ts";

const runs = (name: string, energy: number[], slav: number[]): Pick<Replicated, "name" | "metrics"> => ({
  name,
  metrics: new Map([
    ["energy_it_kwh", { unit: "kWh", about: "", values: Float64Array.from(energy) }],
    ["slav", { unit: "", about: "", values: Float64Array.from(slav) }],
  ]),
});
const table = tidyTable(
  [
    { scenario: "Lagoon", policy: "best-fit", runs: runs("a", [1.5, 2.5], [0, Number.NaN]) },
    { scenario: 'Lagoon, "new"', policy: "best-fit + consolidate", runs: runs("=b", [0.1, 0.2], [1e-9, 2e-9]) },
  ],
  ["7/1", "7/2"],
);

describe("the tidy table", () => {
  it("has a row for each scenario, policy, option, replication and metric", () => {
    expect([...csvChunks(table)].join("")).toBe(`scenario,policy,option,replication,seed,metric,unit,value
Lagoon,best-fit,a,1,7/1,energy_it_kwh,kWh,1.5
Lagoon,best-fit,a,1,7/1,slav,,0
Lagoon,best-fit,a,2,7/2,energy_it_kwh,kWh,2.5
Lagoon,best-fit,a,2,7/2,slav,,
"Lagoon, ""new""",best-fit + consolidate,'=b,1,7/1,energy_it_kwh,kWh,0.1
"Lagoon, ""new""",best-fit + consolidate,'=b,1,7/1,slav,,1e-9
"Lagoon, ""new""",best-fit + consolidate,'=b,2,7/2,energy_it_kwh,kWh,0.2
"Lagoon, ""new""",best-fit + consolidate,'=b,2,7/2,slav,,2e-9
`);
  });

  it("reads back from Parquet with every digit, null where a value does not apply, and names as they are", async () => {
    const bytes = parquetOf(table);
    const file = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer;
    const rows = await parquetReadObjects({ file });
    expect(rows.length).toBe(8);
    expect(rows[3]).toEqual({ scenario: "Lagoon", policy: "best-fit", option: "a", replication: 2, seed: "7/2", metric: "slav", unit: "", value: null });
    expect(rows[4]).toEqual({
      scenario: 'Lagoon, "new"',
      policy: "best-fit + consolidate",
      option: "=b",
      replication: 1,
      seed: "7/1",
      metric: "energy_it_kwh",
      unit: "kWh",
      value: 0.1,
    });
  });

  it("can be written without a row", () => expect(parquetOf(tidyTable([], [])).length).toBeGreaterThan(8));
});

describe("the name of a scenario's policies", () => {
  it("joins placement and rebalancing", () => {
    const placement = { policy: "best-fit", options: {}, module: null };
    expect(policyName({ placement })).toBe("best-fit");
    expect(policyName({ placement, rebalance: { policy: "consolidate" } as never })).toBe("best-fit + consolidate");
  });
});
