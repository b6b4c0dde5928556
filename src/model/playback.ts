/**
 * Hosts that merely play a trace: everything their VMs ask for fits, and all of it comes from one grid of samples.
 *
 * For such a host everything is linear in S, the sum of its VMs' demands, so that a step costs one pass over the samples
 * and two integrals: S dt, and the power above idle x dt. What every VM did and caused is made up later, for many steps
 * at once (playback-window.ts). The rows of these hosts and VMs (hosts.ts, vms.ts) stand still meanwhile; `open` brings them
 * up to date, and everything that changes a host opens it.
 *
 * VMs with I/O that their own threads pay for may be here too, where nothing holds that I/O back: it comes from further
 * columns of the grid (played-columns.ts) and needs iops x cpuPerIo + Gbit/s x coresPerGbit beside perWork x d_v. Whether
 * the links of the host carry the sums is for played-links.ts to say.
 *
 * A host leaves when a VM asks for more than its size, when the sum no longer fits, or when anything else happens to it.
 * The results are those of the general way (cpu.ts) up to rounding; test/property/playback.test.ts compares the two.
 */
import type { GridDemand } from "./demand.ts";
import type { WorkCost } from "./efficiency.ts";
import * as H from "./hosts.ts";
import { PlaybackWindow } from "./playback-window.ts";
import type { PlayedColumn, PlayedColumns, PlayedSums } from "./played-columns.ts";
import * as V from "./vms.ts";

/** Sums over all hosts: what the timeline is made of. */
export const TOTALS = ["joules", "onSeconds", "usedCoreS", "needCoreS", "demandCoreS", "onCoreS", "waitCoreS", "runningVmS"] as const;
export type Total = (typeof TOTALS)[number];
export type Totals = Record<Total, number>;

// Columns of `#mhzPer` (that of work comes first) and the length of its rows; the same of `#asked`.
const PER_IO = 1;
const PER_GBIT = 2;
const PER = 3;
const ASKED = 4;

export class Playback {
  /** 1 for hosts that are here. */
  readonly here: Uint8Array;
  hostCount = 0;

  readonly #hosts: H.Hosts;
  readonly #vms: V.Vms;
  readonly #demand: GridDemand;
  readonly #firstVm: number;
  readonly #costOf: (h: number) => WorkCost;
  readonly #totals: Totals;
  readonly #window: PlaybackWindow;
  readonly #io: PlayedColumns | null;
  readonly #links: PlayedSums | null;
  /** Start of the present step's samples; -1 before the first. */
  #row = -1;
  // By host: what does not change while it is here, in columns of its own because rows of hosts.ts lie far apart.
  readonly #coreMHz: Float64Array;
  readonly #cores: Float64Array;
  readonly #idleWatts: Float64Array;
  /** Cores in use for each MHz asked for. */
  readonly #coresPerMHz: Float64Array;
  /** The most that a VM, and all together, may ask for, or with I/O need, MHz. */
  readonly #highestVm: Float64Array;
  readonly #highestSum: Float64Array;
  /** 1 when its VMs are neighbours in the samples. */
  readonly #inARow: Uint8Array;
  readonly #since: Float64Array;
  // Present sum of demands (MHz) and watts above idle, their integrals, and the highest use (cores).
  readonly #sum: Float64Array;
  readonly #extraWatts: Float64Array;
  readonly #sumSeconds: Float64Array;
  readonly #extraJoules: Float64Array;
  readonly #peakCores: Float64Array;
  // The same for hosts whose VMs have I/O (1): CPU of a unit of work, of an I/O and of a Gbit/s (MHz); its sum and integrals;
  // and what they ask for at the present step: CPU (MHz; Infinity when one of them asks for too much), I/Os, MiB/s, Gbit/s.
  readonly #hasIo: Uint8Array;
  readonly #mhzPer: Float64Array;
  readonly #ioMHz: Float64Array;
  readonly #ioSeconds: Float64Array;
  readonly #ioJoules: Float64Array;
  readonly #asked: Float64Array;
  /** Time up to which the hosts that are here are settled. */
  #settledAt = 0;
  // Sums over the hosts that are here, for the totals.
  #allIdleWatts = 0;
  #allCores = 0;
  #runningVms = 0;

  constructor(
    hosts: H.Hosts,
    vms: V.Vms,
    demand: GridDemand,
    firstVm: number,
    columns: number,
    costOf: (h: number) => WorkCost,
    totals: Totals,
    io: PlayedColumns | null = null,
    links: PlayedSums | null = null,
  ) {
    this.#hosts = hosts;
    this.#vms = vms;
    this.#demand = demand;
    this.#firstVm = firstVm;
    this.#costOf = costOf;
    this.#totals = totals;
    this.#io = io;
    this.#links = links;
    const n = hosts.count;
    const withIo = io === null ? 0 : n;
    this.here = new Uint8Array(n);
    this.#coreMHz = new Float64Array(n);
    this.#cores = new Float64Array(n);
    this.#idleWatts = new Float64Array(n);
    this.#coresPerMHz = new Float64Array(n);
    this.#highestVm = new Float64Array(n);
    this.#highestSum = new Float64Array(n);
    this.#inARow = new Uint8Array(n);
    this.#since = new Float64Array(n);
    this.#sum = new Float64Array(n);
    this.#extraWatts = new Float64Array(n);
    this.#sumSeconds = new Float64Array(n);
    this.#extraJoules = new Float64Array(n);
    this.#peakCores = new Float64Array(n);
    this.#hasIo = new Uint8Array(n);
    this.#mhzPer = new Float64Array(withIo * PER);
    this.#asked = new Float64Array(withIo * ASKED);
    this.#ioMHz = new Float64Array(withIo);
    this.#ioSeconds = new Float64Array(withIo);
    this.#ioJoules = new Float64Array(withIo);
    this.#window = new PlaybackWindow(hosts, vms, demand, firstVm, columns, io, this.here, this.#inARow);
  }

  /** Whether hosts can come here at `t`: only where a step begins, or all are settled for another reason. */
  takesAt(t: number): boolean {
    return this.#row >= 0 && this.#settledAt === t;
  }

  /**
   * Takes host `h`, settled and solved at `t` as one that is short of nothing, all of its running VMs following this grid.
   * The caller has checked that; the samples of the present step must be those it was solved with.
   */
  enter(h: number, t: number, mhzPerIo = 0, mhzPerGbit = 0, hasIo = false): void {
    const { row, curves, curveOf, quietMHz, members, start, vms: counts } = this.#hosts;
    const o = h * H.HOST_ROW;
    const cost = this.#costOf(h);
    let lowestCap = Number.POSITIVE_INFINITY;
    let inARow = 1;
    for (let i = start[h], end = start[h] + counts[h]; i < end; i++) {
      lowestCap = Math.min(lowestCap, this.#vms.row[members[i] * V.VM_ROW + V.CAP_MHZ]);
      if (members[i] !== members[start[h]] + i - start[h]) inARow = 0;
    }
    this.here[h] = 1;
    this.hostCount++;
    this.#coreMHz[h] = row[o + H.CORE_MHZ];
    this.#cores[h] = row[o + H.CORES];
    this.#idleWatts[h] = curves.watts(curveOf[h], 0);
    this.#coresPerMHz[h] = cost.perWork / row[o + H.CORE_MHZ];
    this.#highestVm[h] = hasIo ? lowestCap : lowestCap / cost.perWork;
    this.#highestSum[h] = hasIo ? quietMHz[h] : quietMHz[h] / cost.perWork;
    this.#inARow[h] = inARow;
    this.#since[h] = t;
    this.#sum[h] = row[o + H.DEMAND_RATE] * row[o + H.CORE_MHZ];
    this.#extraWatts[h] = row[o + H.WATTS] - row[o + H.IDLE_WATTS];
    this.#sumSeconds[h] = 0;
    this.#extraJoules[h] = 0;
    this.#peakCores[h] = 0;
    this.#hasIo[h] = hasIo ? 1 : 0;
    if (hasIo) {
      this.#mhzPer[h * PER] = cost.perWork;
      this.#mhzPer[h * PER + PER_IO] = mhzPerIo;
      this.#mhzPer[h * PER + PER_GBIT] = mhzPerGbit;
      this.#ioMHz[h] = 0;
      this.#ioSeconds[h] = 0;
      this.#ioJoules[h] = 0;
      for (let i = start[h], end = start[h] + counts[h]; i < end; i++) this.#ioMHz[h] += this.#vms.row[members[i] * V.VM_ROW + V.IO_MHZ];
    }
    this.#window.enter(h, mhzPerIo / cost.perWork, mhzPerGbit / cost.perWork);
    this.#allIdleWatts += this.#idleWatts[h];
    this.#allCores += row[o + H.CORES];
    this.#runningVms += counts[h];
  }

  /** Settles all hosts that are here up to `t`, at their present demands. */
  advance(t: number): void {
    const dt = t - this.#settledAt;
    if (dt <= 0) return;
    this.#settledAt = t;
    if (this.hostCount > 0) this.#integrate(dt);
  }

  /** All hosts that are here go on to the samples at `row`; `leaves` is told those that cannot stay (they are open then). */
  step(t: number, row: number, leaves: (h: number) => void): void {
    this.advance(t);
    if (this.hostCount > 0) {
      const { members, start, vms, curves, curveOf, count } = this.#hosts;
      const { here } = this;
      const { mhz } = this.#demand;
      const hasIo = this.#hasIo;
      const inARow = this.#inARow;
      const highestVm = this.#highestVm;
      const highestSum = this.#highestSum;
      const base = row - this.#firstVm;
      if (this.#links !== null && this.#io !== null) {
        this.#links.asked[3] = t;
        this.#addUp(row);
      }
      for (let h = 0; h < count; h++) {
        if (here[h] === 0) continue;
        if (hasIo[h] === 1) {
          if (this.#stepIo(h)) continue;
        } else {
          const highest = highestVm[h];
          let sum = 0;
          let fits = true;
          if (inARow[h] === 1) {
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
          if (fits && sum <= highestSum[h]) {
            this.#sum[h] = sum;
            const cores = sum * this.#coresPerMHz[h];
            if (cores > this.#peakCores[h]) this.#peakCores[h] = cores;
            this.#extraWatts[h] = curves.watts(curveOf[h], cores / this.#cores[h]) - this.#idleWatts[h];
            continue;
          }
        }
        // It leaves with the samples it had.
        this.open(h, t);
        leaves(h);
      }
    }
    this.#row = row;
  }

  /**
   * Adds up what the VMs of hosts with I/O ask for at the samples at `row`. In one go for all hosts, because memory is read ahead
   * only along a few ways at a time.
   */
  #addUp(row: number): void {
    const { members, start, vms, count } = this.#hosts;
    const { here } = this;
    const { mhz } = this.#demand;
    const { iops, mib, gbit } = this.#io as PlayedColumns;
    const iopsSamples = iops.samples;
    const mibSamples = mib.samples;
    const gbitSamples = gbit.samples;
    const hasIo = this.#hasIo;
    const inARow = this.#inARow;
    const mhzPer = this.#mhzPer;
    const highestVm = this.#highestVm;
    const asked = this.#asked;
    const first = this.#firstVm;
    const mhzAt = row - first;
    const iopsAt = (iops.isSampled ? row : 0) - first;
    const mibAt = (mib.isSampled ? row : 0) - first;
    const gbitAt = (gbit.isSampled ? row : 0) - first;
    for (let h = 0; h < count; h++) {
      if (here[h] === 0 || hasIo[h] === 0) continue;
      const perWork = mhzPer[h * PER];
      const perIo = mhzPer[h * PER + PER_IO];
      const perGbit = mhzPer[h * PER + PER_GBIT];
      const highest = highestVm[h] - iops.always * perIo - gbit.always * perGbit;
      const n = vms[h];
      const from = start[h];
      let sum = 0;
      let ios = 0;
      let mibs = 0;
      let gbits = 0;
      let fits = true;
      if (inARow[h] === 1) {
        for (let v = members[from], end = v + n; v < end; v++) {
          const d = mhz[mhzAt + v];
          const a = iopsSamples[iopsAt + v];
          const g = gbitSamples[gbitAt + v];
          sum += d;
          ios += a;
          mibs += mibSamples[mibAt + v];
          gbits += g;
          if (d * perWork + a * perIo + g * perGbit > highest) fits = false;
        }
      } else {
        for (let i = from, end = from + n; i < end; i++) {
          const v = members[i];
          const d = mhz[mhzAt + v];
          const a = iopsSamples[iopsAt + v];
          const g = gbitSamples[gbitAt + v];
          sum += d;
          ios += a;
          mibs += mibSamples[mibAt + v];
          gbits += g;
          if (d * perWork + a * perIo + g * perGbit > highest) fits = false;
        }
      }
      const o = h * ASKED;
      asked[o] = fits ? sum : Number.POSITIVE_INFINITY;
      asked[o + 1] = ios + n * iops.always;
      asked[o + 2] = mibs + n * mib.always;
      asked[o + 3] = gbits + n * gbit.always;
    }
  }

  /** A host whose VMs have I/O goes on to what they ask for now; false when it cannot stay. */
  #stepIo(h: number): boolean {
    const { curves, curveOf } = this.#hosts;
    const links = this.#links as PlayedSums;
    const asked = this.#asked;
    const o = h * ASKED;
    const sum = asked[o];
    const iops = asked[o + 1];
    const gbit = asked[o + 3];
    const ioMHz = iops * this.#mhzPer[h * PER + PER_IO] + gbit * this.#mhzPer[h * PER + PER_GBIT];
    if (sum * this.#mhzPer[h * PER] + ioMHz > this.#highestSum[h]) return false;
    links.asked[0] = iops;
    links.asked[1] = asked[o + 2];
    links.asked[2] = gbit;
    if (!links.carries(h)) return false;
    this.#sum[h] = sum;
    this.#ioMHz[h] = ioMHz;
    const used = sum * this.#coresPerMHz[h] + ioMHz / this.#coreMHz[h];
    if (used > this.#peakCores[h]) this.#peakCores[h] = used;
    this.#extraWatts[h] = curves.watts(curveOf[h], used / this.#cores[h]) - this.#idleWatts[h];
    return true;
  }

  /** Makes up the VMs' share of all steps so far, in the cheap order; hosts opened right after have nothing left to make up. */
  makeUp(): void {
    this.#window.close();
  }

  /** Host `h` leaves: its row and those of its VMs are brought up to `t`. */
  open(h: number, t: number): void {
    const { row, members, start, vms: counts } = this.#hosts;
    const o = h * H.HOST_ROW;
    const rest = t - this.#settledAt;
    const sum = this.#sum[h];
    const extra = this.#extraWatts[h];
    const idleWatts = this.#idleWatts[h];
    const coreMHz = this.#coreMHz[h];
    const cores = this.#cores[h];
    const n = counts[h];
    const hasIo = this.#hasIo[h] === 1;
    const ioMHz = hasIo ? this.#ioMHz[h] : 0;
    const needRate = this.usedCores(h);
    const cost = this.#costOf(h);
    this.#window.leave(h, rest, this.#joulesPerMHz(h, extra * rest), this.#row);
    if (rest > 0) {
      this.#sumSeconds[h] += sum * rest;
      this.#extraJoules[h] += extra * rest;
      if (hasIo) this.#ioSeconds[h] += ioMHz * rest;
      if (ioMHz > 0) this.#ioJoules[h] += (extra * rest * ioMHz) / (needRate * coreMHz);
      this.#addTotals(rest, extra * rest, needRate * rest, (sum / coreMHz) * rest, cores, n, idleWatts);
    }
    const seconds = t - this.#since[h];
    const coreS = this.#sumSeconds[h] / coreMHz;
    const ioCoreS = hasIo ? this.#ioSeconds[h] / coreMHz : 0;
    const ioJoules = hasIo ? this.#ioJoules[h] : 0;
    const joules = (this.#extraJoules[h] - ioJoules) / cost.perWork;
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
    row[o + H.PEAK_CORES] = Math.max(row[o + H.PEAK_CORES], this.#peakCores[h]);
    row[o + H.SETTLED] = t;
    // Present rates, as the general way would have left them.
    row[o + H.DEMAND_RATE] = sum / coreMHz;
    row[o + H.RATE + H.GUEST] = sum / coreMHz;
    row[o + H.RATE + H.TRAP] = (sum * cost.trap) / coreMHz;
    row[o + H.RATE + H.PAGING] = (sum * cost.paging) / coreMHz;
    row[o + H.RATE + H.IO_PATH] = (sum * cost.ioPath + ioMHz) / coreMHz;
    row[o + H.NEED_RATE] = needRate;
    row[o + H.IDLE_RATE] = cores - needRate;
    row[o + H.WATTS] = idleWatts + extra;
    row[o + H.WATTS_PER_CORE] = needRate > 0 ? extra / needRate : 0;
    for (let i = start[h], end = i + n; i < end; i++) {
      const p = members[i] * V.VM_ROW;
      const d = this.demandMHz(members[i]);
      const own = hasIo ? this.#ioOf(h, members[i]) : 0;
      this.#vms.row[p + V.DEMAND] = d;
      this.#vms.row[p + V.DONE] = d;
      this.#vms.row[p + V.USE] = d * this.#vms.row[p + V.PER_WORK] + own;
      if (hasIo) this.#vms.row[p + V.IO_MHZ] = own;
    }
    this.here[h] = 0;
    this.hostCount--;
    this.#allIdleWatts -= idleWatts;
    this.#allCores -= cores;
    this.#runningVms -= n;
    // Differences of sums leave dust; the last one out leaves nothing.
    if (this.hostCount === 0) this.#allIdleWatts = 0;
  }

  /** What VM `v`, on a host that is here, asks for now, MHz. */
  demandMHz(v: number): number {
    return this.#demand.mhz[this.#row + v - this.#firstVm];
  }

  /** CPU for its I/O, MHz on host `h`. */
  #ioOf(h: number, v: number): number {
    const { iops, gbit } = this.#io as PlayedColumns;
    const at = (of: PlayedColumn): number => of.always + of.samples[(of.isSampled ? this.#row : 0) + v - this.#firstVm];
    return at(iops) * this.#mhzPer[h * PER + PER_IO] + at(gbit) * this.#mhzPer[h * PER + PER_GBIT];
  }

  /** CPU in use now, cores. */
  usedCores(h: number): number {
    const cores = this.#sum[h] * this.#coresPerMHz[h];
    return this.#hasIo[h] === 1 ? cores + this.#ioMHz[h] / this.#coreMHz[h] : cores;
  }

  /** Core-seconds used, energy, and seconds on since the host came here (to be added to its row), up to `settledAt`. */
  usedCoreSeconds(h: number): number {
    const coreS = this.#sumSeconds[h] * this.#coresPerMHz[h];
    return this.#hasIo[h] === 1 ? coreS + this.#ioSeconds[h] / this.#coreMHz[h] : coreS;
  }
  joules(h: number): number {
    return this.#extraJoules[h] + this.#idleWatts[h] * (this.#settledAt - this.#since[h]);
  }
  onSeconds(h: number): number {
    return this.#settledAt - this.#since[h];
  }
  /** Adds the VM-seconds run on the hosts that are here since they came. */
  addRunningVmSeconds(to: Float64Array): void {
    const { vms, count } = this.#hosts;
    for (let h = 0; h < count; h++) if (this.here[h] === 1) to[h] += (this.#settledAt - this.#since[h]) * vms[h];
  }

  /** The joules above idle of host `h` for each MHz that its VMs ask for; I/O takes its part of them. */
  #joulesPerMHz(h: number, joules: number): number {
    if (this.#hasIo[h] === 0) return this.#sum[h] > 0 ? joules / this.#sum[h] : 0;
    const need = this.usedCores(h) * this.#coreMHz[h];
    return need > 0 ? (joules / need) * this.#mhzPer[h * PER] : 0;
  }

  /** Integrals of all hosts over `dt`, and their power per demand for the VMs' later reckoning. */
  #integrate(dt: number): void {
    const at = this.#window.open(dt, this.#row);
    const totals = this.#totals;
    const { here } = this;
    const { joulesPerMHz } = this.#window;
    const hasIo = this.#hasIo;
    const sums = this.#sum;
    const extraWatts = this.#extraWatts;
    const sumSeconds = this.#sumSeconds;
    const extraJoules = this.#extraJoules;
    const coresPerMHz = this.#coresPerMHz;
    const coreMHz = this.#coreMHz;
    let allJoules = totals.joules + this.#allIdleWatts * dt;
    let usedCoreS = totals.usedCoreS;
    let needCoreS = totals.needCoreS;
    let demandCoreS = totals.demandCoreS;
    for (let h = 0; h < here.length; h++) {
      if (here[h] === 0) continue;
      const sum = sums[h];
      const joules = extraWatts[h] * dt;
      let used = sum * coresPerMHz[h];
      sumSeconds[h] += sum * dt;
      extraJoules[h] += joules;
      if (hasIo[h] === 0) joulesPerMHz[at + h] = sum > 0 ? joules / sum : 0;
      else {
        const ioMHz = this.#ioMHz[h];
        used += ioMHz / coreMHz[h];
        const need = used * coreMHz[h];
        // For each MHz of CPU, I/O included.
        const each = need > 0 ? joules / need : 0;
        this.#ioSeconds[h] += ioMHz * dt;
        this.#ioJoules[h] += each * ioMHz;
        joulesPerMHz[at + h] = each * this.#mhzPer[h * PER];
      }
      allJoules += joules;
      usedCoreS += used * dt;
      needCoreS += used * dt;
      demandCoreS += (sum * dt) / coreMHz[h];
    }
    totals.joules = allJoules;
    totals.usedCoreS = usedCoreS;
    totals.needCoreS = needCoreS;
    totals.demandCoreS = demandCoreS;
    totals.onSeconds += this.hostCount * dt;
    totals.onCoreS += this.#allCores * dt;
    totals.runningVmS += this.#runningVms * dt;
  }

  #addTotals(dt: number, extraJoules: number, usedCoreS: number, demandCoreS: number, cores: number, vms: number, idleWatts: number): void {
    const totals = this.#totals;
    totals.joules += extraJoules + idleWatts * dt;
    totals.usedCoreS += usedCoreS;
    totals.needCoreS += usedCoreS;
    totals.demandCoreS += demandCoreS;
    totals.onSeconds += dt;
    totals.onCoreS += cores * dt;
    totals.runningVmS += vms * dt;
  }
}
