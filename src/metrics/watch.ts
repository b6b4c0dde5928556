/**
 * What is watched while a run goes on: the timeline of the fleet, the use of each host over time, and the ready time of
 * each VM-hour. Only reads integrals that the model keeps: taking it out changes no other number.
 *
 * Values of an interval are differences of exact integrals at its ends, never samples.
 */
import type { Kernel } from "../kernel/kernel.ts";
import type { Datacenter } from "../model/datacenter.ts";
import { OBSERVER_KINDS } from "../model/event-kinds.ts";
import * as H from "../model/hosts.ts";
import { PHASE } from "../model/phases.ts";
import { TOTALS, type Totals } from "../model/playback.ts";
import { RUNNING_VM, vcpuSeconds } from "../model/vms.ts";
import type { Heatmap, ReadyHistogram } from "../results/results.ts";

/** No more than this many cells in the heat map; longer runs get wider buckets. */
const HEATMAP_CELLS = 500_000;
const HEATMAP_BUCKETS = 200;
const HOUR_S = 3600;
/** Ready time is counted in hundredths of a point. */
const READY_BIN_PERCENT = 0.01;
const READY_BINS = 10_001;
/** Below this, waiting is rounding. */
const NO_WAIT_PERCENT = 1e-9;

/** What the fleet did in an interval. */
export interface TimelineRow extends Totals {
  readonly time: number;
  readonly seconds: number;
  readonly running: number;
  readonly waiting: number;
}

/** What else is read as time goes on, at instants of its own. */
export interface Meters {
  readonly nextAt: number;
  read(t: number): void;
}

export class Watch {
  readonly rows: TimelineRow[] = [];
  readonly #kernel: Kernel;
  readonly #dc: Datacenter;
  readonly #interval: number;
  readonly #planned: number;
  readonly #meters: Meters | null;
  readonly #equipmentWatts: number;
  #next: number;
  #lastTime = 0;
  // Heat map.
  readonly #bucketIntervals: number;
  readonly #heat: { used: Float32Array; on: Float32Array }[] = [];
  readonly #usedAt: Float64Array;
  readonly #onCoreSAt: Float64Array;
  #bucketStart = 0;
  // Ready time.
  readonly #hourIntervals: number;
  readonly #readyAt: Float64Array;
  /** Of VMs that changed their state in this hour: when the hour began, how long had they run? `#changedIn` holds the hour. */
  readonly #runningAt: Float64Array;
  readonly #changedIn: Int32Array;
  #hours = 1;
  #hourStart = 0;
  /** Core-seconds waited for in this hour. */
  #waitedCoreS = 0;
  readonly #classes: string[];
  readonly #classOf: Int32Array;
  readonly #vmHours: Float64Array[];
  #count = 0;

  /** Told of the end of each interval. */
  onInterval: ((now: number) => void) | null = null;
  /** Told of the end of each stretch of the heat map. */
  onBucket: ((now: number) => void) | null = null;

  /** `plannedSeconds` is how long the run may last (Infinity when nobody knows): it sets the width of the heat map's buckets.
   *  `equipmentWatts`: what draws power beside the hosts. */
  constructor(kernel: Kernel, dc: Datacenter, intervalSeconds: number, plannedSeconds: number, meters: Meters | null = null, equipmentWatts = 0) {
    this.#kernel = kernel;
    this.#dc = dc;
    this.#interval = intervalSeconds;
    this.#planned = plannedSeconds;
    const intervals = Number.isFinite(plannedSeconds) ? Math.ceil(plannedSeconds / intervalSeconds) : HEATMAP_BUCKETS;
    const most = Math.max(1, Math.min(HEATMAP_BUCKETS, Math.floor(HEATMAP_CELLS / Math.max(1, dc.hosts.count))));
    this.#bucketIntervals = Math.max(1, Math.ceil(intervals / most));
    this.#usedAt = new Float64Array(dc.hosts.count);
    this.#onCoreSAt = new Float64Array(dc.hosts.count);
    this.#hourIntervals = Math.max(1, Math.round(HOUR_S / intervalSeconds));
    this.#readyAt = new Float64Array(dc.vms.count);
    this.#runningAt = new Float64Array(dc.vms.count);
    this.#changedIn = new Int32Array(dc.vms.count);
    dc.times.onTransition.push((v) => this.#changes(v));
    this.#classes = [...new Set(dc.vms.classes.map((c) => c.serviceClass))];
    this.#classOf = Int32Array.from(dc.vms.classes, (c) => this.#classes.indexOf(c.serviceClass));
    this.#vmHours = this.#classes.map(() => new Float64Array(READY_BINS));
    this.#meters = meters;
    this.#equipmentWatts = equipmentWatts;
    this.#next = intervalSeconds;
    kernel.on(OBSERVER_KINDS, () => this.#beat());
    this.#plan();
  }

  /** The last, perhaps shorter interval. */
  close(t: number): void {
    if (t > this.#lastTime) this.#addRow(t);
    if (this.#bucketStart < t) this.#bucket(t);
    this.#hour(t);
  }

  heatmap(): Heatmap {
    const { hosts } = this.#dc;
    const buckets = this.#heat.length;
    const utilisation = new Float32Array(hosts.count * buckets);
    const onShare = new Float32Array(hosts.count * buckets);
    for (const [b, { used, on }] of this.#heat.entries()) {
      for (let h = 0; h < hosts.count; h++) {
        utilisation[h * buckets + b] = used[h];
        onShare[h * buckets + b] = on[h];
      }
    }
    return {
      hostNames: Array.from({ length: hosts.count }, (_, h) => hosts.name(h)),
      groups: Array.from({ length: hosts.count }, (_, h) => hosts.classes[hosts.classOf[h]].name),
      bucketSeconds: this.#interval * this.#bucketIntervals,
      buckets,
      utilisation,
      onShare,
    };
  }

  /** Ready time by class; percentiles are the middle of their bin of 0.01 points (0 is 0). */
  ready(): ReadyHistogram[] {
    const { vms } = this.#dc;
    const worst = this.#classes.map(() => ({ v: -1, percent: -1 }));
    for (let v = 0; v < vms.count; v++) {
      const k = this.#classOf[vms.classOf[v]];
      const percent = readyPercent(vms.waitCoreS[v], vcpuSeconds(vms, v));
      if (percent > worst[k].percent) worst[k] = { v, percent };
    }
    return this.#classes.map((serviceClass, k) => ({
      serviceClass,
      binPercent: READY_BIN_PERCENT,
      vmHours: this.#vmHours[k],
      p50: quantile(this.#vmHours[k], 0.5),
      p95: quantile(this.#vmHours[k], 0.95),
      worstVm: worst[k].v < 0 ? null : { name: vms.names[worst[k].v], readyPercent: worst[k].percent },
    }));
  }

  /** 95th percentile of the ready time of all VM-hours, %. */
  readyP95(): number {
    const all = new Float64Array(READY_BINS);
    for (const hours of this.#vmHours) for (let i = 0; i < READY_BINS; i++) all[i] += hours[i];
    return quantile(all, 0.95);
  }

  #plan(): void {
    this.#kernel.schedule(Math.min(this.#next, this.#meters?.nextAt ?? Number.POSITIVE_INFINITY), PHASE.observation, OBSERVER_KINDS, 0);
  }

  /** One event for all that watches, so that watching alone can be told from something left to happen. */
  #beat(): void {
    const { now } = this.#kernel;
    if (this.#meters !== null && now >= this.#meters.nextAt) this.#meters.read(now);
    if (now >= this.#next) {
      this.#observe(now);
      this.#next = now + this.#interval;
    }
    // Where a run ends when nothing is left to happen, watching alone keeps it alive no longer.
    if (this.#planned < Number.POSITIVE_INFINITY || this.#kernel.peek() < Number.POSITIVE_INFINITY) this.#plan();
  }

  #observe(now: number): void {
    this.#dc.readings.settleAll(now);
    this.#addRow(now);
    this.onInterval?.(now);
    this.#count++;
    if (this.#count % this.#bucketIntervals === 0) this.#bucket(now);
    if (this.#count % this.#hourIntervals === 0) this.#hour(now);
  }

  #addRow(now: number): void {
    const totals = this.#dc.readings.takeTotals();
    const row = { time: this.#lastTime, seconds: now - this.#lastTime, running: this.#dc.running.count, waiting: this.#dc.waiting.vms.length } as Record<
      string,
      number
    >;
    for (const total of TOTALS) row[total] = totals[total];
    // Storage and network hardware is IT as well.
    row.joules += this.#equipmentWatts * row.seconds;
    this.rows.push(row as unknown as TimelineRow);
    this.#kernel.note(totals.joules);
    this.#waitedCoreS += totals.waitCoreS;
    this.#lastTime = now;
  }

  #bucket(now: number): void {
    const { count, row } = this.#dc.hosts;
    const used = new Float32Array(count);
    const on = new Float32Array(count);
    const seconds = now - this.#bucketStart;
    for (let h = 0; h < count; h++) {
      const cores = row[h * H.HOST_ROW + H.CORES];
      const onCoreS = this.#dc.readings.onSeconds(h) * cores;
      const usedCoreS = this.#dc.readings.usedCoreSeconds(h);
      const onHere = onCoreS - this.#onCoreSAt[h];
      on[h] = onHere / (cores * seconds);
      used[h] = onHere > 0 ? Math.max(0, usedCoreS - this.#usedAt[h]) / onHere : Number.NaN;
      this.#onCoreSAt[h] = onCoreS;
      this.#usedAt[h] = usedCoreS;
    }
    this.#heat.push({ used, on });
    this.#bucketStart = now;
    this.onBucket?.(now);
  }

  /** A VM is about to change its state: what it did before in this hour must not be lost. */
  #changes(v: number): void {
    if (this.#changedIn[v] === this.#hours) return;
    const { state, since, runningSeconds } = this.#dc.vms;
    this.#changedIn[v] = this.#hours;
    this.#runningAt[v] = runningSeconds[v] + (state[v] === RUNNING_VM && since[v] < this.#hourStart ? this.#hourStart - since[v] : 0);
  }

  /** Counts the VM-hours (or parts) that ended now by their ready time. */
  #hour(now: number): void {
    const { vms } = this.#dc;
    const { state, since, runningSeconds, waitCoreS, vcpus, classOf, count } = vms;
    const length = now - this.#hourStart;
    const nobodyWaited = this.#waitedCoreS === 0;
    const calmHours = new Float64Array(this.#classes.length);
    const hours = this.#hours;
    const changedIn = this.#changedIn;
    const classOfClass = this.#classOf;
    for (let v = 0; v < count; v++) {
      // Most VMs have run, or not, all through the hour.
      let seconds = state[v] === RUNNING_VM ? length : 0;
      if (changedIn[v] === hours) seconds = runningSeconds[v] + (state[v] === RUNNING_VM ? now - since[v] : 0) - this.#runningAt[v];
      if (seconds <= 0) continue;
      const serviceClass = classOfClass[classOf[v]];
      if (nobodyWaited) {
        calmHours[serviceClass] += seconds;
        continue;
      }
      // A VM that was resized counts all of the hour at its last size.
      const percent = readyPercent(waitCoreS[v] - this.#readyAt[v], vcpus[v] * seconds);
      const bin = Math.min(READY_BINS - 1, percent < NO_WAIT_PERCENT ? 0 : 1 + Math.floor(percent / READY_BIN_PERCENT));
      this.#vmHours[serviceClass][bin] += seconds / HOUR_S;
      this.#readyAt[v] = waitCoreS[v];
    }
    for (let k = 0; k < calmHours.length; k++) this.#vmHours[k][0] += calmHours[k] / HOUR_S;
    this.#hours++;
    this.#hourStart = now;
    this.#waitedCoreS = 0;
  }
}

/** Ready time as vSphere reports it per vCPU: core-seconds waited / (vCPUs x seconds running), %. */
export function readyPercent(waitCoreS: number, vcpuSeconds: number): number {
  return vcpuSeconds > 0 ? (100 * waitCoreS) / vcpuSeconds : 0;
}

/** Bin 0 holds exactly 0; bin i the i-th hundredth. */
function quantile(bins: Float64Array, q: number): number {
  const total = bins.reduce((a, b) => a + b, 0);
  if (total === 0) return Number.NaN;
  let sum = 0;
  for (let i = 0; i < bins.length; i++) {
    sum += bins[i];
    if (sum >= q * total) return i === 0 ? 0 : (i - 0.5) * READY_BIN_PERCENT;
  }
  return 100;
}
