/** Admission control of high availability at work: what is promised to the VMs that are on, and what hosts have. */
import { failoverCapacity, freeShare, LEAST_MHZ, type Room, slotOf, slotsOf, slotsOn } from "../../policy/ha-admission.ts";
import type { Datacenter } from "../datacenter.ts";
import * as H from "../hosts.ts";
import { vmOverheadMiB } from "../memory.ts";
import { guaranteedMiB } from "../reclaim.ts";
import { type HypervisorSpec, usualMemory } from "../spec.ts";
import * as V from "../vms.ts";
import type { HaAdmission } from "./spec.ts";

export class HaAdmissionControl {
  readonly #dc: Datacenter;
  readonly #spec: HaAdmission;
  readonly #isWatched: (h: number) => boolean;
  /** Of the hosts that count. */
  readonly #products: readonly HypervisorSpec[];
  /** VMs that are promised a restart, by number, with what they must be sure of. */
  readonly #needs = new Map<number, Room>();
  readonly #sum = { mhz: 0, mib: 0 };
  #total: Room = { mhz: 0, mib: 0 };
  #totalAt = -1;
  /** The largest needs; NaN = to be found anew, because a VM that had them is gone. */
  #largest = { mhz: 0, mib: 0 };

  constructor(dc: Datacenter, spec: HaAdmission, isWatched: (h: number) => boolean) {
    this.#dc = dc;
    this.#spec = spec;
    this.#isWatched = isWatched;
    const { classOf, classes } = dc.hosts;
    const watched = new Set(classOf.filter((_, h) => isWatched(h)));
    this.#products = classes.filter((_, c) => watched.has(c)).map(({ hypervisor }) => hypervisor);
    if (spec.policy !== "slots" && spec.policy !== "percentage") return;
    dc.placing.admit = (v) => this.refusal(v);
    dc.failing.onStarted.push((v) => this.#add(v));
    dc.failing.onEnded.push((v) => this.#remove(v));
  }

  /** Why the VM may not be powered on, or null. */
  refusal(v: number): string | null {
    if (this.#needs.has(v)) return null;
    const more = this.#needOf(v);
    const { hosts } = this.#dc;
    if (this.#spec.policy === "slots") {
      const { slotMHz, slotMiB } = this.#spec;
      const isCapped = slotMHz !== null || slotMiB !== null;
      const slot = slotOf([this.#most(), more], { mhz: slotMHz ?? Number.POSITIVE_INFINITY, mib: slotMiB ?? Number.POSITIVE_INFINITY }) ?? more;
      const slots: number[] = [];
      for (let h = 0; h < hosts.count; h++) if (this.#counts(h)) slots.push(slotsOn(this.#roomOf(h), slot));
      let taken = isCapped ? slotsOf(more, slot) : this.#needs.size + 1;
      if (isCapped) for (const need of this.#needs.values()) taken += slotsOf(need, slot);
      const capacity = failoverCapacity(slots, taken);
      return capacity >= this.#spec.hosts
        ? null
        : `high availability: with it the failure of ${Math.max(0, capacity)} hosts would be borne, not of ${this.#spec.hosts}`;
    }
    if (this.#spec.policy === "percentage") {
      const free = freeShare(this.#totalRoom(), { mhz: this.#sum.mhz + more.mhz, mib: this.#sum.mib + more.mib });
      if (free.cpu >= this.#spec.cpu && free.memory >= this.#spec.memory) return null;
      const percent = (share: number): string => `${Number((100 * share).toFixed(1))} %`;
      return `high availability: ${percent(free.cpu)} of CPU and ${percent(free.memory)} of memory would be left, ${percent(this.#spec.cpu)} and ${percent(this.#spec.memory)} are set aside`;
    }
    return null;
  }

  /** What all hosts that count have; summed anew only when some host changed its state. */
  #totalRoom(): Room {
    const { hosts, waiting } = this.#dc;
    if (this.#totalAt === waiting.hostChanges) return this.#total;
    this.#totalAt = waiting.hostChanges;
    let mhz = 0;
    let mib = 0;
    for (let h = 0; h < hosts.count; h++) {
      if (!this.#counts(h)) continue;
      const room = this.#roomOf(h);
      mhz += room.mhz;
      mib += room.mib;
    }
    this.#total = { mhz, mib };
    return this.#total;
  }

  #counts(h: number): boolean {
    return this.#dc.hosts.state[h] === H.ON && this.#isWatched(h);
  }

  #roomOf(h: number): Room {
    const { guestMHz, usableMiB } = this.#dc.hosts;
    return { mhz: guestMHz[h], mib: usableMiB[h] };
  }

  #needOf(v: number): Room {
    const { vms } = this.#dc;
    const { reservationMHz, memory = usualMemory } = vms.classes[vms.classOf[v]];
    const configured = vms.memoryMiB[v];
    // All of its memory: where none is overcommitted, a restart needs it all; else what cannot be reclaimed. On the product that
    // needs most.
    const overcommits = this.#dc.fleet.memoryOvercommits;
    let mib = 0;
    for (const hypervisor of this.#products) {
      const sure = overcommits ? guaranteedMiB(hypervisor.memory, memory, configured) : configured;
      mib = Math.max(mib, sure + vmOverheadMiB(hypervisor, vms.vcpus[v], configured));
    }
    return { mhz: reservationMHz > 0 ? reservationMHz : LEAST_MHZ, mib };
  }

  #most(): Room {
    if (!(this.#largest.mhz >= 0)) {
      this.#largest = { mhz: 0, mib: 0 };
      for (const need of this.#needs.values()) this.#raise(need);
    }
    return this.#largest;
  }

  #raise(need: Room): void {
    this.#largest.mhz = Math.max(this.#largest.mhz, need.mhz);
    this.#largest.mib = Math.max(this.#largest.mib, need.mib);
  }

  #add(v: number): void {
    if (this.#needs.has(v) || V.isOver(this.#dc.vms.state[v])) return;
    const need = this.#needOf(v);
    this.#needs.set(v, need);
    this.#sum.mhz += need.mhz;
    this.#sum.mib += need.mib;
    if (this.#largest.mhz >= 0) this.#raise(need);
  }

  #remove(v: number): void {
    const need = this.#needs.get(v);
    if (need === undefined) return;
    this.#needs.delete(v);
    this.#sum.mhz -= need.mhz;
    this.#sum.mib -= need.mib;
    if (need.mhz >= this.#largest.mhz || need.mib >= this.#largest.mib) this.#largest = { mhz: Number.NaN, mib: Number.NaN };
  }
}
