/** Published forms of carbon and price series; the rows are invented, the headers those of the sources. */
import { describe, expect, it } from "vitest";
import type { SeriesQuantity } from "../../src/model/accounts-spec.ts";
import { readSeries } from "../../src/workload/series.ts";

const file = (text: string) => ({
  path: "f.csv",
  name: "f.csv",
  bytes: text.length,
  async *chunks() {
    yield await Promise.resolve(new TextEncoder().encode(text));
  },
  slice: () => Promise.reject(new Error("not a Parquet file")),
});
const read = async (text: string, quantity: SeriesQuantity, column: string | null = null) => {
  const { atMs, values, report } = await readSeries(file(text), quantity, column);
  return {
    at: Array.from(atMs, (ms) => new Date(ms).toISOString().slice(0, 16)),
    values: Array.from(values),
    notes: report.notes.map(({ what, rows }) => `${rows} ${what}`),
  };
};

const MAPS = `Datetime (UTC),Country,Zone name,Zone id,Carbon intensity gCO₂eq/kWh (direct),Carbon intensity gCO₂eq/kWh (Life cycle),Data source
2024-01-01 00:00:00,Germany,Germany,DE,200.5,260.5,x
2024-01-01 01:00:00,Germany,Germany,DE,,,x
2024-01-01 02:00:00,Germany,Germany,DE,210,270,x
`;

describe("series", () => {
  it("of Electricity Maps: life cycle, or what is asked for; what is missing stays", async () => {
    expect(await read(MAPS, "carbon")).toEqual({
      at: ["2024-01-01T00:00", "2024-01-01T01:00", "2024-01-01T02:00"],
      values: [260.5, 260.5, 270],
      notes: ["1 missing values that keep the one before them"],
    });
    expect((await read(MAPS, "carbon", "direct")).values).toEqual([200.5, 200.5, 210]);
    const older = MAPS.replace("(Life cycle)", "(LCA)").replace("Datetime (UTC)", "datetime");
    expect((await read(older, "carbon")).values).toEqual([260.5, 260.5, 270]);
  });
  it("of ENTSO-E: MWh become kWh, CET becomes UTC", async () => {
    const old =
      '"MTU (CET/CEST)","Day-ahead Price [EUR/MWh]","Currency","BZN|DE-LU"\n"01.07.2024 00:00 - 01.07.2024 01:00","85.5","EUR",""\n"01.07.2024 01:00 - 01.07.2024 02:00","-3.0","EUR",""\n';
    expect(await read(old, "price")).toMatchObject({ at: ["2024-06-30T22:00", "2024-06-30T23:00"], values: [0.0855, -0.003] });
    const recent =
      "MTU (UTC),Area,Sequence,Day-ahead Price (EUR/MWh)\n01/01/2025 00:00:00 - 01/01/2025 01:00:00,BZN|BE,Sequence 1,10\n01/01/2025 00:00:00 - 01/01/2025 00:15:00,BZN|BE,Sequence 2,99\n01/01/2025 01:00:00 - 01/01/2025 02:00:00,BZN|BE,Sequence 1,n/e\n";
    expect(await read(recent, "price")).toMatchObject({ at: ["2025-01-01T00:00", "2025-01-01T01:00"], values: [0.01, 0.01] });
  });
  it("through both changes of the clock", async () => {
    const rows = (day: string, hours: string[]) =>
      `MTU (CET/CEST),Day-ahead Price [EUR/MWh]\n${hours.map((h, i) => `${day} ${h}:00 - ${day} ${h}:59,${i}`).join("\n")}\n`;
    // 2024-03-31: 01:00 CET is 00:00 UTC, 02:00 does not exist, 03:00 CEST is 01:00 UTC.
    expect((await read(rows("31.03.2024", ["01", "02", "03"]), "price")).at).toEqual(["2024-03-31T00:00", "2024-03-31T01:00"]);
    // 2024-10-27: 02:00 comes twice, at 00:00 and at 01:00 UTC.
    expect((await read(rows("27.10.2024", ["01", "02", "02", "03"]), "price")).at).toEqual([
      "2024-10-26T23:00",
      "2024-10-27T00:00",
      "2024-10-27T01:00",
      "2024-10-27T02:00",
    ]);
  });
  it("of one column that says what it is, without saying how", async () => {
    expect((await read("timestamp,carbon intensity\n2026-01-05T00:00Z,300\n2026-01-05T01:00Z,200\n", "carbon")).values).toEqual([300, 200]);
  });
  it("of a plain table, with semicolons and zones too", async () => {
    expect(await read("timestamp;kW\n2026-01-05T01:00:00+01:00;1.5\n2026-01-05T00:15Z;2\n", "power")).toMatchObject({
      at: ["2026-01-05T00:00", "2026-01-05T00:15"],
      values: [1500, 2000],
    });
    expect((await read("time,a,b\n2026-01-05,1,2\n", "temperature", "b")).values).toEqual([2]);
  });
  it.each([
    ["no column of time", "a,b\n1,2\n", /expected one named timestamp/],
    ["direct intensity alone, which is not what is read", "time,Carbon intensity (direct)\n2026-01-05,1\n", /expected `column` to say which/],
    ["two columns and no choice", "time,a,b\n2026-01-05,1,2\n", /expected `column` to say which/],
    ["a column that is not there", "time,a\n2026-01-05,1\n", /f.csv:1: found no single column with "x"/, "x"],
    ["an instant that is none", "time,a\n2026-02-31,1\n", /f.csv:2: column time: found "2026-02-31"/],
    ["time that goes back", "time,a\n2026-01-05,1\n2026-01-04,1\n", /f.csv:3: column time: .*expected an instant after the row before/],
    ["text for a number", "time,a\n2026-01-05,x\n", /f.csv:2: column a: found "x", expected a number/],
    ["a negative intensity", "time,a\n2026-01-05,-1\n", /not negative/],
    ["nothing at the start", "time,a\n2026-01-05,-\n", /expected a value in the first row/],
    ["nothing at all", "time,a\n", /found no rows/],
  ])("refuses %s", async (_what, text, message, column: string | null = null) => {
    await expect(readSeries(file(text), "carbon", column)).rejects.toThrow(message);
  });
});
