/**
 * Emptying a host for work on it: its VMs go where the placement policy puts them among the hosts with CPU to spare, each by its
 * product's way. Every move is a decision with its reason, as those of the rebalancing loop.
 */
import type { Datacenter } from "../datacenter.ts";
import type { Decided, Figure } from "../rebalance.ts";
import * as V from "../vms.ts";
import type { HostWork, Rollout } from "./work.ts";

export class Emptying {
  readonly decided: Decided[] = [];
  readonly #dc: Datacenter;
  readonly #now: () => number;

  constructor(dc: Datacenter, now: () => number) {
    this.#dc = dc;
    this.#now = now;
  }

  /** Sends away whoever can go now. */
  sendAway(entry: HostWork, { spec, partners }: Rollout): void {
    const { hosts, vms, movement } = this.#dc;
    const { host } = entry;
    const members = Array.from(hosts.members.subarray(hosts.start[host], hosts.start[host] + hosts.vms[host])).sort((a, b) => a - b);
    for (const v of members) {
      if (vms.state[v] !== V.RUNNING_VM || movement.isMoving(v)) continue;
      const to = this.#goal(entry, v, partners);
      if (to < 0 || movement.migrate(v, to) !== null) continue;
      const time = this.#now();
      entry.moves.push({ vm: v, at: time });
      const rule = `host emptied for ${spec.name} (${entry.action})`;
      const left: Figure = ["VMs still on it", this.#dc.seats.holders(host), "VMs"];
      this.decided.push({
        time,
        policy: "maintenance",
        from: host,
        decision: { action: { do: "migrate", vm: v, to }, because: { rule, numbers: [left], refused: [] } },
      });
    }
  }

  /** Where VM `v` goes: to the host that comes, to others like it, to any other; always one with CPU to spare. */
  #goal(entry: HostWork, v: number, partners: readonly number[]): number {
    const { fleet, movement } = this.#dc;
    const spare = (h: number): boolean =>
      h !== entry.host &&
      fleet.capacityMHz(h) - fleet.demandMHz(h) >= Math.min(this.#dc.loads.expectedMHz(v), fleet.capacityMHz(h)) &&
      movement.isLive(entry.host, h) !== null;
    const tries = entry.partner < 0 ? [spare] : [(h: number) => h === entry.partner && spare(h), (h: number) => partners.includes(h) && spare(h), spare];
    for (const accept of tries) {
      const to = this.#dc.placing.choosePlace(v, accept);
      if (to >= 0) return to;
    }
    return -1;
  }

  /** Why the host is not empty, in words. */
  whatStays({ host }: HostWork): string {
    const { hosts, vms, movement } = this.#dc;
    const here = Array.from(hosts.members.subarray(hosts.start[host], hosts.start[host] + hosts.vms[host])).sort((a, b) => a - b);
    const stuck = here.find((v) => !movement.isMoving(v));
    if (stuck === undefined) return "its VMs were still moving";
    const others = here.length > 1 ? ` and ${here.length - 1} more` : "";
    if (vms.state[stuck] !== V.RUNNING_VM) return `VM ${vms.names[stuck]}${others} is ${V.VM_STATES[vms.state[stuck]]}`;
    return `no place for VM ${vms.names[stuck]}${others}: ${this.#dc.placing.whyNoPlace(stuck)}`;
  }
}
