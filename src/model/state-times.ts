/** How long VMs were in which state: the VM-seconds ledger by life cycle. Every change of a VM's state goes through here. */
import type { Kernel } from "../kernel/kernel.ts";
import * as V from "./vms.ts";

export class StateTimes {
  /** Seconds all VMs together spent in each state. */
  readonly seconds = new Float64Array(V.VM_STATES.length);
  /** Of them, those that were planned (maintenance, moves between sites). */
  readonly plannedSeconds = new Float64Array(V.VM_STATES.length);
  /** Told of each VM that is about to change its state. */
  readonly onTransition: ((v: number) => void)[] = [];
  readonly #kernel: Kernel;
  readonly #vms: V.Vms;
  readonly #isPlanned: (v: number) => boolean;

  /** `isPlanned` says of a VM that is down or suspended whether it is so by plan. */
  constructor(kernel: Kernel, vms: V.Vms, isPlanned: (v: number) => boolean) {
    this.#kernel = kernel;
    this.#vms = vms;
    this.#isPlanned = isPlanned;
  }

  /** Adds the time in the present state to the accounts. */
  account(v: number, t: number): void {
    for (let i = 0; i < this.onTransition.length; i++) this.onTransition[i](v);
    const { state, since, runningSeconds } = this.#vms;
    const now = state[v];
    const seconds = t - since[v];
    this.seconds[now] += seconds;
    if ((now === V.DOWN || now === V.SUSPENDED) && this.#isPlanned(v)) this.plannedSeconds[now] += seconds;
    if (now === V.RUNNING_VM) runningSeconds[v] += seconds;
    since[v] = t;
  }

  /** VM `v` comes into another state. */
  enter(v: number, state: number): void {
    this.account(v, this.#kernel.now);
    this.#vms.state[v] = state;
  }

  /** Ends the accounts at `t`. */
  close(t: number): void {
    const { count, state, requestedAt } = this.#vms;
    for (let v = 0; v < count; v++) if (!V.isOver(state[v]) && requestedAt[v] <= t) this.account(v, t);
  }
}
