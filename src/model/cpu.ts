/**
 * CPU of a host: what it does now, and the integrals of that.
 *
 * For VM v that asks for d MHz of guest work on hypervisor h (perWork, causes: efficiency.ts) its need is
 *
 *   need_v = min(d perWork + io_v, cap_v)            cap_v = threads x core speed, or its limit
 *
 * While nobody is held by its size, all needs fit the cores (physical ones: hyperthreads share theirs), and nothing beside the
 * VMs wants CPU, everybody gets its need; that is the quiet path here. Where they want more than there is and nothing else is
 * the matter, cpu-crowded.ts shares it out; everything else is cpu-short.ts. All book the same accounts.
 *
 * `settle` is the only writer of integrals; every change of a rate calls it first. `solve` computes the rates anew.
 * Between them the rates are constant, so the integrals are exact. Proved by test/cases/cpu.test.ts and the swarm.
 */
import { CpuCrowded } from "./cpu-crowded.ts";
import { CpuShort, setPower } from "./cpu-short.ts";
import type { WorkCost } from "./efficiency.ts";
import * as H from "./hosts.ts";
import type { WorkKinds } from "./kinds.ts";
import type { Totals } from "./playback.ts";
import type { Pools } from "./pools.ts";
import * as V from "./vms.ts";

const SHORT_FROM = 1e-9;
const CAUSES = V.SLOW_CAUSES.length;

export class Cpu {
  /** Sums over all hosts since somebody last took them; hosts that play a trace add to them by themselves. */
  readonly totals: Totals = { joules: 0, onSeconds: 0, usedCoreS: 0, needCoreS: 0, demandCoreS: 0, onCoreS: 0, waitCoreS: 0, runningVmS: 0 };
  readonly #hosts: H.Hosts;
  readonly #vms: V.Vms;
  readonly #kinds: WorkKinds;
  readonly #crowded: CpuCrowded;
  readonly #short: CpuShort;

  constructor(hosts: H.Hosts, vms: V.Vms, kinds: WorkKinds, pools: Pools | null) {
    this.#hosts = hosts;
    this.#vms = vms;
    this.#kinds = kinds;
    this.#crowded = new CpuCrowded(hosts, vms, kinds);
    this.#short = new CpuShort(hosts, vms, kinds, pools);
  }

  /** What a unit of work of that kind costs on host `h`. */
  cost(h: number, kind: number): WorkCost {
    return this.#kinds.cost(this.#hosts.classOf[h], kind);
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
    const { row, members, start, vms, slow, slowed } = this.#hosts;
    const o = h * H.HOST_ROW;
    slowed[h] = 1;
    row[o + H.WAIT_CORE_S] += row[o + H.WAIT_RATE] * dt;
    // Below this share of the host, what is missing is rounding.
    if (row[o + H.WAIT_RATE] > SHORT_FROM * row[o + H.CORES]) row[o + H.SHORT_S] += dt;
    this.totals.waitCoreS += row[o + H.WAIT_RATE] * dt;
    if (slow[h] === H.CROWDED) return this.#crowded.settle(h, dt, joulesPerCore);
    for (let c = 0; c < H.CAUSES.length - H.QUIET_CAUSES; c++) {
      const rate = row[o + H.RATE_MORE + c];
      row[o + H.CORE_S_MORE + c] += rate * dt;
      row[o + H.JOULES_MORE + c] += rate * joulesPerCore;
    }
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
    const { row, state, members, start, vms, quietMHz, hostOsMHz, outsideIoMHz, copyCores, copiedVms, dragged, special, ownedCores } = this.#hosts;
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
    const beside = hostOsMHz[h] > 0 || outsideIoMHz[h] > 0 || copyCores[h] > 0 || copiedVms[h] > 0;
    const usual = !(beside || dragged[h] > 0 || special[h] > 0);
    if (usual && !held && need <= quietMHz[h]) this.#solveQuiet(h, need, done, io);
    else if (!usual || ownedCores[h] > 0 || !this.#crowded.solve(h)) this.#short.solve(h);
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
    setPower(this.#hosts, h, need * perMHz);
  }
}
