/**
 * CPU cases of OpenDC's own integration tests (atlarge-research/opendc, commit 691036d, MIT), restated: ScenarioRunnerTest,
 * FlowDistributorTest, FragmentScalingTest. Every answer also follows by hand from P = 100 + 100 u watts and max-min sharing.
 *
 * H1 = 1 core x 2000 MHz, H2 = 2 cores; linear 100..200 W. A task's share is held by the whole host, not by its cores:
 * here it is a VM as wide as the host, and the vCPU ratio lets as many in as OpenDC's core count would.
 * active = integral of used / capacity, idle = elapsed - active.
 */
import { seriesKey, type TimeSeries } from "../model/accounts-spec.ts";
import type { Population } from "../model/demand.ts";
import { numbers } from "../results/table.ts";
import type { ResolvedScenario } from "../scenario/resolved.ts";
import { simulate } from "../simulation.ts";
import { host, pieces, scenario, siteOf, vm } from "./build.ts";
import { type AgreementCase, type AgreementFigure, equal, near } from "./case.ts";
import { cell, metric } from "./read.ts";

type Fragment = [seconds: number, mhz: number];
interface Task {
  name: string;
  at?: number;
  fragments: Fragment[];
}

function hosted(cores: 1 | 2, tasks: Task[], progress: "replay" | "work" = "replay"): ResolvedScenario {
  return scenario({
    hosts: [host({ cores, coreMHz: 2000 })],
    vms: tasks.map(({ name, at, fragments }) =>
      vm({ name, vcpus: cores, progress, arrival: { atSeconds: at ?? 0, everySeconds: 0 }, workload: pieces(...fragments) }),
    ),
    admission: { vcpusPerCore: cores, memoryRatio: 1, whenFull: "queue", queueOrder: "fifo", maxWaitSeconds: null },
  });
}

/** MHz supplied to a task on average between two instants: difference of two runs that stop there. */
function supplied(make: () => ResolvedScenario, name: string, from: number, to: number): number {
  const upTo = (t: number): number => (t === 0 ? 0 : cell(simulate({ ...make(), durationSeconds: t }).vms, "vm", name, "delivered_core_s") * 2000);
  return (upTo(to) - upTo(from)) / (to - from);
}

interface Single {
  readonly id: string;
  readonly run: ResolvedScenario;
  readonly makespan: number;
  readonly idle: number;
  readonly joules: number;
}

const singles: readonly Single[] = [
  { id: "SC-1: half a core for 10 minutes", run: hosted(1, [{ name: "A", fragments: [[600, 1000]] }]), makespan: 600, idle: 300, joules: 90_000 },
  {
    id: "SC-2: B waits for the core",
    run: hosted(1, [
      { name: "A", fragments: [[600, 1000]] },
      { name: "B", fragments: [[300, 2000]] },
    ]),
    makespan: 900,
    idle: 300,
    joules: 150_000,
  },
  {
    id: "SC-3: two at half a core each on two cores",
    run: hosted(2, [
      { name: "A", fragments: [[600, 1000]] },
      { name: "B", fragments: [[600, 1000]] },
    ]),
    makespan: 600,
    idle: 300,
    joules: 90_000,
  },
  {
    id: "SC-Q1: 1000 full tasks one after the other",
    run: hosted(
      1,
      Array.from({ length: 1000 }, (_, i) => ({ name: `t${String(i).padStart(4, "0")}`, fragments: [[600, 2000]] as Fragment[] })),
    ),
    makespan: 600_000,
    idle: 0,
    joules: 120_000_000,
  },
  {
    id: "SC-Q2: one task of 1000 full fragments",
    run: hosted(1, [{ name: "A", fragments: Array.from({ length: 1000 }, (): Fragment => [600, 2000]) }]),
    makespan: 600_000,
    idle: 0,
    joules: 120_000_000,
  },
  {
    id: "FD-9 by hand: 300 s at 175 W, 600 s at 200 W, 300 s at 175 W",
    run: hosted(2, [
      { name: "A", fragments: [[1200, 3000]] },
      { name: "B", at: 300, fragments: [[600, 1500]] },
    ]),
    makespan: 1200,
    idle: 150,
    joules: 225_000,
  },
  {
    id: "PR-1: what fits takes its time, whatever the rule",
    run: hosted(
      1,
      [
        {
          name: "A",
          fragments: [
            [600, 2000],
            [600, 1000],
          ],
        },
      ],
      "work",
    ),
    makespan: 1200,
    idle: 300,
    joules: 210_000,
  },
  {
    id: "PR-2 replay: a starved fragment keeps its time",
    run: hosted(1, [{ name: "A", fragments: [[600, 4000]] }]),
    makespan: 600,
    idle: 0,
    joules: 120_000,
  },
  {
    id: "PR-2 work: at half speed it takes twice as long",
    run: hosted(1, [{ name: "A", fragments: [[600, 4000]] }], "work"),
    makespan: 1200,
    idle: 0,
    joules: 240_000,
  },
  {
    id: "PR-4 work: both fit",
    run: hosted(
      2,
      [
        { name: "A", fragments: [[600, 1000]] },
        { name: "B", fragments: [[600, 3000]] },
      ],
      "work",
    ),
    makespan: 600,
    idle: 0,
    joules: 120_000,
  },
  {
    id: "PR-5 replay",
    run: hosted(2, [
      { name: "A", fragments: [[600, 2000]] },
      { name: "B", fragments: [[600, 4000]] },
    ]),
    makespan: 600,
    idle: 0,
    joules: 120_000,
  },
  {
    id: "PR-5 work: 2000 each for 600 s, then B's 1.2 million MHz s at 4000",
    run: hosted(
      2,
      [
        { name: "A", fragments: [[600, 2000]] },
        { name: "B", fragments: [[600, 4000]] },
      ],
      "work",
    ),
    makespan: 900,
    idle: 0,
    joules: 180_000,
  },
];

const joulesOf = (results: ReturnType<typeof simulate>): number => cell(results.hosts, "host", "h", "energy_kwh") * 3.6e6;

function single({ run, makespan, idle, joules }: Single): AgreementFigure[] {
  const results = simulate(run);
  const active = (cell(results.hosts, "host", "h", "utilisation_pct") / 100) * makespan;
  return [
    equal("makespan_s", metric(results, "last_completion_s"), makespan),
    equal("end_s", results.run.durationSeconds, makespan),
    near("idle_s", makespan - active, idle, 5e-7),
    near("h_J", joulesOf(results), joules, 5e-6),
  ];
}

interface Sharing {
  id: string;
  cores: 1 | 2;
  tasks: Task[];
  /** From, to, MHz supplied by task; and host demand -> supply. */
  answers: { from: number; to: number; supply: Record<string, number>; demand: number; given: number }[];
}
const one = (...mhz: number[]): Task[] => [{ name: "A", fragments: mhz.map((m): Fragment => [600, m]) }];
const sharing: readonly Sharing[] = [
  {
    id: "FD-1",
    cores: 1,
    tasks: one(1000, 2000),
    answers: [
      { from: 0, to: 600, supply: { A: 1000 }, demand: 1000, given: 1000 },
      { from: 600, to: 1200, supply: { A: 2000 }, demand: 2000, given: 2000 },
    ],
  },
  {
    id: "FD-2",
    cores: 1,
    tasks: one(3000, 4000),
    answers: [
      { from: 0, to: 600, supply: { A: 2000 }, demand: 3000, given: 2000 },
      { from: 600, to: 1200, supply: { A: 2000 }, demand: 4000, given: 2000 },
    ],
  },
  {
    id: "FD-3",
    cores: 1,
    tasks: one(1000, 4000),
    answers: [
      { from: 0, to: 600, supply: { A: 1000 }, demand: 1000, given: 1000 },
      { from: 600, to: 1200, supply: { A: 2000 }, demand: 4000, given: 2000 },
    ],
  },
  {
    id: "FD-4",
    cores: 1,
    tasks: one(4000, 1000),
    answers: [
      { from: 0, to: 600, supply: { A: 2000 }, demand: 4000, given: 2000 },
      { from: 600, to: 1200, supply: { A: 1000 }, demand: 1000, given: 1000 },
    ],
  },
  {
    id: "FD-5",
    cores: 1,
    tasks: one(4000, 2000),
    answers: [
      { from: 0, to: 600, supply: { A: 2000 }, demand: 4000, given: 2000 },
      { from: 600, to: 1200, supply: { A: 2000 }, demand: 2000, given: 2000 },
    ],
  },
  {
    id: "FD-6",
    cores: 2,
    tasks: [
      {
        name: "A",
        fragments: [
          [600, 1000],
          [600, 3000],
        ],
      },
      {
        name: "B",
        fragments: [
          [600, 3000],
          [600, 1000],
        ],
      },
    ],
    answers: [
      { from: 0, to: 600, supply: { A: 1000, B: 3000 }, demand: 4000, given: 4000 },
      { from: 600, to: 1200, supply: { A: 3000, B: 1000 }, demand: 4000, given: 4000 },
    ],
  },
  {
    id: "FD-7",
    cores: 2,
    tasks: [
      {
        name: "A",
        fragments: [
          [600, 6000],
          [600, 5000],
        ],
      },
      {
        name: "B",
        fragments: [
          [600, 5000],
          [600, 6000],
        ],
      },
    ],
    answers: [
      { from: 0, to: 600, supply: { A: 2000, B: 2000 }, demand: 11000, given: 4000 },
      { from: 600, to: 1200, supply: { A: 2000, B: 2000 }, demand: 11000, given: 4000 },
    ],
  },
  {
    id: "FD-9",
    cores: 2,
    tasks: [
      { name: "A", fragments: [[1200, 3000]] },
      { name: "B", at: 300, fragments: [[600, 1500]] },
    ],
    answers: [
      { from: 0, to: 300, supply: { A: 3000 }, demand: 3000, given: 3000 },
      { from: 300, to: 900, supply: { A: 2500, B: 1500 }, demand: 4500, given: 4000 },
      { from: 900, to: 1200, supply: { A: 3000 }, demand: 3000, given: 3000 },
    ],
  },
  {
    id: "FD-10",
    cores: 2,
    tasks: [
      {
        name: "A",
        fragments: [
          [300, 1000],
          [300, 1500],
          [300, 2500],
          [300, 1000],
        ],
      },
      { name: "B", fragments: [[1200, 3000]] },
    ],
    answers: [
      { from: 0, to: 300, supply: { A: 1000, B: 3000 }, demand: 4000, given: 4000 },
      { from: 300, to: 600, supply: { A: 1500, B: 2500 }, demand: 4500, given: 4000 },
      { from: 600, to: 900, supply: { A: 2000, B: 2000 }, demand: 5500, given: 4000 },
      { from: 900, to: 1200, supply: { A: 1000, B: 3000 }, demand: 4000, given: 4000 },
    ],
  },
];

function shared({ cores, tasks, answers }: Sharing): AgreementFigure[] {
  const make = (): ResolvedScenario => hosted(cores, tasks);
  return answers.flatMap(({ from, to, supply, demand, given }) => {
    const { timeline } = simulate({ ...make(), observeSeconds: 300 });
    const mhz = (column: string): number => (numbers(timeline, column)[from / 300] ?? Number.NaN) * 2000;
    return [
      ...Object.entries(supply).map(([name, there]) => near(`${name}_MHz ${from}-${to}`, supplied(make, name, from, to), there, 5e-7)),
      near(`asked_MHz ${from}`, mhz("cpu_demand_cores"), demand, 5e-7),
      near(`given_MHz ${from}`, mhz("cpu_used_cores"), given, 5e-7),
    ];
  });
}

/** OpenDC's tests of one host: SC, PR, FD. */
export const openDcCases: readonly AgreementCase[] = [
  ...singles.map((one): AgreementCase => {
    const [id = "", what = ""] = one.id.split(": ");
    return { id, what: what || one.id, run: () => single(one) };
  }),
  {
    id: "SC-1",
    what: "its first minute costs 9000 J",
    run: () => [near("h_J", joulesOf(simulate({ ...hosted(1, [{ name: "A", fragments: [[600, 1000]] }]), durationSeconds: 60 })), 9000, 5e-9)],
  },
  {
    id: "SC-W",
    what: "on 5000 hosts a task that asks for more than a host keeps its nominal time",
    run: () => {
      const results = simulate({ ...hosted(1, [{ name: "A", fragments: [[600, 3000]] }]), hosts: [host({ count: 5000, coreMHz: 2000 })] });
      return [equal("makespan_s", metric(results, "last_completion_s"), 600)];
    },
  },
  ...sharing.map((one): AgreementCase => ({ id: one.id, what: "sharing a host by max-min fairness", run: () => shared(one) })),
];

interface Week {
  readonly id: string;
  readonly nodes: number;
  readonly power: "linear" | "square-root";
  readonly joules: number;
  readonly utilisation: number;
}

// BIG-1 is what OpenDC asserts, to the 9 digits it prints; the others are from an independent integration of the same trace.
const weeks: readonly Week[] = [
  { id: "BIG-1", nodes: 279, power: "linear", joules: 12_112_554_100, utilisation: 0.268802 },
  { id: "BIG-2", nodes: 277, power: "square-root", joules: 12_896_147_523, utilisation: 0.270743 },
  { id: "BIG-3a", nodes: 200, power: "linear", joules: 10_583_619_700, utilisation: 0.374979 },
];

const weekOf = ({ nodes, power }: Pick<Week, "nodes" | "power">, over: Partial<ResolvedScenario> = {}): ResolvedScenario =>
  scenario({
    durationSeconds: 604_800,
    hosts: [host({ count: nodes, cores: 16, coreMHz: 2100, power: { model: power, idleWatts: 32, fullWatts: 180, offWatts: 0 } })],
    vms: [vm({ name: "jobs", count: null, vcpus: null, memoryMiB: 1, arrival: null, workload: { kind: "trace", format: "opendc", path: "", options: {} } })],
    admission: { vcpusPerCore: 1, memoryRatio: 1, whenFull: "queue", queueOrder: "fifo", maxWaitSeconds: null },
    ...over,
  });

/** Grams of BIG-2 by country: AU and BE as OpenDC asserts (+- 100), all four from an independent integration, to 0.01 g. */
const weekGrams: readonly [country: string, grams: number][] = [
  ["AU", 1_845_750.93],
  ["NL", 1_317_823.18],
  ["AT", 834_534.6],
  ["BE", 816_302.86],
];

/**
 * The real week of a SURF cluster from its trace: 6295 jobs, each on a node of 16 cores at 2100 MHz, 32 to 180 W; and its
 * carbon in four countries, where their hourly intensities of 2021 to 2024 are at hand (by country).
 */
export const openDcWeek = (jobs: Population, grids: ReadonlyMap<string, TimeSeries> = new Map()): AgreementCase[] => [
  ...weeks.map(
    (week): AgreementCase => ({
      id: week.id,
      what: `a week of a SURF cluster, 6295 jobs on ${week.nodes} nodes of 16 cores, ${week.power} power 32 to 180 W`,
      run: () => {
        const results = simulate(weekOf(week), { populations: new Map([["jobs", jobs]]) });
        return [
          equal("jobs done", metric(results, "vms_completed"), 6295),
          near("J", metric(results, "energy_it_kwh") * 3.6e6, week.joules, 5),
          near("utilisation", metric(results, "utilisation_pct") / 100, week.utilisation, 5e-7),
        ];
      },
    }),
  ),
  ...weekGrams.flatMap(([country, grams]): AgreementCase[] => {
    const grid = grids.get(country);
    if (!grid) return [];
    const file = { file: country, column: null, from: null, after: "error" } as const;
    return [
      {
        id: `BIG-2 ${country}`,
        what: "its carbon at the grid's hourly intensity from 2022-10-06T22:00Z on",
        run: () => {
          const week = weekOf(
            { nodes: 277, power: "square-root" },
            { start: "2022-10-06T22:00:00Z", sites: [siteOf({ carbonGramsPerKwh: file })], accounts: { meterSeconds: 3600, weight: "vms", within: "site" } },
          );
          const results = simulate(week, { populations: new Map([["jobs", jobs]]), series: new Map([[seriesKey(file, "carbon"), grid]]) });
          return [near("g", metric(results, "carbon_kg") * 1000, grams, 0.01)];
        },
      },
    ];
  }),
];
