/** The VM groups of a scenario with their VMs: sizes, times and loads, from the group itself, its trace, generator or service. */
import type { Stream } from "../kernel/streams.ts";
import type { Population } from "../model/demand.ts";
import type { Tenants } from "../model/tenants.ts";
import type { ResolvedScenario, ResolvedVmGroup } from "../scenario/resolved.ts";
import { directPopulation } from "../workload/direct.ts";
import { generatePopulation } from "../workload/generate.ts";
import { serviceLevels } from "../workload/service.ts";
import type { SimulationInputs } from "./inputs.ts";
import type { Shifts } from "./shifts.ts";

/** Throws an Error when the population of a trace is missing. */
export function tenantsOf(scenario: ResolvedScenario, inputs: SimulationInputs, stream: (name: string) => Stream, shifts: Shifts): Tenants[] {
  return scenario.vms.map((group) => ({
    vmClass: group,
    population: shifts.move(group, resize(group, populationOf(group, scenario, inputs, stream))),
    ...serviceOf(group, scenario, stream),
  }));
}

/** Seconds from midnight (UTC) to the scenario's start. */
export const startOfDay = (scenario: ResolvedScenario): number => (Date.parse(scenario.start) / 1000) % 86400;

/** The load that the VMs of a group carry together, if that is how they get theirs. */
function serviceOf(group: ResolvedVmGroup, scenario: ResolvedScenario, stream: (name: string) => Stream): Pick<Tenants, "service"> {
  const { workload } = group;
  if (workload.kind !== "service") return {};
  return { service: serviceLevels(workload, scenario.durationSeconds ?? 0, startOfDay(scenario), () => stream(`${group.name}/service`)) };
}

function populationOf(group: ResolvedVmGroup, scenario: ResolvedScenario, inputs: SimulationInputs, stream: (name: string) => Stream): Population {
  const { workload } = group;
  switch (workload.kind) {
    case "trace": {
      const population = inputs.populations?.get(group.name);
      if (!population) throw new Error(`VM group ${group.name} follows the trace ${workload.path}, which was not read`);
      return population;
    }
    case "generator": {
      const options = { name: group.name, count: group.count, durationSeconds: scenario.durationSeconds, start: scenario.start, ...workload.options };
      return generatePopulation(workload.profile, options, (purpose) => stream(`${group.name}/${purpose}`));
    }
    default:
      return directPopulation(group, workload);
  }
}

/** What the group says about size and times goes before what its trace or generator says. */
function resize(group: ResolvedVmGroup, population: Population): Population {
  const { vcpus, memoryMiB, arrival, lifetimeSeconds } = group;
  const { count } = population;
  return {
    ...population,
    vcpus: vcpus === null ? population.vcpus : new Float64Array(count).fill(vcpus),
    memoryMiB: memoryMiB === null ? population.memoryMiB : new Float64Array(count).fill(memoryMiB),
    arrivalSeconds:
      group.workload.kind === "service"
        ? membersAt(group, count)
        : arrival === null
          ? population.arrivalSeconds
          : Float64Array.from({ length: count }, (_, i) => arrival.atSeconds + i * arrival.everySeconds),
    lifetimeSeconds: lifetimeSeconds === null ? population.lifetimeSeconds : new Float64Array(count).fill(lifetimeSeconds),
  };
}

/** Members of a service are there from the start; those beyond the start size when scaling asks for them. */
function membersAt({ scaling }: ResolvedVmGroup, count: number): Float64Array {
  const start = scaling?.direction === "horizontal" ? scaling.start : count;
  return Float64Array.from({ length: count }, (_, i) => (i < start ? 0 : Number.POSITIVE_INFINITY));
}
