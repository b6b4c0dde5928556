/**
 * The hosts as placement sees them: which ones can take a VM, and what they are like now.
 *
 * A tree over the hosts holds the most free memory and the most free vCPUs below each node, so that "the first host from
 * here on that fits" costs about log(hosts) whatever share of them is full.
 *
 * A VM fits when: the host is on; its memory with the product's overhead fits usable memory x memoryRatio (1 where the product
 * cannot overcommit), and what cannot be reclaimed of it fits what nobody is sure of; its vCPUs fit
 * cores x vcpusPerCore, not counting cores that VMs own; the product allows a VM of that size and one more VM; it is not tied
 * to another host; the host is not in maintenance and reaches the datastores and networks that the VM needs, with room for its disks; the scenario's rules allow it, and their reserve stays free; its CPU
 * reservation fits what the host has not promised yet, and its resource pool may reserve as much. A VM that owns cores needs
 * as many that are still shared, and leaves enough of them for the vCPUs that share.
 */
import type { Constraints } from "../policy/constraints.ts";
import type { Choice, VmAsk } from "../policy/placement.ts";
import { guaranteeMiB } from "./host-memory.ts";
import * as H from "./hosts.ts";
import { vmOverheadMiB } from "./memory.ts";
import { RiseIndex } from "./rise-index.ts";
import type { Admission } from "./spec.ts";
import type { Vms } from "./vms.ts";

/** Why a VM does not fit a host, in the order in which the rules are tried. */
export const RULES = [
  "host is off",
  "tied to another host",
  "vCPUs per VM",
  "memory per VM",
  "VMs per host",
  "memory",
  "vCPUs",
  "a rule of the scenario",
  "reserve",
  "maintenance",
  "CPU reservation",
  "cores of their own",
  "resource pool",
  "its data are at another site",
  "memory reservation",
  "storage or network",
] as const;
export const BY_RULE = 7;
export const BY_RESERVE = 8;
export const IN_MAINTENANCE = 9;
export const BY_RESERVATION = 10;
export const BY_OWN_CORES = 11;
export const BY_POOL = 12;
export const ELSEWHERE = 13;
export const BY_GUARANTEE = 14;
export const BY_STORAGE = 15;
const FITS = -1;

export class FleetView {
  readonly count: number;
  readonly #hosts: H.Hosts;
  readonly #vms: Vms;
  readonly #admission: Admission;
  /** Leaves at size .. size + count - 1. */
  readonly #size: number;
  readonly #freeMiB: Float64Array;
  readonly #freeVcpus: Float64Array;
  readonly #usedCores: (h: number) => number;
  readonly #constraints: Constraints;
  /** Says why the VM's resource pool refuses it, as the number of the pool, or -1. */
  poolRefusal: (v: number) => number = () => -1;
  /** Whether the data of a VM can be reached from a host; null = all can from everywhere. */
  reach: ((vm: number, host: number) => boolean) | null = null;
  /** Whether hosts may hold more memory than they have; only then reservations can be what binds. */
  readonly memoryOvercommits: boolean;
  /** Why a host cannot take a VM for the sake of its disks and networks, or null; absent where no VM has any. */
  unreached?: (vm: number, h: number) => string | null;
  /** What energy costs and emits at each host's site now; null = nobody knows. */
  supply: { grams(h: number): number; price(h: number): number } | null = null;
  /** A further condition on hosts, for plans; null = none. */
  only: ((h: number) => boolean) | null = null;
  /** Hosts by load, made when somebody first asks; not kept up while it is stale. */
  #rises: RiseIndex | null = null;
  #stale = true;
  #vm = -1;
  #onlyHost = -1;
  /** Least memory the VM would take on any kind of host. */
  #leastNeedMiB = 0;
  #strict = false;

  constructor(hosts: H.Hosts, vms: Vms, admission: Admission, constraints: Constraints, usedCores: (h: number) => number) {
    this.#constraints = constraints;
    this.#usedCores = usedCores;
    this.count = hosts.count;
    this.#hosts = hosts;
    this.#vms = vms;
    this.#admission = admission;
    let size = 1;
    while (size < hosts.count) size *= 2;
    this.#size = size;
    this.memoryOvercommits = admission.memoryRatio > 1;
    this.#freeMiB = new Float64Array(2 * size).fill(Number.NEGATIVE_INFINITY);
    this.#freeVcpus = new Float64Array(2 * size).fill(Number.NEGATIVE_INFINITY);
    this.reload();
  }

  /** All hosts may have changed. */
  reload(): void {
    const size = this.#size;
    for (let h = 0; h < this.count; h++) this.#leaf(h);
    for (let node = size - 1; node >= 1; node--) this.#join(node);
    this.#stale = true;
  }

  /** Hosts were solved: they use other shares of their CPU. */
  loadsChanged(): void {
    this.#stale = true;
  }

  /**
   * Sets the VM that `next` and `rule` are about. `onlyHost` >= 0 ties it to that host. `strict`: what the scenario's rules
   * say should be is asked for like what must be.
   */
  ask(vm: number, onlyHost: number, strict = false): void {
    this.#vm = vm;
    this.#onlyHost = onlyHost;
    this.#strict = strict;
    const memory = this.#vms.memoryMiB[vm];
    this.#leastNeedMiB = Number.POSITIVE_INFINITY;
    for (const { hypervisor } of this.#hosts.classes)
      this.#leastNeedMiB = Math.min(this.#leastNeedMiB, memory + vmOverheadMiB(hypervisor, this.#vms.vcpus[vm], memory));
  }

  /** Host `h` has another state, or other VMs. */
  changed(h: number): void {
    this.#leaf(h);
    for (let node = (this.#size + h) >> 1; node >= 1; node >>= 1) this.#join(node);
    if (!this.#stale) this.#rises?.changed(h, this.#isOpen(h));
  }

  #isOpen(h: number): boolean {
    return this.#hosts.state[h] === H.ON && this.#hosts.closed[h] === 0;
  }

  #byRise(): RiseIndex {
    this.#rises ??= new RiseIndex(this.#hosts, (h) => this.demandMHz(h));
    if (this.#stale) this.#rises.reload((h) => this.#isOpen(h));
    this.#stale = false;
    return this.#rises;
  }

  get overcommits(): boolean {
    return this.only === null;
  }

  leastRise({ demandMHz }: VmAsk): Choice {
    const rise = (h: number): number => {
      const asked = this.demandMHz(h);
      return this.capacityMHz(h) - asked - demandMHz < 0 ? Number.POSITIVE_INFINITY : this.watts(h, asked + demandMHz) - this.watts(h, asked);
    };
    return this.#byRise().search(
      demandMHz,
      rise,
      (h) => this.fits(h),
      (from) => this.nextWithRoom(from),
    );
  }

  /** Shows hosts that take VMs by rising load, in hundredths, until `seen` says that it is enough. */
  byLoad(seen: (h: number) => boolean): void {
    this.#byRise().byLoad(seen);
  }

  #leaf(h: number): void {
    const node = this.#size + h;
    const hosts = this.#hosts;
    const takes = this.#isOpen(h) && hosts.vms[h] < hosts.classes[hosts.classOf[h]].hypervisor.maxVmsPerHost;
    this.#freeMiB[node] = takes ? this.freeMemoryMiB(h) : Number.NEGATIVE_INFINITY;
    this.#freeVcpus[node] = takes ? this.freeVcpus(h) : Number.NEGATIVE_INFINITY;
  }

  #join(node: number): void {
    this.#freeMiB[node] = Math.max(this.#freeMiB[2 * node], this.#freeMiB[2 * node + 1]);
    this.#freeVcpus[node] = Math.max(this.#freeVcpus[2 * node], this.#freeVcpus[2 * node + 1]);
  }

  next(from: number): number {
    let h = this.nextWithRoom(from);
    while (h >= 0 && !this.fits(h)) h = this.nextWithRoom(h + 1);
    return h;
  }

  /** The first host numbered `from` or more that takes VMs and has the memory and vCPUs for the leanest product, or -1: one that may fit. */
  nextWithRoom(from: number): number {
    if (from >= this.count) return -1;
    // With the overhead of the leanest product: without it, every host that is full but for the overhead would be looked at.
    const memory = this.#leastNeedMiB;
    const own = this.#vms.ownsCores[this.#vm] === 1;
    // Cores of its own take as many vCPUs from those who share as would have shared them.
    const vcpus = this.#vms.vcpus[this.#vm] * (own ? Math.min(1, this.#admission.vcpusPerCore ?? 1) : 1);
    let node = this.#size + Math.max(0, from);
    for (;;) {
      if (this.#freeMiB[node] >= memory && this.#freeVcpus[node] >= vcpus) {
        if (node < this.#size) {
          node *= 2;
          continue;
        }
        return node - this.#size;
      }
      // On to the next subtree at the right.
      while (node & 1) {
        if (node === 1) return -1;
        node >>= 1;
      }
      node++;
    }
  }

  /** Whether the VM asked about may be put on host `h`. */
  fits(h: number): boolean {
    return this.rule(h) === FITS && (this.only === null || this.only(h));
  }

  /** Index of the first rule that keeps the VM off host `h`, or -1 when it fits. */
  rule(h: number): number {
    const hosts = this.#hosts;
    const v = this.#vm;
    if (hosts.state[h] !== H.ON) return 0;
    if (this.#onlyHost >= 0 && h !== this.#onlyHost) return 1;
    const { hypervisor } = hosts.classes[hosts.classOf[h]];
    if (this.#vms.vcpus[v] > hypervisor.maxVcpusPerVm) return 2;
    if (this.#vms.memoryMiB[v] > hypervisor.maxMemoryPerVmMiB) return 3;
    if (hosts.vms[h] >= hypervisor.maxVmsPerHost) return 4;
    if (this.needMiB(h) > this.freeMemoryMiB(h)) return 5;
    if (this.memoryOvercommits && this.guaranteeMiB(h) > this.unreservedMiB(h)) return BY_GUARANTEE;
    if (this.#vms.ownsCores[v] === 1) {
      if (!this.#coresToOwn(h, this.#vms.vcpus[v])) return BY_OWN_CORES;
    } else if (this.#vms.vcpus[v] > this.freeVcpus(h)) return 6;
    if (hosts.closed[h] !== 0) return IN_MAINTENANCE;
    if (this.reach !== null && !this.reach(v, h)) return ELSEWHERE;
    if (this.unreached && this.unreached(v, h) !== null) return BY_STORAGE;
    const constraints = this.#constraints;
    if (constraints.any && constraints.breach(v, h, this.#strict) >= 0) return BY_RULE;
    if (constraints.memoryReserve > 0 && this.needMiB(h) > this.freeMemoryMiB(h) - constraints.memoryReserve * this.memoryMiB(h)) return BY_RESERVE;
    const { vcpusPerCore } = this.#admission;
    if (constraints.vcpuReserve > 0 && vcpusPerCore !== null && this.#vms.vcpus[v] > this.freeVcpus(h) - constraints.vcpuReserve * vcpusPerCore * this.cores(h))
      return BY_RESERVE;
    const { reservationMHz } = this.#vms.classes[this.#vms.classOf[v]];
    if (reservationMHz > 0) {
      const away = this.#vms.host[v] < 0;
      if (reservationMHz > hosts.guestMHz[h] - hosts.promisedMHz[h] + 1e-9 * hosts.guestMHz[h]) return BY_RESERVATION;
      if (away && this.poolRefusal(v) >= 0) return BY_POOL;
    }
    return FITS;
  }

  /** Whether host `h` has that many cores left to own, and enough left for the vCPUs that share. */
  #coresToOwn(h: number, cores: number): boolean {
    const hosts = this.#hosts;
    const c = hosts.classes[hosts.classOf[h]];
    if (c.hypervisor.pinning === "no") return false;
    const owned = hosts.ownedCores[h];
    const sharing = hosts.vcpus[h] - owned;
    const left = Math.floor(c.cores - hosts.reservedMHz[h] / this.coreMHz(h)) - owned - cores;
    if (left < (sharing > 0 ? 1 : 0)) return false;
    const ratio = this.#admission.vcpusPerCore;
    return ratio === null || sharing <= ratio * (c.cores - owned - cores);
  }

  /** The first rule that keeps the VM off host `h`, in words; "" when it fits. */
  ruleText(h: number): string {
    const rule = this.rule(h);
    if (rule === FITS) return "";
    if (rule === BY_STORAGE) return this.unreached?.(this.#vm, h) ?? RULES[rule];
    return rule === BY_RULE ? this.#constraints.text(this.#constraints.breach(this.#vm, h, this.#strict)) : RULES[rule];
  }

  /** Whether some host could take the VM if it were on and empty. */
  couldEverFit(): boolean {
    const hosts = this.#hosts;
    const { memoryReserve, vcpuReserve } = this.#constraints;
    const ratio = (this.#admission.vcpusPerCore ?? Number.POSITIVE_INFINITY) * (1 - vcpuReserve);
    for (let h = this.#onlyHost >= 0 ? this.#onlyHost : 0; h < this.count; h++) {
      const c = hosts.classes[hosts.classOf[h]];
      const { hypervisor } = c;
      const vcpus = this.#vms.vcpus[this.#vm];
      const memory = this.#vms.memoryMiB[this.#vm];
      if (
        vcpus <= hypervisor.maxVcpusPerVm &&
        memory <= hypervisor.maxMemoryPerVmMiB &&
        (this.#vms.ownsCores[this.#vm] === 1 ? c.hypervisor.pinning === "yes" && vcpus <= c.cores : vcpus <= ratio * c.cores) &&
        this.#vms.classes[this.#vms.classOf[this.#vm]].reservationMHz <= hosts.guestMHz[h] &&
        this.needMiB(h) <= this.memoryMiB(h) * (1 - memoryReserve) &&
        (!this.memoryOvercommits || this.guaranteeMiB(h) <= hosts.usableMiB[h])
      )
        return true;
      if (this.#onlyHost >= 0) break;
    }
    return false;
  }

  /** Memory the VM would take on host `h`, overhead included, MiB. */
  needMiB(h: number): number {
    const { hypervisor } = this.#hosts.classes[this.#hosts.classOf[h]];
    const memory = this.#vms.memoryMiB[this.#vm];
    return memory + vmOverheadMiB(hypervisor, this.#vms.vcpus[this.#vm], memory);
  }

  /** Part of it that could not be reclaimed, MiB: reservation and overhead. */
  guaranteeMiB(h: number): number {
    return guaranteeMiB(this.#hosts, this.#vms, this.#vm, h);
  }
  /** Memory of host `h` that nobody is sure of, MiB. */
  unreservedMiB(h: number): number {
    return this.#hosts.usableMiB[h] - this.#hosts.guaranteedMiB[h];
  }

  name(h: number): string {
    return this.#hosts.name(h);
  }
  group(h: number): string {
    return this.#hosts.classes[this.#hosts.classOf[h]].name;
  }
  cores(h: number): number {
    return this.#hosts.classes[this.#hosts.classOf[h]].cores;
  }
  coreMHz(h: number): number {
    return this.#hosts.row[h * H.HOST_ROW + H.CORE_MHZ];
  }
  capacityMHz(h: number): number {
    return this.#hosts.planGuestMHz[h];
  }
  gramsPerKwh(h: number): number {
    return this.supply?.grams(h) ?? Number.NaN;
  }
  pricePerKwh(h: number): number {
    return this.supply?.price(h) ?? Number.NaN;
  }
  usedMHz(h: number): number {
    return this.#usedCores(h) * this.coreMHz(h);
  }
  /** CPU in use now (what was refused is not counted) and what VMs placed since will ask for, MHz. */
  demandMHz(h: number): number {
    return this.usedMHz(h) + this.#hosts.expectedMHz[h];
  }
  memoryMiB(h: number): number {
    const ratio = this.#admission.memoryRatio;
    const { overcommit } = this.#hosts.classes[this.#hosts.classOf[h]].hypervisor.memory;
    return this.#hosts.usableMiB[h] * (overcommit === "no" ? Math.min(1, ratio) : ratio);
  }
  freeMemoryMiB(h: number): number {
    return this.memoryMiB(h) - this.#hosts.takenMiB[h];
  }
  vcpus(h: number): number {
    return this.#hosts.vcpus[h];
  }
  freeVcpus(h: number): number {
    const ratio = this.#admission.vcpusPerCore;
    const owned = this.#hosts.ownedCores[h];
    return ratio === null ? Number.POSITIVE_INFINITY : ratio * (this.cores(h) - owned) - (this.#hosts.vcpus[h] - owned);
  }
  vms(h: number): number {
    return this.#hosts.vms[h];
  }
  watts(h: number, usedMHz: number): number {
    const o = h * H.HOST_ROW;
    const { row, curves, planCurve, planMHz } = this.#hosts;
    return curves.watts(planCurve[h], Math.min(1, usedMHz / (row[o + H.CORES] * planMHz[h])));
  }
}

/** CPU that VM `v` is promised on host `h`, and cores it owns there, are taken (sign 1) or given back (-1). */
export function promiseCpu(hosts: H.Hosts, vms: Vms, v: number, h: number, sign: 1 | -1): void {
  hosts.promisedMHz[h] += sign * vms.classes[vms.classOf[v]].reservationMHz;
  if (vms.ownsCores[v] === 1) hosts.ownedCores[h] += sign * vms.vcpus[v];
}
