/** VMs where and when energy is clean: the placement policy by hand, and over hours that change. */
import { describe, expect, it } from "vitest";
import { bestStart, lowestOf } from "../../src/metrics/accounts/shifting.ts";
import type { Steps } from "../../src/metrics/accounts/steps.ts";
import { type SiteSpec, seriesKey } from "../../src/model/accounts-spec.ts";
import { placementPolicy } from "../../src/policy/placement/index.ts";
import { texts } from "../../src/results/table.ts";
import { loadScenario } from "../../src/scenario/load.ts";
import { simulate } from "../../src/simulation.ts";
import { catalogue } from "../scenario/catalogue.ts";
import { host, pieces, scenario, siteOf, vm } from "../support/build.ts";
import { metric } from "../support/read.ts";
import { fleetOf, hosts, plainVm } from "./fleet.ts";

const HOUR = 3600;

describe("carbon-aware placement", () => {
  const grams = [300, 100, 100, 50];
  const fleet = {
    ...fleetOf(hosts({}, {}, {}, { fits: false })),
    gramsPerKwh: (h: number) => grams[h] ?? Number.NaN,
    pricePerKwh: (h: number) => [1, 2, 3, 0][h] ?? Number.NaN,
  };
  const place = (options: Record<string, unknown>) => placementPolicy("carbon-aware").create(options, () => 0.5);
  it("takes the cleanest that fits, the first of equals; or the cheapest", () => {
    expect(place({})(plainVm, fleet)).toEqual({ host: 1, score: 100 });
    expect(place({ by: "price" })(plainVm, fleet)).toEqual({ host: 0, score: 1 });
  });
  it("refuses other measures, and a fleet that knows nothing of them", () => {
    expect(() => place({ by: "carbn" })).toThrow(/one of carbon, price/);
    const { gramsPerKwh: _, ...unknowing } = fleetOf(hosts({}));
    expect(() => place({})(plainVm, unknowing)).toThrow(/which this fleet does not know/);
  });

  const file = (name: string) => ({ file: name, column: null, from: null, after: "error" }) as const;
  const start = "2026-01-01T00:00:00Z";
  const series = (values: number[]) => ({ atMs: Float64Array.from(values, (_, i) => Date.parse(start) + i * HOUR * 1000), values: Float64Array.from(values) });
  const two: SiteSpec[] = [siteOf({ name: "x", pue: 1, carbonGramsPerKwh: file("x") }), siteOf({ name: "y", pue: 2, carbonGramsPerKwh: file("y") })];
  const read = new Map([
    [seriesKey(file("x"), "carbon"), series([100, 100, 100, 100])],
    [seriesKey(file("y"), "carbon"), series([49, 51, 49, 51])],
  ]);
  it("follows the hours, PUE included", () => {
    // y costs 98 g with its PUE in even hours and 102 in odd ones; x always 100.
    const results = simulate(
      scenario({
        start,
        durationSeconds: 4 * HOUR,
        sites: two,
        accounts: { meterSeconds: 900, weight: "vcpus", within: "host" },
        hosts: [host({ name: "a", site: "x", cores: 8 }), host({ name: "b", site: "y", cores: 8 })],
        vms: [vm({ name: "v", count: 4, arrival: { atSeconds: HOUR / 2, everySeconds: HOUR } })],
        placement: { policy: "carbon-aware", options: {}, module: null },
      }),
      { series: read },
    );
    expect(texts(results.vms, "host")).toEqual(["b", "a", "b", "a"]);
  });

  /** Two VMs want 1.8 GHz of a host of 2; one goes, to where the rebalancer's policy says. */
  const moved = (by: "carbon" | "price"): readonly string[] => {
    const busy = (name: string) => vm({ name, host: "o", vcpus: 1, memoryMiB: 1024, workload: { kind: "constant", utilisation: 0.9, referenceMHz: 1000 } });
    const results = simulate(
      scenario({
        start,
        durationSeconds: 2 * HOUR,
        // At 300 s y emits 98 g with its PUE and x 100; a kWh costs 0.40 there and 0.10 at x.
        sites: two.map((site) => ({ ...site, electricity: { currency: "EUR", perKwh: site.name === "x" ? 0.1 : 0.2 } })),
        accounts: { meterSeconds: 900, weight: "vcpus", within: "host" },
        hosts: [host({ name: "o", site: "x", cores: 2 }), host({ name: "a", site: "x", cores: 2 }), host({ name: "b", site: "y", cores: 2 })],
        vms: [busy("v"), busy("w")],
        rebalance: {
          everySeconds: 300,
          policy: "consolidate",
          options: { detector: { policy: "threshold", threshold: 0.8 }, underload: "none", selection: { policy: "minimum-migration-time" } },
          placement: { policy: "carbon-aware", by },
          maxMigrationsPerRound: null,
          maxMigrationsAtOnce: null,
          coldMigrations: false,
          power: { policy: "always-on", options: {} },
        },
      }),
      { series: read },
    );
    return results.decisions ? texts(results.decisions, "to") : [];
  };
  it("chooses targets of moves too: y at hour 0, though x comes first; by price x", () => {
    expect(moved("carbon")).toEqual(["b"]);
    expect(moved("price")).toEqual(["a"]);
  });
});

describe("a scenario that looks at what it does not say", () => {
  const text = (more: string, load = "10 %") => `duration: 1 day
hosts: [{name: h, cores: 4, speed: 2 GHz, memory: 64 GiB, power: {model: constant, draw: 100}, hypervisor: ideal}]
vms: [{name: a, vcpus: 1, memory: 1 GiB, load: ${load}}]
${more}`;
  const problems = (file: string) => {
    const loaded = loadScenario(file, "f.yaml", catalogue);
    return loaded.ok ? [] : loaded.problems.map(({ path, message }) => `${path}: ${message}`);
  };
  it("is refused", () => {
    expect(problems(text("placement: carbon-aware\n"))).toEqual(["placement: site has no carbon intensity to go by"]);
    expect(problems(text("placement: {policy: carbon-aware, by: price}\nsite: {carbon: 100 g/kWh}\n"))).toEqual(["placement: site has no price to go by"]);
    expect(problems(text("placement: carbon-aware\nsite: {carbon: 100 g/kWh}\n"))).toEqual([]);
    expect(problems(text("rebalance: {placement: carbon-aware}\n"))).toEqual(["rebalance.placement: site has no carbon intensity to go by"]);
    expect(problems(text("", "10 %, shift: {within: 3 h, for: 1 h}"))).toEqual(["vms[0].shift: site has no carbon intensity to go by"]);
    expect(problems(text("site: {carbon: 100 g/kWh}\n", "10 %, shift: {within: 3 h}"))).toEqual([
      "vms[0].shift.for: is required where the VMs have no lifetime",
    ]);
  });
});

describe("work that waits for clean hours", () => {
  /** Values of the hours from 0 on. */
  const hours = (values: readonly number[]): Steps => ({
    valueAt: (t) => values[Math.min(values.length - 1, Math.floor(t / HOUR))] ?? Number.NaN,
    nextChange: (t) => (Math.floor(t / HOUR) + 1) * HOUR,
  });
  const day = hours([5, 4, 3, 1, 1, 2, 6, 1]);
  it.each([
    ["an hour of work within six: the first of the cleanest", 0, 6, 1, 3],
    ["two hours of work: 3 and 4", 0, 6, 2, 3],
    ["three: 3, 4 and 5", 0, 6, 3, 3],
    ["within one hour: the better of the two", 0, 1, 1, 1],
    ["half an hour later asked for, it may begin within an hour", 1.5, 1, 0.5, 2],
    ["already the best: it begins at once", 3, 4, 1, 3],
    ["an hour and a half: it ends where the next hour begins, or begins where the clean ones do: the earlier", 2.5, 3, 1.5, 3],
  ])("%s", (_what, arrival, within, work, expected) => {
    expect(bestStart(day, arrival * HOUR, { withinSeconds: within * HOUR, forSeconds: work * HOUR }) / HOUR).toBeCloseTo(expected, 9);
  });
  it("finds no worse start than trying every quarter hour", () => {
    for (const [arrival, within, work] of [
      [0, 7, 1.25],
      [0.3, 5, 0.75],
      [1, 6, 2.5],
    ] as const) {
      const cost = (from: number): number =>
        Array.from({ length: 1000 }, (_, i) => day.valueAt(from + ((i + 0.5) / 1000) * work * HOUR)).reduce((a, b) => a + b, 0);
      const found = cost(bestStart(day, arrival * HOUR, { withinSeconds: within * HOUR, forSeconds: work * HOUR }));
      for (let t = arrival; t <= arrival + within; t += 0.25) expect(found).toBeLessThanOrEqual(cost(t * HOUR) + 5);
    }
  });
  it("takes the least of several sites", () => {
    expect(lowestOf([hours([5, 1]), hours([3, 9])]).valueAt(0)).toBe(3);
  });
  it("saves what the hours differ by: 2 h of 100 W above idle from 400 to 100 g/kWh", () => {
    const file = { file: "f", column: null, from: null, after: "error" } as const;
    const start = "2026-01-01T00:00:00Z";
    const series = new Map([
      [
        seriesKey(file, "carbon"),
        {
          atMs: Float64Array.from({ length: 8 }, (_, i) => Date.parse(start) + i * HOUR * 1000),
          values: Float64Array.of(400, 400, 400, 100, 100, 400, 400, 400),
        },
      ],
    ]);
    const run = (shift: { withinSeconds: number; forSeconds: number; by: "carbon" } | null) =>
      metric(
        simulate(
          scenario({
            start,
            durationSeconds: 8 * HOUR,
            sites: [siteOf({ carbonGramsPerKwh: file })],
            accounts: { meterSeconds: 900, weight: "vcpus", within: "host" },
            vms: [vm({ workload: pieces([2 * HOUR, 1000]), shift })],
          }),
          { series },
        ),
        "carbon_kg",
      );
    // 0.2 kWh x 300 g.
    expect(run(null) - run({ withinSeconds: 6 * HOUR, forSeconds: 2 * HOUR, by: "carbon" })).toBeCloseTo(0.06, 9);
  });
});
