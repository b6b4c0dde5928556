/**
 * What of CPU and memory is used against what there is, over a run.
 *
 *   CPU      used cores of the timeline
 *   memory   configured GiB of the VMs that run, summed from the start and stop of each in vms.csv, less those that are down
 *            (outages.csv)
 */

import type { Results } from "../results/results.ts";
import { numbersIn, textsIn } from "./read.ts";

export interface Resource {
  readonly name: "CPU" | "memory";
  readonly unit: string;
  /** Of all hosts, and of all but the largest. */
  readonly all: number;
  readonly withoutLargest: number;
  /** Seconds at which the amounts begin, rising. */
  readonly times: ArrayLike<number>;
  readonly used: ArrayLike<number>;
  /** What is powered on at these times; empty where it is not known. */
  readonly on: ArrayLike<number>;
  readonly peak: number;
  readonly peakAt: number;
}

/** CPU and memory of a run; resources about which it says nothing are left out. */
export function resourcesOf(results: Results): Resource[] {
  return [cpuOf(results), memoryOf(results)].filter((resource): resource is Resource => resource !== null && resource.all > 0 && resource.times.length > 0);
}

/** The resource that is fullest at its peak, as a share of all hosts. */
export function nearestToFull(resources: readonly Resource[]): Resource | undefined {
  return [...resources].sort((a, b) => b.peak / b.all - a.peak / a.all)[0];
}

function cpuOf(results: Results): Resource | null {
  const used = numbersIn(results.timeline, "cpu_used_cores");
  const cores = numbersIn(results.hosts, "cores");
  return resource("CPU", "cores", cores, numbersIn(results.timeline, "time_s"), used, numbersIn(results.timeline, "cpu_capacity_cores"));
}

function memoryOf(results: Results): Resource | null {
  const sizes = numbersIn(results.vms, "memory_gib");
  const started = numbersIn(results.vms, "started_s");
  const stopped = numbersIn(results.vms, "stopped_s");
  const usable = numbersIn(results.hosts, "usable_memory_gib");
  const changes: [number, number][] = [];
  for (let i = 0; i < sizes.length; i++) {
    if (!Number.isFinite(started[i]) || !Number.isFinite(sizes[i])) continue;
    changes.push([started[i] as number, sizes[i] as number]);
    if (Number.isFinite(stopped[i])) changes.push([stopped[i] as number, -(sizes[i] as number)]);
  }
  changes.push(...downMemory(results));
  changes.sort((a, b) => a[0] - b[0]);
  const times: number[] = [0];
  const used: number[] = [0];
  for (const [time, gib] of changes) {
    if (time !== times.at(-1)) {
      times.push(time);
      used.push(used.at(-1) as number);
    }
    used[used.length - 1] = (used.at(-1) as number) + gib;
  }
  return changes.length === 0 ? null : resource("memory", "GiB", firstNumbers(usable, numbersIn(results.hosts, "memory_gib")), times, used, []);
}

/** What VMs that are down give back, and take again when they return; from the start of a VM to its stop. */
function downMemory(results: Results): [number, number][] {
  const table = results.extra.find(({ name }) => name === "outages");
  if (!table) return [];
  const sizes = numbersIn(results.vms, "memory_gib");
  const started = numbersIn(results.vms, "started_s");
  const stopped = numbersIn(results.vms, "stopped_s");
  const rows = new Map(textsIn(results.vms, "vm").map((name, row) => [name, row]));
  const [from, to] = [numbersIn(table, "started_s"), numbersIn(table, "ended_s")];
  return textsIn(table, "vm").flatMap((name, outage): [number, number][] => {
    const row = rows.get(name) ?? -1;
    const size = sizes[row] as number;
    const begin = Math.max(from[outage] as number, started[row] as number);
    const until = Number.isFinite(stopped[row]) ? (stopped[row] as number) : Number.POSITIVE_INFINITY;
    const end = Math.min(Number.isFinite(to[outage]) ? (to[outage] as number) : until, until);
    if (!(size > 0) || !(end > begin)) return [];
    return Number.isFinite(end)
      ? [
          [begin, -size],
          [end, size],
        ]
      : [[begin, -size]];
  });
}

const firstNumbers = (a: ArrayLike<number>, b: ArrayLike<number>): ArrayLike<number> => (a.length > 0 ? a : b);

function resource(
  name: Resource["name"],
  unit: string,
  hosts: ArrayLike<number>,
  times: ArrayLike<number>,
  used: ArrayLike<number>,
  on: ArrayLike<number>,
): Resource | null {
  let all = 0;
  let largest = 0;
  for (let i = 0; i < hosts.length; i++) {
    all += hosts[i] as number;
    largest = Math.max(largest, hosts[i] as number);
  }
  let at = 0;
  for (let i = 0; i < used.length; i++) if ((used[i] as number) > (used[at] as number)) at = i;
  return used.length === 0 ? null : { name, unit, all, withoutLargest: all - largest, times, used, on, peak: used[at] as number, peakAt: times[at] as number };
}
