/**
 * Hosts that merely play a trace: everything their VMs ask for fits, and all of it comes from one grid of samples.
 *
 * For such a host everything is linear in S, the sum of its VMs' demands, so that a step costs one pass over the samples
 * and two integrals: S dt, and the power above idle x dt. What every VM did and caused is made up later, for many steps
 * at once: with d_v its sample, work_v = sum d_v dt and energy_v = sum d_v (W - idle) / S dt. The rows of these hosts and
 * VMs (hosts.ts, vms.ts) stand still meanwhile; `open` brings them up to date, and everything that changes a host opens it.
 *
 * VMs with I/O that their own threads pay for may be here too, where nothing holds that I/O back: it comes from further
 * columns of the grid, needs b_v = iops x cpuPerIo + Gbit/s x coresPerGbit beside perWork x d_v, and energy_v follows
 * perWork x d_v + b_v. Who is told of the host's sums (io.ts) says whether its links still carry them.
 *
 * A host leaves when a VM asks for more than its size, when the sum no longer fits, or when anything else happens to it.
 * The results are those of the general way (cpu.ts) up to rounding; test/property/playback.test.ts compares the two.
 */
import type { GridDemand } from "./demand.ts";
import type { WorkCost } from "./efficiency.ts";
import * as H from "./hosts.ts";
import * as V from "./vms.ts";

/** Steps that are kept before the VMs' share of them is made up. */
const WINDOW = 32;

/** Sums over all hosts: what the timeline is made of. */
export const TOTALS = ["joules", "onSeconds", "usedCoreS", "needCoreS", "demandCoreS", "onCoreS", "waitCoreS", "runningVmS"] as const;
export type Total = (typeof TOTALS)[number];
export type Totals = Record<Total, number>;

/** I/O of the grid's VMs: a column, or what all of them ask for all the time. */
export interface PlayedIo {
  readonly iops: Float32Array | number;
  readonly mib: Float32Array | number;
  readonly gbit: Float32Array | number;
  /** Told of what the host's VMs ask for together from now on; false when not all of its links carry that. */
  carries(h: number, iops: number, mib: number, gbit: number): boolean;
}

export class Playback {
  /** 1 for hosts that are here. */
  readonly here: Uint8Array;
  /** Time up to which the hosts that are here are settled. */
  settledAt = 0;
  hostCount = 0;

  readonly #hosts: H.Hosts;
  readonly #vms: V.Vms;
  readonly #demand: GridDemand;
  readonly #firstVm: number;
  readonly #columns: number;
  readonly #costOf: (h: number) => WorkCost;
  readonly #totals: Totals;
  readonly #io: PlayedIo | null;
  /** 1 for hosts whose VMs have I/O; its CPU for each I/O and each Gbit/s (MHz), its present sum and integral, its energy. */
  readonly #hasIo: Uint8Array;
  readonly #mhzPerIo: Float64Array;
  readonly #mhzPerGbit: Float64Array;
  readonly #ioMHz: Float64Array;
  readonly #ioSeconds: Float64Array;
  readonly #ioJoules: Float64Array;
  readonly #peakCores: Float64Array;
  readonly #highestNeed: Float64Array;
  /** Start of the present step's samples. */
  #row = 0;
  // By host: present sum of demands (MHz) and watts above idle, their integrals, and the bounds within which it may stay.
  readonly #sum: Float64Array;
  readonly #extraWatts: Float64Array;
  readonly #sumSeconds: Float64Array;
  readonly #extraJoules: Float64Array;
  readonly #highestVm: Float64Array;
  readonly #highestSum: Float64Array;
  /** Cores in use for each MHz asked for. */
  readonly #coresPerMHz: Float64Array;
  readonly #peakSum: Float64Array;
  readonly #since: Float64Array;
  /** 1 when its VMs are neighbours in the samples. */
  readonly #inARow: Uint8Array;
  /** First step of the window that counts for the host. */
  readonly #windowFrom: Int32Array;
  // The window: samples and length of each step, and joules for each MHz s of demand by step and host.
  #steps = 0;
  // Small integers in a plain array: as doubles each look-up would convert one to an index.
  readonly #stepRow: number[] = new Array<number>(WINDOW).fill(0);
  readonly #stepSeconds = new Float64Array(WINDOW);
  readonly #joulesPerMHz: Float64Array;
  // Sums over the hosts that are here, for the totals.
  #idleWatts = 0;
  #cores = 0;
  #runningVms = 0;

  constructor(
    hosts: H.Hosts,
    vms: V.Vms,
    demand: GridDemand,
    firstVm: number,
    columns: number,
    costOf: (h: number) => WorkCost,
    totals: Totals,
    io: PlayedIo | null = null,
  ) {
    this.#hosts = hosts;
    this.#vms = vms;
    this.#demand = demand;
    this.#firstVm = firstVm;
    this.#columns = columns;
    this.#costOf = costOf;
    this.#totals = totals;
    this.#io = io;
    const n = hosts.count;
    const withIo = io === null ? 0 : n;
    this.#hasIo = new Uint8Array(n);
    this.#mhzPerIo = new Float64Array(withIo);
    this.#mhzPerGbit = new Float64Array(withIo);
    this.#ioMHz = new Float64Array(n);
    this.#ioSeconds = new Float64Array(n);
    this.#ioJoules = new Float64Array(n);
    this.#peakCores = new Float64Array(withIo);
    this.#highestNeed = new Float64Array(withIo);
    this.here = new Uint8Array(n);
    this.#sum = new Float64Array(n);
    this.#extraWatts = new Float64Array(n);
    this.#sumSeconds = new Float64Array(n);
    this.#extraJoules = new Float64Array(n);
    this.#highestVm = new Float64Array(n);
    this.#highestSum = new Float64Array(n);
    this.#coresPerMHz = new Float64Array(n);
    this.#peakSum = new Float64Array(n);
    this.#since = new Float64Array(n);
    this.#inARow = new Uint8Array(n);
    this.#windowFrom = new Int32Array(n);
    this.#joulesPerMHz = new Float64Array(n * WINDOW);
  }

  /**
   * Takes host `h`, settled and solved at `t` as one that is short of nothing, all of its running VMs following this grid.
   * The caller has checked that; the samples of the present step must be those it was solved with.
   */
  enter(h: number, t: number, mhzPerIo = 0, mhzPerGbit = 0, hasIo = false): void {
    const { row, curves, curveOf, quietMHz } = this.#hosts;
    const o = h * H.HOST_ROW;
    const cost = this.#costOf(h);
    let lowestCap = Number.POSITIVE_INFINITY;
    const { members, start, vms: counts } = this.#hosts;
    let inARow = 1;
    for (let i = start[h], end = start[h] + counts[h]; i < end; i++) {
      lowestCap = Math.min(lowestCap, this.#vms.row[members[i] * V.VM_ROW + V.CAP_MHZ]);
      if (members[i] !== members[start[h]] + i - start[h]) inARow = 0;
    }
    this.#inARow[h] = inARow;
    this.here[h] = 1;
    this.hostCount++;
    this.#since[h] = t;
    this.#sum[h] = row[o + H.DEMAND_RATE] * row[o + H.CORE_MHZ];
    this.#extraWatts[h] = row[o + H.WATTS] - row[o + H.IDLE_WATTS];
    this.#sumSeconds[h] = 0;
    this.#extraJoules[h] = 0;
    this.#peakSum[h] = 0;
    this.#highestVm[h] = lowestCap / cost.perWork;
    this.#highestSum[h] = quietMHz[h] / cost.perWork;
    this.#coresPerMHz[h] = cost.perWork / row[o + H.CORE_MHZ];
    this.#windowFrom[h] = this.#steps;
    this.#hasIo[h] = hasIo ? 1 : 0;
    this.#ioMHz[h] = 0;
    this.#ioSeconds[h] = 0;
    this.#ioJoules[h] = 0;
    if (hasIo) {
      this.#mhzPerIo[h] = mhzPerIo;
      this.#mhzPerGbit[h] = mhzPerGbit;
      this.#peakCores[h] = 0;
      this.#highestNeed[h] = lowestCap;
      for (let i = start[h], end = start[h] + counts[h]; i < end; i++) this.#ioMHz[h] += this.#vms.row[members[i] * V.VM_ROW + V.IO_MHZ];
    }
    this.#idleWatts += curves.watts(curveOf[h], 0);
    this.#cores += row[o + H.CORES];
    this.#runningVms += counts[h];
  }

  /** Settles all hosts that are here up to `t`, at their present demands. */
  advance(t: number): void {
    const dt = t - this.settledAt;
    if (dt <= 0 || this.hostCount === 0) {
      this.settledAt = Math.max(this.settledAt, t);
      return;
    }
    const at = this.#openStep(dt, t);
    for (let h = 0; h < this.#hosts.count; h++) if (this.here[h] === 1) this.#integrate(h, dt, at);
  }

  /** All hosts that are here go on to the samples at `row`; `leaves` is told those that cannot stay (they are open then). */
  step(t: number, row: number, leaves: (h: number) => void): void {
    const dt = t - this.settledAt;
    if (this.hostCount === 0) {
      this.settledAt = t;
      this.#row = row;
      return;
    }
    const at = dt > 0 ? this.#openStep(dt, t) : -1;
    const { members, start, vms, row: hostRow, curves, curveOf, count } = this.#hosts;
    const { mhz } = this.#demand;
    const base = row - this.#firstVm;
    for (let h = 0; h < count; h++) {
      if (this.here[h] === 0) continue;
      if (at >= 0) this.#integrate(h, dt, at);
      if (this.#hasIo[h] === 1) {
        if (this.#stepIo(h, base)) continue;
        this.open(h, t);
        leaves(h);
        continue;
      }
      const highest = this.#highestVm[h];
      let sum = 0;
      let fits = true;
      if (this.#inARow[h] === 1) {
        for (let i = base + members[start[h]], end = i + vms[h]; i < end; i++) {
          const d = mhz[i];
          if (d > highest) fits = false;
          sum += d;
        }
      } else {
        for (let i = start[h], end = i + vms[h]; i < end; i++) {
          const d = mhz[base + members[i]];
          if (d > highest) fits = false;
          sum += d;
        }
      }
      if (fits && sum <= this.#highestSum[h]) {
        this.#sum[h] = sum;
        if (sum > this.#peakSum[h]) this.#peakSum[h] = sum;
        const curve = curveOf[h];
        this.#extraWatts[h] = curves.watts(curve, (sum * this.#coresPerMHz[h]) / hostRow[h * H.HOST_ROW + H.CORES]) - curves.watts(curve, 0);
      } else {
        this.open(h, t);
        leaves(h);
      }
    }
    this.#row = row;
  }

  /** A step of a host whose VMs have I/O; false when it cannot stay. */
  #stepIo(h: number, base: number): boolean {
    const { members, start, vms, row: hostRow, curves, curveOf } = this.#hosts;
    const { mhz } = this.#demand;
    const io = this.#io as PlayedIo;
    const perWork = this.#coresPerMHz[h] * hostRow[h * H.HOST_ROW + H.CORE_MHZ];
    const perIo = this.#mhzPerIo[h];
    const perGbit = this.#mhzPerGbit[h];
    const highest = this.#highestNeed[h];
    const n = vms[h];
    const first = start[h];
    const next = this.#inARow[h] === 1 ? base + members[first] : -1;
    const isIops = typeof io.iops === "number";
    const isMib = typeof io.mib === "number";
    const isGbit = typeof io.gbit === "number";
    const { iops: iopsColumn, mib: mibColumn, gbit: gbitColumn } = io as { iops: Float32Array; mib: Float32Array; gbit: Float32Array };
    const [sameIops, sameMib, sameGbit] = [isIops ? io.iops : 0, isMib ? io.mib : 0, isGbit ? io.gbit : 0];
    let sum = 0;
    let ios = 0;
    let mib = 0;
    let gbit = 0;
    let fits = true;
    for (let i = 0; i < n; i++) {
      const k = next >= 0 ? next + i : base + members[first + i];
      const d = mhz[k];
      const a = isIops ? sameIops : iopsColumn[k];
      const g = isGbit ? sameGbit : gbitColumn[k];
      sum += d;
      ios += a;
      gbit += g;
      mib += isMib ? sameMib : mibColumn[k];
      if (d * perWork + a * perIo + g * perGbit > highest) fits = false;
    }
    const ioMHz = ios * perIo + gbit * perGbit;
    if (!fits || sum * perWork + ioMHz > this.#highestSum[h] * perWork || !io.carries(h, ios, mib, gbit)) return false;
    this.#sum[h] = sum;
    this.#ioMHz[h] = ioMHz;
    const used = this.usedCores(h);
    if (used > this.#peakCores[h]) this.#peakCores[h] = used;
    const curve = curveOf[h];
    this.#extraWatts[h] = curves.watts(curve, used / hostRow[h * H.HOST_ROW + H.CORES]) - curves.watts(curve, 0);
    return true;
  }

  /** CPU for the I/O of the VM in column `k` of the samples, MHz on host `h`. */
  #ioOf(h: number, k: number): number {
    const { iops, gbit } = this.#io as PlayedIo;
    return (typeof iops === "number" ? iops : iops[k]) * this.#mhzPerIo[h] + (typeof gbit === "number" ? gbit : gbit[k]) * this.#mhzPerGbit[h];
  }

  /** Makes up the VMs' share of all steps so far, in the cheap order; hosts opened right after have nothing left to make up. */
  makeUp(): void {
    if (this.#steps > 0) this.#closeWindow();
  }

  /** Host `h` leaves: its row and those of its VMs are brought up to `t`. */
  open(h: number, t: number): void {
    const { row, members, start, vms: counts, curves, curveOf } = this.#hosts;
    const o = h * H.HOST_ROW;
    const rest = t - this.settledAt;
    const sum = this.#sum[h];
    const extra = this.#extraWatts[h];
    const idleWatts = curves.watts(curveOf[h], 0);
    const n = counts[h];
    this.#makeUp(h, start[h], start[h] + n, rest);
    const ioMHz = this.#ioMHz[h];
    const needRate = this.usedCores(h);
    if (rest > 0) {
      this.#sumSeconds[h] += sum * rest;
      this.#ioSeconds[h] += ioMHz * rest;
      this.#extraJoules[h] += extra * rest;
      if (ioMHz > 0) this.#ioJoules[h] += (extra * rest * ioMHz) / (needRate * row[o + H.CORE_MHZ]);
      this.#addTotals(rest, extra * rest, needRate * rest, (sum / row[o + H.CORE_MHZ]) * rest, 1, row[o + H.CORES], n, idleWatts);
    }
    const cost = this.#costOf(h);
    const seconds = t - this.#since[h];
    const coreS = this.#sumSeconds[h] / row[o + H.CORE_MHZ];
    const ioCoreS = this.#ioSeconds[h] / row[o + H.CORE_MHZ];
    const ioJoules = this.#ioJoules[h];
    const joules = (this.#extraJoules[h] - ioJoules) / cost.perWork;
    const cores = row[o + H.CORES];
    row[o + H.CORE_S + H.GUEST] += coreS;
    row[o + H.CORE_S + H.TRAP] += coreS * cost.trap;
    row[o + H.CORE_S + H.PAGING] += coreS * cost.paging;
    row[o + H.CORE_S + H.IO_PATH] += coreS * cost.ioPath + ioCoreS;
    row[o + H.JOULES + H.GUEST] += joules;
    row[o + H.JOULES + H.TRAP] += joules * cost.trap;
    row[o + H.JOULES + H.PAGING] += joules * cost.paging;
    row[o + H.JOULES + H.IO_PATH] += joules * cost.ioPath + ioJoules;
    row[o + H.NEED_CORE_S] += coreS * cost.perWork + ioCoreS;
    row[o + H.DEMAND_CORE_S] += coreS;
    row[o + H.IDLE_CORE_S] += cores * seconds - coreS * cost.perWork - ioCoreS;
    row[o + H.IDLE_JOULES] += idleWatts * seconds;
    row[o + H.ALL_JOULES] += idleWatts * seconds + this.#extraJoules[h];
    row[o + H.ON_S] += seconds;
    row[o + H.RUNNING_VM_S] += n * seconds;
    row[o + H.PEAK_CORES] = Math.max(row[o + H.PEAK_CORES], this.#hasIo[h] === 1 ? this.#peakCores[h] : this.#peakSum[h] * this.#coresPerMHz[h]);
    row[o + H.SETTLED] = t;
    // Present rates, as the general way would have left them.
    row[o + H.DEMAND_RATE] = sum / row[o + H.CORE_MHZ];
    row[o + H.RATE + H.GUEST] = sum / row[o + H.CORE_MHZ];
    row[o + H.RATE + H.TRAP] = (sum * cost.trap) / row[o + H.CORE_MHZ];
    row[o + H.RATE + H.PAGING] = (sum * cost.paging) / row[o + H.CORE_MHZ];
    row[o + H.RATE + H.IO_PATH] = (sum * cost.ioPath + ioMHz) / row[o + H.CORE_MHZ];
    row[o + H.NEED_RATE] = needRate;
    row[o + H.IDLE_RATE] = cores - needRate;
    row[o + H.WATTS] = idleWatts + extra;
    row[o + H.WATTS_PER_CORE] = needRate > 0 ? extra / needRate : 0;
    for (let i = start[h], end = i + n; i < end; i++) {
      const p = members[i] * V.VM_ROW;
      const d = this.#demand.mhz[this.#row + members[i] - this.#firstVm];
      this.#vms.row[p + V.DEMAND] = d;
      this.#vms.row[p + V.DONE] = d;
      const own = this.#hasIo[h] === 1 ? this.#ioOf(h, this.#row + members[i] - this.#firstVm) : 0;
      this.#vms.row[p + V.USE] = d * this.#vms.row[p + V.PER_WORK] + own;
      if (this.#hasIo[h] === 1) this.#vms.row[p + V.IO_MHZ] = own;
    }
    this.here[h] = 0;
    this.hostCount--;
    this.#idleWatts -= idleWatts;
    this.#cores -= cores;
    this.#runningVms -= n;
    // Differences of sums leave dust; the last one out leaves nothing.
    if (this.hostCount === 0) this.#idleWatts = 0;
  }

  /** What VM `v`, on a host that is here, asks for now, MHz. */
  demandMHz(v: number): number {
    return this.#demand.mhz[this.#row + v - this.#firstVm];
  }

  /** CPU in use now, cores. */
  usedCores(h: number): number {
    return this.#sum[h] * this.#coresPerMHz[h] + this.#ioMHz[h] / this.#hosts.row[h * H.HOST_ROW + H.CORE_MHZ];
  }

  /** Core-seconds used, energy, and seconds on since the host came here (to be added to its row), up to `settledAt`. */
  usedCoreSeconds(h: number): number {
    return this.#sumSeconds[h] * this.#coresPerMHz[h] + this.#ioSeconds[h] / this.#hosts.row[h * H.HOST_ROW + H.CORE_MHZ];
  }
  joules(h: number): number {
    return this.#extraJoules[h] + this.#hosts.curves.watts(this.#hosts.curveOf[h], 0) * (this.settledAt - this.#since[h]);
  }
  onSeconds(h: number): number {
    return this.settledAt - this.#since[h];
  }

  /** Integrals of one host over `dt`, and its power per demand for the VMs' later reckoning. */
  #integrate(h: number, dt: number, at: number): void {
    const sum = this.#sum[h];
    const joules = this.#extraWatts[h] * dt;
    this.#sumSeconds[h] += sum * dt;
    this.#extraJoules[h] += joules;
    const ioMHz = this.#ioMHz[h];
    const used = this.usedCores(h) * dt;
    if (this.#hasIo[h] === 1) {
      // For each MHz of CPU, I/O included.
      const need = this.usedCores(h) * this.#hosts.row[h * H.HOST_ROW + H.CORE_MHZ];
      this.#ioSeconds[h] += ioMHz * dt;
      this.#joulesPerMHz[at + h] = need > 0 ? joules / need : 0;
      if (need > 0) this.#ioJoules[h] += (joules * ioMHz) / need;
    } else this.#joulesPerMHz[at + h] = sum > 0 ? joules / sum : 0;
    this.#totals.joules += joules;
    this.#totals.usedCoreS += used;
    this.#totals.needCoreS += used;
    this.#totals.demandCoreS += (sum * dt) / this.#hosts.row[h * H.HOST_ROW + H.CORE_MHZ];
  }

  /** Opens a step of the window for `dt` seconds at the present samples; returns where its joules per MHz lie. */
  #openStep(dt: number, t: number): number {
    if (this.#steps === WINDOW) this.#closeWindow();
    const step = this.#steps++;
    this.#stepRow[step] = this.#row;
    this.#stepSeconds[step] = dt;
    this.settledAt = t;
    const totals = this.#totals;
    totals.joules += this.#idleWatts * dt;
    totals.onSeconds += this.hostCount * dt;
    totals.onCoreS += this.#cores * dt;
    totals.runningVmS += this.#runningVms * dt;
    return step * this.#hosts.count;
  }

  #addTotals(dt: number, extraJoules: number, usedCoreS: number, demandCoreS: number, hosts: number, cores: number, vms: number, idleWatts: number): void {
    const totals = this.#totals;
    totals.joules += extraJoules + idleWatts * dt;
    totals.usedCoreS += usedCoreS;
    totals.needCoreS += usedCoreS;
    totals.demandCoreS += demandCoreS;
    totals.onSeconds += hosts * dt;
    totals.onCoreS += cores * dt;
    totals.runningVmS += vms * dt;
  }

  /** Work and energy of all VMs for the steps in the window, so that each row of samples is read in order. */
  #closeWindow(): void {
    let scattered = 0;
    for (let h = 0; h < this.#hosts.count; h++) {
      if (this.here[h] === 0) continue;
      if (this.#inARow[h] === 1) this.#closeHost(h);
      else scattered++;
    }
    if (scattered > 0) this.#closeScattered();
    this.#windowFrom.fill(0);
    this.#steps = 0;
  }

  /** One host whose VMs are neighbours in the samples: four steps at a time, VM by VM. */
  #closeHost(h: number): void {
    if (this.#hasIo[h] === 1) return this.#closeIo(h);
    const { members, start, vms, row: hostRow, count } = this.#hosts;
    const { row } = this.#vms;
    const { mhz } = this.#demand;
    const stepRow = this.#stepRow;
    const stepSeconds = this.#stepSeconds;
    const joulesPerMHz = this.#joulesPerMHz;
    const n = vms[h];
    const first = members[start[h]];
    const column = first - this.#firstVm;
    const toCoreS = 1 / hostRow[h * H.HOST_ROW + H.CORE_MHZ];
    const steps = this.#steps;
    let s = this.#windowFrom[h];
    for (; s + 4 <= steps; s += 4) {
      const r0 = stepRow[s] + column;
      const r1 = stepRow[s + 1] + column;
      const r2 = stepRow[s + 2] + column;
      const r3 = stepRow[s + 3] + column;
      const t0 = stepSeconds[s] * toCoreS;
      const t1 = stepSeconds[s + 1] * toCoreS;
      const t2 = stepSeconds[s + 2] * toCoreS;
      const t3 = stepSeconds[s + 3] * toCoreS;
      const at = s * count + h;
      const k0 = joulesPerMHz[at];
      const k1 = joulesPerMHz[at + count];
      const k2 = joulesPerMHz[at + 2 * count];
      const k3 = joulesPerMHz[at + 3 * count];
      for (let i = 0; i < n; i++) {
        const d0 = mhz[r0 + i];
        const d1 = mhz[r1 + i];
        const d2 = mhz[r2 + i];
        const d3 = mhz[r3 + i];
        const p = (first + i) * V.VM_ROW;
        row[p + V.DONE_CORE_S] += d0 * t0 + d1 * t1 + (d2 * t2 + d3 * t3);
        row[p + V.VM_JOULES] += d0 * k0 + d1 * k1 + (d2 * k2 + d3 * k3);
      }
    }
    for (; s < steps; s++) {
      const r = stepRow[s] + column;
      const t = stepSeconds[s] * toCoreS;
      const k = joulesPerMHz[s * count + h];
      for (let i = 0; i < n; i++) {
        const p = (first + i) * V.VM_ROW;
        row[p + V.DONE_CORE_S] += mhz[r + i] * t;
        row[p + V.VM_JOULES] += mhz[r + i] * k;
      }
    }
  }

  /** The same for a host whose VMs have I/O. */
  #closeIo(h: number): void {
    const { members, start, vms, row: hostRow, count } = this.#hosts;
    const { row } = this.#vms;
    const { mhz } = this.#demand;
    const { iops, gbit } = this.#io as PlayedIo;
    const perIo = this.#mhzPerIo[h];
    const perGbit = this.#mhzPerGbit[h];
    const perWork = this.#coresPerMHz[h] * hostRow[h * H.HOST_ROW + H.CORE_MHZ];
    const toCoreS = 1 / hostRow[h * H.HOST_ROW + H.CORE_MHZ];
    const isIops = typeof iops === "number";
    const isGbit = typeof gbit === "number";
    const n = vms[h];
    const first = members[start[h]];
    for (let s = this.#windowFrom[h]; s < this.#steps; s++) {
      const base = this.#stepRow[s] + first - this.#firstVm;
      const t = this.#stepSeconds[s] * toCoreS;
      const j = this.#joulesPerMHz[s * count + h];
      for (let i = 0; i < n; i++) {
        const d = mhz[base + i];
        const p = (first + i) * V.VM_ROW;
        row[p + V.DONE_CORE_S] += d * t;
        row[p + V.VM_JOULES] += (d * perWork + (isIops ? iops : iops[base + i]) * perIo + (isGbit ? gbit : gbit[base + i]) * perGbit) * j;
      }
    }
  }

  /** The VMs of all other hosts, in the order of the samples. */
  #closeScattered(): void {
    const { host, row } = this.#vms;
    const { row: hostRow, count } = this.#hosts;
    const { mhz } = this.#demand;
    const steps = this.#steps;
    const stepRow = this.#stepRow;
    const stepSeconds = this.#stepSeconds;
    const joulesPerMHz = this.#joulesPerMHz;
    for (let c = 0; c < this.#columns; c++) {
      const v = c + this.#firstVm;
      const h = host[v];
      if (h < 0 || this.here[h] === 0 || this.#inARow[h] === 1) continue;
      let work = 0;
      let joules = 0;
      const hasIo = this.#hasIo[h] === 1;
      const perWork = hasIo ? row[v * V.VM_ROW + V.PER_WORK] : 1;
      for (let s = this.#windowFrom[h]; s < steps; s++) {
        const k = stepRow[s] + c;
        const d = mhz[k];
        work += d * stepSeconds[s];
        joules += (hasIo ? d * perWork + this.#ioOf(h, k) : d) * joulesPerMHz[s * count + h];
      }
      const p = v * V.VM_ROW;
      row[p + V.DONE_CORE_S] += work / hostRow[h * H.HOST_ROW + H.CORE_MHZ];
      row[p + V.VM_JOULES] += joules;
    }
  }

  /** The same for the VMs of one host, and for `rest` seconds after the last step. */
  #makeUp(h: number, from: number, to: number, rest: number): void {
    const { members, row: hostRow, count } = this.#hosts;
    const { row } = this.#vms;
    const { mhz } = this.#demand;
    const hasIo = this.#hasIo[h] === 1;
    const all = hasIo ? this.usedCores(h) * hostRow[h * H.HOST_ROW + H.CORE_MHZ] : this.#sum[h];
    const restJoules = rest > 0 && all > 0 ? (this.#extraWatts[h] * rest) / all : 0;
    for (let i = from; i < to; i++) {
      const v = members[i];
      const c = v - this.#firstVm;
      const perWork = row[v * V.VM_ROW + V.PER_WORK];
      let work = 0;
      let joules = 0;
      for (let s = this.#windowFrom[h]; s < this.#steps; s++) {
        const k = this.#stepRow[s] + c;
        const d = mhz[k];
        work += d * this.#stepSeconds[s];
        joules += (hasIo ? d * perWork + this.#ioOf(h, k) : d) * this.#joulesPerMHz[s * count + h];
      }
      const d = mhz[this.#row + c];
      const p = v * V.VM_ROW;
      row[p + V.DONE_CORE_S] += (work + d * rest) / hostRow[h * H.HOST_ROW + H.CORE_MHZ];
      row[p + V.VM_JOULES] += joules + (hasIo ? d * perWork + this.#ioOf(h, this.#row + c) : d) * restJoules;
    }
  }
}
