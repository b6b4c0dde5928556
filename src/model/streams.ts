/**
 * Streams: what the running VMs of one class on one host ask of one path, all the time they run. Disk I/O to a datastore,
 * network traffic out of the host or into it.
 *
 * The demands are columns over the VMs. As long as every link of the path carries what all ask together, a change costs one
 * sum; only where a link could be full are the VMs looked at one by one (flows.ts), and each VM's share of what it asked
 * for is written to the `share` column.
 *
 * Where a path has a `fair` link (the device of a datastore), equal weights mean equal use of that link: equal time of a
 * device, whatever the size of the I/Os; else they mean equal MiB/s.
 */
import type { Link } from "./link.ts";

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
