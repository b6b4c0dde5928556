/**
 * Live migration at the hand values of SimGrid's cases (live-migration plugin, SimGrid 3.32; where it differs, V09, G01 and
 * M08, the hand value stands). One link of 125e6 bytes/s = 1 Gbit/s between hosts a and b of 1 core, VM of 1000 MiB unless
 * said; a VM that keeps its core busy dirties d x cap a second, at most 0.9 of its memory; downtime target 0.03 s.
 */
import type { ResolvedHostGroup, ResolvedHypervisor, ResolvedScenario, ResolvedVmGroup } from "../scenario/resolved.ts";
import { simulate } from "../simulation.ts";
import { host, ideal, scenario, type Task, tasks, vm } from "./build.ts";
import { type AgreementCase, type AgreementFigure, near } from "./case.ts";
import { cell, eventTimes } from "./read.ts";

const CAP = 100;
const capped = (mib: number | null): ResolvedHypervisor => ({ ...ideal, migration: { ...ideal.migration, maxMiBPerSecond: mib } });
const pair = (hypervisor: ResolvedHypervisor, over: Partial<ResolvedHostGroup> = {}): ResolvedHostGroup[] => [
  host({ name: "a", hypervisor, ...over }),
  host({ name: "b", hypervisor, ...over }),
];
const guest = (name: string, work: Task[] | null, intensity: number, over: Partial<ResolvedVmGroup> = {}): ResolvedVmGroup =>
  vm({
    name,
    memoryMiB: 1000,
    host: "a",
    memoryActivity: { dirtyMiBPerSecond: intensity * CAP, workingSetShare: 0.9 },
    workload: work === null ? { kind: "idle" } : tasks(work),
    ...over,
  });
const migrate = (v: string, atSeconds = 0): ResolvedScenario["events"][number] => ({ atSeconds, vm: v, do: "migrate", to: "b" });
const watts = (idle: number, epsilon: number, full: number) => ({
  model: "idle-epsilon" as const,
  idleWatts: idle,
  epsilonWatts: epsilon,
  fullWatts: full,
  offWatts: 10,
});

interface Case {
  id: string;
  what: string;
  over: Partial<ResolvedScenario>;
  expected: Record<string, number>;
}

// M04: rounds 10 x 0.6^k s for k = 0 .. 11, then 10 x 0.6^12 s of downtime.
const m04 = { suspend: (10 * (1 - 0.6 ** 12)) / 0.4, downtime: 10 * 0.6 ** 12 };
const energyHosts = [
  host({ name: "a", cores: 4, hypervisor: capped(CAP), power: watts(100, 120, 200) }),
  host({ name: "b", cores: 4, hypervisor: capped(CAP), power: watts(90, 110, 190) }),
];

const cases: readonly Case[] = [
  {
    id: "M01",
    what: "an idle VM, no cap: memory / bandwidth, no downtime",
    over: { durationSeconds: 60, hosts: pair(capped(null)), vms: [guest("v", null, 0)], events: [migrate("v")] },
    expected: { v_mig: 8.388608 },
  },
  {
    id: "M02",
    what: "an idle VM capped at 50 MiB/s",
    over: { durationSeconds: 60, hosts: pair(capped(50)), vms: [guest("v", null, 0)], events: [migrate("v")] },
    expected: { v_mig: 20 },
  },
  {
    id: "M03",
    what: "busy, dirtying 20 % of the cap: 10 + 2 + 0.4 + 0.08, then 0.016 stopped",
    over: { hosts: pair(capped(CAP)), vms: [guest("v", [{ work: 20 }], 0.2)], events: [migrate("v")] },
    expected: { v_mig: 12.496, v_down: 0.016, "v#1_end": 20.016 },
  },
  {
    id: "M04",
    what: "dirtying 60 %: 12 rounds",
    over: { hosts: pair(capped(CAP)), vms: [guest("v", [{ work: 40 }], 0.6)], events: [migrate("v")] },
    expected: { v_mig: m04.suspend + m04.downtime, v_down: m04.downtime, "v#1_end": 40 + m04.downtime },
  },
  {
    id: "M06",
    what: "two idle VMs share the link: 2000 MiB at 125e6 B/s",
    over: { durationSeconds: 60, hosts: pair(capped(CAP)), vms: [guest("v", null, 0), guest("w", null, 0)], events: [migrate("v"), migrate("w")] },
    expected: { v_mig: 16.777216, w_mig: 16.777216 },
  },
  {
    id: "M07",
    what: "two tasks in the VM, from 5: dirtying follows the work done, as M03",
    over: { hosts: pair(capped(CAP)), vms: [guest("v", [{ work: 20 }, { work: 20 }], 0.2)], events: [migrate("v", 5)] },
    expected: { v_mig: 5 + 12.496, "v#1_end": 40.016, "v#2_end": 40.016 },
  },
  {
    id: "M08",
    what: "the target dies in the first round: the VM runs on at its source",
    over: { hosts: pair(capped(CAP)), vms: [guest("v", [{ work: 20 }], 0.2)], events: [migrate("v"), { atSeconds: 4, host: "b", do: "off" }] },
    expected: { "v#1_end": 20 },
  },
  {
    id: "V09",
    what: "moved at once at 2 from 1e9 to 2e9 flop/s: 2 + 2 / 2 (SimGrid 3.32 gives 4: it keeps the old host's bound)",
    over: {
      hosts: [host({ name: "a" }), host({ name: "b", coreMHz: 2000 })],
      vms: [guest("v", [{ work: 4 }], 0)],
      events: [{ atSeconds: 2, vm: "v", do: "move", to: "b" }],
    },
    expected: { "v#1_end": 3 },
  },
  {
    id: "G01",
    what: "two 8e9 tasks moved at once at 5, a switched off: a = 5 x 160 + 5 x 10, b = 5 x 90 + 3 x 150 + 2 x 90 (SimGrid 3.32 charges b 1380)",
    over: {
      durationSeconds: 10,
      hosts: energyHosts,
      vms: [guest("v", [{ work: 8 }, { work: 8 }], 0, { vcpus: 2 })],
      events: [
        { atSeconds: 5, vm: "v", do: "move", to: "b" },
        { atSeconds: 5, host: "a", do: "off" },
      ],
    },
    expected: { "v#1_end": 8, a_J: 850, b_J: 1080 },
  },
  {
    id: "G02",
    what: "M03 with energy to 30: a = 12.48 x 140 + 17.52 x 100, b = 12.496 x 90 + 7.52 x 130 + 9.984 x 90, 0.016 s stopped at 100 W on a",
    over: {
      durationSeconds: 30,
      hosts: [...energyHosts],
      vms: [guest("v", [{ work: 20 }], 0.2)],
      events: [migrate("v")],
    },
    // One of four cores: a 120 + 80 / 4 = 140 W, b 110 + 80 / 4 = 130 W.
    expected: { v_mig: 12.496, "v#1_end": 20.016, a_J: 12.48 * 140 + 17.52 * 100, b_J: 12.496 * 90 + 7.52 * 130 + 9.984 * 90 },
  },
];

/** SimGrid's migration cases: M, G, and the move at once V09. */
export const migrationCases: readonly AgreementCase[] = cases.map(({ id, what, over, expected }) => ({ id, what, run: () => figures(over, expected) }));

function figures(over: Partial<ResolvedScenario>, expected: Readonly<Record<string, number>>): AgreementFigure[] {
  const results = simulate(scenario(over));
  return Object.entries(expected).map(([key, there]) => {
    const [, name = "", task, what] = /^([^#_]+)(?:#(\d+))?_(end|mig|down|J)$/.exec(key) ?? [];
    const here =
      what === "J"
        ? cell(results.hosts, "host", name, "energy_kwh") * 3.6e6
        : what === "mig"
          ? eventTimes(results, "moved", name)[0]
          : what === "down"
            ? stoodStill(results, name)
            : eventTimes(results, "task done", name, `task ${task}`)[0];
    return near(key, here ?? Number.NaN, there, 1e-6 * Math.abs(there));
  });
}

/** Seconds a VM was stopped for its migration: the only thing here that keeps it from running. */
function stoodStill(results: ReturnType<typeof simulate>, name: string): number {
  return cell(results.vms, "vm", name, "stopped_s") - cell(results.vms, "vm", name, "started_s") - cell(results.vms, "vm", name, "running_s");
}
