/** What policies decide is checked, whoever they are, and done. */
import type { Kernel } from "../kernel/kernel.ts";
import type { Action } from "../policy/rebalancing.ts";
import type { HostPower } from "./host-power.ts";
import type { Hosts } from "./hosts.ts";
import type { Movement } from "./movement.ts";
import type { Seats } from "./seats.ts";
import type { Vms } from "./vms.ts";

export interface ActionsParts {
  readonly hosts: Hosts;
  readonly vms: Vms;
  readonly movement: Movement;
  readonly power: HostPower;
  readonly seats: Seats;
}

export class Actions {
  readonly #kernel: Kernel;
  readonly #parts: ActionsParts;

  constructor(kernel: Kernel, parts: ActionsParts) {
    this.#kernel = kernel;
    this.#parts = parts;
  }

  /** Why the action is impossible now, or null. */
  refusal(action: Action): string | null {
    const { movement, power, seats } = this.#parts;
    if (action.do === "migrate") return movement.refusal(action.vm, action.to);
    return action.do === "power-on" ? power.refusalOn(action.host) : power.refusalOff(action.host, seats.holders(action.host));
  }

  /** Does what a policy decided. Throws an Error that names policy, action and rule when it is impossible. */
  apply(action: Action, policy: string): void {
    const { movement, power } = this.#parts;
    const refusal = this.refusal(action);
    if (refusal !== null) throw new Error(`policy "${policy}" wants to ${this.#text(action)} at ${this.#kernel.now} s: ${refusal}`);
    if (action.do === "migrate") movement.migrate(action.vm, action.to);
    else if (action.do === "power-on") power.on(action.host);
    else if (action.do === "power-off") power.off(action.host);
    else power.sleep(action.host);
  }

  #text(action: Action): string {
    const { hosts, vms } = this.#parts;
    return action.do === "migrate" ? `migrate ${vms.names[action.vm]} to ${hosts.name(action.to)}` : `${action.do} ${hosts.name(action.host)}`;
  }
}
