/** Where a VM goes: the placement policy is asked, its answer is checked, and the VM is put there. */
import type { Kernel } from "../kernel/kernel.ts";
import type { Constraints } from "../policy/constraints.ts";
import type { Datastores } from "./datastores.ts";
import type { FleetView } from "./fleet.ts";
import type * as H from "./hosts.ts";
import type { Life } from "./life.ts";
import type { Loads } from "./loads.ts";
import type { EventLog } from "./log.ts";
import type { Seats } from "./seats.ts";
import * as V from "./vms.ts";
import { bindingReason } from "./waiting.ts";

/** Chooses a host for a VM, or -1 (the policy's `Place`, bound to its fleet). */
export type Chooser = (
  ask: { vm: number; name: string; vcpus: number; memoryMiB: number; demandMHz: number; owner: string; serviceClass: string },
  fleet: FleetView,
) => { host: number; score: number };

export interface PlacingParts {
  readonly hosts: H.Hosts;
  readonly vms: V.Vms;
  readonly fleet: FleetView;
  readonly constraints: Constraints;
  readonly datastores: Datastores;
  readonly loads: Loads;
  readonly log: EventLog;
  readonly seats: Seats;
  readonly life: Life;
}

export class Placing {
  /** Why a VM that asks for a place may not have one whatever room there is, or null: a promise to the others. */
  admit: ((v: number) => string | null) | null = null;
  readonly #kernel: Kernel;
  readonly #choose: Chooser;
  readonly #policy: string;
  readonly #pinned: Int32Array;
  readonly #parts: PlacingParts;

  /** `policy` names the one behind `choose`; `pinned` is the host that VMs of each class must start on, or -1. */
  constructor(kernel: Kernel, choose: Chooser, policy: string, pinned: Int32Array, parts: PlacingParts) {
    this.#kernel = kernel;
    this.#choose = choose;
    this.#policy = policy;
    this.#pinned = pinned;
    this.#parts = parts;
  }

  /** The host that VM `v` must start on, or -1. */
  pinnedTo(v: number): number {
    return this.#pinned[this.#parts.vms.classOf[v]];
  }

  /** Asks the policy for a host and puts the VM there; false when there is none. */
  tryPlace(v: number): boolean {
    const { vms, constraints } = this.#parts;
    if (this.admit !== null && vms.state[v] !== V.DOWN && this.admit(v) !== null) return false;
    // What the scenario's rules say should be gives way only where else there would be no place.
    return (constraints.hasWishes(v) && this.#tryPlaceBy(v, true)) || this.#tryPlaceBy(v, false);
  }

  #tryPlaceBy(v: number, strict: boolean): boolean {
    const host = this.#ask(v, this.pinnedTo(v), strict);
    if (host >= 0) this.#place(v, host);
    return host >= 0;
  }

  /** Starts a VM on host `h`; false when it may not go there. */
  placeOn(v: number, h: number): boolean {
    const { fleet } = this.#parts;
    fleet.ask(v, this.pinnedTo(v));
    if (fleet.rule(h) >= 0) return false;
    this.#place(v, h);
    return true;
  }

  #place(v: number, h: number): void {
    const { hosts, datastores, seats, loads, fleet, log, life } = this.#parts;
    const expectedMHz = loads.expectedMHz(v);
    datastores.create(v, h);
    seats.attach(v, h);
    hosts.expectedMHz[h] += expectedMHz;
    fleet.changed(h);
    log.add(this.#kernel.now, "placed", v, h);
    this.#kernel.note(v);
    this.#kernel.note(h);
    life.begin(v);
  }

  /** Asks the policy for a host; -1 where there is none. */
  #ask(v: number, pinned: number, strict: boolean): number {
    const { vms, hosts, fleet, loads } = this.#parts;
    fleet.ask(v, pinned, strict);
    if (fleet.next(0) < 0) return -1;
    const ask = {
      vm: v,
      name: vms.names[v],
      vcpus: vms.vcpus[v],
      memoryMiB: vms.memoryMiB[v],
      demandMHz: loads.expectedMHz(v),
      owner: vms.owners[v],
      serviceClass: vms.classes[vms.classOf[v]].serviceClass,
    };
    const { host } = this.#choose(ask, fleet);
    if (host < 0) return -1;
    if (!Number.isInteger(host) || host >= hosts.count)
      throw new Error(`placement policy "${this.#policy}" chose host number ${host} for VM ${ask.name}: there are hosts 0 to ${hosts.count - 1}`);
    fleet.ask(v, pinned, strict);
    if (!fleet.fits(host))
      throw new Error(`placement policy "${this.#policy}" chose ${hosts.name(host)} for VM ${ask.name}, against the rule "${fleet.ruleText(host)}"`);
    return host;
  }

  /** The accepted host on which the placement policy would put VM `v` now, wherever it is, or -1. Nothing changes. `anywhere`: its data need not be there. */
  choosePlace(v: number, accept: (h: number) => boolean, anywhere = false): number {
    const { fleet, constraints } = this.#parts;
    const { reach } = fleet;
    if (anywhere) fleet.reach = null;
    fleet.only = accept;
    let host = constraints.hasWishes(v) ? this.#ask(v, -1, true) : -1;
    if (host < 0) host = this.#ask(v, -1, false);
    fleet.only = null;
    fleet.reach = reach;
    return host;
  }

  /** The rule that keeps VM `v` off the hosts, in words. */
  whyNoPlace(v: number): string {
    const { fleet, hosts, vms } = this.#parts;
    fleet.ask(v, -1);
    return bindingReason(fleet, hosts, vms, v);
  }
}
