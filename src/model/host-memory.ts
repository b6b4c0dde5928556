/**
 * The memory of the hosts: what is handed out, and on hosts that have handed out more than they have, what is reclaimed from
 * whom (reclaim.ts) and how much that slows each VM (drag.ts).
 *
 * A host is overcommitted when the memory of its VMs with overheads exceeds what is usable, or when a VM's limit is below what it
 * has touched. Only then its memory is solved, together with its CPU: whenever something on it changes, and at each step of a
 * trace that says how much memory is active. All others pay one comparison.
 *
 * A VM has touched memory while it boots, runs, moves or is suspended in memory; it uses some of it actively only while it runs.
 * The integrals are exact, as those of the CPU: `settle` brings them up to now before anything changes.
 */
import { BY_MEMORY, type Drag } from "./drag.ts";
import type * as H from "./hosts.ts";
import { vmOverheadMiB } from "./memory.ts";
import { Claims, guaranteedMiB, HIGH, MEMORY_STATES, minFreeMiB, reclaim, SOFT } from "./reclaim.ts";
import { usualMemory } from "./spec.ts";
import * as V from "./vms.ts";

/** What a host's memory is put to, in the order of the columns; MiB now and MiB-seconds. */
export const MEMORY_USES = ["active", "idle", "shared", "ballooned", "compressed", "swapped", "used"] as const;
const USES = MEMORY_USES.length;
const IDLE = 1;
const USED = 6;
const STATES = MEMORY_STATES.length;

export class HostMemory {
  /** State of each host (reclaim.ts). */
  readonly state: Uint8Array;
  /** `uses[h * MEMORY_USES.length + use]`, MiB now; and integrals, MiB-seconds and seconds in each state. */
  readonly uses: Float64Array;
  readonly useSeconds: Float64Array;
  readonly stateSeconds: Float64Array;
  readonly peakUsedMiB: Float64Array;
  /** 1 when the host's memory was ever reclaimed. */
  readonly everShort: Uint8Array;
  readonly #hosts: H.Hosts;
  readonly #vms: V.Vms;
  readonly #drag: Drag;
  readonly #activeMiB: (v: number) => number;
  readonly #settledAt: Float64Array;
  /** 1 while the host's memory is solved. */
  readonly #solved: Uint8Array;
  /** VMs of the host that have a limit on memory. */
  readonly #limited: Int32Array;
  readonly #minFree: readonly number[];
  readonly #claims = new Claims();
  // By VM class: memory touched on the host, and that of its largest VM.
  readonly #groupSum: Float64Array;
  readonly #groupLargest: Float64Array;

  /** `activeMiB` is what a VM's load says it uses actively now; NaN when it says nothing. */
  constructor(hosts: H.Hosts, vms: V.Vms, drag: Drag, activeMiB: (v: number) => number) {
    this.#hosts = hosts;
    this.#vms = vms;
    this.#drag = drag;
    this.#activeMiB = activeMiB;
    const n = hosts.count;
    this.state = new Uint8Array(n);
    this.uses = new Float64Array(n * USES);
    this.useSeconds = new Float64Array(n * USES);
    this.stateSeconds = new Float64Array(n * STATES);
    this.peakUsedMiB = new Float64Array(n);
    this.everShort = new Uint8Array(n);
    this.#settledAt = new Float64Array(n);
    this.#solved = new Uint8Array(n);
    this.#limited = new Int32Array(n);
    this.#groupSum = new Float64Array(vms.classes.length);
    this.#groupLargest = new Float64Array(vms.classes.length);
    this.#minFree = hosts.classes.map((c) => minFreeMiB(c.hypervisor.memory.minFree, c.memoryMiB));
  }

  /** Memory of VM `v` is taken on host `h` (sign 1) or given back (-1); `takenMiB` has changed already. */
  take(v: number, h: number, sign: 1 | -1, t: number): void {
    const { limitMiB } = this.#vms.classes[this.#vms.classOf[v]].memory ?? usualMemory;
    if (limitMiB !== null) this.#limited[h] += sign;
    this.bring(h, t);
    if (!this.isShort(h)) this.#setPlain(h);
  }

  /** Whether host `h` has handed out more memory than it has. */
  isShort(h: number): boolean {
    const { takenMiB, usableMiB, classes, classOf } = this.#hosts;
    return (takenMiB[h] > usableMiB[h] || this.#limited[h] > 0) && classes[classOf[h]].hypervisor.memory.takenFrom !== "nobody";
  }

  /** Brings the integrals of host `h` up to `t` before anything there changes; of one that is short of nothing, nothing does. */
  settle(h: number, t: number): void {
    if (this.#solved[h] === 1) this.bring(h, t);
  }

  /** Brings the integrals of host `h` up to `t`. */
  bring(h: number, t: number): void {
    const dt = t - this.#settledAt[h];
    if (dt === 0) return;
    this.#settledAt[h] = t;
    this.stateSeconds[h * STATES + this.state[h]] += dt;
    if (this.#solved[h] === 0) {
      this.useSeconds[h * USES + USED] += this.uses[h * USES + USED] * dt;
      this.useSeconds[h * USES + IDLE] += this.uses[h * USES + IDLE] * dt;
    } else for (let u = h * USES, end = u + USES; u < end; u++) this.useSeconds[u] += this.uses[u] * dt;
  }

  /** Who holds what on host `h` from now on; its integrals, and those of its CPU, must be settled. */
  solve(h: number): void {
    if (!this.isShort(h)) {
      if (this.#solved[h] === 1) this.#release(h);
      return;
    }
    const { members, start, vms: counts, classes, classOf, usableMiB, overheadMiB } = this.#hosts;
    const { state, classOf: vmClassOf, classes: vmClasses, memoryMiB, vcpus } = this.#vms;
    const spec = classes[classOf[h]].hypervisor.memory;
    const c = this.#claims;
    const n = counts[h];
    const first = start[h];
    c.room(n);
    for (let i = 0; i < n; i++) {
      const v = members[first + i];
      const own = vmClasses[vmClassOf[v]].memory ?? usualMemory;
      const configured = memoryMiB[v];
      const said = state[v] === V.RUNNING_VM ? this.saidActiveMiB(v) : 0;
      const active = said >= 0 ? said : own.activeShare * configured;
      const touched = state[v] === V.PROVISIONING ? 0 : Math.min(configured, Math.max(own.touchedShare * configured, active));
      c.configured[i] = configured;
      c.active[i] = active;
      c.touched[i] = touched;
      c.floor[i] = guaranteedMiB(spec, own, configured);
      c.limit[i] = own.limitMiB ?? Number.POSITIVE_INFINITY;
      c.shares[i] = own.shares;
      c.vcpus[i] = vcpus[v];
      c.driver[i] = own.balloon ? 1 : 0;
      c.equal[i] = own.equalWithin * touched;
    }
    if (spec.sharing === "across") this.#equalAcross(h);
    this.state[h] = reclaim(c, spec, usableMiB[h] - overheadMiB[h], this.#minFree[classOf[h]], this.state[h]);
    this.#solved[h] = 1;
    this.everShort[h] |= this.state[h] > HIGH ? 1 : 0;
    const to = h * USES;
    this.uses.fill(0, to, to + USES);
    for (let i = 0; i < n; i++) {
      // Compressed pages take half their room; the rest of what it holds is plain pages, active ones first.
      const plain = c.held[i] - c.compressed[i] / 2;
      const active = Math.min(plain, c.present[i]);
      this.uses[to] += active;
      this.uses[to + 1] += plain - active;
      this.uses[to + 2] += c.saved[i];
      this.uses[to + 3] += c.ballooned[i];
      this.uses[to + 4] += c.compressed[i];
      this.uses[to + 5] += c.swapped[i];
      this.uses[to + USED] += c.held[i];
      this.#drag.set(members[first + i], BY_MEMORY, 1 / c.slowdown[i]);
    }
    this.#setUsed(h, this.uses[to + USED] + overheadMiB[h]);
  }

  /** Memory that the load of VM `v` says it uses actively now, MiB; NaN when it says nothing. */
  saidActiveMiB(v: number): number {
    return Math.min(this.#vms.memoryMiB[v], this.#activeMiB(v));
  }

  /** Equal pages across the VMs of a group: one copy of them stays (that of the largest), which all of them carry by size. */
  #equalAcross(h: number): void {
    const { members, start } = this.#hosts;
    const { classOf, classes } = this.#vms;
    const c = this.#claims;
    this.#groupSum.fill(0);
    this.#groupLargest.fill(0);
    for (let i = 0; i < c.n; i++) {
      const k = classOf[members[start[h] + i]];
      this.#groupSum[k] += c.touched[i];
      this.#groupLargest[k] = Math.max(this.#groupLargest[k], c.touched[i]);
    }
    for (let i = 0; i < c.n; i++) {
      const k = classOf[members[start[h] + i]];
      const { equalAcross } = classes[k].memory ?? usualMemory;
      if (this.#groupSum[k] > 0) c.equal[i] += equalAcross * c.touched[i] * (1 - this.#groupLargest[k] / this.#groupSum[k]);
    }
  }

  /** The host has enough again: nothing is taken from its VMs. */
  #release(h: number): void {
    const { members, start, vms: counts } = this.#hosts;
    for (let i = start[h], end = i + counts[h]; i < end; i++) this.#drag.set(members[i], BY_MEMORY, 1);
    this.#solved[h] = 0;
    this.state[h] = HIGH;
    this.uses.fill(0, h * USES, (h + 1) * USES);
    this.#setPlain(h);
  }

  /** A host that is short of nothing: nobody looks at how much of it is active. */
  #setPlain(h: number): void {
    const { takenMiB, overheadMiB } = this.#hosts;
    this.uses[h * USES + IDLE] = takenMiB[h] - overheadMiB[h];
    this.#setUsed(h, takenMiB[h]);
  }

  #setUsed(h: number, usedMiB: number): void {
    this.uses[h * USES + USED] = usedMiB;
    this.peakUsedMiB[h] = Math.max(this.peakUsedMiB[h], usedMiB);
  }

  /** Integral of the RAM in use by VMs and overheads, MiB-seconds. */
  usedMiBSeconds(h: number): number {
    return this.useSeconds[h * USES + USED];
  }

  /** Seconds in which host `h` took memory from VMs by force: soft, hard or low. */
  shortSeconds(h: number): number {
    let seconds = 0;
    for (let s = SOFT; s < STATES; s++) seconds += this.stateSeconds[h * STATES + s];
    return seconds;
  }
}

/** Memory of VM `v` that host `h` could not reclaim, its overhead included, MiB. */
export function guaranteeMiB(hosts: H.Hosts, vms: V.Vms, v: number, h: number): number {
  const { hypervisor } = hosts.classes[hosts.classOf[h]];
  const memory = vms.memoryMiB[v];
  return guaranteedMiB(hypervisor.memory, vms.classes[vms.classOf[v]].memory ?? usualMemory, memory) + vmOverheadMiB(hypervisor, vms.vcpus[v], memory);
}
