/**
 * A scaling policy: how many members a group should have, or how many vCPUs a VM, from how busy they were.
 *
 * Busy is measured in units: one unit is one member (horizontal) or one vCPU (vertical) kept busy all the time. A unit in
 * service can't be busier than that, so a saturated group shows no more than its own size. Policies are functions of what
 * they see; limits, cooldowns and what is possible are the engine's business (model/scaling.ts).
 */
export interface ScalingView {
  /** Units there are or are being made, and those in service as a mean over the last period. */
  readonly size: number;
  readonly inService: number;
  /** Periods over so far that are remembered. */
  readonly periods: number;
  readonly periodSeconds: number;
  /** Units kept busy on average in the period `age` periods ago (0 = the one just over). */
  busy(age: number): number;
  /** Busy / units in service in that period, 0 to 1; NaN when none was in service. */
  use(age: number): number;
  /** Second of the day now. */
  readonly timeOfDay: number;
}

export interface Wanted {
  readonly size: number;
  /** Why, with the numbers, for people. */
  readonly why: string;
}

export type Scaler = (view: ScalingView) => Wanted;

/** Options of all policies, in base units; which policy reads which: docs/elasticity.md. */
export interface ScalingOptions {
  readonly target: number;
  readonly tolerance: number;
  readonly stabiliseSeconds: number;
  readonly high: number;
  readonly low: number;
  readonly forPeriods: number;
  readonly step: number;
  readonly plan: readonly { readonly timeOfDay: number; readonly size: number }[];
  readonly leadSeconds: number;
}
