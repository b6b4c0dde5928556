/**
 * Finite work at the size of other simulators' speed cases; the answers are exact and checked. Whole simulations, tables of
 * results included, median of five.
 */
import type { Population } from "../../src/model/demand.ts";
import { numbers, texts } from "../../src/results/table.ts";
import { simulate } from "../../src/simulation.ts";
import { host, scenario, vm } from "../../test/support/build.ts";
import { simgridScale, staggered } from "../../test/support/workloads.ts";
import { type BenchRow, median } from "../row.ts";

interface ScaleCase {
  readonly name: string;
  readonly population: Population;
  readonly cores: number;
  readonly bar: number;
  readonly note: string;
  /** Exact answers: last completion and sum of completion times (NaN = not known in closed form). */
  readonly last: number;
  readonly sum: number;
}

const HOSTS = 1000;

function timed({ population, cores, last, sum, name }: ScaleCase): number {
  const plan = scenario({
    hosts: [host({ count: HOSTS, cores })],
    vms: [vm({ name: "jobs", count: null, vcpus: null, memoryMiB: null, arrival: null, workload: { kind: "trace", format: "rule", path: "", options: {} } })],
    // Ten VMs a host, in order, as the recipes have it.
    admission: { vcpusPerCore: 10 / cores, memoryRatio: 1, whenFull: "reject", queueOrder: "fifo", maxWaitSeconds: null },
  });
  const inputs = { populations: new Map([["jobs", population]]) };
  const started = performance.now();
  const results = simulate(plan, inputs);
  const seconds = (performance.now() - started) / 1000;
  const event = texts(results.events, "event");
  const times = numbers(results.events, "time_s");
  let done = 0;
  let latest = 0;
  let total = 0;
  for (let i = 0; i < results.events.rows; i++) {
    if (event[i] !== "task done") continue;
    done++;
    latest = Math.max(latest, times[i]);
    total += times[i];
  }
  const wrong = (got: number, exact: number): boolean => exact === exact && Math.abs(got - exact) > 1e-6 * exact;
  if (done !== 100_000 || wrong(latest, last) || wrong(total, sum))
    throw new Error(`${name}: ${done} tasks, last at ${latest}, sum ${total}: not the exact answer`);
  return seconds;
}

export function rows(): BenchRow[] {
  const cases: ScaleCase[] = [
    {
      name: "S(1000,10,10) in VMs: 100,000 tasks, exact",
      population: simgridScale(HOSTS, 10, 10),
      cores: 8,
      bar: 0.3,
      last: 107.6075,
      sum: 4_055_866.7125,
      note: "SimGrid 3.32: 100.7 s",
    },
    {
      name: "staggered, 1,000 hosts, 10,000 VMs, 100,000 tasks, exact",
      population: staggered(HOSTS),
      cores: 16,
      bar: 0.5,
      last: Number.NaN,
      sum: exactSum(staggered(HOSTS)),
      note: "CloudSim Plus: 34 s for the easier batch form",
    },
  ];
  return cases.map((scaleCase) => {
    const runs = Array.from({ length: 6 }, () => timed(scaleCase)).slice(1);
    const seconds = median(runs);
    return { name: scaleCase.name, measured: `${seconds.toFixed(2)} s`, bar: `<= ${scaleCase.bar} s`, reached: seconds <= scaleCase.bar, note: scaleCase.note };
  });
}

/** Processor sharing on a core of 1000 MIPS: the k-th shortest of ten ends (11 - k)(s_k - s_{k-1}) / 1000 after the one before. */
function exactSum({ count, demand }: Population): number {
  if (demand.kind !== "tasks") throw new Error("tasks are expected");
  let sum = 0;
  for (let v = 0; v < count; v++) {
    const sizes = [...demand.workMHzSeconds.subarray(demand.offset[v], demand.offset[v + 1])].sort((a, b) => a - b);
    let t = 0;
    for (const [k, size] of sizes.entries()) {
      t += ((sizes.length - k) * (size - (sizes[k - 1] ?? 0))) / 1000;
      sum += t;
    }
  }
  return sum;
}
