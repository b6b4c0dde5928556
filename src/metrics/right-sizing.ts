/**
 * Right-sizing: what size each VM should have had, from percentiles of what it asked for.
 *
 *   use                = CPU it needed as a mean over `every` / (vCPUs x core speed), counted by time in hundredths up to 300 %
 *   recommended vCPUs  = ceil(percentile of use x vCPUs x (1 + headroom)), at least 1
 *
 * Use beyond 100 % is what it asked for and could not have, so that too small VMs show. Percentiles are upper ends of their
 * hundredth: never too small. Memory likewise, from what the load says is in active use at the beginning of each `every`:
 *
 *   recommended memory = percentile of active memory x (1 + headroom), in whole steps of 256 MiB, at least one
 *
 * A load that says nothing of memory is not judged: the share in active use would be an estimate. Rules of this kind are those of
 * the sizing reports of monitoring products (95th percentile with head room). Proved by test/cases/elasticity.test.ts.
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
/** Memory is recommended in steps of this size. */
const STEP_MIB = 256;
const GIB = 1024;

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
  /** The same of active memory, of VMs whose load says it: seconds by VM and hundredth of configured memory. */
  readonly #memory = new Map<number, { readonly seconds: Float64Array; total: number; sum: number; peak: number }>();
  /** Active memory at the last look, as a share of what the VM has; NaN = it did not run, or its load says nothing. */
  readonly #active: Float64Array;

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
    this.#active = new Float64Array(n).fill(Number.NaN);
    kernel.on(KIND, () => this.#period());
    kernel.schedule(0, PHASE.observation, KIND, 0);
  }

  #period(): void {
    const now = this.#kernel.now;
    if (now > 0) this.#count(now);
    this.#look();
    if (now === 0 || this.#kernel.pendingCount > 1) this.#kernel.schedule(now + this.#spec.everySeconds, PHASE.observation, KIND, 0);
  }

  #count(now: number): void {
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
      this.#countMemory(v, seconds);
    }
  }

  #look(): void {
    const { vms, memory } = this.#dc;
    for (let v = 0; v < vms.count; v++) this.#active[v] = vms.state[v] === V.RUNNING_VM ? memory.saidActiveMiB(v) / vms.memoryMiB[v] : Number.NaN;
  }

  /** Counts `seconds` at the active memory of VM `v`, if its load said any. */
  #countMemory(v: number, seconds: number): void {
    const share = this.#active[v];
    if (!(share >= 0)) return;
    let seen = this.#memory.get(v);
    if (seen === undefined) {
      seen = { seconds: new Float64Array(101), total: 0, sum: 0, peak: 0 };
      this.#memory.set(v, seen);
    }
    seen.seconds[Math.ceil(share * 100 - 1e-6)] += seconds;
    seen.total += seconds;
    seen.sum += share * seconds;
    seen.peak = Math.max(seen.peak, share);
  }

  /** Use below which VM `v` was `q` of its time, as a share of its size. */
  percentile(v: number, q: number): number {
    return percentileOf(this.#seconds.subarray(v * BINS, (v + 1) * BINS), q * this.#total[v]);
  }

  /** The same of its active memory, as a share of what it has; NaN where its load says nothing. */
  memoryPercentile(v: number, q: number): number {
    const seen = this.#memory.get(v);
    return seen === undefined ? Number.NaN : percentileOf(seen.seconds, q * seen.total);
  }

  recommendedMiB(v: number): number {
    const { percentile, headroom } = this.#spec;
    const wanted = this.memoryPercentile(v, percentile / 100) * this.#dc.vms.memoryMiB[v] * (1 + headroom);
    return STEP_MIB * Math.max(1, Math.ceil(wanted / STEP_MIB - 1e-9));
  }

  recommended(v: number): number {
    return Math.max(1, Math.ceil(this.percentile(v, this.#spec.percentile / 100) * this.#dc.vms.vcpus[v] * (1 + this.#spec.headroom) - 1e-9));
  }

  table(): Table {
    const { vms } = this.#dc;
    const rows = Array.from({ length: vms.count }, (_, v) => v).filter((v) => this.#total[v] > 0);
    const n = rows.length;
    const { percentile, headroom } = this.#spec;
    const verdict = (v: number): string => (this.percentile(v, 0.99) === 0 ? "idle" : fitOf(this.recommended(v), vms.vcpus[v]));
    const active = (v: number, what: "sum" | "peak"): number => {
      const seen = this.#memory.get(v);
      return seen === undefined ? Number.NaN : (100 * seen[what]) / (what === "sum" ? seen.total : 1);
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
      text("verdict", "Of its vCPUs: oversized, right, undersized, or idle: used nothing in 99 % of its time", n, (i) => verdict(rows[i])),
      number("memory_gib", "GiB", "Memory at the end", n, (i) => vms.memoryMiB[rows[i]] / GIB),
      number("active_mean_pct", "%", "Active memory / memory, mean; empty where the load says nothing of it", n, (i) => active(rows[i], "sum")),
      number("active_p95_pct", "%", "95th percentile over time", n, (i) => 100 * this.memoryPercentile(rows[i], 0.95)),
      number("active_peak_pct", "%", "Highest", n, (i) => active(rows[i], "peak")),
      number(
        "recommended_memory_gib",
        "GiB",
        "Memory that the percentile needs with head room, in steps of 256 MiB",
        n,
        (i) => this.recommendedMiB(rows[i]) / GIB,
      ),
      number("change_memory_gib", "GiB", "Recommended less present memory", n, (i) => (this.recommendedMiB(rows[i]) - vms.memoryMiB[rows[i]]) / GIB),
      text("memory_verdict", "oversized, right or undersized; empty where the load says nothing of memory", n, (i) =>
        this.#memory.has(rows[i]) ? fitOf(this.recommendedMiB(rows[i]), vms.memoryMiB[rows[i]]) : "",
      ),
    ]);
  }
}

const fitOf = (recommended: number, present: number): string => (recommended > present ? "undersized" : recommended < present ? "oversized" : "right");

/** The first hundredth at which the seconds sum to `wanted`. */
function percentileOf(seconds: ArrayLike<number>, wanted: number): number {
  let sum = 0;
  for (let bin = 0; bin < seconds.length; bin++) {
    sum += seconds[bin];
    if (sum >= wanted * (1 - 1e-7)) return bin / 100;
  }
  return (seconds.length - 1) / 100;
}
