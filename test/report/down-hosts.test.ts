/** What failures do to the charts of a run: memory that nobody uses, hosts that are hatched, one name for what failed together. */
import { describe, expect, it } from "vitest";
import { heatmapFigure } from "../../src/report/charts/heatmap.ts";
import { readHeatmap } from "../../src/report/charts/heatmapdata.ts";
import { marksOf } from "../../src/report/charts/marks.ts";
import { resourcesOf } from "../../src/report/resources.ts";
import type { Results } from "../../src/results/results.ts";
import { column, sampleResults, table } from "./sample.ts";

const sample = sampleResults({ hosts: 4, vms: 8, days: 1 });

const withVms = (outages: { vm: string; from: number; to: number }[]): Results => ({
  ...sample,
  vms: table("vms", [
    column("vm", "", ["a", "b", "c"]),
    column("memory_gib", "GiB", Float64Array.of(4, 8, 16)),
    column("started_s", "s", Float64Array.of(0, 0, 0)),
    column("stopped_s", "s", Float64Array.of(Number.NaN, Number.NaN, 50)),
  ]),
  extra: [
    table("outages", [
      column(
        "vm",
        "",
        outages.map(({ vm }) => vm),
      ),
      column(
        "started_s",
        "s",
        Float64Array.from(outages, ({ from }) => from),
      ),
      column(
        "ended_s",
        "s",
        Float64Array.from(outages, ({ to }) => to),
      ),
    ]),
  ],
});

const memory = (results: Results): [number, number][] => {
  const found = resourcesOf(results).find(({ name }) => name === "memory");
  return Array.from(found?.times ?? [], (time, i) => [time, found?.used[i] as number]);
};

describe("memory in use", () => {
  it("falls while a VM is down and rises when it is back: 28, 20, 28, then without the one that ends", () => {
    expect(memory(withVms([{ vm: "b", from: 10, to: 30 }]))).toEqual([
      [0, 28],
      [10, 20],
      [30, 28],
      [50, 12],
    ]);
  });

  it("is not given back twice by a VM that ends while it is down, nor by one that never returns", () => {
    expect(memory(withVms([{ vm: "c", from: 40, to: Number.NaN }, { vm: "a", from: 60, to: Number.NaN }]))).toEqual([
      [0, 28],
      [40, 12],
      [50, 12],
      [60, 8],
    ]); // biome-ignore format: a row
  });
});

const failing = (events: [number, string, string][], failures: [number, string, string, number][] = []): Results => ({
  ...sample,
  events: table("events", [
    column(
      "time_s",
      "s",
      Float64Array.from(events, ([time]) => time),
    ),
    column(
      "event",
      "",
      events.map(([, event]) => event),
    ),
    column(
      "kind",
      "",
      events.map(() => "host"),
    ),
    column(
      "name",
      "",
      events.map(([, , name]) => name),
    ),
    column(
      "detail",
      "",
      events.map(() => ""),
    ),
  ]),
  extra: [
    table("failures", [
      column(
        "time_s",
        "s",
        Float64Array.from(failures, ([time]) => time),
      ),
      column(
        "component",
        "",
        failures.map(([, component]) => component),
      ),
      column(
        "name",
        "",
        failures.map(([, , name]) => name),
      ),
      column(
        "hosts",
        "",
        Float64Array.from(failures, ([, , , hosts]) => hosts),
      ),
    ]),
  ],
});

describe("hosts that failed", () => {
  const [first = "", second = ""] = sample.heatmap.hostNames;
  const end = sample.heatmap.buckets * sample.heatmap.bucketSeconds;

  it("are hatched from the failure to the repair, or to the end", () => {
    const results = failing([
      [100, "host failed", first],
      [200, "host failed", second],
      [300, "host repaired", first],
    ]);
    expect(readHeatmap(results).states.failed).toEqual([
      { host: 0, from: 100, to: 300 },
      { host: 1, from: 200, to: end },
    ]);
    const figure = heatmapFigure(results);
    expect(figure.draw(1072).body).toContain('class="f-failed"');
    expect(figure.subtitle).toContain("patterns are states");
    expect(figure.description).toContain("Hosts failed 2 times.");
  });

  it("that were only switched off are not", () => {
    const results = failing([[100, "host off", first]]);
    expect(readHeatmap(results).states.failed).toEqual([]);
    expect(heatmapFigure(results).draw(1072).body).not.toContain('class="f-failed"');
  });

  it("have one mark together, named as what took them down", () => {
    const both: [number, string, string][] = [
      [100, "host failed", first],
      [100, "host failed", second],
      [300, "host repaired", first],
      [300, "host repaired", second],
    ];
    expect(marksOf(failing(both, [[100, "rack", "rack-2", 2]])).map(({ name }) => name)).toEqual(["rack-2 fails", "2 hosts repaired"]);
    expect(marksOf(failing(both, [[100, "site", "east", 2]])).map(({ name }) => name)).toEqual(["site east fails", "2 hosts repaired"]);
    expect(marksOf(failing(both)).map(({ name }) => name)).toEqual(["2 hosts fail", "2 hosts repaired"]);
    expect(marksOf(failing(both.slice(0, 1))).map(({ name }) => name)).toEqual([`${first} fails`]);
  });
});
