/**
 * Links: whatever has a capacity that traffic crosses. One direction of a network card, the uplink of a switch, a limit
 * somebody set, the time of a storage device.
 *
 * Traffic is a rate in MiB/s, for disks with I/Os a second. A link says what each takes of it:
 *
 *   use = perIo x I/Os a second + perMiB x MiB/s          network: 0 and 1, capacity in MiB/s
 *                                                          device: 1 / IOPS and 1 / throughput, capacity 1 (its whole time)
 *
 * `settle` keeps the integral of the use; whoever changes a rate calls it first (flows.ts).
 */
import type { Streams } from "./streams.ts";

/** A finite amount of data under way over a path. */
export interface Transfer {
  readonly id: number;
  readonly path: readonly Link[];
  /** Highest rate of its own, MiB/s. */
  readonly cap: number;
  /** Share against other flows. */
  readonly weight: number;
  readonly done: () => void;
  /** Told when a link of its path goes down; without it the transfer waits until the link is back. */
  readonly broken: (() => void) | undefined;
  /** What was left at `at`, and the rate since. */
  leftMiB: number;
  at: number;
  rate: number;
  event: number;
}

export class Link {
  readonly transfers: Transfer[] = [];
  readonly streams: Streams[] = [];
  /** Capacity now; 0 while it is down. */
  capacity: number;
  /** Use now, by VMs' streams and by transfers, in the unit of the capacity. */
  streamUse = 0;
  transferUse = 0;
  /** Whether those on it could have asked for more than it carries when it was last shared. */
  wasTight = false;
  isDirty = false;
  // Integrals up to `settledAt`: use by streams, by transfers, capacity; seconds full and down; the highest use.
  settledAt = 0;
  streamIntegral = 0;
  transferIntegral = 0;
  capacityIntegral = 0;
  fullSeconds = 0;
  downSeconds = 0;
  peak = 0;
  /** Told of each stretch of time with constant use, before the use changes. */
  onSettle: ((seconds: number) => void) | null = null;

  readonly id: number;
  readonly name: string;
  /** Capacity while all of it is up. */
  readonly nominal: number;
  readonly perIo: number;
  readonly perMiB: number;

  constructor(id: number, name: string, nominal: number, perIo = 0, perMiB = 1) {
    this.id = id;
    this.name = name;
    this.nominal = nominal;
    this.capacity = nominal;
    this.perIo = perIo;
    this.perMiB = perMiB;
  }

  get use(): number {
    return this.streamUse + this.transferUse;
  }

  settle(now: number): void {
    const seconds = now - this.settledAt;
    if (seconds === 0) return;
    this.onSettle?.(seconds);
    this.settledAt = now;
    this.streamIntegral += this.streamUse * seconds;
    this.transferIntegral += this.transferUse * seconds;
    this.capacityIntegral += this.capacity * seconds;
    const { use } = this;
    if (this.capacity === 0) this.downSeconds += seconds;
    else if (use >= FULL * this.capacity) this.fullSeconds += seconds;
    if (use > this.peak) this.peak = use;
  }

  /** Whether those on it could ask for more than it carries. */
  canBeFull(): boolean {
    const most = this.capacity * (1 + ROUNDING);
    let asked = 0;
    for (const { asked: by, crossings } of this.streams) {
      for (const crossing of crossings) if (crossing.link === this) asked += crossing.share * (by.iops * this.perIo + by.mib * this.perMiB);
    }
    if (asked > most) return true;
    for (const { cap } of this.transfers) {
      asked += cap * this.perMiB;
      if (asked > most) return true;
    }
    return false;
  }
}

/** Of the capacity: from here on a link is full. */
const FULL = 1 - 1e-9;
/** A sum of demands that meets the capacity but for rounding holds nobody back. */
const ROUNDING = 1e-12;
