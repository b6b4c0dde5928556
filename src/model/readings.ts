/** What hosts and VMs do now and have done so far, those included that merely play a trace and whose rows stand still meanwhile. */
import type { Cpu } from "./cpu.ts";
import * as H from "./hosts.ts";
import { TOTALS, type Totals } from "./playback.ts";
import type { Settling } from "./settling.ts";
import * as V from "./vms.ts";

export class Readings {
  readonly #hosts: H.Hosts;
  readonly #vms: V.Vms;
  readonly #cpu: Cpu;
  readonly #settling: Settling;

  constructor(hosts: H.Hosts, vms: V.Vms, cpu: Cpu, settling: Settling) {
    this.#hosts = hosts;
    this.#vms = vms;
    this.#cpu = cpu;
    this.#settling = settling;
  }

  /** Sums over all hosts between the last call and the last `settleAll`; they begin again at 0. */
  takeTotals(): Totals {
    const { totals } = this.#cpu;
    const taken = { ...totals };
    for (const name of TOTALS) totals[name] = 0;
    return taken;
  }

  /** Brings every integral of the hosts up to `t`. */
  settleAll(t: number): void {
    for (const playback of this.#settling.playbacks) playback.advance(t);
    if (this.#settling.allPlay) return;
    for (let h = 0; h < this.#hosts.count; h++) if (this.#settling.playbackOf(h) === undefined) this.#cpu.settle(h, t);
  }

  /** The same, and the work and energy of every VM, those of hosts that play a trace included. */
  settleVms(t: number): void {
    this.settleAll(t);
    for (const playback of this.#settling.playbacks) playback.makeUp();
  }

  /** Guest work that VM `v` asks for now, MHz; Infinity = all it can get. */
  demandMHz(v: number): number {
    const h = this.#vms.host[v];
    return (h < 0 ? undefined : this.#settling.playbackOf(h)?.demandMHz(v)) ?? this.#vms.row[v * V.VM_ROW + V.DEMAND];
  }

  /** Guest work VM `v` has done, MHz s, at the speed of its last host. */
  doneMHzSeconds(v: number): number {
    const { row, lastHost } = this.#vms;
    return lastHost[v] < 0 ? 0 : row[v * V.VM_ROW + V.DONE_CORE_S] * this.#hosts.row[lastHost[v] * H.HOST_ROW + H.CORE_MHZ];
  }

  /** CPU of host `h` in use now, cores. */
  usedCores(h: number): number {
    const { row, state } = this.#hosts;
    const o = h * H.HOST_ROW;
    return this.#settling.playbackOf(h)?.usedCores(h) ?? (state[h] === H.ON ? row[o + H.CORES] - row[o + H.IDLE_RATE] : 0);
  }

  /** Share of the time that the busiest core of the host is busy: no less than the mean, nor than the vCPUs of its busiest VM. */
  busiestShare(h: number): number {
    const { row, members, start, vms: counts } = this.#hosts;
    const { state, threads, row: vm } = this.#vms;
    const coreMHz = row[h * H.HOST_ROW + H.CORE_MHZ];
    let most = this.usedCores(h) / row[h * H.HOST_ROW + H.CORES];
    for (let i = start[h], end = i + counts[h]; i < end; i++) {
      const v = members[i];
      if (state[v] === V.RUNNING_VM && threads[v] > 0) most = Math.max(most, vm[v * V.VM_ROW + V.USE] / (threads[v] * coreMHz));
    }
    return most;
  }

  /** Core-seconds used by host `h` so far; everything must be settled. */
  usedCoreSeconds(h: number): number {
    const { row } = this.#hosts;
    const o = h * H.HOST_ROW;
    return row[o + H.ON_S] * row[o + H.CORES] - row[o + H.IDLE_CORE_S] + (this.#settling.playbackOf(h)?.usedCoreSeconds(h) ?? 0);
  }

  /** Energy of host `h` so far, J; everything must be settled. */
  joules(h: number): number {
    return this.#hosts.row[h * H.HOST_ROW + H.ALL_JOULES] + (this.#settling.playbackOf(h)?.joules(h) ?? 0);
  }

  /** Seconds host `h` has been on; everything must be settled. */
  onSeconds(h: number): number {
    return this.#hosts.row[h * H.HOST_ROW + H.ON_S] + (this.#settling.playbackOf(h)?.onSeconds(h) ?? 0);
  }

  /** Writes the VM-seconds run on each host; everything must be settled. */
  readRunningVmSeconds(into: Float64Array): void {
    const { row, count } = this.#hosts;
    for (let h = 0; h < count; h++) into[h] = row[h * H.HOST_ROW + H.RUNNING_VM_S];
    for (const playback of this.#settling.playbacks) playback.addRunningVmSeconds(into);
  }
}
