/**
 * The state of the experiment in columns: VMs, hosts, and the lists that say who is where.
 *
 * A host's list holds nodes, in the order that decides CPU sharing and every sum. VM v has three nodes: v itself is where it runs,
 * v + vms and v + 2 vms are the hosts it is moving to (CloudSim can start two moves of one VM in a round).
 */
import { bucketsFor, initialBuckets, javaSpreadHash, vmKey } from "./java-hash.ts";
import { hostKinds, vmKindOf, vmKinds } from "./machines.ts";
import { wattsAt } from "./power-curve.ts";
import type { ResolvedOptions } from "./results.ts";
import type { PlanetLabDay } from "./trace.ts";

/** Samples CloudSim keeps of each VM. */
export const historyLength = 30;
/** Room for one VM's or host's history. */
export const historyStride = 32;

const vmRamMb = Float64Array.from(vmKinds, (kind) => kind.ramMb);
const hostRamMb = Float64Array.from(hostKinds, (kind) => kind.ramMb);

/** Whether the host's RAM takes the VM, where RAM counts. */
export const hasRam = (fleet: Fleet, host: number, vm: number): boolean =>
  !fleet.countsMemory || fleet.ramMb[host] + vmRamMb[fleet.vmKind[vm]] <= hostRamMb[host & 1];

export class Fleet {
  readonly vms: number;
  readonly hosts: number;
  readonly keepIdle: boolean;
  /** RAM counts in every placement; violations count only VMs that run on the host. */
  readonly countsMemory: boolean;
  readonly plainViolations: boolean;

  // VMs.
  readonly vmKind: Uint8Array;
  readonly vmMips: Float64Array;
  readonly hash: Int32Array;
  /** CPU load (fraction of its size) at the last grid point, and its change a second until the next. */
  readonly base: Float64Array;
  readonly slope: Float64Array;
  /** CPU it asks for now, MIPS. */
  readonly request: Float64Array;
  /** Host it runs on. */
  readonly home: Int32Array;
  /** 1 while it migrates. */
  readonly migrating: Uint8Array;
  /** VMs that still exist: `living[0 .. livingCount - 1]`, ascending. */
  readonly living: Int32Array;
  livingCount: number;

  // Hosts; kind = number & 1.
  readonly first: Int32Array;
  readonly last: Int32Array;
  readonly count: Int32Array;
  /** Buckets of the host's Java map. */
  readonly buckets: Int32Array;
  /** Sum of what its VMs are given, MIPS. */
  readonly given: Float64Array;
  /** Sum of what its VMs ask for, MIPS. */
  readonly asked: Float64Array;
  /** MIPS not given away. */
  readonly left: Float64Array;
  /** Load fraction recorded at the last update, and the power at it. */
  readonly load: Float64Array;
  readonly power: Float64Array;
  /** 1 when a VM was destroyed on it in the last update, so that `left` was summed in the order of the map. */
  readonly purged: Uint8Array;

  // SLA figures of the host as it is now, valid until the next update.
  readonly homeAsked: Float64Array;
  readonly short: Float64Array;
  readonly shortMoving: Float64Array;
  readonly shortShare: Float64Array;
  readonly shortCount: Int32Array;
  readonly violating: Uint8Array;
  /** RAM of its VMs and of those that move there, MB. */
  readonly ramMb: Float64Array;

  // Nodes.
  readonly next: Int32Array;
  readonly previous: Int32Array;

  constructor(day: PlanetLabDay, options: ResolvedOptions) {
    const vms = day.count;
    const { hosts } = options;
    this.vms = vms;
    this.hosts = hosts;
    this.keepIdle = options.keepIdle;
    this.countsMemory = options.repairs.includes("memory");
    this.plainViolations = options.repairs.includes("slatah");
    this.vmKind = new Uint8Array(vms);
    this.vmMips = new Float64Array(vms);
    this.hash = new Int32Array(vms);
    this.base = new Float64Array(vms);
    this.slope = new Float64Array(vms);
    this.request = new Float64Array(vms);
    this.home = new Int32Array(vms).fill(-1);
    this.migrating = new Uint8Array(vms);
    this.living = new Int32Array(vms);
    this.livingCount = vms;
    this.first = new Int32Array(hosts).fill(-1);
    this.last = new Int32Array(hosts).fill(-1);
    this.count = new Int32Array(hosts);
    this.buckets = new Int32Array(hosts).fill(initialBuckets);
    this.given = new Float64Array(hosts);
    this.asked = new Float64Array(hosts);
    this.left = new Float64Array(hosts);
    this.load = new Float64Array(hosts);
    this.power = new Float64Array(hosts);
    this.purged = new Uint8Array(hosts);
    this.homeAsked = new Float64Array(hosts);
    this.short = new Float64Array(hosts);
    this.shortMoving = new Float64Array(hosts);
    this.shortShare = new Float64Array(hosts);
    this.shortCount = new Int32Array(hosts);
    this.violating = new Uint8Array(hosts);
    this.ramMb = new Float64Array(hosts);
    this.next = new Int32Array(3 * vms).fill(-1);
    this.previous = new Int32Array(3 * vms).fill(-1);
    for (let v = 0; v < vms; v++) {
      this.living[v] = v;
      this.vmKind[v] = vmKindOf(v, vms);
      this.vmMips[v] = vmKinds[this.vmKind[v]].mips;
      this.hash[v] = javaSpreadHash(vmKey(v));
    }
    for (let h = 0; h < hosts; h++) {
      this.left[h] = hostKinds[h & 1].totalMips;
      this.power[h] = wattsAt(h & 1, 0);
    }
  }
}

/** Puts a node at the end of the host's list; the host's map grows when it must. */
export function append(fleet: Fleet, host: number, node: number): void {
  const tail = fleet.last[host];
  fleet.previous[node] = tail;
  fleet.next[node] = -1;
  if (tail < 0) fleet.first[host] = node;
  else fleet.next[tail] = node;
  fleet.last[host] = node;
  fleet.buckets[host] = bucketsFor(++fleet.count[host], fleet.buckets[host]);
  fleet.ramMb[host] += vmRamMb[fleet.vmKind[node % fleet.vms]];
}

/** Takes a node out of the host's list. */
export function unlink(fleet: Fleet, host: number, node: number): void {
  const before = fleet.previous[node];
  const after = fleet.next[node];
  if (before < 0) fleet.first[host] = after;
  else fleet.next[before] = after;
  if (after < 0) fleet.last[host] = before;
  else fleet.previous[after] = before;
  fleet.count[host]--;
  fleet.ramMb[host] -= vmRamMb[fleet.vmKind[node % fleet.vms]];
}
