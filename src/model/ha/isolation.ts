/**
 * What becomes of VMs on a host that is cut off from the network.
 *
 * The host notices after `after` and responds: it leaves its VMs on, shuts them down, or powers them off; those it lets go are
 * restarted elsewhere. The others declare it dead after the detection time. With fencing (a lock on the disks) they cannot
 * start a VM whose first copy runs; without, they do: two copies run until the network is back (split brain), of which this
 * model follows the new one and counts the time of the old.
 */
import type { Kernel } from "../../kernel/kernel.ts";
import type { Datacenter } from "../datacenter.ts";
import type { NetworkLoss } from "../failures/network-loss.ts";
import { PHASE } from "../phases.ts";
import * as V from "../vms.ts";
import type { HighAvailability } from "./ha.ts";
import type { HaSpec } from "./spec.ts";

export class IsolationResponse {
  /** VMs of which two copies ran, and for how long all together. */
  splitVms = 0;
  splitSeconds = 0;
  readonly #kernel: Kernel;
  readonly #dc: Datacenter;
  readonly #ha: HighAvailability;
  readonly #network: NetworkLoss;
  /** By host: which cut this is; VMs of which an old copy runs there, since when. */
  readonly #spell = new Map<number, number>();
  readonly #old = new Map<number, { vms: number; since: number }>();

  constructor(
    kernel: Kernel,
    dc: Datacenter,
    ha: HighAvailability,
    network: NetworkLoss,
    spec: HaSpec["isolation"],
    kinds: { responds: number; dead: number },
  ) {
    this.#kernel = kernel;
    this.#dc = dc;
    this.#ha = ha;
    this.#network = network;
    kernel.on(kinds.responds, (h, spell) => this.#responds(h, spell));
    kernel.on(kinds.dead, (h, spell) => this.#takenForDead(h, spell));
    network.onCutOff.push((h) => {
      if (!ha.isWatched(h)) return;
      const now = (this.#spell.get(h) ?? 0) + 1;
      this.#spell.set(h, now);
      const { response, afterSeconds, shutdownSeconds, fencing } = spec;
      const responds = response === "leave" ? Number.POSITIVE_INFINITY : afterSeconds + (response === "shutdown" ? shutdownSeconds : 0);
      if (responds < Number.POSITIVE_INFINITY) kernel.schedule(kernel.now + responds, PHASE.failure, kinds.responds, h, now);
      const dead = ha.silenceUntilDead(h);
      if (!fencing && dead < responds) kernel.schedule(kernel.now + dead, PHASE.failure, kinds.dead, h, now);
    });
    network.onReconnect.push((h) => this.#reconnected(h));
  }

  /** Counts what still goes on at the end of the run. */
  close(): void {
    for (const h of [...this.#old.keys()]) this.#reconnected(h);
  }

  #responds(h: number, spell: number): void {
    if (this.#network.isCutOff(h) && this.#spell.get(h) === spell) this.#letGo(h);
  }

  #takenForDead(h: number, spell: number): void {
    if (!this.#network.isCutOff(h) || this.#spell.get(h) !== spell) return;
    const vms = this.#letGo(h);
    if (vms === 0) return;
    this.splitVms += vms;
    this.#old.set(h, { vms: (this.#old.get(h)?.vms ?? 0) + vms, since: this.#kernel.now });
  }

  #reconnected(h: number): void {
    const old = this.#old.get(h);
    this.#old.delete(h);
    if (old !== undefined) this.splitSeconds += old.vms * (this.#kernel.now - old.since);
  }

  /** VMs that run on the host are down there, and restarted elsewhere. How many. */
  #letGo(h: number): number {
    const { hosts, vms, failing } = this.#dc;
    let count = 0;
    for (let i = hosts.vms[h] - 1; i >= 0; i--) {
      const v = hosts.members[hosts.start[h] + i];
      const { priority = "medium" } = vms.classes[vms.classOf[v]].ha ?? {};
      if (vms.state[v] !== V.RUNNING_VM || priority === "disabled" || vms.classes[vms.classOf[v]].onHostDown !== "restart") continue;
      // One that was suspended when the host was cut off runs since, and nobody noted it.
      failing.book.down(v, this.#network.failureOf(h), this.#kernel.now, h);
      failing.letGo(v);
      this.#ha.restart(v, h);
      count++;
    }
    return count;
  }
}
