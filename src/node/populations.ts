/**
 * The traces a scenario names, read: one population for each VM group that follows one.
 */
import { isAbsolute, join } from "node:path";
import type { Population } from "../model/demand.ts";
import type { ResolvedScenario } from "../scenario/resolved.ts";
import { traceOptions } from "../workload/options.ts";
import { readTrace } from "./traces.ts";

/**
 * Populations by name of VM group. Paths are relative to `baseDirectory` (that of the scenario file); a trace that
 * several groups use in the same way is read once.
 * Throws a `TraceError` for a missing or broken file, an Error naming the group for a wrong option.
 */
export async function loadPopulations(scenario: ResolvedScenario, baseDirectory: string): Promise<Map<string, Population>> {
  const read = new Map<string, Promise<Population>>();
  const populations = new Map<string, Population>();
  for (const group of scenario.vms) {
    const { workload } = group;
    if (workload.kind !== "trace") continue;
    const limit = group.count === null ? {} : { limit: group.count };
    let options: ReturnType<typeof traceOptions>;
    try {
      options = traceOptions({ ...limit, ...workload.options });
    } catch (cause) {
      throw new Error(`VM group ${group.name}: ${cause instanceof Error ? cause.message : String(cause)}`);
    }
    const path = isAbsolute(workload.path) ? workload.path : join(baseDirectory, workload.path);
    const key = JSON.stringify([workload.format, path, options]);
    const population = read.get(key) ?? readTrace(workload.format, path, options);
    read.set(key, population);
    populations.set(group.name, await population);
  }
  return populations;
}
