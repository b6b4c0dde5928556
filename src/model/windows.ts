/**
 * What VMs asked for and hosts used in the last periods: means over time, never samples of a moment.
 *
 *   mean of a VM over a period    = guest work asked for while it ran / seconds it ran, MHz; 0 when it did not run; `held`: at most
 *                                   what its own limit, and those of the pools it is in, let all their VMs have together
 *   use of a host over a period   = CPU used / CPU of all its cores, while it was on; NaN when it was not
 *
 * Both are differences of exact integrals at the ends of the period. What a VM asked for before it moved stays its own. A
 * host whose speed changes within a period counts all of the period at the later speed. Proof: test/policy/rebalancing.test.ts.
 */
import type { Datacenter } from "./datacenter.ts";
import * as H from "./hosts.ts";
import * as V from "./vms.ts";

/** Periods that are kept at least. */
const LEAST_PERIODS = 30;

export class Windows {
  /** Periods that are kept, a power of 2. */
  readonly length: number;
  /** Periods over so far, as many as are kept. */
  periods = 0;
  /** Place of the newest period in the rings. */
  newest = -1;
  /** Ring of each VM: `mhz[v * length + place]`; and how many periods ended since it first ran. */
  readonly mhz: Float32Array;
  readonly samples: Uint16Array;
  readonly #dc: Datacenter;
  readonly #hostUse: Float32Array;
  // By VM: integrals at the last look, and the work of this period that was done at another host's speed.
  readonly #coreS: Float64Array;
  readonly #mhzS: Float64Array;
  readonly #ran: Float64Array;
  // By host: integrals at the last look.
  readonly #usedCoreS: Float64Array;
  readonly #onS: Float64Array;
  /** VMs that a limit may hold back, of their own or of a pool. */
  readonly #limited: Int32Array;

  constructor(dc: Datacenter, windowSeconds: number, periodSeconds: number, held = false) {
    const wanted = Math.max(LEAST_PERIODS, Math.ceil(windowSeconds / periodSeconds));
    let length = 1;
    while (length < wanted) length *= 2;
    this.length = length;
    this.#dc = dc;
    this.mhz = new Float32Array(dc.vms.count * length);
    this.samples = new Uint16Array(dc.vms.count);
    this.#hostUse = new Float32Array(dc.hosts.count * length).fill(Number.NaN);
    this.#coreS = new Float64Array(dc.vms.count);
    this.#mhzS = new Float64Array(dc.vms.count);
    this.#ran = new Float64Array(dc.vms.count);
    this.#usedCoreS = new Float64Array(dc.hosts.count);
    this.#onS = new Float64Array(dc.hosts.count);
    const { count, classes, classOf } = dc.vms;
    const any = held && (dc.pools !== null || classes.some(({ limitMHz }) => limitMHz !== null));
    const all = Array.from({ length: any ? count : 0 }, (_, v) => v);
    this.#limited = Int32Array.from(all.filter((v) => classes[classOf[v]].limitMHz !== null || dc.pools?.has(v)));
  }

  /** A VM is about to change its state; what it asked for so far was at its present host's speed. */
  changes(v: number): void {
    if (this.#dc.vms.state[v] === V.RUNNING_VM) this.#account(v);
  }

  /** Ends the period at `now`. */
  sample(now: number): void {
    const { vms, hosts } = this.#dc;
    this.#dc.readings.settleVms(now);
    const { length } = this;
    this.newest = (this.newest + 1) & (length - 1);
    if (this.periods < length) this.periods++;
    const { state, since, runningSeconds, count } = vms;
    for (let v = 0; v < count; v++) {
      const at = v * length + this.newest;
      const runs = state[v] === V.RUNNING_VM;
      if (runs) this.#account(v);
      const ran = runningSeconds[v] + (runs ? now - since[v] : 0);
      const seconds = ran - this.#ran[v];
      this.#ran[v] = ran;
      this.mhz[at] = seconds > 0 ? this.#mhzS[v] / seconds : 0;
      this.#mhzS[v] = 0;
      if (ran > 0 && this.samples[v] < length) this.samples[v]++;
    }
    if (this.#limited.length > 0) this.#holdToLimits();
    for (let h = 0; h < hosts.count; h++) {
      const used = this.#dc.readings.usedCoreSeconds(h);
      const on = this.#dc.readings.onSeconds(h);
      const seconds = on - this.#onS[h];
      this.#hostUse[h * length + this.newest] = seconds > 0 ? (used - this.#usedCoreS[h]) / (seconds * hosts.row[h * H.HOST_ROW + H.CORES]) : Number.NaN;
      this.#usedCoreS[h] = used;
      this.#onS[h] = on;
    }
  }

  /** A host is not fuller for what a limit keeps its VMs from: means of the newest period come down to what they may have. */
  #holdToLimits(): void {
    const { vms, pools } = this.#dc;
    const { row, classes, classOf } = vms;
    const at = (v: number): number => v * this.length + this.newest;
    const perWork = (v: number): number => row[v * V.VM_ROW + V.PER_WORK];
    const io = (v: number): number => row[v * V.VM_ROW + V.IO_MHZ];
    for (const v of this.#limited) {
      const { limitMHz } = classes[classOf[v]];
      if (limitMHz !== null && vms.host[v] >= 0) this.mhz[at(v)] = Math.min(this.mhz[at(v)], Math.max(0, limitMHz - io(v)) / perWork(v));
    }
    if (pools === null) return;
    const share = pools.limitedShares(this.#limited, (v) => this.mhz[at(v)] * perWork(v), io);
    for (const v of this.#limited) if (pools.has(v) && pools.isOn(vms.host[v])) this.mhz[at(v)] *= share[pools.poolOf(v)];
  }

  /** Mean of the VM `age` periods ago (0 = the one just over), MHz of guest work. */
  vmMHz(v: number, age: number): number {
    return age < this.samples[v] ? this.mhz[v * this.length + ((this.newest - age) & (this.length - 1))] : 0;
  }

  /** CPU the host used / all its cores, mean over the last `periods` in which it was on; NaN when it was on in none. */
  hostUse(h: number, periods: number): number {
    let sum = 0;
    let n = 0;
    for (let age = 0; age < Math.min(periods, this.periods); age++) {
      const use = this.#hostUse[h * this.length + ((this.newest - age) & (this.length - 1))];
      if (use !== use) continue;
      sum += use;
      n++;
    }
    return n > 0 ? sum / n : Number.NaN;
  }

  #account(v: number): void {
    const { vms, hosts } = this.#dc;
    const coreS = vms.row[v * V.VM_ROW + V.DONE_CORE_S] + vms.shortCoreS[v];
    const host = vms.lastHost[v];
    this.#mhzS[v] += (coreS - this.#coreS[v]) * hosts.row[host * H.HOST_ROW + H.CORE_MHZ];
    this.#coreS[v] = coreS;
  }
}
