/**
 * A year of 1,000 hosts and 10,000 VMs with hourly demand, or a week of four times as many at 5 minutes:
 * `node failures-child.mjs year|week calm|failing`. Prints CPU seconds of the run,
 * peak memory and what failed, as JSON. "failing": LANL's Weibull shape with a mean of 1,780 h and its repair times, and high availability.
 */
import { emptyReport, type Population } from "../src/model/demand.ts";
import { numbers, texts } from "../src/results/table.ts";
import { resolveHypervisor, resolveServer } from "../src/scenario/catalogue.ts";
import { simulate } from "../src/simulation.ts";
import { failureModel } from "../src/validation/failures.ts";
import { host, scenario, vm } from "../test/support/build.ts";

const HOUR = 3600;
const [span, mode] = process.argv.slice(2);
const [HOSTS, STEPS, STEP_S] = span === "week" ? [4000, 2016, 300] : [1000, 8760, HOUR];
const VMS = 10 * HOSTS;

function load(): Population {
  const mhz = new Float32Array(VMS * STEPS);
  let x = 1;
  for (let i = 0; i < mhz.length; i++) {
    x = (Math.imul(x, 1664525) + 1013904223) >>> 0;
    mhz[i] = ((x >>> 8) / 2 ** 24) * 2000;
  }
  return {
    count: VMS,
    names: Array.from({ length: VMS }, (_, v) => `v${v}`),
    vcpus: new Float64Array(VMS).fill(2),
    memoryMiB: new Float64Array(VMS).fill(8192),
    arrivalSeconds: new Float64Array(VMS),
    lifetimeSeconds: new Float64Array(VMS).fill(Number.POSITIVE_INFINITY),
    demand: { kind: "grid", firstSeconds: 0, stepSeconds: STEP_S, steps: STEPS, mhz },
    report: emptyReport("made by rule"),
  };
}

const kvm = resolveHypervisor("kvm");
const server = resolveServer("dell-r640-8180");
if (!kvm || !server) throw new Error("the catalogue lacks kvm or dell-r640-8180");
const failing = mode === "failing";
const calm = scenario({
  durationSeconds: STEPS * STEP_S,
  observeSeconds: STEP_S,
  hosts: [host({ name: "h", count: HOSTS, ...server, hypervisor: kvm })],
  vms: [
    vm({
      name: "v",
      count: VMS,
      vcpus: null,
      memoryMiB: null,
      arrival: null,
      mix: { cpu: 0.8, memory: 0.2, oltp: 0 },
      onHostDown: "restart",
      workload: { kind: "trace", format: "plain", path: "", options: {} },
    }),
  ],
  // Room for twelve VMs on each host: a sixth of the fleet is spare.
  admission: { ...scenario().admission, vcpusPerCore: 24 / server.cores },
});
const run = failing
  ? {
      ...calm,
      failures: {
        models: [
          failureModel({
            between: { law: "weibull", shape: 0.48, scale: 816.6 * HOUR },
            repair: { law: "log-normal", mu: 0.05 + Math.log(HOUR), sigma: 1.42 },
            start: "stationary" as const,
          }),
        ],
        traces: [],
        crews: null,
      },
      ha: {
        watched: [{ group: "h", detectionSeconds: 90 }],
        heartbeatSeconds: 1,
        electionSeconds: 15,
        isolation: { response: "leave" as const, afterSeconds: 30, shutdownSeconds: 300, fencing: true },
        restartsAtOnce: 32,
        retrySeconds: [120, 240, 480, 960],
        startFailureChance: 0,
        next: "placed" as const,
        waitSeconds: 600,
        admission: { policy: "percentage" as const, cpu: 0.1, memory: 0.1 },
        monitoring: null,
      },
    }
  : calm;
const populations = new Map([["v", load()]]);
/** CPU seconds of one run: in all, and of its playback; and what it gave. */
function measured(): { seconds: number; playbackSeconds: number; results: ReturnType<typeof simulate> } {
  const started = process.cpuUsage();
  // Playback is what goes on between the first hundredth of the time and the last: setting up and making tables are not.
  let from = started;
  let played = started;
  const results = simulate(run, {
    populations,
    onProgress(fraction) {
      if (fraction < 0.015) from = process.cpuUsage();
      else if (fraction >= 1) played = process.cpuUsage(from);
    },
  });
  const used = process.cpuUsage(started);
  return { seconds: (used.user + used.system) / 1e6, playbackSeconds: (played.user + played.system) / 1e6, results };
}

const first = measured();
const peakMiB = process.resourceUsage().maxRSS / 1024;
// The rate of playback is that of compiled code: failures have more code to compile, once a process.
const later = span === "week" ? [measured(), measured()] : [];
const last = later.at(-1) ?? first;
const metric = (name: string): number => numbers(last.results.summary, "value")[texts(last.results.summary, "metric").indexOf(name)] ?? Number.NaN;
process.stdout.write(
  JSON.stringify({
    seconds: first.seconds,
    firstPlaybackSeconds: first.playbackSeconds,
    playbackSeconds: last.playbackSeconds,
    peakMiB,
    samples: VMS * STEPS,
    ...(failing ? { failures: metric("failures"), outages: metric("outages"), availability: metric("availability_pct") } : {}),
  }),
);
