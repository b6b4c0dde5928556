/**
 * A VM gets CPU, or stands still: to be moved, suspended, for want of disk space, or for good. Its host is settled before, its
 * load, disks and networks follow.
 */
import type { Kernel } from "../kernel/kernel.ts";
import * as H from "./hosts.ts";
import type { Io } from "./io.ts";
import type { Loads } from "./loads.ts";
import type { Services } from "./services.ts";
import type { Settling } from "./settling.ts";
import type { StateTimes } from "./state-times.ts";
import { haveIo, type Tenants } from "./tenants.ts";
import * as V from "./vms.ts";

export interface RunningParts {
  readonly hosts: H.Hosts;
  readonly vms: V.Vms;
  readonly settling: Settling;
  readonly times: StateTimes;
  readonly loads: Loads;
  readonly io: Io;
  readonly services: Services | null;
}

export class Running {
  /** VMs that run. */
  count = 0;
  /** Told of each VM that runs on its host from now on (after a boot, a pause, a move). */
  onResumed: ((v: number) => void) | null = null;
  readonly #kernel: Kernel;
  readonly #parts: RunningParts;
  /** Whether the VMs of a class have I/O. */
  readonly #haveIo: readonly boolean[];

  constructor(kernel: Kernel, tenants: readonly Tenants[], parts: RunningParts) {
    this.#kernel = kernel;
    this.#parts = parts;
    this.#haveIo = tenants.map(haveIo);
  }

  /** The VM gets CPU from now on. */
  start(v: number): void {
    const { vms, hosts, settling, times, loads, io, services } = this.#parts;
    const h = vms.host[v];
    settling.touch(h);
    times.enter(v, V.RUNNING_VM);
    hosts.row[h * H.HOST_ROW + H.RUNNING]++;
    this.count++;
    loads.jobs.runs(v);
    if (this.#haveIo[vms.classOf[v]]) io.begin(v);
    services?.runs(v);
    this.size(v);
    this.onResumed?.(v);
  }

  /** The VM gets no CPU from now on; its state is the caller's. */
  stop(v: number): void {
    const { vms, hosts, settling, loads, io, services } = this.#parts;
    const h = vms.host[v];
    settling.touch(h);
    hosts.row[h * H.HOST_ROW + H.RUNNING]--;
    this.count--;
    services?.halts(v);
    loads.jobs.halts(v);
    if (this.#haveIo[vms.classOf[v]]) io.end(v);
    vms.row[v * V.VM_ROW + V.DONE] = 0;
    vms.row[v * V.VM_ROW + V.USE] = 0;
  }

  /** Stops a running VM for a while, in the given state. */
  halt(v: number, state: number): void {
    this.stop(v);
    this.#parts.loads.feed.pause(v);
    this.#parts.times.enter(v, state);
  }

  /** Lets a halted VM run on. */
  runOn(v: number): void {
    const { feed, jobs } = this.#parts.loads;
    this.start(v);
    if (jobs.has(v)) {
      jobs.askAgain(v);
      this.size(v);
    } else feed.resume(v);
  }

  /** What the VM can use at most, and its weight, on its present host at its present number of threads. */
  size(v: number): void {
    const { vms, hosts } = this.#parts;
    const h = vms.host[v];
    const { limitMHz, shares } = vms.classes[vms.classOf[v]];
    const { weightBy } = hosts.classes[hosts.classOf[h]].hypervisor;
    const threads = vms.threads[v];
    // What a migration keeps back it keeps back from the threads.
    const cap = threads * hosts.row[h * H.HOST_ROW + H.CORE_MHZ] * (1 - vms.throttle[v]);
    vms.row[v * V.VM_ROW + V.CAP_MHZ] = limitMHz === null ? cap : Math.min(cap, limitMHz);
    vms.weight[v] = shares * (weightBy === "vm" ? 1 : weightBy === "vcpu" ? vms.vcpus[v] : threads);
  }

  /** The cores of host `h` run at another speed from now on; `set` sets it. What VMs did so far they did at the old one. */
  atSpeed(h: number, set: () => void): void {
    const { vms, hosts, settling, times, loads } = this.#parts;
    settling.touch(h);
    for (let i = 0; i < hosts.vms[h]; i++) times.account(hosts.members[hosts.start[h] + i], this.#kernel.now);
    set();
    for (let i = 0; i < hosts.vms[h]; i++) {
      const v = hosts.members[hosts.start[h] + i];
      if (vms.state[v] !== V.RUNNING_VM) continue;
      // I/O costs time of a core, so its MHz follow the core's.
      this.stop(v);
      this.start(v);
      if (loads.jobs.has(v)) loads.jobs.askAgain(v);
      this.size(v);
    }
  }
}
