/**
 * Hosts cut off from the network: their VMs run on, and nobody can reach them.
 *
 * The time counts as an outage of each VM, not as time down: its CPU goes on. A host that is cut off takes no VMs and moves
 * none. Where the scenario describes its network, the host's links carry nothing meanwhile: guests' traffic, disks that lie on
 * the network and copies stop or break off. What becomes of its VMs beyond that is for high availability to decide.
 */
import type { Failing } from "../failing.ts";
import * as H from "../hosts.ts";
import * as V from "../vms.ts";

export interface NetworkLossHooks {
  readonly now: () => number;
  /** Placement must know that the host takes VMs, or none. */
  switched(h: number): void;
  /** Migrations from and to the host break off. */
  migrationsEnd(h: number): void;
  /** The host's links carry nothing from now on, or carry again. */
  links(h: number, cut: boolean): void;
  log(event: "cut off" | "reconnected", h: number): void;
}

export class NetworkLoss {
  /** Told of hosts that are cut off, and of those that are reachable again. */
  readonly onCutOff: ((h: number, failure: number) => void)[] = [];
  readonly onReconnect: ((h: number) => void)[] = [];
  readonly #hosts: H.Hosts;
  readonly #vms: V.Vms;
  readonly #failing: Failing;
  readonly #hooks: NetworkLossHooks;
  /** By host: causes that cut it off, and the failure that did first. */
  readonly #cuts: Int32Array;
  readonly #failure: Int32Array;

  constructor(hosts: H.Hosts, vms: V.Vms, failing: Failing, hooks: NetworkLossHooks) {
    this.#hosts = hosts;
    this.#vms = vms;
    this.#failing = failing;
    this.#hooks = hooks;
    this.#cuts = new Int32Array(hosts.count);
    this.#failure = new Int32Array(hosts.count).fill(-1);
    // A VM that boots on a host that is cut off is as unreachable as the others.
    failing.onBack.push((v) => {
      const h = vms.host[v];
      if (h >= 0 && this.#cuts[h] > 0) failing.book.down(v, this.#failure[h], hooks.now(), h, true);
    });
  }

  isCutOff(h: number): boolean {
    return this.#cuts[h] > 0;
  }

  /** The failure that cut the host off first. */
  failureOf(h: number): number {
    return this.#failure[h];
  }

  cutOff(h: number, failure: number): void {
    this.#failing.book.hitHost(failure);
    if (this.#cuts[h]++ > 0) return;
    this.#failure[h] = failure;
    this.#hosts.closed[h] |= H.CUT_OFF;
    this.#hooks.log("cut off", h);
    this.#hooks.links(h, true);
    this.#hooks.migrationsEnd(h);
    const { members, start, vms } = this.#hosts;
    for (let i = start[h], end = i + vms[h]; i < end; i++) {
      const v = members[i];
      if (this.#vms.state[v] === V.RUNNING_VM) this.#failing.book.down(v, failure, this.#hooks.now(), h, true);
    }
    this.#hooks.switched(h);
    for (const told of this.onCutOff) told(h, failure);
  }

  reconnect(h: number): void {
    if (this.#cuts[h] === 0) throw new Error(`host ${this.#hosts.name(h)} is reconnected, and nothing cuts it off`);
    if (--this.#cuts[h] > 0) return;
    this.#hosts.closed[h] &= ~H.CUT_OFF;
    this.#hooks.log("reconnected", h);
    this.#hooks.links(h, false);
    const { members, start, vms } = this.#hosts;
    for (let i = start[h], end = i + vms[h]; i < end; i++) {
      const v = members[i];
      if (this.#failing.book.open(v)?.unreachable === true) this.#failing.book.over(v, this.#hooks.now(), "network came back", h);
    }
    this.#hooks.switched(h);
    for (const told of this.onReconnect) told(h);
  }
}
