/**
 * Resource pools: trees of shares, reservations and limits over VMs, on one host or over many.
 *
 * On a host its pools share the CPU down the tree (sharing/pools.ts). A pool with VMs on several hosts is handed out to them:
 *
 *   part of host h    = what the pool's VMs there could use / what all of its VMs could use     (need, held only by their size)
 *   shares, reservation and limit of the pool on h = those of the pool x that part
 *
 * made anew whenever what some of its VMs could use changes. So a limit holds over all hosts together, and while no host is
 * short a pool gets min(limit, need) exactly; a host that is short may leave some of a limit unused that another host's VMs
 * could have had. vSphere DRS divides by demand too, every few minutes (Gulati et al., VMware Technical Journal 2012); here
 * the parts follow at once.
 *
 * What a product lacks has no effect on its hosts: with "shares-and-limits" (control groups of Linux) nothing is reserved,
 * with "limits" (CPU groups of Hyper-V) a pool also weighs what its VMs weigh together, with "none" VMs share as if there
 * were no pools. Proved by test/cases/pools.test.ts.
 */
import { PoolTree } from "../sharing/pools.ts";
import * as H from "./hosts.ts";
import type { HypervisorSpec } from "./spec.ts";
import * as V from "./vms.ts";

/** A pool in base units. */
export interface PoolSpec {
  readonly name: string;
  /** Name of the pool it is in, or null. */
  readonly parent: string | null;
  /** In the weight of a VM of one vCPU with normal shares. */
  readonly shares: number;
  readonly reservationMHz: number;
  readonly limitMHz: number | null;
  readonly expandable: boolean;
}

export class Pools {
  readonly names: readonly string[];
  readonly #specs: readonly PoolSpec[];
  readonly #hosts: H.Hosts;
  readonly #vms: V.Vms;
  readonly #tree: PoolTree;
  readonly #parent: Int32Array;
  /** Pool of each VM class, or -1. */
  readonly #poolOf: Int32Array;
  readonly #hostCount: number;
  /** By pool and host, `[p * hosts + h]`: what its VMs there could use now, MHz (those of pools below it too), and the host's part. */
  readonly #need: Float64Array;
  readonly #part: Float64Array;
  readonly #total: Float64Array;
  /** VMs in pools, by host. */
  readonly #members: Int32Array;
  /** Reserved by VMs that are on a host, by pool, MHz; and what a VM of the pool may still reserve is asked of `refusal`. */
  readonly #promised: Float64Array;
  readonly #now: Float64Array;
  readonly #changed: Uint8Array;
  #poolOfEntry = new Int32Array(64);

  /** `poolOfClass` names the pool of each VM class, or null. Throws a RangeError for a pool that is its own ancestor. */
  constructor(hosts: H.Hosts, vms: V.Vms, specs: readonly PoolSpec[], poolOfClass: readonly (string | null)[]) {
    const sorted = parentsFirst(specs);
    const number = new Map(sorted.map(({ name }, p) => [name, p]));
    this.#specs = sorted;
    this.names = sorted.map(({ name }) => name);
    this.#hosts = hosts;
    this.#vms = vms;
    this.#parent = Int32Array.from(sorted, ({ parent }) => (parent === null ? -1 : (number.get(parent) ?? -1)));
    this.#tree = new PoolTree(
      this.#parent,
      Uint8Array.from(sorted, ({ expandable }) => (expandable ? 1 : 0)),
    );
    this.#poolOf = Int32Array.from(poolOfClass, (name) => (name === null ? -1 : (number.get(name) ?? -1)));
    const n = sorted.length;
    this.#hostCount = hosts.count;
    this.#need = new Float64Array(n * hosts.count);
    this.#part = new Float64Array(n * hosts.count);
    this.#total = new Float64Array(n);
    this.#members = new Int32Array(hosts.count);
    this.#promised = new Float64Array(n);
    this.#now = new Float64Array(n);
    this.#changed = new Uint8Array(n);
  }

  /** Pool of VM `v`, or -1; the pool a pool is in, or -1; a pool as it was specified. */
  poolOf(v: number): number {
    return this.#poolOf[this.#vms.classOf[v]];
  }
  parentOf(p: number): number {
    return this.#parent[p];
  }
  spec(p: number): PoolSpec {
    return this.#specs[p];
  }

  /** Whether VM `v` is in a pool. */
  has(v: number): boolean {
    return this.poolOf(v) >= 0;
  }

  /** Whether pools shape the sharing on host `h`. */
  isOn(h: number): boolean {
    return this.#members[h] > 0 && this.#kind(h) !== "none";
  }

  /** VM `v` joins host `h` (1) or leaves it (-1). */
  join(v: number, h: number, sign: 1 | -1): void {
    if (this.has(v)) this.#members[h] += sign;
  }

  /** VM `v` takes its reservation out of its pools (1), or gives it back (-1). */
  promise(v: number, sign: 1 | -1): void {
    const { reservationMHz } = this.#vms.classes[this.#vms.classOf[v]];
    if (reservationMHz === 0) return;
    for (let p = this.#poolOf[this.#vms.classOf[v]]; p >= 0; p = this.#parent[p]) this.#promised[p] += sign * reservationMHz;
  }

  /** The pool that has not enough left of its reservation for the VM's, or -1: only pools that may not borrow refuse. */
  refusal(v: number): number {
    const { reservationMHz } = this.#vms.classes[this.#vms.classOf[v]];
    if (reservationMHz === 0) return -1;
    for (let p = this.#poolOf[this.#vms.classOf[v]]; p >= 0; p = this.#parent[p]) {
      const { expandable, reservationMHz: own } = this.#specs[p];
      // What pools below have reserved of it is theirs, whether their VMs use it or not.
      if (!expandable && this.#promised[p] + reservationMHz > own * (1 + 1e-12)) return p;
    }
    return -1;
  }

  /**
   * Looks at the hosts in `list` again: where what pools' VMs could use changed, hands the pools out anew. `mark` is told
   * every other host whose part changed. Demands of the hosts in the list must be up to date.
   */
  handOut(list: Int32Array, count: number, mark: (h: number) => void): void {
    const pools = this.#tree.count;
    let any = false;
    for (let i = 0; i < count; i++) {
      const h = list[i];
      this.#look(h);
      for (let p = 0; p < pools; p++) {
        const at = p * this.#hostCount + h;
        if (this.#need[at] === this.#now[p]) continue;
        this.#need[at] = this.#now[p];
        this.#changed[p] = 1;
        any = true;
      }
    }
    if (!any) return;
    for (let p = 0; p < pools; p++) {
      if (this.#changed[p] === 0) continue;
      this.#changed[p] = 0;
      const from = p * this.#hostCount;
      // Summed anew, in the order of hosts: the same whatever came before.
      let total = 0;
      for (let h = 0; h < this.#hostCount; h++) total += this.#need[from + h];
      this.#total[p] = total;
      for (let h = 0; h < this.#hostCount; h++) {
        const part = total > 0 ? this.#need[from + h] / total : 0;
        if (part === this.#part[from + h]) continue;
        this.#part[from + h] = part;
        if (this.#members[h] > 0) mark(h);
      }
    }
  }

  /**
   * By pool: the share of the work its VMs want that limits, its own and those of the pools it is in, let them have. `work` gives
   * way, `io` does not; both MHz, of the VMs in `list` that are on hosts where pools have an effect.
   */
  limitedShares(list: Int32Array, work: (v: number) => number, io: (v: number) => number): Float64Array {
    const pools = this.#tree.count;
    const wants = new Float64Array(pools);
    const fixed = new Float64Array(pools);
    const share = new Float64Array(pools).fill(1);
    for (const v of list) {
      const p = this.poolOf(v);
      const h = this.#vms.host[v];
      if (p < 0 || h < 0 || !this.isOn(h)) continue;
      wants[p] += work(v);
      fixed[p] += io(v);
    }
    for (let p = pools - 1; p >= 0; p--) {
      const { limitMHz } = this.#specs[p];
      if (limitMHz !== null && wants[p] > 0 && wants[p] + fixed[p] > limitMHz) share[p] = Math.max(0, limitMHz - fixed[p]) / wants[p];
      const parent = this.#parent[p];
      if (parent < 0) continue;
      wants[parent] += share[p] * wants[p];
      fixed[parent] += fixed[p];
    }
    for (let p = 0; p < pools; p++) if (this.#parent[p] >= 0) share[p] *= share[this.#parent[p]];
    return share;
  }

  /** What the pools' VMs on host `h` could use, into `#now`. */
  #look(h: number): void {
    const { members, start, vms, state } = this.#hosts;
    const { row } = this.#vms;
    this.#now.fill(0);
    if (this.#members[h] === 0 || state[h] !== H.ON) return;
    for (let i = start[h], end = i + vms[h]; i < end; i++) {
      const v = members[i];
      const p = this.#poolOf[this.#vms.classOf[v]];
      if (p < 0) continue;
      const r = v * V.VM_ROW;
      this.#now[p] += Math.min(row[r + V.DEMAND] * row[r + V.PER_WORK] + row[r + V.IO_MHZ], row[r + V.CAP_MHZ]);
    }
    for (let p = this.#now.length - 1; p >= 0; p--) if (this.#parent[p] >= 0) this.#now[this.#parent[p]] += this.#now[p];
  }

  /** Shares `capacity` of host `h` among its VMs, in their order, and two more entries outside all pools. */
  share(h: number, capacity: number, count: number, want: Float64Array, weight: Float64Array, floor: Float64Array, out: Float64Array): void {
    const { members, start } = this.#hosts;
    if (this.#poolOfEntry.length < count) this.#poolOfEntry = new Int32Array(2 * count);
    const poolOf = this.#poolOfEntry;
    const { amounts } = this.#tree;
    const kind = this.#kind(h);
    for (let i = 0; i < count - 2; i++) poolOf[i] = this.#poolOf[this.#vms.classOf[members[start[h] + i]]];
    poolOf[count - 2] = -1;
    poolOf[count - 1] = -1;
    for (let p = 0; p < this.#tree.count; p++) {
      const { shares, reservationMHz, limitMHz } = this.#specs[p];
      const part = this.#part[p * this.#hostCount + h];
      amounts.weight[p] = kind === "limits" ? 0 : shares * part;
      amounts.reservation[p] = kind === "full" ? reservationMHz * part : 0;
      amounts.limit[p] = limitMHz === null ? Number.POSITIVE_INFINITY : limitMHz * part;
    }
    if (kind === "limits") {
      for (let i = 0; i < count; i++) for (let p = poolOf[i]; p >= 0; p = this.#parent[p]) amounts.weight[p] += weight[i];
    }
    this.#tree.share(capacity, count, want, weight, floor, poolOf, out);
  }

  #kind(h: number): HypervisorSpec["pools"] {
    return this.#hosts.classes[this.#hosts.classOf[h]].hypervisor.pools;
  }
}

/** Parents before their children, otherwise in the order of the list. */
function parentsFirst(specs: readonly PoolSpec[]): PoolSpec[] {
  const sorted: PoolSpec[] = [];
  const placed = new Set<string>();
  let rest = [...specs];
  while (rest.length > 0) {
    const ready = rest.filter(({ parent }) => parent === null || placed.has(parent));
    if (ready.length === 0) throw new RangeError(`pool ${rest[0]?.name} is inside itself, or its parent does not exist`);
    for (const pool of ready) placed.add(pool.name);
    sorted.push(...ready);
    rest = rest.filter(({ name }) => !placed.has(name));
  }
  return sorted;
}
