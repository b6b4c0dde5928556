/**
 * A storage device: how much of its time an I/O takes, and how long an I/O waits.
 *
 *   time of an I/O of size s   t = 1 / IOPS + s / throughput              the device's own, with nothing beside it
 *   load                       rho = sum over all I/O of rate x t         the device is full at 1
 *   latency                    R = L + (S - 1 / IOPS) + C(c, c rho) S / (1 - rho)
 *     L the latency of a small I/O on an idle device, S the mean t of what goes on, c = IOPS x L the I/Os it does at a time
 *     (a disk 1, a flash array dozens), C Erlang's delay formula. For c = 1 and small I/Os this is S / (1 - rho): M/M/1.
 *   at most                    R <= outstanding I/Os / I/Os a second      Little's law: guests wait before they ask for more
 *
 * A first-come-first-served queue and processor sharing have the same mean (M/M/1). Sources: L. Kleinrock, Queueing Systems I
 * (1975); J. Little, Operations Research 9 (1961). Proved by test/cases/storage.test.ts and `hypervise validate` (formulas).
 *
 *   a read through a chain of n deltas    1 + n x CHAIN_READ_COST I/Os of the device
 *
 * Each level of a chain (snapshot, linked clone) means another look into its map. The cost is an estimate, 5 to 65 %: products
 * differ, and say only that a chain costs speed.
 */

export interface Device {
  readonly iops: number;
  readonly mibPerSecond: number;
  readonly latencySeconds: number;
}

/** Further I/Os of the device for each read and each delta above its base: an estimate (0.05 to 0.65). */
export const CHAIN_READ_COST = 0.2;
/** I/Os a VM keeps under way at a time: the depth of a SATA queue (AHCI), and ESXi's for one virtual disk. */
export const QUEUE_DEPTH = 32;

/** Chance that an arrival finds all c servers busy, at a load of a = c rho (Erlang's delay formula), for a < c. */
export function erlangC(c: number, a: number): number {
  if (a <= 0) return 0;
  // Erlang's loss formula by its recursion, then the delay formula from it.
  let loss = 1;
  for (let k = 1; k <= c; k++) loss = (a * loss) / (k + a * loss);
  return (c * loss) / (c - a * (1 - loss));
}

/** Latency of a small I/O when nothing else goes on, s. */
export const idleLatency = (device: Device): number => Math.max(device.latencySeconds, 1 / device.iops);

/**
 * Load of a device up to which waiting is less than rounding of the latency: C <= a^c / (c! (1 - rho)) with a = c rho, so that
 * the mean wait is below 2^-54 of the mean t wherever a^c / c! <= 2^-54 (1 - rho)^2.
 */
export function calmLoad(device: Device): number {
  const c = channelsOf(device);
  let logFactorial = 0;
  for (let k = 2; k <= c; k++) logFactorial += Math.log(k);
  const isCalm = (load: number): boolean => c * Math.log(c * load) - logFactorial - 2 * Math.log(1 - load) <= -54 * Math.LN2;
  let low = 0;
  let high = 1;
  for (let i = 0; i < 50; i++) {
    const middle = (low + high) / 2;
    if (isCalm(middle)) low = middle;
    else high = middle;
  }
  return low;
}

/** I/Os that the device does at a time. */
const channelsOf = (device: Device): number => Math.max(1, Math.round(device.iops * idleLatency(device)));

/**
 * Mean latency of an I/O, s: `load` is the part of the device's time in use, `ioLoad` the part of it that these I/Os take
 * (copies take the rest), `iops` what is served of them, `outstanding` the most I/Os that can wait at a time. Who asks often
 * says what `calmLoad` is, below which Erlang's formula need not be worked out.
 */
export function latency(device: Device, load: number, ioLoad: number, iops: number, outstanding: number, calm = 0): number {
  const small = 1 / device.iops;
  const base = idleLatency(device);
  if (!(iops > 0)) return base;
  const mean = ioLoad / iops;
  const idle = base + Math.max(0, mean - small);
  if (load <= calm) return idle;
  const most = outstanding / iops;
  if (load >= 1) return Math.max(idle, most);
  const channels = channelsOf(device);
  return Math.max(idle, Math.min(most, idle + (erlangC(channels, channels * load) * mean) / (1 - load)));
}

/** Speed left to work that waits for single I/Os during `waitShare` of its time on an idle device, when they take longer. */
export const latencyFactor = (waitShare: number, latencySeconds: number, idleSeconds: number): number =>
  1 / (1 - waitShare + (waitShare * latencySeconds) / idleSeconds);

/** I/Os of the device for one I/O of the guest over a chain of `deltas`. */
export const chainCost = (deltas: number, readShare: number): number => 1 + deltas * CHAIN_READ_COST * readShare;
