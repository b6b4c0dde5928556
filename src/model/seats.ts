/** Who is on which host, and what it takes there: memory with overhead, vCPUs, promised CPU, a place under the scenario's rules. */
import type { Kernel } from "../kernel/kernel.ts";
import type { Constraints } from "../policy/constraints.ts";
import type { Cpu } from "./cpu.ts";
import type { Drag } from "./drag.ts";
import { type FleetView, promiseCpu } from "./fleet.ts";
import { guaranteeMiB, type HostMemory } from "./host-memory.ts";
import * as H from "./hosts.ts";
import { vmOverheadMiB } from "./memory.ts";
import type { Pools } from "./pools.ts";
import type { Settling } from "./settling.ts";
import * as V from "./vms.ts";

/** Who must know of it. */
export interface SeatsParts {
  readonly hosts: H.Hosts;
  readonly vms: V.Vms;
  readonly cpu: Cpu;
  readonly settling: Settling;
  readonly drag: Drag;
  readonly pools: Pools | null;
  readonly fleet: FleetView;
  readonly memory: HostMemory;
  readonly constraints: Constraints;
}

export class Seats {
  /** Told of each VM that came to a host, or is about to leave it; the host is settled. */
  onStay: ((v: number, h: number, arrives: boolean) => void) | null = null;
  readonly #kernel: Kernel;
  readonly #parts: SeatsParts;
  readonly #holders: Int32Array;

  constructor(kernel: Kernel, parts: SeatsParts) {
    this.#kernel = kernel;
    this.#parts = parts;
    this.#holders = new Int32Array(parts.hosts.count);
  }

  /** VMs on host `h`, and those that hold a place there for their arrival. */
  holders(h: number): number {
    return this.#holders[h];
  }

  /** Puts the VM, which does not run, on host `h`. */
  attach(v: number, h: number): void {
    const { hosts, vms, settling, pools } = this.#parts;
    settling.touch(h);
    this.onStay?.(v, h, true);
    const n = H.addMember(hosts, h, v);
    vms.host[v] = h;
    vms.lastHost[v] = h;
    vms.slot[v] = n;
    vms.overheadMiB[v] = this.overheadMiB(v, h);
    this.take(v, h, vms.overheadMiB[v], 1);
    hosts.mix[h] = n === 0 || hosts.mix[h] === vms.mix[v] ? vms.mix[v] : -1;
    if (vms.classes[vms.classOf[v]].reservationMHz > 0) hosts.reserved[h] = 1;
    hosts.peakVms[h] = Math.max(hosts.peakVms[h], n + 1);
    this.setKind(v, h);
    pools?.join(v, h, 1);
    pools?.promise(v, 1);
  }

  /** Takes the VM, which does not run, off its host. */
  detach(v: number): void {
    const { hosts, vms, settling, drag, pools } = this.#parts;
    const h = vms.host[v];
    settling.touch(h);
    this.onStay?.(v, h, false);
    drag.leave(v);
    hosts.special[h] -= vms.special[v];
    vms.special[v] = 0;
    pools?.join(v, h, -1);
    pools?.promise(v, -1);
    const last = --hosts.vms[h];
    const moved = hosts.members[hosts.start[h] + last];
    hosts.members[hosts.start[h] + vms.slot[v]] = moved;
    vms.slot[moved] = vms.slot[v];
    vms.host[v] = -1;
    vms.slot[v] = -1;
    this.take(v, h, vms.overheadMiB[v], -1);
    if (last === 0) hosts.reserved[h] = 0;
  }

  /** What a unit of the VM's work costs on host `h`, where it is now, and whether the quiet path knows all of that. */
  setKind(v: number, h: number): void {
    const { hosts, vms, cpu, pools } = this.#parts;
    const cost = cpu.cost(h, vms.mix[v]);
    vms.row[v * V.VM_ROW + V.PER_WORK] = cost.perWork;
    hosts.special[h] -= vms.special[v];
    vms.special[v] = cost.remote > 0 || vms.ownsCores[v] === 1 || pools?.has(v) ? 1 : 0;
    hosts.special[h] += vms.special[v];
  }

  /** Memory that the product of host `h` needs for the VM, MiB. */
  overheadMiB(v: number, h: number): number {
    const { hosts, vms } = this.#parts;
    return vmOverheadMiB(hosts.classes[hosts.classOf[h]].hypervisor, vms.vcpus[v], vms.memoryMiB[v]);
  }

  /** Memory and vCPUs of the VM are taken on host `h` (sign 1) or given back (-1). */
  take(v: number, h: number, overheadMiB: number, sign: 1 | -1): void {
    const { hosts, vms, settling, fleet, memory, constraints } = this.#parts;
    hosts.takenMiB[h] += sign * (vms.memoryMiB[v] + overheadMiB);
    if (fleet.memoryOvercommits) hosts.guaranteedMiB[h] += sign * guaranteeMiB(hosts, vms, v, h);
    hosts.overheadMiB[h] += sign * overheadMiB;
    hosts.vcpus[h] += sign * vms.vcpus[v];
    // Cores that a VM on its way here owns are lost to the others at once.
    if (vms.ownsCores[v] === 1) settling.touch(h);
    promiseCpu(hosts, vms, v, h, sign);
    this.#holders[h] += sign;
    constraints.take(v, h, sign);
    // Differences of sums leave dust; the last one out leaves nothing.
    if (this.#holders[h] === 0) {
      hosts.takenMiB[h] = 0;
      hosts.guaranteedMiB[h] = 0;
      hosts.overheadMiB[h] = 0;
      hosts.vcpus[h] = 0;
      hosts.promisedMHz[h] = 0;
    }
    memory.take(v, h, sign, this.#kernel.now);
    hosts.peakVcpus[h] = Math.max(hosts.peakVcpus[h], hosts.vcpus[h]);
    hosts.peakOverheadMiB[h] = Math.max(hosts.peakOverheadMiB[h], hosts.overheadMiB[h]);
    fleet.changed(h);
  }

  /** Takes memory and vCPUs for a second copy of VM `v` on host `h` (sign 1), or gives them back (-1). */
  reserve(v: number, h: number, sign: 1 | -1): void {
    this.take(v, h, this.overheadMiB(v, h), sign);
  }

  /** The same for a copy that may run at any time. */
  hold(v: number, h: number, held: boolean): void {
    this.#parts.settling.touch(h);
    this.reserve(v, h, held ? 1 : -1);
  }
}
