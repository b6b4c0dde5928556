/**
 * Right-sizing: what size each VM should have had, from percentiles of what it asked for.
 *
 *   use                = CPU it needed as a mean over `every` / (vCPUs x core speed), counted by time in hundredths up to 300 %
 *   recommended vCPUs  = ceil(percentile of use x vCPUs x (1 + headroom)), at least 1
 *
 * Use beyond 100 % is what it asked for and could not have, so that too small VMs show. Percentiles are upper ends of their
 * hundredth: never too small. Rules of this kind are those of the sizing reports of monitoring products (95th percentile with
 * head room). Proved by test/cases/elasticity.test.ts.
 */
import type { Kernel } from "../kernel/kernel.ts";
import type { Datacenter } from "../model/datacenter.ts";
import { OBSERVER_KINDS } from "../model/event-kinds.ts";
import { PHASE } from "../model/phases.ts";
import * as V from "../model/vms.ts";
import { Windows } from "../model/windows.ts";
import type { Table } from "../results/table.ts";
import { number, table, text } from "./columns.ts";

const KIND = OBSERVER_KINDS + 2;
const BINS = 301;

export interface RightSizingSpec {
  readonly percentile: number;
  readonly headroom: number;
  readonly everySeconds: number;
}

export class RightSizing {
  readonly #kernel: Kernel;
  readonly #dc: Datacenter;
  readonly #spec: RightSizingSpec;
  readonly #windows: Windows;
  /** Seconds by VM and hundredth of use. */
  readonly #seconds: Float32Array;
  readonly #sum: Float64Array;
  readonly #total: Float64Array;
  readonly #peak: Float64Array;
  readonly #ran: Float64Array;

  /** Make it after the other observers: it listens to VMs beside them. */
  constructor(kernel: Kernel, dc: Datacenter, spec: RightSizingSpec) {
    this.#kernel = kernel;
    this.#dc = dc;
    this.#spec = spec;
    this.#windows = new Windows(dc, 0, spec.everySeconds);
    const n = dc.vms.count;
    this.#seconds = new Float32Array(n * BINS);
    this.#sum = new Float64Array(n);
    this.#total = new Float64Array(n);
    this.#peak = new Float64Array(n);
    this.#ran = new Float64Array(n);
    dc.times.onTransition.push((v) => this.#windows.changes(v));
    kernel.on(KIND, () => this.#period());
    kernel.schedule(spec.everySeconds, PHASE.observation, KIND, 0);
  }

  #period(): void {
    const now = this.#kernel.now;
    this.#windows.sample(now);
    const { vms, hosts } = this.#dc;
    for (let v = 0; v < vms.count; v++) {
      const ran = vms.runningSeconds[v] + (vms.state[v] === V.RUNNING_VM ? now - vms.since[v] : 0);
      const seconds = ran - this.#ran[v];
      this.#ran[v] = ran;
      if (seconds <= 0) continue;
      const size = vms.vcpus[v] * hosts.classes[hosts.classOf[vms.lastHost[v]]].coreMHz;
      const use = (this.#windows.vmMHz(v, 0) * vms.row[v * V.VM_ROW + V.PER_WORK]) / size;
      this.#seconds[v * BINS + Math.min(BINS - 1, Math.max(0, Math.ceil(use * 100 - 1e-6)))] += seconds;
      this.#sum[v] += use * seconds;
      this.#total[v] += seconds;
      this.#peak[v] = Math.max(this.#peak[v], use);
    }
    if (this.#kernel.pendingCount > 1) this.#kernel.schedule(now + this.#spec.everySeconds, PHASE.observation, KIND, 0);
  }

  /** Use below which VM `v` was `q` of its time, as a share of its size. */
  percentile(v: number, q: number): number {
    const wanted = q * this.#total[v] * (1 - 1e-7);
    let sum = 0;
    for (let bin = 0; bin < BINS; bin++) {
      sum += this.#seconds[v * BINS + bin];
      if (sum >= wanted) return bin / 100;
    }
    return (BINS - 1) / 100;
  }

  recommended(v: number): number {
    return Math.max(1, Math.ceil(this.percentile(v, this.#spec.percentile / 100) * this.#dc.vms.vcpus[v] * (1 + this.#spec.headroom) - 1e-9));
  }

  table(): Table {
    const { vms } = this.#dc;
    const rows = Array.from({ length: vms.count }, (_, v) => v).filter((v) => this.#total[v] > 0);
    const n = rows.length;
    const { percentile, headroom } = this.#spec;
    const verdict = (v: number): string => {
      const recommended = this.recommended(v);
      if (this.percentile(v, 0.99) === 0) return "idle";
      return recommended > vms.vcpus[v] ? "undersized" : recommended < vms.vcpus[v] ? "oversized" : "right";
    };
    return table("rightsizing", `Sizes from the ${percentile}th percentile of use with ${Math.round(100 * headroom)} % kept free; one row a VM that ran.`, n, [
      text("vm", "Name", n, (i) => vms.names[rows[i]]),
      text("group", "VM group of the scenario", n, (i) => vms.classes[vms.classOf[rows[i]]].name),
      number("vcpus", "vCPUs", "vCPUs at the end", n, (i) => vms.vcpus[rows[i]]),
      number("use_mean_pct", "%", "CPU asked for / size, time-weighted mean", n, (i) => (100 * this.#sum[rows[i]]) / this.#total[rows[i]]),
      number("use_p95_pct", "%", "95th percentile over time of means over the interval", n, (i) => 100 * this.percentile(rows[i], 0.95)),
      number("use_p99_pct", "%", "99th percentile", n, (i) => 100 * this.percentile(rows[i], 0.99)),
      number("use_peak_pct", "%", "Highest mean of an interval", n, (i) => 100 * this.#peak[rows[i]]),
      number("recommended_vcpus", "vCPUs", "vCPUs that the percentile needs with head room", n, (i) => this.recommended(rows[i])),
      number("change_vcpus", "vCPUs", "Recommended less present vCPUs", n, (i) => this.recommended(rows[i]) - vms.vcpus[rows[i]]),
      text("verdict", "oversized, right, undersized, or idle: used nothing in 99 % of its time", n, (i) => verdict(rows[i])),
    ]);
  }
}
