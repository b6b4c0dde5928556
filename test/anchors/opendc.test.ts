/**
 * CPU cases of OpenDC's own integration tests (atlarge-research/opendc, commit 691036d, MIT), restated: ScenarioRunnerTest,
 * FlowDistributorTest, FragmentScalingTest. Every answer also follows by hand from P = 100 + 100 u watts and max-min sharing.
 *
 * H1 = 1 core x 2000 MHz, H2 = 2 cores; linear 100..200 W. A task's share is held by the whole host, not by its cores:
 * here it is a VM as wide as the host, and the vCPU ratio lets as many in as OpenDC's core count would.
 * active = integral of used / capacity, idle = elapsed - active.
 */
import { existsSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { ResolvedScenario } from "../../src/scenario/resolved.ts";
import { simulate } from "../../src/simulation.ts";
import { host, pieces, scenario, vm } from "../support/build.ts";
import { cell, eventTimes, metric } from "../support/read.ts";

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

describe("OpenDC: single host", () => {
  it.each([
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
  ])("$id", ({ run, makespan, idle, joules }) => {
    const results = simulate(run);
    expect(metric(results, "last_completion_s")).toBe(makespan);
    expect(results.run.durationSeconds).toBe(makespan);
    const active = (cell(results.hosts, "host", "h", "utilisation_pct") / 100) * makespan;
    expect(makespan - active).toBeCloseTo(idle, 6);
    expect(cell(results.hosts, "host", "h", "energy_kwh") * 3.6e6).toBeCloseTo(joules, 5);
  });

  it("SC-1: the first minute costs 9000 J", () => {
    const results = simulate({ ...hosted(1, [{ name: "A", fragments: [[600, 1000]] }]), durationSeconds: 60 });
    expect(cell(results.hosts, "host", "h", "energy_kwh") * 3.6e6).toBeCloseTo(9000, 8);
  });

  it("SC-W: on 5000 hosts a task that asks for more than a host keeps its nominal time", () => {
    const results = simulate({ ...hosted(1, [{ name: "A", fragments: [[600, 3000]] }]), hosts: [host({ count: 5000, coreMHz: 2000 })] });
    expect(metric(results, "last_completion_s")).toBe(600);
  });
});

describe("OpenDC: sharing a host by max-min fairness", () => {
  interface Sharing {
    id: string;
    cores: 1 | 2;
    tasks: Task[];
    /** From, to, MHz supplied by task; and host demand -> supply. */
    answers: { from: number; to: number; supply: Record<string, number>; demand: number; given: number }[];
  }
  const one = (...mhz: number[]): Task[] => [{ name: "A", fragments: mhz.map((m): Fragment => [600, m]) }];
  const cases: Sharing[] = [
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
  it.each(cases)("$id", ({ cores, tasks, answers }) => {
    const make = (): ResolvedScenario => hosted(cores, tasks);
    for (const { from, to, supply, demand, given } of answers) {
      for (const [name, mhz] of Object.entries(supply)) expect(supplied(make, name, from, to), `${name} from ${from} to ${to}`).toBeCloseTo(mhz, 6);
      const results = simulate({ ...make(), observeSeconds: 300 });
      const row = from / 300;
      expect((results.timeline.columns.find((c) => c.name === "cpu_demand_cores")?.values[row] as number) * 2000).toBeCloseTo(demand, 6);
      expect((results.timeline.columns.find((c) => c.name === "cpu_used_cores")?.values[row] as number) * 2000).toBeCloseTo(given, 6);
    }
  });
});

describe("OpenDC: a host goes down and comes back", () => {
  it("restarts the task from the beginning when the host is back (FA-1; 0 W while down, so 300 s x 100 W less than OpenDC's 165 000 J)", () => {
    const down = hosted(1, [{ name: "A", fragments: [[600, 1000]] }]);
    const results = simulate({
      ...down,
      vms: down.vms.map((v) => ({ ...v, onHostDown: "restart" as const })),
      events: [
        { atSeconds: 300, host: "h", do: "off" },
        { atSeconds: 600, host: "h", do: "on" },
      ],
    });
    expect(metric(results, "last_completion_s")).toBe(1200);
    expect(cell(results.hosts, "host", "h", "energy_kwh") * 3.6e6).toBeCloseTo(135_000, 6);
    expect(eventTimes(results, "down", "A")).toEqual([300]);
    expect(eventTimes(results, "running", "A")).toEqual([0, 600]);
  });
});

const surf = new URL("../../../shared/traces/opendc/workloads/", import.meta.url);
describe.skipIf(!existsSync(surf))("OpenDC: a real week of a SURF cluster (runs when the trace is at hand)", () => {
  it("BIG-1: 279 nodes, linear power: 12 112 554 100 J to 9 digits, all 6295 jobs, utilisation 0.268802", async () => {
    const { readTrace } = await import("../../src/node/traces.ts");
    const population = await readTrace("opendc", `${surf.pathname}surf-week.tasks.csv`);
    const results = simulate(
      scenario({
        durationSeconds: 604_800,
        hosts: [host({ count: 279, cores: 16, coreMHz: 2100, power: { model: "linear", idleWatts: 32, fullWatts: 180, offWatts: 0 } })],
        vms: [
          vm({ name: "jobs", count: null, vcpus: null, memoryMiB: 1, arrival: null, workload: { kind: "trace", format: "opendc", path: "", options: {} } }),
        ],
        admission: { vcpusPerCore: 1, memoryRatio: 1, whenFull: "queue", queueOrder: "fifo", maxWaitSeconds: null },
      }),
      { populations: new Map([["jobs", population]]) },
    );
    expect(metric(results, "vms_completed")).toBe(6295);
    expect(metric(results, "energy_it_kwh") * 3.6e6).toBeCloseTo(12_112_554_100, -1);
    expect(metric(results, "utilisation_pct") / 100).toBeCloseTo(0.268802, 6);
  });
});
