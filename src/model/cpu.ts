/**
 * CPU of a host: who gets how much, what of it is useful, and where the rest goes.
 *
 * For VM v that asks for d MHz of guest work on hypervisor h (perWork, causes: efficiency.ts):
 *
 *   need_v   = min(d perWork + io_v, cap_v) x stall  cap_v = threads x core speed, or its limit
 *   alloc    = divvy(guest capacity; need, shares, reservations)      weighted max-min; equal to need when all fits
 *   ratio    = sum of needs / guest capacity         runnable vCPUs per core in the fluid limit
 *   loss_v   = slope (ratio - 1) + coStop (vCPUs - 4 when ratio > 2)  only when ratio > 1; at most 0.9
 *   done_v   = full_v x stall x burn x alloc_v / need_v x (1 - loss_v)     full_v = (min(d perWork + io_v, cap_v) - io_v) / perWork
 *
 * stall = memory x disk x network, burn = interference: drag factors (drag.ts), 1 for most VMs at most times.
 *
 * I/O that the product handles outside the VMs goes to the control domain, up to what is reserved for it (beyond that
 * all I/O, and the work that waits for it, slows in proportion), or to the host OS, which beyond the reserve competes
 * with the VMs as an equal. Ready time is need - alloc.
 *
 * `settle` is the only writer of integrals; every change of a rate calls it first. `solve` computes the rates anew.
 * Between them the rates are constant, so the integrals are exact. Proved by test/cases/cpu.test.ts and the swarm.
 */
import { divvyInto } from "../sharing/divvy.ts";
import { type WorkCost, workCost } from "./efficiency.ts";
import * as H from "./hosts.ts";
import type { Totals } from "./playback.ts";
import type { WorkMix } from "./spec.ts";
import * as V from "./vms.ts";

const HIGHEST_LOSS = 0.9;
const CO_STOP_FREE_VCPUS = 4;
const CO_STOP_RATIO = 2;
const SHORT_FROM = 1e-9;
const CAUSES = V.SLOW_CAUSES.length;
const DRAGS = V.DRAGS.length;
/** Bits of `hosts.slow`: VMs' slow columns in use; rare causes in use. */
const SLOW_VMS = 1;
const RARE_CAUSES = 2;

export class Cpu {
  /** Sums over all hosts since somebody last took them; hosts that play a trace add to them by themselves. */
  readonly totals: Totals = { joules: 0, onSeconds: 0, usedCoreS: 0, needCoreS: 0, demandCoreS: 0, onCoreS: 0, waitCoreS: 0, runningVmS: 0 };
  readonly #hosts: H.Hosts;
  readonly #vms: V.Vms;
  /** Cost of work by host class and mix: `[hostClass * mixes + mix]`. */
  readonly #costs: readonly WorkCost[];
  readonly #mixes: number;
  // Scratch of the slow path, one entry a VM of the host, one for its host OS and one for copying VMs.
  #need = new Float64Array(64);
  #weight = new Float64Array(64);
  #floor = new Float64Array(64);
  #alloc = new Float64Array(64);

  constructor(hosts: H.Hosts, vms: V.Vms, mixes: readonly WorkMix[]) {
    this.#hosts = hosts;
    this.#vms = vms;
    this.#mixes = mixes.length;
    this.#costs = hosts.classes.flatMap((c) => mixes.map((mix) => workCost(c.hypervisor, mix)));
  }

  cost(h: number, mix: number): WorkCost {
    return this.#costs[this.#hosts.classOf[h] * this.#mixes + mix];
  }

  /** Brings the integrals of host `h` and its VMs up to time `t`. Call before anything that changes a rate. */
  settle(h: number, t: number): void {
    const { row, state, slow } = this.#hosts;
    const o = h * H.HOST_ROW;
    const dt = t - row[o + H.SETTLED];
    if (dt === 0) return;
    if (!(dt > 0)) throw new Error(`host ${this.#hosts.name(h)} settled at ${row[o + H.SETTLED]} s, then at ${t} s: time went back`);
    row[o + H.SETTLED] = t;
    if (state[h] !== H.ON) {
      row[o + (state[h] === H.FAILED ? H.FAILED_CORE_S : H.OFF_CORE_S)] += row[o + H.CORES] * dt;
      row[o + H.OFF_S] += dt;
      if (state[h] === H.FAILED) this.#hosts.failedJoules[h] += row[o + H.WATTS] * dt;
      else row[o + (H.inTransition(state[h]) ? H.TRANSITION_JOULES : H.OFF_JOULES)] += row[o + H.WATTS] * dt;
      row[o + H.ALL_JOULES] += row[o + H.WATTS] * dt;
      this.totals.joules += row[o + H.WATTS] * dt;
      return;
    }
    const joulesPerCore = row[o + H.WATTS_PER_CORE] * dt;
    for (let c = 0; c < H.QUIET_CAUSES; c++) {
      const rate = row[o + H.RATE + c];
      row[o + H.CORE_S + c] += rate * dt;
      row[o + H.JOULES + c] += rate * joulesPerCore;
    }
    row[o + H.IDLE_CORE_S] += row[o + H.IDLE_RATE] * dt;
    row[o + H.NEED_CORE_S] += row[o + H.NEED_RATE] * dt;
    row[o + H.DEMAND_CORE_S] += row[o + H.DEMAND_RATE] * dt;
    row[o + H.IDLE_JOULES] += row[o + H.IDLE_WATTS] * dt;
    row[o + H.ALL_JOULES] += row[o + H.WATTS] * dt;
    row[o + H.ON_S] += dt;
    row[o + H.RUNNING_VM_S] += row[o + H.RUNNING] * dt;
    const { totals } = this;
    totals.joules += row[o + H.WATTS] * dt;
    totals.onSeconds += dt;
    totals.usedCoreS += (row[o + H.CORES] - row[o + H.IDLE_RATE]) * dt;
    totals.needCoreS += row[o + H.NEED_RATE] * dt;
    totals.demandCoreS += row[o + H.DEMAND_RATE] * dt;
    totals.onCoreS += row[o + H.CORES] * dt;
    totals.runningVmS += row[o + H.RUNNING] * dt;
    if (slow[h] !== 0) this.#settleSlow(h, dt, joulesPerCore);

    const { members, start, vms } = this.#hosts;
    const vm = this.#vms.row;
    const toCoreS = dt / row[o + H.CORE_MHZ];
    const toJoules = joulesPerCore / row[o + H.CORE_MHZ];
    for (let i = start[h], end = i + vms[h]; i < end; i++) {
      const p = members[i] * V.VM_ROW;
      vm[p + V.DONE_CORE_S] += vm[p + V.DONE] * toCoreS;
      vm[p + V.VM_JOULES] += vm[p + V.USE] * toJoules;
    }
  }

  #settleSlow(h: number, dt: number, joulesPerCore: number): void {
    const { row, slow, members, start, vms } = this.#hosts;
    const o = h * H.HOST_ROW;
    for (let c = 0; c < H.CAUSES.length - H.QUIET_CAUSES; c++) {
      const rate = row[o + H.RATE_MORE + c];
      row[o + H.CORE_S_MORE + c] += rate * dt;
      row[o + H.JOULES_MORE + c] += rate * joulesPerCore;
    }
    if ((slow[h] & SLOW_VMS) === 0) return;
    row[o + H.WAIT_CORE_S] += row[o + H.WAIT_RATE] * dt;
    // Below this share of the host, what is missing is rounding.
    if (row[o + H.WAIT_RATE] > SHORT_FROM * row[o + H.CORES]) row[o + H.SHORT_S] += dt;
    this.totals.waitCoreS += row[o + H.WAIT_RATE] * dt;
    for (let s = 0; s < CAUSES; s++) row[o + H.SLOW_VM_S + s] += row[o + H.SLOW + s] * dt;
    const { waitMHz, shortMHz, copyShortMHz, waitCoreS, shortCoreS, copyShortCoreS, slowRate, slowSeconds } = this.#vms;
    const toCoreS = dt / row[o + H.CORE_MHZ];
    for (let i = start[h], end = i + vms[h]; i < end; i++) {
      const v = members[i];
      waitCoreS[v] += waitMHz[v] * toCoreS;
      shortCoreS[v] += shortMHz[v] * toCoreS;
      copyShortCoreS[v] += copyShortMHz[v] * toCoreS;
      for (let k = v * CAUSES, end = k + CAUSES; k < end; k++) slowSeconds[k] += slowRate[k] * dt;
    }
  }

  /** Computes the rates of host `h` from its VMs' demands. Integrals must be settled. */
  solve(h: number): void {
    const { row, state, members, start, vms, guestMHz, hostOsMHz, outsideIoMHz, copyCores, copiedVms, dragged } = this.#hosts;
    const o = h * H.HOST_ROW;
    if (state[h] !== H.ON) {
      row[o + H.WATTS] = this.#wattsWithoutWork(h);
      row[o + H.RUNNING] = 0;
      return;
    }
    const vm = this.#vms.row;
    let need = 0;
    let done = 0;
    let io = 0;
    let held = false;
    for (let i = start[h], end = i + vms[h]; i < end; i++) {
      const p = members[i] * V.VM_ROW;
      const d = vm[p + V.DEMAND];
      const ownIo = vm[p + V.IO_MHZ];
      const x = d * vm[p + V.PER_WORK] + ownIo;
      if (x > vm[p + V.CAP_MHZ]) {
        held = true;
        break;
      }
      vm[p + V.DONE] = d;
      vm[p + V.USE] = x;
      done += d;
      need += x;
      io += ownIo;
    }
    if (held || need > guestMHz[h] || hostOsMHz[h] > 0 || outsideIoMHz[h] > 0 || copyCores[h] > 0 || copiedVms[h] > 0 || dragged[h] > 0) this.#solveSlow(h);
    else this.#solveQuiet(h, need, done, io);
  }

  /** Power of a host that is not on. */
  #wattsWithoutWork(h: number): number {
    const { state, curves, curveOf, classes, classOf } = this.#hosts;
    const { transitions } = classes[classOf[h]];
    const full = (): number => curves.watts(curveOf[h], 1);
    switch (state[h]) {
      case H.OFF:
        return curves.offWatts(curveOf[h]);
      case H.ASLEEP:
        return transitions.sleepWatts;
      case H.BOOTING_HOST:
      case H.WAKING:
        return transitions.bootWatts ?? full();
      case H.STOPPING:
      case H.SUSPENDING:
        return transitions.shutdownWatts ?? full();
      default: {
        const { failedWatts = 0 } = transitions;
        return failedWatts ?? curves.watts(curveOf[h], 0);
      }
    }
  }

  /** Everybody has what it asked for, and nothing runs outside the VMs. */
  #solveQuiet(h: number, need: number, done: number, io: number): void {
    const { row, mix, members, start, vms, slow } = this.#hosts;
    const o = h * H.HOST_ROW;
    const perMHz = 1 / row[o + H.CORE_MHZ];
    let trap = 0;
    let paging = 0;
    let ioPath = io;
    if (mix[h] >= 0) {
      const cost = this.cost(h, mix[h]);
      trap = done * cost.trap;
      paging = done * cost.paging;
      ioPath += done * cost.ioPath;
    } else {
      const vm = this.#vms.row;
      for (let i = start[h], end = i + vms[h]; i < end; i++) {
        const v = members[i];
        const cost = this.cost(h, this.#vms.mix[v]);
        trap += vm[v * V.VM_ROW + V.DONE] * cost.trap;
        paging += vm[v * V.VM_ROW + V.DONE] * cost.paging;
        ioPath += vm[v * V.VM_ROW + V.DONE] * cost.ioPath;
      }
    }
    row[o + H.RATE + H.GUEST] = done * perMHz;
    row[o + H.RATE + H.TRAP] = trap * perMHz;
    row[o + H.RATE + H.PAGING] = paging * perMHz;
    row[o + H.RATE + H.IO_PATH] = ioPath * perMHz;
    row[o + H.NEED_RATE] = need * perMHz;
    row[o + H.DEMAND_RATE] = done * perMHz;
    slow[h] = 0;
    this.#setPower(h, need * perMHz);
  }

  /** Somebody is held back, or part of the CPU goes to a control domain or host OS. */
  #solveSlow(h: number): void {
    const { row, members, start, vms, guestMHz, hostOsMHz, outsideIoMHz, reservedMHz, reserved, classes, classOf, slow, copyCores } = this.#hosts;
    const {
      row: vm,
      weight,
      classes: vmClasses,
      classOf: vmClassOf,
      vcpus,
      waitMHz,
      shortMHz,
      copyShortMHz,
      outsideIoMHz: vmOutside,
      mix,
      copyLoss,
      throttle: kept,
      dragged,
    } = this.#vms;
    if (this.#vms.slowRate.length === 0) {
      this.#vms.slowRate = new Float64Array(this.#vms.count * CAUSES);
      this.#vms.slowSeconds = new Float64Array(this.#vms.count * CAUSES);
    }
    const { slowRate, drag } = this.#vms;
    const o = h * H.HOST_ROW;
    const n = vms[h];
    const first = start[h];
    const hypervisor = classes[classOf[h]].hypervisor;
    if (n + 2 > this.#need.length) this.#grow(2 * (n + 2));
    const needs = this.#need;

    // I/O outside the VMs: the control domain has what is reserved for it; the host OS also competes for more.
    let hostOs = hostOsMHz[h];
    let control = 0;
    let throttle = 1;
    if (outsideIoMHz[h] > 0) {
      if (hypervisor.ioChargedTo === "host-os") hostOs += outsideIoMHz[h];
      else {
        if (outsideIoMHz[h] > reservedMHz[h]) throttle = reservedMHz[h] / outsideIoMHz[h];
        control = outsideIoMHz[h] * throttle;
      }
    }
    const hostOsKept = Math.min(hostOs, reservedMHz[h] - control);
    const hostOsExtra = hostOs - hostOsKept;
    // Copying VMs competes like one more program.
    const copy = copyCores[h] * row[o + H.CORE_MHZ];
    const others = hostOsExtra + copy;

    let sum = 0;
    let anyReservation = false;
    for (let i = 0; i < n; i++) {
      const v = members[first + i];
      const p = v * V.VM_ROW;
      let x = Math.min(vm[p + V.DEMAND] * vm[p + V.PER_WORK] + vm[p + V.IO_MHZ], vm[p + V.CAP_MHZ]);
      if (throttle < 1 && vmOutside[v] > 0) x *= throttle;
      if (dragged[v] !== 0) x *= stall(drag, v);
      needs[i] = x;
      sum += x;
    }
    const capacity = guestMHz[h];
    const short = sum + others > capacity;
    const alloc = short ? this.#alloc : needs;
    let schedulingLoss = 0;
    let coStop = 0;
    if (short) {
      for (let i = 0; i < n; i++) {
        this.#weight[i] = weight[members[first + i]];
        const floor = vmClasses[vmClassOf[members[first + i]]].reservationMHz;
        this.#floor[i] = floor;
        if (floor > 0) anyReservation = reserved[h] === 1;
      }
      needs[n] = hostOsExtra;
      needs[n + 1] = copy;
      this.#weight[n] = Math.max(1, Math.ceil(hostOsExtra / row[o + H.CORE_MHZ]));
      this.#weight[n + 1] = Math.max(1, Math.ceil(copyCores[h]));
      this.#floor[n] = 0;
      this.#floor[n + 1] = 0;
      divvyInto(capacity, n + 2, needs, this.#weight, anyReservation ? this.#floor : null, null, this.#alloc);
      const ratio = (sum + others) / capacity;
      schedulingLoss = Math.min(HIGHEST_LOSS, hypervisor.schedulingSlope * (ratio - 1));
      if (ratio > CO_STOP_RATIO) coStop = hypervisor.coStopPerVcpu;
    }

    let guest = 0;
    let trap = 0;
    let paging = 0;
    let ioPath = 0;
    let scheduling = 0;
    let stopped = 0;
    let demand = 0;
    let wait = 0;
    let migration = 0;
    let stalled = 0;
    for (let s = 0; s < CAUSES; s++) row[o + H.SLOW + s] = 0;
    for (let i = 0; i < n; i++) {
      const v = members[first + i];
      const p = v * V.VM_ROW;
      const d = vm[p + V.DEMAND];
      const perWork = vm[p + V.PER_WORK];
      const cap = vm[p + V.CAP_MHZ];
      const share = alloc[i];
      const x = needs[i];
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
      const coStopLoss = coStop > 0 ? Math.min(HIGHEST_LOSS - schedulingLoss, coStop * Math.max(0, vcpus[v] - CO_STOP_FREE_VCPUS)) : 0;
      // What being copied costs the guest (write faults, dirty tracking) comes off the rest.
      const copied = (1 - schedulingLoss - coStopLoss) * copyLoss[v];
      const useful = 1 - schedulingLoss - coStopLoss - copied;
      const granted = share / x;
      const slowedIo = throttle < 1 && vmOutside[v] > 0 ? throttle : 1;
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
      const work = full * free * slowedIo * granted * useful;
      vm[p + V.DONE] = work;
      const cost = this.cost(h, mix[v]);
      guest += work;
      trap += work * cost.trap;
      paging += work * cost.paging;
      ioPath += work * cost.ioPath + ownIo * free * slowedIo * granted * useful;
      scheduling += share * schedulingLoss;
      stopped += share * coStopLoss;
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
        slowRate[k + V.SLOW_WAIT] = rest * slowedIo * (1 - granted);
        slowRate[k + V.SLOW_OVERHEAD] = (native - full) / wanted + rest * slowedIo * granted * schedulingLoss;
        slowRate[k + V.SLOW_CO_STOP] = rest * slowedIo * granted * coStopLoss;
        slowRate[k + V.SLOW_MIGRATION] = 1 - native / wanted + rest * slowedIo * granted * copied;
        copyShortMHz[v] = slowRate[k + V.SLOW_MIGRATION] * wanted;
        for (let s = 0; s < CAUSES; s++) row[o + H.SLOW + s] += slowRate[k + s];
      } else slowRate.fill(0, k, k + CAUSES);
    }
    const hostOsUsed = hostOsKept + (short ? alloc[n] : hostOsExtra);
    const copyUsed = short ? alloc[n + 1] : copy;
    const perMHz = 1 / row[o + H.CORE_MHZ];
    row[o + H.RATE + H.GUEST] = guest * perMHz;
    row[o + H.RATE + H.TRAP] = trap * perMHz;
    row[o + H.RATE + H.PAGING] = paging * perMHz;
    row[o + H.RATE + H.IO_PATH] = ioPath * perMHz;
    const more = o + H.RATE_MORE - H.QUIET_CAUSES;
    row[more + H.SCHEDULING] = scheduling * perMHz;
    row[more + H.CO_STOP] = stopped * perMHz;
    row[more + H.MIGRATION] = (migration + copyUsed) * perMHz;
    row[more + H.CONTROL] = control * perMHz;
    row[more + H.HOST_OS] = hostOsUsed * perMHz;
    row[more + H.STALLED] = stalled * perMHz;
    row[o + H.NEED_RATE] = sum * perMHz;
    row[o + H.DEMAND_RATE] = demand * perMHz;
    row[o + H.WAIT_RATE] = wait * perMHz;
    slow[h] = SLOW_VMS | RARE_CAUSES;
    let used = 0;
    if (short) for (let i = 0; i < n; i++) used += alloc[i];
    else used = sum;
    this.#setPower(h, (used + control + hostOsUsed + copyUsed) * perMHz);
  }

  /** Idle rate and power for `used` cores in use. */
  #setPower(h: number, used: number): void {
    const { row, curves, curveOf } = this.#hosts;
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
    this.#hosts.expectedMHz[h] = 0;
  }

  #grow(size: number): void {
    this.#need = new Float64Array(size);
    this.#weight = new Float64Array(size);
    this.#floor = new Float64Array(size);
    this.#alloc = new Float64Array(size);
  }
}

/** Share of its need for CPU that the waiting for memory, disk and network leaves a dragged VM. */
const stall = (drag: Float64Array, v: number): number => drag[v * DRAGS + V.BY_MEMORY] * drag[v * DRAGS + V.BY_DISK] * drag[v * DRAGS + V.BY_NETWORK];
