/**
 * CPU of a host where not everybody simply gets what it asks for: who gets how much, what of it is useful, where the rest goes.
 *
 *   x_v      = min(need_v, s cap_v) x stall          s = speed of a thread whose core may be shared (smt.ts), 1 without SMT
 *   alloc    = x_v for VMs that own cores; among the others, of the cores left, weighted max-min with reservations and, where
 *              there are pools, down their tree (pools.ts); equal to x when all fits
 *   loss_v   = what scheduling costs (scheduling-loss.ts) at the ratio sum of needs / shared capacity; 0 for owners of cores
 *   done_v   = full_v x stall x burn x x_v / need_v x alloc_v / x_v x (1 - loss_v)     full_v = (need_v - io_v) / perWork
 *
 * stall = memory x disk x network, burn = interference: drag factors (drag.ts), 1 for most VMs at most times.
 *
 * I/O that the product handles outside the VMs goes to the control domain, up to what is reserved for it (beyond that all
 * I/O, and the work that waits for it, slows in proportion), or to the host OS, which beyond the reserve competes with the
 * VMs as an equal. Ready time is x - alloc: a thread on a shared core runs, if slowly. Proved by test/cases/cpu.test.ts.
 */
import { divvyInto } from "../sharing/divvy.ts";
import * as H from "./hosts.ts";
import type { WorkKinds } from "./kinds.ts";
import type { Pools } from "./pools.ts";
import { coStopAt, coStopLoss, schedulingLoss } from "./scheduling-loss.ts";
import { smtSlope, threadSpeed } from "./smt.ts";
import * as V from "./vms.ts";

const CAUSES = V.SLOW_CAUSES.length;
const DRAGS = V.DRAGS.length;

/** What is asked for beside the VMs, MHz. */
interface Beside {
  /** I/O done by the control domain, and the share of all such I/O that this is. */
  control: number;
  throttle: number;
  /** The host OS within its reserve, and what it wants beyond it. */
  hostOsKept: number;
  hostOsExtra: number;
  /** Copying VMs. */
  copy: number;
}

export class CpuShort {
  readonly #hosts: H.Hosts;
  readonly #vms: V.Vms;
  readonly #kinds: WorkKinds;
  readonly #pools: Pools | null;
  readonly #beside: Beside = { control: 0, throttle: 1, hostOsKept: 0, hostOsExtra: 0, copy: 0 };
  // Scratch, one entry a VM of the host, one for its host OS and one for copying VMs: what each needs, can use on its core as
  // it is now, could at most (later: wants of what is shared), its weight and floor, and what it gets.
  #need = new Float64Array(64);
  #use = new Float64Array(64);
  #cap = new Float64Array(64);
  #weight = new Float64Array(64);
  #floor = new Float64Array(64);
  #alloc = new Float64Array(64);

  constructor(hosts: H.Hosts, vms: V.Vms, kinds: WorkKinds, pools: Pools | null) {
    this.#hosts = hosts;
    this.#vms = vms;
    this.#kinds = kinds;
    this.#pools = pools;
  }

  /** Computes the rates of host `h`, which is on. Integrals must be settled. */
  solve(h: number): void {
    const { row, vms, guestMHz, ownedCores, classes, classOf, slow, special } = this.#hosts;
    const o = h * H.HOST_ROW;
    const n = vms[h];
    if (n + 2 > this.#need.length) this.#grow(2 * (n + 2));
    V.needSlowColumns(this.#vms);
    const beside = this.#besideVms(h);
    const others = beside.hostOsExtra + beside.copy;
    const needs = this.#needs(h, beside.throttle);
    const coreMHz = row[o + H.CORE_MHZ];
    const { cores, hypervisor } = classes[classOf[h]];
    // Owners' cores are theirs with all their threads.
    const capacity = Math.max(0, guestMHz[h] - ownedCores[h] * (row[o + H.CORES] / cores) * coreMHz);
    const use = this.#onTheirCores(h, needs, others, capacity);

    const short = use + others > capacity;
    const pooled = special[h] > 0 && this.#pools !== null && this.#pools.isOn(h);
    const ratio = capacity > 0 ? (needs + others) / capacity : 1;
    const scheduling = short ? schedulingLoss(hypervisor.schedulingSlope, ratio) : 0;
    const coStop = short ? coStopAt(ratio, hypervisor.coStopPerVcpu) : 0;
    if (short || pooled) this.#share(h, capacity, beside, pooled);
    else {
      this.#alloc.set(this.#use.subarray(0, n));
      this.#alloc[n] = beside.hostOsExtra;
      this.#alloc[n + 1] = beside.copy;
    }
    let used = 0;
    for (let i = 0; i < n; i++) used += this.#alloc[i];
    this.#book(h, beside, scheduling, coStop);
    slow[h] = H.SLOW_HOST;
    const hostOs = beside.hostOsKept + this.#alloc[n];
    setPower(this.#hosts, h, (used + beside.control + hostOs + this.#alloc[n + 1]) / coreMHz);
  }

  /** I/O outside the VMs: the control domain has what is reserved for it; the host OS also competes for more. */
  #besideVms(h: number): Beside {
    const { row, hostOsMHz, outsideIoMHz, ioServed, reservedMHz, classes, classOf, copyCores } = this.#hosts;
    const beside = this.#beside;
    let hostOs = hostOsMHz[h];
    beside.control = 0;
    beside.throttle = 1;
    if (outsideIoMHz[h] > 0) {
      if (classes[classOf[h]].hypervisor.ioChargedTo === "host-os") hostOs += outsideIoMHz[h] * ioServed[h];
      else {
        if (outsideIoMHz[h] > reservedMHz[h]) beside.throttle = reservedMHz[h] / outsideIoMHz[h];
        beside.control = outsideIoMHz[h] * ioServed[h] * beside.throttle;
      }
    }
    beside.hostOsKept = Math.min(hostOs, reservedMHz[h] - beside.control);
    beside.hostOsExtra = hostOs - beside.hostOsKept;
    // Copying VMs competes like one more program.
    beside.copy = copyCores[h] * row[h * H.HOST_ROW + H.CORE_MHZ];
    return beside;
  }

  /** What each VM needs, held only by its own size and by what it waits for; the sum of those who share cores. */
  #needs(h: number, throttle: number): number {
    const { members, start, vms } = this.#hosts;
    const { row: vm, dragged, drag, ownsCores, outsideIoMHz, threads, throttle: kept } = this.#vms;
    const coreMHz = this.#hosts.row[h * H.HOST_ROW + H.CORE_MHZ];
    let sum = 0;
    for (let i = 0, n = vms[h]; i < n; i++) {
      const v = members[start[h] + i];
      const p = v * V.VM_ROW;
      let free = throttle < 1 && outsideIoMHz[v] > 0 ? throttle : 1;
      if (dragged[v] !== 0) free *= stall(drag, v);
      const x = Math.min(vm[p + V.DEMAND] * vm[p + V.PER_WORK] + vm[p + V.IO_MHZ], vm[p + V.CAP_MHZ]) * free;
      this.#need[i] = x;
      this.#use[i] = x;
      // Its threads, not its limit: a limited VM on a slower thread runs longer.
      this.#cap[i] = threads[v] * coreMHz * (1 - kept[v]) * free;
      if (ownsCores[v] === 0) sum += x;
    }
    return sum;
  }

  /** What each can use of the core its threads run on, which hyperthreads share when more are busy than there are cores; their sum. */
  #onTheirCores(h: number, needs: number, others: number, capacity: number): number {
    const { row, vms, classes, classOf, quietMHz, guestMHz, ownedCores, reservedMHz, members, start } = this.#hosts;
    const { ownsCores } = this.#vms;
    if (quietMHz[h] === guestMHz[h]) return needs;
    const coreMHz = row[h * H.HOST_ROW + H.CORE_MHZ];
    const { cores, threadsPerCore } = classes[classOf[h]];
    const physical = quietMHz[h] - ownedCores[h] * coreMHz;
    if (needs + others <= physical || physical <= 0) return needs;
    const threads = (cores - ownedCores[h]) * threadsPerCore * coreMHz - reservedMHz[h];
    const n = vms[h];
    // Owners of cores are out of this: nobody shares with them.
    const need = this.#alloc;
    for (let i = 0; i < n; i++) need[i] = ownsCores[members[start[h] + i]] === 1 ? 0 : this.#need[i];
    const speed = threadSpeed(physical, threads, smtSlope(physical, threads, capacity), n, need, this.#cap, others);
    let sum = 0;
    for (let i = 0; i < n; i++) {
      if (ownsCores[members[start[h] + i]] === 1) continue;
      this.#use[i] = Math.min(this.#need[i], this.#cap[i] * speed);
      sum += this.#use[i];
    }
    return sum;
  }

  /** Shares `capacity` among those who do not own cores and what runs beside them. */
  #share(h: number, capacity: number, beside: Beside, pooled: boolean): void {
    const { row, members, start, vms, reserved } = this.#hosts;
    const { weight, classes, classOf, ownsCores } = this.#vms;
    const n = vms[h];
    const coreMHz = row[h * H.HOST_ROW + H.CORE_MHZ];
    const want = this.#cap;
    let owners = false;
    for (let i = 0; i < n; i++) {
      const v = members[start[h] + i];
      const owner = ownsCores[v] === 1;
      owners ||= owner;
      want[i] = owner ? 0 : this.#use[i];
      this.#weight[i] = weight[v];
      this.#floor[i] = classes[classOf[v]].reservationMHz;
    }
    want[n] = beside.hostOsExtra;
    want[n + 1] = beside.copy;
    this.#weight[n] = Math.max(1, Math.ceil(beside.hostOsExtra / coreMHz));
    this.#weight[n + 1] = Math.max(1, Math.ceil(beside.copy / coreMHz));
    this.#floor[n] = 0;
    this.#floor[n + 1] = 0;
    if (pooled && this.#pools !== null) this.#pools.share(h, capacity, n + 2, want, this.#weight, this.#floor, this.#alloc);
    else divvyInto(capacity, n + 2, want, this.#weight, reserved[h] === 1 ? this.#floor : null, null, this.#alloc);
    if (owners) for (let i = 0; i < n; i++) if (ownsCores[members[start[h] + i]] === 1) this.#alloc[i] = this.#use[i];
  }

  /** Books what each VM does with its share, and what it misses by cause. */
  #book(h: number, { control, throttle, hostOsKept }: Beside, schedulingShare: number, coStop: number): void {
    const { row, members, start, vms, classOf } = this.#hosts;
    const { row: vm, vcpus, waitMHz, shortMHz, copyShortMHz, outsideIoMHz, mix, copyLoss, throttle: kept, dragged, slowRate, drag, ownsCores } = this.#vms;
    const o = h * H.HOST_ROW;
    const n = vms[h];
    const first = start[h];
    const hostClass = classOf[h];
    let guest = 0;
    let trap = 0;
    let paging = 0;
    let ioPath = 0;
    let scheduling = 0;
    let stopped = 0;
    let demand = 0;
    let needs = 0;
    let wait = 0;
    let migration = 0;
    let stalled = 0;
    let remote = 0;
    for (let s = 0; s < CAUSES; s++) row[o + H.SLOW + s] = 0;
    for (let i = 0; i < n; i++) {
      const v = members[first + i];
      const p = v * V.VM_ROW;
      const d = vm[p + V.DEMAND];
      const perWork = vm[p + V.PER_WORK];
      const cap = vm[p + V.CAP_MHZ];
      const share = this.#alloc[i];
      const x = this.#use[i];
      needs += this.#need[i];
      waitMHz[v] = x - share;
      wait += x - share;
      if (x === 0) {
        vm[p + V.DONE] = 0;
        vm[p + V.USE] = 0;
        shortMHz[v] = 0;
        copyShortMHz[v] = 0;
        slowRate.fill(0, v * CAUSES, (v + 1) * CAUSES);
        continue;
      }
      const owner = ownsCores[v] === 1;
      const bySwitching = owner ? 0 : schedulingShare;
      const byCoStop = owner ? 0 : coStopLoss(coStop, vcpus[v], bySwitching);
      // What being copied costs the guest (write faults, dirty tracking) comes off the rest.
      const copied = (1 - bySwitching - byCoStop) * copyLoss[v];
      const useful = 1 - bySwitching - byCoStop - copied;
      const onCore = x / this.#need[i];
      const granted = share / x;
      const slowedIo = throttle < 1 && outsideIoMHz[v] > 0 ? throttle : 1;
      // Held only by its own size, it would do `full`; native, it would do `wanted`.
      const held = d * perWork + vm[p + V.IO_MHZ] >= cap;
      // Its I/O goes first, as far as it fits.
      const ownIo = Math.min(vm[p + V.IO_MHZ], cap);
      const full = held ? (cap - ownIo) / perWork : d;
      // Native and with all its vCPUs, it would do `wanted`; with those kept back for the copy, `native`.
      const wanted = Math.min(d, kept[v] > 0 ? cap / (1 - kept[v]) : cap);
      const native = Math.min(d, cap);
      const isDragged = dragged[v] !== 0;
      const byMemory = isDragged ? drag[v * DRAGS + V.BY_MEMORY] : 1;
      const byDisk = isDragged ? drag[v * DRAGS + V.BY_DISK] : 1;
      const byNetwork = isDragged ? drag[v * DRAGS + V.BY_NETWORK] : 1;
      const burn = isDragged ? drag[v * DRAGS + V.BY_INTERFERENCE] : 1;
      const free = byMemory * byDisk * byNetwork * burn;
      const going = free * slowedIo * onCore * granted;
      const work = full * going * useful;
      vm[p + V.DONE] = work;
      const cost = this.#kinds.cost(hostClass, mix[v]);
      guest += work;
      trap += work * cost.trap;
      paging += work * cost.paging;
      remote += work * cost.remote;
      ioPath += work * cost.ioPath + ownIo * going * useful;
      scheduling += share * bySwitching;
      stopped += share * byCoStop;
      migration += share * copied;
      stalled += share * useful * (1 - burn);
      // The cost of the copy is the migration's, not the VM's own.
      vm[p + V.USE] = share * (1 - copied);
      const asked = d === Number.POSITIVE_INFINITY ? wanted : d;
      demand += asked;
      shortMHz[v] = asked - work;
      const k = v * CAUSES;
      copyShortMHz[v] = 0;
      if (wanted > 0) {
        // Each cause takes its part of what those before it left.
        const atSize = full / wanted;
        slowRate[k + V.BY_MEMORY] = atSize * (1 - byMemory);
        slowRate[k + V.BY_DISK] = atSize * byMemory * (1 - byDisk);
        slowRate[k + V.BY_NETWORK] = atSize * byMemory * byDisk * (1 - byNetwork);
        slowRate[k + V.BY_INTERFERENCE] = atSize * byMemory * byDisk * byNetwork * (1 - burn);
        const rest = atSize * free;
        slowRate[k + V.SLOW_IO] = rest * (1 - slowedIo);
        slowRate[k + V.SLOW_SHARED_CORE] = rest * slowedIo * (1 - onCore);
        slowRate[k + V.SLOW_WAIT] = rest * slowedIo * onCore * (1 - granted);
        const onCpu = atSize * going;
        slowRate[k + V.SLOW_OVERHEAD] = (native - full) / wanted + onCpu * bySwitching;
        slowRate[k + V.SLOW_CO_STOP] = onCpu * byCoStop;
        slowRate[k + V.SLOW_MIGRATION] = 1 - native / wanted + onCpu * copied;
        copyShortMHz[v] = slowRate[k + V.SLOW_MIGRATION] * wanted;
        for (let s = 0; s < CAUSES; s++) row[o + H.SLOW + s] += slowRate[k + s];
      } else slowRate.fill(0, k, k + CAUSES);
    }
    const perMHz = 1 / row[o + H.CORE_MHZ];
    row[o + H.RATE + H.GUEST] = guest * perMHz;
    row[o + H.RATE + H.TRAP] = trap * perMHz;
    row[o + H.RATE + H.PAGING] = paging * perMHz;
    row[o + H.RATE + H.IO_PATH] = ioPath * perMHz;
    const more = o + H.RATE_MORE - H.QUIET_CAUSES;
    row[more + H.SCHEDULING] = scheduling * perMHz;
    row[more + H.CO_STOP] = stopped * perMHz;
    row[more + H.MIGRATION] = (migration + this.#alloc[n + 1]) * perMHz;
    row[more + H.CONTROL] = control * perMHz;
    row[more + H.HOST_OS] = (hostOsKept + this.#alloc[n]) * perMHz;
    row[more + H.STALLED] = stalled * perMHz;
    row[more + H.REMOTE] = remote * perMHz;
    row[o + H.NEED_RATE] = needs * perMHz;
    row[o + H.DEMAND_RATE] = demand * perMHz;
    row[o + H.WAIT_RATE] = wait * perMHz;
  }

  #grow(size: number): void {
    this.#need = new Float64Array(size);
    this.#use = new Float64Array(size);
    this.#cap = new Float64Array(size);
    this.#weight = new Float64Array(size);
    this.#floor = new Float64Array(size);
    this.#alloc = new Float64Array(size);
  }
}

/** Share of its need for CPU that the waiting for memory, disk and network leaves a dragged VM. */
const stall = (drag: Float64Array, v: number): number => drag[v * DRAGS + V.BY_MEMORY] * drag[v * DRAGS + V.BY_DISK] * drag[v * DRAGS + V.BY_NETWORK];

/** Idle rate and power of host `h`, which is on, for `used` cores in use. */
export function setPower(hosts: H.Hosts, h: number, used: number): void {
  const { row, curves, curveOf } = hosts;
  const o = h * H.HOST_ROW;
  const cores = row[o + H.CORES];
  const curve = curveOf[h];
  const idleWatts = curves.watts(curve, 0);
  row[o + H.IDLE_RATE] = cores - used;
  row[o + H.IDLE_WATTS] = idleWatts;
  if (used > row[o + H.PEAK_CORES]) row[o + H.PEAK_CORES] = used;
  if (used > 0) {
    const watts = curves.watts(curve, used / cores);
    row[o + H.WATTS] = watts;
    row[o + H.WATTS_PER_CORE] = (watts - idleWatts) / used;
  } else {
    row[o + H.WATTS] = idleWatts;
    row[o + H.WATTS_PER_CORE] = 0;
  }
  hosts.expectedMHz[h] = 0;
}
