/**
 * CPU of a host whose only trouble is that its VMs want more than there is, or that some are held by their size: nothing runs
 * beside them, nothing else holds them back, no core is owned, none is shared by busy threads, no pools. The general way
 * (cpu-short.ts) with all its other factors at 1, and its accounts with all others at 0:
 *
 *   need_v   = min(d_v perWork + io_v, cap_v)      alloc = weighted max-min of the needs, with reservations
 *   done_v   = full_v x alloc_v / need_v x (1 - loss_v)
 *
 * Bit for bit what the general way gives: test/property/crowded.test.ts compares the two.
 */
import { divvyInto } from "../sharing/divvy.ts";
import { setPower } from "./cpu-short.ts";
import * as H from "./hosts.ts";
import type { WorkKinds } from "./kinds.ts";
import { coStopAt, coStopLoss, schedulingLoss } from "./scheduling-loss.ts";
import * as V from "./vms.ts";

const CAUSES = V.SLOW_CAUSES.length;

export class CpuCrowded {
  readonly #hosts: H.Hosts;
  readonly #vms: V.Vms;
  readonly #kinds: WorkKinds;
  // Scratch, one entry a VM of the host.
  #need = new Float64Array(64);
  #weight = new Float64Array(64);
  #floor = new Float64Array(64);
  #alloc = new Float64Array(64);

  constructor(hosts: H.Hosts, vms: V.Vms, kinds: WorkKinds) {
    this.#hosts = hosts;
    this.#vms = vms;
    this.#kinds = kinds;
  }

  /** Computes the rates of host `h`, which is on. False when its threads share cores: that is not known here. */
  solve(h: number): boolean {
    const { row, members, start, vms: counts, guestMHz, quietMHz, classes, classOf, slow, reserved } = this.#hosts;
    const { row: vm, weight, classes: vmClasses, classOf: vmClassOf } = this.#vms;
    const n = counts[h];
    const first = start[h];
    if (n > this.#need.length) this.#grow(2 * n);
    const need = this.#need;
    let needs = 0;
    for (let i = 0; i < n; i++) {
      const p = members[first + i] * V.VM_ROW;
      const x = Math.min(vm[p + V.DEMAND] * vm[p + V.PER_WORK] + vm[p + V.IO_MHZ], vm[p + V.CAP_MHZ]);
      need[i] = x;
      needs += x;
    }
    if (quietMHz[h] !== guestMHz[h] && needs > quietMHz[h] && quietMHz[h] > 0) return false;
    const capacity = Math.max(0, guestMHz[h]);
    const { schedulingSlope, coStopPerVcpu } = classes[classOf[h]].hypervisor;
    let alloc = need;
    let used = needs;
    let scheduling = 0;
    let coStop = 0;
    if (needs > capacity) {
      const ratio = capacity > 0 ? needs / capacity : 1;
      scheduling = schedulingLoss(schedulingSlope, ratio);
      coStop = coStopAt(ratio, coStopPerVcpu);
      const floor = reserved[h] === 1 ? this.#floor : null;
      for (let i = 0; i < n; i++) {
        const v = members[first + i];
        this.#weight[i] = weight[v];
        if (floor !== null) floor[i] = vmClasses[vmClassOf[v]].reservationMHz;
      }
      alloc = this.#alloc;
      divvyInto(capacity, n, need, this.#weight, floor, null, alloc);
      used = 0;
      for (let i = 0; i < n; i++) used += alloc[i];
    }
    this.#book(h, alloc, scheduling, coStop);
    slow[h] = H.CROWDED;
    setPower(this.#hosts, h, used / row[h * H.HOST_ROW + H.CORE_MHZ]);
    return true;
  }

  /** Books what each VM does with its share, and what it misses. */
  #book(h: number, alloc: Float64Array, bySwitching: number, coStop: number): void {
    V.needSlowColumns(this.#vms);
    const { row, members, start, vms: counts, classOf } = this.#hosts;
    const { row: vm, vcpus, waitMHz, shortMHz, mix, slowRate } = this.#vms;
    const o = h * H.HOST_ROW;
    const n = counts[h];
    const first = start[h];
    const hostClass = classOf[h];
    let guest = 0;
    let trap = 0;
    let paging = 0;
    let ioPath = 0;
    let switching = 0;
    let stopped = 0;
    let demand = 0;
    let needs = 0;
    let wait = 0;
    let slowByWait = 0;
    let slowByOverhead = 0;
    let slowByCoStop = 0;
    for (let i = 0; i < n; i++) {
      const v = members[first + i];
      const p = v * V.VM_ROW;
      const k = v * CAUSES;
      const share = alloc[i];
      const x = this.#need[i];
      needs += x;
      waitMHz[v] = x - share;
      wait += x - share;
      vm[p + V.USE] = share;
      if (x === 0) {
        vm[p + V.DONE] = 0;
        shortMHz[v] = 0;
        slowRate[k + V.SLOW_WAIT] = 0;
        slowRate[k + V.SLOW_OVERHEAD] = 0;
        slowRate[k + V.SLOW_CO_STOP] = 0;
        continue;
      }
      const d = vm[p + V.DEMAND];
      const perWork = vm[p + V.PER_WORK];
      const cap = vm[p + V.CAP_MHZ];
      const byCoStop = coStopLoss(coStop, vcpus[v], bySwitching);
      const useful = 1 - bySwitching - byCoStop;
      const granted = share / x;
      // Held only by its own size, it would do `full` (its I/O goes first, as far as it fits); native, it would do `wanted`.
      const ownIo = Math.min(vm[p + V.IO_MHZ], cap);
      const full = d * perWork + vm[p + V.IO_MHZ] >= cap ? (cap - ownIo) / perWork : d;
      const wanted = Math.min(d, cap);
      const work = full * granted * useful;
      vm[p + V.DONE] = work;
      const cost = this.#kinds.cost(hostClass, mix[v]);
      guest += work;
      trap += work * cost.trap;
      paging += work * cost.paging;
      ioPath += work * cost.ioPath + ownIo * granted * useful;
      switching += share * bySwitching;
      stopped += share * byCoStop;
      const asked = d === Number.POSITIVE_INFINITY ? wanted : d;
      demand += asked;
      shortMHz[v] = asked - work;
      let onWait = 0;
      let onOverhead = 0;
      let onCoStop = 0;
      if (wanted > 0) {
        // Each cause takes its part of what those before it left.
        const atSize = full / wanted;
        const onCpu = atSize * granted;
        onWait = atSize * (1 - granted);
        onOverhead = (wanted - full) / wanted + onCpu * bySwitching;
        onCoStop = onCpu * byCoStop;
      }
      slowRate[k + V.SLOW_WAIT] = onWait;
      slowRate[k + V.SLOW_OVERHEAD] = onOverhead;
      slowRate[k + V.SLOW_CO_STOP] = onCoStop;
      slowByWait += onWait;
      slowByOverhead += onOverhead;
      slowByCoStop += onCoStop;
    }
    const perMHz = 1 / row[o + H.CORE_MHZ];
    row[o + H.RATE + H.GUEST] = guest * perMHz;
    row[o + H.RATE + H.TRAP] = trap * perMHz;
    row[o + H.RATE + H.PAGING] = paging * perMHz;
    row[o + H.RATE + H.IO_PATH] = ioPath * perMHz;
    row[o + H.RATE_MORE + H.SCHEDULING - H.QUIET_CAUSES] = switching * perMHz;
    row[o + H.RATE_MORE + H.CO_STOP - H.QUIET_CAUSES] = stopped * perMHz;
    row[o + H.NEED_RATE] = needs * perMHz;
    row[o + H.DEMAND_RATE] = demand * perMHz;
    row[o + H.WAIT_RATE] = wait * perMHz;
    row[o + H.SLOW + V.SLOW_WAIT] = slowByWait;
    row[o + H.SLOW + V.SLOW_OVERHEAD] = slowByOverhead;
    row[o + H.SLOW + V.SLOW_CO_STOP] = slowByCoStop;
  }

  /** Brings what is in use of a crowded host's second half, and its VMs' slow columns, `dt` seconds on. */
  settle(h: number, dt: number, joulesPerCore: number): void {
    const { row, members, start, vms: counts } = this.#hosts;
    const { waitMHz, shortMHz, waitCoreS, shortCoreS, slowRate, slowSeconds } = this.#vms;
    const o = h * H.HOST_ROW;
    for (let c = H.SCHEDULING - H.QUIET_CAUSES; c <= H.CO_STOP - H.QUIET_CAUSES; c++) {
      const rate = row[o + H.RATE_MORE + c];
      row[o + H.CORE_S_MORE + c] += rate * dt;
      row[o + H.JOULES_MORE + c] += rate * joulesPerCore;
    }
    for (let s = V.SLOW_WAIT; s <= V.SLOW_CO_STOP; s++) row[o + H.SLOW_VM_S + s] += row[o + H.SLOW + s] * dt;
    const toCoreS = dt / row[o + H.CORE_MHZ];
    for (let i = start[h], end = i + counts[h]; i < end; i++) {
      const v = members[i];
      waitCoreS[v] += waitMHz[v] * toCoreS;
      shortCoreS[v] += shortMHz[v] * toCoreS;
      const k = v * CAUSES;
      slowSeconds[k + V.SLOW_WAIT] += slowRate[k + V.SLOW_WAIT] * dt;
      slowSeconds[k + V.SLOW_OVERHEAD] += slowRate[k + V.SLOW_OVERHEAD] * dt;
      slowSeconds[k + V.SLOW_CO_STOP] += slowRate[k + V.SLOW_CO_STOP] * dt;
    }
  }

  #grow(size: number): void {
    this.#need = new Float64Array(size);
    this.#weight = new Float64Array(size);
    this.#floor = new Float64Array(size);
    this.#alloc = new Float64Array(size);
  }
}
