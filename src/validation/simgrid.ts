/**
 * Small cases of CPU sharing, VMs, energy and switching, with answers derived by hand from the rules.
 * The same cases were run with SimGrid 3.32 (S4U, energy and live-migration plugins); where it differs (V12, F01) the hand
 * value stands. Names: X_end = when task X ends, h_J = energy of host h from 0 to the reading time. 1e-6 relative.
 */
import type { PowerSpec, ResolvedHostGroup, ResolvedScenario, ResolvedVmGroup } from "../scenario/resolved.ts";
import { simulate } from "../simulation.ts";
import { host, scenario, type Task, tasks, vm } from "./build.ts";
import { type AgreementCase, type AgreementFigure, near } from "./case.ts";
import { cell, eventTimes, metric } from "./read.ts";

/** A native task is a VM of its own on a layer without overhead; `t` names it. */
const native = (name: string, task: Task, over: Partial<ResolvedVmGroup> = {}): ResolvedVmGroup =>
  vm({
    name,
    vcpus: task.threads ?? 1,
    shares: task.weight ?? 1,
    limitMHz: task.limit === undefined ? null : task.limit * 1000,
    arrival: { atSeconds: task.start ?? 0, everySeconds: 0 },
    workload: tasks([{ work: task.work, threads: task.threads ?? 1 }]),
    ...over,
  });

const watts = (idle: number, epsilon: number, full: number): PowerSpec => ({
  model: "idle-epsilon",
  idleWatts: idle,
  epsilonWatts: epsilon,
  fullWatts: full,
  offWatts: 10,
});
/** 4 cores, three P-states: 1e9/0.5e9/0.2e9 flop/s, watts idle:epsilon:all. */
const powered: ResolvedHostGroup = host({
  cores: 4,
  power: watts(100, 120, 200),
  pstates: [
    { coreMHz: 500, power: watts(93, 115, 170) },
    { coreMHz: 200, power: watts(90, 110, 150) },
  ],
});
const four = host({ cores: 4 });
const sixUnits = (work: number, n: number): ResolvedVmGroup[] => Array.from({ length: n }, (_, i) => native(`T${i}`, { work }));

interface Case {
  id: string;
  what: string;
  over: Partial<ResolvedScenario>;
  /** Expected: `NAME_end`, `NAME_killed`, `NAME_J`, `NAME#k_end` (k-th task of VM NAME), `placed`, `rejected`. */
  expected: Record<string, number>;
}

const cases: readonly Case[] = [
  { id: "C01", what: "one task on one core", over: { vms: [native("A", { work: 1 })] }, expected: { A_end: 1 } },
  {
    id: "C02",
    what: "two tasks on one core: half each",
    over: { vms: [native("A", { work: 1 }), native("B", { work: 1 })] },
    expected: { A_end: 2, B_end: 2 },
  },
  { id: "C03", what: "a single thread uses one of four cores", over: { hosts: [four], vms: [native("A", { work: 2 })] }, expected: { A_end: 2 } },
  {
    id: "C04",
    what: "six threads on four cores: 4/6 each",
    over: { hosts: [four], vms: sixUnits(1, 6) },
    expected: { T0_end: 1.5, T1_end: 1.5, T2_end: 1.5, T3_end: 1.5, T4_end: 1.5, T5_end: 1.5 },
  },
  {
    id: "C05",
    what: "priorities 1 and 2: rates 1/3 and 2/3; B ends at 1.5, A has 0.5 left",
    over: { vms: [native("A", { work: 1 }), native("B", { work: 1, weight: 2 })] },
    expected: { B_end: 1.5, A_end: 2 },
  },
  {
    id: "C06",
    what: "A is held to a quarter, B takes the rest: 1/0.75; A 1/0.25",
    over: { vms: [native("A", { work: 1, limit: 0.25 }), native("B", { work: 1 })] },
    expected: { B_end: 4 / 3, A_end: 4 },
  },
  {
    id: "C07",
    what: "B comes at 1: half each to 3, then A alone with 2 left",
    over: { vms: [native("A", { work: 4 }), native("B", { work: 1, start: 1 })] },
    expected: { B_end: 3, A_end: 5 },
  },
  {
    id: "C08",
    what: "five threads on four cores, 0.8 each; A has three of 1e9 flop",
    over: { hosts: [four], vms: [native("A", { work: 3, threads: 3 }), native("B", { work: 1 }), native("C", { work: 1 })] },
    expected: { A_end: 1.25, B_end: 1.25, C_end: 1.25 },
  },

  { id: "V01", what: "a VM without overhead", over: { vms: [vm({ workload: tasks([{ work: 1 }]) })] }, expected: { "v#1_end": 1 } },
  {
    id: "V02",
    what: "two VMs on one core",
    over: { vms: [vm({ name: "v1", workload: tasks([{ work: 1 }]) }), vm({ name: "v2", workload: tasks([{ work: 1 }]) })] },
    expected: { "v1#1_end": 2, "v2#1_end": 2 },
  },
  {
    id: "V03",
    what: "sharing is per VM: half each; C ends at 2, then v1 has the core for its 1 left",
    over: { vms: [vm({ name: "v1", workload: tasks([{ work: 1 }, { work: 1 }]) }), vm({ name: "v2", workload: tasks([{ work: 1 }]) })] },
    expected: { "v2#1_end": 2, "v1#1_end": 3, "v1#2_end": 3 },
  },
  {
    id: "V04",
    what: "weight = runnable vCPUs: 2 against 1 on two cores, each thread 2/3",
    over: {
      hosts: [host({ cores: 2 })],
      vms: [vm({ name: "v1", vcpus: 2, workload: tasks([{ work: 1 }, { work: 1 }]) }), vm({ name: "v2", workload: tasks([{ work: 1 }]) })],
    },
    expected: { "v1#1_end": 1.5, "v1#2_end": 1.5, "v2#1_end": 1.5 },
  },
  {
    id: "V05",
    what: "a VM limited to a quarter beside a native task",
    over: { vms: [vm({ limitMHz: 250, workload: tasks([{ work: 1 }]) }), native("N", { work: 1 })] },
    expected: { N_end: 4 / 3, "v#1_end": 4 },
  },
  {
    id: "V06",
    what: "one vCPU holds two tasks to one core",
    over: { hosts: [four], vms: [vm({ workload: tasks([{ work: 1 }, { work: 1 }]) })] },
    expected: { "v#1_end": 2, "v#2_end": 2 },
  },
  {
    id: "V07",
    what: "a single thread in a 4-vCPU VM: one core",
    over: { hosts: [four], vms: [vm({ vcpus: 4, workload: tasks([{ work: 2 }]) })] },
    expected: { "v#1_end": 2 },
  },
  {
    id: "V08",
    what: "suspended from 1 to 3",
    over: {
      vms: [vm({ workload: tasks([{ work: 3 }]) })],
      events: [
        { atSeconds: 1, vm: "v", do: "suspend" },
        { atSeconds: 3, vm: "v", do: "resume" },
      ],
    },
    expected: { "v#1_end": 5 },
  },
  {
    id: "V10",
    what: "eight VMs on four cores",
    over: { hosts: [four], vms: Array.from({ length: 8 }, (_, i) => vm({ name: `v${i}`, workload: tasks([{ work: 1 }]) })) },
    expected: Object.fromEntries(Array.from({ length: 8 }, (_, i) => [`v${i}#1_end`, 2])),
  },
  {
    id: "V11",
    what: "weights 4:1:1 on four cores: 2/3 a thread",
    over: {
      hosts: [four],
      vms: [
        vm({ name: "v1", vcpus: 4, workload: tasks([{ work: 1 }, { work: 1 }, { work: 1 }, { work: 1 }]) }),
        vm({ name: "v2", workload: tasks([{ work: 1 }]) }),
        native("N", { work: 1 }),
      ],
    },
    expected: { "v1#1_end": 1.5, "v1#2_end": 1.5, "v1#3_end": 1.5, "v1#4_end": 1.5, "v2#1_end": 1.5, N_end: 1.5 },
  },
  {
    id: "V12",
    what: "2 GiB takes two VMs of 1 GiB (SimGrid 3.32 starts one: it counts the VM's own memory twice)",
    over: { durationSeconds: 1, hosts: [host({ memoryMiB: 2048 })], vms: [vm({ count: 3 })] },
    expected: { placed: 2, rejected: 1 },
  },

  { id: "E01", what: "idle for 10 s", over: { durationSeconds: 10, hosts: [powered], vms: [] }, expected: { h_J: 1000 } },
  {
    id: "E02",
    what: "two of four cores busy: 120 + 0.5 x 80 = 160 W",
    over: { durationSeconds: 10, hosts: [powered], vms: [native("A", { work: 10 }), native("B", { work: 10 })] },
    expected: { h_J: 1600 },
  },
  { id: "E03", what: "all cores busy", over: { durationSeconds: 10, hosts: [powered], vms: sixUnits(10, 4) }, expected: { h_J: 2000 } },
  {
    id: "E04",
    what: "P-state 1, all busy: 170 W, 5e9 flop at half speed",
    over: { durationSeconds: 10, hosts: [powered], vms: sixUnits(5, 4), events: [{ atSeconds: 0, host: "h", do: "pstate", index: 1 }] },
    expected: { h_J: 1700, T0_end: 10 },
  },
  {
    id: "E06",
    what: "epsilon = idle: one of four cores busy is 125 W; the other host idles",
    over: {
      durationSeconds: 10,
      hosts: [powered, host({ name: "two", cores: 4, power: watts(100, 100, 200) })],
      vms: [native("A", { work: 10 }, { host: "two" })],
    },
    expected: { two_J: 1250, h_J: 1000 },
  },
  {
    id: "E07",
    what: "a 4-vCPU VM limited to 1.2e9: load 0.3, 144 W",
    over: {
      durationSeconds: 10,
      hosts: [powered],
      vms: [vm({ vcpus: 4, limitMHz: 1200, workload: tasks([{ work: 3 }, { work: 3 }, { work: 3 }, { work: 3 }]) })],
    },
    expected: { h_J: 1440, "v#1_end": 10 },
  },
  {
    id: "E11",
    what: "held to 0.5e9: load 0.125 is 130 W; read at 10",
    over: { durationSeconds: 10, hosts: [powered], vms: [native("A", { work: 10, limit: 0.5 })] },
    expected: { h_J: 1300 },
  },
  { id: "E11", what: "the same task ends at 20", over: { hosts: [powered], vms: [native("A", { work: 10, limit: 0.5 })] }, expected: { A_end: 20 } },

  {
    id: "F01b",
    what: "a native task dies with its host at 2: 2 x 140 + 3 x 10 + 5 x 100",
    over: {
      durationSeconds: 10,
      hosts: [powered],
      vms: [native("N", { work: 10 })],
      events: [
        { atSeconds: 2, host: "h", do: "off" },
        { atSeconds: 5, host: "h", do: "on" },
      ],
    },
    expected: { N_killed: 2, h_J: 810 },
  },
  {
    id: "F01",
    what: "a VM's task and a native one die at 2: 2 x 160 + 3 x 10 + 5 x 100 (SimGrid 3.32 gives 1050: the dead VM still loads a core)",
    over: {
      durationSeconds: 10,
      hosts: [powered],
      vms: [vm({ vcpus: 2, workload: tasks([{ work: 10 }]) }), native("N", { work: 10 })],
      events: [
        { atSeconds: 2, host: "h", do: "off" },
        { atSeconds: 5, host: "h", do: "on" },
      ],
    },
    expected: { N_killed: 2, v_killed: 2, h_J: 850 },
  },
  {
    id: "F02",
    what: "down from 2 to 5, progress lost: 4e9 flop from 5 to 9",
    over: {
      vms: [native("A", { work: 4 }, { onHostDown: "restart" })],
      events: [
        { atSeconds: 2, host: "h", do: "off" },
        { atSeconds: 5, host: "h", do: "on" },
      ],
    },
    expected: { A_end: 9 },
  },
  {
    id: "F04",
    what: "half speed from 2 to 4: 2 + 1 + 2",
    over: {
      vms: [native("A", { work: 5 })],
      events: [
        { atSeconds: 2, host: "h", do: "speed", factor: 0.5 },
        { atSeconds: 4, host: "h", do: "speed", factor: 1 },
      ],
    },
    expected: { A_end: 6 },
  },
  {
    id: "F05",
    what: "idle 0-5, off 5-8, idle 8-10: 500 + 30 + 200",
    over: {
      durationSeconds: 10,
      hosts: [powered],
      vms: [],
      events: [
        { atSeconds: 5, host: "h", do: "off" },
        { atSeconds: 8, host: "h", do: "on" },
      ],
    },
    expected: { h_J: 730 },
  },
];

/** SimGrid's cases by the letter of their names: C, V, E and F. */
export const simgridCases: readonly AgreementCase[] = cases.map(({ id, what, over, expected }) => ({ id, what, run: () => figures(over, expected) }));

function figures(over: Partial<ResolvedScenario>, expected: Readonly<Record<string, number>>): AgreementFigure[] {
  const results = simulate(scenario(over));
  return Object.entries(expected).map(([key, there]) => {
    const [, name = "", task, what] = /^([^#_]+)(?:#(\d+))?_?(end|killed|J)?$/.exec(key) ?? [];
    const here =
      what === "J"
        ? cell(results.hosts, "host", name, "energy_kwh") * 3.6e6
        : what === "killed"
          ? (eventTimes(results, "lost", name)[0] ?? Number.NaN)
          : what === "end"
            ? (eventTimes(results, "task done", name, `task ${task ?? 1}`)[0] ?? Number.NaN)
            : metric(results, `vms_${name}`);
    return near(key, here, there, 1e-6 * Math.abs(there));
  });
}
