/**
 * How much of a disk changed: what an incremental backup or a shipment of a replica carries, and what a loss costs.
 *
 * A guest writes w MiB a second while it runs, spread evenly over the part H of its disk that is rewritten at all. After t
 * seconds of running, the parts of H hit at least once are
 *
 *   changed(t) = H (1 - exp(-w t / H))
 *
 * the expected occupancy of H after w t random writes, at first w t, in the long run H. It is the same formula as for distinct dirty pages
 * in live migration. Writing the same place twice is sent once; that is why two short intervals carry more than one long.
 * Proof: test/recovery/changed.test.ts.
 */

/** What a VM keeps on disk and how fast it changes. */
export interface DataSpec {
  /** Data on its disks: what a full backup carries, MiB. */
  diskMiB: number;
  /** Written a second while the VM runs, MiB/s. */
  writesMiBPerSecond: number;
  /** Share of the data that is ever rewritten, 0..1. */
  hotShare: number;
}

/** Distinct data changed in `runningSeconds` of running, MiB. */
export function changedMiB({ diskMiB, writesMiBPerSecond, hotShare }: DataSpec, runningSeconds: number): number {
  const hot = diskMiB * hotShare;
  if (!(hot > 0) || !(runningSeconds > 0)) return 0;
  return hot * -Math.expm1((-writesMiBPerSecond * runningSeconds) / hot);
}
