/** VMs of another size: while they run, as product and guest allow (hotplug.ts), or by booting them again; on their host. */
import type { Kernel } from "../kernel/kernel.ts";
import type { FleetView } from "./fleet.ts";
import type * as H from "./hosts.ts";
import { hotplugRefusal, type Size } from "./hotplug.ts";
import type { WorkKinds } from "./kinds.ts";
import type { Life } from "./life.ts";
import type { Loads } from "./loads.ts";
import type { EventLog } from "./log.ts";
import { vmOverheadMiB } from "./memory.ts";
import type { Movement } from "./movement.ts";
import type { Running } from "./running.ts";
import type { Seats } from "./seats.ts";
import type { Settling } from "./settling.ts";
import * as V from "./vms.ts";
import type { Waiting } from "./waiting.ts";

export interface ResizingParts {
  readonly hosts: H.Hosts;
  readonly vms: V.Vms;
  readonly kinds: WorkKinds;
  readonly fleet: FleetView;
  readonly movement: Movement;
  readonly settling: Settling;
  readonly seats: Seats;
  readonly running: Running;
  readonly loads: Loads;
  readonly life: Life;
  readonly waiting: Waiting;
  readonly log: EventLog;
}

export class Resizing {
  readonly #kernel: Kernel;
  readonly #parts: ResizingParts;

  constructor(kernel: Kernel, parts: ResizingParts) {
    this.#kernel = kernel;
    this.#parts = parts;
  }

  /** Why VM `v` cannot have another size now, or null. */
  refusal(v: number, to: Size): string | null {
    const { vms, hosts } = this.#parts;
    if (vms.state[v] !== V.RUNNING_VM) return this.#notRunning(v);
    const from: Size = { vcpus: vms.vcpus[v], memoryMiB: vms.memoryMiB[v] };
    const { hypervisor } = hosts.classes[hosts.classOf[vms.host[v]]];
    return hotplugRefusal(hypervisor, vms.classes[vms.classOf[v]].guestOs, from, to) ?? this.#roomRefusal(v, to);
  }

  #notRunning(v: number): string {
    const { vms } = this.#parts;
    return `VM ${vms.names[v]} is ${V.VM_STATES[vms.state[v]]}`;
  }

  #roomRefusal(v: number, to: Size): string | null {
    const { vms, hosts, fleet, movement } = this.#parts;
    const h = vms.host[v];
    const { hypervisor } = hosts.classes[hosts.classOf[h]];
    const name = vms.names[v];
    if (movement.isMoving(v)) return `VM ${name} is moving`;
    if (vms.ownsCores[v] === 1 && to.vcpus !== vms.vcpus[v]) return `VM ${name} owns its cores`;
    if (to.vcpus > hypervisor.maxVcpusPerVm || to.memoryMiB > hypervisor.maxMemoryPerVmMiB) return `${hypervisor.name} has no VMs of that size`;
    if (to.vcpus - vms.vcpus[v] > fleet.freeVcpus(h)) return `host ${hosts.name(h)} has no ${to.vcpus - vms.vcpus[v]} vCPUs left`;
    const more = to.memoryMiB + vmOverheadMiB(hypervisor, to.vcpus, to.memoryMiB) - vms.memoryMiB[v] - vms.overheadMiB[v];
    if (more > fleet.freeMemoryMiB(h) && to.memoryMiB > vms.memoryMiB[v]) return `host ${hosts.name(h)} has no ${Math.ceil(more)} MiB left`;
    return null;
  }

  /** Gives a running VM another size; says why not when it cannot have it. */
  resize(v: number, to: Size): string | null {
    const refusal = this.refusal(v, to);
    if (refusal !== null) return refusal;
    const { vms, loads, running } = this.#parts;
    this.#setSize(v, to);
    if (loads.jobs.has(v)) loads.jobs.askAgain(v);
    else vms.threads[v] = to.vcpus;
    running.size(v);
    this.#note(v);
    return null;
  }

  /** The same by stopping the VM and booting it again on its host: no matter what product and guest allow. */
  restartAs(v: number, to: Size): string | null {
    const { vms, life } = this.#parts;
    if (vms.state[v] !== V.RUNNING_VM) return this.#notRunning(v);
    const refusal = this.#roomRefusal(v, to);
    if (refusal !== null) return refusal;
    life.quiet(v);
    this.#setSize(v, to);
    vms.threads[v] = to.vcpus;
    this.#note(v);
    life.boot(v);
    return null;
  }

  #note(v: number): void {
    const { vms, log } = this.#parts;
    log.add(this.#kernel.now, "resized", v, vms.host[v], vms.vcpus[v]);
  }

  /** Another size of a VM that is on a host: what it takes there, its overhead, and the kind of its work. */
  #setSize(v: number, { vcpus, memoryMiB }: Size): void {
    const { vms, hosts, settling, seats, kinds, waiting } = this.#parts;
    const h = vms.host[v];
    settling.touch(h);
    seats.take(v, h, vms.overheadMiB[v], -1);
    const ran = vms.runningSeconds[v] + (vms.state[v] === V.RUNNING_VM ? this.#kernel.now - vms.since[v] : 0);
    vms.vcpuAdjust[v] += (vms.vcpus[v] - vcpus) * ran;
    vms.vcpus[v] = vcpus;
    vms.memoryMiB[v] = memoryMiB;
    vms.overheadMiB[v] = seats.overheadMiB(v, h);
    seats.take(v, h, vms.overheadMiB[v], 1);
    const kind = kinds.of(vms.classes[vms.classOf[v]].mix, vcpus, memoryMiB);
    if (kind !== vms.mix[v]) {
      vms.mix[v] = kind;
      hosts.mix[h] = hosts.vms[h] === 1 ? kind : -1;
      seats.setKind(v, h);
    }
    waiting.retry();
  }
}
