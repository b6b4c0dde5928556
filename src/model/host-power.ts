/**
 * Switching hosts on and off, to sleep and awake: each takes time and power, and a boot may fail.
 *
 * off -> booting -> on -> shutting down -> off; on -> falling asleep -> asleep -> waking -> on. Only an empty host may go.
 * Power while booting and stopping is that of full load unless the scenario says otherwise (measured on a dual quad-core
 * Xeon: 200 W in set-up and when busy, 140 W idle, 260 s from off to serving; Gandhi et al., ACM TOCS 30(4), 2012).
 * Proved by test/cases/host-power.test.ts.
 */
import type { Kernel } from "../kernel/kernel.ts";
import * as H from "./hosts.ts";
import type { EventName } from "./log.ts";

export interface HostPowerHooks {
  touch(h: number): void;
  /** The host has another state: placement and the waiting VMs must know. */
  switched(h: number): void;
  /** A boot or a waking ended: the host is on, or off again. */
  booted(h: number, on: boolean): void;
  log(event: EventName, h: number): void;
  /** Draws uniform [0, 1) for the outcome of a boot. */
  luck(): number;
}

export class HostPower {
  readonly #kernel: Kernel;
  readonly #hosts: H.Hosts;
  readonly #hooks: HostPowerHooks;
  readonly #phase: number;
  readonly #kind: number;
  readonly #event: Float64Array;

  constructor(kernel: Kernel, hosts: H.Hosts, hooks: HostPowerHooks, phase: number, kind: number) {
    this.#kernel = kernel;
    this.#hosts = hosts;
    this.#hooks = hooks;
    this.#phase = phase;
    this.#kind = kind;
    this.#event = new Float64Array(hosts.count).fill(-1);
    kernel.on(kind, (h) => this.#done(h));
  }

  /** Why the host cannot be switched on now, or null. */
  refusalOn(h: number): string | null {
    const state = this.#hosts.state[h];
    if (state !== H.OFF && state !== H.ASLEEP) return `host ${this.#hosts.name(h)} is ${H.HOST_STATES[state]}`;
    return (this.#hosts.closed[h] & H.FORCED_OFF) === 0 ? null : `host ${this.#hosts.name(h)} was switched off by the scenario`;
  }

  /** Why the host cannot be switched off or put to sleep now, or null. `holders` counts VMs on it or on their way to it. */
  refusalOff(h: number, holders: number): string | null {
    const state = this.#hosts.state[h];
    if (state !== H.ON) return `host ${this.#hosts.name(h)} is ${H.HOST_STATES[state]}`;
    return holders > 0 ? `host ${this.#hosts.name(h)} still holds ${holders} VMs` : null;
  }

  on(h: number): void {
    const { transitions } = this.#hosts.classes[this.#hosts.classOf[h]];
    const asleep = this.#hosts.state[h] === H.ASLEEP;
    this.#enter(h, asleep ? H.WAKING : H.BOOTING_HOST, asleep ? transitions.wakeSeconds : transitions.bootSeconds);
    this.#hosts.powerCycles[h]++;
    this.#hooks.log("host booting", h);
  }

  /** Boots a host that is off, by nobody's policy: after a repair. */
  boot(h: number): void {
    this.#enter(h, H.BOOTING_HOST, this.#hosts.classes[this.#hosts.classOf[h]].transitions.bootSeconds);
    this.#hooks.log("host booting", h);
  }

  off(h: number): void {
    this.#enter(h, H.STOPPING, this.#hosts.classes[this.#hosts.classOf[h]].transitions.shutdownSeconds);
    this.#hooks.log("host shutting down", h);
  }

  sleep(h: number): void {
    this.#enter(h, H.SUSPENDING, this.#hosts.classes[this.#hosts.classOf[h]].transitions.suspendSeconds);
    this.#hooks.log("host asleep", h);
  }

  /** Whatever was under way is over: the host was switched by force. */
  cancel(h: number): void {
    if (this.#event[h] >= 0) this.#kernel.cancel(this.#event[h]);
    this.#event[h] = -1;
  }

  #enter(h: number, state: number, seconds: number): void {
    this.#hooks.touch(h);
    this.#hosts.state[h] = state;
    this.#hooks.switched(h);
    this.#event[h] = this.#kernel.schedule(this.#kernel.now + seconds, this.#phase, this.#kind, h);
  }

  #done(h: number): void {
    this.#event[h] = -1;
    this.#hooks.touch(h);
    const { bootFailureChance } = this.#hosts.classes[this.#hosts.classOf[h]].transitions;
    switch (this.#hosts.state[h]) {
      case H.BOOTING_HOST:
        if (bootFailureChance > 0 && this.#hooks.luck() < bootFailureChance) {
          this.#hosts.state[h] = H.OFF;
          this.#hooks.log("host boot failed", h);
          break;
        }
        this.#hosts.state[h] = H.ON;
        this.#hooks.log("host on", h);
        break;
      case H.WAKING:
        this.#hosts.state[h] = H.ON;
        this.#hooks.log("host on", h);
        break;
      case H.STOPPING:
        this.#hosts.state[h] = H.OFF;
        this.#hooks.log("host off", h);
        break;
      default:
        this.#hosts.state[h] = H.ASLEEP;
    }
    this.#hooks.switched(h);
    this.#hooks.booted(h, this.#hosts.state[h] === H.ON);
  }
}
