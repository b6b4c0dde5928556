/**
 * Small things every reader and generator needs to fill the columns of a population.
 */

/** A column with one value a VM. */
export const everyVm = (count: number, value: (vm: number) => number): Float64Array => Float64Array.from({ length: count }, (_, vm) => value(vm));

/** Columns of VMs that are there from the start to the end. */
export const wholeRun = (count: number): { arrivalSeconds: Float64Array; lifetimeSeconds: Float64Array } => ({
  arrivalSeconds: new Float64Array(count),
  lifetimeSeconds: new Float64Array(count).fill(Number.POSITIVE_INFINITY),
});
