/**
 * What is lost when more vCPUs want to run than there are cores:
 *
 *   loss = slope (ratio - 1) + coStop (vCPUs - 4 when ratio > 2)  only when ratio > 1; at most 0.9
 *   ratio = sum of needs / capacity        runnable vCPUs per core in the fluid limit
 */

const HIGHEST = 0.9;
const CO_STOP_FREE_VCPUS = 4;
const CO_STOP_RATIO = 2;

/** Share of its CPU that a VM on a host that is short loses to switching. */
export const schedulingLoss = (slope: number, ratio: number): number => Math.min(HIGHEST, slope * (ratio - 1));

/** What each vCPU beyond the free ones loses at that ratio to waiting for the others. */
export const coStopAt = (ratio: number, perVcpu: number): number => (ratio > CO_STOP_RATIO ? perVcpu : 0);

/** Share of its CPU that a VM loses to waiting for its own vCPUs, beside what it loses to switching. */
export const coStopLoss = (coStop: number, vcpus: number, scheduling: number): number =>
  coStop > 0 ? Math.min(HIGHEST - scheduling, coStop * Math.max(0, vcpus - CO_STOP_FREE_VCPUS)) : 0;
