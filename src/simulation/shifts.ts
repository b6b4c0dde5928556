/** VMs of groups that may wait for clean or cheap hours, at the instants at which they best begin; and what that came to. */
import { normal } from "../kernel/distributions.ts";
import type { Stream } from "../kernel/streams.ts";
import { shiftArrivals, shiftsTable } from "../metrics/accounts/shifting.ts";
import type { Population } from "../model/demand.ts";
import type { Table } from "../results/table.ts";
import type { ResolvedScenario, ResolvedVmGroup } from "../scenario/resolved.ts";
import type { SimulationInputs } from "./inputs.ts";

export interface Shifts {
  readonly move: (group: ResolvedVmGroup, population: Population) => Population;
  /** After all groups have been moved. */
  readonly tables: (currency: string) => Table[];
}

export function shiftsOf({ sites, start, durationSeconds }: ResolvedScenario, { series }: SimulationInputs, stream: (name: string) => Stream): Shifts {
  const run = { startMs: Date.parse(start), plannedSeconds: durationSeconds ?? Number.POSITIVE_INFINITY };
  const groups: Parameters<typeof shiftsTable>[0][number][] = [];
  return {
    move({ name, shift = null }, population) {
      if (shift === null) return population;
      // One forecast for all groups that ask for it: the stream begins anew for each.
      const luck = (site: string) => {
        const own = stream(`forecast/${shift.by}/${site}`);
        return () => normal(own, 0, 1);
      };
      const shifted = shiftArrivals(population.arrivalSeconds, shift, sites, series ?? new Map(), run, luck);
      groups.push({ name, shift, shifted });
      return { ...population, arrivalSeconds: shifted.arrivals };
    },
    tables: (currency) => (groups.length === 0 ? [] : [shiftsTable(groups, currency)]),
  };
}
