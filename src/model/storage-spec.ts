/** What storage is built from, in base units: plain data. */

/** Somewhere disks lie. */
export interface DatastoreSpec {
  name: string;
  capacityMiB: number;
  /** Small I/Os a second that its device can do, and MiB/s of large ones. */
  iops: number;
  mibPerSecond: number;
  /** Time of one small I/O when nothing else goes on, s; never less than 1 / iops. */
  latencySeconds: number;
  /** A group of hosts: each of them has one of its own. null = one for all. */
  localTo: string | null;
  /** Hosts (or groups) that reach it; null = all. Says nothing for a local one. */
  hosts: string[] | null;
  /** Its port on the storage network, Gbit/s in each direction; null = it is not on the network (local, or a fabric of its own). */
  networkGbitPerSecond: number | null;
}

/** A virtual disk of each VM of a class. */
export interface DiskSpec {
  sizeMiB: number;
  datastore: string;
  /** All of its size from the start; as much as is in use; or what differs from an image that the VMs of the class share. */
  kind: "thick" | "thin" | "linked";
  /** In use at the start; for a linked clone the size of the image. */
  usedMiB: number;
  /** New data, and existing data written over, MiB/s while the VM runs. */
  growthMiBPerSecond: number;
  changeMiBPerSecond: number;
  /** Part of the VM's disk I/O that goes to it. */
  ioShare: number;
  /** Share against other disks where the datastore is full; limits of this disk. */
  shares: number;
  limitIops: number | null;
  limitMiBPerSecond: number | null;
}

/** I/O of a VM while it runs, as far as its load says nothing else. */
export interface IoSpec {
  /** Disk I/Os a second, and their throughput, reads and writes. Throughput null = I/Os of `SMALL_IO_MIB`. */
  iops: number;
  diskMiBPerSecond?: number | null;
  /** Network traffic in both directions. */
  gbitPerSecond: number;
  /** Part of the disk I/O that reads; part of the network traffic that comes in. */
  readShare?: number;
  receivedShare?: number;
  /** Part of its time that the work waits for single I/Os while the datastore is idle: what latency can slow. */
  waitShare?: number;
  /** Network its traffic goes over, by name; null = the first for guests. */
  network?: string | null;
  /** Past the virtual switch, straight to the card (SR-IOV). */
  passThrough?: boolean;
}

/** 4 KiB: the size with which I/Os a second are stated. */
export const SMALL_IO_MIB = 4 / 1024;
/** A usual mix for servers without a better measurement (an estimate). */
export const READ_SHARE = 0.7;
export const RECEIVED_SHARE = 0.5;
