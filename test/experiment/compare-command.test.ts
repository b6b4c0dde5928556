/** `hypervise compare` as a user runs it. */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Command, SMALL, startCommand } from "../cli/command.ts";

let hypervise: Command;
const file = (name: string): string => join(hypervise.folder, name);

/** Twenty VMs of the generator on three hosts: luck decides what they ask for. */
const LUCKY = `name: lucky
seed: 5
duration: 6 h
hosts:
  - { name: host, count: 3, cores: 8, speed: 2 GHz, memory: 64 GiB, power: { model: linear, idle: 50 W, full: 150 W }, hypervisor: kvm }
vms:
  - { name: vm, count: 20, vcpus: 1, memory: 2 GiB, load: { generator: { profile: enterprise } } }
`;

beforeAll(async () => {
  hypervise = await startCommand();
  await writeFile(file("small.yaml"), SMALL);
  await writeFile(file("hungry.yaml"), SMALL.replace("idle: 50 W", "idle: 60 W"));
  await writeFile(file("lucky.yaml"), LUCKY);
  await writeFile(file("lean.yaml"), LUCKY.replace("idle: 50 W", "idle: 40 W").replace("seed: 5", "seed: 77"));
});
afterAll(() => hypervise.end());

interface Json {
  baseline: string;
  seeds: string[];
  luckless: boolean;
  options: {
    name: string;
    fingerprints: string[];
    metrics: Record<
      string,
      {
        mean: number;
        halfWidth: number | null;
        values: number[];
        difference: null | { mean: number; low: number; high: number; verdict: string; percentOfBaseline: number };
      }
    >;
  }[];
}
const json = async (...words: string[]): Promise<Json> => {
  const { code, out, err } = await hypervise.run("compare", ...words, "--json");
  expect({ code, err }).toEqual({ code: 0, err: "" });
  return JSON.parse(out) as Json;
};

describe("hypervise compare", () => {
  it("runs all options with the seeds of the first, and finds the difference that two idle figures make", async () => {
    const { seeds, options, luckless } = await json("lucky.yaml", "lean.yaml", "--reps", "4");
    expect(seeds).toEqual(["5/1", "5/2", "5/3", "5/4"]);
    expect(luckless).toBe(false);
    const [base, lean] = options;
    expect(base?.metrics.energy_it_kwh?.difference).toBeNull();
    // The same VMs ask for the same in both: use is equal run by run.
    expect(lean?.metrics.utilisation_pct?.values).toEqual(base?.metrics.utilisation_pct?.values);
    expect(lean?.metrics.utilisation_pct?.difference?.verdict).toBe("same");
    expect(lean?.metrics.energy_it_kwh?.difference?.verdict).toBe("less");
    // 10 W less at idle on three hosts for 6 h is 0.18 kWh, less the share of time they work.
    const u = (base?.metrics.utilisation_pct?.mean ?? 0) / 100;
    expect(lean?.metrics.energy_it_kwh?.difference?.mean).toBeCloseTo(-0.18 * (1 - u), 9);
  });

  it("gives exact differences where there is no luck: 2 hosts, 2 h, 10 W more at idle", async () => {
    const { options, luckless } = await json("small.yaml", "hungry.yaml", "--reps", "3");
    expect(luckless).toBe(true);
    const difference = options[1]?.metrics.energy_it_kwh?.difference;
    expect(difference?.verdict).toBe("more");
    expect(difference?.low).toBe(difference?.high);
    const u = (options[0]?.metrics.utilisation_pct?.mean ?? 0) / 100;
    expect(difference?.mean).toBeCloseTo(0.01 * 2 * 2 * (1 - u), 9);
  });

  it("prints a table, dots with intervals and what cannot be told, on one screen, the same each time", async () => {
    const words = [
      "compare",
      "lucky.yaml",
      "--policy",
      "first-fit,worst-fit,best-fit",
      "--reps",
      "5",
      "--metric",
      "energy_it_kwh,ready_pct_p95",
      "--metric",
      "hosts_on_mean",
    ];
    const [first, second] = [await hypervise.run(...words), await hypervise.run(...words)];
    expect({ code: first.code, err: first.err }).toEqual({ code: 0, err: "" });
    const withoutTime = (text: string): string => text.replace(/baseline first-fit, .*\n/, "");
    expect(withoutTime(second.out)).toBe(withoutTime(first.out));
    expect(first.out).toMatch(/5.paired runs, 95 % intervals, baseline first-fit/);
    expect(first.out).toContain("IT energy kWh");
    expect(first.out).toMatch(/╶─*●─*╴/);
    expect(first.out).toContain("= the same as first-fit in every run");
    expect(first.out.split("\n").length).toBeLessThanOrEqual(40);
    for (const line of first.out.split("\n")) expect(line.length).toBeLessThanOrEqual(80);
  });

  it("varies one entry, and draws one figure against another", async () => {
    const { code, out } = await hypervise.run("compare", "lucky.yaml", "--vary", "hosts.host.count=3,4,5", "--reps", "3", "--svg", "pareto.svg");
    expect(code).toBe(0);
    expect(out).toContain("count=4");
    const svg = await readFile(file("pareto.svg"), "utf8");
    expect(svg).toMatch(/^<\?xml/);
    expect(svg).toContain("count=5");
  });

  it("writes a report, every figure of every replication, and what causes the differences", async () => {
    const { code, out } = await hypervise.run("compare", "small.yaml", "hungry.yaml", "--reps", "2", "--out", "both", "--parquet");
    expect({
      code,
      written: out.replace(/\s+/g, " ").includes("written to both/: report.html, report.md, metrics.csv, differences.csv, sensitivity.csv"),
    }).toEqual({
      code: 0,
      written: true,
    });
    const files = JSON.parse(await readFile(file("both/manifest.json"), "utf8")) as { files: string[]; seeds: string[] };
    for (const name of files.files) expect((await readFile(file(`both/${name}`))).length, name).toBeGreaterThan(0);
    expect(files.files).toEqual(
      expect.arrayContaining([
        "report.html",
        "report.md",
        "metrics.csv",
        "metrics.parquet",
        "differences.csv",
        "differences.parquet",
        "comparison.json",
        "charts/options.svg",
      ]),
    );
    // Each host draws 10 W more at zero load: the whole difference is in the account idle.
    const rows = (await readFile(file("both/differences.csv"), "utf8")).split("\n").filter((row) => row.startsWith("hungry,energy,"));
    const of = (account: string): number => Number(rows.find((row) => row.includes(`,${account},`))?.split(",")[4]);
    expect(of("idle")).toBeGreaterThan(0);
    const sum = rows.filter((row) => !row.includes(",total,")).reduce((all, row) => all + Number(row.split(",")[4]), 0);
    expect(Math.abs(sum - of("total"))).toBeLessThan(1e-6 * of("idle"));
    const metrics = (await readFile(file("both/metrics.csv"), "utf8")).trimEnd().split("\n");
    expect(metrics[0]).toBe("scenario,policy,option,replication,seed,metric,unit,value");
    const figures = new Set(metrics.slice(1).map((row) => row.split(",")[5])).size;
    expect(metrics.length - 1).toBe(2 * 2 * figures);
    const page = await readFile(file("both/report.html"), "utf8");
    expect(page).toContain("No option beats small in energy");
    expect(page).toContain("hypervise compare small.yaml hungry.yaml --reps 2 --out both --parquet");
  });

  it("needs no intervals for one run, and says that there are none", async () => {
    const { out } = await hypervise.run("compare", "small.yaml", "hungry.yaml", "--reps", "1");
    expect(out).toContain("one run each, no intervals");
    expect(out).not.toContain("±");
  });

  it.each([
    [["small.yaml"], "compare needs two scenarios or more, or one with --policy a,b or --vary path=a,b"],
    [["small.yaml", "hungry.yaml", "--policy", "first-fit,best-fit"], "--policy compares variants of one scenario; there are 2 files"],
    [["small.yaml", "--policy", "first-fit"], "name two or more, separated by commas"],
    [["small.yaml", "--policy", "first-fit,first-fit"], "first-fit is named twice"],
    [["small.yaml", "--policy", "first-fit,,best-fit"], "one of the values is empty"],
    [["small.yaml", "--policy", "first-fit,worst-fti"], "worst-fit"],
    [["small.yaml", "--vary", "seed"], "write path=a,b"],
    [["small.yaml", "--vary", "seed=1,2", "--policy", "first-fit,best-fit"], "cannot be combined"],
    [["small.yaml", "hungry.yaml", "--reps", "0"], "--reps 0: expected a whole number from 1 to 10000"],
    [["small.yaml", "hungry.yaml", "--reps", "many"], "--reps NaN"],
    [["small.yaml", "hungry.yaml", "--metric", "energy_it_kw"], "did you mean energy_it_kwh?"],
    [["small.yaml", "missing.yaml"], "missing.yaml: no such file"],
    [["small.yaml", "hungry.yaml", "--pdf"], "--pdf writes files: name a folder with --out"],
    [["small.yaml", "hungry.yaml", "--svg", "no/such/folder.svg"], "--svg no/such/folder.svg cannot be written (ENOENT)"],
  ])("refuses %j with code 2 and says what would be right", async (words, message) => {
    const { code, err } = await hypervise.run("compare", ...words);
    expect(code).toBe(2);
    expect(err).toContain(message);
  });
});
