/**
 * Carbon and battery cases of OpenDC's tests (atlarge-research/opendc, commit 691036d, MIT), restated: CarbonTest,
 * BatteryTest. One host of a core of 2000 MHz, 100 to 200 W, linear. Intensities: the first hours of 2022 of its own test
 * files, to six decimals. Grams follow by hand: energy in each step x intensity of the step.
 */
import type { BatterySpec, SiteSpec, TimeSeries } from "../model/accounts-spec.ts";
import { seriesKey } from "../model/accounts-spec.ts";
import { numbers } from "../results/table.ts";
import type { ResolvedScenario } from "../scenario/resolved.ts";
import { simulate } from "../simulation.ts";
import { host, pieces, scenario, siteOf, vm } from "./build.ts";
import { type AgreementCase, type AgreementFigure, equal, near } from "./case.ts";
import { account, metric } from "./read.ts";

const START = "2022-01-01T00:00:00Z";
const HOUR = 3600;
/** Grams per kWh of each step, and its seconds. */
const GRIDS: Readonly<Record<string, readonly [stepSeconds: number, grams: readonly number[]]>> = {
  BE: [HOUR, [29.001128, 28.864619, 28.384569, 29.162472, 28.927324, 27.879199]],
  DE: [
    HOUR / 4,
    [
      104.339989, 104.070938, 105.049923, 107.012026, 105.98329, 106.917854, 107.560852, 107.952494, 108.911028, 109.519395, 110.55603, 110.811094, 112.290226,
      111.969513, 113.399282, 115.46102, 117.804031, 120.504843, 124.202487, 124.71501, 124.46935, 124.737129,
    ],
  ],
  FR: [HOUR, [15.096709, 15.44565, 15.843013, 15.930192, 15.769569, 15.619795]],
  NL: [
    HOUR / 4,
    [
      164.517793, 162.94891, 164.301004, 167.580962, 169.095044, 167.972042, 165.631888, 164.996205, 169.866738, 165.073024, 160.64452, 157.921802, 154.077798,
      155.471939, 153.662649, 154.922124, 154.791234, 154.325308, 155.301844, 154.282862, 158.246409, 158.676722,
    ],
  ],
};

const FILE = { file: "carbon.csv", column: null, from: null, after: "error" } as const;
const given = (stepSeconds: number, grams: readonly number[]): ReadonlyMap<string, TimeSeries> =>
  new Map([
    [seriesKey(FILE, "carbon"), { atMs: Float64Array.from(grams, (_, i) => Date.parse(START) + i * stepSeconds * 1000), values: Float64Array.from(grams) }],
  ]);

/** A task of fragments on the host, at a site with the intensity of the file. */
function metered(fragments: [seconds: number, mhz: number][], site: Partial<SiteSpec> = {}, over: Partial<ResolvedScenario> = {}): ResolvedScenario {
  return scenario({
    start: START,
    sites: [siteOf({ carbonGramsPerKwh: FILE, ...site })],
    accounts: { meterSeconds: 900, weight: "vcpus", within: "host" },
    hosts: [host({ coreMHz: 2000 })],
    vms: [vm({ workload: pieces(...fragments) })],
    ...over,
  });
}

interface Carbon {
  readonly id: string;
  readonly fragments: [seconds: number, mhz: number][];
  readonly joules: number;
  readonly grams: Readonly<Record<string, number>>;
}
const carbonCases: readonly Carbon[] = [
  { id: "CA-1", fragments: [[7200, 1000]], joules: 1_080_000, grams: { BE: 8.679862, DE: 31.833276, FR: 4.581354, NL: 49.764144 } },
  {
    id: "CA-2",
    fragments: Array.from({ length: 8 }, (_, i): [number, number] => [2400, i % 2 === 0 ? 1000 : 2000]),
    joules: 3_360_000,
    grams: { BE: 26.874416, DE: 104.958696, FR: 14.585062, NL: 150.055804 },
  },
  { id: "CA-3", fragments: [[3600, 1000]], joules: 540_000, grams: { BE: 4.350169, DE: 15.767733, FR: 2.264506, NL: 24.725575 } },
];

const battery = (capacityKwh: number, threshold: number): BatterySpec => ({
  capacityJoules: capacityKwh * 3.6e6,
  chargeWatts: 1000,
  dischargeWatts: Number.MAX_VALUE,
  efficiency: 1,
  initialShare: 0,
  follows: "carbon",
  threshold,
});

const gridJoules = (results: ReturnType<typeof simulate>): number => {
  const found = results.extra.find(({ name }) => name === "meters");
  return found ? Array.from(numbers(found, "import_kwh")).reduce((sum, kwh) => sum + kwh * 3.6e6, 0) : Number.NaN;
};

const batteryCase = (
  id: string,
  what: string,
  fragments: [number, number][],
  grams: number[],
  spec: BatterySpec,
  more: (results: ReturnType<typeof simulate>) => AgreementFigure[],
): AgreementCase => ({
  id,
  what,
  run: () => more(simulate(metered(fragments, { battery: spec }), { series: given(600, grams) })),
});

/** BA-1's task on a host that is down from 300 to 600 s, and begins anew or from its last checkpoint; the run ends with it. */
const failedOnce = (durationSeconds: number, checkpoint: { everySeconds: number; costSeconds: number } | null): ReturnType<typeof simulate> =>
  simulate(
    metered(
      [],
      { battery: battery(0.1, 90) },
      {
        durationSeconds,
        hosts: [host({ coreMHz: 2000, transitions: { ...host().transitions, failedWatts: null } })],
        vms: [vm({ progress: "work", onHostDown: "restart", checkpoint, workload: pieces([600, 1000]) })],
        admission: { vcpusPerCore: 1, memoryRatio: 1, whenFull: "queue", queueOrder: "fifo", maxWaitSeconds: null },
        events: [
          { atSeconds: 300, host: "h", do: "fail" },
          { atSeconds: 600, host: "h", do: "repair" },
        ],
      },
    ),
    { series: given(600, [100, 100, 100]) },
  );

/** CA and BA: carbon by the hour, and a battery that follows it. */
export const openDcSupplyCases: readonly AgreementCase[] = [
  ...carbonCases.map(
    ({ id, fragments, joules, grams }): AgreementCase => ({
      id,
      what: "carbon of a task at the grid's intensity as it was, in four countries",
      run: () =>
        Object.entries(grams).flatMap(([country, there]) => {
          const [step, values] = GRIDS[country] ?? [HOUR, []];
          const results = simulate(metered(fragments), { series: given(step, values) });
          return [
            near(`${country} J`, metric(results, "energy_it_kwh") * 3.6e6, joules, 1e-5),
            near(`${country} g`, metric(results, "carbon_kg") * 1000, there, 1e-6),
          ];
        }),
    }),
  ),
  batteryCase("BA-1", "a battery whose threshold the intensity never falls below never charges", [[600, 1000]], [100, 100], battery(0.1, 90), (results) => [
    near("grid J", gridJoules(results), 90_000, 1e-5),
  ]),
  batteryCase("BA-2", "charges 1000 W for 360 s, and is full", [[600, 1000]], [100, 100], battery(0.1, 120), (results) => [
    near("grid J", gridJoules(results), 450_000, 1e-5),
    near("left in it J", account(results, "energy", "left in the battery"), 360_000, 1e-5),
  ]),
  batteryCase("BA-3", "charged while the grid is clean, it carries the host for 480 s", [[1200, 1000]], [80, 120], battery(0.02, 100), (results) => [
    near("grid J", gridJoules(results), 180_000, 1e-5),
    // (90 000 + 72 000) J at 80 g and 18 000 J at 120 g; without a battery 90 000 J at each: 5 g.
    near("carbon g", metric(results, "carbon_kg") * 1000, 4.2, 1e-9),
  ]),
  {
    id: "BA-6",
    what: "1000 tasks one after the other take their time, battery or not",
    run: () => {
      const run = metered(
        [],
        { battery: battery(0.02, 100) },
        {
          vms: [vm({ count: 1000, workload: pieces([600, 1000]) })],
          admission: { vcpusPerCore: 1, memoryRatio: 1, whenFull: "queue", queueOrder: "fifo", maxWaitSeconds: null },
        },
      );
      const grams = Array.from({ length: 1001 }, (_, i) => (i % 2 === 0 ? 80 : 120));
      return [equal("makespan_s", metric(simulate(run, { series: given(600, grams) }), "last_completion_s"), 600_000)];
    },
  },
  {
    id: "BA-7",
    what: "a failure in between: once more from the beginning, the failed host drawing its idle power",
    run: () => {
      const results = failedOnce(1200, null);
      return [equal("makespan_s", metric(results, "last_completion_s"), 1200), near("grid J", gridJoules(results), 165_000, 1e-5)];
    },
  },
  {
    id: "BA-8",
    what: "the same with its work saved every 60 s: 56 s are lost, 360 s and 5 checkpoints are left",
    run: () => {
      const results = failedOnce(965, { everySeconds: 60, costSeconds: 1 });
      return [
        near("makespan_s", metric(results, "last_completion_s"), 965, 5e-7),
        // 665 s x 150 W + 300 s x 100 W; the battery never charges, so the grid gives just that.
        near("host J", metric(results, "energy_it_kwh") * 3.6e6, 129_750, 5e-6),
        near("grid J", gridJoules(results), 129_750, 5e-6),
      ];
    },
  },
];
