/**
 * Drag: what holds a running VM back beside the CPU: memory, disk, network, interference of its neighbours.
 *
 * Each cause has a factor in (0, 1]: the share of its full speed that it leaves the VM. They multiply; cpu.ts puts the
 * product into the work done and books the lost VM-seconds to one cause each, in the order of `DRAGS` (what memory takes
 * of full speed, what disk takes of the rest, ...), before CPU wait and the other causes. A VM that waits for memory, disk
 * or network uses no CPU meanwhile: its need shrinks by the factor. Cache misses and a crowded memory bus stall a core
 * that stays taken: under interference the need stays, and the CPU lost is an account of its own.
 *
 * Factors belong to the VM on its present host: they are 1 again when it leaves. A host without a dragged VM pays nothing.
 * Proved by test/cases/drag.test.ts.
 */
import type { Hosts } from "./hosts.ts";
import { BY_DISK, DRAGS, type Vms } from "./vms.ts";

export { BY_DISK, BY_INTERFERENCE, BY_MEMORY, BY_NETWORK, DRAGS } from "./vms.ts";

export class Drag {
  readonly #hosts: Hosts;
  readonly #vms: Vms;
  readonly #touch: (h: number) => void;
  /** Share of the disk factor that a synchronous mirror leaves, and that of the disk itself; only where one is below 1. */
  readonly #mirrors = new Map<number, { mirror: number; disk: number }>();

  /** `touch` settles a host up to now and has it solved at the end of the instant. */
  constructor(hosts: Hosts, vms: Vms, touch: (h: number) => void) {
    this.#hosts = hosts;
    this.#vms = vms;
    this.#touch = touch;
  }

  /** Gives VM `v`, which is on a host, the factor of one cause. Throws a RangeError when it is not in (0, 1]. */
  set(v: number, cause: number, factor: number): void {
    const mirrored = cause === BY_DISK ? this.#mirrors.get(v) : undefined;
    if (mirrored !== undefined) mirrored.disk = factor;
    this.#set(v, cause, factor * (mirrored?.mirror ?? 1));
  }

  /** Writes of VM `v` wait for another site: `share` of what its disks give it is left. 1 = they do not. */
  mirror(v: number, share: number): void {
    if (this.#vms.host[v] < 0) return;
    const disk = this.#mirrors.get(v)?.disk ?? this.factor(v, BY_DISK);
    if (share < 1) this.#mirrors.set(v, { mirror: share, disk });
    else this.#mirrors.delete(v);
    this.#set(v, BY_DISK, disk * share);
  }

  #set(v: number, cause: number, factor: number): void {
    if (!(factor > 0 && factor <= 1)) throw new RangeError(`VM ${this.#vms.names[v]}: a drag factor of ${factor} is not in (0, 1]`);
    const { drag, dragged, host } = this.#vms;
    if (factor === (dragged[v] === 0 ? 1 : drag[v * DRAGS.length + cause])) return;
    this.#touch(host[v]);
    const bit = 1 << cause;
    if (dragged[v] === 0) {
      this.#room().fill(1, v * DRAGS.length, (v + 1) * DRAGS.length);
      this.#hosts.dragged[host[v]]++;
    }
    this.#vms.drag[v * DRAGS.length + cause] = factor;
    dragged[v] = factor < 1 ? dragged[v] | bit : dragged[v] & ~bit;
    if (dragged[v] === 0) this.#hosts.dragged[host[v]]--;
  }

  factor(v: number, cause: number): number {
    return this.#vms.dragged[v] === 0 ? 1 : this.#vms.drag[v * DRAGS.length + cause];
  }

  /** VM `v` leaves its host, which is touched: nothing holds it back any more. */
  leave(v: number): void {
    this.#mirrors.delete(v);
    if (this.#vms.dragged[v] === 0) return;
    this.#vms.dragged[v] = 0;
    this.#hosts.dragged[this.#vms.host[v]]--;
  }

  /** The factors' column, made when the first VM is held back: most runs never need it. */
  #room(): Float64Array {
    const vms = this.#vms;
    if (vms.drag.length === 0) vms.drag = new Float64Array(vms.count * DRAGS.length);
    return vms.drag;
  }
}
