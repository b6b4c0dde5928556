/** What a run needs beside its scenario. */
import type { TimeSeries } from "../model/accounts-spec.ts";
import type { Population } from "../model/demand.ts";
import type { FailureTrace } from "../model/failures/spec.ts";
import type { PlacementPolicy } from "../policy/placement.ts";
import type { Rebalancer } from "../policy/rebalancing.ts";

export interface SimulationInputs {
  /** Populations of the VM groups whose load is a trace, by group name. */
  readonly populations?: ReadonlyMap<string, Population>;
  /** Recorded failures that are read from files, by name of the trace. */
  readonly failureTraces?: ReadonlyMap<string, Pick<FailureTrace, "pulses" | "nodes">>;
  /** Series that its sites follow, by their keys (`seriesKey`). */
  readonly series?: ReadonlyMap<string, TimeSeries>;
  /** A placement policy of the user's own, in place of the built-in one the scenario names. */
  readonly policy?: PlacementPolicy;
  /** A rebalancing policy of the user's own, in place of the one in the scenario's `rebalance`. */
  readonly rebalancer?: Rebalancer;
  /** Called about a hundred times with the share of simulated time that has passed. */
  readonly onProgress?: (fraction: number) => void;
}
