/**
 * What each VM did and caused on a host that plays a trace (playback.ts), made up for many steps at once: with d_v its sample,
 * work_v = sum d_v dt and energy_v = sum d_v k with k the joules for each MHz s of demand that its host used in that step.
 * CPU for the VM's I/O has its part of the energy by the same k.
 *
 * Rows of samples lie far apart in memory, so that a window of steps is gone through by a few hosts at a time, four steps of each
 * after the other: of every row some neighbouring samples.
 */
import type { GridDemand } from "./demand.ts";
import * as H from "./hosts.ts";
import type { PlayedColumn, PlayedColumns } from "./played-columns.ts";
import * as V from "./vms.ts";

/** Steps that are kept before the VMs' share of them is made up. */
const WINDOW = 32;
/** Hosts at a time. */
const BLOCK = 16;

export class PlaybackWindow {
  /** Joules for each MHz of demand by step and host; `open` says where those of a step lie. */
  readonly joulesPerMHz: Float64Array;
  readonly #hosts: H.Hosts;
  readonly #vms: V.Vms;
  readonly #demand: GridDemand;
  readonly #firstVm: number;
  readonly #columns: number;
  readonly #io: PlayedColumns | null;
  /** Hosts of the playback, and of them those whose VMs are neighbours in the samples. */
  readonly #here: Uint8Array;
  readonly #inARow: Uint8Array;
  /** First step of the window that counts for the host. */
  readonly #from: Int32Array;
  /** CPU for an I/O and for a Gbit/s in units of what a MHz of demand takes. */
  readonly #perIo: Float64Array;
  readonly #perGbit: Float64Array;
  // Samples and length of each step. Small integers in a plain array: as doubles each look-up would convert one to an index.
  #steps = 0;
  readonly #stepRow: number[] = new Array<number>(WINDOW).fill(0);
  readonly #stepSeconds = new Float64Array(WINDOW);

  constructor(
    hosts: H.Hosts,
    vms: V.Vms,
    demand: GridDemand,
    firstVm: number,
    columns: number,
    io: PlayedColumns | null,
    here: Uint8Array,
    inARow: Uint8Array,
  ) {
    this.#hosts = hosts;
    this.#vms = vms;
    this.#demand = demand;
    this.#firstVm = firstVm;
    this.#columns = columns;
    this.#io = io;
    this.#here = here;
    this.#inARow = inARow;
    this.joulesPerMHz = new Float64Array(hosts.count * WINDOW);
    this.#from = new Int32Array(hosts.count);
    this.#perIo = new Float64Array(hosts.count);
    this.#perGbit = new Float64Array(hosts.count);
  }

  /** Host `h` is here from the next step on. */
  enter(h: number, perIo: number, perGbit: number): void {
    this.#from[h] = this.#steps;
    this.#perIo[h] = perIo;
    this.#perGbit[h] = perGbit;
  }

  /** A step of `seconds` at the samples at `row`; returns where its joules per MHz lie. */
  open(seconds: number, row: number): number {
    if (this.#steps === WINDOW) this.close();
    const step = this.#steps++;
    this.#stepRow[step] = row;
    this.#stepSeconds[step] = seconds;
    return step * this.#hosts.count;
  }

  /** Work and energy of the VMs of all hosts for the steps so far. */
  close(): void {
    if (this.#steps === 0) return;
    const { count } = this.#hosts;
    for (let first = 0; first < count; first += BLOCK) this.#closeBlock(first, Math.min(count, first + BLOCK));
    this.#closeScattered();
    this.#from.fill(0);
    this.#steps = 0;
  }

  /** The same for the VMs of one host, which leaves, and for `rest` seconds after the last step at the samples at `row`. */
  leave(h: number, rest: number, restJoulesPerMHz: number, row: number): void {
    const { members, start, vms: counts } = this.#hosts;
    const { row: vmRow } = this.#vms;
    const { mhz } = this.#demand;
    const toCoreS = rest / this.#hosts.row[h * H.HOST_ROW + H.CORE_MHZ];
    for (let i = start[h], end = i + counts[h]; i < end; i++) {
      const v = members[i];
      const c = v - this.#firstVm;
      this.#closeVm(h, c, this.#from[h]);
      if (rest === 0) continue;
      const d = mhz[row + c];
      vmRow[v * V.VM_ROW + V.DONE_CORE_S] += d * toCoreS;
      vmRow[v * V.VM_ROW + V.VM_JOULES] += (d + this.#ioOf(h, row, c)) * restJoulesPerMHz;
    }
  }

  /** CPU for the I/O of the VM in column `c`, in MHz of demand. */
  #ioOf(h: number, row: number, c: number): number {
    if (this.#io === null) return 0;
    const { iops, gbit } = this.#io;
    const at = (of: PlayedColumn): number => of.always + of.samples[of.isSampled ? row + c : c];
    return at(iops) * this.#perIo[h] + at(gbit) * this.#perGbit[h];
  }

  /** Those of some hosts whose VMs are neighbours in the samples. */
  #closeBlock(first: number, end: number): void {
    const { members, start, vms } = this.#hosts;
    const here = this.#here;
    const inARow = this.#inARow;
    const from = this.#from;
    const whole = this.#steps & ~3;
    for (let s = 0; s < whole; s += 4) {
      for (let h = first; h < end; h++) {
        if (here[h] === 0 || inARow[h] === 0 || from[h] > 0) continue;
        if (this.#perIo[h] > 0 || this.#perGbit[h] > 0) this.#closeFourIo(h, s);
        else this.#closeFour(h, s);
      }
    }
    for (let h = first; h < end; h++) {
      if (here[h] === 0 || inARow[h] === 0) continue;
      const s = from[h] > 0 ? from[h] : whole;
      if (s < this.#steps) for (let i = start[h], last = i + vms[h]; i < last; i++) this.#closeVm(h, members[i] - this.#firstVm, s);
    }
  }

  /** Four steps from `s` on of such a host. */
  #closeFour(h: number, s: number): void {
    const { members, start, vms, row: hostRow, count } = this.#hosts;
    const { row } = this.#vms;
    const { mhz } = this.#demand;
    const stepRow = this.#stepRow;
    const stepSeconds = this.#stepSeconds;
    const { joulesPerMHz } = this;
    const n = vms[h];
    const first = members[start[h]];
    const column = first - this.#firstVm;
    const toCoreS = 1 / hostRow[h * H.HOST_ROW + H.CORE_MHZ];
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

  /** The same where the VMs' I/O takes a part of the energy. */
  #closeFourIo(h: number, s: number): void {
    this.#closeFour(h, s);
    const { members, start, vms, count } = this.#hosts;
    const { row } = this.#vms;
    const { iops, gbit } = this.#io as PlayedColumns;
    const iopsSamples = iops.samples;
    const gbitSamples = gbit.samples;
    const stepRow = this.#stepRow;
    const { joulesPerMHz } = this;
    const perIo = this.#perIo[h];
    const perGbit = this.#perGbit[h];
    const n = vms[h];
    const first = members[start[h]];
    const column = first - this.#firstVm;
    const a = iops.isSampled ? 1 : 0;
    const a0 = stepRow[s] * a + column;
    const a1 = stepRow[s + 1] * a + column;
    const a2 = stepRow[s + 2] * a + column;
    const a3 = stepRow[s + 3] * a + column;
    const g = gbit.isSampled ? 1 : 0;
    const g0 = stepRow[s] * g + column;
    const g1 = stepRow[s + 1] * g + column;
    const g2 = stepRow[s + 2] * g + column;
    const g3 = stepRow[s + 3] * g + column;
    const at = s * count + h;
    const k0 = joulesPerMHz[at];
    const k1 = joulesPerMHz[at + count];
    const k2 = joulesPerMHz[at + 2 * count];
    const k3 = joulesPerMHz[at + 3 * count];
    const always = (iops.always * perIo + gbit.always * perGbit) * (k0 + k1 + (k2 + k3));
    for (let i = 0; i < n; i++) {
      const io = iopsSamples[a0 + i] * k0 + iopsSamples[a1 + i] * k1 + (iopsSamples[a2 + i] * k2 + iopsSamples[a3 + i] * k3);
      const net = gbitSamples[g0 + i] * k0 + gbitSamples[g1 + i] * k1 + (gbitSamples[g2 + i] * k2 + gbitSamples[g3 + i] * k3);
      row[(first + i) * V.VM_ROW + V.VM_JOULES] += io * perIo + net * perGbit + always;
    }
  }

  /** The VMs of all other hosts, in the order of the samples. */
  #closeScattered(): void {
    if (!this.#inARow.some((isRow, h) => isRow === 0 && this.#here[h] === 1)) return;
    const { host } = this.#vms;
    for (let c = 0; c < this.#columns; c++) {
      const h = host[c + this.#firstVm];
      if (h >= 0 && this.#here[h] === 1 && this.#inARow[h] === 0) this.#closeVm(h, c, this.#from[h]);
    }
  }

  /** The VM in column `c`, on host `h`, from step `first` of the window on. */
  #closeVm(h: number, c: number, first: number): void {
    const { row: hostRow, count } = this.#hosts;
    const { row } = this.#vms;
    const { mhz } = this.#demand;
    const hasIo = this.#perIo[h] > 0 || this.#perGbit[h] > 0;
    let work = 0;
    let joules = 0;
    for (let s = first; s < this.#steps; s++) {
      const r = this.#stepRow[s];
      const d = mhz[r + c];
      work += d * this.#stepSeconds[s];
      joules += (hasIo ? d + this.#ioOf(h, r, c) : d) * this.joulesPerMHz[s * count + h];
    }
    const p = (c + this.#firstVm) * V.VM_ROW;
    row[p + V.DONE_CORE_S] += work / hostRow[h * H.HOST_ROW + H.CORE_MHZ];
    row[p + V.VM_JOULES] += joules;
  }
}
