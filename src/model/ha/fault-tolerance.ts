/**
 * Fault tolerance: a standby copy on another host, kept up to date, takes over when the first one's host fails.
 *
 * The standby holds memory and vCPUs on its host; since checkpoints are shipped instead of instructions (vSphere 6 and later,
 * Remus), it uses no CPU of its own worth reckoning. When the host fails the VM runs on at the standby from where it was, its
 * work kept, and a new standby is made where there is room. A VM whose two hosts fail together is down like any other.
 */
import type { Stream } from "../../kernel/streams.ts";
import type { Datacenter } from "../datacenter.ts";
import * as H from "../hosts.ts";
import * as V from "../vms.ts";

export class FaultTolerance {
  readonly #dc: Datacenter;
  /** Host of each VM's standby. */
  readonly #standby = new Map<number, number>();
  /** VMs that have none and want one. */
  readonly #single = new Set<number>();
  takeOvers = 0;

  readonly #failureChance: number;
  readonly #luck: Stream;

  /** `failureChance` is that of a standby that does not take over (imperfect switching). */
  constructor(dc: Datacenter, failureChance: number, luck: Stream) {
    this.#dc = dc;
    this.#failureChance = failureChance;
    this.#luck = luck;
    const { failing } = dc;
    failing.rescuers.unshift({ carryOver: (v, from, failure) => this.#carryOver(v, from, failure) });
    failing.onStarted.push((v) => this.#wants(v) && this.#protect(v));
    failing.onEnded.push((v) => {
      this.#single.delete(v);
      this.#drop(v);
    });
    failing.onHostDown.push((h) => this.#hostDown(h));
    dc.waiting.onRoom.push(() => this.#protectAll());
  }

  #wants(v: number): boolean {
    const { vms } = this.#dc;
    return vms.classes[vms.classOf[v]].ha?.faultTolerant === true;
  }

  /** Makes a standby on the first other host with room. */
  #protect(v: number): void {
    const { vms, fleet, hosts } = this.#dc;
    const home = vms.host[v];
    if (home < 0 || this.#standby.has(v)) return;
    const { hypervisor, site } = hosts.classes[hosts.classOf[home]];
    fleet.ask(v, this.#dc.placing.pinnedTo(v));
    for (let h = fleet.next(0); h >= 0; h = fleet.next(h + 1)) {
      const c = hosts.classes[hosts.classOf[h]];
      if (h === home || c.site !== site || c.hypervisor.product !== hypervisor.product) continue;
      this.#standby.set(v, h);
      this.#single.delete(v);
      this.#dc.seats.hold(v, h, true);
      return;
    }
    this.#single.add(v);
  }

  #protectAll(): void {
    for (const v of [...this.#single].sort((a, b) => a - b)) if (this.#dc.vms.state[v] === V.RUNNING_VM) this.#protect(v);
  }

  #drop(v: number): void {
    const h = this.#standby.get(v);
    if (h === undefined) return;
    this.#standby.delete(v);
    this.#dc.seats.hold(v, h, false);
  }

  #carryOver(v: number, from: number, failure: number): boolean {
    const { hosts, vms, failing } = this.#dc;
    const to = this.#standby.get(v);
    if (to === undefined || to === from || vms.state[v] !== V.RUNNING_VM || this.#dc.movement.isMoving(v)) return false;
    if (hosts.state[to] !== H.ON || (hosts.closed[to] & H.CUT_OFF) !== 0) return false;
    if (this.#failureChance > 0 && this.#luck.uniform() < this.#failureChance) return false;
    failing.takeOver(v, failure, () => {
      this.#drop(v);
      this.#dc.life.carryOver(v, to);
    });
    this.takeOvers++;
    this.#single.add(v);
    return true;
  }

  #hostDown(h: number): void {
    for (const [v, standby] of [...this.#standby])
      if (standby === h) {
        this.#drop(v);
        this.#single.add(v);
      }
    // A VM that went down starts anew somewhere; its standby is made then.
    for (const v of [...this.#standby.keys()]) if (this.#dc.vms.host[v] < 0) this.#drop(v);
    this.#protectAll();
  }
}
