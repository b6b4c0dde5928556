/**
 * DVFS: which P-state a host runs in, after the governors of Linux' cpufreq.
 *
 *   performance    always the fastest state (what a host without a governor does)
 *   powersave      always the slowest
 *   ondemand       load > 80 %: the fastest; else the slowest state in which the load would be at most 70 %
 *   conservative   load > 80 %: one state faster; load < 20 %: one state slower
 *
 * Load = share of the time that the busiest core is busy, at the present speed (cpufreq takes the highest of the cores it
 * governs together): the mean of the host, or the vCPUs of its busiest VM if these are busier. A governor looks once a sampling time (10 ms) and only acts when
 * what it wants is another state; between two changes of load it comes to rest, so it costs a few events each. Two guards keep it
 * from flipping between two states for ever, which a real one may do: ondemand goes down only as far as 70 % (its 10 points of
 * down differential), conservative not to a state in which it would want up again.
 * Policies reckon with the fastest state of ondemand and conservative: a slow host is not a small one.
 * A change by hand (an event of the scenario) ends the governor's rule, as cpufreq's userspace does.
 *
 * Source: V. Pallipadi, A. Starikovskiy, "The ondemand governor", Linux Symposium 2006; Documentation/cpu-freq/governors of
 * Linux for thresholds. Sampling time: an estimate (1000 x the transition latency, 10 us on CPUs of the time; 1 to 100 ms).
 * Proved by test/cases/governor.test.ts and the swarm.
 */
import type { Kernel } from "../kernel/kernel.ts";
import * as H from "./hosts.ts";
import { type Governor, isDynamic } from "./spec.ts";

const UP = 0.8;
const DOWN_DIFFERENTIAL = 0.1;
const DOWN = 0.2;
export const SAMPLING_SECONDS = 0.01;

/** The state the governor wants, of states by falling speed. */
export function wantedState(governor: Governor, speedsMHz: readonly number[], state: number, load: number): number {
  const slowest = speedsMHz.length - 1;
  const busyMHz = load * speedsMHz[state];
  switch (governor) {
    case "performance":
      return 0;
    case "powersave":
      return slowest;
    case "ondemand": {
      if (load > UP) return 0;
      let wanted = state;
      while (wanted < slowest && busyMHz <= (UP - DOWN_DIFFERENTIAL) * speedsMHz[wanted + 1]) wanted++;
      return wanted;
    }
    case "conservative":
      if (load > UP) return Math.max(0, state - 1);
      return load < DOWN && state < slowest && busyMHz <= UP * speedsMHz[state + 1] ? state + 1 : state;
  }
}

export interface GovernorHooks {
  /** Share of the time that its busiest core is busy now, 0..1. */
  load(h: number): number;
  /** Gives the host the speed and power of a state. */
  setState(h: number, state: number): void;
}

/** The governors of all hosts that have one which acts. */
export class Governors {
  /** Times each host changed its state. */
  readonly switches: Int32Array;
  readonly #kernel: Kernel;
  readonly #hosts: H.Hosts;
  readonly #hooks: GovernorHooks;
  readonly #phase: number;
  readonly #kind: number;
  readonly #speeds: readonly (readonly number[])[];
  readonly #governed: Uint8Array;
  readonly #state: Uint8Array;
  readonly #event: Float64Array;
  /** Time on in each state, `[host * states + state]`, up to `#since`. */
  readonly #seconds: Float64Array;
  readonly #states: number;
  readonly #onAt: Float64Array;

  constructor(kernel: Kernel, hosts: H.Hosts, hooks: GovernorHooks, phase: number, kind: number) {
    const { count, classes, classOf, pstates } = hosts;
    this.#kernel = kernel;
    this.#hosts = hosts;
    this.#hooks = hooks;
    this.#phase = phase;
    this.#kind = kind;
    this.#speeds = pstates.map((states) => states.map(({ coreMHz }) => coreMHz));
    this.#governed = Uint8Array.from({ length: count }, (_, h) => (isDynamic(classes[classOf[h]].governor) ? 1 : 0));
    this.#state = new Uint8Array(count);
    this.#event = new Float64Array(count).fill(-1);
    this.#states = Math.max(...this.#speeds.map((speeds) => speeds.length));
    this.#seconds = new Float64Array(count * this.#states);
    this.#onAt = new Float64Array(count);
    this.switches = new Int32Array(count);
    kernel.on(kind, (h) => this.#look(h));
  }

  /** Whether the host has a governor that acts, released since or not. */
  acts(h: number): boolean {
    return isDynamic(this.#hosts.classes[this.#hosts.classOf[h]].governor);
  }

  /** Whether one acts on it now. */
  governs(h: number): boolean {
    return this.#governed[h] === 1;
  }

  /** Somebody sets the speed by hand: the governor rests from now on. */
  release(h: number): void {
    if (this.#governed[h] === 0) return;
    this.#book(h);
    this.#governed[h] = 0;
    if (this.#event[h] >= 0) this.#kernel.cancel(this.#event[h]);
    this.#event[h] = -1;
  }

  /** The load of a host has changed. */
  consider(h: number): void {
    if (this.#governed[h] === 0 || this.#event[h] >= 0 || this.#wanted(h) === this.#state[h]) return;
    this.#event[h] = this.#kernel.schedule(this.#kernel.now + SAMPLING_SECONDS, this.#phase, this.#kind, h);
  }

  /** Seconds on in a state so far; everything must be settled. */
  seconds(h: number, state: number): number {
    this.#book(h);
    return this.#seconds[h * this.#states + state];
  }

  #look(h: number): void {
    this.#event[h] = -1;
    const wanted = this.#wanted(h);
    if (this.#governed[h] === 0 || wanted === this.#state[h]) return;
    this.#hooks.setState(h, wanted);
    this.#book(h);
    this.#state[h] = wanted;
    this.switches[h]++;
  }

  #wanted(h: number): number {
    if (this.#hosts.state[h] !== H.ON) return this.#state[h];
    const kind = this.#hosts.classOf[h];
    return wantedState(this.#hosts.classes[kind].governor ?? "performance", this.#speeds[kind], this.#state[h], this.#hooks.load(h));
  }

  /** Time on since the last look was in the state of now. The host must be settled. */
  #book(h: number): void {
    if (this.#governed[h] === 0) return;
    const on = this.#hosts.row[h * H.HOST_ROW + H.ON_S];
    this.#seconds[h * this.#states + this.#state[h]] += on - this.#onAt[h];
    this.#onAt[h] = on;
  }
}
