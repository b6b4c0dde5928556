/**
 * VMs that wait for a place: those that fit nowhere yet, and those whose host went down.
 *
 * Whenever something becomes free they are tried once, in the order of their waiting, after all else that happens at that
 * instant. "fifo" lets no newcomer pass another; "skip" lets those go ahead who fit. A newcomer that could never fit, or that
 * has waited its time, is rejected with the binding reason. VMs that are down are no queue for service: each comes back as soon
 * as some host takes it, and one that no host takes (a rule, data at a lost site) holds up nobody.
 */
import type { Kernel } from "../kernel/kernel.ts";
import {
  BY_GUARANTEE,
  BY_OWN_CORES,
  BY_POOL,
  BY_RESERVATION,
  BY_RESERVE,
  BY_RULE,
  BY_STORAGE,
  ELSEWHERE,
  type FleetView,
  IN_MAINTENANCE,
  RULES,
} from "./fleet.ts";
import type * as H from "./hosts.ts";
import type { Admission } from "./spec.ts";
import * as V from "./vms.ts";

export interface WaitingHooks {
  /** Asks for a host and puts the VM there; false when there is none. */
  tryPlace(v: number): boolean;
  /** The host the VM must start on, or -1. */
  pinnedTo(v: number): number;
  /** The VM waits from now on. */
  queued(v: number): void;
  reject(v: number, why: string): void;
}

export class Waiting {
  readonly #kernel: Kernel;
  readonly #hosts: H.Hosts;
  readonly #vms: V.Vms;
  readonly #fleet: FleetView;
  readonly #admission: Admission;
  readonly #hooks: WaitingHooks;
  readonly #phase: number;
  readonly #kinds: { retry: number; timeout: number };
  /** Told that something became free. */
  readonly onRoom: (() => void)[] = [];
  /** Times a host began or ceased to take VMs. */
  hostChanges = 0;
  #queue: number[] = [];
  #retryPlanned = false;

  constructor(
    kernel: Kernel,
    hosts: H.Hosts,
    vms: V.Vms,
    fleet: FleetView,
    admission: Admission,
    hooks: WaitingHooks,
    phase: number,
    kinds: { retry: number; timeout: number },
  ) {
    this.#kernel = kernel;
    this.#hosts = hosts;
    this.#vms = vms;
    this.#fleet = fleet;
    this.#admission = admission;
    this.#hooks = hooks;
    this.#phase = phase;
    this.#kinds = kinds;
    kernel.on(kinds.retry, () => this.#tryAll());
    kernel.on(kinds.timeout, (v) => this.#timeout(v));
  }

  /** VMs that wait, in the order of their waiting. */
  get vms(): readonly number[] {
    return this.#queue;
  }

  /** Whether a VM that comes now must wait behind others. */
  get mustWait(): boolean {
    const { whenFull, queueOrder } = this.#admission;
    return whenFull === "queue" && queueOrder === "fifo" && this.#queue.some((v) => this.#vms.state[v] === V.QUEUED);
  }

  /** A VM that found no place: it waits, or is rejected. */
  noPlace(v: number): void {
    const { whenFull, maxWaitSeconds } = this.#admission;
    this.#fleet.ask(v, this.#hooks.pinnedTo(v));
    if (whenFull === "reject" || !this.#fleet.couldEverFit()) return this.#reject(v);
    if (this.#vms.state[v] === V.REQUESTED) {
      this.#hooks.queued(v);
      if (maxWaitSeconds !== null) this.#kernel.schedule(this.#kernel.now + maxWaitSeconds, this.#phase, this.#kinds.timeout, v);
    }
    this.#queue.push(v);
  }

  /** A VM that has had a place and waits for another, however long. */
  add(v: number): void {
    this.#queue.push(v);
  }

  remove(v: number): void {
    this.#queue = this.#queue.filter((other) => other !== v);
  }

  /** Something became free: those who wait are tried once all that happens at this instant has happened. */
  retry(): void {
    for (const told of this.onRoom) told();
    if (this.#queue.length === 0 || this.#retryPlanned) return;
    this.#retryPlanned = true;
    this.#kernel.schedule(this.#kernel.now, this.#phase, this.#kinds.retry, 0);
  }

  /** Host `h` takes VMs, or none, for a reason of its own. */
  hostChanged(h: number): void {
    this.hostChanges++;
    this.#fleet.changed(h);
    this.retry();
  }

  #tryAll(): void {
    this.#retryPlanned = false;
    const { state, host } = this.#vms;
    const fifo = this.#admission.queueOrder === "fifo";
    const waiting = this.#queue;
    const still: number[] = [];
    /** Under fifo: a newcomer found no place. */
    let held = false;
    for (const v of waiting) {
      // Somebody else found it a place meanwhile, or it has ended.
      if (host[v] >= 0 || V.isOver(state[v])) continue;
      const comes = state[v] === V.QUEUED;
      if (!(held && comes) && this.#hooks.tryPlace(v)) continue;
      held ||= fifo && comes;
      still.push(v);
    }
    this.#queue = still;
  }

  #timeout(v: number): void {
    if (this.#vms.state[v] !== V.QUEUED) return;
    this.remove(v);
    this.#reject(v);
  }

  #reject(v: number): void {
    this.#fleet.ask(v, this.#hooks.pinnedTo(v));
    this.#hooks.reject(v, bindingReason(this.#fleet, this.#hosts, this.#vms, v));
  }
}

/** The rule that keeps the VM the fleet was asked about off: the commonest over all hosts; with the numbers. */
export function bindingReason(fleet: FleetView, hosts: H.Hosts, vms: V.Vms, v: number): string {
  const hits = new Int32Array(RULES.length);
  let mostMiB = 0;
  let mostVcpus = 0;
  let needMiB = Number.POSITIVE_INFINITY;
  for (let h = 0; h < hosts.count; h++) {
    const rule = fleet.rule(h);
    if (rule < 0) continue;
    hits[rule]++;
    if (rule === 5) {
      mostMiB = Math.max(mostMiB, fleet.freeMemoryMiB(h));
      needMiB = Math.min(needMiB, fleet.needMiB(h));
    }
    if (rule === BY_GUARANTEE) {
      mostMiB = Math.max(mostMiB, fleet.unreservedMiB(h));
      needMiB = Math.min(needMiB, fleet.guaranteeMiB(h));
    }
    if (rule === 6) mostVcpus = Math.max(mostVcpus, fleet.freeVcpus(h));
  }
  // Off and tied hosts say little as long as any other host refused for a reason of its own.
  let binding = hits.indexOf(Math.max(...hits));
  const telling = hits.subarray(2);
  if (telling.some((n) => n > 0)) binding = 2 + telling.indexOf(Math.max(...telling));
  const gib = (mib: number): string => (mib / 1024).toFixed(1);
  switch (binding) {
    case 5:
      return `memory: needs ${gib(needMiB)} GiB with overhead, most free on one host is ${gib(Math.max(0, mostMiB))} GiB${cannotOvercommit(fleet, hosts)}`;
    case BY_GUARANTEE:
      return `memory reservation: needs ${gib(needMiB)} GiB that cannot be reclaimed, most unreserved on one host is ${gib(Math.max(0, mostMiB))} GiB`;
    case 6:
      return `vCPUs: needs ${vms.vcpus[v]}, most free on one host is ${Math.max(0, Math.floor(mostVcpus))}`;
    case 2:
      return `vCPUs per VM: ${vms.vcpus[v]} is more than the hypervisor allows`;
    case 3:
      return `memory per VM: ${gib(vms.memoryMiB[v])} GiB is more than the hypervisor allows`;
    case 4:
      return "VMs per host: every host holds as many as its hypervisor allows";
    case 1:
      return "its host cannot take it";
    case BY_RULE:
      for (let h = 0; h < hosts.count; h++) if (fleet.rule(h) === BY_RULE) return fleet.ruleText(h);
      return RULES[BY_RULE];
    case BY_STORAGE:
      for (let h = 0; h < hosts.count; h++) if (fleet.rule(h) === BY_STORAGE) return fleet.ruleText(h);
      return RULES[BY_STORAGE];
    case BY_RESERVE:
      return "reserve: what is free on every host must stay free";
    case BY_RESERVATION:
      return `CPU reservation: no host has ${Math.round(vms.classes[vms.classOf[v]].reservationMHz)} MHz left that are promised to nobody`;
    case BY_OWN_CORES:
      return `cores of their own: no host that can give them has ${vms.vcpus[v]} left beside those that are shared`;
    case BY_POOL:
      return "resource pool: its reservation is used up, and it may not borrow";
    case ELSEWHERE:
      return "its data are not at a site where there is room";
    case IN_MAINTENANCE:
      return "every host that could take it is in maintenance";
    default:
      return "no host is on";
  }
}

/** The product whose hosts may not be filled as far as the scenario allows, in words; "" when there is none. */
function cannotOvercommit(fleet: FleetView, hosts: H.Hosts): string {
  if (!fleet.memoryOvercommits) return "";
  const strict = hosts.classes.find((c) => c.hypervisor.memory.overcommit === "no");
  return strict === undefined ? "" : `; ${strict.hypervisor.name} does not overcommit memory`;
}
