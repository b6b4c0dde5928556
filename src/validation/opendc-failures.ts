/**
 * Failures and checkpoints of OpenDC's own integration tests (FailuresAndCheckpointingTest, commit 691036d, MIT), restated. Every
 * answer also follows by hand: on H1 (1 core x 2000 MHz, 100 to 200 W) a task runs, is down, and runs again from the
 * beginning or from its last checkpoint.
 *
 * By OpenDC's convention a failed host goes on drawing idle power and its time down is idle time; by ours it draws nothing:
 * each case is run both ways, and the two energies differ by 100 W x the time down.
 */
import type { Pulse } from "../model/failures/spec.ts";
import { numbers } from "../results/table.ts";
import type { ResolvedScenario } from "../scenario/resolved.ts";
import { simulate } from "../simulation.ts";
import { host, pieces, scenario, vm } from "./build.ts";
import { type AgreementCase, type AgreementFigure, equal, near } from "./case.ts";
import { cell, metric } from "./read.ts";

type Fragment = [seconds: number, mhz: number];

interface FailureCase {
  readonly id: string;
  readonly what: string;
  readonly fragments: Fragment[];
  readonly pulses: Pulse[];
  readonly repeat?: boolean;
  readonly checkpoint?: boolean;
  /** The task is given up when its host goes down for that time. */
  readonly givenUpAt?: number;
  readonly makespan: number;
  /** Seconds active; OpenDC states them for the cases without checkpoints. */
  readonly active?: number;
  readonly down: number;
  readonly joules: number;
}

const once: Pulse[] = [{ afterSeconds: 300, forSeconds: 300, share: 1 }];
const cases: readonly FailureCase[] = [
  {
    id: "FA-1",
    what: "run 300 s, down 300 s, run 600 s anew",
    fragments: [[600, 1000]],
    pulses: once,
    makespan: 1200,
    active: 450,
    down: 300,
    joules: 165_000,
  },
  {
    id: "FA-2",
    what: "the failure comes too late",
    fragments: [[600, 1000]],
    pulses: [{ afterSeconds: 30_000, forSeconds: 300, share: 1 }],
    makespan: 600,
    active: 300,
    down: 0,
    joules: 90_000,
  },
  {
    id: "FA-3",
    what: "run 300, down 300, run 420, down 600, run 600: the second failure counts from the end of the first",
    fragments: [[600, 1000]],
    pulses: [...once, { afterSeconds: 420, forSeconds: 600, share: 1 }],
    makespan: 2220,
    active: 660,
    down: 900,
    joules: 288_000,
  },
  {
    id: "FA-4",
    what: "given up at its 10th failure: 10 runs of 300 s, 9 times down of 300 s",
    fragments: [[600, 1000]],
    pulses: once,
    repeat: true,
    givenUpAt: 10,
    makespan: 5700,
    active: 1500,
    down: 2700,
    joules: 720_000,
  },
  {
    id: "CK-1",
    what: "saved at 60, 121, 182 and 243 s; 56 s are lost, 360 s and 5 checkpoints are left: 665 s x 150 W + 300 s x 100 W",
    fragments: [[600, 1000]],
    pulses: once,
    checkpoint: true,
    makespan: 965,
    down: 300,
    joules: 129_750,
  },
  {
    id: "CK-2",
    what: "19 checkpoints at the task's highest demand, 56 s lost at 2000 MHz: 600 x 200 + 600 x 150 + 300 x 100 + 19 x 200 + 56 x 200",
    fragments: [
      [600, 2000],
      [600, 1000],
    ],
    pulses: once,
    checkpoint: true,
    makespan: 1575,
    down: 300,
    joules: 255_000,
  },
  {
    id: "CK-3",
    what: "the same with 56 s lost at 1000 MHz",
    fragments: [
      [600, 1000],
      [600, 2000],
    ],
    pulses: once,
    checkpoint: true,
    makespan: 1575,
    down: 300,
    joules: 252_200,
  },
];

function scenarioOf({ fragments, pulses, repeat = false, checkpoint = false, givenUpAt, makespan }: FailureCase, idle: boolean): ResolvedScenario {
  const h1 = host({ coreMHz: 2000 });
  return scenario({
    durationSeconds: makespan,
    hosts: [{ ...h1, transitions: { ...h1.transitions, failedWatts: idle ? null : 0 } }],
    vms: [
      vm({
        name: "A",
        progress: "work",
        workload: pieces(...fragments),
        onHostDown: "restart",
        maxFailures: givenUpAt ?? null,
        checkpoint: checkpoint ? { everySeconds: 60, costSeconds: 1 } : null,
      }),
    ],
    admission: { vcpusPerCore: 1, memoryRatio: 1, whenFull: "queue", queueOrder: "fifo", maxWaitSeconds: null },
    failures: { models: [], traces: [{ name: "trace", which: null, boots: false, source: null, pulses, repeat, nodes: [] }], crews: null },
  });
}

function figures(one: FailureCase): AgreementFigure[] {
  const theirs = simulate(scenarioOf(one, true));
  const ours = simulate(scenarioOf(one, false));
  const joules = (results: typeof ours): number => cell(results.hosts, "host", "h", "energy_kwh") * 3.6e6;
  const down = numbers(theirs.hosts, "failed_core_s")[0] ?? Number.NaN;
  const idle = numbers(theirs.hosts, "idle_core_s")[0] ?? Number.NaN;
  return [
    one.givenUpAt === undefined
      ? near("makespan_s", metric(theirs, "last_completion_s"), one.makespan, 5e-7)
      : equal("given up", metric(theirs, "vms_lost"), 1),
    near("h_J idle while failed", joules(theirs), one.joules, 5e-6),
    near("h_J 0 W while failed", joules(ours), one.joules - 100 * one.down, 5e-6),
    near("down_s", down, one.down, 5e-7),
    // Failed time is idle time there.
    ...(one.active === undefined ? [] : [near("idle_s", idle + down, one.makespan - one.active, 5e-7)]),
  ];
}

/** OpenDC's cases FA-1 to FA-4 and CK-1 to CK-3. */
export const openDcFailureCases: readonly AgreementCase[] = cases.map((one) => ({ id: one.id, what: one.what, run: () => figures(one) }));
