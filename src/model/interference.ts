/**
 * Interference: VMs on one host crowd each other's caches and memory bandwidth, whatever the CPU scheduler does.
 *
 * Each kind of work presses on what the cores of a host share, and is sensitive to pressure by others:
 *
 *   P_v        = sum over its running neighbours u of  pressure_u x CPU in use by u / CPU of all cores      at most 1
 *   slowdown_v = 1 + sensitivity_v x P_v
 *
 * pressure and sensitivity are means over the VM's mix of work. A host full of memory-bound neighbours presses with 1. The CPU
 * stays taken (drag.ts): stalls are an account of the CPU ledger. So whatever holds a neighbour's CPU down (its limit, a
 * reservation of others, another host) holds its pressure down. A VM with cores of its own shares the caches of its NUMA node only as
 * far as others run there: both what it suffers and what it causes shrink by owned cores / cores of a node.
 *
 * The form is that of bubble-up (J. Mars et al., MICRO 2011): one pressure and one sensitivity for each program. The numbers are
 * estimates; published losses reach from nothing to twice the time. Who took how much from whom is kept for each pair in which one
 * makes up a twentieth of the pressure or more. Proved by test/cases/interference.test.ts.
 */
import { BY_INTERFERENCE, type Drag } from "./drag.ts";
import * as H from "./hosts.ts";
import type { InterferenceSpec, KindPressure } from "./spec.ts";
import * as V from "./vms.ts";

/** Neighbours below this share of the pressure are not told apart. */
const TOLD_FROM = 0.05;
/** Changes of a factor below this are rounding. */
const SAME = 1e-12;

export class Interference {
  readonly #hosts: H.Hosts;
  readonly #vms: V.Vms;
  readonly #drag: Drag;
  /** By VM class. */
  readonly #pressureOf: readonly number[];
  readonly #sensitivityOf: readonly number[];
  /** Pressure each VM causes now. */
  readonly #presses: Float64Array;
  readonly #settledAt: Float64Array;
  /** VM-seconds that a neighbour took: key victim x VMs + neighbour. */
  readonly taken = new Map<number, number>();

  constructor(hosts: H.Hosts, vms: V.Vms, drag: Drag, spec: InterferenceSpec) {
    this.#hosts = hosts;
    this.#vms = vms;
    this.#drag = drag;
    const mean = (what: keyof KindPressure) =>
      vms.classes.map(({ mix }) => mix.cpu * spec.cpu[what] + mix.memory * spec.memory[what] + mix.oltp * spec.oltp[what]);
    this.#pressureOf = mean("pressure");
    this.#sensitivityOf = mean("sensitivity");
    this.#presses = new Float64Array(vms.count);
    this.#settledAt = new Float64Array(hosts.count);
  }

  /** Sets the factors of the VMs of host `h` by the CPU they have now; true when some changed, and its CPU is to be solved again. */
  apply(h: number): boolean {
    const { members, start, vms: counts, row, state } = this.#hosts;
    const { row: vm, classOf } = this.#vms;
    const o = h * H.HOST_ROW;
    const first = start[h];
    const n = counts[h];
    if (state[h] !== H.ON) return false;
    const capacity = row[o + H.CORES] * row[o + H.CORE_MHZ];
    let all = 0;
    for (let i = 0; i < n; i++) {
      const v = members[first + i];
      const presses = (this.#pressureOf[classOf[v]] * vm[v * V.VM_ROW + V.USE] * this.#shared(h, v)) / capacity;
      this.#presses[v] = presses;
      all += presses;
    }
    let changed = false;
    for (let i = 0; i < n; i++) {
      const v = members[first + i];
      const pressure = Math.min(1, Math.max(0, all - this.#presses[v])) * this.#shared(h, v);
      const factor = n > 1 ? 1 / (1 + this.#sensitivityOf[classOf[v]] * pressure) : 1;
      const to = factor > 1 - SAME ? 1 : factor;
      if (Math.abs(to - this.#drag.factor(v, BY_INTERFERENCE)) <= (to === 1 ? 0 : SAME)) continue;
      this.#drag.set(v, BY_INTERFERENCE, to);
      changed = true;
    }
    return changed;
  }

  /** Share of its node's caches that VM `v` shares with others. */
  #shared(h: number, v: number): number {
    if (this.#vms.ownsCores[v] === 0) return 1;
    const { cores, numaNodes } = this.#hosts.classes[this.#hosts.classOf[h]];
    return Math.max(0, 1 - (this.#vms.vcpus[v] * Math.max(1, numaNodes)) / cores);
  }

  /** Books what each VM of host `h` lost up to `t` to those who took it. Before the host's CPU is solved again. */
  settle(h: number, t: number): void {
    const dt = t - this.#settledAt[h];
    this.#settledAt[h] = t;
    const { members, start, vms: counts, dragged, slow } = this.#hosts;
    if (dt === 0 || dragged[h] === 0 || slow[h] === 0) return;
    const { slowRate, count } = this.#vms;
    const presses = this.#presses;
    const first = start[h];
    const end = first + counts[h];
    let all = 0;
    for (let i = first; i < end; i++) all += presses[members[i]];
    for (let i = first; i < end; i++) {
      const v = members[i];
      const rate = slowRate[v * V.SLOW_CAUSES.length + BY_INTERFERENCE];
      const others = all - presses[v];
      if (!(rate > 0) || !(others > 0)) continue;
      for (let j = first; j < end; j++) {
        const u = members[j];
        if (j === i || presses[u] < TOLD_FROM * others) continue;
        const key = v * count + u;
        this.taken.set(key, (this.taken.get(key) ?? 0) + (rate * dt * presses[u]) / others);
      }
    }
  }
}
