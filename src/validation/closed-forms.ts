/**
 * The simulator against formulas: queues whose mean response is known, Little's law, and energy by hand.
 *
 *   M/M/1-PS, M/G/1-PS   mean response = S / (1 - rho), whatever the distribution of work      one core, jobs as VMs
 *   M/M/c, FIFO          mean wait = C(c, a) / (c mu - lambda), C = Erlang's delay formula      VMs that queue for c cores
 *   device latency       I/Os through a shared link against the formula of model/device.ts (M/M/1-PS)
 *   Little's law         mean number there = rate of arrival x mean response, exactly, for any run
 *   energy               watts x seconds at each level of load, straight lines between measured points
 *
 * A simulated mean comes with a 99 % t interval over 20 batches of jobs (the first tenth of the jobs is warm-up), and the
 * formula must lie inside it. Sources: L. Kleinrock, Queueing Systems I (1975) and II (1976); J. Little, Operations
 * Research 9 (1961).
 */
import { estimate } from "../experiment/statistics.ts";
import { exponential } from "../kernel/distributions.ts";
import { Kernel } from "../kernel/kernel.ts";
import { type Stream, streams } from "../kernel/streams.ts";
import { emptyReport, type Population } from "../model/demand.ts";
import { erlangC, latency } from "../model/device.ts";
import { Flows } from "../model/flows.ts";
import { numbers } from "../results/table.ts";
import { simulate } from "../simulation.ts";
import { host, pieces, scenario, siteOf, vm } from "./build.ts";
import { type AgreementCase, type AgreementFigure, near } from "./case.ts";
import { cell, metric } from "./read.ts";

const JOBS = 22_000;
const WARM_UP = 2_000;
const BATCHES = 20;
const CONFIDENCE = 0.99;

/** Jobs that come at random, `perSecond` of them, each a VM of one vCPU with an amount of work in core-seconds. */
function jobs(perSecond: number, work: (luck: Stream) => number): Population {
  const stream = streams("queues");
  const arrivals = stream("arrivals");
  const sizes = stream("work");
  const arrivalSeconds = new Float64Array(JOBS);
  const workMHzSeconds = new Float64Array(JOBS);
  let at = 0;
  for (let i = 0; i < JOBS; i++) {
    at += exponential(arrivals, 1 / perSecond);
    arrivalSeconds[i] = at;
    workMHzSeconds[i] = 1000 * work(sizes);
  }
  return {
    count: JOBS,
    names: Array.from({ length: JOBS }, (_, i) => `job${i}`),
    vcpus: new Float64Array(JOBS).fill(1),
    memoryMiB: new Float64Array(JOBS).fill(1),
    arrivalSeconds,
    lifetimeSeconds: new Float64Array(JOBS).fill(Number.POSITIVE_INFINITY),
    demand: {
      kind: "tasks",
      sequence: false,
      offset: Uint32Array.from({ length: JOBS + 1 }, (_, i) => i),
      workMHzSeconds,
      threads: new Float64Array(JOBS).fill(1),
      weight: new Float64Array(JOBS).fill(1),
      limitMHz: new Float64Array(JOBS).fill(Number.POSITIVE_INFINITY),
      startSeconds: new Float64Array(JOBS),
    },
    report: emptyReport("jobs at random"),
  };
}

/** Runs the jobs on one host; with `queue` no more of them at a time than it has cores. */
function serve(population: Population, cores: number, queue: boolean) {
  return simulate(
    scenario({
      hosts: [host({ cores })],
      vms: [vm({ name: "jobs", count: null, vcpus: null, memoryMiB: null, arrival: null, workload: { kind: "trace", format: "rule", path: "", options: {} } })],
      admission: { vcpusPerCore: queue ? 1 : null, memoryRatio: 1, whenFull: queue ? "queue" : "reject", queueOrder: "fifo", maxWaitSeconds: null },
    }),
    { populations: new Map([["jobs", population]]) },
  );
}

/** Mean over jobs of the time between two columns of vms.csv, with its interval, which must hold the formula. */
function meanTime(name: string, results: ReturnType<typeof serve>, until: "started_s" | "stopped_s", formula: number): AgreementFigure {
  const from = numbers(results.vms, "requested_s");
  const to = numbers(results.vms, until);
  const size = (JOBS - WARM_UP) / BATCHES;
  const batches = Array.from({ length: BATCHES }, (_, b) => {
    let sum = 0;
    for (let i = WARM_UP + b * size; i < WARM_UP + (b + 1) * size; i++) sum += (to[i] ?? Number.NaN) - (from[i] ?? Number.NaN);
    return sum / size;
  });
  const { mean, half } = estimate(batches, CONFIDENCE);
  return near(name, mean, formula, half);
}

/** Work of mean 1 that varies much: 9 of 10 jobs with mean 0.5, one with mean 5.5. Squared coefficient of variation 5.5. */
const hyperexponential = (luck: Stream): number => exponential(luck, luck.uniform() < 0.9 ? 0.5 : 5.5);

/** I/Os that come at random to a datastore's device, each of them as a transfer that shares its time; mean latency beside the formula. */
function deviceLatency(load: number): AgreementFigure {
  const device = { iops: 1000, mibPerSecond: 100, latencySeconds: 0.001 };
  const perSecond = load * device.iops;
  const kernel = new Kernel();
  const flows = new Flows(kernel, 2, 1);
  // Exponential amounts of work of mean 1 I/O: the unit of the link is I/Os, its capacity what the device does in a second.
  const link = flows.link("device", device.iops);
  const stream = streams("device");
  const [arrivals, sizes] = [stream("arrivals"), stream("sizes")];
  const from = new Float64Array(JOBS);
  const took = new Float64Array(JOBS);
  kernel.on(2, (i) => {
    from[i] = kernel.now;
    flows.start([link], exponential(sizes, 1), Number.POSITIVE_INFINITY, () => {
      took[i] = kernel.now - (from[i] ?? Number.NaN);
    });
    if (i + 1 < JOBS) kernel.schedule(kernel.now + exponential(arrivals, 1 / perSecond), 4, 2, i + 1);
  });
  kernel.schedule(0, 4, 2, 0);
  kernel.run();
  const size = (JOBS - WARM_UP) / BATCHES;
  const batches = Array.from({ length: BATCHES }, (_, b) => took.subarray(WARM_UP + b * size, WARM_UP + (b + 1) * size).reduce((sum, t) => sum + t, 0) / size);
  const { mean, half } = estimate(batches, CONFIDENCE);
  return near("latency_s", mean, latency(device, load, load, perSecond, Number.POSITIVE_INFINITY), half);
}

function littlesLaw(): AgreementFigure {
  const results = serve(
    jobs(0.7, (luck) => exponential(luck, 1)),
    1,
    false,
  );
  const { timeline, vms, run } = results;
  const from = numbers(vms, "requested_s");
  const to = numbers(vms, "stopped_s");
  let responses = 0;
  for (let i = 0; i < JOBS; i++) responses += (to[i] ?? Number.NaN) - (from[i] ?? Number.NaN);
  const starts = numbers(timeline, "time_s");
  const running = numbers(timeline, "vms_running");
  let vmSeconds = 0;
  for (let i = 0; i < timeline.rows; i++) vmSeconds += (running[i] ?? Number.NaN) * ((starts[i + 1] ?? run.durationSeconds) - (starts[i] ?? 0));
  const there = responses / run.durationSeconds;
  return near("mean number of VMs", vmSeconds / run.durationSeconds, there, 1e-9 * there);
}

export const closedFormCases: readonly AgreementCase[] = [
  {
    id: "device",
    what: "500 I/Os a second share a device that does 1000: mean latency 1 ms / (1 - 0.5), M/M/1-PS",
    run: () => [deviceLatency(0.5)],
  },
  {
    id: "M/M/1-PS",
    what: "0.7 jobs a second of 1 s share a core: mean response 1 / (1 - 0.7) s",
    run: () => [
      meanTime(
        "response_s",
        serve(
          jobs(0.7, (luck) => exponential(luck, 1)),
          1,
          false,
        ),
        "stopped_s",
        1 / 0.3,
      ),
    ], // prettier-ignore
  },
  {
    id: "M/G/1-PS",
    what: "the same with work that varies much: the mean response does not change",
    run: () => [meanTime("response_s", serve(jobs(0.5, hyperexponential), 1, false), "stopped_s", 1 / 0.5)],
  },
  {
    id: "M/M/4",
    what: "2.8 jobs a second of 1 s queue for 4 cores, first come first served: wait C(4, 2.8) / 1.2 s",
    run: () => [
      meanTime(
        "wait_s",
        serve(
          jobs(2.8, (luck) => exponential(luck, 1)),
          4,
          true,
        ),
        "started_s",
        erlangC(4, 2.8) / 1.2,
      ),
    ], // prettier-ignore
  },
  { id: "Little", what: "mean number of VMs there = rate of arrival x mean response", run: () => [littlesLaw()] },
  {
    id: "energy",
    what: "SPECpower points 100, 110, 130, ...: 1 h idle, 1 h at 15 % (120 W), 1 h full (300 W), PUE 1.5",
    run: () => {
      const watts = [100, 110, 130, 150, 170, 190, 210, 230, 250, 275, 300];
      const results = simulate(
        scenario({
          durationSeconds: 10_800,
          sites: [siteOf({ pue: 1.5 })],
          hosts: [host({ power: { model: "spec", watts, offWatts: 0 } })],
          vms: [vm({ workload: pieces([3600, 0], [3600, 150], [3600, 1000]) })],
        }),
      );
      return [
        near("IT_kWh", cell(results.hosts, "host", "h", "energy_kwh"), 0.1 + 0.12 + 0.3, 1e-12),
        near("idle_kWh", cell(results.hosts, "host", "h", "idle_energy_kwh"), 0.3, 1e-12),
        near("facility_kWh", metric(results, "energy_facility_kwh"), 0.52 * 1.5, 1e-12),
        near("peak_W", metric(results, "power_peak_w"), 300, 1e-9),
      ];
    },
  },
];
