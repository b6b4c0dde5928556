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
 *
 * Streams are what the running VMs of one class on one host ask of one path, all the time they run: disk I/O to a datastore,
 * network traffic out of the host or into it. The demands are columns over the VMs. As long as every link of the path
 * carries what all ask together, a change costs one sum; only where a link could be full are the VMs looked at one by one,
 * and each VM's share of what it asked for is written to the `share` column. Where a path has a `fair` link (the device of a
 * datastore), equal weights mean equal use of that link: equal time of a device, whatever the size of the I/Os; else they
 * mean equal MiB/s.
 */
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

  /** The same for a link that only streams of a host cross that plays a trace: what they took since, and the most at a time. It was never full. */
  settlePlayed(now: number, taken: number, most: number): void {
    const seconds = now - this.settledAt;
    if (seconds === 0) return;
    this.settledAt = now;
    this.streamIntegral += taken;
    this.transferIntegral += this.transferUse * seconds;
    this.capacityIntegral += this.capacity * seconds;
    if (this.capacity === 0) this.downSeconds += seconds;
    this.peak = Math.max(this.peak, most + this.transferUse);
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
export const FULL = 1 - 1e-9;
/** A sum of demands that meets the capacity but for rounding holds nobody back. */
const ROUNDING = 1e-12;

/** One kind of traffic of all VMs, in columns. */
export interface Traffic {
  /** Asked for: I/Os a second (null = not counted), and MiB/s, which must not be 0 where I/Os are asked for. */
  readonly iops: Float64Array | null;
  readonly mib: Float64Array;
  /** Got / asked for, 0 .. 1. */
  readonly share: Float64Array;
}

export interface Crossing {
  readonly link: Link;
  /** Part of the traffic that crosses it (reads come in, writes go out). */
  readonly share: number;
}

interface Amount {
  iops: number;
  mib: number;
}

export class Streams {
  readonly id: number;
  readonly traffic: Traffic;
  readonly crossings: readonly Crossing[];
  readonly weight: number;
  readonly fair: Link | null;
  /** VMs that take part now. */
  readonly members: number[] = [];
  readonly asked: Amount = { iops: 0, mib: 0 };
  readonly got: Amount = { iops: 0, mib: 0 };
  /** Some member's share is below 1. */
  short = false;
  /** The members' demands are not in the columns: their host plays a trace and says only the sum (played-links.ts). */
  isPlayed = false;
  isDirty = false;

  constructor(id: number, traffic: Traffic, crossings: readonly Crossing[], weight: number, fair: Link | null) {
    this.id = id;
    this.traffic = traffic;
    this.crossings = crossings;
    this.weight = weight;
    this.fair = fair;
  }

  add(v: number): void {
    this.members.push(v);
  }

  remove(v: number): void {
    const i = this.members.indexOf(v);
    if (i < 0) throw new Error(`VM number ${v} is not among the streams it should leave`);
    const last = this.members.pop() as number;
    if (i < this.members.length) this.members[i] = last;
    this.traffic.share[v] = 1;
  }

  /** Adds up anew what the members ask for. */
  sum(): void {
    const { members, asked } = this;
    const { iops, mib } = this.traffic;
    let ios = 0;
    let all = 0;
    for (let i = 0; i < members.length; i++) {
      all += mib[members[i]];
      if (iops !== null) ios += iops[members[i]];
    }
    asked.iops = ios;
    asked.mib = all;
  }

  /** What member `v` takes of a link for each MiB/s of it that crosses. */
  useOf(v: number, link: Link): number {
    const { iops, mib } = this.traffic;
    return (iops === null ? 0 : (link.perIo * iops[v]) / mib[v]) + link.perMiB;
  }

  /** Weight of member `v` as a rate in MiB/s. */
  weightOf(v: number): number {
    return this.fair === null ? this.weight : (this.weight * this.fair.perMiB) / this.useOf(v, this.fair);
  }
}
