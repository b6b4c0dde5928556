/**
 * What each VM did and caused on a host that plays a trace (playback.ts), made up for many steps at once: with d_v its sample,
 * work_v = sum d_v dt and energy_v = sum d_v k with k the joules for each MHz s of demand that its host used in that step.
 * CPU for the VM's I/O has its part of the energy by the same k.
 *
 * Rows of samples lie far apart in memory. Going through a window of steps host by host reads each of them in order.
 */
import type { GridDemand } from "./demand.ts";
import * as H from "./hosts.ts";
import type { PlayedColumn, PlayedColumns } from "./played-columns.ts";
import * as V from "./vms.ts";

/** Steps that are kept before the VMs' share of them is made up. */
const WINDOW = 32;

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
    let scattered = 0;
    for (let h = 0; h < this.#hosts.count; h++) {
      if (this.#here[h] === 0) continue;
      if (this.#inARow[h] === 1) this.#closeHost(h);
      else scattered++;
    }
    if (scattered > 0) this.#closeScattered();
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
      this.#closeVm(h, c);
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

  /** One host whose VMs are neighbours in the samples: four steps at a time, VM by VM. */
  #closeHost(h: number): void {
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
    const steps = this.#steps;
    let s = this.#from[h];
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
    if (this.#perIo[h] > 0) this.#closeColumn(h, (this.#io as PlayedColumns).iops, this.#perIo[h]);
    if (this.#perGbit[h] > 0) this.#closeColumn(h, (this.#io as PlayedColumns).gbit, this.#perGbit[h]);
  }

  /** The energy of one kind of I/O of such a host's VMs, at `per` MHz of demand for each of it. */
  #closeColumn(h: number, { always, samples, isSampled }: PlayedColumn, per: number): void {
    const { members, start, vms, count } = this.#hosts;
    const { row } = this.#vms;
    const stepRow = this.#stepRow;
    const { joulesPerMHz } = this;
    const n = vms[h];
    const first = members[start[h]];
    const column = first - this.#firstVm;
    const steps = this.#steps;
    let s = this.#from[h];
    if (!isSampled) {
      let k = 0;
      for (; s < steps; s++) k += joulesPerMHz[s * count + h];
      for (let i = 0; i < n; i++) row[(first + i) * V.VM_ROW + V.VM_JOULES] += always * per * k;
      return;
    }
    for (; s + 4 <= steps; s += 4) {
      const r0 = stepRow[s] + column;
      const r1 = stepRow[s + 1] + column;
      const r2 = stepRow[s + 2] + column;
      const r3 = stepRow[s + 3] + column;
      const at = s * count + h;
      const k0 = joulesPerMHz[at] * per;
      const k1 = joulesPerMHz[at + count] * per;
      const k2 = joulesPerMHz[at + 2 * count] * per;
      const k3 = joulesPerMHz[at + 3 * count] * per;
      for (let i = 0; i < n; i++)
        row[(first + i) * V.VM_ROW + V.VM_JOULES] += samples[r0 + i] * k0 + samples[r1 + i] * k1 + (samples[r2 + i] * k2 + samples[r3 + i] * k3);
    }
    for (; s < steps; s++) {
      const r = stepRow[s] + column;
      const k = joulesPerMHz[s * count + h] * per;
      for (let i = 0; i < n; i++) row[(first + i) * V.VM_ROW + V.VM_JOULES] += samples[r + i] * k;
    }
  }

  /** The VMs of all other hosts, in the order of the samples. */
  #closeScattered(): void {
    const { host } = this.#vms;
    for (let c = 0; c < this.#columns; c++) {
      const h = host[c + this.#firstVm];
      if (h >= 0 && this.#here[h] === 1 && this.#inARow[h] === 0) this.#closeVm(h, c);
    }
  }

  /** The VM in column `c`, on host `h`. */
  #closeVm(h: number, c: number): void {
    const { row: hostRow, count } = this.#hosts;
    const { row } = this.#vms;
    const { mhz } = this.#demand;
    const hasIo = this.#perIo[h] > 0 || this.#perGbit[h] > 0;
    let work = 0;
    let joules = 0;
    for (let s = this.#from[h]; s < this.#steps; s++) {
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
